"""Fitting: how PyTorch's signatures are read, whether a call fits one, and what PyTorch says where it fits none.

(PyTorch's python_arg_parser.cpp and invalid_arguments.cpp.)
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from minitorch_edu.ops.kinds import FITS, is_int, is_number, type_name
from minitorch_edu.tensor import Tensor

if TYPE_CHECKING:
    from minitorch_edu.ops.signatures import Form


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


NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}
"""NumPy's names of arguments, and PyTorch's."""


def refuse(form: Form, args: tuple[Any, ...], named: dict[str, Any]) -> Signature:
    """Raise PyTorch's error if the call fits none of the signatures; else tell which one it fits."""
    name, signatures = form.name, form.signatures
    if form.method and len(signatures) == 1 and not signatures[0].parameters:
        _refuse_anything(name, args, named)
    errors = []
    for signature in signatures:
        try:
            _check(name, signature, args, named, alone=len(signatures) == 1)
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


def _check_elements(values: Any, place: int) -> None:
    """Where there is no other signature, PyTorch looks into a list of tensors at once."""
    for number, value in enumerate(values or ()):
        if not isinstance(value, Tensor):
            raise TypeError(f"expected Tensor as element {number} in argument {place}, but got {type_name(value)}")


def _check(name: str, signature: Signature, args: Any, named: dict[str, Any], alone: bool) -> None:
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
        if alone and each.kind == "tuple of Tensors" and each.name != "out":
            _check_elements(value, place)
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
    if value is None and (
        each.optional or each.default == "None" or each.name in ("pin_memory", "requires_grad")
    ):
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
