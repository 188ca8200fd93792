"""The public names of PyTorch, as minitorch_edu/pytorch_names.txt lists them.

    python -m tests.pytorch_names     writes the file anew, from the PyTorch that is installed

A name is public where its module says so (`__all__`), and in the modules of minitorch_edu/areas.py, which PyTorch
documents, where it is PyTorch's own and begins with no underscore.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import textwrap
import types
import warnings
from pathlib import Path
from typing import Any

import minitorch_edu
from minitorch_edu.areas import BY_NAME

FILE = Path(minitorch_edu.__file__).with_name("pytorch_names.txt")

INSIDE = (
    "torch.ao.nn.intrinsic torch.ao.nn.qat torch.ao.nn.quantizable torch.ao.nn.quantized torch.ao.nn.sparse "
    "torch.ao.ns torch.ao.quantization. torch.distributed.elastic torch.distributed.distributed_c10d "
    "torch.fx.experimental torch.fx.passes torch.jit.mobile torch.nn.modules torch.onnx.ops torch.quantization. "
    "torch.testing.observability torch.utils.benchmark.examples torch.multiprocessing.reductions "
    "torch.utils.benchmark.op_fuzzers torch.utils.benchmark.utils torch.utils.data.datapipes torch.utils.hipify "
    "torch.utils.jit torch.utils.viz torch.utils.bottleneck torch.utils.tensorboard.summary "
    "torch.nn.intrinsic torch.nn.qat torch.nn.quantizable torch.nn.quantized torch.contrib torch.lib torch.bin"
).split()
"""Modules whose names only PyTorch's own code uses: they are listed, and their names are not."""

NEEDS_A_PACKAGE = {"torch.utils.tensorboard": {"FileWriter": "class", "SummaryWriter": "class"}}
"""Modules that cannot be imported without another package, and their names."""

TENSOR_TYPES = "tensortype"


def written() -> str:
    """The text of the file."""
    import torch

    parts = [
        f"# The public names of PyTorch {torch.__version__.partition('+')[0]}, by module: what kind of thing each is.\n"
        "# Written by `python -m tests.pytorch_names`.\n"
    ]
    found = modules()
    for space in sorted({*found, "torch.Tensor"}):
        parts.append(f"\n[{space}]\n")
        beneath = {each.removeprefix(f"{space}.") for each in found if each.rpartition(".")[0] == space}
        by_kind: dict[str, list[str]] = {"module": sorted(beneath)} if beneath else {}
        for name, kind in names(space).items():
            if name not in beneath or kind != "module":
                by_kind.setdefault(kind, []).append(name)
        for kind, listed in sorted(by_kind.items()):
            for line in textwrap.wrap(" ".join(sorted(listed)), 110 - len(kind), break_on_hyphens=False):
                parts.append(f"{kind} {line}\n")
    return "".join(parts)


def modules() -> list[str]:
    """PyTorch's public modules that can be imported here."""
    import torch

    found = ["torch", "torch.__config__", "torch.__future__"]
    waiting = [torch]
    while waiting:
        package = waiting.pop()
        for each in pkgutil.iter_modules(getattr(package, "__path__", []), f"{package.__name__}."):
            if any(part.startswith("_") for part in each.name.split(".")):
                continue
            found.append(each.name)
            if each.ispkg and not each.name.startswith((*INSIDE, *NEEDS_A_PACKAGE)):
                module = imported(each.name)
                if module is not None:
                    waiting.append(module)
    return [name for name in found if not name.startswith(("torch.lib.", "torch.bin."))]


def imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception:  # needs a package, or a GPU, that is not here
        return None


def names(space: str) -> dict[str, str]:
    """The public names of a module, or of torch.Tensor, and what kind of thing each is."""
    if space == "torch.Tensor":
        import torch

        members = {name for name in dir(torch.Tensor) if not name.startswith("_")}
        return {name: kind_of_member(getattr(torch.Tensor, name, None)) for name in members}
    if space in NEEDS_A_PACKAGE:
        return NEEDS_A_PACKAGE[space]
    if space.startswith((*INSIDE, *NEEDS_A_PACKAGE)):
        return {}
    module = imported(space)
    if module is None:
        return {}
    found = {}
    for name in dir(module):
        value = getattr(module, name, None)
        if not name.startswith("_") and _is_public(module, name, value):
            found[name] = kind(value)
    return found


def _is_public(module: types.ModuleType, name: str, value: Any) -> bool:
    if isinstance(value, types.ModuleType):
        return False  # those are listed as modules
    if module.__name__ == "torch":
        return getattr(value, "__module__", None) not in ("typing", "typing_extensions", "collections")
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return name in listed
    is_switch = module.__name__.startswith("torch.backends.") and isinstance(value, (bool, int, str))
    return is_switch or module.__name__ in BY_NAME and _is_theirs(value)


def _is_theirs(value: Any) -> bool:
    module = getattr(value, "__module__", None) or getattr(type(value), "__module__", "")
    return str(module).partition(".")[0] == "torch"


def kind(value: Any) -> str:
    import torch

    if isinstance(value, types.ModuleType):
        return "module"
    if isinstance(value, torch.dtype):
        return "dtype"
    if type(value).__name__ == TENSOR_TYPES:
        return "type"
    if inspect.isclass(value):
        return "class"
    if callable(value):
        return "function" if (value.__doc__ or "").strip() else "undocumented"
    return "value"


def kind_of_member(value: Any) -> str:
    return "method" if callable(value) else "attribute"


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # PyTorch warns of what it deprecates when it is looked at
    FILE.write_text(written(), encoding="utf-8")
