"""sums.py: what a .grad is made of, over walks and backward() calls, and three nothings that are never taken for one."""

import gc
import json
import time
import weakref

import pytest
from minitorch_widgets.backward import sums
from minitorch_widgets.session.inspector import Inspector

import minitorch_edu


def sums_of(inspector, name="w"):
    part = inspector.refresh()["snapshot"]["parts"].get("sums")
    json.dumps(part, allow_nan=False)
    return next((each for each in (part or {"leaves": []})["leaves"] if each["name"] == name), None)


@pytest.fixture
def notebook(torch):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    variables = {"w": w}
    inspector = Inspector(lambda: variables)
    inspector.refresh()
    return variables, inspector


def walk(variables, inspector, loss):
    variables["loss"] = loss
    inspector.refresh()
    inspector.start(loss, "loss")
    inspector.receive({"type": "finish"})


def test_nothing_is_told_of_a_leaf_that_never_had_a_gradient(notebook):
    assert sums_of(notebook[1]) is None


def test_two_walks_are_two_addends(notebook):
    variables, inspector = notebook
    w = variables["w"]
    walk(variables, inspector, (w * 3.0).sum())
    walk(variables, inspector, (w * w).sum())
    told = sums_of(inspector)
    assert (told["start"], [each["value"]["data"] for each in told["addends"]]) == (
        "None",
        [[3.0, 3.0], [2.0, 4.0]],
    )
    assert told["total"]["data"] == w.grad.tolist() == [5.0, 7.0]
    assert told["sentence"] == (
        "w.grad is [5, 7], the sum of [3, 3] from the walk from loss and [2, 4] from the walk from loss."
    )


def test_the_uses_of_a_leaf_are_the_parts_of_an_addend(notebook):
    variables, inspector = notebook
    w = variables["w"]
    walk(variables, inspector, (w.exp() * 0.0 + w * w).sum())
    (addend,) = sums_of(inspector)["addends"]
    assert [(part["name"], part["value"]["data"]) for part in addend["parts"]] == [
        ("MulBackward0", [1.0, 2.0]), ("MulBackward0", [1.0, 2.0]), ("ExpBackward0", [0.0, 0.0]),
    ]  # fmt: skip


def test_zero_grad_leaves_none_or_zeros_and_they_are_not_the_same(notebook):
    variables, inspector = notebook
    w = variables["w"]
    walk(variables, inspector, (w * 3.0).sum())
    w.grad = None
    told = sums_of(inspector)
    assert (told["start"], told["total"], told["addends"]) == ("None", None, [])
    assert told["sentence"] == (
        "w.grad is None: a sum of 1 addend was there, until it was set to None, as zero_grad() does."
    )
    walk(variables, inspector, (w * 4.0).sum())
    assert [each["value"]["data"] for each in sums_of(inspector)["addends"]] == [[4.0, 4.0]]
    w.grad.zero_()
    told = sums_of(inspector)
    assert (told["start"], told["total"]["data"], told["addends"]) == ("0.0", [0.0, 0.0], [])
    assert told["sentence"].startswith("w.grad is 0.0, which is not None: the next backward() adds to it.")
    walk(variables, inspector, (w * 5.0).sum())
    told = sums_of(inspector)
    assert (told["start"], [each["value"]["data"] for each in told["addends"]]) == ("0.0", [[5.0, 5.0]])
    assert told["past"] == "a sum of 1 addend was there, until it was filled with 0.0"


def test_zero_grad_of_an_optimizer_both_ways(torch):
    w = torch.tensor([1.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.0)
    variables = {"w": w}
    inspector = Inspector(lambda: variables)
    for to_none, start in ((True, "None"), (False, "0.0")):
        walk(variables, inspector, (w * 2.0).sum())
        optimizer.zero_grad(set_to_none=to_none)
        assert sums_of(inspector)["start"] == start


def test_what_came_unseen_is_told_as_that(torch):
    w = torch.tensor([1.0], requires_grad=True)
    w.grad = torch.tensor([7.0])
    variables = {"w": w}
    inspector = Inspector(lambda: variables)
    told = sums_of(inspector)
    assert told["start"] is None and told["sentence"] == "w.grad is [7] that was added when nobody looked."
    w.grad += 1.0
    told = sums_of(inspector)
    assert [each["value"]["data"] for each in told["addends"]] == [[7.0], [1.0]]


def test_backward_in_the_students_code_is_an_addend_with_its_line():
    w = minitorch_edu.tensor([1.0, 2.0], requires_grad=True)
    inspector = Inspector(lambda: {"w": w})
    inspector.refresh()
    (w * 3.0).sum().backward()
    (w * w).sum().backward()
    told = sums_of(inspector)
    assert [each["value"]["data"] for each in told["addends"]] == [[3.0, 3.0], [2.0, 4.0]]
    assert (
        told["addends"][1]["by"] == "(w * w).sum().backward()"
        and "test_sums.py" in told["addends"][1]["where"]
    )


def test_a_loop_that_clears_begins_its_sum_anew():
    w = minitorch_edu.tensor([1.0], requires_grad=True)
    inspector = Inspector(lambda: {"w": w})
    inspector.refresh()
    for k in range(3):
        w.grad = None
        (w * float(k + 1)).sum().backward()
    told = sums_of(inspector)
    assert [each["value"]["data"] for each in told["addends"]] == [[3.0]]
    assert told["past"] == "a sum of 1 addend was there, until it was set to None, as zero_grad() does"


def test_autograd_grad_adds_nothing():
    w = minitorch_edu.tensor([1.0], requires_grad=True)
    inspector = Inspector(lambda: {"w": w})
    minitorch_edu.autograd.grad((w * 3.0).sum(), w)
    assert sums_of(inspector) is None


def test_a_long_loop_is_not_looked_at_each_time():
    w = minitorch_edu.tensor([1.0], requires_grad=True)
    inspector = Inspector(lambda: {"w": w})
    inspector.refresh()
    for _ in range(300):
        (w * 1.0).sum().backward()
    told = sums_of(inspector)
    assert told["total"]["data"] == [300.0]
    assert len(told["addends"]) == sums.MOST_ADDENDS and told["more"] > 0


def test_following_costs_little():
    w = minitorch_edu.tensor([1.0], requires_grad=True)
    sums.book.looks = 0
    loss = (w * 1.0).sum()
    started = time.process_time()
    for _ in range(1000):
        loss.backward(retain_graph=True)
    assert time.process_time() - started < 1.0


def test_the_book_keeps_no_tensor_alive(notebook):
    variables, inspector = notebook
    walk(variables, inspector, (variables["w"] * 3.0).sum())
    gone = weakref.ref(variables["w"])
    variables.clear()
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("data", [[float("nan"), 1.0], [float("inf"), 0.0], []])
def test_numbers_that_are_none_do_no_harm(torch, data):
    w = torch.tensor(data, requires_grad=True)
    variables = {"w": w}
    inspector = Inspector(lambda: variables)
    for _ in range(2):
        walk(variables, inspector, (w * w).sum())
        inspector.refresh()
    assert sums_of(inspector) is None or sums_of(inspector)["sentence"]
