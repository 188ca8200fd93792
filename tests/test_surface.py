"""The public names: each is written out once, and those that come later come when they are asked for."""

import subprocess
import sys
from pathlib import Path

import minitorch_edu as torch
from minitorch_edu.surface import later

TOPICS = sorted(Path(later.__file__).parent.glob("*.py"))


def test_a_name_is_written_out_once():
    lines = [line.strip() for topic in TOPICS for line in topic.read_text("utf-8").splitlines()]
    names = [
        line.split("#")[0].rstrip(" ,").split()[-1] for line in lines if " as " in line and '"""' not in line
    ]
    names += later.MODULES
    for listed in later.FUNCTIONS.values():
        names += listed.split()
    assert len(names) > 500
    assert len(names) == len(set(names))


def test_a_name_that_comes_later_is_listed_and_found():
    for name in later.names():
        assert name in dir(torch)
        assert getattr(torch, name) is not None


def test_importing_leaves_the_later_modules_alone():
    modules = [f"minitorch_edu.{name}" for name in (*later.MODULES, *later.FUNCTIONS)]
    said = f"import sys, minitorch_edu; print([name for name in {modules} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_star_imports_what_is_there():
    names = {}
    exec("from minitorch_edu import *", names)
    assert {"mul", "float32", "nn", "no_grad", "Tensor"} <= names.keys()
    assert not [name for name in names if name.startswith("_") and name != "__builtins__"]
