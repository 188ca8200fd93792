"""Anomaly detection: which line of the forward pass made the node that fails, or that returns nan.

While it is on, every node notes where it was made; PyTorch keeps the same in `metadata["traceback_"]`.
"""

from __future__ import annotations

import sys
import traceback
import warnings
from typing import Any

from minitorch_edu import events
from minitorch_edu.callers import outside

ENABLED = (
    "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
    "debugging."
)

NO_INFORMATION = (
    "No forward pass information available. Enable detect anomaly during forward pass for more information."
)


class _State:
    """Whether anomalies are looked for, in all threads."""

    enabled = False
    check_nan = True


state = _State()


def is_anomaly_enabled() -> bool:
    """Whether nodes note where they are made."""
    return state.enabled


def is_anomaly_check_nan_enabled() -> bool:
    """Whether a gradient of nan is an error while anomalies are looked for."""
    return state.check_nan


def set_anomaly_enabled(enabled: bool, check_nan: bool = True) -> None:
    """Look for anomalies from now on, or no longer."""
    if enabled and not state.enabled:
        events.op_executed.append(_note)
    elif state.enabled and not enabled:
        events.op_executed.remove(_note)
    state.enabled, state.check_nan = bool(enabled), bool(check_nan)


def _note(card: Any, inputs: Any, result: Any) -> None:
    for tensor in result if isinstance(result, tuple | list) else (result,):
        node = getattr(tensor, "_grad_fn", None)
        if node is not None:
            note_origin(node)


def note_origin(node: Any) -> None:
    """Note on a node the lines that led to it, the engine's own left out."""
    if "traceback_" in node.metadata:
        return
    frame: Any = sys._getframe(1)
    while frame is not None and _is_engine(frame):
        frame = frame.f_back
    node.metadata["traceback_"] = traceback.format_stack(frame)
    if running:
        node.metadata["parent_"] = running[-1]


running: list[Any] = []
"""The nodes that run while a graph of the gradients is made."""


def _is_engine(frame: Any) -> bool:
    name = frame.f_globals.get("__name__") or ""
    return name.partition(".")[0] == "minitorch_edu" or frame.f_code.co_filename.startswith("<compiled from")


def report(node: Any) -> None:
    """Warn of a failing node, with the lines that led to it."""
    name = node.name()
    lines = node.metadata.get("traceback_")
    if lines is None:
        text = f"Error detected in {name}. {NO_INFORMATION}"
    else:
        text = f"Error detected in {name}. Traceback of forward call that caused the error:\n{''.join(lines)}"
    warnings.warn(text, UserWarning, stacklevel=outside())
    parent = node.metadata.get("parent_")
    while parent is not None:
        lines = parent.metadata.get("traceback_")
        text = f"\n\nPrevious calculation was induced by {parent.name()}. "
        if lines is None:
            text += NO_INFORMATION
        else:
            text += f"Traceback of forward call that induced the previous calculation:\n{''.join(lines)}"
        warnings.warn(text, UserWarning, stacklevel=outside())
        parent = parent.metadata.get("parent_")


def hint() -> str:
    """What the error of a saved tensor that was written advises."""
    if state.enabled:
        return (
            "the backtrace further above shows the operation that failed to compute its gradient. The variable in "
            "question was changed in there or anywhere later. Good luck!"
        )
    return (
        "enable anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


class detect_anomaly:
    """A with-block in which an error of a backward pass comes with the line of the forward pass it belongs to.

    check_nan: a gradient that is nan counts as an error.
    """

    def __init__(self, check_nan: bool = True) -> None:
        self.before = state.enabled, state.check_nan
        self.check_nan = check_nan
        warnings.warn(ENABLED, stacklevel=outside())

    def __enter__(self) -> None:
        set_anomaly_enabled(True, self.check_nan)

    def __exit__(self, *_: Any) -> None:
        set_anomaly_enabled(*self.before)


class set_detect_anomaly:
    """Switches anomaly detection at once when called, and back at the end of a with-block."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.before = state.enabled, state.check_nan
        set_anomaly_enabled(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: Any) -> None:
        set_anomaly_enabled(*self.before)
