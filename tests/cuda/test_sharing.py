"""What other libraries on a GPU are told of a tensor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import minitorch_edu as torch
from tests.backends.test_gpus import run
from tests.device import without_gpus
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch


def test_a_tensor_of_the_cpu_has_no_address_for_them():
    assert not hasattr(torch.ones(2), "__cuda_array_interface__")
    assert_same_error(
        lambda: torch.ones(2).__cuda_array_interface__, lambda: pytorch.ones(2).__cuda_array_interface__
    )


def test_neither_has_a_tensor_whose_address_is_made_up(books):
    x = torch.ones(2, device="cuda")
    assert not hasattr(x, "__cuda_array_interface__")
    with pytest.raises(
        RuntimeError, match="Can't get __cuda_array_interface__ on Variable that requires grad."
    ):
        _ = x.requires_grad_().__cuda_array_interface__


PROGRAM = """
import json
import minitorch_edu as torch
x = torch.arange(6.0).reshape(2, 3).cuda()
told = [each.__cuda_array_interface__ for each in (x, x.T[1:])]
print(json.dumps([told, x.data_ptr()]))
"""


def test_a_tensor_of_a_gpu_tells_where_it_is():
    """On a stand-in for CuPy: see tests/backends/stand_in."""
    stand_in = Path(__file__).parent.parent / "backends" / "stand_in"
    (whole, part), address = json.loads(run(PROGRAM, stand_in))
    assert whole == {
        "typestr": "<f4",
        "shape": [2, 3],
        "strides": None,
        "data": [address, False],
        "version": 2,
    }
    assert part == {**whole, "shape": [2, 2], "strides": [4, 12], "data": [address + 4, False]}


# --- the memory of others ---------------------------------------------------------------------------------------------


class Shown:
    """An object of another library that shows its memory."""

    def __init__(self, **told):
        known = {"typestr": "<f4", "shape": (2,), "strides": None, "data": (4096, False), "version": 2} | told
        self.__cuda_array_interface__ = {name: value for name, value in known.items() if value != ()}


SHOWN = {
    "memory": Shown(),
    "read-only memory": Shown(data=(4096, True)),
    "an odd address": Shown(data=3),
    "odd strides": Shown(strides=(3,)),
    "too many strides": Shown(strides=(4, 4)),
    "no shape": Shown(shape=()),
    "no type": Shown(typestr=()),
    "no address": Shown(data=()),
    "objects": Shown(typestr="|O8"),
    "text": Shown(typestr="<U3"),
}


@pytest.mark.parametrize("make", ["as_tensor", "tensor", "asarray"])
@pytest.mark.parametrize("shown", SHOWN)
def test_memory_of_a_gpu_that_is_not_there(make, shown):
    with without_gpus():
        assert_same_error(
            lambda: getattr(torch, make)(SHOWN[shown]), lambda: getattr(pytorch, make)(SHOWN[shown])
        )


def test_a_simulated_gpu_has_no_memory_of_others(books):
    with pytest.raises(RuntimeError, match="^The specified pointer resides on host memory and is not registered"):
        torch.as_tensor(Shown())
    x = torch.ones(2, device="cuda")
    assert torch.as_tensor(x) is x and torch.from_dlpack(x).data_ptr() == x.data_ptr()


SHARED = """
import json
import cupy
import minitorch_edu as torch
torch.cuda.init()
array = cupy.arange(4.0).view(cupy.ndarray)
class Other:
    __cuda_array_interface__ = array.__cuda_array_interface__
cupy.asked.clear()
made = [torch.as_tensor(array), torch.asarray(array), torch.from_dlpack(array), torch.as_tensor(Other())]
over = made[-1]
back = cupy.asarray(over)
copied = list(cupy.asked)
for each in made:
    each[0] += 1
back[1] = 7
apart = torch.tensor(array)
apart[2] = 9
print(json.dumps([array.tolist(), str(over.device), over.dtype.itemsize, copied, apart.tolist()]))
"""


def test_memory_of_cupy_is_shared_both_ways_without_a_copy():
    """On a stand-in for CuPy, too."""
    stand_in = Path(__file__).parent.parent / "backends" / "stand_in"
    numbers, device, size, asked, apart = json.loads(run(SHARED, stand_in))
    assert numbers == [4, 7, 2, 3] and apart == [4, 7, 9, 3] and (device, size) == ("cuda:0", 8)
    assert asked == ["asarray over memory", "asarray over memory"]
