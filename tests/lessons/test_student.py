"""Running claims on an answer: nothing a student's function does stops the next claim."""

import _thread
import builtins
import sys
import threading

import pytest
from minitorch_lessons.claims import Exercise, fail
from minitorch_lessons.student import RECURSION_LIMIT, Student, examine


def outcomes_of(source, *, seconds=2.0, crash=None, too_slow=""):
    """The outcomes of two claims on a function `f`: one that calls it, and one that must not notice."""
    exercise = Exercise("q")

    @exercise.claim("f gives 1", seconds=seconds, crash=crash, too_slow=too_slow)
    def gives_one(student):
        got = student.call("f")
        if got != 1:
            fail("It is not 1.", got=got, want=1)
        return "It is 1."

    @exercise.claim("the next claim still runs")
    def next_claim(student):
        return None

    namespace = {}
    exec(compile(source, "<cell>", "exec"), namespace)
    first, second = examine(exercise, namespace)
    assert second.status == "pass"
    return first


def test_a_claim_that_holds_says_why():
    outcome = outcomes_of("def f(): return 1")
    assert (outcome.status, outcome.sentence) == ("pass", "It is 1.")


def test_a_claim_that_fails_shows_what_it_got():
    outcome = outcomes_of("def f(): return 2")
    assert (outcome.status, outcome.sentence, outcome.got, outcome.want) == ("fail", "It is not 1.", "2", "1")


@pytest.mark.parametrize("source", ["", "f = ...", "def f():\n    raise NotImplementedError"])
def test_what_is_not_written_yet_is_not_started(source):
    assert outcomes_of(source).status == "not started"


def test_what_is_no_function_is_a_failure():
    outcome = outcomes_of("f = 3")
    assert outcome.status == "fail" and "should be a function" in outcome.sentence


def test_an_exception_is_shown_with_the_students_own_line():
    outcome = outcomes_of("import json\ndef f():\n    return json.loads('{')\n")
    assert outcome.status == "error"
    assert outcome.raised.startswith("JSONDecodeError: ")
    assert outcome.line.where.endswith("line 3")


def test_an_exception_with_a_known_cause_gets_its_diagnosis():
    outcome = outcomes_of("def f(): return ()[0]", crash={IndexError: "It was empty."})
    assert outcome.sentence == "It was empty."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise SystemExit", "asked Python to exit"),
        ("exit()", "asked Python to exit"),
        ("raise KeyboardInterrupt", "raised an exception"),
        ("raise GeneratorExit", "raised an exception"),
        ("return f()", "calls itself too deeply"),
        ("raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()", "raised an exception"),
    ],
)
def test_no_exception_gets_out(body, said):
    outcome = outcomes_of(f"def f(): {body}")
    assert outcome.status == "error" and said in outcome.sentence


@pytest.mark.parametrize(
    "value",
    [
        "type('V', (), {'__repr__': lambda self: 1 / 0})()",
        "type('V', (), {'__eq__': lambda self, other: 1 / 0})()",
        "type('V', (), {'__bool__': lambda self: 1 / 0, '__ne__': lambda self, other: self})()",
        "'<script>' * 100000",
        "type('V', (str,), {'__len__': lambda self: 1 / 0})('x')",
    ],
)
def test_no_value_breaks_the_check(value):
    outcome = outcomes_of(f"def f(): return {value}")
    assert outcome.status in ("fail", "error")
    assert len(outcome.got) <= 200


def test_an_endless_loop_costs_its_seconds_and_no_more():
    outcome = outcomes_of(
        "def f():\n    while True:\n        pass\n", seconds=0.3, too_slow="Round and round."
    )
    assert outcome.status == "too slow"
    assert outcome.sentence == "Not finished after 0.3 seconds. Round and round."
    assert not [thread for thread in threading.enumerate() if thread.name == "check"]


def test_an_endless_repr_costs_no_more_either():
    source = "class V:\n    def __repr__(self):\n        while True:\n            pass\ndef f(): return V()\n"
    assert outcomes_of(source, seconds=0.3).status == "too slow"


def test_an_endless_loop_that_swallows_exceptions_is_left_behind():
    loop = "    while time.time() < end:\n        try:\n            while time.time() < end: pass\n"
    source = f"import time\nend = time.time() + 3\ndef f():\n{loop}        except:\n            pass\n"
    assert outcomes_of(source, seconds=0.3).status == "too slow"


def test_what_is_printed_is_kept_apart_and_short(capsys):
    outcome = outcomes_of("def f():\n    print('here ' * 100000)\n    return 1\n")
    assert outcome.status == "pass"
    assert outcome.printed.startswith("here") and len(outcome.printed) <= 2000
    assert capsys.readouterr().out == ""


def test_shadowed_names_in_the_notebook_do_not_matter():
    source = "len = list = isinstance = print = None\ndef f(): return 1\n"
    assert outcomes_of(source).status == "pass"


def test_a_raised_recursion_limit_is_put_back_for_the_claim():
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(RECURSION_LIMIT * 50)
        assert outcomes_of("def f(n=0): return f(n + 1)").status == "error"
        assert sys.getrecursionlimit() == RECURSION_LIMIT * 50
    finally:
        sys.setrecursionlimit(before)


def test_a_patched_builtin_does_not_reach_the_next_claim():
    original = builtins.sorted
    source = "import builtins\ndef f():\n    builtins.sorted = None\n    return 1\n"
    assert outcomes_of(source).status == "pass"
    assert builtins.sorted is original


def test_ctrl_c_ends_the_check_and_names_the_rest():
    exercise = Exercise("q")
    ran = []

    @exercise.claim("interrupted", seconds=20)
    def first(student):
        return student.call("f")

    @exercise.claim("after it")
    def second(student):
        ran.append(True)

    def endless():
        _thread.interrupt_main()  # what Ctrl-C does
        while True:
            pass

    outcomes = examine(exercise, {"f": endless})
    assert [outcome.status for outcome in outcomes] == ["interrupted", "interrupted"]
    assert not ran


def test_the_students_torch_is_what_the_notebook_calls_torch():
    torch = pytest.importorskip("torch")
    assert Student({"torch": torch}).torch is torch
