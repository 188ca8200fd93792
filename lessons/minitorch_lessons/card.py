"""The card that a check shows: the same sentences as HTML and as plain text."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from minitorch_lessons.student import Outcome, Status

# a symbol and a word for each status: the colour only repeats them
SYMBOLS: dict[Status, str] = {
    "pass": "✓",
    "fail": "✗",
    "error": "!",
    "too slow": "…",
    "not started": "○",
    "interrupted": "–",
}

WORDS = (*SYMBOLS, "raised", "got", "want", "printed", "right", "fill in", "write", "investigate")
"""What a card says in single words; sentences stand where they are said."""

STYLE = Path(__file__).with_name("card.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Report:
    """All a card says. `hints_shown` counts in the plain text only: in HTML the reader opens the next one.

    It is told in English; `say` says each sentence in the reader's language.
    """

    name: str
    title: str
    level: str
    outcomes: tuple[Outcome, ...]
    hints: tuple[str, ...] = ()
    hints_shown: int = 1
    say: Callable[[str], str] = str

    @property
    def status(self) -> str:
        """The whole in a few words."""
        held = sum(outcome.status == "pass" for outcome in self.outcomes)
        total = len(self.outcomes)
        if not held and any(outcome.status == "not started" for outcome in self.outcomes):
            return "not started"
        if total == 1:
            return "right" if held else "not right yet"
        return f"all {total} claims hold" if held == total else f"{held} of {total} claims hold"

    @property
    def passed(self) -> bool:
        return all(outcome.status == "pass" for outcome in self.outcomes)

    @property
    def said_by_all(self) -> str:
        """The sentence that every row would repeat, if there is one: it is said once instead."""
        said = {outcome.sentence for outcome in self.outcomes}
        return said.pop() if len(said) == 1 and len(self.outcomes) > 1 else ""

    @property
    def heading(self) -> str:
        level = f" ({self.say(self.level)})" if self.level else ""
        return f"{self.name} · {self.say(self.title)}{level}"


# HTML ------------------------------------------------------------------------


def html(report: Report) -> str:
    head = f'<span>{escape(report.heading)}</span><span class="mt-count">{escape(report.say(report.status))}</span>'
    once = report.said_by_all
    remark = f'<p class="mt-once">{_marked(report.say(once))}</p>' if once else ""
    rows = "".join(_row(outcome, bool(once), report.say) for outcome in report.outcomes)
    return _frame(head, f"{remark}<ul>{rows}</ul>{'' if report.passed else _hints(report.hints, report.say)}")


def note_html(heading: str, sentences: Iterable[str]) -> str:
    """A card with no claims: what went wrong before there was anything to check."""
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return _frame(f"<span>{escape(heading)}</span>", f'<div class="mt-note">{said}</div>')


def _frame(head: str, body: str) -> str:
    name = f"mt-{uuid.uuid4().hex[:8]}"  # a notebook holds many cards
    return (
        f'<section class="mt-check" aria-labelledby="{name}"><style>{STYLE}</style>'
        f'<p class="mt-head" id="{name}" role="heading" aria-level="4">{head}</p>{body}</section>'
    )


def _row(outcome: Outcome, said: bool, say: Callable[[str], str]) -> str:
    kind = outcome.status.replace(" ", "-")
    symbol = f'<span aria-hidden="true">{SYMBOLS[outcome.status]} </span>'
    badge = f'<span class="mt-badge mt-{kind}">{symbol}{escape(say(outcome.status))}</span>'
    parts = [f"<p>{_marked(say(outcome.title))}</p>"]
    if outcome.sentence and not said:
        parts.append(f'<p class="mt-why">{_marked(say(outcome.sentence))}</p>')
    for word, value in _values(outcome):
        parts.append(f'<p class="mt-why"><strong>{escape(say(word))}</strong> <code>{escape(value)}</code></p>')
    if outcome.line:
        parts.append(f'<p class="mt-why">{escape(say(outcome.line.where))}:</p>')
        parts.append(f"<pre>{escape(outcome.line.text)}</pre>")
    if outcome.printed:
        printed = f"<pre>{escape(outcome.printed)}</pre>"
        parts.append(f"<details><summary>{escape(say('What your code printed'))}</summary>{printed}</details>")
    return f"<li>{badge}<div>{''.join(parts)}</div></li>"


def _values(outcome: Outcome) -> list[tuple[str, str]]:
    pairs = (("raised", outcome.raised), ("got", outcome.got), ("want", outcome.want))
    return [(word, said) for word, said in pairs if said]


def _hints(hints: tuple[str, ...], say: Callable[[str], str]) -> str:
    """The first hint, and each next one behind the one before it."""
    if not hints:
        return ""
    nested = ""
    total = len(hints)
    for number, hint in reversed(list(enumerate(hints[1:], 2))):
        label = escape(say(f"Hint {number} of {total}"))
        nested = f"<details><summary>{label}</summary><p>{_marked(say(hint))}</p>{nested}</details>"
    label = escape(say(f"Hint 1 of {total}"))
    first = f"<p><strong>{label}.</strong> {_marked(say(hints[0]))}</p>"
    return f'<div class="mt-hints">{first}{nested}</div>'


def _marked(sentence: str) -> str:
    """Escaped text whose `backticks` become code."""
    parts = escape(sentence).split("`")
    if len(parts) % 2 == 0:  # an odd backtick is just a backtick
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))


# Plain text ------------------------------------------------------------------


def text(report: Report) -> str:
    once, say = report.said_by_all, report.say
    lines = [f"{report.heading}: {say(report.status)}"]
    lines += [f"  {say(once)}"] if once else []
    for outcome in report.outcomes:
        lines.append(f"  {SYMBOLS[outcome.status]} {say(outcome.status)}: {say(outcome.title)}")
        if outcome.sentence and not once:
            lines.append(f"      {say(outcome.sentence)}")
        lines += [f"      {say(word)}: {value}" for word, value in _values(outcome)]
        if outcome.line:
            lines.append(f"      {say(outcome.line.where)}: {outcome.line.text}")
        if outcome.printed:
            lines.append(f"      {say('printed')}: {outcome.printed.rstrip()}")
    if not report.passed:
        lines += _hint_lines(report)
    return "\n".join(lines)


def _hint_lines(report: Report) -> list[str]:
    total, say = len(report.hints), report.say
    shown = min(report.hints_shown, total)
    lines = [
        f"  {say(f'Hint {number} of {total}')}. {say(hint)}" for number, hint in enumerate(report.hints[:shown], 1)
    ]
    if shown < total:
        lines.append(f"  {say('Check again for the next hint.')}")
    return lines


def note_text(heading: str, sentences: Iterable[str]) -> str:
    return "\n".join([heading, *(f"  {sentence}" for sentence in sentences)])
