"""check("q1"): finds the exercise, says what is wrong, and never raises into the notebook."""

import builtins

import pytest
from minitorch_lessons import check as check_function
from minitorch_lessons import lab
from minitorch_lessons.check import Check

CHECKS = """
from minitorch_lessons.claims import Exercise, fail

q1 = Exercise("q1", "Double it", level="write", hints=["Think of `+`.", "Add it to itself."])


@q1.claim("double(3) is six")
def doubles(student):
    if student.call("double", 3) != 6:
        fail("That is not twice three.")


predict_1 = Exercise("predict-1", "Guess")


@predict_1.claim("you know")
def knows(student):
    if student.get("predict_1") != "a":
        fail("No.")
"""


@pytest.fixture
def check(tmp_path, monkeypatch):
    """A checker of one small lesson, outside a notebook: it prints."""
    for name, checks in (("07_small", CHECKS), ("08_broken", "def (")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "checks.py").write_text(checks)
    (tmp_path / "09_bare").mkdir()
    folders = {path.name: path for path in sorted(tmp_path.iterdir())}
    monkeypatch.setattr(lab, "lesson_folders", lambda: folders)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    made = Check()
    made.lesson = "07_small"
    return made


def call(check, capsys, *arguments, answer="", **options):
    """What `check(...)` prints in a notebook whose cells are `answer`."""
    space = {"check": check, "arguments": arguments, "options": options}
    exec(answer, space)
    exec("returned = check(*arguments, **options)", space)
    assert space["returned"] is None
    return capsys.readouterr().out


def test_a_right_answer_passes(check, capsys):
    said = call(check, capsys, "q1", answer="def double(x): return x + x")
    assert said.startswith("q1 · Double it (write): right")


def test_a_wrong_answer_gets_its_diagnosis_and_the_first_hint(check, capsys):
    said = call(check, capsys, "q1", answer="def double(x): return x")
    assert "That is not twice three." in said and "Think of `+`." in said and "to itself" not in said


def test_each_further_call_shows_one_more_hint(check, capsys):
    for _ in range(2):
        said = call(check, capsys, "q1", answer="def double(x): return x")
    assert "to itself" in said


def test_an_answer_that_is_not_there_is_not_started(check, capsys):
    said = call(check, capsys, "q1")
    assert "not started" in said and "`double` is still to be written." in said and "Hint 1" in said


def test_an_unknown_name_lists_the_names_there_are(check, capsys):
    for name in ("q9", 3, None, ["q1"]):
        assert "q1, predict-1" in call(check, capsys, name)
    assert "q1, predict-1" in call(check, capsys)


def test_an_underscore_in_the_name_does_not_matter(check, capsys):
    assert "right" in call(check, capsys, "predict_1", answer="predict_1 = 'a'")


def test_an_unknown_lesson_lists_the_lessons(check, capsys):
    check.lesson = "77_nowhere"
    said = call(check, capsys, "q1")
    assert "check.lesson" in said and "07_small, 08_broken" in said


def test_the_notebooks_own_name_says_which_lesson_it_is(check, capsys, monkeypatch):
    check.lesson = None
    assert "which lesson" in call(check, capsys, "q1")
    for name in ("/home/me/07_small.ipynb", "/home/me/07_small/Untitled.ipynb"):
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert "Double it" in call(check, capsys, "q1")


def test_a_damaged_checks_file_is_a_message(check, capsys):
    assert "SyntaxError" in call(check, capsys, "q1", lesson="08_broken")


@pytest.mark.parametrize("name", ["len", "isinstance", "sorted", "getattr", "str", "any", "print", "next"])
def test_patched_builtins_never_raise_into_the_notebook(check, capsys, name):
    original = getattr(builtins, name)
    setattr(builtins, name, _broken)
    try:
        check("q1")
        kept = builtins.__dict__[name] is _broken
    finally:
        builtins.__dict__[name] = original
    assert kept, "the check puts back what it found"
    assert "q1 · Double it" in capsys.readouterr().out


def _broken(*arguments, **options):
    raise RuntimeError("patched")


def test_the_package_exports_the_function_and_not_the_module():
    assert callable(check_function)
