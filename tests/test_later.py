"""The public names: each is written out once, and those that come later come when they are asked for."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import minitorch_edu as torch
from minitorch_edu import later
from minitorch_edu.ops import registry

LISTED = [*later.MODULES, *(name for names in later.FUNCTIONS.values() for name in names.split())]


def alone(code: str) -> str:
    """What a program prints that begins with this."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_name_is_written_out_once():
    text, _, typed = inspect.getsource(torch).partition("if _TYPE_CHECKING:")
    at_once = re.findall(r" as (\w+),?(?:  #.*)?$", text, re.MULTILINE)
    assert len(at_once) > 150 and len(LISTED) > 200
    assert not [name for name in (*at_once, *LISTED) if (*at_once, *LISTED).count(name) > 1]
    assert re.findall(r"^    from minitorch_edu import (\w+)", typed, re.MULTILINE) == later.MODULES


def test_a_name_that_comes_later_is_listed_and_found():
    for name in later.names():
        assert name in dir(torch)
        assert getattr(torch, name) is not None


def test_a_name_that_nobody_has_is_refused():
    with pytest.raises(AttributeError, match="module 'torch' has no attribute 'no_such_name'"):
        torch.no_such_name  # noqa: B018


def test_importing_leaves_the_later_modules_alone():
    modules = [f"minitorch_edu.{name}" for name in (*later.MODULES, *later.FUNCTIONS)] + [
        "scipy",
        "numpy.random",
    ]
    assert (
        alone(f"import sys, minitorch_edu; print([name for name in {modules} if name in sys.modules])")
        == "[]"
    )


def test_no_name_that_comes_later_is_taken_by_another():
    taken = "[name for name in homes if dict.__contains__(functions, name) or name in functions.deferred]"
    assert alone(f"import minitorch_edu; from minitorch_edu.ops.registry import *; print({taken})") == "[]"


def test_each_home_has_the_function_that_is_looked_for_there():
    for name in registry.homes:
        assert callable(registry.functions[name]) and callable(registry.methods[name])


@pytest.mark.parametrize(
    "use", ["x.erf()", "x.erf_()", "x.clip(0)", "x.exponential_()", "torch.erf_(x)", "x.repeat(2)"]
)
def test_a_method_brings_its_family_with_it(use):
    alone(f"import minitorch_edu as torch; x = torch.ones(2); {use}")


def test_a_node_of_a_family_that_nobody_has_used_has_its_card():
    code = (
        "from minitorch_edu.ops.registry import card_for_node; print(card_for_node('ErfinvBackward0').name)"
    )
    assert alone(f"import minitorch_edu; {code}") == "erfinv"


def test_what_functions_of_other_modules_ask_the_registry_for_is_there():
    asked = set()
    for path in Path(later.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        names = re.findall(r'functions\["(\w+)"\](?! =)', text)
        asked |= {name for name in names if not re.search(rf"(class|def) {name.removesuffix('_')}_?\b", text)}
    assert len(asked) > 40
    program = "import minitorch_edu; from minitorch_edu.ops.registry import functions; "
    assert alone(f"{program} print([name for name in {asked} if name not in functions])") == "[]"


def test_a_star_imports_what_is_there_and_what_comes_later():
    names = set(alone("before = dir(); from minitorch_edu import *; print(*{*dir()} - {*before})").split())
    assert {"mul", "float32", "nn", "no_grad", "Tensor", "erf", "conv2d", "optim", "manual_seed"} <= names
    assert [name for name in names if name.startswith("_")] == []
