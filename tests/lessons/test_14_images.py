"""Lesson 14 says what is so: what its cells print, and the numbers in its prose."""

import pytest

from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "14_images"


def rows(text):
    return [[float(number) for number in line.strip("tensor([]), ").split(",")] for line in text.splitlines()]


def test_the_kernel_sees_edges_of_its_own_direction(solved):
    assert rows(solved["ten-lines"]) == [[0, 0, 3, 3, 0, 0]] * 4
    turned = rows(solved["turned"])
    assert turned[:6] == [[0] * 4] * 6
    assert turned[6:] == [[0] * 4] * 2 + [[3] * 4] * 2 + [[0] * 4] * 2


def test_the_windows_are_a_view_and_the_rows_are_a_copy(solved):
    assert solved["windows"].splitlines() == [
        "torch.Size([4, 6, 3, 3]) (8, 1, 8, 1)",
        "numbers to read: 216",
        "numbers in memory: 48",
        "same memory: True",
    ]
    assert solved["product"].split() == ["False", "True"]
    assert solved["conv2d"].startswith("torch.Size([1, 9, 24]) True")


def test_the_weights_and_the_sizes_are_those_of_the_prose(solved):
    assert solved["channels"].splitlines()[:2] == ["torch.Size([5, 3, 3, 3]) 135", "torch.Size([5])"]
    assert solved["sizes"].split("\n")[2:4] == ["padding 1, stride 1: (8, 8)", "padding 1, stride 2: (4, 4)"]
    counts = rows(solved["counts"])
    assert counts[0][0] == 1 and counts[2][2] == 9 == max(map(max, counts))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_formula_counts_the_places(engine):
    torch = pytest.importorskip(engine)
    for n in range(3, 9):
        for k in range(1, 4):
            for p in range(2):
                for s in range(1, 4):
                    got = torch.nn.functional.conv2d(
                        torch.zeros(1, 1, n, n), torch.zeros(1, 1, k, k), padding=p, stride=s
                    )
                    assert got.shape[2] == (n + 2 * p - k) // s + 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_linear_layer_for_photographs_would_have_900_million_weights(engine):
    torch = pytest.importorskip(engine)
    small = torch.nn.Linear(3 * 2 * 2, 3 * 2 * 2, bias=False)
    assert small.weight.numel() == (3 * 2 * 2) ** 2
    assert (3 * 100 * 100, (3 * 100 * 100) ** 2) == (30_000, 900_000_000)


def test_the_description_of_the_digits_says_who_wrote_them():
    from sklearn.datasets import load_digits

    digits = load_digits()
    assert digits.images.shape == (1797, 8, 8)
    assert "different 13\nto the test set" in digits.DESCR
    assert "This is a copy of the test set" in digits.DESCR


def last_epoch(text):
    words = text.strip().splitlines()[-1].replace(",", "").split()
    return float(words[3]), float(words[6]), int(words[7])


def test_the_model_does_worse_where_the_split_is_not_shuffled(solved):
    loss, judged, right = last_epoch(solved["training"])
    assert loss < judged and right > 560
    loss, judged, fewer = last_epoch(solved["unshuffled"])
    assert loss < judged and fewer < right


def test_pairs_that_come_twice_are_lost_and_then_counted(solved):
    assert rows(solved["lost"]) == [[1, 1], [0, 1]]
    assert rows("\n".join(solved["confusion"].splitlines()[:2])) == [[2, 1], [0, 1]]
    assert solved["confusion"].splitlines()[-1] == f"right: {last_epoch(solved['training'])[2]} of 597"
    assert "most frequent mistake, 4 times: 8 taken for 1" in solved["worst"]


def test_the_orange_picture_comes_out_grey(solved):
    assert "tensor([[0.5000, 0.4706, 0.4412]])" in solved["suspicious"]


@pytest.mark.parametrize("engine", ENGINES)
def test_pictures_can_lie_with_their_channels_last(engine):
    torch = pytest.importorskip(engine)
    pictures = torch.zeros(2, 3, 4, 5)
    other = pictures.contiguous(memory_format=torch.channels_last)
    assert other.shape == pictures.shape and other.stride() == (60, 1, 15, 3)
