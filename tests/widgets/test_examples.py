"""The examples in the docstrings run, on both engines where they mention one."""

import doctest
import importlib
import pkgutil

import minitorch_widgets
import pytest

from tests import device

MODULES = ["minitorch_widgets"]
MODULES += [each.name for each in pkgutil.walk_packages(minitorch_widgets.__path__, "minitorch_widgets.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(torch, name):
    if name.endswith(".recorder") and torch.__name__ == "torch":
        return  # it listens to our engine alone
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder()
    found = finder.find(module, extraglobs={"torch": torch})
    for example in found:
        elsewhere = device.UNDER_TEST != "cpu" and device.OF_THE_HOST.search(example.docstring)
        if example.globs.get("__name__") == name and not elsewhere:
            assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
