"""The calculus of every card on its whole domain: values and two derivatives, as PyTorch's and as finite differences say.

    python -m tests.ops.calculus            every card: how many variants and checks, and what is wrong
    python -m tests.ops.calculus log mul    these cards

Each card is called with what tests/ops/variants.py derives from its samples: other layouts, shapes and magnitudes. Each
call is made on both engines. Where PyTorch refuses, ours has to refuse; elsewhere value, gradient and second derivative
have to agree, and gradcheck and gradgradcheck have to confirm them wherever the card says that its derivative holds
(tests/ops/domains.py). What is left out stands in tables below, with its reason.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

import numpy as np

import minitorch_edu
import minitorch_edu.nn.functional  # its cards are made when it is imported
from minitorch_edu.autograd import gradcheck, gradgradcheck
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import Card
from tests.ops.calls import arguments, array, flat, function_of
from tests.ops.domains import is_of_symmetric, margin
from tests.ops.samples import ENTRIES, Entry, Sample
from tests.ops.variants import Variant, arrangements, magnitudes
from tests.oracle import torch

ORACLE_ERRS = {
    "sinc": "near 0 PyTorch's derivatives lose their digits, and at 0 the second is NaN",
    "median_dim": "PyTorch does not fill the result for an input that is expanded",
    "nanmedian_dim": "PyTorch does not fill the result for an input that is expanded",
    "native_batch_norm": "PyTorch's kernel reads a weight as if it were contiguous",
    "native_group_norm": "PyTorch's kernel reads a weight as if it were contiguous",
    "polar_parts": "for lengths below 0 PyTorch's derivative has the other sign",
    "normal": "PyTorch draws in the order of memory, and so numbers depend on the layout",
}
"""Cards that are not compared with PyTorch, but in the layouts of their samples: finite differences alone tell."""

SECOND_ERRS = {
    "weight_norm_interface": "PyTorch takes the lengths for constants in the second derivative; its own gradgradcheck finds it",
}
"""Cards whose second derivative is not compared with PyTorch's."""

CONSTANTS = {
    "normal_with_means": "what is drawn counts as a constant, as in PyTorch",
    "normal_with_deviations": "what is drawn counts as a constant, as in PyTorch",
    "normal_with_both": "what is drawn counts as a constant, as in PyTorch",
}
"""Cards whose derivative is a convention, which finite differences do not know."""

MORE_LENIENT = {
    "linalg_matrix_exp": "PyTorch stumbles over a batch that is expanded",
    "logsumexp_dim": "PyTorch stumbles over an empty `dim`",
}
"""Cards that take what PyTorch refuses."""


def _functions_of_matrix(found: list[Any]) -> list[Any]:
    """What of eigenvalues and eigenvectors depends neither on their order nor on phases."""
    values, *vectors = found
    if vectors:
        (vectors,) = vectors
        return [(vectors * values.exp().unsqueeze(-2)) @ vectors.inverse()]
    return [values.exp().sum(-1), (values * values).sum(-1)]


ROUGH_ORACLE = {
    "binary_cross_entropy": "PyTorch adds 1e-12 to what its second derivative divides by",
}
"""Cards that are compared with PyTorch to fewer digits."""

COARSE = {
    "gelu": "computed as 1 + erf, as PyTorch does: far below 0 few digits are left",
    "normal_cdf": "computed as 1 + erf, as PyTorch does: far below 0 few digits are left",
}
"""Cards whose small results are rounded to steps of about 1e-16, so that small changes do not show."""

INVARIANTS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "linalg_eig": _functions_of_matrix,
    "linalg_eigvals": _functions_of_matrix,
}
"""What is differentiated of results that are not unique."""

SMALL = 16
"""So many numbers are moved one by one; more of them along this many directions at most."""
DIRECTIONS = 3


def differentiated(card: Card) -> tuple[str, ...]:
    return tuple(name for name in card.formulas if name not in ENTRIES[card.name].constant)


def cards() -> dict[str, Card]:
    """The cards that have derivatives, and samples."""
    return {
        name: card
        for name, card in registry.cards.items()
        if name in ENTRIES and differentiated(card) and ENTRIES[name].samples()
    }


def door(entry: Entry) -> Any:
    """Our public function of the same name, where the oracle of a card is a public function of PyTorch."""
    name = (
        getattr(entry.theirs, "__name__", "").split(".")[-1].removeprefix("special_").removeprefix("linalg_")
    )
    for place in ("", "linalg", "special", "nn.functional"):
        modules = [attrgetter(place)(each) if place else each for each in (minitorch_edu, torch)]
        ours, theirs = (getattr(each, name, None) for each in modules)
        if ours is not None and theirs is entry.theirs:
            return ours
    return None


def is_public(card: Card) -> bool:
    """Whether anybody may call it, with any shape: other cards stand behind functions that look first."""
    return bool(card.signatures) or door(ENTRIES[card.name]) is not None


def variants(card: Card) -> Iterator[Variant]:
    entry = ENTRIES[card.name]
    yield from arrangements(card, entry, is_public(card))
    yield from magnitudes(card, entry)


# --- one call on one engine ------------------------------------------------------------------------------------------


class Call:
    """One variant on one engine: its leaves, and the function of them."""

    def __init__(self, engine: Any, card: Card, variant: Variant) -> None:
        self.engine, self.variant, self.card = engine, variant, card
        entry = ENTRIES[card.name]
        self.function = (door(entry) or function_of(card)) if engine is minitorch_edu else entry.theirs
        wanted = variant.requiring(card, differentiated(card))
        self.leaves = [laid.leaf(engine, needed) for laid, needed in zip(variant.flat, wanted, strict=True)]
        self.asked = [leaf for leaf in self.leaves if leaf.requires_grad]

    def values(self, leaves: list[Any] | None = None) -> list[Any]:
        given = self.variant.given(self.leaves if leaves is None else leaves)
        found = self.function(*given, **arguments(self.engine, Sample((), self.variant.arguments)))
        return flat(found)[: self.card.differentiable if not self.card.listed else None]

    def results(self, leaves: list[Any] | None = None) -> list[Any]:
        found = self.values(leaves)
        return INVARIANTS[self.card.name](found) if self.card.name in INVARIANTS else found

    def derivatives(self) -> dict[str, list[Any]]:
        """The value, the first and the second derivatives, as arrays; 0 where nothing depends on anything."""
        results = self.results()
        found = {"value": [array(each.detach()) for each in results]}
        given = [each for each in results if each.requires_grad]
        cotangents = [_numbers(each, 1).requires_grad_() for each in given]
        first = self._grad(given, self.asked, cotangents, create_graph=True)
        again = [each for each in first if each is not None and each.requires_grad]
        second = self._grad(again, [*self.asked, *cotangents], [_numbers(each, 2) for each in again])
        found["gradient"] = _numbers_of(first, self.asked)
        found["second derivative"] = _numbers_of(second[: len(self.asked)], self.asked)
        found["derivative in the gradient"] = _numbers_of(second[len(self.asked) :], cotangents)
        return found

    def _grad(self, results: list[Any], inputs: list[Any], given: list[Any], **options: Any) -> Any:
        if not results:
            return [None] * len(inputs)
        return self.engine.autograd.grad(results, inputs, given, allow_unused=True, **options)


def _numbers(like: Any, seed: int) -> Any:
    """Numbers of a tensor's shape and dtype, away from 0."""
    source = np.random.RandomState(seed)
    shape = tuple(like.shape)
    values = np.asarray(source.uniform(0.5, 1.5, shape) * np.where(source.rand(*shape) > 0.5, 1, -1))
    engine = torch if isinstance(like, torch.Tensor) else minitorch_edu
    return engine.from_numpy(values.astype(array(like.detach()).dtype))


def _numbers_of(found: Any, of: list[Any]) -> list[Any]:
    return [
        np.zeros(tuple(leaf.shape), array(leaf.detach()).dtype) if each is None else array(each.detach())
        for each, leaf in zip(found, of, strict=True)
    ]


def outcome(act: Callable[[], Any]) -> Any:
    """What `act` returns, or the exception that it raises."""
    try:
        return act()
    except Exception as error:
        return error


# --- checks ----------------------------------------------------------------------------------------------------------


def check(card: Card, variant: Variant, counts: Counter[str], differences: bool = True) -> list[str]:
    """What is wrong with one variant. Without `differences`, it is compared with PyTorch alone."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return list(_check(card, variant, counts, differences))


def _check(card: Card, variant: Variant, counts: Counter[str], differences: bool) -> Iterator[str]:
    refusal = outcome(Call(torch, card, variant).values)
    call = Call(minitorch_edu, card, variant)
    room = depth(card, variant) if not isinstance(refusal, Exception) else np.inf
    near = float(np.min(room, initial=np.inf)) < 1e-4
    if near and card.declaration.__module__.split(".")[-1].startswith("linalg_"):
        counts["no decomposition that is agreed on"] += 1
        return
    ours = outcome(call.derivatives)
    if isinstance(refusal, Exception):
        counts["refused, as by PyTorch" if isinstance(ours, Exception) else "not refused"] += 1
        if is_public(card) and not isinstance(ours, Exception) and card.name not in MORE_LENIENT:
            yield f"PyTorch refuses, and we do not: {refusal}"
        if card.signatures and isinstance(ours, Exception) and type(ours) is not type(refusal):
            yield f"refused with {ours!r}, and by PyTorch with {refusal!r}"
        return
    if isinstance(ours, Exception) and isinstance(
        outcome(Call(torch, card, variant).derivatives), type(ours)
    ):
        counts["refused backward, as by PyTorch"] += 1
        return
    if isinstance(ours, Exception):
        counts["refused by a card that others call"] += not is_public(card)
        if is_public(card):
            yield f"refused, and PyTorch does not: {type(ours).__name__}: {ours}"
        return
    is_finite = all(np.isfinite(each).all() for each in ours["value"])
    inside = is_finite and not near
    counts["variants"] += 1
    if variant.far and card.diagonal:
        yield from _numbers_inside(ours, room)
    yield from _compared(card, variant, ours, inside, counts)
    if not differences or not call.asked or card.name in CONSTANTS:
        return
    if not (variant.far or inside):
        counts["at an edge of the domain"] += 1
        return
    problem = (_far if variant.far else _near)(card, variant, room)
    if problem is None:
        counts["at an edge of the domain"] += 1
        return
    function, inputs, options = problem
    for name, checked in (("gradcheck", gradcheck), ("gradgradcheck", gradgradcheck)):
        counts[name] += 1
        wrong = outcome(lambda checked=checked: checked(function, inputs, **options))  # type: ignore[misc]
        if isinstance(wrong, Exception):
            yield f"{name}: {type(wrong).__name__}: {wrong}"


def _numbers_inside(ours: dict[str, list[Any]], room: Any) -> Iterator[str]:
    """A domain without words would be everything: then everything has to have a value and a slope."""
    (value,) = ours["value"]
    for kind, found in (("value", [value]), ("gradient", ours["gradient"])):
        for each in found:
            nowhere = np.isnan(each) & (room > 0) & ~np.isinf(value)
            if nowhere.any():
                yield f"{kind}: none inside the domain, at {np.flatnonzero(nowhere).tolist()}"


def depth(card: Card, variant: Variant) -> Any:
    """How far inside the domain: one number, or one for each element of a pointwise op."""
    if card.many:
        return np.inf
    return margin(card, [laid.whole for laid in variant.flat], variant.arguments, variant.alone)


def _compared(
    card: Card, variant: Variant, ours: dict[str, list[Any]], inside: bool, counts: Counter[str]
) -> Iterator[str]:
    if card.name in ORACLE_ERRS and (variant.far or {laid.layout for laid in variant.flat} != {"own"}):
        return
    theirs = outcome(Call(torch, card, variant).derivatives)
    if isinstance(theirs, Exception):
        counts["without a second derivative in PyTorch"] += 1
        return
    rtol = 1e-5 if card.name in ROUGH_ORACLE else max(ENTRIES[card.name].rtol, 1e-9)
    atol = 1e-9 if variant.far else 1e-11
    for kind, found in ours.items():
        if "derivative" in kind and not inside:
            continue  # at a kink the gradient is PyTorch's choice, and nothing more is there to agree on
        if kind == "second derivative" and card.name in SECOND_ERRS:
            continue
        counts["comparisons"] += 1
        for one, other in zip(
            found, theirs[kind] or found, strict=True
        ):  # a constant has no history in PyTorch
            if one.shape != other.shape:
                yield f"{kind}: shape {one.shape}, not {other.shape}"
                continue
            if card.diagonal and one.shape == ours["value"][0].shape:
                one, other = (
                    np.where(np.isnan(ours["value"][0]) & (kind != "value"), 0, each) for each in (one, other)
                )  # no value has no derivative
            if "derivative" in kind:
                one = np.where(np.isnan(other), other, one)  # PyTorch does not tell; finite differences do
            wrong = ~np.isclose(one, other, rtol=rtol, atol=atol, equal_nan=True)
            if wrong.any():
                yield f"{kind}: {one[wrong].tolist()}, not {other[wrong].tolist()}, at {np.argwhere(wrong).tolist()}"


Problem = tuple[Callable[..., Any], tuple[Any, ...], dict[str, float]]


def _near(card: Card, variant: Variant, room: Any) -> Problem:
    """The leaves as they lie, if there are few numbers; otherwise some directions to move them in."""
    call = Call(minitorch_edu, card, variant)
    values = call.results()
    moved, made = sum(each.numel() for each in call.asked), sum(each.numel() for each in values)
    if moved + made > SMALL:
        points = [array(leaf.detach()) for leaf in call.asked]
        steps = [
            np.minimum(1.0, room if np.ndim(room) == 0 else np.min(room)) * np.ones_like(each)
            for each in points
        ]
        return _moved(call, steps, [np.ones(tuple(each.shape)) for each in values], None, 1e-6)

    def function(*asked: Any) -> Any:
        places = iter(asked)
        return _smooth(card, call, [next(places) if each.requires_grad else each for each in call.leaves])

    return function, tuple(call.asked), {}


def _smooth(card: Card, call: Call, leaves: list[Any]) -> tuple[Any, ...]:
    """The results that can be differentiated, of inputs that lie in the domain."""
    if is_of_symmetric(card):
        leaves = [(leaves[0] + leaves[0].mT.conj()) / 2, *leaves[1:]]
    return tuple(each for each in call.results(leaves) if each.dtype.is_floating_point or each.is_complex())


def _far(card: Card, variant: Variant, room: Any) -> Problem | None:
    """A step for each number, as long as the function is nearly straight; results measured by their own size."""
    call = Call(minitorch_edu, card, variant)
    values = [array(each.detach()) for each in call.results()]
    if card.diagonal:
        steps, size, usable = _measured(call, values[0], room)
        places = np.flatnonzero(usable)
        return _moved(call, steps, [1 / size], places, 1e-4) if len(places) else None
    points = [array(leaf.detach()) for leaf in call.asked]
    space = float(np.min(room, initial=np.inf))
    steps = [np.minimum(np.minimum(np.where(each == 0, 1.0, np.abs(each)), 1.0), space) for each in points]
    resolved = all((step > 1e-7 * np.abs(point)).all() for step, point in zip(steps, points, strict=True))
    if not resolved or space < 1e-9 or not all(np.isfinite(each).all() for each in values):
        return None
    sizes = [np.max(np.abs(each), initial=0.0) for each in values]
    weights = [
        np.full(each.shape, 1 / size if size else 1.0) for each, size in zip(values, sizes, strict=True)
    ]
    return _moved(call, steps, weights, None, 1e-5)


def _measured(call: Call, value: np.ndarray, room: Any) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """For a pointwise op: how far each input may move, how large the result is, and what can be checked at all.

    Where f is of size |f| or |x f'|, a step of the root of size / |f''|, say, changes it by as much as its size: a
    ten thousandth of that is what finite differences need.
    """
    usable = np.isfinite(value) & (np.broadcast_to(room, value.shape) > 0)
    points = [np.abs(array(leaf.detach())) for leaf in call.asked]
    slopes = [_slopes(call, leaf) for leaf in call.asked]
    size = np.abs(value)
    for point, (first, *_) in zip(points, slopes, strict=True):
        size = np.fmax(size, first * point)
    size = np.where((size > 0) & np.isfinite(size), size, 1.0)
    size = np.fmax(size, 1e-6 if call.card.name in COARSE else 0)
    steps = []
    for point, orders in zip(points, slopes, strict=True):
        step = np.fmin(np.fmax(point, 1.0), room)
        for order, slope in enumerate(orders, 1):
            usable &= np.isfinite(slope)
            step = np.fmin(step, (size / np.fmax(slope, 1e-300)) ** (1 / order))
        steps.append(step)
        usable &= step > 1e-7 * point
    return steps, size, usable


def _slopes(call: Call, leaf: Any) -> list[np.ndarray]:
    """The sizes of the first four derivatives in one input of a pointwise op."""
    found, current = [], call.results()[0]
    for _ in range(4):
        if not current.requires_grad:
            break
        (current,) = minitorch_edu.autograd.grad(current.sum(), [leaf], create_graph=True, allow_unused=True)
        if current is None:
            break
        found.append(np.abs(array(current.detach())))
    return found


def _moved(call: Call, steps: list[Any], weights: list[Any], places: Any, eps: float) -> Problem:
    """The results as a function of how far the inputs are moved, in their own steps: x + step u, with u = 0."""
    engine, source = minitorch_edu, np.random.RandomState(3)
    chosen = (lambda each: each) if places is None else (lambda each: np.array(each[places]))
    points = [chosen(array(leaf.detach())) for leaf in call.leaves]
    steps, weights = [chosen(np.asarray(each)) for each in steps], [chosen(each) for each in weights]
    many = places is None and sum(each.size for each in [*steps, *weights]) > SMALL
    ways = [
        np.asarray(source.uniform(-1, 1, (DIRECTIONS, *each.shape)) * each) if many else each
        for each in steps
    ]
    views = [
        np.asarray(source.uniform(-1, 1, (DIRECTIONS, *each.shape)) * each) if many else each
        for each in weights
    ]

    def function(*shifts: Any) -> Any:
        left, leaves = iter(zip(shifts, ways, strict=True)), []
        for leaf, point in zip(call.leaves, points, strict=True):
            here = engine.from_numpy(np.array(point))
            if leaf.requires_grad:
                shift, way = next(left)
                move = (
                    shift.reshape(-1, *[1] * (way.ndim - 1)) * engine.from_numpy(way)
                    if many
                    else shift * engine.from_numpy(way)
                )
                here = here + (move.sum(0) if many else move)
            leaves.append(here)
        found = zip(_smooth(call.card, call, leaves), views, strict=False)
        if not many:
            return tuple(each * engine.from_numpy(view) for each, view in found)
        return tuple((each * engine.from_numpy(view)).reshape(DIRECTIONS, -1).sum(1) for each, view in found)

    shapes = [(DIRECTIONS,) if many else each.shape for each in steps]
    moved = tuple(engine.from_numpy(np.zeros(shape)).requires_grad_() for shape in shapes)
    return function, moved, {"eps": eps, "atol": 1e-5, "rtol": 1e-3}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cards", nargs="*", help="all, if none is named")
    chosen = parser.parse_args().cards
    counts: Counter[str] = Counter()
    wrong = 0
    for name, card in cards().items():
        if chosen and name not in chosen:
            continue
        counts["cards"] += 1
        begun = time.perf_counter()
        for variant in variants(card):
            for each in check(card, variant, counts):
                wrong += 1
                print(
                    f"{name}: {variant.name} {[laid.shape for laid in variant.flat]}: {each!r}"[:400],
                    flush=True,
                )
        if (taken := time.perf_counter() - begun) > 2:
            print(f"{name} took {taken:.1f} s")
    print(*(f"{number:7} {what}" for what, number in counts.items()), f"{wrong:7} wrong", sep="\n")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
