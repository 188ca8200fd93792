"""Twins: one module made on both engines, and compared in all that a program sees of it.

    CASES = [
        ("nn.Linear(3, 4)", "torch.randn(2, 3)"),
        ("nn.LSTM(3, 4)", "torch.randn(5, 2, 3), (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))"),
    ]

    @pytest.mark.parametrize("made, given", CASES)
    def test_a_layer_is_pytorchs(made, given):
        assert_twins(made, given)

Both are expressions, `given` what stands between the parentheses of the call. Each engine draws from the same seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import minitorch_edu
from tests.ops.calls import Raised, agree, outcome
from tests.oracle import torch as pytorch


def assert_twins(made: str, given: str, *, rtol: float = 1e-5, double: bool = False) -> None:
    """Assert that a module is printed, begins and computes as PyTorch's, in training and in evaluation.

    rtol: how far apart results and gradients may be; parameters begin with the same bits.
    double: in float64, for modules whose float32 is not sharp enough.
    """
    __tracebackhide__ = True
    for engine in (minitorch_edu, pytorch):
        failed = outcome(engine, lambda engine: used(engine, made, given, double))
        assert not isinstance(failed, Raised), f"{engine.__name__}: {failed.name}: {failed.text}"
    agree(lambda engine: beginning(engine, made))
    agree(lambda engine: used(engine, made, given, double), rtol=rtol)


def assert_refused_alike(made: str, given: str = "") -> None:
    """Assert that making a module, or where inputs are given calling it, fails with PyTorch's type and text."""
    __tracebackhide__ = True

    def act(engine: Any) -> Any:
        module = new(engine, made)
        return used(engine, made, given, False) if given else repr(module)

    assert isinstance(outcome(pytorch, act), Raised), "PyTorch refuses nothing"
    agree(act)


def new(engine: Any, made: str) -> Any:
    engine.manual_seed(0)
    return eval(made, {"torch": engine, "nn": engine.nn})


def inputs(engine: Any, given: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The positional and the named arguments of a call."""
    engine.manual_seed(1)
    return eval(
        f"given({given})", {"torch": engine, "nn": engine.nn, "given": lambda *args, **named: (args, named)}
    )


def beginning(engine: Any, made: str) -> list[Any]:
    """Its text, the names and the numbers of its state, and which parameters learn."""
    module = new(engine, made)
    state = [(name, "lazy" if lazy(value) else value) for name, value in module.state_dict().items()]
    learning = [(name, each.requires_grad) for name, each in module.named_parameters()]
    return [repr(module), state, learning]


def lazy(value: Any) -> bool:
    return hasattr(value, "materialize")


def used(engine: Any, made: str, given: str, double: bool) -> list[Any]:
    """Results, gradients of inputs and of parameters, and the state after a call in training and one in evaluation."""
    module = new(engine, made)
    if double:
        module = module.double()
    seen = []
    for mode in (True, False):
        module.train(mode)
        module.zero_grad()
        leaves = changed(inputs(engine, given), lambda each: leaf(each, double))
        args, named = changed(
            leaves, lambda each: each.clone()
        )  # some modules write into what they are given
        results = list(tensors(module(*args, **named)))
        learned = [each for each in results if each.requires_grad]
        if learned:
            engine.autograd.backward(learned, [engine.randn(each.shape).to(each.dtype) for each in learned])
        gradients = [each.grad for each in (*tensors(leaves), *module.parameters())]
        seen.append([[each.detach() for each in results], gradients, list(module.state_dict().items())])
    return [*seen, repr(module)]


def leaf(tensor: Any, double: bool) -> Any:
    """An input that gets a gradient, where it can have one."""
    if not tensor.is_floating_point():
        return tensor
    return (tensor.double() if double else tensor).detach().requires_grad_()


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Nested arguments with other tensors in them."""
    if hasattr(value, "requires_grad"):
        return change(value)
    if type(value) in (list, tuple):
        return type(value)(changed(each, change) for each in value)
    if type(value) is dict:
        return {name: changed(each, change) for name, each in value.items()}
    return value


def tensors(value: Any) -> Iterator[Any]:
    """All tensors in what a module takes or returns."""
    if hasattr(value, "requires_grad"):
        yield value
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from tensors(each)
