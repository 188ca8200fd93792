"""Counter: the generator of a GPU, its state, and the seeds of all devices."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.backends import gpus
from minitorch_edu.ops.generator import Generator, Twister, generator_of

CUDA = "cuda"


@pytest.fixture(autouse=True)
def simulated():
    with torch.cuda.simulate(devices=2):
        yield


def rounded(tensor) -> list:
    """The numbers as they are printed, with four digits."""
    return np.round(tensor.cpu().numpy().astype(np.float64), 4).tolist()


# --- the generator ----------------------------------------------------------------------------------------------------


def test_a_generator_of_a_gpu():
    generator = torch.Generator(device=CUDA)
    assert isinstance(generator, torch.Generator) and generator.device == torch.device("cuda:0")
    assert repr(type(generator)) == "<class 'torch._C.Generator'>"
    assert (
        generator.initial_seed() == 67280421310721 and generator.manual_seed(-1).initial_seed() == 2**64 - 1
    )
    assert generator.seed() == generator.initial_seed() < 2**53
    assert torch.Generator("cuda:1").device.index == 1


def test_its_state_is_the_seed_and_the_offset():
    generator = torch.Generator(CUDA).manual_seed(0x0102_0304)
    torch.rand(5, device=CUDA, generator=generator)
    state = generator.get_state()
    assert (state.device.type, state.dtype, state.tolist()) == (
        "cpu",
        torch.uint8,
        [4, 3, 2, 1, *[0] * 4, 4, *[0] * 7],
    )
    following = torch.rand(5, device=CUDA, generator=generator)
    for same in (
        generator.clone_state, lambda: torch.Generator(CUDA).set_state(state),
        lambda: copy.deepcopy(generator), lambda: pickle.loads(pickle.dumps(generator)),
    ):  # fmt: skip
        generator.set_state(state)
        assert torch.rand(5, device=CUDA, generator=same()).equal(following)
    assert generator.set_state(state[:8]).get_offset() == 0  # a seed alone


def test_an_offset_can_be_set_in_fours():
    generator = torch.Generator(CUDA).set_offset(8)
    assert generator.get_offset() == 8
    with pytest.raises(RuntimeError, match="^offset must be a multiple of 4$"):
        generator.set_offset(3)
    with pytest.raises(RuntimeError, match="^CPU Generator does not use offset$"):
        torch.Generator().get_offset()


def test_what_is_no_state_is_refused():
    generator = torch.Generator(CUDA)
    with pytest.raises(RuntimeError, match="^RNG state is wrong size$"):
        generator.set_state(torch.get_rng_state())
    for other in (torch.zeros(16), generator.get_state().cuda()):
        with pytest.raises(TypeError, match="^RNG state must be a torch.ByteTensor$"):
            generator.set_state(other)


def test_generators_can_share_a_state():
    one, other = torch.Generator(CUDA), torch.Generator(CUDA)
    other.graphsafe_set_state(one.graphsafe_get_state())
    torch.rand(1, device=CUDA, generator=one)
    assert other.get_offset() == 4


def test_a_generator_of_the_wrong_device_is_refused(monkeypatch):
    monkeypatch.setattr(Twister, "on", Generator.on)  # also where the tests let a GPU draw as the CPU does
    wrong = "^Expected a 'cuda' device type for generator but found 'cpu'$"
    for draw in (
        lambda: torch.rand(2, device=CUDA, generator=torch.Generator()),
        lambda: torch.ones(2, device=CUDA).normal_(generator=torch.Generator()),
        lambda: torch.randperm(2, device=CUDA, generator=torch.Generator()),
        lambda: torch.multinomial(torch.ones(2, device=CUDA), 1, generator=torch.Generator()),
    ):
        with pytest.raises(RuntimeError, match=wrong):
            draw()
    with pytest.raises(RuntimeError, match="^Expected a 'cpu' device type for generator but found 'cuda'$"):
        torch.ones(2, device="cpu").bernoulli_(generator=torch.Generator(CUDA))


def test_a_generator_of_one_gpu_draws_for_another():
    generator = torch.Generator("cuda:0").manual_seed(0)
    there = torch.rand(3, device="cuda:1", generator=generator)
    assert there.device.index == 1 and generator.get_offset() == 4
    assert rounded(there) == [0.3990, 0.5167, 0.0249]


# --- seeds of all devices ---------------------------------------------------------------------------------------------


def test_one_seed_is_that_of_all_devices():
    torch.manual_seed(7)
    assert [generator_of(gpu).initial_seed() for gpu in gpus.gpus()] == [7, 7]
    assert torch.rand(2, device="cuda:0").tolist() == torch.rand(2, device="cuda:1").tolist()
    assert torch.seed() == torch.cuda.initial_seed()


def test_each_device_counts_for_itself():
    torch.manual_seed(0)
    torch.rand(2, device="cuda:1")
    assert [each.get_offset() for each in torch.cuda.default_generators] == [0, 4]
    torch.rand(2, device="cpu")
    assert torch.cuda.default_generators[0].get_offset() == 0


def test_the_state_of_a_device_can_be_put_back():
    state = torch.cuda.get_rng_state()
    first = torch.rand(3, device=CUDA)
    torch.cuda.set_rng_state(state)
    assert torch.rand(3, device=CUDA).equal(first)
    states = torch.cuda.get_rng_state_all()
    first = torch.rand(3, device="cuda:1")
    torch.cuda.set_rng_state_all(states)
    assert torch.rand(3, device="cuda:1").equal(first)


@pytest.mark.filterwarnings("ignore:CUDA reports that you have 2 available devices")
def test_fork_rng_puts_the_states_of_all_devices_back():
    torch.manual_seed(0)
    with torch.random.fork_rng():
        first = torch.rand(2, device="cuda:0"), torch.rand(2, device="cuda:1"), torch.rand(2, device="cpu")
    again = torch.rand(2, device="cuda:0"), torch.rand(2, device="cuda:1"), torch.rand(2, device="cpu")
    assert all(one.equal(other) for one, other in zip(first, again, strict=True))
    with torch.random.fork_rng(devices=[1]):
        torch.rand(2, device="cuda:0"), torch.rand(2, device="cuda:1")
    assert [each.get_offset() for each in torch.cuda.default_generators] == [8, 4]


def test_a_draw_is_one_kernel_without_a_copy():
    torch.randn(1000, device=CUDA)
    assert [(work.kind, work.name, work.nbytes) for work in gpus.gpu().queue.history] == [
        ("kernel", "normal", 4000)
    ]


def test_what_cannot_fit_is_refused_before_it_is_drawn():
    with (
        torch.cuda.simulate(memory="1 GiB"),
        pytest.raises(torch.cuda.OutOfMemoryError, match="allocate 37.25 GiB"),
    ):
        torch.rand(10**10, device=CUDA)


def test_a_mapped_function_draws_the_same_for_all_or_different_numbers():
    x = torch.zeros(3, 2, device=CUDA)
    same = torch.vmap(lambda row: row + torch.rand(2, device=CUDA), randomness="same")(x)
    different = torch.vmap(lambda row: row + torch.rand(2, device=CUDA), randomness="different")(x)
    assert same[0].equal(same[2]) and not different[0].equal(different[2])
