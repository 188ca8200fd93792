"""dtypes: one object each, and which one wins."""

from __future__ import annotations

import itertools
import pickle

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu import dtypes
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch


@pytest.mark.parametrize("one, other", itertools.product(dtypes.ALL, repeat=2))
def test_promotion_is_pytorchs(one: dtypes.dtype, other: dtypes.dtype) -> None:
    expected = pytorch.promote_types(getattr(pytorch, one.name), getattr(pytorch, other.name))
    assert repr(minitorch_edu.promote_types(one, other)) == repr(expected)


@pytest.mark.parametrize("kind", dtypes.ALL)
def test_a_dtype_tells_what_pytorchs_tells(kind: dtypes.dtype) -> None:
    theirs = getattr(pytorch, kind.name)
    assert repr(kind) == repr(theirs)
    for attribute in ("is_floating_point", "is_complex", "is_signed", "itemsize"):
        assert getattr(kind, attribute) == getattr(theirs, attribute), attribute
    assert minitorch_edu.zeros(1, dtype=kind).type() == pytorch.zeros(1, dtype=theirs).type()


def test_a_dtype_survives_pickling_as_the_same_object() -> None:
    assert pickle.loads(pickle.dumps(dtypes.float32)) is dtypes.float32


def test_the_default_dtype_is_that_of_python_floats() -> None:
    try:
        minitorch_edu.set_default_dtype(minitorch_edu.float64)
        assert minitorch_edu.tensor(1.5).dtype is minitorch_edu.float64
        assert minitorch_edu.zeros(1).dtype is minitorch_edu.float64
        assert repr(minitorch_edu.tensor(1.5)) == "tensor(1.5000)"
    finally:
        minitorch_edu.set_default_dtype(minitorch_edu.float32)
    assert minitorch_edu.tensor(1.5).dtype is minitorch_edu.float32


def test_the_default_dtype_is_a_floating_point_one() -> None:
    assert_same_error(
        lambda: minitorch_edu.set_default_dtype(minitorch_edu.int64),
        lambda: pytorch.set_default_dtype(pytorch.int64),
    )


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([None]), np.array([1], "datetime64[s]")])
def test_an_array_that_no_tensor_can_hold_is_refused(array: np.ndarray) -> None:
    assert_same_error(lambda: minitorch_edu.from_numpy(array), lambda: pytorch.from_numpy(array))
