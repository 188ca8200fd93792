"""Whatever a layer is given, it answers as PyTorch's: with the same shape and dtype, or with the same refusal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nn.modules.twins import new, tensors
from tests.ops.calls import agree

LAYERS = [
    "Linear(4, 3)", "Bilinear(2, 3, 4)", "Embedding(5, 3)", "EmbeddingBag(5, 3)", "Conv1d(4, 3, 2)", "Conv2d(4, 3, 2)",
    "Conv3d(4, 3, 2)", "ConvTranspose1d(4, 3, 2)", "ConvTranspose2d(4, 3, 2)", "ConvTranspose3d(4, 3, 2)",
    "Conv2d(4, 3, 2, padding='same')", "Conv2d(4, 3, 2, padding=1, padding_mode='reflect')",
    "Conv2d(4, 3, 2, padding=1, padding_mode='circular')", "BatchNorm1d(4)", "BatchNorm2d(4)", "BatchNorm3d(4)",
    "SyncBatchNorm(4)", "InstanceNorm1d(4)", "InstanceNorm2d(4)", "InstanceNorm3d(4)", "LayerNorm(4)", "GroupNorm(2, 4)",
    "RMSNorm(4)", "LocalResponseNorm(2)", "MaxPool1d(2)", "MaxPool2d(2)", "MaxPool3d(2)", "MaxUnpool2d(2)",
    "AvgPool1d(2)", "AvgPool2d(2)", "AvgPool3d(2)", "LPPool1d(2, 2)", "LPPool2d(2, 2)", "LPPool3d(2, 2)",
    "AdaptiveAvgPool1d(2)", "AdaptiveAvgPool2d(2)", "AdaptiveAvgPool3d(2)", "AdaptiveMaxPool1d(2)",
    "AdaptiveMaxPool2d(2)", "AdaptiveMaxPool3d(2)", "FractionalMaxPool2d(2, 2)", "FractionalMaxPool3d(2, 2)",
]  # fmt: skip
SHAPES = [
    "4", "2, 4", "2, 3", "1, 4", "2, 4, 5", "2, 3, 5", "2, 4, 1", "2, 4, 5, 6", "2, 3, 5, 6", "2, 4, 1, 1", "1, 4, 1, 1",
    "2, 4, 5, 6, 3", "2, 3, 2, 2, 2", "2, 4, 1, 1, 1", "2, 2, 4, 5, 6, 3", "0, 4", "0, 4, 5", "0, 4, 5, 6", "2, 4, 0, 6",
]  # fmt: skip
OTHERS = [
    "", "None", "3", "[1.0, 2.0]", "'a'", "np.ones((2, 4), dtype='f')", "torch.tensor([1, 7])", "torch.tensor([-1])",
    *(f"torch.ones(2, {sizes}, dtype=torch.{kind})" for sizes in ("4", "4, 5", "4, 5, 6") for kind in ("int64", "float64")),
    "torch.ones(2, 4, dtype=torch.complex64)", "torch.ones(2, 4, dtype=torch.float16)", "torch.ones(2, 4, 5, 6, dtype=torch.uint8)",
]  # fmt: skip
INPUTS = [*(f"torch.randn({sizes})" for sizes in SHAPES), *OTHERS]

UNLIKE = {
    ("ConvTranspose1d(4, 3, 2)", "torch.ones(2, 4, dtype=torch.complex64)"),
    ("ConvTranspose2d(4, 3, 2)", "torch.ones(2, 4, 5, 6, dtype=torch.uint8)"),
    ("ConvTranspose2d(4, 3, 2)", "torch.randn(2, 4, 0, 6)"),
}
"""Which of several refusals comes first is left to the kernel that PyTorch chooses; here there is one for all."""


@pytest.mark.parametrize("made", LAYERS)
def test_a_layer_takes_or_refuses_what_pytorchs_does(made: str) -> None:
    for given in INPUTS:
        if (made, given) not in UNLIKE:
            agree(lambda engine, given=given: answer(engine, made, given))


def answer(engine: Any, made: str, given: str) -> Any:
    """The shapes and dtypes of what comes out."""
    layer = new(engine, f"nn.{made}")
    arguments = eval(f"given({given})", {"torch": engine, "np": np, "given": lambda *each: each})
    return [(tuple(each.shape), str(each.dtype)) for each in tensors(layer(*arguments))]
