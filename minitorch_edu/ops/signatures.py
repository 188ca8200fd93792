"""Signatures: what a call to a function may mean, in each of its forms: by its names, as a method, in place.

Note [Calls that do not fit]
A function could take exactly what it needs; then Python would refuse a wrong call, in words of its own, before the
function has seen it. So the functions of the public interface take whatever they are given, and hand what they did not
expect to their `Form`. It knows PyTorch's signatures, written as PyTorch's messages print them, and finds what else a
call may mean: `out=`, NumPy's names for arguments (`axis` for `dim`), or nothing, which is an error. A call that fits
pays for none of this. What fits, and what PyTorch says where nothing does, is in fitting.py.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.first_call import made_at_first_call
from minitorch_edu.ops.fitting import NUMBERS_TOO as NUMBERS_TOO
from minitorch_edu.ops.fitting import NUMPY_NAMES, refuse
from minitorch_edu.ops.fitting import Signature as Signature
from minitorch_edu.ops.fitting import parsed as parsed
from minitorch_edu.ops.kinds import type_name as type_name
from minitorch_edu.ops.outputs import into
from minitorch_edu.tensor import Tensor

OPTIONS = (
    "torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool pin_memory = False, "
    "bool requires_grad = False"
)
"""What every factory takes."""


class Missing:
    """What stands in the place of an argument that was not given."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Form:
    """One form of a function, `torch.add` or the method `add`: its signatures, and what else a call may mean.

    A method's signatures are those of the function less the tensor it belongs to, and less `out`.
    """

    def __init__(
        self, name: str, signatures: tuple[Signature, ...], method: bool = False, card: Any = None
    ) -> None:
        self.name = name
        self.signatures = signatures
        self.method = method
        self.card = card
        self.inplace = False
        self.of_method: tuple[Signature, ...] = ()
        self.straight: Callable[..., Any] | None = None
        self.function: Callable[..., Any] | None = None

    def as_method(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function as a method of tensors."""
        if self.method or not self.signatures:
            return function
        return formed(
            function, Form(self.name, self.of_method or methods_of(self.signatures), True, self.card)
        )

    def named(self, function: Callable[..., Any], name: str, *texts: str) -> Callable[..., Any]:
        """The function under another name, with signatures of that name if there are any."""
        form = Form(name, tuple(map(parsed, texts)) or self.signatures, self.method, self.card)
        form.of_method = () if texts else self.of_method
        return formed(function, form)

    def other_call(self, given: tuple[Any, ...], extra: Any, named: dict[str, Any], **options: Any) -> Any:
        """Answer a call with arguments that a compiled op does not know."""
        args, named = self._as_written(given, named, options)
        return self.call((*args, *extra), named)

    def call(self, args: tuple[Any, ...], named: dict[str, Any], error: Exception | None = None) -> Any:
        """Find what a call means that the function did not understand; else raise PyTorch's error, or `error`."""
        meant = {self._ours(name): value for name, value in named.items()}
        fitting = self.refuse(args, named)
        if fitting is not None and fitting.hidden:
            first = ("input",) * self.method
            names = (*first, *(each.name for each in fitting.parameters))
            args, meant = (), {**dict(zip(names, args, strict=False)), **meant}
        out = meant.pop("out", None)
        function = self._meant(meant)
        if out is not None:
            return into(self.name, out, function, args, meant)
        if function is not self.function:
            return function(*args, **meant)
        if meant == named and not (fitting and fitting.hidden):
            raise error or TypeError(f"{self.name}(): this form of the call is not supported")
        return function(*args, **meant)

    def _meant(self, named: dict[str, Any]) -> Callable[..., Any]:
        """The function that a call is for: `div(..., rounding_mode=)` is answered by another than `div` is."""
        assert self.function is not None
        others = {} if self.card is None else self.card.others
        chosen = next((others[name] for name in named if name in others), None)
        return self.function if chosen is None else registry.functions[f"{chosen}{'_' * self.inplace}"]

    def refuse(self, args: tuple[Any, ...], named: dict[str, Any]) -> Signature | None:
        """Raise PyTorch's error if the call fits none of the signatures, and tell which one it fits."""
        return refuse(self, args[self.method :], named) if self.signatures else None

    def refuse_values(self, given: tuple[Any, ...], **options: Any) -> None:
        """The same for what the parameters hold."""
        self.refuse(*self._as_written(given, {}, options))

    def _as_written(self, given: tuple[Any, ...], named: dict[str, Any], options: dict[str, Any]) -> Any:
        """The call as it was probably written: what follows a missing argument was named, defaults were left out."""
        if not self.signatures:
            return given, named
        parameters = self.signatures[0].parameters
        names = [*["input"] * self.method, *(each.name for each in parameters)]
        count = next((place for place, value in enumerate(given) if value is MISSING), len(given))
        later = zip(names[count:], given[count:], strict=False)
        written = {name: value for name, value in later if value is not MISSING}
        defaults = {each.name: each.default for each in parameters}
        written |= {
            name: value
            for name, value in options.items()
            if name in defaults and str(value) != defaults[name]
        }
        return given[:count], {**written, **named}

    def _ours(self, name: str) -> str:
        """Our name of an argument, for NumPy's and for that of a number in the place of the first input."""
        known = {each.name for signature in self.signatures for each in signature.parameters}
        if name == "self" and name in known:
            return "input"
        return NUMPY_NAMES.get(name, name) if name not in known and NUMPY_NAMES.get(name) in known else name


KINDS = {"int": "int", "float": "Number", "bool": "bool", "str": "str"}


def described(parameters: Sequence[inspect.Parameter], inputs: tuple[str, ...]) -> str:
    """The signature of a function as PyTorch would print it."""
    parts = []
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        kind = "Tensor" if each.name in inputs else KINDS[str(each.annotation)]
        parts.append(f"{kind} {each.name}" + ("" if each.default is each.empty else f" = {each.default}"))
    return ", ".join([*parts, *["*"] * ("*" not in parts), "Tensor out = None"])


OF_FUNCTIONS = ("Tensor input", "Tensor self", "Tensor out", "tuple of Tensors out")
"""Parameters that functions have and methods have not."""


def methods_of(signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    """What remains of a function's signatures for the method: those with a tensor to belong to, less that tensor."""
    return tuple(_without(each, OF_FUNCTIONS) for each in signatures if each.owner) or signatures


def in_place_of(signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    """What remains of them for the function that writes into its first input, and takes no other output."""
    return tuple(_without(each, ("Tensor out",)) for each in signatures if each.owner)


def _without(signature: Signature, parameters: tuple[str, ...]) -> Signature:
    kept = [part for part in signature.text[1:-1].split(", ") if part.split(" = ")[0] not in parameters]
    if kept and kept[-1] == "*":
        kept.pop()
    return Signature(f"({', '.join(kept)})", signature.hidden)


def reads(
    *texts: str,
    name: str | None = None,
    method: bool = False,
    methods: tuple[str, ...] = (),
    straight: Callable[..., Any] | None = None,
) -> Callable[[Any], Any]:
    """Let a plain function understand, or refuse, the calls that PyTorch's signatures describe.

    texts: as PyTorch's messages print them; a deprecated one that they leave out begins with "hidden".
    methods: those of the method, where they do not follow from the function's.
    method: there is no function; the texts are those of the method, whose tensor is the first argument.
    straight: the op that most calls are for, those with nothing but a tensor of floating point numbers.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        form = Form(name or function.__name__, tuple(map(parsed, texts)), method)
        form.of_method = tuple(map(parsed, methods))
        form.straight = straight
        return _reading(function, form)

    return decorate


def _reading(function: Callable[..., Any], form: Form) -> Callable[..., Any]:
    form.function = function

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        try:
            if named:
                return function(*args, **named)
            return function(*args)  # to unpack an empty dict takes its time
        except Exception as error:
            if "pin_memory" in named and _may_pin(form, named["pin_memory"]):
                pin = named.pop("pin_memory")
                made = call(*args, **named)
                return registry.functions["pinned"](made) if pin else made
            if type(error) is TypeError and _is_unbound(error, function, args, named):
                return form.call(args, named, error)
            form.refuse(args, named)
            raise

    if form.straight is not None:
        call = _straight(call, form.straight)
    call.form = form  # type: ignore[attr-defined]
    return call


def _may_pin(form: Form, pin: Any) -> bool:
    """Whether a call may be tried again for a tensor that is pinned afterwards: no factory does that by itself."""
    if pin is not None and pin is not True and pin is not False:
        return False
    return any("pin_memory" in each.text for each in form.signatures)


def _straight(general: Callable[..., Any], card: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, past all that another call could mean where it is the one that occurs most."""

    @functools.wraps(general)
    def call(input: Any = MISSING, *args: Any, **named: Any) -> Any:
        if args or named or type(input) is not Tensor or input._array.dtype.kind != "f":
            return general(*(() if input is MISSING else (input,)), *args, **named)
        return card(input)

    return call


def _is_unbound(error: Exception, function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether Python could not bind the arguments: the error comes from here, or from a wrapper of the function."""
    if error.__traceback__.tb_next is None:  # type: ignore[union-attr]
        return True
    if not hasattr(function, "__wrapped__"):
        return False
    try:
        inspect.signature(function).bind(*args, **named)
    except TypeError:
        return True
    return False


def formed(function: Any, form: Form) -> Any:
    """The same function in another form."""
    inner = function.form.function
    if inner is not function:
        form.straight = function.form.straight
        return _reading(inner, form)
    formed = made_at_first_call(function.__name__, function.compile_now, {"form": form})
    compile_now = formed.compile_now
    formed.__dict__ |= function.__dict__
    formed.__doc__, formed.__module__ = function.__doc__, function.__module__
    formed.form, formed.compile_now = form, compile_now
    form.function, form.inplace = formed, function.form.inplace
    return formed
