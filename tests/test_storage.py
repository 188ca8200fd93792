"""Storage: whose bytes they are, and how often they were written."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.ops import warned

pytestmark = pytest.mark.host


def test_a_view_shares_its_bases_storage_and_version() -> None:
    base = torch.zeros(4)
    view = base[1:].view(3, 1)
    assert view.untyped_storage() is base.untyped_storage()
    view.add_(1)
    assert (base._version, view._version) == (1, 1)
    assert base.tolist() == [0, 1, 1, 1]


def test_detach_shares_bytes_and_version() -> None:
    x = torch.ones(2, requires_grad=True)
    x.detach().mul_(5)
    assert x._version == 1
    assert x.tolist() == [5, 5]


def test_data_shares_bytes_and_counts_apart() -> None:
    x = torch.ones(2, requires_grad=True)
    x.data.mul_(5)
    assert x._version == 0
    assert x.tolist() == [5, 5]


def test_a_write_through_numpy_is_not_counted() -> None:
    x = torch.zeros(2)
    x.numpy()[0] = 7
    assert x._version == 0
    assert x.tolist() == [7, 0]


def test_an_op_has_bytes_of_its_own() -> None:
    x = torch.zeros(2)
    assert not np.shares_memory(x.numpy(), (x + 0).numpy())
    assert (x + 0).untyped_storage() is not x.untyped_storage()


def test_two_tensors_over_one_array_have_one_address() -> None:
    array = np.arange(3.0)
    first, second = torch.from_numpy(array), torch.from_numpy(array)
    assert first.untyped_storage().data_ptr() == second.untyped_storage().data_ptr() == array.ctypes.data
    first[0] = 9
    assert second[0].item() == array[0] == 9


def test_a_tensor_over_a_part_of_an_array_starts_at_that_part() -> None:
    array = np.arange(6.0)
    part = torch.from_numpy(array[2::2])
    assert part.storage_offset() == 0
    assert part.stride() == (2,)
    assert part.untyped_storage().nbytes() == 3 * 8


def test_a_storage_tells_its_bytes() -> None:
    storage = torch.tensor([1, 258], dtype=torch.int16).untyped_storage()
    assert storage.tolist() == [1, 0, 2, 1]
    assert len(storage) == storage.nbytes() == 4
    assert repr(storage).endswith("[torch.storage.UntypedStorage(device=cpu) of size 4]")


def test_the_bytes_of_a_transposed_result_are_told_in_memory_order() -> None:
    x = torch.tensor([[1, 2], [3, 4]], dtype=torch.uint8)
    assert x.t().untyped_storage().tolist() == [1, 2, 3, 4]


def test_a_read_only_array_is_not_written() -> None:
    array = np.zeros(2)
    array.flags.writeable = False
    warned._said.clear()
    with pytest.warns(UserWarning, match="not writable"):
        x = torch.from_numpy(array)
    with pytest.raises(ValueError, match="read-only"):
        x.add_(1)


@pytest.mark.parametrize("size", [(0,), (2, 0)])
def test_an_empty_tensor_has_no_bytes(size: tuple[int, ...]) -> None:
    x = torch.zeros(size)
    assert x.untyped_storage().nbytes() == 0
    assert x.data_ptr() == 0
    assert x.untyped_storage().tolist() == []


ROADS = {
    "a view": "y = x.view(2, 2)",
    "a slice": "y = x[1:]",
    "a transpose": "y = x.view(2, 2).t()",
    "detach": "y = x.detach()",
    "data": "y = x.data",
    "numpy and back": "y = torch.from_numpy(x.numpy())",
    "as_tensor of the array": "y = torch.as_tensor(x.numpy())",
    "asarray of the array": "y = torch.asarray(x.numpy())",
    "DLPack": "y = torch.from_dlpack(x)",
    "as_tensor": "y = torch.as_tensor(x)",
    "a reshape that views": "y = x.reshape(2, 2)",
    "a reshape that copies": "y = x.view(2, 2).t().reshape(4)",
    "clone": "y = x.clone()",
    "contiguous": "y = x.contiguous()",
    "contiguous of a transpose": "y = x.view(2, 2).t().contiguous()",
    "to the same dtype": "y = x.to(torch.float32)",
    "to another": "y = x.double()",
    "a sum": "y = x + 0",
    "a mask": "y = x[x > -1]",
    "a list of indices": "y = x[[0, 1, 2, 3]]",
    "expand": "y = x.expand(2, 4)",
    "positive": "y = +x",
}


@pytest.mark.parametrize("road", ROADS)
def test_bytes_versions_and_objects_are_shared_where_pytorch_shares_them(road: str) -> None:
    """Which of the two versions a write through `y` counts up, and whether `x` sees it."""
    look = """
x = torch.arange(4.)
{}
with torch.no_grad(): y[0] = 9
shared = y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
print(y.data_ptr() - x.data_ptr() if shared else 'apart', 9 in x.tolist(), x._version, y._version, y is x, y._base is x, y._is_view())
print(shared, y.storage_offset(), y.stride())"""
    programs = pytest.importorskip("tests.programs")
    found = [programs.said(each, look.format(ROADS[road])) for each in (torch, programs.pytorch)]
    assert found[0] == found[1]
    assert "Error" not in found[0]
