"""safetensors: tensors by name, and nothing that could run."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops.creation import backend_for
from minitorch_edu.tensor import Tensor, wrap

_KINDS = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32",
    "I16": "int16", "I8": "int8", "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64", "BOOL": "bool",
    "C64": "complex64",
}  # fmt: skip


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise RuntimeError(
            "Attempting to load a safetensors file but safetensors is not installed. Please install safetensors with: "
            "pip install safetensors"
        ) from None
    return safetensors


def save_safetensors(tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> bytes:
    """Tensors by name as the bytes of a safetensors file."""
    arrays = {name: np.asarray(tensor.detach().cpu()._array, order="C") for name, tensor in tensors.items()}
    return _safetensors().numpy.save(arrays, metadata)


def load_safetensors(data: bytes, device: Any = "cpu") -> dict[str, Tensor]:
    """Tensors by name from the bytes of a safetensors file."""
    backend = backend_for(device)
    found = {}
    for name, entry in _safetensors().deserialize(data):
        kind = next((each for each in dtypes.ALL if each.name == _KINDS.get(entry["dtype"])), None)
        if kind is None:
            raise RuntimeError(f"{name} has the dtype {entry['dtype']}, which no tensor here can hold")
        array = np.frombuffer(bytearray(entry["data"]), kind.numpy).reshape(entry["shape"])
        found[name] = wrap(array if backend is cpu else backend.from_host(array), backend)
    return found


def save_file(tensors: dict[str, Tensor], filename: Any, metadata: dict[str, str] | None = None) -> None:
    """Write tensors by name as a safetensors file."""
    data = save_safetensors(tensors, metadata)
    with open(filename, "wb") as file:
        file.write(data)


def load_file(filename: Any, device: Any = "cpu") -> dict[str, Tensor]:
    """Read a safetensors file: tensors by name."""
    with open(filename, "rb") as file:
        return load_safetensors(file.read(), device)
