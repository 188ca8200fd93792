"""Devices: names that are objects."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import minitorch_edu
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch


@pytest.mark.parametrize("name", [("cpu",), ("cuda",), ("cuda:1",), ("cuda", 0), ("cpu", 0)])
def test_a_device_prints_as_pytorchs(name: tuple[Any, ...]) -> None:
    ours, theirs = minitorch_edu.device(*name), pytorch.device(*name)
    assert (repr(ours), str(ours)) == (repr(theirs), str(theirs))
    assert (ours.type, ours.index) == (theirs.type, theirs.index)


def test_equal_devices_are_one_object() -> None:
    assert minitorch_edu.device("cuda:0") is minitorch_edu.device("cuda", 0)
    assert minitorch_edu.device("cuda") != minitorch_edu.device("cuda:0")
    assert pickle.loads(pickle.dumps(minitorch_edu.device("cpu"))) is minitorch_edu.device("cpu")


@pytest.mark.parametrize("name", ["foo", "foo:1", "cuda:x", "cuda:01", "", "cuda:1:2", "CPU"])
def test_a_device_that_there_is_not_gets_pytorchs_error(name: str) -> None:
    assert_same_error(lambda: minitorch_edu.device(name), lambda: pytorch.device(name))


def test_a_machine_without_cuda_says_so() -> None:
    with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
        minitorch_edu.zeros(1, device="cuda")
