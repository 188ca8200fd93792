"""Lazy modules, and tensors that have no shape yet, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

LAZY = """
import copy, io, pickle
nn = torch.nn
from_parameter = nn.parameter
Mixin = nn.modules.lazy.LazyModuleMixin
torch.manual_seed(0)
class Scale(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.register_buffer("seen", torch.zeros(size))
    def forward(self, x, by=1): return x * self.weight * by
class LazyScale(Mixin, Scale):
    cls_to_become = Scale
    def __init__(self, device=None, dtype=None):
        super().__init__(0)
        self.weight = nn.parameter.UninitializedParameter(device=device, dtype=dtype)
        self.seen = nn.parameter.UninitializedBuffer()
    def initialize_parameters(self, x, by=1):
        if self.has_uninitialized_params():
            with torch.no_grad():
                self.weight.materialize(x.shape[-1:]); self.weight.fill_(2.)
                self.seen.materialize(x.shape[-1:]); self.seen.zero_()
class Never(Mixin, Scale):
    def __init__(self):
        super().__init__(1); self.weight = nn.parameter.UninitializedParameter()
    def initialize_parameters(self, *a): pass
class Nor(Mixin, Scale): pass
l = LazyScale()
u = nn.parameter.UninitializedParameter()
b = nn.parameter.UninitializedBuffer()
x = torch.ones(2, 3)
"""

SAYS = {
    "a first call": "print(l, l.has_uninitialized_params()); print(l(x), l(x), type(l).__name__, l.weight, l.seen, [n for n, _ in l.named_parameters()])",
    "hooks are gone": "print(len(l._forward_pre_hooks), len(l._load_state_dict_pre_hooks)); l(x, by=3); print(len(l._forward_pre_hooks), len(l._load_state_dict_pre_hooks), '_load_hook' in l.__dict__)",
    "an optimizer goes on": "w = l.weight; l(x).sum().backward(); print(l.weight is w, w.grad, type(w))",
    "text": "print(u, b, [u], type(u).__name__, l.state_dict(), isinstance(u, nn.Parameter), nn.parameter.is_lazy(u), nn.parameter.is_lazy(x), isinstance(b, nn.Buffer))",
    "what it knows": "print(u.dtype, u.requires_grad, u.grad, u.is_leaf, u.is_floating_point(), b.requires_grad, u.size(), u.data, u.ndim)",
    "in a row": "n = nn.Sequential(LazyScale(), Scale(3), LazyScale()); print(n, list(n.state_dict())); n(x); print(n)",
    "a state that is loaded": "s = Scale(4); nn.init.constant_(s.weight, 5.); print(l.load_state_dict(s.state_dict()), l.weight, l.seen, type(l).__name__); print(l(torch.ones(1, 4)), type(l).__name__)",
    "a state without shapes": "print(l.load_state_dict(LazyScale().state_dict()), l.weight)",
    "a state without shapes for others": "Scale(2).load_state_dict(l.state_dict())",
    "dtypes": "l.double(); print(l.weight.dtype, l.weight); print(l(x.double()).dtype, LazyScale(dtype=torch.float16).weight.dtype)",
    "freezing": "l.requires_grad_(False); l(x); print(l.weight.requires_grad)",
    "forgetting gradients": "l.zero_grad(); print(len(list(l.parameters())))",
    "copies": "c = copy.deepcopy(u); print(c, c is u, c.requires_grad, c.dtype); l.seen = None; c = copy.deepcopy(l); print(c.weight, len(c._forward_pre_hooks))",
    "pickles": "c = pickle.loads(pickle.dumps(u)); print(c, c.requires_grad); c.materialize((1,)); print(c.shape)",
    "materialized by hand": "u.materialize((2, 3)); print(u.shape, type(u), u.requires_grad, u.is_leaf); b.materialize((2,), dtype=torch.int64); print(b.dtype, type(b), b.persistent)",
    "materialized elsewhere": "u.materialize((1,), device='cpu', dtype=torch.float64); print(u.dtype)",
    "never initialized": "Never()(x)",
    "nothing to initialize": "print(Nor(3)(x))",
    "called with too much": "l(x, 1, 2)",
    "pytorch's layers": "n = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(2)); print(n); n(x); print(n, n[0].weight)",
    "not in a file of weights": "f = io.BytesIO(); torch.save(l.state_dict(), f); f.seek(0); print(torch.load(f))",
}  # fmt: skip

REFUSALS = ["u.shape", "b.shape", "u.share_memory_()", "nn.parameter.UninitializedParameter(3, 4, 5, 6)", "u.foo", "u.materialize()"]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_lazy_modules_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(LAZY + SAYS[about])


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_lazy_modules_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(LAZY + shown(mistake))


USES = ["u + 1", "torch.add(u, 1)", "u.mean()", "x @ u", "nn.functional.linear(x, u)", "u.detach()", "len(u)", "u.tolist()", "u[0]", "torch.stack([u])", "x + u", "x.mul_(u)"]  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_a_tensor_without_a_shape_refuses_to_be_used(use: str) -> None:
    program = f"try: {use}\nexcept ValueError as error: print(str(error).split(' in <')[0], str(error).split('. ', 1)[1])"
    assert_says_the_same(LAZY + program)


def test_a_copy_of_a_lazy_module_is_initialized_by_itself() -> None:
    assert_says_the_same(
        """
        import copy
        l = torch.nn.LazyLinear(2)
        c = copy.deepcopy(l)
        c(torch.ones(1, 3))
        print(l, c, len(l._forward_pre_hooks), len(c._forward_pre_hooks))
        l(torch.ones(1, 4))
        print(l, c)"""
    )
