"""A search for differences: random shapes, strides, dtype pairs, numbers and index expressions, through ops of every kind.

500 examples of each claim, the same in every run; `make test-long` takes 20,000.
"""

from __future__ import annotations

import math
import os

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.ops.calls import agree
from tests.ops.test_indexing import fitting, made
from tests.ops.test_view import layouts, moved

pytestmark = pytest.mark.slow

search = settings(max_examples=max(500, int(os.environ.get("HYPOTHESIS_EXAMPLES", "0"))))

DTYPES = "uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128 bool".split()
NARROW = {"float16": 4e-3, "bfloat16": 3e-2}
UNARY = """abs neg sign square reciprocal sqrt exp log sin cos tanh sigmoid relu floor ceil trunc frac round isnan isinf
    isfinite logical_not bitwise_not clone positive""".split()
BINARY = """add sub mul div pow maximum minimum remainder fmod floor_divide eq ne lt le gt ge logical_and logical_or
    logical_xor bitwise_and bitwise_or bitwise_xor""".split()
MEETING_ALL = "add mul maximum eq logical_and".split()
IN_PLACE = "add_ sub_ mul_ div_ remainder_ fmod_ logical_and_ bitwise_or_ copy_".split()
SPOKEN = (
    "__add__ __rsub__ __mul__ __truediv__ __rtruediv__ __floordiv__ __mod__ __lt__ __eq__ __and__".split()
)
OVER_DIMENSIONS = "sum mean any all".split()
ALONG_ONE = "argmax argmin max min cumsum cumprod softmax log_softmax prod".split()

dtypes = st.sampled_from(DTYPES)
scalars = st.sampled_from([True, False, 0, 1, -1, 2, 300, 2.5, -0.5, 0.0, float("inf"), 1 + 2j])
others = st.sampled_from(
    ["same layout", "a zero-dim tensor", "a number", "a number", "ones", "fewer dimensions", "any"]
)


def precision(*names):
    return max(NARROW.get(name, 1e-5) for name in names)


def filled(engine, shape, dtype, stride=3):
    """Small numbers, the same ones again and again, negative ones where there are such."""
    least = 0 if dtype in ("uint8", "bool") else -2
    numbers = [stride * place % 7 + least for place in range(math.prod(shape))]
    return engine.tensor(numbers, dtype=getattr(engine, dtype)).reshape(shape)


def told(result, recipe):
    """A result, and how far it steps in memory.

    Not where that is nothing to go by: over dimensions of one element, and after an expanded or an unfolded operand,
    whose equal steps NumPy and PyTorch put in orders of their own.
    """
    if not result.numel() or any(step in ("expand", "leading ones", "unfold") for step, _ in recipe[1]):
        return result
    return result, [step for size, step in zip(result.shape, result.stride(), strict=True) if size > 1]


def meet(number, kind, *names):
    """Whether two operands are to be compared.

    In PyTorch complex numbers meet infinity in nan, and float16 meets complex numbers in complex32, which is not here.
    """
    compound = [name for name in names if name.startswith("complex")]
    if kind == "a number" and (isinstance(number, complex) or names[0] in compound):
        return names[0] != "float16" and number != math.inf
    return not (compound and "float16" in names) or kind == "a number"


def laid_out(engine, recipe, dtype, stride=3):
    shape, walk = recipe
    tensor = filled(engine, shape, dtype, stride)
    for name, number in walk:
        tensor = moved(tensor, name, number)
    return tensor


def second(engine, first, kind, recipe, dtype, number):
    """Another operand, that meets the first in one way or another."""
    if kind == "a number":
        return number
    if kind == "a zero-dim tensor":
        return filled(engine, (3,), dtype)[2]
    if kind == "any":
        return laid_out(engine, recipe, dtype, 5)
    shape = tuple(first.shape)
    if kind == "ones":
        shape = tuple(1 if place % 2 else size for place, size in enumerate(shape))
    elif kind == "fewer dimensions":
        shape = shape[1:]
    return filled(engine, shape[::-1], dtype, 5).permute(tuple(reversed(range(len(shape)))))


@search
@given(layouts(), dtypes, st.sampled_from(UNARY))
def test_one_operand_of_any_layout_and_dtype(recipe, dtype, name):
    agree(lambda e: told(getattr(laid_out(e, recipe, dtype), name)()), rtol=precision(dtype))


@search
@given(layouts(), layouts(2), dtypes, dtypes, st.sampled_from(BINARY), others, scalars)
def test_two_operands_of_any_layouts_and_dtypes(one, other, left, right, name, kind, number):
    assume(
        meet(number, kind, left, right) and (kind != "any" or name in MEETING_ALL)
    )  # one thing wrong at a time
    assume(
        name != "pow" or not (left + right).count("complex")
    )  # of many zeros to the power zero PyTorch makes nan

    def act(engine):
        first = laid_out(engine, one, left)
        result = getattr(engine, name)(first, second(engine, first, kind, other, right, number))
        return (
            result if kind == "any" else told(result, one)
        )  # which of two layouts counts where both broadcast is open

    agree(act, rtol=precision(left, right))


@search
@given(layouts(), layouts(2), dtypes, dtypes, st.sampled_from(SPOKEN), others, scalars)
def test_an_operator_between_any_two(one, other, left, right, name, kind, number):
    assume(meet(number, kind, left, right) and (kind != "any" or name in ("__add__", "__mul__", "__eq__")))

    def act(engine):
        first = laid_out(engine, one, left)
        result = getattr(first, name)(second(engine, first, kind, other, right, number))
        return None if result is NotImplemented else result

    agree(act, rtol=precision(left, right))


@search
@given(layouts(), layouts(2), dtypes, dtypes, st.sampled_from(IN_PLACE), others, scalars)
def test_writing_in_place_through_any_view(one, other, left, right, name, kind, number):
    """The view, and the memory under it."""
    assume(not any(step in ("expand", "leading ones", "unfold") for step, _ in one[1]))
    assume(meet(number, kind, left, right) and (kind != "any" or left == right and name in ("mul_", "copy_")))

    def act(engine):
        base = filled(engine, one[0], left)
        view = base
        for step, place in one[1]:
            view = moved(view, step, place)
        return told(getattr(view, name)(second(engine, view, kind, other, right, number)), one), base

    agree(act, rtol=precision(left, right))


@search
@given(layouts(), dtypes, st.sampled_from(OVER_DIMENSIONS), st.data())
def test_reducing_any_layout_over_any_dimensions(recipe, dtype, name, data):
    dims = st.integers(-4, 3)
    dim = data.draw(
        st.one_of(st.none(), dims, st.lists(dims, max_size=3, unique_by=lambda dim: dim % 4).map(tuple))
    )
    keepdim = data.draw(st.booleans())
    agree(lambda e: getattr(laid_out(e, recipe, dtype), name)(dim, keepdim), rtol=precision(dtype))


@search
@given(layouts(), dtypes, st.sampled_from(ALONG_ONE), st.integers(-4, 3))
def test_going_along_one_dimension_of_any_layout(recipe, dtype, name, dim):
    def act(engine):
        x = laid_out(engine, recipe, dtype)
        result = getattr(x, name)(dim % max(x.ndim, 1))
        # among equals PyTorch's choice is open
        return result[0] if isinstance(result, tuple) else result.shape if name.startswith("arg") else result

    agree(act, rtol=precision(dtype))


@search
@given(
    fitting(), dtypes, dtypes, st.sampled_from(["number", "zero-dim", "whole", "row"]), scalars, st.booleans()
)
def test_assigning_through_any_index_in_any_dtype(pair, dtype, given, kind, number, turned):
    """To a contiguous tensor, or to one whose memory runs the other way."""
    shape, key = pair
    assume(0 not in shape)

    def act(engine):
        x = filled(engine, shape, dtype)
        if turned:
            x = filled(engine, shape[::-1], dtype).permute(tuple(reversed(range(len(shape)))))
        part = x[made(engine, key)]
        size = tuple(part.shape)
        value = (
            number
            if kind == "number"
            else filled(engine, {"zero-dim": (), "row": size[1:]}.get(kind, size), given, 5)
        )
        x[made(engine, key)] = value
        return x

    agree(act, rtol=precision(dtype, given))


@search
@given(layouts(2), dtypes, st.data())
def test_picking_along_a_dimension_of_any_layout(recipe, dtype, data):
    name = data.draw(
        st.sampled_from(["gather", "take_along_dim", "index_select", "scatter", "scatter_add", "index_fill"])
    )
    seed, place = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 3))

    def act(engine):
        x = laid_out(engine, recipe, dtype)
        dim = place % max(x.ndim, 1)
        size = x.shape[dim] if x.ndim else 1
        places = (filled(engine, tuple(x.shape), "int64", 3 + seed) + 2) % max(size, 1)
        if name in ("gather", "take_along_dim"):
            return getattr(x, name)(*((dim, places) if name == "gather" else (places, dim)))
        if name == "index_select":
            return x.index_select(dim, places.flatten()[: seed + 1])
        if name == "index_fill":
            return x.index_fill(dim, places.flatten()[: seed + 1], seed)
        return getattr(x, name)(
            dim, places, filled(engine, tuple(x.shape), dtype, 5) if name == "scatter_add" else seed
        )

    agree(act, rtol=precision(dtype))
