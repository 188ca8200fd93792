"""Widget: the inspector in a cell's output, through anywidget, with a picture and words for where it can't run.

Note [Two outputs]
Whoever shows a saved notebook prefers a widget to any picture in the same output: nbconvert does wherever the widget's
state was saved, and then shows nothing at all, since the page would have to fetch a library from elsewhere. So the
still picture is an output of its own, after the widget's. A widget that is alive hides it (still.ts), by its name.
"""

from __future__ import annotations

import pathlib
import uuid
from typing import Any

import anywidget
import traitlets

from minitorch_widgets import words
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.session import replay
from minitorch_widgets.session.inspector import Inspector

STATIC = pathlib.Path(__file__).parent.parent / "static"

# shown instead of nothing when the front end was never built: a plain line, and the picture in words
MISSING = """
function render({ model, el }) {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = "The inspector's browser part is missing from this installation. " +
    "In a source checkout, build it with: python hatch_build.py build";
  const words = document.createElement("p");
  words.textContent = (model.get("state").snapshot || {}).text || "";
  el.append(line, words);
}
export default { render };
"""


class InspectorWidget(anywidget.AnyWidget):
    """One view of an `Inspector`.

    `state` is the last message with everything, saved with the notebook; live, the messages travel as custom messages.
    """

    _esm = STATIC / "widget.js" if (STATIC / "widget.js").exists() else MISSING
    _css = STATIC / "widget.css" if (STATIC / "widget.css").exists() else ""
    state = traitlets.Dict().tag(sync=True)
    still = traitlets.Unicode().tag(sync=True)

    def __init__(self, inspector: Inspector, **kwargs: Any) -> None:
        self.inspector = inspector
        self._in_updates = False
        super().__init__(state=inspector.message or {}, still=f"mt-still-{uuid.uuid4().hex}", **kwargs)
        self._leave = inspector.connect(self._tell)
        self.on_msg(self._heard)

    def _tell(self, message: dict[str, Any]) -> None:
        self._in_updates = message.get("type") == "update"
        if message.get("type") in ("snapshot", "update"):
            self.state = self.inspector.message or {}
        self.send(message)

    def send_state(self, key: Any = None) -> None:
        """Not of what a view is told as an update: it keeps its own copy up to date with it."""
        if key != "state" or not self._in_updates:
            super().send_state(key)

    def _heard(self, _: Any, content: Any, buffers: Any) -> None:
        self.inspector.receive(content)

    def save(self, path: Any, *, finish: bool = True) -> pathlib.Path:
        """Write everything it has shown to one HTML file, which opens offline and can be stepped through.

        A walk that is under way runs to its end first, as backward() would have: a file can't run what is missing.
        With `finish=False` the file holds the steps that have run.
        """
        return replay.save(self.inspector, path, finish=finish)

    def close(self) -> None:
        """End the view."""
        self._leave()
        super().close()

    def _ipython_display_(self) -> None:
        """Show the widget with its words; and, as an output of its own, the still picture."""
        from IPython import get_ipython
        from IPython.display import publish_display_data

        data, metadata = self._repr_mimebundle_()
        drawn = data.pop("image/svg+xml", None)
        publish_display_data(data, metadata)
        if drawn and hasattr(get_ipython(), "kernel"):  # a terminal has the words, and shows no picture
            named = drawn.replace("<svg ", f'<svg id="{self.still}" ', 1)
            publish_display_data({"image/svg+xml": named, "text/plain": "The same as a still picture."})

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and beside it a picture and a text for GitHub, nbconvert and screen readers."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        message = self.inspector.message or {}
        picture, timeline = message.get("snapshot"), message.get("timeline")
        if picture:
            text = f"{picture['text']} {words.walk_sentence(timeline)}".strip()
            data = {**data, "text/plain": text, "image/svg+xml": to_svg(picture, timeline)}
        return data, metadata
