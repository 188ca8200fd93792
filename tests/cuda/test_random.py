"""torch.cuda.random: the seeds of the GPUs."""

from __future__ import annotations

import minitorch_edu as torch
from minitorch_edu.backends import gpus
from minitorch_edu.ops.generator import DEFAULT_SEED


def test_a_seed_is_that_of_the_current_device(books):
    torch.cuda.manual_seed(5)
    with torch.cuda.device(1):
        torch.cuda.manual_seed(6)
        assert torch.cuda.initial_seed() == 6
    assert torch.cuda.initial_seed() == 5
    torch.cuda.manual_seed_all(7)
    assert torch.cuda.initial_seed() == 7
    with torch.cuda.device(1):
        assert torch.cuda.initial_seed() == 7


def test_without_a_seed_it_is_that_of_pytorchs_generators(no_gpu, monkeypatch):
    monkeypatch.setattr(gpus, "seed", DEFAULT_SEED)  # as before anybody has seeded
    with torch.cuda.simulate():
        assert torch.cuda.initial_seed() == torch.Generator("cuda").initial_seed() == 67280421310721


def test_a_seed_that_nobody_chose(books):
    torch.cuda.seed()
    first = torch.cuda.initial_seed()
    torch.cuda.seed_all()
    assert torch.cuda.initial_seed() != first


def test_a_seed_that_comes_before_the_gpu_is_kept_for_it(no_gpu):
    torch.cuda.manual_seed_all(11)
    with torch.cuda.simulate(devices=2), torch.cuda.device(1):
        assert torch.cuda.initial_seed() == 11


def test_a_state_can_be_put_back(books):
    torch.cuda.manual_seed_all(3)
    torch.rand(2, device="cuda")
    states = torch.cuda.get_rng_state_all()
    first = [torch.rand(3, device=index).tolist() for index in (0, 1)]
    torch.cuda.set_rng_state_all(states)
    assert [torch.rand(3, device=index).tolist() for index in (0, 1)] == first
    assert torch.cuda.get_rng_state("cuda:1").tolist() != states[1].tolist()


def test_each_device_has_its_own_generator(books):
    first, second = torch.cuda.default_generators
    assert (first.device, second.device) == (torch.device("cuda:0"), torch.device("cuda:1"))
    torch.rand(2, device="cuda", generator=first.manual_seed(4))
    assert first.initial_seed() == 4 != second.initial_seed()


def test_the_seed_of_torch_is_that_of_all_devices(books):
    torch.manual_seed(8)
    x = torch.rand(3, device="cuda")
    torch.cuda.manual_seed(8)
    assert torch.equal(x, torch.rand(3, device="cuda"))
