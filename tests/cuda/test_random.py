"""torch.cuda.random: the seeds of the GPUs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import minitorch_edu as torch
from minitorch_edu.backends import gpus
from minitorch_edu.ops.generator import DEFAULT_SEED
from tests.oracle import torch as pytorch


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


def test_a_new_generator_begins_as_pytorchs_do(books):
    assert torch.Generator("cuda").initial_seed() == torch.Generator().initial_seed() == DEFAULT_SEED
    assert pytorch.Generator().initial_seed() == DEFAULT_SEED


SEEDS = """
import {engine} as torch
print(torch.initial_seed(), torch.rand(4).sum().item())
"""


@pytest.mark.parametrize("engine", ["minitorch_edu", "torch"])
def test_a_program_that_seeds_nothing_draws_others_each_time(engine):
    program = [sys.executable, "-c", SEEDS.format(engine=engine)]
    first, second = (
        subprocess.run(program, capture_output=True, check=True).stdout.split() for _ in range(2)
    )
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_the_seed_of_a_gpu_that_nobody_chose(no_gpu, monkeypatch):
    monkeypatch.setattr(gpus, "seed", 5)
    with torch.cuda.simulate():
        assert torch.cuda.initial_seed() == 5


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


@pytest.mark.parametrize("kind", ["bool", "int64", "complex64"])
def test_the_kernel_that_draws_and_drops_is_made_for_floats(books, kind):
    x = torch.ones(3, dtype=getattr(torch, kind), device="cuda")
    for drop in (lambda: torch.dropout(x, 0.5, True), lambda: torch.native_dropout(x, 0.5, True)):
        with pytest.raises(
            NotImplementedError, match=f"\"fused_dropout\" not implemented for '{x.dtype.scalar_name}'"
        ):
            drop()
    assert torch.native_dropout(x, 1.0, True)[0].sum() == 0  # where nothing is drawn, any dtype will do
