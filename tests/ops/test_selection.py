"""Which of several equal elements comes first, against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minitorch_edu.ops import selection
from tests.ops.calls import agree
from tests.oracle import torch

pytestmark = pytest.mark.host  # a GPU sorts in other ways, and leaves equals otherwise

NAN = float("nan")
crowds = st.builds(
    lambda seed, size, kinds: np.random.default_rng(seed).integers(0, kinds, size),
    st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(1, 12),
)  # fmt: skip


@given(crowds, st.floats(0, 1), st.booleans(), st.booleans())
def test_topk_of_many_equals(values, part, largest, in_order):
    k = max(1, round(part * len(values)))
    agree(lambda e: tuple(e.tensor(values).topk(k, largest=largest, sorted=in_order)))


@given(crowds, st.floats(0, 1), st.booleans())
def test_kthvalue_mode_and_sort_of_many_equals(values, part, descending):
    k = max(1, round(part * len(values)))
    agree(lambda e: (e.tensor(values).kthvalue(k), e.tensor(values).mode()))
    agree(lambda e: (e.tensor(values).sort(descending=descending), e.argsort(e.tensor(values), -1, descending)))


@given(crowds, st.booleans(), st.booleans())
def test_a_few_of_many_equals_are_taken_from_a_heap(values, largest, in_order):
    def act(e):
        x = e.tensor(np.tile(values, 64))
        return tuple(x.topk(len(values) % 9 + 1, largest=largest, sorted=in_order))

    agree(act)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16", "int32", "uint8"])
@pytest.mark.parametrize("dim", [0, 1, 2])
def test_equals_along_any_dimension(dtype, dim):
    def act(e):
        values = np.random.default_rng(dim).integers(0, 4, (20, 30, 50))
        x = e.tensor(values).to(getattr(e, dtype))
        return (*x.topk(7, dim), *x.topk(20, dim, False, False), *x.kthvalue(9, dim), *x.sort(dim), *x.mode(dim))

    agree(act)


@pytest.mark.parametrize("largest", [True, False])
def test_nan_equals_nan(largest):
    def act(e):
        x = e.tensor(np.where(np.arange(400) % 3, np.arange(400) % 5, NAN)).view(4, 100)
        return (*x.topk(60, largest=largest), *x.topk(40, 1, largest, False), *x.kthvalue(80), *x.sort(1, largest))

    agree(act)


def test_an_expanded_number_stays_in_its_order():
    agree(lambda e: (*e.tensor([2.0]).expand(40).sort(), *e.tensor([2.0]).expand(40).topk(9)))


@pytest.mark.parametrize("values", ["integers", "floats"])
def test_equals_of_large_tensors_stay_in_their_order(values):
    def act(e):
        x = e.arange(selection.LARGE) % 7
        return (x if values == "integers" else x.float()).sort(stable=values == "floats").indices

    agree(act)


def test_a_gradient_flows_to_the_one_that_was_taken():
    def act(e):
        x = (e.arange(60) % 4).double().requires_grad_()
        (x.topk(20).values @ e.arange(20.0).double() + x.kthvalue(9).values * 100 + x.sort().values[7] * 1e3).backward()
        return x.grad

    agree(act)


class Gas:
    """A number that is decided when it is compared, so that pivots are as bad as can be (McIlroy's adversary)."""

    def __init__(self, room):
        self.room, self.value = room, None

    def __lt__(self, other):
        if self.value is None and other.value is None:
            solid = self if self is self.room.get("candidate") else other
            solid.value = self.room["next"] = self.room.get("next", -1) + 1
        if self.value is None or other.value is None:
            self.room["candidate"] = self if self.value is None else other
        return (np.inf if self.value is None else self.value) < (np.inf if other.value is None else other.value)


ADVERSE = {
    "sort": (selection.std_sort, lambda x: x.sort()),
    "topk": (lambda ranks: selection.topk(ranks, len(ranks) // 2), lambda x: x.topk(len(x) // 2, largest=False)),
    "topk in any order": (
        lambda ranks: selection.topk(ranks, len(ranks) // 2, False),
        lambda x: x.topk(len(x) // 2, largest=False, sorted=False),
    ),
}


@pytest.mark.parametrize("name", ADVERSE)
def test_bad_pivots_lead_to_a_heap(name, monkeypatch):
    ours, theirs = ADVERSE[name]
    room = {}
    gas = [Gas(room) for _ in range(1000)]
    ours(gas)
    ranks = [1000 if each.value is None else each.value // 2 for each in gas]  # pairs of equals
    heaped = []
    select = selection.heap_select
    monkeypatch.setattr(selection, "heap_select", lambda *args: (heaped.append(args), select(*args)))
    assert ours(ranks) == theirs(torch.tensor(ranks)).indices.tolist()
    assert heaped
