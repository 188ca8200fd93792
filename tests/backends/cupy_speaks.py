"""What CuPy speaks, read from an installed CuPy: the simulated device knows no word more.

    python -m tests.backends.cupy_speaks > minitorch_edu/backends/cupy.json

It needs CuPy, but no GPU. Functions are listed with their arguments, as a signature writes them; so are the
methods of arrays; ufuncs, types, constants, flags, and SciPy's share by name.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import types
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def spoken() -> dict[str, Any]:
    import cupy
    from cupy._core.flags import Flags

    modules = {
        "": cupy,
        "linalg.": cupy.linalg,
        "fft.": cupy.fft,
        "lib.stride_tricks.": cupy.lib.stride_tricks,
    }
    functions: dict[str, list[str]] = {}
    ufuncs: list[str] = []
    names: list[str] = []
    for prefix, module in modules.items():
        for name, value in sorted(vars(module).items()):
            if name.startswith("_") or isinstance(value, types.ModuleType):
                continue
            if isinstance(value, type | float | None.__class__):
                names.append(prefix + name)
            elif type(value).__name__ == "ufunc":
                ufuncs.append(prefix + name)
            elif callable(value):
                functions[prefix + name] = arguments(value)
    return {
        "version": cupy.__version__,
        "names": names,
        "ufuncs": ufuncs,
        "ndarray": {name: method_arguments(cupy.ndarray, name) for name in public(cupy.ndarray)},
        "flags": public(Flags),
        **{f"scipy.{name}": imported(f"cupyx.scipy.{name}") for name in ("fft", "linalg", "special")},
        "functions": functions,
    }


def public(kind: type) -> list[str]:
    return sorted(name for name in dir(kind) if not name.startswith("_"))


def arguments(function: Any) -> list[str]:
    """The parameters: `["a", "*", "axis"]` for `(a, *, axis)`; `["*", "**"]` for a function that does not tell them."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return ["*", "**"]
    written: list[str] = []
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not any(name.startswith("*") for name in written):
            written.append("*")
        stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        written.append(stars + each.name)
    return written


def method_arguments(kind: type, name: str) -> list[str] | None:
    """The same of a method written in Cython, which begins its docstring with them; None for an attribute."""
    first, *_ = (getattr(getattr(kind, name), "__doc__", None) or "").splitlines() or [""]
    match = re.match(rf"\w+\.{name}\(self(?:, )?(.*)\)(?: -> \w+)?$", first)
    if match is None:
        return None
    return [each.split("=")[0].split()[-1] for each in match[1].split(", ") if each]


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
