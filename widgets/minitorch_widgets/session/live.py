"""Live: after every cell the docked inspector shows the notebook's variables, with no further code.

`%load_ext minitorch_widgets` hangs a hook on the shell and opens a comm to the panel. In a terminal, or where no front
end listens, nothing is shown and nothing breaks.
"""

from __future__ import annotations

from typing import Any

from minitorch_widgets import features
from minitorch_widgets.facts.graph import node_name, sequence
from minitorch_widgets.picture.snapshot import Budget
from minitorch_widgets.recording import ledger, mutations, recorder, writes
from minitorch_widgets.session import moments
from minitorch_widgets.session.inspector import Inspector, Message

TARGET = "minitorch_inspector"
MOST_SOURCES = 20_000


class Live:
    """The inspector of one IPython shell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.inspector = Inspector(self._variables, budget=Budget(seconds=0.25))
        self._sources: dict[tuple[int, str], tuple[str, int]] = {}
        self._failed: tuple[int, int | None, str] | None = None  # which error, and the node that raised it

    def start(self) -> None:
        """Begin to follow the cells."""
        self.shell.events.register("post_run_cell", self.after_cell)
        for name, magic_for in features.MAGICS.items():
            self.shell.register_magic_function(magic_for(self.shell), "cell", name)
        moments.remember(self.inspector)
        self._listen()
        manager = getattr(getattr(self.shell, "kernel", None), "comm_manager", None)
        if manager is not None:
            manager.register_target(TARGET, self._opened_by_the_panel)
            self._open()

    def stop(self) -> None:
        """End following; the panel keeps what it has."""
        try:
            self.shell.events.unregister("post_run_cell", self.after_cell)
        except ValueError:
            pass  # it was taken away by somebody else
        for name in features.MAGICS:
            self.shell.magics_manager.magics["cell"].pop(name, None)
        manager = getattr(getattr(self.shell, "kernel", None), "comm_manager", None)
        if manager is not None:
            manager.unregister_target(TARGET, self._opened_by_the_panel)
        self._listen(False)

    def after_cell(self, result: Any = None) -> None:
        """What happens after each cell, also after one that raised. Never raises itself."""
        try:
            self._name_lines()
            error = _error(result)
            if error is not None and self._failed is not None and self._failed[0] == id(result.error_in_exec):
                error["failed"] = self._failed[1:]
            self._failed = None
            for hear in features.AFTER_CELLS:
                hear(self.inspector.memory, mutations.last_cell())
            self.inspector.refresh(_title(result), error)
        except Exception:
            pass  # the student's cell is not ours to fail

    def _variables(self) -> dict[str, object]:
        hidden = self.shell.user_ns_hidden
        return {
            name: value
            for name, value in list(self.shell.user_ns.items())
            if not (name in hidden and hidden[name] is value)
        }

    # The student's lines ----------------------------------------------------------------------------------------

    def _listen(self, on: bool = True) -> None:
        """Remember which line made each node: two words an operation, told in full when the picture is drawn."""
        ledger.follow(on)
        writes.follow(on)
        try:
            from minitorch_edu.events import backward_finished, op_executed
        except ImportError:
            return
        for signal, listener in ((op_executed, self._op_executed), (backward_finished, self._backward_finished)):
            if on:
                signal.append(listener)
            elif listener in signal:
                signal.remove(listener)

    def _op_executed(self, card: Any, inputs: Any, result: Any) -> None:
        try:
            function = (result[0] if isinstance(result, tuple) else result).grad_fn
            if function is None:
                return
            place = recorder.student_frame()
            if place is not None:
                # the first: a write under no_grad() makes no node, and its result still hangs on the one that was there
                self._sources.setdefault((function._sequence_nr(), type(function).__name__), place)
                if len(self._sources) > 2 * MOST_SOURCES:  # a long loop in one cell: its last lines are enough
                    for key in list(self._sources)[:MOST_SOURCES]:
                        del self._sources[key]
        except Exception:
            pass  # an operation of an unknown kind has no line; the student's code goes on

    def _backward_finished(self, task: Any, error: BaseException | None) -> None:
        """Remember the node that made a backward fail, as numbers."""
        if error is not None and 0 < task.position <= len(task.order):
            node = task.order[task.position - 1]
            self._failed = (id(error), sequence(node), node_name(node))

    def _name_lines(self) -> None:
        """Lines as words, for the nodes made since the last picture."""
        told = self.inspector.sources
        for key, place in self._sources.items():
            if key not in told:
                told[key] = recorder.line_at(*place)
        for key in list(told)[: max(0, len(told) - MOST_SOURCES)]:
            del told[key]
        self._sources.clear()

    # The panel --------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Open the comm from this side: the panel appears by itself."""
        try:
            from comm import create_comm

            comm = create_comm(target_name=TARGET, data=self.inspector.message or {})
        except Exception:
            return  # no front end can take it; it may open one later
        self._connect(comm)

    def _opened_by_the_panel(self, comm: Any, message: Any) -> None:
        """A panel that came later, or came back, opens the comm from its side."""
        self._connect(comm)
        if self.inspector.message is None:
            self.inspector.refresh("now")
        else:
            comm.send(self.inspector.message)

    def _connect(self, comm: Any) -> None:
        leave = self.inspector.connect(lambda message: comm.send(message))
        comm.on_msg(lambda message: self.inspector.receive(message["content"]["data"]))
        comm.on_close(lambda message: leave())


def _title(result: Any) -> str:
    """'after cell [4]'; a cell that isn't counted is 'the last cell'."""
    count = getattr(result, "execution_count", None)
    return f"after cell [{count}]" if count else "after the last cell"


def _error(result: Any) -> Message | None:
    """What the cell raised, on which of the student's lines, and what to do about it."""
    error = getattr(result, "error_in_exec", None) or getattr(result, "error_before_exec", None)
    if not isinstance(error, BaseException):
        return None
    place = recorder.raised_at(error) or {}
    return {
        "text": f"{type(error).__name__}: {error}",
        "hint": "\n".join(getattr(error, "__notes__", ())),
        "line": place.get("line", ""),
        "where": place.get("where", ""),
    }


_live: dict[int, Live] = {}


def lines() -> dict[tuple[int, str], dict[str, str]]:
    """The student's line for each node that was made while a notebook was followed."""
    found: dict[tuple[int, str], dict[str, str]] = {}
    for live in _live.values():
        live._name_lines()
        found.update(live.inspector.sources)
    return found


def inspector() -> Inspector | None:
    """The inspector that follows this notebook, once the extension is loaded."""
    from IPython import get_ipython

    live = _live.get(id(get_ipython()))
    return None if live is None else live.inspector


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext minitorch_widgets`: from now on the docked inspector follows this notebook's variables.

    Doing it again does nothing more.
    """
    if id(shell) not in _live:
        live = _live[id(shell)] = Live(shell)
        live.start()


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext minitorch_widgets`: the inspector stops following."""
    live = _live.pop(id(shell), None)
    if live is not None:
        live.stop()
