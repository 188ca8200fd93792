"""Modules that arrange, resize and compare without parameters, beside PyTorch's: upsampling, shuffles, folds, flatten."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

SIGNAL, IMAGE, VOLUME = "torch.randn(2, 3, 4)", "torch.randn(2, 4, 4, 6)", "torch.randn(1, 2, 3, 2, 4)"

CASES = [
    ("nn.Upsample(scale_factor=2)", SIGNAL), ("nn.Upsample(scale_factor=2)", IMAGE), ("nn.Upsample(scale_factor=(1, 2, 3))", VOLUME), ("nn.Upsample((5, 7))", IMAGE),
    ("nn.Upsample(size=8, mode='linear')", SIGNAL), ("nn.Upsample(scale_factor=1.5, mode='bilinear')", IMAGE), ("nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)", IMAGE),
    ("nn.Upsample(size=(5, 3), mode='bicubic', align_corners=False)", IMAGE), ("nn.Upsample(scale_factor=2, mode='trilinear')", VOLUME), ("nn.Upsample(scale_factor=(1.5, 2), mode='nearest-exact')", IMAGE),
    ("nn.Upsample(scale_factor=1.7, mode='bilinear', recompute_scale_factor=True)", IMAGE), ("nn.Upsample(scale_factor=0.5, mode='area')", IMAGE),
    ("nn.UpsamplingNearest2d(scale_factor=3)", IMAGE), ("nn.UpsamplingNearest2d((5, 5))", IMAGE), ("nn.UpsamplingBilinear2d(scale_factor=2)", IMAGE), ("nn.UpsamplingBilinear2d(size=(3, 9))", IMAGE),
    ("nn.PixelShuffle(2)", IMAGE), ("nn.PixelShuffle(upscale_factor=1)", "torch.randn(3, 2, 2)"), ("nn.PixelUnshuffle(2)", IMAGE), ("nn.PixelUnshuffle(downscale_factor=2)", "torch.randn(3, 4, 2)"),
    ("nn.ChannelShuffle(2)", IMAGE), ("nn.ChannelShuffle(groups=4)", IMAGE), ("nn.ChannelShuffle(3)", SIGNAL),
    ("nn.Flatten()", IMAGE), ("nn.Flatten(0)", IMAGE), ("nn.Flatten(start_dim=1, end_dim=2)", IMAGE), ("nn.Flatten(-2)", IMAGE), ("nn.Flatten(0, -1)", "torch.tensor(3.0)"),
    ("nn.Unflatten(1, (2, 2))", IMAGE), ("nn.Unflatten(-1, [3, -1])", IMAGE), ("nn.Unflatten(dim=0, unflattened_size=(2, 1))", IMAGE), ("nn.Unflatten(1, torch.Size([4, 1]))", IMAGE),
    ("nn.Unfold(2)", IMAGE), ("nn.Unfold((2, 3), dilation=1, padding=1, stride=(1, 2))", IMAGE), ("nn.Unfold(kernel_size=2, dilation=(1, 2))", "torch.randn(3, 4, 5)"),
    ("nn.Fold((3, 3), 2)", "torch.randn(2, 8, 4)"), ("nn.Fold(output_size=4, kernel_size=(2, 2), stride=2)", "torch.randn(4, 4)"), ("nn.Fold((4, 5), 3, dilation=1, padding=1, stride=2)", "torch.randn(1, 9, 6)"),
    ("nn.CosineSimilarity()", "torch.randn(3, 4), torch.randn(3, 4)"), ("nn.CosineSimilarity(dim=0, eps=0.1)", "torch.randn(3, 4), torch.randn(3, 4)"), ("nn.CosineSimilarity(-1)", "torch.randn(3, 1, 4), torch.randn(2, 4)"),
    ("nn.PairwiseDistance()", "torch.randn(3, 4), torch.randn(3, 4)"), ("nn.PairwiseDistance(1, keepdim=True)", "torch.randn(3, 4), torch.randn(4)"), ("nn.PairwiseDistance(p=3, eps=0.1)", "torch.randn(4), torch.randn(4)"),
    ("nn.PairwiseDistance(float('inf'))", "torch.randn(3, 4), torch.randn(3, 4)"),
]  # fmt: skip

MISTAKES = [
    ("nn.Upsample()", IMAGE), ("nn.Upsample(2, 2)", IMAGE), ("nn.Upsample(scale_factor=2, mode='linear')", IMAGE), ("nn.Upsample(scale_factor=2, align_corners=True)", IMAGE), ("nn.Upsample(scale_factor=(2, 2))", SIGNAL),
    ("nn.Upsample((2, 2, 2))", IMAGE), ("nn.Upsample(scale_factor=2, mode='quick')", IMAGE), ("nn.Upsample(scale_factor=[2, 2])", ""), ("nn.UpsamplingBilinear2d(2)", SIGNAL),
    ("nn.PixelShuffle(3)", IMAGE), ("nn.PixelShuffle(0)", IMAGE), ("nn.PixelShuffle(2)", "torch.randn(4, 4)"), ("nn.PixelUnshuffle(5)", IMAGE), ("nn.PixelUnshuffle(-1)", IMAGE), ("nn.ChannelShuffle(3)", IMAGE), ("nn.ChannelShuffle(0)", IMAGE),
    ("nn.Flatten(3, 1)", IMAGE), ("nn.Flatten(4)", IMAGE), ("nn.Flatten(1)", "3"), ("nn.Unflatten(1, (3, 2))", IMAGE), ("nn.Unflatten(1, 4)", ""), ("nn.Unflatten(1, (2, 2.0))", ""), ("nn.Unflatten(1, 'ab')", ""), ("nn.Unflatten(4, (2, 2))", IMAGE),
    ("nn.Unflatten(1, ())", IMAGE),
    ("nn.Unfold(9)", IMAGE), ("nn.Unfold(2, stride=0)", IMAGE), ("nn.Unfold(2)", "torch.randn(4, 4)"), ("nn.Unfold()", ""), ("nn.Fold((3, 3), 2)", "torch.randn(2, 8, 5)"), ("nn.Fold((3, 3), 2)", "torch.randn(2, 7, 4)"),
    ("nn.CosineSimilarity()", "torch.randn(3, 4), torch.randn(3, 5)"), ("nn.CosineSimilarity(2)", "torch.randn(3, 4), torch.randn(3, 4)"), ("nn.PairwiseDistance()", "torch.randn(3, 4), torch.randn(2, 4)"), ("nn.PairwiseDistance()", "torch.randn(3, 4)"),
]  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_module_without_parameters_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_it_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


def test_upsampling_scales_that_are_recomputed_say_nothing() -> None:
    assert_says_the_same(
        "m = torch.nn.Upsample(scale_factor=1.3); print(m.name, m.size, m.scale_factor, m.recompute_scale_factor, m(torch.ones(1, 1, 7)).shape)",
        heed=True,
    )


def test_flatten_is_a_view() -> None:
    assert_says_the_same(
        "x = torch.ones(2, 3, 4); y = torch.nn.Flatten()(x); print(y._base is x, y.shape, y.stride())"
    )
