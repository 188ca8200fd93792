"""Random tensors: PyTorch's own numbers, draw for draw. Where they come from is in generator.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.backend import Backend
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import chosen
from minitorch_edu.ops.creation import kind_for, leaf, placed, refuse_out_elsewhere, shape_of
from minitorch_edu.ops.distributions import integers, normal_numbers, uniform_numbers
from minitorch_edu.ops.drawing import in_memory_order, outline, sketch
from minitorch_edu.ops.generator import Generator as Generator
from minitorch_edu.ops.generator import default_generator as default_generator
from minitorch_edu.ops.generator import get_rng_state as get_rng_state
from minitorch_edu.ops.generator import initial_seed as initial_seed
from minitorch_edu.ops.generator import manual_seed as manual_seed
from minitorch_edu.ops.generator import seed as seed
from minitorch_edu.ops.generator import set_rng_state as set_rng_state
from minitorch_edu.ops.generator import source_on
from minitorch_edu.ops.rooms import room
from minitorch_edu.ops.signatures import OPTIONS, reads
from minitorch_edu.ops.transforms import drawn
from minitorch_edu.tensor import Tensor


def _place(device: Any) -> Backend:
    """Where a factory makes its tensor."""
    return cpu if device is None and not chosen else placed(device)


def _empty(shape: tuple[int, ...], dtype: Any, backend: Backend) -> np.ndarray:
    kind = dtype or dtypes.get_default_dtype()
    return room(shape, kind) if backend is cpu else outline(shape, kind.numpy)


def _given(name: str, out: Tensor, shape: tuple[int, ...], dtype: Any, device: Any) -> Tensor:
    """The tensor that random numbers are to be written to, in the shape that is asked for."""
    kind_for(out, dtype)
    refuse_out_elsewhere(out, device)
    if out._requires_grad and grad_mode.enabled:
        raise RuntimeError(
            f"aten::{name}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )
    return out if out.shape == shape else out.resize_(shape)


@reads(
    f"tuple of ints size, *, torch.Generator? generator, Tensor out = None, {OPTIONS}",
    f"tuple of ints size, *, Tensor out = None, {OPTIONS}",
)
@drawn
def rand(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform random numbers in [0, 1).

    >>> generator = torch.manual_seed(0); torch.rand(2)
    tensor([0.4963, 0.7682])
    """
    if out is not None:
        written = _given("rand", out, shape_of(sizes, named=size), dtype, device).uniform_(generator=generator)
        return written.requires_grad_() if requires_grad else written
    backend = _place(device)
    array = _empty(shape_of(sizes, named=size), dtype, backend)
    return leaf(uniform_numbers(array, 0.0, 1.0, source_on(backend, generator)), backend, requires_grad)


@reads(
    f"tuple of ints size, *, torch.Generator? generator, Tensor out = None, {OPTIONS}",
    f"tuple of ints size, *, Tensor out = None, {OPTIONS}",
)
@drawn
def randn(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random numbers with mean 0 and variance 1, normally distributed.

    >>> generator = torch.manual_seed(0); torch.randn(2)
    tensor([ 1.5410, -0.2934])
    """
    if out is not None:
        written = _given("randn", out, shape_of(sizes, named=size), dtype, device).normal_(generator=generator)
        return written.requires_grad_() if requires_grad else written
    backend = _place(device)
    array = _empty(shape_of(sizes, named=size), dtype, backend)
    return leaf(normal_numbers(array, 0.0, 1.0, source_on(backend, generator)), backend, requires_grad)


@reads(
    f"int high, tuple of ints size, *, torch.Generator? generator, Tensor out = None, {OPTIONS}",
    f"int high, tuple of ints size, *, Tensor out = None, {OPTIONS}",
    f"int low, int high, tuple of ints size, *, torch.Generator? generator, Tensor out = None, {OPTIONS}",
    f"int low, int high, tuple of ints size, *, Tensor out = None, {OPTIONS}",
)
@drawn
def randint(
    *bounds: Any,
    low: Any = None,
    high: Any = None,
    size: Any = None,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random integers from `low` (0) up to, not including, `high`: randint(high, size) or randint(low, high, size).

    >>> generator = torch.manual_seed(0); torch.randint(10, (3,))
    tensor([4, 9, 3])
    """
    given = list(bounds)
    if size is None and given:
        size = given.pop()
    if high is None and given:
        high = given.pop()
    if low is None:
        low = given.pop() if given else 0
    if given or high is None or not isinstance(size, tuple | list):
        raise TypeError("randint() received an invalid combination of arguments")
    if out is not None:
        written = _given("randint", out, shape_of((size,)), dtype, device).random_(
            _whole(low), _whole(high), generator=generator
        )
        return written.requires_grad_() if requires_grad else written
    backend = _place(device)
    array = _empty(shape_of((size,)), dtype or dtypes.int64, backend)
    values = integers(array, (_whole(low), _whole(high)), source_on(backend, generator))
    return leaf(values, backend, requires_grad)


def _whole(value: Any) -> int:
    return value if type(value) is int else value.__index__()


@reads(
    f"int n, *, torch.Generator? generator, Tensor out = None, {OPTIONS}",
    f"int n, *, Tensor out = None, {OPTIONS}",
)
@drawn
def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The integers from 0 to n - 1 in a random order.

    >>> generator = torch.manual_seed(0); torch.randperm(4)
    tensor([0, 1, 3, 2])
    """
    shape = shape_of((n,))
    kind = kind_for(out, dtype, dtypes.int64)
    if out is not None:
        refuse_out_elsewhere(out, device)
    _check_held(n, kind)
    backend = _place(device) if out is None else out._storage.backend
    _empty(shape, kind, backend)  # refuses a negative n
    return leaf(source_on(backend, generator).order(n, kind), backend, requires_grad, out)


def _check_held(n: int, kind: dtypes.dtype) -> None:
    """Refuse a dtype that cannot tell the numbers below `n` apart."""
    if kind.category in (0, 3):
        raise NotImplementedError(f"\"randperm\" not implemented for '{kind.scalar_name}'")
    if kind.category == 1 and n > np.iinfo(kind.numpy).max:
        raise RuntimeError(f"value cannot be converted to type {kind.value_name} without overflow")
    exact = {"float16": 2049, "bfloat16": 257, "float32": 2**24 + 1, "float64": 2**53 + 1}
    if n > exact.get(kind.name, n):
        raise RuntimeError(f"n cannot be greater than {exact[kind.name]} for {kind.scalar_name} type.")


# --- in the shape of another tensor ---------------------------------------------------------------------------------


LIKE = (
    f"Tensor input, *, torch.Generator? generator, torch.memory_format memory_format = None, {OPTIONS}",
    f"Tensor input, *, torch.memory_format memory_format = None, {OPTIONS}",
)
"""How `rand_like` and `randn_like` may be called."""


def _empty_like(input: Tensor, dtype: Any) -> np.ndarray:
    """An array with the shape of `input`, and its strides where it has no gaps."""
    array = input._array
    empty = sketch(array, (dtype or input.dtype).numpy)
    if not array.size or not in_memory_order(array).flags.c_contiguous:
        return empty
    strides = [step // array.itemsize * empty.itemsize for step in array.strides]
    return np.lib.stride_tricks.as_strided(empty, array.shape, strides)


@reads(*LIKE)
@drawn
def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`rand` in the shape and dtype of `input`."""
    backend = input._storage.backend if device is None else placed(device)
    values = uniform_numbers(_empty_like(input, dtype), 0.0, 1.0, source_on(backend, generator))
    return leaf(values, backend, requires_grad)


@reads(*LIKE)
@drawn
def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`randn` in the shape and dtype of `input`."""
    backend = input._storage.backend if device is None else placed(device)
    values = normal_numbers(_empty_like(input, dtype), 0.0, 1.0, source_on(backend, generator))
    return leaf(values, backend, requires_grad)


@reads(
    "Tensor input, int low, int high, *, torch.Generator? generator, "
    f"torch.memory_format memory_format = None, {OPTIONS}",
    f"Tensor input, int low, int high, *, torch.memory_format memory_format = None, {OPTIONS}",
    f"Tensor input, Tensor high, *, torch.Generator? generator, torch.memory_format memory_format = None, {OPTIONS}",
    f"Tensor input, Tensor high, *, torch.memory_format memory_format = None, {OPTIONS}",
    f"Tensor input, int high, *, torch.Generator? generator, torch.memory_format memory_format = None, {OPTIONS}",
    f"Tensor input, int high, *, torch.memory_format memory_format = None, {OPTIONS}",
)
@drawn
def randint_like(
    input: Tensor,
    *bounds: Any,
    low: Any = None,
    high: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`randint` in the shape and dtype of `input`: randint_like(input, high) or randint_like(input, low, high).

    >>> generator = torch.manual_seed(0); torch.randint_like(torch.zeros(3), 10)
    tensor([4., 9., 3.])
    """
    given = list(bounds)
    high = given.pop() if high is None else high
    if low is None:
        low = given.pop() if given else 0
    backend = input._storage.backend if device is None else placed(device)
    values = integers(_empty_like(input, dtype), (_whole(low), _whole(high)), source_on(backend, generator))
    return leaf(values, backend, requires_grad)
