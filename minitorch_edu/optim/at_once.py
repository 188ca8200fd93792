"""At once: the whole step of one parameter as one kernel of a GPU, of a formula alone.

On a CPU an optimizer takes its step op by op. On a GPU each op would be a launch, a dozen for each parameter, and to
launch them would take longer than what they do. So an optimizer has a second way: a formula for one element, which
`fusing` makes a kernel of. See Note [Fusing].

    def moved(param, grad, buffer, rate, momentum):
        buffer = buffer * momentum + grad
        return param - buffer * rate, buffer

    _moved = Formula("SGD", moved)
    _moved.written(param, grad, (buffer,), 0.1, 0.9)   # one launch: writes param and buffer
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.fusing import Fused
from minitorch_edu.events import storage_written
from minitorch_edu.tensor import Tensor


class Formula:
    """What a parameter and its state become: `(param, grad, *state, *numbers) -> (param, *state)`.

    Numbers are Python's: floats and integers may change from step to step, and the kernel stays. What the formula
    branches on (a bool) is part of its kernel.
    """

    def __init__(self, name: str, formula: Callable[..., tuple[Any, ...]]) -> None:
        self.fused = Fused(name, formula)

    def written(self, param: Tensor, grad: Tensor, state: tuple[Tensor, ...], *numbers: Any) -> bool:
        """Take the step in one launch; where that cannot be, do nothing and say False."""
        backend, kind, shape = param._storage.backend, param._array.dtype, param._array.shape
        if backend is cpu:
            return False
        for each in (grad, *state):
            if (
                each._storage.backend is not backend
                or each._array.dtype != kind
                or each._array.shape != shape
            ):
                return False
        changed = (param, *state)
        targets = tuple([each._array for each in changed])
        if not self.fused.into(targets, targets[0], grad._array, *targets[1:], *numbers):
            return False
        for each in changed:
            each._version_counter.value += 1
            if storage_written:
                storage_written(each, None)
        return True
