"""Creation against PyTorch: which dtype and shape come out of numbers, lists, arrays, ranges, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree

numbers = st.one_of(st.booleans(), st.integers(-(2**40), 2**40), st.floats(-1e6, 1e6), st.just(float("nan")))
nested = st.recursive(numbers, lambda inner: st.lists(inner, max_size=3), max_leaves=8)
DTYPES = "uint8 int8 int16 int32 int64 float16 float32 float64 complex64 bool".split()


@given(nested)
def test_lists_of_numbers(data):
    agree(lambda e: e.tensor(data))


@given(st.lists(numbers, max_size=4), st.sampled_from(DTYPES))
def test_lists_in_a_dtype_that_was_asked_for(data, dtype):
    if dtype in ("uint8", "int8", "int16", "int32", "int64") and any(each != each for each in data):
        return  # what nan is as an integer is the processor's choice
    agree(lambda e: e.tensor(data, dtype=getattr(e, dtype)), text=False)


spans = st.one_of(st.integers(-20, 20), st.floats(-20, 20).map(lambda x: round(x, 3)))


@given(spans, spans, spans)
def test_arange(start, end, step):
    agree(lambda e: e.arange(start, end, step), rtol=1e-6)
    agree(lambda e: e.arange(end), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "float64"])
def test_arange_in_a_dtype_that_was_asked_for(dtype):
    agree(lambda e: e.arange(0, 5, 2, dtype=getattr(e, dtype)))
    agree(lambda e: e.arange(0.5, 5, dtype=getattr(e, dtype)))


@given(
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.integers(-1, 1000),
    st.sampled_from(["float32", "float16", "bfloat16", "int64", "int32"]),
)
def test_linspace_to_the_last_digit(start, end, steps, dtype):
    agree(lambda e: e.linspace(start, end, steps, dtype=getattr(e, dtype)).double().numpy().tolist())


def test_linspace_of_doubles_to_the_last_digit():
    for start, end, steps in ((0, 1, 1000), (-1, 1, 1000), (-3, 7.3, 37), (1, 2e6, 999), (0.1, 0.7, 500)):
        agree(lambda e: e.linspace(start, end, steps, dtype=e.float64).tolist())  # noqa: B023


def test_linspace_of_very_large_numbers():
    agree(lambda e: e.linspace(0, 1e308, 5, dtype=e.float64))
    agree(lambda e: e.linspace(0, float("inf"), 5, dtype=e.float64).isnan())


@pytest.mark.parametrize("dtype", DTYPES)
def test_filled_tensors_of_every_dtype(dtype):
    for name in ("zeros", "ones"):
        agree(lambda e: getattr(e, name)(2, 3, dtype=getattr(e, dtype)))  # noqa: B023
        agree(lambda e: getattr(e, name + "_like")(e.zeros(2), dtype=getattr(e, dtype)))  # noqa: B023
    agree(lambda e: e.full((2,), 1, dtype=getattr(e, dtype)))
    agree(lambda e: e.full_like(e.zeros(2, dtype=getattr(e, dtype)), 1))
    agree(lambda e: e.eye(2, 3, dtype=getattr(e, dtype)))


@pytest.mark.parametrize("kind", ["<f4", ">f8", "<i2", "u1", "?", "<f2", "<c8", "<i8"])
def test_numpy_arrays(kind):
    array = np.arange(6).reshape(2, 3).astype(kind)
    agree(lambda e: e.tensor(array))
    agree(lambda e: e.from_numpy(array.copy()), text=False)
    agree(lambda e: e.as_tensor(array.copy()), text=False)


@pytest.mark.host
def test_from_numpy_shares_memory_and_strides():
    def act(engine):
        array = np.arange(6.0).reshape(2, 3)
        tensor = engine.from_numpy(array.T)
        array[0, 0] = 9
        tensor[1, 1] = 7
        return tensor, tensor.stride(), array.tolist()

    agree(act)


CASES = {
    "an int": lambda e: e.tensor(3),
    "a float": lambda e: e.tensor(2.5),
    "a bool": lambda e: e.tensor(True),
    "a complex number": lambda e: e.tensor(1j),
    "nothing": lambda e: e.tensor([]),
    "rows of nothing": lambda e: e.tensor([[], []]),
    "a range": lambda e: e.tensor(range(3)),
    "a tuple": lambda e: e.tensor((1, 2.0)),
    "tensors in a list": lambda e: e.tensor([e.tensor(1), e.tensor(2)]),
    "a tensor": lambda e: e.tensor(e.tensor([1, 2])),
    "arrays in a list": lambda e: e.tensor([np.array([1, 2]), np.array([3, 4])]),
    "numpy numbers": lambda e: e.tensor([np.float64(1.5), np.float32(2)]),
    "a numpy number": lambda e: e.tensor(np.int16(4)),
    "full of a bool": lambda e: e.full((2,), True),
    "full of a float": lambda e: e.full((2,), 1.5),
    "full of a tensor": lambda e: e.full((2,), e.tensor(3)),
    "full of a single size": lambda e: e.full(2, 1.0),
    "sizes": lambda e: e.zeros((2, 3)) + e.zeros([2, 3]) + e.zeros(e.ones(2, 3).shape),
    "no size": lambda e: e.zeros(()),
    "a numpy size": lambda e: e.zeros(np.int64(3)),
    "arange of a tensor": lambda e: e.arange(e.tensor(3)),
    "arange downwards": lambda e: e.arange(5, 0, -2),
    "arange to a tenth": lambda e: e.arange(0, 1, 0.1),
    "arange with start by name": lambda e: e.arange(start=1, end=4),
    "linspace of integers": lambda e: e.linspace(0, 10, 5, dtype=e.int64),
    "linspace of one": lambda e: e.linspace(3, 10, 1),
    "as_tensor of a list": lambda e: e.as_tensor([1.0, 2.0]),
    "as_tensor of itself": lambda e: (lambda x: e.as_tensor(x) is x)(e.ones(2)),
    "as_tensor in another dtype": lambda e: e.as_tensor(e.ones(2), dtype=e.int64),
    "requires grad": lambda e: e.ones(2, requires_grad=True).requires_grad,
    "empty": lambda e: tuple(e.empty(2, 3).shape),
    "complex of a list": lambda e: e.tensor([1, 2j]),
}
REFUSED = {
    "text": lambda e: e.tensor("text"),
    "text in a list": lambda e: e.tensor(["a", "b"]),
    "longer text in a list": lambda e: e.tensor(["ab", "cd"]),
    "None": lambda e: e.tensor(None),
    "None in a list": lambda e: e.tensor([1, None]),
    "ragged rows": lambda e: e.tensor([[1, 2], [3]]),
    "ragged ranks": lambda e: e.tensor([[1, 2], 3]),
    "ragged ranks the other way": lambda e: e.tensor([1, [2, 3]]),
    "a dict": lambda e: e.tensor({"a": 1}),
    "a set": lambda e: e.tensor({1, 2}),
    "an object": lambda e: e.tensor(object()),
    "more than 64 bits": lambda e: e.tensor(2**70),
    "beyond the dtype": lambda e: e.tensor([300], dtype=e.uint8),
    "below the dtype": lambda e: e.tensor([-200], dtype=e.int8),
    "gradients of integers": lambda e: e.tensor([1, 2], requires_grad=True),
    "gradients of bools": lambda e: e.zeros(2, dtype=e.bool, requires_grad=True),
    "requires_grad_ of integers": lambda e: e.tensor([1, 2]).requires_grad_(),
    "an array of text": lambda e: e.tensor(np.array(["a"])),
    "an array of objects": lambda e: e.from_numpy(np.array([object()])),
    "a list for an array": lambda e: e.from_numpy([1, 2]),
    "negative strides": lambda e: e.from_numpy(np.arange(3)[::-1]),
    "a negative size": lambda e: e.zeros(-1),
    "a negative size in a tuple": lambda e: e.ones((2, -3)),
    "no step": lambda e: e.arange(0, 3, 0),
    "the wrong way": lambda e: e.arange(3, 0),
    "a negative number of steps": lambda e: e.linspace(0, 1, -1),
    "no such device": lambda e: e.zeros(2, device="cuda"),
    "a misspelt device": lambda e: e.zeros(2, device="gpu"),
    "a negative square": lambda e: e.eye(-1),
}


@pytest.mark.parametrize("act", CASES.values(), ids=CASES)
def test_the_result_is_pytorchs(act):
    agree(act, rtol=1e-6)


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_the_error_is_pytorchs(act):
    agree(act)
