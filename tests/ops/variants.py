"""Variants: from a card's samples, the same call with inputs of other layouts, sizes and magnitudes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.ops.op import Card
from tests.ops.domains import ALONE, clauses, is_of_symmetric, margin
from tests.ops.samples import Entry, Sample


class Laid(NamedTuple):
    """One tensor of a call: its numbers, and how they lie in memory.

    plain        one after the other
    own          as the sample has them
    transposed   the first dimension fastest
    stepped      every other one of a wider memory, from the second on
    expanded     one slice, shown many times: `size` is what is shown
    """

    values: np.ndarray
    layout: str = "plain"
    size: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        return self.size if self.layout == "expanded" else self.values.shape

    @property
    def whole(self) -> np.ndarray:
        """The numbers that the card is given."""
        return np.broadcast_to(self.values, self.shape)

    def leaf(self, engine: Any, requires_grad: bool) -> Any:
        if not self.values.size:  # NumPy has strides of its own over nothing
            found = engine.zeros(self.values.shape, dtype=getattr(engine, self.values.dtype.name))
        elif self.layout == "stepped":
            memory = np.zeros(
                (*self.values.shape[:-1], 2 * (self.values.shape or (1,))[-1] + 1), self.values.dtype
            )
            memory[..., 1::2] = self.values
            whole = engine.from_numpy(memory)
            found = (whole[..., 1::2] if self.values.ndim else whole[1]).detach()
        else:
            order = {"transposed": "F", "own": "K"}.get(self.layout, "C")
            memory = self.values if self.layout == "own" else self.values.copy(order)
            found = engine.from_numpy(memory)
        return found.requires_grad_(requires_grad)

    def shown(self, leaf: Any) -> Any:
        """What the card is given, of a leaf."""
        return leaf.expand(self.size) if self.layout == "expanded" else leaf


class Variant(NamedTuple):
    """A call: `inputs` as the card takes them, a tuple for a list of tensors."""

    name: str
    inputs: tuple[Any, ...]
    arguments: dict[str, Any]
    far: bool = False  # whether its numbers are of every magnitude, so that each needs a step of its own
    alone: str = ""  # the only input that is differentiated, if not all are

    @property
    def flat(self) -> list[Laid]:
        return [laid for each in self.inputs for laid in (each if isinstance(each, list) else [each])]

    def requiring(self, card: Card, names: tuple[str, ...]) -> list[bool]:
        """Which of the flat inputs are differentiated."""
        return [
            name in names and self.alone in ("", name) and laid.values.dtype.kind in "fc"
            for name, each in zip(card.inputs, self.inputs, strict=True)
            for laid in (each if isinstance(each, list) else [each])
        ]

    def given(self, leaves: list[Any]) -> list[Any]:
        """The inputs of the card, of leaves."""
        places = iter(leaves)
        return [
            [laid.shown(next(places)) for laid in each]
            if isinstance(each, list)
            else each.shown(next(places))
            for each in self.inputs
        ]

    def key(self) -> str:
        shapes = [(laid.shape, laid.layout, laid.values.dtype.kind) for laid in self.flat]
        return repr((shapes, [isinstance(each, list) and len(each) for each in self.inputs], self.arguments))


def of_sample(name: str, sample: Sample) -> Variant:
    inputs = tuple(
        [Laid(each, "own") for each in value] if isinstance(value, tuple) else Laid(np.asarray(value), "own")
        for value in sample.inputs
    )
    return Variant(name, inputs, sample.arguments)


def changed(variant: Variant, name: str, change: Callable[[int, Laid], Laid]) -> Variant:
    """Another variant, each flat input changed by `change(place, input)`."""
    place = iter(range(10**6))
    inputs = tuple(
        [change(next(place), laid) for laid in each] if isinstance(each, list) else change(next(place), each)
        for each in variant.inputs
    )
    return Variant(f"{variant.name} {name}", inputs, variant.arguments)


def bases(entry: Entry) -> list[Variant]:
    """One sample for each set of arguments: the one of most dimensions, with something in it."""
    best: dict[str, tuple[tuple[bool, bool, int], Sample]] = {}
    for sample in entry.samples():
        arrays = [
            each for value in sample.inputs for each in (value if isinstance(value, tuple) else (value,))
        ]
        full = all(np.asarray(each).size for each in arrays)
        rank = full, sample.smooth, np.asarray(arrays[0]).ndim
        key = repr(sample.arguments)
        if key not in best or rank > best[key][0]:
            best[key] = rank, sample
    return [of_sample(f"sample {place}", sample) for place, (_, sample) in enumerate(best.values())]


ONLY_LAYOUTS = {
    "native_batch_norm": "PyTorch's kernel reads past the end of weights of another size",
    "native_group_norm": "PyTorch's kernel reads past the end of weights of another size",
    "bag_maxima": "PyTorch's kernel does not look whether there is such a row",
    "pdist_of": "PyTorch's kernel crashes on the second derivative of distances between no points",
    "aminmax_dim": "no `dim` means none to the card, and all to PyTorch's amin and amax",
    "convolution_of": "of no channels PyTorch's convolution makes no channels",
    "conv_tbc": "of no taps PyTorch's convolution makes the bias, and ours refuses",
    "through_weight": "of no channels PyTorch's convolution makes no channels",
    "take_along": "PyTorch's kernel reads past the end of an input of size one",
    "bag_sums": "PyTorch's kernel does not look whether there is such a row",
    "weight_norm_interface": "PyTorch's kernel divides by zero, and the process ends, where there is nothing to norm",
}
"""Cards whose shapes of a sample belong together: PyTorch does not check them, or means another thing by them."""

BATCHES = ("native_batch_norm", "native_group_norm", "convolution_of")
"""Those of them whose first input is a batch, which may be of none."""

AS_GIVEN = {
    "as_strided": "its argument `layout` says how its input lies",
    "as_strided_copy": "its argument `layout` says how its input lies",
    "scatter_to_window": "its argument `layout` says how its input lies",
    "segment_products": "PyTorch's kernel does not check the lengths",
    "segments_by_length": "PyTorch's kernel does not check the lengths",
    "segments_by_offset": "PyTorch's kernel does not check the offsets",
}
"""Cards that are tried as their samples are, and in no other layout or shape."""


def arrangements(card: Card, entry: Entry, public: bool) -> Iterator[Variant]:
    """Every layout and every shape that the inputs of the samples lead to, each once.

    Where a card stands behind functions that look at shapes first (not `public`), the shapes change together.
    """
    seen: set[str] = set()
    for base in bases(entry):
        if card.name in AS_GIVEN:
            yield base
            continue
        found = [*_arrangements(base, public, card.name in ONLY_LAYOUTS)]
        if card.name in BATCHES:
            found.append(alone(base, 0, "none along 0", lambda laid: _cut(laid, 0, 0)))
        for variant in found:
            if "seed" in base.arguments and any(laid.layout == "expanded" for laid in variant.flat):
                continue  # what is filled with random numbers has a place for each
            if (key := variant.key()) not in seen:
                seen.add(key)
                yield variant


def _arrangements(base: Variant, public: bool, layouts: bool) -> Iterator[Variant]:
    tensors = base.flat
    yield base
    yield changed(base, "transposed", lambda place, laid: laid._replace(layout="transposed"))
    yield changed(base, "stepped", lambda place, laid: laid._replace(layout="stepped"))
    for one, laid in enumerate(tensors):
        for dim in range(laid.values.ndim):
            yield alone(base, one, f"expanded along {dim}", lambda laid, dim=dim: _expanded(laid, dim))
    if layouts:
        return
    yield changed(base, "with an expanded batch", lambda place, laid: _batched(laid))
    yield changed(base, "zero-dim", lambda place, laid: _zero_dim(laid))
    for size in sorted({size for laid in tensors for size in laid.shape if size}):
        yield changed(
            base, f"none where there were {size}", lambda place, laid, size=size: _without(laid, size)
        )
    for dim in range(max(laid.values.ndim for laid in tensors)):
        yield changed(base, f"none along {dim}", lambda place, laid, dim=dim: _cut(laid, dim, 0))
    if not public:
        return
    for one, laid in enumerate(tensors):
        yield alone(base, one, "zero-dim", _zero_dim)
        yield alone(base, one, "with an expanded batch", _batched)
        yield alone(base, one, "without the first dimension", _first)
        for dim in range(laid.values.ndim):
            yield alone(base, one, f"none along {dim}", lambda laid, dim=dim: _cut(laid, dim, 0))
            yield alone(base, one, f"one along {dim}", lambda laid, dim=dim: _cut(laid, dim, 1))


def alone(base: Variant, one: int, name: str, change: Callable[[Laid], Laid]) -> Variant:
    """Only the input at place `one` changed."""
    return changed(base, f"{one} {name}", lambda place, laid: change(laid) if place == one else laid)


def _plain(values: np.ndarray) -> Laid:
    return Laid(np.array(values))


def _batched(laid: Laid) -> Laid:
    return Laid(np.array(laid.values), "expanded", (2, *laid.values.shape))


def _expanded(laid: Laid, dim: int) -> Laid:
    if laid.values.shape[dim] < 2:
        return laid
    return Laid(np.array(_cut(laid, dim, 1).values), "expanded", laid.values.shape)


def _zero_dim(laid: Laid) -> Laid:
    return _plain(laid.values.reshape(-1)[0]) if laid.values.size else laid


def _first(laid: Laid) -> Laid:
    return _plain(laid.values[0]) if laid.values.ndim and len(laid.values) else laid


def _cut(laid: Laid, dim: int, size: int) -> Laid:
    if laid.values.ndim <= dim:
        return laid
    return _plain(laid.values[(slice(None),) * dim + (slice(0, size),)])


def _without(laid: Laid, size: int) -> Laid:
    return _plain(laid.values[tuple(slice(0, 0 if each == size else None) for each in laid.values.shape)])


# --- values ----------------------------------------------------------------------------------------------------------

SIZES = [
    1e-6,
    1e-3,
    0.1,
    0.35,
    0.62,
    0.999,
    1 - 1e-6,
    1 + 1e-6,
    1.001,
    1.7,
    2.5,
    3.0 - 1e-4,
    4.6,
    7.3,
    12.2,
    31.4,
    80.1,
    1e3,
    1e6,
]
VALUES = np.array([0.0, *SIZES, *(-each for each in SIZES), 1.0, -1.0, 2.0, -2.0, 5.0, -5.0])
"""What the inputs of pointwise ops are drawn from: numbers of all magnitudes, and those on both sides of special ones."""

DRAWN = 40
"""How many combinations are drawn for an op of several inputs."""


def magnitudes(card: Card, entry: Entry) -> Iterator[Variant]:
    """Numbers over the whole domain of a card: near its edges, tiny and large."""
    if card.many or card.name in AS_GIVEN or any("seed" in sample.arguments for sample in entry.samples()):
        return
    for base in bases(entry):
        if card.diagonal:
            for alone in ("", *(name for clause, name in ALONE if clause in clauses(card.domain))):
                yield from _drawn(card, base, alone)
        else:
            yield from _scaled(card, base)


def _drawn(card: Card, base: Variant, alone: str) -> Iterator[Variant]:
    """A row of numbers for each input: all that there are of one, random combinations of several."""
    source = np.random.RandomState(0)
    count = len(VALUES) if len(base.inputs) == 1 else 16 * DRAWN
    rows = [VALUES if len(base.inputs) == 1 else source.choice(VALUES, count) for _ in base.inputs]
    for place, laid in enumerate(base.flat):
        if laid.values.dtype.kind not in "fc":
            rows[place] = source.choice(np.unique(laid.values), count)
    inside = np.broadcast_to(margin(card, rows, base.arguments, alone), rows[0].shape) > 0
    chosen = np.flatnonzero(inside)[: DRAWN if len(rows) > 1 else None]
    edge = np.flatnonzero(~inside)[:DRAWN]
    names = ("over the domain", "beyond the domain") if not alone else (f"{alone} alone over its domain", "")
    for name, places in zip(names, (chosen, edge), strict=True):
        if name and places.size:
            inputs = tuple(_plain(row[places]) for row in rows)
            yield Variant(f"{base.name} {name}", inputs, base.arguments, True, alone)


def _scaled(card: Card, base: Variant) -> Iterator[Variant]:
    """The numbers of a sample, made small, large, and of many magnitudes at once."""
    if any(laid.values.dtype.kind == "c" for laid in base.flat):
        return
    for name, factor in (("a thousandth", 1e-3), ("thirtyfold", 30.0), ("the other sign", -1.0)):
        yield _times(card, base, name, lambda values, factor=factor: values * factor)
    yield _times(card, base, "graded", lambda values: _graded(values, is_of_symmetric(card)))


def _times(card: Card, base: Variant, name: str, change: Callable[[np.ndarray], np.ndarray]) -> Variant:
    names = [of for of, each in zip(card.inputs, base.inputs, strict=True)]

    def changed_one(place: int, laid: Laid) -> Laid:
        if laid.values.dtype.kind != "f" or names[place] not in card.formulas:
            return _plain(laid.values)
        return _plain(change(laid.values))

    return changed(base, name, changed_one)._replace(far=True)


def _graded(values: np.ndarray, both: bool) -> np.ndarray:
    """From column to column smaller by 20: matrices become ill conditioned."""
    if not values.ndim:
        return values
    steps = 0.05 ** np.arange(values.shape[-1])
    return values * steps * steps[:, None] if both and values.ndim > 1 else values * steps
