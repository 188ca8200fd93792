"""Functions of functions: `vmap`, `grad`, `vjp`, `jvp`, Jacobians, and all of them within each other."""

from __future__ import annotations

import pytest

import minitorch_edu
import minitorch_edu.func
from tests.programs import assert_says_the_same, said, shown

GIVEN = """
import warnings
warnings.simplefilter("ignore")
f = torch.func
x = torch.tensor([[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, 3.0], [-2.0, 1.25, 0.1, -0.3]], dtype=torch.float64)
v = torch.tensor([1.0, -0.5, 2.0, 0.75], dtype=torch.float64)
w = torch.tensor([0.3, 1.2, -0.7, 2.0], dtype=torch.float64, requires_grad=True)
i = torch.tensor([2, 0, 1])
"""

MAPPED = [
    "f.vmap(torch.dot, in_dims=(0, None))(x, v)",
    "f.vmap(f.vmap(lambda p, q: p * q, in_dims=(None, 0)), in_dims=(0, None))(v, v)",
    "f.vmap(lambda r: r.sum() + 1)(x)", "f.vmap(lambda r: r * 2, out_dims=1)(x)", "f.vmap(lambda r: (r.mean(), r.max()), in_dims=1)(x)",
    "f.vmap(lambda r: torch.softmax(r, 0) @ v)(x)", "f.vmap(lambda r: torch.outer(r, v) @ r)(x)", "f.vmap(lambda r: r[1] * r[2:].sum())(x)",
    "f.vmap(lambda r: r.sort()[0])(x)", "f.vmap(lambda r: torch.where(r > 0, r, r * 0.1))(x)", "f.vmap(lambda r: r.clone().mul_(2).add_(v))(x)",
    "f.vmap(lambda r: torch.cat([r, v]))(x)", "f.vmap(lambda r: torch.stack([r, v, r]).t())(x)", "f.vmap(lambda r, k: r.gather(0, k[None]))(x, i)",
    "f.vmap(lambda r, k: r[k])(x, i)", "f.vmap(lambda r, k: r[k], in_dims=(None, 0))(x, i)", "f.vmap(lambda r: x @ r)(x)",
    "f.vmap(lambda r: r.unsqueeze(0).expand(2, 4).reshape(8)[::2])(x)", "f.vmap(lambda r: r.view(2, 2).transpose(0, 1).sum(0, keepdim=True))(x)",
    "f.vmap(lambda r: r * 2, chunk_size=2)(x)", "f.vmap(lambda r: v)(x)", "f.vmap(lambda d: d['a'] + d['b'], in_dims=({'a': 0, 'b': None},))({'a': x, 'b': v})",
    "f.vmap(lambda r: r.shape)(x)", "f.vmap(lambda r: r.max() - r, in_dims=-1)(x)", "f.vmap(lambda r: (r > 0).sum())(x)", "f.vmap(lambda r: r.float().dtype == torch.float32 and r)(x)",
    "f.vmap(lambda r: torch.zeros(4, dtype=torch.float64) + r)(x)", "f.vmap(lambda r, s: r + s)(x[:, 0], x)", "f.vmap(lambda r: r.sum(), in_dims=None)(x)", "torch.vmap(torch.sin)(x)",
]  # fmt: skip

DIFFERENTIATED = [
    "f.grad(lambda r: (r ** 3).sum())(v)", "f.grad(lambda r: f.grad(lambda s: (s ** 3).sum())(r).sum())(v)",
    "f.grad(lambda r: f.grad(lambda s: (s * s * r).sum())(r).sum())(v)", "f.vmap(f.grad(lambda p, r: ((p * r).sum()) ** 2), in_dims=(None, 0))(v, x)",
    "f.vmap(f.grad(lambda r: r.sin().sum()))(x)", "f.grad(lambda q: f.vmap(lambda r: (r * r).sum())(q).sum())(x)",
    "f.jvp(lambda r: r.sin() * r, (v,), (torch.ones_like(v),))", "f.vjp(lambda r: (r.sin(), r.sum()), v)[1]((torch.ones_like(v), v.sum()))",
    "f.jacrev(lambda r: r.sin() * r.sum())(v)", "f.jacfwd(lambda r: r.sin() * r.sum())(v)", "f.hessian(lambda r: (r ** 3).sum() * r[0])(v)",
    "f.jacfwd(f.jacfwd(lambda r: (r ** 3).sum() * r[0]))(v)", "f.jacrev(f.jacrev(lambda r: (r ** 3).sum() * r[0]))(v)", "f.jacrev(f.jacfwd(lambda r: (r ** 3).sum() * r[0]))(v)",
    "f.vmap(lambda r: f.jvp(lambda s: torch.softmax(s, 0) * s, (r,), (v,))[1])(x)", "f.jvp(f.vmap(lambda s: torch.softmax(s, 0) * s), (x,), (x.cos(),))",
    "f.vmap(f.hessian(lambda s: (s ** 3).sum() * s[0]))(x)", "f.jvp(f.grad(lambda s: (s ** 4).sum()), (v,), (v,))[1]", "f.grad_and_value(lambda r, s: (r * s).sum(), argnums=(0, 1))(v, v)",
    "f.grad(lambda r: ((r * r).sum(), r), has_aux=True)(v)", "torch.autograd.grad(f.grad(lambda r: (r * w * r).sum())(v).sum(), w)", "f.grad(lambda r: (r * r).sum())(v).requires_grad",
    "f.grad(lambda d: (d['a'] * d['b'][0]).sum())({'a': v, 'b': (v,)})", "f.grad(lambda r: (r * r).sum())(w)", "f.jacrev(lambda r, s: (r * s, r.sum()), argnums=(0, 1))(v, v)",
    "f.jacfwd(lambda r, s: (r * s, r.sum()), argnums=1)(v, v)", "f.vjp(torch.sin, v)[0]", "f.jvp(lambda r: r.sum() * v, (v,), (v,), has_aux=False)", "f.linearize(torch.sin, v)[0]", "f.linearize(lambda r: r.sin() * 2, v)[1](v)",
    "f.linearize(lambda r, s: r * s, v, v)[1](v, v)", "f.linearize(lambda p: {'sum': p[0] + p[1]}, (v, v))[1]((v, v))['sum']", "f.grad(lambda r: torch.zeros(()) + r.detach().sum())(v)",
]  # fmt: skip

REFUSED = [
    "f.vmap(lambda t: t.item())(x)", "f.vmap(lambda t: t if t.sum() > 0 else -t)(x)", "f.vmap(lambda t: 3.0)(x)", "f.vmap(lambda t, u: t + u)(x, torch.ones(2, 4))",
    "f.vmap(lambda t: t, in_dims=2)(x)", "f.vmap(lambda t: t, in_dims=None)(x)", "f.vmap(lambda t: t + torch.rand(4))(x)",
    "f.vmap(lambda t: torch.randn_like(t))(x)", "f.vmap(lambda t: t.tolist())(x)", "f.grad(lambda t: t)(x)", "f.grad(lambda t: 3.)(x)",
    "f.grad(lambda t: t.sum(), argnums=1)(x)", "f.grad(lambda t: t.sum())(3.)", "f.grad(lambda t: (t.sum(), 1))(x)", "f.vmap(lambda t: t)(3)", "f.vmap(lambda t: t, in_dims='a')(x)",
    "f.vmap(lambda t: t, out_dims=3)(x)", "f.grad(lambda t: t.sum())(torch.ones(2, dtype=torch.int64))", "f.vmap(torch.sin, randomness='often')(x)", "f.vmap(torch.sin, chunk_size=0)(x)",
    "f.linearize(torch.sin, v)[1](v, v)", "f.linearize(torch.sin, v)[1](torch.ones(2, 7))", "f.linearize(torch.sin, v)[1](v.int())",
]  # fmt: skip


@pytest.mark.parametrize("expression", MAPPED)
def test_a_function_of_one_example_is_mapped_over_a_batch(expression: str) -> None:
    assert_says_the_same(GIVEN + shown(expression))


@pytest.mark.parametrize("expression", DIFFERENTIATED)
def test_derivatives_of_functions_and_of_their_derivatives(expression: str) -> None:
    assert_says_the_same(GIVEN + shown(expression))


@pytest.mark.parametrize("expression", REFUSED)
def test_what_cannot_be_mapped_or_differentiated_is_refused(expression: str) -> None:
    program = GIVEN + shown(expression)
    assert "Error" in said(minitorch_edu, program)
    assert_says_the_same(program)


def test_random_numbers_are_one_draw_for_all_or_one_for_each() -> None:
    torch, rows = minitorch_edu, minitorch_edu.zeros(3, 4)
    same = torch.func.vmap(lambda r: r + torch.randn_like(r), randomness="same")(rows)
    different = torch.func.vmap(lambda r: r + torch.randn_like(r), randomness="different")(rows)
    assert (same[0] == same[1]).all() and (different[0] != different[1]).any()


def test_a_batched_tensor_shows_what_it_stands_for() -> None:
    seen = []
    minitorch_edu.func.vmap(lambda r: seen.append(repr(r)) or r)(minitorch_edu.ones(2, 3))
    assert seen[0].startswith("BatchedTensor(lvl=1, bdim=0, value=\n    tensor([[1., 1., 1.],")
