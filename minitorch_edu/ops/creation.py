"""Creation: tensors of a given shape, filled with nothing, with one value, or with an identity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes, layouts
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.backend import Backend
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.gpus import backend_for as backend_for
from minitorch_edu.devices import chosen
from minitorch_edu.ops import registry
from minitorch_edu.ops.rooms import no_room, number_in, ordered, packed, room, room_like, strided_room
from minitorch_edu.ops.signatures import OPTIONS, reads
from minitorch_edu.shape import listed
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor, wrap

# --- what every factory takes ---------------------------------------------------------------------------------------


def placed(device: Any) -> Backend:
    """Where a factory makes its tensor: on the device it was given, or on the default one."""
    if device is None:
        return backend_for(chosen[-1]) if chosen else cpu
    return backend_for(device)


def dtype_of(dtype: Any) -> Any:
    """The dtype that was asked for: `int` and `float` stand for int64 and float64. None stays None."""
    if dtype is None or dtype.__class__ is dtypes.dtype:
        return dtype
    found = dtypes.BY_PYTHON.get(dtype) if isinstance(dtype, type) else None
    if found is None:
        raise TypeError("dtype")
    return found


def check_options(layout: Any, pin_memory: Any, requires_grad: Any) -> None:
    """Refuse what no tensor here can be. Whose text is what, `reads` knows."""
    if layout is not None and layout is not layouts.strided:
        raise TypeError("layout")
    if requires_grad is not None and requires_grad is not False and requires_grad is not True:
        raise TypeError("requires_grad")
    if pin_memory is not None and pin_memory is not False:
        if pin_memory is not True:
            raise TypeError("pin_memory")
        raise no_pinning()  # `reads` pins what is made without it, where there is a GPU


def no_pinning() -> RuntimeError:
    """What PyTorch says to whoever wants pinned memory without a GPU."""
    return RuntimeError(
        "pin_memory=True requires a CUDA or other accelerator backend; no pinned memory allocator is available on "
        "this system."
    )


def finished(array: Any, dtype: Any, device: Any, requires_grad: Any, out: Any = None) -> Tensor:
    """A leaf from a host array, with the options every factory takes."""
    if dtype is not None and array.dtype is not dtype.numpy:
        array = array.astype(dtype.numpy)
    return leaf(array, cpu if device is None and not chosen else placed(device), requires_grad, out)


def leaf(array: Any, backend: Backend, requires_grad: Any, out: Any = None) -> Tensor:
    """The same from an array of the host or of the backend itself."""
    if out is not None:
        if backend is not cpu:
            refuse_out_elsewhere(out, backend.device)
        return into(out, array, requires_grad)
    if backend is not cpu and type(array) is not backend.array_type:
        array = backend.from_host(array)
    result = wrap(array, backend)
    if requires_grad:
        if result.dtype.category < 2:
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        result._requires_grad = True
    return result


def refuse_out_elsewhere(out: Tensor, device: Any) -> None:
    """Refuse to write to a tensor of another type of device than the one that was asked for, or is the default."""
    if device is None and not chosen:
        return
    wanted = placed(device).device.type
    if wanted != out.device.type:
        raise RuntimeError(
            f"device type {wanted} does not match device type of out parameter ({out.device.type})"
        )


def kind_for(out: Any, dtype: Any, default: Any = None) -> dtypes.dtype:
    """The dtype to compute in: the one asked for, that of `out`, or the default."""
    kind = None if dtype is None else dtype_of(dtype)
    if out is None:
        return kind or default or dtypes.get_default_dtype()
    if not isinstance(out, Tensor):
        raise TypeError("out")
    if kind is not None and kind is not out.dtype:
        raise RuntimeError(
            f"dtype {kind.scalar_name} does not match dtype of out parameter ({out.dtype.scalar_name})"
        )
    return out.dtype


def into(out: Tensor, array: Any, requires_grad: Any = False, name: str = "aten::zeros") -> Tensor:
    """Write into `out`, which takes the shape of what is written."""
    if out._requires_grad and grad_mode.enabled:
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )
    backend = out._storage.backend
    if type(array) is not backend.array_type:
        array = backend.from_host(array)
    if out._array.shape == array.shape:
        out._array[...] = array
    else:
        out._array = array
        kept, out._storage = out._storage, Storage(out._array, backend)
        out._storage.value = kept.value
        out._version_counter = out._storage
    out._version_counter.value += 1
    if requires_grad:
        out.requires_grad_(True)
    return out


def shape_of(sizes: tuple[Any, ...], *, named: Any = None) -> tuple[int, ...]:
    """The shape that a factory was asked for: `f(2, 3)`, `f((2, 3))` or `f(size=(2, 3))`."""
    shape = lengths(sizes, named)
    if shape and min(shape) < 0:
        raise no_room(shape, dtypes.float32)
    return shape


def lengths(sizes: Sequence[Any], named: Any = None) -> tuple[int, ...]:
    """The sizes as integers; a TypeError for what is none."""
    if named is not None:
        if sizes or not isinstance(named, list | tuple):
            raise TypeError("size")
        sizes = named
    elif len(sizes) == 1 and isinstance(sizes[0], list | tuple):
        sizes = sizes[0]
    elif not sizes:
        raise TypeError("size")
    for size in sizes:
        if type(size) is not int or size >= 2**63:
            return _integers(sizes)
    return tuple(sizes)


def _integers(sizes: Sequence[Any]) -> tuple[int, ...]:
    for position, size in enumerate(sizes):
        if not _is_size(size, position) or int(size) >= 2**63:
            raise TypeError("size")
    return tuple([int(size) for size in sizes])


def _is_size(size: Any, position: int) -> bool:
    if type(size) is int:
        return True
    if isinstance(size, Tensor):
        return not size._array.ndim and size.dtype.category == 1
    return isinstance(size, int | np.integer) and not (isinstance(size, bool) and not position)


# --- one value everywhere -------------------------------------------------------------------------------------------


@reads(f"tuple of ints size, *, Tensor out = None, {OPTIONS}")
def zeros(
    *sizes: Any, size: Any = None, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """Zeros in the given shape.

    >>> torch.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    kind = kind_for(out, dtype)
    check_options(layout, pin_memory, requires_grad)
    shape = lengths(sizes, size)
    if shape and min(shape) < 0:
        raise RuntimeError("zeros: Dimension size must be non-negative.")
    backend = placed(device)
    return leaf(room(shape, kind, backend.xp.zeros), backend, requires_grad, out)


@reads(f"tuple of ints size, *, Tensor out = None, {OPTIONS}")
def ones(
    *sizes: Any, size: Any = None, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """Ones in the given shape.

    >>> torch.ones(2)
    tensor([1., 1.])
    """
    kind = kind_for(out, dtype)
    check_options(layout, pin_memory, requires_grad)
    backend = placed(device)
    array = room(lengths(sizes, size), kind, backend.xp.empty)
    array.fill(1)
    return leaf(array, backend, requires_grad, out)


@reads(
    "tuple of ints size, *, Tensor out = None, torch.dtype dtype = None, torch.layout layout = None, "
    "torch.device device = None, bool pin_memory = False, bool requires_grad = False, "
    "torch.memory_format memory_format = None"
)
def empty(
    *sizes: Any, size: Any = None, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """A tensor in the given shape, whatever its bytes held before.

    >>> torch.empty(2, 3).shape
    torch.Size([2, 3])
    """
    kind = kind_for(out, dtype)
    check_options(layout, pin_memory, requires_grad)
    if memory_format is layouts.preserve_format:
        raise RuntimeError("unsupported memory format Preserve")
    shape = lengths(sizes, size)
    backend = placed(device)
    if memory_format is None:
        return leaf(room(shape, kind, backend.xp.empty), backend, requires_grad, out)
    array = strided_room(shape, ordered(shape, memory_format), kind, backend.xp)
    return leaf(array, backend, requires_grad, out)


@reads(f"tuple of ints size, Number fill_value, *, Tensor out = None, {OPTIONS}")
def full(
    size: Any, fill_value: Any, *, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """One value in the given shape; the dtype is the value's.

    >>> torch.full((2,), 7)
    tensor([7, 7])
    """
    check_options(layout, pin_memory, requires_grad)
    shape = lengths((), size)
    known = fill_value.item() if isinstance(fill_value, Tensor) and not fill_value.ndim else fill_value
    kind = kind_for(out, dtype, dtypes.of_number(known) if dtype is None else None)
    backend = placed(device)
    array = room(shape, kind, backend.xp.empty)
    array.fill(number_in(fill_value, kind))
    return leaf(array, backend, requires_grad, out)


@reads(f"Number s, *, {OPTIONS}")
def scalar_tensor(
    s: Any, *, dtype: Any = None, layout: Any = None, device: Any = None, pin_memory: Any = False,
    requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """A number as a zero-dim tensor of the default dtype.

    >>> torch.scalar_tensor(3)
    tensor(3.)
    """
    kind = kind_for(None, dtype)
    options = {"layout": layout, "device": device, "pin_memory": pin_memory, "requires_grad": requires_grad}
    return full.__wrapped__((), s, dtype=kind, **options)


@reads(
    f"int n, *, Tensor out = None, {OPTIONS}",
    f"int n, int m, *, Tensor out = None, {OPTIONS}",
)
def eye(
    n: Any, *columns: Any, m: Any = None, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """Ones on the diagonal, zeros elsewhere.

    >>> torch.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    given = (n, *columns) if m is None else (n, *columns, m)
    if len(given) > 2 or not all(_is_size(each, 0) for each in given):
        raise TypeError("n")
    kind = kind_for(out, dtype)
    check_options(layout, pin_memory, requires_grad)
    rows, width = int(given[0]), int(given[-1])
    for name, size in (("n", rows), ("m", width)):
        if size < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {size}")
    if kind in dtypes.BAREBONES:
        raise NotImplementedError(f"\"eye\" not implemented for '{kind.scalar_name}'")
    backend = placed(device)
    array = room((rows, width), kind, backend.xp.zeros)
    array[:width].reshape(-1)[:: width + 1] = 1
    return leaf(array, backend, requires_grad, out)


# --- in the shape of another tensor ---------------------------------------------------------------------------------


LIKE = (
    "torch.memory_format memory_format = None, torch.dtype dtype = None, torch.layout layout = None, "
    "torch.device device = None, bool pin_memory = False, bool requires_grad = False"
)


def _like(
    input: Any, dtype: Any, layout: Any, device: Any, pin_memory: Any, requires_grad: Any, memory_format: Any
):
    """A tensor of the shape, and as a rule the dtype, device and order in memory, of another; not yet filled."""
    if not isinstance(input, Tensor):
        raise TypeError("input")
    check_options(layout, pin_memory, requires_grad)
    kind = dtype_of(dtype) or input.dtype
    backend = input._storage.backend if device is None else backend_for(device)
    return leaf(room_like(input._array, kind, memory_format, backend.xp), backend, requires_grad)


@reads(f"Tensor input, *, {LIKE}")
def zeros_like(
    input: Tensor, *, dtype: Any = None, layout: Any = None, device: Any = None, pin_memory: Any = False,
    requires_grad: Any = False, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Zeros in the shape of `input`."""
    result = _like(input, dtype, layout, device, pin_memory, requires_grad, memory_format)
    result._array.fill(0)
    return result


@reads(f"Tensor input, *, {LIKE}")
def ones_like(
    input: Tensor, *, dtype: Any = None, layout: Any = None, device: Any = None, pin_memory: Any = False,
    requires_grad: Any = False, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Ones in the shape of `input`."""
    result = _like(input, dtype, layout, device, pin_memory, requires_grad, memory_format)
    result._array.fill(1)
    return result


@reads(f"Tensor input, *, {LIKE}")
def empty_like(
    input: Tensor, *, dtype: Any = None, layout: Any = None, device: Any = None, pin_memory: Any = False,
    requires_grad: Any = False, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """A tensor in the shape of `input`, whatever its bytes held before."""
    return _like(input, dtype, layout, device, pin_memory, requires_grad, memory_format)


@reads(f"Tensor input, Number fill_value, *, {LIKE}")
def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """One value in the shape and dtype of `input`."""
    result = _like(input, dtype, layout, device, pin_memory, requires_grad, memory_format)
    result._array.fill(number_in(fill_value, result.dtype))
    return result


def _new(name: str, value: int | None) -> None:
    """`x.new_zeros(2, 3)` and its siblings: a factory whose dtype and device are the tensor's."""

    def new(
        input: Tensor, *sizes: Any, size: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
        pin_memory: Any = False, requires_grad: Any = False,
    ) -> Tensor:  # fmt: skip
        check_options(layout, pin_memory, requires_grad)
        backend = input._storage.backend if device is None else backend_for(device)
        array = room(lengths(sizes, size), dtype_of(dtype) or input.dtype, backend.xp.empty)
        if value is not None:
            array.fill(value)
        return leaf(array, backend, requires_grad)

    new.__name__ = name
    new.__doc__ = f"`torch.{name.removeprefix('new_')}` with this tensor's dtype and device."
    registry.functions[name] = reads(f"tuple of ints size, *, {OPTIONS}", method=True)(new)


_new("new_zeros", 0)
_new("new_ones", 1)
_new("new_empty", None)


@registry.method
@reads(f"tuple of ints size, Number fill_value, *, {OPTIONS}", method=True)
def new_full(
    input: Tensor, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, **options: Any
) -> Tensor:
    """`torch.full` with this tensor's dtype and device."""
    dtype = input.dtype if dtype is None else dtype
    device = input.device if device is None else device
    return full.__wrapped__(size, fill_value, dtype=dtype, device=device, **options)


# --- strides --------------------------------------------------------------------------------------------------------


@reads(f"tuple of ints size, tuple of ints stride, *, {OPTIONS}")
def empty_strided(
    size: Any, stride: Any, *, dtype: Any = None, layout: Any = None, device: Any = None, pin_memory: Any = False,
    requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """A tensor in the given shape and strides, whatever its bytes held before.

    >>> torch.empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    kind = kind_for(None, dtype)
    check_options(layout, pin_memory, requires_grad)
    sizes, steps = lengths((), size), lengths((), stride)
    if len(sizes) != len(steps):
        raise RuntimeError(
            f"dimensionality of sizes ({len(sizes)}) must match dimensionality of strides ({len(steps)})"
        )
    shape_of((), named=sizes)
    if any(step < 0 for step in steps):
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={listed(sizes)} and strides={listed(steps)}"
        )
    backend = placed(device)
    return leaf(strided_room(sizes, steps, kind, backend.xp), backend, requires_grad)


@reads(f"tuple of ints size, tuple of ints physical_layout, *, {OPTIONS}")
def empty_permuted(
    size: Any, physical_layout: Any, *, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """A dense tensor whose dimensions lie in memory in the given order, the outermost first.

    >>> torch.empty_permuted((2, 3), (1, 0)).stride()
    (1, 2)
    """
    sizes, order = lengths((), size), lengths((), physical_layout)
    if len(sizes) != len(order):
        raise RuntimeError(
            f"Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = "
            f"{len(sizes)} is not equal to len(physical_layout) = {len(order)}"
        )
    for place, dim in enumerate(order):
        if not 0 <= dim < len(sizes):
            raise RuntimeError(
                f"Dimension out of range (expected to be between 0 and {len(sizes) - 1}, but got {dim} at index "
                f"{place}).  NB: negative dims not currently supported; file an issue if you want it."
            )
        if dim in order[:place]:
            raise RuntimeError("Duplicate dim not allowed")
    return empty_strided.__wrapped__(
        sizes, packed(sizes, order[::-1]), dtype=dtype, layout=layout, device=device, pin_memory=pin_memory,
        requires_grad=requires_grad,
    )  # fmt: skip


@registry.method
@reads(f"tuple of ints size, tuple of ints stride, *, {OPTIONS}", method=True)
def new_empty_strided(input: Tensor, size: Any, stride: Any, *, dtype: Any = None, **options: Any) -> Tensor:
    """`torch.empty_strided` with this tensor's dtype and device."""
    options["device"] = options.get("device") or input.device
    return empty_strided(size, stride, dtype=dtype or input.dtype, **options)
