"""Samples: for every op card a handful of inputs, and what real PyTorch would do with them.

A new card brings an entry here; tests/ops/test_cards.py fails for a card without one.
"""

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
    spared   tensors that PyTorch saves and we do not need, by PyTorch's name
    """

    theirs: Callable[..., Any]
    samples: Callable[[], list[Sample]]
    twin: bool = True
    spared: frozenset[str] = frozenset()


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
    shapes = [((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((2, 3), ()), ((), ()), ((0,), (1,)), ((2, 1, 2), (3, 1))]

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
    return lambda: [sample(value.copy() if value.flags.c_contiguous else value, **given) for value, given in cases]


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

ENTRIES: dict[str, Entry] = {
    # --- pointwise ----------------------------------------------------------------------------------------------------
    "neg": Entry(torch.neg, unary()),
    "add": Entry(torch.add, lambda: [*binary()(), sample(normal(2, 2), normal(2, seed=1), alpha=2.5)]),
    "sub": Entry(torch.sub, lambda: [*binary()(), sample(normal(2, 2), normal(2, seed=1), alpha=2.5)]),
    "rsub": Entry(
        lambda x, y, alpha=1: torch.rsub(x, y, alpha=alpha),
        lambda: [sample(normal(2, 2), normal(2, seed=1), alpha=2.5), sample(normal(3), normal())],
        twin=False,  # PyTorch's takes a number
    ),
    "mul": Entry(torch.mul, binary()),
    "div": Entry(torch.div, binary(normal, positive)),
    "reciprocal": Entry(torch.reciprocal, unary(positive)),
    "pow_scalar": Entry(
        lambda x, exponent: torch.pow(x, exponent),
        lambda: [
            *(sample(positive(2, 3), exponent=n) for n in (2, 3, 0.5, -1, 1, 0)),
            *(sample(normal(3), exponent=n) for n in (2, 3, 0, -2)),
            sample(empty(0), exponent=2),
            sample(positive(), exponent=1.5),
            sample(array(0.0, 1.0), exponent=2),
            sample(array(0.0, 1.0), exponent=1, smooth=False),
            sample(array(0.0, 1.0), exponent=0, smooth=False),
        ],
    ),
    "pow_tensor": Entry(
        torch.pow,
        binary(
            positive,
            normal,
            sample(array(0.0, 0.0, 2.0), array(2.0, 0.0, 0.0), smooth=False),
            sample(array(-2.0, -1.0), array(2.0, 3.0), smooth=False),
        ),
    ),
    "pow_base": Entry(
        lambda exponent, base: torch.pow(base, exponent),
        lambda: [
            *(sample(normal(2, 3), base=base) for base in (2, 0.5, 1)),
            sample(positive(3), base=0),
            sample(normal(), base=3.0),
            sample(empty(0), base=2),
        ],
    ),
    "abs": Entry(torch.abs, unary(normal, sample(array(0.0, -0.0, 2.0), smooth=False))),
    "sign": Entry(torch.sign, unary(normal, sample(array(0.0, 2.0), smooth=False))),
    "exp": Entry(torch.exp, unary()),
    "log": Entry(torch.log, unary(positive, sample(array(0.0, -1.0), smooth=False))),
    "sqrt": Entry(torch.sqrt, unary(positive, sample(array(0.0, -1.0), smooth=False))),
    "sin": Entry(torch.sin, unary()),
    "cos": Entry(torch.cos, unary()),
    "maximum": Entry(torch.maximum, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False))),
    "minimum": Entry(torch.minimum, binary(normal, normal, sample(TIES, TIES[::-1], smooth=False))),
    "clamp_both": Entry(
        torch.clamp,
        lambda: [
            sample(normal(2, 3), min=-0.5, max=0.7),
            sample(normal(3), min=0.1),
            sample(normal(), max=0.1),
            sample(empty(0), min=0),
            sample(array(0.0, 1.0, 0.5), min=0, max=1, smooth=False),
            sample(array(0.0, 3.0), min=2, max=1, smooth=False),
        ],
    ),
    "where_tensor": Entry(
        torch.where,
        lambda: [
            sample(bools(2, 3), normal(2, 3), normal(2, 3, seed=1)),
            sample(bools(3), normal(2, 1), normal()),
            sample(bools(), normal(2), strided(2, 2)),
            sample(bools(0), empty(0), normal()),
        ],
    ),
    # --- activations --------------------------------------------------------------------------------------------------
    "relu": Entry(torch.relu, unary(normal, sample(array(0.0, -1.0, 2.0), smooth=False))),
    "tanh": Entry(torch.tanh, unary(normal, sample(array(30.0, -30.0)))),
    "sigmoid": Entry(torch.sigmoid, unary(normal, sample(array(800.0, -800.0)))),
    "softmax_dim": Entry(
        torch.softmax,
        lambda: [
            sample(normal(2, 3), dim=1),
            sample(strided(3, 2), dim=0),
            sample(array(1000.0, 1001.0), dim=0),
            sample(normal(), dim=0),
            sample(empty(0, 2), dim=1),
            sample(empty(0), dim=0),
        ],
    ),
    "log_softmax_dim": Entry(
        torch.log_softmax,
        lambda: [
            sample(normal(2, 3), dim=1),
            sample(strided(3, 2), dim=0),
            sample(array(1000.0, 1001.0), dim=0),
            sample(normal(), dim=0),
            sample(empty(0), dim=0),
        ],
    ),
    # --- comparison ---------------------------------------------------------------------------------------------------
    "eq": compared(torch.eq),
    "ne": compared(torch.ne),
    "lt": compared(torch.lt),
    "le": compared(torch.le),
    "gt": compared(torch.gt),
    "ge": compared(torch.ge),
    "logical_not": tested(torch.logical_not, normal(3), bools(2, 2), array(0, 2), array(0.0, np.nan), empty(0)),
    "bitwise_not": tested(torch.bitwise_not, bools(3), integers(2, 2), np.array([0, 255], np.uint8), bools()),
    "bitwise_and": Entry(torch.bitwise_and, lambda: [*binary(integers, integers)(), sample(bools(3), bools())], twin=False),
    "bitwise_or": Entry(torch.bitwise_or, lambda: [*binary(integers, integers)(), sample(bools(3), bools())], twin=False),
    "isnan": tested(torch.isnan, array(np.nan, np.inf, 1.0), array(1, 2), empty(0)),
    "isinf": tested(torch.isinf, array(np.nan, np.inf, 1.0, -np.inf), array(1, 2), empty(0)),
    "isfinite": tested(torch.isfinite, array(np.nan, np.inf, 1.0), array(1, 2), empty(0)),
    "close": Entry(
        torch.isclose,
        lambda: [
            sample(array(1.0, 2.0, np.nan), array(1.0 + 1e-9, 2.1, np.nan), rtol=1e-5, atol=1e-8, equal_nan=nan)
            for nan in (False, True)
        ],
        twin=False,
    ),
    # --- reductions ---------------------------------------------------------------------------------------------------
    "sum_all": Entry(torch.sum, unary()),
    "mean_all": Entry(torch.mean, unary()),
    "sum_dim": Entry(torch.sum, lambda: [*reduced()(), sample(empty(2, 0), dim=(1,), keepdim=False)]),
    "mean_dim": Entry(torch.mean, lambda: [*reduced()(), sample(empty(2, 0), dim=(1,), keepdim=False)]),
    "max_all": Entry(torch.max, lambda: [sample(normal(2, 3)), sample(normal()), sample(TIES.copy(), smooth=False)]),
    "min_all": Entry(torch.min, lambda: [sample(normal(2, 3)), sample(normal()), sample(TIES.copy(), smooth=False)]),
    "max_dim": Entry(torch.max, along(normal, sample(np.stack([TIES, -TIES]), dim=1, keepdim=False, smooth=False))),
    "min_dim": Entry(torch.min, along(normal, sample(np.stack([TIES, -TIES]), dim=1, keepdim=False, smooth=False))),
    "argmax_dim": Entry(torch.argmax, lambda: [*along(numbers)(), sample(numbers(2, 3), dim=None, keepdim=False)], twin=False),
    "argmin_dim": Entry(torch.argmin, lambda: [*along(numbers)(), sample(numbers(2, 3), dim=None, keepdim=False)], twin=False),
    "any_dim": Entry(torch.any, lambda: [*reduced(bools)(), *reduced(numbers)()], twin=False),
    "all_dim": Entry(torch.all, lambda: [*reduced(bools)(), *reduced(numbers)()], twin=False),
    "logsumexp_dim": Entry(
        torch.logsumexp,
        lambda: [
            *reduced()(),
            sample(array(1000.0, 1001.0), dim=(0,), keepdim=False),
            sample(array(-np.inf, 0.0), dim=(0,), keepdim=False, smooth=False),
            sample(array(np.inf, 0.0), dim=(0,), keepdim=False, smooth=False),
        ],
    ),
    "put": Entry(
        lambda x, indices, shape, dim: torch.zeros(shape, dtype=x.dtype).scatter(dim, indices, x),
        lambda: [sample(normal(2, 1), np.array([[2], [0]]), shape=(2, 3), dim=1)],
        twin=False,
    ),
    "take": Entry(torch.take_along_dim, lambda: [sample(normal(2, 3), np.array([[2], [0]]), dim=1)], twin=False),
    # --- views --------------------------------------------------------------------------------------------------------
    "view_to": Entry(
        lambda x, shape: x.view(shape),
        shaped(
            (normal(2, 3), {"shape": (3, 2)}),
            (normal(2, 3), {"shape": (-1,)}),
            (normal(), {"shape": (1, 1)}),
            (empty(0, 2), {"shape": (2, 0, 3)}),
            (normal(2, 6)[:, ::2], {"shape": (2, 3, 1)}),
        ),
    ),
    "copied_view": Entry(
        lambda x, shape: torch.ops.aten._unsafe_view(x, shape),
        shaped((normal(2, 3), {"shape": (3, 2)}), (normal(), {"shape": (1,)}), (empty(0), {"shape": (0, 2)})),
    ),
    "t": Entry(torch.t, shaped((normal(2, 3), {}), (strided(2, 3), {}), (normal(3), {}), (normal(), {}), (empty(0, 2), {}))),
    "transpose_dims": Entry(
        lambda x, dim0, dim1: x.transpose(dim0, dim1),
        shaped((normal(2, 3, 2), {"dim0": 0, "dim1": 2}), (normal(2, 3), {"dim0": 1, "dim1": 1})),
    ),
    "permute_dims": Entry(
        lambda x, dims: x.permute(dims),
        shaped((normal(2, 3, 2), {"dims": (2, 0, 1)}), (strided(2, 3), {"dims": (1, 0)}), (normal(), {"dims": ()})),
    ),
    "unsqueeze_dim": Entry(
        torch.unsqueeze,
        shaped(
            (normal(2, 3), {"dim": 1}), (normal(), {"dim": 0}), (strided(2, 3), {"dim": 2}), (strided(2, 3), {"dim": 0}),
            (empty(2, 0), {"dim": 1}), (normal(2, 3), {"dim": 0}), (normal(2, 3), {"dim": 2}), (normal(4, 6)[::2, ::3], {"dim": 1}),
        ),
    ),  # fmt: skip
    "squeeze_all": Entry(torch.squeeze, shaped((normal(1, 2, 1), {}), (normal(2), {}), (normal(), {}), (empty(1, 0), {}))),
    "squeeze_dim": Entry(
        torch.squeeze, shaped((normal(1, 2, 1), {"dim": 0}), (normal(1, 2, 1), {"dim": 1}), (normal(), {"dim": 0}))
    ),
    "squeeze_dims": Entry(
        torch.squeeze, shaped((normal(1, 2, 1), {"dim": (0,)}), (normal(1, 2, 1), {"dim": (0, 2)}), (normal(2), {"dim": (0,)}))
    ),
    "expand_to": Entry(
        lambda x, shape: x.expand(shape),
        shaped(
            (normal(2, 1), {"shape": (2, 3)}), (normal(3), {"shape": (2, 3)}), (normal(), {"shape": (2,)}),
            (normal(2, 1), {"shape": (0, 2, 1)}), (strided(1, 3), {"shape": (2, 3)}), (normal(1), {"shape": (0,)}),
        ),
    ),  # fmt: skip
    "summed_to": Entry(
        lambda x, shape: x.sum_to_size(shape),
        shaped((normal(2, 3), {"shape": (2, 1)}), (normal(2, 3), {"shape": ()}), (normal(2, 3), {"shape": (2, 3)})),
        twin=False,
    ),
    "alias": Entry(torch.ops.aten.alias, shaped((normal(2, 3), {}), (normal(), {}), (strided(2, 3), {}))),
    "as_strided": Entry(
        lambda x, layout, **window: x.as_strided(window["size"], window["stride"], window["offset"]),
        shaped(
            (normal(3, 2), {**WINDOW, "layout": (2, 1)}),
            (normal(4), {**OVERLAP, "layout": (1,)}),
            (normal(1), {"size": (), "stride": (), "offset": 0, "layout": (1,)}),
        ),
    ),
    "strided_part": Entry(
        same_memory_as(lambda x, size, stride, offset: x.as_strided(size, stride, offset)),
        shaped((normal(3, 2), {**WINDOW, "layout": (2, 1)}), (normal(2, 2), {**OVERLAP, "layout": (1, 2)})),
        twin=False,
    ),
    "strided_spread": Entry(
        spread,
        shaped(
            (normal(2, 2), {**WINDOW, "shape": (3, 2), "layout": (2, 1)}),
            (normal(3, 2), {**OVERLAP, "shape": (2, 2), "layout": (1, 2)}),
        ),
        twin=False,
    ),
    # --- parts, diagonals, windows ------------------------------------------------------------------------------------
    "split_equal": Entry(
        lambda x, split_size, dim: x.split(split_size, dim),
        shaped((normal(5), {"split_size": 2, "dim": 0}), (strided(2, 3), {"split_size": 2, "dim": 1}), (empty(0), {"split_size": 2, "dim": 0})),
    ),
    "split_at": Entry(
        lambda x, split_sizes, dim: x.split(list(split_sizes), dim),
        shaped((normal(5), {"split_sizes": (2, 0, 3), "dim": 0}), (strided(2, 3), {"split_sizes": (1, 2), "dim": 1})),
    ),
    "unbind_dim": Entry(torch.unbind, shaped((normal(2, 3), {"dim": 1}), (normal(3), {"dim": 0}), (strided(2, 3), {"dim": 0}))),
    "diagonal_of": Entry(torch.diagonal, diagonals),
    "diagonal_copy": Entry(torch.diagonal_copy, diagonals),
    "on_diagonal": Entry(
        lambda x, shape, offset, dim1, dim2: torch.zeros(shape, dtype=x.dtype).diagonal_scatter(x, offset, dim1, dim2),
        shaped((normal(2), {"shape": (2, 3), "offset": 1, "dim1": 0, "dim2": 1})),
        twin=False,
    ),
    "diag_embed_in": Entry(
        torch.diag_embed,
        shaped((normal(2), {"offset": -1, "dim1": 0, "dim2": 1}), (strided(2, 3), {"offset": 1, "dim1": 2, "dim2": 0})),
    ),
    "unfold_windows": Entry(
        lambda x, **window: x.unfold(**window),
        shaped(
            (normal(5), {"dimension": 0, "size": 3, "step": 1}), (strided(2, 5), {"dimension": 1, "size": 2, "step": 3}),
            (normal(), {"dimension": 0, "size": 1, "step": 2}),
        ),
    ),  # fmt: skip
    "folded": Entry(
        lambda x, shape, **window: torch.ops.aten.unfold_backward(x, shape, *window.values()),
        shaped((normal(3, 3), {"shape": (5,), "dimension": 0, "size": 3, "step": 1}), (normal(2, 2, 2), {"shape": (2, 5), "dimension": 1, "size": 2, "step": 3})),
        twin=False,
    ),
    # --- copies and dtypes --------------------------------------------------------------------------------------------
    "clone": Entry(lambda x, order="K": x.clone(), shaped((normal(2, 3), {}), (strided(2, 3), {}), (normal(), {}), (empty(0), {}))),
    "copy": Entry(
        lambda x, src: x.clone().copy_(src),
        lambda: [sample(normal(2, 3), normal(3)), sample(strided(2, 3), normal()), sample(normal(), normal(seed=1))],
        twin=False,  # PyTorch has it in place only
    ),
    "fill": Entry(torch.fill, shaped((normal(2, 3), {"value": 2.5}), (normal(), {"value": 1}))),
    "zero": Entry(torch.ops.aten.zero, shaped((normal(2, 3), {}), (normal(), {}), (empty(0), {}))),
    "to_dtype": Entry(
        lambda x, dtype: x.to(dtype),
        lambda: [sample(normal(2, 3), dtype="float32", smooth=False), sample(normal(), dtype="float16", smooth=False)],
    ),
    # --- indexing and joining -----------------------------------------------------------------------------------------
    "select_index": Entry(torch.select, shaped((normal(2, 3), {"dim": 1, "index": 2}), (strided(2, 3), {"dim": 0, "index": 1}))),
    "slice_dim": Entry(
        torch.ops.aten.slice,
        shaped(
            (normal(2, 5), {"dim": 1, "start": 1, "end": 4, "step": 2}),
            (normal(3), {"dim": 0, "start": 1, "end": 1, "step": 1}),
            (strided(2, 3), {"dim": 0, "start": 0, "end": 1, "step": 1}),
        ),
    ),
    "padded": Entry(filled, shaped((normal(2, 2), {"shape": (2, 4), "place": COLUMN}), (normal(), {"shape": (2,), "place": (1,)})), twin=False),
    "part": Entry(lambda x, place: x[place].clone(), shaped((normal(2, 4), {"place": COLUMN}), (normal(2), {"place": (1,)})), twin=False),
    "index": Entry(
        index,
        shaped(
            (normal(3), {"indices": (ROWS,)}),
            (normal(2, 3), {"indices": (slice(None), ROWS)}),
            (normal(2, 3), {"indices": (np.array([0, 1]), np.array([2, 2]))}),
            (normal(3, 2), {"indices": (MASK,)}),
            (normal(3), {"indices": (np.array([], int),)}),
        ),
    ),
    "scattered": Entry(
        scattered,
        shaped((normal(2, 2), {"shape": (3,), "indices": (ROWS,)}), (normal(2, 2), {"shape": (3, 2), "indices": (MASK,)})),
        twin=False,
    ),
    "gather_dim": Entry(
        lambda x, index, dim: torch.gather(x, dim, index),
        lambda: [sample(normal(2, 3), ROWS.copy(), dim=1), sample(normal(3, 2), ROWS[:1].copy(), dim=0)],
        spared=frozenset({"self"}),  # its shape is enough
    ),
    "scattered_along": Entry(
        lambda x, index, shape, dim: torch.zeros(shape, dtype=x.dtype).scatter_add(dim, index, x),
        lambda: [sample(normal(2, 2), ROWS.copy(), shape=(2, 3), dim=1)],
        twin=False,
    ),
    "index_put_values": Entry(
        index_put,
        lambda: [
            sample(normal(3), normal(2, seed=1), indices=(np.array([0, 2]),)),
            sample(normal(3, 2), normal(seed=1), indices=(MASK,)),
            sample(normal(3, 2), normal(1, 2, seed=1), indices=(np.array([1]),)),
        ],
    ),
    "blanked": Entry(blanked, shaped((normal(3), {"indices": (np.array([0, 2]),)}), (normal(3, 2), {"indices": (MASK,)})), twin=False),
    "masked_fill": Entry(
        torch.masked_fill,
        lambda: [sample(normal(2, 3), MASK.copy(), value=2.5), sample(strided(2, 3), bools(2, 1), value=0), sample(normal(), bools(), value=1)],
    ),
    "cat_dim": Entry(
        torch.cat,
        lambda: [
            sample((normal(2, 3), normal(2, 1)), dim=1),
            sample((normal(3), normal(2), empty(0)), dim=0),
            sample((strided(2, 3), normal(1, 3)), dim=0),
            sample((normal(2),), dim=0),
        ],
    ),
    "stack_dim": Entry(
        torch.stack,
        lambda: [
            sample((normal(2, 3), strided(2, 3)), dim=1),
            sample((normal(), normal(seed=1)), dim=0),
            sample((normal(2),), dim=1),
        ],
    ),
    # --- whole numbers ------------------------------------------------------------------------------------------------
    "floor": Entry(torch.floor, unary(normal)),
    "ceil": Entry(torch.ceil, unary(normal)),
    "trunc": Entry(torch.trunc, unary(normal)),
    "frac": Entry(torch.frac, unary(normal)),
    "round_whole": Entry(torch.round, unary(normal, sample(array(0.5, 1.5, -0.5, -2.5), smooth=False))),
    "round_decimals": Entry(torch.round, lambda: [sample(normal(2, 3), decimals=1), sample(10 * normal(3), decimals=-1)]),
    "floor_divide": Entry(torch.floor_divide, binary(normal, positive, sample(array(7, -7, 7), array(2, 2, -2))), twin=False),
    "remainder_tensor": Entry(torch.remainder, binary(normal, positive)),
    "remainder_scalar": Entry(
        torch.remainder, lambda: [sample(normal(2, 3), other=0.7), sample(normal(), other=-2)]
    ),
    "fmod_tensor": Entry(torch.fmod, binary(normal, positive)),
    "fmod_scalar": Entry(
        torch.fmod, lambda: [sample(normal(2, 3), other=0.7), sample(normal(), other=-2)]
    ),
    "bitwise_xor": Entry(torch.bitwise_xor, binary(integers, integers, sample(array(True, False), array(True, True)))),
    "bitwise_left_shift": Entry(torch.bitwise_left_shift, binary(integers, integers, sample(array(1, 1), array(63, 64)))),
    "bitwise_right_shift": Entry(torch.bitwise_right_shift, binary(integers, integers, sample(array(-9, 9), array(2, 64)))),
    "logical_and": Entry(torch.logical_and, binary(numbers, numbers, *COMPARED)),
    "logical_or": Entry(torch.logical_or, binary(numbers, numbers, *COMPARED)),
    "logical_xor": Entry(torch.logical_xor, binary(numbers, numbers, *COMPARED)),
    # --- linear algebra -----------------------------------------------------------------------------------------------
    "mm": Entry(torch.mm, lambda: [sample(normal(2, 3), normal(3, 2)), sample(strided(2, 3), strided(3, 1)), sample(empty(2, 0), empty(0, 2))]),
    "without_row": Entry(lambda x: x.squeeze(0), lambda: [sample(normal(1, 3)), sample(empty(1, 0))], twin=False),
    "mv": Entry(torch.mv, lambda: [sample(normal(2, 3), normal(3)), sample(strided(2, 3), strided(3)), sample(empty(2, 0), empty(0))]),
    "dot": Entry(torch.dot, lambda: [sample(normal(3), normal(3, seed=1)), sample(strided(3), normal(3)), sample(empty(0), empty(0))]),
    "bmm": Entry(torch.bmm, lambda: [sample(normal(2, 1, 3), normal(2, 3, 2)), sample(strided(2, 2, 1), normal(2, 1, 2))]),
    "addmm": Entry(
        torch.addmm,
        lambda: [
            sample(normal(2), normal(2, 3), normal(3, 2)),
            sample(normal(2, 2), strided(2, 3), normal(3, 2), beta=0.5, alpha=2),
            sample(normal(), normal(1, 2), normal(2, 2)),
        ],
    ),
}  # fmt: skip

from tests.ops.samples_picking import MORE  # noqa: E402  # it is made of what stands above

ENTRIES |= MORE

ENTRIES |= {
    "view_as_real": Entry(torch.view_as_real, lambda: [sample(complex_numbers(2, 2), smooth=False), sample(complex_numbers(3)[::2], smooth=False)]),
    "view_as_complex": Entry(torch.view_as_complex, lambda: [sample(normal(3, 2), smooth=False), sample(normal(2), smooth=False)]),
    "complex_parts": Entry(torch.complex, lambda: [sample(normal(2, 3), normal(2, 3, seed=1), smooth=False), sample(normal(2, 1), normal(3), smooth=False)], twin=False),
    "polar_parts": Entry(torch.polar, lambda: [sample(positive(2, 3), normal(2, 3, seed=1), smooth=False), sample(positive(2, 1), normal(3), smooth=False)], twin=False),
}  # fmt: skip


# --- random numbers: the same seed on both engines ---------------------------------------------------------------------


def filling(name: str, *bounds: str) -> Callable[..., Any]:
    """PyTorch's in-place fill, of a copy."""

    def theirs(input: Any, generator: Any = None, **arguments: Any) -> Any:
        given = [arguments.pop(each) for each in bounds]
        return getattr(input.clone(), name)(*given, **arguments, generator=generator)

    return theirs


def fills(**arguments: Any) -> Callable[[], list[Sample]]:
    kinds = normal(3), normal(4, 5), normal(), empty(0), strided(2, 3)
    return lambda: [sample(each.copy("K"), smooth=False, seed=7, **arguments) for each in kinds]


def _native_dropout(input: Any, p: float, train: bool, generator: Any) -> Any:
    with torch.random.fork_rng():
        torch.set_rng_state(generator.get_state())
        return torch.native_dropout(input, p, train)


ENTRIES |= {
    "uniform_between": Entry(filling("uniform_", "low", "high"), fills(low=-1.0, high=3.0), twin=False),
    "normal": Entry(filling("normal_"), fills(mean=1.0, std=2.0), twin=False),
    "log_normal": Entry(filling("log_normal_"), fills(mean=1.0, std=2.0), twin=False),
    "cauchy": Entry(filling("cauchy_"), fills(median=1.0, sigma=2.0), twin=False),
    "exponential": Entry(filling("exponential_"), fills(lambd=2.0), twin=False),
    "geometric": Entry(filling("geometric_"), fills(p=0.3), twin=False),
    "random_between": Entry(
        lambda input, bounds, generator: input.clone().random_(*bounds, generator=generator), fills(bounds=(2, 9)), twin=False
    ),
    "coins": Entry(filling("bernoulli_", "p"), fills(p=0.3), twin=False),
    "coins_of": Entry(
        lambda input, generator: torch.bernoulli(input, generator=generator),
        lambda: [sample(abs(normal(3, 4)) / 2, smooth=False, seed=7)],
        twin=False,
    ),
    "poisson_of": Entry(
        lambda input, generator: torch.poisson(input, generator=generator),
        lambda: [sample(positive(3, 4) * 8, smooth=False, seed=7)],
        twin=False,
    ),
    "native_dropout": Entry(
        _native_dropout,
        lambda: [sample(normal(3, 4), smooth=False, seed=7, p=p, train=t) for p in (0.0, 0.3, 1.0) for t in (True, False)],
        twin=False,
    ),
}
