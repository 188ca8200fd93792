"""Differences, slopes, areas, powers and histograms against PyTorch: values, gradients' nodes, refusals."""

from __future__ import annotations

import pytest

from tests.ops.spoken import lines
from tests.programs import assert_says_the_same, shown

GIVEN = "xx = (torch.arange(12.).view(3, 4) * 0.7).sin().requires_grad_()\nyy = xx.detach()\n"

CALLS = lines("""
xx.diff()
xx.diff(2, 0)
xx.diff(n=9)
xx.diff(prepend=xx[:, :1], append=xx)
torch.diff(torch.tensor([True, False, True]))
torch.diff(torch.ones(()))
torch.diff(torch.ones(2), -1)
torch.diff(torch.ones(3), prepend=torch.ones(2, 2))
torch.diff(torch.ones(2, 3), prepend=torch.ones(3, 1))
torch.gradient(yy)[1]
torch.gradient(yy, spacing=2.0, dim=1)[0]
torch.gradient(yy, spacing=[2.0, 0.5], edge_order=2)[0]
torch.gradient(yy, spacing=[torch.tensor([1., 2., 4.]), torch.tensor([0., 1., 5., 6.])])[1]
torch.gradient(yy, spacing=[torch.tensor([1., 2., 4.])], dim=0, edge_order=2)[0]
torch.gradient(torch.ones(1))
torch.gradient(torch.ones(3), edge_order=3)
torch.gradient(torch.ones(2, 2), spacing=[1.])
torch.gradient(torch.ones(3, 3), dim=(0, 0))
torch.gradient(torch.ones(3, 3), spacing=[1.], dim=(0, 1))
torch.gradient(torch.ones(3), spacing=[torch.ones(1, 3)])
torch.gradient(torch.ones(3, dtype=torch.uint8))
torch.trapezoid(yy)
torch.trapz(yy, dx=0.5, dim=0)
torch.trapezoid(yy, torch.tensor([0., 1., 3., 4.]))
torch.cumulative_trapezoid(yy, dx=2)
torch.cumulative_trapezoid(yy, torch.tensor([0., 1., 3., 4.]))
torch.trapezoid(torch.ones(()))
torch.trapezoid(torch.ones(2), torch.ones(3))
torch.trapezoid(torch.ones(3, dtype=torch.bool))
torch.trapezoid(torch.ones(3), torch.ones(3, dtype=torch.bool))
torch.trapezoid(torch.ones(0))
torch.trapezoid(torch.ones(3), dx=2j)
torch.histogram(torch.tensor([1., 2., 1.]), bins=4, range=(0., 3.), weight=torch.tensor([1., 2., 4.]), density=True)
torch.histogram(yy, 3)
torch.histogram(torch.ones(3), 3)
torch.histogram(torch.ones(0), 3)
torch.histogram(torch.tensor([1., 2., torch.nan]), torch.tensor([0., 1.5, 3.]))
torch.histogram(torch.ones(3, dtype=torch.int64), 3)
torch.histogram(torch.ones(3), 0)
torch.histogram(torch.ones(3), 3, range=(1., 0.))
torch.histogram(torch.ones(3), 3, range=(1.,))
torch.histogram(torch.ones(3), torch.tensor([0, 1]))
torch.histogram(torch.ones(3), torch.tensor([[0., 1.]]))
torch.histogram(torch.ones(3), 3, weight=torch.ones(3, dtype=torch.double))
torch.histogram(torch.ones(3), 3, range=(0., torch.inf))
torch.histogram(torch.ones(3), torch.tensor([]))
torch.histogramdd(yy, [2, 1, 1, 2])
torch.histogramdd(torch.ones(3), 3)
torch.histogramdd(torch.ones(3, 2), [3])
torch.histogramdd(torch.ones(3, 2), 3, range=[0., 1.])
torch.histogramdd(torch.ones(3, 2), (torch.tensor([0., 1.]),))
torch.vander(torch.tensor([1, 2, 3]))
torch.vander(torch.tensor([1, 2, 3]), 2, True)
torch.vander(torch.tensor([True]))
torch.vander(torch.ones(2), 0)
torch.vander(torch.ones(2, 2))
torch.vander(torch.ones(2), -1)
""")


@pytest.mark.parametrize("call", CALLS)
def test_what_a_call_says_is_what_pytorch_says(call: str) -> None:
    assert_says_the_same(GIVEN + shown(call), heed=True)
