"""The adaptive log softmax and the linear cross entropy, losses with parameters, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

ROWS = "torch.randn(6, 8), torch.tensor([0, 3, 9, 1, 5, 4])"

CASES = [
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", ROWS),
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, cutoffs=(4,), div_value=2.0, head_bias=True)", ROWS),
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5, 9], dtype=torch.float64)", "torch.randn(3, 8).double(), torch.tensor([9, 0, 2])"),
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(8), torch.tensor(7)"),
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(2, 8), torch.tensor([0, 1])"),
    ("nn.LinearCrossEntropyLoss(8, 10)", ROWS), ("nn.LinearCrossEntropyLoss(8, 10, bias=True, reduction='none', ignore_index=3)", ROWS),
    ("nn.LinearCrossEntropyLoss(8, 10, weight=torch.rand(10), reduction='sum', label_smoothing=0.1)", ROWS),
    ("nn.LinearCrossEntropyLoss(8, 4, out_features=(2, 3), bias=True)", "torch.randn(5, 8), torch.randint(0, 4, (5, 2, 3))"),
    ("nn.LinearCrossEntropyLoss(8, 4)", "torch.randn(5, 8), torch.randn(5, 4).softmax(1)"), ("nn.LinearCrossEntropyLoss(8, 4)", "torch.randn(8), torch.tensor(3)"),
    ("nn.LinearCrossEntropyLoss(8, 4, options=nn.LinearCrossEntropyOptions())", "torch.randn(5, 8), torch.randint(0, 4, (5,))"),
    ("nn.LinearCrossEntropyLoss(8, 10, reduction='sum', options=nn.LinearCrossEntropyOptions(batch_chunk_size=2))", ROWS),
]  # fmt: skip

MISTAKES = [
    *((f"nn.AdaptiveLogSoftmaxWithLoss(8, 10, {cutoffs})", "") for cutoffs in ("[]", "[5, 2]", "[2, 2]", "[0, 3]", "[3, 10]", "[2.5]", "3")),
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(2, 8), torch.tensor([0, 10])"), ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(3, 8), torch.tensor([0, 1])"),
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(2, 1, 8), torch.tensor([0, 1])"), ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(2, 8), torch.tensor(1)"),
    ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(2, 8), torch.tensor([[0], [1]])"), ("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5])", "torch.randn(2, 7), torch.tensor([0, 1])"),
    ("nn.LinearCrossEntropyLoss(8, 4, weight=torch.ones(3))", ""), ("nn.LinearCrossEntropyLoss(8, 4, label_smoothing=2)", ""), ("nn.LinearCrossEntropyLoss(8, 4)", "torch.randn(5, 7), torch.zeros(5).long()"),
    ("nn.LinearCrossEntropyLoss(8, 4)", "torch.randn(5, 1, 8), torch.zeros(5).long()"), ("nn.LinearCrossEntropyLoss(8, 4, ignore_index=1)", "torch.randn(5, 8), torch.randn(5, 4)"),
    ("nn.LinearCrossEntropyLoss(8, 4, out_features=(2,))", "torch.randn(8), torch.zeros(2).long()"), ("nn.LinearCrossEntropyOptions(acc_policy='best')", ""), ("nn.LinearCrossEntropyOptions(chunking_method='ratio')", ""),
    ("nn.LinearCrossEntropyOptions(chunking_method='aspect_ratio:0')", ""), ("nn.LinearCrossEntropyOptions(batch_chunk_size=0)", ""), ("nn.LinearCrossEntropyOptions(acc_dtype=torch.int8)", ""),
]  # fmt: skip

SAYS = {
    "all log probabilities": "print(m.log_prob(x), m.log_prob(x).exp().sum(1))",
    "the best class": "print(m.predict(x), m.predict(x * 0))",
    "the best class where none is rare": "m.head.weight.data[2:] = -9; m.head.weight.data[:2] = 9; print(m.predict(x.abs()))",
    "the best class where all are rare": "m.head.weight.data[2:] = 9; m.head.weight.data[:2] = -9; print(m.predict(x.abs()))",
    "its result": "r = m(x, torch.tensor([0, 3, 9])); print(r, r.output, r.loss, type(r).__name__, r._fields, len(r))",
    "its parts": "print(m, m.cutoffs, m.shortlist_size, m.n_clusters, m.head_size, [tuple(p.shape) for p in m.parameters()])",
    "beginning again": "torch.manual_seed(3); m.reset_parameters(); print([p.sum() for p in m.parameters()])",
    "options that cannot be heeded": "o = nn.LinearCrossEntropyOptions(); print(o); l = nn.LinearCrossEntropyLoss(8, 4, label_smoothing=0.1, options=o); print(l, l(x, torch.tensor([0, 1, 2])))",
    "by its function": "w = torch.randn(4, 8); print(nn.functional.linear_cross_entropy(x, w, torch.tensor([0, 1, 2]), linear_bias=torch.ones(4), reduction='sum'))",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_loss_with_parameters_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_it_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_it_says_what_pytorchs_says(about: str) -> None:
    beginning = "nn = torch.nn; torch.manual_seed(0); m = nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5]); x = torch.randn(3, 8)"
    assert_says_the_same(f"{beginning}\n{SAYS[about]}", heed=True)
