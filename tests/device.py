"""The device under test.

`pytest --device=simulated` makes the engine's tensors on a simulated GPU, `--device=cuda` on a real one. What PyTorch
answers is computed on the CPU all the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.backends import gpus
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops import interop
from minitorch_edu.ops.generator import Twister
from minitorch_edu.printing import tensor_text
from minitorch_edu.tensor import wrap

UNDER_TEST = "cpu"


def choose(name: str) -> None:
    """Run what follows on this device: "cpu", "simulated" or "cuda"."""
    global UNDER_TEST
    if name == "simulated":
        gpus.simulate(1, 16 << 30)
    if name != "cpu":
        UNDER_TEST = "cuda"
        make_there()


OF_THE_HOST = re.compile(
    r"""cuda|device=[03]|\.to\((torch\.device|device=|[03'"])|\.cpu\(|\.type\((None)?\)|, ?torch\.\w*Tensor\)|get_device"""
    r"|is_available|torch\.device\(0|10\*\*[16]|10\*\*8|2\*\*[46]|storage\(\)|data_ptr|torch\.typename|no such device"
    r"|is_shared|NumPy|numpy\(\)|\[x\.numpy\]|\.device\b|is_cpu|pin_memory|default_device|np\.array\(torch"
    r"|Tensor\((x|il)|il\.new\(x|\[c\.relu|x\.to\(5|from_numpy\(sealed"
    r"|apply_|map_|data\.as_tensor"
    r"|storage itself|same bytes|bytes of its own|no (GPU|CUDA)|first tensor\]|attributes\]"
    r"|\[to-|\[(sort|argsort|topk|kthvalue|mode)-(int64|bool|bfloat16)"
)
"""What calls say that have another answer on a GPU: where a tensor is, how much room there is, which equal comes first."""


def speaks_of_the_host(item: pytest.Item) -> bool:
    """Whether a test has no meaning on a GPU: it is marked so, is about PyTorch alone, or the call it is given says so."""
    if item.get_closest_marker("host"):
        return True
    given = getattr(item, "callspec", None)
    if given is not None and "torch" in (given.params.get("torch"), given.params.get("engine")):
        return True
    if given is None or {"cuda", "backends"} & set(item.path.parts):
        return False
    return any(OF_THE_HOST.search(each) for each in (item.name, *given.params.values()) if isinstance(each, str))


def make_there() -> None:
    """Let tensors be made on the device under test where nothing else is said."""
    minitorch_edu.set_default_device(UNDER_TEST)


@contextmanager
def unnamed() -> Iterator[None]:
    """For tests of what is the same on every device, PyTorch's answers being the CPU's.

    Tensors print without the name of their device, and go to NumPy and come from it by way of a copy.
    """
    from_numpy = minitorch_edu.from_numpy
    numpy = minitorch_edu.Tensor.numpy
    with pytest.MonkeyPatch.context() as patch:
        brought = functools.wraps(from_numpy)(lambda array: placed(from_numpy(array)))
        patch.setattr(minitorch_edu, "from_numpy", brought)
        patch.setattr(minitorch_edu.Tensor, "numpy", lambda tensor, **_: numpy(tensor, force=True))
        patch.setattr(interop, "tensor_text", lambda array, device=None, **rest: tensor_text(array, **rest))
        yield


class Ferried:
    """The CPU's numbers for a GPU. See `drawing_as_the_host`."""

    def __init__(self, source: Any, gpu: Any) -> None:
        self.source, self.gpu, self.device = source, gpu, source.device

    def __getattr__(self, name: str) -> Any:
        draw = getattr(self.source, name)
        if name == "on_host":
            return draw

        def ferried(*given: Any) -> Any:
            there = self.gpu.array_type
            numbers = draw(*[self.gpu.to_host(each) if isinstance(each, there) else each for each in given])
            return self.gpu.from_host(np.asarray(numbers))

        return ferried


@contextmanager
def drawing_as_the_host() -> Iterator[None]:
    """Let the GPUs draw as the CPU does, which is where PyTorch's tensors are that ours are compared with."""
    with pytest.MonkeyPatch.context() as patch:
        for gpu in gpus.gpus():
            patch.setattr(gpu, "generator", minitorch_edu.default_generator)
        patch.setattr(Twister, "on", lambda self, backend: self if backend is cpu else Ferried(self, backend))
        yield


@contextmanager
def made_on_the_host() -> Iterator[None]:
    """For tests that say themselves where tensors are made: on the CPU, where they say nothing."""
    before = minitorch_edu.get_default_device()
    minitorch_edu.set_default_device(None)
    try:
        yield
    finally:
        minitorch_edu.set_default_device(None if before.type == "cpu" else before)


@contextmanager
def without_gpus() -> Iterator[None]:
    """For tests of a machine without a GPU."""
    with minitorch_edu.cuda.simulate(0), made_on_the_host():
        if gpus.gpus():
            pytest.skip("this machine has a GPU")
        yield


def placed(tensor: Any) -> Any:
    """A tensor of the host on the device under test, with the same strides over a copy of the same memory.

    PyTorch's tensors stay where they are.
    """
    if UNDER_TEST == "cpu" or not isinstance(tensor, minitorch_edu.Tensor):
        return tensor
    if not tensor.numel():
        return tensor.to(UNDER_TEST)
    strides = tensor.stride()
    reach = 1 + sum((size - 1) * step for size, step in zip(tensor.shape, strides, strict=True))
    memory = tensor.detach().as_strided((reach,), (1,))
    there = memory.to(UNDER_TEST).as_strided(tensor.shape, strides)
    return wrap(there._array, there._storage.backend)  # as the other one, it is no view


def neutral(text: str) -> str:
    """What somebody would have said of tensors of the CPU."""
    if UNDER_TEST == "cpu":
        return text
    text = re.sub(r"torch\.cuda\.(\w+Tensor)", r"torch.\1", text).replace("type='cuda', index=0", "type='cpu'")
    return re.sub(r"( of size [\dx]*) \(cuda:0\)]", r"\1]", text)


def share_memory(one: minitorch_edu.Tensor, other: minitorch_edu.Tensor) -> bool:
    """Whether two tensors see some of the same bytes; on a GPU, whether the stretches that they lie in overlap."""
    if one.device != other.device or not one.numel() or not other.numel():
        return False
    if one.device.type == "cpu":
        return np.shares_memory(one._array, other._array)
    (first, end), (start, stop) = (each._storage.backend.address(each._array) for each in (one, other))
    return first < stop and start < end
