"""predict(...): committed before it is revealed, judged from facts, and every wrong answer of the table is recognised."""

import gc
import json
import types
import weakref
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from minitorch_widgets import Question, predict
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.learning import journal
from minitorch_widgets.learning.chips import CHIPS
from minitorch_widgets.learning.misconceptions import TABLE
from minitorch_widgets.learning.predicting import Prediction, predict_from
from minitorch_widgets.learning.running import namespace_of

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(autouse=True)
def no_log():
    journal.log_to(None)


def asked(torch, program, code, *asks, of="", shares=None):
    """A question in a namespace of its own, as after a cell with this program."""
    space = {"torch": torch, "np": np, "__name__": "student"}
    exec(program, space)
    return predict_from(
        types.SimpleNamespace(f_globals=space, f_locals=space), code, asks, of, shares, "", (), 0
    )


X = "x = torch.tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True)\n"
A = "a, b = torch.ones(3), torch.ones(3, 1)\n"
M = "m = torch.zeros(2, 3)\n"
I = "i, j = torch.tensor([7, -7]), torch.tensor([2, 2])\n"

RIGHT = [  # program, code, ask, of, shares, answer
    (A, "a - b", "shape", "", None, (3, 3)),
    (A, "a - b", "shape", "", None, "3, 3"),
    (A, "a.sum()", "shape", "", None, "()"),
    (A, "a * 2", "dtype", "", None, "torch.float32"),
    (I, "i / j", "value", "", None, "[3.5, -3.5]"),
    (M, "m.reshape(6)", "shares memory", "", "m", "yes"),
    (M, "m.clone()", "shares memory", "", "m", False),
    (X, "x", "leaf", "", None, "yes"),
    (X, "x * 2", "requires_grad", "", None, True),
    (M, "m += 1", "version", "m", None, "v1"),
    (X, "x.sum().backward()", "grad", "x", None, [[1, 1, 1], [1, 1, 1]]),
    (X, "x", "grad", "", None, "None"),
    (X, "x * 2", "grad_fn", "", None, "MulBackward0"),
    (X, "x", "grad_fn", "", None, None),
    (M, "m.T.view(6)", "raises", "", None, "RuntimeError"),
    (M, "m.T.view(6)", "shape", "", None, "it raises"),
    (M, "m.reshape(6)", "raises", "", None, "it runs"),
    ("n = torch.tensor([float('nan'), float('inf')])\n", "n", "value", "", None, "[nan, inf]"),
]  # fmt: skip


@pytest.mark.parametrize("program, code, ask, of, shares, answer", RIGHT)
def test_a_right_answer_is_right_however_it_is_written(torch, program, code, ask, of, shares, answer):
    verdict = asked(torch, program, code, ask, of=of, shares=shares).answer(answer)
    assert verdict.right and verdict.misconception == "" and str(verdict).endswith("right.")


WRONG = {  # the misconception: program, code, ask, of, shares, the wrong answer
    "the larger side wins": (A, "a - b", "shape", "", None, (3,)),
    "shapes are aligned from the left": ("p, q = torch.ones(3), torch.ones(1, 2)\n", "p * q", "shape", "", None, (3, 2)),
    "shapes must agree to be combined": (A, "a - b", "raises", "", None, "it raises"),
    "@ works element by element": (M, "m @ m.T", "shape", "", None, (2, 3)),
    "the dimension that is named is the one that stays": (M, "m.sum(0)", "shape", "", None, (2,)),
    "a sum keeps its dimension": (M, "m.sum(1)", "shape", "", None, (2, 1)),
    "keepdim leaves nothing": (M, "m.sum(1, keepdim=True)", "shape", "", None, (2,)),
    "a single number has shape (1,)": (M, "m[0, 0]", "shape", "", None, (1,)),
    "an index keeps its dimension": (M, "m[0]", "shape", "", None, (1, 3)),
    "turning around changes no shape": (M, "m.T", "shape", "", None, (2, 3)),
    "rows and columns are the other way round": (M, "m + 1.0", "shape", "", None, (3, 2)),
    "dividing whole numbers gives whole numbers": (I, "i / j", "dtype", "", None, "int64"),
    "from_numpy changes the dtype": ("n = np.ones(2)\n", "torch.from_numpy(n)", "dtype", "", None, "float32"),
    "a comparison keeps the dtype": (M, "m > 0", "dtype", "", None, "float32"),
    "a sum of truths or short numbers keeps its dtype": (M, "(m > 0).sum()", "dtype", "", None, "bool"),
    "an index has the dtype of the values": (M, "m.argmax()", "dtype", "", None, "float32"),
    "numbers are float64, as in NumPy": (M, "m * 2.5", "dtype", "", None, "float64"),
    "the widest dtype always wins": ("p, q = torch.ones(2), torch.tensor(2., dtype=torch.float64)\n",
                                     "p * q", "dtype", "", None, "float64"),
    "the left side decides the dtype": ("p, q = torch.ones(2, dtype=torch.int64), torch.ones(2)\n",
                                        "p * q", "dtype", "", None, "int64"),
    "detach copies": (X, "x.detach()", "shares memory", "", "x", False),
    "reshape always copies": (M, "m.reshape(6)", "shares memory", "", "m", False),
    "reshape never copies": (M, "m.T.reshape(6)", "shares memory", "", "m", True),
    "numpy() copies": (M, "m.numpy()", "shares memory", "", "m", False),
    "torch.tensor shares memory": ("n = np.ones(2)\n", "torch.tensor(n)", "shares memory", "", "n", True),
    "to always copies": (M, "m.to(torch.float32)", "shares memory", "", "m", False),
    "clone shares memory": (M, "m.clone()", "shares memory", "", "m", True),
    "a list of places gives a view": (M, "m[[0, 1]]", "shares memory", "", "m", True),
    "a view copies": (M, "m[0]", "shares memory", "", "m", False),
    "+= makes a new tensor": (M + "old = m\n", "m += 1", "shares memory", "m", "old", False),
    "arithmetic looks at its input": (M, "m + 0", "shares memory", "", "m", True),
    "a leaf is whatever requires grad": (X, "x * 2", "leaf", "", None, True),
    "gradients flow through detach": (X, "x.detach()", "requires_grad", "", None, True),
    "no_grad only saves time": (X, "with torch.no_grad():\n    y = x * 2", "requires_grad", "y", None, True),
    "whole numbers can have a gradient": (X, "x.argmax()", "requires_grad", "", None, True),
    "all inputs must require grad": (X + M, "x * m", "requires_grad", "", None, False),
    "tensors require grad by themselves": (M, "m * 2", "requires_grad", "", None, True),
    "every operation counts as a write": (M, "y = m + 1", "version", "m", None, 1),
    "a write through a view is not the base's": (M, "m[0].add_(1)\nm[0]", "version", "m", None, 0),
    "a write in place is not counted": (M, "m += 1", "version", "m", None, 0),
    ".data counts its writes": (M, "m.data.add_(1)", "version", "m", None, 1),
    "not computed is zero": (X, "x", "grad", "", None, 0),
    "every tensor keeps its gradient": (X + "y = x * 2\ny.sum().backward()\n", "y", "grad", "", None, [[1] * 3] * 2),
    "grad is overwritten": (X + "x.sum().backward()\n", "(x * 3).sum().backward()", "grad", "x", None, [[3] * 3] * 2),
    "each backward adds, and the last one alone counts": (
        X, "x.sum().backward()\nx.sum().backward()\nx.sum().backward()", "grad", "x", None, [[1] * 3] * 2),
    "one way is enough": (X, "(x * x).sum().backward()", "grad", "x", None, [[1, 2, 3], [4, 5, 6]]),
    "a mean passes gradients on whole": (X, "(6 * x).mean().backward()", "grad", "x", None, [[6] * 3] * 2),
    "a leaf has AccumulateGrad as its grad_fn": (X, "x", "grad_fn", "", None, "AccumulateGrad"),
    "a detached tensor has a grad_fn": (X, "(x * 2).detach()", "grad_fn", "", None, "MulBackward0"),
    "whatever is computed has a grad_fn": (M, "m * 2", "grad_fn", "", None, "MulBackward0"),
    "grad_fn is the first operation": (X, "x.exp().sum()", "grad_fn", "", None, "ExpBackward0"),
    "view copies where it must": (M, "m.T.view(6)", "raises", "", None, "it runs"),
    "any two shapes can be combined": ("p, q = torch.ones(2), torch.ones(3)\n", "p + q", "raises", "", None, "it runs"),
    "a leaf may be written in place": (X, "x.add_(1)", "raises", "", None, "it runs"),
    "numpy() works on what requires grad": (X, "x.numpy()", "raises", "", None, "it runs"),
    "backward can run twice": (X + "y = x.exp().sum()\ny.backward()\n", "y.backward()", "raises", "", None, "it runs"),
    "backward can begin anywhere": (X, "(x * 2).backward()", "raises", "", None, "it runs"),
    "an overwritten value does no harm": (X + "y = x.exp()\nloss = y.sum()\ny += 1\n", "loss.backward()", "raises",
                                          "", None, "it runs"),
    "whole numbers may ask for a gradient": (I, "i.requires_grad_()", "raises", "", None, "it runs"),
    "reshape needs contiguous memory": (M, "m.T.reshape(6)", "raises", "", None, "it raises"),
    "a view is a copy of its own": (M + "r = m[0]\n", "m += 5", "value", "r", None, [0, 0, 0]),
    "dividing whole numbers cuts off": (I, "i / j", "value", "", None, [3, -3]),
    "* is the matrix product": ("p = torch.tensor([1., 2.])\n", "p * p", "value", "", None, 5),
}  # fmt: skip


def test_each_misconception_has_a_name_a_sentence_and_a_program():
    names = [each.name for each in TABLE]
    assert len(set(names)) == len(names) and set(names) == set(WRONG)
    assert all(each.sentence.endswith(".") and set(each.asks) <= set(CHIPS) for each in TABLE)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_recognised(torch, name):
    program, code, ask, of, shares, answer = WRONG[name]
    verdict = asked(torch, program, code, ask, of=of, shares=shares).answer(answer)
    assert not verdict.right
    assert verdict.misconception == name
    assert verdict.sentence == next(each.sentence for each in TABLE if each.name == name)


@pytest.mark.parametrize("name", WRONG)
def test_no_right_answer_is_taken_for_a_misconception(torch, name):
    program, code, ask, of, shares, answer = WRONG[name]
    truth = asked(torch, program, code, ask, of=of, shares=shares).answer(answer).truth
    assert asked(torch, program, code, ask, of=of, shares=shares).answer(truth).right


def test_nothing_is_computed_before_all_answers_are_in(torch):
    question = asked(
        torch, "ran = []\ndef f():\n    ran.append(1)\n    return torch.ones(2)\n", "f()", "shape", "dtype"
    )
    ran = question._space.open()["ran"]
    question.commit({"shape": (2,)})
    assert ran == [] and question.told()["verdicts"] is None
    question.answer(dtype="float32")
    assert ran == [1] and all(verdict.right for verdict in question.verdicts.values())


def test_the_view_gets_nothing_of_the_truth_before(torch):
    question = asked(torch, "x = torch.full((2, 3), 77.)\n", "x", "value", "shape", "dtype")
    told = json.dumps(question.widget.state)
    assert (
        "77" not in told
        and "[2, 3]" not in told
        and 'float32", ' not in json.dumps(question.told()["setting"])
    )


def test_after_the_reveal_the_picture_is_there(torch):
    question = asked(torch, X, "y = x * 2", "shape", of="y")
    assert question.widget.state["snapshot"]["tensors"] == []
    question.answer((2, 3))
    picture = question.widget.state["snapshot"]
    assert {name for each in picture["tensors"] for name in each["names"]} >= {"x", "y"}
    assert "lanes" in picture["views"]


def test_an_answer_can_be_given_once(torch):
    question = asked(torch, A, "a - b", "shape")
    question.answer((3,))
    with pytest.raises(ValueError, match="is answered"):
        question.answer((3, 3))


@pytest.mark.parametrize(
    "asks, words", [(("colour",), "can't be asked"), (("shares memory",), "needs to know with what")]
)
def test_a_question_that_makes_no_sense_says_why(torch, asks, words):
    with pytest.raises(ValueError, match=words):
        asked(torch, A, "a - b", *asks)


def test_an_answer_that_is_none_is_refused_and_does_not_count(torch):
    question = asked(torch, A, "a - b", "shape")
    with pytest.raises(ValueError, match="a shape is written"):
        question.answer("wide")
    assert question.answer((3, 3)).right


def test_a_tensor_itself_can_be_asked_about(torch):
    x = torch.ones(2, 3, requires_grad=True)
    assert predict(x, "leaf").answer("yes").right
    with pytest.raises(ValueError, match="needs a name"):
        predict(x.detach(), "leaf")


def test_what_changed_since_the_question_is_said(torch):
    question = asked(torch, M, "m.sum()", "value")
    question._space.open()["m"] += 1
    assert question.answer(6).right and "have changed" in question.sentence


def test_a_view_commits_by_a_message_and_hears_why_it_can_not(torch):
    question = asked(torch, A, "a - b", "shape")
    heard = []
    question.inspector.connect(heard.append)
    question.inspector.receive({"type": "predict", "id": "1", "answers": {"shape": "so wide"}})
    assert heard[-1]["problem"] == "A shape is written (2, 3), (3,) or ()."
    question.inspector.receive({"type": "predict", "id": "2", "answers": {"shape": "3, 3"}})
    assert heard[-1]["value"]["verdicts"][0]["right"] is True
    assert heard[-2]["snapshot"]["parts"]["predict"]["verdicts"]


def test_a_tensor_lives_no_longer_for_being_asked_about(torch):
    def ask():
        x = torch.ones(2)
        return predict_from(
            __import__("sys")._getframe(), "x * 2", ("shape",), "", None, "", (), 0
        ), weakref.ref(x)

    question, held = ask()
    gc.collect()
    assert held() is None
    assert question.answer((2,)).truth == "raises"  # x is gone


def test_the_still_picture_and_the_words_say_the_question_and_then_the_verdict(torch):
    question = asked(torch, A, "a - b", "shape")
    drawing = to_svg(question.widget.state["snapshot"])
    assert "What is the shape of a - b?" in "".join(ElementTree.fromstring(drawing).itertext())
    assert "What is the shape of a - b?" in question.widget.state["snapshot"]["text"]
    question.answer((3,))
    assert "✗ shape (3,): no, it is (3, 3)." in "".join(
        ElementTree.fromstring(to_svg(question.widget.state["snapshot"])).itertext()
    )


def test_code_with_markup_is_text(torch):
    question = asked(torch, M, "m * len('<script>')", "shape")
    assert "<script>" not in to_svg(question.widget.state["snapshot"])


def test_a_question_of_a_lesson_has_a_namespace_and_numbers_of_its_own(torch):
    question = Question("q1", "torch.ones(n)", ("shape",), program="n = random.randint(2, 9)")
    shapes = []
    for seed in range(12):
        n = namespace_of(question, torch, seed)["n"]
        prediction = Prediction(question, namespace_of(question, torch, seed), seed=seed)
        assert prediction.answer((n,)).right
        shapes.append(n)
    assert len(set(shapes)) > 1
