"""Wall: NumPy as the inside of a simulated device. Outside, nobody can touch an array without copying it.

Note [The wall]
A GPU has memory of its own. A program on the host holds handles to arrays over there and sends work to them; the bytes
come back only when they are copied. `DeviceArray` is such a handle and `Namespace` the way to send work: they know the
words that CuPy knows (cupy.json lists them, with their arguments) and not one more, and they refuse arrays of the host
where CuPy does. So whatever runs behind the wall will run on a real GPU, and a mistake in placement is found on a
laptop.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np


@functools.cache
def spoken() -> dict[str, Any]:
    """What CuPy knows: functions with the names of their arguments, ufuncs, attributes of arrays, parts of SciPy."""
    return json.loads(files("minitorch_edu.backends").joinpath("cupy.json").read_text())


class Memory:
    """A run of bytes on the device, freed when the last array that looks at it is gone."""

    __slots__ = ("bytes", "device", "address", "nbytes", "__weakref__")

    def __init__(self, array: np.ndarray, device: Any) -> None:
        self.bytes = array
        self.device = device
        self.nbytes = array.nbytes
        self.address = device.allocate(array.nbytes)

    def __del__(self) -> None:
        if hasattr(self, "address"):  # not where there was no room
            self.device.free(self.address)


class DeviceArray:
    """A handle to an array on a simulated device. See Note [The wall]."""

    __slots__ = ("_inside", "memory")
    __array_ufunc__ = None  # NumPy's functions do not take it

    def __init__(self, inside: np.ndarray, memory: Memory) -> None:
        self._inside = inside
        self.memory = memory

    if TYPE_CHECKING:  # the rest comes from CuPy's words: see _furnish

        def __getattr__(self, name: str) -> Any: ...
        def __getitem__(self, place: Any) -> Any: ...

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct a NumPy array "
            "explicitly."
        )

    def get(self) -> np.ndarray:
        """A copy on the host."""
        self.memory.device.to_host(self._inside.nbytes)
        return self._inside.copy(order="K")

    def item(self, *place: Any) -> Any:
        """One element, on the host."""
        self.memory.device.to_host(self._inside.itemsize)
        return self._inside.item(*place)

    def tolist(self) -> Any:
        """Copied elements, as Python's numbers."""
        self.memory.device.to_host(self._inside.nbytes)
        return self._inside.tolist()

    @property
    def ptr(self) -> int:
        """The address of the first element, on the device."""
        start = np.lib.array_utils.byte_bounds(self.memory.bytes)[0]
        return self.memory.address + self._inside.__array_interface__["data"][0] - start

    def __setitem__(self, place: Any, value: Any) -> None:
        self._inside[self.memory.device.bare(place)] = self.memory.device.bare(value)
        self.memory.device.launch("copy", self._inside.nbytes)

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self._inside)))

    def __repr__(self) -> str:
        return repr(self.get())


def _plain(name: str) -> property:
    """An attribute that is known without asking the device: a shape, a dtype."""
    return property(lambda self: getattr(self._inside, name))


def _view(name: str) -> property:
    """An attribute that is an array: the transpose, the real part."""
    return property(lambda self: self.memory.device.handle(getattr(self._inside, name)))


def _number(name: str) -> Callable[..., Any]:
    """A conversion to a number of the host, which waits for the device and copies: `if array.all():`."""

    def convert(self: Any) -> Any:
        self.memory.device.to_host(self._inside.itemsize)
        return getattr(self._inside, name)()

    return convert


def _method(name: str, kernel: str) -> Callable[..., Any]:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        device = self.memory.device
        result = getattr(self._inside, name)(
            *[device.bare(each) for each in args], **{key: device.bare(each) for key, each in options.items()}
        )
        return NotImplemented if result is NotImplemented else device.computed(kernel, result, self)

    return call


WRITING = ("fill", "partition", "put", "sort")
"""Methods that write into the array itself."""


def _writing(name: str) -> Callable[..., None]:
    def call(self: Any, *args: Any, **options: Any) -> None:
        device = self.memory.device
        getattr(self._inside, name)(*[device.bare(each) for each in args], **options)
        device.launch(name, self._inside.nbytes)

    return call


OPERATORS = (
    "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift radd rsub rmul rtruediv rfloordiv rmod rpow "
    "rmatmul rand ror rxor rlshift rrshift iadd isub imul itruediv ifloordiv imod ipow iand ior ixor ilshift irshift "
    "lt le eq ne gt ge neg pos invert abs getitem divmod"
).split()


def _furnish() -> None:
    """Give DeviceArray the attributes, methods and operators of CuPy's arrays."""
    for name in ("shape", "dtype", "ndim", "size", "itemsize", "nbytes", "strides", "flags"):
        setattr(DeviceArray, name, _plain(name))
    for name in ("T", "mT", "real", "imag"):
        setattr(DeviceArray, name, _view(name))
    for name in spoken()["ndarray"]:
        if callable(getattr(np.ndarray, name, None)) and not hasattr(DeviceArray, name):
            setattr(DeviceArray, name, _writing(name) if name in WRITING else _method(name, name))
    for name in OPERATORS:
        setattr(DeviceArray, f"__{name}__", _method(f"__{name}__", name.removeprefix("i")))
    for name in ("__bool__", "__int__", "__float__", "__complex__"):
        setattr(DeviceArray, name, _number(name))
    DeviceArray.__len__ = lambda self: len(self._inside)  # type: ignore[attr-defined]
    DeviceArray.__hash__ = None  # type: ignore[assignment]


_furnish()


class Namespace:
    """What CuPy is as a module: `xp.add`, `xp.linalg.inv`, `xp.float32`. See Note [The wall].

    A function is found when it is first asked for, and stays.
    """

    def __init__(self, device: Any, library: Any = np, prefix: str = "") -> None:
        self.__name__ = "simulated"
        self._device, self._library, self._prefix = device, library, prefix
        if not prefix:
            self.ndarray = DeviceArray

    def __getattr__(self, name: str) -> Any:
        known, path = spoken(), self._prefix + name
        if path in ("linalg", "fft", "lib", "lib.stride_tricks"):
            found: Any = Namespace(self._device, getattr(self._library, name), f"{path}.")
        elif path in known["ufuncs"]:
            found = Ufunc(self._device, getattr(self._library, name), path)
        elif path in known["functions"]:
            arguments = frozenset(known["functions"][path])
            found = Function(self._device, getattr(self._library, name), path, arguments)
        else:
            found = getattr(self._library, name)
            if not isinstance(found, type | float | np.dtype | None.__class__):
                raise AttributeError(f"module 'cupy' has no attribute {path!r}")
        setattr(self, name, found)
        return found


class Function:
    """A function of the device: it takes handles, and numbers of the host, and gives handles."""

    def __init__(
        self, device: Any, inside: Any, name: str, arguments: frozenset[str] = frozenset("*")
    ) -> None:
        self.device, self.inside, self.__name__, self.arguments = device, inside, name, arguments

    def __call__(self, *args: Any, **options: Any) -> Any:
        device = self.device
        if options and "*" not in self.arguments and not options.keys() <= self.arguments:
            strange = min(options.keys() - self.arguments)
            raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{strange}'")
        bare = device.received if self.__name__ in ("array", "asarray", "ascontiguousarray") else device.bare
        result = self.inside(
            *[bare(each) for each in args], **{name: bare(each) for name, each in options.items()}
        )
        return device.computed(self.__name__, result, *args, *options.values())


class Ufunc(Function):
    """A function of elements, with its ways to reduce and accumulate."""

    def __init__(self, device: Any, inside: Any, name: str) -> None:
        super().__init__(device, inside, name, frozenset(("out", "dtype", "casting")))

    def __getattr__(self, name: str) -> Any:
        if name not in ("reduce", "accumulate", "at", "reduceat", "outer"):
            raise AttributeError(f"'cupy.ufunc' object has no attribute {name!r}")
        found = Function(self.device, getattr(self.inside, name), f"{self.__name__}.{name}")
        setattr(self, name, found)
        return found
