"""Calls of modules with tensors that are given: what programs say of them, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

START = """
nn, call = torch.nn, torch.func.functional_call
torch.manual_seed(0)
m = nn.Linear(2, 1)
one = {"weight": torch.ones(1, 2), "bias": torch.ones(1)}
x = torch.ones(1, 2)
b = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
class Tied(nn.Module):
    def __init__(self):
        super().__init__(); self.a = nn.Parameter(torch.ones(1)); self.b = self.a
    def forward(self, x, k=1): return x * self.a * k + self.b
t = Tied()
"""

SAYS = {
    "a call": "print(call(m, one, x), call(m, one, (x,)), call(m, {'bias': torch.zeros(1)}, x), m(x)); print(call(t, {'a': torch.tensor([2.])}, x, {'k': 3}))",
    "several dicts": "print(call(m, ({'weight': one['weight']}, {'bias': one['bias']}), x))",
    "its gradient": "w = torch.zeros(1, 2, requires_grad=True); call(m, {'weight': w}, x).sum().backward(); print(w.grad, m.weight.grad)",
    "the module is as it was": "w = m.weight; call(m, one, x); print(m.weight is w, list(m._parameters))",
    "after an error too": "w = m.weight\ntry: call(m, one, torch.ones(3, 3))\nexcept RuntimeError: print(m.weight is w)",
    "tied": "print(call(t, {'a': torch.tensor([5.])}, x), call(t, {'a': torch.tensor([5.])}, x, tie_weights=False), call(t, {'b': torch.tensor([3.])}, x))",
    "tied twice the same": "v = torch.tensor([3.]); print(call(t, {'a': v, 'b': v}, x))",
    "strict": "print(call(m, one, x, strict=True)); call(m, {'weight': one['weight'], 'z': x}, x, strict=True)",
    "buffers that change": "s = {k: v.clone() for k, v in b.state_dict().items()}; y = torch.randn(4, 2); call(b, s, y); print(s['1.running_mean'], s['1.num_batches_tracked'], b[1].running_mean)",
    "names that are not there": "print(call(m, {**one, 'zz': torch.ones(1)}, x), hasattr(m, 'zz'))",
    "stateless": "print(nn.utils.stateless.functional_call(m, one, x))",
    "stacked": "p, q = torch.func.stack_module_state([nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1)) for _ in range(3)]); print({k: v.shape for k, v in p.items()}, {k: v for k, v in q.items()}, p['0.weight'].requires_grad, p['0.weight'].is_leaf)",
    "an ensemble": "ms = [nn.Linear(2, 1) for _ in range(3)]; p, q = torch.func.stack_module_state(ms); r = torch.vmap(lambda p, q: call(ms[0], (p, q), (x,)))(p, q).detach(); print(r, torch.allclose(r, torch.stack([k(x) for k in ms])))",
    "gradients by function": "p = {k: v.detach() for k, v in m.named_parameters()}; print(torch.func.grad(lambda p: call(m, p, x).sum())(p))",
    "parametrized": "nn.utils.parametrizations.weight_norm(m); p = dict(m.named_parameters()); print(list(p), call(m, {'parametrizations.weight.original0': torch.zeros(1, 1)}, x))",
}  # fmt: skip

REFUSALS = [
    "call(m, 3, x)", "call(m, [1], x)", "call(m, (one, one), x)", "call(m, {'weight': 3}, x)", "call(t, {'a': torch.ones(1), 'b': torch.zeros(1)}, x)", "call(m, {'q.weight': x}, x)", "call(m, {'': x}, x)", "call(m, {'weight.z': x}, x)",
    "call(m, {'in_features': x}, x)", "torch.func.stack_module_state([])", "torch.func.stack_module_state([m, b])", "torch.func.stack_module_state([m, nn.Linear(2, 1).eval()])", "torch.func.stack_module_state([m, nn.Linear(2, 1).requires_grad_(False)])",
    "call(nn.DataParallel(m), one, x)",
]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_functional_calls_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(START + SAYS[about], heed=True)


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_functional_calls_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(START + shown(mistake))
