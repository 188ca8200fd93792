"""dtypes: one object each, and which one wins."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu import dtypes
from tests.ops.calls import agree
from tests.ops.spoken import assert_same_answer, lines
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch


@pytest.mark.parametrize("one", dtypes.ALL, ids=repr)
@pytest.mark.parametrize("other", dtypes.ALL, ids=repr)
def test_promotion_is_pytorchs(one: dtypes.dtype, other: dtypes.dtype) -> None:
    agree(lambda e: repr(e.promote_types(getattr(e, one.name), getattr(e, other.name))))
    agree(lambda e: e.can_cast(getattr(e, one.name), getattr(e, other.name)))


NUMBERS = (True, 3, 2.5)


@pytest.mark.parametrize("kind", dtypes.ALL, ids=repr)
def test_result_types_are_pytorchs(kind: dtypes.dtype) -> None:
    for number in NUMBERS if kind is dtypes.float16 else (*NUMBERS, 1j):  # complex32 there
        agree(lambda e: repr(e.result_type(e.ones(2, dtype=getattr(e, kind.name)), number)))  # noqa: B023
        agree(lambda e: repr(e.result_type(number, e.ones((), dtype=getattr(e, kind.name)))))  # noqa: B023
    for other in dtypes.ALL:
        if {kind, other} & {dtypes.float16} and {kind, other} & {dtypes.complex64, dtypes.complex128}:
            continue
        for shape in ((), (2,)):

            def met(engine: Any, shape: Any = shape, other: Any = other) -> str:
                one = engine.ones(2, dtype=getattr(engine, kind.name))
                return repr(engine.result_type(one, engine.ones(shape, dtype=getattr(engine, other.name))))

            agree(met)


@pytest.mark.parametrize("kind", dtypes.ALL, ids=repr)
def test_limits_are_pytorchs(kind: dtypes.dtype) -> None:
    for name, numbers in (
        ("finfo", ("max", "min", "eps", "tiny", "smallest_normal", "resolution")),
        ("iinfo", ("max", "min")),
    ):
        agree(lambda e: repr(getattr(e, name)(getattr(e, kind.name))))  # noqa: B023
        for number in (*numbers, "bits", "dtype"):
            agree(lambda e: getattr(getattr(e, name)(getattr(e, kind.name)), number))  # noqa: B023


@pytest.mark.host  # types of tensors bear the names of devices
@pytest.mark.parametrize("kind", dtypes.ALL)
def test_a_dtype_tells_what_pytorchs_tells(kind: dtypes.dtype) -> None:
    theirs = getattr(pytorch, kind.name)
    assert repr(kind) == repr(theirs)
    for attribute in ("is_floating_point", "is_complex", "is_signed", "itemsize"):
        assert getattr(kind, attribute) == getattr(theirs, attribute), attribute
    assert minitorch_edu.zeros(1, dtype=kind).type() == pytorch.zeros(1, dtype=theirs).type()


def test_a_dtype_survives_pickling_as_the_same_object() -> None:
    for kind in dtypes.ALL:
        assert pickle.loads(pickle.dumps(kind)) is kind


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


CALLS = lines("""
torch.complex64.to_real()
torch.float32.to_complex()
torch.int64.to_complex()
torch.set_default_tensor_type(torch.DoubleTensor)
torch.get_default_dtype()
torch.set_default_tensor_type('torch.FloatTensor')
torch.set_default_tensor_type('torch.LongTensor')
torch.set_default_tensor_type(torch.LongTensor)
torch.set_default_tensor_type('foo')
torch.set_default_tensor_type(3)
torch.set_default_tensor_type(torch.float32)
torch.set_default_dtype(torch.int64)
torch.set_default_dtype('float')
torch.set_default_dtype(float)
torch.set_default_dtype(None)
torch.set_default_dtype(torch.complex64)
torch.set_default_dtype(torch.bfloat16)
torch.set_default_dtype(torch.float32)
torch.set_default_dtype(torch.FloatTensor)
torch.is_floating_point(3)
torch.is_complex(3)
torch.is_tensor(3)
torch.is_storage(3)
torch.is_nonzero(torch.ones(2))
torch.is_signed(x)
torch.is_floating_point(x)
torch.is_conj(x)
torch.is_neg(x)
torch.is_inference(x)
torch.is_same_size(x,x)
torch.finfo(torch.float32)
torch.finfo(torch.float64)
torch.finfo(torch.float16)
torch.finfo(torch.bfloat16)
torch.finfo()
torch.finfo(torch.complex64)
torch.finfo(torch.int32)
torch.finfo('a')
torch.finfo(torch.float32,3)
torch.finfo(type=torch.float64).max
torch.finfo(torch.float16).smallest_normal
torch.finfo(torch.float16).tiny
torch.finfo(torch.float16).resolution
torch.finfo(torch.float16).dtype
torch.finfo(torch.bfloat16).eps
torch.iinfo(torch.int32)
torch.iinfo(torch.uint8)
torch.iinfo(torch.int64)
torch.iinfo(torch.uint64)
torch.iinfo(torch.float32)
torch.iinfo(torch.bool)
torch.iinfo()
torch.iinfo(3)
torch.iinfo(torch.int8).dtype
torch.iinfo(torch.int8) == torch.iinfo(torch.int8)
torch.iinfo(torch.uint8) == torch.iinfo(torch.int8)
torch.finfo(torch.float32) == torch.finfo(torch.float32)
torch.can_cast(torch.float32,torch.int32)
torch.can_cast(torch.int32,torch.float32)
torch.can_cast(3,torch.float32)
torch.can_cast(torch.float32)
torch.promote_types(torch.float32,3)
torch.promote_types(torch.float32)
torch.promote_types(torch.uint16,torch.int32)
torch.promote_types(torch.uint16,torch.uint8)
torch.promote_types(torch.uint16,torch.float32)
torch.result_type(x,3)
torch.result_type(3,x)
torch.result_type(3,3.)
torch.result_type(3,'a')
torch.result_type(x,x.double())
torch.result_type(x,torch.tensor(3.,dtype=torch.float64))
torch.result_type(x.int(),torch.tensor(3.,dtype=torch.float64))
torch.result_type(x.int(),3.5)
torch.result_type(x.int(),3j)
torch.result_type(x.double(),3j)
torch.result_type(x.bool(),3)
torch.result_type(x.bool(),True)
torch.result_type(x)
torch.result_type(True,1)
torch.float32 == torch.float
torch.float32.is_floating_point
torch.float32.is_complex
torch.uint16.is_signed
torch.bool.is_signed
torch.complex64.is_signed
torch.float32.itemsize
torch.bfloat16.itemsize
torch.dtype()
torch.dtype('float32')
torch.dtype.__name__
torch.uint16
torch.promote_types(torch.float16,torch.complex64)
torch.promote_types(torch.float64,torch.complex64)
torch.promote_types(torch.bfloat16,torch.complex64)
torch.strided
torch.contiguous_format
torch.preserve_format
torch.channels_last
torch.channels_last_3d
torch.layout
torch.memory_format
torch.promote_types(torch.uint16,torch.bool)
torch.promote_types(torch.uint16,torch.uint32)
torch.promote_types(torch.uint16,torch.bfloat16)
torch.is_nonzero(3)
torch.is_nonzero(torch.tensor(2))
torch.is_nonzero(torch.tensor([]))
torch.is_conj(3)
torch.is_same_size(x,3)
torch.is_grad_enabled()
""")


@pytest.mark.parametrize("call", CALLS)
def test_an_answer_about_dtypes_is_pytorchs(call: str) -> None:
    assert_same_answer(call)
