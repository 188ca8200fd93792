"""Pruning: what programs say of it, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same, shown

START = """
import copy
nn = torch.nn
P = __import__(torch.__name__ + '.nn.utils.prune', fromlist=['x'])
torch.manual_seed(0)
m = nn.Linear(4, 3)
c = nn.Conv2d(2, 3, 2)
net = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2))
x = torch.randn(2, 4)
class Odd(P.BasePruningMethod):
    PRUNING_TYPE = 'unstructured'
    def compute_mask(self, t, default_mask):
        mask = default_mask.clone(); mask.view(-1)[::2] = 0; return mask
class Wrong(P.BasePruningMethod):
    PRUNING_TYPE = 'foo'
    def compute_mask(self, t, default_mask): return default_mask
class Fails(P.BasePruningMethod):
    PRUNING_TYPE = 'unstructured'
    def compute_mask(self, t, default_mask): raise ValueError('mine')
"""

SAYS = {
    "the smallest": "print(P.l1_unstructured(m, 'weight', 0.5) is m, m.weight, m.weight_mask, [n for n, _ in m.named_parameters()], [n for n, _ in m.named_buffers()], list(m.state_dict()), m)",
    "so many": "P.l1_unstructured(m, 'weight', amount=3); print(m.weight_mask, m._forward_pre_hooks.popitem()[1]._tensor_name, type(m.weight))",
    "by scores": "P.l1_unstructured(m, 'bias', 1, importance_scores=torch.tensor([3., 1., 2.])); print(m.bias_mask)",
    "by chance": "P.random_unstructured(m, 'weight', 0.3); print(m.weight_mask)",
    "none": "P.identity(m, 'bias'); print(m.bias_mask, m.bias); P.l1_unstructured(c, 'weight', 0); print(c.weight_mask.sum())",
    "channels": "P.ln_structured(m, 'weight', amount=0.5, n=2, dim=0); print(m.weight_mask); P.ln_structured(c, 'weight', 1, n=float('-inf'), dim=1); print(c.weight_mask)",
    "channels by chance": "P.random_structured(m, 'weight', amount=1, dim=1); print(m.weight_mask); P.random_structured(c, 'weight', 0.5, dim=-4); print(c.weight_mask)",
    "by a mask": "P.custom_from_mask(m, 'bias', torch.tensor([0, 1, 0])); print(m.bias, m.bias_mask)",
    "one after the other": "P.l1_unstructured(m, 'weight', 0.25); P.ln_structured(m, 'weight', 1, n=2, dim=0); P.random_unstructured(m, 'weight', 2); print(m.weight_mask); h = list(m._forward_pre_hooks.values())[0]; print(type(h).__name__, len(h), [type(k).__name__ for k in h], type(h[0]).__name__)",
    "structured twice": "P.ln_structured(c, 'weight', 1, n=1, dim=0); P.ln_structured(c, 'weight', 1, n=1, dim=0); print(c.weight_mask.sum(dim=(1, 2, 3)))",
    "in training": "P.l1_unstructured(m, 'weight', 0.5); m(x).sum().backward(); print(m.weight_orig.grad, m.weight.grad_fn.name()); o = torch.optim.SGD(m.parameters(), .1); o.step(); m(x); print(m.weight)",
    "removed": "P.l1_unstructured(m, 'weight', 0.5); w = m.weight_orig; print(P.remove(m, 'weight').weight, w is m.weight, list(m.state_dict()), P.is_pruned(m), len(m._forward_pre_hooks))",
    "asked": "print(P.is_pruned(net)); P.identity(net[2], 'bias'); print(P.is_pruned(net))",
    "over all": "P.global_unstructured([(net[0], 'weight'), (net[2], 'weight')], pruning_method=P.L1Unstructured, amount=0.4); print(net[0].weight_mask, net[2].weight_mask); P.global_unstructured(((net[0], 'weight'), (net[2], 'weight')), P.RandomUnstructured, amount=2); print(net[0].weight_mask, net[2].weight_mask)",
    "over all by scores": "P.global_unstructured([(net[0], 'weight'), (net[2], 'bias')], P.L1Unstructured, importance_scores={(net[2], 'bias'): torch.tensor([9., 0.])}, amount=1); print(net[2].bias_mask)",
    "a method of one's own": "print(Odd.apply(m, 'weight')._tensor_name, m.weight_mask); P.identity(m, 'weight'); print(m.weight_mask)",
    "a tensor alone": "print(P.L1Unstructured(2).prune(torch.tensor([3., -1., 2.]))); print(P.L1Unstructured(2).prune(torch.ones(2, 2), default_mask=torch.zeros(2, 2)), P.L1Unstructured(1).prune(torch.ones(3), importance_scores=torch.tensor([2., 1., 3.])))",
    "a method that fails": "try: Fails.apply(m, 'weight')\nexcept ValueError as e: print(e, list(m.state_dict()), m.weight.shape)",
    "copies": "P.l1_unstructured(m, 'weight', 0.5); print(m(x)); m.weight = m.weight.detach(); n = copy.deepcopy(m); print(n.weight_mask, n(x))",
    "states": "P.l1_unstructured(m, 'weight', 0.5); n = nn.Linear(4, 3); P.identity(n, 'weight'); print(n.load_state_dict(m.state_dict()), torch.equal(n(x), m(x)))",
    "a container": "k = P.PruningContainer(); print(len(k)); k._tensor_name = 'w'; a = P.L1Unstructured(1); a._tensor_name = 'w'; k.add_pruning_method(a); print(len(k), k[0] is a, list(k) == [a])",
}  # fmt: skip

REFUSALS = [
    "P.l1_unstructured(m, 'weight', 1.5)", "P.l1_unstructured(m, 'weight', -1)", "P.l1_unstructured(m, 'weight', 'a')", "P.l1_unstructured(m, 'weight', 100)", "P.l1_unstructured(m, 'foo', 1)", "P.remove(m, 'weight')",
    "P.ln_structured(m, 'bias', 1, 2, 0)", "P.ln_structured(m, 'weight', 1, 2, 3)", "P.ln_structured(m, 'weight', 9, 2, 0)", "P.random_structured(m, 'bias', 1, 0)", "P.random_structured(m, 'weight', 9, 0)",
    "P.custom_from_mask(m, 'weight', torch.ones(2))", "P.l1_unstructured(m, 'weight', 1, importance_scores=torch.ones(2))", "P.global_unstructured(3, P.L1Unstructured)", "P.global_unstructured([(m, 'weight')], P.L1Unstructured, importance_scores=[1], amount=1)",
    "P.L1Unstructured(1).prune(torch.ones(2), importance_scores=torch.ones(3))", "(P.identity(m, 'weight'), Wrong.apply(m, 'weight'))", "P.PruningContainer(P.L1Unstructured(1))", "P.BasePruningMethod()", "P.PruningContainer().add_pruning_method(3)",
]  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_pruning_says_what_pytorchs_says(about: str) -> None:
    assert_says_the_same(START + SAYS[about], heed=True)


@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_with_pruning_gets_pytorchs_error(mistake: str) -> None:
    assert_says_the_same(START + shown(mistake))
