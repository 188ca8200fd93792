"""What CuPy speaks, read from an installed CuPy: the simulated device knows no word more.

    python -m tests.backends.cupy_speaks > minitorch_edu/backends/cupy.json

It needs CuPy, but no GPU: functions are listed with the arguments they take, ufuncs, arrays and SciPy's share by name.
"""

from __future__ import annotations

import ast
import inspect
import json
import types
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def spoken() -> dict[str, Any]:
    import cupy

    modules = {
        "": cupy,
        "linalg.": cupy.linalg,
        "fft.": cupy.fft,
        "lib.stride_tricks.": cupy.lib.stride_tricks,
    }
    functions: dict[str, list[str]] = {}
    ufuncs: list[str] = []
    for prefix, module in modules.items():
        for name, value in sorted(vars(module).items()):
            if name.startswith("_") or isinstance(value, type | types.ModuleType) or not callable(value):
                continue
            if type(value).__name__ == "ufunc":
                ufuncs.append(prefix + name)
            else:
                functions[prefix + name] = arguments(value)
    return {
        "version": cupy.__version__,
        "functions": functions,
        "ufuncs": ufuncs,
        "ndarray": sorted(name for name in dir(cupy.ndarray) if not name.startswith("_")),
        **{f"scipy.{name}": imported(f"cupyx.scipy.{name}") for name in ("fft", "linalg", "special")},
    }


def arguments(function: Any) -> list[str]:
    """The names of the parameters; ["*"] for a function written in C that does not tell them."""
    try:
        return list(inspect.signature(function).parameters)
    except ValueError:
        return ["*"]


def imported(module: str) -> list[str]:
    """The public names that a package imports. It is read, not run: running it needs a GPU's libraries."""
    found = find_spec(module)
    assert found is not None and found.origin is not None
    tree = ast.parse(Path(found.origin).read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module != "__future__"]
    names = (alias.asname or alias.name for node in imports for alias in node.names)
    return sorted({name for name in names if not name.startswith("_")})


def text(words: dict[str, Any]) -> str:
    """As JSON, one function a line."""
    functions = [f"  {json.dumps(name)}: {json.dumps(found)}" for name, found in words["functions"].items()]
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in words.items() if key != "functions"]
    lines.append(' "functions": {\n' + ",\n".join(functions) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    print(text(spoken()), end="")
