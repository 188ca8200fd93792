"""Namespace: the way to send work to a simulated device. What CuPy is as a module; see Note [The wall]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu.backends.wall import (
    Arguments,
    DeviceArray,
    bare,
    computed,
    expect_broadcast,
    holds_handles,
    index,
    received,
    spoken,
)


class Namespace:
    """`xp.add`, `xp.linalg.inv`, `xp.float32`. A function is found when it is first asked for, and stays."""

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
            found = Function(self._device, getattr(self._library, name), path, known["functions"][path])
        elif path in known["names"] and is_plain(getattr(self._library, name, np.ndarray)):
            found = getattr(self._library, name)
        else:
            raise AttributeError(f"module 'cupy' has no attribute {path!r}")
        setattr(self, name, found)
        return found

    def beside(self, function: Callable[..., Any], part: str, name: str) -> Any:
        """A function of SciPy as CuPy has it: `part` is "scipy.special", ...; None where it lacks it."""
        return Function(self._device, function, f"{part}.{name}") if name in spoken()[part] else None


def is_plain(found: Any) -> bool:
    """Whether it is a dtype, a number, an error: the same for all devices."""
    if isinstance(found, type):
        return issubclass(found, np.generic | Exception) or found in (
            np.dtype,
            np.finfo,
            np.iinfo,
            np.ndindex,
        )
    return found is None or isinstance(found, float)


FROM_HOST = {"array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray"}
"""Functions that take values of the host."""
UNFILLED = {"empty", "empty_like"}
"""Functions that only ask for memory: nothing is launched."""
SHAPED = {"empty", "zeros", "ones", "full"}
"""Functions whose first argument is a shape."""
WRITING = {"copyto", "put", "put_along_axis", "place", "putmask", "fill_diagonal"}
"""Functions that write into their first argument."""
WAITING = {
    "nonzero", "argwhere", "flatnonzero", "extract", "compress", "unique", "union1d", "setdiff1d", "intersect1d",
    "setxor1d", "bincount", "choose", "histogram", "histogram2d", "histogramdd", "trim_zeros",
}  # fmt: skip
"""Functions for which CuPy waits, since the size of the result, or whether it is one, depends on the numbers."""


class Function:
    """A function of the device: it takes handles, and numbers of the host, and gives handles."""

    def __init__(
        self, device: Any, inside: Any, name: str, arguments: list[str] | tuple[str, ...] = ("*", "**")
    ) -> None:
        self.device, self.inside, self.__name__ = device, inside, name
        self.arguments = Arguments(inside, arguments)
        self.waits = name in WAITING

    def __call__(self, *args: Any, **options: Any) -> Any:
        self.check(args, options)
        device, name = self.device, self.__name__
        if name in FROM_HOST and args and not holds_handles(args[0]):
            return device.handle(self.inside(received(device, args[0]), *args[1:], **options))
        if name in SHAPED:
            self.expect_shape(*args, **options)
        given = [bare(each) for each in args]
        result = self.inside(*given, **{key: bare(each) for key, each in options.items()})
        if self.waits or (name == "where" and len(args) == 1):
            device.to_host(8)
        return self.announced(result, args, options)

    def announced(self, result: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """The result as a handle, and the launch in the books."""
        device, name = self.device, self.__name__
        if name in UNFILLED:
            return device.handle(result)
        written = args[0] if name in WRITING else options.get("out")
        if written is not None:
            for each in written if isinstance(written, tuple) else (written,):
                device.launch(name, each.nbytes)
            return written if options.get("out") is not None else None
        return computed(device, name, result, (*args, *options.values()))

    def check(self, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Refuse arguments that CuPy does not take."""
        self.arguments.check(self.__name__, args, options)
        if self.__name__ == "repeat" and DeviceArray in map(type, (*args[1:2], options.get("repeats"))):
            raise ValueError("cupy.ndaray cannot be specified as `repeats` argument.")

    def expect_shape(self, shape: Any, *rest: Any, dtype: Any = np.float64, **options: Any) -> None:
        if rest and self.__name__ != "full":
            dtype = rest[0]
        sizes = (shape,) if isinstance(shape, int | np.integer) else shape
        count = 1
        for size in sizes:
            count *= int(size)
        self.device.expect(count * np.dtype(dtype).itemsize)


class Ufunc(Function):
    """A function of elements, with its ways to reduce and accumulate as far as CuPy has them."""

    def __init__(self, device: Any, inside: Any, name: str) -> None:
        super().__init__(device, inside, name, ("*args", "out", "dtype", "casting"))
        self.nin = inside.nin if isinstance(inside, np.ufunc) else None
        self.ways: dict[str, Function] = {}

    def __call__(self, *args: Any, **options: Any) -> Any:
        self.check(args, options)
        given = [bare(each) for each in args]
        expect_broadcast(self.device, *given)
        result = self.inside(*given, **{key: bare(each) for key, each in options.items()})
        if self.nin is not None and len(args) > self.nin:  # the result has its place already
            options = {"out": args[self.nin] if len(args) == self.nin + 1 else args[self.nin :]}
            args = args[: self.nin]
        return self.announced(result, args, options)

    def _way(self, way: str, only: tuple[str, ...] = ()) -> Function:
        """One of the ways, made when it is first gone; `only`: the ufuncs for which CuPy has it."""
        found = self.ways.get(way)
        if found is None:
            if only and self.__name__ not in only:
                raise NotImplementedError(f"`cupy_{self.__name__}.{way}` is not supported yet")
            names = ("array", "axis", "dtype", "out", "keepdims") if way == "reduce" else ("*", "**")
            found = Function(self.device, getattr(self.inside, way), f"{self.__name__}.{way}", names)
            self.ways[way] = found
        return found

    def reduce(self, *args: Any, **options: Any) -> Any:
        return self._way("reduce", ("add", "multiply"))(*args, **options)

    def accumulate(self, *args: Any, **options: Any) -> Any:
        return self._way("accumulate", ("add", "multiply"))(*args, **options)

    def reduceat(self, *args: Any, **options: Any) -> Any:
        return self._way("reduceat", ("add",))(*args, **options)

    def outer(self, *args: Any, **options: Any) -> Any:
        return self._way("outer")(*args, **options)

    def at(self, array: Any, indices: Any, values: Any) -> None:
        """Write to elements that may meet: each number counts."""
        kinds = ATOMIC.get(self.__name__)
        if kinds is None:
            raise NotImplementedError(f"`cupy_{self.__name__}.at` is not supported yet")
        if array.dtype.name not in kinds:
            known = ", ".join(kinds)
            raise TypeError(f"scatter_{NICKNAMES[self.__name__]} only supports {known} as data type")
        place, _ = index(self.device, indices)
        self.inside.at(bare(array), place, bare(values))
        self.device.launch(f"{self.__name__}.at", array.nbytes)


NICKNAMES = {"add": "add", "maximum": "max", "minimum": "min"}
_ATOMIC = ("int32", "float32", "float64", "uint32", "uint64")
ATOMIC = {"add": (*_ATOMIC, "float16"), "maximum": _ATOMIC, "minimum": _ATOMIC}
"""The dtypes in which several threads of a GPU can write to one element at once, as CuPy has them."""
