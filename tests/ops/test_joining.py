"""Joining against PyTorch: stacks, blocks, grids, products: values, dtypes, nodes, warnings, errors."""

from __future__ import annotations

import warnings

import pytest

import minitorch_edu
from tests.ops.calls import agree
from tests.oracle import torch


def table(e):
    return e.arange(6.0).reshape(2, 3)


def line(e, *values):
    return e.tensor(values or (1, 2, 3))


CASES = {
    "hstack lines": lambda e: e.hstack([line(e), line(e, 4)]),
    "hstack tables": lambda e: e.hstack((table(e), table(e))),
    "hstack numbers": lambda e: e.hstack([e.tensor(1), e.tensor(2.5)]),
    "hstack of nothing": lambda e: e.hstack([]),
    "hstack of other rows": lambda e: e.hstack([table(e), e.zeros(3, 3)]),
    "vstack lines": lambda e: e.vstack([line(e), line(e)]),
    "vstack a line and a table": lambda e: e.vstack([line(e), table(e)]),
    "vstack numbers": lambda e: e.vstack([e.tensor(1), e.tensor(2)]),
    "vstack of other columns": lambda e: e.vstack([table(e), e.zeros(2, 2)]),
    "vstack with a number": lambda e: e.vstack([table(e), 1]),
    "row_stack": lambda e: e.row_stack([line(e), line(e)]),
    "dstack lines": lambda e: e.dstack([line(e), line(e)]),
    "dstack tables": lambda e: e.dstack([table(e), table(e)]),
    "dstack of other columns": lambda e: e.dstack([table(e), e.zeros(2, 2)]),
    "dstack of nothing": lambda e: e.dstack([]),
    "column_stack": lambda e: e.column_stack([line(e), line(e)]),
    "column_stack a line and a table": lambda e: e.column_stack([e.tensor([1, 2]), table(e)]),
    "column_stack numbers": lambda e: e.column_stack([e.tensor(1), e.tensor(2)]),
    "column_stack of other rows": lambda e: e.column_stack([table(e), e.zeros(3)]),
    "concatenate": lambda e: e.concatenate([table(e), table(e)], dim=1),
    "concat along an axis": lambda e: e.concat([table(e), table(e)], axis=1),
    "block_diag": lambda e: e.block_diag(table(e), line(e), e.tensor(7)),
    "block_diag of nothing": lambda e: e.block_diag(),
    "block_diag of a cube": lambda e: e.block_diag(e.zeros(1, 1, 1)),
    "block_diag with a number": lambda e: e.block_diag(1, table(e)),
    "block_diag of empty ones": lambda e: e.block_diag(e.zeros(0, 2), e.ones(1, 1)),
    "meshgrid": lambda e: e.meshgrid(line(e), line(e, 4, 5), indexing="ij"),
    "meshgrid of pictures": lambda e: e.meshgrid(line(e), line(e, 4, 5), indexing="xy"),
    "meshgrid of a list": lambda e: e.meshgrid([line(e), line(e, 4, 5), line(e, 6)], indexing="xy"),
    "meshgrid of one": lambda e: e.meshgrid(line(e), indexing="xy"),
    "meshgrid of a number": lambda e: e.meshgrid(e.tensor(1), line(e), indexing="ij"),
    "meshgrid of dtypes": lambda e: e.meshgrid(line(e), e.tensor([1.0]), indexing="ij"),
    "meshgrid of tables": lambda e: e.meshgrid(table(e), indexing="ij"),
    "meshgrid of another kind": lambda e: e.meshgrid(line(e), indexing="zz"),
    "meshgrid of nothing": lambda e: e.meshgrid(),
    "meshgrid is made of views": lambda e: [(g._is_view(), g.stride()) for g in e.meshgrid(line(e), line(e), indexing="ij")],
    "cartesian_prod": lambda e: e.cartesian_prod(line(e), line(e, 4, 5)),
    "cartesian_prod of three": lambda e: e.cartesian_prod(line(e, 1, 2), line(e, 4, 5), line(e, 6)),
    "cartesian_prod of one": lambda e: e.cartesian_prod(line(e)),
    "cartesian_prod of a table": lambda e: e.cartesian_prod(table(e)),
    "combinations": lambda e: e.combinations(line(e)),
    "combinations of three": lambda e: e.combinations(line(e), 3),
    "combinations with replacement": lambda e: e.combinations(line(e), 2, True),
    "combinations of none": lambda e: e.combinations(line(e), 0),
    "combinations of too many": lambda e: e.combinations(line(e), 5),
    "cat with nothing": lambda e: e.cat([e.zeros(0), table(e)], 1),
    "cat of nothing": lambda e: e.cat([e.zeros(0), e.zeros(0)], 3),
    "cat of integers with nothing": lambda e: e.cat([e.tensor([]), e.tensor([[1, 2]])]),
    "cat beyond, with nothing": lambda e: e.cat([e.zeros(0), table(e)], 3),
    "combinations of fewer than none": lambda e: e.combinations(line(e), -1),
    "combinations of a table": lambda e: e.combinations(table(e)),
}  # fmt: skip


@pytest.mark.parametrize("act", CASES.values(), ids=CASES)
def test_the_result_or_the_error_is_pytorchs(act):
    agree(act)


GRADIENTS = {
    "hstack": lambda e, x: e.hstack([x, x * 2]),
    "vstack": lambda e, x: e.vstack([x, x * 2]),
    "dstack": lambda e, x: e.dstack([x, x * 2]),
    "column_stack": lambda e, x: e.column_stack([x, x * 2]),
    "cat with nothing": lambda e, x: e.cat([e.zeros(0), x.view(1, 3), x[:0]], 1),
    "block_diag": lambda e, x: e.block_diag(x, x * 2),
    "cartesian_prod": lambda e, x: e.cartesian_prod(x, x * 2),
    "combinations": lambda e, x: e.combinations(x * 2),
    "meshgrid": lambda e, x: e.meshgrid(x, x * 2, indexing="xy")[1],
}


@pytest.mark.parametrize("act", GRADIENTS.values(), ids=GRADIENTS)
def test_the_gradient_is_pytorchs(act):
    def both(engine):
        x = engine.tensor([1.0, 2.0, 3.0], requires_grad=True)
        result = act(engine, x)
        weights = engine.arange(float(result.numel())).reshape(result.shape)
        (result * weights).sum().backward()
        return result, result.grad_fn.name(), x.grad

    agree(both)


def warned(act):
    """The first line of each warning, less where PyTorch's source has it. PyTorch warns once in a process."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        act()
    return [str(each.message).split(" (Triggered")[0] for each in caught]


def test_an_empty_tensor_that_is_joined_has_a_gradient():
    def act(e):
        x = e.zeros(0, requires_grad=True)
        e.cat([x, e.ones(2, 2)]).sum().backward()
        return x.grad

    agree(act)


def test_meshgrid_asks_for_its_indexing_as_pytorch_does():
    ours, theirs = (warned(lambda e=e: e.meshgrid(e.tensor([1]), e.tensor([2]))) for e in (minitorch_edu, torch))
    assert ours == ["torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument."]
    assert theirs in (ours, [])


def test_scatter_warns_of_its_reduce_argument_as_pytorch_does():
    def act(e):
        return e.ones(2).scatter(0, e.tensor([0]), e.ones(2), reduce="add")

    ours, theirs = (warned(lambda e=e: act(e)) for e in (minitorch_edu, torch))
    assert ours[0].startswith("The reduce argument of torch.scatter with Tensor src is deprecated")
    assert theirs in (ours, [])
