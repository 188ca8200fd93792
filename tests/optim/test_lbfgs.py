"""L-BFGS takes PyTorch's steps, asks as often for the loss, and remembers the same."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from tests.optim.walks import states
from tests.oracle import torch as pytorch

ENGINES = (minitorch_edu, pytorch)


def rosenbrock(torch: Any, params: Any) -> Any:
    x, y = params
    return (1 - x).square().sum() + 100 * (y - x * x).square().sum()


def bowl(torch: Any, params: Any) -> Any:
    x, y = params
    return (
        (x * torch.tensor([1.0, 10.0], dtype=x.dtype)).square().sum()
        + (y - x).square().sum()
        + 0.5 * (x * y).sum()
    )


def wavy(torch: Any, params: Any) -> Any:
    x, y = params
    return (x.sin() + 0.1 * x * x).sum() + (y * y * y * y - y).sum() + (x * y).mean()


def flat(torch: Any, params: Any) -> Any:
    return (params[0] * 0).sum()


LOSSES = {each.__name__: each for each in (rosenbrock, bowl, wavy, flat)}
OPTIONS = [
    {},
    {"lr": 0.1},
    {"max_iter": 5},
    {"max_iter": 1},
    {"history_size": 2},
    {"tolerance_grad": 1e-1},
    {"tolerance_change": 1e-2},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "lr": 0.05},
    {"line_search_fn": "strong_wolfe", "lr": 30.0},
    {"line_search_fn": "strong_wolfe", "max_eval": 4},
    {"line_search_fn": "strong_wolfe", "max_iter": 3, "history_size": 1},
    {"line_search_fn": "strong_wolfe", "tolerance_change": 1e-3},
]


def minimized(
    torch: Any, loss_of: Any, options: Any, steps: int = 3, dtype: str = "float64"
) -> tuple[Any, Any]:
    kind = getattr(torch, dtype)
    params = [torch.tensor(values, dtype=kind).requires_grad_(True) for values in ([-1.2, 0.7], [1.0, -0.5])]
    optimizer = torch.optim.LBFGS(params, **options)
    said = []

    def closure() -> Any:
        optimizer.zero_grad()
        loss = loss_of(torch, params)
        if loss.requires_grad:
            loss.backward()
        said.append(loss.item())
        return loss

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(steps):
            said.append(optimizer.step(closure).item())
    return optimizer, (said, [param.tolist() for param in params])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_it_goes_the_same_way(loss, options):
    if loss == "rosenbrock" and "line_search_fn" not in options and options.get("lr") is None:
        options = {**options, "lr": 0.001}  # without a search it would go to infinity
    (ours, found), (theirs, wanted) = (minimized(torch, LOSSES[loss], options) for torch in ENGINES)
    assert len(found[0]) == len(wanted[0])  # as many questions
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(found[1], wanted[1], rtol=1e-6, atol=1e-9)
    for own, other in zip(states(ours), states(theirs), strict=True):
        assert list(own) == list(other)
        assert (own["func_evals"], own["n_iter"]) == (other["func_evals"], other["n_iter"])


@pytest.mark.parametrize("options", [{}, {"line_search_fn": "strong_wolfe"}], ids=str)
def test_so_it_does_in_float32(options):
    found, wanted = (minimized(torch, bowl, {**options, "max_iter": 6}, 1, "float32")[1] for torch in ENGINES)
    assert len(found[0]) == len(wanted[0])
    np.testing.assert_allclose(found[1], wanted[1], rtol=1e-4, atol=1e-4)


def test_only_one_search_is_known():
    for torch in ENGINES:
        with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported"):
            minimized(torch, bowl, {"line_search_fn": "another"})


def test_a_complex_parameter_is_two_real_ones():
    found = []
    for torch in ENGINES:
        z = torch.tensor([1 + 2j, -1j], dtype=torch.complex128, requires_grad=True)
        optimizer = torch.optim.LBFGS([z], line_search_fn="strong_wolfe")

        def closure(torch=torch, z=z, optimizer=optimizer):
            optimizer.zero_grad()
            loss = (z - torch.tensor([3 - 1j, 2 + 0j], dtype=z.dtype)).abs().square().sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        found.append(z.tolist())
    np.testing.assert_allclose(*found, rtol=1e-9, atol=1e-9)


def test_one_goes_on_where_the_other_engine_stopped():
    options = {"line_search_fn": "strong_wolfe", "max_iter": 3}
    (ours, _), (theirs, _) = (minimized(torch, bowl, options, steps=1) for torch in ENGINES)
    for torch, other in ((minitorch_edu, theirs), (pytorch, ours)):
        state = other.state_dict()
        brought = {key: carried(torch, value) for key, value in state["state"][0].items()}
        optimizer, _ = minimized(torch, bowl, options, steps=1)
        optimizer.load_state_dict({"state": {0: brought}, "param_groups": state["param_groups"]})
        kept = optimizer.state[optimizer.param_groups[0]["params"][0]]
        assert kept["n_iter"] == state["state"][0]["n_iter"]
        assert [each.tolist() for each in kept["old_dirs"]] == [
            each.tolist() for each in state["state"][0]["old_dirs"]
        ]


def carried(torch: Any, value: Any) -> Any:
    """The same in tensors of an engine."""
    if isinstance(value, list):
        return [carried(torch, each) for each in value]
    return torch.tensor(value.tolist(), dtype=torch.float64) if hasattr(value, "tolist") else value
