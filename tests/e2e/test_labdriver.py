"""The driver itself, on a small notebook: what it says of cells, errors, widgets and requests is so."""

import pytest

LESSON = '''# %%
print("six by seven is", 6 * 7)

# %%
raise ValueError("on purpose")

# %%
import ipywidgets
ipywidgets.IntSlider(value=3, description="slide")
'''


@pytest.fixture(scope="module")
def notebook(serve, open_notebook, tmp_path_factory):
    source = tmp_path_factory.mktemp("source") / "99_small" / "lesson.py"
    source.parent.mkdir()
    source.write_text(LESSON)
    return open_notebook(serve(source))


def test_a_cell_is_run_and_its_output_read(notebook):
    notebook.run(0)
    assert notebook.text(0).strip() == "six by seven is 42"


def test_a_cell_that_raises_is_reported(notebook):
    notebook.run(1)
    assert notebook.errors() == {"1": "ValueError: on purpose"}


def test_a_new_cell_sees_what_ran_before(notebook):
    notebook.type_and_run("value = 5")
    index = notebook.type_and_run("value + 1")
    assert notebook.text(index) == "6"


def test_a_widget_is_drawn_in_the_page(notebook):
    notebook.run(2)
    notebook.page.get_by_role("slider").wait_for(timeout=30_000)


def test_no_popup_about_news_covers_the_page(notebook):
    assert notebook.page.locator(".Toastify__toast").count() == 0


def test_a_restarted_kernel_has_forgotten_and_runs_again(notebook):
    notebook.restart()
    index = notebook.type_and_run("'value' in globals()")
    assert notebook.text(index) == "False"


def test_the_theme_follows(notebook):
    notebook.theme("JupyterLab Dark")
    assert notebook.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    notebook.theme("JupyterLab Light")


def test_nothing_is_asked_of_another_machine_and_the_check_would_see_it(notebook):
    assert len(notebook.requests.all) > 50
    assert notebook.requests.outside == []
    notebook.page.evaluate("fetch('http://not-this-machine.invalid/x').catch(() => null)")
    assert notebook.requests.outside == ["http://not-this-machine.invalid/x"]
