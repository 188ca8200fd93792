"""Layers that learn their sizes from their first input, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

LINE, PLANE, VOLUME = "torch.randn(2, 4, 7)", "torch.randn(2, 4, 7, 6)", "torch.randn(2, 4, 3, 4, 5)"
INPUTS = {1: LINE, 2: PLANE, 3: VOLUME}
CASES = [
    ("nn.LazyLinear(3)", "torch.randn(2, 5)"),
    ("nn.LazyLinear(3, bias=False, dtype=torch.float64)", "torch.randn(2, 5).double()"),
    *((f"nn.LazyConv{n}d(6, 3)", given) for n, given in INPUTS.items()),
    *((f"nn.LazyConvTranspose{n}d(6, 3, 2)", given) for n, given in INPUTS.items()),
    *((f"nn.LazyBatchNorm{n}d()", given) for n, given in INPUTS.items()),
    *((f"nn.LazyInstanceNorm{n}d()", given) for n, given in INPUTS.items()),
    ("nn.LazyConv2d(6, (3, 2), 2, 1, 1, 2, False, 'reflect')", PLANE),
    ("nn.LazyConv2d(6, 3, padding='same')", "torch.randn(4, 7, 6)"),
    ("nn.LazyConvTranspose2d(6, 3, 2, 1, 1, 2, False, 1)", PLANE),
    ("nn.LazyBatchNorm2d(0.1, None, False)", PLANE),
    ("nn.LazyBatchNorm1d(affine=True, track_running_stats=False, bias=False)", LINE),
    ("nn.LazyInstanceNorm2d(affine=False, track_running_stats=False)", PLANE),
    ("nn.Sequential(nn.LazyConv2d(6, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))", PLANE),
]  # fmt: skip

MISTAKES = [
    ("nn.LazyLinear()", ""),
    ("nn.LazyConv2d(3)", ""),
    ("nn.LazyConv2d(4, 3)", "torch.randn(2, 3)"),
    ("nn.LazyConv2d(4, 3, groups=3)", PLANE),
    ("nn.LazyConv2d(3, 3, groups=2)", PLANE),
    ("nn.LazyConvTranspose1d(4, 3)", PLANE),
    ("nn.LazyBatchNorm2d()", LINE),
    ("nn.LazyLinear(3).weight.sum()", ""),
]  # fmt: skip

BEFORE = """
nn = torch.nn
torch.manual_seed(0)
x = torch.randn(2, 3, 8, 8)
lazy = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))
ready = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 2))
"""
SAYS = {
    "before and after": "print(lazy, lazy.state_dict().keys()); lazy(x); print(lazy, [p.shape for p in lazy.parameters()])",
    "a parameter without a shape": "print(lazy[3].weight, list(lazy[1].buffers()), nn.parameter.is_lazy(lazy[0].bias))",
    "a state that is ready": "print(lazy.load_state_dict(ready.state_dict())); print(lazy[0].in_channels, lazy); print(lazy(x), lazy)",
    "a state that is lazy": "print(lazy.load_state_dict(lazy.state_dict())); print(lazy)",
    "of another width": "layer = nn.LazyLinear(2); layer.load_state_dict(nn.Linear(3, 2).state_dict()); layer(torch.ones(1, 4))",
    "the second input": "lazy(x); lazy(torch.randn(2, 4, 8, 8))",
    "in evaluation": "lazy.eval(); lazy(x); print(lazy[1].running_mean)",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_lazy_layer_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_lazy_layers_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_lazy_layers_become_what_pytorchs_become(about: str) -> None:
    assert_says_the_same(BEFORE + SAYS[about])
