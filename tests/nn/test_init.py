"""What parameters begin with, beside PyTorch: the same numbers after the same seed."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from tests.ops.calls import agree

SIZES = [(3, 5), (5, 3), (4, 4), (2, 3, 4), (4, 2, 1, 3), (0, 3), (3,), ()]


def filled(engine: Any, name: str, size: tuple[int, ...], *args: Any, **named: Any) -> Any:
    engine.manual_seed(3)
    x = engine.empty(size, dtype=engine.float64)
    result = getattr(engine.nn.init, name)(x, *args, **named)
    return result, result is x


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("gain", [1, 2.5])
def test_orthogonal_rows_are_pytorchs(size, gain):
    agree(lambda e: filled(e, "orthogonal_", size, gain), rtol=1e-12)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("sparsity", [0.0, 0.3, 1.0])
def test_sparse_columns_are_pytorchs(size, sparsity):
    agree(lambda e: filled(e, "sparse_", size, sparsity, std=2), rtol=1e-12)


OLD: dict[str, tuple[Any, ...]] = {
    "uniform": (), "normal": (0.0, 2.0), "constant": (3.0,), "eye": (), "xavier_uniform": (), "xavier_normal": (),
    "kaiming_uniform": (), "kaiming_normal": (), "orthogonal": (), "sparse": (0.5,),
}  # fmt: skip


@pytest.mark.parametrize("name", OLD)
def test_the_names_of_old_programs_warn_of_themselves(name):

    def act(engine: Any) -> Any:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = filled(engine, name, (3, 4), *OLD[name])
        return found, [(each.category, str(each.message), each.filename) for each in caught]

    agree(act, rtol=1e-12)


def test_a_kernel_that_gives_back_its_input():
    agree(lambda e: filled(e, "dirac", (4, 2, 3), 2))
