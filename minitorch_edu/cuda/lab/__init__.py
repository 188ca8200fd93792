"""The kernel lab: write a CUDA kernel in Python, and see what each of its threads does.

    import minitorch_edu as torch
    from minitorch_edu import cuda

    @cuda.kernel
    def saxpy(a, x, y):
        i = cuda.grid(1)
        if i < x.shape[0]:
            y[i] += a * x[i]

    saxpy[(n + 255) // 256, 256](2.0, x, y)       # grid, block: numbers or tuples up to three
    print(saxpy.last_report)                      # loads, transactions, bank conflicts, divergence; line by line

The words are numba.cuda's, so that the kernel runs there with `@cuda.jit`; words.py lists them beside CUDA C's. On a
simulated GPU, and with tensors or NumPy arrays of the CPU where there is no GPU, the lab runs the kernel thread by
thread and stops at the first access out of bounds, data race, divergent barrier or read of shared memory that nobody
has written: the error names the thread and the line. On a real GPU CuPy compiles the same source, and checks nothing.
"""

from minitorch_edu.cuda.lab.errors import DataRace as DataRace
from minitorch_edu.cuda.lab.errors import DivergentBarrier as DivergentBarrier
from minitorch_edu.cuda.lab.errors import Endless as Endless
from minitorch_edu.cuda.lab.errors import KernelError as KernelError
from minitorch_edu.cuda.lab.errors import KernelSyntaxError as KernelSyntaxError
from minitorch_edu.cuda.lab.errors import OutOfBounds as OutOfBounds
from minitorch_edu.cuda.lab.errors import Overflow as Overflow
from minitorch_edu.cuda.lab.errors import Uninitialized as Uninitialized
from minitorch_edu.cuda.lab.errors import WrongIndex as WrongIndex
from minitorch_edu.cuda.lab.kernels import Kernel as Kernel
from minitorch_edu.cuda.lab.kernels import Profile as Profile
from minitorch_edu.cuda.lab.kernels import kernel as kernel
from minitorch_edu.cuda.lab.kernels import profile as profile
from minitorch_edu.cuda.lab.report import Report as Report
from minitorch_edu.cuda.lab.words import atomic as atomic
from minitorch_edu.cuda.lab.words import blockDim as blockDim
from minitorch_edu.cuda.lab.words import blockIdx as blockIdx
from minitorch_edu.cuda.lab.words import grid as grid
from minitorch_edu.cuda.lab.words import gridDim as gridDim
from minitorch_edu.cuda.lab.words import gridsize as gridsize
from minitorch_edu.cuda.lab.words import shared as shared
from minitorch_edu.cuda.lab.words import syncthreads as syncthreads
from minitorch_edu.cuda.lab.words import threadIdx as threadIdx
