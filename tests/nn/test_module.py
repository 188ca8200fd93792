"""Modules and optimizers: what programs say of them, beside PyTorch's."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.programs import assert_says_the_same, said, shown

NET = """
import copy, io
nn = torch.nn
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 4)
        self.b = nn.Linear(4, 1)
        self.register_buffer("q", torch.ones(1))
        self.register_buffer("r", torch.ones(1), persistent=False)
    def forward(self, x):
        return self.b(torch.relu(self.a(x))) * self.q
net = Net()
x = torch.randn(8, 3)
y = x.sum(1, keepdim=True)
m = nn.Linear(1, 1)
class Late(nn.Module):
    def __init__(self): self.l = nn.Linear(1, 1)
class Later(nn.Module):
    def __init__(self): self.l = nn.Parameter(torch.ones(1))
"""

SAYS = {
    "its text": "print(net, nn.Module(), nn.MSELoss(), nn.Identity(3), type(net))",
    "its parts": "print(list(net.named_parameters())); print([n for n, _ in net.named_modules()], list(net.children()), [n for n, _ in net.named_buffers()])",
    "its state": "print(net.state_dict(), net.state_dict()._metadata); print(net.load_state_dict(net.state_dict()))",
    "its parameters": "p = net.a.weight; print(p, type(p), p.T, p * 2, p.detach(), p.data, p[0], isinstance(p, torch.Tensor), p.is_leaf, p._version, [p])",
    "forward hooks": "h = net.a.register_forward_hook(lambda m, i, o: o * 0); print(net(x[:1])); h.remove(); print(net(x[:1]))",
    "forward pre-hooks": "h = net.register_forward_pre_hook(lambda m, i: (i[0] * 0,)); print(net(x[:1])); h.remove()",
    "hooks with keywords": "h = net.register_forward_hook(lambda m, i, k, o: print(len(i), k) or o, with_kwargs=True); net(x=x); h.remove()",
    "hooks in order": "for k in range(3): net.register_forward_hook(lambda m, i, o, k=k: print(k), prepend=k == 2)\nnet(x)",
    "dtypes": "net.double(); print(net.a.weight.dtype, net.q.dtype); net.to(torch.float32); print(net.b.bias.dtype, net.half().q.dtype)",
    "modes": "net.eval(); print(net.training, net.a.training); net.train(); print(net.b.training)",
    "copies": "c = copy.deepcopy(net); c.a.weight.data.zero_(); print(c.a.weight.sum(), net.a.weight.sum() != 0, type(c.a.weight))",
    "freezing": "net.requires_grad_(False); print([p.requires_grad for p in net.parameters()])",
    "sharing": "net.b = net.a; print(len(list(net.parameters())), [n for n, _ in net.named_modules()], net)",
    "removing": "del net.a; print(net, 'a' in dir(net)); net.b.bias = None; print(net.b.bias, net.b)",
    "replacing": "net.a = nn.Identity(); print(net); net.q = torch.zeros(2); print(net.state_dict()['q'], list(net.buffers()))",
    "applying": "net.apply(lambda m: nn.init.ones_(m.weight) if hasattr(m, 'weight') else print('whole')); print(net.a.weight)",
    "forgetting gradients": "net(x).sum().backward(); net.zero_grad(False); print(net.a.bias.grad); net.zero_grad(); print(net.a.bias.grad)",
    "keeping variables": "print(net.state_dict(keep_vars=True)['b.bias'], net.state_dict(prefix='p.').keys())",
    "assigning states": "s = {k: v + 1 for k, v in net.state_dict().items()}; print(net.load_state_dict(s, assign=True), net.b.bias, type(net.b.bias))",
    "loading some": "print(net.load_state_dict({'a.bias': torch.ones(4), 'z': 1}, strict=False), net.a.bias)",
    "counting": "print(sum(p.numel() for p in net.parameters()), net.get_parameter('a.weight').shape, net.get_submodule('a'), net.get_buffer('q'))",
    "losses": "print(nn.MSELoss()(net(x), y), nn.MSELoss(reduction='sum')(net(x), y), nn.MSELoss(reduction='none')(net(x), y).shape)",
    "training": "o = torch.optim.SGD(net.parameters(), lr=.1, momentum=.9, weight_decay=.01)\nfor i in range(20):\n    o.zero_grad(); l = nn.MSELoss()(net(x), y); l.backward(); o.step(); print(f'{l.item():.4f}')\nprint(net.a.weight)",
    "nesterov": "o = torch.optim.SGD(net.parameters(), lr=.05, momentum=.5, nesterov=True)\nfor i in range(5):\n    o.zero_grad(); l = nn.MSELoss()(net(x), y); l.backward(); o.step()\nprint(l, o)",
    "an optimizer's state": "o = torch.optim.SGD(net.parameters(), .1, .9); net(x).sum().backward(); o.step(); s = o.state_dict(); print(s); p = torch.optim.SGD(net.parameters(), .5); p.load_state_dict(s); print(p, p.state_dict() == s or len(p.state_dict()['state']))",
    "groups": "o = torch.optim.SGD([{'params': net.a.parameters(), 'lr': 1.}, {'params': net.b.parameters()}], lr=.1); print(o); o.add_param_group({'params': m.weight}); print(len(o.param_groups))",
    "step hooks": "o = torch.optim.SGD(m.parameters(), .1); o.register_step_pre_hook(lambda *a: print('before')); o.register_step_post_hook(lambda *a: print('after')); o.step()",
    "a closure": "o = torch.optim.SGD(m.parameters(), .1)\ndef closure():\n    o.zero_grad(); l = (m(torch.ones(1, 1)) ** 2).sum(); l.backward(); return l\nprint(o.step(closure), o.step(closure))",
    "ascending": "o = torch.optim.SGD(m.parameters(), .1, maximize=True); m(torch.ones(1, 1)).sum().backward(); o.step(); print(m.weight)",
    "initial numbers": "w = torch.empty(4, 5)\nfor f in (nn.init.xavier_uniform_, nn.init.xavier_normal_, nn.init.kaiming_uniform_, nn.init.kaiming_normal_, nn.init.uniform_, nn.init.normal_, nn.init.trunc_normal_, nn.init.eye_):\n    torch.manual_seed(1); print(f(w))",
}  # fmt: skip

REFUSALS = [
    "m(1)", "m.foo", "nn.Module()(1)", "m.register_parameter('a.b', None)", "m.register_parameter('', None)", "m.register_parameter('forward', None)",
    "m.register_parameter('c', torch.ones(1))", "setattr(m, 'weight', torch.ones(1))", "m.register_buffer('b', 3)", "m.add_module('x', 3)", "m.add_module('x.y', m)",
    "m.load_state_dict({})", "m.load_state_dict({'weight': torch.ones(2, 2), 'bias': torch.ones(1), 'z': 1})", "m.load_state_dict(3)", "m.get_submodule('q.r')",
    "m.get_parameter('q')", "m.to('a')", "m.to(torch.int64)", "m.train(3)", "nn.Linear(2, 3, 4, 5, 6, 7)", "nn.Linear()", "nn.Linear(2.5, 3)", "nn.Linear(-1, 2)",
    "m(torch.ones(2, 3))", "delattr(m, 'qq')", "m.get_buffer('weight')", "m.get_submodule('weight')", "Late()", "Later()", "nn.foo", "nn.Parameter(torch.tensor([1]))",
    "nn.Parameter([1.])", "torch.optim.SGD([], lr=.1)", "torch.optim.SGD(m.weight, .1)", "torch.optim.SGD([1], .1)", "torch.optim.SGD([m.weight * 2], .1)",
    "torch.optim.SGD(m.parameters(), -1)", "torch.optim.SGD(m.parameters(), .1, nesterov=True)", "torch.optim.SGD([{'params': [m.weight]}, {'params': [m.weight]}], .1)",
    "torch.optim.SGD(3, .1)", "nn.init.xavier_uniform_(torch.ones(2))", "nn.init.calculate_gain('foo')", "nn.init.kaiming_normal_(torch.ones(2, 2), mode='a')",
]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_a_module_says_what_pytorchs_says(about: str) -> None:
    assert_says_the_same(NET + SAYS[about])


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_modules_gets_pytorchs_error(mistake: str) -> None:
    assert "Error" in said(minitorch_edu, NET + shown(mistake))
    assert_says_the_same(NET + shown(mistake))


def test_parameters_take_the_quick_way_through_ops() -> None:
    text = str(minitorch_edu.mul.source)
    assert "type(input) is not Tensor and type(input) is not Parameter" in text


def test_a_module_goes_through_a_file_in_both_directions(tmp_path) -> None:
    program = NET + f"torch.save(net.state_dict(), r'{tmp_path}/net.pt')\nprint(torch.load(r'{tmp_path}/net.pt'))"
    assert_says_the_same(program)
