"""as_torch: `import torch` means this engine, with the very same modules, until it is undone."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.host

ROOT = Path(__file__).resolve().parent.parent


def told(program, *, expect=0):
    """What a program prints that begins with no torch imported."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == expect, done.stderr
    return (done.stdout + done.stderr).strip()


def test_every_way_of_importing_gives_the_same_modules():
    program = """
        import importlib, sys
        import minitorch_edu
        minitorch_edu.as_torch()
        import torch
        import torch.nn as nn
        import torch.nn.functional as F
        import torch.optim.lr_scheduler
        from torch import nn as second, optim, Tensor
        from torch.utils.data import DataLoader
        from torch.nn.utils.rnn import pack_padded_sequence
        scheduler = importlib.import_module("torch.optim.lr_scheduler")
        relative = importlib.import_module(".functional", "torch.nn")
        assert torch is minitorch_edu and nn is second is minitorch_edu.nn and F is minitorch_edu.nn.functional is relative
        assert scheduler is torch.optim.lr_scheduler is sys.modules["minitorch_edu.optim.lr_scheduler"]
        assert DataLoader is minitorch_edu.utils.data.DataLoader and optim is minitorch_edu.optim
        assert pack_padded_sequence is minitorch_edu.nn.utils.rnn.pack_padded_sequence
        assert isinstance(torch.ones(2), Tensor) and Tensor is minitorch_edu.Tensor
        print(torch.__name__, nn.__name__, F.__name__, scheduler.__name__, torch.__spec__.name, torch.__version__)
        print(importlib.util.find_spec("torch").name, importlib.util.find_spec("torch.nn").name, __name__)
    """
    version = told("import minitorch_edu; print(minitorch_edu.__version__)")
    assert told(program).splitlines() == [
        f"torch torch.nn torch.nn.functional torch.optim.lr_scheduler minitorch_edu {version}",
        "minitorch_edu minitorch_edu.nn __main__",
    ]


def test_importing_under_the_other_name_changes_nothing():
    program = """
        import minitorch_edu, warnings
        from minitorch_edu import pytorch_names
        warnings.simplefilter("ignore")
        before = {name: vars(minitorch_edu)[name] for name in list(vars(minitorch_edu)) if name != "__name__"}
        check, grad = minitorch_edu.autograd.gradcheck, minitorch_edu.autograd.grad
        minitorch_edu.as_torch()
        import importlib
        found = 0
        for name in pytorch_names.table():
            if pytorch_names.is_module(name):
                try:
                    module = importlib.import_module(name)
                except ImportError:
                    continue
                found += 1
                assert module is importlib.import_module(name.replace("torch", "minitorch_edu", 1)), name
                assert module.__spec__.name == name.replace("torch", "minitorch_edu", 1)
        changed = [name for name, value in before.items() if vars(minitorch_edu)[name] is not value]
        assert changed == [], changed
        assert minitorch_edu.autograd.gradcheck is check and minitorch_edu.autograd.grad is grad and callable(check)
        assert callable(minitorch_edu.tensor) and found > 40, found
    """
    assert told(program) == ""


def test_what_is_no_module_of_pytorchs_is_none_here():
    program = """
        import minitorch_edu
        minitorch_edu.as_torch()
        for name in ("torch.tensor", "torch.distributed.rpc", "torch.nn.Linear", "torch.no_such.thing"):
            try:
                __import__(name)
            except ModuleNotFoundError as error:
                print(error, "|", error.name, "|", len(error.__notes__))
        import torch
        print(callable(torch.tensor))
    """
    assert told(program).splitlines() == [
        "No module named 'torch.tensor' | torch.tensor | 1",
        "No module named 'torch.distributed' | torch.distributed | 1",
        "No module named 'torch.nn.Linear' | torch.nn.Linear | 1",
        "No module named 'torch.no_such' | torch.no_such | 1",
        "True",
    ]


def test_it_is_undone_by_hand_and_by_the_end_of_a_with_block():
    program = """
        import sys
        import minitorch_edu.optim, minitorch_edu.utils.data
        class NoPyTorch:
            def find_spec(name, path=None, target=None):
                if name == "torch":
                    raise ModuleNotFoundError("No module named 'torch'")
        sys.meta_path.insert(0, NoPyTorch)
        def torch_there():
            try:
                import torch
            except ImportError:
                return False
            return torch is minitorch_edu
        assert not torch_there()
        hook = minitorch_edu.as_torch()
        assert torch_there() and repr(hook) == "<import torch means minitorch_edu>"
        with minitorch_edu.as_torch():
            assert torch_there()
        assert torch_there()  # the first one still holds
        hook.undo(); hook.undo()
        assert not torch_there() and repr(hook) == "<import torch means PyTorch>"
        assert not [name for name in sys.modules if name.split(".")[0] == "torch"]
        assert minitorch_edu.__name__ == "minitorch_edu" and minitorch_edu.optim.__name__ == "minitorch_edu.optim"
        with minitorch_edu.as_torch() as again:
            assert torch_there()
        assert not torch_there()
        import multiprocessing.spawn
        assert "minitorch_edu" not in multiprocessing.spawn.get_preparation_data("x")
        print("done")
    """
    assert told(program) == "done"


def test_it_refuses_where_real_pytorch_is_imported():
    pytest.importorskip("torch")
    program = """
        import torch, minitorch_edu
        try:
            minitorch_edu.as_torch()
        except RuntimeError as error:
            print(error, *error.__notes__, sep="\\n")
        assert sys.modules["torch"] is torch and torch.ones(2).sum().item() == 2
    """
    first, second = told("import sys\n" + textwrap.dedent(program)).splitlines()
    assert first.startswith("real PyTorch is already imported (torch 2.") and first.endswith(
        "torch/__init__.py)"
    )
    assert second.startswith("as_torch() must come before the first `import torch`: restart Python")


@pytest.mark.parametrize("package", ["torchvision", "lightning", "transformers.models", "torchaudio"])
def test_a_package_that_needs_pytorch_says_why_it_cannot_be_imported(package):
    program = f"""
        import minitorch_edu
        minitorch_edu.as_torch()
        try:
            import {package}
        except ImportError as error:
            print(error, *error.__notes__, error.name, sep="\\n")
    """
    top = package.partition(".")[0]
    first, second, name = told(program).splitlines()
    assert first == f"{top} needs real PyTorch, and `import torch` is minitorch_edu here" and name == top
    assert second.startswith(f"{top} cannot run on this engine: ") and second.endswith(
        "Run the program with `python` instead."
    )


def test_packages_that_look_whether_torch_is_there_take_tensors():
    program = """
        import minitorch_edu
        minitorch_edu.as_torch()
        import torch
        import numpy as np
        import scipy.special
        x = torch.linspace(0, 1, 3)
        print(np.asarray(x).tolist(), np.sin(x.numpy()).dtype, scipy.special.expit(x.numpy()).shape)
        import matplotlib
        matplotlib.use("agg")
        import matplotlib.pyplot as plt
        line, = plt.plot(x, x * 2)
        print(line.get_ydata().tolist())
    """
    assert told(program).splitlines() == ["[0.0, 0.5, 1.0] float32 (3,)", "[0.0, 1.0, 2.0]"]


def test_numpys_warnings_stay_silent_under_the_other_name():
    program = """
        import warnings
        warnings.simplefilter("error")
        import minitorch_edu
        minitorch_edu.as_torch()
        import torch.linalg, torch.nn.functional as F, torch.special
        x = torch.tensor([0.0, -1.0])
        print((1 / x).tolist(), torch.log(x)[0].item(), torch.special.xlogy(x, x)[0].item(), F.normalize(x * 0, dim=0).tolist())
    """
    assert told(program) == "[inf, -1.0] -inf 0.0 [0.0, -0.0]"


def test_a_notebook_asks_what_was_meant_as_python_does():
    program = """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        shell.run_line_magic("colors", "nocolor")
        for cell in (
            "import minitorch_edu; hook = minitorch_edu.as_torch(); import torch; from torch import nn",
            "torch.ones(2).veiw(3)",
            "layer = nn.Linear(2, 1); layer.wieght",
            "nn.Dense(3)",
            "torch.ones(2).astype(3)",
            "'text'.uper()",
            "hook.undo(); torch.ones(2).veiw(3)",
        ):
            shell.run_cell(cell)
    """
    lines = told(program).splitlines()
    found = [
        line.partition(" Did you mean")[0]
        for line in lines
        if line.startswith(("AttributeError:", "Perhaps", "PyTorch"))
    ]
    assert found == [
        "AttributeError: 'Tensor' object has no attribute 'veiw'",
        "Perhaps you mean view.",
        "AttributeError: 'Linear' object has no attribute 'wieght'",
        "Perhaps you mean weight.",
        "AttributeError: module 'torch.nn' has no attribute 'Dense'",
        "PyTorch has no torch.nn.Dense either. Perhaps you mean torch.nn.Linear.",
        "AttributeError: 'Tensor' object has no attribute 'astype'",
        "PyTorch has no torch.Tensor.astype either. Perhaps you mean Tensor.to.",
        "AttributeError: 'str' object has no attribute 'uper'",
        "AttributeError: 'Tensor' object has no attribute 'veiw'",
    ]
