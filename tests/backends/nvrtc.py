"""NVIDIA's compiler for C++ that is made while a program runs. It needs no GPU."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from pathlib import Path


def installed(*path):
    """The places of this name in NVIDIA's packages."""
    found = importlib.util.find_spec("nvidia")
    return [
        Path(each, *path)
        for each in (found.submodule_search_locations if found else ())
        if Path(each, *path).exists()
    ]


@functools.cache
def nvrtc():
    """The library; None where it is not installed."""
    paths = [
        path for folder in installed("cuda_nvrtc", "lib") for path in sorted(folder.glob("libnvrtc.so.*"))
    ]
    return ctypes.CDLL(str(paths[0])) if paths else None


def headers():
    """Folders with CUDA's own headers; none where they, or the compiler, are not installed."""
    return [] if nvrtc() is None else installed("cuda_runtime", "include")


def refused(source, *folders):
    """What the compiler has against a source, with headers from these folders; nothing where it takes it."""
    library, program = nvrtc(), ctypes.c_void_p()
    options = [b"--std=c++17", b"-DCUPY_JIT_MODE", *[f"-I{each}".encode() for each in folders]]
    assert not library.nvrtcCreateProgram(
        ctypes.byref(program), source.encode(), b"kernels.cu", 0, None, None
    )
    if not library.nvrtcCompileProgram(program, len(options), (ctypes.c_char_p * len(options))(*options)):
        return ""
    size = ctypes.c_size_t()
    library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    library.nvrtcGetProgramLog(program, log)
    return log.value.decode()
