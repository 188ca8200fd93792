"""Optimizers that are no formula of one element, differentiable steps, and parameters that are swapped for a while."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu
from tests.optim.walks import states, walked
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same

ENGINES = (minitorch_edu, pytorch)

MUON = [
    {},
    {"lr": 0.1, "weight_decay": 0},
    {"lr": 0.1, "nesterov": False},
    {"momentum": 0.5, "adjust_lr_fn": "match_rms_adamw"},
    {"adjust_lr_fn": "original", "ns_steps": 3},
    {"ns_coefficients": (2.0, -1.5, 0.5), "eps": 1e-3},
]


@pytest.mark.parametrize("options", MUON, ids=str)
def test_muon_goes_the_same_way(options):
    """But for the rounding of bfloat16, in which it makes matrices orthogonal: eight bits."""
    shapes = ((3, 5), (5, 3), (4, 4))
    (ours, own), (theirs, other) = (walked(torch, "Muon", options, shapes=shapes) for torch in ENGINES)
    np.testing.assert_allclose(own[-1], other[-1], atol=options.get("lr", 1e-3) * 0.2)
    for one, another in zip(states(ours), states(theirs), strict=True):
        assert list(one) == list(another) == ["momentum_buffer"]
        np.testing.assert_allclose(one["momentum_buffer"], another["momentum_buffer"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("steps", [0, 2, 5])
@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (6, 6)])
def test_one_step_of_muon(shape, steps):
    values = np.random.RandomState(0).randn(*shape).astype("float32")
    found = []
    for torch in ENGINES:
        param = torch.zeros(shape, requires_grad=True)
        param.grad = torch.from_numpy(values)
        torch.optim.Muon([param], lr=1.0, weight_decay=0, ns_steps=steps).step()
        found.append(param.detach().numpy())
    np.testing.assert_allclose(*found, atol=0.03)


def test_muon_refuses_too_many_steps_and_other_polynomials():
    assert_says_the_same(
        """
        for options in ({"ns_steps": 100}, {"ns_coefficients": (1, 2)}):
            p = torch.ones(2, 2, requires_grad=True); p.grad = torch.ones(2, 2)
            try: torch.optim.Muon([p], **options).step()
            except ValueError as error: print(error)
        p = torch.ones(2, 2, dtype=torch.complex64, requires_grad=True); p.grad = torch.ones_like(p)
        for kind in (torch.optim.Muon, torch.optim.Adafactor):
            try: kind([p]).step()
            except RuntimeError as error: print(error)
        """
    )


SPARSE = [{}, {"lr": 0.1}, {"betas": (0.5, 0.6), "eps": 1e-3}, {"maximize": True, "lr": 0.1}]


@pytest.mark.parametrize("options", SPARSE, ids=str)
def test_sparse_adam_moves_the_rows_that_were_looked_up(options):
    """PyTorch's gradient is a sparse tensor; here it is dense, and its rows without anything are those left out."""
    found = []
    for torch in ENGINES:
        table = torch.arange(12.0).reshape(6, 2).requires_grad_(True)
        optimizer = torch.optim.SparseAdam([table], **options)
        for looked_up in ([0, 3], [3, 3, 5], [0, 1, 2, 3, 4, 5], [2]):
            optimizer.zero_grad()
            rows = torch.nn.functional.embedding(torch.tensor(looked_up), table, sparse=True)
            (rows * torch.tensor([1.0, -3.0])).square().sum().backward()
            optimizer.step()
        found.append((table.detach().numpy(), optimizer.state_dict()["state"][0]))
    (ours, own), (theirs, other) = found
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert list(own) == list(other) and own["step"] == other["step"]
    np.testing.assert_allclose(own["exp_avg_sq"].numpy(), other["exp_avg_sq"].numpy(), rtol=1e-4)


# --- differentiable ---------------------------------------------------------------------------------------------------

FORMULAS = "SGD Adam AdamW NAdam RAdam Adamax Adagrad Adadelta RMSprop Rprop ASGD".split()


def after_two_steps(torch, name, start, **options):
    """Where two steps lead, by gradients that depend on where they begin."""
    param = start.clone()
    optimizer = getattr(torch.optim, name)([param], **{"lr": 0.1, **options}, differentiable=True)
    for _ in range(2):
        param.grad = (start * start * 0.3 + start).sin()
        optimizer.step()
    return param


@pytest.mark.parametrize("name", [name for name in FORMULAS if name not in ("Adamax", "Rprop")])
def test_autograd_goes_through_steps(name):
    found = []
    for torch in ENGINES:
        start = torch.tensor([0.5, -1.5, 2.0], dtype=torch.float64, requires_grad=True)
        param = after_two_steps(torch, name, start)
        (param * torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)).sum().backward()
        found.append((param.tolist(), start.grad.tolist()))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", FORMULAS)
def test_the_derivative_of_two_steps_is_that_of_finite_differences(name):
    """Also where PyTorch writes over what it needs."""
    torch = minitorch_edu
    start = torch.tensor([0.5, -1.5, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda start: after_two_steps(torch, name, start), (start,), atol=1e-4)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_autograd_goes_to_the_learning_rate(name):
    found = []
    for torch in ENGINES:
        lr = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
        start = torch.tensor([0.5, -1.5], dtype=torch.float64, requires_grad=True)
        after_two_steps(torch, name, start, lr=lr).sum().backward()
        found.append(lr.grad.item())
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_a_leaf_is_not_written_where_autograd_sees_it():
    assert_says_the_same(
        """
        for kind in (torch.optim.SGD, torch.optim.Adam):
            p = torch.ones(2, requires_grad=True); p.grad = torch.ones(2)
            try: kind([p], differentiable=True).step()
            except RuntimeError as error: print(error)
        """
    )


# --- swapping ---------------------------------------------------------------------------------------------------------

SWAP = """
x, y, z = (torch.tensor([each, each + 1], requires_grad=True) for each in (1.0, 2.0, 3.0))
for p in (x, y, z): p.grad = torch.ones(2)
o = torch.optim.SGD([{"params": [x]}, {"params": [y], "lr": 0.25}], lr=0.5, momentum=0.5)
swap = torch.optim.swap_in_optimizer_params_and_state
def tried(params, state):
    try:
        with swap(o, params, state): o.step()
    except RuntimeError as error: print(error)
tried({}, {})
o.step()
d = o.state_dict()
"""
SWAPS = {
    "for a step": """
p = {"x": z, "y": torch.zeros(2, requires_grad=True)}
p["y"].grad = torch.ones(2)
d["param_groups"][0]["lr"] = 2.0
with swap(o, p, d):
    print(o.param_groups[0]["params"][0] is z, o.param_groups[0]["lr"]); o.step()
print(x, y, z, p["y"], o, o.param_groups[0]["params"][0] is x, o.state[x])
""",
    "refusals": """
g = d["param_groups"]
tried({"x": x, "y": y}, 3)
tried({"x": x, "y": y}, {"state": [], "param_groups": g})
tried({"x": x, "y": y}, {"state": {x: {}}, "param_groups": g})
tried({"x": x, "y": y}, {"state": {0: 3}, "param_groups": g})
tried({"x": x, "y": y}, {"state": {}, "param_groups": 3})
tried({"x": x, "y": y}, {"state": {}, "param_groups": g[:1]})
tried({"x": x, "y": y}, {"state": {}, "param_groups": [3, 4]})
tried({"x": x, "y": y}, {"state": {}, "param_groups": [{"params": [x]}, g[1]]})
tried({"x": x, "y": y}, {"state": {}, "param_groups": [{**g[0], "params": [0, 1]}, g[1]]})
tried({"x": x, "y": y}, {"state": {}, "param_groups": [{**g[0], "more": 1}, g[1]]})
tried({"x": x, "y": y}, {"state": {7: {}}, "param_groups": g})
tried({"x": x}, d)
print(o)
""",
}


@pytest.mark.parametrize("program", SWAPS.values(), ids=SWAPS)
def test_parameters_are_swapped_for_a_while(program):
    assert_says_the_same(SWAP + program)
