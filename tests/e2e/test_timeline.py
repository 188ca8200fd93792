"""The timeline in JupyterLab: back to earlier cells in the docked inspector, and %%trace in a cell's output."""

import pytest
from playwright.sync_api import expect

from tests.e2e.panel import PATIENCE, Panel


@pytest.fixture(scope="module")
def notebook(serve, open_notebook):
    return open_notebook(serve("06_backward_graph"))


@pytest.fixture(scope="module")
def panel(notebook):
    for fragment in ("%load_ext minitorch_widgets", "loss = error ** 2"):
        notebook.run(notebook.index(fragment))
    panel = Panel(notebook)
    panel.wait_for_cell(notebook.index("loss = error ** 2"))
    return panel


def test_the_docked_inspector_goes_back_by_keyboard_and_gives_way_to_a_new_cell(panel):
    panel.type_and_run("extra = w.detach() + 1")
    assert panel.lane("extra").count() == 1
    panel.part("moment-back").focus()
    panel.page.keyboard.press("ArrowLeft")
    expect(panel.part("status")).to_contain_text("as it was", timeout=PATIENCE)
    assert panel.lane("extra").count() == 0 and panel.lane("w").count() == 1
    panel.type_and_run("extra += 1")
    expect(panel.part("status")).not_to_contain_text("as it was")
    assert panel.cells("extra")[0] == "2.5"


def test_a_cell_is_traced_in_its_output_and_the_docked_inspector_opens_the_trace(notebook, panel):
    index = panel.type_and_run("%%trace\nh = w * 2\nfirst = h[0]\n")
    assert notebook.errors() == {}
    output = notebook.page.locator(".jp-OutputArea").get_by_test_id("moments").last
    expect(output).to_contain_text("nothing is copied", timeout=PATIENCE)
    assert "2 operations recorded" in notebook.text(index)
    panel.part("level-op").click()
    expect(panel.part("moment")).to_contain_text("looks at the bytes of h", timeout=PATIENCE)
    panel.part("moment-back").click()
    expect(panel.part("moment")).to_contain_text("mul makes h", timeout=PATIENCE)
    panel.part("level-cell").click()
    expect(panel.part("moment-position")).to_contain_text("now", timeout=PATIENCE)
    assert panel.cut_off() == []
