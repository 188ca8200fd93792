"""A figure is shown once, with the words that say what it shows."""

import doctest

import matplotlib.pyplot as plt
import pytest
from minitorch_lessons import described, figures


def test_a_figure_is_an_image_with_alternative_text():
    figure, axes = plt.subplots()
    axes.plot([3, 1, 0.5])
    html = described(figure, 'The loss falls\n from 3 to "0.5".')._repr_html_()
    assert 'alt="The loss falls from 3 to &quot;0.5&quot;."' in html
    assert 'src="data:image/png;base64,iVBOR' in html


def test_a_figure_that_is_shown_is_not_shown_again_by_pyplot():
    figure, _ = plt.subplots()
    described(figure, "Empty axes, from 0 to 1 both ways.")
    assert figure.number not in plt.get_fignums()


def test_without_a_browser_the_words_stand_for_the_figure():
    figure, _ = plt.subplots()
    assert repr(described(figure, "Empty axes.")) == "[Figure: Empty axes.]"


@pytest.mark.parametrize("words", ["", "  ", None])
def test_a_figure_without_words_is_refused(words):
    figure, _ = plt.subplots()
    with pytest.raises(ValueError, match="a sentence that says what the figure shows"):
        described(figure, words)
    plt.close(figure)


def test_the_example_runs():
    assert doctest.testmod(figures).failed == 0
