"""A name that is not here: PyTorch's error, and a note that says what it is there, or which name was meant."""

from __future__ import annotations

import importlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import minitorch_edu as torch
from minitorch_edu import areas, missing, pytorch_names
from tests import census
from tests import pytorch_names as generator
from tests.oracle import torch as pytorch

pytestmark = pytest.mark.host

ROOT = Path(__file__).resolve().parent.parent


def raised(name):
    """The error for a dotted name."""
    value = torch
    with pytest.raises(AttributeError) as caught:
        for part in name.split("."):
            value = getattr(value, part)
    return caught.value


# What PyTorch has and this engine has not


@pytest.mark.parametrize(
    "name, what, address",
    [
        ("distributed", "a module: training by many processes, on many machines", "distributed.html"),
        ("fx", "a module: a module's forward as a graph that programs rewrite", "fx.html"),
        (
            "fake_quantize_per_tensor_affine",
            "a function",
            "generated/torch.fake_quantize_per_tensor_affine.html",
        ),
        ("float8_e5m2", "a dtype", "tensor_attributes.html#torch.dtype"),
        (
            "utils.cpp_extension",
            "a module: compiling operators of one's own from C++",
            "cpp_extension.html",
        ),
        (
            "cuda.CUDAPluggableAllocator",
            "a class of torch.cuda (NVIDIA's GPUs: devices, memory, streams)",
            "generated/torch.cuda.CUDAPluggableAllocator.html",
        ),
    ],
)
def test_what_pytorch_has_is_told_with_its_address(name, what, address):
    error = raised(name)
    home, _, last = f"torch.{name}".rpartition(".")
    assert str(error) == f"module '{home}' has no attribute '{last}'"
    (note,) = error.__notes__
    assert note == (
        f"In PyTorch, torch.{name} is {what}. This engine does not have it. PyTorch tells of it at "
        f"https://docs.pytorch.org/docs/stable/{address}"
    )


def test_what_pytorch_has_and_does_not_document_has_no_address():
    (note,) = raised("cudnn_convolution").__notes__
    assert note.endswith("is a function that PyTorch does not document. This engine does not have it.")
    (note,) = raised("_inductor").__notes__
    assert note.startswith("torch._inductor begins with an underscore")


# What nobody has


@pytest.mark.parametrize(
    "name, meant",
    [
        ("nn.Dense", "torch.nn.Linear"),
        ("nn.Conv2D", "torch.nn.Conv2d"),
        ("nn.MaxPool2D", "torch.nn.MaxPool2d"),
        ("nn.AvgPool2D", "torch.nn.AvgPool2d"),
        ("nn.GlobalAvgPool2D", "torch.nn.AdaptiveAvgPool2d(1)"),
        ("nn.Activation", "nn.ReLU, nn.Sigmoid, nn.Tanh and others"),
        ("nn.BatchNorm", "nn.BatchNorm1d, nn.BatchNorm2d or nn.BatchNorm3d"),
        ("nn.Conv", "nn.Conv1d, nn.Conv2d or nn.Conv3d"),
        ("nn.max_pool", "torch.nn.functional.max_pool2d"),
        ("nn.avg_pool", "torch.nn.functional.avg_pool2d"),
        ("nn.relu", "torch.nn.ReLU"),
        ("nn.Lineer", "torch.nn.Linear"),
        ("nn.CrossEntropy", "torch.nn.CrossEntropyLoss"),
        ("nn.functional.crossentropy", "torch.nn.functional.cross_entropy"),
        ("nn.init.glorot_uniform", "torch.nn.init.xavier_uniform_"),
        ("set_deterministic", "torch.use_deterministic_algorithms"),
        ("sq", "torch.square"),
        ("rnadn", "torch.randn"),
        ("reduce_mean", "torch.mean"),
        ("concatinate", "torch.concatenate"),
        ("Linear", "torch.nn.Linear"),
        ("relu6", "torch.nn.functional.relu6"),
        ("DataLoader", "torch.utils.data.DataLoader"),
        ("optim.ADAM", "torch.optim.Adam"),
        ("optim.CosineAnnealingLR", "torch.optim.lr_scheduler.CosineAnnealingLR"),
        ("view", "Tensor.view"),
        ("convert_to_tensor", "torch.as_tensor"),
        ("fft.fftt", "torch.fft.fft"),
        ("cuda.is_avaliable", "torch.cuda.is_available"),
    ],
)
def test_what_pytorch_has_not_either_is_told_with_the_name_that_was_meant(name, meant):
    error = raised(name)
    assert error.__notes__ == [f"PyTorch has no torch.{name} either. Perhaps you mean {meant}."]
    assert census.found(pytorch, f"torch.{name}") is census.Absent


def test_a_name_that_is_like_no_other_is_not_guessed():
    assert raised("qqqqzzzz").__notes__ == ["PyTorch has no torch.qqqqzzzz either."]


def test_every_name_that_is_meant_by_another_is_here():
    for meant in pytorch_names.OTHER_WORDS.values():
        if " " not in meant:
            name = meant.removesuffix("(1)")
            name = name if name.startswith(("Tensor.", "list.")) else f"torch.{name}"
            assert census.found(torch, name) is not census.Absent, meant


def test_the_other_words_of_the_census_lead_somewhere():
    names = [row.name for row in census.rows() if row.out_of_scope == "not PyTorch's"]
    told = [name for name in names if name.startswith("torch.nn.") or name == "torch.set_deterministic"]
    assert len(told) >= 6
    for name in told:
        assert "Perhaps you mean" in pytorch_names.note(*name.rsplit(".", 1)), name


# Everywhere


SPACES = [area.name for area in areas.AREAS if area.name != "torch.Tensor"]


def ours(space):
    try:
        return importlib.import_module(f"minitorch_edu{space.removeprefix('torch')}")
    except ImportError:
        return None


@pytest.mark.parametrize("space", [space for space in SPACES if ours(space)])
def test_every_module_says_so(space):
    with pytest.raises(AttributeError) as caught:
        ours(space).no_such_name_at_all  # noqa: B018
    assert str(caught.value) == f"module '{space}' has no attribute 'no_such_name_at_all'"
    assert caught.value.__notes__ == [f"PyTorch has no {space}.no_such_name_at_all either."]
    assert not hasattr(ours(space), "__no_such_name__")


def test_from_import_says_the_same_as_an_attribute():
    with pytest.raises(ImportError) as caught:
        from minitorch_edu import rnadn  # noqa: F401
    assert str(caught.value) == f"cannot import name 'rnadn' from 'torch' ({torch.__file__})"
    assert caught.value.__notes__ == ["PyTorch has no torch.rnadn either. Perhaps you mean torch.randn."]
    with pytest.raises(ImportError) as caught:
        from minitorch_edu.nn import Dense  # noqa: F401
    assert caught.value.__notes__ == [
        "PyTorch has no torch.nn.Dense either. Perhaps you mean torch.nn.Linear."
    ]
    with pytest.raises(ImportError) as caught:
        from minitorch_edu.fft import fftt  # noqa: F401
    assert caught.value.name == "torch.fft" and len(caught.value.__notes__) == 1
    with pytest.raises(ImportError) as caught:
        from minitorch_edu import distributed  # noqa: F401
    assert "distributed.html" in caught.value.__notes__[0]


def test_importing_a_module_that_is_yet_to_come_is_no_mistake():
    program = "import minitorch_edu; from minitorch_edu import signal, naming; from minitorch_edu.ops import fourier_calls"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_importing_the_engine_reads_no_table():
    program = "import sys, minitorch_edu; print([n for n in sys.modules if n in ('difflib', 'minitorch_edu.pytorch_names')])"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"


def test_star_and_hasattr_and_getattr_with_a_default_work():
    assert not hasattr(torch, "no_such_name") and getattr(torch.nn, "Dense", None) is None


# Tensors


def test_the_methods_that_tensors_have_not_are_just_those():
    theirs = {name for name in dir(pytorch.Tensor) if not name.startswith("_")}
    assert {name for name in theirs if not hasattr(torch.Tensor, name)} == {*missing.ABSENT_METHODS}
    assert not theirs & {*missing.METHODS_OF_OTHERS}


@pytest.mark.parametrize("name", [*missing.ABSENT_METHODS, *missing.METHODS_OF_OTHERS])
def test_a_method_that_is_not_here_says_so(name):
    for value, called in (
        (torch.ones(2), "'Tensor' object"),
        (torch.nn.Parameter(torch.ones(2)), "'Parameter' object"),
        (torch.Tensor, "type object 'Tensor'"),
    ):
        with pytest.raises(AttributeError) as caught:
            getattr(value, name)
        assert str(caught.value) == f"{called} has no attribute '{name}'"
        (note,) = caught.value.__notes__
        assert ("In PyTorch, torch.Tensor." in note) == (name in missing.ABSENT_METHODS)
        assert ("Perhaps you mean" in note) == (name in missing.METHODS_OF_OTHERS)
        assert not hasattr(value, name) and name not in dir(value)


def test_a_program_may_give_a_tensor_such_an_attribute():
    x = torch.ones(2)
    x.values = 3
    assert x.values == 3

    class Mine(torch.nn.Parameter):
        def append(self, other):
            return other

    assert Mine(torch.ones(1)).append(4) == 4


# The table


def test_the_table_is_what_pytorch_has():
    if not pytorch.__version__.startswith("2.13."):
        pytest.skip("the table is of PyTorch 2.13")
    program = "import warnings; warnings.simplefilter('ignore'); from tests import pytorch_names; print(pytorch_names.written(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == generator.FILE.read_text("utf-8"), "write it anew: python -m tests.pytorch_names"


def test_the_table_is_small_and_each_line_of_it_is_read():
    text = generator.FILE.read_text("utf-8")
    assert len(text) < 100_000 and max(map(len, text.splitlines())) < 120
    assert {kind for names in pytorch_names.table().values() for kind in names.values()} == {
        *pytorch_names.KINDS
    }
    assert sum(map(len, pytorch_names.table().values())) > 4000


def test_every_area_is_pytorchs():
    for area in areas.AREAS:
        assert pytorch_names.kind_of(area.name) in ("module", "class"), area.name
        assert area.page.endswith(".html") and area.purpose
    assert len({area.name for area in areas.AREAS}) == len(areas.AREAS)


def test_a_chain_of_names_is_told_in_a_traceback():
    program = textwrap.dedent("""
        import minitorch_edu as torch
        torch.nn.Dense(3)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr.rstrip().endswith(
        "PyTorch has no torch.nn.Dense either. Perhaps you mean torch.nn.Linear."
    )
    assert "AttributeError: module 'torch.nn' has no attribute 'Dense'" in done.stderr
