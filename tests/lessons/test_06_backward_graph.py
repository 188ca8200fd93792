"""Lesson 6 as a student runs it: unsolved, solved, wrong in every known way, and on real PyTorch."""

import ast
import json
import os
from pathlib import Path

import pytest
from minitorch_lessons import lab, source
from minitorch_lessons.check import load_exercises
from minitorch_lessons.student import examine

LESSON = lab.lesson_folders()["06_backward_graph"]
SOURCE = LESSON / "lesson.py"
WRONG = sorted((LESSON / "wrong").glob("*.py"))
EXERCISES = ["predict-1", "predict-2", "predict-3", "q1", "q2", "q3"]
ROOT = Path(__file__).resolve().parents[2]
ENGINES = ["minitorch_edu", "torch"]

# the notebooks are run once for all tests of this file, so one worker runs them
pytestmark = pytest.mark.xdist_group("lesson-06")


# Running ---------------------------------------------------------------------


def run(notebook):
    """The notebook after a run from top to bottom in a kernel of its own."""
    from nbclient import NotebookClient

    paths = [str(ROOT / part) for part in ("", "widgets", "lessons")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True).execute(env=environment)
    return notebook


def on_torch(notebook):
    """The same lesson with the import changed, and without the pictures."""
    kept = []
    for cell in notebook.cells:
        if "widget" in cell.metadata.get("tags", []):
            continue
        cell.source = cell.source.replace(
            "import minitorch_edu as torch\n%load_ext minitorch_widgets", "import torch"
        )
        kept.append(cell)
    notebook.cells = kept
    assert "minitorch_edu" not in "".join(c.source for c in kept if c.cell_type == "code")
    return notebook


def errors(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]


def printed(notebook):
    """What each code cell prints, by the cell's id; the set-up and the pictures are our engine's own."""
    return {
        cell.id: "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")
        for cell in notebook.cells
        if cell.cell_type == "code" and not {"widget", "setup"} & set(cell.metadata.get("tags", []))
    }


def cards(notebook):
    """The plain text of each check's card, by exercise."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.startswith("check("):
            continue
        (output,) = cell.outputs  # one display, and nothing printed beside it
        assert set(output.data) == {"text/html", "text/plain"}
        found[ast.literal_eval(cell.source[len("check") :])] = output.data["text/plain"]
    return found


@pytest.fixture(scope="module")
def unsolved():
    return run(source.student_notebook(SOURCE))


@pytest.fixture(scope="module")
def solved():
    return run(source.solution_notebook(SOURCE))


@pytest.fixture(scope="module")
def solved_on_torch():
    pytest.importorskip("torch")
    return run(on_torch(source.solution_notebook(SOURCE)))


# Unsolved and solved ---------------------------------------------------------


def test_the_students_notebook_runs_from_top_to_bottom(unsolved):
    assert errors(unsolved) == []


def test_unsolved_exercises_are_not_started_and_come_with_the_first_hint(unsolved):
    found = cards(unsolved)
    assert list(found) == EXERCISES
    hints = {name: exercise.hints for name, exercise in load_exercises(LESSON / "checks.py").items()}
    for name, text in found.items():
        assert "not started" in text.splitlines()[0]
        assert "still" in text
        assert hints[name][0] in text and hints[name][1] not in text


def test_the_solutions_pass_every_check(solved):
    assert errors(solved) == []
    found = cards(solved)
    assert list(found) == EXERCISES
    for text in found.values():
        assert text.splitlines()[0].endswith(("claims hold", "right")) and "✗" not in text
        assert "all" in text.splitlines()[0] or text.splitlines()[0].endswith(": right")


def test_what_the_prose_says_is_what_the_cells_print(solved):
    out = printed(solved)
    assert out["ten-lines"].splitlines() == [
        "tensor(5.5000, grad_fn=<AddBackward0>)",
        "tensor(12.2500, grad_fn=<PowBackward0>)",
    ]
    assert out["walk"].splitlines()[0] == "PowBackward0 -> ['SubBackward0']"
    assert out["accumulate"].splitlines()[::2] == ["True", "True"]
    assert out["backward"].splitlines() == ["tensor([ 7., 14., 21.])", "tensor(7.)", "None"]
    assert "detach().numpy() instead" in out["numpy"]
    assert out["behind-its-back"].splitlines() == ["tensor([700.,  14.,  21.])", "version of x: 0"]
    assert out["suspicious"].splitlines()[1] == "w.grad: None"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_table_of_steps_has_the_gradients_that_flow(engine):
    torch = pytest.importorskip(engine)
    x = torch.tensor([1.0, 2.0, 3.0])
    w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    product = x * w
    total = product.sum()
    prediction = total + b
    error = prediction - 2.0
    for tensor in (product, total, prediction, error):
        tensor.retain_grad()
    (error**2).backward()
    assert error.item() == 3.5
    assert [tensor.grad.tolist() for tensor in (error, prediction, total, b)] == [7.0, 7.0, 7.0, 7.0]
    assert product.grad.tolist() == [7.0, 7.0, 7.0]
    assert w.grad.tolist() == [7.0, 14.0, 21.0]


def test_the_wrong_predictions_would_be_these_numbers():
    torch = pytest.importorskip("torch")
    x = torch.tensor([100.0, 2.0, 3.0])
    w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
    (((x * w).sum() + 1.0 - 2.0) ** 2).backward()
    assert w.grad.tolist() == [10600.0, 212.0, 318.0]


# Real PyTorch ----------------------------------------------------------------


@pytest.mark.slow
def test_every_cell_prints_the_same_on_pytorch(solved, solved_on_torch):
    assert errors(solved_on_torch) == []
    assert printed(solved) == printed(solved_on_torch)


@pytest.mark.slow
def test_the_checks_pass_on_pytorch(solved, solved_on_torch):
    assert cards(solved_on_torch) == cards(solved)


# Wrong answers ---------------------------------------------------------------


def namespace_of(path, engine):
    torch = pytest.importorskip(engine)
    namespace = {"torch": torch}
    text = path.read_text(encoding="utf-8").replace(
        "import minitorch_edu as torch", f"import {engine} as torch"
    )
    exec(compile(text, str(path), "exec"), namespace)
    return namespace


def failures(exercise, namespace):
    """The sentence of each claim that does not hold, with what was raised."""
    return {o.claim: f"{o.sentence} {o.raised}" for o in examine(exercise, namespace) if o.status != "pass"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_answer_fails_the_claims_it_declares_and_no_other(path, engine):
    namespace = namespace_of(path, engine)
    for checks, declared in (
        ("checks.py", namespace["FAILS"]),
        ("hidden.py", namespace.get("FAILS_HIDDEN", {})),
    ):
        exercise = load_exercises(LESSON / checks).get(namespace["EXERCISE"])
        found = failures(exercise, namespace) if exercise else {}
        assert found.keys() == declared.keys()
        for claim, sentence in declared.items():
            assert sentence in found[claim]


def test_each_wrong_answer_shows_a_misconception_of_its_own():
    spaces = [namespace_of(path, "minitorch_edu") for path in WRONG]
    said = [tuple(space["FAILS"].items()) for space in spaces if space["FAILS"]]
    assert len(said) == len(set(said))
    assert {space["EXERCISE"] for space in spaces} == set(EXERCISES)
    assert all(space["__doc__"] for space in spaces)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_solutions_pass_the_hidden_tests(engine):
    torch = pytest.importorskip(engine)
    cells = {cell.id: cell.source for cell in source.solution_notebook(SOURCE).cells}
    for name, exercise in load_exercises(LESSON / "hidden.py").items():
        namespace = {"torch": torch}
        exec(cells[name], namespace)
        assert failures(exercise, namespace) == {}


# What a student must not find ------------------------------------------------


def test_no_solution_stands_in_the_students_notebook():
    student = json.dumps([cell.source for cell in source.student_notebook(SOURCE).cells], ensure_ascii=False)
    for cell in source.read_cells(SOURCE):
        for region in source.regions(SOURCE, cell):
            for line in cell.lines[region.begin + 1 : region.end]:
                secret = line.strip()
                # a function's first line is given to the student; a short line like `while waiting:` is no secret
                if len(secret) > 14 and not secret.startswith("def "):
                    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in student


def test_no_hidden_test_is_named_in_the_students_notebook_or_in_the_public_checks():
    student = json.dumps(source.student_notebook(SOURCE), ensure_ascii=False)
    public = (LESSON / "checks.py").read_text(encoding="utf-8")
    for exercise in load_exercises(LESSON / "hidden.py").values():
        for claim in exercise.claims:
            for text in (claim.name, claim.sentence):
                assert text not in student and text not in public
    assert "BEGIN" not in student and "hidden" not in student.lower()


# The exercises ---------------------------------------------------------------


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_has_a_cell_claims_and_graded_hints_without_the_answer(name):
    exercise = load_exercises(LESSON / "checks.py")[name]
    assert exercise.claims and len(exercise.hints) >= 2
    (cell,) = (cell for cell in source.read_cells(SOURCE) if cell.attributes.get("exercise") == name)
    assert cell.attributes["id"] == name
    solution = [line.strip() for line in cell.lines if len(line.strip()) > 14 and "###" not in line]
    for line in solution:
        assert not any(line in hint for hint in exercise.hints)
