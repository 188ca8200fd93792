"""Networks go through files to PyTorch and back: the same names, and from the same inputs the same outputs."""

from __future__ import annotations

import io
from typing import Any

import pytest

import minitorch_edu
from tests import device
from tests.ops.calls import array
from tests.oracle import torch as pytorch

pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor", "ignore:LSTM with projections")

IMAGE, WORDS, SEQUENCE = (
    "torch.randn(2, 3, 8, 8)",
    "torch.tensor([[1, 2, 0], [3, 1, 4]])",
    "torch.randn(5, 2, 4)",
)
NETS = {
    "a perceptron": ("nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 2))", SEQUENCE),
    "a convolutional net": (
        "nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), "
        "nn.Conv2d(8, 4, 3, groups=4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 10))",
        IMAGE,
    ),
    "an autoencoder": (
        "nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1), nn.LeakyReLU(0.1), nn.ConvTranspose2d(6, 3, 3, 2, 1, 1), nn.Sigmoid())",
        IMAGE,
    ),
    "signals and volumes": ("nn.ModuleDict({'a': nn.Conv1d(3, 2, 3), 'b': nn.ConvTranspose3d(3, 2, 2)})['a']", "torch.randn(2, 3, 9)"),
    "normalizations": (
        "nn.Sequential(nn.GroupNorm(3, 3), nn.InstanceNorm2d(3, affine=True, track_running_stats=True), "
        "nn.LayerNorm([3, 8, 8]), nn.RMSNorm(8), nn.BatchNorm2d(3, momentum=None), nn.BatchNorm2d(3, affine=False), nn.PReLU())",
        IMAGE,
    ),
    "words": ("nn.Sequential(nn.Embedding(6, 4, padding_idx=0), nn.Flatten(), nn.Linear(12, 3))", WORDS),
    "bags of words": ("nn.Sequential(nn.EmbeddingBag(6, 4, mode='max'), nn.Linear(4, 3, dtype=torch.float32))", WORDS),
    "an LSTM": ("nn.LSTM(4, 3, 2, bidirectional=True, proj_size=2)", SEQUENCE),
    "a GRU": ("nn.GRU(4, 3, batch_first=True, bias=False)", SEQUENCE),
    "a cell": ("nn.RNNCell(4, 3, nonlinearity='relu')", "torch.randn(2, 4)"),
    "attention": ("nn.MultiheadAttention(4, 2, kdim=4, vdim=4, add_bias_kv=True)", f"*[{SEQUENCE}] * 3"),
    "a transformer": ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.0), 2)", SEQUENCE),
    "all of a transformer": ("nn.Transformer(4, 2, 1, 1, 8, 0.0)", f"*[{SEQUENCE}] * 2"),
    "functions in a net": ("nn.TransformerEncoderLayer(4, 2, 8, 0.0, activation=torch.tanh)", SEQUENCE),
    "another function": ("nn.TransformerEncoderLayer(4, 2, 8, 0.0, activation='gelu')", SEQUENCE),
    "a bilinear map": ("nn.Bilinear(4, 4, 2)", f"*[{SEQUENCE}] * 2"),
    "what was lazy": ("nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))", IMAGE),
    "losses in a list": ("nn.ModuleList([nn.Linear(4, 2), nn.MarginRankingLoss(), nn.ParameterList([torch.ones(2)])])[0]", SEQUENCE),
    "a shared layer": ("(lambda layer: nn.Sequential(layer, nn.Tanh(), layer))(nn.Linear(4, 4))", SEQUENCE),
    "half as many bits": ("nn.Linear(4, 2).bfloat16()", "torch.randn(3, 4).bfloat16()"),
    "twice as many": ("nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2)).double()", "torch.randn(3, 4).double()"),
}  # fmt: skip
WAYS = [(pytorch, minitorch_edu), (minitorch_edu, pytorch), (minitorch_edu, minitorch_edu)]


def net(engine: Any, name: str, seed: int) -> Any:
    """A net that has seen one batch."""
    engine.manual_seed(seed)
    made = eval(NETS[name][0], {"torch": engine, "nn": engine.nn})
    made(*inputs(engine, name))
    return made


def inputs(engine: Any, name: str) -> Any:
    engine.manual_seed(7)
    return eval(f"[{NETS[name][1]}]", {"torch": engine})


def outputs(engine: Any, made: Any, name: str) -> Any:
    """What comes out in evaluation."""
    with engine.no_grad():
        found = made.eval()(*inputs(engine, name))
    while isinstance(found, tuple):  # (outputs, states)
        found = found[0]
    return array(found.float())


def carried(saved: Any, out_of: Any, into: Any, **options: Any) -> Any:
    """What one engine saved, as the other loads it."""
    file = io.BytesIO()
    out_of.save(saved, file)
    file.seek(0)
    return into.load(file, map_location="cpu" if into is pytorch else device.UNDER_TEST, **options)


def agree(ours: Any, theirs: Any, name: str) -> None:
    tolerance = 1e-2 if "bfloat16" in NETS[name][0] else 1e-5
    assert ours.shape == theirs.shape
    assert abs(ours - theirs).max() <= tolerance * max(1, abs(theirs).max())


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("out_of, into", WAYS[:2], ids=["from PyTorch", "to PyTorch"])
def test_a_state_goes_through_a_file(out_of: Any, into: Any, name: str) -> None:
    sender, receiver = net(out_of, name, 1), net(into, name, 2)
    assert repr(sender) == repr(receiver)
    state = carried(sender.state_dict(), out_of, into)
    assert str(receiver.load_state_dict(state)) == "<All keys matched successfully>"
    assert state._metadata == sender.state_dict()._metadata
    agree(outputs(into, receiver, name), outputs(out_of, sender, name), name)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("out_of, into", WAYS, ids=["from PyTorch", "to PyTorch", "here"])
def test_a_whole_net_goes_through_a_file(out_of: Any, into: Any, name: str) -> None:
    sender = net(out_of, name, 1)
    received = carried(sender, out_of, into, weights_only=False)
    assert repr(sender) == repr(received) and type(received).__module__.split(".")[0] == into.__name__
    agree(outputs(into, received, name), outputs(out_of, sender, name), name)
