"""What the host does wrong: CUDA's names for it, and what to do instead."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda
from tests.cuda.lab import kernels
from tests.cuda.lab.kernels import clamped, naive_matmul, vector_add

INVALID = "CUDA error: invalid configuration argument"


@cuda.kernel
def fill(x):
    x[cuda.grid(1)] = 1


# --- grid and block -----------------------------------------------------------------------------------------------


def test_a_kernel_is_launched_with_a_grid_and_a_block():
    with pytest.raises(ValueError, match="Kernel launch configuration was not specified") as caught:
        fill(torch.zeros(4))
    assert "fill[blocks, 256](...)" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("grid", "block", "note"),
    [
        (1, 1025, "A block of (1025, 1, 1) has 1025 threads, and 1024 is the most."),
        (1, (32, 33), "has 1056 threads"),
        (1, (1, 1, 65), "Block.z is 65, and must be 1 to 64."),
        (0, 32, "Grid.x is 0"),
        (1, 0, "Block.x is 0"),
        (-1, 32, "Grid.x is -1"),
        ((1, 65536), 1, "Grid.y is 65536, and must be 1 to 65535."),
        ((1, 1, 65536), 1, "Grid.z is 65536"),
    ],
)
def test_a_gpu_has_its_limits(grid, block, note):
    with pytest.raises(torch.cuda.AcceleratorError, match=INVALID) as caught:
        fill[grid, block](torch.zeros(4))
    assert note in caught.value.__notes__[0]


@pytest.mark.parametrize(
    "configuration", [4, (4,), (1, 2, 3), (1, 2, 3, 4), ((1, 1, 1, 1), 1), (1, (1, 1, 1, 1)), ((), 1)]
)
def test_a_launch_has_two_parts_of_up_to_three_numbers(configuration):
    with pytest.raises(ValueError):
        fill[configuration]


def test_a_number_of_blocks_is_an_integer():
    with pytest.raises(TypeError, match="a grid consists of integers, and this one is 3.125") as caught:
        fill[100 / 32, 32](torch.zeros(100))
    assert "(n + 255) // 256" in caught.value.__notes__[0]


def test_numpy_integers_lists_and_tuples_are_grids():
    x = torch.zeros(8)
    fill[np.int64(2), [4]](x)
    assert x.tolist() == [1] * 8


def test_every_thread_knows_where_it_is():
    @cuda.kernel
    def places(out):
        x, y, z = cuda.grid(3)
        i = x + cuda.gridsize(3)[0] * (y + cuda.gridsize(3)[1] * z)
        out[i, 0], out[i, 1], out[i, 2] = cuda.threadIdx.x, cuda.blockIdx.y, cuda.blockDim.z
        out[i, 3] = cuda.gridDim.x + 10 * cuda.gridsize(1)

    out = torch.zeros(48, 4, dtype=torch.int32)
    places[(2, 2, 1), (3, 2, 2)](out)
    assert out[:, 0].tolist() == [0, 1, 2, 0, 1, 2] * 8
    assert out[:, 1].tolist() == [0] * 12 + [1] * 12 + [0] * 12 + [1] * 12
    assert set(out[:, 2].tolist()) == {2}
    assert set(out[:, 3].tolist()) == {62}


# --- arguments ------------------------------------------------------------------------------------------------------


def test_arguments_are_counted():
    with pytest.raises(TypeError, match=r"vector_add\(\) takes 3 arguments \(a, b, c\) but 2 were given"):
        vector_add[1, 4](torch.zeros(4), torch.zeros(4))


@pytest.mark.parametrize(
    ("value", "what"), [([1, 2], "a list"), ("x", "a str"), (None, "a NoneType"), (torch, "a module")]
)
def test_an_argument_is_a_tensor_an_array_or_a_number(value, what):
    with pytest.raises(TypeError, match=f"a kernel takes tensors, arrays and numbers, and x is {what}"):
        fill[1, 4](value)


def test_what_requires_grad_is_refused_as_everywhere_where_no_gradient_is_kept():
    with pytest.raises(
        RuntimeError, match="Can't get __cuda_array_interface__ on Variable that requires grad"
    ):
        fill[1, 4](torch.zeros(4, requires_grad=True))


def test_numbers_come_by_value():
    @cuda.kernel
    def scaled(x, by, times):
        by = by * times
        x[cuda.grid(1)] *= by

    x = torch.ones(2)
    scaled[1, 2](x, 1.5, np.int32(2))
    assert x.tolist() == [3, 3]


def test_a_launch_gives_nothing_back():
    assert fill[1, 4](torch.zeros(4)) is None


# --- devices --------------------------------------------------------------------------------------------------------


def test_a_kernel_runs_on_a_simulated_gpu():
    with torch.cuda.simulate() as books:
        a = torch.arange(6.0).cuda()
        b, c = torch.ones(6, device="cuda"), torch.zeros(6, device="cuda")
        launches = books.launches
        vector_add[2, 4](a, b, c)
        assert c.cpu().tolist() == [1, 2, 3, 4, 5, 6]
        assert books.launches == launches + 1
        vector_add[2, 4](a._array, b._array, c._array)  # the device's own arrays will do
        assert "vector_add" in [work.name for work in books.history]


def test_memory_of_the_host_is_out_of_reach_where_there_is_a_gpu():
    with torch.cuda.simulate():
        on_gpu = torch.zeros(4, device="cuda")
        with pytest.raises(
            torch.cuda.AcceleratorError, match="an illegal memory access was encountered"
        ) as caught:
            vector_add[1, 4](on_gpu, torch.zeros(4, device="cpu"), on_gpu)
        assert "b is a tensor in the memory of the CPU" in str(caught.value)
        assert "pass b.cuda()" in caught.value.__notes__[0]
        with pytest.raises(torch.cuda.AcceleratorError, match="x is a NumPy array in the memory of the CPU"):
            fill[1, 4](np.zeros(4))


def test_all_arguments_are_on_one_gpu():
    with torch.cuda.simulate(devices=2):
        x, y = torch.zeros(4, device="cuda:0"), torch.zeros(4, device="cuda:1")
        with pytest.raises(torch.cuda.AcceleratorError, match="the arguments are on cuda:0 and cuda:1"):
            vector_add[1, 4](x, y, x)


# --- what is no kernel ----------------------------------------------------------------------------------------------


def test_a_kernel_returns_nothing():
    with pytest.raises(cuda.KernelSyntaxError, match="a kernel returns nothing") as caught:

        @cuda.kernel
        def add(a, b):
            return a[0] + b[0]

    assert caught.value.text.strip() == "return a[0] + b[0]"
    assert caught.value.filename == __file__


def test_what_a_gpu_does_not_have_is_refused_with_its_line():
    def tried(x):
        try:
            x[0] = 1
        except IndexError:
            pass

    def listed(x):
        x[0] = sum([1, 2])

    def sliced(x):
        x[0:2] = 1

    def nested(x):
        def inside():
            pass

    def generated(x):
        x[0] = sum(each for each in (1, 2))

    def ended(x):
        for _ in range(3):
            x[0] = 1
        else:
            x[0] = 2

    def raised(x):
        raise ValueError

    def starred(*x):
        pass

    def defaulted(x, n=3):
        pass

    for function in (tried, listed, sliced, nested, generated, ended, raised, starred, defaulted):
        with pytest.raises(cuda.KernelSyntaxError) as caught:
            cuda.kernel(function)
        assert caught.value.lineno >= function.__code__.co_firstlineno


def test_shared_memory_has_a_size_that_is_known_beforehand():
    @cuda.kernel
    def sized(x, n):
        tile = cuda.shared.array(n, np.float32)
        tile[0] = x[0]

    with pytest.raises(cuda.KernelSyntaxError, match="n is a variable"):
        sized[1, 1](torch.zeros(4), 4)


def test_a_block_has_48_kib_of_shared_memory():
    @cuda.kernel
    def large(x):
        tile = cuda.shared.array((128, 128), np.float32)
        tile[0, 0] = x[0]

    with pytest.raises(cuda.KernelError, match="uses too much shared data") as caught:
        large[1, 1](torch.zeros(1))
    assert "Entry function 'large' uses too much shared data (0x10000 bytes, 0xc000 max)" in str(caught.value)
    assert "64 KiB" in caught.value.__notes__[0]


def test_kernels_do_not_call_kernels_and_functions_do_not_call_themselves():
    @cuda.kernel
    def outer(x):
        fill(x)

    with pytest.raises(cuda.KernelSyntaxError, match="fill is a kernel"):
        outer[1, 1](torch.zeros(1))

    @cuda.kernel(device=True)
    def forever(n):
        return forever(n - 1)

    @cuda.kernel
    def calls(x):
        x[0] = forever(3)

    with pytest.raises(cuda.KernelSyntaxError, match="forever calls itself"):
        calls[1, 1](torch.zeros(1))


def test_functions_of_the_host_get_numbers_and_no_arrays():
    def first(x):
        return x[0]

    @cuda.kernel
    def calls(x):
        x[1] = first(x)

    with pytest.raises(
        TypeError, match="a function of the host cannot be called with an array of a kernel"
    ) as caught:
        calls[1, 1](torch.zeros(2))
    assert caught.value.__notes__ == ["in thread (0, 0, 0) of block (0, 0, 0) of calls"]


def test_a_thread_works_on_elements_and_numbers():
    @cuda.kernel
    def added(x):
        y = x + 1
        x[0] = y

    @cuda.kernel
    def compared(x):
        if x > 0:
            x[0] = 1

    @cuda.kernel
    def walked(x):
        for each in x:
            x[0] = each

    for kernel in (added, compared, walked):
        with pytest.raises(TypeError, match=r"one element at a time: x\[i\], and not x as a whole"):
            kernel[1, 1](torch.zeros(2))

    @cuda.kernel
    def tensors(x):
        x[0] = torch.exp(x[0])

    with pytest.raises(cuda.KernelSyntaxError, match=r"torch.exp runs on the host .* the functions of math"):
        tensors[1, 1](torch.zeros(2))

    @cuda.kernel
    def untyped(x):
        tile = cuda.shared.array(4)
        tile[0] = x[0]

    with pytest.raises(cuda.KernelSyntaxError, match="a shared array has a shape and a dtype"):
        untyped[1, 1](torch.zeros(2))


def test_the_words_mean_nothing_outside_a_kernel():
    for word in (
        lambda: cuda.threadIdx.x,
        lambda: cuda.grid(1),
        lambda: cuda.gridsize(1),
        lambda: cuda.syncthreads(),
        lambda: cuda.shared.array(3, np.float32),
        lambda: cuda.atomic.add(np.zeros(3), 0, 1),
    ):
        with pytest.raises(RuntimeError, match="only inside a function decorated with @cuda.kernel"):
            word()
    with pytest.raises(TypeError, match="runs on the GPU"):
        clamped(1, 2)


def test_an_error_of_pythons_tells_the_thread():
    @cuda.kernel
    def misspelt(x):
        if cuda.threadIdx.x == 2:
            x[0] = valeu  # noqa: F821

    with pytest.raises(NameError) as caught:
        misspelt[1, 4](torch.zeros(1))
    assert caught.value.__notes__ == ["in thread (2, 0, 0) of block (0, 0, 0) of misspelt"]


def test_a_traceback_shows_the_kernels_own_line():
    @cuda.kernel
    def misspelt(x):
        x[0] = 1
        x[1] = valeu  # noqa: F821

    with pytest.raises(NameError) as caught:
        misspelt[1, 1](torch.zeros(2))
    last = caught.traceback[-1]
    assert str(last.path) == __file__
    assert str(last.statement).strip().startswith("x[1] = valeu")


def test_a_source_that_is_not_to_be_found_is_said_to_be_missing():
    names = {"cuda": cuda}
    with pytest.raises(cuda.KernelSyntaxError, match="the source of lost is not to be found"):
        exec("@cuda.kernel\ndef lost(x):\n    x[0] = 1", names)


def test_a_device_function_may_be_defined_again():
    @cuda.kernel(device=True)
    def chosen(x):
        return x + 1

    @cuda.kernel
    def calls(x):
        x[0] = chosen(x[0])

    x = torch.zeros(1)
    calls[1, 1](x)

    @cuda.kernel(device=True)
    def chosen(x):  # noqa: F811
        return x + 10

    calls[1, 1](x)
    assert x.item() == 11


def test_a_kernel_prints_as_what_it_is():
    assert repr(vector_add) == "<CUDA kernel vector_add(a, b, c)>"
    assert kernels.saxpy.__doc__.startswith("A grid-stride loop")


def test_the_lab_is_imported_when_it_is_asked_for():
    said = "import sys, minitorch_edu; before = 'minitorch_edu.cuda.lab' in sys.modules; minitorch_edu.cuda.grid; "
    said += "print(before, 'minitorch_edu.cuda.lab' in sys.modules, 'cupy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False"]


def test_names_of_torch_cuda_are_the_words_of_the_lab():
    for (
        word
    ) in "kernel profile grid gridsize threadIdx blockIdx blockDim gridDim shared atomic syncthreads".split():
        assert getattr(torch.cuda, word) is getattr(cuda, word)
        assert word in dir(torch.cuda)

    @torch.cuda.kernel
    def through_torch(x):
        x[torch.cuda.grid(1)] = torch.cuda.blockDim.x

    x = torch.zeros(3)
    through_torch[1, 3](x)
    assert x.tolist() == [3, 3, 3]


def test_matrices_of_one_element_and_of_none():
    for n in (0, 1):
        c = torch.zeros(n, n)
        naive_matmul[(1, 1), (2, 2)](torch.ones(n, 2), torch.ones(2, n), c)
        assert c.tolist() == [[2.0]] * n
