"""Trace: `trace()` and `%%trace`: what a block or a cell did, operation by operation, forward and back."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from minitorch_widgets import features
from minitorch_widgets.facts.names import find
from minitorch_widgets.picture.placing import Places
from minitorch_widgets.session import moments
from minitorch_widgets.session.caller import reference
from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.tracing.hearing import follow
from minitorch_widgets.tracing.reel import reel, stand
from minitorch_widgets.tracing.tracer import MOST_MOMENTS, Tracer

VIEWS = ("moments", "strip", "graph", "step", "lanes", "pane", "chain")


class Trace:
    """What a with-block did. Shown in a notebook, it is the picture with its timeline."""

    def __init__(self, most: int = MOST_MOMENTS, title: str = "trace()") -> None:
        self.title = title
        self._most = most
        self._tracer: Tracer | None = None
        self._listening = ExitStack()
        self._told: dict[str, Any] = {"moments": []}
        self._widget: Any = None
        self.inspector: Inspector | None = None

    @property
    def moments(self) -> list[dict[str, Any]]:
        """What happened, one entry a moment: its level, line, inputs, outputs and sentence."""
        return list(self._told["moments"])

    def __enter__(self) -> Trace:
        return self._begin(sys._getframe(1))

    def _begin(self, frame: Any) -> Trace:
        """Listen from here on; `frame` is where the student's names are."""
        self._tracer = Tracer(frame, self._most)
        self._tracer.begin()
        self._listening = follow(self._tracer)
        self._scope = frame
        return self

    def _around(self, frame: Any) -> _Block:
        return _Block(self, frame)

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._listening.close()
        frame, self._scope = self._scope, None
        tracer, self._tracer = self._tracer, None
        if tracer is None:
            return
        try:
            tracer.end(error)
            self._told = reel(tracer, self.title)
            moments.traced(self._told, tracer.memory)
            self._look(tracer, {**frame.f_globals, **frame.f_locals})
        except Exception:
            pass  # a trace that can't be told is empty; the student's block goes on

    def _look(self, tracer: Tracer, namespace: dict[str, Any]) -> None:
        """The picture of now, over the student's names, holding none of them."""
        references = {name: reference(value) for name, value in find(namespace, [])}

        def named() -> dict[str, object]:
            return {name: value for name, kept in references.items() if (value := kept()) is not None}

        touched = {each for moment in self._told["moments"] for each in (*moment["inputs"], *moment["outputs"])}
        chosen = [kept for kept in references.values() if tracer.memory.of_object(kept(), "") in touched]
        self.inspector = Inspector(
            named,
            focus=lambda: [value for kept in chosen if (value := kept()) is not None],
            views=VIEWS,
        )
        tracer.memory.places = stand(Places(), self._told)
        self.inspector.memory = tracer.memory
        self.inspector.refresh(self.title)

    @property
    def widget(self) -> Any:
        """The picture with its timeline, for a cell's output."""
        from minitorch_widgets.session.widget import InspectorWidget

        if self.inspector is None:
            raise RuntimeError("trace() has nothing to show before its block has ended")
        if self._widget is None:
            self._widget = InspectorWidget(self.inspector)
        return self._widget

    def _ipython_display_(self) -> None:
        if self.inspector is None:
            print(repr(self))
        else:
            self.widget._ipython_display_()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if self.inspector is None:
            return {"text/plain": repr(self)}, {}
        return self.widget._repr_mimebundle_(**kwargs)

    def __repr__(self) -> str:
        return self._told.get("sentence", "trace(): its block has not ended yet")


class _Block:
    """A trace around what has its names elsewhere than in the frame that runs it."""

    def __init__(self, trace: Trace, frame: Any) -> None:
        self._trace = trace
        self._frame = frame

    def __enter__(self) -> Trace:
        return self._trace._begin(self._frame)

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._trace.__exit__(kind, error, trace)


# In a notebook --------------------------------------------------------------------------------------------------


def trace_cell(shell: Any, line: str, cell: str) -> None:
    """`%%trace`: run the cell, and show what it did."""
    source = "\n" + shell.transform_cell(cell)  # the line of the magic counts too, so that the numbers are right
    count = shell.execution_count
    name = shell.compile.cache(source, count, raw_code=source)
    tree = shell.compile.ast_parse(source, filename=name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    blocks = [(tree, "exec"), (ast.Interactive([last]), "single")] if last is not None else [(tree, "exec")]
    scope = types.SimpleNamespace(f_globals=shell.user_ns, f_locals=shell.user_ns)
    told = Trace(title=f"trace of cell [{count}]" if count else "trace of this cell")
    try:
        with told._around(scope):
            for block, mode in blocks:
                exec(compile(block, name, mode, dont_inherit=True), shell.user_ns)
    finally:
        _display(told)


def _display(told: Trace) -> None:
    try:
        from IPython.display import display

        display(told)
    except Exception:
        pass  # the picture is no reason to fail a cell


@features.cell_magic("trace")
def magic_for(shell: Any) -> Callable[[str, str], None]:
    """The cell magic of this shell."""

    def trace(line: str, cell: str) -> None:
        trace_cell(shell, line, cell)

    trace.__doc__ = trace_cell.__doc__
    return trace
