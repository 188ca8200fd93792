"""The namespace: CuPy's words with CuPy's arguments, and nothing that only NumPy knows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minitorch_edu.backends.simulated import SimulatedBackend
from minitorch_edu.backends.wall import DeviceArray, spoken


@pytest.fixture
def gpu() -> SimulatedBackend:
    return SimulatedBackend(0, 1 << 30)


@pytest.fixture
def xp(gpu):
    return gpu.xp


def kernels(gpu: SimulatedBackend) -> list[str]:
    return [work.name for work in gpu.queue.history if work.kind == "kernel"]


@pytest.mark.parametrize(
    "name",
    ["errstate", "setdiff1d_", "fromregex", "memmap", "ma", "random", "testing", "setflags", "vectorize"],
)
def test_what_cupy_does_not_have_is_not_there(xp, name):
    with pytest.raises(AttributeError, match=f"module 'cupy' has no attribute '{name}'"):
        getattr(xp, name)


@pytest.mark.parametrize(
    "name", ["float32", "int64", "dtype", "finfo", "iinfo", "inf", "nan", "pi", "newaxis"]
)
def test_dtypes_and_constants_are_those_of_numpy(xp, name):
    assert getattr(xp, name) is getattr(np, name)


def test_a_function_is_looked_up_once(xp):
    assert xp.exp is xp.exp and xp.linalg is xp.linalg and xp.linalg.inv is xp.linalg.inv


def test_every_function_that_numpy_has_too_can_be_looked_up(xp):
    for name in [*spoken()["functions"], *spoken()["ufuncs"]]:
        where, inside = xp, np
        try:
            for part in name.split("."):
                where, inside = where, getattr(inside, part)
        except AttributeError:
            continue
        for part in name.split("."):
            where = getattr(where, part)
        assert callable(where)


# --- arguments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda xp, a: xp.sum(a, where=a > 0),
        lambda xp, a: xp.sum(a, initial=1),
        lambda xp, a: xp.add(a, a, where=a > 0),
        lambda xp, a: xp.zeros(3, like=a),
        lambda xp, a: xp.asarray(a, like=a),
        lambda xp, a: xp.asarray(a, device="cpu"),
        lambda xp, a: xp.argmax(a, foo=1),
    ],
)
def test_an_argument_that_cupy_does_not_know_is_refused(xp, call):
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        call(xp, xp.arange(3))


def test_more_positions_than_cupy_has_are_refused(xp):
    a = xp.ones((2, 2))
    xp.sum(a, 0, None, None, True)
    with pytest.raises(TypeError, match="positional arguments"):
        xp.sum(a, 0, None, None, True, 1.0)


def test_a_position_that_means_another_argument_to_cupy_must_be_named(xp):
    """argmax(a, axis, out) is NumPy's order, argmax(a, axis, dtype, out) CuPy's."""
    a = xp.arange(4)
    xp.argmax(a, 0)
    with pytest.raises(TypeError, match="2 positional arguments that mean the same to NumPy and CuPy"):
        xp.argmax(a, 0, None)


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "where", "concatenate", "matmul", "dot"])
def test_arrays_of_the_host_are_refused(xp, name):
    a, host = xp.ones(3), np.ones(3)
    with pytest.raises(TypeError, match="Unsupported type <class 'numpy.ndarray'>"):
        if name == "where":
            xp.where(a > 0, a, host)
        elif name == "concatenate":
            xp.concatenate([a, host])
        else:
            getattr(xp, name)(a, host)


def test_numbers_of_the_host_are_welcome_and_copied_by_nobody(gpu, xp):
    a = xp.ones(3)
    gpu.queue.reset()
    assert xp.add(a, 2.5).tolist() == [3.5] * 3
    assert xp.multiply(np.float64(2), a).tolist() == [2] * 3
    assert gpu.queue.copied["host to device"] == 0


# --- what ufuncs can do ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["maximum", "logical_and", "logaddexp", "minimum", "bitwise_or"])
@pytest.mark.parametrize("way", ["reduce", "accumulate", "reduceat"])
def test_only_sums_and_products_are_reduced_by_their_ufunc(xp, name, way):
    with pytest.raises(NotImplementedError, match=f"`cupy_{name}.{way}` is not supported yet"):
        getattr(getattr(xp, name), way)(xp.ones(3))


def test_sums_and_products_are_reduced_and_accumulated(xp):
    a = xp.arange(1, 5)
    assert xp.add.reduce(a).item() == 10
    assert xp.multiply.reduce(a, axis=0, keepdims=True).tolist() == [24]
    assert xp.add.accumulate(a).tolist() == [1, 3, 6, 10]
    assert xp.add.reduceat(a, xp.asarray([0, 2])).tolist() == [3, 7]
    with pytest.raises(TypeError):
        xp.add.reduce(a, initial=1)


@pytest.mark.parametrize(
    "name, kind", [("add", "int64"), ("add", "complex64"), ("maximum", "float16"), ("add", "bool")]
)
def test_elements_are_added_up_in_place_only_in_dtypes_with_atomics(xp, name, kind):
    with pytest.raises(TypeError, match="only supports"):
        getattr(xp, name).at(xp.zeros(3, kind), xp.asarray([0, 0]), 1)


def test_elements_that_meet_are_all_counted(gpu, xp):
    a = xp.zeros(3, "float32")
    xp.add.at(a, xp.asarray([0, 0, 2]), xp.ones(3, "float32"))
    assert a.tolist() == [2, 0, 1]
    with pytest.raises(NotImplementedError, match="`cupy_multiply.at` is not supported yet"):
        xp.multiply.at(a, xp.asarray([0]), 2)


# --- the books ------------------------------------------------------------------------------------------------------


def test_a_launch_bears_the_name_of_the_function(gpu, xp):
    a = xp.zeros(3)
    xp.exp(a)
    xp.matmul(a, a)
    assert kernels(gpu) == ["zeros", "exp", "matmul"]


def test_memory_alone_is_no_launch(gpu, xp):
    xp.empty_like(xp.empty((2, 3)))
    assert kernels(gpu) == []
    assert gpu.queue.history.maxlen and gpu.memory.stats()["allocation"]["all"]["allocated"] == 2


@pytest.mark.parametrize(
    "write",
    [
        lambda xp, a, b: xp.add(a, a, out=b),
        lambda xp, a, b: xp.add(a, a, b),
        lambda xp, a, b: xp.copyto(b, a),
        lambda xp, a, b: xp.sum(a, axis=0, keepdims=True, out=b[:1]),
    ],
)
def test_writing_into_an_array_is_a_launch_and_no_memory(gpu, xp, write):
    a, b = xp.ones(3), xp.zeros(3)
    gpu.queue.reset()
    before = gpu.memory.stats()["allocation"]["all"]["allocated"]
    result = write(xp, a, b)
    assert len(kernels(gpu)) == 1
    assert gpu.memory.stats()["allocation"]["all"]["allocated"] == before
    assert result is None or result.memory is b.memory


@pytest.mark.parametrize(
    "look",
    [
        lambda xp, a: xp.broadcast_to(a, (4, 2, 3)),
        lambda xp, a: xp.lib.stride_tricks.as_strided(a, (2,), (8,)),
        lambda xp, a: xp.swapaxes(a, 0, 1),
        lambda xp, a: xp.moveaxis(a, 0, 1),
        lambda xp, a: xp.expand_dims(a, 0),
        lambda xp, a: xp.reshape(a, (3, 2)),
        lambda xp, a: xp.asarray(a),
        lambda xp, a: xp.broadcast_arrays(a, a)[0],
        lambda xp, a: xp.split(a, 2)[1],
        lambda xp, a: xp.flip(a, 0),
    ],
)
def test_looking_at_an_array_otherwise_takes_no_work(gpu, xp, look):
    a = xp.ones((2, 3))
    gpu.queue.reset()
    assert look(xp, a).memory is a.memory
    assert not gpu.queue.history


@pytest.mark.parametrize(
    "ask",
    [
        lambda xp, a: xp.nonzero(a),
        lambda xp, a: xp.where(a > 1),
        lambda xp, a: xp.argwhere(a),
        lambda xp, a: xp.unique(a),
        lambda xp, a: xp.bincount(a),
        lambda xp, a: a.nonzero(),
    ],
)
def test_a_result_whose_size_depends_on_the_numbers_makes_the_host_wait(gpu, xp, ask):
    a = xp.arange(4)
    gpu.queue.reset()
    ask(xp, a)
    assert gpu.queue.waits == 1


def test_lists_and_host_arrays_become_arrays_by_a_copy(gpu, xp):
    found = xp.asarray([1, 2, 3])
    assert type(found) is DeviceArray
    assert gpu.queue.copied["host to device"] == 24 and kernels(gpu) == []
    assert xp.array(np.ones(2, "float32")).dtype == np.float32
    assert gpu.queue.copied["host to device"] == 32


def test_what_is_too_large_is_refused_before_the_host_is_filled(xp):
    for make in (xp.zeros, xp.ones, xp.empty, lambda shape: xp.full(shape, 1.0)):
        with pytest.raises(RuntimeError, match="CUDA out of memory. Tried to allocate 1024.00 GiB"):
            make((1 << 20, 1 << 17))


def test_repeats_must_be_numbers_of_the_host(xp):
    with pytest.raises(ValueError, match="cannot be specified as `repeats` argument"):
        xp.repeat(xp.ones(2), xp.asarray([1, 2]))


def test_scipys_share_is_cupys(xp):
    from scipy import special

    assert xp.beside(special.gammaln, "scipy.special", "gammaln")(xp.asarray([3.0])).item() == pytest.approx(
        np.log(2)
    )
    assert xp.beside(special.hyp2f1, "scipy.special", "kelvin") is None


def test_several_results_keep_their_names(xp):
    found = xp.linalg.eigh(xp.eye(2))
    assert type(found.eigenvalues) is DeviceArray and found.eigenvectors.shape == (2, 2)
    assert xp.broadcast_shapes((2, 1), (3,)) == (2, 3)
    assert xp.result_type(xp.float32, xp.int64) == np.float64


# --- the same numbers as NumPy --------------------------------------------------------------------------------------

CALLS = {
    "exp": lambda xp, a: xp.exp(a),
    "sum": lambda xp, a: xp.sum(a, axis=0),
    "mean": lambda xp, a: xp.mean(a, axis=-1, keepdims=True),
    "max": lambda xp, a: xp.max(a),
    "argmin": lambda xp, a: xp.argmin(a, axis=0),
    "cumsum": lambda xp, a: xp.cumsum(a, axis=0),
    "sort": lambda xp, a: xp.sort(a, axis=-1),
    "argsort": lambda xp, a: xp.argsort(a, axis=0, kind="stable"),
    "flip": lambda xp, a: xp.flip(a, 0),
    "where": lambda xp, a: xp.where(a > 0, a, -1),
    "clip": lambda xp, a: xp.clip(a, 0, 1),
    "concatenate": lambda xp, a: xp.concatenate([a, a], axis=0),
    "stack": lambda xp, a: xp.stack((a, a), axis=1),
    "take": lambda xp, a: xp.take(a, xp.asarray([0, 0]), axis=0),
    "take_along_axis": lambda xp, a: xp.take_along_axis(a, xp.argsort(a, axis=0), 0),
    "tensordot": lambda xp, a: xp.tensordot(a, a, a.ndim),
    "einsum": lambda xp, a: xp.einsum("i...->...", a),
    "nonzero": lambda xp, a: xp.nonzero(a)[0],
    "unique": lambda xp, a: xp.unique(a),
    "zeros_like": lambda xp, a: xp.zeros_like(a, dtype=xp.int32),
    "linspace": lambda xp, a: xp.linspace(0, 1, a.shape[0]),
    "add.reduce": lambda xp, a: xp.add.reduce(a, axis=0),
    "multiply.accumulate": lambda xp, a: xp.multiply.accumulate(a, axis=0),
    "fft": lambda xp, a: xp.fft.fft(a, axis=0),
    "outer": lambda xp, a: xp.subtract.outer(a.ravel(), a.ravel()),
}


@pytest.mark.parametrize("name", CALLS)
@given(array=hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-3, 3)))
@settings(max_examples=15)
def test_a_function_gives_numpys_numbers(name, array):
    gpu = SimulatedBackend(0, 1 << 30)
    found = CALLS[name](gpu.xp, gpu.from_host(array))
    expected = np.asarray(CALLS[name](np, array))
    assert type(found) is DeviceArray
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(found.get(), expected)
