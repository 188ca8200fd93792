"""L-BFGS: steps by what past gradients tell of the curvature, with a search along each where asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from minitorch_edu.autograd.grad_mode import enable_grad, no_grad
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.ops.joining import cat
from minitorch_edu.optim.by_element import expect_rate, scalar
from minitorch_edu.optim.optimizer import Optimizer
from minitorch_edu.tensor import Tensor

SUFFICIENT, FLATTER = 1e-4, 0.9
"""Wolfe's two constants: what part of the promised descent a step makes, and what part of the slope it leaves."""


class LBFGS(Optimizer):
    r"""Limited-memory BFGS (Liu and Nocedal, 1989; after Schmidt's minFunc).

    `step(closure)` goes up to max_iter steps θ ← θ - t H g, where H approximates the inverse of the second derivatives
    by the last history_size changes of θ and of g. t is lr, or what a search finds that ends where the strong Wolfe
    conditions hold. The closure computes the loss and its gradients, and returns the loss.

    >>> x = torch.tensor([1.0, 1.0], requires_grad=True)
    >>> optimizer = torch.optim.LBFGS([x], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (x[0] - 3) ** 2 + 10 * (x[1] - x[0]) ** 2
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure)
    tensor(4., grad_fn=<AddBackward0>)
    >>> x
    tensor([3.0000, 3.0000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        expect_rate(lr)
        defaults = {
            "lr": lr, "max_iter": max_iter, "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change, "history_size": history_size,
            "line_search_fn": line_search_fn,
        }  # fmt: skip
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")

    @no_grad()
    def step(self, closure: Callable[[], Any]) -> Any:  # type: ignore[override]
        """Go up to max_iter steps. closure: computes the loss and its gradients."""
        if len(self.param_groups) != 1:
            raise AssertionError(f"Expected exactly one param_group, but got {len(self.param_groups)}")
        group, params = self.param_groups[0], self.param_groups[0]["params"]
        lr, change = scalar(group["lr"]), group["tolerance_change"]
        closure = enable_grad()(closure)
        state = self.state[params[0]]  # there is but one state; so it is loaded as any other
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        first_loss = closure()
        loss, grad = float(first_loss), _flat_grad(params)
        evaluations = 1
        state["func_evals"] += 1
        if grad.abs().max() <= group["tolerance_grad"]:
            return first_loss
        known = {name: state.get(name) for name in MEMORY}
        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            _remember(state, known, grad, group["history_size"])
            known["prev_flat_grad"], known["prev_loss"] = grad.clone(), loss
            direction = known["d"]
            known["t"] = min(1.0, 1.0 / grad.abs().sum()) * lr if state["n_iter"] == 1 else lr
            slope = grad.dot(direction)
            if slope > -change:
                break
            used = 0
            if group["line_search_fn"] is not None:
                start = Point(0, loss, grad, slope)
                loss, grad, used = self._searched(closure, start, known, group, evaluations)
            else:
                _move(params, known["t"], direction)
                if iteration < group["max_iter"]:
                    loss, grad, used = float(closure()), _flat_grad(params), 1
            evaluations += used
            state["func_evals"] += used
            if (
                iteration == group["max_iter"]
                or evaluations >= group["max_eval"]
                or grad.abs().max() <= group["tolerance_grad"]
                or direction.mul(known["t"]).abs().max() <= change
                or abs(loss - known["prev_loss"]) < change
            ):
                break
        state.update(known)
        return first_loss

    def _searched(
        self, closure: Any, start: Point, known: dict[str, Any], group: dict[str, Any], evaluations: int
    ) -> tuple[float, Tensor, int]:
        """Go along the direction as far as Wolfe's conditions ask for."""
        if group["line_search_fn"] != "strong_wolfe":
            raise RuntimeError("only 'strong_wolfe' is supported")
        params, direction = group["params"], known["d"]
        before = [param.clone() for param in params]

        def at(t: Any) -> Point:
            _move(params, t, direction)
            loss, grad = float(closure()), _flat_grad(params)
            for param, value in zip(params, before, strict=True):
                param.copy_(value)
            return Point(t, loss, grad, grad.dot(direction))

        most = group["max_eval"] - evaluations
        found, used = strong_wolfe(at, start, known["t"], direction.abs().max(), most)
        known["t"] = found.t
        _move(params, found.t, direction)
        return found.loss, found.grad, used


MEMORY = ("d", "t", "old_dirs", "old_stps", "ro", "H_diag", "prev_flat_grad", "prev_loss")
"""What is kept from step to step: the direction and how far it went; changes of the gradient, of the parameters and
one over their product; the first guess of H; the gradient and the loss before."""


def _remember(state: dict[str, Any], known: dict[str, Any], grad: Tensor, most: int) -> None:
    """Learn from the last step, and choose the next direction: minus the gradient, times what H is known to be."""
    if state["n_iter"] == 1:
        known.update(d=grad.neg(), old_dirs=[], old_stps=[], ro=[], H_diag=1)
        return
    changes, steps, ratios = known["old_dirs"], known["old_stps"], known["ro"]
    change = grad.sub(known["prev_flat_grad"])
    step = known["d"].mul(known["t"])
    product = change.dot(step)
    if product > 1e-10:
        if len(changes) == most:
            for each in (changes, steps, ratios):
                each.pop(0)
        changes.append(change)
        steps.append(step)
        ratios.append(1.0 / product)
        known["H_diag"] = product / change.dot(change)
    weights = state.setdefault("al", [None] * most)
    direction = grad.neg()
    for place in reversed(range(len(changes))):
        weights[place] = steps[place].dot(direction) * ratios[place]
        direction.add_(changes[place], alpha=-weights[place].item())
    direction = direction.mul(known["H_diag"])
    for place in range(len(changes)):
        weight = weights[place] - changes[place].dot(direction) * ratios[place]
        direction.add_(steps[place], alpha=weight.item())
    known["d"] = direction


def _flat_grad(params: list[Tensor]) -> Tensor:
    """All gradients in one row; zeros where there is none."""
    functions = registry.functions
    rows = []
    for param in params:
        grad = zeros_like(param) if param.grad is None else param.grad
        rows.append((functions["view_as_real"](grad) if grad.is_complex() else grad).reshape(-1))
    return cat(rows, 0)


def _move(params: list[Tensor], t: Any, direction: Tensor) -> None:
    """Move all parameters by t times their parts of a row."""
    place = 0
    for param in params:
        real = registry.functions["view_as_real"](param) if param.is_complex() else param
        count = real.numel()
        real.add_(direction[place : place + count].view(real.shape), alpha=float(t))
        place += count


# --- along a line -----------------------------------------------------------------------------------------------------


class Point(NamedTuple):
    """A place on the line: how far along it is, the loss and the gradient there, and the slope along the line."""

    t: Any
    loss: float
    grad: Tensor
    slope: Tensor


def strong_wolfe(
    at: Callable[[Any], Point], start: Point, t: Any, span: Tensor, most: int, tolerance: float = 1e-9
) -> tuple[Point, int]:
    """A place where the loss is low enough and the slope flat enough, and how many places were looked at.

    First outwards, until the place that is looked for must lie between two known ones; then between them, closer and
    closer. span: how far the parameter that moves most goes for t = 1.
    """
    before, here = start, at(t)
    for count in range(most):
        risen = _too_high(here, start) or (count > 1 and here.loss >= before.loss)
        if not risen and _flat(here, start):
            return here, count + 1
        if risen or here.slope >= 0:
            return _between([before, here], at, start, span, count + 1, most, tolerance)
        bounds = here.t + 0.01 * (here.t - before.t), here.t * 10
        before, here = here, at(lowest(before, here, bounds))
    return _lower(start, here), max(most, 0) + 1


def _between(
    ends: list[Point], at: Any, start: Point, span: Tensor, used: int, most: int, tolerance: float
) -> tuple[Point, int]:
    """Make an interval smaller, between whose ends there is a place that will do, until one of its ends does."""
    low = 0 if ends[0].loss <= ends[1].loss else 1
    stuck = False
    while used <= most and not abs(ends[1].t - ends[0].t) * span < tolerance:
        t, stuck = _inside(ends, stuck)
        here = at(t)
        used += 1
        if _too_high(here, start) or here.loss >= ends[low].loss:
            ends[1 - low] = here
            low = 0 if ends[0].loss <= ends[1].loss else 1
            continue
        if _flat(here, start):
            return here, used
        if here.slope * (ends[1 - low].t - ends[low].t) >= 0:
            ends[1 - low] = ends[low]
        ends[low] = here
    return ends[low], used


def _inside(ends: list[Point], stuck: bool) -> tuple[Any, bool]:
    """Where to look next between the ends; not close to one of them for the second time."""
    t = lowest(ends[0], ends[1])
    least, furthest = min(end.t for end in ends), max(end.t for end in ends)
    margin = 0.1 * (furthest - least)
    if not min(furthest - t, t - least) < margin:
        return t, False
    if not (stuck or t >= furthest or t <= least):
        return t, True
    return (furthest - margin if abs(t - furthest) < abs(t - least) else least + margin), False


def _too_high(point: Point, start: Point) -> Any:
    """Whether the loss has not gone down enough (Armijo's condition)."""
    return point.loss > start.loss + SUFFICIENT * point.t * start.slope


def _flat(point: Point, start: Point) -> Any:
    """Whether the slope is flat enough (the curvature condition)."""
    return abs(point.slope) <= -FLATTER * start.slope


def _lower(one: Point, other: Point) -> Point:
    return one if one.loss <= other.loss else other


def lowest(one: Point, other: Point, bounds: tuple[Any, Any] | None = None) -> Any:
    """Where the cubic through two points, with their slopes, is lowest, within bounds: those points, if nothing else.

    Where it has no lowest place, it is the middle.
    """
    left, right = (one, other) if one.t <= other.t else (other, one)
    least, furthest = (left.t, right.t) if bounds is None else bounds
    mean = one.slope + other.slope - 3 * (one.loss - other.loss) / (one.t - other.t)
    square = mean**2 - one.slope * other.slope
    if not square >= 0:
        return (least + furthest) / 2.0
    root = square.sqrt()
    part = (right.slope + root - mean) / (right.slope - left.slope + 2 * root)
    return min(max(right.t - (right.t - left.t) * part, least), furthest)
