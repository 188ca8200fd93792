"""recorder.py: one append-only log of plain values, whatever happens in the cell."""

import gc
import json
import weakref

import numpy as np
import pytest
from minitorch_widgets.recording.recorder import Recorder, line_at, record, student_frame

import minitorch_edu as torch
from minitorch_edu import events


def names(recorder, *kinds):
    return [each["event"] for each in recorder.log if not kinds or each["event"] in kinds]


def test_operations_are_recorded_with_the_students_line():
    with record() as recorder:
        x = torch.ones(2, requires_grad=True)
        y = x * 3.0  # this line
    (mul,) = [each for each in recorder.log if each["event"] == "op" and each["op"] == "mul"]
    assert mul["source"]["line"] == "y = x * 3.0  # this line"
    assert mul["source"]["where"].startswith("test_recorder.py, line ")
    assert mul["node"] == {"name": "MulBackward0", "sequence": y.grad_fn._sequence_nr()}
    assert mul["results"][0]["shape"] == [2]


def test_a_custom_function_is_recorded_by_its_name():
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    x = torch.ones(2, requires_grad=True)
    with record() as recorder:
        Double.apply(x).sum().backward()  # this line
    (double,) = [each for each in recorder.log if each["event"] == "op" and each["op"] == "Double"]
    assert double["node"]["name"] == "DoubleBackward"
    assert double["source"]["line"].endswith("# this line")
    stepped = [each["node"]["name"] for each in recorder.log if each["event"] == "backward stepped"]
    assert stepped == ["SumBackward0", "DoubleBackward", "AccumulateGrad"]


def test_the_log_is_json_and_comes_back_the_same():
    with record() as recorder:
        w = torch.ones(2, 2, requires_grad=True)
        loss = (w @ w.T).tanh().sum()
        loss.backward()
        w.detach().numpy()
    assert json.loads(json.dumps(recorder.log, allow_nan=False)) == recorder.log
    assert [each["index"] for each in recorder.log] == list(range(len(recorder.log)))


def test_backward_is_recorded_node_by_node():
    w = torch.ones(2, requires_grad=True)
    loss = (w * 2.0).sum()
    with record() as recorder:
        loss.backward()
    steps = [each["node"]["name"] for each in recorder.log if each["event"] == "backward stepped"]
    assert steps[:2] == ["SumBackward0", "MulBackward0"]
    assert names(recorder, "backward started", "accumulated", "backward finished") == [
        "backward started", "accumulated", "backward finished",
    ]  # fmt: skip


def test_writes_and_exports_are_recorded():
    x = torch.zeros(3)
    with record() as recorder:
        x.add_(1.0)
        x.numpy()
    (written,) = [each for each in recorder.log if each["event"] == "written"]
    assert written["version"] == 1
    assert "exported" in names(recorder)


def test_storages_are_allocated_aliased_and_freed():
    with record() as recorder:
        a = torch.ones(4) + 1.0
        b = a.view(2, 2)
        address = hex(a.data_ptr())
        del a, b
        torch.ones(1) + 1.0
    about = [each["event"] for each in recorder.log if each.get("address") == address]
    assert about[:3] == ["allocated", "aliased", "freed"]


def test_a_cell_that_raises_leaves_a_valid_partial_log():
    with pytest.raises(ZeroDivisionError), record() as recorder:
        torch.ones(2) + 1.0
        1 / 0  # noqa: B018
    assert json.loads(json.dumps(recorder.log)) == recorder.log
    assert recorder.log[-1]["event"] == "raised" and "ZeroDivisionError" in recorder.log[-1]["error"]
    assert recorder.log[-1]["source"]["line"].startswith("1 / 0")


def test_a_backward_that_fails_is_recorded_with_its_error():
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    loss = y.sum()
    y.add_(1.0)
    with record() as recorder, pytest.raises(RuntimeError):
        loss.backward()
    (finished,) = [each for each in recorder.log if each["event"] == "backward finished"]
    assert "modified by an inplace operation" in finished["error"]


def test_nothing_listens_after_the_with_block():
    with record() as recorder:
        torch.ones(1)
    count = len(recorder.log)
    torch.ones(1) + 1.0
    assert len(recorder.log) == count
    assert not events.op_executed and not events.storage_written


def test_no_tensor_is_kept_alive():
    with record() as recorder:
        x = torch.ones(2) + 1.0
        gone = weakref.ref(x)
        del x
        gc.collect()
        assert gone() is None
    assert recorder.log


def test_the_log_is_bounded_and_says_what_it_dropped():
    with Recorder(limit=10) as recorder:
        for _ in range(100):
            torch.ones(1) + 1.0
    assert len(recorder.log) == 11
    assert recorder.log[-1]["event"] == "dropped" and recorder.log[-1]["count"] == recorder.dropped > 80
    json.dumps(recorder.log)


def test_a_listener_that_trips_does_not_reach_the_cell(monkeypatch):
    monkeypatch.setattr(Recorder, "_tensor", lambda *_: 1 / 0)
    with record() as recorder:
        y = torch.ones(2) * 2.0
    assert y.tolist() == [2.0, 2.0] and "op" not in names(recorder)


def test_the_line_is_the_callers_not_the_engines():
    array = np.ones(2)
    assert student_frame()[0] == __file__
    assert array is not None and line_at(__file__, 1)["line"].startswith('"""recorder.py')
