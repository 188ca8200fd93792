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
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device
from minitorch_edu.safetensors import load_file as load_file
from minitorch_edu.safetensors import load_safetensors as load_safetensors
from minitorch_edu.safetensors import save_file as save_file
from minitorch_edu.safetensors import save_safetensors as save_safetensors
from minitorch_edu.shape import Size, listed
from minitorch_edu.storage import Storage, VersionCounter
from minitorch_edu.tensor import Tensor, wrap
from minitorch_edu.unpickling import GLOBALS, SAFE, UNSAFE, restricted

# --- names in a file ------------------------------------------------------------------------------------------------


class Name:
    """A function or class of PyTorch's, as a pickle names it."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self) -> None:
        raise TypeError(f"{self.module}.{self.name} stands in files only")


STORAGES = {
    "FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
}  # fmt: skip
"""PyTorch's old storage classes; a file tells the dtype of a tensor by them. Newer dtypes have an UntypedStorage."""


class StorageName(NamedTuple):
    """A storage class in a file, and the dtype it tells."""

    name: str
    dtype: Any


def _dtype_named(name: str) -> Any:
    return next((each for each in dtypes.ALL if each.name == name), None)


GLOBALS.update(
    {
        "torch.Size": Size,
        "torch.device": device,
        "torch.storage.UntypedStorage": StorageName("UntypedStorage", dtypes.uint8),
        "torch.UntypedStorage": StorageName("UntypedStorage", dtypes.uint8),
    }
)

WRITERS: dict[type, Callable[[Any], tuple[Any, tuple[Any, ...]]]] = {}
"""How an object of a type is written: (the name of a function, its arguments)."""


def add_name(full_name: str, meaning: Any, kind: type | None = None, arguments: Any = None) -> None:
    """Let files name something of PyTorch's: `meaning` when loaded, and how to write objects of `kind`."""
    GLOBALS[full_name] = meaning
    if kind is not None:
        module, _, name = full_name.rpartition(".")
        WRITERS[kind] = lambda value: (Name(module, name), arguments(value))


for _name, _dtype in STORAGES.items():
    if _dtype_named(_dtype):
        GLOBALS[f"torch.{_name}"] = StorageName(_name, _dtype_named(_dtype))
for _each in dtypes.ALL:
    GLOBALS[f"torch.{_each.name}"] = _each


def add_safe_globals(safe_globals: list[Any]) -> None:
    """Let files name these functions and classes from now on."""
    for each in safe_globals:
        value, name = each if isinstance(each, tuple) else (each, f"{each.__module__}.{each.__qualname__}")
        SAFE[name] = value


def get_safe_globals() -> list[Any]:
    """What `add_safe_globals` has added."""
    return list(SAFE.values())


def clear_safe_globals() -> None:
    """Take back what `add_safe_globals` has added."""
    SAFE.clear()


@contextmanager
def safe_globals(safe_globals: list[Any]) -> Iterator[None]:
    """Let files name these functions and classes until the with-block ends."""
    before = dict(SAFE)
    add_safe_globals(safe_globals)
    try:
        yield
    finally:
        SAFE.clear()
        SAFE.update(before)


# --- writing ----------------------------------------------------------------------------------------------------------


class _Written(NamedTuple):
    """A storage on its way into a file."""

    storage: Storage
    dtype: Any


_PythonPickler: Any = pickle._Pickler  # the one written in Python: its steps can be replaced


class _Pickler(_PythonPickler):
    """A pickler that writes tensors as PyTorch does, under PyTorch's names."""

    def __init__(self, file: Any, protocol: int) -> None:
        super().__init__(file, protocol)
        self.storages: dict[int, tuple[str, Storage]] = {}

    def persistent_id(self, obj: Any) -> Any:
        if type(obj) is not _Written:
            return None
        key, _ = self.storages.setdefault(id(obj.storage), (str(len(self.storages)), obj.storage))
        kind = next((name for name, held in STORAGES.items() if held == obj.dtype.name), None)
        module = "torch" if kind else "torch.storage"
        count = obj.storage.nbytes() // (obj.dtype.itemsize if kind else 1)
        return ("storage", Name(module, kind or "UntypedStorage"), key, str(obj.storage.device), count)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Name):
            return obj.name
        if isinstance(obj, dtypes.dtype):
            return obj.name
        for kind in type(obj).__mro__[:-1]:
            if kind in WRITERS:
                return WRITERS[kind](obj)
        return NotImplemented

    def save_global(self, obj: Any, name: str | None = None) -> None:
        if not isinstance(obj, Name | dtypes.dtype):
            super().save_global(obj, name)
            return
        module = obj.module if isinstance(obj, Name) else "torch"
        self.write(pickle.GLOBAL + f"{module}\n{obj.name}\n".encode())
        self.memoize(obj)


def _tensor_arguments(tensor: Tensor) -> tuple[Any, tuple[Any, ...]]:
    storage = _Written(tensor.untyped_storage(), tensor.dtype)
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
    return ctypes.string_at(storage.data_ptr(), storage.nbytes()) if storage.nbytes() else b""


# --- reading ----------------------------------------------------------------------------------------------------------

_READER = "PytorchStreamReader failed"
_CORRUPT = (
    "This is an internal miniz error. If you are seeing this error, there is a high likelihood that your checkpoint "
    "file is corrupted. This can happen if the checkpoint was not saved properly, was transferred incorrectly, or the "
    "file was modified after saving."
)


class _Archive:
    """The entries of a `.pt` file. Nothing is unpacked to disk: an entry's name is only ever compared."""

    def __init__(self, file: Any, map_location: Any) -> None:
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError):
            what = (
                "not a ZIP archive" if file.seek(0, os.SEEK_END) < 22 else "failed finding central directory"
            )
            raise RuntimeError(f"{_READER} reading zip archive: {what}. {_CORRUPT}") from None
        names = self.zip.namelist()
        if not names:
            raise RuntimeError(f"{_READER} reading zip archive: archive does not contain any files")
        self.folder, inside, _ = names[0].partition("/")
        self.map_location = map_location
        self.storages: dict[Any, Any] = {}
        if not inside:
            raise RuntimeError(
                f"[enforce fail at inline_container.cc:180] . file in archive is not in a subdirectory: {names[0]}"
            )
        if f"{self.folder}/version" not in names:
            raise RuntimeError(
                'Expected hasRecord("version") to be true, but got false.  (Could this error message be improved?  If '
                "so, please report an enhancement request to PyTorch.)"
            )
        if f"{self.folder}/constants.pkl" in names:
            raise RuntimeError(
                f"Cannot use ``weights_only=True`` with TorchScript archives passed to ``torch.load``. {UNSAFE}"
            )

    def read(self, name: str) -> bytes:
        try:
            entry = self.zip.getinfo(f"{self.folder}/{name}")
        except KeyError:
            corrupt = "" if name == "data.pkl" else f". {_CORRUPT}"
            raise RuntimeError(f"{_READER} locating file {name}: file not found{corrupt}") from None
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise RuntimeError(f"{_READER} reading file {name}: a compressed entry, which no saved file has")
        try:
            return self.zip.read(entry)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError):
            raise RuntimeError(f"{_READER} reading file {name}: file read failed") from None

    def order(self) -> str:
        try:
            order = self.read("byteorder").decode()
        except RuntimeError:
            return "little"
        if order not in ("little", "big"):
            raise ValueError(f"Unknown endianness type: {order}")
        return order

    def storage(self, saved: Any) -> _Written:
        """The storage that a file refers to as ('storage', its class, its key, its place, its length)."""
        _, kind, key, location, count = saved
        kind = kind if isinstance(kind, StorageName) else StorageName("UntypedStorage", dtypes.uint8)
        if key not in self.storages:
            read = bytearray(self.read(f"data/{key}"))
            wanted = count * kind.dtype.itemsize
            if len(read) < wanted:
                raise RuntimeError(
                    f"record size ({len(read)} bytes) does not match expected size ({wanted} bytes = {wanted} elements "
                    "* 1 bytes/element) for dtype Byte"
                )
            array = np.frombuffer(read, np.uint8)
            if self.order() == "big" and kind.dtype.itemsize > 1:
                part = kind.dtype.numpy.itemsize // (2 if kind.dtype.is_complex else 1)
                array = array.reshape(-1, part)[:, ::-1].reshape(-1).copy()
            self.storages[key] = _placed(Storage(array, cpu), location, self.map_location)
        return _Written(self.storages[key], kind.dtype)


def _placed(storage: Storage, location: str, map_location: Any) -> Storage:
    """The storage where `map_location` wants it."""
    if callable(map_location) and not isinstance(map_location, device):
        return map_location(storage, location) or _placed(storage, location, None)
    if isinstance(map_location, dict):
        location = map_location.get(location, location)
    elif isinstance(map_location, str | device):
        location = str(map_location)
    elif map_location is not None:
        raise TypeError(f"'{type(map_location).__name__}' object is not callable")
    if device(location).type == "cuda":
        raise RuntimeError(
            "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are "
            "running on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your "
            "storages to the CPU."
        )
    return storage


def _tensor(
    saved: Any,
    offset: int,
    size: Any,
    stride: Any,
    requires_grad: bool,
    hooks: Any,
    dtype: Any = None,
    *rest: Any,
) -> Tensor:
    """A tensor over a storage, after making sure that it stays inside."""
    storage, kind = saved
    kind = dtype if isinstance(dtype, dtypes.dtype) else kind
    size, stride = tuple(size), tuple(stride)
    if len(size) != len(stride) or any(type(each) is not int for each in (offset, *size, *stride)):
        raise RuntimeError("mismatch in length of strides and shape")
    if offset < 0 or any(each < 0 for each in (*size, *stride)):
        raise RuntimeError("Trying to create tensor with negative dimension, stride or storage offset")
    reach = 0 if 0 in size else 1 + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    needed = (offset + reach) * kind.itemsize if reach else 0
    if needed > storage.nbytes():
        error = RuntimeError("Trying to resize storage that is not resizable")
        error.add_note(
            f"The file says sizes {listed(size)}, strides {listed(stride)} and offset {offset}, which needs {needed} "
            f"bytes, but its storage has {storage.nbytes()}."
        )
        raise error
    count = storage.nbytes() // kind.itemsize
    elements = storage.buffer.reshape(-1)[: count * kind.itemsize].view(kind.numpy)
    steps = [step * kind.itemsize for step in stride]
    tensor = wrap(np.lib.stride_tricks.as_strided(elements[offset if reach else 0 :], size, steps), cpu)
    tensor._storage, tensor._version_counter = storage, VersionCounter()
    tensor._version_counter.value = 1  # PyTorch counts the loading
    return tensor.requires_grad_(requires_grad) if requires_grad else tensor


GLOBALS["torch._utils._rebuild_tensor_v2"] = _tensor
GLOBALS["torch._utils._rebuild_tensor_v3"] = _tensor

# --- loading ----------------------------------------------------------------------------------------------------------


class _Unpickler(pickle.Unpickler):
    """Python's own unpickler, which runs whatever a file says: only for `weights_only=False`."""

    def find_class(self, module: str, name: str) -> Any:
        return GLOBALS.get(f"{module}.{name}") or super().find_class(module, name)


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
        warnings.warn("pickle_load_args only works if `weights_only=False`.", UserWarning, stacklevel=2)
    for name in pickle_load_args.keys() - {"encoding", "errors", "fix_imports"}:
        raise TypeError(f"Unpickler.__init__() got an unexpected keyword argument '{name}'")
    if mmap and not isinstance(f, str | os.PathLike):
        raise ValueError("f must be a file path in order to use the mmap argument")
    if isinstance(f, str | os.PathLike):
        if os.fspath(f).endswith(".safetensors"):
            return load_file(f)
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


def _load(file: Any, map_location: Any, weights_only: bool) -> Any:
    start = file.tell()
    head = file.read(4)
    file.seek(start)
    if head != b"PK\x03\x04":
        return _Sequence(file, map_location, weights_only).load()
    archive = _Archive(io.BytesIO(file.read()) if start else file, map_location)
    return _unpickled(archive.read("data.pkl"), archive.storage, weights_only)


def _unpickled(text: Any, persistent_load: Callable[[Any], Any], weights_only: bool) -> Any:
    """What a pickle says: bytes, or a file that goes on behind it."""
    if weights_only:
        return restricted(text, persistent_load)
    unpickler = _Unpickler(io.BytesIO(text) if isinstance(text, bytes) else text)
    unpickler.persistent_load = persistent_load  # type: ignore[method-assign]
    return unpickler.load()


class _Sequence:
    """A file from before PyTorch 1.6: five pickles one behind the other, then the bytes of each storage."""

    def __init__(self, file: Any, map_location: Any, weights_only: bool) -> None:
        self.file = file
        self.map_location = map_location
        self.weights_only = weights_only
        self.storages: dict[Any, Any] = {}
        self.memory: dict[Any, tuple[bytearray, int]] = {}  # its bytes to be, and the size of an element

    def next(self) -> Any:
        return _unpickled(self.file, self.storage, self.weights_only)

    def load(self) -> Any:
        if self.next() != 0x1950A86A20F9469CFC6C:
            raise RuntimeError("Invalid magic number; corrupt file?")
        if (version := self.next()) != 1001:
            raise RuntimeError(f"Invalid protocol version: {version}")
        self.next()  # the machine that wrote it
        result = self.next()
        for key in self.next():
            self.fill(*self.memory[key])
        return result

    def storage(self, saved: Any) -> Any:
        """The storage that a file refers to as ('storage', its class, its key, its place, its length, None)."""
        if saved[0] != "storage":
            return saved[1]  # a class and its source: the class
        _, kind, key, location, count, _ = saved
        if key not in self.storages:
            memory = bytearray(self.all_here(count * kind.dtype.itemsize))
            self.memory[key] = memory, kind.dtype.itemsize
            self.storages[key] = _placed(
                Storage(np.frombuffer(memory, np.uint8), cpu), location, self.map_location
            )
        return _Written(self.storages[key], kind.dtype)

    def all_here(self, size: int) -> int:
        """`size`, if that many bytes can follow: memory is not taken on a file's word."""
        here = self.file.tell()
        left = self.file.seek(0, os.SEEK_END) - here
        self.file.seek(here)
        if size > left:
            raise RuntimeError(
                f"unexpected EOF, expected {size - left} more bytes. The file might be corrupted."
            )
        return size

    def fill(self, memory: bytearray, itemsize: int) -> None:
        count = int.from_bytes(self.file.read(self.all_here(8)), "little")
        if count * itemsize != len(memory):
            raise RuntimeError(f"storage has wrong size: expected {len(memory) // itemsize} got {count}")
        memory[:] = self.file.read(self.all_here(len(memory)))
