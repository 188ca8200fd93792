"""Kernels: a function that a grid of threads runs. Here is what the host does: decorate it, and launch it."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu.backends.gpus import AcceleratorError
from minitorch_edu.cuda.lab import cupy_jit, report
from minitorch_edu.cuda.lab.arrays import Addresses, admitted, backends, on_the_host, plain
from minitorch_edu.cuda.lab.errors import ILLEGAL_ACCESS, INVALID_CONFIGURATION
from minitorch_edu.cuda.lab.instrument import Program
from minitorch_edu.cuda.lab.launch import Launch, Options
from minitorch_edu.cuda.lab.source import read
from minitorch_edu.cuda.lab.words import Dim3

MOST_THREADS = 1024
MOST_IN_BLOCK = Dim3(1024, 1024, 64)
MOST_IN_GRID = Dim3((1 << 31) - 1, 65535, 65535)

NOT_LAUNCHED = """
Kernel launch configuration was not specified. Use the syntax:

kernel_function[blockspergrid, threadsperblock](arg0, arg1, ..., argn)
"""


def kernel(function: Callable[..., Any] | None = None, *, device: bool = False, **options: Any) -> Any:
    """Make a function a kernel: `name[grid, block](arguments)` runs it once for each thread of the grid.

    On a simulated GPU, and on the CPU, the lab runs it thread by thread and checks every access. On a real GPU it is
    compiled by CuPy, and nothing is checked. With `device=True` it is a function that kernels call. Further options
    are those of `Kernel.using`.

    >>> cuda = torch.cuda
    >>> @cuda.kernel
    ... def add(a, b, c):
    ...     i = cuda.grid(1)
    ...     if i < a.shape[0]:
    ...         c[i] = a[i] + b[i]
    >>> a, b, c = torch.arange(6.), torch.ones(6), torch.zeros(6)
    >>> add[2, 4](a, b, c)
    >>> c
    tensor([1., 2., 3., 4., 5., 6.])
    """
    if function is None:
        return functools.partial(kernel, device=device, **options)
    if isinstance(function, int | tuple):
        raise TypeError("@cuda.kernel takes no grid: give it at the launch, kernel[grid, block](arguments)")
    return (DeviceFunction if device else Kernel)(function, **options)


class DeviceFunction:
    """A function that runs on the GPU and is called from kernels: `@cuda.kernel(device=True)`, CUDA's __device__."""

    device = True

    def __init__(self, function: Callable[..., Any]) -> None:
        self.source = read(function, device=True)
        functools.update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:
        raise TypeError(f"{self.__name__} runs on the GPU: call it from a kernel")  # type: ignore[attr-defined]


class Kernel:
    """A function that a grid of threads runs. `last_report` says what the last launch did."""

    device = False

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        self.source = read(function, device=False)
        self.function = function
        self.options = Options(**options)
        self.last_report: report.Report | None = None
        self.program = Program()
        self.compiled: dict[str, Any] = {}
        """For a real GPU, by what a Python number is there."""
        functools.update_wrapper(self, function)

    def __repr__(self) -> str:
        arguments = ", ".join(argument.arg for argument in self.source.tree.args.args)
        return f"<CUDA kernel {self.source.name}({arguments})>"

    def using(self, **options: Any) -> Kernel:
        """The same kernel, run in another way.

        order="reversed" or "shuffled" (with seed=...) lets the threads take turns in another order: a race shows.
        strict=False collects errors in `last_report.problems`; overflow=True refuses values that an array cannot hold;
        events=True keeps every access in `last_report.events`.
        """
        return Kernel(self.function, **{**dataclasses.asdict(self.options), **options})

    def cuda_source(self, *arguments: Any) -> str:
        """The CUDA C++ that this kernel becomes for arguments like these. CuPy writes it; no GPU is needed."""
        return cupy_jit.cuda_source(self, arguments)

    def __call__(self, *arguments: Any) -> Any:
        error = ValueError(NOT_LAUNCHED)
        name = self.__name__  # type: ignore[attr-defined]
        error.add_note(f"How many threads? {name}[blocks, 256](...) has 256 in each block.")
        raise error

    def __getitem__(self, configuration: Any) -> Callable[..., None]:
        if not isinstance(configuration, tuple) or len(configuration) != 2:
            raise ValueError(
                "say how many blocks, and how many threads in each: kernel[grid, block](arguments)"
            )
        return functools.partial(self._launch, *configured(*configuration))

    def _launch(self, grid: Dim3, block: Dim3, *arguments: Any) -> None:
        __tracebackhide__ = True  # IPython leaves such frames out: the kernel's own lines remain
        names = [argument.arg for argument in self.source.tree.args.args]
        if len(arguments) != len(names):
            name, listed = self.source.name, ", ".join(names)
            raise TypeError(
                f"{name}() takes {len(names)} arguments ({listed}) but {len(arguments)} were given"
            )
        self._renew()
        devices = backends(arguments)
        if len(devices) > 1:
            places = " and ".join(str(each.device) for each in devices)
            raise AcceleratorError(f"{ILLEGAL_ACCESS}\n  the arguments are on {places}")
        if devices and not devices[0].simulated:
            for name, value in zip(names, arguments, strict=True):
                if isinstance(plain(value), np.ndarray):
                    raise on_the_host(name, value)
            cupy_jit.launch(self, grid, block, arguments, devices[0])
            return
        addresses = Addresses()
        values = {name: admitted(name, each, addresses) for name, each in zip(names, arguments, strict=True)}
        self._simulate(grid, block, values)
        for device in devices:
            assert self.last_report is not None
            device.launch(self.source.name, self.last_report.global_bytes)

    def _renew(self) -> None:
        """Rewrite the kernel, unless that was done and its names mean what they meant."""
        if not self.program.functions or not self.program.is_current():
            program = Program()
            program.add(self)
            self.program = program
            self.compiled.clear()

    def _simulate(self, grid: Dim3, block: Dim3, values: dict[str, Any]) -> None:
        """Run the kernel in the lab. The report is there even when an error ends it."""
        __tracebackhide__ = True
        launch = Launch(self, self.program, grid, block, values, self.options)
        try:
            with np.errstate(all="ignore"):
                launch.run()
        except BaseException:
            launch.count()  # what the last block did so far
            raise
        finally:
            self.last_report = report.report(launch)
            for profile in profiles:
                profile.append(self.last_report)


def configured(grid: Any, block: Any) -> tuple[Dim3, Dim3]:
    """The grid and the block of a launch; CUDA's error where a GPU has not so many threads."""
    blocks, threads = _extent("grid", grid), _extent("block", block)
    if threads.x * threads.y * threads.z > MOST_THREADS:
        count = threads.x * threads.y * threads.z
        raise _invalid(f"a block of {threads} has {count} threads, and {MOST_THREADS} is the most")
    for name, extent, most in (("block", threads, MOST_IN_BLOCK), ("grid", blocks, MOST_IN_GRID)):
        for axis, size, limit in zip("xyz", extent, most, strict=True):
            if not 1 <= size <= limit:
                raise _invalid(f"{name}.{axis} is {size}, and must be 1 to {limit}")
    return blocks, threads


def _extent(name: str, given: Any) -> Dim3:
    sizes = given if isinstance(given, tuple | list) else (given,)
    if not 1 <= len(sizes) <= 3:
        raise ValueError(f"a {name} has 1, 2 or 3 dimensions, not {len(sizes)}")
    try:
        return Dim3(*[operator.index(each) for each in sizes])
    except TypeError:
        error = TypeError(f"a {name} consists of integers, and this one is {given!r}")
        error.add_note(
            "For n elements and blocks of 256 threads: (n + 255) // 256 blocks, so that none is left out."
        )
        raise error from None


def _invalid(what: str) -> AcceleratorError:
    error = AcceleratorError(INVALID_CONFIGURATION)
    error.add_note(f"{what[0].upper()}{what[1:]}.")
    return error


class Profile(list["report.Report"]):
    """The reports of the launches in a with-block, in order."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    __repr__ = __str__

    def __enter__(self) -> Profile:
        profiles.append(self)
        return self

    def __exit__(self, *error: Any) -> None:
        profiles.remove(self)


profiles: list[Profile] = []


def profile() -> Profile:
    """Collect the reports of all launches in a with-block.

    >>> @torch.cuda.kernel
    ... def double(a):
    ...     a[torch.cuda.threadIdx.x] *= 2
    >>> with torch.cuda.profile() as launches:
    ...     double[1, 4](torch.ones(4))
    >>> launches[0].global_loads, launches[0].transactions
    (4, 2)
    """
    return Profile()
