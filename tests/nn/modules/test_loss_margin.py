"""Losses of margins and distances as modules, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.test_loss import TWO, each
from tests.nn.modules.twins import assert_refused_alike, assert_twins

SIGNS = "torch.tensor([1, -1, 1])"
THREE = f"{TWO}, torch.randn(3, 4)"
CLASSES = "torch.randn(3, 4), torch.tensor([2, 0, 3])"

CASES = [
    *each("MarginRankingLoss", f"torch.randn(3), torch.randn(3), {SIGNS}", "0.5", "margin=1, reduction='sum'", "reduce=False"),
    *each("CosineEmbeddingLoss", f"{TWO}, {SIGNS}", "0.25", "margin=-0.5, reduction='none'"),
    ("nn.CosineEmbeddingLoss()", "torch.randn(4), torch.randn(4), torch.tensor(-1)"),
    *each("HingeEmbeddingLoss", f"torch.randn(3), {SIGNS}", "2", "margin=0.5, reduction='sum'"),
    *each("SoftMarginLoss", f"torch.randn(3), {SIGNS}", "size_average=False"),
    *each("MultiMarginLoss", CLASSES, "2", "p=2, margin=0.5, reduction='sum'", "weight=torch.tensor([1.0, 2.0, 0.5, 0.0])", "1, 2.0, torch.ones(4) * 2, reduction='none'"),
    ("nn.MultiMarginLoss()", "torch.randn(4), torch.tensor(2)"),
    *each("MultiLabelMarginLoss", "torch.randn(2, 4), torch.tensor([[3, 0, -1, 1], [1, -1, 0, 0]])", "reduce=False"),
    ("nn.MultiLabelMarginLoss()", "torch.randn(4), torch.tensor([2, -1, 0, 0])"),
    *each("MultiLabelSoftMarginLoss", "torch.randn(3, 4), torch.randint(0, 2, (3, 4))", "torch.tensor([1.0, 2.0, 0.5, 0.0])", "weight=torch.ones(4) * 3, reduction='none'"),
    *each("TripletMarginLoss", THREE, "2", "margin=0.5, p=1", "swap=True", "1.0, 3.0, 0.1, True, reduction='sum'"),
    ("nn.TripletMarginLoss()", "torch.randn(4), torch.randn(4), torch.randn(4)"), ("nn.TripletMarginLoss(swap=True)", "torch.randn(3, 4), torch.randn(1, 4), torch.randn(3, 4)"),
    *each("TripletMarginWithDistanceLoss", THREE, "margin=2, swap=True", "distance_function=nn.PairwiseDistance(1)", "distance_function=torch.nn.functional.pairwise_distance, reduction='sum'"),
    ("nn.TripletMarginWithDistanceLoss(distance_function=nn.CosineSimilarity())", THREE),
]  # fmt: skip

MISTAKES = [
    ("nn.MultiMarginLoss()", "torch.randn(3, 4).half(), torch.tensor([2, 0, 3])"), ("nn.MultiLabelMarginLoss()", "torch.randn(4).bfloat16(), torch.tensor([2, -1, 0, 0])"),
    ("nn.MarginRankingLoss()", "torch.randn(3), torch.randn(3, 1), torch.ones(3)"), ("nn.MarginRankingLoss(reduction='x')", "torch.randn(3), torch.randn(3), torch.ones(3)"), ("nn.CosineEmbeddingLoss()", f"{TWO}, torch.ones(3, 4)"),
    ("nn.CosineEmbeddingLoss()", "torch.randn(3), torch.randn(3), torch.ones(3)"), ("nn.MultiMarginLoss(3)", ""), ("nn.MultiMarginLoss(weight=torch.ones(2, 2))", ""), ("nn.MultiMarginLoss()", "torch.randn(3, 4), torch.tensor([0, 4, 1])"),
    ("nn.MultiMarginLoss()", "torch.randn(3, 4), torch.tensor([0, 1])"), ("nn.MultiLabelMarginLoss()", "torch.randn(2, 4), torch.tensor([3, 0, -1, 1])"), ("nn.MultiLabelMarginLoss()", "torch.randn(2), torch.tensor([3, 0])"),
    ("nn.MultiLabelSoftMarginLoss(reduction='x')", "torch.randn(3, 4), torch.ones(3, 4)"), ("nn.TripletMarginLoss(0)", ""), ("nn.TripletMarginLoss(margin=-1.5)", ""), ("nn.TripletMarginWithDistanceLoss(margin=0)", ""), ("nn.TripletMarginWithDistanceLoss(1)", ""),
    ("nn.TripletMarginLoss()", "torch.randn(3, 4), torch.randn(4), torch.randn(3, 4)"), ("nn.TripletMarginLoss()", "torch.randn(3, 4), torch.randn(3, 4)"), ("nn.SoftMarginLoss()", "torch.randn(3), torch.ones(3)"),
    ("nn.HingeEmbeddingLoss()", "torch.randn(3), [1, -1, 1]"),
]  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_loss_of_margins_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_it_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)
