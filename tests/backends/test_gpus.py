"""Which GPUs there are: none, simulated ones, or CuPy's, which is left alone until somebody asks for a GPU."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import minitorch_edu
from minitorch_edu.backends import gpus

ROOT = Path(__file__).resolve().parent.parent.parent


def run(program: str, *paths: Path, **variables: str) -> str:
    """What a program prints in a process of its own, with more folders to import from."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT))), **variables}
    found = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.fixture
def library(tmp_path):
    """A folder to import from; `library(source)` puts a module `cupy` there."""

    def put(source: str) -> Path:
        (tmp_path / "cupy.py").write_text(source)
        return tmp_path

    return put


USE_THE_CPU = """
import sys
import minitorch_edu as torch
x = torch.randn(4, 4, requires_grad=True)
(x @ x).sum().backward()
torch.manual_seed(0)
torch.nn.Linear(2, 2)(torch.ones(1, 2))
print("cupy" in sys.modules)
"""


def test_a_program_that_uses_only_the_cpu_does_not_import_cupy(library):
    """An installed CuPy that would end the process if it were imported."""
    assert run(USE_THE_CPU, library("raise SystemExit('imported')")) == "False"


BROKEN = {
    "a missing library": (
        "raise ImportError('libcublas.so.12: cannot open shared object file')",
        "CuPy is installed but cannot be imported: ImportError: libcublas.so.12: cannot open shared object file",
    ),
    "a long story": (
        "raise ImportError('''\\n=====\\nCuPy is not correctly installed.\\n\\nSee the documentation.\\n=====''')",
        "CuPy is installed but cannot be imported: ImportError: CuPy is not correctly installed.",
    ),
    "another module of that name": (
        "ndarray = None",
        "CuPy is installed but cannot be imported: ModuleNotFoundError: No module named 'cupyx'",
    ),
}

ASK = """
import minitorch_edu as torch
print(torch.cuda.is_available(), torch.cuda.device_count(), torch.accelerator.current_accelerator())
for ask in (lambda: torch.zeros(1, device="cuda"), lambda: torch.ones(1).cuda(), torch.cuda.current_device):
    try:
        ask()
    except RuntimeError as error:
        print(error)
with torch.cuda.simulate():
    print(torch.zeros(1, device="cuda").device)
"""


@pytest.mark.parametrize("source, sentence", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_cupy_gives_one_sentence_to_who_asks_for_a_gpu(library, source, sentence):
    assert run(ASK, library(source)).splitlines() == ["False 0 None", *[sentence] * 3, "cuda:0"]


def test_without_cupy_there_is_no_gpu_and_pytorchs_error():
    with minitorch_edu.cuda.simulate(0):
        if gpus.gpus():
            pytest.skip("this machine has a GPU")
        with pytest.raises((AssertionError, RuntimeError)) as refused:
            minitorch_edu.zeros(1, device="cuda")
    if gpus.problem is None:
        assert str(refused.value) == "Torch not compiled with CUDA enabled"
        assert refused.value.__notes__ == [
            "There is no GPU here. torch.cuda.simulate() gives this program a simulated one."
        ]


COUNT = (
    "import minitorch_edu as torch; print(torch.cuda.device_count(), torch.zeros(1, device='cuda').device)"
)


def test_an_environment_variable_simulates_gpus_for_a_whole_program():
    assert run(COUNT, MINITORCH_SIMULATE_GPUS="2") == "2 cuda:0"


@pytest.mark.parametrize("value", ["", "0", " 0 "])
def test_the_variable_can_be_off(monkeypatch, value):
    monkeypatch.setenv(gpus.SIMULATE, value)
    with minitorch_edu.cuda.simulate(0):
        gpus._simulate_from_environment()
        assert gpus.simulated == []


def test_a_variable_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv(gpus.SIMULATE, "yes")
    with pytest.raises(
        ValueError, match="MINITORCH_SIMULATE_GPUS must be a number of devices, such as 1, but is"
    ):
        gpus._simulate_from_environment()


def test_a_device_that_there_is_not_gets_the_drivers_words():
    with minitorch_edu.cuda.simulate(devices=2), pytest.raises(gpus.AcceleratorError) as refused:
        minitorch_edu.zeros(1, device="cuda:2")
    first, second, *_ = str(refused.value).splitlines()
    assert first == "CUDA error: invalid device ordinal"
    assert second == "GPU device may be out of range, do you have enough GPUs?"
    assert refused.value.__notes__ == [
        "Simulated: 2. torch.cuda.simulate(devices=...) sets how many there are."
    ]


def test_a_bare_index_is_a_gpu_where_there_is_one():
    with minitorch_edu.cuda.simulate(devices=2):
        assert repr(minitorch_edu.device(1)) == "device(type='cuda', index=1)"
        assert minitorch_edu.zeros(1, device=1).device == minitorch_edu.device("cuda:1")


def test_the_namespace_of_an_array_is_that_of_its_device():
    with minitorch_edu.cuda.simulate(devices=2):
        first, second = gpus.gpus()
        assert gpus.namespace_of(second.xp.ones(1)) is second.xp
        array = first.xp.ones(1)
    assert gpus.namespace_of(array) is first.xp
    with pytest.raises(TypeError, match="no array namespace is known for dict"):
        gpus.namespace_of({})
