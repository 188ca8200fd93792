"""Parametrizations, and weights normalized in the old way: what programs say of them, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

START = """
import copy, pickle, io
nn, U = torch.nn, torch.nn.utils
P, R = U.parametrize, U.parametrizations
torch.manual_seed(0)
class Sym(nn.Module):
    def forward(self, x): return x.triu() + x.triu(1).transpose(-1, -2)
    def right_inverse(self, a): return a.triu()
class Double(nn.Module):
    def forward(self, x): return x * 2
class Sum(nn.Module):
    def forward(self, a, b): return a + b
    def right_inverse(self, x): return x * .25, x * .75
class Bad(nn.Module):
    def __init__(self, f, g=None):
        super().__init__(); self.f = f
        if g is not None: self.right_inverse = g
    def forward(self, x): return self.f(x)
m = nn.Linear(3, 3)
c = nn.Conv2d(2, 3, 2)
x = torch.randn(4, 3)
sym = lambda: P.register_parametrization(m, "weight", Sym())
"""

SAYS = {
    "a symmetric weight": "sym(); print(m, m.weight, m.parametrizations.weight.original, m.parametrizations.weight[0]); print([n for n, _ in m.named_parameters()], list(m.state_dict()), type(m).__name__, isinstance(m, nn.Linear))",
    "its gradient": "sym(); m(x).sum().backward(); print(m.parametrizations.weight.original.grad, m(x).grad_fn.name())",
    "assigned": "sym(); o = m.parametrizations.weight.original; m.weight = torch.eye(3) * 3; print(m.weight, o is m.parametrizations.weight.original)",
    "the same object": "w = m.weight; sym(); print(w is m.parametrizations.weight.original, w)",
    "two of them": "sym(); P.register_parametrization(m, 'weight', Bad(lambda t: t * 2, lambda t: t / 2)); print(m, m.weight); m.weight = torch.eye(3); print(m.parametrizations.weight.original)",
    "of two tensors": "P.register_parametrization(m, 'weight', Sum()); print(m, [n for n, _ in m.named_parameters()], m.weight); m.weight = torch.ones(3, 3); print(m.parametrizations.weight.original1, m.parametrizations.weight.ntensors, m.parametrizations.weight.is_tensor)",
    "a buffer": "m.register_buffer('b', torch.ones(2)); P.register_parametrization(m, 'b', Double()); print(m.b, list(m.state_dict())); P.remove_parametrizations(m, 'b'); print(m.b, list(m.state_dict()), type(m).__name__)",
    "removed": "sym(); w = m.weight; o = m.parametrizations.weight.original; P.remove_parametrizations(m, 'weight'); print(m, torch.equal(w, m.weight), o is m.weight, type(m) is nn.Linear, hasattr(m, 'parametrizations'), list(m.state_dict()))",
    "removed to the original": "P.register_parametrization(m, 'weight', Double()); a = m.parametrizations.weight.original.clone(); P.remove_parametrizations(m, 'weight', leave_parametrized=False); print(torch.equal(a, m.weight))",
    "removed from two tensors": "P.register_parametrization(m, 'weight', Sum()); P.remove_parametrizations(m, 'weight'); print(m.weight, type(m.weight))",
    "removed one of two": "sym(); P.register_parametrization(m, 'bias', Double()); print(m); P.remove_parametrizations(m, 'bias'); print(m, P.is_parametrized(m), P.is_parametrized(m, 'bias'))",
    "cached": "n = []\nP.register_parametrization(m, 'weight', Bad(lambda t: (n.append(1), t * 2)[1]))\nn.clear(); m(x); m(x); print(len(n))\nwith P.cached():\n    m(x); m(x); print(len(n))\n    with P.cached(): m.weight\nm.weight; print(len(n))",
    "asked": "print(P.is_parametrized(m)); sym(); print(P.is_parametrized(m), P.is_parametrized(m, 'weight'), P.is_parametrized(m, 'bias'), P.type_before_parametrizations(m) is nn.Linear, P.type_before_parametrizations(nn.ReLU()) is nn.ReLU)",
    "unsafe": "P.register_parametrization(m, 'weight', Bad(lambda t: t[:2]), unsafe=True); print(m.weight.shape, m.parametrizations.weight.unsafe)",
    "copies": "sym(); n = copy.deepcopy(m); n.weight = torch.eye(3); print(n.weight, torch.equal(n.weight, m.weight), type(n) is type(m))",
    "pickles": "sym(); pickle.dumps(m)",
    "states": "sym(); s = m.state_dict(); n = nn.Linear(3, 3); P.register_parametrization(n, 'weight', Sym()); print(n.load_state_dict(s), torch.equal(n.weight, m.weight))",
    "modes": "m.eval(); d = Double(); P.register_parametrization(m, 'weight', d); print(d.training); m.train(); print(d.training)",
    "in training": "sym(); o = torch.optim.SGD(m.parameters(), .1)\nfor _ in range(3): o.zero_grad(); m(x).pow(2).sum().backward(); o.step()\nprint(m.weight)",
    "transferred": "sym(); n = nn.Linear(3, 3); P.transfer_parametrizations_and_params(m, n); print(n, torch.equal(n.weight, m.weight), [k for k, _ in n.named_parameters()])",
    "transferred from two tensors": "P.register_parametrization(m, 'weight', Sum()); n = nn.Linear(3, 3); P.transfer_parametrizations_and_params(m, n, 'weight'); print(torch.equal(n.weight, m.weight))",
    "initialized": "sym(); nn.init.ones_(m.parametrizations.weight.original); print(m.weight)",
    # ready-made ones
    "orthogonal": "R.orthogonal(m); print(m, torch.allclose(m.weight @ m.weight.T, torch.eye(3), atol=1e-5)); m(x).sum().backward(); print(m.parametrizations.weight.original.grad.shape, list(m.state_dict()))",
    "orthogonal of all kinds": """
for k in ("matrix_exp", "cayley", "householder"):
    for s in ((4, 3), (3, 4), (3, 3)):
        for t in (True, False):
            torch.manual_seed(1)
            l = nn.Linear(*s).double()
            try: R.orthogonal(l, orthogonal_map=k, use_trivialization=t)
            except NotImplementedError as e: print(e); continue
            w = l.weight; i = torch.eye(min(s), dtype=w.dtype); print(k, s, t, torch.allclose(w @ w.T if len(w) <= w.shape[1] else w.T @ w, i))
""",
    "orthogonal, assigned": "R.orthogonal(m); q, _ = torch.linalg.qr(torch.randn(3, 3)); m.weight = q; print(torch.allclose(m.weight, q, atol=1e-5)); l = nn.Linear(3, 4); R.orthogonal(l, use_trivialization=False); q, _ = torch.linalg.qr(torch.randn(4, 3)); l.weight = q; print(torch.allclose(l.weight, q, atol=1e-5))",
    "weight norm": "R.weight_norm(m); print(m, [tuple(p.shape) for p in m.parameters()], list(m.state_dict())); m(x).sum().backward(); print(m.parametrizations.weight.original0.grad, m.parametrizations.weight.original1.grad)",
    "weight norm along others": "R.weight_norm(c, dim=1); print(c.parametrizations.weight.original0.shape); R.weight_norm(m, dim=None); print(m.parametrizations.weight.original0, m.weight)",
    "weight norm of old states": "n = nn.Linear(3, 3); U.weight_norm(n); R.weight_norm(m); print(m.load_state_dict(n.state_dict()), torch.allclose(m.weight, n.weight))",
    "weight norm, assigned": "R.weight_norm(m); m.weight = torch.ones(3, 3); print(m.weight, m.parametrizations.weight.original0)",
    "weight norm removed": "R.weight_norm(m); P.remove_parametrizations(m, 'weight'); print(m, m.weight.requires_grad)",
    "spectral norm": "R.spectral_norm(m); print(m, m.weight, list(m.state_dict())); m(x).sum().backward(); print(m.parametrizations.weight.original.grad); m.eval(); print(torch.equal(m.weight, m.weight))",
    "spectral norm elsewhere": "R.spectral_norm(c, n_power_iterations=3, dim=1); print(c.weight); t = nn.ConvTranspose2d(2, 3, 2); R.spectral_norm(t); print(t.parametrizations.weight[0]._u.shape); R.spectral_norm(m, 'bias'); print(m.bias)",
    "two passes": "R.spectral_norm(m); (m(x).sum() - m(x * 2).sum()).backward(); print([f'{v:.2f}' for v in m.parametrizations.weight.original.grad.flatten().tolist()])",
    # in the old way
    "old weight norm": "U.weight_norm(m); print(m, [n for n, _ in m.named_parameters()], m.weight, type(m.weight)); m(x).sum().backward(); print(m.weight_g.grad, m.weight_v.grad)",
    "old weight norm, changed": "U.weight_norm(m, dim=None); m.weight_g.data.fill_(1.); print(m(x), m.weight); U.remove_weight_norm(m); print(m, m.weight, len(m._forward_pre_hooks))",
    "old weight norm of a recurrent layer": "r = nn.LSTM(2, 3); U.weight_norm(r, 'weight_hh_l0'); print([n for n, _ in r.named_parameters()])",
    "old spectral norm": "U.spectral_norm(m); print(m, [n for n, _ in m.named_parameters()], m.weight, list(m.state_dict())); m(x).sum().backward(); print(m.weight, m.weight_orig.grad, m.state_dict()._metadata)",
    "old spectral norm in evaluation": "U.spectral_norm(c, n_power_iterations=2); c.eval(); y = torch.ones(1, 2, 3, 3); print(c(y), torch.equal(c(y), c(y)))",
    "old spectral norm removed": "U.spectral_norm(m); m(x); w = m.weight; U.remove_spectral_norm(m); print(m, torch.allclose(w, m.weight), list(m.state_dict()), len(m._forward_pre_hooks), len(m._state_dict_hooks))",
    "old spectral norm, states": "U.spectral_norm(m); m(x); n = U.spectral_norm(nn.Linear(3, 3)); print(n.load_state_dict(m.state_dict()), torch.equal(n.weight_u, m.weight_u)); print(n.load_state_dict(dict(m.state_dict())))",
    "oldest spectral norm": "U.spectral_norm(m); m(x); s = dict(m.state_dict()); s['weight'] = m.weight.detach(); v = s.pop('weight_v'); n = U.spectral_norm(nn.Linear(3, 3)); print(n.load_state_dict(s), torch.allclose(n.weight_v, v, atol=1e-4))",
    "a list of its own": "l = P.ParametrizationList([Double()], nn.Parameter(torch.ones(2))); print(l(), l); l.right_inverse(torch.ones(2))",
}  # fmt: skip

REFUSALS = [
    "P.register_parametrization(m, 'foo', Sym())", "P.register_parametrization(m, 'weight', Bad(lambda t: 3))", "P.register_parametrization(m, 'weight', Bad(lambda t: t.double()))", "P.register_parametrization(m, 'weight', Bad(lambda t: t[0]))",
    "P.register_parametrization(m, 'weight', Bad(lambda t: t, lambda t: 3))", "P.register_parametrization(m, 'weight', Bad(lambda t: t, lambda t: [3]))", "P.register_parametrization(m, 'weight', Bad(lambda t: t, lambda t: t.double()))",
    "(sym(), P.register_parametrization(m, 'weight', Bad(lambda t: t[0])))", "(sym(), P.register_parametrization(m, 'weight', Bad(lambda t: 3)))", "(sym(), P.register_parametrization(m, 'weight', Bad(lambda t: t.double())))",
    "(sym(), P.register_parametrization(m, 'weight', Bad(lambda t: t, lambda t: t[0])))", "(sym(), P.register_parametrization(m, 'weight', Bad(lambda t: t, lambda t: 3)))", "P.remove_parametrizations(m, 'weight')",
    "(P.register_parametrization(m, 'weight', Sum()), P.remove_parametrizations(m, 'weight', leave_parametrized=False))", "(P.register_parametrization(m, 'weight', Double()), setattr(m, 'weight', x))", "P.ParametrizationList([], x)",
    "R.orthogonal(m, 'bias')", "R.orthogonal(m, 'foo')", "R.orthogonal(m, orthogonal_map='foo')", "R.orthogonal(nn.Linear(2, 2, dtype=torch.complex64), orthogonal_map='householder')", "(R.orthogonal(m), setattr(m, 'weight', torch.ones(2, 2)))",
    "R.spectral_norm(m, 'foo')", "R.spectral_norm(m, n_power_iterations=0)", "R.spectral_norm(m, dim=3)", "R.weight_norm(m, 'foo')", "U.weight_norm(m, 'foo')", "(U.weight_norm(m), U.weight_norm(m))", "U.remove_weight_norm(m)",
    "U.spectral_norm(m, n_power_iterations=0)", "(U.spectral_norm(m), U.spectral_norm(m))", "U.remove_spectral_norm(m)", "U.spectral_norm(nn.Linear(1, 1, bias=False), 'bias')", "U.weight_norm(nn.LazyLinear(2))", "U.spectral_norm(nn.LazyLinear(2))",
]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_parametrizations_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(START + SAYS[about], heed=True)


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_parametrizations_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(START + shown(mistake))
