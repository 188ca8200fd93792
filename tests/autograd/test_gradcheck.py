"""gradcheck finds wrong derivatives, and says so as PyTorch does."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.ops.calls import agree


def leaf(engine, *shape):
    count = 1
    for size in shape:
        count *= size
    return (engine.arange(count, dtype=engine.float64).reshape(shape) / 7 + 0.3).requires_grad_()


FUNCTIONS = {
    "right": lambda e: (lambda x: x**3 * x.sin(), leaf(e, 2, 3)),
    "half of it forgotten": lambda e: (lambda x: x * x + (x * x).detach(), leaf(e, 2)),
    "a view": lambda e: (lambda x: x.t(), leaf(e, 2, 3)),
    "the input itself": lambda e: (lambda x: x, leaf(e, 2)),
    "detached": lambda e: (lambda x: x.detach(), leaf(e, 2)),
    "constant": lambda e: (lambda x: e.zeros(2, dtype=e.float64), leaf(e, 2)),
    "two inputs": lambda e: (lambda x, y: x @ y, (leaf(e, 2, 3), leaf(e, 3))),
    "the second wrong": lambda e: (lambda x, y: x * y.detach(), (leaf(e, 2), leaf(e, 2))),
    "two outputs": lambda e: (lambda x: (x * 2, x.exp()), leaf(e, 2)),
    "the second output wrong": lambda e: (lambda x: (x * 2, x.exp() + x.detach()), leaf(e, 2)),
    "an output of indices": lambda e: (lambda x: tuple(x.max(1)), leaf(e, 2, 3)),
    "a number beside": lambda e: (lambda x, n: x**n, (leaf(e, 2), 3)),
    "nothing requires grad": lambda e: (lambda x: x, e.ones(2)),
    "an expanded input": lambda e: (lambda x: x, e.ones(1, dtype=e.float64).expand(3).requires_grad_()),
    "nothing": lambda e: (lambda x: x * 2, leaf(e, 0, 2)),
    "a list": lambda e: (lambda x, y: [x * y], [leaf(e, 2), leaf(e, 2)]),
}


@pytest.mark.parametrize("make", FUNCTIONS.values(), ids=FUNCTIONS)
def test_the_verdict_is_pytorchs(make):
    agree(lambda e: e.autograd.gradcheck(*make(e)))
    agree(lambda e: e.autograd.gradcheck(*make(e), raise_exception=False))


@pytest.mark.parametrize("name", ["right", "two inputs", "two outputs", "a number beside", "a view"])
def test_the_verdict_on_second_derivatives_is_pytorchs(name):
    agree(lambda e: e.autograd.gradgradcheck(*FUNCTIONS[name](e)))
    agree(lambda e: e.autograd.gradgradcheck(*FUNCTIONS[name](e), gen_non_contig_grad_outputs=True))


def test_a_backward_that_is_right_once_but_not_twice_is_found():
    from minitorch_edu.ops import registry
    from minitorch_edu.ops.op import op

    registry.import_every_family()
    tables = [dict(table) for table in (registry.cards, registry.functions, registry.operators)]

    @op
    class halfway:
        def forward(xp, input):
            return input * input * input

        def grad_input(grad, input):
            r"$3 x^2$"
            return grad * 3 * input.detach() * input.detach()

    x = leaf(minitorch_edu, 3)
    assert minitorch_edu.autograd.gradcheck(halfway, x)
    with pytest.raises(minitorch_edu.autograd.GradcheckError, match="Jacobian mismatch for output 0 with respect to input 0"):
        minitorch_edu.autograd.gradgradcheck(halfway, x)
    for table, kept in zip((registry.cards, registry.functions, registry.operators), tables, strict=True):
        table.clear()
        table.update(kept)


def test_the_input_is_as_it_was_and_so_is_its_version():
    x = leaf(minitorch_edu, 2, 3)
    before = x.tolist()
    minitorch_edu.autograd.gradcheck(lambda x: x * 2, x)
    assert x.tolist() == before and x._version == 0 and x.grad is None


def test_single_precision_is_warned_of():
    x = minitorch_edu.ones(2, requires_grad=True)
    with pytest.warns(UserWarning, match="Input #0 requires gradient and is not a double precision"):
        minitorch_edu.autograd.gradcheck(lambda x: x * 2, x, eps=1e-2, atol=1e-2)


def test_the_name_stands_for_the_function_though_a_module_bears_it():
    import minitorch_edu.autograd.gradcheck  # noqa: F401
    from minitorch_edu.autograd import gradcheck

    assert callable(gradcheck)
