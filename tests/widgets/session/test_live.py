"""live.py: in a real IPython shell, after cells that work and cells that fail."""

import json
import os
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from minitorch_widgets import load_ipython_extension, unload_ipython_extension
from minitorch_widgets.session import live


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    shell.run_cell("import minitorch_edu as torch")
    load_ipython_extension(shell)
    yield shell
    unload_ipython_extension(shell)


def run(shell, code):
    shell.run_cell(code, store_history=True)
    message = live._live[id(shell)].inspector.message
    json.dumps(message, allow_nan=False)
    return message["snapshot"]


def names(picture):
    return [name for each in picture["tensors"] for name in each["names"] if each["kind"] == "tensor"]


def test_after_each_cell_the_picture_follows_the_variables(shell):
    assert names(run(shell, "x = torch.ones(2, requires_grad=True)")) == ["x"]
    picture = run(shell, "y = x * 2.0\nloss = y.sum()")
    assert names(picture) == ["x", "y", "loss"]
    assert picture["title"].startswith("after cell [")
    assert names(run(shell, "del y, loss")) == ["x"]


def test_nodes_know_the_line_that_made_them(shell):
    picture = run(shell, "x = torch.ones(2, requires_grad=True)\ny = x * 2.0\n\nloss = y.sum()")
    lines = {node["label"]: node["source"] for node in picture["nodes"] if node["kind"] == "op"}
    assert lines["mul"]["line"] == "y = x * 2.0" and lines["sum"]["line"] == "loss = y.sum()"
    assert lines["sum"]["where"].endswith("line 4") and lines["sum"]["where"].startswith("cell [")


def test_a_write_that_makes_no_node_leaves_the_others_their_lines(shell):
    made = "x = torch.ones(2, requires_grad=True)\ny = x.exp()\nloss = y.sum()\n"
    picture = run(shell, f"{made}with torch.no_grad():\n    y += 1")
    lines = [node["source"]["line"] for node in picture["nodes"] if node["kind"] == "op"]
    assert lines == ["y = x.exp()", "loss = y.sum()"]


def test_a_cell_that_fails_leaves_the_partial_graph_and_says_where(shell, capsys):
    picture = run(
        shell, "x = torch.ones(2, requires_grad=True)\ny = x * 2.0\nz = y @ torch.ones(5)\nnever = 1"
    )
    assert names(picture) == ["x", "y"]
    assert picture["error"]["line"] == "z = y @ torch.ones(5)"
    assert picture["error"]["text"].startswith("RuntimeError: ")
    assert "inspector" not in capsys.readouterr().out
    assert "error" not in run(shell, "1 + 1")


def test_a_backward_that_fails_points_at_its_node(shell):
    run(shell, "x = torch.ones(2, requires_grad=True)\ny = x.exp()\nloss = (y * 2.0).sum()\ny += 1")
    picture = run(shell, "loss.backward()")
    (node,) = [each for each in picture["nodes"] if each["id"] == picture["error"]["node"]]
    assert node["name"] == "ExpBackward0" and node["source"]["line"] == "y = x.exp()"
    assert "clone()" in picture["error"]["hint"]


def test_a_syntax_error_is_survived(shell):
    assert run(shell, "x = = 2")["error"]["text"].startswith("SyntaxError")


def test_last_results_and_hidden_names_are_not_variables(shell):
    picture = run(shell, "torch.ones(3)")
    assert names(picture) == []


def test_loading_twice_hooks_once(shell):
    before = len(shell.events.callbacks["post_run_cell"])
    load_ipython_extension(shell)
    assert len(shell.events.callbacks["post_run_cell"]) == before


def test_unloading_takes_every_hook_away(shell):
    from minitorch_edu.events import op_executed

    unload_ipython_extension(shell)
    assert not op_executed
    assert not [each for each in shell.events.callbacks["post_run_cell"] if "Live" in repr(each)]
    unload_ipython_extension(shell)


def test_a_terminal_sees_nothing(shell, capsys):
    run(shell, "x = torch.ones(2)")
    assert capsys.readouterr() == ("", "")


def test_trouble_in_the_inspector_does_not_reach_the_cell(shell, capsys, monkeypatch):
    monkeypatch.setattr(live._live[id(shell)].inspector, "refresh", lambda *_: 1 / 0)
    assert shell.run_cell("x = 1").success
    assert capsys.readouterr() == ("", "")


def test_the_hook_holds_no_tensor(shell):
    run(
        shell, "import weakref, gc\nx = torch.ones(2, requires_grad=True)\ny = x * 2.0\nseen = weakref.ref(y)"
    )
    run(shell, "del y\ngc.collect()\nassert seen() is None")
    assert "error" not in live._live[id(shell)].inspector.message["snapshot"]


class FakeComm:
    """What ipykernel hands over."""

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)

    def on_msg(self, callback):
        self.heard = callback

    def on_close(self, callback):
        self.closed = callback


def test_a_panel_that_opens_the_comm_is_told_and_may_close_it(shell):
    run(shell, "x = torch.ones(2, requires_grad=True)\nloss = (x * 2.0).sum()")
    comm = FakeComm()
    live._live[id(shell)]._opened_by_the_panel(comm, {})
    assert comm.sent[-1]["type"] == "snapshot"
    comm.heard({"content": {"data": {"type": "backward", "tensor": comm.sent[-1]["snapshot"]["roots"][0]}}})
    assert comm.sent[-1]["timeline"]["whole"]["total"] == 3
    comm.closed({})
    count = len(comm.sent)
    run(shell, "1")
    assert len(comm.sent) == count


def test_a_notebook_that_nobody_watches_runs_through(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # the kernel imports what the tests import
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    cells = [
        "%load_ext minitorch_widgets",
        "import minitorch_edu as torch\nx = torch.ones(2, requires_grad=True)\nloss = (x * 2.0).sum()",
        "from minitorch_widgets.session import live\nfrom IPython import get_ipython\n"
        "print(live._live[id(get_ipython())].inspector.message['snapshot']['title'])",
        "from minitorch_widgets import show\nshow(loss)",
        "%reload_ext minitorch_widgets\n%unload_ext minitorch_widgets",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    assert notebook.cells[2].outputs[0].text == "after cell [2]\n"
    widget, still = notebook.cells[3].outputs
    assert (
        "application/vnd.jupyter.widget-view+json" in widget.data
        and "loss comes from sum" in widget.data["text/plain"]
    )
    assert still.data["image/svg+xml"].startswith("<svg")


def test_a_walk_in_a_cells_output_knows_the_lines_of_the_followed_notebook(shell):
    run(shell, "x = torch.ones(2, requires_grad=True)\nloss = (x * 2.0).sum()")
    shell.run_cell(
        "from minitorch_widgets import backward_steps\nwalk = backward_steps(loss)", store_history=True
    )
    walk = shell.user_ns["walk"]
    walk.inspector.receive({"type": "goto", "position": 2})
    source = walk.state["timeline"]["steps"][1]["source"]
    assert source["line"] == "loss = (x * 2.0).sum()" and source["where"].endswith("line 2")
