"""Missing: the error for a name that is not here, with a note that says what it is in PyTorch or which one was meant.

A module that is PyTorch's says so in one line, `__getattr__ = missing.names_of(__name__)`; one that has a `__getattr__`
of its own raises `missing.error(...)` there. The error's first line is Python's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

ENGINE = __name__.partition(".")[0]

IMPORTING = "<frozen importlib._bootstrap>"

ABSENT_METHODS = (
    "as_subclass ccol_indices chalf coalesce col_indices const_data_ptr crow_indices dequantize "
    "grad_dtype hash_tensor index indices int_repr ipu is_coalesced module_load mtia q_per_channel_axis "
    "q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point qscheme resize_as_sparse_ "
    "row_indices slice_inverse smm sparse_mask sparse_resize_ sparse_resize_and_clear_ sspaddmm "
    "storage_type to_mkldnn to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo "
    "to_sparse_csc to_sparse_csr values volatile xpu"
).split()
"""What PyTorch's tensors have and these have not."""

METHODS_OF_OTHERS = (
    "append assign assign_add assign_sub astype cast copy eval expand_dims get_shape reduce_max reduce_mean reduce_min "
    "reduce_sum set_shape stop_gradient"
).split()
"""What arrays and tensors of other libraries have, and PyTorch's have not."""


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


class absent:
    """A method that is not here. A descriptor, because a `__getattr__` would make every attribute slower."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        called = f"type object '{owner.__name__}'" if instance is None else f"'{owner.__name__}' object"
        asked = owner if instance is None else instance
        found = AttributeError(f"{called} has no attribute '{self.name}'", name=self.name, obj=asked)
        from minitorch_edu import pytorch_names

        found.add_note(pytorch_names.note("torch.Tensor", self.name))
        raise found


def known_to_dir(kind: type, names: Iterable[str]) -> list[str]:
    """The names of a tensor or of its class that lead to something: what `dir` lists, and a Tab completes."""
    hidden = {
        name for name in (*ABSENT_METHODS, *METHODS_OF_OTHERS) if isinstance(_found(kind, name), absent)
    }
    return [name for name in names if name not in hidden]


def _found(kind: type, name: str) -> Any:
    return next((vars(each)[name] for each in kind.__mro__ if name in vars(each)), None)
