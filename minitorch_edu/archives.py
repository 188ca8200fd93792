"""Archives: the files that `load` reads, those of today and those from before PyTorch 1.6."""

from __future__ import annotations

import importlib
import io
import os
import pickle
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device
from minitorch_edu.ops.storages import restored
from minitorch_edu.shape import listed
from minitorch_edu.storage import Storage, VersionCounter
from minitorch_edu.stored_names import StorageName
from minitorch_edu.tensor import Tensor, wrap
from minitorch_edu.unpickling import GLOBALS, UNSAFE, restricted

_READER = "PytorchStreamReader failed"
_CORRUPT = (
    "This is an internal miniz error. If you are seeing this error, there is a high likelihood that your checkpoint "
    "file is corrupted. This can happen if the checkpoint was not saved properly, was transferred incorrectly, or the "
    "file was modified after saving."
)


class Written(NamedTuple):
    """A storage of a file, and the dtype that the file gives to it."""

    storage: Storage
    dtype: Any


class Archive:
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

    def storage(self, saved: Any) -> Written:
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
        return Written(self.storages[key], kind.dtype)


def _placed(storage: Storage, location: str, map_location: Any) -> Storage:
    """The storage where `map_location` wants it."""
    if callable(map_location) and not isinstance(map_location, device):
        found = map_location(storage, location)
        return _placed(storage, location, None) if found is None else found
    if isinstance(map_location, dict):
        location = map_location.get(location, location)
    elif isinstance(map_location, str | device):
        location = str(map_location)
    elif map_location is not None:
        raise TypeError(f"'{type(map_location).__name__}' object is not callable")
    backend = restored(location)
    if backend is not None:
        return storage.to(device=backend.device)
    if device(location).index is not None:
        raise RuntimeError(
            f"don't know how to restore data location of torch.storage.UntypedStorage (tagged with {location})"
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
    as_strided = storage.backend.xp.lib.stride_tricks.as_strided
    tensor = wrap(as_strided(elements[offset if reach else 0 :], size, steps), storage.backend)
    tensor._storage, tensor._version_counter = storage, VersionCounter()
    tensor._version_counter.value = 1  # PyTorch counts the loading
    return tensor.requires_grad_(requires_grad) if requires_grad else tensor


GLOBALS["torch._utils._rebuild_tensor_v2"] = _tensor
GLOBALS["torch._utils._rebuild_tensor_v3"] = _tensor


class _Unpickler(pickle.Unpickler):
    """Python's own unpickler, which runs whatever a file says: only for `weights_only=False`."""

    def find_class(self, module: str, name: str) -> Any:
        return GLOBALS.get(f"{module}.{name}") or _ours(module, name) or super().find_class(module, name)


def _ours(module: str, name: str) -> Any:
    """What PyTorch's name of a class or of a function stands for here; None if for nothing."""
    first, *rest = module.split(".")
    if first != "torch":
        return None
    if name == "_VariableFunctionsClass":  # the functions that PyTorch writes in C++ are attributes of this
        return importlib.import_module("minitorch_edu")
    for home in (
        ".".join(["minitorch_edu", *rest]),
        "minitorch_edu.nn.modules",
        "minitorch_edu.nn.functional",
    ):
        try:
            return getattr(importlib.import_module(home), name)
        except (ImportError, AttributeError):
            continue
    return None


def unpickled(text: Any, persistent_load: Callable[[Any], Any], weights_only: bool) -> Any:
    """What a pickle says: bytes, or a file that goes on behind it."""
    if weights_only:
        return restricted(text, persistent_load)
    unpickler = _Unpickler(io.BytesIO(text) if isinstance(text, bytes) else text)
    unpickler.persistent_load = persistent_load  # type: ignore[method-assign]
    return unpickler.load()


class Sequence:
    """A file from before PyTorch 1.6: five pickles one behind the other, then the bytes of each storage."""

    def __init__(self, file: Any, map_location: Any, weights_only: bool) -> None:
        self.file = file
        self.map_location = map_location
        self.weights_only = weights_only
        self.storages: dict[Any, Any] = {}
        self.memory: dict[Any, tuple[bytearray, int]] = {}  # its bytes to be, and the size of an element

    def next(self) -> Any:
        return unpickled(self.file, self.storage, self.weights_only)

    def load(self) -> Any:
        if self.next() != 0x1950A86A20F9469CFC6C:
            raise RuntimeError("Invalid magic number; corrupt file?")
        if (version := self.next()) != 1001:
            raise RuntimeError(f"Invalid protocol version: {version}")
        self.next()  # the machine that wrote it
        result = self.next()
        for key in self.next():
            self.fill(*self.memory[key], self.storages[key])
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
        return Written(self.storages[key], kind.dtype)

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

    def fill(self, memory: bytearray, itemsize: int, storage: Storage) -> None:
        count = int.from_bytes(self.file.read(self.all_here(8)), "little")
        if count * itemsize != len(memory):
            raise RuntimeError(f"storage has wrong size: expected {len(memory) // itemsize} got {count}")
        memory[:] = self.file.read(self.all_here(len(memory)))
        if storage.backend is not cpu:  # it was placed before it was filled
            read = storage.backend.from_host(np.frombuffer(memory, np.uint8))
            storage.backend.xp.copyto(storage.buffer, read)
