"""Comparing numbers: each way of being wrong that has a name gets its own sentence."""

import numpy as np
import pytest
from minitorch_lessons.claims import Exercise, Failed, difference, fail, plain, rounded, same

WANT = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
SQUARE = np.array([[1.0, -2.0], [0.5, 4.0]])


@pytest.mark.parametrize(
    ("got", "want", "says"),
    [
        (WANT, WANT, None),
        (WANT.T, WANT, "transposed"),
        (SQUARE.T, SQUARE, "transposed"),
        (2 * WANT, WANT, "twice too big: was a gradient added twice?"),
        (-WANT, WANT, "the wrong sign"),
        (3 * WANT, WANT, "3 times too big"),
        (0 * WANT, WANT, "all zeros"),
        (WANT + 1, WANT, "The numbers differ"),
        (WANT * np.nan, WANT, "nan"),
        (WANT, WANT.sum(0), "not summed over the broadcast axes"),
        (WANT[0], WANT, "The shape is (3,), and it should be (2, 3)"),
    ],
)
def test_a_difference_is_named(got, want, says):
    said = difference(got, want)
    assert said is None if says is None else says in said


def test_no_two_misconceptions_share_a_sentence():
    sentences = [difference(got, WANT) for got in (WANT.T, 2 * WANT, -WANT, 3 * WANT, 0 * WANT, WANT + 1)]
    assert len(set(sentences)) == len(sentences)


def test_plain_takes_numbers_lists_and_tensors():
    torch = pytest.importorskip("torch")
    assert plain(3).shape == ()
    assert plain([1, 2]).tolist() == [1.0, 2.0]
    assert same(torch.tensor([1.0, 2.0], requires_grad=True), [1, 2])
    assert rounded([1 / 3]) == [0.3333]


def test_fail_carries_what_was_got_also_when_that_is_none():
    with pytest.raises(Failed) as caught:
        fail("No.", got=None)
    assert caught.value.got is None and caught.value.want is not None


def test_an_exercise_keeps_its_claims_in_their_order():
    exercise = Exercise("q1")

    @exercise.claim("first")
    def one(student):
        return None

    @exercise.claim("second", seconds=1)
    def two(student):
        return None

    assert [claim.name for claim in exercise.claims] == ["one", "two"]
    assert exercise.claims[1].seconds == 1
