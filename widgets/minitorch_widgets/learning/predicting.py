"""Predicting: a question is put, an answer is committed, and only then the code runs and the truth is shown.

Note [Commit before reveal]
What is asked about is not computed before every answer is in, and nothing of a tensor that exists already is sent to
the view: there is nothing to peek at. A second answer to the same question is refused; asking again counts attempts.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Mapping
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import is_array, is_tensor
from minitorch_widgets.learning.chips import CHIPS, RAISES, facts_of, right, told, truth
from minitorch_widgets.learning.journal import Journal, journal
from minitorch_widgets.learning.misconceptions import diagnosed, general
from minitorch_widgets.learning.running import (
    Question,
    check,
    is_expression,
    namespace_of,
    operands,
    run,
    setting,
)
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.session.caller import reference
from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.words import join

Told = dict[str, Any]
BEFORE = ("predict",)
AFTER = ("predict", "graph", "lanes", "pane", "chain")


class Verdict(NamedTuple):
    """What became of one answer."""

    ask: str
    answer: Any
    truth: Any
    right: bool
    misconception: str
    """Its name, or "" where the answer was right or has no name."""
    sentence: str

    def __str__(self) -> str:
        label = "" if self.ask == RAISES else f"{CHIPS[self.ask].label} "
        given, want = told(self.ask, self.answer), told(self.ask, self.truth)
        if self.right:
            return f"{label}{given}: right."
        text = f"{label}{given}: no, {want if want.startswith('it ') else f'it is {want}'}."
        return f"{text} {self.sentence}".strip()


def judged(ask: str, answer: Any, facts: Mapping[str, Any]) -> Verdict:
    """The verdict on a parsed answer, from the facts alone: a grader comes to the same one."""
    want = truth(ask, facts)
    if right(ask, answer, want):
        return Verdict(ask, answer, want, True, "", "")
    found = diagnosed(ask, facts, answer, want)
    if found is None:
        return Verdict(ask, answer, want, False, "", general(ask, facts))
    return Verdict(ask, answer, want, False, found.name, found.sentence)


class Prediction:
    """A question that is put. In a notebook it is a widget; elsewhere `answer(...)` commits and returns verdicts."""

    def __init__(
        self, question: Question, namespace: Mapping[str, Any], *, seed: int = 0, log: Journal | None = None
    ) -> None:
        self.question = check(question)
        self.seed = seed
        self.verdicts: dict[str, Verdict] = {}
        self.note = ""
        self._answers: dict[str, Any] = {}
        self._log = log
        self._space = _Space(namespace)
        self._setting = self._seen()
        self._revealed: dict[str, Any] = {}
        self.inspector = Inspector(self._named, views=BEFORE)
        _open[self.inspector.memory] = weakref.ref(self)
        self._widget: Any = None
        self._write("asked", ask=list(question.asks), shown=self._shown())
        self.inspector.refresh(f"predict({question.code.strip().splitlines()[-1] if question.code.strip() else ''})")

    @property
    def done(self) -> bool:
        """Whether the answers are committed and the truth is shown."""
        return bool(self.verdicts)

    def answer(self, *answers: Any, **named: Any) -> Verdict | dict[str, Verdict]:
        """Commit answers: in the order of what is asked, or by name (`shape=(2, 3)`; blanks are `_`).

        The verdict, or with several questions a verdict each. With answers missing nothing is revealed yet.
        """
        asks = self.question.asks
        if len(answers) > len(asks):
            raise ValueError(f"{len(answers)} answers to what was asked: {join(list(asks))}")
        given = dict(zip(asks, answers, strict=False))
        given.update({key.replace("_", " ") if key not in CHIPS else key: value for key, value in named.items()})
        self.commit(given)
        return self.verdicts[asks[0]] if len(asks) == 1 else dict(self.verdicts)

    def commit(self, given: Mapping[str, Any]) -> None:
        """Take these answers; with the last of them the code runs."""
        if self.done:
            raise ValueError("this question is answered: its answer is known. Ask again for another attempt")
        parsed = {}
        for ask, answer in given.items():
            if ask not in self.question.asks:
                raise ValueError(f"{ask!r} was not asked; what was: {join(list(self.question.asks))}")
            says_raises = isinstance(answer, str) and answer.strip().lower() in (RAISES, "it raises")
            parsed[ask] = RAISES if says_raises and ask != RAISES else CHIPS[ask].parse(answer)
        self._answers.update(parsed)
        if all(ask in self._answers for ask in self.question.asks):
            self._reveal()

    def _reveal(self) -> None:
        now = self._seen()
        if now != self._setting:
            self.note = "The variables have changed since this was asked: it is judged by what they are now."
        result, facts = run(self.question, self._space.open())
        for ask in self.question.asks:
            self.verdicts[ask] = judged(ask, self._answers[ask], facts)
        self._error = facts["error"]
        name = self.question.of if self.question.of.isidentifier() else "result"
        held = operands(self.question, self._space.open())
        if (is_tensor(result) or is_array(result)) and not any(value is result for value in held.values()):
            held[name] = result
        self._revealed = {key: reference(value) for key, value in held.items()}
        self._result = result if not self._space.lasting(result) else None  # nobody else holds an expression's result
        self._record()
        self.inspector.show_sections(AFTER)
        self.inspector.refresh()

    # The log ----------------------------------------------------------------------------------------------------

    def _write(self, event: str, **facts: Any) -> None:
        (self._log or journal()).write(event, question=self.question.id, seed=self.seed, **facts)

    def _record(self) -> None:
        log = self._log or journal()
        for ask, verdict in self.verdicts.items():
            self._write(
                "answered",
                ask=ask,
                attempt=log.attempt(self.question.id, ask),
                answer=verdict.answer,
                right=verdict.right,
                misconception=verdict.misconception,
                truth=verdict.truth,
            )

    def _shown(self) -> Told:
        return {"code": self.question.code, "of": self.question.of, "setting": self._setting}

    # What the view gets -----------------------------------------------------------------------------------------

    def _named(self) -> dict[str, object]:
        return {name: value for name, kept in self._revealed.items() if (value := kept()) is not None}

    def _seen(self) -> list[Told]:
        held = operands(self.question, self._space.open())
        whole = self.question.of or self.question.code.strip()
        return setting({name: facts_of(value) for name, value in held.items()}, self.question.asks, whole)

    def told(self) -> Told:
        """The question as it travels; the truth only once the answers are committed."""
        question = self.question
        verdicts = [
            {**each._asdict(), "said": told(each.ask, each.answer), "is": told(each.ask, each.truth)}
            for each in self.verdicts.values()
        ]
        return {
            "id": question.id,
            "code": question.code,
            "program": question.program,
            "setting": self._setting,
            "asks": [self._asked(ask) for ask in question.asks],
            "verdicts": verdicts or None,
            "error": self._error if self.done else None,
            "note": self.note,
            "sentence": self.sentence,
        }

    def _asked(self, ask: str) -> Told:
        chip = CHIPS[ask]
        choices = list(self.question.choices) if self.question.choices and len(self.question.asks) == 1 else []
        return {
            "ask": ask,
            "label": chip.label,
            "question": self._in_words(ask),
            "choices": [each if isinstance(each, str) else told(ask, each) for each in choices] or list(chip.choices),
            "example": chip.example,
        }

    def _in_words(self, ask: str) -> str:
        lines = [line.strip() for line in self.question.code.splitlines() if line.strip()]
        it = self.question.of or self.question.code.strip()
        text = CHIPS[ask].question.format(it=it, other=self.question.shares)
        if ask == RAISES:
            text = f"Does {lines[-1] if lines else 'it'} raise?"
        return text

    @property
    def sentence(self) -> str:
        """The question, or what became of the answers."""
        if not self.done:
            asked = " ".join(self._in_words(ask) for ask in self.question.asks)
            lines = "; ".join(line.strip() for line in self.question.code.splitlines() if line.strip())
            return asked if is_expression(self.question.code) else f"After {lines}: {asked}"
        return " ".join([*(str(each) for each in self.verdicts.values()), *([self.note] if self.note else [])])

    @property
    def widget(self) -> Any:
        """The question in a cell's output."""
        from minitorch_widgets.session.widget import InspectorWidget

        if self._widget is None:
            self._widget = InspectorWidget(self.inspector)
            self._widget.prediction = self  # as long as it is on a page it can be answered
        return self._widget

    def _ipython_display_(self) -> None:
        self.widget._ipython_display_()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.widget._repr_mimebundle_(**kwargs)

    def __repr__(self) -> str:
        return self.sentence


class _Space:
    """The student's names, kept so that no tensor among them lives longer for it."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._lasting = namespace
        self._loose = {}
        self._bound: dict[str, Any] = {}
        if not isinstance(namespace, dict):  # a frame's locals, which are a copy
            held = dict(find(namespace, []))
            self._loose = {name: reference(value) for name, value in held.items()}
            self._bound = {name: value for name, value in namespace.items() if name not in held}
            self._lasting = self._bound

    def open(self) -> dict[str, Any]:
        """Where the code is to run: the student's own module, or names that are there still."""
        if isinstance(self._lasting, dict) and self._lasting is not self._bound:
            return self._lasting
        alive = {name: value for name, kept in self._loose.items() if (value := kept()) is not None}
        return {**self._bound, **alive}

    def lasting(self, value: Any) -> bool:
        return any(each is value for each in self.open().values())


_open: weakref.WeakKeyDictionary[Memory, weakref.ref[Prediction]] = weakref.WeakKeyDictionary()


def prediction_of(inspector: Inspector) -> Prediction | None:
    """The question that this inspector's picture is about."""
    held = _open.get(inspector.memory)
    return None if held is None else held()


@features.part("predict")
def _part(taken: features.Taken) -> Told | None:
    held = _open.get(taken.memory)
    prediction = None if held is None else held()
    return None if prediction is None else prediction.told()


@features.answers("predict")
def _answer(inspector: Inspector, message: Told) -> Told:
    """A view commits its answers."""
    prediction = prediction_of(inspector)
    if prediction is None:
        raise LookupError("That question is not open any more: run its cell again.")
    try:
        prediction.commit(dict(message.get("answers") or {}))
    except ValueError as error:
        raise LookupError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    return prediction.told()


@features.draws("predict")
def _drawn(told: Mapping[str, Any], width: float) -> features.Drawn:
    """The question, with its answers where they are committed."""
    from minitorch_widgets.drawing.svg import escape, lines_of

    rows = [("name", line) for line in told["code"].splitlines()]
    for each in told["setting"]:
        chips = ", ".join(f"{key} {value}" for key, value in each["chips"].items())
        rows.append(("dim", f"{each['name']}: {chips}"))
    for each in told["asks"]:
        rows += [("head", line) for line in lines_of(each["question"], width)]
    for each in told["verdicts"] or ():
        verdict = Verdict(*(each[field] for field in Verdict._fields))
        cls = "goodtext" if each["right"] else "bad"
        rows += [(cls, ("✓ " if each["right"] else "✗ ") + line) for line in lines_of(str(verdict), width)]
    placed = [(14 + 19 * row, *each) for row, each in enumerate(rows)]
    parts = [f'<text class="{cls}" x="0" y="{y}">{escape(text)}</text>' for y, cls, text in placed]
    return features.Drawn(parts, max(len(text) for _, text in rows) * 8.2, 19.0 * len(rows) + 6)


# From a call ----------------------------------------------------------------------------------------------------


def predict_from(
    frame: Any, what: Any, asks: tuple[str, ...], of: str, shares: Any, id: str, choices: tuple[Any, ...], seed: int
) -> Prediction:
    """The prediction of a call in this frame: of a question, of code, or of a tensor that is there already."""
    space = frame.f_globals if frame.f_locals is frame.f_globals else None
    names = space if space is not None else _Locals({**frame.f_globals, **frame.f_locals})
    if isinstance(what, Question):
        torch = names.get("torch") or _engine()
        return Prediction(what, namespace_of(what, torch, seed), seed=seed)
    if not isinstance(what, str):
        what = _name_of(what, names)
    if shares is not None and not isinstance(shares, str):
        shares = _name_of(shares, names)
    code = what.strip("\n")
    asked = asks or (("shape", "dtype") if is_expression(code) or of else ())
    number = id or hashlib.sha256("|".join([code, of, shares or "", *asked]).encode()).hexdigest()[:12]
    return Prediction(Question(number, code, asked, "", of, shares or "", choices), names, seed=seed)


class _Locals(Mapping[str, Any]):
    """A function's names, as a mapping that is no module's own."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def __iter__(self) -> Any:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _name_of(value: Any, names: Mapping[str, Any]) -> str:
    found = next((name for name, each in find(names, []) if each is value), None)
    if found is None:
        raise ValueError("what is asked about needs a name: write it as code, predict('x * 2'), or give it one")
    return found


def _engine() -> Any:
    import minitorch_edu

    return minitorch_edu
