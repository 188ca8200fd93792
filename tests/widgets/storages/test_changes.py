"""changes.py, mutations.py and writes.py: which names moved and which storages were written, on which lines."""

import gc
import weakref

import pytest
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.recording import writes
from minitorch_widgets.recording.mutations import makers, read_text
from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.storages import changes

import minitorch_edu
from tests.widgets.notebook import Notebook


@pytest.fixture
def notebook(torch, monkeypatch):
    notebook = Notebook(monkeypatch, torch.__name__)
    yield notebook
    notebook.close()


def named(part):
    """What happened to each name, in a word."""
    return {each["name"]: each["how"] for each in part["names"]}


def written(part):
    """(versions, whether counted, who sees it, lines) of each write."""
    return [
        (each["versions"], each["tracked"], sorted(each["names"]), [line["line"] for line in each["lines"]])
        for each in part["writes"]
    ]


# Rebind or mutate ---------------------------------------------------------------------------------------------------


def test_rebinding_moves_a_name_and_writes_nothing(notebook):
    part = notebook.part("changes", "a = torch.ones(3)\nb = a", "a = a + 1")
    assert named(part) == {"a": "rebound"} and part["writes"] == []
    (change,) = part["names"]
    assert change["was"]["lane"] != change["now"]["lane"]
    assert change["line"]["line"] == "a = a + 1"
    assert "rebinding writes nothing" in part["sentence"]


def test_mutating_writes_a_storage_and_moves_no_name(notebook):
    part = notebook.part("changes", "a = torch.ones(3)\nb = a.view(3)", "a += 1")
    assert part["names"] == []
    assert written(part) == [([0, 1], True, ["a", "b"], ["a += 1"])]
    (write,) = part["writes"]
    assert write["cells"] == [0, 1, 2]
    assert write["sure"] == ("recorded" if notebook.variables["torch"] is minitorch_edu else "read")


def test_names_that_come_and_go(notebook):
    part = notebook.part("changes", "a = torch.ones(3)\nn = np.ones(2)", "del n\nz = a * 2")
    assert named(part) == {"z": "new", "n": "gone"}


def test_what_a_narrower_picture_leaves_out_is_not_gone(torch):
    a, b = torch.ones(3, requires_grad=True), torch.ones(2, requires_grad=True)
    (a.sum() + b.sum()).backward()
    variables, focus = {"a": a, "b": b}, [a, b]
    inspector = Inspector(lambda: variables, focus=lambda: focus)
    inspector.refresh()
    variables["c"] = a * 2
    focus[:] = [variables["c"]]
    assert named(inspector.refresh()["snapshot"]["parts"]["changes"]) == {"c": "new"}


def test_another_look_at_the_same_bytes_is_no_move(notebook):
    part = notebook.part("changes", "a = torch.arange(6.0)", "a = a.view(2, 3)")
    assert named(part) == {"a": "looks again"} and part["writes"] == []


def test_other_bytes_under_the_same_tensor(notebook):
    part = notebook.part("changes", "a = torch.ones(3)", "a.data = torch.zeros(3)")
    assert named(part) == {"a": "other bytes"}


def test_a_cell_that_changes_nothing_has_nothing_to_tell(notebook):
    assert notebook.part("changes", "a = torch.ones(3)", "a.sum()") is None


def test_the_first_picture_is_compared_with_nothing(torch):
    from minitorch_widgets.session.inspector import Inspector

    inspector = Inspector(lambda: {"a": a})
    a = torch.ones(3)
    assert "changes" not in inspector.refresh("after cell [1]")["snapshot"]["parts"]


@pytest.mark.host
def test_a_write_into_a_view_is_seen_by_all(notebook):
    part = notebook.part("changes", "a = torch.zeros(2, 3)\nrow = a[1]\narray = a.numpy()", "row[2] = 5.0")
    assert written(part) == [([0, 1], True, ["a", "array", "row"], ["row[2] = 5.0"])]
    assert part["writes"][0]["cells"] == [5]


@pytest.mark.host
def test_a_write_through_numpy_moves_no_version(notebook):
    part = notebook.part("changes", "a = torch.zeros(3)\narray = a.numpy()", "array[0] = 7.0")
    assert written(part) == [(None, False, ["a", "array"], ["array[0] = 7.0"])]


def test_a_write_through_data_moves_no_version(notebook):
    part = notebook.part("changes", "a = torch.zeros(3)", "a.data[1:] = 7.0")
    assert written(part) == [(None, False, ["a"], ["a.data[1:] = 7.0"])]
    assert "autograd does not notice" in part["sentence"]


def test_the_same_numbers_written_again_are_a_write_all_the_same(notebook):
    part = notebook.part("changes", "a = torch.ones(3)", "a.fill_(1.0)")
    assert written(part) == [([0, 1], True, ["a"], ["a.fill_(1.0)"])]
    assert part["writes"][0]["changed"] == 0


def test_nan_written_over_nan_is_no_change(notebook):
    assert notebook.part("changes", "a = torch.full((3,), float('nan'))", "b = a") is not None  # b is new
    assert notebook.part("changes", "0") is None


def test_backward_makes_gradients_and_adds_to_them(notebook):
    part = notebook.part("changes", "w = torch.ones(2, requires_grad=True)", "(w * w).sum().backward()")
    assert named(part) == {"w.grad": "new"}
    assert part["names"][0]["line"]["line"] == "(w * w).sum().backward()"
    part = notebook.part("changes", "(w * w).sum().backward()")
    assert part["names"] == [] and part["writes"][0]["names"] == ["w.grad"]
    assert part["writes"][0]["lines"][0]["line"] == "(w * w).sum().backward()"


def test_an_optimizer_s_step_writes_its_parameters(notebook):
    cells = [
        "w = torch.ones(2, requires_grad=True)\noptimizer = torch.optim.SGD([w], lr=0.1)\n(w * w).sum().backward()",
        "optimizer.step()",
    ]
    part = notebook.part("changes", *cells)
    assert written(part) == [([0, 1], True, ["w"], ["optimizer.step()"])]


def test_several_writes_are_told_with_each_line(notebook):
    part = notebook.part("changes", "a = torch.ones(3)", "a += 1\nb = torch.zeros(2)\na *= 2\na.neg_()")
    versions, _, _, lines = written(part)[0]
    assert versions == [0, 3] and lines == ["a += 1", "a *= 2", "a.neg_()"]


def test_a_loop_is_one_line_many_times(notebook):
    part = notebook.part("changes", "a = torch.ones(3)", "for _ in range(5):\n    a += 1")
    (write,) = part["writes"]
    assert write["versions"] == [0, 5] and [line["line"] for line in write["lines"]] == ["a += 1"]


def test_a_name_that_is_written_and_then_rebound_wrote_the_old_bytes(notebook):
    part = notebook.part("changes", "a = torch.ones(3)\nb = a", "a += 1\na = a * 2\na -= 5")
    assert sorted(written(part)) == [([0, 1], True, ["a"], ["a -= 5"]), ([0, 1], True, ["b"], ["a += 1"])]
    assert {write["sure"] for write in part["writes"]} <= {"recorded", "read"}


def test_of_a_branch_torch_cannot_say_which_line_ran(notebook):
    part = notebook.part("changes", "a = torch.ones(3)", "if len(a) > 2:\n    a += 1\nelse:\n    a -= 1")
    (write,) = part["writes"]
    if notebook.variables["torch"] is minitorch_edu:
        assert ([line["line"] for line in write["lines"]], write["sure"]) == (["a += 1"], "recorded")
    else:
        assert ([line["line"] for line in write["lines"]], write["sure"]) == (["a += 1", "a -= 1"], "one of")
        assert "by one of" in part["sentence"]


def test_a_write_inside_a_function_has_a_line_only_where_the_engine_tells_it(notebook):
    part = notebook.part("changes", "a = torch.ones(3)\ndef grow(t):\n    t += 1", "grow(a)")
    (write,) = part["writes"]
    if notebook.variables["torch"] is minitorch_edu:
        assert [line["line"] for line in write["lines"]] == ["t += 1"]
    else:
        assert write["lines"] == [] and "a line that is not known" in part["sentence"]


def test_a_cell_that_raises_is_told_as_far_as_it_came(notebook):
    part = notebook.part("changes", "a = torch.ones(3)", "a += 1\na = a + 1\nraise ValueError")
    assert named(part) == {"a": "rebound"}


def test_the_still_picture_tells_it_too(notebook):
    picture = notebook.run("a = torch.ones(3)\nb = a", "a = a + 1\nb += 1")
    drawn = to_svg(picture)
    assert "What the cell did" in drawn and "a was rebound by a = a + 1" in drawn and "v0 → v1" in drawn


def test_hostile_lines_are_text(notebook):
    drawn = to_svg(notebook.run("a = torch.ones(3)", "a += len('<script>alert(1)</script>')"))
    assert "<script" not in drawn


def test_a_gpu_s_bytes_are_told_by_their_versions():
    """Nothing is copied from a device that can't be read: the version still tells that it was written."""
    then = changes.Bytes("laneA", "A", None, "0x10", [], True, "float32", {"t1": 0}, ("g",), 4)
    now = then._replace(versions={"t1": 2})
    assert changes.versions(now, then) == (0, 2) and changes.changed_cells(then, now) == []


# What is kept -------------------------------------------------------------------------------------------------------


def test_no_tensor_is_kept_alive(notebook):
    notebook.run("a = torch.ones(3, requires_grad=True)\nb = a * 2", "b += 1", "a.data[0] = 3.0")
    gone = weakref.ref(notebook.variables["b"])
    notebook.run("b = None")
    gc.collect()
    assert gone() is None


def test_writes_are_heard_only_while_somebody_follows(monkeypatch):
    from minitorch_edu.events import storage_written

    assert writes._heard not in storage_written
    notebook = Notebook(monkeypatch, "minitorch_edu")
    assert writes._heard in storage_written
    notebook.close()
    assert writes._heard not in storage_written


# Reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("y += 1", ("y", "augmented", "")),
        ("y[0] -= 1", ("y", "augmented", "")),
        ("y[1:, 0] = 5", ("y", "item", "")),
        ("y.mul_(2)", ("y", "method", "")),
        ("y.view(-1).T.zero_()", ("y", "method", "")),
        ("y.data.add_(1)", ("y", "method", ".data")),
        ("y.detach().numpy()[0] = 1", ("y", "item", "numpy()")),
        ("torch.add(a, b, out=y)", ("y", "out", "")),
        ("F.relu(y, inplace=True)", ("y", "out", "")),
        ("torch.nn.init.zeros_(layer.weight)", ("layer.weight", "method", "")),
        ("w.grad.zero_()", ("w.grad", "method", "")),
        ("optimizer.step()", ("optimizer", "optimizer", "")),
        ("with torch.no_grad():\n    w -= 1", ("w", "augmented", "")),
        ("x.data = y", ("x", "data", ".data")),
    ],
)
def test_a_line_that_writes_is_read(text, found):
    (mutation,) = read_text(text).mutations
    assert (mutation.name, mutation.how, mutation.hidden) == found


@pytest.mark.parametrize(
    "text", ["y = y + 1", "x.requires_grad_()", "y.mul(2)", "self.__init__()", "f(y)", "x = = 2"]
)
def test_a_line_that_writes_nothing_is_not(text):
    assert read_text(text).mutations == ()


def test_lines_that_made_nodes_are_found_between_those_that_are_certain():
    cell = read_text("y = x.exp()\nz = (y * y).sum()\nw = z * z")
    nodes = [(7, "exp", ["y"]), (8, "mul", []), (9, "sum", ["z"]), (10, "mul", ["w"])]
    assert makers(cell, nodes) == {7: 1, 8: 2, 9: 2, 10: 3}


def test_a_line_in_doubt_is_left_out():
    cell = read_text("for _ in range(2):\n    h = h * x\n    g = h * 2\nout = h.sum()")
    assert makers(cell, [(1, "mul", []), (2, "mul", ["h"]), (3, "sum", ["out"])]).get(1) is None


def test_in_a_huge_array_only_what_was_read_is_compared(notebook):
    part = notebook.part("changes", "a = np.zeros(100_000)", "a[99_999] = 1.0")
    assert written(part) == [
        (None, False, ["a"], ["a[99_999] = 1.0"])
    ]  # read from the line, not from the bytes
    assert part["writes"][0]["changed"] == 0
    part = notebook.part("changes", "def put(a):\n    a[99_999] = 2.0", "put(a)")
    assert part is None  # beyond the cells that a picture reads, no version counts, and no line says so
    part = notebook.part("changes", "t = torch.zeros(100_000)", "t[99_999] = 1.0")
    assert part["writes"][0]["versions"] == [0, 1] and part["writes"][0]["changed"] == 0
    assert part["writes"][0]["truncated"]
