"""Batch and instance normalization as layers, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

FLAT, LINE, PLANE, VOLUME = (
    "torch.randn(4, 3)",
    "torch.randn(4, 3, 5)",
    "torch.randn(2, 3, 4, 5)",
    "torch.randn(2, 3, 2, 4, 3)",
)
VARIANTS = [
    "", ", eps=0.1", ", momentum=0.5", ", momentum=None", ", affine=False", ", track_running_stats=False", ", bias=False",
    ", 1e-3, 0.2, False, False", ", dtype=torch.float64",
]  # fmt: skip
KINDS = [("BatchNorm1d", FLAT), ("BatchNorm1d", LINE), ("BatchNorm2d", PLANE), ("BatchNorm3d", VOLUME), ("SyncBatchNorm", PLANE), ("InstanceNorm1d", LINE), ("InstanceNorm2d", PLANE), ("InstanceNorm3d", VOLUME)]  # fmt: skip
CASES = [
    *((f"nn.{kind}(3{variant})", given + (".double()" if "float64" in variant else "")) for kind, given in KINDS for variant in VARIANTS),
    *((f"nn.{kind}(3, affine=True, track_running_stats=True)", given) for kind, given in KINDS[-3:]),
    ("nn.InstanceNorm1d(3, affine=True, bias=False)", LINE),
    ("nn.InstanceNorm1d(3, momentum=None, track_running_stats=True)", LINE),
    ("nn.InstanceNorm1d(4)", "torch.randn(4, 5)"),
    ("nn.InstanceNorm2d(2, affine=True)", "torch.randn(2, 4, 5)"),
    ("nn.BatchNorm2d(3)", "torch.randn(0, 3, 4, 5)"),
]  # fmt: skip

MISTAKES = [
    ("nn.BatchNorm1d(3)", PLANE),
    ("nn.BatchNorm2d(3)", FLAT),
    ("nn.BatchNorm3d(3)", PLANE),
    ("nn.SyncBatchNorm(3)", "torch.randn(3)"),
    ("nn.SyncBatchNorm(3)", "torch.randn(3, 0)"),
    ("nn.BatchNorm1d(3)", "torch.randn(1, 3)"),
    ("nn.BatchNorm2d(3)", "torch.randn(1, 3, 1, 1)"),
    ("nn.BatchNorm1d(4)", FLAT),
    ("nn.BatchNorm1d(4, affine=False)", FLAT),
    ("nn.BatchNorm1d(3, eps=0)", FLAT),
    ("nn.BatchNorm1d(3)", f"{FLAT}.double()"),
    ("nn.BatchNorm1d(3)", "torch.ones(4, 3, dtype=torch.int64)"),
    ("nn.BatchNorm1d(3.5)", ""),
    ("nn.BatchNorm2d()", ""),
    ("nn.InstanceNorm2d()", ""),
    ("nn.SyncBatchNorm()", ""),
    ("nn.InstanceNorm1d(3)", PLANE),
    ("nn.InstanceNorm2d(3)", FLAT),
    ("nn.InstanceNorm3d(3)", LINE),
    ("nn.InstanceNorm1d(3)", "torch.randn(4, 3, 1)"),
    ("nn.InstanceNorm1d(4, affine=True)", LINE),
    ("nn.InstanceNorm1d(2, affine=True)", "torch.randn(3, 5)"),
]  # fmt: skip

BEFORE = """
nn = torch.nn
layer = nn.BatchNorm1d(2)
state = layer.state_dict()
x = torch.arange(6.0).view(3, 2)
"""
SAYS = {
    "batches are counted": "layer(x); layer(x); print(layer.num_batches_tracked, layer.running_mean, layer.running_var)",
    "but not in evaluation": "layer.eval()(x); print(layer.state_dict())",
    "a mean of all batches": "layer.momentum = None\nfor k in range(4): layer(x * k)\nprint(layer.running_mean, layer.running_var)",
    "starting again": "layer(x); layer.reset_running_stats(); print(layer.state_dict()); layer.reset_parameters()",
    "a state of version 2": "print(state._metadata); del state['num_batches_tracked']; layer.load_state_dict(state)",
    "a state of version 1": "del state['num_batches_tracked'], state._metadata; layer(x); print(layer.load_state_dict(state), layer.num_batches_tracked, list(state))",
    "a state of version 1 within": "net = nn.Sequential(layer); state = dict(net.state_dict()); del state['0.num_batches_tracked']; print(net.load_state_dict(state))",
    "statistics that nothing uses": "del state._metadata, state['weight'], state['bias']; nn.InstanceNorm1d(2).load_state_dict(state)",
    "a batch norm without statistics": "x = x * x; layer.running_mean = layer.running_var = None; print(layer.eval()(x)); layer.running_mean = torch.zeros(2); layer(x)",
    "synchronized": "net = nn.Sequential(layer, nn.ModuleDict({'a': nn.BatchNorm2d(3, affine=False), 'b': nn.Linear(1, 1)})).eval()\nmade = nn.SyncBatchNorm.convert_sync_batchnorm(net); print(made, made is net, made[0].weight is layer.weight, made[0].training, made.state_dict())",
    "another momentum": "layer.momentum = 1.0; layer(x); print(layer.running_mean, layer.running_var, layer)",
    "one bias for all": "layer.bias.requires_grad_(False); layer(x).sum().backward(); print(layer.bias.grad, layer.weight.grad.shape)",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_normalization_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_normalizations_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_statistics_are_kept_as_pytorch_keeps_them(about: str) -> None:
    assert_says_the_same(BEFORE + SAYS[about])


def test_a_number_of_channels_that_nobody_needs_is_warned_of() -> None:
    assert_says_the_same("torch.nn.InstanceNorm1d(7)(torch.ones(2, 3, 4))", heed=True)
