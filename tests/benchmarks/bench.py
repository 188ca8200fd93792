"""Benchmarks: our engine against PyTorch on the CPU, at the sizes of a lesson.

Both engines run in one process, taking turns, on one thread; what is counted is the process's CPU time, so that other
programs on the machine disturb little. Each figure is a median over rounds, after a warm-up.
"""

from __future__ import annotations

import functools
import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

import minitorch_edu
from minitorch_edu import events


class Case(NamedTuple):
    """`make(engine)` returns what is timed; `loops` is how often in a round."""

    name: str
    loops: int
    make: Callable[[Any], Callable[[], Any]]


class Result(NamedTuple):
    """Microseconds per call, and their ratio: below 1 we are faster. `low` and `high` are the ratio's quartiles."""

    name: str
    ours: float
    theirs: float
    ratio: float
    low: float
    high: float


def measure(case: Case, torch: Any, rounds: int = 11) -> Result:
    ours, theirs = case.make(minitorch_edu), case.make(torch)
    for act in (ours, theirs):
        _time(act, max(1, case.loops // 10))
    pairs = [(_time(ours, case.loops), _time(theirs, case.loops)) for _ in range(rounds)]
    ratios = [mine / other for mine, other in pairs]
    low, _, high = statistics.quantiles(ratios, n=4)
    mine, other = (statistics.median(each) for each in zip(*pairs, strict=True))
    return Result(case.name, mine, other, statistics.median(ratios), low, high)


def _time(act: Callable[[], Any], loops: int) -> float:
    collecting = gc.isenabled()
    gc.disable()  # neither engine leaves cycles behind, and a collection would fall on either
    try:
        start = time.process_time_ns()
        for _ in range(loops):
            act()
        return (time.process_time_ns() - start) / loops / 1000
    finally:
        if collecting:
            gc.enable()


def geometric_mean(results: list[Result]) -> float:
    return math.exp(statistics.fmean(math.log(result.ratio) for result in results))


# --- single ops -------------------------------------------------------------------------------------------------------

OPS: dict[str, Callable[[Any, Any, Any], Callable[[], Any]]] = {
    "add": lambda engine, x, y: lambda: x + y,
    "mul": lambda engine, x, y: lambda: x * y,
    "matmul": lambda engine, x, y: lambda: x @ y,
    "relu": lambda engine, x, y: lambda relu=engine.relu: relu(x),
    "sum": lambda engine, x, y: lambda: x.sum(),
    "view": lambda engine, x, y: lambda: x.view(-1, 2),
}


def single_ops(loops: int = 2000) -> list[Case]:
    cases = []
    for shape in ((10,), (64, 64)):
        for grad in (False, True):
            for name, op in OPS.items():
                count = loops // 4 if name == "matmul" and len(shape) == 2 else loops
                title = f"{name} {'x'.join(map(str, shape))}{' grad' if grad else ''}"
                cases.append(Case(title, count, _single(op, shape, grad)))
    return cases


def _single(op: Any, shape: tuple[int, ...], grad: bool) -> Callable[[Any], Callable[[], Any]]:
    def make(engine: Any) -> Callable[[], Any]:
        values = np.random.RandomState(0).randn(2, *shape).astype(np.float32)
        x, y = (engine.tensor(each).requires_grad_(grad) for each in values)
        return op(engine, x, y)

    return make


# --- creation and views -----------------------------------------------------------------------------------------------

CREATION: dict[str, Callable[[Any, Any], Callable[[], Any]]] = {
    "zeros": lambda engine, x: lambda: engine.zeros(2, 3),
    "zeros grad": lambda engine, x: lambda: engine.zeros((2, 3), requires_grad=True),
    "ones": lambda engine, x: lambda: engine.ones(2, 3),
    "empty": lambda engine, x: lambda: engine.empty(2, 3),
    "full": lambda engine, x: lambda: engine.full((2, 3), 7.0),
    "eye": lambda engine, x: lambda: engine.eye(3),
    "arange": lambda engine, x: lambda: engine.arange(10),
    "arange by steps": lambda engine, x: lambda: engine.arange(0, 10, 2),
    "linspace": lambda engine, x: lambda: engine.linspace(0, 1, 5),
    "tensor of a number": lambda engine, x: lambda: engine.tensor(2.0),
    "tensor of a list": lambda engine, x: lambda: engine.tensor([1.0, 2.0, 3.0]),
    "zeros_like": lambda engine, x: lambda: engine.zeros_like(x),
    "ones_like": lambda engine, x: lambda: engine.ones_like(x),
    "new_zeros": lambda engine, x: lambda: x.new_zeros(2, 3),
}
VIEWS: dict[str, Callable[[Any, Any], Callable[[], Any]]] = {
    "view": lambda engine, x: lambda: x.view(3, 4),
    "reshape": lambda engine, x: lambda: x.reshape(2, 6),
    "flatten": lambda engine, x: lambda: x.flatten(),
    "t": lambda engine, x: lambda: x.t(),
    "T": lambda engine, x: lambda: x.T,
    "transpose": lambda engine, x: lambda: x.transpose(0, 1),
    "permute": lambda engine, x: lambda: x.permute(1, 0),
    "unsqueeze": lambda engine, x: lambda: x.unsqueeze(1),
    "squeeze": lambda engine, x: lambda: x.squeeze(),
    "expand": lambda engine, x: functools.partial(x[0].clone().expand, 4, 3),
    "x[0]": lambda engine, x: lambda: x[0],
    "x[1:3]": lambda engine, x: lambda: x[1:3],
    "x[:, 0]": lambda engine, x: lambda: x[:, 0],
    "x[None]": lambda engine, x: lambda: x[None],
    "detach": lambda engine, x: lambda: x.detach(),
}
QUESTIONS: dict[str, Callable[[Any, Any], Callable[[], Any]]] = {
    "shape": lambda engine, x: lambda: x.shape,
    "size(0)": lambda engine, x: lambda: x.size(0),
    "dtype": lambda engine, x: lambda: x.dtype,
    "item": lambda engine, x: x[0, 0].item,
    "len": lambda engine, x: lambda: len(x),
}


GROUPS = {"creation": CREATION, "views": VIEWS, "questions": QUESTIONS}
SMALL = CREATION | VIEWS | QUESTIONS


def creation_and_views(loops: int = 1000, names: Iterable[str] = SMALL) -> list[Case]:
    return [Case(name, loops, _on_a_matrix(SMALL[name])) for name in names]


def _on_a_matrix(act: Any) -> Callable[[Any], Callable[[], Any]]:
    def make(engine: Any) -> Callable[[], Any]:
        return act(engine, engine.tensor(np.arange(12, dtype=np.float32).reshape(4, 3)))

    return make


# --- whole steps ------------------------------------------------------------------------------------------------------


def chain(engine: Any) -> Callable[[], Any]:
    """A chain of 10,000 ops, and backward through it."""
    x = engine.ones(10, requires_grad=True)

    def step() -> None:
        y = x
        for _ in range(5000):
            y = y * 1.0001 + 0.0001
        y.sum().backward()
        x.grad = None

    return step


def perceptron(sizes: list[int], batch: int, loss_of: Callable[[Any, Any, Any], Any]) -> Callable[[Any], Callable[[], Any]]:
    """One step of training layers of these sizes, written with tensors alone."""

    def make(engine: Any) -> Callable[[], Any]:
        source = np.random.RandomState(0)
        weights = [source.randn(n, m).astype(np.float32) / math.sqrt(n) for n, m in zip(sizes, sizes[1:], strict=False)]
        layers = [
            (engine.tensor(weight, requires_grad=True), engine.zeros(weight.shape[1], requires_grad=True))
            for weight in weights
        ]
        inputs = engine.tensor(source.randn(batch, sizes[0]).astype(np.float32))
        targets = engine.tensor(source.randint(0, max(sizes[-1], 2), (batch, 1)))

        def step() -> None:
            x = inputs
            for weight, bias in layers[:-1]:
                x = engine.relu(x @ weight + bias)
            weight, bias = layers[-1]
            loss_of(engine, x @ weight + bias, targets).backward()
            with engine.no_grad():
                for layer in layers:
                    for parameter in layer:
                        parameter -= 1e-7 * parameter.grad  # so small that no round trains into denormal numbers
                        parameter.grad = None

        return step

    return make


def squares(engine: Any, out: Any, targets: Any) -> Any:
    difference = engine.tanh(out) - targets
    return (difference * difference).mean()


def cross_entropy(engine: Any, out: Any, targets: Any) -> Any:
    return -engine.log_softmax(out, 1).gather(1, targets).mean()


STEPS = [
    Case("chain of 10,000 ops + backward", 1, chain),
    Case("moons 2-16-16-1, batch 32", 100, perceptron([2, 16, 16, 1], 32, squares)),
    Case("digits 784-128-10, batch 64", 20, perceptron([784, 128, 10], 64, cross_entropy)),
]


# --- the price of being listened to -----------------------------------------------------------------------------------


def guard_cost(repeats: int = 200, loops: int = 5000) -> float:
    """Microseconds of one `if op_executed:` that nobody listens to: a function full of them against an empty one."""
    names = {"op_executed": events.op_executed}
    exec("def guarded():\n" + "    if op_executed:\n        pass\n" * repeats, names)
    exec("def empty():\n    pass\n", names)
    best = [min(_time(names[name], loops) for _ in range(7)) for name in ("guarded", "empty")]  # type: ignore[arg-type]
    return (best[0] - best[1]) / repeats


def guard_share(cheapest: Result) -> float:
    """What part of the cheapest op its guards are."""
    guards = minitorch_edu.ops.view.view_to.source.count("if op_executed:")
    return guards * guard_cost() / cheapest.ours


# --- the budget -------------------------------------------------------------------------------------------------------


def figures(single: list[Result], small: list[Result], steps: list[Result]) -> dict[str, float]:
    """The figures that have a limit in budget.json."""
    by_name = {result.name: result for result in small}
    cheapest = min(single, key=lambda result: result.ours)
    return {
        "single ops, geometric mean": geometric_mean(single),
        **{
            f"{name}, geometric mean": geometric_mean([by_name[each] for each in group])
            for name, group in GROUPS.items()
        },
        "guard, part of the cheapest op": guard_share(cheapest),
        **{result.name: result.ratio for result in steps},
    }


def table(results: list[Result]) -> str:
    lines = [f"{'':34s}{'ours us':>10s}{'torch us':>10s}{'ratio':>8s}   quartiles"]
    lines += [
        f"{each.name:34s}{each.ours:10.2f}{each.theirs:10.2f}{each.ratio:8.2f}   {each.low:.2f}-{each.high:.2f}"
        for each in results
    ]
    return "\n".join(lines)
