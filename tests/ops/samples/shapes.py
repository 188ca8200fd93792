"""What samples are made of: inputs of many shapes and layouts, and PyTorch's side of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from tests.oracle import torch


class Sample(NamedTuple):
    """One call of a card. `smooth`: finite differences can check it (there is no kink or jump at these values)."""

    inputs: tuple[Any, ...]
    arguments: dict[str, Any]
    smooth: bool = True


class Entry(NamedTuple):
    """What a card is tested with.

    theirs   the same computation in PyTorch: (*tensors, **arguments) -> tensor, or a tuple of them
    samples  fresh samples at each call
    twin     whether PyTorch has this very op, so that nodes can be compared: name, edges, saved tensors
    spared   tensors that PyTorch saves and we do not need, by PyTorch's name; None for whichever they are
    constant inputs whose derivative PyTorch refuses to compute, and so do we
    rtol     how closely PyTorch's own numbers are to be met
    """

    theirs: Callable[..., Any]
    samples: Callable[[], list[Sample]]
    twin: bool = True
    spared: frozenset[str] | None = frozenset()
    constant: frozenset[str] = frozenset()
    rtol: float = 1e-12


def sample(*inputs: Any, smooth: bool = True, **arguments: Any) -> Sample:
    return Sample(inputs, arguments, smooth)


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Numbers around zero, none of them close to another or to zero."""
    source = np.random.RandomState(seed + sum(shape))
    count = int(np.prod(shape))
    values = (np.arange(count) + 0.3 + 0.4 * source.rand(count)) / max(count, 1) * 4 - 2
    return source.permutation(values).reshape(shape)


def complex_numbers(*shape: int) -> np.ndarray:
    return normal(*shape) + 1j * normal(*shape, seed=1)


def positive(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(np.abs(normal(*shape, seed=seed)) + 0.5)


def strided(*shape: int, values: Callable[..., np.ndarray] = normal, seed: int = 0) -> np.ndarray:
    """Every other column of something wider, and transposed where there are two dimensions."""
    wide = values(*shape[:-1], 2 * shape[-1], seed=seed)[..., ::2]
    return values(*shape[::-1], seed=seed).T if len(shape) == 2 else wide


def empty(*shape: int) -> np.ndarray:
    return np.zeros(shape)


def array(*values: Any) -> np.ndarray:
    return np.array(values)


# --- shapes of inputs that every pointwise op is tried on -------------------------------------------------------------


def unary(values: Callable[..., np.ndarray] = normal, *special: Sample) -> Callable[[], list[Sample]]:
    def samples() -> list[Sample]:
        plain = [values(3), values(2, 3), values(), empty(0), empty(2, 0), strided(2, 3, values=values)]
        return [*(sample(each) for each in plain), sample(strided(3, values=values)), *_fresh(special)]

    return samples


def binary(
    left: Callable[..., np.ndarray] = normal, right: Callable[..., np.ndarray] = normal, *special: Sample
) -> Callable[[], list[Sample]]:
    shapes = [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((2, 1), (1, 3)),
        ((2, 3), ()),
        ((), ()),
        ((0,), (1,)),
        ((2, 1, 2), (3, 1)),
    ]

    def samples() -> list[Sample]:
        plain = [sample(left(*one), right(*other, seed=9)) for one, other in shapes]
        return [*plain, sample(strided(2, 3, values=left), right(2, 3, seed=9)), *_fresh(special)]

    return samples


def _fresh(samples: Iterable[Sample]) -> list[Sample]:
    return [each._replace(inputs=tuple(np.array(value) for value in each.inputs)) for each in samples]


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    """Whole numbers as floats, with many ties."""
    return np.random.RandomState(seed).randint(-2, 3, shape).astype(float)


def bools(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).rand(*shape) > 0.5 if shape else np.array(True)


def integers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.asarray(np.random.RandomState(seed).randint(-5, 6, shape))


TIES = array(1.0, 3.0, 3.0, -2.0)
COMPARED = (sample(TIES, array(1.0, 2.0, 3.0, np.nan)), sample(array(True, False), array(True, True)))
REDUCED = [((0,), False), ((1,), True), ((0, 1), False), ((), False)]


def reduced(values: Callable[..., np.ndarray] = normal) -> Callable[[], list[Sample]]:
    """(2, 3, 2), a column of it, everything, and a number, over some dimensions with and without keepdim."""

    def samples() -> list[Sample]:
        found = [sample(values(2, 3, 2), dim=dim, keepdim=keep) for dim, keep in REDUCED[:3]]
        found.append(sample(values(), dim=(), keepdim=False))
        found.append(sample(strided(3, 2, values=values), dim=(1,), keepdim=True))
        return found

    return samples


def along(values: Callable[..., np.ndarray] = normal, *special: Sample) -> Callable[[], list[Sample]]:
    """Along one dimension, with keepdim."""
    return lambda: [
        sample(values(2, 3), dim=1, keepdim=False),
        sample(values(2, 3), dim=0, keepdim=True),
        sample(strided(3, 2, values=values), dim=0, keepdim=False),
        sample(values(), dim=0, keepdim=False),
        *special,
    ]


def shaped(*cases: tuple[np.ndarray, dict[str, Any]]) -> Callable[[], list[Sample]]:
    return lambda: [
        sample(value.copy() if value.flags.c_contiguous else value, **given) for value, given in cases
    ]


def compared(theirs: Callable[..., Any], *special: Sample) -> Entry:
    return Entry(theirs, binary(numbers, numbers, *COMPARED, *special), twin=False)


def tested(theirs: Callable[..., Any], *values: np.ndarray) -> Entry:
    return Entry(theirs, lambda: [sample(value.copy()) for value in values], twin=False)


def same_memory_as(window: Callable[..., Any]) -> Callable[..., Any]:
    """What an op over a layout does: the tensor is laid out in memory of its own first."""

    def theirs(x: Any, layout: Any, **rest: Any) -> Any:
        memory = torch.zeros(_reach(x.shape, layout), dtype=x.dtype)
        laid_out = memory.as_strided_scatter(x, x.shape, layout)
        return window(laid_out, **rest)

    return theirs


def _reach(size: Iterable[int], stride: Iterable[int]) -> int:
    return 1 + sum((extent - 1) * step for extent, step in zip(size, stride, strict=True))


def filled(x: Any, shape: Any, place: Any) -> Any:
    result = torch.zeros(shape, dtype=x.dtype)
    result[place] = x
    return result


def spread(x: Any, shape: Any, layout: Any, size: Any, stride: Any, offset: Any) -> Any:
    memory = torch.zeros(max(_reach(shape, layout), offset + _reach(size, stride)), dtype=x.dtype)
    places = torch.arange(len(memory)).as_strided(size, stride, offset)
    return memory.index_add(0, places.reshape(-1), x.reshape(-1)).as_strided(shape, layout, 0)


def index_put(x: Any, values: Any, indices: Any) -> Any:
    return torch.index_put(x, tuple(map(torch.as_tensor, indices)), values)


def blanked(x: Any, indices: Any) -> Any:
    return torch.index_put(x, tuple(map(torch.as_tensor, indices)), torch.zeros((), dtype=x.dtype))


def index(x: Any, indices: Any) -> Any:
    return x[tuple(each if isinstance(each, slice) else torch.as_tensor(each) for each in indices)]


def scattered(x: Any, shape: Any, indices: Any) -> Any:
    return torch.index_put(
        torch.zeros(shape, dtype=x.dtype), tuple(map(torch.as_tensor, indices)), x, accumulate=True
    )


def squeezed(x: Any, dim: Any) -> Any:
    return x.squeeze(dim[0]) if len(dim) == 1 else x.squeeze(dim)


ROWS = np.array([[0, 2], [1, 1]])
COLUMN = (slice(None), slice(1, 3))
MASK = np.array([True, False, True])
WINDOW = {"size": (2, 2), "stride": (2, 1), "offset": 1}
OVERLAP = {"size": (3, 2), "stride": (1, 1), "offset": 0}

diagonals = shaped(
    (normal(3, 3), {"offset": 0, "dim1": 0, "dim2": 1}),
    (strided(2, 3), {"offset": 1, "dim1": 0, "dim2": 1}),
    (normal(2, 3, 4), {"offset": -1, "dim1": 2, "dim2": 0}),
    (normal(2, 2), {"offset": 5, "dim1": 0, "dim2": 1}),
)
