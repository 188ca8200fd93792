"""Clipping, vectors of parameters and skip_init: what programs say of them, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

START = """
nn, U = torch.nn, torch.nn.utils
torch.manual_seed(0)
def learned(*grads):
    found = []
    for g in grads:
        p = nn.Parameter(torch.zeros(len(g))); p.grad = torch.tensor(g); found.append(p)
    return found
ps = learned([3., 4.], [12.])
m = nn.Linear(2, 2)
inf = learned([float('inf')], [1.])
"""

SAYS = {
    "the norm": "print(U.clip_grad_norm_(ps, 1.0), [p.grad for p in ps])",
    "a small norm": "print(U.clip_grad_norm_(ps, 100), [p.grad for p in ps])",
    "other orders": "for k in (1, 3, float('inf'), 0, -1, 'inf'):\n    q = learned([3., 4.], [12.]); print(U.clip_grad_norm_(q, 1., norm_type=k), [p.grad for p in q])",
    "one tensor": "print(U.clip_grad_norm_(ps[0], 1.), ps[0].grad)",
    "a generator": "print(U.clip_grad_norm_((p for p in ps), 1.), ps[1].grad)",
    "an empty generator": "print(U.clip_grad_norm_((p for p in []), 1.), U.clip_grad_norm_([], 1.))",
    "no gradients": "print(U.clip_grad_norm_(m.parameters(), 1.)); U.clip_grad_value_(m.parameters(), 1.)",
    "what is not finite": "print(U.clip_grad_norm_(inf, 1.), [p.grad for p in inf])",
    "what is not finite, refused": "U.clip_grad_norm_(inf, 1., error_if_nonfinite=True)",
    "not numbers, refused": "U.get_total_norm([torch.tensor([float('nan')])], norm_type=3, error_if_nonfinite=True)",
    "one by one or together": "for f in (True, False, None):\n    q = learned([3., 4.], [12.]); print(U.clip_grad_norm_(q, 2., foreach=f), [p.grad for p in q])",
    "the old name": "print(U.clip_grad_norm(ps, 1.))",
    "values": "print(U.clip_grad_value_(ps, 3.5), [p.grad for p in ps]); U.clip_grad_value_(ps[1], 1); print(ps[1].grad)",
    "in two steps": "t = U.get_total_norm([p.grad for p in ps]); print(t, U.clip_grads_with_norm_(ps, 1., t), [p.grad for p in ps])",
    "norms of nothing": "print(U.get_total_norm([]), U.get_total_norm(torch.tensor([3., 4.])))",
    "two dtypes": "q = learned([3.], [4.]); q[1].data = q[1].data.double(); q[1].grad = torch.tensor([4.], dtype=torch.float64); print(U.get_total_norm([p.grad for p in q]))",
    "the gradient has a history": "x = torch.ones(1, requires_grad=True); x.grad = (torch.ones(1, requires_grad=True) * 3); print(U.clip_grad_norm_(x, 1.), x.grad.requires_grad)",
    "in training": "m(torch.ones(4, 2)).pow(2).sum().backward(); print(U.clip_grad_norm_(m.parameters(), .5), m.weight.grad, m.bias.grad)",
    "one vector": "v = U.parameters_to_vector(m.parameters()); print(v, v.requires_grad); v.sum().backward(); print(m.weight.grad)",
    "a vector back": "v = torch.arange(6.); U.vector_to_parameters(v, m.parameters()); print(m.weight, m.bias); v.zero_(); print(m.bias)",
    "without drawing": "torch.manual_seed(3); l = U.skip_init(nn.Linear, 2, 3, bias=False); print(l, torch.rand(1), l.weight.shape, l.weight.requires_grad)",
    "without drawing, elsewhere": "print(U.skip_init(nn.Linear, 2, 3, device='cpu', dtype=torch.float64).weight.dtype)",
    "fused convolutions": """
for C, B, s in ((nn.Conv2d, nn.BatchNorm2d, (2, 3, 5, 5)), (nn.Conv1d, nn.BatchNorm1d, (2, 3, 5))):
    c, b = C(3, 4, 3, bias=False), B(4)
    for _ in range(3): b(c(torch.randn(s)))
    c.eval(), b.eval(); f = U.fuse_conv_bn_eval(c, b); x = torch.randn(s); print(f, torch.allclose(f(x), b(c(x)), atol=1e-5), f.weight[0, 0], f.bias)
""",
    "fused transposed convolutions": "c, b = nn.ConvTranspose1d(2, 3, 2).eval(), nn.BatchNorm1d(3).eval(); nn.init.uniform_(b.running_var); f = U.fuse_conv_bn_eval(c, b, transpose=True); x = torch.randn(1, 2, 4); print(torch.allclose(f(x), b(c(x)), atol=1e-5), f.weight)",
    "fused linear layers": "b = nn.BatchNorm1d(2).eval(); nn.init.uniform_(b.running_mean); m.eval(); f = U.fuse_linear_bn_eval(m, b); print(f(torch.ones(1, 2)), b(m(torch.ones(1, 2))))",
    "memory formats": "c = nn.Conv2d(3, 4, 3); print(U.convert_conv2d_weight_memory_format(nn.Sequential(c), torch.channels_last)[0].weight.stride())",
}  # fmt: skip

REFUSALS = [
    "U.clip_grad_norm_(3, 1.)", "U.clip_grad_norm_(ps, 'a')", "U.clip_grad_value_(ps, None)", "U.vector_to_parameters([1.], ps)", "U.vector_to_parameters(torch.ones(2), ps)", "U.parameters_to_vector([])",
    "U.skip_init(int)", "U.skip_init(nn.ReLU)", "U.skip_init(nn.Linear)", "U.fuse_conv_bn_eval(nn.Conv1d(1, 1, 1), nn.BatchNorm1d(1))", "U.fuse_linear_bn_eval(m.eval(), nn.BatchNorm1d(3).eval())",
    "U.fuse_linear_bn_eval(m.eval(), nn.BatchNorm1d(2, track_running_stats=False).eval())", "U.foo",
]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_clipping_and_converting_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(START + SAYS[about], heed="finite" not in about)  # NumPy warns of inf * 0


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(START + shown(mistake))
