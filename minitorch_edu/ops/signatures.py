"""Signatures: what PyTorch says of a call that fits none of its own.

Note [Calls that do not fit]
A function could take exactly what it needs; then Python would refuse a wrong call, in words of its own, before the
function has seen it. So the functions of the public interface take whatever they are given, and hand what they did not
expect to their `Form`. It knows PyTorch's signatures, written as PyTorch's messages print them, and finds what else a
call may mean: `out=`, NumPy's names for arguments (`axis` for `dim`), or nothing, which is an error. A call that fits
pays for none of this. (PyTorch's python_arg_parser.cpp and invalid_arguments.cpp.)
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

from minitorch_edu.ops import registry
from minitorch_edu.ops.first_call import made_at_first_call
from minitorch_edu.ops.kinds import FITS, is_int, is_number
from minitorch_edu.ops.kinds import type_name as type_name
from minitorch_edu.ops.outputs import into

OPTIONS = (
    "torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool pin_memory = False, "
    "bool requires_grad = False"
)
"""What every factory takes."""


class Parameter(NamedTuple):
    kind: str
    name: str
    default: str | None  # as printed; None where the argument is required
    keyword_only: bool
    one_for_all: bool = False  # written "tuple of ints[2]": an int stands for as many
    optional: bool = False  # written "int?": may be None, though there is no default


class Signature:
    """One way to call a function. It is parsed when a call has to be understood; most calls fit without that.

    hidden: deprecated: it is still understood, but no message mentions it
    """

    def __init__(self, text: str, hidden: bool = False) -> None:
        self.text, self.hidden = text, hidden

    @functools.cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(_parameters(self.text))

    @property
    def printed(self) -> str:
        return (
            re.sub(r"(\[\d+\])?\??(?= \w+[,)= ])", "", self.text)
            if "[" in self.text or "?" in self.text
            else self.text
        )

    @property
    def owner(self) -> bool:
        return any(each.kind == "Tensor" and each.name in ("input", "self") for each in self.parameters)

    @property
    def positional(self) -> int:
        return sum(not each.keyword_only for each in self.parameters)

    @property
    def required(self) -> int:
        return sum(each.default is None for each in self.parameters)


class Missing:
    """What stands in the place of an argument that was not given."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()

NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}
"""NumPy's names of arguments, and PyTorch's."""


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
    *texts: str, name: str | None = None, method: bool = False, methods: tuple[str, ...] = ()
) -> Callable[[Any], Any]:
    """Let a plain function understand, or refuse, the calls that PyTorch's signatures describe.

    texts: as PyTorch's messages print them; a deprecated one that they leave out begins with "hidden".
    methods: those of the method, where they do not follow from the function's.
    method: there is no function; the texts are those of the method, whose tensor is the first argument.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        form = Form(name or function.__name__, tuple(map(parsed, texts)), method)
        form.of_method = tuple(map(parsed, methods))
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
            if type(error) is TypeError and _is_unbound(error, function, args, named):
                return form.call(args, named, error)
            form.refuse(args, named)
            raise

    call.form = form  # type: ignore[attr-defined]
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
        return _reading(inner, form)
    formed = made_at_first_call(function.__name__, function.compile_now, {"form": form})
    compile_now = formed.compile_now
    formed.__dict__ |= function.__dict__
    formed.__doc__, formed.__module__ = function.__doc__, function.__module__
    formed.form, formed.compile_now = form, compile_now
    form.function, form.inplace = formed, function.form.inplace
    return formed


def refuse(form: Form, args: tuple[Any, ...], named: dict[str, Any]) -> Signature:
    """Raise PyTorch's error if the call fits none of the signatures; else tell which one it fits."""
    name, signatures = form.name, form.signatures
    if form.method and len(signatures) == 1 and not signatures[0].parameters:
        _refuse_anything(name, args, named)
    errors = []
    for signature in signatures:
        try:
            _check(name, signature, args, named)
        except TypeError as error:
            errors.append((signature, error))
        else:
            _unpack(name, signature, args, named)
            return signature
    given = len(args) + len(named)
    plausible = [
        error for each, error in errors if each.required <= given <= len(each.parameters) and not each.hidden
    ]
    if len(plausible) == 1 or len(signatures) == 1:
        raise (plausible or [errors[0][1]])[0] from None
    _refuse_all(name, [each for each in signatures if not each.hidden], args, named)


def _refuse_anything(name: str, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """A method without arguments is refused them by Python itself, in PyTorch."""
    if named:
        raise TypeError(f"TensorBase.{name}() takes no keyword arguments")
    if args:
        raise TypeError(f"TensorBase.{name}() takes no arguments ({len(args)} given)")


def parsed(text: str) -> Signature:
    """A signature as cards write it."""
    return Signature(f"({text.removeprefix('hidden ')})", text.startswith("hidden "))


def _parameters(text: str) -> Iterator[Parameter]:
    keyword_only = False
    for part in filter(None, text[1:-1].split(", ")):
        if part == "*":
            keyword_only = True
            continue
        declared, _, default = part.partition(" = ")
        kind, _, name = declared.rpartition(" ")
        plain = kind.rstrip("?").partition("[")[0]
        yield Parameter(plain, name, default or None, keyword_only, "[" in kind, kind.endswith("?"))


def _check(name: str, signature: Signature, args: Any, named: dict[str, Any]) -> None:
    """Raise what PyTorch raises where the call does not fit this signature."""
    parameters = signature.parameters
    spread = _is_spread(signature, args)
    if len(args) > signature.positional and not spread:
        _refuse_count(name, signature, len(args))
    known = set()
    for place, each in enumerate(parameters):
        positional = place < len(args) and not each.keyword_only
        key = _key_of(each, named)
        if not positional and key is None:
            if each.default is None:
                _refuse_missing(name, parameters[place:])
            continue
        value = args[place] if positional else named[key]
        if not positional:
            known.add(key)
        if each.kind == "Tensor" and _takes_number(name, each) and is_number(value):
            continue
        if not (spread and not place):
            _check_argument(name, each, value, place if positional else None)
    if len(known) == len(named):
        return
    for keyword in named:
        if all(each.name != keyword for each in parameters):  # NumPy's name, even if it was understood
            raise TypeError(f"{name}() got an unexpected keyword argument '{keyword}'")
        if keyword not in known:
            raise TypeError(f"{name}() got multiple values for argument '{keyword}'")


def _key_of(parameter: Parameter, named: dict[str, Any]) -> Any:
    """The keyword that a parameter was given by: its name or NumPy's; None where it was not."""
    names = [parameter.name, *(numpys for numpys, name in NUMPY_NAMES.items() if name == parameter.name)]
    return next((name for name in names if name in named), None)


def _refuse_missing(name: str, parameters: tuple[Parameter, ...]) -> NoReturn:
    missing = [f'"{each.name}"' for each in parameters if each.default is None]
    plural = "s" if len(missing) == 1 else ""  # PyTorch has it the other way round
    raise TypeError(
        f"{name}() missing {len(missing)} required positional argument{plural}: {', '.join(missing)}"
    )


def _refuse_count(name: str, signature: Signature, given: int) -> NoReturn:
    least, most = signature.required, signature.positional
    if least != most:
        raise TypeError(f"{name}() takes from {least} to {most} positional arguments but {given} were given")
    plural, were = "" if most == 1 else "s", "was" if given == 1 else "were"
    raise TypeError(f"{name}() takes {most} positional argument{plural} but {given} {were} given")


def _check_argument(name: str, each: Parameter, value: Any, place: int | None) -> None:
    if value is None and (each.optional or each.default == "None" or each.name in ("pin_memory", "requires_grad")):
        return
    if FITS[each.kind](value) or (each.one_for_all and is_int(value)):
        return
    where = "" if place is None else f" (position {place + 1})"
    found = f"not {type_name(value)}"
    if each.kind == "tuple of ints" and isinstance(value, list | tuple):
        found = f"but found element of type {type_name(value[0])} at pos 0"
    raise TypeError(f"{name}(): argument '{each.name}'{where} must be {each.kind}, {found}")


def _is_spread(signature: Signature, args: Any) -> bool:
    """Whether the ints of the only argument were written one by one: `view(2, 3)` for `view((2, 3))`."""
    first = signature.parameters[0] if signature.positional == 1 else None
    several = first is not None and first.kind == "tuple of ints" and not first.one_for_all
    return several and bool(args) and is_int(args[0])


def _unpack(name: str, signature: Signature, args: Any, named: dict[str, Any]) -> None:
    """Look at every int of a list, of which only the first has decided whether the signature fits."""
    spread = _is_spread(signature, args)
    for place, each in enumerate(signature.parameters):
        given = named.get(_key_of(each, named))
        value = args if spread and not place else args[place] if place < len(args) else given
        if each.kind != "tuple of ints" or not isinstance(value, list | tuple):
            continue
        for position, size in enumerate(value):
            wrong = f"type must be {each.kind},but got {type_name(size)}"
            if is_int(size) or isinstance(size, bool):
                if -(2**63) <= int(size) < 2**63:
                    continue
                wrong = "Overflow when unpacking long long"
            raise TypeError(
                f"{name}(): argument '{each.name}' failed to unpack the object at pos {position + 1} with error "
                f'"{wrong}"'
            )


def _refuse_all(name: str, signatures: tuple[Signature, ...], args: Any, named: dict[str, Any]) -> NoReturn:
    """The message that lists all signatures."""
    typed = [*map(type_name, args), *(f"{key}={type_name(value)}" for key, value in named.items())]
    got = ", ".join(typed) + (", " if named and not args else "")  # PyTorch's own slip
    said = f"{name}() received an invalid combination of arguments - got "
    if len(signatures) == 1:
        unknown = [key for key in named if all(each.name != key for each in signatures[0].parameters)]
        if unknown:
            raise TypeError(f"{said}unrecognized keyword arguments: {', '.join(unknown)}")
        raise TypeError(f"{said}({got}), but expected {signatures[0].printed}")
    said += f"({got}), but expected "
    lines = [said + "one of:"]
    for signature in signatures:
        lines.append(f" * {signature.printed}")
        stars = any(each.keyword_only for each in signature.parameters)  # PyTorch counts the star itself
        if (len(signature.parameters) + stars or 1) != len(typed):  # and finds an argument in "()"
            continue
        unknown = [key for key in named if all(each.name != key for each in signature.parameters)]
        if unknown:
            lines.append(
                f"      didn't match because some of the keywords were incorrect: {', '.join(unknown)}"
            )
        else:
            lines.append(
                "      didn't match because some of the arguments have invalid types: "
                f"({', '.join(_marked(signature, args, named))})"
            )
    raise TypeError("\n".join(lines) + "\n")


def _marked(signature: Signature, args: Any, named: dict[str, Any]) -> list[str]:
    """The types of the arguments, with exclamation marks around those that are not literally the expected ones."""
    kinds = {each.name: each.kind for each in signature.parameters}
    wanted = [each.kind if each.default is None else "" for each in signature.parameters] or [""]
    if "*" in signature.text:
        wanted.insert(signature.positional, "*")  # PyTorch compares with the star, too
    found = [
        text if text == kind else f"!{text}!"
        for kind, text in zip(wanted, map(_described, args), strict=False)
    ]
    for key, value in named.items():
        text = _described(value)
        found.append(f"{key}={text}" if text == kinds[key] else f"!{key}={text}!")
    return found


def _described(value: Any) -> str:
    """The type of a value with those of its elements, if it is a list."""
    if not isinstance(value, list | tuple):
        return type_name(value)
    types = ", ".join(map(type_name, value))
    if isinstance(value, list):
        return f"{type_name(value)} of [{types}]"
    return f"{type_name(value)} of ({types}{',' * (len(value) == 1)})"


NUMBERS_TOO = frozenset(
    {"add", "sub", "subtract", "mul", "multiply", "div", "divide", "true_divide", "floor_divide", "copy"}
)
"""Functions that take a number where their signatures say Tensor."""


def _takes_number(name: str, parameter: Parameter) -> bool:
    return name.rstrip("_") in NUMBERS_TOO and parameter.name != "out"
