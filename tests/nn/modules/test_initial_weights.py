"""What layers begin with: after the same seed the same bits as PyTorch's, for every public layer that has parameters."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tests.nn.modules.twins import beginning
from tests.ops.calls import agree
from tests.oracle import torch as pytorch

VARIANTS = {
    "Linear": ["3, 4", "7, 1, bias=False", "0, 3", "2, 3, dtype=torch.float64", "5, 2, True, None, torch.bfloat16"],
    "NonDynamicallyQuantizableLinear": ["3, 4"],
    "Bilinear": ["3, 4, 5", "1, 2, 3, bias=False"],
    "Embedding": ["7, 3", "7, 3, padding_idx=2", "7, 3, -1", "0, 3", "300, 5, _freeze=True"],
    "EmbeddingBag": ["7, 3", "7, 3, mode='sum', padding_idx=0", "4, 20, dtype=torch.float64"],
    **{f"Conv{n}d": ["3, 4, 2", "4, 6, 3, groups=2, bias=False", "3, 5, 1, padding_mode='circular'"] for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": ["3, 4, 2", "4, 6, 3, 2, groups=2, bias=False"] for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": ["4", "4, affine=False", "4, track_running_stats=False, bias=False"] for n in (1, 2, 3)},
    **{f"InstanceNorm{n}d": ["4", "4, affine=True, track_running_stats=True"] for n in (1, 2, 3)},
    "SyncBatchNorm": ["4"],
    "LayerNorm": ["4", "[2, 3], bias=False", "4, elementwise_affine=False"],
    "GroupNorm": ["2, 4", "2, 4, affine=False"],
    "RMSNorm": ["4", "(2, 3), elementwise_affine=False"],
    "PReLU": ["", "5, 0.1"],
    **{kind: ["3, 4", "3, 4, 2, bidirectional=True", "3, 4, bias=False", "3, 4, 2, True, True, 0.5"] for kind in ("RNN", "LSTM", "GRU")},
    **{f"{kind}Cell": ["3, 4", "3, 4, bias=False"] for kind in ("RNN", "LSTM", "GRU")},
    "MultiheadAttention": ["4, 2", "4, 2, bias=False", "4, 2, add_bias_kv=True", "4, 2, kdim=3, vdim=5", "4, 1, 0.1, batch_first=True"],
    "TransformerEncoderLayer": ["4, 2, 6", "4, 2, 6, norm_first=True, bias=False", "4, 2, 6, activation='gelu'"],
    "TransformerDecoderLayer": ["4, 2, 6", "4, 2, 6, batch_first=True, bias=False"],
    "TransformerEncoder": ["nn.TransformerEncoderLayer(4, 2, 6), 2"],
    "TransformerDecoder": ["nn.TransformerDecoderLayer(4, 2, 6), 2, nn.LayerNorm(4)"],
    "Transformer": ["4, 2, 1, 1, 6", "4, 2, 2, 2, 6, bias=False"],
    "AdaptiveLogSoftmaxWithLoss": ["4, 12, [3, 7]", "4, 12, [5], div_value=2.0, head_bias=True"],
    "LinearCrossEntropyLoss": ["4, 5", "4, 5, bias=True"],
    "LazyLinear": ["3"],
    **{f"Lazy{kind}{n}d": ["3, 2"] for kind in ("Conv", "ConvTranspose") for n in (1, 2, 3)},
    **{f"Lazy{kind}Norm{n}d": ["", "affine=False"] for kind in ("Batch", "Instance") for n in (1, 2, 3)},
    "RNNBase": ["'LSTM', 3, 4"],
    "RNNCellBase": ["3, 4, True, 4"],
}  # fmt: skip


def test_every_layer_that_makes_parameters_is_among_these() -> None:
    """Who makes parameters lets its caller choose their dtype."""
    classes = {name: each for name, each in vars(pytorch.nn).items() if inspect.isclass(each)}
    modules = {name: each for name, each in classes.items() if issubclass(each, pytorch.nn.Module)}
    making = {
        name for name, each in modules.items() if "dtype" in inspect.signature(each.__init__).parameters
    }
    assert making - set(VARIANTS) == set()


@pytest.mark.parametrize(
    "name, arguments", [(name, each) for name, them in VARIANTS.items() for each in them]
)
def test_a_layer_begins_with_pytorchs_numbers(name: str, arguments: str) -> None:
    home = "nn.modules.linear" if name == "NonDynamicallyQuantizableLinear" else "nn"
    agree(lambda engine: beginning(engine, f"{home}.{name}({arguments})"))


def test_the_generator_stands_where_pytorchs_does_after_a_net_was_made() -> None:
    def act(engine: Any) -> Any:
        engine.manual_seed(3)
        for name in ("Linear(3, 4)", "Conv2d(3, 8, 3)", "Embedding(10, 5)", "LSTM(3, 4)", "BatchNorm2d(3)"):
            eval(f"nn.{name}", {"nn": engine.nn})
        return engine.rand(3), engine.randn(20)

    agree(act)
