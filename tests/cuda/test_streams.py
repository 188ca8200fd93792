"""torch.cuda.streams: streams, events, and where the host waits."""

from __future__ import annotations

import warnings

import pytest

import minitorch_edu as torch
from minitorch_edu.backends.simulated import SimulatedMark


def work(n: int = 3) -> torch.Tensor:
    return torch.ones(n, device="cuda")


# --- streams --------------------------------------------------------------------------------------------------------


def test_the_default_stream_is_the_current_one(books):
    assert torch.cuda.current_stream() == torch.cuda.default_stream()
    assert repr(torch.cuda.current_stream()) == "<torch.cuda.Stream device=cuda:0 cuda_stream=0x0>"
    assert torch.cuda.current_stream(1).device == torch.device("cuda:1")
    assert torch.cuda.current_stream() != torch.cuda.current_stream(1)
    assert hash(torch.cuda.current_stream()) == hash(torch.cuda.default_stream())
    assert torch.cuda.current_stream() != "a stream"


def test_a_new_stream_has_an_address_and_a_priority(books):
    stream = torch.cuda.Stream(device=1, priority=-10)
    assert stream.device == torch.device("cuda:1") and stream.cuda_stream != 0
    assert stream.priority == -3 and torch.cuda.Stream(priority=5).priority == 0
    assert stream.__cuda_stream__() == (0, stream.cuda_stream)
    assert torch.cuda.Stream() != torch.cuda.Stream()


def test_work_goes_into_the_stream_of_the_block(books):
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        assert torch.cuda.current_stream() == side
        work()
        with torch.cuda.stream(None):
            work()
    work()
    assert [each.stream for each in books.history if each.kind == "kernel"] == [1, 1, 0]
    with side:
        work()
    assert books.history[-1].stream == 1 and torch.cuda.current_stream() == torch.cuda.default_stream()


def test_a_stream_of_another_device_makes_it_the_current_one(books):
    there = torch.cuda.Stream(device=1)
    with torch.cuda.stream(there):
        assert torch.cuda.current_device() == 1 and torch.cuda.current_stream() == there
    assert torch.cuda.current_device() == 0
    assert torch.cuda.current_stream(1) == torch.cuda.default_stream(1)


def test_a_stream_is_done_once_the_host_has_waited(books):
    stream = torch.cuda.current_stream()
    assert stream.query()
    work()
    assert not stream.query()
    stream.synchronize()
    assert stream.query()


def test_synchronize_waits_for_all_streams_of_one_device(books):
    side, there = torch.cuda.Stream(), torch.cuda.Stream(device=1)
    for stream in (side, there):
        with torch.cuda.stream(stream):
            work()
    torch.cuda.synchronize()
    assert side.query() and not there.query()
    torch.cuda.synchronize(1)
    assert there.query()


def test_a_stream_waits_for_another_without_the_host(books):
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        work()
    waits = books.waits
    torch.cuda.current_stream().wait_stream(side)
    work()
    assert books.waits == waits
    kinds = [(each.kind, each.stream) for each in books.history]
    assert kinds == [("kernel", 1), ("event", 1), ("wait for event", 0), ("kernel", 0)]
    torch.cuda.current_stream().synchronize()
    assert side.query()


# --- events ---------------------------------------------------------------------------------------------------------


def test_an_event_is_reached_when_the_work_before_it_is_done(books):
    event = torch.cuda.Event()
    assert event.query() and repr(event) == "<torch.cuda.Event uninitialized>" and event.device is None
    event.synchronize()
    event.wait()
    work()
    event.record()
    work()
    assert not event.query()
    event.synchronize()
    assert event.query() and not torch.cuda.current_stream().query()
    assert repr(event).startswith("<torch.cuda.Event 0x") and event.device == torch.device("cuda:0")


def test_waiting_in_a_loop_comes_to_an_end(books):
    work()
    event = torch.cuda.current_stream().record_event()
    for _ in range(10):
        if event.query():
            break
    else:
        raise AssertionError("the event was never reached")


def test_an_event_stays_on_its_device(books):
    event = torch.cuda.Event()
    event.record()
    with pytest.raises(RuntimeError, match="Event device 0 does not match recording stream's device 1."):
        event.record(torch.cuda.Stream(device=1))


def test_time_is_measured_between_two_events(books, monkeypatch):
    monkeypatch.setattr(SimulatedMark, "warned", False)
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    work()
    end.record()
    torch.cuda.synchronize()
    with pytest.warns(
        UserWarning, match="This GPU is simulated: elapsed_time\\(\\) tells how long NumPy took"
    ) as told:
        elapsed = start.elapsed_time(end)
    assert told[0].filename == __file__
    assert 0 < elapsed < 10_000
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert end.elapsed_time(start) == -elapsed  # it is said once


def test_a_time_needs_two_events_that_are_there(books):
    plain, start, end = (
        torch.cuda.Event(),
        torch.cuda.Event(enable_timing=True),
        torch.cuda.Event(enable_timing=True),
    )
    with pytest.raises(ValueError, match="Both events must be created with argument 'enable_timing=True'."):
        start.elapsed_time(plain)
    with pytest.raises(ValueError, match="Both events must be recorded before calculating elapsed time."):
        start.elapsed_time(end)
    start.record()
    work()
    end.record()
    with pytest.raises(RuntimeError, match="Both events must be completed before calculating elapsed time."):
        start.elapsed_time(end)


# --- where the host waits -------------------------------------------------------------------------------------------


@pytest.fixture
def strict(books):
    torch.cuda.set_sync_debug_mode("error")
    yield books
    torch.cuda.set_sync_debug_mode(0)


WAITING = {
    "item": lambda x: x.sum().item(),
    "a condition": lambda x: bool((x > 0).all()),
    "tolist": lambda x: x.tolist(),
    "cpu": lambda x: x.cpu(),
    "a mask": lambda x: x[x > 0],
    "nonzero": lambda x: x.nonzero(),
    "printing": repr,
    "a copy from the host": lambda x: torch.ones(3).to("cuda"),
}


@pytest.mark.parametrize("act", WAITING.values(), ids=WAITING.keys())
def test_an_op_that_waits_can_be_an_error(strict, act):
    x = work()
    with pytest.raises(RuntimeError, match="called a synchronizing CUDA operation"):
        act(x)


def test_an_op_that_does_not_wait_is_none(strict):
    x = work()
    (x * 2 + x).sum()
    torch.cuda.synchronize()
    assert strict.waits == 1


def test_an_op_that_waits_can_warn(books):
    x = work()
    torch.cuda.set_sync_debug_mode("warn")
    assert torch.cuda.get_sync_debug_mode() == 1
    with pytest.warns(UserWarning, match="called a synchronizing CUDA operation"):
        x.tolist()
    torch.cuda.set_sync_debug_mode("default")


@pytest.mark.parametrize("mode", ["foo", 3])
def test_other_modes_are_refused(books, mode):
    with pytest.raises(RuntimeError, match="invalid value of debug_mode, expected"):
        torch.cuda.set_sync_debug_mode(mode)
