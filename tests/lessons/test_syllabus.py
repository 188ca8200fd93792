"""The syllabus says what the lessons themselves say."""

import re

import pytest
from minitorch_lessons import lab, syllabus

ENTRIES = syllabus.entries()
PAGE = syllabus.page(ENTRIES)


def test_the_page_is_the_one_that_is_made_from_the_lessons():
    written = next(iter(lab.lesson_folders().values())).parent / "SYLLABUS.md"
    assert written.read_text(encoding="utf-8") == PAGE, "run `make syllabus`"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_lesson_has_what_a_teacher_asks_for(entry):
    assert entry.title and entry.needs
    assert len(entry.levels) >= 2 and entry.exercises >= 2
    assert 20 <= entry.reading + entry.doing <= 75
    assert entry.misconceptions and all(beliefs for _, beliefs in entry.misconceptions)
    assert f"[{entry.title}]({entry.name}/lesson.py)" in PAGE


def test_every_lesson_has_its_week():
    planned = [number for week in syllabus.WEEKS for number in week]
    assert len(planned) == len(set(planned)) and {entry.number for entry in ENTRIES} <= set(planned)
    for entry in ENTRIES:
        assert re.search(rf"\| week \d \|.*\b{entry.number} {re.escape(entry.title)}", PAGE)


def test_what_a_lesson_draws_is_read_from_its_imports():
    code = "%load_ext minitorch_widgets\nfrom minitorch_widgets import (\n    show,\n    why,\n)\nfrom minitorch_widgets import show\n\nshow()"
    assert syllabus._pictures(code) == ("docked inspector", "`show`", "`why`")
