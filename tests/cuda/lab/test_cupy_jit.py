"""A kernel in the words of CuPy's JIT.

Its text needs no CuPy; the CUDA C++ that CuPy makes of it needs CuPy, but no GPU. The last test runs it on a GPU: where
there is none, it is skipped.
"""

from __future__ import annotations

import re
from contextlib import nullcontext

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda
from minitorch_edu.cuda.lab import cupy_jit
from tests.cuda.lab import kernels, wrong


def text(kernel):
    return cupy_jit.Translator(kernel.source, lambda each: each).text()


def floats(*shape):
    return torch.zeros(shape, device="cpu")


def ints(*shape):
    return torch.zeros(shape, dtype=torch.int32, device="cpu")


ARGUMENTS = {
    "vector_add": (floats(4), floats(4), floats(4)),
    "saxpy": (2.0, floats(4), floats(4)),
    "naive_matmul": (floats(4, 4), floats(4, 4), floats(4, 4)),
    "tiled_matmul": (floats(4, 4), floats(4, 4), floats(4, 4)),
    "block_sums": (floats(4), floats(1)),
    "transpose": (floats(4, 4), floats(4, 4)),
    "prefix_sum": (ints(4), ints(4)),
    "histogram": (ints(4), ints(8)),
    "stencil": (floats(4), floats(4)),
    "softmax": (floats(4, 4), floats(4, 4)),
}


def every(module):
    return [value for value in vars(module).values() if isinstance(value, cuda.Kernel)]


@pytest.mark.parametrize("kernel", every(kernels) + every(wrong), ids=lambda kernel: kernel.__name__)
def test_a_translation_is_python_and_speaks_of_cuda_no_more(kernel):
    translated = text(kernel)
    compile(translated, "translated", "exec")
    assert "cuda." not in translated
    assert "@" not in translated and '"""' not in translated


def test_coordinates_become_signed():
    assert "i = _numpy.int32(_jit.threadIdx.x + _jit.blockIdx.x * _jit.blockDim.x)" in text(
        kernels.vector_add
    )
    assert "t = _numpy.int32(_jit.threadIdx.x)" in text(kernels.block_sums)
    assert "_numpy.int32(_jit.blockDim.x * _jit.gridDim.x)" in text(kernels.saxpy)


def test_shared_arrays_get_one_dimension():
    translated = text(kernels.tiled_matmul)
    assert "left = _jit.shared_memory(_numpy.float32, 16)" in translated
    assert "left[ty * 4 + k] * right[k * 4 + tx]" in translated
    assert "a[row, start + tx]" in translated


def test_chains_of_comparisons_and_shapes_of_shared_arrays_are_written_out():
    @cuda.kernel
    def mixed(x):
        tile = cuda.shared.array((2, 3), torch.float16)
        i: int = cuda.threadIdx.x
        if 0 <= i < x.shape[0]:
            x[i] = len(tile) + tile.shape[1]
            cuda.atomic.add(tile, (1, 2), 1)

    translated = text(mixed)
    assert "if 0 <= i and i < x.shape[0]:" in translated
    assert "x[i] = 2 + 3" in translated
    assert "_jit.atomic_add(tile, 1 * 3 + 2, 1)" in translated
    assert "_jit.shared_memory(_numpy.float16, 6)" in translated


def test_what_cupy_cannot_do_is_refused_with_its_line():
    @cuda.kernel(device=True)
    def corner(tile):
        return tile[0, 0]

    @cuda.kernel
    def passes(x):
        tile = cuda.shared.array((2, 2), np.float32)
        tile[0, 0] = 1.0
        x[0] = corner(tile)

    with pytest.raises(cuda.KernelSyntaxError, match="shared arrays of one dimension only") as caught:
        text(passes)
    assert caught.value.text.strip() == "x[0] = corner(tile)"


def test_a_python_float_is_float32_unless_an_array_is_float64():
    assert cupy_jit.mode_for((1.0, floats(3), np.float32(2))) == "cuda"
    assert cupy_jit.mode_for((1.0, floats(3).double())) == "numpy"


def test_tensors_of_a_real_gpu_go_to_cupy(monkeypatch):
    """A simulated GPU that says it is real: the arrays themselves are handed over."""
    given = []

    def compiled(kernel, mode):
        return lambda grid, block, arguments: given.append((kernel.__name__, mode, grid, block, arguments))

    monkeypatch.setattr(cupy_jit, "raw", compiled)
    with torch.cuda.simulate() as books:
        x, y = torch.zeros(4, device="cuda"), torch.zeros(4, device="cuda")
        monkeypatch.setattr(type(books.devices[0]), "simulated", False)
        monkeypatch.setattr(type(books.devices[0]), "cuda", nullcontext(), raising=False)
        kernels.saxpy[2, 32](2.0, x, y)
        with pytest.raises(torch.cuda.AcceleratorError, match="x is a tensor in the memory of the CPU"):
            kernels.saxpy[2, 32](2.0, torch.zeros(4, device="cpu"), y)
    assert given == [("saxpy", "cuda", (2, 1, 1), (32, 1, 1), (2.0, x._array, y._array))]


def test_the_words_are_there_in_cupy():
    jit = pytest.importorskip("cupyx.jit")
    used = set()
    for kernel in every(kernels) + every(wrong):
        used |= set(re.findall(r"_jit\.(\w+)", text(kernel)))
    used |= {f"atomic_{name}" for name in ("add", "sub", "max", "min", "exch", "cas")}
    assert used > {"grid", "syncthreads", "shared_memory"} - {"grid"}
    assert not [name for name in used if not hasattr(jit, name)]


def test_right_kernels_have_arguments():
    assert set(ARGUMENTS) == {kernel.__name__ for kernel in every(kernels)}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_cupy_makes_cuda_of_it(name):
    pytest.importorskip("cupyx.jit")
    kernel = getattr(kernels, name)
    source = kernel.cuda_source(*ARGUMENTS[name])
    assert f'extern "C" __global__ void {name}(' in source
    assert ("__syncthreads();" in source) == ("syncthreads" in text(kernel) or name == "softmax")
    assert ("__shared__" in source) == ("shared_memory" in text(kernel))
    assert ("double" in source) is False


def test_cupy_calls_device_functions():
    pytest.importorskip("cupyx.jit")
    source = kernels.stencil.cuda_source(*ARGUMENTS["stencil"])
    assert re.search(r"__device__ .* clamped_\d\(int i, ptrdiff_t n\)", source)


@pytest.mark.parametrize("name", ["vector_add", "tiled_matmul", "softmax"])
def test_a_real_gpu_computes_what_the_lab_computes(name):
    cupy = pytest.importorskip("cupy")
    try:
        cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError:
        pytest.skip("there is no GPU")
    sizes = [each.shape if isinstance(each, torch.Tensor) else () for each in ARGUMENTS[name]]
    values = [np.random.default_rng(0).random(size).astype(np.float32) for size in sizes]
    grid, block = ((1, 1), (4, 4)) if name == "tiled_matmul" else (4, 32)
    here = [torch.tensor(each, device="cpu") for each in values]
    getattr(kernels, name)[grid, block](*here)
    there = [torch.tensor(each, device="cuda") for each in values]
    getattr(kernels, name)[grid, block](*there)
    np.testing.assert_allclose(there[-1].cpu().numpy(), here[-1].numpy(), rtol=1e-5)
