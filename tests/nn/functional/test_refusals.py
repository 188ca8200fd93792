"""Refusals and warnings of functions of networks, beside PyTorch's."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import minitorch_edu
import minitorch_edu.nn.functional
from tests.oracle import torch

CALLS = """
nll_loss(x, e.tensor([0, 1])) | nll_loss(x, e.tensor([0, 1, 5])) | nll_loss(x, e.tensor([0, 1, -1]))
nll_loss(x, e.tensor([0, 1, 2.0])) | nll_loss(x, e.tensor([0, 1, 2]).int()) | nll_loss(x, t, e.ones(3))
nll_loss(x, t, e.ones(5).double()) | nll_loss(x, t.view(3, 1)) | nll_loss(e.tensor(1.0), e.tensor(0))
nll_loss(e.ones(5), t) | nll_loss(x, t, reduction='foo') | nll_loss(x.long(), t)
nll_loss(e.ones(2, 3, 4, 4), e.ones(2, 4, 3).long()) | nll_loss(e.ones(2, 3, 4, 4), e.ones(2, 4).long())
nll_loss(e.ones(2, 3, 4), e.ones(2, 5).long()) | nll_loss(e.ones(2, 3, 4, 4), e.ones(2, 4, 4).long() * 7)
nll_loss(e.ones(2, 3, 4, 4), e.ones(2, 4, 4).long(), e.ones(4)) | nll_loss(e.ones(0, 5), e.ones(0).long())
cross_entropy(x, e.tensor([0, 1])) | cross_entropy(x, e.tensor([0, 1, 5])) | cross_entropy(x, e.ones(3))
cross_entropy(x, e.ones(3, 4)) | cross_entropy(x, e.ones(3, 5).long()) | cross_entropy(x, t, label_smoothing=2.0)
cross_entropy(x, e.ones(3, 5), e.ones(3)) | cross_entropy(x, e.ones(3, 5), ignore_index=2) | cross_entropy(x.long(), t)
cross_entropy(x, t, size_average=False) | cross_entropy(x, t, reduce=False) | cross_entropy(x, t.bool())
cross_entropy(x, e.tensor([-100] * 3)) | cross_entropy(x, e.tensor([-100] * 3), label_smoothing=0.1)
mse_loss(x, e.ones(3)) | mse_loss(x, e.ones(5)) | mse_loss(x, e.ones(3, 5).double()) | mse_loss(x.long(), x.long())
mse_loss(x, x, reduction='foo') | mse_loss(x, x, size_average=True) | mse_loss(x, x, weight=e.ones(5))
mse_loss(x, x, reduction='elementwise_mean') | l1_loss(x.long(), x.long()) | smooth_l1_loss(x, x, beta=-1)
huber_loss(x, x, delta=0) | huber_loss(x.long(), x.long()) | l1_loss(x, x, weight=x, reduction='foo')
binary_cross_entropy(x, e.ones(3)) | binary_cross_entropy(x * 2, x) | binary_cross_entropy(x, x * 2)
binary_cross_entropy(x, x.long()) | binary_cross_entropy(x, x, e.ones(4)) | binary_cross_entropy(x * 0, x)
binary_cross_entropy_with_logits(x, e.ones(3)) | binary_cross_entropy_with_logits(x.long(), x.long())
binary_cross_entropy_with_logits(x, x, pos_weight=e.ones(4)) | kl_div(x, x) | kl_div(x.long(), x.long())
poisson_nll_loss(x, x, reduction='foo') | gaussian_nll_loss(x, x, -x) | gaussian_nll_loss(x, x, e.ones(4))
multi_margin_loss(x, t, p=3) | multi_margin_loss(x, t, weight=e.ones(3)) | multi_margin_loss(x, e.tensor([0, 1]))
multi_margin_loss(x, e.tensor([0, 1, 7])) | multi_margin_loss(x, t.float()) | multi_margin_loss(e.ones(5), e.tensor(1))
multilabel_margin_loss(x, t) | multilabel_margin_loss(x, e.ones(3, 5).long() * 7) | multilabel_margin_loss(x, e.ones(3, 5))
cosine_embedding_loss(x, x, e.ones(3, 1)) | cosine_embedding_loss(e.ones(5), e.ones(5), e.ones(3))
margin_ranking_loss(x, x, e.ones(3)) | triplet_margin_loss(x, x, e.ones(3)) | triplet_margin_loss(x, x, x, margin=0)
ctc_loss(e.ones(3, 2, 4), e.ones(2, 3).long(), [3, 4], [2, 2]) | ctc_loss(e.ones(3, 2, 4), e.ones(2, 3).long(), [3], [2, 2])
ctc_loss(e.ones(3, 2, 4), e.ones(2, 3).long(), [3, 3], [2, 4]) | ctc_loss(e.ones(3, 2, 4), e.ones(5).long(), [3, 3], [2, 2])
ctc_loss(e.ones(3, 4), e.ones(2).long(), e.tensor(3), e.tensor(2))
linear(x, e.ones(2, 2)) | linear(x, e.ones(2, 5), e.ones(3)) | linear(e.tensor(1.0), x) | linear(x, x.double())
linear(x, e.ones(5)) | linear(e.ones(5), e.ones(5)) | linear(x) | linear(x, 3) | linear(e.ones(4), e.ones(2, 3))
linear(x, e.ones(2, 5), e.ones(1)) | linear(x, e.ones(2, 5), e.ones(2, 2)) | bilinear(e.ones(2, 3), e.ones(2, 4), e.ones(5, 3, 3))
bilinear(e.ones(2, 3), e.ones(3, 4), e.ones(5, 3, 4)) | bilinear(e.ones(3), e.ones(4), e.ones(5, 3, 4))
prelu(x, e.ones(2)) | prelu(x, e.ones(1, 3)) | prelu(x, e.ones(5).double()) | prelu(e.ones(3), e.ones(3))
gelu(x, approximate='a') | celu(x, 0.0) | softshrink(x, -1) | glu(x, 1) | glu(e.tensor(1.0)) | rrelu(x, 3, 1)
rrelu(x.half(), training=True) | rrelu(x.long(), training=True)
hardtanh(x, 2, 1) | hardtanh(e.ones(2).byte()) | elu(x, alpha='a') | relu(3) | relu() | leaky_relu(x, 'a') | gelu(x.long())
softmax(x) | softmin(e.ones(2, 3, 4)) | log_softmax(e.ones(3)) | silu(x.long()) | mish(x.bool()) | threshold(x.bool(), 0, 1)
dropout(x, 1.5) | dropout1d(e.ones(2)) | dropout2d(e.ones(2, 3), 0.0) | dropout2d(e.ones(2, 3, 1), 0.0) | dropout3d(x, 0.0)
batch_norm(i, e.zeros(3), v, training=True) | batch_norm(i, m, e.zeros(3)) | batch_norm(i, None, None) | batch_norm(i, m, None)
batch_norm(i, m, v, e.ones(3)) | batch_norm(i, m, v, e.ones(4).double()) | batch_norm(i.long(), m, v)
batch_norm(e.ones(1, 4), m, v, training=True) | batch_norm(i, m, v, training=True, eps=0) | batch_norm(i, m, v, eps=-1)
layer_norm(i, (4,)) | layer_norm(i, ()) | layer_norm(i, 3) | layer_norm(i, (3,), e.ones(4)) | layer_norm(i.long(), (3,))
layer_norm(i, (3,), e.ones(3).double()) | rms_norm(i, (4,)) | rms_norm(i, (3,), e.ones(4)) | rms_norm(i.long(), (3,))
group_norm(i, 3) | group_norm(i, 2, e.ones(3)) | group_norm(e.ones(4), 2) | group_norm(i.long(), 2) | group_norm(e.ones(1, 4), 4)
instance_norm(e.ones(2, 4, 1)) | instance_norm(i, use_input_stats=False) | instance_norm(i, e.zeros(3), v)
local_response_norm(e.ones(2, 2), 2) | embedding(e.tensor([0.5]), w) | embedding(e.tensor([6]), w) | embedding(t, w, padding_idx=6)
embedding(t, e.ones(6)) | embedding(t.bool(), w) | embedding(3, w) | embedding(e.ones(0, 3).long(), w)
embedding_bag(t, w) | embedding_bag(t, w, e.tensor([0, 4])) | embedding_bag(t, w, e.tensor([0, 2]), mode='foo')
embedding_bag(t, w, e.tensor([0, 2]), per_sample_weights=e.ones(3)) | embedding_bag(e.tensor([0, 7]), w, e.tensor([0]))
embedding_bag(t, w, e.tensor([0, 0, 3]), mode='max') | embedding_bag(t, w, e.tensor([0, 1, 3]), include_last_offset=True)
one_hot(e.tensor([0, 3]), 2) | one_hot(e.tensor([0, -1])) | one_hot(e.tensor([0.0])) | one_hot(e.tensor([]).long())
scaled_dot_product_attention(x, x, x, attn_mask=e.ones(3, 3).long()) | scaled_dot_product_attention(e.ones(3), e.ones(3), e.ones(3))
scaled_dot_product_attention(x, x, x, attn_mask=e.ones(3, 3), is_causal=True) | scaled_dot_product_attention(x, x.double(), x)
cosine_similarity(x.long(), x.long()) | pdist(e.ones(3)) | pdist(x, -1) | normalize(x, dim=0) | pairwise_distance(x, x)
gumbel_softmax(x, eps=0.1) | gumbel_softmax(x, hard=True)
"""
EVERY = [call.strip() for line in CALLS.strip().splitlines() for call in line.split(" | ")]


def outcome(engine: Any, call: str) -> tuple[Any, list[str]]:
    """(what a call comes to, what it warns of)"""
    engine.manual_seed(3)
    functions = {name: getattr(engine.nn.functional, name) for name in (call.split("(")[0],)}
    names = {
        "e": engine,
        "x": engine.ones(3, 5),
        "t": engine.tensor([0, 1, 2]),
        "i": engine.ones(2, 4, 3),
        "m": engine.zeros(4),
        "v": engine.ones(4),
        "w": engine.ones(6, 5),
    }
    with warnings.catch_warnings(record=True) as said, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            found = eval(call, functions | names)
        except Exception as error:
            return f"{type(error).__name__}: {error}", []
    return found, [str(each.message) for each in said]


@pytest.mark.parametrize("call", EVERY)
def test_a_call_is_answered_in_pytorchs_words(call: str) -> None:
    (ours, warned), (theirs, expected) = outcome(minitorch_edu, call), outcome(torch, call)
    if isinstance(theirs, str) or isinstance(ours, str):
        assert ours == theirs
    else:
        assert str(ours.dtype) == str(theirs.dtype)
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-5, atol=1e-6)
    assert warned == expected
