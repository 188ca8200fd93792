"""Tensors: ways of looking at bytes, and a list of methods that are found by name."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.operations import Operations, method
from minitorch_edu.ops import registry


def test_every_method_on_the_list_is_registered() -> None:
    listed = [value for value in vars(Operations).values() if isinstance(value, method)]
    missing = sorted({each.name for each in listed if each.name not in each.table})
    assert missing == []


def test_a_method_is_the_op_itself_once_it_was_used() -> None:
    torch.ones(1).mul(2)
    assert torch.Tensor.mul is registry.methods["mul"]


def test_the_source_of_an_op_is_its_card() -> None:
    import inspect

    assert inspect.getsource(torch.mul).startswith("@pointwise\nclass mul:")
    assert str(inspect.signature(torch.add)) == "(input, other, *, alpha: 'float' = 1)"


def test_tensors_are_hashed_by_identity_and_compared_by_element() -> None:
    x = torch.ones(2)
    assert {x: 1}[x] == 1
    assert (x == x).tolist() == [True, True]


def test_a_tensor_takes_attributes_of_the_students_own() -> None:
    x = torch.ones(1)
    x.label = "weights"
    assert x.label == "weights"
    assert not hasattr(torch.ones(1), "label")


def test_a_deep_copy_has_bytes_and_a_gradient_of_its_own() -> None:
    x = torch.ones(2, requires_grad=True)
    (x * 3).sum().backward()
    other = copy.deepcopy([x, x])
    assert other[0] is other[1]
    assert other[0].grad.tolist() == [3, 3]
    with torch.no_grad():
        other[0].zero_()
    assert x.tolist() == [1, 1]


def test_a_pickled_tensor_comes_back() -> None:
    x = torch.tensor([[1.5, 2.0]], requires_grad=True)
    y = pickle.loads(pickle.dumps(x))
    assert repr(y) == repr(x)


def test_assigning_data_keeps_the_tensor_and_changes_its_bytes() -> None:
    x = torch.ones(2, requires_grad=True)
    other = torch.zeros(3)
    x.data = other
    assert x.shape == (3,)
    assert x.requires_grad
    assert x.data_ptr() == other.data_ptr()


@pytest.mark.host
def test_other_libraries_read_a_tensor_through_dlpack_without_a_copy() -> None:
    x = torch.zeros(2)
    array = np.from_dlpack(x)
    x[0] = 7
    assert array.tolist() == [7, 0]


def test_grad_mode_is_each_threads_own() -> None:
    seen = []
    with torch.no_grad():
        thread = threading.Thread(target=lambda: seen.append(torch.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


@pytest.mark.parametrize("values", [[], [1.0], [[1, 2], [3, 4]], 5, True, [[[]]]])
def test_a_list_goes_in_and_comes_out(values: object) -> None:
    assert torch.tensor(values).tolist() == values


def test_an_array_of_another_byte_order_is_refused() -> None:
    with pytest.raises(ValueError, match="given numpy array has byte order different from the native byte order"):
        torch.tensor(np.array([1, 2], ">i4"))


def test_what_pytorch_computes_in_silence_gives_no_warning() -> None:
    program = """
import numpy as np, minitorch_edu as torch
x = torch.tensor([0.0, -1.0, torch.inf if hasattr(torch, "inf") else float("inf"), 1e38], requires_grad=True)
y = [x.log(), x.sqrt(), 1 / x, x - x, x * x, x.exp(), x ** -1.5, x / x, x.max(), x.softmax(0), x.logsumexp(0), x.mean()]
x.log().sum().add(1).backward(); print(x.grad)
g, = torch.autograd.grad(x.sqrt().sum(), x, create_graph=True); g.sum().backward()
torch.tensor([1]).div_ if False else torch.tensor([1]) / 0; x.detach().log_(); torch.tensor([300]).to(torch.uint8)
np.log(np.zeros(1))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    warned = [line for line in run.stderr.splitlines() if "Warning" in line]
    assert warned == ["<string>:8: RuntimeWarning: divide by zero encountered in log"]  # NumPy's own user is told
