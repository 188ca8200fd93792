"""Copies of views, writes where views look, and parts that are no views, against PyTorch: calls on every kind of base."""

from __future__ import annotations

import pytest

from tests.ops.calls import agree
from tests.ops.test_splitting import BASES, look

CALLS = {
    "alias": lambda e, x: e.alias_copy(x),
    "as strided": lambda e, x: e.as_strided_copy(x, (2, 2), (1, 2)),
    "diagonal": lambda e, x: e.diagonal_copy(x, 1, 0, -1),
    "expand": lambda e, x: e.expand_copy(x, (2, 2, -1, -1)),
    "narrow": lambda e, x: e.narrow_copy(x, 0, 1, 2),
    "narrow from behind": lambda e, x: e.narrow_copy(x.detach(), 0, -2, 2),
    "narrow method": lambda e, x: x.narrow_copy(-1, 1, 1),
    "permute": lambda e, x: e.permute_copy(x, (1, 0)),
    "select": lambda e, x: e.select_copy(x, -1, -2),
    "slice": lambda e, x: e.slice_copy(x, -1, 0, None, 2),
    "split": lambda e, x: e.split_copy(x, 2),
    "split with sizes": lambda e, x: e.split_with_sizes_copy(x, (1, 2), -1),
    "squeeze": lambda e, x: e.squeeze_copy(x),
    "squeeze one": lambda e, x: e.squeeze_copy(x, -1),
    "squeeze two": lambda e, x: e.squeeze_copy(x, (0, -1)),
    "t": lambda e, x: e.t_copy(x),
    "transpose": lambda e, x: e.transpose_copy(x, 0, -1),
    "unbind": lambda e, x: e.unbind_copy(x, -1),
    "unfold": lambda e, x: e.unfold_copy(x, 0, 2, 1),
    "unsqueeze": lambda e, x: e.unsqueeze_copy(x, -2),
    "view": lambda e, x: e.view_copy(x, (2, -1)),
    "view as ints": lambda e, x: e.view_copy(x.detach(), e.int64),
    "select scatter": lambda e, x: x.select_scatter(x.detach().select(0, 1), 0, 1),
    "select scatter of another size": lambda e, x: e.select_scatter(x, e.zeros(7), 0, 1),
    "select scatter of another dtype": lambda e, x: e.select_scatter(x, x.detach().select(0, 1).int(), 0, 1),
    "slice scatter": lambda e, x: x.slice_scatter(x[:1] * 2, 0, 1, 2),
    "slice scatter, step 0": lambda e, x: e.slice_scatter(x, x, 0, 1, 2, 0),
    "diagonal scatter": lambda e, x: e.diagonal_scatter(x, x.diagonal() * 2),
    "as strided scatter": lambda e, x: e.as_strided_scatter(
        x.detach(), x.detach().sum().reshape(1), (1,), (2,)
    ),
    "unsafe split": lambda e, x: e.unsafe_split(x, 2),
    "unsafe split with sizes": lambda e, x: x.unsafe_split_with_sizes((1, 2)),
    "unsafe chunk": lambda e, x: x.unsafe_chunk(2, -1),
    "sum to size": lambda e, x: x.contiguous().sum_to_size(1, x.shape[-1]),
    "sum to a number": lambda e, x: x.sum_to_size(()),
    "sum to another size": lambda e, x: x.sum_to_size(2, 3, 4, 5),
    "reduce slices": lambda e, x: x.index_reduce(0, e.tensor([0, 0]), x.detach()[:2] + 1, "mean"),
    "reduce slices in no way": lambda e, x: x.index_reduce(0, e.tensor([0, 0]), x.detach()[:2] + 1, "sum"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("base", BASES)
def test_the_results_or_the_error_are_pytorchs(base, call):
    agree(lambda e: look(e, BASES[base], CALLS[call]))


@pytest.mark.parametrize("name", ["unsafe_split", "split_copy"])
def test_a_write_into_a_part_that_is_no_view_is_not_counted_on_the_base(name):
    def written(engine):
        base = engine.arange(4.0)
        (first, _) = getattr(engine, name)(base, 2)
        first.zero_()
        return base, base._version, first._version, first._is_view()

    agree(written)


@pytest.mark.parametrize(
    "call",
    [
        lambda e, x: e.unravel_index(x, (2, 3)),
        lambda e, x: e.unravel_index(x, 6),
        lambda e, x: e.unravel_index(x.float(), (2, 3)),
        lambda e, x: e.unravel_index(x, (2, -3)),
        lambda e, x: e.unravel_index(x, (2, 3.0)),
        lambda e, x: e.unravel_index(x, 2.5),
        lambda e, x: e.nonzero_static(x, size=2),
        lambda e, x: x.nonzero_static(size=9, fill_value=7),
        lambda e, x: e.nonzero_static(x, size=-1),
        lambda e, x: e.nonzero_static(x),
        lambda e, x: e.nonzero_static(x[0, 0], size=3),
    ],
)
def test_places_are_pytorchs(call):
    agree(lambda e: call(e, e.tensor([[0, 5], [3, 4]])))


@pytest.mark.parametrize("out", ["float64", "int32"])
def test_a_copy_is_written_into_an_output_of_its_dtype_alone(out):
    agree(lambda e: e.transpose_copy(e.ones(2, 3), 0, 1, out=e.empty(0, dtype=getattr(e, out))))
    agree(lambda e: e.split_copy(e.ones(2, 3), 1, out=[e.empty(0)]))
