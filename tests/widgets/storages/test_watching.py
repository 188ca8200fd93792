"""watching.py: what a block changed, time bombs and lifetimes in one line, with and without a notebook."""

import gc
import weakref

import pytest
from minitorch_widgets import kept_alive, time_bombs, what_changed

from tests.widgets.notebook import Notebook


def test_a_block_tells_what_it_moved_and_what_it_wrote_with_its_lines(torch):
    a = torch.ones(3)
    b = a
    with what_changed() as seen:
        a = a + 1
        b += 1
    told = seen.changes
    assert [(each["name"], each["how"], each["line"]["line"]) for each in told["names"]] == [
        ("a", "rebound", "a = a + 1")
    ]
    assert [(each["names"], [line["line"] for line in each["lines"]]) for each in told["writes"]] == [
        (["b"], ["b += 1"])
    ]
    assert str(seen).startswith("a was rebound by a = a + 1")


def test_lines_outside_the_block_count_for_nothing(torch):
    a = torch.ones(3)
    a += 1
    with what_changed() as seen:
        a *= 2
    a -= 1
    (write,) = seen.changes["writes"]
    assert [line["line"] for line in write["lines"]] == ["a *= 2"]


def test_a_bomb_that_a_block_lays_is_told(torch):
    x = torch.ones(3, requires_grad=True)
    with what_changed() as seen:
        y = x.exp()
        y += 1
    (bomb,) = seen.widget.state["snapshot"]["parts"]["bombs"]["bombs"]
    assert bomb["lines"][0]["line"] == "y += 1" and bomb["savers"][0]["line"]["line"] == "y = x.exp()"


def test_a_block_that_raises_raises_and_is_told(torch):
    a = torch.ones(3)
    with pytest.raises(ZeroDivisionError), what_changed() as seen:
        a += 1
        raise ZeroDivisionError
    assert seen.changes["writes"][0]["versions"] == [0, 1]


def test_a_block_that_changes_nothing_says_so(torch):
    with what_changed() as seen:
        pass
    assert repr(seen) == "The block changed no name and no bytes."


def test_nothing_is_kept_alive_and_nobody_listens_afterwards(torch):
    from minitorch_edu.events import storage_written

    before = list(storage_written)
    a = torch.ones(3)
    with what_changed() as seen:
        a += 1
    gone = weakref.ref(a)
    del a
    gc.collect()
    assert gone() is None and seen.changes["writes"]
    assert list(storage_written) == before


def test_bombs_without_a_notebook_have_versions_and_no_lines(torch):
    x = torch.ones(3, requires_grad=True)
    y = x.exp()
    loss = y.sum()
    with torch.no_grad():
        y += 1
    snapshot = time_bombs(loss).state["snapshot"]
    (bomb,) = snapshot["parts"]["bombs"]["bombs"]
    assert bomb["versions"] == [0, 1] and bomb["ways"] == []
    assert "written by a line that is not known" in bomb["sentence"]
    assert snapshot["views"] == ["bombs", "graph", "lanes", "pane"]


def test_bombs_in_a_followed_notebook_have_their_lines(torch, monkeypatch):
    notebook = Notebook(monkeypatch, torch.__name__)
    notebook.run(
        "from minitorch_widgets import time_bombs\nx = torch.ones(3, requires_grad=True)\ny = x.exp()\nloss = y.sum()",
        "with torch.no_grad():\n    y += 1",
        "bombs = time_bombs(loss).state['snapshot']['parts']['bombs']['bombs']",
    )
    (bomb,) = notebook.variables["bombs"]
    notebook.close()
    assert bomb["lines"][0]["line"] == "y += 1" and bomb["savers"][0]["line"]["line"] == "y = x.exp()"
    assert bomb["ways"]


@pytest.mark.parametrize("text", ["t.exp()", "(t * t).exp()"])
def test_bombs_in_a_notebook_that_nobody_follows_have_the_lines_that_the_cells_say(torch, monkeypatch, text):
    notebook = Notebook(monkeypatch, torch.__name__)
    notebook.close()
    notebook.shell.run_cell(
        f"from minitorch_widgets import time_bombs\nt = torch.ones(2, requires_grad=True)\ngrown = {text}",
        store_history=True,
    )
    notebook.shell.run_cell(
        "total = grown.sum()\nwith torch.no_grad():\n    grown += 1\n"
        "bombs = time_bombs(total).state['snapshot']['parts']['bombs']['bombs']",
        store_history=True,
    )
    (bomb,) = notebook.variables["bombs"]
    assert [each["line"]["line"] for each in bomb["savers"]] == [f"grown = {text}"]
    assert ([each["line"] for each in bomb["lines"]], bomb["sure"]) == (["grown += 1"], "read")
    assert bomb["ways"]


def test_what_is_kept_alive_is_narrowed_to_what_was_asked_for(torch):
    x = torch.ones(4, requires_grad=True)
    one = x.exp().sum()
    two = x.sin().sum()
    (holder,) = kept_alive(one).state["snapshot"]["parts"]["lifetimes"]["holders"]
    assert holder["name"] == "one" and holder["frees"] == 16
    assert len(kept_alive().state["snapshot"]["parts"]["lifetimes"]["holders"]) == 2
    assert two is not None
