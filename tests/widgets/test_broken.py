"""flaws.py and broken.py: four engines that go wrong, each where it should, and the truth beside them untouched."""

import json

import pytest
from minitorch_widgets import break_engine
from minitorch_widgets.broken import tell
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.picture.memory import Memory


def told(loss, gradient=None):
    found = tell(loss, gradient, Memory(), {})
    json.dumps(found, allow_nan=False)
    return {flaw["name"]: flaw for flaw in found["flaws"]}


def parts(flaws):
    return {name for name, flaw in flaws.items() if flaw["part"] is not None}


def chain(torch):
    w = torch.tensor([2.0], requires_grad=True)
    return w, (w * 3.0).exp().sum()


def diamond(torch):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3.0
    return w, (y * y).sum()


def twice(torch):
    w = torch.tensor([2.0], requires_grad=True)
    return w, (w.exp() + w.tanh()).sum()


def spread(torch):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    return w, (w * torch.ones(3, 2)).sum()


@pytest.mark.parametrize(
    "program, wrong",
    [
        (chain, set()),
        (diamond, {"depth_first", "overwrites"}),
        (twice, {"overwrites"}),  # at a leaf everything is added, whenever it comes
        (spread, {"no_unbroadcast"}),
    ],
)
def test_each_flaw_shows_in_the_programs_that_need_what_it_lacks(torch, program, wrong):
    w, loss = program(torch)
    flaws = told(loss)
    assert parts(flaws) == wrong
    for name, flaw in flaws.items():
        (leaf,) = flaw["leaves"]
        assert leaf["same"] == (name not in wrong)
        assert flaw["sentence"].startswith("They part at" if name in wrong else "Here it makes no difference")
    assert w.grad is None
    loss.backward()
    for flaw in flaws.values():
        assert flaw["leaves"][0]["right"][0]["data"] == pytest.approx(w.grad.tolist())


def test_depth_first_runs_a_node_with_the_half_that_has_come(torch):
    flaw = told(diamond(torch)[1])["depth_first"]
    row = flaw["rows"][flaw["part"]]
    assert (row["step"], row["wrong"][0]["data"], row["right"][0]["data"]) == (2, [3.0, 6.0], [6.0, 12.0])
    assert flaw["leaves"][0]["wrong"][0]["data"] == [9.0, 18.0]
    assert flaw["sentence"] == (
        "They part at step 3, MulBackward0: it did not wait for all that it is sent. "
        "It receives [3, 6] instead of [6, 12], and AccumulateGrad.grad is wrong."
    )


def test_without_the_sum_a_gradient_has_another_shape(torch):
    flaw = told(spread(torch)[1])["no_unbroadcast"]
    assert flaw["part"] == len(flaw["rows"])
    assert flaw["leaves"][0]["wrong"][0]["shape"] == [3, 2] and "instead of (2,)" in flaw["sentence"]


def test_without_versions_what_was_overwritten_is_used_and_the_truth_refuses(torch):
    w = torch.tensor([0.0, 1.0], requires_grad=True)
    y = w.exp()
    loss = (y * 2.0).sum()
    with torch.no_grad():
        y.mul_(10.0)
    flaws = told(loss)
    assert parts(flaws) == {"ignores_versions"}
    flaw = flaws["ignores_versions"]
    assert flaw["rows"][flaw["part"]]["raised"] and flaw["rows"][flaw["part"]]["name"] == "ExpBackward0"
    assert flaw["leaves"][0]["wrong"][0]["data"] == pytest.approx([20.0, 54.365635])
    assert "The real engine refuses to run ExpBackward0" in flaw["sentence"]
    assert flaws["overwrites"]["sentence"].startswith("It refuses where the real engine refuses")
    assert y._version == 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_nothing_of_the_students_is_changed(torch):
    w, loss = diamond(torch)
    for _ in range(2):
        told(loss)
    loss.backward()
    assert w.grad.tolist() == [18.0, 36.0]


def test_a_gradient_can_be_given_and_a_root_without_history_is_refused(torch):
    w = torch.ones(2, requires_grad=True)
    flaws = told(w * 2.0, torch.tensor([1.0, 10.0]))
    assert flaws["overwrites"]["leaves"][0]["right"][0]["data"] == [2.0, 20.0]
    with pytest.raises(RuntimeError, match="does not require grad"):
        break_engine(torch.ones(1))
    with pytest.raises(RuntimeError, match="only for scalar outputs"):
        break_engine(w * 2.0)


def test_a_graph_too_big_to_read_is_refused_in_words(torch):
    w = torch.ones(1, requires_grad=True)
    y = w
    for _ in range(400):
        y = y * 1.0
    with pytest.raises(ValueError, match="300 nodes at most"):
        break_engine(y)


def test_the_one_liner_names_what_the_student_names_and_has_a_still_picture(torch):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3.0
    loss = (y * y).sum()
    widget = break_engine(loss)
    picture = widget.state["snapshot"]
    assert picture["views"] == ["flaws", "graph"] and picture["title"] == "break_engine(loss)"
    sentence = picture["parts"]["flaws"]["flaws"][0]["sentence"]
    assert "step 3, mul (y): " in sentence and sentence.endswith("w.grad is wrong.")
    drawn = to_svg(picture)
    assert "[9, 18]" in drawn and "[18, 36]" in drawn
    assert picture["parts"]["flaws"]["sentence"] in picture["text"]


def test_the_code_of_each_flaw_is_shown_as_it_runs(torch):
    for name, flaw in told(chain(torch)[1]).items():
        assert flaw["code"].startswith(f"def {name}(run: Pass)") and "should" in flaw["code"]


def test_a_node_of_several_outputs_of_which_one_is_used(torch):
    w = torch.arange(4.0).requires_grad_()
    first, second = w.unbind()[:2]
    assert parts(told(first * first + second)) <= {"depth_first", "overwrites"}
