"""Printing: a tensor's text is PyTorch's, character for character."""

import contextlib
import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minitorch_edu import printing
from minitorch_edu.printing import parameter_text, tensor_text
from tests.oracle import assert_same_error, assert_same_text, to_torch, torch

theirs = torch._tensor_str
nan, inf = math.nan, math.inf


@pytest.fixture(autouse=True)
def fresh_options():
    yield
    printing.set_printoptions(profile="default")
    theirs.set_printoptions(profile="default")


@contextlib.contextmanager
def both_printing_with(**options):
    with printing.printoptions(**options), theirs.printoptions(**options):
        yield


@contextlib.contextmanager
def torchs_default_dtype(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


# --- named claims: our text, PyTorch's text and the text written here are one ----------------


def single(*values):
    return np.array(values, np.float32)


CLAIMS = {
    "whole floats end in a point": (single(1, 2, 30), "[ 1.,  2., 30.]"),
    "four digits as soon as one is not whole": (single(1, 2.5), "[1.0000, 2.5000]"),
    "a minus sign widens every word": (single(-1, 2), "[-1.,  2.]"),
    "nan and inf have no point": (single(1, nan, -inf), "[1., nan, -inf]"),
    "nan and inf are filled up": (single(0.5, nan, -inf), "[0.5000,    nan,   -inf]"),
    "a negative zero finds no room": (single(1, -0.0), "[1., -0.]"),
    "a ratio of 1000 is plain": (single(1, 1000), "[   1., 1000.]"),
    "a larger ratio is scientific": (single(1, 1001), "[1.0000e+00, 1.0010e+03]"),
    "a hundred million is plain": (single(1e8), "[100000000.]"),
    "more is scientific": (single(1.1e8), "[1.1000e+08]"),
    "a single 1e-4 is a little less than 1e-4": (single(1e-4), "[1.0000e-04]"),
    "a ten thousandth that is exact is plain": (single(2**-13), "[0.0001]"),
    "integers have no point": (np.array([1, -20]), "[  1, -20]"),
    "True is as wide as False": (np.array([True, False]), "[ True, False]"),
    "the parts of complex numbers choose apart": (
        np.array([1.5 - 2j, 3 + 0j], np.complex64),
        "[1.5000-2.j, 3.0000+0.j]",
    ),
    "a nan has no sign, so gets a plus": (np.array(complex(0, nan), np.complex64), "0.+nanj"),
    "a scalar has no brackets": (np.array(-2.5, np.float32), "-2.5000"),
    "an empty row": (single(), "[]"),
    "other empty shapes are told": (np.zeros((2, 0), np.float32), "[], size=(2, 0)"),
    "int64 is evident": (np.array([1]), "[1]"),
    "but not when there are no numbers": (np.array([], np.int64), "[], dtype=torch.int64"),
    "float64 is told": (np.array([1.0]), "[1.], dtype=torch.float64"),
    "uint8 is told": (np.array([1], np.uint8), "[1], dtype=torch.uint8"),
    "the corners of 1001": (np.arange(1001), "[   0,    1,    2,  ...,  998,  999, 1000]"),
    "the corners of 2 x 501": (
        np.ones((2, 501), np.int64),
        "[[1, 1, 1,  ..., 1, 1, 1],\n        [1, 1, 1,  ..., 1, 1, 1]]",
    ),
    "the corners of 501 x 2": (
        np.ones((501, 2), np.int64),
        "[[1, 1],\n        [1, 1],\n        [1, 1],\n        ...,\n"
        "        [1, 1],\n        [1, 1],\n        [1, 1]]",
    ),
    "matrices stand an empty line apart": (
        np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),
        "[[[1, 2],\n         [3, 4]],\n\n        [[5, 6],\n         [7, 8]]]",
    ),
    "lines end before column 80": (
        np.arange(20.0, dtype=np.float32) + 10,
        "[10., 11., 12., 13., 14., 15., 16., 17., 18., 19., 20., 21., 22., 23.,\n"
        "        24., 25., 26., 27., 28., 29.]",
    ),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_named_claims_about_the_numbers(claim):
    array, contents = CLAIMS[claim]
    assert_same_text(to_torch(array), f"tensor({contents})")
    assert_same_text(tensor_text(array), f"tensor({contents})")


def test_a_leaf_says_requires_grad_and_a_result_says_its_node():
    leaf = torch.tensor([1.0, 2.0], requires_grad=True)
    ours = tensor_text(single(1, 2), requires_grad=True)
    assert ours == repr(leaf) == "tensor([1., 2.], requires_grad=True)"

    ours = tensor_text(single(2, 4), requires_grad=True, grad_fn="MulBackward0")
    assert ours == repr(leaf * 2) == "tensor([2., 4.], grad_fn=<MulBackward0>)"


def test_a_suffix_without_room_takes_a_line_of_its_own():
    row = single(*range(14)) + 10
    tensor = to_torch(row).requires_grad_()
    assert_same_text(tensor_text(row, requires_grad=True), tensor)
    assert repr(tensor).endswith("23.],\n       requires_grad=True)")


def test_the_device_is_the_first_suffix():
    text = tensor_text(np.ones(2), device="cuda:0", grad_fn="AddBackward0")
    assert text == "tensor([1., 1.], device='cuda:0', dtype=torch.float64, grad_fn=<AddBackward0>)"


def test_a_parameter_announces_itself():
    parameter = torch.nn.Parameter(torch.ones(2))
    assert_same_text(parameter_text(tensor_text(single(1, 1), requires_grad=True)), parameter)


def test_a_subclass_prints_its_name_and_indents_by_it():
    class Image(torch.Tensor):
        pass

    array = np.eye(3, dtype=np.float32)
    assert_same_text(tensor_text(array, prefix="Image"), to_torch(array).as_subclass(Image))


@pytest.mark.parametrize("word", ["torch.float32", "torch.float64", "torch.float16"])
def test_what_is_evident_follows_the_default_dtype(word):
    arrays = [np.zeros(shape, dtype) for shape in [(1,), (0,)] for dtype in DTYPES]
    with torchs_default_dtype(getattr(torch, word.removeprefix("torch."))):
        for array in arrays:
            assert_same_text(tensor_text(array, default_dtype=word), to_torch(array))


def test_a_dtype_may_come_as_an_object_and_bfloat16_as_floats():
    tensor = torch.tensor([0.1, 300.0, nan], dtype=torch.bfloat16)
    assert_same_text(tensor_text(tensor.float().numpy(), dtype=torch.bfloat16), tensor)


def test_bfloat16_may_come_as_bfloat16():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    array = np.array([0.1, 300.0, nan, -0.0]).astype(bfloat16)
    assert_same_text(tensor_text(array), to_torch(array))


def test_a_million_numbers_are_not_all_written(monkeypatch):
    written = []
    word = printing.Notation.word
    monkeypatch.setattr(
        printing.Notation, "word", lambda self, value: written.append(value) or word(self, value)
    )
    text = tensor_text(np.ones((1000, 1000), np.float32))
    assert text.count("1.") == 36
    assert len(written) == 2 * 36, "once to measure, once to write"


# --- any tensor -----------------------------------------------------------------------------

FLOATS = ["float16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES = [*FLOATS, *COMPLEX, *INTEGERS, "bool"]

some_reals = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 1000.0, 1001.0, 1e-4, 1e8, 1.1e8, 9.99995, 5e-324]),
    st.sampled_from([nan, inf, -inf]),
    st.integers(-1000, 1000).map(float),
    st.floats(-10, 10),
    st.floats(),
)
some_shapes = st.one_of(
    st.lists(st.integers(0, 9), max_size=2),
    st.lists(st.integers(1, 4), max_size=5),
    st.sampled_from([(30,), (999,), (1001,), (2, 600), (7, 8, 20), (600, 2), (7, 7, 7, 7)]),
).map(tuple)
some_options = st.fixed_dictionaries(
    {},
    optional={
        "precision": st.integers(0, 10),
        "threshold": st.sampled_from([0, 0.5, 6, 20, inf]),
        "edgeitems": st.integers(0, 4),
        "linewidth": st.integers(0, 130),
        "profile": st.sampled_from(["default", "short", "full", "unheard of"]),
        "sci_mode": st.sampled_from([None, True, False]),
    },
)


@st.composite
def some_arrays(draw):
    """An array of any dtype and shape, its values picked from a few that hypothesis chose."""
    dtype, shape = np.dtype(draw(st.sampled_from(DTYPES))), draw(some_shapes)
    picks = np.random.default_rng(draw(st.integers(0, 9)))

    def reals(scalars):
        return picks.choice(draw(st.lists(scalars, min_size=1, max_size=6)), shape)

    if dtype.kind == "b":
        return np.asarray(reals(st.booleans()))
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        numbers = st.integers(max(limits.min, -20), 20) | st.integers(limits.min, limits.max)
        few = np.array(draw(st.lists(numbers, min_size=1, max_size=6)), dtype)
        return np.asarray(picks.choice(few, shape))
    array = np.empty(shape, dtype)
    with np.errstate(all="ignore"):
        array.real = reals(some_reals)
        if dtype.kind == "c":
            array.imag = reals(some_reals)
    return array


@settings(max_examples=300, deadline=None)
@given(some_arrays(), some_options)
def test_any_array_prints_as_in_torch(array, options):
    with both_printing_with(**options):
        assert_same_text(tensor_text(array), to_torch(array))


MAKE_NODE = {
    "CloneBackward0": torch.clone,
    "MulBackward0": lambda x: x * 1,
    "UnsafeViewBackward0": lambda x: torch.ops.aten._unsafe_view(x, x.shape),
}


@settings(max_examples=100, deadline=None)
@given(some_arrays().filter(lambda array: array.dtype.kind in "fc"), some_options, st.data())
def test_any_differentiable_array_prints_as_in_torch(array, options, data):
    leaf = to_torch(array).requires_grad_()
    name = data.draw(st.sampled_from(list(MAKE_NODE)))
    result = MAKE_NODE[name](leaf)
    with both_printing_with(**options):
        assert_same_text(tensor_text(array, requires_grad=True), leaf)
        shown = result.detach().numpy()
        assert_same_text(tensor_text(shown, requires_grad=True, grad_fn=name), result)


@settings(max_examples=100, deadline=None)
@given(
    text=st.text("x\n", max_size=100),
    suffixes=st.lists(st.text("y", max_size=40), max_size=4),
    indent=st.integers(0, 20),
    linewidth=st.integers(0, 100),
)
def test_suffixes_break_where_torchs_do(text, suffixes, indent, linewidth):
    with both_printing_with(linewidth=linewidth):
        broken = printing._with_suffixes(text, suffixes, indent) + ")"
        assert broken == theirs._add_suffixes(text, suffixes, indent, force_newline=False)


# --- options --------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(some_options, max_size=5))
def test_options_follow_torchs_after_any_calls(calls):
    for options in calls:
        printing.set_printoptions(**options)
        theirs.set_printoptions(**options)
        assert printing.get_printoptions() == theirs.get_printoptions()


def test_sci_mode_does_not_outlive_the_next_call():
    printing.set_printoptions(sci_mode=True)
    assert tensor_text(single(1)) == "tensor([1.0000e+00])"
    printing.set_printoptions(precision=2)
    assert tensor_text(single(1)) == "tensor([1.])"


def test_options_inside_a_with_block_end_with_it_even_after_an_error():
    before = printing.get_printoptions()
    with pytest.raises(ZeroDivisionError), printing.printoptions(profile="short", sci_mode=True):
        assert tensor_text(single(0.5)) == "tensor([5.00e-01])"
        1 / 0  # noqa: B018
    assert printing.get_printoptions() == before


@pytest.mark.parametrize(
    "nonsense", [{"precision": -1}, {"precision": 2.5}, {"threshold": "a"}, {"linewidth": inf}]
)
def test_nonsense_is_noticed_at_the_print_with_torchs_words(nonsense):
    array = single(1.5, 2.5)
    with both_printing_with(**nonsense):
        assert_same_error(lambda: tensor_text(array), lambda: repr(to_torch(array)))


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(printing).failed == 0
