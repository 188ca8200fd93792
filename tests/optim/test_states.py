"""What an optimizer remembers can be written by one engine and read by the other."""

from __future__ import annotations

import copy
import io
import pickle
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from tests.optim.test_walks import OPTIONS
from tests.optim.walks import SMALL, drawn, made
from tests.oracle import torch as pytorch

ENGINES = (minitorch_edu, pytorch)
NAMES = [*OPTIONS, "SparseAdam"]
BY_NAME = pytest.mark.parametrize("name", OPTIONS)


def stepped(torch: Any, optimizer: Any, steps: int, seed: int = 1) -> list[Any]:
    source = np.random.RandomState(seed)
    params = optimizer.param_groups[0]["params"]
    for _ in range(steps):
        for param in params:
            param.grad = torch.from_numpy(drawn(source, tuple(param.shape), "float32"))
        optimizer.step()
    return [param.tolist() for param in params]


@pytest.mark.host
@BY_NAME
def test_a_file_of_one_engine_is_read_by_the_other(name):
    options = OPTIONS[name][1]
    for ours, theirs in (ENGINES, ENGINES[::-1]):
        first = getattr(ours.optim, name)(made(ours, SMALL)[0], **options)
        stepped(ours, first, 4)
        places = [param.tolist() for param in first.param_groups[0]["params"]]
        file = io.BytesIO()
        ours.save({"optimizer": first.state_dict(), "places": places}, file)
        goal = stepped(ours, first, 3, seed=2)
        file.seek(0)
        loaded = theirs.load(file, weights_only=True)
        params = [theirs.tensor(place).requires_grad_(True) for place in loaded["places"]]
        second = getattr(theirs.optim, name)(params)
        second.load_state_dict(loaded["optimizer"])
        found = stepped(theirs, second, 3, seed=2)
        for own, other in zip(found, goal, strict=True):
            np.testing.assert_allclose(own, other, rtol=1e-5, atol=1e-6)


@BY_NAME
def test_a_copy_goes_its_own_way(name):
    torch = minitorch_edu
    params, _ = made(torch, SMALL)
    optimizer = getattr(torch.optim, name)(params)
    stepped(torch, optimizer, 2)
    for other in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        assert type(other) is type(optimizer)
        before = [param.tolist() for param in params]
        found = stepped(torch, other, 2)
        assert [param.tolist() for param in params] == before
        assert len(other.state) == len(optimizer.state)
        twin = copy.deepcopy(optimizer)
        assert stepped(torch, twin, 2) == found


@BY_NAME
def test_what_is_loaded_has_the_same_names_and_kinds(name):
    kinds = []
    for torch in ENGINES:
        optimizer = getattr(torch.optim, name)(made(torch, SMALL)[0])
        stepped(torch, optimizer, 1)
        state = optimizer.state_dict()["state"]
        kinds.append(
            {
                number: {
                    key: (str(value.dtype), tuple(value.shape)) if hasattr(value, "dtype") else value
                    for key, value in kept.items()
                }
                for number, kept in state.items()
            }
        )
    assert kinds[0] == kinds[1]


def test_importing_optim_is_cheap():
    """Of the optimizers, only those that are asked for."""
    import subprocess
    import sys

    program = """
import sys
import minitorch_edu as torch
before = set(sys.modules)
torch.optim.Optimizer
own = {each for each in set(sys.modules) - before if each.startswith("minitorch_edu")}
assert own <= {"minitorch_edu.optim", "minitorch_edu.optim.optimizer"}, own
torch.optim.Adam
assert "minitorch_edu.optim.lbfgs" not in sys.modules
assert "Adam" in dir(torch.optim) and "lr_scheduler" in dir(torch.optim)
from minitorch_edu.optim import *
SGD, lr_scheduler.StepLR
"""
    subprocess.run([sys.executable, "-c", program], check=True)
