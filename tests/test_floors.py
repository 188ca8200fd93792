"""A module imports from lower floors only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOMES = {
    "minitorch_edu": ROOT,
    "minitorch_widgets": ROOT / "widgets",
    "minitorch_lessons": ROOT / "lessons",
}

# The floors from the ground up. A name stands for itself and what lies beneath it, unless a longer name fits.
FLOORS = [
    {
        "minitorch_edu.events",
        "minitorch_edu.dtypes",
        "minitorch_edu.layouts",
        "minitorch_edu.shape",
        "minitorch_edu.devices",
        "minitorch_edu.settings",
        "minitorch_edu.version",
        "minitorch_edu.callers",
        "minitorch_edu.naming",
        "minitorch_edu.areas",
        "minitorch_edu.pytorch_names",
        "minitorch_edu.missing",
    },
    {"minitorch_edu.backends"},
    {
        "minitorch_edu.storage",
        "minitorch_edu.ops.registry",
        "minitorch_edu.operations",
        "minitorch_edu.parameter",
        "minitorch_edu.printing",
        "minitorch_edu.tensor",
        "minitorch_edu.cuda.lab",
        "minitorch_edu.backends.real",
        "minitorch_edu.backends.row_kernels",
        "minitorch_edu.backends.convolution_kernels",
        "minitorch_edu.backends.loss_kernels",
        "minitorch_edu.backends.norm_kernels",
        "minitorch_edu.backends.pooling_kernels",
    },
    {
        "minitorch_edu.autograd.anomaly",
        "minitorch_edu.autograd.grad_mode",
        "minitorch_edu.autograd.graph",
        "minitorch_edu.autograd.homes",
        "minitorch_edu.autograd.hooks",
        "minitorch_edu.autograd.saved",
    },
    {
        "minitorch_edu.ops.apart",
        "minitorch_edu.ops.op",
        "minitorch_edu.ops.compiler",
        "minitorch_edu.ops.first_call",
        "minitorch_edu.ops.fitting",
        "minitorch_edu.ops.kinds",
        "minitorch_edu.ops.operands",
        "minitorch_edu.ops.outputs",
        "minitorch_edu.ops.overlap",
        "minitorch_edu.ops.signatures",
        "minitorch_edu.ops.transforms",
    },
    {"minitorch_edu.ops", "minitorch_edu.autograd.engine"},
    {
        "minitorch_edu.autograd",
        "minitorch_edu.autograd.inplace",
        "minitorch_edu.autograd.function",
        "minitorch_edu.autograd.functional",
        "minitorch_edu.autograd.gradcheck",
        "minitorch_edu.autograd.variable",
    },
    {
        "minitorch_edu.fft",
        "minitorch_edu.func",
        "minitorch_edu.linalg",
        "minitorch_edu.masked",
        "minitorch_edu.signal",
        "minitorch_edu.special",
        "minitorch_edu.nn",
        "minitorch_edu.optim",
        "minitorch_edu.hub",
        "minitorch_edu.utils",
        "minitorch_edu.multiprocessing",
        "minitorch_edu.profiler",
        "minitorch_edu.random",
        "minitorch_edu.unpickling",
        "minitorch_edu.archives",
        "minitorch_edu.safetensors",
        "minitorch_edu.stored_names",
        "minitorch_edu.serialization",
        "minitorch_edu.cuda",
        "minitorch_edu.accelerator",
        "minitorch_edu.amp",
        "minitorch_edu.__config__",
        "minitorch_edu._dynamo",
        "minitorch_edu.compiler",
        "minitorch_edu.cpu",
        "minitorch_edu.distributions",
        "minitorch_edu.jit",
        "minitorch_edu.testing",
        "minitorch_edu.hook",
    },
    {"minitorch_edu.later"},
    {"minitorch_edu"},
    {"minitorch_edu.run"},
    {"minitorch_widgets.features", "minitorch_widgets.facts"},
    {"minitorch_widgets.words"},
    {"minitorch_widgets.recording"},
    {"minitorch_widgets.picture"},
    {"minitorch_widgets.backward", "minitorch_widgets.drawing"},
    {"minitorch_widgets.session"},
    {
        "minitorch_widgets.broadcasting",
        "minitorch_widgets.broken",
        "minitorch_widgets.causes",
        "minitorch_widgets.editing",
        "minitorch_widgets.flaws",
        "minitorch_widgets.learning",
        "minitorch_widgets.road",
        "minitorch_widgets.tracing",
        "minitorch_widgets.training",
    },
    {"minitorch_widgets.storages"},
    {"minitorch_widgets"},
    {"minitorch_lessons"},
]
HEIGHT = {name: height for height, names in enumerate(FLOORS) for name in names}


def modules() -> dict[str, Path]:
    """Every module of the three packages, by its dotted name."""
    found = {}
    for package, home in HOMES.items():
        for path in sorted((home / package).rglob("*.py")):
            if "catalogue" in path.parts:
                continue
            parts = path.relative_to(home).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def listed_name(module: str) -> str | None:
    """The longest name on the list that the module is or lies beneath; a package at the top stands for its own file."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in HEIGHT and (name not in ("minitorch_edu", "minitorch_widgets") or module == name):
            return name
    return None


def imports(tree: ast.AST, module: str, *, package: bool) -> Iterator[tuple[int, str]]:
    """The line and the dotted name of each import that runs, wherever it stands: not those for typing alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imports(ast.Module(node.orelse, []), module, package=package)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parts = module.split(".")
                above = parts[: len(parts) - node.level + package]
                origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)
        else:
            yield from imports(node, module, package=package)


def violations(module: str, source: str, known: set[str], *, package: bool = False) -> list[str]:
    own = HEIGHT[listed_name(module) or module]
    faults = []
    for line, name in imports(ast.parse(source), module, package=package):
        # `from a.b import c` may name a module or something inside one
        target = name if name in known else name.rpartition(".")[0]
        floor = listed_name(target) if target.split(".")[0] in HOMES else None
        if floor is not None and HEIGHT[floor] > own:
            faults.append(f"{module}:{line} imports {target}, which is {HEIGHT[floor] - own} floor(s) up")
    return faults


MODULES = modules()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_stands_on_a_floor(module):
    assert listed_name(module), f"{module} is on no floor: add it to FLOORS, where its imports allow"


@pytest.mark.parametrize("module", [name for name in MODULES if listed_name(name)])
def test_a_module_imports_from_its_own_floor_or_lower(module):
    path = MODULES[module]
    faults = violations(module, path.read_text("utf-8"), set(MODULES), package=path.name == "__init__.py")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "line",
    [
        "import minitorch_edu.nn",
        "from minitorch_edu import nn",
        "from ..ops import pointwise",
        "from ..ops.op import op",
        "import minitorch_widgets.picture.snapshot",
        "def late():\n    from minitorch_edu.autograd.engine import GraphTask",
    ],
)
def test_the_check_sees_an_import_that_goes_up(line):
    names = ("nn", "ops.pointwise", "ops.op", "autograd.engine")
    known = {"minitorch_widgets.picture.snapshot", *(f"minitorch_edu.{name}" for name in names)}
    assert violations("minitorch_edu.autograd.graph", line, known)


def test_the_check_lets_imports_that_go_down_or_serve_typing_pass():
    source = (
        "from typing import TYPE_CHECKING\nimport numpy\nfrom ..storage import Storage\n"
        "if TYPE_CHECKING:\n    from ..ops.op import Card\n"
    )
    known = {"minitorch_edu.storage", "minitorch_edu.ops.op"}
    assert not violations("minitorch_edu.autograd.graph", source, known)
