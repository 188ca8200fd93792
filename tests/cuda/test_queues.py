"""Streams and events of whatever device, and its module."""

from __future__ import annotations

import pytest

import minitorch_edu as torch
from tests.device import without_gpus
from tests.oracle import assert_same_error, assert_same_text
from tests.oracle import torch as pytorch

ON_THE_CPU = {
    "a stream": lambda t: t.Stream(),
    "by name": lambda t: t.Stream("cpu", priority=-1),
    "its device": lambda t: (
        str(t.Stream().device),
        t.Stream().device_index,
        t.Stream().device_type,
        t.Stream().stream_id,
    ),
    "nothing waits": lambda t: (t.Stream().query(), t.Stream().synchronize(), t.Stream().is_capturing()),
    "equal": lambda t: (t.Stream() == t.Stream("cpu"), t.Stream() == 3, hash(t.Stream()) == hash(t.Stream())),
    "an event": lambda t: (t.Event(), t.Event("cpu", enable_timing=True)),
    "never recorded": lambda t: (
        t.Event().query(),
        t.Event().synchronize(),
        t.Event().wait(t.Stream()),
        t.Event().event_id,
    ),
    "waiting": lambda t: t.Stream().wait_event(t.Event()),
    "a module": lambda t: t.get_device_module().__name__.rpartition(".")[2],
    "the CPU's": lambda t: t.get_device_module("cpu").current_device(),
    "CUDA's": lambda t: t.get_device_module(t.device("cuda", 1)).__name__.rpartition(".")[2],
    "torch.cpu": lambda t: (
        t.cpu.is_available(),
        t.cpu.device_count(),
        t.cpu.is_initialized(),
        t.cpu.synchronize(),
    ),
    "its stream": lambda t: (t.cpu.current_stream() is t.cpu.current_stream(), t.cpu.Event().query()),
}
REFUSED = {
    "a GPU's stream": lambda t: t.Stream("cuda"),
    "a GPU's event": lambda t: t.Event("cuda"),
    "by number": lambda t: t.Stream(1),
    "a mark": lambda t: t.Stream().record_event(),
    "a mark on nothing": lambda t: t.Event().record(),
    "another stream": lambda t: t.Stream().wait_stream(t.Stream()),
    "elapsed": lambda t: t.Event().elapsed_time(t.Event()),
    "priority": lambda t: t.Stream("cpu", priority="a"),
    "a module of none": lambda t: t.get_device_module("meta"),
    "a module of a number": lambda t: t.get_device_module(3),
}


@pytest.mark.parametrize("act", ON_THE_CPU.values(), ids=ON_THE_CPU)
def test_without_a_gpu_the_cpu_answers_as_pytorchs(act):
    with without_gpus():
        assert_same_text(repr(act(torch)), repr(act(pytorch)))


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_without_a_gpu_the_same_is_refused(act):
    with without_gpus():
        assert_same_error(lambda: act(torch), lambda: act(pytorch))


def test_the_current_stream_of_the_cpu_is_chosen_by_a_block():
    mine = torch.cpu.Stream()
    with torch.cpu.stream(mine):
        assert torch.cpu.current_stream() is mine
    assert torch.cpu.current_stream() is not mine


def test_a_stream_of_a_gpu_is_one_of_whatever_device(books):
    stream = torch.Stream("cuda")
    assert repr(stream) == "torch.Stream device_type=cuda, device_index=0, stream_id=1"
    assert stream.device == torch.device("cuda:0") and stream.device_type == 1 and torch.Stream() != stream
    assert isinstance(torch.cuda.current_stream(), torch.Stream) and isinstance(
        torch.cuda.Event(), torch.Event
    )
    with stream:
        assert torch.cuda.current_stream().stream_id == 1
        x = torch.ones(3, device="cuda") + 1
    assert torch.cuda.current_stream().stream_id == 0
    assert {work.stream for work in books.history if work.kind == "kernel"} == {1} and x.tolist() == [2, 2, 2]


def test_events_of_whatever_device_mark_a_place_in_its_streams(books):
    one, other = torch.Stream("cuda"), torch.cuda.Stream()
    start = torch.Event("cuda", enable_timing=True)
    assert repr(start) == "torch.Event device_type=cuda, device_index=-1, event_flag=1, event_id=0"
    start.record()
    end = torch.Event(enable_timing=True)
    one.record_event(end)
    other.wait_event(end)
    one.wait_stream(other)
    end.synchronize(), start.synchronize()
    assert (
        end.query() and start.elapsed_time(end) >= 0 and end.device == torch.device("cuda:0") and end.event_id
    )
    assert repr(end).startswith("torch.Event device_type=cuda, device_index=0, event_flag=1, event_id=")


def test_the_module_of_the_current_accelerator(books):
    assert torch.get_device_module() is torch.cuda and torch.get_device_module("cpu") is torch.cpu


def test_memory_that_another_stream_works_with_stays_until_that_is_done(books):
    side = torch.cuda.Stream()
    x = torch.ones(1024, device="cuda")
    x.record_stream(side)
    with torch.cuda.stream(side):
        y = x * 2
    torch.cuda.current_stream().synchronize()
    before = torch.cuda.memory_allocated()
    del x
    assert torch.cuda.memory_allocated() == before
    torch.cuda.synchronize()
    assert torch.cuda.memory_allocated() == before - 4096 and y.sum().item() == 2048


def test_a_tensor_of_the_cpu_is_in_no_stream():
    with without_gpus(), pytest.raises(NotImplementedError) as refused:
        torch.ones(2).record_stream(torch.Stream())
    with pytest.raises(NotImplementedError) as expected:
        pytorch.ones(2).record_stream(pytorch.Stream())
    assert str(expected.value).startswith(str(refused.value))
