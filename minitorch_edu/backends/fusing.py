"""Fusing: a chain of element-by-element steps becomes one kernel of a GPU.

Note [Fusing]
To tell a GPU what to do takes longer than to do it, while arrays are small; and each step of a chain such as
`x / (1 + exp(-x))` reads and writes all of its array. So the first time a card's `forward`, or the formula of a
derivative, meets arrays of a GPU, it is run once with `Element`s in their place. An Element computes nothing: it writes
down, in C++, what happens to one element. What comes of it is one kernel, kept for arrays of the same dtypes. CuPy
compiles it; the simulated device runs the function with NumPy and counts one launch.

Python's numbers become parameters of the kernel, so that another learning rate is no other kernel. Where the function
looks at a number or at a shape, the kernel holds for that number and that shape alone. A function that does anything
else than steps on elements (adds up, looks at elements, calls what is not in `STEPS`) runs step by step, as before.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu.backends import gpus
from minitorch_edu.backends.elements import WORDS, Kernel, traced

BY_HAND = {
    "row_kernels": (
        "softmax_dim.forward", "softmax_dim.grad_input", "log_softmax_dim.forward", "log_softmax_dim.grad_input",
        "safe_softmax.forward", "safe_softmax.grad_input", "attention.weights",
    ),
    "norm_kernels": (
        "native_layer_norm.forward", "native_layer_norm.grad_input", "native_layer_norm.grad_weight",
        "native_group_norm.forward", "native_group_norm.grad_input", "native_group_norm.grad_weight",
        "native_batch_norm.forward", "native_batch_norm.grad_input", "native_batch_norm.grad_weight",
        "batch_norm.follow",
    ),
    "convolution_kernels": (
        "convolution_of.forward", "convolution_of.grad_input", "convolution_of.grad_weight",
        "through_weight.forward", "through_weight.grad_input", "through_weight.grad_weight",
        "correlation.forward", "correlation.grad_input", "correlation.grad_output",
    ),
    "loss_kernels": (
        "nll_loss.forward", "nll_loss.grad_input", "mse_loss.forward", "smooth_l1_loss.forward", "huber_loss.forward",
        "binary_cross_entropy.forward", "binary_cross_entropy_with_logits.forward",
    ),
    "pooling_kernels": ("max_pool.windows", "max_pool2d_with_indices.grad_input"),
}  # fmt: skip
OWN = {name: module for module, names in BY_HAND.items() for name in names}
"""What has a kernel that was written for a GPU by hand, and the module, which is imported when one is needed."""


class Fused:
    """A function of arrays of a GPU: one launch where it is a chain of steps on elements. See Note [Fusing]."""

    MOST = 1000
    """So many kernels are kept of one function: shapes may differ without end."""

    def __init__(self, name: str, function: Callable[..., Any], takes_xp: bool = False) -> None:
        self.__name__, self.function, self.takes_xp = name, function, takes_xp
        self.kernels: dict[Any, Kernel | None] = {}

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if self.takes_xp:
            arguments = arguments[1:]
        if options:
            arguments = (*arguments, *options.values())
        gpu = next((gpus.owner_of(each) for each in arguments if type(each) in gpus.owners), None)
        if gpu is None:
            return self.plainly(np, arguments, tuple(options))
        launch = _launch_by_hand(self.__name__, arguments)
        if launch is not None:
            return gpu.by_rows(launch, self.plainly, arguments)
        kernel = self.kernel(arguments, tuple(options))
        if kernel is None:
            return self.plainly(gpu.xp, arguments, tuple(options))
        return gpu.elementwise(kernel, lambda xp, *given: self.plainly(xp, given, tuple(options)), arguments)

    def into(self, targets: tuple[Any, ...], *arguments: Any) -> bool:
        """Write the results over these arrays, in one launch; where it takes more, do nothing and say False."""
        gpu = gpus.owner_of(targets[0])
        launch = _launch_by_hand(self.__name__, arguments)
        if launch is not None:
            gpu.by_rows(launch, self.plainly, arguments, targets)
            return True
        kernel = self.kernel(arguments)
        if kernel is not None:
            gpu.elementwise(kernel, lambda *given: self.plainly(np, given), arguments, targets)
        return kernel is not None

    def plainly(self, xp: Any, arguments: tuple[Any, ...], options: tuple[str, ...] = ()) -> Any:
        """Step by step; of the arguments, the last ones have these names."""
        count = len(arguments) - len(options)
        named = dict(zip(options, arguments[count:], strict=True))
        return self.function(*(xp,) * self.takes_xp, *arguments[:count], **named)

    def kernel(self, arguments: tuple[Any, ...], options: tuple[str, ...] = ()) -> Kernel | None:
        """The kernel for arguments like these, made when it is first needed; None where there is none."""
        for exact in (False, True):
            key = (exact, options, *[_key(each, exact) for each in arguments])
            try:
                found = self.kernels[key]
            except KeyError:
                if len(self.kernels) >= self.MOST:
                    self.kernels.clear()
                found = self.kernels[key] = traced(
                    self.__name__, functools.partial(_spread, self, options), arguments, exact
                )
            except TypeError:  # an argument that has no hash
                return None
            if found is not None:
                return found
        return None


def _launch_by_hand(name: str, arguments: tuple[Any, ...]) -> Any:
    """The launch of a kernel that was written by hand; None where there is none for such arguments."""
    return _choice(name)(*arguments) if name in OWN else None


@functools.cache
def _choice(name: str) -> Callable[..., Any]:
    module = importlib.import_module(f"minitorch_edu.backends.{OWN[name]}")  # by name: it stands a floor up
    return module.OWN[name]


def _spread(fused: Fused, options: tuple[str, ...], *given: Any) -> Any:
    return fused.plainly(WORDS, given, options)


def _key(value: Any, exact: bool) -> Any:
    kind = type(value)
    if kind in gpus.owners:
        return (value.dtype, value.shape) if exact else value.dtype
    return kind if kind in (float, int) and not exact else (kind, value)


# --- which functions are worth it -------------------------------------------------------------------------------------


def steps(function: Any) -> int:
    """How many steps on arrays a function takes at least, as far as its text tells."""
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):
        return 0
    return sum(map(_steps_in, definition.body)) if isinstance(definition, ast.FunctionDef) else 0


def _steps_in(node: ast.AST) -> int:
    if isinstance(node, ast.IfExp):
        return min(_steps_in(node.body), _steps_in(node.orelse))
    own = isinstance(node, ast.BinOp | ast.Compare | ast.UnaryOp | ast.Call | ast.AugAssign)
    return own + sum(map(_steps_in, ast.iter_child_nodes(node)))
