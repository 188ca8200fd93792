"""Averaged models are the means that PyTorch's are."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same

BEGIN = """
from importlib import import_module
U = torch.optim.swa_utils
model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 1, bias=False))
with torch.no_grad():
    for number, p in enumerate(model.parameters()): p.copy_(torch.arange(float(p.numel())).reshape(p.shape) / 7 + number)
def learn(by):
    with torch.no_grad():
        for p in model.parameters(): p.mul_(1 + by).add_(by)
        for b in model.buffers(): b.add_(2)
def show(m):
    for name, value in m.state_dict().items(): print(name, value)
"""
KINDS = {
    "the mean": "",
    "the mean, with buffers": "use_buffers=True",
    "by a function": "avg_fn=lambda mean, new, n: mean + (new - mean) / (n + 2)",
    "exponential": "multi_avg_fn=U.get_ema_multi_avg_fn(0.75)",
    "exponential, one by one": "avg_fn=U.get_ema_avg_fn(0.75), use_buffers=True",
    "exponential, with buffers": "multi_avg_fn=U.get_ema_multi_avg_fn(0.5), use_buffers=True",
    "the mean, one by one": "avg_fn=U.get_swa_avg_fn()",
    "the mean, all at once": "multi_avg_fn=U.get_swa_multi_avg_fn(), use_buffers=True",
    "both ways": "avg_fn=U.get_swa_avg_fn(), multi_avg_fn=U.get_swa_multi_avg_fn()",
}


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
def test_models_are_averaged(options):
    comma = ", " if options else ""
    assert_says_the_same(
        BEGIN
        + f"""
averaged = U.AveragedModel(model{comma}{options})
show(averaged)
for by in (0.5, 0.25, -0.5):
    learn(by)
    averaged.update_parameters(model)
show(averaged)
print(averaged.n_averaged, averaged.module is model, averaged.training)
print(averaged.eval()(torch.ones(1, 2)))
other = U.AveragedModel(model)
other.load_state_dict(averaged.state_dict())
show(other)
"""
    )


BATCHES = {
    "tensors": "[torch.tensor([[1., 2.], [3., 5.]]), torch.tensor([[0., 1.], [2., -3.]])]",
    "lists": "[[torch.tensor([[1., 2.], [3., 5.]]), None], (torch.tensor([[0., 1.], [2., -3.]]),)]",
}


@pytest.mark.parametrize("batches", BATCHES.values(), ids=BATCHES)
def test_batch_norms_see_all_batches_once(batches):
    assert_says_the_same(
        BEGIN
        + f"""
model.eval(); learn(0.5)
U.update_bn({batches}, model)
for name, value in model.named_buffers(): print(name, value)
print(model.training, model[1].momentum)
U.update_bn(3, torch.nn.Linear(1, 1))
"""
    )


def test_what_stays_as_it_is():
    assert_says_the_same(
        """
        U = torch.optim.swa_utils
        print(sorted(U.__all__) if hasattr(U, "__all__") else "")
        a, b = torch.tensor([4, 8]), torch.tensor([8, 4])
        U.get_ema_multi_avg_fn(0.5)([a], [b], 1); print(a)
        mean = U.get_swa_avg_fn()(torch.tensor([1.0]), torch.tensor([2.0], requires_grad=True), 3); print(mean)
        """
    )
