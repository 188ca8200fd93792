"""The CUDA C++ that CuPy makes of our kernels, and NVIDIA's compiler takes: no GPU is needed, nor is there one.

What is not installed is skipped: CuPy, and the packages nvidia-cuda-nvrtc and nvidia-cuda-runtime.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.backends.kernels_by_hand import NAMES, cases, prepared
from tests.backends.nvrtc import headers, refused

pytestmark = pytest.mark.host


def sources(kind):
    """By name, for the first of its cases."""
    every = cases(kind)
    for name in NAMES:
        for arguments in every[name]:
            launch, given, _ = prepared(name, arguments)
            yield launch.kernel.__name__, launch.kernel.cuda_source(*given)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_cupy_makes_cuda_of_each_kernel_and_nvidias_compiler_takes_it(kind):
    pytest.importorskip("cupy")
    known = dict(sources(kind))
    assert all("__global__" in each for each in known.values())
    if not headers():
        pytest.skip("NVIDIA's compiler is not installed")
    assert refused(as_one(known), *folders()) == ""


def folders():
    """Where the headers are that CuPy's C++ includes."""
    import cupy

    own = Path(cupy.__path__[0], "_core", "include")
    parts = ("libcudacxx", "thrust", "cub")
    return (own, *[own / "cupy" / "_cccl" / each for each in parts], *headers())


def as_one(known):
    """Each in a namespace, so that the headers are read once: those that CuPy puts before every kernel, and theirs."""
    from cupy._core.core import _cupy_header_list

    lines = [f"#include <{each}>" for each in _cupy_header_list]
    lines += [line for each in known.values() for line in each.splitlines() if line.startswith("#include")]
    for name, source in known.items():
        body = [
            line for line in source.replace('extern "C" ', "").splitlines() if not line.startswith("#include")
        ]
        lines += [f"namespace of_{name} {{", *body, "}"]
    return "\n".join(lines)
