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


CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("uniform_", (), {}), ("uniform_", (-2.0, 3.0), {}), ("normal_", (), {}), ("normal_", (1.0, 2.0), {}), ("constant_", (2.5,), {}), ("ones_", (), {}), ("zeros_", (), {}), ("eye_", (), {}),
    ("dirac_", (), {}), ("dirac_", (2,), {}), ("xavier_uniform_", (), {}), ("xavier_uniform_", (), {"gain": 2.0}), ("xavier_normal_", (), {}), ("xavier_normal_", (0.5,), {}),
    ("kaiming_uniform_", (), {}), ("kaiming_uniform_", (), {"a": 5**0.5}), ("kaiming_uniform_", (), {"mode": "fan_out", "nonlinearity": "relu"}), ("kaiming_normal_", (), {}),
    ("kaiming_normal_", (), {"mode": "fan_out"}), ("kaiming_normal_", (), {"nonlinearity": "tanh"}), ("kaiming_normal_", (), {"mode": "FAN_IN"}), ("kaiming_normal_", (), {"mode": "foo"}),
    ("kaiming_uniform_", (), {"nonlinearity": "foo"}), ("trunc_normal_", (), {}), ("trunc_normal_", (), {"std": 0.02}), ("trunc_normal_", (0.5, 2.0, -1.0, 1.0), {}), ("trunc_normal_", (9.0,), {"b": 10.0}),
]  # fmt: skip


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("call", CALLS, ids=str)
def test_what_parameters_begin_with_is_pytorchs(call, size):
    name, args, named = call

    def act(engine: Any) -> Any:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            engine.manual_seed(3)
            parameter = engine.nn.Parameter(engine.empty(size))
            result = getattr(engine.nn.init, name)(parameter, *args, **named)
        return result.detach(), result is parameter, [(each.category, str(each.message)) for each in caught]

    agree(act, rtol=1e-6)


GAINS = ["linear", "conv1d", "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "foo"]


@pytest.mark.parametrize("param", [None, 0.2, 3, True, "a"], ids=str)
@pytest.mark.parametrize("name", GAINS)
def test_gains_are_pytorchs(name, param):
    agree(lambda e: e.nn.init.calculate_gain(name, param))


def test_a_generator_of_ones_own_leaves_the_others_alone():
    def act(engine: Any) -> Any:
        engine.manual_seed(0)
        own = engine.Generator().manual_seed(5)
        drawn = [
            getattr(engine.nn.init, name)(engine.empty(3, 4), generator=own)
            for name in (
                "uniform_",
                "normal_",
                "xavier_uniform_",
                "xavier_normal_",
                "kaiming_uniform_",
                "kaiming_normal_",
                "trunc_normal_",
                "orthogonal_",
            )
        ]
        return drawn, engine.rand(1)

    agree(act, rtol=1e-5)
