"""The profiler: every op is counted under PyTorch's name, in blocks and in steps, and the times add up."""

from __future__ import annotations

import json
from typing import Any

import pytest

import minitorch_edu as torch
from minitorch_edu.profiler import ProfilerActivity, profile, record_function, schedule


def work(lib: Any = torch) -> None:
    x = lib.ones(3, 3, requires_grad=True)
    y = (x @ x).relu() * 2
    y.add_(1)
    y.sum().backward()


def counts(profiler: Any) -> dict[str, int]:
    return {row.key: row.count for row in profiler.key_averages()}


def test_ops_and_nodes_are_counted() -> None:
    work()  # compiled by now
    with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as profiler:
        work()
        work()
    seen = counts(profiler)
    forward = {"aten::mm": 2, "aten::relu": 2, "aten::mul": 2, "aten::add_": 2, "aten::sum": 2}
    backward = {"MmBackward0": 2, "ReluBackward0": 2, "MulBackward0": 2, "AddBackward0": 2, "SumBackward0": 2}
    assert {name: seen[name] for name in forward | backward} == forward | backward


def test_pytorch_counts_the_same_ops() -> None:
    from tests.oracle import torch as pytorch

    work()
    with profile() as ours:
        work()
    with pytorch.profiler.profile(activities=[pytorch.profiler.ProfilerActivity.CPU]) as theirs:
        work(pytorch)
    there = counts(theirs)
    names = ("aten::relu", "MmBackward0", "MulBackward0", "ReluBackward0", "SumBackward0")
    assert {name: counts(ours)[name] for name in names} == {name: there[name] for name in names}


def test_a_block_has_a_name_and_the_time_of_what_runs_in_it() -> None:
    @record_function("a function")
    def named() -> Any:
        return torch.ones(2) * 2

    with torch.autograd.profiler.profile() as profiler:
        with record_function("a block"):
            named()
    block, function, mul = profiler.events()
    assert [block.name, function.name, mul.name] == ["a block", "a function", "aten::mul"]
    assert block.cpu_children == [function]
    assert block.cpu_time_total >= function.cpu_time_total >= mul.cpu_time_total > 0
    assert profiler.self_cpu_time_total == pytest.approx(block.cpu_time_total)


def test_the_table_has_a_row_for_each_name_the_largest_first() -> None:
    with profile() as profiler:
        for _ in range(3):
            torch.ones(2) * 2
        torch.ones(2).exp()
    lines = profiler.key_averages().table(sort_by="count", row_limit=1).split("\n")
    header = ["Name", "Self CPU %", "Self CPU", "CPU total %", "CPU total", "CPU time avg", "# of Calls"]
    assert lines[1].split("  ")[0].strip() == "" and all(each in lines[1] for each in header)
    assert lines[3].split()[0] == "aten::mul" and lines[3].split()[-1] == "3"
    assert lines[-2].startswith("Self CPU time total: ")


def test_a_schedule_records_some_steps_and_hands_each_stretch_over() -> None:
    stretches = []
    plan = schedule(wait=1, warmup=1, active=2, repeat=2)
    with profile(schedule=plan, on_trace_ready=lambda each: stretches.append(counts(each))) as profiler:
        for _ in range(10):
            torch.ones(2) * 2
            profiler.step()
    assert stretches == [{"aten::mul": 2}] * 2


@pytest.mark.filterwarnings("ignore:Profiler won't be using warmup")
def test_schedules_are_pytorchs() -> None:
    from tests.oracle import torch as pytorch

    for options in (
        {"wait": 1, "warmup": 1, "active": 2},
        {"wait": 0, "warmup": 0, "active": 1, "repeat": 2},
        {"wait": 2, "warmup": 1, "active": 3, "repeat": 1, "skip_first": 2},
    ):
        ours, theirs = schedule(**options), pytorch.profiler.schedule(**options)
        assert [ours(step).name for step in range(20)] == [theirs(step).name for step in range(20)]


def test_a_trace_is_written_for_other_programs_to_show(tmp_path: Any) -> None:
    with profile(on_trace_ready=torch.profiler.tensorboard_trace_handler(str(tmp_path))):
        torch.ones(2) * 2
    (file,) = tmp_path.iterdir()
    (event,) = json.loads(file.read_text())["traceEvents"]
    assert event["name"] == "aten::mul" and event["dur"] > 0


def test_without_a_profiler_a_named_block_does_nothing() -> None:
    with record_function("a block"):
        assert (torch.ones(1) * 2).item() == 2
