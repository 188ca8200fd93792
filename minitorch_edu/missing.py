"""Missing: the error for a name that is not here, with a note that says what it is in PyTorch or which one was meant.

A module that is PyTorch's says so in one line, `__getattr__ = missing.names_of(__name__)`; one that has a `__getattr__`
of its own raises `missing.error(...)` there. The error's first line is Python's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

ENGINE = __name__.partition(".")[0]

IMPORTING = "<frozen importlib._bootstrap>"


def names_of(module: str) -> Callable[[str], Any]:
    """The `__getattr__` of a module: it has no more names, and says what is known of the one that is asked for."""
    theirs = "torch" + module.removeprefix(ENGINE)

    def __getattr__(name: str) -> Any:
        raise error(theirs, name)

    return __getattr__


def error(module: str, name: str) -> Exception:
    """The error for a name that PyTorch's module does not have here; its `__getattr__` raises it.

    For `from torch import name` an ImportError: Python asks for the attribute, and would forget the note.
    """
    asking = sys._getframe(2)
    found: Exception = AttributeError(f"module {module!r} has no attribute {name!r}")
    if name.startswith("__") or asking.f_code.co_filename == IMPORTING:
        return found  # Python, NumPy and IPython look for such names in everything, imports for modules yet to come
    ours = sys.modules[ENGINE + module.removeprefix("torch")]
    if _is_imported_from(asking) and f"{ours.__name__}.{name}" not in sys.modules:
        place = ours.__file__
        found = ImportError(f"cannot import name {name!r} from {module!r} ({place})", name=module, path=place)
    from minitorch_edu import (
        pytorch_names,
    )  # a table and a search, which programs without mistakes need not load

    found.add_note(pytorch_names.note(module, name))
    return found


def _is_imported_from(frame: Any) -> bool:
    """Whether the frame is at `from ... import name`."""
    import opcode

    return opcode.opname[frame.f_code.co_code[frame.f_lasti]] == "IMPORT_FROM"
