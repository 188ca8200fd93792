"""At once: the whole step of one parameter, of a formula for one element.

PyTorch takes an optimizer's step op by op: a dozen ops for each parameter. An optimizer here has a formula: what
becomes of one element of a parameter, and of what is remembered of it. On a GPU `fusing` makes one kernel of it, so
that a parameter is one launch. See Note [Fusing]. On a CPU NumPy runs it over bare arrays, piece by piece where they
are large, so that all steps on a piece find it in the cache. Where autograd is to see the step
(`differentiable=True`) it runs over tensors.

    def moved(xp, param, grad, buffer, rate, momentum):
        buffer = buffer * momentum + grad
        return param - buffer * rate, buffer

    _moved = Formula("SGD", moved)
    _moved.write(param, grad, (buffer,), 0.1, 0.9)   # writes param and buffer
"""

from __future__ import annotations

import importlib
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.fusing import Fused
from minitorch_edu.events import storage_written
from minitorch_edu.ops import registry
from minitorch_edu.ops.overlap import refuse_shared
from minitorch_edu.optim.narrow import run as run_narrow
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

PIECE = 1 << 15
"""So many elements are taken at a time: a few arrays of them fit into a processor's cache."""
TENSORS = {Tensor, Parameter}


class Formula:
    """What a parameter and its state become: `(xp, param, grad, *state, *numbers) -> (param, *state)`.

    xp is NumPy, CuPy, what writes a kernel down, or this package itself: a formula calls of it what all of them have.
    Numbers are Python's: floats and integers may change from step to step, and a kernel stays. What the formula
    branches on (a bool) is part of its kernel. A piece of state may be None in some ways to take the step, and comes
    back as None.
    """

    def __init__(self, name: str, formula: Callable[..., tuple[Any, ...]]) -> None:
        self.formula = formula
        self.fused = Fused(name, self._present, takes_xp=True)

    def _present(self, *given: Any) -> tuple[Any, ...]:
        return tuple([each for each in self.formula(*given) if each is not None])

    def write(self, param: Tensor, grad: Tensor, state: tuple[Tensor | None, ...], *numbers: Any) -> None:
        """Take the step, in the way that suits the device."""
        if grad_mode.enabled:
            self._on_tensors(param, grad, state, numbers)
            return
        if not TENSORS.isdisjoint(map(type, numbers)):
            numbers = tuple([each.item() if isinstance(each, Tensor) else each for each in numbers])
        if param._array.dtype.kind == "c":
            param, grad, state = as_pairs(param, grad, state)
        if not param._array.flags.c_contiguous:
            refuse_shared(param._array)
        if param._storage.backend is cpu:
            self._on_host(param, grad, state, numbers)
        elif not self.written(param, grad, state, *numbers):
            self._on_tensors(param, grad, state, numbers)

    def _on_host(self, param: Tensor, grad: Tensor, state: Any, numbers: Any) -> None:
        """Run the formula over NumPy's arrays."""
        changed = (param, *state)
        arrays: list[Any] = [None if each is None else each._array for each in (param, grad, *state)]
        target = arrays[0]
        if target.size > PIECE and all(each is None or each.flags.c_contiguous for each in arrays):
            flat = [None if each is None else each.reshape(-1) for each in arrays]
            for start in range(0, target.size, PIECE):
                self._run([None if each is None else each[start : start + PIECE] for each in flat], numbers)
        else:
            self._run(arrays, numbers)
        announce(changed)

    def _run(self, arrays: list[Any], numbers: Any) -> None:
        narrow = arrays[0].itemsize == 2
        results = run_narrow(self.formula, arrays, numbers) if narrow else self.formula(np, *arrays, *numbers)
        arrays[0][...] = results[0]
        for array, result in zip(arrays[2:], results[1:], strict=True):
            if array is not None:
                array[...] = result

    def written(self, param: Tensor, grad: Tensor, state: tuple[Tensor | None, ...], *numbers: Any) -> bool:
        """Take the step in one launch of a GPU; where that cannot be, do nothing and say False."""
        backend, kind, shape = param._storage.backend, param._array.dtype, param._array.shape
        if backend is cpu:
            return False
        changed = [param, *[each for each in state if each is not None]]
        for each in (grad, *changed):
            if (
                each._storage.backend is not backend
                or each._array.dtype != kind
                or each._array.shape != shape
            ):
                return False
        targets = tuple([each._array for each in changed])
        kept = [None if each is None else each._array for each in state]
        if not self.fused.into(targets, targets[0], grad._array, *kept, *numbers):
            return False
        announce(changed)
        return True

    def _on_tensors(self, param: Tensor, grad: Tensor, state: Any, numbers: Any) -> None:
        """Run the formula over tensors: op by op, and seen by autograd where it is on."""
        if param.is_complex():
            param, grad, state = as_pairs(param, grad, state)
        # copies: autograd may have to know what they were before they are written
        before = [None if each is None else each.clone() for each in (param, *state)]
        xp = importlib.import_module("minitorch_edu")
        results = self.formula(xp, before[0], grad, *before[1:], *numbers)
        for target, result in zip((param, *state), results, strict=True):
            if target is not None:
                target.copy_(result)


def announce(changed: Any) -> None:
    """These tensors were written."""
    for each in changed:
        if each is not None:
            each._version_counter.value += 1
            if storage_written:
                storage_written(each, None)


def as_pairs(param: Tensor, grad: Tensor, state: Any) -> tuple[Tensor, Tensor, tuple[Tensor | None, ...]]:
    """Complex numbers as two real ones each, which are moved apart."""
    pairs = registry.functions["view_as_real"]
    return pairs(param), pairs(grad), tuple([None if each is None else pairs(each) for each in state])


def lerp(start: Any, end: Any, weight: float, near: bool) -> Any:
    """A point between two, as `torch.lerp` finds it. near: whether the weight is less than a half."""
    step = end - start
    return start + step * weight if near else end - step * (1 - weight)


def counted(step: Tensor) -> float:
    """A counter of steps after one step more. The host does not wait for one on a GPU that it has counted itself."""
    if step._storage.backend is cpu and not grad_mode.enabled:
        array = step._array
        array += 1
        announce((step,))
        return array.item()
    key = id(step)
    known, version, before = _counts.get(key, (None, 0, 0.0))
    count = (
        before + 1 if known is not None and known() is step and version == step._version else step.item() + 1
    )
    step.add_(1)
    _counts[key] = weakref.ref(step, lambda _: _counts.pop(key, None)), step._version, count
    return count


_counts: dict[int, tuple[Any, int, float]] = {}
"""Counters that are not on the CPU, by their `id`: themselves, their versions, and their values at that version."""
