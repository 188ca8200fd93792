"""Bad input over tensors: the same exception and the same text as PyTorch, case by case."""

from __future__ import annotations

import re

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import said

GIVEN = """
x = torch.arange(6.).view(2, 3); v = torch.tensor([1., 2., 3.]); i = torch.tensor([0, 1]); b = torch.tensor([True, False])
z = torch.tensor(2.5); e = torch.zeros(0); g = torch.ones(2, requires_grad=True); w = torch.ones(4, 5); c = torch.tensor([1j])
"""

CASES = {
    "ragged and unreadable lists": [
        "torch.tensor([[1, 2], [3]])", "torch.tensor([[1], 2])", "torch.tensor([1, [2]])", "torch.tensor([[1, 2], [3, [4]]])", "torch.tensor([None])", "torch.tensor(None)",
        "torch.tensor('a')", "torch.tensor(['a'])", "torch.tensor([['a']])", "torch.tensor({})", "torch.tensor({1: 2})", "torch.tensor(object)", "torch.tensor([1, 'a'])", "torch.tensor([1, None])", "torch.tensor(set())",
        "torch.tensor([2**63])", "torch.tensor(2**64)", "torch.tensor([300], dtype=torch.uint8)", "torch.tensor(-129, dtype=torch.int8)", "torch.tensor([1.5, 'b'])", "torch.tensor(1j, dtype=torch.float32)", "torch.tensor([[1.], [2., 3.]])", "torch.tensor(lambda: 1)",
        "torch.tensor(torch)", "torch.tensor([[[1], [2]], [[3]]])", "torch.tensor(float('nan'), dtype=torch.int64)", "torch.tensor([1, 2], requires_grad=True)", "torch.tensor(True, requires_grad=True)",
    ],
    "shapes that do not meet": [
        "x + i", "x * torch.ones(3, 2)", "x - w", "x / torch.ones(4)", "x == w", "x < w", "torch.maximum(x, w)", "torch.where(x > 0, x, w)", "x @ w", "x @ x", "v @ w", "w @ v", "z @ z", "z @ v", "torch.mm(x, v)", "torch.mm(v, v)", "torch.mv(x, i)", "torch.mv(v, v)",
        "torch.dot(x, x)", "torch.dot(v, i.float())", "torch.bmm(x, x)", "torch.bmm(torch.ones(2, 3, 4), torch.ones(2, 3, 4))", "torch.addmm(v, x, x)", "torch.cat([x, w])", "torch.cat([x, v])", "torch.stack([x, w])", "x.copy_(w)", "x.add_(torch.ones(2, 2, 3))", "v += x", "x[0] = torch.ones(2)", "x[:, 0] = torch.ones(3)", "x[x > 1] = torch.ones(2)",
        "x.masked_fill(b, 1.)", "x[b[None]]", "x[torch.ones(2, 2, dtype=torch.bool)]", "x[torch.tensor([True, False, True])]", "x.gather(0, torch.zeros(4, 4, dtype=torch.int64))", "torch.outer(x, v)", "x.expand(4, 3)", "x.expand(2)", "x.expand(-1, 2, 3, 4)",
        "torch.broadcast_tensors(x, w)", "torch.matmul(torch.ones(2, 3, 4), torch.ones(3, 4, 5))",
    ],
    "sizes": [
        "torch.zeros(10**15)", "torch.ones(10**12, 10**6)", "torch.empty(10**18)", "torch.zeros(-1)", "torch.ones(2, -3)", "torch.empty(-1)", "torch.full((-2,), 1)", "torch.eye(-1)", "torch.arange(1, 0)", "torch.arange(0, 1, 0)", "torch.arange(0, 1, -1)", "torch.linspace(0, 1, -1)",
        "x.view(5)", "x.view(4, -1)", "x.view(-1, -1)", "x.view(-2, 3)", "x.reshape(7)", "x.reshape(-1, -1)", "x.reshape(0, -1)", "x.t().view(6)", "x.view(2, 2)", "e.view(-1, 0)", "torch.zeros(2**63)", "torch.rand(-1)", "torch.randperm(-1)", "torch.randint(5, 5, (2,))", "torch.randint(0, (2,))", "torch.arange(0, float('inf'))", "torch.arange(float('nan'), 1)",
        "torch.randn(10**15)", "torch.full((10**15,), 1.)", "torch.arange(10**15)", "torch.eye(10**8)",
    ],
    "dimensions out of range": [
        "x.sum(2)", "x.sum(-3)", "x.mean(5)", "x.max(2)", "x.argmax(2)", "x.softmax(2)", "x.softmax(-3)", "x.log_softmax(5)", "x.size(2)", "x.size(-3)", "x.stride(4)", "x.transpose(0, 2)", "x.permute(0)", "x.permute(0, 0)", "x.permute(0, 2)", "x.permute(0, 1, 2)", "x.unsqueeze(4)", "x.unsqueeze(-4)", "x.squeeze(2)", "x.select(2, 0)", "x.select(0, 2)", "x.narrow(0, 1, 2)", "x.narrow(0, 0, -1)", "x.narrow(3, 0, 1)",
        "torch.cat([x, x], 2)", "torch.cat([x, x], -3)", "torch.stack([x, x], 3)", "x.flatten(1, 0)", "x.flatten(0, 2)", "x.gather(2, i)", "x.sum((0, 0))", "x.mean((0, 2))", "x.logsumexp(3)", "z.sum(1)", "z.size(0)", "x.any(2)", "x.all(2)", "torch.ones(2, 2, 2).t()", "z.transpose(0, 1)",
    ],
    "indices": [
        "x[2]", "x[-3]", "x[0, 3]", "x[0, 0, 0]", "x[5:6, 9]", "z[0]", "e[0]", "x['a']", "x[1.5]", "x[None, 5]", "x[[0, 2]]", "x[[5]]", "x[torch.tensor([0, 2])]", "x[torch.tensor([1.5])]", "x[i, torch.tensor([0, 1, 2])]", "x[::-1]", "x[::0]", "x[0:'a']", "x[{}]", "x[object()]", "x[2] = 1", "x[0, 3] = 1", "x['a'] = 1", "z[0] = 1", "x[0] = 'a'", "x[0] = None", "x[0] = [1, 2]",
        "x[torch.tensor([9])] = 1", "del x[0]", "x.gather(1, torch.tensor([[3]]))", "x[1j]", "v[i, i]", "x[-1, -4]", "x[:, 5]",
    ],
    "dtypes": [
        "-b", "b - b", "True - b", "b - True", "~x", "x & 1", "x | x", "i << 1.5", "i ** -1", "i.mean()", "b.mean()", "i.softmax(0)", "i.requires_grad_()", "torch.ones(2, dtype=torch.int32, requires_grad=True)", "x.gather(0, x)", "torch.mm(x, torch.ones(3, 2).double())", "x @ torch.ones(3, 2, dtype=torch.int64)", "torch.dot(v, torch.tensor([1, 2, 3]))", "i += 1.5", "i /= 2", "i.add_(1.5)", "b += 1", "i.sqrt_()", "i.exp_()",
        "c < c", "torch.maximum(c, c)", "c.max()", "c.argmax()", "c.relu()", "x.to('a')", "x.to(5)", "x.type('foo')", "x.bitwise_not()", "i // 0", "i % 0", "torch.zeros(2, dtype='float32')", "torch.zeros(2, dtype=float32)", "torch.zeros(2, dtype=np.float32)", "torch.tensor([1], dtype='int')", "c.float().item() + None", "v.masked_fill(v, 1)", "v.where(v, v)", "torch.set_default_dtype(torch.int64)", "c.floor()", "b.floor()", "i.frac()",
    ],
    "arguments missing, too many or unknown": [
        "torch.zeros()", "torch.ones()", "torch.empty()", "torch.tensor()", "torch.arange()", "torch.linspace()", "torch.linspace(0, 1)", "torch.full()", "torch.full(3)", "torch.full((2,))", "torch.full(2, 3)", "torch.eye()", "torch.add()", "torch.add(x)", "torch.mul(x)", "torch.exp()", "torch.exp(x, x)", "x.exp(1)", "torch.mm(x)", "torch.matmul(x)", "torch.cat()", "torch.stack()", "torch.where()", "torch.where(x > 0, x)", "torch.sum()", "torch.from_numpy()", "torch.as_tensor()",
        "x.view()", "x.reshape()", "x.sum(foo=1)", "x.sum(0, 1, 2)", "x.mean(axes=1)", "x.exp(foo=1)", "x.add(1, foo=2)", "x.add()", "x.mul(1, 2)", "x.transpose()", "x.transpose(0)", "x.permute()", "x.softmax()", "x.unsqueeze()", "x.expand()", "x.gather()", "x.gather(0)", "x.item(1)", "x.tolist(1)", "x.backward(1, 2, 3, 4, 5)", "x.clone(1)", "x.detach(1)", "x.t(1)", "x.flatten(0, 1, 2)", "torch.zeros(2, foo=3)", "torch.ones(2, dtypes=torch.int64)", "torch.tensor([1], foo=2)", "torch.tensor(1, 2)",
        "torch.rand()", "torch.randn('a')", "torch.manual_seed()", "torch.relu()", "torch.max()", "x.max(foo=2)", "x.clamp()", "torch.clamp(x)", "x.masked_fill()", "x.requires_grad_(1, 2)", "x.dim(1)", "x.numel(1)", "x.size(0, 1)", "torch.exp(input=x, out=1, foo=2)", "x.select(0)", "x.narrow(0)",
    ],
    "arguments of the wrong type": [
        "torch.zeros('a')", "torch.zeros(1.5)", "torch.zeros(2, 'a')", "torch.zeros([1.5])", "torch.zeros(None)", "torch.zeros((2, None))", "torch.ones(2, requires_grad='a')", "torch.ones(2, device='foo')", "torch.ones(2, device=1.5)", "torch.arange('a')", "torch.linspace('a', 1, 2)", "torch.eye(1.5)", "torch.exp(1)", "torch.exp('a')", "torch.exp([1.])", "torch.add(1, 'a')", "torch.add(x, 'a')", "torch.add('a', x)", "torch.add(x, None)", "torch.mul(x, [1])", "torch.div(x, {})", "x.add('a')", "x.mul(None)", "x.sub([1])", "x.pow('a')", "torch.pow(x, 'a')", "torch.pow('a', x)",
        "x.sum('a')", "x.sum(1.5)", "x.sum(None, 'a')", "x.mean('a')", "x.max('a')", "x.max(1.5)", "x.argmax('a')", "x.softmax('a')", "x.softmax(1.5)", "x.view('a')", "x.view(1.5)", "x.view(2, 1.5)", "x.reshape('a')", "x.reshape(None)", "x.transpose('a', 0)", "x.transpose(0.5, 1)", "x.permute('a')", "x.permute(0, 1.5)", "x.unsqueeze('a')", "x.unsqueeze(None)", "x.squeeze('a')", "x.expand('a')", "x.flatten('a')", "x.select('a', 0)", "x.narrow(0, 'a', 1)", "torch.cat(x)", "torch.cat(1)", "torch.cat([1, 2])", "torch.cat([x, 1])", "torch.cat([])", "torch.stack(1)",
        "torch.stack([])", "torch.stack([1])", "torch.where(1, x, x)", "torch.where('a', x, x)", "torch.where(x > 0, 'a', x)", "torch.mm(x, 1)", "torch.mm(1, x)", "torch.matmul(x, 1)", "torch.matmul(x, 'a')", "torch.dot(v, 1)", "torch.maximum(x, 1)", "x.clamp('a')", "x.clamp(min='a')", "x.masked_fill(x > 0, 'a')", "x.masked_fill(1, 1)", "x.gather('a', i)", "x.gather(0, 1)", "x.copy_('a')", "x.fill_('a')", "x.fill_(x)", "x.fill_(None)", "x.requires_grad_('a')", "x.requires_grad = 'a'", "x.size('a')", "torch.manual_seed('a')", "torch.randint('a', (2,))", "torch.full((2,), 'a')", "torch.full('a', 1)", "torch.full((2,), None)", "torch.allclose(x, 1)", "torch.equal(x, 1)",
        "torch.isnan(1)", "torch.sigmoid(1.)", "x.to(x, x, x)", "torch.Tensor('a')", "torch.Tensor(1.5)", "torch.Tensor(2, 1.5)", "torch.Tensor([[1], [1, 2]])", "torch.from_numpy(1)", "torch.as_tensor('a')",
    ],
    "unknown names": [
        "torch.foo", "torch.foo()", "x.foo", "x.foo()", "x.shpae", "torch.tenser([1])", "torch.float33", "x.dtype.foo", "x.shape.foo", "x.device.foo", "torch.from_numpy.foo", "x.shape = 1", "x.dtype = torch.float64", "x.device = 'cpu'", "x.ndim = 3", "x.grad_fn = None", "x.is_leaf = False", "x.T = x", "del x.shape", "x._version = 3", "torch.device.foo", "torch.Size.foo", "torch.Tensor.foo", "x()", "torch()",
    ],
    "gradients": [
        "x.backward()", "(g * 2).backward()", "(g * 2).sum().backward(torch.ones(2))", "g.numpy()", "g.add_(1)", "g[0] = 1", "x.retain_grad()", "x.register_hook(print)", "g.grad = 1", "g.grad = torch.ones(3)", "g.grad = torch.ones(2).double()", "(g * 2).requires_grad_(False)", "(g * 2).requires_grad = False", "torch.autograd.grad(g.sum(), x)", "torch.autograd.grad(x.sum(), g)", "torch.autograd.grad(g, g)", "(g * g).sum().backward(retain_graph='a') or 1 / 0", "torch.autograd.grad(g.sum(), [])", "g.sum().backward(inputs=[])", "g.detach().backward()",
    ],
    "numbers and truths": [
        "x.item()", "e.item()", "bool(x)", "bool(e)", "float(x)", "int(v)", "complex(x)", "len(z)", "list(z)", "iter(z)", "x and 1", "not v", "1 if v else 2", "range(z)", "[1, 2][z]", "[1, 2][v]", "int(torch.tensor(float('inf')))", "int(torch.tensor(float('nan')))", "round(z)", "divmod(i, 2)", "f'{v:.2f}'", "'%d' % v", "f'{z:d}'", "max(x, x)", "sorted(x)", "sum(x, 'a')", "x + 'a'", "'a' + x", "x += 'a'", "x @ 2", "2 @ x", "x < 'a'", "x + None", "x * [1, 2, 3]", "[1] + x", "x ** 'a'", "x // 'a'", "x % 'a'", "i & 'a'", "i >> 'a'", "None - x", "x[0](1)", "'a' in x", "x.numpy()[5]", "np.ones(2) + x.view(3, 2)[0] + x", "hash([x])",
    ],
}  # fmt: skip


def spoken(engine: object, case: str) -> str:
    """The error of a case; addresses, module paths and process numbers are not part of what it says."""
    found = said(engine, f"{GIVEN}\n{case}")
    found = re.sub(r"minitorch_edu(\.tensor)?", "torch", found)
    return re.sub(r"(?m)^(Exception raised from|frame #).*", "", found)


ON_PURPOSE = [
    "x.dtype.foo", "x.shape.foo", "x.device.foo", "torch.from_numpy.foo", "torch.device.foo", "torch.Size.foo",
    "torch.from_numpy()", "x.requires_grad_(1, 2)", "x.dim(1)", "x.numel(1)", "x.size(0, 1)", "torch.zeros(2**63)",
]  # fmt: skip
"""Python's own texts, with names of C types or without: see DIFFERENCES.md. (PyTorch's of 2**63 has empty lines in it.)"""

ALL = [case for cases in CASES.values() for case in cases]


@pytest.mark.parametrize("case", [each for each in ALL if each not in ON_PURPOSE])
def test_a_mistake_gets_pytorchs_error(case: str) -> None:
    ours = spoken(minitorch_edu, case)
    assert "Error: " in ours
    assert ours == spoken(pytorch, case)


@pytest.mark.parametrize("case", ON_PURPOSE)
def test_a_mistake_gets_pytorchs_kind_of_error(case: str) -> None:
    assert spoken(minitorch_edu, case).split(":")[0] == spoken(pytorch, case).split(":")[0]
