"""Settings and backend flags: programs that set them run, read back what they set, and get PyTorch's errors."""

from __future__ import annotations

import importlib

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import said

PROGRAMS = [
    "torch.backends.cudnn.deterministic = True; torch.backends.cudnn.benchmark = False; print(torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark)",
    "print(torch.backends.cudnn.enabled, torch.backends.cudnn.allow_tf32, torch.backends.cudnn.is_available(), torch.backends.cudnn.version(), torch.backends.cudnn.benchmark_limit)",
    "with torch.backends.cudnn.flags(benchmark=True): print(torch.backends.cudnn.enabled, torch.backends.cudnn.benchmark)\nprint(torch.backends.cudnn.enabled, torch.backends.cudnn.benchmark)",
    "torch.backends.cudnn.determinstic = True  # misspelt, as some programs have it",
    "torch.backends.cudnn.benchmark = 1",
    "torch.backends.cudnn.enabled = 'a'",
    "torch.backends.cudnn.deterministic = None",
    "torch.backends.cudnn.allow_tf32 = 1",
    "torch.backends.mkldnn.enabled = 1",
    "print(torch.backends.mps.is_available(), torch.backends.mps.is_built(), torch.backends.cuda.is_built())",
    "print(torch.backends.cuda.matmul.allow_tf32, torch.get_float32_matmul_precision())",
    "torch.set_float32_matmul_precision('high'); print(torch.backends.cuda.matmul.allow_tf32, torch.get_float32_matmul_precision())",
    "torch.backends.cuda.matmul.allow_tf32 = True; print(torch.backends.cuda.matmul.allow_tf32)",
    "torch.backends.cuda.matmul.allow_tf32 = 1",
    "torch.backends.cuda.matmul.foo = 1",
    "torch.backends.cuda.matmul.foo",
    "torch.set_float32_matmul_precision(1)",
    "torch.use_deterministic_algorithms(True); print(torch.are_deterministic_algorithms_enabled(), torch.get_deterministic_debug_mode())",
    "torch.use_deterministic_algorithms(True, warn_only=True); print(torch.is_deterministic_algorithms_warn_only_enabled(), torch.get_deterministic_debug_mode())",
    "for mode in ('default', 'warn', 'error', 0, 1, 2, True): torch.set_deterministic_debug_mode(mode); print(torch.get_deterministic_debug_mode(), torch.are_deterministic_algorithms_enabled())",
    "torch.use_deterministic_algorithms(1)",
    "torch.use_deterministic_algorithms(True, warn_only=1)",
    "torch.set_deterministic_debug_mode(5)",
    "torch.set_deterministic_debug_mode('x')",
    "torch.set_deterministic_debug_mode(1.5)",
    "torch.set_deterministic(True)",
    "print(torch.version.cuda, torch.version.hip, torch.version.debug)",
]


@pytest.fixture(autouse=True)
def as_at_the_start():
    yield
    for engine in (minitorch_edu, pytorch):
        engine.use_deterministic_algorithms(False)
        engine.backends.cuda.matmul.allow_tf32 = False
        engine.set_float32_matmul_precision("highest")
        engine.backends.cudnn.deterministic = engine.backends.cudnn.benchmark = False


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_setting_is_remembered_or_refused_as_pytorch_does(program):
    ours = said(minitorch_edu, program).replace("minitorch_edu", "torch")
    assert ours == said(pytorch, program)


def test_an_unknown_precision_is_warned_of_and_changes_nothing():
    with pytest.warns(UserWarning, match="foo is not one of 'highest', 'high', or 'medium'"):
        minitorch_edu.set_float32_matmul_precision("foo")
    assert minitorch_edu.get_float32_matmul_precision() == "highest"


@pytest.mark.parametrize("name", ["cudnn", "cuda", "mps", "mkl", "mkldnn", "openmp"])
def test_flags_are_modules_that_can_be_imported(name):
    module = importlib.import_module(f"minitorch_edu.backends.{name}")
    assert getattr(minitorch_edu.backends, name) is module
    assert callable(getattr(module, "is_available", None) or module.is_built)


def test_the_version_is_the_engines_own():
    assert minitorch_edu.version.__version__ == minitorch_edu.__version__
