"""Casting: how autocast comes between a call and its op, and costs nothing where it is off.

Note [Stand-ins]
An op must not look, in each of its calls, whether autocast is on somewhere. So no op knows of autocast. When a thread
switches it on and no other had it on before, the functions on the lists exchange their code for that of a stand-in,
and get their own back when the last has switched it off. It is the function object that changes, as at a first call
(first_call.py): whoever has imported `matmul`, or holds the method `x.matmul`, or writes `x @ w`, meets the stand-in.

A stand-in asks for which device autocast is on in its own thread, casts the tensors of that device as the list says,
and calls the function itself, inside of which nothing is cast any more. Casts are ordinary ops with a history: what is
saved for the backward pass is narrow, and gradients arrive at the weights in the dtype of the weights.
"""

from __future__ import annotations

import functools
import importlib
import threading
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.amp import lists
from minitorch_edu.amp.state import state
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor

BANNED = (
    "torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast.\n"
    "Many models use a sigmoid layer right before the binary cross entropy layer.\n"
    "In this case, combine the two layers using torch.nn.functional.binary_cross_entropy_with_logits\n"
    "or torch.nn.BCEWithLogitsLoss.  binary_cross_entropy_with_logits and BCEWithLogits are\n"
    "safe to autocast."
)


# --- casts ----------------------------------------------------------------------------------------------------------


def tensors_of(args: tuple[Any, ...], named: dict[str, Any]) -> Iterator[Tensor]:
    """The tensors of a call, those in its lists included."""
    for value in (*args, *named.values()):
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from (each for each in value if isinstance(each, Tensor))


def eligible(value: Tensor, device: str) -> bool:
    """Whether autocast may cast it. Whoever computes in float64 means it."""
    return value.is_floating_point() and value.dtype is not dtypes.float64 and value.device.type == device


def cast_to(value: Any, kind: dtypes.dtype, device: str) -> Any:
    """A tensor, or those of a list, in a dtype; anything else as it is."""
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(cast_to(each, kind, device) for each in value)
    if not isinstance(value, Tensor) or value.dtype is kind or not eligible(value, device):
        return value
    weight = kind is state.dtypes[device] and value.dtype is dtypes.float32 and value.requires_grad
    kept = weight and value.is_leaf and value._base is None and grad_mode.enabled and state.cache_enabled
    if not kept:
        return value.to(kind)
    known = state.weights.get(id(value))
    if known is None or known[0]() is not value:
        known = state.weights[id(value)] = weakref.ref(value), value.to(kind)
    return known[1]


def all_to(kind: dtypes.dtype, device: str, args: Any, named: Any) -> tuple[Any, Any]:
    cast = (cast_to(each, kind, device) for each in args)
    return tuple(cast), {name: cast_to(each, kind, device) for name, each in named.items()}


def narrow(kind: dtypes.dtype, device: str, args: Any, named: Any) -> tuple[Any, Any]:
    return all_to(kind, device, args, named)


def single(kind: dtypes.dtype, device: str, args: Any, named: Any) -> tuple[Any, Any]:
    return all_to(dtypes.float32, device, args, named)


def as_sum(kind: dtypes.dtype, device: str, args: Any, named: Any) -> tuple[Any, Any]:
    first = next(tensors_of(args, named))
    asked = named.get("dtype") is not None or any(isinstance(each, dtypes.dtype) for each in args)
    return args, named if asked or not eligible(first, device) else {**named, "dtype": dtypes.float32}


def widest(kind: dtypes.dtype, device: str, args: Any, named: Any) -> tuple[Any, Any]:
    found = kind
    for each in tensors_of(args, named):
        if eligible(each, device):
            if dtypes.float32 in (found, each.dtype):
                found = dtypes.float32
            elif each.dtype is not kind:
                raise RuntimeError("Unexpected floating ScalarType in at::autocast::prioritize")
    return all_to(found, device, args, named)


def whole(kind: dtypes.dtype, device: str, args: Any, named: Any) -> tuple[Any, Any]:
    return args, named


def banned(kind: dtypes.dtype, device: str, args: Any, named: Any) -> tuple[Any, Any]:
    raise RuntimeError(BANNED)


POLICIES = {each.__name__: each for each in (narrow, single, as_sum, widest, whole, banned)}


# --- stand-ins ------------------------------------------------------------------------------------------------------


class StandIn:
    """What runs in the place of a function while autocast is on somewhere. See Note [Stand-ins]."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.policies: dict[str, Callable[..., Any]] = {}
        code, closure = function.__code__, function.__closure__
        self.itself: Any = types.FunctionType(
            code, function.__globals__, function.__name__, function.__defaults__, closure
        )
        self.itself.__kwdefaults__ = function.__kwdefaults__
        function.itself = self.itself  # for whoever wants its code
        function.__kwdefaults__ = {
            **(function.__kwdefaults__ or {}),
            "_run": self.run,
        }  # the stand-in alone looks there
        self.code = _code_over(len(code.co_freevars))

    def run(self, *args: Any, **named: Any) -> Any:
        device = self._device(args, named)
        if device is None:
            return self.itself(*args, **named)
        before, state.inside = state.inside, state.inside | {device}
        try:
            if named.get("out") is None:  # an op that writes into a tensor keeps to its dtype
                args, named = self.policies[device](state.dtypes[device], device, args, named)
            return self.itself(*args, **named)
        finally:
            state.inside = before

    def _device(self, args: Any, named: Any) -> str | None:
        """The type of device that the call is cast for."""
        enabled = state.enabled - state.inside if state.inside else state.enabled
        if not enabled:
            return None
        there = {each.device.type for each in tensors_of(args, named)}
        return next((name for name in self.policies if name in enabled and name in there), None)

    def come(self) -> None:
        self.function.__code__ = self.code

    def go(self) -> None:
        self.function.__code__ = self.itself.__code__


@functools.cache
def _code_over(cells: int) -> types.CodeType:
    """The code of a stand-in for a function with so many variables of an outer one: their number cannot change."""
    names = [f"cell{number}" for number in range(cells)]
    held = f"        if False: {', '.join(names)}\n" if names else ""
    text = (
        f"def outer({', '.join(names)}):\n    def stand_in(*args, _run, **named):\n{held}"
        "        return _run(*args, **named)\n    return stand_in\n"
    )
    known: dict[str, Any] = {}
    exec(text, known)
    return known["outer"](*names).__code__


@functools.cache
def stand_ins() -> list[StandIn]:
    """One for each function on a list, under all of its names, as a method and as an operator."""
    made: dict[int, StandIn] = {}
    for device in ("cuda", "cpu"):  # a call with tensors of both is cast for the GPU
        for policy, names in lists.FOR_DEVICE[device].items():
            for name in names.split():
                for function in functions_of(name):
                    getattr(function, "compile_now", lambda: None)()
                    if id(function) not in made:
                        made[id(function)] = StandIn(function)
                    made[id(function)].policies.setdefault(device, POLICIES[policy])
    return list(made.values())


def functions_of(name: str) -> Iterator[Any]:
    """The functions of an op of ATen's: `linalg_inv` is torch.linalg.inv, and `mse_loss` that of nn.functional."""
    torch, functional = (
        importlib.import_module("minitorch_edu"),
        importlib.import_module("minitorch_edu.nn.functional"),
    )
    family, _, rest = name.partition("_")
    homes = [torch, functional]
    for each in (name, *lists.CALLED.get(name, "").split()):
        found = [getattr(home, each, None) for home in homes]
        if family in ("fft", "linalg"):
            found.append(getattr(importlib.import_module(f"minitorch_edu.{family}"), rest, None))
        found += [registry.functions.get(each), registry.methods.get(each)]
        if each in registry.operators.deferred or dict.__contains__(registry.operators, each):
            found.append(registry.operators[each])
        yield from (each for each in found if isinstance(each, types.FunctionType))


_threads, _lock = 0, threading.Lock()


def begin() -> None:
    """Autocast is on for one device of one thread more."""
    global _threads
    with _lock:
        _threads += 1
        if _threads == 1:
            for each in stand_ins():
                each.come()


def end() -> None:
    """For one less."""
    global _threads
    with _lock:
        _threads -= 1
        if not _threads:
            for each in stand_ins():
                each.go()
