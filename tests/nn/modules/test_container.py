"""Containers of modules and of parameters: what programs say of them, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

PARTS = """
import copy
from collections import OrderedDict
nn = torch.nn
torch.manual_seed(0)
I = nn.Identity
class P(nn.Module):
    def __init__(self, p):
        super().__init__(); self.p = p
    def extra_repr(self): return str(self.p)
    def forward(self, x): return x * 10 + self.p
s = nn.Sequential(P(0), P(1), P(2))
named = nn.Sequential(OrderedDict([("a", P(0)), ("b", P(1)), ("c", nn.Linear(1, 1))]))
l = nn.ModuleList([P(0), P(1), P(2)])
d = nn.ModuleDict({"one": P(1), "two": P(2)})
w, v = torch.ones(2, 3), nn.Parameter(torch.zeros(4))
pl = nn.ParameterList([w, v, 3, "word"])
pd = nn.ParameterDict({"w": w, "v": v, "a": 3})
x = torch.tensor([0.])
"""

SAYS = {
    "text of a row": "print(s, named, nn.Sequential(), nn.Sequential(nn.Sequential(I(), I()), I()))",
    "a row computes": "print(s(x), s[1](x), s[:2](x), nn.Sequential()(x), s[::-1](x))",
    "a row by number": "print(s[0], s[-1], s[1:], len(s), list(s), named[0], named['a'] if False else named.a, named[1:])",
    "a row changes": "s[0] = P(7); s[-1] = I(); print(s); named[1] = P(9); print(named); s.append(P(4)); print(s.extend([P(5), P(6)]), s.append(I()) is s)",
    "a row loses": "del s[0]; print(s, s.pop(-1), s); del named[0]; print(named)",
    "a row loses a slice": "print(s.pop(slice(0, 2)), s); t = nn.Sequential(*[P(k) for k in range(5)]); del t[1:4:2]; print(t, t(x))",
    "a row makes room": "print(s.insert(1, P(8)), s.insert(-1, P(9)), s.insert(len(s), P(10)), s.insert(0, I()))",
    "rows in a row": "print(s + named, s + nn.Sequential()); s += named; print(s); r = s; r += s; print(len(r), r is s)",
    "rows again and again": "print(s * 2, 2 * nn.Sequential(I())); s *= 3; print(s, len(list(s.modules()))); named *= 1; print(named)",
    "attributes of a row": "s.extra = P(3); print(s, s(x), [n for n, _ in s.named_modules()], '0' in dir(s), 'extra' in dir(s))",
    "state of a row": "print(nn.Sequential(nn.Linear(1, 2), I(), nn.Linear(2, 1)).state_dict())",
    "text of a list": "print(l, nn.ModuleList(), nn.ModuleList(I() for _ in range(4)), nn.ModuleList([I(), I(), P(1), P(1), P(2)]))",
    "a list with parts folded": "print(nn.ModuleList([nn.Sequential(I(), P(1)) for _ in range(3)] + [nn.ModuleDict({'a': I()})]))",
    "a list by number": "print(l[0], l[-1], l[1:], l[::-1], len(l), list(l), l[torch.tensor(1)])",
    "a list changes": "l[0] = P(7); l[-1] = I(); print(l.append(P(3)), l.extend([P(4)]), l + [P(5)], l.insert(1, P(8)), l); l += (P(6),); print(l)",
    "a list makes room from the end": "l.insert(-1, P(8)); print(l)",
    "a list loses": "print(l.pop(0), l, l.pop(slice(0, 1)), l); del l[0]; print(l, len(l))",
    "a list loses a slice": "t = nn.ModuleList([P(k) for k in range(5)]); del t[::2]; print(t, [n for n, _ in t.named_children()])",
    "a list sums": "print(nn.ModuleList([P(1)]) + nn.ModuleList([P(2), I()]) , [k for k in dir(l) if k.isdigit()])",
    "a dict": "print(d, d['one'], len(d), list(d), 'one' in d, 3 in d, d.keys(), d.items(), d.values(), nn.ModuleDict())",
    "a dict changes": "d['x'] = I(); d.update({'one': P(5), 'y': P(6)}); d.update([('z', I()), ['q', P(1)]]); d.update(nn.ModuleDict({'r': I()})); print(d, d.pop('x')); del d['y']; print(d); d.clear(); print(d, len(d))",
    "a dict with none": "d['n'] = None; print(d, list(d.children()), d['n'])",
    "a dict finds names": "print(d.one, [n for n, _ in d.named_modules()], d.one is d['one'])",
    "text of parameters": "print(pl, pd, nn.ParameterList(), nn.ParameterDict(), nn.ParameterList([w]), nn.ParameterDict({'a': w.double()}))",
    "parameters by number": "print(pl[0], pl[1] is v, pl[2:], pl[-1], len(pl), [type(p).__name__ for p in pl], pl[::-2])",
    "parameters in order": "pl.append(torch.ones(1)); pl.extend([torch.zeros(2, 2)]); pl += [5]; pl[0] = torch.ones(1); print(pl, len(list(pl.parameters())), list(pl.state_dict()))",
    "parameters by name": "print(pd['w'], pd['v'] is v, len(pd), list(pd), list(reversed(pd)), 'w' in pd, pd.keys(), list(pd.items()), list(pd.values()), pd.w)",
    "parameters by name change": "pd['z'] = torch.ones(1); pd.update({'y': 1, 'b': 2}); pd.update(OrderedDict([('k', w), ('c', 3)])); pd.update([('p', 4)]); print(pd, list(pd.state_dict())); del pd['z']; print(pd.pop('y'), list(pd))",
    "a dict's other ways": "print(pd.get('q'), pd.get('q', 3), pd.setdefault('w', 1).shape, pd.setdefault('n', torch.ones(1)), pd.popitem(), list(pd), pd.fromkeys(['a', 'b'], 1), pd.copy()); pd.clear(); print(pd)",
    "dicts joined": "a = nn.ParameterDict({'x': 1, 'y': 2}); b = nn.ParameterDict({'y': 3, 'z': 4}); print(a | b, b | a, dict((a | b).items())); a |= b; print(a)",
    "an attribute beside": "pl.extra = torch.nn.Parameter(torch.ones(1)); pd.extra = 3; print(pl, pd, len(pl), len(pd), len(list(pl.parameters())))",
    "copies": "c = copy.deepcopy(nn.ModuleList([nn.Linear(1, 1)])); e = copy.deepcopy(pl); print(c, e, e[1] is v, copy.copy(s)(x), copy.deepcopy(pd))",
    "the container of old": "print(nn.Container(a=P(1)), len(list(nn.Container(a=I()).children())))",
    "a list has no forward": "print(hasattr(l, 'forward'), callable(d))",
    "parts with tensors are shared": "a = nn.Linear(1, 1); t = nn.Sequential(a, a); print(len(list(t.parameters())), t.state_dict().keys(), [n for n, _ in t.named_modules()])",
    "inside another": "class N(nn.Module):\n    def __init__(self):\n        super().__init__(); self.l = nn.ModuleList([nn.Linear(1, 1)]); self.d = nn.ModuleDict(dict(a=I())); self.p = nn.ParameterList([w]); self.q = pd\nn = N(); print(n, [k for k, _ in n.named_parameters()])",
}  # fmt: skip

REFUSALS = [
    "s[3]", "s[-4]", "s['a']", "s + [1]", "s * 0", "s * 1.5", "s.append(3)", "s.insert(5, I())", "s.insert(0, 3)", "s.pop(9)", "nn.Sequential(1)", "nn.Sequential([I()])",
    "s.__iadd__([I()])", "s.__imul__(-1)", "s.__setitem__(4, I())", "s.__delitem__(4)", "nn.Sequential({'a': I()})",
    "l(x)", "l[3]", "l['0']", "l.extend(3)", "nn.ModuleList(3)", "nn.ModuleList([1])", "l.append(w)", "l.pop(7)", "l + 3", "l.__setitem__(0, 3)",
    "d(x)", "d['q']", "d.update(3)", "d.update([1])", "d.update([(1, 2, 3)])", "nn.ModuleDict([('a', 1)])", "nn.ModuleDict({'a.b': I()})", "nn.ModuleDict({'keys': I()})", "d.pop('q')",
    "nn.ModuleDict({1: I()})", "d.__delitem__('q')",
    "pl(x)", "pl[4]", "pl.extend(w)", "pl.extend(3)", "nn.ParameterList(3)", "pl['a']", "pd(x)", "pd[3]", "pd['q']", "pd.update(3)", "pd.update([1])", "pd.update([(1, 2, 3)])",
    "pd.__delitem__('q')", "nn.ParameterDict().popitem()", "nn.ParameterDict({1: w})", "pd.pop('q')", "pl.pop()", "nn.ParameterList([torch.tensor(1)])", "s + 3", "named * 2 + 3",
    "nn.ParameterDict({'keys': w})", "nn.ParameterDict({'a.b': w})", "nn.Container(a=3)",
]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_containers_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(PARTS + SAYS[about], heed=True)


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_containers_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(PARTS + shown(mistake))
