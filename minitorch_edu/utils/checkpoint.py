"""torch.utils.checkpoint: keep only the inputs of a part of a model, and compute the part again in the backward pass.

Note [Two ways to compute again]
With `use_reentrant=True` the part is one custom Function. It runs unrecorded; its backward runs it again, recorded, and
starts a backward pass of its own inside the one that is running.

With `use_reentrant=False` the part runs recorded as always, but hooks keep a number in the place of each tensor that is
saved. When the first of them is needed, the part is computed again with hooks that collect what is saved this time, in
the same order; and it is stopped as soon as the last one is there.
"""

from __future__ import annotations

import contextlib
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.autograd.calls import backward
from minitorch_edu.autograd.engine import running
from minitorch_edu.autograd.function import Function
from minitorch_edu.autograd.grad_mode import enable_grad, is_grad_enabled, no_grad
from minitorch_edu.autograd.graph import Node
from minitorch_edu.autograd.saved import SavedTensor, saved_tensor, saved_tensors_hooks
from minitorch_edu.callers import outside
from minitorch_edu.ops.creation import backend_for
from minitorch_edu.ops.generator import generator_of
from minitorch_edu.random import fork_rng, get_rng_state, set_rng_state
from minitorch_edu.tensor import Tensor

SAY_WHICH = (
    "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling "
    "checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but if you need to "
    "preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on the "
    "differences between the two variants."
)
SAY_WHICH_OF_SEQUENTIAL = (
    "torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly. In version "
    "2.9 we will raise an exception if use_reentrant is not passed. use_reentrant=False is recommended, but if you "
    "need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on "
    "the differences between the two variants."
)


class CheckpointError(RuntimeError):
    """What was computed again is not what was computed before."""


def noop_context_fn() -> tuple[Any, Any]:
    """Two with-blocks that do nothing: around the first run, and around those that compute again."""
    return contextlib.nullcontext(), contextlib.nullcontext()


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable[[], tuple[Any, Any]] = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args)`, of which only the inputs are kept: the backward pass computes the rest again.

    preserve_rng_state: draw the same random numbers again (dropout). determinism_check: "none" trusts that the second
    run saves tensors of the same shapes. early_stop: compute no more than is needed.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> y = torch.utils.checkpoint.checkpoint(lambda x: (x * x) ** 2, x, use_reentrant=False)
    >>> y.sum().backward(); x.grad
    tensor([ 4., 32.])
    """
    if use_reentrant is None:
        warnings.warn(SAY_WHICH, stacklevel=outside())
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs and use_reentrant:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if use_reentrant:
        if context_fn is not noop_context_fn or debug is not False:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        return CheckpointFunction.apply(function, preserve, *args)
    if determinism_check not in ("default", "none"):
        raise ValueError(
            f"determinism_check should be one of {['default', 'none']}, but got {determinism_check}"
        )
    first_time, again = context_fn()
    stops = _early_stop.wanted if _early_stop.wanted is not None else early_stop
    part = _Part(function, args, kwargs, preserve, again, determinism_check == "default", stops)
    if not is_grad_enabled():
        return function(*args, **kwargs)
    with part.hooks(), first_time:
        return function(*args, **kwargs)


class _EarlyStop:
    wanted: bool | None = None


_early_stop = _EarlyStop()


@contextlib.contextmanager
def set_checkpoint_early_stop(enable: bool) -> Iterator[None]:
    """A with-block in which checkpoints stop early, or do not, whatever they were told."""
    before, _early_stop.wanted = _early_stop.wanted, enable
    try:
        yield
    finally:
        _early_stop.wanted = before


class _Inputs(Node):
    """Stands for the node that saved the inputs of a part, in messages."""

    def __init__(self) -> None:
        self.edges = ()
        self.hooks = None

    def name(self) -> str:
        return "Checkpoint"


class _Stop(Exception):
    """Everything that is needed has been computed again."""


class _Place:
    """What is kept instead of a saved tensor: where it comes in the order."""

    __slots__ = ("index", "__weakref__")

    def __init__(self, index: int) -> None:
        self.index = index


class _Part:
    """A part of a model that is going to be computed again. See Note [Two ways to compute again]."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        preserve: bool,
        context: Any,
        checks: bool,
        stops: bool,
    ) -> None:
        self.function, self.kwargs = function, kwargs
        self.context, self.checks, self.stops = context, checks, stops
        self.node = _Inputs()
        self.inputs = [
            SavedTensor(each, each._version_counter.value, False) if isinstance(each, Tensor) else each
            for each in args
        ]
        self.random_state = _random_states(args) if preserve else None
        self.casts = _casts()
        self.places: list[weakref.ref[_Place]] = []
        self.looks: list[dict[str, Any]] = []
        self.again: weakref.WeakKeyDictionary[Any, dict[int, Any]] = weakref.WeakKeyDictionary()

    def hooks(self) -> saved_tensors_hooks:
        return saved_tensors_hooks(self._keep_place, self._computed_again)

    def _keep_place(self, tensor: Tensor) -> _Place:
        place = _Place(len(self.places))
        self.places.append(weakref.ref(place))
        self.looks.append(_look(tensor))
        return place

    def _computed_again(self, place: _Place) -> Tensor:
        task: Any = running.tasks[-1] if running.tasks else _Place(0)
        found = self.again.get(task)
        if found is None:
            self.again[task] = found = self._run()
        if place.index not in found:
            raise CheckpointError(
                "torch.utils.checkpoint: Unpack is being triggered for a tensor that was already unpacked once. If you "
                "are calling ctx.saved_tensors in backward, make sure to do so only once. Otherwise please open an "
                "issue with details on your use case."
            )
        return found.pop(place.index)

    def _run(self) -> dict[int, Any]:
        """What the part saves when it is computed again, by its place in the order."""
        found: dict[int, Any] = {}
        count = 0

        def collect(tensor: Tensor) -> Tensor:
            nonlocal count
            index, count = count, count + 1
            tensor = tensor.detach()
            if index >= len(self.places):
                raise CheckpointError(
                    "torch.utils.checkpoint: trying to save more tensors during recomputation than during the original "
                    "forward pass.\n"
                )
            if self.places[index]() is not None:
                found[index] = tensor
            if self.stops and count == len(self.places):
                raise _Stop
            return tensor

        args = [
            saved_tensor(each, self.node) if isinstance(each, SavedTensor) else each for each in self.inputs
        ]
        with contextlib.suppress(_Stop), _drawing_again(self.random_state), _casting(self.casts), enable_grad():
            with saved_tensors_hooks(collect, lambda tensor: tensor), self.context:
                self.function(*args, **self.kwargs)
        self._check(found, count)
        return found

    def _check(self, found: dict[int, Any], count: int) -> None:
        if count != len(self.places):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of tensors saved during forward: {len(self.places)}\nNumber of tensors saved "
                f"during recomputation: {count}.\n"
            )
        different = [
            f"tensor at position {index}:\nsaved metadata: {self.looks[index]}\n"
            f"recomputed metadata: {_look(tensor)}\n"
            for index, tensor in sorted(found.items())
            if self.checks and _look(tensor) != self.looks[index]
        ]
        if different:
            raise CheckpointError(
                "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than "
                f"during the forward pass.\n{''.join(different)}.\n"
            )


def _look(tensor: Tensor) -> dict[str, Any]:
    return {"shape": tensor.shape, "dtype": tensor.dtype, "device": tensor.device}


def _random_states(args: Any) -> dict[str, Tensor]:
    """Where the random numbers stand: those of the CPU, and of each GPU on which an argument is."""
    places = sorted({str(each.device) for each in _tensors(args) if each.is_cuda})
    return {"cpu": get_rng_state()} | {place: _generator(place).get_state() for place in places}


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tensors(each)


def _generator(place: str) -> Any:
    return generator_of(backend_for(place))


@contextlib.contextmanager
def _drawing_again(states: dict[str, Tensor] | None) -> Iterator[None]:
    """The random numbers from `states` on, and those of the caller afterwards."""
    gpus = [place for place in states or () if place != "cpu"]
    with fork_rng(devices=gpus, enabled=states is not None):
        for place, state in (states or {}).items():
            if place == "cpu":
                set_rng_state(state)
            else:
                _generator(place).set_state(state)
        yield


def _casts() -> dict[str, Any]:
    """How autocast is set for each type of device; nothing where the program has not used it yet."""
    amp = sys.modules.get("minitorch_edu.amp")
    return {} if amp is None else amp.autocast_mode.current()


def _casting(casts: dict[str, Any]) -> Any:
    """Cast as the first run did."""
    amp = sys.modules.get("minitorch_edu.amp")
    return contextlib.nullcontext() if amp is None else amp.autocast_mode.restored(casts)


class CheckpointFunction(Function):
    """The reentrant way. See Note [Two ways to compute again]."""

    @staticmethod
    def forward(ctx: Any, run_function: Callable[..., Any], preserve_rng_state: bool, *args: Any) -> Any:
        if not any(each.requires_grad for each in args if isinstance(each, Tensor)):
            warnings.warn(
                "None of the inputs have requires_grad=True. Gradients will be None", stacklevel=outside()
            )
        ctx.run_function = run_function
        ctx.random_state = _random_states(args) if preserve_rng_state else None
        ctx.casts = _casts()
        ctx.inputs = [None if isinstance(each, Tensor) else each for each in args]
        ctx.places = [place for place, each in enumerate(args) if isinstance(each, Tensor)]
        ctx.save_for_backward(*(args[place] for place in ctx.places))
        with no_grad():
            return run_function(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        if running.tasks and not running.tasks[-1].to_all_leaves:
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` "
                "parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call "
                ".backward() without passing the `inputs` argument."
            )
        inputs = list(ctx.inputs)
        for place, tensor in zip(ctx.places, ctx.saved_tensors, strict=True):
            inputs[place] = tensor.detach().requires_grad_(tensor.requires_grad)
        with _drawing_again(ctx.random_state), _casting(ctx.casts), enable_grad():
            outputs = ctx.run_function(*inputs)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        leading = [
            (output, grad)
            for output, grad in zip(outputs, grads, strict=True)
            if isinstance(output, Tensor) and output.requires_grad
        ]
        if not leading:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        backward([output for output, _ in leading], [grad for _, grad in leading])
        return None, None, *(each.grad if isinstance(each, Tensor) else None for each in inputs)


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """Run functions one after the other, in so many segments; all but the last are checkpoints.

    functions: a list of functions, or a `Sequential`.
    """
    if use_reentrant is None:
        warnings.warn(SAY_WHICH_OF_SEQUENTIAL, stacklevel=outside())
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if hasattr(functions, "children"):
        functions = list(functions.children())

    def one_after_the_other(some: Any) -> Callable[[Any], Any]:
        def run(input: Any) -> Any:
            for function in some:
                input = function(input)
            return input

        return run

    size = len(functions) // segments
    last = size * (segments - 1)
    for start in range(0, last, size):
        segment = one_after_the_other(functions[start : start + size])
        input = checkpoint(segment, input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
    return one_after_the_other(functions[last:])(input)


__getattr__ = _missing.names_of(__name__)
