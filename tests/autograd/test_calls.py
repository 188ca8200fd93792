"""Calls that start a backward pass: what they take, what they return and what they refuse, as PyTorch does."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import said

GIVEN = "x = torch.ones(2); g = torch.ones(2, requires_grad=True); h = torch.ones(2, requires_grad=True)\n"
CALLS = [
    "(g * g).sum().backward(retain_graph='a')",
    "(g * g).sum().backward(retain_graph=1.5)",
    "loss = (g * g).sum(); loss.backward(retain_graph=1); loss.backward(); print(g.grad)",
    "(g * g).sum().backward(create_graph='a')",
    "(g * g).sum().backward(None, 'a')",
    "g.sum().backward('a')",
    "g.sum().backward(1.0)",
    "g.sum().backward(foo=1)",
    "g.sum().backward(1, 2, 3, 4, 5)",
    "g.sum().backward(torch.ones(3))",
    "(g * 1).backward(torch.ones(2) * 1j)",
    "(g * 1).backward(torch.ones(2, dtype=torch.int64)); print(g.grad)",
    "g.sum().backward(inputs=g); print(g.grad)",
    "(g * h).sum().backward(inputs={'a': h}); print(g.grad, h.grad)",
    "g.sum().backward(inputs=[])",
    "g.sum().backward(inputs=[5])",
    "x.sum().backward()",
    "torch.autograd.backward([]); print('nothing')",
    "torch.autograd.backward([g.sum(), h.sum()], [None])",
    "torch.autograd.backward([g.sum(), (2 * h).sum()], [None, torch.tensor(3.)]); print(g.grad, h.grad)",
    "torch.autograd.backward(g.sum(), grad_variables=torch.tensor(2.)); print(g.grad)",
    "torch.autograd.backward(g.sum(), torch.tensor(2.), grad_variables=torch.tensor(2.))",
    "torch.autograd.grad(g.sum(), [])",
    "torch.autograd.grad(g.sum(), ())",
    "torch.autograd.grad([], g)",
    "torch.autograd.grad((), ())",
    "torch.autograd.grad(g.sum(), g, [])",
    "torch.autograd.grad(g.sum(), g, retain_graph='a')",
    "torch.autograd.grad(g.sum(), [g, 5])",
    "torch.autograd.grad(g.sum(), 'a')",
    "torch.autograd.grad([g.sum(), h.sum()], g, [None])",
    "torch.autograd.grad(g.sum(), x)",
    "torch.autograd.grad(g.sum(), h)",
    "print(torch.autograd.grad(g.sum(), [g, h], allow_unused=True))",
    "print(torch.autograd.grad(g.sum(), [g, h], materialize_grads=True))",
    "print(torch.autograd.grad((g * h).sum(), {'a': g, 'b': h}))",
    "print(torch.autograd.grad(g.sum(), [g, g]))",
]


@pytest.mark.filterwarnings("ignore:`grad_variables`")
@pytest.mark.parametrize("call", CALLS)
def test_a_call_answers_as_pytorchs(call):
    ours = said(minitorch_edu, GIVEN + call).replace("minitorch_edu.", "torch.")
    assert ours == said(pytorch, GIVEN + call)
