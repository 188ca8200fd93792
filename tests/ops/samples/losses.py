"""Samples of losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, array, empty, normal, sample, strided
from tests.oracle import torch

nn, aten = torch._C._nn, torch.ops.aten
CLASSES = array(1, 0, 2)
IGNORED = array(1, -100, 2)
PLACES = np.random.RandomState(0).randint(0, 3, (2, 2, 2))
HEAVY = array(0.5, 1.0, 2.5)


def chances(*shape: int) -> np.ndarray:
    return normal(*shape) / 5 + 0.5


def pairs(**arguments: Any):
    def samples():
        found = [
            sample(normal(2, 3), normal(2, 3, seed=9), reduction=number, **arguments) for number in (0, 1, 2)
        ]
        found.append(sample(strided(2, 3), normal(2, 3, seed=9), reduction=1, **arguments))
        return [*found, sample(empty(0), empty(0), reduction=2, **arguments)]

    return samples


def of_chances():
    found = [
        sample(chances(2, 3), chances(2, 3)[::-1].copy(), chances(3), reduction=each) for each in (0, 1, 2)
    ]
    return [*found, sample(chances(4), chances(4)[::-1].copy(), empty(0), reduction=1)]


def of_logits():
    target = chances(2, 3)
    return [
        *(
            sample(normal(2, 3), target.copy(), HEAVY.copy(), HEAVY.copy(), reduction=each)
            for each in (0, 1, 2)
        ),
        sample(normal(2, 3), target.copy(), empty(0), empty(0), reduction=1),
    ]


def without_empty(function, *places: int):
    """A function of PyTorch's, with None for a weight of no elements."""

    def theirs(*tensors: Any, **arguments: Any) -> Any:
        given = [None if k in places and not each.numel() else each for k, each in enumerate(tensors)]
        return function(*given, **arguments)

    return theirs


def of_classes(*weight: np.ndarray):
    def samples():
        found = [
            sample(normal(3, 3), CLASSES.copy(), *weight, reduction=each, ignore_index=-100)
            for each in (1, 0, 2)
        ]
        found.append(sample(strided(3, 3), IGNORED.copy(), *weight, reduction=1, ignore_index=-100))
        found.append(sample(normal(3, 3), CLASSES.copy(), *weight, reduction=0, ignore_index=1))
        return [*found, sample(normal(3), np.array(2), *weight, reduction=1, ignore_index=-100)]

    return samples


def of_places(*weight: np.ndarray):
    return lambda: [
        sample(normal(2, 3, 2, 2), PLACES.copy(), *weight, reduction=each, ignore_index=ignored)
        for each, ignored in ((1, -100), (0, 0), (2, 2))
    ]


def likelihood(function):
    def theirs(x, target, weight=None, reduction=1, ignore_index=-100):
        return function(x, target, weight, reduction, ignore_index)

    return theirs


def picked(x, target, ignore_index):
    return -torch.nn.functional.nll_loss(x, target, ignore_index=ignore_index, reduction="none")


def placed(x, target, shape, ignore_index):
    mask = (target != ignore_index).unsqueeze(1)
    safe = torch.where(target != ignore_index, target, 0).unsqueeze(1)
    return torch.zeros(shape, dtype=x.dtype).scatter(1, safe, (x.expand(target.shape).unsqueeze(1) * mask))


def margins():
    def of(weight, **arguments):
        return sample(normal(3, 3), CLASSES.copy(), weight, **arguments)

    return [
        of(HEAVY.copy(), p=1, margin=1.0, reduction=1),
        of(HEAVY.copy(), p=2, margin=0.7, reduction=0),
        of(empty(0), p=2, margin=1.0, reduction=2),
    ]


def multi_margin(x, target, weight, p, margin, reduction):
    return nn.multi_margin_loss(x, target, p, margin, weight if weight.numel() else None, reduction)


LABELS = array([1, 2, -1, 0], [3, -1, 0, 0], [-1, 0, 0, 0])


def multilabel_slopes(x, target):
    x = x.detach().requires_grad_()
    torch.nn.functional.multilabel_margin_loss(x, target, reduction="sum").backward()
    return x.grad * x.shape[1]


SPARED_INPUT = frozenset({"self"})
ENTRIES: dict[str, Entry] = {
    "mse_loss": Entry(nn.mse_loss, pairs()),
    "smooth_l1_loss": Entry(nn.smooth_l1_loss, pairs(beta=0.7)),
    "huber_loss": Entry(nn.huber_loss, pairs(delta=0.7)),
    "soft_margin_loss": Entry(nn.soft_margin_loss, pairs()),
    "binary_cross_entropy": Entry(without_empty(nn.binary_cross_entropy, 2), of_chances, twin=False),
    "binary_cross_entropy_with_logits": Entry(
        without_empty(torch.binary_cross_entropy_with_logits, 2, 3), of_logits, twin=False
    ),
    "nll_loss": Entry(likelihood(aten.nll_loss_forward), of_classes(), spared=SPARED_INPUT),
    "nll_loss_weighted": Entry(likelihood(aten.nll_loss_forward), of_classes(HEAVY), spared=SPARED_INPUT),
    "nll_loss2d": Entry(likelihood(aten.nll_loss2d_forward), of_places(), spared=SPARED_INPUT),
    "nll_loss2d_weighted": Entry(likelihood(aten.nll_loss2d_forward), of_places(HEAVY), spared=SPARED_INPUT),
    "picked_class": Entry(
        picked,
        lambda: [
            sample(normal(3, 3), CLASSES.copy(), ignore_index=-100),
            sample(normal(3, 3), IGNORED.copy(), ignore_index=-100),
            sample(normal(2, 3, 2, 2), PLACES.copy(), ignore_index=1),
        ],
        twin=False,
    ),
    "placed_class": Entry(
        placed,
        lambda: [
            sample(normal(3), CLASSES.copy(), shape=(3, 4), ignore_index=0),
            sample(normal(), CLASSES.copy(), shape=(3, 4), ignore_index=-100),
            sample(normal(2, 2, 2), PLACES.copy(), shape=(2, 3, 2, 2), ignore_index=1),
        ],
        twin=False,
    ),
    "class_mask": Entry(
        lambda target, classes: torch.nn.functional.one_hot(target, classes).bool(),
        lambda: [sample(CLASSES.copy(), classes=4)],
        twin=False,
    ),
    "multi_margin_loss": Entry(multi_margin, margins),
    "multilabel_slopes": Entry(multilabel_slopes, lambda: [sample(normal(3, 4), LABELS.copy())], twin=False),
    "multilabel_margin_loss": Entry(
        aten.multilabel_margin_loss_forward,
        lambda: [sample(normal(3, 4), LABELS.copy(), reduction=each) for each in (0, 1, 2)],
        spared=frozenset({"is_target"}),
    ),
}  # fmt: skip
