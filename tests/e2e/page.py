"""A page that holds nothing but the inspector: no JupyterLab, no server, and the kernel's side in this very process.

    page = InspectorPage(browser, inspector, width=700, scheme="dark")
    page.root.get_by_test_id("search").fill("mul")

What the view sends is answered by the `Inspector`, through the same messages as in a notebook. Everything that the page
may fetch is answered from here, and what it asks for besides is in `page.strangers`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

STATIC = Path(__file__).resolve().parents[2] / "widgets" / "minitorch_widgets" / "static"
HOME = "http://inspector.test/"
COLOURS = {"light": ("#ffffff", "#1f2328"), "dark": ("#111111", "#dddddd")}

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The inspector</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="widget.css"></head>
<body><main id="here"></main>
<script type="module">
import widget from "./widget.js";
const heard = {};
const state = {};
window.times = {};
window.hear = (text) => {
  const message = JSON.parse(text);
  const arrived = performance.now();
  for (const callback of heard["msg:custom"] ?? []) callback(message, []);
  window.times.drawn = performance.now() - arrived;
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
    window.times.painted = performance.now() - arrived;
    resolve(window.times);
  }))); // a task after the frame: what was drawn is on the screen
};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  send: (message) => window.toKernel(JSON.stringify(message)).then((told) => told.forEach(window.hear)),
  on: (event, callback) => { (heard[event] ??= new Set()).add(callback); },
  off: (event, callback) => heard[event]?.delete(callback),
};
window.start = () => {
  widget.initialize({ model });
  widget.render({ model, el: document.getElementById("here") });
};
</script></body></html>"""

THEME = """([light, paper, ink]) => {
  const { dataset, style } = document.body;
  dataset.jpThemeLight = light;
  style.background = paper;
  style.color = ink;
  style.setProperty("--jp-layout-color0", paper);
  style.setProperty("--jp-ui-font-color1", ink);
}"""


class InspectorPage:
    """The built bundle over an `Inspector` (or over messages that a test makes up), in a page of its own."""

    def __init__(
        self,
        browser: Browser,
        inspector: Any = None,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        forced: bool = False,
        reduced: bool = False,
    ) -> None:
        if not (STATIC / "widget.js").exists():
            pytest.skip("needs the bundle: python hatch_build.py build")
        self.strangers: list[str] = []
        self.errors: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self._told: list[str] = []
        self._inspector = inspector
        self._context = browser.new_context(reduced_motion="reduce" if reduced else "no-preference")
        self.page = self._context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.route("**/*", self._serve)
        self.page.expose_function("toKernel", self._answer)
        self._leave = (
            inspector.connect(lambda message: self._told.append(json.dumps(message))) if inspector else None
        )
        self.page.goto(HOME)
        self.look(width=width, height=height, scheme=scheme, forced=forced)
        self.page.evaluate("window.start()")
        self.root = self.page.get_by_test_id("inspector")
        if inspector is not None:
            self.page.wait_for_selector("[data-testid=status]:not(:empty)")

    def look(
        self, *, width: int = 1280, height: int = 900, scheme: str = "light", forced: bool = False
    ) -> None:
        """Another size, theme or colours, as when a reader changes it under the open view."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme, forced_colors="active" if forced else "none")
        self.page.evaluate(THEME, [scheme == "light", *COLOURS[scheme]])

    def _serve(self, route: Route) -> None:
        name = route.request.url.removeprefix(HOME)
        if route.request.url == HOME:
            route.fulfill(body=PAGE, content_type="text/html")
        elif name in ("widget.js", "widget.css"):
            kind = "text/javascript" if name.endswith("js") else "text/css"
            route.fulfill(body=(STATIC / name).read_bytes(), content_type=kind)
        elif name == "message":
            route.fulfill(body=self._told.pop(0), content_type="application/json")
        else:
            self.strangers.append(route.request.url)
            route.abort()

    def _answer(self, text: str) -> list[str]:
        """The kernel's side: what it says to a message goes back as the answer to the call."""
        message = json.loads(text)
        self.sent.append(message)
        if self._inspector is not None:
            self._inspector.receive(message)
        told, self._told = self._told, []
        return told

    def tell(self, message: dict[str, Any]) -> dict[str, float]:
        """Deliver a message; how many ms after its arrival it was `drawn` (our code ran) and `painted` (is on screen)."""
        self._told = [json.dumps(message)]
        return self.page.evaluate("() => fetch('message').then((there) => there.text()).then(window.hear)")

    def refresh(self, title: str = "") -> dict[str, float]:
        """Look again on the kernel's side, as after a cell, and deliver what is told of it."""
        self._told = []
        self._inspector.refresh(title)
        return self.tell(json.loads(self._told.pop()))

    def settle(self) -> None:
        """Until what was asked for has been drawn: two frames."""
        self.page.evaluate(
            "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
        )

    def part(self, name: str) -> Any:
        return self.root.get_by_test_id(name)

    def screenshot(self, path: str | Path) -> None:
        self.page.screenshot(path=str(path), full_page=True)

    def close(self) -> None:
        if self._leave is not None:
            self._leave()
        self._context.close()

    def __enter__(self) -> InspectorPage:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()
