"""words.py and numbers.py: sentences that a student, and a screen reader, can do something with."""

import pytest
from minitorch_widgets import words
from minitorch_widgets.backward.numbers import put_in
from minitorch_widgets.picture.snapshot import snapshot


def value(*data, shape=None):
    shape = [len(data)] if shape is None else list(shape)
    return {"shape": shape, "data": list(data), "truncated": False, "min": min(data), "max": max(data)}


@pytest.mark.host
def test_the_picture_in_words(torch):
    x = torch.ones(3, requires_grad=True)
    n = x.detach().numpy()
    loss = (x * 2.0).sum()
    text = snapshot({"x": x, "n": n, "loss": loss}, title="after cell [4]")["text"]
    assert text == (
        "After cell [4]: 2 tensors and 1 NumPy array. x is a (3,) tensor of float32, a leaf that requires grad. "
        "n is a (3,) array of float32. loss is a () tensor of float32, computed with a record of how. "
        "The backward graph has 2 operations and ends at x. loss comes from sum of mul. "
        "x and n share storage A (12 bytes on cpu)."
    )


def test_an_empty_notebook_in_words():
    assert snapshot({})["text"] == "There are no tensors and no arrays yet. No backward graph."


def test_values_are_told_as_short_as_they_can_be():
    assert words.value_text(value(2.0, shape=[])) == "2"
    assert words.value_text(value(1.0, 0.333333333)) == "[1, 0.3333]"
    assert words.value_text(value(1.0, 2.0, 3.0, 4.0, shape=[2, 2])) == "[[1, 2], [3, 4]]"
    assert words.value_text(value(*map(float, range(50)))) == "a (50,) tensor from 0 to 49"
    assert words.value_text(None) == "no gradient"


@pytest.mark.parametrize(
    "code, told",
    [
        ("grad * other", "[1, 2] * 3 = 6"),
        ("-grad / other ** 2", "-[1, 2] / 3 ** 2 = 6"),
        ("where(grad > 0, grad, other)", "where([1, 2] > 0, [1, 2], 3) = 6"),
        ("grad.mT @ other", "[1, 2].mT @ 3 = 6"),
        ("grad.sum(dim)", "[1, 2].sum(dim) = 6"),
    ],
)
def test_numbers_are_put_into_the_code_of_a_rule(code, told):
    found = put_in(code, {"grad": value(1.0, 2.0), "other": value(3.0, shape=[])}, value(6.0, shape=[]))
    assert found["numbers_text"] == told
    assert found["numbers_mathml"].startswith("<math")


def test_a_rule_that_is_no_expression_falls_back_to_its_code():
    assert put_in("if so: grad", {}, None) == {"numbers_text": "", "numbers_mathml": ""}
    assert put_in("[x for x in grad]", {"grad": value(1.0)}, value(1.0))["numbers_mathml"] == ""


def test_every_card_of_the_engine_has_a_formula_that_can_be_drawn():
    from minitorch_widgets.facts.rules import rule_of

    import minitorch_edu  # noqa: F401
    from minitorch_edu.ops.registry import cards

    told = [rule_of(rule) for card in cards.values() for rule in card.rules]
    assert told and all(each["mathml"].startswith("<math") for each in told)


def test_boxes_are_wide_enough_for_both_lines(torch):
    a_rather_long_name = torch.ones(3, requires_grad=True)
    picture = snapshot({"a_rather_long_name": a_rather_long_name, "y": a_rather_long_name * 2.0})
    assert picture["nodes"][0]["width"] >= len("a_rather_long_name") * words.LETTER_WIDTH


def test_what_a_cell_raised_is_said_first():
    error = {"text": "ValueError: no", "where": "cell [3], line 2", "line": "f(x)", "hint": ""}
    assert words.error_sentence(error) == "The cell raised ValueError: no at cell [3], line 2 (f(x))."
