"""Function: an operation of one's own, with a backward of one's own.

Note [ctx is the node]
`forward(ctx, ...)` and `backward(ctx, ...)` share one object. It is the node itself, the `grad_fn` of the results: what
`forward` hangs on it is there when `backward` runs, and goes when the graph goes.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from minitorch_edu import events
from minitorch_edu import missing as _missing
from minitorch_edu.autograd import custom_outputs, custom_transforms
from minitorch_edu.autograd.grad_mode import grad_mode, no_grad
from minitorch_edu.autograd.graph import Node, SavedInfo, next_sequence_number
from minitorch_edu.autograd.homes import brought_home
from minitorch_edu.autograd.saved import Packed, RawSaved, SavedTensor, saved_tensor
from minitorch_edu.callers import outside
from minitorch_edu.ops.operands import edges
from minitorch_edu.ops.transforms import innermost, levels
from minitorch_edu.tensor import Tensor, wrap


class FunctionCtx:
    """What `forward` may say to its ctx."""

    materialize_grads = True
    to_save: tuple[Any, ...] = ()
    saved_for_forward: tuple[Any, ...] | None = None
    dirty_tensors: tuple[Any, ...] = ()
    non_differentiable: tuple[Any, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors, or None, for `backward`, where they are `ctx.saved_tensors`."""
        self.to_save = tensors

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep tensors, or None, for `jvp`, where they are `ctx.saved_tensors`."""
        for tensor in tensors:
            if not (isinstance(tensor, Tensor) or tensor is None):
                raise AssertionError(
                    "save_for_forward expects all arguments to be tensors; you should save non-tensors as attributes "
                    "on ctx."
                )
        self.saved_for_forward = tensors

    def mark_dirty(self, *args: Any) -> None:
        """Say which inputs `forward` has written in place. They have to be among its results."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args: Any) -> None:
        """Say which results have no gradient."""
        self.non_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether `backward` is given zeros for a result that no gradient came for, as it is by default, or None."""
        self.materialize_grads = value


class BackwardCFunction(Node, FunctionCtx):
    """The node of a custom Function. See Note [ctx is the node]."""

    runs_on_nothing = True
    saves = True
    _forward_cls: Any
    _kept: list[SavedTensor | None] | None

    def __init__(self, inputs: Sequence[Any]) -> None:
        self.needs_input_grad = tuple(isinstance(each, Tensor) and each.requires_grad for each in inputs)
        self._is_tensor = tuple(isinstance(each, Tensor) for each in inputs)
        self._homes = [each._storage.backend for each in inputs if isinstance(each, Tensor)]
        self.edges = ()
        self.sequence_number = next_sequence_number()
        self.hooks = None
        self.shape = self.dtype = None
        self._kept = []

    def _name(self) -> str:
        return f"torch.autograd.function.{type(self).__name__}"

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What `save_for_backward` was given, checked not to have been written since."""
        if self.saved_for_forward is not None:
            return self.saved_for_forward
        if self._kept is None:
            saved_tensor(None, self)  # raises
        return tuple(each if each is None else saved_tensor(each, self) for each in self._kept or ())

    _saved_tensors = saved_tensors

    @property
    def _raw_saved_tensors(self) -> tuple[RawSaved, ...]:
        return tuple(RawSaved(each, self) for each in self._kept or ())

    def saved_tensors_info(self) -> list[SavedInfo]:
        if self._kept is None:
            return [SavedInfo("tensors", None, None, True)]
        told = []
        for place, saved in enumerate(self._kept):
            if saved is not None:
                packed = isinstance(saved.tensor, Packed)
                version = saved.version if packed else saved.tensor._version
                told.append(SavedInfo(f"tensors[{place}]", saved.version, version, False, packed))
        return told

    def release(self) -> None:
        self._kept = None

    def _keep(self) -> None:
        """Save what `forward` asked for, when the results are known."""
        kept: list[SavedTensor | None] = []
        for place, tensor in enumerate(self.to_save):
            if tensor is None:
                kept.append(None)
                continue
            if not isinstance(tensor, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {place} is of type "
                    f"{type(tensor).__name__}"
                )
            own = tensor._grad_fn is self
            shown = tensor._alias(tensor._output_nr) if own else tensor
            kept.append(SavedTensor(shown, tensor._version_counter.value, own))
        self._kept = kept
        self.to_save = self.dirty_tensors = self.non_differentiable = ()

    def run_on_tensors(self, *grads: Any) -> tuple[Any, ...]:
        given = [self._whole(place, grad) for place, grad in enumerate(grads)]
        found = self.apply(*given)
        found = found if isinstance(found, tuple) else (found,)
        return self._to_tensors(found)

    def run_on_arrays(self, *grads: Any) -> tuple[Any, ...]:
        found = self.run_on_tensors(
            *(
                each if each is None else wrap(backend.asarray(each), backend)
                for each, backend in zip(grads, self._backends, strict=True)
            )
        )
        return tuple(each if each is None else each._array for each in found)

    def _whole(self, place: int, grad: Any) -> Any:
        shape, kind = (
            (self.shape, self.dtype) if self.output_count == 1 else (self.shape[place], self.dtype[place])
        )
        if grad is not None or not self.materialize_grads or shape is None:
            return grad
        backend = self._backends[place]
        return wrap(backend.xp.zeros(shape, kind), backend)

    def _to_tensors(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        """The gradients of the tensors among the inputs, out of what `backward` returned for all of them."""
        name, expected = type(self).__name__, len(self._is_tensor)
        if len(found) > expected and all(each is None for each in found[expected:]):
            found = found[:expected]
        if len(found) != expected:
            raise RuntimeError(
                f"function {name} returned an incorrect number of gradients (expected {expected}, got {len(found)})"
            )
        for place, (each, was_tensor) in enumerate(zip(found, self._is_tensor, strict=True)):
            if each is not None and not was_tensor:
                raise RuntimeError(
                    f"function {name} returned a gradient different than None at position {place + 1}, but the "
                    "corresponding forward input was not a Variable"
                )
            if each is not None and not isinstance(each, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type(each).__name__})")
        grads = [each for each, was_tensor in zip(found, self._is_tensor, strict=True) if was_tensor]
        for place, (grad, home) in enumerate(zip(grads, self._homes, strict=True)):
            if grad is not None and grad._storage.backend is not home and self.edges[place] is not None:
                grads[place] = brought_home(grad, home, place, self)
        return tuple(grads)

    def apply(self, *args: Any) -> Any:
        """Call the `backward` (or `vjp`) of the Function."""
        function = self._forward_cls
        backward, vjp = function.backward, function.vjp
        if backward is not Function.backward and vjp is not Function.vjp:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                "implement one of them."
            )
        return (vjp if vjp is not Function.vjp else backward)(self, *args)


class FunctionMeta(type):
    """Makes the class of the nodes: `ExpBackward` for a Function `Exp`."""

    def __init__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> None:
        super().__init__(name, bases, attributes)
        cls._backward_cls = type(f"{name}Backward", (BackwardCFunction,), {"_forward_cls": cls})
        cls._card = Announced(name)


class Announced:
    """What listeners are told ran: a card in name alone, since the formulas are Python code."""

    is_view = inplace = False
    rules = ()

    def __init__(self, name: str) -> None:
        self.name = name


class Function(metaclass=FunctionMeta):
    """An operation of your own: inherit, write `forward` and `backward`, and call it by `apply`.

    >>> class Double(torch.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return x * 2
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         return grad * 2
    >>> x = torch.ones(2, requires_grad=True)
    >>> y = Double.apply(x); y
    tensor([2., 2.], grad_fn=<DoubleBackward>)
    >>> y.sum().backward(); x.grad
    tensor([2., 2.])
    """

    generate_vmap_rule = False
    _backward_cls: Any
    _card: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(
            f"{self.__class__} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=outside(),
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the results: `forward(ctx, *inputs)`, or `forward(*inputs)` where there is a `setup_context`."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save what `backward` needs, apart from `forward`."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """The gradient of each input, from the gradients of the results; None for what is no tensor."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """The tangent of each result, from the tangents of the inputs."""
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with forward mode AD."
        )

    @staticmethod
    def vmap(info: Any, in_dims: Any, *args: Any) -> Any:
        """(results, the dimension of each along which the examples lie), for a whole batch at once."""
        raise NotImplementedError(
            "To use autograd.Function with vmap, you must either override the vmap staticmethod or set "
            "generate_vmap_rule=True."
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run `forward`, and record that it ran."""
        splits = cls.setup_context is not Function.setup_context
        if splits:
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        if levels.entered and (level := innermost(args)) is not None:
            return custom_transforms.applied(cls, level, args)
        return _run(cls, args, kwargs)[0]


def _run(cls: Any, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, BackwardCFunction]:
    """The results, and the ctx that knows how they came about. Arguments given by name are the last inputs."""
    inputs = (*args, *named.values())
    ctx = cls._backward_cls(inputs)
    recorded = grad_mode.enabled and any(ctx.needs_input_grad)
    if recorded:
        ctx.edges = edges([each for each in inputs if isinstance(each, Tensor)])
    with no_grad():
        if cls.setup_context is not Function.setup_context:
            output = cls.forward(*args, **named)
            cls.setup_context(ctx, inputs, output)
        else:
            output = cls.forward(ctx, *args, **named)
    results = custom_outputs.placed(ctx, inputs, output, recorded)
    if recorded:
        ctx._keep()
    output = results if isinstance(output, tuple) else results[0]
    if events.op_executed:
        events.op_executed(cls._card, inputs, output)
    return output, ctx


class InplaceFunction(Function):
    """The old name of Functions that write in place."""


class _DelayedError(Node):
    """Has nothing to say until somebody wants a gradient of it."""

    __slots__ = ("text",)
    runs_on_nothing = True

    def __init__(self, text: str, tensor: Tensor) -> None:
        leaf = tensor.detach().requires_grad_()
        self.text = text
        self.edges = ((leaf, 0),)
        self.sequence_number = next_sequence_number()
        self.shape, self.dtype = tensor._array.shape, tensor._array.dtype
        self.hooks = None

    def name(self) -> str:
        return "torch::autograd::Error"

    def run_on_arrays(self, *grads: Any) -> Any:
        raise RuntimeError(self.text)

    run_on_tensors = run_on_arrays


def once_differentiable(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a `backward` that is not to be differentiated again: it runs unrecorded, and says so to whoever tries."""

    @functools.wraps(fn)
    def wrapper(ctx: Any, *args: Any, **kwargs: Any) -> Any:
        with no_grad():
            outputs = fn(ctx, *args, **kwargs)
        wanted = any(isinstance(each, Tensor) and each.requires_grad for each in args)
        if not grad_mode.enabled or not wanted:
            return outputs
        text = "trying to differentiate twice a function that was marked with @once_differentiable"
        several = outputs if isinstance(outputs, tuple) else (outputs,)
        marked = tuple(
            each if each is None else each._with_history(_DelayedError(text, each)) for each in several
        )
        return marked if isinstance(outputs, tuple) else marked[0]

    return wrapper


__getattr__ = _missing.names_of(__name__)
