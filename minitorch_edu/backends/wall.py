"""Wall: NumPy as the inside of a simulated device. Outside, nobody can touch an array without copying it.

Note [The wall]
A GPU has memory of its own. A program on the host holds handles to arrays over there and sends work to them; the bytes
come back only when they are copied. `DeviceArray` is such a handle, and `Namespace` the way to send work: they know the
words that CuPy knows (cupy.json lists them, with their arguments) and not one more, they refuse arrays of the host
where CuPy does, and they wait where CuPy waits. So whatever runs behind the wall will run on a real GPU, and a mistake
in placement is found on a laptop. A handle has no `__cuda_array_interface__`: its address is made up, and a library
that really speaks CUDA must not be given it.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np


@functools.cache
def spoken() -> dict[str, Any]:
    """What CuPy knows: functions with their arguments, ufuncs, attributes of arrays, parts of SciPy."""
    return json.loads(files("minitorch_edu.backends").joinpath("cupy.json").read_text())


class Memory:
    """A run of bytes on the device, freed when the last array that looks at it is gone."""

    __slots__ = ("bytes", "device", "address", "nbytes", "__weakref__")

    def __init__(self, array: np.ndarray, device: Any) -> None:
        self.bytes = array
        self.device = device
        self.nbytes = array.nbytes
        self.address = device.allocate(array.nbytes)

    @classmethod
    def of_number(cls, array: np.ndarray, device: Any) -> Memory:
        """The memory of a zero-dim array, for which no block is asked: an argument of a kernel."""
        memory = cls.__new__(cls)
        memory.bytes, memory.device, memory.nbytes, memory.address = array, device, array.nbytes, 0
        return memory

    def __del__(self, leaving: Callable[[], bool] = sys.is_finalizing) -> None:
        if hasattr(self, "address") and not leaving():  # not where there was no room
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

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct a NumPy array "
            "explicitly."
        )

    def get(self) -> np.ndarray:
        """A copy on the host."""
        return self.memory.device.to_host(self)

    @property
    def ptr(self) -> int:
        """The address of the first element, on the device."""
        start = np.lib.array_utils.byte_bounds(self.memory.bytes)[0]
        return self.memory.address + self._inside.__array_interface__["data"][0] - start

    @property
    def flags(self) -> Flags:
        """How the elements lie."""
        return Flags(self._inside.flags)

    @property
    def base(self) -> DeviceArray | None:
        """The array that this one is a view of."""
        base = self._inside.base
        return DeviceArray(base, self.memory) if type(base) is np.ndarray else None

    # --- parts ------------------------------------------------------------------------------------------------------

    def __getitem__(self, place: Any) -> Any:
        """A view for integers and slices, even of one element; with arrays of indices, a copy."""
        device = self.memory.device
        inside, advanced = index(device, place)
        if not advanced:
            return device.handle(self._inside[inside if Ellipsis in inside else (*inside, ...)])
        if any(each.dtype == bool for each in inside if type(each) is np.ndarray):
            device.to_host(8)  # how many there are
        found = np.array(self._inside[inside])
        device.launch("getitem", found.nbytes)
        return device.handle(found)

    def __setitem__(self, place: Any, value: Any) -> None:
        device = self.memory.device
        inside, advanced = index(device, place)
        if advanced:
            self._inside[inside] = received(device, value)
            written = self._inside[inside]
        else:
            if type(value) is np.ndarray and value.ndim:
                raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
            written = self._inside[inside if Ellipsis in inside else (*inside, ...)]
            written[...] = value.item() if type(value) is np.ndarray else bare(value)
        device.launch("setitem", written.nbytes)

    def __len__(self) -> int:
        return len(self._inside)

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self._inside)))

    # --- on the host ------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return repr(self.get())

    def __str__(self) -> str:
        return str(self.get())

    def __format__(self, form: str) -> str:
        return format(self.get(), form)

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()


class Flags:
    """What CuPy tells of how elements lie: `writeable` is not among it."""

    __slots__ = ("_flags",)

    def __init__(self, flags: Any) -> None:
        self._flags = flags

    def __getattr__(self, name: str) -> bool:
        if name not in spoken()["flags"]:
            raise AttributeError(f"'cupy._core.flags.Flags' object has no attribute {name!r}")
        return getattr(self._flags, name)


# --- what passes through the wall -----------------------------------------------------------------------------------


def bare(value: Any) -> Any:
    """What a handle stands for; arrays of the host are refused."""
    kind = type(value)
    if kind is DeviceArray:
        return value._inside
    if kind is np.ndarray:
        raise TypeError(f"Unsupported type {kind}")
    if kind is tuple:
        return tuple([bare(each) for each in value])
    return [bare(each) for each in value] if kind is list else value


def received(device: Any, value: Any) -> Any:
    """The same where values of the host are welcome: they are copied to the device."""
    if type(value) is DeviceArray or holds_handles(value):
        return bare(value)
    array = np.array(value, order="K")
    device.queue.launch("host to device", "copy", array.nbytes)
    return array


def holds_handles(value: Any) -> bool:
    """Whether an array of the device is somewhere in a list."""
    return type(value) is DeviceArray or isinstance(value, list | tuple) and any(map(holds_handles, value))


def index(device: Any, place: Any) -> tuple[tuple[Any, ...], bool]:
    """The bare parts of an index, and whether there are arrays among them."""
    parts: list[Any] = []
    advanced = False
    for each in place if type(place) is tuple else (place,):
        if isinstance(each, list | tuple | np.ndarray | bool | np.bool_):
            each = received(device, each)
            if not each.size and each.dtype == float:  # an empty list is no mask
                each = each.astype(np.int32)
        elif type(each) is DeviceArray:
            each = each._inside
        advanced = advanced or type(each) is np.ndarray
        parts.append(each)
    return tuple(parts), advanced


def computed(device: Any, kernel: str, result: Any, operands: tuple[Any, ...]) -> Any:
    """A result as handles. What only looks at an operand's memory took no work; all else is a launch."""
    if isinstance(result, np.ndarray | np.generic):
        for each in operands:
            if type(each) is DeviceArray and each._inside is result:
                return each
        found = device.handle(np.asarray(result))
        if not any(type(each) is DeviceArray and each.memory is found.memory for each in operands):
            device.launch(kernel, found.nbytes)
        return found
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return type(result)(*[computed(device, kernel, each, operands) for each in result])
    if isinstance(result, tuple | list):
        return type(result)([computed(device, kernel, each, operands) for each in result])
    return result


class Arguments:
    """Which arguments CuPy takes, and how many of them by position."""

    __slots__ = ("names", "any_name", "most")

    def __init__(self, inside: Any, written: Sequence[str]) -> None:
        self.names = frozenset(written)
        self.any_name = any(each.startswith("**") for each in written)
        self.most = positions(inside, written)

    def check(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Refuse what CuPy does not know, or understands differently."""
        if not self.any_name and options and not options.keys() <= self.names:
            strange = min(options.keys() - self.names)
            raise TypeError(f"{name}() got an unexpected keyword argument '{strange}'")
        if len(args) > self.most:
            raise TypeError(
                f"{name}() takes {self.most} positional arguments that mean the same to NumPy and CuPy, but "
                f"{len(args)} were given"
            )


def positions(inside: Any, written: Sequence[str]) -> int:
    """How many arguments may be given by position: those that are the same one in NumPy and in CuPy."""
    theirs = []
    for each in written:
        if each.startswith("*"):
            if each != "*" and not each.startswith("**") or written == ("*", "**"):
                return 1_000
            break
        theirs.append(each)
    try:
        ours = [name for name in inspect.signature(inside).parameters if name != "self"]
    except (TypeError, ValueError):
        return len(theirs)
    for place, (one, other) in enumerate(zip(theirs, ours, strict=False)):
        if one != other and (one in ours or other in theirs):
            return place
    return len(theirs)


WAITING = {"nonzero", "compress", "choose"}
"""Methods for which CuPy waits: how large the result will be, or whether the indices are right, is known only then."""
WRITING = {"fill", "partition", "put", "sort"}
"""Methods that write into the array itself."""
COPYING = {"item", "tolist", "tobytes", "tofile", "dump", "dumps"}
"""Methods whose result is on the host."""


def _method(name: str) -> Callable[..., Any]:
    kernel = name.strip("_")
    written = spoken()["ndarray"].get(name)
    arguments = None if written is None else Arguments(getattr(np.ndarray, name), written)

    def call(self: Any, *args: Any, **options: Any) -> Any:
        if arguments is not None:
            arguments.check(name, args, options)
        device = self.memory.device
        inside = [bare(each) for each in args]
        if len(inside) == 1 and kernel in ELEMENTWISE:
            expect_broadcast(device, self._inside, inside[0])
        result = getattr(self._inside, name)(*inside, **{key: bare(each) for key, each in options.items()})
        if result is NotImplemented:
            return result
        if name in WAITING:
            device.to_host(8)
        if name in WRITING or options.get("out") is not None or kernel in IN_PLACE:
            device.launch(kernel.removeprefix("i") if kernel in IN_PLACE else kernel, self._inside.nbytes)
            if result is self._inside:
                return self
            return computed(device, kernel, result, (*options.values(), self))
        return computed(device, kernel, result, (self,))

    return call


def _on_host(name: str) -> Callable[..., Any]:
    arguments = Arguments(None, spoken()["ndarray"].get(name) or ())

    def copy(self: Any, *args: Any, **options: Any) -> Any:
        arguments.check(name, args, options)
        self.memory.device.to_host(self._inside.itemsize if name == "item" else self._inside.nbytes)
        return getattr(self._inside, name)(*args, **options)

    return copy


def expect_broadcast(device: Any, *values: Any) -> None:
    """Refuse a result that cannot fit, before NumPy takes that much of the host."""
    arrays = [each for each in values if type(each) is np.ndarray]
    most = 8
    for each in arrays:
        most *= each.size
    if most > device.memory.capacity:
        try:
            shape = np.broadcast_shapes(*[each.shape for each in arrays])
        except ValueError:
            return  # NumPy will say so
        device.expect(np.result_type(*arrays).itemsize * int(np.prod(shape, dtype=object)))


TWO = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"
IN_PLACE = {f"i{name}" for name in TWO.split() if name != "matmul"}
REFLECTED = {f"r{name}" for name in TWO.split()}
OPERATORS = {*TWO.split(), *REFLECTED, "lt", "le", "eq", "ne", "gt", "ge", "divmod", "rdivmod"}
ELEMENTWISE = OPERATORS - {"matmul", "rmatmul"}
ALONE = {"neg", "pos", "invert", "abs"}


def _plain(name: str) -> property:
    """An attribute that is known without asking the device: a shape, a dtype."""
    return property(lambda self: getattr(self._inside, name))


def _look(name: str) -> property:
    """An attribute that is an array: the transpose, the real part."""

    def look(self: Any) -> Any:
        return computed(self.memory.device, name, getattr(self._inside, name), (self,))

    def write(self: Any, value: Any) -> None:
        setattr(self._inside, name, bare(value))
        self.memory.device.launch(name, self._inside.nbytes)

    return property(look, write if name in ("real", "imag") else None)


def _furnish() -> None:
    """Give DeviceArray the attributes, methods and operators of CuPy's arrays."""
    for name in ("shape", "dtype", "ndim", "size", "itemsize", "nbytes", "strides"):
        setattr(DeviceArray, name, _plain(name))
    for name in ("T", "mT", "real", "imag"):
        setattr(DeviceArray, name, _look(name))
    for name in spoken()["ndarray"]:
        if callable(getattr(np.ndarray, name, None)):
            setattr(DeviceArray, name, _on_host(name) if name in COPYING else _method(name))
    for name in OPERATORS | IN_PLACE | ALONE:
        setattr(DeviceArray, f"__{name}__", _method(f"__{name}__"))
    for name in ("__bool__", "__int__", "__float__", "__complex__"):
        setattr(DeviceArray, name, _on_host(name))
    DeviceArray.__hash__ = None  # type: ignore[assignment]


_furnish()
