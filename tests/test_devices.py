"""Devices: names that are objects."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

import minitorch_edu
from tests.device import without_gpus
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch


@pytest.fixture(autouse=True)
def on_a_machine_without_a_gpu() -> Iterator[None]:
    with without_gpus():
        yield


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


CALLS = """
device()
device(None)
device(1.5)
device('cpu', 'a')
device('cpu', 1, 2)
device(-1)
device('cpu:-1')
device(0, 1)
device(0)
device(type=1)
device(foo=1)
device(index=1)
device('cpu', True)
device(True)
device(device('cpu'), 1)
device(type=device('cpu'))
device('cuda:1', 2)
device('cuda', -1)
device('cpu') < device('cuda')
zeros(2, device='cuda')
zeros(2, device='xpu')
ones(2).to('mps')
ones(2).to('cuda:0')
ones(2).to(0)
set_default_device('foo')
set_default_device(1.5)
set_default_device(3)
ones(2).pin_memory()
set_num_threads(0)
set_num_threads('a')
set_num_threads(1.5)
set_num_interop_threads(True)
"""


@pytest.mark.parametrize("call", CALLS.strip().splitlines())
def test_a_wrong_call_gets_pytorchs_error(call: str) -> None:
    assert_same_error(lambda: eval(call, vars(minitorch_edu)), lambda: eval(call, vars(pytorch)))


@pytest.mark.parametrize("name", ["meta", "mps:0", "xpu", "xla", "hpu:3", "privateuseone"])
def test_every_type_that_pytorch_knows_has_a_name_here(name: str) -> None:
    assert repr(minitorch_edu.device(name)) == repr(pytorch.device(name))


@pytest.mark.parametrize("engine", [minitorch_edu, pytorch])
def test_the_default_device_is_that_of_the_innermost_block(engine: Any) -> None:
    assert str(engine.get_default_device()) == "cpu"
    with engine.device("cpu") as chosen:
        assert chosen == engine.device("cpu") == engine.get_default_device()
        with engine.device("meta"):
            assert str(engine.get_default_device()) == "meta"
        assert str(engine.get_default_device()) == "cpu"
    with engine.device("cuda"):
        with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
            engine.zeros(2)
        assert engine.zeros(2, device="cpu").tolist() == [0, 0]
    try:
        engine.set_default_device("meta")
        assert str(engine.get_default_device()) == "meta"
        with engine.device("cpu"):
            assert engine.ones(2).tolist() == [1, 1]
    finally:
        engine.set_default_device(None)
    assert engine.ones(2).tolist() == [1, 1]


def test_a_block_that_ends_in_an_error_gives_its_device_back() -> None:
    with pytest.raises(ZeroDivisionError), minitorch_edu.device("cuda"):
        raise ZeroDivisionError
    assert minitorch_edu.get_default_device() is minitorch_edu.device("cpu")


def test_the_number_of_threads_is_remembered() -> None:
    before = minitorch_edu.get_num_threads()
    minitorch_edu.set_num_threads(3)
    assert minitorch_edu.get_num_threads() == 3
    minitorch_edu.set_num_threads(before)
    assert minitorch_edu.get_num_interop_threads() > 0
