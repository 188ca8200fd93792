"""Rechecking: whether the answers of a journal were right, believing nothing that stands in it but the answers.

The questions come from the lesson, and so does the seed of each student: their programs are run again in the grader's
own process, and the answers are compared there. Nothing out of a journal is ever run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from minitorch_widgets.learning.chips import CHIPS, MOST_VALUES, RAISES
from minitorch_widgets.learning.journal import read_log
from minitorch_widgets.learning.predicting import Verdict, judged
from minitorch_widgets.learning.running import Question, check, namespace_of, run


class Checked(NamedTuple):
    """What a grader finds about one answer."""

    question: str
    ask: str
    attempt: int
    """Counted here, over the whole journal: 1 is the first answer, which was given without knowing the truth."""
    right: bool
    misconception: str
    claimed: bool
    """What the student's own process had written."""
    intact: bool
    """Whether the line stands where it was written."""
    problem: str
    """Why it could not be judged; it is not right then."""


def recheck(
    log: Any, questions: Iterable[Question], torch: Any, *, seed: int | Callable[[str], int] = 0
) -> list[Checked]:
    """Judge every answer of a journal (a path, or the lines of `read_log`) anew.

    `seed` is the student's: a number, or a function of the question's id.

    >>> question = Question("q", "torch.ones(2, n)", ("shape",), program="n = random.randint(3, 9)")
    >>> n = namespace_of(question, torch, 7)["n"]
    >>> lines = [{"event": "answered", "question": "q", "ask": "shape", "answer": [2, n], "right": False}]
    >>> [found.right for found in recheck(lines, [question], torch, seed=7)]
    [True]
    """
    known = {question.id: check(question) for question in questions}
    entries = log if isinstance(log, (list, tuple)) else read_log(log)
    facts: dict[str, Mapping[str, Any]] = {}
    attempts: dict[tuple[str, str], int] = {}
    found = []
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("event") != "answered":
            continue
        id, ask = str(entry.get("question")), str(entry.get("ask"))
        attempts[id, ask] = attempts.get((id, ask), 0) + 1
        verdict, problem = None, ""
        try:
            question = _asked(known, id, ask)
            if id not in facts:
                number = seed(id) if callable(seed) else seed
                facts[id] = run(question, namespace_of(question, torch, number))[1]
            verdict = _judged(ask, entry.get("answer"), facts[id])
        except LookupError as error:
            problem = str(error)
        except Exception as error:
            problem = f"judging it raised {type(error).__name__}"
        found.append(
            Checked(
                id,
                ask,
                attempts[id, ask],
                verdict is not None and verdict.right,
                verdict.misconception if verdict else "",
                entry.get("right") is True,
                entry.get("intact") is not False,
                problem,
            )
        )
    return found


def _asked(known: Mapping[str, Question], id: str, ask: str) -> Question:
    if id not in known:
        raise LookupError("no question of this lesson")
    if ask not in known[id].asks or ask not in CHIPS:
        raise LookupError("the question does not ask this")
    return known[id]


def _judged(ask: str, answer: Any, facts: Mapping[str, Any]) -> Verdict:
    if not _modest(answer):
        raise LookupError("no answer that could be given")
    try:
        parsed = RAISES if answer == RAISES and ask != RAISES else CHIPS[ask].parse(answer)
    except (ValueError, TypeError, OverflowError):
        raise LookupError("no answer that could be given") from None
    return judged(ask, parsed, facts)


def _modest(answer: Any, depth: int = 8) -> bool:
    """Whether this is small and plain, as an answer is."""
    if answer is None or isinstance(answer, (bool, int, float)):
        return not isinstance(answer, int) or abs(answer) < 2**64
    if isinstance(answer, str):
        return len(answer) <= 500
    if isinstance(answer, list):
        return depth > 0 and len(answer) <= MOST_VALUES and all(_modest(each, depth - 1) for each in answer)
    return False
