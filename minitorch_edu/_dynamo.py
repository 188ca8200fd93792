"""_dynamo: the part of PyTorch's compiler that programs call by its own name. Nothing is compiled here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from minitorch_edu import compiler
from minitorch_edu.compiler import InvalidBackend as InvalidBackend
from minitorch_edu.compiler import OptimizedModule as OptimizedModule
from minitorch_edu.compiler import allow_in_graph as allow_in_graph
from minitorch_edu.compiler import assume_constant_result as assume_constant_result
from minitorch_edu.compiler import disable as disable
from minitorch_edu.compiler import is_compiling as is_compiling
from minitorch_edu.compiler import list_backends as list_backends
from minitorch_edu.compiler import reset as reset
from minitorch_edu.compiler import set_stance as set_stance

config = SimpleNamespace(
    suppress_errors=False,
    verbose=False,
    cache_size_limit=8,
    recompile_limit=8,
    capture_scalar_outputs=False,
    capture_dynamic_output_shape_ops=False,
)
"""What programs set; it changes nothing."""


def optimize(backend: Any = "inductor", **options: Any) -> Any:
    """The older name of `torch.compile`, as a decorator."""
    return lambda model: compiler.compile(model, backend=backend)


def graph_break(msg: str = "") -> None:
    """Say where two compiled parts should meet."""


def mark_dynamic(t: Any, index: Any, **options: Any) -> None:
    """Say that a size will vary."""


mark_static = maybe_mark_dynamic = mark_dynamic
