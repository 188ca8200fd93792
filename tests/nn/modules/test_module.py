"""Module: what programs say of one, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

NET = """
import copy, io, pickle, warnings
from collections import OrderedDict
nn = torch.nn
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 4)
        self.b = nn.Linear(4, 1)
        self.register_buffer("q", torch.ones(1))
        self.register_buffer("r", torch.ones(1), persistent=False)
    def forward(self, x, scale=1):
        return self.b(torch.relu(self.a(x))) * self.q * scale
class Pair(nn.Module):
    def forward(self, x, y): return x * y, x + y
net = Net()
x = torch.randn(2, 3)
m = nn.Linear(1, 1)
one = torch.ones(1, 1)
nn.init.constant_(m.weight, 3.); nn.init.constant_(m.bias, 1.)
p = nn.Parameter(torch.ones(2))
"""

SAYS = {
    # parts
    "buffers as attributes": "net.z = nn.Buffer(torch.zeros(2)); net.y = nn.Buffer(torch.zeros(1), persistent=False); print([n for n, _ in net.named_buffers()], list(net.state_dict()), type(net.z), isinstance(net.z, nn.Buffer), isinstance(torch.ones(1), nn.Buffer), nn.Buffer())",
    "buffers replaced": "net.q = torch.zeros(3); net.r = torch.zeros(2); net.q = None; print(net.q, list(net.state_dict()), net.r); net.r = nn.Buffer(torch.ones(1)); print(list(net.state_dict()))",
    "a buffer over an attribute": "net.n = 3; net.n = nn.Parameter(torch.ones(1)); print('n' in net.__dict__, net.n); net.n = None; print(net.n, list(net._parameters))",
    "parameters become modules": "net.k = p; del net.k; net.k = nn.Identity(); net.a = None; print(net, net.a)",
    "modules become parameters": "net.a = p; print(net, list(net._parameters), list(net._modules)); net.q = p; print(list(net._buffers), [n for n, _ in net.named_parameters()])",
    "submodules set": "s = nn.Sequential(nn.Sequential(nn.Identity())); s.set_submodule('0.0', nn.Linear(1, 2)); s.set_submodule('0.x', m); s.set_submodule('1', m); print(s); s.set_submodule('1', nn.Identity(), strict=True); print(s)",
    "names": "print(sorted(k for k in net.__dict__), [k for k in dir(net) if len(k) == 1], net._get_name())",
    "tables in order": "print(list(nn.Module().__dict__), list(nn.Module().__dict__.values()))",
    "walks with prefixes": "print([n for n, _ in net.named_parameters('p')], [n for n, _ in net.named_modules(prefix='m')], [n for n, _ in net.named_parameters(recurse=False)], [n for n, _ in net.named_buffers('b', recurse=False)])",
    "walks with repetition": "net.b = net.a; net.c = nn.ModuleList([net.a]); print([n for n, _ in net.named_parameters(remove_duplicate=False)], [n for n, _ in net.named_modules(remove_duplicate=False)], len(list(net.modules(False))), [n for n, _ in net.named_children()])",
    "an endless walk is cut": "net.me = net; print([n for n, _ in net.named_modules()])",
    "registration hooks": """
M = nn.modules.module
hs = [M.register_module_module_registration_hook(lambda m, n, s: print('module', n)), M.register_module_parameter_registration_hook(lambda m, n, s: print('parameter', n)), M.register_module_buffer_registration_hook(lambda m, n, s: print('buffer', n))]
n = Net(); n.a.weight = nn.Parameter(torch.ones(4, 3)); n.q = torch.ones(2); n.b = None; n.register_parameter('z', None); n.add_module('k', None)
for h in hs: h.remove()
with M.register_module_parameter_registration_hook(lambda m, n, s: nn.Parameter(s * 0)): print(nn.Linear(2, 1).weight)
n = Net()""",
    "the oldest register_buffer": "class Old(nn.Module):\n    def register_buffer(self, name, tensor): super().register_buffer(name, tensor)\no = Old(); o.register_buffer('a', torch.ones(1)); o.a = torch.zeros(1); print(o.a); o.b = nn.Buffer(torch.ones(1), persistent=False)",
    "initialised on the way": "class A(nn.Module):\n    call_super_init = True\nclass B:\n    def __init__(self, v): self.v = v\nclass C(A, B): pass\nprint(C(3).v)",
    "a property that fails": "class A(nn.Module):\n    @property\n    def f(self): return self.missing\nA().f",
    # forward hooks
    "forward hooks change the result": "net.register_forward_hook(lambda m, i, o: o + 1); net.a.register_forward_pre_hook(lambda m, i: i[0] * 0); print(net(x)); print(len(net._forward_hooks), net.a._forward_pre_hooks.keys().__len__())",
    "pre-hooks with keywords": "net.register_forward_pre_hook(lambda m, a, k: (a, {'scale': 10}), with_kwargs=True); print(net(x), net(x, scale=3))",
    "pre-hooks with keywords see all": "net.register_forward_pre_hook(lambda m, a, k: print(len(a), k), with_kwargs=True); net(x, scale=2)",
    "a hook called in any case": "net.register_forward_hook(lambda m, i, o: print('always', o), always_call=True); net.register_forward_hook(lambda m, i, k, o: print('named', k, o), always_call=True, with_kwargs=True); net('a')",
    "a hook that fails beside": "def f(m, i, o): raise ValueError('second')\nnet.register_forward_hook(f, always_call=True); net('a')",
    "a hook that fails": "def f(m, i, o): raise ValueError('mine')\nnet.register_forward_hook(lambda m, i, o: print('one'), always_call=True); net.register_forward_hook(f); net(x)",
    "hooks remove themselves": "h = net.register_forward_hook(lambda m, i, o: (print('once'), h.remove())[1]); net(x); net(x); print(h, type(h).__name__)",
    "hooks in a block": "with net.register_forward_hook(lambda m, i, o: print('in')): net(x)\nnet(x)",
    "hooks of all modules": "M = nn.modules.module\na = M.register_module_forward_hook(lambda m, i, o: print('after', type(m).__name__)); b = M.register_module_forward_pre_hook(lambda m, i: print('before', type(m).__name__))\nnet(x); a.remove(); b.remove(); net(x)",
    "hooks of all modules with keywords": "M = nn.modules.module\nwith M.register_module_forward_hook(lambda m, i, k, o: print(type(m).__name__, k), with_kwargs=True, always_call=True): net(x, scale=2)",
    "hooks around a list": "net.register_forward_hook(lambda m, i, o: [o]); print(net(x)); print(nn.Sequential(net)(x))",
    # backward hooks
    "full backward hooks": "x.requires_grad_(); net.register_full_backward_hook(lambda m, i, o: print(i, o)); net.b.register_full_backward_hook(lambda m, i, o: print('b', [g.shape for g in i])); r = net(x); print(r); r.sum().backward(); print(x.grad)",
    "full backward hooks change": "x.requires_grad_(); net.register_full_backward_hook(lambda m, i, o: (i[0] * 10,)); net.register_full_backward_hook(lambda m, i, o: print(i)); net(x).sum().backward(); print(x.grad)",
    "backward pre-hooks": "x.requires_grad_(); net.register_full_backward_pre_hook(lambda m, o: (o[0] * 2,)); net.register_full_backward_pre_hook(lambda m, o: print(o), prepend=True); net.register_full_backward_hook(lambda m, i, o: print(i, o)); net(x).sum().backward(); print(net.b.bias.grad)",
    "backward hooks in order": "x.requires_grad_()\nfor k in range(3): net.register_full_backward_hook(lambda m, i, o, k=k: print(k), prepend=k == 2)\nnet(x).sum().backward()",
    "backward hooks without inputs": "net.register_full_backward_hook(lambda m, i, o: print(i, o)); net(x).sum().backward()",
    "backward hooks of pairs": "n = Pair(); y = torch.ones(2, 3, requires_grad=True); n.register_full_backward_hook(lambda m, i, o: print(i, o)); a, b = n(x, y); print(a, b); a.sum().backward(); print(y.grad); n(3, y)[1].sum().backward()",
    "backward hooks of dicts": "class D(nn.Module):\n    def forward(self, x): return {'a': x * 2}\nd = D(); d.register_full_backward_hook(lambda m, i, o: print(i, o)); d(x.requires_grad_())['a'].sum().backward(); print(x.grad)",
    "backward hooks without gradients": "net.register_full_backward_hook(lambda m, i, o: print('no'))\nwith torch.no_grad(): print(net(x))",
    "a backward hook with too many": "x.requires_grad_(); net.register_full_backward_hook(lambda m, i, o: (i[0], i[0])); net(x).sum().backward()",
    "a pre-hook with too many": "x.requires_grad_(); net.register_full_backward_pre_hook(lambda m, o: (o[0], o[0])); net(x).sum().backward()",
    "a backward hook that must not change": "net.register_full_backward_hook(lambda m, i, o: (o[0],)); net(x).sum().backward()",
    "backward hooks of all modules": "M = nn.modules.module\nx.requires_grad_()\nwith M.register_module_full_backward_hook(lambda m, i, o: print(type(m).__name__, o[0].shape)), M.register_module_full_backward_pre_hook(lambda m, o: print('pre', type(m).__name__)): net(x).sum().backward()",
    "two nodes": "x.requires_grad_(); m = nn.Identity(); m.register_full_backward_hook(lambda m, i, o: None); r = m(x * 2); print(r.grad_fn.name(), r.grad_fn, r.grad_fn.next_functions[0][0].name())",
    "old backward hooks": "x.requires_grad_(); m = nn.Linear(3, 1); m.register_backward_hook(lambda m, i, o: print(len(i), o)); m(x).sum().backward()",
    "old backward hooks of many nodes": "x.requires_grad_(); net.register_backward_hook(lambda m, i, o: print(len(i), o)); net(x).sum().backward()",
    "old backward hooks of pairs": "n = Pair(); n.register_backward_hook(lambda m, i, o: print(len(i), o)); a, b = n(x.requires_grad_(), x); a.sum().backward()",
    "old backward hooks of one mul": "class D(nn.Module):\n    def forward(self, x): return x * 2\nd = D(); d.register_backward_hook(lambda m, i, o: print(i, o)); d(x.requires_grad_() * 1).sum().backward()",
    "old backward hooks of dicts": "class D(nn.Module):\n    def forward(self, x): return {'a': x * 2}\nd = D(); d.register_backward_hook(lambda m, i, o: print(o)); d(x.requires_grad_())['a'].sum().backward()",
    "old backward hooks of numbers": "class D(nn.Module):\n    def forward(self, x, k): return x * k\nd = D(); d.register_backward_hook(lambda m, i, o: print(o)); d(x.requires_grad_(), 3).sum().backward()",
    # conversion
    "to": "print(net.to(torch.float64) is net, net.a.weight.dtype, net.to('cpu', torch.float16).q.dtype, net.to(torch.ones(1)).q.dtype, net.to(dtype=torch.float64).r.dtype, net.to(device='cpu').q.dtype, net.to(torch.device('cpu'), torch.float32, True).q.dtype)",
    "to a memory format": "c = nn.Sequential(nn.Module()); c[0].w = nn.Parameter(torch.zeros(2, 3, 4, 5)); c.to(memory_format=torch.channels_last); print(c[0].w.stride())",
    "to complex": "print(m.to(torch.complex64).weight)",
    "integers stay": "net.register_buffer('n', torch.tensor(3)); net.double(); print(net.n.dtype, net.half().n, net.bfloat16().a.weight.dtype, net.float().n, net.type(torch.float64).q.dtype, net.n.dtype)",
    "gradients are converted": "net(x).sum().backward(); g = net.b.bias.grad; net.double(); print(g.dtype, net.b.bias.grad.dtype, net.b.bias.grad is g)",
    "parameters stay the same objects": "w = net.a.weight; net.double(); print(net.a.weight is w, w.dtype, w.is_leaf, w.requires_grad)",
    "to empty": "print(net.to_empty(device='cpu').a.weight.shape, m.to_empty(device='cpu', recurse=False).weight.requires_grad)",
    "shared memory": "print(net.share_memory() is net)",
    "applied": "print(m._apply(lambda t: t * 2).weight, m.weight.is_leaf)",
    "calls that are assigned": "m.forward = lambda x: 'mine'; print(m(1)); m.__call__ = 3; print(m(1))",
    "with an abstract base": "import abc\nclass A(nn.Module, abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\nclass B(A):\n    def f(self): return 1\nprint(B().f(), isinstance(B(), A), issubclass(B, nn.Module), isinstance(3, nn.Module), A.__name__); A()",
    "classes": "print(nn.Linear, nn.Module, nn.ModuleList, [type(m)], type(nn.Sequential()), nn.ParameterList, nn.MSELoss, nn.MarginRankingLoss, nn.LSTM, Net.__name__, nn.Buffer, nn.Parameter, nn.UninitializedParameter)",
    "types": "print(torch.typename(m), torch.typename(net) == 'Net', isinstance(net, nn.Module), issubclass(nn.Linear, nn.Module))",
    "gradients set to zero": "l = (m(one * 2) ** 2).sum(); l.backward(create_graph=True); print(m.weight.grad.requires_grad); m.zero_grad(set_to_none=False); print(m.weight.grad, m.weight.grad.requires_grad)",
    "copies share nothing": "n = copy.deepcopy(net); n.q += 1; print(net.q, n.q, n.a.weight.grad, n.r); n.register_forward_hook(lambda *a: print('x')); print(len(net._forward_hooks))",
    "shallow copies": "n = copy.copy(m); print(n.weight is m.weight, n); n.weight = p; print(m.weight is p)",
    "hooks are copied": "h = m.register_forward_hook(lambda *a: print('x')); n = copy.deepcopy(m); n(one); h.remove(); m(one); print(len(n._forward_hooks))",
    "pickles": "n = pickle.loads(pickle.dumps(m)); print(n, n(one), n.weight.requires_grad, type(n.weight)); print(n.training, n._backward_hooks)",
    "indentation": "class E(nn.Module):\n    def extra_repr(self): return 'a\\n\\nb'\nprint(E(), nn.Sequential(E(), nn.Sequential(E())))",
    "several lines": "class E(nn.Module):\n    def __init__(self):\n        super().__init__(); self.l = nn.Linear(1, 1)\n    def extra_repr(self): return 'k=3'\nprint(E())",
    "no call before init": "class L(nn.Module):\n    def __init__(self): pass\nl = L(); l.x = 3; print(l.x); l(1)",
    "no parts before init": "class L(nn.Module):\n    def __init__(self): self.b = nn.Buffer(torch.ones(1))\nL()",
    "nor registered ones": "class L(nn.Module):\n    def __init__(self): self.register_buffer('b', None)\nL()",
    "nor tensors": "class L(nn.Module):\n    def __init__(self): self.b = torch.ones(1)\nprint(L().b)",
    "training set by hand": "net.training = False; print(net.a.training, net.training, net.train() is net, net.eval().b.training)",
    "modules in sets": "print(len({net, net.a, net.a}), net == net, net == Net())",
    "extra state": """
class E(nn.Module):
    def get_extra_state(self): return {'k': 3}
    def set_extra_state(self, s): print('set', s)
e = nn.Sequential(E(), m); s = e.state_dict(); print(s, e.load_state_dict(s)); del s['0._extra_state']; print(e.load_state_dict(s, strict=False)); m.load_state_dict({**m.state_dict(), '_extra_state': 1})""",
}  # fmt: skip

REFUSALS = [
    "net.set_submodule('', m)", "net.set_submodule('a', 3)", "net.set_submodule('zz', m, strict=True)", "net.set_submodule('q', m)", "net.set_submodule('z.y', m)", "net.set_submodule('forward', m)",
    "net.get_submodule('a.weight')", "net.get_parameter('a')", "net.get_parameter('zz')", "net.get_buffer('a.weight')", "net.get_buffer('zz')", "m.get_extra_state()", "m.set_extra_state(1)",
    "setattr(net, 'a', 3)", "setattr(net, 'a', torch.ones(1))", "setattr(net, 'q', 3)", "setattr(m, 'weight', nn.Linear(1, 1))", "setattr(m, 'weight', 'abc')", "delattr(net, 'zz')",
    "net.register_buffer('a', torch.ones(1))", "net.register_buffer('a.b', None)", "net.register_buffer('', None)", "net.register_buffer(3, None)", "net.register_buffer('z', m)", "net.register_buffer('z', [1])",
    "net.register_parameter(3, None)", "net.register_parameter('q', p)", "net.register_parameter('z', p * 2)", "net.register_parameter('z', m)", "net.register_parameter('z', 'w')",
    "net.add_module(3, m)", "net.add_module('', m)", "net.add_module('q', m)", "net.add_module('z', torch.nn.Linear)", "net.register_module('a.b', m)", "net.register_module('z', p)",
    "nn.Module(3)", "nn.Module(a=3)", "nn.Module()()", "nn.Module().foo", "net.train('a')", "net.to(torch.int32)", "net.to(foo=1)", "net.to('cpu', 'cpu')", "net.to([1])", "net.to(torch.float32, 3)", "net.to()",
    "(m.register_full_backward_hook(print), m.register_backward_hook(print))", "(m.register_backward_hook(print), m.register_full_backward_hook(print))",
    "(m.register_forward_pre_hook(lambda *a: 3, with_kwargs=True), m(one))", "m.register_forward_hook()", "m.apply(3)", "m.requires_grad_(3)", "m.type('foo')", "nn.Buffer(3)", "nn.Parameter(3)", "nn.Parameter(torch.ones(1), 3)",
    "net.named_parameters(3, 4, 5, 6)", "net.load_state_dict()", "net(x, 1, 2)", "net(x, y=3)", "m.foo()",
]  # fmt: skip


def test_a_compiled_module_is_called_as_before() -> None:
    assert_says_the_same(NET + "m.compile(backend='eager'); print(m(one), list(m.state_dict()), m); m.compile(mode='foo')")


@pytest.mark.parametrize("about", SAYS)
def test_a_module_says_what_pytorchs_says(about: str) -> None:
    assert_says_the_same(NET + SAYS[about], heed=True)


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_modules_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(NET + shown(mistake))
