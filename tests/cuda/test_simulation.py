"""torch.cuda.simulate: GPUs that the machine does not have, and their books."""

from __future__ import annotations

import pytest

import minitorch_edu as torch
from minitorch_edu.backends import gpus
from minitorch_edu.cuda.simulation import in_bytes


@pytest.mark.parametrize(
    "text, size",
    [("8 GiB", 8 << 30), ("8GiB", 8 << 30), ("512 MiB", 512 << 20), ("1.5 KiB", 1536), ("2 GB", 2 * 10**9),
     ("100 B", 100), ("100", 100), (4096, 4096)],
)  # fmt: skip
def test_memory_can_be_said_in_words(text, size):
    assert in_bytes(text) == size


@pytest.mark.parametrize("memory", ["", "GiB", "8 GigaBytes", "-1 GiB", 0, -5, True, 1.5, None])
def test_memory_that_is_none_is_refused(memory):
    with pytest.raises(
        ValueError, match='memory must be a number of bytes, or a text such as "8 GiB", but is'
    ):
        torch.cuda.simulate(memory=memory)


@pytest.mark.parametrize("devices", [-1, 1.0, True, "2"])
def test_devices_that_are_none_are_refused(devices):
    with pytest.raises(ValueError, match="devices must be a number of GPUs, such as 1, but is"):
        torch.cuda.simulate(devices)


def test_a_block_ends_the_simulation_and_tensors_live_on(no_gpu):
    with torch.cuda.simulate():
        x = torch.arange(3, device="cuda")
    assert not torch.cuda.is_available()
    assert str(x.device) == "cuda:0" and (x + x).tolist() == [0, 2, 4]
    with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
        torch.zeros(1, device="cuda")


def test_a_call_simulates_until_it_is_turned_off():
    before = list(gpus.simulated)
    try:
        torch.cuda.simulate(devices=3, memory=1 << 20)
        assert torch.cuda.device_count() == 3
        torch.cuda.simulate(0)
        assert gpus.simulated == []
    finally:
        gpus.simulated[:] = before


def test_blocks_within_blocks_give_back_what_was_there(no_gpu):
    with torch.cuda.simulate(devices=2):
        torch.cuda.set_device(1)
        x = torch.zeros(1, device="cuda")
        with torch.cuda.simulate(devices=1) as inner:
            assert torch.cuda.device_count() == 1 == len(inner) and torch.cuda.current_device() == 0
        assert torch.cuda.device_count() == 2 and torch.cuda.current_device() == 1
        assert torch.zeros(1, device="cuda").add(x).device == x.device


def test_the_books_count_bytes_launches_and_waits(books):
    x = torch.ones(256).to("cuda")
    assert books.copied == {"host to device": 1024, "device to host": 0, "device to device": 0}
    books.reset()
    total = (x * x).sum()
    assert (books.launches, books.waits) == (2, 0)
    total.item()
    assert books.waits == 1 and books.copied["device to host"] == 4
    assert [each.kind for each in books.history] == ["kernel", "kernel", "device to host", "host waits"]


def test_the_books_of_devices_are_one_and_can_be_read_apart(books):
    x = torch.ones(4, device="cuda:0")
    x.to("cuda:1")
    assert books.copied["device to device"] == 16
    assert (books[0].launches, books[1].launches) == (1, 0)
    numbers = [each.launched for each in books.history]
    assert numbers == sorted(numbers)


def test_the_books_tell_of_themselves_in_a_line(books):
    assert repr(books) == "<2 simulated GPUs with 1024.00 MiB each: 0 launches, 0 waits, nothing copied>"
    torch.ones(2).cuda()
    assert repr(books).endswith("0 launches, 1 waits, 8 bytes host to device>")


def test_training_gives_the_same_numbers_as_on_the_cpu(books):
    def trained(device: str) -> list[float]:
        torch.manual_seed(0)
        x, y = torch.randn(16, 3).to(device), torch.randn(16, 1).to(device)
        weights = [torch.randn(size).to(device).requires_grad_() for size in ((3, 8), (8,), (8, 1), (1,))]
        losses = []
        for _ in range(3):
            hidden = (x @ weights[0] + weights[1]).tanh()
            loss = ((hidden @ weights[2] + weights[3] - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                for weight in weights:
                    weight -= 0.1 * weight.grad
                    weight.grad = None
            losses.append(loss.item())
        return losses

    found = trained("cuda")
    assert found == pytest.approx(trained("cpu"), rel=1e-6) and found[-1] < found[0]
    assert books.waits == 6 + 3  # six copies to the device, three losses


def test_a_copy_from_pinned_memory_is_not_waited_for(books):
    x = torch.ones(4)
    pinned = x.pin_memory()
    assert pinned.is_pinned() and not x.is_pinned() and pinned.pin_memory() is pinned
    pinned.to("cuda", non_blocking=True)
    assert books.waits == 0
    pinned.to("cuda")
    assert books.waits == 1
    pinned.cuda(non_blocking=True)
    pinned.to("cuda", torch.float64, True)
    assert books.waits == 1
    with pytest.raises(
        RuntimeError, match="cannot pin 'torch.cuda.FloatTensor' only dense CPU tensors can be pinned"
    ):
        pinned.cuda().pin_memory()


def test_gradients_go_back_to_where_the_tensors_are(books):
    x = torch.ones(2, requires_grad=True)
    y = x.to("cuda:0").to("cuda:1")
    (y * 3).sum().backward()
    assert x.grad.tolist() == [3, 3] and x.grad.device == torch.device("cpu")
    assert books.copied["device to device"] == 2 * 8
