"""assert_close says what PyTorch's says, and make_tensor makes what it promises."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.testing import make_tensor
from tests.ops.calls import agree

NAN = float("nan")
COMPARED = {
    "close": lambda e: (e.tensor([1.0, 2.0]), e.tensor([1.0, 2.0000001])),
    "some elements": lambda e: (e.tensor([1.0, 2, 3]), e.tensor([1, 2.5, 3])),
    "integers": lambda e: (e.tensor([1, 2, 3]), e.tensor([1, 2, 4])),
    "bools": lambda e: (e.tensor([True]), e.tensor([False])),
    "nan and zero": lambda e: (e.tensor([1.0, 2, 3]), e.tensor([0.0, 2.5, NAN])),
    "zero-dim": lambda e: (e.tensor(1.0), e.tensor(2.0)),
    "floats": lambda e: (1.0, 2.0),
    "a nan": lambda e: (NAN, NAN),
    "ints": lambda e: (1, 2),
    "truths": lambda e: (True, False),
    "None": lambda e: (None, 2.0),
    "nested lists": lambda e: ([1.0, [2.0]], [1.0, [2.1]]),
    "mappings": lambda e: ({"a": 1.0, "b": e.ones(2)}, {"a": 1.0, "b": e.zeros(2)}),
    "other keys": lambda e: ({"a": 1.0, "b": 2}, {"a": 1.0, "c": 2}),
    "lengths": lambda e: ([1], [1, 2]),
    "shapes": lambda e: (e.ones(2), e.ones(3)),
    "dtypes": lambda e: (e.ones(2), e.ones(2, dtype=e.float64)),
    "arrays": lambda e: (np.ones(2), np.zeros(2)),
    "half precision": lambda e: (e.ones(2, dtype=e.float16), e.zeros(2, dtype=e.float16)),
    "two dimensions": lambda e: (e.zeros(2, 3), e.arange(6.0).reshape(2, 3)),
    "text": lambda e: ("a", "b"),
}
OPTIONS = {
    "tolerances": {"rtol": 0.5, "atol": 1.0},
    "no tolerance": {"rtol": 0, "atol": 0},
    "one tolerance": {"rtol": 0.5},
    "nan is nan": {"equal_nan": True},
    "any dtype": {"check_dtype": False},
    "a message": {"msg": "mine"},
    "a message around": {"msg": lambda text: f"before\n{text}\nafter"},
}


@pytest.mark.parametrize("pair", COMPARED.values(), ids=COMPARED)
def test_the_verdict_is_pytorchs(pair):
    agree(lambda e: e.testing.assert_close(*pair(e)))


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("name", ["some elements", "nan and zero", "dtypes", "nested lists"])
def test_the_verdict_is_pytorchs_with_options(name, options):
    agree(lambda e: e.testing.assert_close(*COMPARED[name](e), **options))


def test_strides_are_compared_when_asked_for():
    agree(lambda e: e.testing.assert_close(e.ones(2, 3).t(), e.ones(3, 2)))
    agree(lambda e: e.testing.assert_close(e.ones(2, 3).t(), e.ones(3, 2), check_stride=True))


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float32", "float64", "complex64"])
def test_make_tensor_draws_within_its_bounds(dtype):
    kind = getattr(minitorch_edu, dtype)
    made = make_tensor(40, 3, dtype=kind, low=0, high=2)
    assert made.dtype is kind and made.shape == (40, 3)
    assert ((0 <= made.numpy().real) & (made.numpy().real < 2)).all()
    assert make_tensor((40,), dtype=kind, exclude_zero=True).numpy().all()


def test_make_tensor_can_lie_apart_in_memory_and_require_grad():
    made = make_tensor((2, 3), dtype=minitorch_edu.float64, noncontiguous=True, requires_grad=True)
    assert not made.is_contiguous() and made.requires_grad and made.is_leaf
    with pytest.raises(ValueError, match="requires_grad"):
        make_tensor(2, dtype=minitorch_edu.int64, requires_grad=True)
