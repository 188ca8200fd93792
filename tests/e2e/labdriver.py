"""Drives a real JupyterLab in a real browser: starts both, runs cells, and records every request that is made.

Note [Waiting for Lab]
Lab's toolbar shows a kernel as idle before it is connected, and a run asked for then never ends; and a promise
that the browser never settles blocks `page.evaluate` for good. So `Notebook.wait_ready` asks the session itself,
and every piece of JavaScript races against a clock.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, WebSocket

SCREENSHOTS = Path(__file__).parent / "screenshots"
LOOPBACK = "127.0.0.1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Chromium asks its maker for this and that by itself; what a page asks for beyond this machine must fail loudly
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {LOOPBACK}",
]


def browser_path() -> str | None:
    """The browser of this machine: it comes from the system's packages, never from a download of our own."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@contextlib.contextmanager
def launch(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=browser_path(), headless=True, args=QUIET)
    try:
        yield browser
    finally:
        browser.close()


class Server:
    """`minitorch-edu lab LESSON` with folders of its own: no setting or notebook of the user's is read or changed."""

    def __init__(self, home: Path, lesson: str) -> None:
        self.home = home
        self.log = home / "server.log"
        self.notebooks = home / "notebooks"
        command = [sys.executable, "-m", "minitorch_lessons", "lab", lesson, "--no-browser"]
        command += ["--folder", str(self.notebooks), "--", "--LabApp.expose_app_in_browser=True"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, env=self._environment())

    def _environment(self) -> dict[str, str]:
        names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
        names += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
        return {**os.environ, **{name: str(self.home / name.lower()) for name in names}}

    def address(self, seconds: float = 120) -> str:
        """Where the notebook is served, in a fresh workspace: nothing that an earlier test opened comes back."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.search(r"(http://127\.0\.0\.1:\d+/lab)(/tree/\S+)", self.log.read_text())
            if found:
                return f"{found[1]}/workspaces/{uuid.uuid4().hex}{found[2]}"
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"JupyterLab did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


class Requests:
    """Every address a page asked for; `outside` are those beyond this machine."""

    def __init__(self, page: Page) -> None:
        self.all: list[str] = []
        page.context.on("request", lambda request: self.all.append(request.url))
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        self.all.append(socket.url)

    @property
    def outside(self) -> list[str]:
        remote = ("http", "https", "ws", "wss")
        parts = ((url, urlsplit(url)) for url in self.all)
        return [url for url, part in parts if part.scheme in remote and part.hostname != LOOPBACK]


class Notebook:
    """The notebook open in a page: cells are run through Lab's own commands."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests = Requests(page)
        self.faults: list[str] = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", self._said)

    def _said(self, message) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def open(self, address: str, seconds: float = 90) -> Notebook:
        self.page.goto(address, wait_until="commit")
        self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=seconds * 1000)
        self.js("await app.restored", seconds=seconds)
        self.wait_ready(seconds)
        return self

    def js(self, body: str, argument: object = None, *, seconds: float = 60):
        """Run an async body that sees `app`, `argument` and, once open, the notebook's `panel`."""
        return self.page.evaluate(
            """async ([body, argument, seconds]) => {
                const app = window.jupyterapp;
                const panel = [...app.shell.widgets("main")].find((w) => w.context?.path?.endsWith(".ipynb"));
                const run = new Function("app", "panel", "argument", `return (async () => { ${body} })()`);
                const clock = new Promise((_, reject) =>
                    setTimeout(() => reject(new Error(`no answer in ${seconds} s: ${body}`)), seconds * 1000));
                return await Promise.race([run(app, panel, argument), clock]);
            }""",
            [body, argument, seconds],
        )

    # the kernel

    def wait_ready(self, seconds: float = 90) -> None:
        self.js(
            """
            const ready = () => {
                const panel = [...app.shell.widgets("main")].find((w) => w.context?.path?.endsWith(".ipynb"));
                const session = panel?.sessionContext;
                const kernel = session?.session?.kernel;
                return session?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
            };
            while (!ready()) await new Promise((resolve) => setTimeout(resolve, 50));
            """,
            seconds=seconds,
        )

    def restart(self) -> None:
        self.js("await panel.sessionContext.session.kernel.restart()")
        self.wait_ready()

    # cells

    def sources(self) -> list[str]:
        return self.js("return panel.content.widgets.map((cell) => cell.model.sharedModel.source)")

    def index(self, fragment: str) -> int:
        """Which cell holds this text."""
        found = [i for i, source in enumerate(self.sources()) if fragment in source]
        assert found, f"no cell holds {fragment!r}"
        return found[0]

    def run_all(self, seconds: float = 180) -> None:
        self._focus()
        self.js("await app.commands.execute('notebook:run-all-cells')", seconds=seconds)
        self.wait_ready()

    def run(self, index: int, seconds: float = 60) -> None:
        self._focus()
        self.js(
            "panel.content.activeCellIndex = argument; await app.commands.execute('notebook:run-cell')",
            index,
            seconds=seconds,
        )

    def type_and_run(self, source: str, seconds: float = 60) -> int:
        """Put a new code cell at the end and run it; returns its index."""
        index = self.js(
            """
            const model = panel.content.model.sharedModel;
            model.insertCell(model.cells.length, { cell_type: "code", source: argument });
            return model.cells.length - 1;
            """,
            source,
        )
        self.run(index, seconds)
        return index

    def _focus(self) -> None:
        # a command goes to the current widget, and the inspector may have become that
        self.js("app.shell.activateById(panel.id)")

    def outputs(self, index: int) -> list[dict]:
        return self.js("return panel.content.widgets[argument].model.outputs?.toJSON() ?? []", index)

    def text(self, index: int) -> str:
        """What a cell printed or showed as plain text, and its error, if any."""
        parts = []
        for output in self.outputs(index):
            data = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue", "")
            parts.append("".join(data))
        return "\n".join(parts)

    def errors(self) -> dict[str, str]:
        """The cells that failed, by their index, with what they raised."""
        return self.js(
            """
            const found = {};
            panel.content.widgets.forEach((cell, i) => {
                for (const output of cell.model.outputs?.toJSON() ?? [])
                    if (output.output_type === "error") found[i] = `${output.ename}: ${output.evalue}`;
            });
            return found;
            """
        )

    # looks

    def theme(self, name: str) -> None:
        self.js("await app.commands.execute('apputils:change-theme', { theme: argument })", name)
        self.page.wait_for_function(
            "(light) => document.body.dataset.jpThemeLight === light", arg=str("Light" in name).lower()
        )

    def screenshot(self, name: str) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        self.page.screenshot(path=path)
        return path
