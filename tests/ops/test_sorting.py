"""Sorting and counting against PyTorch: order, ties, nan, result dtypes, named results, errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree

NAN = float("nan")


def table(e):
    return e.tensor([[3.0, 1.0, 2.0], [5.0, NAN, 4.0]])


def ties(e):
    return e.tensor([[2, 1, 2, 1], [0, 0, 0, 0], [3, 2, 1, 0]])


CASES = {
    "sort": lambda e: table(e).sort(),
    "sort downwards": lambda e: e.sort(table(e), descending=True),
    "sort columns": lambda e: e.sort(table(e), 0),
    "sort ties": lambda e: ties(e).sort(stable=True),
    "sort ties downwards": lambda e: ties(e).sort(stable=True, descending=True),
    "sort bools": lambda e: e.tensor([True, False, True]).sort(stable=True),
    "sort a number": lambda e: e.tensor(3).sort(),
    "sort nothing": lambda e: e.zeros(0, 2).sort(0),
    "sort by position": lambda e: table(e).sort(0, True),
    "sort infinities": lambda e: e.tensor([float("inf"), NAN, float("-inf"), 0.0]).sort(),
    "sort bytes": lambda e: e.tensor([200, 3, 100], dtype=e.uint8).sort(),
    "sort halves": lambda e: e.tensor([2.5, 1.5], dtype=e.float16).sort(),
    "argsort": lambda e: table(e).argsort(),
    "argsort downwards": lambda e: e.argsort(ties(e), descending=True, stable=True),
    "argsort columns": lambda e: e.argsort(table(e), dim=0),
    "argsort a number": lambda e: e.tensor(3).argsort(),
    "msort": lambda e: e.msort(table(e)),
    "msort a number": lambda e: e.msort(e.tensor(2)),
    "topk": lambda e: table(e).topk(2),
    "topk of the smallest": lambda e: e.topk(table(e), 2, largest=False),
    "topk along columns": lambda e: table(e).topk(1, 0),
    "topk of nothing": lambda e: table(e).topk(0),
    "topk of a number": lambda e: e.tensor(2).topk(1),
    "topk by name": lambda e: e.topk(ties(e)[2], k=3, dim=-1, largest=True, sorted=True),
    "kthvalue": lambda e: table(e).kthvalue(2),
    "kthvalue of columns": lambda e: e.kthvalue(table(e), 2, 0, True),
    "kthvalue of a number": lambda e: e.tensor(2.0).kthvalue(1),
    "kthvalue of integers": lambda e: e.tensor([4, 2, 9]).kthvalue(3),
    "median": lambda e: e.tensor([1.0, 4.0, 2.0, 3.0]).median(),
    "median with nan": lambda e: table(e).median(),
    "median of rows": lambda e: table(e).median(1),
    "median of columns": lambda e: e.median(table(e), dim=0, keepdim=True),
    "median of integers": lambda e: e.tensor([4, 2, 9, 7]).median(),
    "median of nothing": lambda e: (e.zeros(0).median(), e.zeros(0, dtype=e.int64).median()),
    "median of a number": lambda e: (e.tensor(2.0).median(), e.tensor(2.0).median(0)),
    "nanmedian": lambda e: table(e).nanmedian(),
    "nanmedian of rows": lambda e: e.nanmedian(table(e), 1, True),
    "nanmedian of nans": lambda e: (e.tensor([NAN, NAN]).nanmedian(), e.tensor([NAN, NAN]).nanmedian(0)),
    "nanmedian of nothing": lambda e: e.zeros(0).nanmedian(),
    "mode": lambda e: ties(e).mode(),
    "mode of columns": lambda e: e.mode(ties(e), 0, True),
    "mode with nan": lambda e: table(e).mode(),
    "mode of a number": lambda e: e.tensor(3).mode(),
    "mode of bools": lambda e: e.tensor([True, False]).mode(),
    "cummax": lambda e: table(e).cummax(1),
    "cummax of ties": lambda e: e.cummax(ties(e), 1),
    "cummax of columns": lambda e: e.cummax(table(e), dim=0),
    "cummax of a number": lambda e: e.tensor(2).cummax(0),
    "cummax of nothing": lambda e: e.zeros(0).cummax(0),
    "cummin": lambda e: table(e).cummin(-1),
    "cummin of ties": lambda e: e.cummin(ties(e), 1),
    "cummin of bools": lambda e: e.tensor([True, False, True]).cummin(0),
    "unique": lambda e: e.unique(ties(e)),
    "unique with nan": lambda e: e.unique(e.tensor([3.0, NAN, 1.0, NAN, 1.0])),
    "unique, all forms": lambda e: e.unique(ties(e), return_inverse=True, return_counts=True),
    "unique, counted": lambda e: ties(e).unique(return_counts=True),
    "unique, inverse": lambda e: ties(e).unique(return_inverse=True),
    "unique unsorted": lambda e: e.unique(e.tensor([3, 1, 2, 1]), sorted=False),
    "unique rows": lambda e: e.unique(e.tensor([[3, 1], [2, 1], [2, 1]]), dim=0, return_inverse=True, return_counts=True),
    "unique columns": lambda e: e.unique(e.tensor([[1, 0, 1], [2, 5, 2]]), dim=1),
    "unique of nothing": lambda e: e.unique(e.zeros(0), return_inverse=True, return_counts=True),
    "unique bools": lambda e: e.unique(e.tensor([True, False, True])),
    "unique of a number": lambda e: e.unique(e.tensor(4), return_inverse=True),
    "unique_consecutive": lambda e: e.unique_consecutive(e.tensor([1, 1, 2, 1])),
    "unique_consecutive, all forms": lambda e: e.tensor([1, 1, 2, 1]).unique_consecutive(True, True),
    "unique_consecutive rows": lambda e: e.unique_consecutive(e.tensor([[1, 1], [1, 1], [2, 1]]), dim=0, return_counts=True),
    "unique_consecutive of a table": lambda e: e.unique_consecutive(ties(e), return_inverse=True),
    "searchsorted": lambda e: e.searchsorted(e.tensor([1, 3, 5]), e.tensor([[3, 6], [0, 4]])),
    "searchsorted to the right": lambda e: e.searchsorted(e.tensor([1, 3, 5]), e.tensor([3, 6]), right=True),
    "searchsorted by side": lambda e: e.searchsorted(e.tensor([1, 3, 5]), e.tensor([3, 6]), side="right"),
    "searchsorted in int32": lambda e: e.searchsorted(e.tensor([1, 3, 5]), e.tensor([3, 6]), out_int32=True),
    "searchsorted a number": lambda e: (e.searchsorted(e.tensor([1, 3, 5]), 3), e.searchsorted(e.tensor([1, 3]), 2.5)),
    "searchsorted a zero-dim tensor": lambda e: e.searchsorted(e.tensor([1, 3, 5]), e.tensor(4)),
    "searchsorted row by row": lambda e: e.searchsorted(e.tensor([[1, 3], [5, 7]]), e.tensor([[2], [6]])),
    "searchsorted dtypes": lambda e: e.searchsorted(e.tensor([1, 3, 5]), e.tensor([2.5, 3.0])),
    "searchsorted nan": lambda e: e.searchsorted(e.tensor([1.0, 3.0]), e.tensor([NAN])),
    "searchsorted by a sorter": lambda e: e.searchsorted(e.tensor([5, 1, 3]), e.tensor([2, 4]), sorter=e.tensor([1, 2, 0])),
    "bucketize": lambda e: e.bucketize(e.tensor([1, 5, 2, 9]), e.tensor([1, 3, 5])),
    "bucketize to the right": lambda e: e.bucketize(e.tensor([1, 5, 2]), e.tensor([1, 3, 5]), right=True),
    "bucketize a number": lambda e: e.bucketize(3, e.tensor([1, 3, 5]), out_int32=True),
    "bucketize floats": lambda e: e.bucketize(e.tensor([[1.5], [9.0]]), e.tensor([1, 3, 5])),
    "bincount": lambda e: e.tensor([1, 3, 1]).bincount(),
    "bincount with a length": lambda e: e.bincount(e.tensor([1, 3, 1]), minlength=6),
    "bincount with weights": lambda e: e.bincount(e.tensor([1, 2, 2]), e.tensor([0.5, 1.0, 2.0])),
    "bincount with whole weights": lambda e: e.bincount(e.tensor([1, 2, 2]), e.tensor([1, 2, 3])),
    "bincount of nothing": lambda e: e.bincount(e.tensor([], dtype=e.int64), minlength=2),
    "bincount of bytes": lambda e: e.bincount(e.tensor([1, 2], dtype=e.uint8)),
    "histc": lambda e: e.histc(e.tensor([1.0, 2.0, 3.0]), 3),
    "histc within": lambda e: e.histc(e.tensor([1.0, 2.0, 3.0, -1.0]), bins=4, min=0, max=3),
    "histc of equals": lambda e: e.tensor([1.0, 1.0]).histc(3),
    "histc with nan": lambda e: e.histc(e.tensor([1.0, NAN]), 3, 0, 2),
    "histc of nothing": lambda e: e.histc(e.zeros(0), 3),
    "histc in double": lambda e: e.histc(e.linspace(0, 1, 50, dtype=e.float64), 7),
    "isin": lambda e: e.isin(ties(e), e.tensor([1, 3])),
    "isin nan": lambda e: e.isin(table(e), e.tensor([1.0, NAN])),
    "isin a number": lambda e: (e.isin(ties(e), 1), e.isin(1, ties(e))),
    "isin inverted": lambda e: e.isin(ties(e), e.tensor([1]), invert=True),
    "isin of nothing": lambda e: e.isin(ties(e), e.tensor([], dtype=e.int64)),
    "count_nonzero": lambda e: ties(e).count_nonzero(),
    "count_nonzero of columns": lambda e: e.count_nonzero(ties(e), 0),
    "count_nonzero over two": lambda e: e.count_nonzero(ties(e), dim=(0, 1)),
    "count_nonzero over none": lambda e: e.count_nonzero(ties(e), ()),
    "count_nonzero with nan": lambda e: table(e).count_nonzero(1),
    "argmax of ties": lambda e: (ties(e).argmax(), ties(e).argmax(1), ties(e).argmin(1), ties(e).argmin()),
    "argmax with nan": lambda e: (table(e).argmax(), table(e).argmin(1), e.tensor([1.0, NAN, NAN]).argmax()),
    "max with nan": lambda e: (table(e).max(), table(e).max(1), table(e).min(1)),
    "max of ties": lambda e: (ties(e).max(1), ties(e).min(0)),
}  # fmt: skip
BAD = {
    "sort beyond": lambda e: table(e).sort(4),
    "sort complex numbers": lambda e: e.tensor([1j, 2]).sort(),
    "argsort beyond": lambda e: table(e).argsort(-3),
    "topk too many": lambda e: table(e).topk(4),
    "topk a negative number": lambda e: table(e).topk(-1),
    "topk beyond": lambda e: table(e).topk(1, 3),
    "topk two of a number": lambda e: e.tensor(1.0).topk(2),
    "topk of bools": lambda e: e.tensor([True, False]).topk(1),
    "kthvalue 0": lambda e: table(e).kthvalue(0),
    "kthvalue too many": lambda e: table(e).kthvalue(4),
    "kthvalue beyond": lambda e: table(e).kthvalue(1, 4),
    "kthvalue of bools": lambda e: e.tensor([True]).kthvalue(1),
    "kthvalue of nothing": lambda e: e.zeros(0).kthvalue(1),
    "median beyond": lambda e: table(e).median(4),
    "median of rows of nothing": lambda e: e.zeros(0).median(0),
    "median of bools": lambda e: e.tensor([True]).median(),
    "median of complex numbers": lambda e: e.tensor([1j]).median(),
    "nanmedian of rows of nothing": lambda e: e.zeros(2, 0).nanmedian(1),
    "mode beyond": lambda e: table(e).mode(4),
    "mode of nothing": lambda e: e.zeros(0).mode(),
    "mode of complex numbers": lambda e: e.tensor([1j]).mode(),
    "cummax beyond": lambda e: table(e).cummax(3),
    "cummax of complex numbers": lambda e: e.tensor([1j]).cummax(0),
    "cummin of complex numbers": lambda e: e.tensor([1j]).cummin(0),
    "unique beyond": lambda e: e.unique(table(e), dim=3),
    "unique columns of nothing": lambda e: e.unique(e.zeros(0, 2), dim=1),
    "unique of complex numbers": lambda e: e.unique(e.tensor([1j])),
    "unique_consecutive beyond": lambda e: e.unique_consecutive(table(e), dim=5),
    "searchsorted on a side": lambda e: e.searchsorted(e.tensor([1, 2]), e.tensor([1]), side="up"),
    "searchsorted on both sides": lambda e: e.searchsorted(e.tensor([1, 2]), e.tensor([1]), side="left", right=True),
    "searchsorted of other rows": lambda e: e.searchsorted(table(e), e.tensor([2.0, 5.0])),
    "searchsorted a number in rows": lambda e: e.searchsorted(table(e), 2.0),
    "searchsorted in a number": lambda e: e.searchsorted(e.tensor(1), e.tensor([1])),
    "searchsorted by a short sorter": lambda e: e.searchsorted(e.tensor([2, 1]), e.tensor([1]), sorter=e.tensor([1])),
    "searchsorted by floats": lambda e: e.searchsorted(e.tensor([2, 1]), e.tensor([1]), sorter=e.tensor([1.0, 0.0])),
    "searchsorted by a wrong sorter": lambda e: e.searchsorted(e.tensor([2, 1]), e.tensor([1]), sorter=e.tensor([5, 0])),
    "bucketize by rows": lambda e: e.bucketize(e.tensor([1]), e.tensor([[1, 3]])),
    "bincount of floats": lambda e: e.bincount(e.tensor([1.0])),
    "bincount below": lambda e: e.bincount(e.tensor([-1])),
    "bincount of a table": lambda e: e.bincount(e.tensor([[1]])),
    "bincount with other weights": lambda e: e.bincount(e.tensor([1]), e.tensor([1.0, 2.0])),
    "bincount with a negative length": lambda e: e.bincount(e.tensor([1]), minlength=-1),
    "histc of integers": lambda e: e.histc(e.tensor([1, 2]), 3),
    "histc without bins": lambda e: e.histc(e.tensor([1.0, 2.0]), 0),
    "histc the other way round": lambda e: e.histc(e.tensor([1.0, 2.0]), 3, 3, 0),
    "histc to infinity": lambda e: e.histc(e.tensor([1.0, float("inf")]), 3),
    "isin of numbers": lambda e: e.isin(1, 1),
    "isin of complex numbers": lambda e: e.isin(e.tensor([1j]), e.tensor([1j])),
    "count_nonzero beyond": lambda e: table(e).count_nonzero(4),
    "count_nonzero twice": lambda e: table(e).count_nonzero((0, 0)),
}  # fmt: skip


@pytest.mark.parametrize("act", [*CASES.values(), *BAD.values()], ids=[*CASES, *BAD])
def test_the_result_or_the_error_is_pytorchs(act):
    agree(act)


@pytest.mark.parametrize("name", ["sort", "median", "nanmedian", "mode", "cummax", "cummin"])
def test_a_pair_prints_as_pytorchs(name):
    def printed(engine):
        return repr(getattr(engine, name)(table(engine), 1))

    agree(printed)


@pytest.mark.parametrize("name", ["topk", "kthvalue"])
def test_a_pair_of_some_prints_as_pytorchs(name):
    agree(lambda engine: repr(getattr(engine, name)(table(engine), 2)))


numbers = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, NAN, float("inf")]), min_size=1, max_size=12)


@given(numbers, st.booleans())
def test_sorting_any_numbers(values, descending):
    agree(lambda e: e.sort(e.tensor(values), stable=True, descending=descending))
    agree(lambda e: (e.cummax(e.tensor(values), 0), e.cummin(e.tensor(values), 0)))
    if not any(value != value for value in values):  # which PyTorch's mode does not put in any order
        agree(lambda e: e.mode(e.tensor(values)))
    agree(lambda e: (e.median(e.tensor(values)), e.nanmedian(e.tensor(values))))
    agree(lambda e: e.unique(e.tensor(values), return_inverse=True, return_counts=True)[::2])
    agree(lambda e: e.unique_consecutive(e.tensor(values), return_inverse=True, return_counts=True))


@pytest.mark.host  # a GPU leaves equal elements otherwise
@given(numbers, st.integers(1, 12), st.booleans())
def test_the_elements_at_a_rank_of_any_numbers(values, k, largest):
    k = min(k, len(values))
    agree(lambda e: (*e.topk(e.tensor(values), k, largest=largest), *e.kthvalue(e.tensor(values), k)))


def test_only_chosen_elements_get_a_gradient():
    def act(engine):
        x = engine.tensor([[3.0, 1.0, 2.0], [6.0, 4.0, 5.0]], requires_grad=True)
        (x.sort(1).values[:, 0] * 2 + x.topk(2).values.sum() + x.median() + x.cummax(1).values.sum()).sum().backward()
        return x.grad

    agree(act)
