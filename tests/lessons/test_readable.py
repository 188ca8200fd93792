"""Every lesson can be gone through by keyboard and by ear: headings in order, links and pictures with text."""

import re

import pytest
from minitorch_lessons import lab, source, translation

SOURCES = [path / "lesson.py" for path in lab.lesson_folders().values() if (path / "checks.py").is_file()]
SOURCES.append(lab.find_lesson("on_pytorch"))
CASES = [(path, code) for path in SOURCES for code in ("en", *translation.languages(path.parent))]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0].parent.name}-{case[0].stem}-{case[1]}")
def prose(request):
    """The cells of prose of one lesson in one language, without what stands in fences."""
    path, language = request.param
    cells = translation.translated(source.student_notebook(path), path, language).cells
    return [re.sub(r"(?ms)^```.*?^```$", "", cell.source) for cell in cells if cell.cell_type == "markdown"]


def test_headings_come_in_order_and_no_level_is_skipped(prose):
    headings = re.findall(r"(?m)^(#+) +(\S.*)$", "\n\n".join(prose))
    levels = [len(signs) for signs, _ in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), headings
    assert len(headings) == len({text for _, text in headings}), "two headings of one name"


def test_links_say_where_they_lead_and_pictures_what_they_show(prose):
    for picture, text, address in re.findall(r"(!?)\[([^\]\n]*)\]\(([^)\n]+)\)", "\n\n".join(prose)):
        least = 20 if picture else 3
        assert len(text.strip()) >= least and text.strip().lower() not in ("here", "link", "click here"), (
            address
        )
    assert not re.search(r"<(img|a)\b", "\n\n".join(prose))


def test_tables_have_a_head_with_a_name_for_each_column(prose):
    for cell in prose:
        for head in re.findall(r"(?m)^\|(.+)\|\n\|[ :|-]+\|$", cell):
            names = [name.strip() for name in head.split("|")]
            assert all(names[1:]), head
