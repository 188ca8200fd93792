"""States of modules: saved, loaded, in files that both engines write and read, with hooks around all of it."""

from __future__ import annotations

import io

import pytest

import minitorch_edu
from tests.device import neutral
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same, shown

NET = """
import copy, io, pickle
from collections import OrderedDict
nn = torch.nn
torch.manual_seed(0)
class Net(nn.Module):
    _version = 3
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2)
        self.register_buffer("q", torch.ones(1))
        self.register_buffer("r", torch.ones(1), persistent=False)
        self.s = nn.Sequential(nn.Linear(2, 1), nn.Identity())
net = Net()
other = Net()
state = other.state_dict()
m = nn.Linear(1, 1)
nn.init.constant_(m.weight, 3.); nn.init.constant_(m.bias, 1.)
"""

SAYS = {
    "the state": "print(net.state_dict(), net.state_dict()._metadata, type(net.state_dict()))",
    "the state shares memory": "s = m.state_dict(); s['bias'].zero_(); print(m.bias, s['bias'].requires_grad, m.state_dict(keep_vars=True)['bias'] is m.bias)",
    "with a prefix": "print(list(net.state_dict(prefix='p.')), net.state_dict(prefix='p.')._metadata)",
    "into a dict": "d = {}; print(net.state_dict(destination=d) is d, list(d))",
    "in the old way": "d = OrderedDict(); net.state_dict(d, 'k.', True); print(d['k.q'], list(d), list(net.state_dict(d)))",
    "loaded": "print(net.load_state_dict(state), torch.equal(net.a.weight, other.a.weight), net.a.weight.requires_grad, repr(net.load_state_dict(state)))",
    "loaded from a plain dict": "print(net.load_state_dict(dict(state)), net.load_state_dict(state, True))",
    "some are missing": "del state['a.bias'], state['q']; print(net.load_state_dict(state, strict=False)); net.load_state_dict(state)",
    "some are too many": "state['a.zz'] = state['zz'] = torch.ones(1); state['s.1.k'] = 3; k = net.load_state_dict(state, strict=False); print(k, k.missing_keys, k.unexpected_keys, k[1], tuple(k)); net.load_state_dict(state)",
    "all kinds of errors": "state['a.weight'] = torch.ones(3); state['q'] = 5; state['zz'] = 1; del state['s.0.bias']; net.load_state_dict(state)",
    "shapes must fit even so": "state['a.weight'] = torch.ones(3, 3); net.load_state_dict(state, strict=False)",
    "one element": "class O(nn.Module):\n    def __init__(self):\n        super().__init__(); self.k = nn.Parameter(torch.tensor(1.))\no = O(); print(o.load_state_dict({'k': torch.tensor([3.])}), o.k); o.load_state_dict({'k': torch.ones(2)})",
    "other dtypes": "print(m.load_state_dict({'weight': torch.ones(1, 1, dtype=torch.float64), 'bias': torch.tensor([2])}), m.weight, m.bias)",
    "assigned": "w = m.weight; s = {'weight': torch.zeros(1, 1, dtype=torch.float64), 'bias': nn.Parameter(torch.ones(1))}; print(m.load_state_dict(s, assign=True), m.weight, m.bias is s['bias'], w is m.weight); m.bias.requires_grad_(False); m.load_state_dict(s, assign=True); print(m.bias.requires_grad)",
    "assigned buffers": "net.load_state_dict(state, assign=True); print(net.q is state['q'], net.a.weight.data_ptr() == other.a.weight.data_ptr(), list(net.state_dict()), net.state_dict()._metadata)",
    "not assigned": "m.load_state_dict({'weight': torch.ones(2), 'bias': torch.ones(1)}, assign=True)",
    "into shared parameters": "t = nn.Sequential(m, m); s = t.state_dict(); print(list(s)); s['1.bias'] = torch.tensor([7.]); t.load_state_dict(s); print(m.bias)",
    "while it learns": "l = m(torch.ones(1, 1)).sum(); m.load_state_dict({'weight': torch.ones(1, 1), 'bias': torch.ones(1)}); print(m.weight._version, m.weight.grad_fn)",
    "pre-hooks": "net.register_state_dict_pre_hook(lambda m, p, k: print('saving', repr(p), k)); net.a.register_state_dict_pre_hook(lambda m, p, k: print('part', p)); net.state_dict(keep_vars=True)",
    "post-hooks": "net.a.register_state_dict_post_hook(lambda m, s, p, meta: (s.pop(p + 'bias'), print(p, meta))[1]); print(list(net.state_dict()))",
    "a post-hook that returns": "net.register_state_dict_post_hook(lambda m, s, p, meta: s); net.state_dict()",
    "private post-hooks": "net._register_state_dict_hook(lambda m, s, p, meta: {'all': len(s)}); print(net.state_dict()); net.s._register_state_dict_hook(lambda m, s, p, meta: None); print(net.state_dict())",
    "the same post-hook": "def f(m, s, p, meta): pass\nnet.register_state_dict_post_hook(f); net._register_state_dict_hook(f)",
    "load pre-hooks": "net.a.register_load_state_dict_pre_hook(lambda m, s, p, meta, strict, missing, unexpected, errors: (print(type(m).__name__, sorted(s), p, meta, strict, missing, unexpected, errors), s.update({p + 'bias': torch.zeros(2)}))[1]); print(net.load_state_dict(state), net.a.bias, state['a.bias'].sum() != 0)",
    "private load pre-hooks": "net._register_load_state_dict_pre_hook(lambda s, p, *rest: s.pop('q')); net.load_state_dict(state)",
    "load pre-hooks that tell errors": "net._register_load_state_dict_pre_hook(lambda s, p, meta, strict, missing, unexpected, errors: errors.append('mine')); net.load_state_dict(state)",
    "load post-hooks": "net.register_load_state_dict_post_hook(lambda m, keys: (print(type(m).__name__, keys), keys.missing_keys.clear())[1]); del state['q']; print(net.load_state_dict(state))",
    "load post-hooks that return": "net.register_load_state_dict_post_hook(lambda m, keys: keys); net.load_state_dict(state)",
    "load hooks are removed": "h = net.register_load_state_dict_pre_hook(lambda *a: print('x')); h.remove(); g = net.register_load_state_dict_post_hook(lambda *a: print('y')); g.remove(); print(net.load_state_dict(state))",
    "versions": "class New(Net):\n    _version = 4\n    def _load_from_state_dict(self, s, prefix, meta, *rest):\n        print(meta); s[prefix + 'q'] = s.pop(prefix + 'old', torch.zeros(1)); super()._load_from_state_dict(s, prefix, meta, *rest)\nn = New(); del state['q']; print(n.load_state_dict(state), n.q); n.load_state_dict(dict(state)); print(n.state_dict()._metadata[''])",
    "a copy of a state": "c = copy.deepcopy(state); c['q'] += 1; print(state['q'], c._metadata == state._metadata)",
    "a whole module in a file": "f = io.BytesIO(); torch.save(nn.Sequential(m, nn.Identity()), f); f.seek(0); n = torch.load(f, weights_only=False); print(n, n(torch.ones(1, 1)), n.training)",
    "a module and weights only": "f = io.BytesIO(); torch.save(m, f); f.seek(0)\ntry: torch.load(f)\nexcept pickle.UnpicklingError as e: print(e)",
    "a module that is known to be safe": "f = io.BytesIO(); torch.save(m, f); f.seek(0)\nwith torch.serialization.safe_globals([nn.Linear, set]): print(torch.load(f))",
    "a parameter in a file": "f = io.BytesIO(); w = nn.Parameter(torch.ones(2), requires_grad=False); torch.save([w, m.weight], f); f.seek(0); print(torch.load(f))",
    "parameters in a file share": "f = io.BytesIO(); torch.save({'m': m.state_dict(), 'w': m.weight}, f); f.seek(0); d = torch.load(f); d['w'].data.zero_(); print(d)",
    "metadata in a file": "f = io.BytesIO(); torch.save(state, f); f.seek(0); print(torch.load(f)._metadata)",
}  # fmt: skip

REFUSALS = ["net.load_state_dict([1])", "net.load_state_dict(None)", "net.load_state_dict({3: 1})", "net.load_state_dict(net)", "net.state_dict(3)", "net.state_dict(foo=1)", "m.load_state_dict({'weight': 1, 'bias': None})"]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_states_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(NET + SAYS[about], heed=True)


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_states_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(NET + shown(mistake))


def net(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.ModuleDict({"k": nn.Linear(4, 2)})["k"]
    )


@pytest.mark.parametrize("writer, reader", [(pytorch, minitorch_edu), (minitorch_edu, pytorch)])
def test_a_state_in_a_file_gives_the_same_outputs_in_the_other_engine(writer, reader) -> None:
    one, other = net(writer), net(reader)
    one(writer.randn(8, 3))  # statistics to save
    file = io.BytesIO()
    writer.save(one.state_dict(), file)
    file.seek(0)
    state = reader.load(file, map_location="cpu")
    assert str(other.load_state_dict(state)) == "<All keys matched successfully>"
    assert dict(state._metadata) == dict(one.state_dict()._metadata)
    data = [[0.5, -1.0, 2.0], [1.0, 0.0, -3.0]]
    results = [
        neutral(str(each.eval()(engine.tensor(data)))) for each, engine in ((one, writer), (other, reader))
    ]
    assert results[0] == results[1]


def test_a_whole_module_that_pytorch_has_saved_is_loaded_as_ours(tmp_path) -> None:
    theirs = net(pytorch)
    pytorch.save(theirs, tmp_path / "net.pt")
    ours = minitorch_edu.load(tmp_path / "net.pt", weights_only=False)
    assert repr(ours) == repr(theirs) and type(ours) is minitorch_edu.nn.Sequential
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_a_whole_module_that_we_have_saved_is_loaded_by_pytorch_as_its_own(tmp_path) -> None:
    ours = minitorch_edu.nn.Sequential(
        net(minitorch_edu), minitorch_edu.nn.ParameterList([minitorch_edu.ones(2)])
    )
    minitorch_edu.save(ours, tmp_path / "net.pt")
    theirs = pytorch.load(tmp_path / "net.pt", weights_only=False, map_location="cpu")
    assert repr(theirs) == neutral(repr(ours)) and type(theirs[1]) is pytorch.nn.ParameterList
    result = theirs[0](pytorch.ones(2, 3))
    assert neutral(str(ours[0](minitorch_edu.ones(2, 3)))) == str(result)
