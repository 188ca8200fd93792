"""Arguments for kernels that were written by hand: those of the `forward` or the formula whose place one takes."""

from __future__ import annotations

import numpy as np

from minitorch_edu.backends import fusing
from minitorch_edu.nn.functional.normalization import followed
from minitorch_edu.ops import attention, pooling, registry
from minitorch_edu.ops.op import on_bare_arrays

NAMES = sorted(name for name, module in fusing.OWN.items() if module != "convolution_kernels")
"""All but those for convolutions, which have tests of their own."""


def normal(*shape, kind=np.float32):
    return np.random.RandomState(sum(shape)).randn(*shape).astype(kind)


def chances(*shape, kind=np.float32):
    return 1 / (1 + np.exp(-normal(*shape, kind=kind)))


def meaning(name):
    """What the kernel stands for, with NumPy."""
    if name == "attention.weights":
        return lambda *arguments: attention.attending(np, *arguments)
    if name == "batch_norm.follow":
        return followed
    if name == "max_pool.windows":
        return lambda *arguments: pooling.in_windows(np, *arguments)
    card, _, part = name.partition(".")
    card = registry.cards[card]
    if part == "forward":
        return lambda *arguments: card.forward(np, *arguments)
    return on_bare_arrays(card.formulas[part.removeprefix("grad_")].function)


def prepared(name, arguments):
    """The launch, and what the kernel takes."""
    launch = fusing._launch_by_hand(name, arguments)
    given = [np.ascontiguousarray(each).reshape(shape) for each, shape in launch.arrays]
    made = [np.zeros(inside, dtype) for dtype, _, inside in launch.results]
    return launch, (*given, *launch.numbers, *made), made


def cases(kind):
    return {**rows(kind), **norms(kind), **losses(kind), **pools(kind)}


# --- rows -------------------------------------------------------------------------------------------------------------


def rows(kind):
    far = (np.array([1e4, 1e4 + 1], kind), 0)
    ways = [
        (normal(3, 200, kind=kind), 1),
        (normal(3, 4, 2, kind=kind), 1),
        (normal(4, 3, kind=kind).T, 0),
        far,
    ]
    pairs = [
        (normal(3, 5, kind=kind), normal(3, 5, kind=kind) ** 2, 1),
        (normal(4, kind=kind), normal(4, kind=kind), 0),
    ]
    hidden = normal(3, 5, kind=kind)
    hidden[1] = -np.inf
    scores = normal(2, 2, 3, 4, kind=kind)
    causal = np.where(np.tri(3, 4, dtype=bool), 0, -np.inf).astype(kind)
    nothing = np.full((2, 1, 1, 4), -np.inf, kind)
    return {
        "softmax_dim.forward": ways,
        "log_softmax_dim.forward": ways,
        "softmax_dim.grad_input": pairs,
        "log_softmax_dim.grad_input": pairs,
        "safe_softmax.forward": [(hidden,), (normal(2, 3, 4, kind=kind),)],
        "safe_softmax.grad_input": [each[:2] for each in pairs],
        "attention.weights": [
            (scores, np.zeros((), kind), 0.5),
            (scores, causal, 0.5),
            (scores, nothing, 0.5),
            (scores, normal(2, 1, 3, 1, kind=kind), 2.0),
        ],
    }


# --- normalizations ---------------------------------------------------------------------------------------------------

EPS = 1e-5


def norms(kind):
    return {
        "native_layer_norm.forward": [layer_norm(kind, True), layer_norm(kind, False)],
        "native_layer_norm.grad_input": [
            after(layer_norm, kind, each, weight=True) for each in (True, False)
        ],
        "native_layer_norm.grad_weight": [after(layer_norm, kind, True)],
        "native_group_norm.forward": [group_norm(kind, True), group_norm(kind, False)],
        "native_group_norm.grad_input": [
            after(group_norm, kind, each, weight=True) for each in (True, False)
        ],
        "native_group_norm.grad_weight": [after(group_norm, kind, True)],
        "native_batch_norm.forward": [
            batch_norm(kind, affine, training) for affine in (True, False) for training in (True, False)
        ],
        "native_batch_norm.grad_input": [
            after_batch_norm(kind, affine, training, weight=True)
            for affine in (True, False)
            for training in (True, False)
        ],
        "native_batch_norm.grad_weight": [
            after_batch_norm(kind, True, training) for training in (True, False)
        ],
        "batch_norm.follow": [
            (normal(3, 2, 2, 2, kind=kind), normal(2, kind=kind), chances(2, kind=kind), 0.1),
            (normal(3, 2, kind=kind), normal(2, kind=kind), chances(2, kind=kind), 0.5),
        ],
    }


def layer_norm(kind, affine):
    size = (3, 5) if affine else (0,)
    return normal(2, 3, 5, kind=kind), 1 + normal(*size, kind=kind), normal(*size, kind=kind), (3, 5), EPS


def group_norm(kind, affine):
    size = 6 if affine else 0
    return normal(2, 6, 2, 2, kind=kind), 1 + normal(size, kind=kind), normal(size, kind=kind), 3, EPS


def after(norm, kind, affine, weight=False):
    """The arguments of a formula."""
    x, scale, shift, groups, eps = norm(kind, affine)
    name = f"native_{norm.__name__}"
    _, mean, rstd = registry.cards[name].forward(np, x, scale, shift, groups, eps)
    return normal(*x.shape, kind=kind), x, *(scale,) * weight, mean, rstd, groups, eps


def batch_norm(kind, affine, training):
    size = 3 if affine else 0
    seen = normal(3, kind=kind), chances(3, kind=kind)
    return (
        normal(2, 3, 4, kind=kind),
        1 + normal(size, kind=kind),
        normal(size, kind=kind),
        *seen,
        training,
        EPS,
    )


def after_batch_norm(kind, affine, training, weight=False):
    x, scale, shift, mean, variance, *rest = batch_norm(kind, affine, training)
    found = registry.cards["native_batch_norm"].forward(np, x, scale, shift, mean, variance, *rest)[1:]
    between = (scale, variance) if weight else (mean, variance)
    return normal(*x.shape, kind=kind), x, *between, *found, *rest


# --- losses -----------------------------------------------------------------------------------------------------------


def losses(kind):
    x, y = normal(3, 50, kind=kind), normal(50, 3, kind=kind).T
    sure = np.array([0, 0.25, 0.75, 1], kind), np.array([1, 0.25, 0, 1], kind)
    logits, truth, none = np.array([-200, -1, 0, 3, 200], kind), chances(5, kind=kind), np.zeros(0, kind)
    some, few = normal(2, 3, kind=kind), chances(3, kind=kind)
    return {
        "nll_loss.forward": [classes(kind, 1), classes(kind, 2)],
        "nll_loss.grad_input": [after_classes(kind, 1), after_classes(kind, 2)],
        "mse_loss.forward": [(x, y, 1), (x, y, 2), (x[0, 0], y[0, 0], 1)],
        "smooth_l1_loss.forward": [(x, y, 1, 0.5), (x, y, 2, 1)],
        "huber_loss.forward": [(x, y, 1, 0.5), (x, y, 2, 1)],
        "binary_cross_entropy.forward": [
            (*sure, none, 1),
            (*sure, sure[1], 2),
            (chances(2, 3, kind=kind),) * 2 + (few, 1),
        ],
        "binary_cross_entropy_with_logits.forward": [
            (logits, truth, none, none, 1),
            (logits, truth, truth, none, 2),
            (some, chances(2, 3, kind=kind), none, few, 1),
        ],
    }


def classes(kind, reduction):
    return normal(5, 4, kind=kind), np.array([1, 0, 3, -100, 2]), reduction, -100


def after_classes(kind, reduction):
    return np.asarray(0.7, kind), (5, 4), np.array([1, 0, 3, -100, 2]), np.asarray(4, kind), reduction, -100


# --- pooling ----------------------------------------------------------------------------------------------------------


def pools(kind):
    ways = [
        ((2, 2), (2, 2), (0, 0), (1, 1)),
        ((3, 2), (2, 1), (1, 1), (1, 1)),
        ((2, 2), (1, 2), (0, 0), (2, 1)),
    ]
    x = normal(2, 2, 6, 5, kind=kind)
    x[0, 0, 1, 1:3], x[1, 0], x[1, 1] = np.nan, -np.inf, 1
    given = [(x, *way, pooling.places_of((6, 5), *way, False)) for way in ways]
    back = []
    for arguments in given:
        _, places = pooling.in_windows(np, *arguments)
        back.append((normal(*places.shape, kind=kind), x.shape, places))
    return {"max_pool.windows": [*given, (x[0], *given[0][1:])], "max_pool2d_with_indices.grad_input": back}
