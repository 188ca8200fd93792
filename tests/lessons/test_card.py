"""The card: well-formed, escaped, and saying the same in HTML and in plain text."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from minitorch_lessons import card
from minitorch_lessons.student import Outcome, OwnLine

NASTY = "<script>alert('x')</script> & \"quoted\" ]]> </section>"
HINTS = ("Look at `w`.", "Look closer.", "Look again.")


def report(*outcomes, hints=HINTS, **options):
    return card.Report("q1", "Title", "write", outcomes, hints, **options)


PASS = Outcome("a", "it holds", "pass", "Because.")
FAIL = Outcome("b", "it fails", "fail", "You did `this`.", got="1", want="2")
ERROR = Outcome("c", "it raises", "error", "Why.", raised="E: x", line=OwnLine("cell In[4], line 2", "x[9]"))
SLOW = Outcome("d", "it ends", "too slow", "Not finished.", printed="here")
UNBEGUN = Outcome("e", "first", "not started", "`f` is still to be written.")


def visible(html):
    """The text a reader gets, the style left out."""
    tree = ElementTree.fromstring(html)
    for style in tree.findall(".//style"):
        style.text = ""
    return " ".join("".join(tree.itertext()).split())


def test_the_html_is_well_formed_and_escaped():
    fields = ["sentence", "got", "want", "raised", "printed"]
    outcome = Outcome(NASTY, NASTY, "error", line=OwnLine(NASTY, NASTY), **dict.fromkeys(fields, NASTY))
    for html in (
        card.html(report(outcome, PASS, hints=(NASTY, NASTY))),
        card.note_html(NASTY, [NASTY]),
    ):
        ElementTree.fromstring(html)
        assert "<script" not in html


@pytest.mark.parametrize("outcome", [PASS, FAIL, ERROR, SLOW, UNBEGUN])
def test_html_and_text_say_the_same(outcome):
    made = report(outcome, PASS, FAIL)
    html, text = visible(card.html(made)), card.text(made)
    said = [
        outcome.title,
        outcome.sentence,
        outcome.got,
        outcome.want,
        outcome.raised,
        outcome.printed,
        HINTS[0],
    ]
    for sentence in (s for s in said if s):
        assert sentence.replace("`", "") in html.replace("`", "")
        assert sentence in text


@pytest.mark.parametrize("outcome", [PASS, FAIL, ERROR, SLOW, UNBEGUN])
def test_a_status_is_a_word_and_a_symbol_beside_its_colour(outcome):
    html = card.html(report(outcome))
    assert f"{card.SYMBOLS[outcome.status]} </span>{outcome.status}</span>" in html
    assert len(set(card.SYMBOLS.values())) == len(card.SYMBOLS)


def test_each_hint_is_inside_the_one_before_and_opens_by_keyboard():
    tree = ElementTree.fromstring(card.html(report(FAIL)))
    outer = tree.find(".//div[@class='mt-hints']/details")
    assert outer.find("summary").text == "Hint 2 of 3" and outer.get("open") is None
    assert outer.find("details/summary").text == "Hint 3 of 3"


def test_the_text_shows_as_many_hints_as_there_were_calls():
    assert [hint in card.text(report(FAIL, hints_shown=2)) for hint in HINTS] == [True, True, False]
    assert "Check again" in card.text(report(FAIL, hints_shown=2))
    assert "Check again" not in card.text(report(FAIL, hints_shown=7))


def test_a_passed_exercise_has_no_hints():
    made = report(PASS)
    assert "Hint" not in card.html(made) and "Hint" not in card.text(made)


def test_the_whole_is_said_in_a_few_words():
    assert report(PASS, PASS).status == "all 2 claims hold"
    assert report(PASS, FAIL).status == "1 of 2 claims hold"
    assert report(UNBEGUN, UNBEGUN).status == "not started"
    assert (report(PASS).status, report(FAIL).status) == ("right", "not right yet")


def test_what_every_row_would_repeat_is_said_once():
    made = report(UNBEGUN, UNBEGUN, UNBEGUN)
    assert visible(card.html(made)).count("still to be written") == 1
    assert card.text(made).count("still to be written") == 1


def test_two_cards_in_a_notebook_share_no_id():
    ids = re.findall(r' id="([^"]+)"', card.html(report(PASS)) + card.html(report(PASS)))
    assert len(ids) == len(set(ids)) == 2


def test_no_address_outside_the_page_is_asked_for():
    assert not re.search(r"https?:|url\(|@import|src=", card.html(report(FAIL, ERROR)))
