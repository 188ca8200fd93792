"""Samples of normalizations, embeddings and attention."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, array, normal, positive, sample, strided
from tests.oracle import torch

F = torch.nn.functional


def layer_norms():
    shape = {"normalized_shape": (3,), "eps": 1e-5}
    return [
        sample(normal(4, 3), normal(3, seed=2), normal(3, seed=3), **shape),
        sample(strided(4, 3), normal(3, seed=2), normal(3, seed=3), **shape),
        sample(normal(2, 2, 3), normal(2, 3), normal(2, 3, seed=1), normalized_shape=(2, 3), eps=0.1),
        sample(normal(3), normal(3, seed=2), normal(3, seed=3), **shape),
    ]


def layer_norm(x, weight, bias, normalized_shape, eps):
    return torch.native_layer_norm(x, normalized_shape, weight, bias, eps)


def batch_norms():
    def of(x, training):
        return sample(
            x,
            normal(3, seed=2),
            normal(3, seed=3),
            normal(3, seed=4),
            positive(3),
            training=training,
            eps=0.01,
        )

    return [of(normal(4, 3), True), of(normal(2, 3, 2, 2), True), of(normal(4, 3), False)]


def batch_norm(x, weight, bias, mean, var, training, eps):
    kept = None if mean is None else mean.clone(), None if var is None else var.clone()
    return torch.native_batch_norm(x, weight, bias, *kept, training, 0.0, eps)


def group_norms():
    return [
        sample(normal(2, 4, 3), normal(4, seed=2), normal(4, seed=3), group=2, eps=0.01),
        sample(normal(2, 4), normal(4, seed=2), normal(4, seed=3), group=2, eps=0.01),
        sample(normal(2, 4, 2, 2), normal(4, seed=2), normal(4, seed=3), group=1, eps=0.01),
    ]


def group_norm(x, weight, bias, group, eps):
    return torch.native_group_norm(x, weight, bias, x.shape[0], x.shape[1], x[0, 0].numel(), group, eps)


ROWS = array(2, 0, 2, 3)
GRID = np.array([[0, 2], [2, 2]])
BAGS = array(0, 0, 2, 2)
FILLED = array(0, 1, 2, 2)
FILLED_TOO = array(0, 0, 1, 2)


def looked_up(padding_idx: int, mean: bool) -> dict[str, Any]:
    return {"padding_idx": padding_idx, "mean": mean}


def rows_summed(x, indices, rows, padding_idx, mean):
    return torch.ops.aten.embedding_dense_backward(x, indices, rows, padding_idx, mean)


def rows_given(table, indices, padding_idx, mean):
    counts = torch.bincount(indices.reshape(-1), minlength=len(table)).clamp(min=1).unsqueeze(1)
    found = (table / counts if mean else table)[indices]
    return found.masked_fill((indices == padding_idx).unsqueeze(-1), 0)


def starts(bags):
    """Where each of three bags begins."""
    return torch.tensor([0, *(int((bags < each).sum()) for each in (1, 2))])


def bag_sums(weight, scales, indices, bags, count, padding_idx, by_freq):
    return F.embedding_bag(
        indices,
        weight,
        starts(bags),
        None,
        2,
        by_freq,
        "sum",
        False,
        scales,
        False,
        padding_idx if padding_idx >= 0 else None,
    )


def bag_maxima(weight, indices, bags, count, padding_idx):
    options = (False, 2, False, None, False, padding_idx if padding_idx >= 0 else None)
    found = torch.embedding_bag(weight, indices, starts(bags), *options)
    return found[0], found[3]


def attention(query, key, value, mask, scale):
    scores = query @ key.transpose(-2, -1) * scale + mask
    return scores.softmax(-1) @ value, scores.logsumexp(-1)


def heads(seed: int, places: int = 3) -> np.ndarray:
    return normal(1, 2, places, 2, seed=seed)


def chances_of_labels(steps: int, samples: int, labels: int) -> np.ndarray:
    numbers = torch.from_numpy(normal(steps, samples, labels))
    return numbers.log_softmax(2).numpy()


def ctc_losses(log_probs, targets, input_lengths, target_lengths, blank, zero_infinity):
    return torch._ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, zero_infinity)


# the derivative of a CTC loss is that of logarithms which come from a softmax: finite differences find another one
SPOKEN = {"blank": 0, "zero_infinity": False, "smooth": False}

ENTRIES: dict[str, Entry] = {
    "native_layer_norm": Entry(layer_norm, layer_norms, twin=False),
    "native_batch_norm": Entry(batch_norm, batch_norms, twin=False),
    "native_group_norm": Entry(group_norm, group_norms, twin=False),
    "embedding_rows": Entry(
        lambda weight, indices, padding_idx, scale_grad_by_freq, sparse: torch.embedding(
            weight, indices, padding_idx, scale_grad_by_freq, sparse
        ),
        lambda: [
            sample(normal(4, 3), places.copy(), padding_idx=padding, scale_grad_by_freq=scaled, sparse=False,
                   smooth=padding < 0 and not scaled)
            for places, padding, scaled in ((ROWS, -1, False), (GRID, 2, False), (ROWS, -1, True), (np.array(1), -1, False))
        ],
    ),
    "rows_summed": Entry(
        rows_summed,
        lambda: [
            sample(normal(4, 3), ROWS.copy(), rows=5, **looked_up(-1, False)),
            sample(normal(2, 2, 3), GRID.copy(), rows=4, **looked_up(0, False)),
        ],
        twin=False,
    ),
    "rows_given": Entry(
        rows_given,
        lambda: [
            sample(normal(4, 3), ROWS.copy(), **looked_up(-1, False)),
            sample(normal(4, 3), GRID.copy(), **looked_up(0, True)),
        ],
        twin=False,
    ),
    "bag_sums": Entry(
        bag_sums,
        lambda: [
            sample(normal(4, 3), normal(4), ROWS.copy(), BAGS.copy(), count=3, padding_idx=-1, by_freq=False),
            sample(normal(4, 3), normal(4), ROWS.copy(), BAGS.copy(), count=3, padding_idx=2, by_freq=False),
        ],
        twin=False,
    ),
    "bag_maxima": Entry(
        bag_maxima,
        lambda: [
            sample(normal(4, 3), ROWS.copy(), FILLED.copy(), count=3, padding_idx=-1),
            sample(normal(4, 3), array(1, 2, 3, 0), FILLED_TOO.copy(), count=3, padding_idx=2),
        ],
        twin=False,
    ),
    "safe_softmax": Entry(
        lambda x: torch.ops.aten._safe_softmax(x, -1),
        lambda: [sample(normal(2, 3)), sample(strided(3, 2)), sample(array(1.0, -np.inf), smooth=False)],
        twin=False,
    ),
    "flash_attention": Entry(
        attention,
        lambda: [
            sample(heads(0), heads(1), heads(2), np.zeros(()), scale=0.5),
            sample(heads(0), heads(1, 2), heads(2, 2), normal(3, 2), scale=0.7),
        ],
        twin=False,
    ),
    "ctc_losses": Entry(
        ctc_losses,
        lambda: [
            sample(chances_of_labels(6, 2, 4), np.array([[1, 2], [2, 2]]), array(6, 6), array(2, 2), **SPOKEN),
            sample(chances_of_labels(5, 1, 3), np.array([[2, 2]]), array(5), array(2), **SPOKEN),
        ],
        twin=False,
    ),
    # its values are the derivatives of the losses above, and its own derivative is refused
    "ctc_slopes": Entry(torch.zeros_like, lambda: [], twin=False),
}  # fmt: skip
