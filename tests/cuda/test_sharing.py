"""What other libraries on a GPU are told of a tensor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import minitorch_edu as torch
from tests.backends.test_gpus import run
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
