"""Quick ways: what is computed differently where that is quicker comes to the same."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.ops import rows
from tests.oracle import to_torch, torch

SOURCE = np.random.RandomState(0)


@pytest.mark.parametrize("dims", [(0,), (2,), (0, 1), (1, 2), (0, 2), (1,), (0, 1, 2)], ids=str)
def test_a_sum_by_products_is_the_sum(dims):
    x, y = SOURCE.randn(2, 30, 20, 10)
    assert x.size > rows.LARGE
    np.testing.assert_allclose(rows.sums(np, x, dims), x.sum(dims, keepdims=True))
    np.testing.assert_allclose(rows.products(np, x, y, dims), (x * y).sum(dims, keepdims=True))


@pytest.mark.parametrize(
    "row",
    [
        [0.0, 1.0, 2.0],
        [90.0, 1.0, -90.0],
        [-90.0, -91.0, -92.0],
        [float("-inf"), 0.0, 1.0],
        [float("-inf")] * 3,
    ],
    ids=str,
)
def test_a_softmax_neither_overflows_nor_vanishes(row):
    ours, theirs = (each.softmax(each.tensor([[0.0, 0.0, 0.0], row]), 1) for each in (minitorch_edu, torch))
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


def test_the_error_function_of_gelu_is_right_to_the_last_bits():
    x = np.linspace(-6, 6, 10001, dtype=np.float32)
    ours = minitorch_edu.nn.functional.gelu(minitorch_edu.tensor(x)).numpy()
    exact = torch.nn.functional.gelu(to_torch(x).double()).numpy()
    assert np.abs(ours - exact).max() < 6e-7
    far = [1e20, -1e20, float("-inf"), float("nan")]
    ours, theirs = (each.nn.functional.gelu(each.tensor(far)).numpy() for each in (minitorch_edu, torch))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("padding, dilation", [(0, 1), (1, 1), (2, 2), (3, 1)])
def test_a_transposed_convolution_is_a_plain_one_turned_round(groups, padding, dilation):
    x, w = SOURCE.randn(2, 4, 9, 8).astype(np.float32), SOURCE.randn(4, 4 // groups, 3, 2).astype(np.float32)
    options = {"padding": (padding, min(padding, dilation)), "dilation": dilation, "groups": groups}
    found = []
    for each in (minitorch_edu, torch):
        input, weight = each.tensor(x).requires_grad_(), each.tensor(w).requires_grad_()
        output = each.nn.functional.conv2d(input, weight, **options)
        back = each.nn.functional.conv_transpose2d(output, weight, **options)
        (back * back).sum().backward()
        found.append([value.detach().numpy() for value in (back, input.grad, weight.grad)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-2)


@pytest.mark.parametrize("size", [(3,), (3, 4)], ids=str)
def test_rows_are_added_at_every_index_that_names_them(size):
    values = SOURCE.randn(6, *size[1:]).astype(np.float32)
    places = [0, 2, -1, 0, -3, 2]
    found = []
    for each in (minitorch_edu, torch):
        x = each.zeros(size, requires_grad=True)
        x[each.tensor(places)].backward(each.tensor(values))
        found.append(x.grad.numpy())
    np.testing.assert_array_equal(*found)


def test_the_number_of_one_program_is_not_that_of_another():
    x = minitorch_edu.ones(2, requires_grad=True)
    node = (x * 2).grad_fn
    node._saved_other.requires_grad_()
    assert not node._saved_other.requires_grad and not (x * 2).grad_fn._saved_other.requires_grad


@pytest.mark.parametrize("number", [0.0, -0.0, float("inf"), float("nan"), 3, 2**40, 1e-50], ids=str)
def test_a_number_keeps_its_sign_and_size_each_time(number):
    for _ in range(2):
        ours, theirs = (1 / (each.ones(2) * number) for each in (minitorch_edu, torch))
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize(
    "shapes", [((80, 60), (80, 60)), ((80, 1), (60,)), ((), (80, 60)), ((80, 60), None)], ids=str
)
def test_a_choice_bit_by_bit_is_the_choice(shapes, kind):
    mask = SOURCE.rand(80, 60) > 0.5
    first, second = (0 if shape is None else np.asarray(SOURCE.randn(*shape), kind) for shape in shapes)
    if shapes[0]:
        first[0, 0] = np.nan
    found = rows.chosen(np, mask, first, second)
    assert found.dtype == kind
    np.testing.assert_array_equal(found, np.where(mask, first, second))
    np.testing.assert_array_equal(rows.chosen(np, mask, 1, 0), np.where(mask, 1, 0))


@pytest.mark.parametrize("shape", [(100_000,), (300, 400), (2, 50_000), (50_000, 2), (9000,)], ids=str)
def test_large_sums_are_as_exact_as_pytorchs(shape):
    x = (SOURCE.rand(*shape) + 1).astype(np.float32)
    for dim in (None, *range(len(shape))):
        exact = x.sum(dim, dtype=np.float64)
        for name in ("sum", "mean"):
            ours = getattr(minitorch_edu.tensor(x), name)(*(() if dim is None else (dim,))).numpy()
            expected = exact if name == "sum" else exact / (x.size / exact.size)
            np.testing.assert_allclose(ours, expected, rtol=1e-5 if dim == 0 else 1e-6)
