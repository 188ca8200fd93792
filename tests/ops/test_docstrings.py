"""Every example in a docstring runs and prints what it says, with `torch` standing for minitorch_edu."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.ops import registry

WALKED = pkgutil.walk_packages(minitorch_edu.__path__, "minitorch_edu.")
NEEDS_ANOTHER = {"minitorch_edu.backends.real": "cupy", "minitorch_edu.utils.tensorboard": "tensorboard"}
LACKING = tuple(name for name, library in NEEDS_ANOTHER.items() if importlib.util.find_spec(library) is None)
MODULES = ["minitorch_edu", *(each.name for each in WALKED if not each.name.startswith(LACKING))]


def documented(module: Any) -> Iterator[tuple[str, str]]:
    """The docstrings of what a module defines: functions, classes, methods, cards."""
    yield module.__name__, module.__doc__ or ""
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module.__name__ or not getattr(value, "__doc__", None):
            continue
        yield f"{module.__name__}.{name}", value.__doc__
        if inspect.isclass(value):
            for attribute, member in vars(value).items():
                member = member.fget if isinstance(member, property) else member
                if inspect.isfunction(member) and member.__doc__:
                    yield f"{module.__name__}.{name}.{attribute}", member.__doc__


FOUND = {name: text for module in MODULES for name, text in documented(importlib.import_module(module))}
FOUND |= {f"registered {name}": function.__doc__ or "" for name, function in registry.functions.items()}
EXAMPLES = {name: text for name, text in FOUND.items() if ">>>" in text}


OF_THE_HOST = re.compile(r"array\[0\] = |simulate\(|default_device|_accelerator|is_available|typename\(|autocast\(.cpu|of size ")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.host] * bool(OF_THE_HOST.search(EXAMPLES[name]))) for name in EXAMPLES]
)
def test_the_example_prints_what_it_says(name):
    home = name.removeprefix("registered ")
    module = next((each for each in sorted(MODULES, key=len, reverse=True) if home.startswith(each)), "minitorch_edu")
    names = {**vars(importlib.import_module(module)), "torch": minitorch_edu, "np": np}
    example = doctest.DocTestParser().get_doctest(EXAMPLES[name], names, name, None, 0)
    failures: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=failures.append)
    assert not failures, "".join(failures)


@pytest.mark.parametrize("name", [name for name in dir(minitorch_edu) if not name.startswith("_")])
def test_a_public_function_is_documented(name):
    value = getattr(minitorch_edu, name)
    if inspect.isfunction(value):
        assert value.__doc__, f"torch.{name} has no docstring"
