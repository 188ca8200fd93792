"""Printing: the text of a tensor, as PyTorch would write it.

A text is made in four steps, and each is a function below:

    corners     of a large tensor only the corners are shown: cut them out first
    notation    look at all numbers that will be shown, choose one way to write them
    brackets    nest the words, break the lines
    suffixes    add device, size, dtype and grad_fn, each where the line has room

The corners come first, so the text of a million numbers costs as little as the text of a
hundred. Nothing here knows the Tensor class: an array and a few plain words are enough.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

# --- options --------------------------------------------------------------------------------


@dataclass
class PrintOptions:
    """How tensors are printed; the defaults are PyTorch's."""

    precision: int = 4  # digits after the point
    threshold: float = 1000  # above this many elements only the corners are shown
    edgeitems: int = 3  # how many items of a corner are shown, along each dimension
    linewidth: int = 80  # characters
    sci_mode: bool | None = None  # 1.0000e+00? None: decide for each tensor by its numbers


options = PrintOptions()

PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Choose how tensors are printed from now on; what is None stays as it was.

    `profile` ("default", "short" or "full") sets the first four at once, and the ones given
    next to it win. As in PyTorch, a profile nobody knows is passed over in silence, and
    `sci_mode` does not stay: every call that leaves it out sets it back to None.

    >>> set_printoptions(precision=2)
    >>> get_printoptions()["precision"]
    2
    >>> set_printoptions(profile="default")
    """
    chosen = dict(PROFILES.get(profile, {})) if profile is not None else {}
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    chosen.update((name, value) for name, value in given.items() if value is not None)
    for name, value in chosen.items():
        setattr(options, name, value)
    options.sci_mode = sci_mode


def get_printoptions() -> dict[str, Any]:
    """The options in force, as keyword arguments for `set_printoptions`."""
    return asdict(options)


@contextmanager
def printoptions(**kwargs: Any) -> Iterator[None]:
    """Print in another way inside a with-block; takes what `set_printoptions` takes.

    >>> with printoptions(precision=2):
    ...     print(tensor_text(np.array([1.125], np.float32)))
    tensor([1.12])
    """
    before = get_printoptions()
    set_printoptions(**kwargs)
    try:
        yield
    finally:
        set_printoptions(**before)


# --- the whole text -------------------------------------------------------------------------


def tensor_text(
    array: np.ndarray,
    *,
    dtype: object = None,
    default_dtype: object = "torch.float32",
    prefix: str = "tensor",
    device: object = None,
    requires_grad: bool = False,
    grad_fn: str | None = None,
) -> str:
    """The `repr` of a tensor that holds these numbers.

    `dtype` and `default_dtype` are anything whose `str` is PyTorch's word ("torch.int64"), so
    both a dtype and its name will do; left out, `dtype` is named after the array's own.
    `prefix` is the name of the class where it is not Tensor itself. `device` is None for a
    tensor that lives where tensors live by default. `grad_fn` is the name of the node.

    >>> print(tensor_text(np.array([[1.0, 2.5], [3.0, 4.0]], np.float32), grad_fn="MulBackward0"))
    tensor([[1.0000, 2.5000],
            [3.0000, 4.0000]], grad_fn=<MulBackward0>)
    >>> print(tensor_text(np.array([1, 2], np.int32)))
    tensor([1, 2], dtype=torch.int32)
    """
    opening = f"{prefix}("
    contents = contents_text(array, indent=len(opening))

    suffixes = []
    if device is not None:
        suffixes.append(f"device='{device}'")
    if _shape_is_hidden(array):
        suffixes.append(f"size={array.shape}")
    dtype_word = str(dtype or f"torch.{array.dtype}")
    if not _dtype_is_evident(dtype_word, str(default_dtype), empty=array.size == 0):
        suffixes.append(f"dtype={dtype_word}")
    if grad_fn is not None:
        suffixes.append(f"grad_fn=<{grad_fn}>")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    return _with_suffixes(opening + contents, suffixes, indent=len(opening)) + ")"


def parameter_text(text: str) -> str:
    """The `repr` of a Parameter, given the text of the tensor that it is."""
    return f"Parameter containing:\n{text}"


def contents_text(array: np.ndarray, indent: int = 0) -> str:
    """The numbers alone, in their brackets; later lines are indented for what stands before.

    >>> print(contents_text(np.arange(1001)))
    [   0,    1,    2,  ...,  998,  999, 1000]
    """
    if array.size == 0:
        return "[]"
    shown, is_cut = array, (False,) * array.ndim
    if array.size > options.threshold:
        shown, is_cut = corners(array, options.edgeitems)
    values = _in_python_precision(shown).reshape(-1)
    width, write = writer(values)
    words = [write(value) for value in values.tolist()]
    if array.ndim == 0:
        return words[0]
    nested = np.array(words, dtype=object).reshape(shown.shape).tolist()
    return brackets(nested, is_cut, indent, width)


# --- corners --------------------------------------------------------------------------------


def corners(array: np.ndarray, edgeitems: int) -> tuple[np.ndarray, tuple[bool, ...]]:
    """The first and last `edgeitems` along each dimension, and which dimensions were cut.

    >>> corners(np.arange(100), 2)
    (array([ 0,  1, 98, 99]), (True,))
    """
    is_cut = tuple(size > 2 * edgeitems for size in array.shape)
    for axis, size in enumerate(array.shape):
        if is_cut[axis]:
            edges = [*range(edgeitems), *range(size - edgeitems, size)]
            array = array.take(np.array(edges, dtype=int), axis)
    return array, is_cut


# --- notation -------------------------------------------------------------------------------


class Notation(NamedTuple):
    """One way to write numbers, chosen for all numbers of a tensor together."""

    spec: str  # Python's format: "" for integers, ".0f", ".4f" or ".4e" for floats
    point: str  # what follows a finite number: the "." of "2." says that it is a float
    width: int = 1  # a word is filled up to this many characters, from the left

    def write(self, value: float) -> str:
        return self.word(value).rjust(self.width)

    def word(self, value: float) -> str:
        point = self.point if math.isfinite(value) else ""
        return format(value, self.spec) + point

    def fitted(self, values: np.ndarray) -> "Notation":
        longest = max((len(self.word(value)) for value in values.tolist()), default=1)
        return self._replace(width=longest)


WHOLE_NUMBERS = Notation(spec="", point="")
WHOLE_FLOATS = Notation(spec=".0f", point=".")


def choose_notation(values: np.ndarray) -> Notation:
    """Whole, decimal or scientific: the plainest that still tells these numbers apart.

    >>> choose_notation(np.array([1.0, 20.0])).write(3.0)
    ' 3.'
    >>> choose_notation(np.array([1.0, 1e-6])).write(3.0)
    '3.0000e+00'
    """
    if values.dtype.kind in "iub":
        return WHOLE_NUMBERS.fitted(values)

    # Zeros and nan have no say, and find room where the others do. A "-0." next to a "1."
    # does not, and sticks out by a character: PyTorch's does too.
    telling = values[np.isfinite(values) & (values != 0)]
    if telling.size == 0:
        return WHOLE_FLOATS
    needs_exponents = options.sci_mode
    if needs_exponents is None:
        needs_exponents = _spans_magnitudes(np.abs(telling))
    if needs_exponents:
        return Notation(spec=f".{options.precision}e", point="").fitted(telling)
    if np.all(telling == np.ceil(telling)):
        return WHOLE_FLOATS.fitted(telling)
    return Notation(spec=f".{options.precision}f", point="").fitted(telling)


def _spans_magnitudes(sizes: np.ndarray) -> bool:
    smallest, largest = sizes.min(), sizes.max()
    with np.errstate(over="ignore"):  # an infinite ratio is a large ratio
        return bool(largest / smallest > 1000.0 or largest > 1.0e8 or smallest < 1.0e-4)


def writer(values: np.ndarray) -> tuple[int, Callable[[Any], str]]:
    """How wide a word is among these values, and the function that writes one of them.

    >>> width, write = writer(np.array([1 + 2j, 3 - 4j]))
    >>> width, write(5 - 6j)
    (6, '5.-6.j')
    """
    if values.dtype.kind != "c":
        notation = choose_notation(values)
        return notation.width, notation.write

    real, imag = choose_notation(values.real), choose_notation(values.imag)

    def write(value: complex) -> str:
        imaginary = imag.word(value.imag) + "j"
        sign = "" if imaginary.startswith("-") else "+"
        return real.write(value.real) + sign + imaginary

    return real.width + imag.width + len("j"), write


def _in_python_precision(array: np.ndarray) -> np.ndarray:
    # Python has one float, the double. Half and single fit in it exactly, and so does
    # bfloat16, which is no "f" to numpy: what is not known as something else is a float.
    if array.dtype.kind in "iub":
        return array
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


# --- brackets -------------------------------------------------------------------------------


def brackets(words: list[Any], is_cut: tuple[bool, ...], indent: int, width: int) -> str:
    """Nested words as one text; where a dimension was cut, an ellipsis stands in its middle.

    >>> brackets([["1", "2"], ["3", "4"]], (False, False), indent=0, width=1)
    '[[1, 2],\\n [3, 4]]'
    """
    indent += 1  # for the bracket that opens here
    if len(is_cut) == 1:
        # PyTorch sets the ellipsis in a row off by a space more; alone in its row it is not.
        items = _with_ellipsis(words, is_cut[0], " ..." if words else "...")
        return f"[{_wrapped(items, indent, width)}]"
    rows = [brackets(row, is_cut[1:], indent, width) for row in words]
    # Rows stand on lines of their own, matrices apart by an empty line, cubes by two.
    separator = "," + "\n" * (len(is_cut) - 1) + " " * indent
    return f"[{separator.join(_with_ellipsis(rows, is_cut[0], '...'))}]"


def _with_ellipsis(items: list[str], is_cut: bool, ellipsis: str) -> list[str]:
    if not is_cut:
        return items
    middle = len(items) // 2
    return [*items[:middle], ellipsis, *items[middle:]]


def _wrapped(items: list[str], indent: int, width: int) -> str:
    column = indent - 1  # PyTorch counts from the bracket
    per_line = max(1, math.floor((options.linewidth - column) / (width + len(", "))))
    lines = [items[start : start + per_line] for start in range(0, len(items), per_line)]
    return f",\n{' ' * indent}".join(", ".join(line) for line in lines)


# --- suffixes -------------------------------------------------------------------------------


def _shape_is_hidden(array: np.ndarray) -> bool:
    # "[]" can be any shape with a zero in it, but is read as (0,).
    if array.size == 0:
        return array.ndim != 1
    return not options.edgeitems


def _dtype_is_evident(dtype: str, default_dtype: str, *, empty: bool) -> bool:
    """Would `torch.tensor` find this dtype from the numbers alone?"""
    if dtype == default_dtype:
        return True
    if empty:
        return False  # there are no numbers to find it from
    default_complex = "torch.complex128" if default_dtype == "torch.float64" else "torch.complex64"
    return dtype in (default_complex, "torch.int64", "torch.bool")


def _with_suffixes(text: str, suffixes: list[str], indent: int) -> str:
    # The column is PyTorch's count, one or two more than there are characters: it keeps room
    # for the closing bracket, and texts must break where PyTorch's break.
    column = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if column + len(", ") + len(suffix) > options.linewidth:
            text += ",\n" + " " * indent + suffix
            column = indent + len(suffix)
        else:
            text += ", " + suffix
            column += len(", ") + len(suffix)
    return text
