"""Misconceptions: what somebody believes who gives this wrong answer, by name, and one sentence that sets it right.

A misconception is recognised from the wrong answer and the facts of the run alone, so that a grader finds the same one.
The first that fits is told: the particular stand before the general.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minitorch_widgets.learning.chips import Facts, near, nested
from minitorch_widgets.words import shape_text

Fits = Callable[[Facts, Any, Any], bool]
LOOKS = frozenset({
    "view", "T", "mT", "t", "transpose", "permute", "squeeze", "unsqueeze", "expand", "index", "narrow", "flatten",
    "view_as", "select", "diagonal", "chunk", "split", "swapaxes", "movedim", "unbind",
})  # fmt: skip
SIGNS = frozenset({"add", "sub", "mul", "div", "pow", "remainder", "floor_divide"})
SUMS = frozenset({"sum", "mean", "max", "min", "prod", "amax", "amin", "any", "all", "argmax", "argmin"})


class Misconception(NamedTuple):
    """A belief, what it is a wrong answer to, how it shows, and the sentence against it."""

    name: str
    asks: tuple[str, ...]
    sentence: str
    fits: Fits
    """Of the facts, the wrong answer and the right one."""


def diagnosed(ask: str, facts: Facts, wrong: Any, want: Any) -> Misconception | None:
    """The misconception behind a wrong answer; None where it has no name."""
    for each in TABLE:
        if ask in each.asks:
            try:
                if each.fits(facts, wrong, want):
                    return each
            except (TypeError, ValueError, KeyError, IndexError, AttributeError):
                continue  # an answer of another kind than this belief leads to
    return None


# What shows in the facts ----------------------------------------------------------------------------------------


def _word(*words: str) -> Callable[[Facts], bool]:
    return lambda facts: facts["word"].rstrip("_") in words


def _shapes(facts: Facts) -> list[list[int]]:
    return [each["shape"] for each in facts["before"].values()]


def _dtypes(facts: Facts) -> list[str]:
    return [each["dtype"] for each in facts["before"].values()]


def _asking(facts: Facts) -> list[bool]:
    return [bool(each.get("requires_grad")) for each in facts["before"].values()]


def _was(facts: Facts) -> Any:
    """What is asked about, as it was before the code ran."""
    return facts["before"].get(facts["of"]) or {}


def _stretched_left(facts: Facts) -> list[int]:
    """The shape that would come out if shapes were laid over each other from the left."""
    one, other = (list(shape) for shape in _shapes(facts)[:2])
    while len(one) < len(other):
        one.append(1)
    while len(other) < len(one):
        other.append(1)
    return [max(a, b) for a, b in zip(one, other, strict=True)]


def _whole(dtype: str) -> bool:
    return dtype.startswith(("int", "uint", "bool"))


def _minus(one: Any, other: Any) -> Any:
    if isinstance(one, list):
        return [_minus(a, b) for a, b in zip(one, other, strict=True)]
    return one - other


def _times(one: Any, factor: float) -> Any:
    return [_times(each, factor) for each in one] if isinstance(one, list) else one * factor


def _zero(value: Any) -> bool:
    return all(_zero(each) for each in value) if isinstance(value, list) else value == 0


def _said(facts: Facts, *parts: str) -> bool:
    return facts["error"] is not None and any(part in facts["error"] for part in parts)


# The table ------------------------------------------------------------------------------------------------------


TABLE: tuple[Misconception, ...] = (
    # shape
    Misconception(
        "the larger side wins", ("shape",),
        "Shapes are laid over each other from the right, and every 1 is repeated on both sides: no side wins.",
        lambda facts, wrong, want: facts["word"] in SIGNS and wrong in _shapes(facts),
    ),
    Misconception(
        "shapes are aligned from the left", ("shape",),
        "Shapes are laid over each other from the right: missing dimensions are put in front, not behind.",
        lambda facts, wrong, want: facts["word"] in SIGNS and wrong == _stretched_left(facts),
    ),
    Misconception(
        "shapes must agree to be combined", ("shape", "raises"),
        "A dimension of 1 is repeated to fit: only two different sizes above 1 refuse to meet.",
        lambda facts, wrong, want: facts["word"] in SIGNS and facts["error"] is None
        and wrong in ("raises", True) and len({str(shape) for shape in _shapes(facts)}) > 1,
    ),
    Misconception(
        "@ works element by element", ("shape",),
        "@ is the matrix product: the inner sizes meet and vanish, and the outer ones are left.",
        lambda facts, wrong, want: _word("matmul", "mm", "mv")(facts) and wrong in _shapes(facts),
    ),
    Misconception(
        "the dimension that is named is the one that stays", ("shape",),
        "sum(dim) goes along that dimension and takes it away: the others stay.",
        lambda facts, wrong, want: facts["word"] in SUMS and len(want) == 1 and len(_shapes(facts)[0]) == 2
        and wrong == [size for size in _shapes(facts)[0] if size != want[0]],
    ),
    Misconception(
        "a sum keeps its dimension", ("shape",),
        "What is summed over is gone from the shape, unless keepdim=True leaves a 1 in its place.",
        lambda facts, wrong, want: facts["word"] in SUMS and wrong != want and [s for s in wrong if s != 1] == want,
    ),
    Misconception(
        "keepdim leaves nothing", ("shape",),
        "keepdim=True leaves a 1 where it summed, so that the result still lies over what it came from.",
        lambda facts, wrong, want: "keepdim=True" in facts["code"] and [size for size in want if size != 1] == wrong,
    ),
    Misconception(
        "a single number has shape (1,)", ("shape",),
        "A single number has no dimensions at all: its shape is (), and (1,) is a row with one number in it.",
        lambda facts, wrong, want: want == [] and wrong == [1],
    ),
    Misconception(
        "an index keeps its dimension", ("shape",),
        "x[0] takes the dimension away; x[0:1] keeps it as a 1.",
        lambda facts, wrong, want: facts["word"] == "index" and [size for size in wrong if size != 1] == want,
    ),
    Misconception(
        "turning around changes no shape", ("shape",),
        "T swaps the sizes as well as the strides: (2, 3) becomes (3, 2).",
        lambda facts, wrong, want: _word("T", "mT", "t", "transpose", "permute")(facts) and wrong in _shapes(facts),
    ),
    Misconception(
        "rows and columns are the other way round", ("shape",),
        "The shape is told from the outside in: (rows, columns).",
        lambda facts, wrong, want: len(want) > 1 and wrong == want[::-1],
    ),
    # dtype
    Misconception(
        "dividing whole numbers gives whole numbers", ("dtype",),
        "/ is true division: whole numbers divided give the default float dtype; // stays with whole numbers.",
        lambda facts, wrong, want: facts["word"] == "div" and _whole(wrong) and want.startswith("float"),
    ),
    Misconception(
        "from_numpy changes the dtype", ("dtype",),
        "from_numpy() takes the array's own bytes, and NumPy's numbers are float64 unless it was told otherwise.",
        lambda facts, wrong, want: _word("from_numpy", "as_tensor", "tensor")(facts) and want == "float64"
        and wrong == "float32",
    ),
    Misconception(
        "a comparison keeps the dtype", ("dtype",),
        "A comparison answers yes or no for each element: its dtype is bool.",
        lambda facts, wrong, want: want == "bool" and wrong in _dtypes(facts),
    ),
    Misconception(
        "a sum of truths or short numbers keeps its dtype", ("dtype",),
        "sum() of whole numbers or truth values counts in int64, so that it can't overflow soon.",
        lambda facts, wrong, want: _word("sum", "prod", "cumsum")(facts) and want == "int64",
    ),
    Misconception(
        "an index has the dtype of the values", ("dtype",),
        "argmax tells a place, and places are int64.",
        lambda facts, wrong, want: _word("argmax", "argmin", "argsort")(facts) and wrong in _dtypes(facts),
    ),
    Misconception(
        "numbers are float64, as in NumPy", ("dtype",),
        "Python's floats become torch's default dtype, float32; only NumPy arrays bring float64 with them.",
        lambda facts, wrong, want: want == "float32" and wrong == "float64" and "float64" not in _dtypes(facts),
    ),
    Misconception(
        "the widest dtype always wins", ("dtype",),
        "A tensor without dimensions, or a number, wins by its kind alone (bool, whole, float), not by its width.",
        lambda facts, wrong, want: wrong in _dtypes(facts) and want in _dtypes(facts) and [] in _shapes(facts),
    ),
    Misconception(
        "the left side decides the dtype", ("dtype",),
        "Both sides are promoted to a dtype that can hold either: the order doesn't matter.",
        lambda facts, wrong, want: facts["word"] in SIGNS and bool(_dtypes(facts)) and wrong == _dtypes(facts)[0],
    ),
    # shares memory
    Misconception(
        "detach copies", ("shares memory",),
        "detach() gives the same bytes without their history: a write through it changes both; clone() copies.",
        lambda facts, wrong, want: want and _word("detach", "data")(facts),
    ),
    Misconception(
        "reshape always copies", ("shares memory",),
        "reshape() only copies where no strides over the bytes describe the new shape; here they do, and it is a view.",
        lambda facts, wrong, want: want and _word("reshape", "flatten", "ravel", "contiguous")(facts),
    ),
    Misconception(
        "reshape never copies", ("shares memory",),
        "The elements are not in the order that the new shape needs, so reshape() copied; view() would have raised.",
        lambda facts, wrong, want: not want and _word("reshape", "flatten", "ravel", "contiguous")(facts),
    ),
    Misconception(
        "numpy() copies", ("shares memory",),
        "numpy() and from_numpy() look at the same bytes: a write on either side shows on the other.",
        lambda facts, wrong, want: want and _word("numpy", "from_numpy", "as_tensor", "asarray")(facts),
    ),
    Misconception(
        "torch.tensor shares memory", ("shares memory",),
        "torch.tensor() always copies; as_tensor() and from_numpy() share where they can.",
        lambda facts, wrong, want: not want and _word("tensor", "array")(facts),
    ),
    Misconception(
        "to always copies", ("shares memory",),
        "to() gives the tensor itself where dtype and device are right already.",
        lambda facts, wrong, want: want and _word("to", "cpu", "float", "double", "type", "long")(facts),
    ),
    Misconception(
        "clone shares memory", ("shares memory",),
        "clone() and copy() are the ones that always copy.",
        lambda facts, wrong, want: not want and _word("clone", "copy", "deepcopy")(facts),
    ),
    Misconception(
        "a list of places gives a view", ("shares memory",),
        "A slice is a view, for strides can describe it; a list or a mask of places gathers into new memory.",
        lambda facts, wrong, want: not want and facts["word"] == "index",
    ),
    Misconception(
        "a view copies", ("shares memory",),
        "Slices, T, view() and expand() are other ways of looking at the same bytes: nothing is copied.",
        lambda facts, wrong, want: want and facts["word"].rstrip("_") in LOOKS,
    ),
    Misconception(
        "+= makes a new tensor", ("shares memory",),
        "a += b writes into the memory of a; only a = a + b makes a new tensor and moves the name.",
        lambda facts, wrong, want: want and facts["word"].endswith("_"),
    ),
    Misconception(
        "arithmetic looks at its input", ("shares memory",),
        "An operation puts its results into new memory, even where the numbers stay the same.",
        lambda facts, wrong, want: not want and facts["word"] in SIGNS,
    ),
    # leaf, requires_grad
    Misconception(
        "a leaf is whatever requires grad", ("leaf",),
        "A leaf is a tensor that no recorded operation made: a result that requires grad is none, and data is one.",
        lambda facts, wrong, want: wrong == facts["result"]["requires_grad"] and wrong != want,
    ),
    Misconception(
        "gradients flow through detach", ("requires_grad",),
        "detach() and .data leave the history behind: their result asks for no gradient.",
        lambda facts, wrong, want: wrong and _word("detach", "data")(facts),
    ),
    Misconception(
        "no_grad only saves time", ("requires_grad",),
        "Under no_grad() nothing is recorded: what is made there requires no grad, whatever it is made of.",
        lambda facts, wrong, want: wrong and ("no_grad" in facts["code"] or "inference_mode" in facts["code"]),
    ),
    Misconception(
        "whole numbers can have a gradient", ("requires_grad",),
        "Only floating and complex numbers have slopes: whole numbers and truth values never require grad.",
        lambda facts, wrong, want: wrong and _whole(facts["result"]["dtype"]) and any(_asking(facts)),
    ),
    Misconception(
        "all inputs must require grad", ("requires_grad",),
        "One input that requires grad is enough: the result then requires it too.",
        lambda facts, wrong, want: want and not wrong and any(_asking(facts)) and not all(_asking(facts)),
    ),
    Misconception(
        "tensors require grad by themselves", ("requires_grad",),
        "A tensor requires grad when it was asked to, or when it was made from one that does.",
        lambda facts, wrong, want: wrong and not any(_asking(facts)),
    ),
    # version
    Misconception(
        "every operation counts as a write", ("version",),
        "The version counts writes in place alone: an operation with a result of its own writes nothing of its inputs.",
        lambda facts, wrong, want: wrong > want and not facts["word"].endswith("_"),
    ),
    Misconception(
        "a write through a view is not the base's", ("version",),
        "A view shares its base's version: a write through either counts for both.",
        lambda facts, wrong, want: wrong < want and (facts["word"] in LOOKS or "[" in facts["code"]),
    ),
    Misconception(
        "a write in place is not counted", ("version",),
        "Each operation that writes in place (add_(), +=, x[0] = ...) adds one to the version.",
        lambda facts, wrong, want: wrong < want,
    ),
    Misconception(
        ".data counts its writes", ("version",),
        "A write through .data or NumPy goes uncounted: that is why backward can't notice it.",
        lambda facts, wrong, want: wrong > want and (".data" in facts["code"] or "numpy" in facts["code"]),
    ),
    # grad
    Misconception(
        "not computed is zero", ("grad",),
        "None says that no gradient was ever computed; 0 would be a computed one.",
        lambda facts, wrong, want: want is None and wrong is not None and _zero(wrong),
    ),
    Misconception(
        "every tensor keeps its gradient", ("grad",),
        "Gradients pass through what was computed; only leaves keep theirs, and whoever called retain_grad().",
        lambda facts, wrong, want: want is None and wrong is not None and not facts["result"]["leaf"],
    ),
    Misconception(
        "grad is overwritten", ("grad",),
        "backward() adds to .grad: what stood there from before is part of the sum, until zero_grad().",
        lambda facts, wrong, want: _was(facts).get("grad") is not None and not _zero(_was(facts)["grad"])
        and near(wrong, _minus(want, _was(facts)["grad"])),
    ),
    Misconception(
        "each backward adds, and the last one alone counts", ("grad",),
        "backward() ran more than once, and each time it added its gradient to .grad.",
        lambda facts, wrong, want: facts["code"].count("backward") > 1
        and near(_times(wrong, facts["code"].count("backward")), want),
    ),
    Misconception(
        "one way is enough", ("grad",),
        "The tensor is used twice, and a gradient comes back along each use: they are added.",
        lambda facts, wrong, want: near(_times(wrong, 2), want),
    ),
    Misconception(
        "a mean passes gradients on whole", ("grad",),
        "mean() divides by the number of elements, and so does its gradient.",
        lambda facts, wrong, want: "mean" in facts["code"] and want is not None and wrong is not None
        and not near(wrong, want) and any(near(_times(want, k), wrong) for k in range(2, 65)),
    ),
    # grad_fn
    Misconception(
        "a leaf has AccumulateGrad as its grad_fn", ("grad_fn",),
        "A leaf's grad_fn is None; AccumulateGrad stands at the end of the edges that lead to it.",
        lambda facts, wrong, want: want is None and wrong == "accumulategrad",
    ),
    Misconception(
        "a detached tensor has a grad_fn", ("grad_fn",),
        "detach() leaves the history behind, and with it the grad_fn.",
        lambda facts, wrong, want: want is None and _word("detach", "data", "item", "numpy")(facts),
    ),
    Misconception(
        "whatever is computed has a grad_fn", ("grad_fn",),
        "Nothing is recorded where no input requires grad, or under no_grad(): then the grad_fn is None.",
        lambda facts, wrong, want: want is None and wrong is not None,
    ),
    Misconception(
        "grad_fn is the first operation", ("grad_fn",),
        "grad_fn is the node of the last operation; the earlier ones are behind it, through next_functions.",
        lambda facts, wrong, want: want is not None and wrong is not None and wrong in facts["code"].lower(),
    ),
    # raises
    Misconception(
        "view copies where it must", ("raises", "shape", "shares memory"),
        "view() never copies: where no strides over the bytes describe the shape it raises; reshape() would copy.",
        lambda facts, wrong, want: _word("view")(facts) and facts["error"] is not None,
    ),
    Misconception(
        "any two shapes can be combined", ("raises", "shape", "value"),
        "Sizes must be equal, or one of them 1: two different ones above 1 can't be laid over each other.",
        lambda facts, wrong, want: _said(facts, "must match the size", "cannot be multiplied"),
    ),
    Misconception(
        "a leaf may be written in place", ("raises", "version", "value"),
        "A leaf that requires grad may not be written in place while gradients are recorded: use no_grad() around it.",
        lambda facts, wrong, want: _said(facts, "a leaf Variable that requires grad"),
    ),
    Misconception(
        "numpy() works on what requires grad", ("raises", "shares memory"),
        "NumPy keeps no history, so numpy() refuses; detach() first says that this is meant.",
        lambda facts, wrong, want: _said(facts, "Can't call numpy()"),
    ),
    Misconception(
        "backward can run twice", ("raises", "grad"),
        "The first backward() frees what the graph had saved: a second one needs retain_graph=True.",
        lambda facts, wrong, want: _said(facts, "a second time"),
    ),
    Misconception(
        "backward can begin anywhere", ("raises", "grad"),
        "backward() begins from one number; from more it has to be told with which gradient: backward(gradient).",
        lambda facts, wrong, want: _said(facts, "only for scalar"),
    ),
    Misconception(
        "an overwritten value does no harm", ("raises", "grad"),
        "Backward needs the value that was saved; its version shows that it was overwritten since, and it refuses.",
        lambda facts, wrong, want: _said(facts, "modified by an inplace operation"),
    ),
    Misconception(
        "whole numbers may ask for a gradient", ("raises",),
        "Only tensors of floating or complex numbers can require gradients.",
        lambda facts, wrong, want: _said(facts, "can require gradients"),
    ),
    Misconception(
        "reshape needs contiguous memory", ("raises",),
        "view() needs strides that fit; reshape() copies where they don't, and never refuses for that.",
        lambda facts, wrong, want: not want and _word("reshape", "flatten")(facts),
    ),
    # value
    Misconception(
        "a view is a copy of its own", ("value",),
        "The write went through another name to the same bytes, and shows here too.",
        lambda facts, wrong, want: near(wrong, _nested_before(facts)) and not near(want, _nested_before(facts)),
    ),
    Misconception(
        "dividing whole numbers cuts off", ("value",),
        "/ keeps the fraction, and // goes down to the next whole number, also below zero.",
        lambda facts, wrong, want: "/" in facts["code"] and _cut(want) == _cut(wrong),
    ),
    Misconception(
        "* is the matrix product", ("value",),
        "* multiplies element by element; @ is the matrix product.",
        lambda facts, wrong, want: facts["word"] == "mul" and not isinstance(wrong, list) and isinstance(want, list),
    ),
)  # fmt: skip


def _nested_before(facts: Facts) -> Any:
    return nested(_was(facts))


def _cut(value: Any) -> Any:
    return [_cut(each) for each in value] if isinstance(value, list) else int(value)


def general(ask: str, facts: Facts) -> str:
    """What to say of a wrong answer that no misconception explains."""
    if facts["error"] is not None:
        return f"It raises {facts['error']}"
    if ask == "shape" and len(_shapes(facts)) > 1:
        return f"The shapes that meet are {' and '.join(shape_text(shape) for shape in _shapes(facts)[:2])}."
    return ""
