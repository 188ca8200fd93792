"""Embeddings as layers, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

ROWS = "torch.arange(12.0).view(4, 3)"
PLACES = "torch.tensor([[1, 2, 0], [3, 1, 1]])"
OFFSETS = "torch.tensor([2, 0, 1, 3, 3]), torch.tensor([0, 2, 2])"
CASES = [
    ("nn.Embedding(4, 3)", PLACES),
    ("nn.Embedding(4, 3)", "torch.tensor(2)"),
    ("nn.Embedding(4, 3)", "torch.zeros(0, 2, dtype=torch.int32)"),
    ("nn.Embedding(4, 3, padding_idx=1)", PLACES),
    ("nn.Embedding(4, 3, padding_idx=-3)", PLACES),
    ("nn.Embedding(4, 3, 0, 1.0, 1.5)", PLACES),
    ("nn.Embedding(4, 3, max_norm=0.5)", PLACES),
    ("nn.Embedding(4, 3, scale_grad_by_freq=True)", PLACES),
    ("nn.Embedding(4, 3, dtype=torch.float64)", PLACES),
    (f"nn.Embedding(4, 3, _weight={ROWS})", PLACES),
    ("nn.Embedding(4, 3, _freeze=True)", PLACES),
    (f"nn.Embedding.from_pretrained({ROWS})", PLACES),
    (f"nn.Embedding.from_pretrained({ROWS}, freeze=False, padding_idx=3, max_norm=2)", PLACES),
    ("nn.EmbeddingBag(4, 3)", PLACES),
    ("nn.EmbeddingBag(4, 3)", OFFSETS),
    ("nn.EmbeddingBag(4, 3, mode='sum')", OFFSETS),
    ("nn.EmbeddingBag(4, 3, mode='max')", OFFSETS),
    ("nn.EmbeddingBag(4, 3, 1.0, 1.0, True, 'sum')", "torch.tensor([[1, 2], [2, 1]])"),
    ("nn.EmbeddingBag(4, 3, padding_idx=-4)", OFFSETS),
    ("nn.EmbeddingBag(4, 3, mode='max', padding_idx=3)", PLACES),
    ("nn.EmbeddingBag(4, 3, include_last_offset=True)", "torch.tensor([2, 0, 1, 3, 3]), torch.tensor([0, 2, 5])"),
    ("nn.EmbeddingBag(4, 3, mode='sum')", f"{PLACES}, per_sample_weights=torch.rand(2, 3)"),
    ("nn.EmbeddingBag(4, 3, mode='sum')", f"{OFFSETS}, torch.rand(5)"),
    (f"nn.EmbeddingBag.from_pretrained({ROWS})", PLACES),
    (f"nn.EmbeddingBag.from_pretrained({ROWS}, freeze=False, mode='max', padding_idx=0)", PLACES),
]  # fmt: skip

MISTAKES = [
    ("nn.Embedding(4, 3, padding_idx=4)", ""),
    ("nn.Embedding(4, 3, padding_idx=-5)", ""),
    ("nn.Embedding(4)", ""),
    (f"nn.Embedding(3, 4, _weight={ROWS})", ""),
    ("nn.Embedding.from_pretrained(torch.ones(3))", ""),
    ("nn.Embedding(4, 3)", "torch.tensor([4])"),
    ("nn.Embedding(4, 3)", "torch.tensor([-1])"),
    ("nn.Embedding(4, 3)", "torch.tensor([1.0])"),
    ("nn.EmbeddingBag(4, 3, padding_idx=4)", ""),
    ("nn.EmbeddingBag.from_pretrained(torch.ones(3))", ""),
    ("nn.EmbeddingBag(4, 3, mode='min')", PLACES),
    ("nn.EmbeddingBag(4, 3)", "torch.tensor([1, 2])"),
    ("nn.EmbeddingBag(4, 3)", f"{PLACES}, torch.tensor([0])"),
    ("nn.EmbeddingBag(4, 3)", "torch.tensor([1, 2]), torch.tensor([1])"),
    ("nn.EmbeddingBag(4, 3)", f"{PLACES}, per_sample_weights=torch.rand(2, 3)"),
    ("nn.EmbeddingBag(4, 3, mode='sum')", f"{PLACES}, per_sample_weights=torch.rand(3, 2)"),
    ("nn.EmbeddingBag(4, 3)", "torch.tensor([[7]])"),
]  # fmt: skip

PADDING = """
layer = torch.nn.Embedding(3, 2, padding_idx=1)
with torch.no_grad():
    layer.weight.fill_(1)
layer.reset_parameters()
print(layer.weight[1], layer)
layer(torch.tensor([1, 1, 0])).sum().backward()
print(layer.weight.grad)
"""


@pytest.mark.parametrize("made, given", CASES)
def test_an_embedding_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_embeddings_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


def test_the_row_of_padding_is_zeros_and_does_not_learn() -> None:
    assert_says_the_same(PADDING)
