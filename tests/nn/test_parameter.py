"""Parameters and buffers alone: what programs say of them, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

START = """
import copy, io, pickle
nn = torch.nn
t = torch.arange(3.)
p = nn.Parameter(t)
q = nn.Parameter(torch.ones(2, 2), requires_grad=False)
"""

SAYS = {
    "text": "print(p, [p], (q,), repr(nn.Parameter()), str(p), f'{p}')",
    "its memory is that of the tensor": "t[0] = 9; print(p, p.data_ptr() == t.data_ptr(), p._version, t.requires_grad)",
    "what comes out of it": "print(type(p * 2).__name__, type(p[0]).__name__, type(p.detach()).__name__, type(p.data).__name__, type(p.view(3, 1)).__name__, type(p.clone()).__name__, type(p.to(torch.float64)).__name__, type(p.float()).__name__, p.float() is p)",
    "a parameter of a parameter": "r = nn.Parameter(p); print(r is p, r.data_ptr() == p.data_ptr(), r.requires_grad); r = nn.Parameter(q); print(r.requires_grad)",
    "a parameter of a result": "r = nn.Parameter(p * 2); print(r.is_leaf, r.grad_fn, r)",
    "integers": "print(nn.Parameter(torch.tensor([1, 2]), requires_grad=False), nn.Parameter(torch.tensor(True), False).dtype)",
    "complex": "print(nn.Parameter(torch.tensor([1j])))",
    "freezing": "q.requires_grad = True; print(q); q.requires_grad_(False); print(q.requires_grad)",
    "written in place": "with torch.no_grad(): p += 1; p.mul_(2)\nprint(p, p._version, p.is_leaf)",
    "its data": "p.data = torch.zeros(2); print(p); p.data.fill_(3.); print(p); p.data = p.data.double(); print(p.dtype)",
    "its gradient": "(p ** 2).sum().backward(); print(p.grad, type(p.grad).__name__); p.grad = None; print(p.grad); p.grad = torch.ones(3); print(p.grad)",
    "copies": "c = copy.deepcopy(p); print(type(c).__name__, c, c is p, c.data_ptr() == p.data_ptr(), copy.deepcopy(q).requires_grad); p.grad = torch.ones(3); print(copy.deepcopy(p).grad)",
    "copies that are shared": "a, b = copy.deepcopy((p, p)); print(a is b)",
    "attributes": "p.tag = 'mine'; print(p.tag, hasattr(p * 2, 'tag'), hasattr(copy.deepcopy(p), 'tag'))",
    "pickles": "r = pickle.loads(pickle.dumps(q)); print(type(r).__name__, r, r.requires_grad)",
    "in a file": "f = io.BytesIO(); torch.save({'p': p, 'q': q}, f); f.seek(0); print(torch.load(f))",
    "with attributes in a file": "p.tag = 'mine'; f = io.BytesIO(); torch.save(p, f); f.seek(0); r = torch.load(f); print(r, r.tag)",
    "sharing memory in a file": "f = io.BytesIO(); torch.save((p, t), f); f.seek(0); a, b = torch.load(f); b.fill_(7.); print(a)",
    "comparisons": "print(p == p, p in [p], p is p, hash(p) == hash(p), len(p), list(p), len({p, q}))",
    "types": "print(isinstance(p, torch.Tensor), isinstance(t, nn.Parameter), type(p) is nn.Parameter, issubclass(nn.Parameter, torch.Tensor), type(p), nn.Parameter is nn.parameter.Parameter)",
    "a subclass": "class Mine(nn.Parameter):\n    @property\n    def double_size(self): return self.numel() * 2\nm = Mine(torch.ones(2)); print(m.double_size, isinstance(m, nn.Parameter), type(m).__name__); l = nn.Module(); l.w = m; print(list(l.parameters())[0] is m, type(m * 2).__name__)",
    "numbers": "print(nn.Parameter(torch.tensor(2.5)).item(), float(nn.Parameter(torch.tensor(2.5))), p.tolist(), p.detach().numpy(), p.sum().item())",
    "buffers": "b = nn.Buffer(torch.ones(2), persistent=False); print(b, type(b).__name__, b.persistent, isinstance(b, nn.Buffer), isinstance(b * 2, nn.Buffer), b.requires_grad, nn.Buffer(p).requires_grad)",
    "old constructor": "print(nn.Parameter(torch.Tensor([1, 2])), nn.Parameter(data=torch.zeros(1), requires_grad=False))",
    "as a module's": "m = nn.Module(); m.p = p; m.p.data.zero_(); print(t, list(m.parameters())[0] is p); m.register_parameter('r', None); print([n for n, _ in m.named_parameters()])",
    "hooks": "p.register_hook(lambda g: g * 10); (p * 2).sum().backward(); print(p.grad)",
    "views": "v = p.view(3, 1); print(v._base is p, v.is_leaf, v.requires_grad)",
}  # fmt: skip

REFUSALS = ["nn.Parameter([1.])", "nn.Parameter(3)", "nn.Parameter(torch.tensor([1]))", "nn.Parameter('a')", "nn.Parameter(t, requires_grad=1)", "nn.Parameter(t, True, 3)", "nn.Parameter(foo=1)", "p.numpy()", "p.add_(1)", "p.data.foo", "nn.Buffer()", "nn.Buffer([1])", "nn.Buffer(t, False)", "nn.Buffer(t, persistent=3).persistent"]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_a_parameter_says_what_pytorchs_says(about: str) -> None:
    assert_says_the_same(START + SAYS[about])


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_parameters_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(START + shown(mistake))
