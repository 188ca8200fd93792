"""Backward hooks of modules: functions that see the gradients of what a module was given and of what it returned.

Note [Two nodes around a module]
A full backward hook is called with the gradients of all inputs and of all outputs. So the tensors among the arguments
go through a node of their own on their way into `forward`, and the results go through another: nodes that change
nothing. The outer one learns the gradients of the results first, and keeps them until the inner one, which is behind
the whole of `forward`, knows those of the inputs.
"""

from __future__ import annotations

import functools
import warnings
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from minitorch_edu.autograd.function import Function
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.callers import outside
from minitorch_edu.nn.modules import hooks
from minitorch_edu.tensor import Tensor

Gradients = tuple[Any, ...]


class BackwardHookFunction(Function):
    """A node that changes nothing: hooks are hung on it."""

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        ctx.mark_non_differentiable(*[each for each in args if not each.requires_grad])
        return args

    @staticmethod
    def backward(ctx: Any, *args: Any) -> Any:
        return args


def through(call: hooks.Call) -> None:
    """The call of a module, with what its backward hooks need around it."""
    module = call.module
    pre = [*hooks.BACKWARD_PRE.values(), *module._backward_pre_hooks.values()]
    full: list[Any] = []
    of_old: list[Any] = []
    for kind, table in (
        (hooks.full_everywhere, hooks.BACKWARD),
        (module._is_full_backward_hook, module._backward_hooks),
    ):
        if kind is not None:
            (full if kind else of_old).extend(table.values())
    around = BackwardHook(module, full, pre) if full or pre else None
    if around is not None:
        call.args = around.setup_input_hook(call.args)
    call.forward()
    if around is not None:
        if not isinstance(call.result, Tensor | tuple):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received "
                f"{type(call.result)}",
                stacklevel=outside(),
            )
        call.result = around.setup_output_hook(call.result)
    if of_old:
        _hang_of_old(module, of_old, call.args, call.result)


class BackwardHook:
    """The full backward hooks of one call. See Note [Two nodes around a module]."""

    def __init__(self, module: Any, user_hooks: Sequence[Any], user_pre_hooks: Sequence[Any]) -> None:
        self.module, self.user_hooks, self.user_pre_hooks = module, user_hooks, user_pre_hooks
        self.grad_outputs: Gradients | None = None
        self.inputs: list[int] | None = None  # which of the arguments are tensors, where one requires grad
        self.outputs: list[int] | None = None
        self.input_count = self.output_count = 0

    def setup_input_hook(self, args: tuple[Any, ...]) -> Any:
        """The arguments, behind a node of their own."""
        self.input_count = len(args)
        args, self.inputs = _behind_a_node(args, self._arrived)
        return args

    def setup_output_hook(self, result: Any) -> Any:
        """The results, behind another."""
        results = result if isinstance(result, tuple) else (result,)
        self.output_count = len(results)
        results, self.outputs = _behind_a_node(results, self._begun)
        return results if isinstance(result, tuple) else results[0]

    def _begun(self, _: Gradients, grad_output: Gradients) -> Gradients | None:
        """The gradients of the results are known."""
        assert self.outputs is not None
        gradients = _with_none(self.outputs, grad_output, self.output_count)
        for hook in self.user_pre_hooks:
            changed = hook(self.module, gradients)
            if changed is None:
                continue
            if len(changed) != len(gradients):
                raise RuntimeError(
                    "Backward pre hook returned an invalid number of grad_output, "
                    f"got {len(changed)}, but expected {len(gradients)}"
                )
            gradients = changed
        self.grad_outputs = gradients
        if self.inputs is None:
            self._end_without_inputs()
        return tuple(gradients[place] for place in self.outputs)

    def _end_without_inputs(self) -> None:
        """No input has a gradient to wait for: the hooks are called at once."""
        warnings.warn(
            "Full backward hook is firing when gradients are computed with respect to module outputs since no inputs "
            "require gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html"
            "#torch.nn.Module.register_full_backward_hook for more details.",
            stacklevel=outside(),
        )
        for hook in self.user_hooks:
            changed = hook(self.module, (None,) * self.input_count, self.grad_outputs)
            if changed is not None and not (
                isinstance(changed, tuple) and all(each is None for each in changed)
            ):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or None for "
                    "all gradients."
                )
        self.grad_outputs = None

    def _arrived(self, grad_input: Gradients, _: Gradients) -> Gradients | None:
        """The gradients of the arguments are known."""
        if self.grad_outputs is None:
            return None  # they came by another way than through the results, as in a second backward
        assert self.inputs is not None
        gradients = _with_none(self.inputs, grad_input, self.input_count)
        for hook in self.user_hooks:
            changed = hook(self.module, gradients, self.grad_outputs)
            if changed is None:
                continue
            if len(changed) != len(gradients):
                raise RuntimeError(
                    "Backward hook returned an invalid number of grad_input, "
                    f"got {len(changed)}, but expected {len(gradients)}"
                )
            gradients = changed
        self.grad_outputs = None
        return tuple(gradients[place] for place in self.inputs)


def _with_none(places: Sequence[int], values: Gradients, count: int) -> Gradients:
    """The values at their places, and None at all others."""
    found = dict(zip(places, values, strict=True))
    return tuple(found.get(place) for place in range(count))


def _behind_a_node(values: tuple[Any, ...], hook: Callable[..., Any]) -> tuple[Any, list[int] | None]:
    """The values with their tensors behind a node that has a hook, and where these are; None if none has a gradient."""
    places = [place for place, value in enumerate(values) if isinstance(value, Tensor)]
    if not (grad_mode.enabled and any(values[place].requires_grad for place in places)):
        return values, None
    behind = BackwardHookFunction.apply(*[values[place] for place in places])
    next(each.grad_fn for each in behind if each.grad_fn is not None).register_hook(hook)
    changed = list(values)
    for place, value in zip(places, behind, strict=True):
        changed[place] = value
    return (tuple(changed) if type(values) is tuple else type(values)(*changed)), places


# --- backward hooks of old ------------------------------------------------------------------------------------------

OF_OLD = "is deprecated and will be removed in future versions. This hook will be missing some {0}."
INSTEAD = " Please use register_full_backward_hook to get the documented behavior."
NO_TENSORS = (
    "Using non-full backward hooks on a Module that does not {0} a single Tensor or a tuple of Tensors "
)


def _hang_of_old(module: Any, of_old: Sequence[Any], args: Any, result: Any) -> None:
    """Hang hooks on the node of the first tensor in the result: they see its gradients, whatever node it is."""
    first = result
    while not isinstance(first, Tensor):
        isdict = isinstance(first, dict)
        first = next(each for each in first.values() if isinstance(each, Tensor)) if isdict else first[0]
    node = first.grad_fn
    if node is None:
        return
    for hook in of_old:
        node.register_hook(Bound(hook, module))
    said = _what_is_missing(args, result, node)
    if said:
        warnings.warn(said, FutureWarning, stacklevel=outside())


def _what_is_missing(args: Any, result: Any, node: Any) -> str:
    """What a hook of old will not see of a call; nothing where `forward` is a single node."""
    results, inputs = _all_tensors(result), _all_tensors(args)
    if results is None:
        return NO_TENSORS.format("return") + OF_OLD.format("of the grad_output") + INSTEAD
    if inputs is None:
        return NO_TENSORS.format("take as input") + OF_OLD.format("of the grad_input") + INSTEAD
    ends = {each.grad_fn for each in results if each.grad_fn is not None}
    start = "Using a non-full backward hook when "
    if len(ends) > 1:
        return f"{start}outputs are generated by different autograd Nodes {OF_OLD.format('grad_output')}{INSTEAD}"
    if node not in ends:
        return f"{start}outputs are nested in python data structure {OF_OLD.format('grad_output')}"
    if {each.grad_fn for each in inputs if each.grad_fn is not None} != {
        each for each, _ in node.next_functions
    }:
        return f"{start}the forward contains multiple autograd Nodes {OF_OLD.format('grad_input')}{INSTEAD}"
    return ""


def _all_tensors(value: Any) -> tuple[Tensor, ...] | None:
    """A tensor, or a tuple of tensors, as a tuple; None for everything else."""
    values = (value,) if isinstance(value, Tensor) else value
    return values if isinstance(values, tuple) and all(isinstance(each, Tensor) for each in values) else None


class Bound:
    """A hook that is given its module first. It does not keep the module alive, and can be pickled with it."""

    def __init__(self, hook: Callable[..., Any], module: Any = None) -> None:
        self.hook = hook
        functools.update_wrapper(self, hook)
        self.with_module = module is not None
        if module is not None:
            self.module = weakref.ref(module)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.with_module:
            return self.hook(*args, **kwargs)
        module = self.module()
        if module is None:
            raise RuntimeError("You are trying to call the hook of a dead Module!")
        return self.hook(module, *args, **kwargs)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = {"hook": self.hook, "with_module": self.with_module}
        if self.with_module:
            state["module"] = self.module()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.hook, self.with_module = state["hook"], state["with_module"]
        if self.with_module:
            if state["module"] is None:
                raise RuntimeError("You are trying to revive the hook of a dead Module!")
            self.module = weakref.ref(state["module"])
