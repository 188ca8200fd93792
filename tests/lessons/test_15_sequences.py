"""Lesson 15 says what is so: what its cells print, and the numbers in its prose."""

import math
import re

import pytest

from tests.lessons.course import ENGINES, LessonTests, solved_in_here


class TestLesson(LessonTests):
    name = "15_sequences"


def test_the_text_is_as_long_as_the_lesson_says(lesson, solved):
    text = (lesson.folder / "rhymes.txt").read_text(encoding="utf-8")
    assert 4000 < len(text) < 8000 and len(set(text)) == 34
    assert "4367 tokens, 34 different ones" in solved["ten-lines"]
    assert round(len(text) / 437, 1) == 10.0  # the last tenth
    assert round(math.log(34), 2) == 3.53


def test_a_row_that_is_read_twice_has_twice_the_gradient(solved):
    assert solved["lookup"].splitlines() == [
        "g tensor([1., 1., 1., 1.])",
        "o tensor([2., 2., 2., 2.])",
        "s tensor([1., 1., 1., 1.])",
        "e tensor([1., 1., 1., 1.])",
        "a tensor([0., 0., 0., 0.])",
    ]
    assert solved["one-hot"].split() == ["True", "True"]


def test_attention_by_hand_is_pytorchs_and_does_not_know_the_order(solved):
    assert "tensor([[1.0000, 0.0000, 0.0000, 0.0000]," in solved["weights"]
    assert solved["weights"].splitlines()[-1] == "True"
    assert solved["order"].split() == ["True"]


def test_without_the_division_wide_vectors_look_at_one_place(solved):
    found = [[float(n) for n in re.findall(r"\d+\.\d+", line)] for line in solved["scale"].splitlines()]
    spread, bare, scaled = zip(*found, strict=True)
    for width, each in zip((4, 64, 1024), spread, strict=True):
        assert 0.6 < each / math.sqrt(width) < 1.5
    assert bare[0] < bare[1] < bare[2] and bare[2] > 0.9
    assert max(scaled) < 0.5


def losses(text):
    return [[float(n) for n in re.findall(r"\d+\.\d+", line)] for line in text.splitlines()]


def test_the_losses_part_ways(solved):
    learned, judged = zip(*losses(solved["training"]), strict=True)
    assert 3.53 < learned[0] < 3.8
    assert list(learned) == sorted(learned, reverse=True)
    turn = judged.index(min(judged))
    assert 0 < turn < len(judged) - 1
    assert judged[-1] > judged[turn] + 0.05 and learned[-1] < judged[-1] - 0.5


def test_the_weights_of_attention_look_at_no_later_letter(solved):
    assert "rows add up to 1: True" in solved["attention"]
    assert "nobody looks ahead: True" in solved["attention"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_colleagues_targets_are_the_inputs(engine):
    inputs, targets = solved_in_here("15_sequences", engine)["batch_at"](list(range(20)), 3, 4)
    assert inputs == targets == [3, 4, 5, 6]
