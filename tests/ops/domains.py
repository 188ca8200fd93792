"""Domains: what the words on a card about where its derivative holds mean for numbers.

A card says `domain = r"where $x > 0$"`. Each clause of it stands in CLAUSES, with a function that measures how far
given inputs are from the edge of what the clause allows: more than 0 inside, at most 0 outside. Nothing else says where
the generated checks draw their values and where finite differences can be trusted, so words and checks cannot part.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu.ops.op import Card

Margin = Callable[..., Any]


def clauses(domain: str) -> list[str]:
    """The parts of a domain that all have to hold: 'where $x > 0$ and $y > 0$' has two."""
    if domain in CLAUSES:
        return [domain]
    return re.split(r", and | and |; ", domain.removeprefix("where ")) if domain else []


def margin(card: Card, inputs: list[Any], arguments: dict[str, Any], alone: str = "") -> Any:
    """How far these inputs are from the edge of the card's domain, at most 0 outside: a number, or one each.

    alone: the only input that is differentiated, where that makes the domain a larger one.
    """
    found: Any = np.inf
    for clause in clauses(card.domain):
        with np.errstate(all="ignore"):
            measure = ALONE.get((clause, alone)) or CLAUSES[clause]
            found = np.minimum(found, measure(*inputs, **arguments))
    return np.where(np.isnan(found), -np.inf, found)


def is_of_symmetric(card: Card) -> bool:
    return SYMMETRIC in clauses(card.domain)


SYMMETRIC = "$A = A^H$"

# --- numbers ---------------------------------------------------------------------------------------------------------


def whole(values: Any) -> Any:
    return np.abs(values - np.round(values))


def half(values: Any) -> Any:
    return np.abs(values - np.floor(values) - 0.5)


def number(arguments: dict[str, Any]) -> float:
    """The only argument: formulas call it c."""
    (found,) = arguments.values()
    return float(found)


def bound(*names: str) -> Callable[..., Any]:
    """How far x is from a bound, which may be another input or an argument, or not there."""

    def found(x: Any, *others: Any, **arguments: Any) -> Any:
        given = [arguments[name] for name in names if arguments.get(name) is not None]
        if others:
            given = [others[-1 if names[0].startswith("max") else 0]]
        return np.abs(x - given[0]) if given else np.inf

    return found


def quotient(x: Any, *others: Any, **arguments: Any) -> Any:
    """How far x and y may both be moved before their quotient is a whole number."""
    y = others[0] if others else arguments["other"]
    return whole(x / y) * np.abs(y) / (1 + np.abs(x / y)) / 2


def power_of_number(x: Any, exponent: float) -> Any:
    if exponent != int(exponent):
        return x
    return np.full(np.shape(x), np.inf) if exponent >= 0 else np.abs(x)


def cut(x: Any, *others: Any) -> Any:
    """The distance to the half-line of the numbers that are not positive."""
    return np.where(np.real(x) > 0, np.abs(x), np.abs(np.imag(x)))


# --- values that tie -------------------------------------------------------------------------------------------------


def along(x: Any, dim: Any) -> np.ndarray:
    """The values in lines: (lines, values along `dim`)."""
    x = np.asarray(x)
    if dim is None or dim == () or not x.ndim:
        return x.reshape(1, x.size)
    dims = tuple(each % x.ndim for each in (dim if isinstance(dim, tuple | list) else (dim,)))
    kept = [each for each in range(x.ndim) if each not in dims]
    lengths = [int(np.prod([x.shape[each] for each in part])) for part in (kept, dims)]
    return x.transpose(*kept, *dims).reshape(lengths)


def gap(x: Any, dim: Any = None) -> float:
    """The smallest difference of two values in one line."""
    lines = np.sort(along(x, dim), axis=1)
    return float(np.diff(lines, axis=1).min(initial=np.inf))


def top(x: Any, dim: Any = None) -> float:
    """By how much the greatest value of a line exceeds the next."""
    lines = np.sort(along(x, dim), axis=1)[:, -2:]
    return float(np.diff(lines, axis=1).min(initial=np.inf))


def norms(x: Any, dim: Any = None) -> float:
    return float(np.sqrt((np.abs(along(x, dim)) ** 2).sum(1)).min(initial=np.inf))


def unlike(lines: np.ndarray) -> float:
    """How far the values of a line are from their mean, at least."""
    return norms(lines - lines.mean(1, keepdims=True), 1)


def smallest(x: Any) -> float:
    return float(np.abs(x).min(initial=np.inf))


def between(x: Any, y: Any = None) -> np.ndarray:
    """The differences of points: of two lists of them, or of the pairs of one."""
    if y is None:
        places = np.triu_indices(len(x), 1)
        return x[places[0]] - x[places[1]]
    x, y = np.asarray(x), np.asarray(y)
    if min(x.ndim, y.ndim) < 2:
        return (x - y).reshape(1, -1)
    return x[..., :, None, :] - y[..., None, :, :]


def order_in(arguments: dict[str, Any]) -> float:
    """Of a norm."""
    return float(arguments["ord"] if "ord" in arguments else arguments["p"])


def over_norm(x: Any, p: float, dim: int, maxnorm: float) -> float:
    """How far the norms of slices are from the greatest that is allowed."""
    rows = np.moveaxis(np.asarray(x), dim, 0)
    return smallest(np.array([np.linalg.norm(np.ravel(each), p) for each in rows]) - maxnorm)


def extremes(x: Any, source: Any, *index: Any, reduce: str, **arguments: Any) -> float:
    return gap(np.append(x, source)) if reduce in ("amax", "amin") else np.inf


def written_once(x: Any, *others: Any, **arguments: Any) -> float:
    """No place may be named twice, by the last input or by an argument `indices`."""
    if arguments.get("accumulate"):
        return np.inf
    if "indices" in arguments:
        lines = np.arange(np.size(x)).reshape(np.shape(x))[arguments["indices"]].reshape(1, -1)
    else:
        lines = along(others[-1], arguments.get("dim") if np.ndim(others[-1]) > 1 else None)
    return np.inf if np.diff(np.sort(lines, axis=1)).all() else -1.0


# --- matrices --------------------------------------------------------------------------------------------------------


def batched(measure: Callable[[np.ndarray], float]) -> Margin:
    """The least over a batch of matrices."""

    def least(A: Any, *others: Any, **arguments: Any) -> float:
        A = np.asarray(A)
        if A.ndim < 2 or not A.size:
            return np.inf
        return min(measure(each) for each in A.reshape(-1, *A.shape[-2:]))

    return least


def on_diagonal(A: Any) -> float:
    return batched(lambda A: smallest(np.diag(A)))(A)


def singular(A: np.ndarray) -> np.ndarray:
    return np.linalg.svd(A, compute_uv=False)


def symmetric(A: np.ndarray) -> np.ndarray:
    return (A + np.conj(A).T) / 2


def closest(values: np.ndarray) -> float:
    apart = np.abs(values[:, None] - values[None, :]) + np.diag(np.full(len(values), np.inf))
    return float(apart.min(initial=np.inf))


def pivoted(A: np.ndarray) -> float:
    """How clearly each pivot of Gauss's elimination is the greatest, and how far from 0."""
    A, found = np.array(A), np.inf
    for step in range(min(A.shape)):
        sizes = np.sort(np.abs(A[step:, step]))[::-1]
        found = min(found, sizes[0], sizes[0] - sizes[1] if len(sizes) > 1 else np.inf)
        row = step + int(np.argmax(np.abs(A[step:, step])))
        A[[step, row]] = A[[row, step]]
        if A[step, step]:
            A[step + 1 :] -= A[step + 1 :, step : step + 1] / A[step, step] * A[step]
    return float(found)


# --- losses, layers --------------------------------------------------------------------------------------------------


def margins(x: Any, target: Any, *weight: Any, margin: float, **arguments: Any) -> float:
    x, target = np.atleast_2d(x), np.atleast_1d(target)
    own = np.take_along_axis(x, target[:, None], 1)
    others = np.arange(x.shape[1]) != target[:, None]
    return float(np.abs(margin - own + x)[others].min(initial=np.inf))


def points(x: Any, grid: Any, align_corners: bool, shape: Any = None, **arguments: Any) -> Any:
    """How far the sampling points are from lines and middles of pixels."""
    grid = np.asarray(grid)
    sizes = np.array((np.shape(x) if shape is None else shape)[2:][::-1], float)
    places = (grid + 1) / 2 * (sizes - 1) if align_corners else ((grid + 1) * sizes - 1) / 2
    return float((whole(2 * places) / 2).min(initial=np.inf))


def rows(
    weight: Any, indices: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False, **arguments: Any
) -> float:
    return (
        -1.0
        if scale_grad_by_freq or (padding_idx is not None and padding_idx in np.asarray(indices))
        else np.inf
    )


POWERS = r"$x > 0$, or for $x$ alone where $y$ is whole"
CLAUSES: dict[str, Margin] = {
    r"$x \ne 0$": lambda x, *_, **__: np.abs(x),
    r"$y \ne 0$": lambda x, y, **_: np.abs(y),
    r"a second time where $y \ne 0$": lambda x, y, **_: np.abs(y),
    r"$b \ne 0$": lambda x, a, b, **_: np.abs(b),
    r"$x > 0$": lambda x, *_, **__: x,
    POWERS: lambda x, y: x,
    r"$x > 1$": lambda x, *_, **__: x - 1,
    r"$x > -1$": lambda x, *_, **__: x + 1,
    r"$y > 0$": lambda *inputs, **_: inputs[-1],
    r"$y > -1$": lambda *inputs, **_: inputs[-1] + 1,
    r"$c > 0$": lambda x, **arguments: np.full(np.shape(x), number(arguments)),
    r"$c > 1$": lambda x, **arguments: np.full(np.shape(x), number(arguments) - 1),
    r"$c > -1$": lambda x, **arguments: np.full(np.shape(x), number(arguments) + 1),
    r"$|x| < 1$": lambda x: 1 - np.abs(x),
    r"$0 < x < 1$": lambda x, *_, **__: np.minimum(x, 1 - x),
    r"$a, x > 0$": lambda a, x: np.minimum(a, x),
    r"$x \ne y$": lambda x, y, **_: np.abs(x - y),
    r"$(x, y) \ne (0, 0)$": lambda x, y: np.hypot(x, y),
    r"where $x > 0$ or $y \ne 0$": lambda y, x: np.where(x > 0, np.hypot(x, y), np.abs(y)),
    r"$\cos x \ne 0$": lambda x: np.abs(np.cos(x)),
    r"$x$ is finite": lambda x, **_: np.where(np.isfinite(x), 1e300, 0),
    r"$x$ is not a whole number": lambda x: whole(x),
    r"$x$ is not halfway between two whole numbers": lambda x: half(x),
    r"$10^d x$ is not halfway between two whole numbers": lambda x, decimals: half(x * 10.0**decimals) / 10.0**decimals,
    r"$x / y$ is not a whole number": quotient,
    r"$|x|$ is not a power of two": lambda x: whole(np.log2(np.abs(x))) * np.abs(x),
    r"$x \notin \{0, -1, -2, \ldots\}$": lambda x, **_: np.where(x > 0, x, whole(x)),
    r"$x > (p - 1) / 2$": lambda x, p: x - (p - 1) / 2,
    r"$x \ne a$": bound("min", "min_val"),
    r"$x \ne b$": bound("max", "max_val"),
    r"$a \ne b$": lambda x, a, b: np.abs(a - b),
    r"$|x| \ne 3$": lambda x: np.abs(np.abs(x) - 3),
    r"$|x| \ne \lambda$": lambda x, lambd: np.abs(np.abs(x) - lambd),
    r"$x \ne t$": lambda x, threshold, value: np.abs(x - threshold),
    r"$\beta x \ne t$": lambda x, beta, threshold: np.abs(x - threshold / beta),
    r"$x \ne \epsilon$": lambda x, eps: np.inf if eps is None else np.abs(x - eps),
    r"$x \ne 1 - \epsilon$": lambda x, eps: np.inf if eps is None else np.abs(x - 1 + eps),
    r"$b > 0$": lambda x, base: np.full(np.shape(x), float(base)),
    r"where $x > 0$; for whole $n$ where $x \ne 0$; for whole $n \geq 0$ everywhere": power_of_number,
    r"where $x$ is not on the half-line $x \leq 0$": cut,
    # several values at once
    r"no two values along `dim` are equal": lambda x, *_, dim=None, **__: gap(x, dim),
    r"no two values are equal": lambda x, *_, **__: gap(x),
    r"the greatest value stands alone": lambda x, dim=None, **_: top(x, dim),
    r"the least value stands alone": lambda x, dim=None, **_: top(-np.asarray(x), dim),
    r"the greatest value of each window stands alone": lambda x, *_, **__: gap(x),
    r"the greatest value of each bag stands alone": lambda x, *_, **__: gap(x),
    r"not all values along `dim` are equal": lambda x, dim, **_: unlike(along(x, dim)),
    r"$z \ne 0$": lambda x, dim=None, **_: norms(x, dim),
    r"for $p < 2$ no $x_i = 0$": lambda x, **order: smallest(x) if order_in(order) < 2 else np.inf,
    r"for $p = \pm\infty$ no two $|x_i|$ are equal": lambda x, dim, **order: gap(np.abs(x), dim) if np.isinf(order_in(order)) else np.inf,
    r"no norm is $m$": over_norm,
    r"no two points coincide": lambda x, y=None, **_: norms(between(x, y), -1),
    r"for $p < 2$ they differ in every coordinate": lambda x, y=None, p=2.0: smallest(between(x, y)) if p < 2 else np.inf,
    r"for $p = \infty$ they differ most in one": lambda x, y=None, p=2.0: top(np.abs(between(x, y)), -1) if np.isinf(p) else np.inf,
    r"for `amax` or `amin` no two values are equal": extremes,
    r"no place is written twice": written_once,
    # matrices
    SYMMETRIC: lambda *_, **__: np.inf,
    r"$A$ is positive definite": batched(lambda A: float(np.linalg.eigvalsh(symmetric(A)).min())),
    r"$A$ is invertible": batched(lambda A: float(singular(A).min())),
    r"$A$ has full rank": batched(lambda A: float(singular(A).min())),
    r"no $a_{ii} = 0$": lambda A, B, unitriangular, **_: np.inf if unitriangular else on_diagonal(A),
    r"no $l_{ii} = 0$": lambda B, L, **_: on_diagonal(L),
    r"the first columns of $A$ are independent": batched(lambda A: float(singular(A[:, : min(A.shape)]).min())),
    r"no two singular values are equal": batched(lambda A: closest(singular(A))),
    r"$A$ is square or `full_matrices` is false": lambda A, full_matrices=False: -1.0 if full_matrices and A.shape[-1] != A.shape[-2] else np.inf,
    r"no singular value is 0": batched(lambda A: float(singular(A).min())),
    r"no two eigenvalues are equal": batched(lambda A: closest(np.linalg.eigvals(A))),
    r"no pivot is 0 or could be another row's": batched(pivoted),
    # losses, layers
    r"$|x - y| \ne \beta$": lambda x, y, beta, **_: np.abs(np.abs(x - y) - beta).min(initial=np.inf),
    r"$|x - y| \ne \delta$": lambda x, y, delta, **_: np.abs(np.abs(x - y) - delta).min(initial=np.inf),
    r"$x_{nc} \ne x_{n t_n} - m$": margins,
    r"no $x_{nc} = x_{nt} - 1$": lambda x, target, **_: smallest(1 - between(np.atleast_2d(x)[..., None], np.atleast_2d(x)[..., None])),
    r"no point lies on the border or in the middle of a pixel": points,
    r"but for the row `padding_idx` and for `scale_grad_by_freq`": rows,
    r"up to the rounding of `dtype`": lambda x, dtype, **_: np.inf if dtype in ("float64", "complex128") else -1.0,
}  # fmt: skip

ALONE: dict[tuple[str, str], Margin] = {
    (POWERS, "input"): lambda x, y: np.where(y == np.round(y), np.abs(x), x),
}
"""What a clause means where only one input is differentiated."""
