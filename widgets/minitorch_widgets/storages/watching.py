"""Watching: what a block did to names and bytes, time bombs and lifetimes, asked for in one line."""

from __future__ import annotations

import inspect
import sys
from contextlib import ExitStack
from typing import Any

from minitorch_widgets.facts.names import find
from minitorch_widgets.recording import writes
from minitorch_widgets.recording.mutations import Cell, cell_files, read_block, read_cell
from minitorch_widgets.session import live
from minitorch_widgets.session.caller import inspector_for, reference
from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.storages import changes
from minitorch_widgets.storages.bombs import MOST_CELLS, book_of

VIEWS = ("changes", "bombs", "graph", "lanes", "lifetimes", "pane")


class Watch:
    """What a with-block did to the names around it. Shown in a notebook, it is the picture."""

    def __init__(self) -> None:
        self._frame: Any = None
        self._held: dict[str, Any] = {}
        self._listening = ExitStack()
        self._widget: Any = None
        self.inspector = Inspector(self._named, views=VIEWS)

    def _named(self) -> dict[str, object]:
        if self._frame is not None:
            return {**self._frame.f_globals, **self._frame.f_locals}
        return {name: value for name, kept in self._held.items() if (value := kept()) is not None}

    def __enter__(self) -> Watch:
        self._frame = sys._getframe(1)
        self._line = self._frame.f_lineno
        self._listening.enter_context(writes.heard())
        self.inspector.refresh("before the block")
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        try:
            memory = self.inspector.memory
            changes.block_ran(memory, read_block(self._frame.f_code.co_filename, self._line))
            self.inspector.sources.update(live.lines())
            self.inspector.refresh("what the block changed")
            self._held = {name: reference(value) for name, value in find(self._named(), [])}
        finally:
            _let_go(self._frame)
            self._frame = None
            self._listening.close()

    @property
    def changes(self) -> dict[str, Any]:
        """Names and writes, as the picture tells them."""
        told = self.inspector.picture()["parts"].get("changes")
        return told or {"names": [], "writes": [], "sentence": "The block changed no name and no bytes."}

    @property
    def widget(self) -> Any:
        """The picture, for a cell's output."""
        from minitorch_widgets.session.widget import InspectorWidget

        if self._widget is None:
            self._widget = InspectorWidget(self.inspector)
        return self._widget

    def _ipython_display_(self) -> None:
        self.widget._ipython_display_()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.widget._repr_mimebundle_(**kwargs)

    def __repr__(self) -> str:
        return str(self.changes["sentence"])


def _let_go(frame: Any) -> None:
    """Before Python 3.13 a function's frame keeps the copy of its variables that somebody looked at, until the next."""
    if frame.f_code.co_flags & inspect.CO_OPTIMIZED and type(frame.f_locals) is dict:
        frame.f_locals.clear()


def _cells(frame: Any) -> list[Cell]:
    """What has run, as far as it can be read: the cells of the notebook, or the file."""
    numbers = cell_files()
    here = frame.f_code.co_filename
    files = sorted(numbers, key=numbers.__getitem__)[-MOST_CELLS:] if here in numbers else [here]
    read = [cell for cell in map(read_cell, files) if cell is not None]
    return [_before(cell, frame.f_lineno) if cell.file == here else cell for cell in read]


def _before(cell: Cell, number: int) -> Cell:
    """A cell without what stands below this line: that has not run yet."""
    return cell._replace(
        mutations=tuple(each for each in cell.mutations if each.number <= number),
        statements=tuple(each for each in cell.statements if each.lineno <= number),
        binds=tuple(each for each in cell.binds if each.number <= number),
    )


def widget_of(tensors: tuple[Any, ...], function: str, views: tuple[str, ...]) -> Any:
    """A widget over the caller's caller's variables, that knows the lines of a notebook that is followed."""
    from minitorch_widgets.session.widget import InspectorWidget

    inspector, _ = inspector_for(tensors, function, 3, views=views)
    followed = live.inspector()
    if followed is not None:
        mine, other = book_of(inspector.memory), book_of(followed.memory)
        mine.cells, mine.past = list(other.cells), list(other.past)
    else:
        mine = book_of(inspector.memory)
        mine.cells, mine.followed = _cells(sys._getframe(2)), False
    inspector.refresh()
    return InspectorWidget(inspector)
