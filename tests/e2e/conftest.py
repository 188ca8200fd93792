"""The browser that the end-to-end tests share, and a notebook for each file that asks for one."""

import os

import pytest

HERE = os.path.dirname(__file__)


def pytest_collection_modifyitems(items):
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser():
    # where these tests are there to gate a change, a missing browser must not look like success
    refuse = pytest.fail if os.environ.get("CI") else pytest.skip
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        refuse("needs playwright: pip install playwright")
    from tests.e2e import labdriver

    if labdriver.browser_path() is None:
        refuse("needs Chromium or Chrome on PATH")
    with sync_playwright() as playwright, labdriver.launch(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """Starts `minitorch-edu lab` on a lesson; what it started is stopped at the end of the file."""
    from tests.e2e.labdriver import Server

    servers = []

    def start(lesson):
        servers.append(Server(tmp_path_factory.mktemp("lab"), str(lesson)))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def open_notebook(browser):
    """Opens a served notebook in a page of its own."""
    from tests.e2e.labdriver import Notebook

    pages = []

    def open_(server, *, width=1280, height=900, scheme="light"):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        pages.append(page)
        return Notebook(page).open(server.address())

    yield open_
    for page in pages:
        page.close()


@pytest.fixture
def open_inspector(browser):
    """Opens the inspector in a page of its own, without JupyterLab; closed at the end of the test."""
    from tests.e2e.page import InspectorPage

    pages = []

    def open_(inspector=None, **looks):
        pages.append(InspectorPage(browser, inspector, **looks))
        return pages[-1]

    yield open_
    for page in pages:
        page.close()
