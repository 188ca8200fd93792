"""How many launches a training step takes: upper limits, for what each launch costs is the host's time.

A step is zero_grad, forward, loss, backward and SGD with momentum, after two others, so that momenta are there.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import minitorch_edu as torch
import minitorch_edu.nn.functional as F

pytestmark = pytest.mark.host


class Parameters:
    """Random parameters and inputs of a GPU. The same in every run."""

    def __init__(self):
        self.random = np.random.RandomState(0)
        self.every = []

    def __call__(self, *shape):
        values = self.random.randn(*shape) / math.sqrt(shape[-1])
        self.every.append(torch.tensor(values, dtype=torch.float32, device="cuda", requires_grad=True))
        return self.every[-1]

    def linear(self, inputs, outputs):
        return self(outputs, inputs), self(outputs)

    def input(self, *shape):
        return torch.tensor(self.random.randn(*shape), dtype=torch.float32, device="cuda")

    def classes(self, count, *shape):
        return torch.tensor(self.random.randint(0, count, shape), device="cuda")


def perceptron(new):
    layers = [new.linear(20, 32), new.linear(32, 32), new.linear(32, 5)]
    x, y = new.input(8, 20), new.classes(5, 8)

    def loss():
        hidden = x
        for layer in layers[:-1]:
            hidden = F.relu(F.linear(hidden, *layer))
        return F.cross_entropy(F.linear(hidden, *layers[-1]), y)

    return loss


def lenet(new, norm=False):
    windows = [(new(6, 1, 5, 5), new(6)), (new(16, 6, 5, 5), new(16))]
    scales = [(new(count), new(count)) for count in (6, 16)] if norm else []
    seen = [(torch.zeros(count, device="cuda"), torch.ones(count, device="cuda")) for count in (6, 16)]
    layers = [new.linear(256, 120), new.linear(120, 84), new.linear(84, 10)]
    x, y = new.input(4, 1, 28, 28), new.classes(10, 4)

    def loss():
        hidden = x
        for number, window in enumerate(windows):
            hidden = F.conv2d(hidden, *window)
            if norm:
                hidden = F.batch_norm(hidden, *seen[number], *scales[number], training=True)
            hidden = F.max_pool2d(F.relu(hidden), 2)
        hidden = hidden.flatten(1)
        for layer in layers[:-1]:
            hidden = F.relu(F.linear(hidden, *layer))
        return F.cross_entropy(F.linear(hidden, *layers[-1]), y)

    return loss


def gpt(new, dropout=0.0, size=16, heads=2, places=6, samples=3, words=11):
    table, positions = new(words, size), new(places, size)
    blocks = [block(new, size) for _ in range(2)]
    last, head = (new(size), new(size)), new(words, size)
    x, y = new.classes(words, samples, places), new.classes(words, samples * places)

    def attended(hidden, qkv, out):
        parts = F.linear(hidden, *qkv).split(size, 2)
        parts = [each.view(samples, places, heads, size // heads).transpose(1, 2) for each in parts]
        found = F.scaled_dot_product_attention(*parts, is_causal=True, dropout_p=dropout)
        return F.linear(found.transpose(1, 2).reshape(samples, places, size), *out)

    def loss():
        hidden = F.embedding(x, table) + positions
        for before, qkv, out, between, up, down in blocks:
            hidden = hidden + attended(F.layer_norm(hidden, (size,), *before), qkv, out)
            wide = F.gelu(F.linear(F.layer_norm(hidden, (size,), *between), *up))
            hidden = hidden + F.linear(wide, *down)
        logits = F.linear(F.layer_norm(hidden, (size,), *last), head)
        return F.cross_entropy(logits.view(-1, words), y)

    return loss


def block(new, size):
    norms = [(new(size), new(size)) for _ in range(2)]
    qkv, out = new.linear(size, 3 * size), new.linear(size, size)
    up, down = new.linear(size, 4 * size), new.linear(4 * size, size)
    return norms[0], qkv, out, norms[1], up, down


LIMITS = {
    "perceptron": (perceptron, 32),
    "LeNet": (lenet, 54),
    "LeNet with batch norm": (lambda new: lenet(new, norm=True), 70),
    "nano-GPT": (gpt, 177),
    "nano-GPT with dropout": (lambda new: gpt(new, dropout=0.1), 187),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_training_step_takes_no_more_launches(name):
    make, limit = LIMITS[name]
    with torch.cuda.simulate() as books:
        new = Parameters()
        loss_of = make(new)
        optimizer = torch.optim.SGD(new.every, lr=0.01, momentum=0.9)
        for _ in range(3):
            books.reset()
            optimizer.zero_grad()
            loss = loss_of()
            loss.backward()
            optimizer.step()
            assert not books.waits
        assert books.launches <= limit
        assert math.isfinite(loss.item())


# --- single ops -------------------------------------------------------------------------------------------------------

OPS = {
    "mse_loss": lambda x, y, seen: F.mse_loss(x, y),
    "sum of squares": lambda x, y, seen: F.mse_loss(x, y, reduction="sum"),
    "squares": lambda x, y, seen: F.mse_loss(x, y, reduction="none"),
    "smooth_l1_loss": lambda x, y, seen: F.smooth_l1_loss(x, y, beta=0.5),
    "huber_loss": lambda x, y, seen: F.huber_loss(x, y, delta=0.5),
    "binary_cross_entropy": lambda x, y, seen: F.binary_cross_entropy(x, y),
    "with logits": lambda x, y, seen: F.binary_cross_entropy_with_logits(x, y),
    "with logits and weights": lambda x, y, seen: F.binary_cross_entropy_with_logits(
        x, y, pos_weight=y[0, 0, 0] + 1
    ),
    "layer_norm": lambda x, y, seen: F.layer_norm(x, (5, 6)),
    "group_norm": lambda x, y, seen: F.group_norm(x, 2),
    "instance_norm": lambda x, y, seen: F.instance_norm(x),
    "batch_norm": lambda x, y, seen: F.batch_norm(x, None, None, training=True),
    "batch_norm, and what was seen follows": lambda x, y, seen: F.batch_norm(x, *seen, training=True),
    "batch_norm, as seen": lambda x, y, seen: F.batch_norm(x, *seen),
    "softmax": lambda x, y, seen: F.softmax(x, 1),
    "log_softmax": lambda x, y, seen: F.log_softmax(x, 1),
}


def arguments(device):
    random = np.random.RandomState(0)
    x, y = (random.rand(3, 4, 5, 6).astype(np.float32) for _ in range(2))
    seen = random.rand(2, 4).astype(np.float32)
    x, y, *seen = [torch.tensor(each, device=device) for each in (x, y, *seen)]
    return x.requires_grad_(), y, seen


@pytest.mark.parametrize("name", OPS)
def test_an_op_is_one_launch_forward_and_one_backward(name):
    with torch.cuda.simulate() as books:
        x, y, seen = arguments("cuda")
        OPS[name](x, y, seen)  # what stands for no weight is made once
        y, seen = arguments("cuda")[1:]
        books.reset()
        result = OPS[name](x, y, seen)
        more = 1 if "follows" in name or "weights" in name else 0  # the running statistics; `+ 1`
        assert books.launches == 1 + more and not books.waits
        grad = torch.ones_like(result)
        books.reset()
        result.backward(grad)
        assert books.launches == 1 and not books.waits
        found = [each.detach().cpu().numpy() for each in (result, x.grad, *seen)]
    x, y, seen = arguments("cpu")
    result = OPS[name](x, y, seen)
    result.backward(torch.ones_like(result))
    for ours, expected in zip(found, (result, x.grad, *seen), strict=True):
        np.testing.assert_allclose(ours, expected.detach().numpy(), rtol=2e-5, atol=1e-6)


def test_many_losses_are_left_to_the_whole_gpu():
    with torch.cuda.simulate() as books:
        x, y = (torch.full((1 << 16,), value, device="cuda") for value in (1.0, 3.0))
        books.reset()
        assert F.mse_loss(x, y).item() == 4
        assert books.launches > 1


PARAMETERS = {
    "layer_norm": lambda x, scale: F.layer_norm(x, (6,), *scale(6)),
    "group_norm": lambda x, scale: F.group_norm(x, 2, *scale(4)),
    "batch_norm": lambda x, scale: F.batch_norm(x, None, None, *scale(4), training=True),
    "batch_norm, as seen": lambda x, scale: F.batch_norm(x, *arguments(x.device)[2], *scale(4)),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_normalization_with_parameters_is_three_launches_backward(name):
    with torch.cuda.simulate() as books:
        x, made = arguments("cuda")[0], []

        def scale(count):
            made.extend([torch.ones(count, device="cuda", requires_grad=True) for _ in range(2)])
            return made

        result = PARAMETERS[name](x, scale)
        grad = torch.ones_like(result)
        books.reset()
        result.backward(grad)
        assert books.launches == 3 and not books.waits  # of the input, the weight and the bias
