"""Reductions of segments: what is refused, beside PyTorch."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ops.calls import agree

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("max", {}), ("what", {}), ("max", {"lengths": [1, 2]}), ("max", {"lengths": [1, -2, 5]}),
    ("max", {"lengths": [1.0, 0.0, 3.0]}), ("max", {"lengths": [1, 3], "axis": 1}), ("max", {"lengths": [1, 3], "axis": 3}),
    ("max", {"lengths": 4}), ("max", {"indices": [1, 3]}), ("what", {"indices": [1, 3]}), ("max", {"offsets": [0.0, 4.0]}),
    ("max", {"offsets": [1, 2], "axis": 1}), ("sum", {"lengths": [1, 2], "unsafe": True}), ("amax", {"lengths": [1, 3]}),
    ("mean", {"offsets": [1, 1, 3]}), ("mean", {"lengths": [4], "initial": 2}),
]  # fmt: skip


@pytest.mark.parametrize("reduce, how", CALLS)
def test_segments_that_do_not_fit_are_refused_in_pytorchs_words(reduce, how):
    def act(engine: Any) -> Any:
        x = engine.arange(12.0).view(4, 3)
        tensors = {name: engine.tensor(how[name]) for name in ("lengths", "offsets", "indices") if name in how}
        return engine.segment_reduce(x, reduce, **{**how, **tensors})

    agree(act, rtol=1e-6)


@pytest.mark.parametrize("kind", ["int64", "bool", "complex64", "float16", "bfloat16"])
def test_segments_hold_floating_point_numbers(kind):
    agree(lambda e: e.segment_reduce(e.ones(4, dtype=getattr(e, kind)), "sum", lengths=e.tensor([1, 3])))


def test_the_offsets_of_segments_do_not_fall():
    agree(lambda e: e.segment_reduce(e.ones(4), "sum", offsets=e.tensor([0, 3, 1, 4])))
