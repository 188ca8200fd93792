"""The table of derivatives: every card is in it, and nothing but the cards is needed to make it."""

from __future__ import annotations

import html.parser
import subprocess
import sys

import pytest
from minitorch_lessons.cli import main as command_line

from minitorch_edu.ops import registry
from minitorch_edu.ops.__main__ import main
from minitorch_edu.ops.derivatives import as_card, as_page, as_text, rows
from minitorch_edu.ops.op import Card

FOUND = rows()
BY_NAME = {row.name: row for row in FOUND}


class WellFormed(html.parser.HTMLParser):
    """Every element that is opened is closed, in order; `ids` are those of the articles."""

    EMPTY = {"meta", "input"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.articles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)
        if tag == "article":
            self.articles.append(dict(attrs)["id"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_card_of_the_engine_is_in_the_table() -> None:
    ours = {card.name for card in registry.cards.values() if card.is_ours}
    assert set(BY_NAME) == ours
    assert len(FOUND) > 300


@pytest.mark.parametrize("row", FOUND, ids=BY_NAME)
def test_a_row_says_what_its_card_says(row) -> None:
    card = registry.cards[row.name]
    assert row.summary and row.family
    assert [rule[0] for rule in row.rules] == list(card.formulas)
    assert all(code for _, _, code in row.rules)


def test_a_page_is_well_formed_and_complete() -> None:
    page = WellFormed()
    page.feed(as_page(FOUND))
    assert page.open == []
    assert page.articles == [row.name for row in FOUND]


def test_an_op_that_is_declared_appears_by_itself() -> None:
    class tripled:
        r"""Three times as much: $z = 3 x$.

        >>> tripled(torch.ones(1))
        tensor([3.])
        """

        domain = "for every $x$"

        def forward(xp, input):
            return input * 3

        def grad_input(grad):
            r"$\partial z / \partial x = 3$"
            return grad * 3

    tripled.__module__ = "minitorch_edu.ops.tripled"
    registry.cards["tripled"] = Card(tripled, None)
    try:
        (row,) = [row for row in rows() if row.name == "tripled"]
    finally:
        del registry.cards["tripled"]
    assert (row.summary, row.formula, row.node) == ("Three times as much.", "z = 3 x", "TripledBackward0")
    assert "d input = grad * 3" in as_text([row])
    assert "holds: for every $x$" in as_card(row) and ">>> tripled(torch.ones(1))" in as_card(row)
    assert "<math" in as_page([row])


def test_the_command_shows_the_cards_behind_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sum"]) == 0
    shown = capsys.readouterr().out
    assert "sum_all   SumBackward0" in shown and "sum_dim   SumBackward1" in shown


def test_the_command_knows_names_that_are_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["ops", "sigmiod"]) == 2
    assert "there is no op 'sigmiod'; there is sigmoid" in capsys.readouterr().err


def test_the_command_writes_a_page(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["ops", "--html", str(tmp_path / "page.html"), "mul"]) == 0
    assert "MulBackward0" in (tmp_path / "page.html").read_text("utf-8")
    assert command_line(["ops", "--html", str(tmp_path / "no" / "page.html")]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_a_reader_may_stop_reading() -> None:
    table = subprocess.Popen(
        [sys.executable, "-m", "minitorch_edu.ops"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert table.stdout and table.stderr
    table.stdout.readline()
    table.stdout.close()
    assert b"Traceback" not in table.stderr.read()
    table.wait()
