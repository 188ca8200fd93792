"""A notebook with the inspector live, in this process: cells go in, pictures come out. For tests over both engines."""

import re

from IPython.core.interactiveshell import InteractiveShell
from minitorch_widgets.session import live
from traitlets.config import Config


class Notebook:
    """Runs cells in a real IPython shell that the inspector follows."""

    def __init__(self, monkeypatch, engine):
        self.shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
        self.shell.showtraceback = lambda *_, **__: None  # what a cell raises is part of the program
        monkeypatch.setattr("IPython.get_ipython", lambda: self.shell)
        self.shell.run_cell(f"import {engine} as torch\nimport numpy as np")
        live.load_ipython_extension(self.shell)
        self.inspector = live._live[id(self.shell)].inspector
        self.run("0")
        self.error = None

    def close(self):
        live.unload_ipython_extension(self.shell)

    def run(self, *cells):
        """Run cells, and return the picture after the last one."""
        for cell in cells:
            result = self.shell.run_cell(cell, store_history=True)
            self.error = result.error_in_exec or result.error_before_exec
        return self.inspector.message["snapshot"]

    def part(self, name, *cells):
        """A part of the picture after these cells; None where it has nothing to tell."""
        return self.run(*cells)["parts"].get(name)

    def ask(self, kind, **details):
        """What the kernel answers to a view's question: (value, problem)."""
        heard = []
        leave = self.inspector.connect(heard.append)
        self.inspector.receive({"type": kind, "id": "q", **details})
        leave()
        (told,) = [each for each in heard if each["type"] == "answer"]
        return told.get("value"), told.get("problem")

    @property
    def variables(self):
        return self.shell.user_ns


def cells_of(program):
    """The cells of a program: separated by lines of dashes."""
    return [cell.strip() for cell in re.split(r"^---$", program, flags=re.MULTILINE)]
