"""Serialization: `save` and `load`, in PyTorch's own file format, both ways.

A `.pt` file is a zip archive: `data.pkl` says what there is, and each storage is an entry of raw bytes beside it. A
pickle can run any command when it is loaded. So `load` reads it with an interpreter of its own that builds plain values
and tensors and refuses all else, as PyTorch's does; `weights_only=False` hands the file to Python's pickle instead.
"""

from __future__ import annotations

import collections
import ctypes
import io
import os
import pickle
import sys
import warnings
import zipfile
from collections.abc import Callable
from types import FunctionType
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.archives import Archive, Sequence, Written, unpickled
from minitorch_edu.callers import outside
from minitorch_edu.devices import device
from minitorch_edu.naming import pytorchs
from minitorch_edu.ops.memory import over
from minitorch_edu.parameter import Parameter, rebuilt_parameter, rebuilt_with_state
from minitorch_edu.safetensors import load_file as load_file
from minitorch_edu.safetensors import load_safetensors as load_safetensors
from minitorch_edu.safetensors import save_file as save_file
from minitorch_edu.safetensors import save_safetensors as save_safetensors
from minitorch_edu.shape import Size
from minitorch_edu.storage import Storage
from minitorch_edu.stored_names import STORAGES, Name
from minitorch_edu.stored_names import add_safe_globals as add_safe_globals
from minitorch_edu.stored_names import clear_safe_globals as clear_safe_globals
from minitorch_edu.stored_names import get_safe_globals as get_safe_globals
from minitorch_edu.stored_names import safe_globals as safe_globals
from minitorch_edu.tensor import Tensor
from minitorch_edu.unpickling import GLOBALS

WRITERS: dict[type, Callable[[Any], tuple[Any, tuple[Any, ...]]]] = {}
"""How an object of a type is written: (the name of a function, its arguments)."""


def add_name(full_name: str, meaning: Any, kind: type | None = None, arguments: Any = None) -> None:
    """Let files name something of PyTorch's: `meaning` when loaded, and how to write objects of `kind`."""
    GLOBALS[full_name] = meaning
    if kind is not None:
        module, _, name = full_name.rpartition(".")
        WRITERS[kind] = lambda value: (Name(module, name), arguments(value))


add_name("torch._utils._rebuild_parameter", rebuilt_parameter)
add_name("torch._utils._rebuild_parameter_with_state", rebuilt_with_state)


def _parameter_arguments(parameter: Parameter) -> tuple[Any, tuple[Any, ...]]:
    place: tuple[Any, ...] = (parameter.data, parameter.requires_grad, collections.OrderedDict())
    if not vars(parameter):
        return Name("torch._utils", "_rebuild_parameter"), place
    return Name("torch._utils", "_rebuild_parameter_with_state"), (*place, vars(parameter))


WRITERS[Parameter] = _parameter_arguments

_PythonPickler: Any = pickle._Pickler  # the one written in Python: its steps can be replaced


def named(function: Any) -> Name | None:
    """What PyTorch calls a function of ours, which a module may hold: `torch.relu`, `torch.nn.functional.gelu`."""
    for home in ("minitorch_edu.nn.functional", "minitorch_edu"):
        public = vars(sys.modules[home]) if home in sys.modules else {}
        for name, each in public.items():
            if each is function:
                return Name(pytorchs(home), name)
    return None


class _Pickler(_PythonPickler):
    """A pickler that writes tensors as PyTorch does, under PyTorch's names."""

    def __init__(self, file: Any, protocol: int) -> None:
        super().__init__(file, protocol)
        self.storages: dict[int, tuple[str, Storage]] = {}

    def persistent_id(self, obj: Any) -> Any:
        if type(obj) is not Written:
            return None
        key, _ = self.storages.setdefault(id(obj.storage), (str(len(self.storages)), obj.storage))
        kind = next((name for name, held in STORAGES.items() if held == obj.dtype.name), None)
        module = "torch" if kind else "torch.storage"
        count = obj.storage.nbytes() // (obj.dtype.itemsize if kind else 1)
        return ("storage", Name(module, kind or "UntypedStorage"), key, str(obj.storage.device), count)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Name | dtypes.dtype):
            return obj.name
        if isinstance(obj, FunctionType) and (found := named(obj)):
            return found.name
        if hasattr(obj, "materialize"):
            return NotImplemented  # it has no shape yet, and nothing to write: it says itself what it is
        for kind in type(obj).__mro__[:-1]:
            if kind in WRITERS:
                return WRITERS[kind](obj)
        return NotImplemented

    def save_global(self, obj: Any, name: str | None = None) -> None:
        called = named(obj) if isinstance(obj, FunctionType) else obj
        if isinstance(called, Name | dtypes.dtype):
            module, name = called.module if isinstance(called, Name) else "torch", called.name
        elif isinstance(obj, type) and pytorchs(obj.__module__) != obj.__module__:
            module, name = pytorchs(obj.__module__), obj.__qualname__  # PyTorch has a class of this name
        else:
            super().save_global(obj, name)
            return
        self.write(pickle.GLOBAL + f"{module}\n{name}\n".encode())
        self.memoize(obj)


def _tensor_arguments(tensor: Tensor) -> tuple[Any, tuple[Any, ...]]:
    storage = Written(tensor.untyped_storage(), tensor.dtype)
    place = (storage, tensor.storage_offset(), tuple(tensor.shape), tensor.stride(), tensor.requires_grad)
    hooks: Any = collections.OrderedDict()
    if tensor.dtype.name in STORAGES.values():
        return Name("torch._utils", "_rebuild_tensor_v2"), (*place, hooks)
    return Name("torch._utils", "_rebuild_tensor_v3"), (*place, hooks, tensor.dtype)


WRITERS[Tensor] = _tensor_arguments
WRITERS[Size] = lambda size: (Name("torch", "Size"), (tuple(size),))
WRITERS[device] = lambda place: (
    Name("torch", "device"),
    (place.type,) if place.index is None else (place.type, place.index),
)


def save(
    obj: Any,
    f: Any,
    pickle_module: Any = pickle,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write tensors, numbers, strings, and lists and dicts of them, to a file that PyTorch can load too.

    f: a path, or an object with `write`.

    >>> import io; file = io.BytesIO(); torch.save({"weight": torch.ones(2)}, file)
    >>> start = file.seek(0); torch.load(file)
    {'weight': tensor([1., 1.])}
    """
    if not isinstance(f, str | os.PathLike) and not hasattr(f, "write"):
        raise AttributeError(
            "expected 'f' to be string, path, or a file-like object with a 'write' attribute"
        )
    text = io.BytesIO()
    pickler = _Pickler(text, pickle_protocol)
    pickler.dump(obj)
    path = isinstance(f, str | os.PathLike)
    folder = os.path.splitext(os.path.basename(os.fspath(f)))[0] if path else "archive"
    if path and not os.path.isdir(os.path.dirname(os.path.abspath(os.fspath(f)))):
        raise RuntimeError(f"Parent directory {os.path.dirname(os.fspath(f))} does not exist.")
    whole = io.BytesIO()  # a file is written when all of it is known to be right
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{folder}/data.pkl", text.getvalue())
        archive.writestr(f"{folder}/byteorder", "little")
        for key, storage in pickler.storages.values():
            archive.writestr(f"{folder}/data/{key}", _memory(storage))
        archive.writestr(f"{folder}/version", "3\n")
    if path:
        with open(f, "wb") as file:
            file.write(whole.getbuffer())
    else:
        f.write(whole.getvalue())


def _memory(storage: Storage) -> bytes:
    """All bytes of a storage, also those between the elements of an array from NumPy."""
    if storage.device.type != "cpu":
        there = over(storage, dtypes.uint8, 0, (storage.nbytes(),), (1,))
        return storage.backend.to_host(there).tobytes()  # an address over there is none here
    return ctypes.string_at(storage.data_ptr(), storage.nbytes()) if storage.nbytes() else b""


def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Read what `save` wrote, here or in PyTorch.

    f: a path, or an object with `read`, `readline`, `seek` and `tell`.
    weights_only: refuse everything but tensors and plain values. With False a file can run any command: only for files
        whose author you trust.
    """  # fmt: skip
    weights_only = pickle_module is None if weights_only is None else weights_only
    if weights_only and pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    if pickle_load_args and weights_only:
        warnings.warn(
            "pickle_load_args only works if `weights_only=False`.", UserWarning, stacklevel=outside()
        )
    for name in pickle_load_args.keys() - {"encoding", "errors", "fix_imports"}:
        raise TypeError(f"Unpickler.__init__() got an unexpected keyword argument '{name}'")
    if mmap and not isinstance(f, str | os.PathLike):
        raise ValueError("f must be a file path in order to use the mmap argument")
    if isinstance(f, str | os.PathLike):
        if os.fspath(f).endswith(".safetensors"):
            return load_file(f, _device_of(map_location))
        with open(f, "rb") as file:
            if mmap and not zipfile.is_zipfile(f):
                raise RuntimeError(
                    "mmap can only be used with files saved with `torch.save(_use_new_zipfile_serialization=True), "
                    "please torch.save your checkpoint with this option in order to use mmap."
                )
            return _load(file, map_location, weights_only)
    if not hasattr(f, "read"):
        raise AttributeError(
            f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is "
            "seekable. Please pre-load the data into a buffer like io.BytesIO and try to load from it instead."
        )
    return _load(f, map_location, weights_only)


def _device_of(map_location: Any) -> Any:
    """Where a safetensors file is to be loaded, which names no places of its own."""
    for kind in ("dict", "callable"):
        if isinstance(map_location, dict) if kind == "dict" else callable(map_location):
            raise RuntimeError(
                f"Loading safetensors file with {kind} map_location is not supported. Use a device string or "
                "torch.device instead."
            )
    return "cpu" if map_location is None else str(map_location)


def _load(file: Any, map_location: Any, weights_only: bool) -> Any:
    start = file.tell()
    head = file.read(4)
    file.seek(start)
    if head != b"PK\x03\x04":
        return Sequence(file, map_location, weights_only).load()
    archive = Archive(io.BytesIO(file.read()) if start else file, map_location)
    return unpickled(archive.read("data.pkl"), archive.storage, weights_only)


__getattr__ = _missing.names_of(__name__)
