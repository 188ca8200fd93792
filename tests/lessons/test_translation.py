"""A lesson in another language: the same cells, the same code, the same checks; what is not translated is told."""

import ast

import pytest
from minitorch_lessons import cli, comments, lab, sentences, source, translation
from minitorch_lessons.check import Check
from minitorch_lessons.exercises import load_exercises

FOLDERS = lab.lesson_folders()
TRANSLATED = [(name, code) for name, folder in FOLDERS.items() for code in translation.languages(folder)]
LESSON = """# %% [markdown] id="title"
# # Doubling

# %% [markdown] id="more"
# Twice as much.

# %%
check.lesson = "01_doubling"

# %% exercise="q1" id="q1"
# say it twice
double = ...
"""
CHECKS = """from minitorch_lessons.claims import Exercise, fail
q1 = Exercise("q1", "Double it", level="write", hints=["What is x + x?", "Add it to itself."])
@q1.claim("it doubles")
def doubles(student):
    got = student.get("double")
    if got != 2:
        fail(f"One doubled is not {got}, and not {got + 1}.")
"""


@pytest.fixture
def lesson(tmp_path):
    folder = tmp_path / "01_doubling"
    folder.mkdir()
    (folder / "lesson.py").write_text(LESSON)
    (folder / "checks.py").write_text(CHECKS)
    return folder / "lesson.py"


@pytest.fixture
def german(lesson):
    translation.write_skeleton(lesson, "de")
    prose = lesson.parent / "de" / "prose.md"
    prose.write_text(prose.read_text().replace("<!--\n# Doubling\n-->", "# Verdoppeln"))
    said = lesson.parent / "de" / "sentences.toml"
    text = said.read_text().replace('"it doubles" = ""', '"it doubles" = "es verdoppelt"')
    text = text.replace('say it twice" = ""', 'say it twice" = "sag es zweimal"')
    said.write_text(text.replace('{2}." = ""', '{2}." = "Nicht {2}, auch nicht {got}."'))
    return lesson


# What the course has


def test_lesson_6_is_there_in_german():
    assert ("06_backward_graph", "de") in TRANSLATED


@pytest.mark.parametrize(("name", "language"), TRANSLATED)
def test_a_translation_is_whole_and_of_todays_original(name, language):
    found = translation.load(FOLDERS[name] / "lesson.py", language)
    assert found.complete, "\n".join(translation.report(FOLDERS[name] / "lesson.py", language))
    assert len(translation.common_report(language)) == 1


@pytest.mark.parametrize(("name", "language"), TRANSLATED)
@pytest.mark.parametrize("make", [source.student_notebook, source.solution_notebook])
def test_the_code_does_the_same_and_the_cells_keep_their_ids(name, language, make):
    path = FOLDERS[name] / "lesson.py"
    original, other = make(path).cells, translation.translated(make(path), path, language).cells
    assert [cell.id for cell in original] == [cell.id for cell in other]
    for before, after in zip(original, other, strict=True):
        if before.cell_type == "markdown":
            assert after.source != before.source
            heads = [
                [line.split()[0] for line in cell.source.splitlines() if line[:1] == "#"]
                for cell in (before, after)
            ]
            assert heads[0] == heads[1]
        else:
            assert doing(before.source) == doing(after.source)


def doing(code):
    """What code does: without comments, docstrings, magics, and the line that sets the language."""
    lines = [line for line in code.splitlines() if not line.startswith(("%", "check.language"))]
    tree = ast.parse("\n".join(lines))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)


@pytest.mark.parametrize(("name", "language"), TRANSLATED)
def test_every_wrong_answer_gets_its_diagnosis_in_the_other_language(name, language):
    say = translation.speaker(FOLDERS[name], language)
    for exercise in load_exercises(FOLDERS[name] / "checks.py").values():
        said = [exercise.title, *exercise.hints, *(claim.sentence for claim in exercise.claims)]
        assert all(say(text) != text for text in said)


# How it is done


def test_what_is_not_translated_stays_english(german):
    cells = translation.translated(source.student_notebook(german), german, "de").cells
    assert [cell.source for cell in cells[:2]] == ["# Verdoppeln", "Twice as much."]
    assert cells[2].source == 'check.lesson = "01_doubling"\ncheck.language = "de"'
    assert cells[3].source == "# sag es zweimal\ndouble = ..."


def test_a_changed_original_is_noticed_and_its_old_translation_is_not_used(german):
    german.write_text(german.read_text().replace("# # Doubling", "# # Doubling, again"))
    assert "the original has changed: cell title" in "\n".join(translation.report(german, "de"))
    cells = translation.translated(source.student_notebook(german), german, "de").cells
    assert cells[0].source == "# Doubling, again"


def test_the_report_tells_what_is_to_be_done(german):
    report = translation.report(german, "de")
    assert report[0] == "01_doubling de: 1 of 2 cells, 3 of 6 sentences"
    assert "  not translated: cell more: Twice as much." in report
    assert "  not translated: Double it" in report


def test_a_skeleton_keeps_what_is_there(german):
    before = [file.read_text() for file in sorted((german.parent / "de").iterdir())]
    translation.write_skeleton(german, "de")
    assert [file.read_text() for file in sorted((german.parent / "de").iterdir())] == before


def test_values_are_put_into_the_sentence_where_the_other_language_has_them(german):
    say = translation.speaker(german.parent, "de")
    assert say("One doubled is not 7, and not 8.") == "Nicht 8, auch nicht 7."
    assert say("nobody knows this") == "nobody knows this"


def test_a_sentence_inside_a_sentence_is_said_too():
    say = sentences.Speaker({"It fails. {problem}": "Es geht nicht. {problem}", "Too big.": "Zu groß."})
    assert say("It fails. Too big.") == "Es geht nicht. Zu groß."


def test_a_comment_is_replaced_and_a_text_with_a_sharp_is_not():
    code = 'x = "# hello there"  # hello there\n%load_ext anything'
    assert comments.replaced(code, {"hello there": "guten Tag"}) == code.replace(
        "  # hello there", "  # guten Tag"
    )


def test_a_check_speaks_the_language_of_the_notebook(capsys):
    check = Check()
    check.lesson, check.language = "06_backward_graph", "de"
    check._check("predict-2", None, {"predict_2": "a"})
    said = capsys.readouterr().out
    assert "predict-2 · Wie breitet sich requires_grad aus?: noch nicht richtig" in said
    assert "✗ stimmt nicht: du weißt" in said and "keine Privatsache" in said and "Hinweis 1 von 2." in said


def test_lab_and_build_refuse_a_language_that_is_not_there(tmp_path, capsys):
    assert cli.main(["build", "6", "--language", "fr", "--to", str(tmp_path)]) == 2
    assert "is not translated to 'fr'; its translations: de" in capsys.readouterr().err
    assert cli.main(["build", "6", "--language", "../x", "--to", str(tmp_path)]) == 2


def test_lab_writes_the_translated_notebook_under_a_name_of_its_own(tmp_path):
    path, remark = lab.place_notebook(FOLDERS["06_backward_graph"] / "lesson.py", tmp_path, "de")
    assert path.name == "06_backward_graph.de.ipynb" and remark.startswith("Wrote")
    assert "Der Rückwärtsgraph" in path.read_text(encoding="utf-8")


def test_the_command_tells_how_translations_stand(capsys):
    assert cli.main(["translations", "6"]) == 0
    assert "06_backward_graph de: 26 of 26 cells" in capsys.readouterr().out
    assert cli.main(["translations", "6", "--write"]) == 2
