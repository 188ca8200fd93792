"""numba's CUDA simulator runs the same kernels, unchanged but for the decorator, and computes the same bits."""

from __future__ import annotations

import importlib.util
import inspect
import os
import subprocess
import sys

import numpy as np
import pytest

import minitorch_edu as torch
from tests.cuda.lab import kernels

WORDS = {
    "from minitorch_edu.cuda import lab as cuda": "from numba import cuda",
    "import minitorch_edu as torch\n": "",
    "torch.float32": "np.float32",
    "@cuda.kernel": "@cuda.jit",
}
PROGRAM = """
values = np.load(sys.argv[1])
launch = {launch}
for name, (grid, block, number) in launch.items():
    arguments = [values[f"{{name}}{{k}}"] for k in range(number)]
    arguments = [each.item() if each.ndim == 0 else each for each in arguments]
    globals()[name][grid, block](*arguments)
    np.save(f"{{sys.argv[2]}}/{{name}}.npy", arguments[-1])
"""
LAUNCHES = {
    "vector_add": (3, 16),
    "saxpy": (2, 8),
    "naive_matmul": ((3, 3), (4, 4)),
    "tiled_matmul": ((3, 3), (4, 4)),
    "block_sums": (2, 32),
    "transpose": ((2, 2), (8, 8)),
    "prefix_sum": (1, 32),
    "histogram": (2, 16),
    "stencil": (2, 32),
    "softmax": (3, 32),
}


def arguments(name):
    random = np.random.default_rng(0)

    def floats(*shape):
        return random.standard_normal(shape).astype(np.float32)

    return {
        "vector_add": lambda: (floats(40), floats(40), floats(40)),
        "saxpy": lambda: (2.5, floats(40), floats(40)),
        "naive_matmul": lambda: (floats(9, 7), floats(7, 10), floats(9, 10)),
        "tiled_matmul": lambda: (floats(9, 7), floats(7, 10), floats(9, 10)),
        "block_sums": lambda: (floats(50), floats(2)),
        "transpose": lambda: (floats(10, 13), floats(13, 10)),
        "prefix_sum": lambda: (np.arange(20, dtype=np.int32), np.zeros(20, np.int32)),
        "histogram": lambda: (random.integers(0, 8, 50), np.zeros(8, np.int32)),
        "stencil": lambda: (floats(40), floats(40)),
        "softmax": lambda: (floats(3, 40), floats(3, 40)),
    }[name]()


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="could not import 'numba'")
def test_numba_computes_the_same(tmp_path):
    source = inspect.getsource(kernels)
    for word, numbas in WORDS.items():
        source = source.replace(word, numbas)
    launch = {name: (*configuration, len(arguments(name))) for name, configuration in LAUNCHES.items()}
    program = tmp_path / "program.py"
    program.write_text(source + "import sys\n" + PROGRAM.format(launch=launch))
    values = {f"{name}{k}": each for name in LAUNCHES for k, each in enumerate(arguments(name))}
    np.savez(tmp_path / "values.npz", **values)
    command = [sys.executable, str(program), str(tmp_path / "values.npz"), str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"})
    for name, (grid, block) in LAUNCHES.items():
        ours = arguments(name)
        with torch.cuda.simulate(0):
            getattr(kernels, name)[grid, block](*ours)
        np.testing.assert_array_equal(ours[-1], np.load(tmp_path / f"{name}.npy"), err_msg=name)
