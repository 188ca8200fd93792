"""Right kernels compute what PyTorch computes, for any size and any order of the threads, without a false alarm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch_edu as torch
from tests.cuda.lab import kernels
from tests.oracle import torch as pytorch

ORDERS = st.sampled_from([{"order": "forward"}, {"order": "reversed"}, {"order": "shuffled", "seed": 3}])
SIZES = st.integers(1, 70)
BLOCKS = st.sampled_from([1, 2, 4, 8, 16, 32])
few = settings(max_examples=25)


def numbers(*shape, seed=0):
    return torch.tensor(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def there(tensor):
    return pytorch.from_numpy(tensor.cpu().numpy().copy())


def same(ours, theirs):
    pytorch.testing.assert_close(there(ours), theirs, check_dtype=False, rtol=1e-4, atol=1e-5)


def run(kernel, options, grid, block, *arguments):
    """Launch a kernel, and see that it left no complaint."""
    kernel = kernel.using(**options)
    kernel[grid, block](*arguments)
    assert not kernel.last_report.problems
    assert not kernel.last_report.benign
    return kernel.last_report


def whole(n, block):
    return -(-n // block)


@few
@given(SIZES, BLOCKS, ORDERS)
def test_vectors_are_added(n, block, options):
    a, b, c = numbers(n), numbers(n, seed=1), torch.zeros(n)
    run(kernels.vector_add, options, whole(n, block), block, a, b, c)
    same(c, there(a) + there(b))


@few
@given(SIZES, BLOCKS, st.integers(1, 3), ORDERS)
def test_saxpy_strides_over_the_grid(n, block, grid, options):
    x, y = numbers(n), numbers(n, seed=1)
    expected = 2.5 * there(x) + there(y)
    run(kernels.saxpy, options, grid, block, 2.5, x, y)
    same(y, expected)


SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))


@few
@given(SHAPES, st.sampled_from([(1, 1), (4, 2), (3, 3), (8, 4)]), ORDERS)
def test_matrices_are_multiplied_element_by_element(shape, block, options):
    (m, k, n), (x, y) = shape, block
    a, b, c = numbers(m, k), numbers(k, n, seed=1), torch.zeros(m, n)
    run(kernels.naive_matmul, options, (whole(n, x), whole(m, y)), block, a, b, c)
    same(c, there(a) @ there(b))


@few
@given(SHAPES, ORDERS)
def test_matrices_are_multiplied_tile_by_tile(shape, options):
    m, k, n = shape
    a, b, c = numbers(m, k), numbers(k, n, seed=1), torch.zeros(m, n)
    run(kernels.tiled_matmul, options, (whole(n, 4), whole(m, 4)), (4, 4), a, b, c)
    same(c, there(a) @ there(b))


@few
@given(SIZES, BLOCKS, ORDERS)
def test_a_tree_adds_up_each_block(n, block, options):
    x, sums = numbers(n), torch.zeros(whole(n, block))
    run(kernels.block_sums, options, whole(n, block), block, x, sums)
    same(sums.sum(), there(x).sum())


@few
@given(st.integers(1, 20), st.integers(1, 20), ORDERS)
def test_a_matrix_is_transposed_through_a_padded_tile(m, n, options):
    x, y = numbers(m, n), torch.zeros(n, m)
    report = run(kernels.transpose, options, (whole(n, 8), whole(m, 8)), (8, 8), x, y)
    same(y, there(x).T)
    assert not report.bank_conflicts or (m, n) != (16, 16)


@few
@given(st.integers(1, 32), ORDERS)
def test_a_scan_adds_up_all_before(n, options):
    x, y = torch.arange(n, dtype=torch.int32) % 7, torch.zeros(n, dtype=torch.int32)
    run(kernels.prefix_sum, options, 1, 32, x, y)
    same(y, there(x).cumsum(0))


@few
@given(SIZES, BLOCKS, st.integers(1, 3), ORDERS)
def test_a_histogram_is_counted_with_atomics(n, block, grid, options):
    x = torch.tensor(np.random.default_rng(n).integers(0, 8, n))
    counts = torch.zeros(8, dtype=torch.int32)
    run(kernels.histogram, options, grid, block, x, counts)
    same(counts, pytorch.bincount(there(x), minlength=8))


@few
@given(SIZES, BLOCKS, ORDERS)
def test_a_stencil_reads_its_neighbours(n, block, options):
    x, y = numbers(n), torch.zeros(n)
    run(kernels.stencil, options, whole(n, block), block, x, y)
    padded = pytorch.nn.functional.pad(there(x)[None], (1, 1), mode="replicate")[0]
    same(y, padded.unfold(0, 3, 1).mean(1))


@few
@given(st.integers(1, 4), st.integers(1, 40), BLOCKS, ORDERS)
def test_a_softmax_of_rows_needs_one_block_for_each(rows, columns, block, options):
    x, y = numbers(rows, columns), torch.zeros(rows, columns)
    run(kernels.softmax, options, rows, block, x, y)
    same(y, there(x).softmax(1))


@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16", "int32", "int64", "uint8"])
def test_every_dtype_is_added(dtype):
    a, b = torch.arange(5).to(getattr(torch, dtype)), torch.ones(5, dtype=getattr(torch, dtype))
    c = torch.zeros_like(a)
    kernels.vector_add[1, 8](a, b, c)
    assert c.tolist() == [1, 2, 3, 4, 5]


def test_numpy_arrays_and_views_are_read_where_they_lie():
    a = np.arange(12.0).reshape(3, 4)
    c = np.zeros((4, 3))
    with torch.cuda.simulate(0):
        kernels.naive_matmul[(1, 1), (4, 4)](a.T, np.eye(3), c)
    assert (c == a.T).all()
