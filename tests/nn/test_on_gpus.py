"""Modules and optimizers on a GPU: they move as PyTorch's do, and stay the objects that they are."""

from __future__ import annotations

import copy
import io

import pytest

import minitorch_edu as torch
from minitorch_edu import nn
from tests.device import made_on_the_host, without_gpus


@pytest.fixture(autouse=True)
def gpus():
    with made_on_the_host(), torch.cuda.simulate(2):
        yield


FIRST, SECOND = torch.device("cuda:0"), torch.device("cuda:1")


def trained(model, device="cuda"):
    """A model that has made one step, and its optimizer."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(1, 2, device=device)).sum().backward()
    optimizer.step()
    return optimizer


def momenta(optimizer):
    return [state["momentum_buffer"].device for state in optimizer.state.values()]


def test_parameters_and_gradients_stay_the_same_objects():
    model = nn.Linear(2, 2)
    model(torch.ones(1, 2)).sum().backward()
    before = [(weight, weight.grad) for weight in model.parameters()]
    assert model.cuda(1) is model
    assert all(weight is known for (known, _), weight in zip(before, model.parameters(), strict=True))
    for weight, grad in before:
        assert weight.grad is grad and weight.device == grad.device == SECOND
        assert weight.is_leaf and weight.requires_grad


@pytest.mark.parametrize("where", ["cuda", "cuda:1", 1, torch.device("cuda:1")], ids=str)
def test_modules_move(where):
    model = nn.Linear(2, 2)
    expected = FIRST if where == "cuda" else SECOND
    assert model.to(where).weight.device == expected
    assert model.to(torch.ones(1)).weight.device.type == "cpu"
    assert model.to(where, torch.float64, non_blocking=True).weight.dtype is torch.float64
    assert (
        nn.Linear(2, 2, device=where).weight.device == model.to_empty(device=where).weight.device == expected
    )
    assert copy.deepcopy(model).weight.device == expected and model.cpu().weight.device.type == "cpu"


def test_an_optimizer_goes_on_with_what_was_moved():
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    model.cuda()
    before = model.weight.tolist()
    model(torch.ones(1, 2, device="cuda")).sum().backward()
    optimizer.step()
    assert torch.tensor(before).sub(model.weight.detach().cpu()).allclose(torch.full((2, 2), 0.5))


def test_the_state_of_an_optimizer_is_where_the_parameters_are():
    model = nn.Linear(2, 2).cuda()
    optimizer = trained(model)
    assert momenta(optimizer) == [FIRST, FIRST]
    file = io.BytesIO()
    torch.save(optimizer.state_dict(), file)
    file.seek(0)
    state = torch.load(file, map_location="cpu")
    again = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    again.load_state_dict(state)
    assert momenta(again) == [FIRST, FIRST]


def test_states_are_loaded_across_devices():
    there, here = nn.Linear(2, 2).cuda(), nn.Linear(2, 2)
    here.load_state_dict(there.state_dict())
    assert here.weight.device.type == "cpu" and here.weight.tolist() == there.weight.tolist()
    there.load_state_dict({name: each * 2 for name, each in here.state_dict().items()})
    assert there.weight.device == FIRST and there.weight.tolist() == (here.weight * 2).tolist()
    here.load_state_dict(there.state_dict(), assign=True)
    assert here.weight.device == FIRST


def test_a_module_does_not_go_where_there_is_no_gpu():
    with without_gpus(), pytest.raises(AssertionError, match="^Torch not compiled with CUDA enabled"):
        nn.Linear(2, 2).cuda()


def test_inputs_are_where_the_module_is():
    with pytest.raises(RuntimeError, match="Expected all tensors to be on the same device"):
        nn.Linear(2, 2).cuda()(torch.ones(1, 2))
