"""Bytes read as other numbers, storages that are set and resized, and copies of objects, against PyTorch."""

from __future__ import annotations

import copy
import pickle
import warnings

import pytest

import minitorch_edu
from minitorch_edu.ops import warned
from tests.ops.calls import agree
from tests.ops.tensors import leaf, made, told

# --- the same bytes as other numbers --------------------------------------------------------------------------------

KINDS = ["float64", "float32", "int64", "int32", "int16", "int8", "uint8", "complex64"]
BYTES = {
    "a number": lambda e: e.tensor(1.5),
    "a vector": lambda e: e.arange(8.0),
    "an odd vector": lambda e: e.arange(5.0),
    "a matrix": lambda e: e.arange(8.0).reshape(2, 4),
    "a transposed matrix": lambda e: e.arange(8.0).reshape(2, 4).t(),
    "from an odd place": lambda e: e.arange(8.0)[1:5],
    "odd rows": lambda e: e.arange(12.0).reshape(4, 3).as_strided((2, 2), (3, 1)),
    "doubles": lambda e: e.arange(4.0, dtype=e.float64),
    "bytes": lambda e: e.arange(16, dtype=e.uint8),
    "what requires grad": lambda e: leaf(e, 4),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", BYTES.values(), ids=BYTES)
def test_the_same_bytes_as_other_numbers(data, kind):
    def seen(engine):
        x = data(engine)
        y = x.view(getattr(engine, kind))
        return (
            tuple(y.shape),
            y.stride(),
            y.storage_offset(),
            y._is_view(),
            y.requires_grad,
            y.tolist(),
            y.data_ptr() == x.data_ptr(),
        )

    agree(seen)


def test_a_write_through_another_dtype_is_noticed():
    def written(engine):
        x = engine.zeros(2)
        x.view(engine.int32).add_(1065353216)
        return x, x._version

    agree(written)


# --- storages -------------------------------------------------------------------------------------------------------

SETS = {
    "to nothing": lambda e, x: x.set_(),
    "to a tensor": lambda e, x: x.set_(e.arange(4.0)),
    "to a view": lambda e, x: x.set_(e.arange(4.0)[1:]),
    "to a storage": lambda e, x: x.set_(e.arange(4.0).untyped_storage()),
    "to a part of a storage": lambda e, x: x.set_(e.arange(9.0).untyped_storage(), 1, (2, 2), (3, 1)),
    "to a part of a storage, row after row": lambda e, x: x.set_(e.arange(9.0).untyped_storage(), 2, (2, 2)),
    "to another size": lambda e, x: x.resize_(3, 2),
    "to a smaller size": lambda e, x: x.resize_(2),
    "to its own size": lambda e, x: x.resize_(2, 3),
    "to the size of another": lambda e, x: x.resize_as_(e.zeros(5)),
}


@pytest.mark.parametrize("act", SETS.values(), ids=SETS)
def test_a_tensor_may_look_at_other_bytes(act):
    def seen(engine):
        x = engine.ones(2, 3)
        act(engine, x)
        return told(x) if x.numel() else tuple(x.shape)

    agree(seen)


def test_a_storage_that_grows_keeps_what_it_had():
    def grown(engine):
        x = engine.arange(6.0)
        x.resize_(3, 3)
        return tuple(x.shape), x.untyped_storage().nbytes(), x.reshape(-1)[:6]

    agree(grown)


def test_set_shares_the_bytes():
    def shared(engine):
        x, y = engine.zeros(2), engine.ones(3)
        x.set_(y)
        x.add_(1)
        return y, x._version, y._version, x.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()

    agree(shared)


@pytest.mark.host
def test_a_storage_with_a_dtype():
    def seen(engine):
        x = engine.arange(6.0).reshape(2, 3).t()[1:]
        storage = x.storage()
        storage[0] = 7
        return (
            repr(storage), len(storage), storage.size(), storage.nbytes(), storage[2], storage[-1], storage.tolist(),
            list(storage), str(storage.dtype), storage.element_size(), storage.data_ptr() == storage.untyped().data_ptr(),
        )  # fmt: skip

    agree(seen)
    agree(lambda e: e.zeros(2).storage()[2])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warned._said.discard(minitorch_edu.ops.memory.TYPED_IS_OLD)
        minitorch_edu.zeros(2).storage()
        minitorch_edu.zeros(2).storage()
    assert len(caught) == 1 and str(caught[0].message).startswith("TypedStorage is deprecated.")


BAD_STORAGES = {
    "resize what requires grad": lambda e: leaf(e, 2, 3).resize_(2),
    "resize to a negative size": lambda e: e.zeros(2, 3).resize_(-1),
    "set to a number": lambda e: e.zeros(2, 3).set_(5),
    "set to another dtype": lambda e: e.zeros(2, 3).set_(e.ones(4, dtype=e.int32)),
    "set beyond the storage": lambda e: e.zeros(2).set_(e.ones(4).untyped_storage(), 3, (2,), (1,)),
    "set a leaf": lambda e: leaf(e, 2).set_(e.ones(4)),
}


@pytest.mark.parametrize("act", BAD_STORAGES.values(), ids=BAD_STORAGES)
def test_bad_input_gets_pytorchs_words(act):
    with pytest.raises(Exception, match="."):
        act(minitorch_edu)
    agree(act)


# --- copies of objects ----------------------------------------------------------------------------------------------


def pickled(value):
    return pickle.loads(pickle.dumps(value))


COPIED = {
    "a tensor": lambda e: e.arange(6.0).reshape(2, 3),
    "a transpose": lambda e: e.arange(6.0).reshape(2, 3).t(),
    "a part": lambda e: e.arange(6.0)[2:4],
    "an expanded row": lambda e: e.arange(3.0).expand(2, 3),
    "a leaf": lambda e: leaf(e, 3),
    "a detached part": lambda e: leaf(e, 3).detach()[1:],
    "nothing": lambda e: e.zeros(0),
    "a number": lambda e: e.tensor(3),
    "truths": lambda e: e.tensor([True, False]),
    "what was made": lambda e: made(e, 3),
    "a view of a leaf": lambda e: leaf(e, 3)[1:],
}


@pytest.mark.parametrize("way", [copy.deepcopy, pickled], ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("data", COPIED.values(), ids=COPIED)
def test_a_copied_object_looks_as_the_first(data, way):
    def seen(engine):
        x = data(engine)
        y = way(x)
        shared = y.data_ptr() == x.data_ptr() if x.numel() else None
        return told(y)[:4], told(y)[5:], y.untyped_storage().nbytes(), shared

    agree(seen)


def test_views_of_one_storage_stay_so_within_one_deepcopy():
    def shared(engine):
        base = engine.arange(6.0)
        one, other, same = copy.deepcopy((base[:3], base[2:], base))
        one[2] = 100
        return one, other, same, base, one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()

    agree(shared)
    agree(lambda e: (lambda x: (lambda pair: pair[0] is pair[1])(copy.deepcopy([x, x])))(leaf(e, 2)))


def test_a_deepcopy_brings_gradient_and_attributes_along():
    def brought(engine):
        x = leaf(engine, 2)
        x.sum().backward()
        x.note = [1]
        y, z = copy.deepcopy(x), pickled(x)
        return (
            y.grad,
            y.grad is x.grad,
            y.note,
            y.note is x.note,
            y.requires_grad,
            z.grad,
            z.note,
            z.requires_grad,
        )

    agree(brought)


def test_a_shallow_copy_shares_the_bytes():
    agree(
        lambda e: (lambda x: (lambda y: (y is x, y.data_ptr() == x.data_ptr(), y))(copy.copy(x)))(
            e.arange(3.0)
        )
    )
