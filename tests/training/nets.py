"""Networks of tutorials, written once for both engines: each function takes `torch` and returns the turns of a step.

A turn is a module and the loss of a step, by its number: most networks have one, a GAN has two. Data are drawn from
`torch`'s own generator, or NumPy's, as tutorials without a download do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np


class Turn(NamedTuple):
    module: Any
    loss: Callable[[int], Any]


def endless(loader: Any) -> Iterator[Any]:
    """The batches of one epoch after the other."""
    while True:
        yield from loader


# --- of numbers and points --------------------------------------------------------------------------------------------


def linear_regression(torch: Any) -> list[Turn]:
    """A line through noisy points, as in a tutorial on tensors and NumPy: y = 2 x + 1."""
    source = np.random.RandomState(0)
    x = source.rand(100, 1)
    y = 2 * x + 1 + 0.1 * source.randn(100, 1)
    kind = torch.get_default_dtype()
    inputs, wanted = torch.from_numpy(x).to(kind), torch.from_numpy(y).to(kind)

    class LinearRegression(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(1, 1)

        def forward(self, x: Any) -> Any:
            return self.linear(x)

    model, criterion = LinearRegression(), torch.nn.MSELoss()
    return [Turn(model, lambda step: criterion(model(inputs), wanted))]


def spirals(torch: Any, count: int = 120) -> tuple[Any, Any]:
    """Points of three arms, and which arm each belongs to."""
    arm = torch.arange(count) % 3
    radius = torch.rand(count)
    angle = 4 * radius + arm * (2 * math.pi / 3) + 0.2 * torch.randn(count)
    return torch.stack([radius * angle.sin(), radius * angle.cos()], dim=1), arm


def mlp(torch: Any) -> list[Turn]:
    """A perceptron with dropout; batches come from a DataLoader that shuffles."""
    nn, data = torch.nn, torch.utils.data
    model = nn.Sequential(
        nn.Linear(2, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 3)
    )
    batches = endless(data.DataLoader(data.TensorDataset(*spirals(torch)), batch_size=32, shuffle=True))

    def loss(step: int) -> Any:
        points, arm = next(batches)
        return nn.functional.cross_entropy(model(points), arm)

    return [Turn(model, loss)]


def batchnorm_mlp(torch: Any) -> list[Turn]:
    """A perceptron with batch normalization, and weights from Kaiming's rule."""
    nn = torch.nn
    points, arm = spirals(torch)

    def begin(module: Any) -> None:
        if isinstance(module, nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)

    model = nn.Sequential(
        nn.Linear(2, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 24), nn.BatchNorm1d(24), nn.GELU()
    )
    model.append(nn.Linear(24, 3))
    model.apply(begin)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    return [Turn(model, lambda step: criterion(model(points), arm))]


# --- of pictures ------------------------------------------------------------------------------------------------------


def pictures(torch: Any, count: int, channels: int, size: int) -> tuple[Any, Any]:
    """Noise with a bright square at one of four places, and the number of the place."""
    place = torch.arange(count) % 4
    shown = 0.3 * torch.randn(count, channels, size, size)
    half = size // 2
    for number, each in enumerate(place.tolist()):
        row, column = half * (each // 2), half * (each % 2)
        shown[number, :, row : row + half, column : column + half] += 1
    return shown, place


def lenet(torch: Any) -> list[Turn]:
    """LeNet-5 for 28 by 28 pixels."""
    nn, F = torch.nn, torch.nn.functional

    class LeNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
            self.conv2 = nn.Conv2d(6, 16, 5)
            self.pool = nn.MaxPool2d(2)
            self.fc1 = nn.Linear(16 * 5 * 5, 120)
            self.fc2 = nn.Linear(120, 84)
            self.fc3 = nn.Linear(84, 10)

        def forward(self, x: Any) -> Any:
            x = self.pool(F.relu(self.conv1(x)))
            x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
            x = torch.flatten(x, 1)
            return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))

    model = LeNet()
    shown, place = pictures(torch, 16, 1, 28)
    criterion = nn.CrossEntropyLoss()

    def loss(step: int) -> Any:
        rows = slice(4 * (step % 4), 4 * (step % 4) + 4)
        return criterion(model(shown[rows]), place[rows])

    return [Turn(model, loss)]


def resnet(torch: Any) -> list[Turn]:
    """Two residual blocks, the second of which halves the picture."""
    nn = torch.nn

    class Block(nn.Module):
        def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(outputs)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(outputs)
            self.relu = nn.ReLU(inplace=True)
            self.shortcut = nn.Sequential()
            if stride != 1 or inputs != outputs:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x: Any) -> Any:
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += self.shortcut(x)
            return self.relu(out)

    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), Block(8, 8), Block(8, 16, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 4),
    )  # fmt: skip
    shown, place = pictures(torch, 8, 3, 12)
    return [Turn(model, lambda step: nn.functional.cross_entropy(model(shown), place))]


def vae(torch: Any) -> list[Turn]:
    """A variational autoencoder: a picture becomes a normal distribution, a sample of it a picture again."""
    nn, F = torch.nn, torch.nn.functional

    class VAE(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc1, self.mean, self.log_variance = nn.Linear(64, 32), nn.Linear(32, 4), nn.Linear(32, 4)
            self.decoder = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 64), nn.Sigmoid())

        def forward(self, x: Any) -> Any:
            h = F.relu(self.fc1(x.view(-1, 64)))
            mean, log_variance = self.mean(h), self.log_variance(h)
            std = torch.exp(0.5 * log_variance)
            z = mean + torch.randn_like(std) * std
            return self.decoder(z), mean, log_variance

    model = VAE()
    shown = torch.sigmoid(pictures(torch, 16, 1, 8)[0])

    def loss(step: int) -> Any:
        again, mean, log_variance = model(shown)
        likeness = F.binary_cross_entropy(again, shown.view(-1, 64), reduction="sum")
        divergence = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
        return (likeness + divergence) / len(shown)

    return [Turn(model, loss)]


def gan(torch: Any) -> list[Turn]:
    """A generator of points on a circle, and a discriminator that tells them from real ones."""
    nn = torch.nn
    generator = nn.Sequential(
        nn.Linear(4, 32), nn.LeakyReLU(0.2), nn.BatchNorm1d(32), nn.Linear(32, 2), nn.Tanh()
    )
    discriminator = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1), nn.Sigmoid())
    criterion = nn.BCELoss()
    real_label, fake_label = torch.ones(24, 1), torch.zeros(24, 1)

    def tell_apart(step: int) -> Any:
        angle = 2 * math.pi * torch.rand(24)
        real = 0.7 * torch.stack([angle.cos(), angle.sin()], 1)
        fake = generator(torch.randn(24, 4)).detach()
        return criterion(discriminator(real), real_label) + criterion(discriminator(fake), fake_label)

    def deceive(step: int) -> Any:
        return criterion(discriminator(generator(torch.randn(24, 4))), real_label)

    return [Turn(discriminator, tell_apart), Turn(generator, deceive)]


# --- of text ----------------------------------------------------------------------------------------------------------

TEXT = (
    "to be, or not to be, that is the question: whether tis nobler in the mind to suffer the slings and arrows of "
    "outrageous fortune, or to take arms against a sea of troubles and by opposing end them. "
)
LETTERS = sorted(set(TEXT))


def letters(torch: Any) -> Any:
    return torch.tensor([LETTERS.index(each) for each in TEXT])


def windows(torch: Any, text: Any, length: int, samples: int) -> tuple[Any, Any]:
    """Pieces of a text, and the same one letter later."""
    begins = torch.randint(len(text) - length, (samples,)).tolist()
    return (
        torch.stack([text[begin : begin + length] for begin in begins]),
        torch.stack([text[begin + 1 : begin + length + 1] for begin in begins]),
    )


def char_rnn(torch: Any) -> list[Turn]:
    """The next letter from an RNN, with gradients clipped; its state goes on from step to step."""
    nn = torch.nn

    class CharRNN(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(len(LETTERS), 16)
            self.rnn = nn.RNN(16, 32, batch_first=True)
            self.head = nn.Linear(32, len(LETTERS))

        def forward(self, x: Any, state: Any) -> Any:
            out, state = self.rnn(self.embedding(x), state)
            return self.head(out), state

    model, text = CharRNN(), letters(torch)
    held = [None]

    def loss(step: int) -> Any:
        inputs, wanted = windows(torch, text, 12, 4)
        scores, state = model(inputs, held[0])
        held[0] = state.detach()
        return nn.functional.cross_entropy(scores.reshape(-1, len(LETTERS)), wanted.reshape(-1))

    return [Turn(Clipped(model), loss)]


class Clipped:
    """A module whose gradients are to be clipped before each step."""

    def __init__(self, module: Any, norm: float = 1.0) -> None:
        self.module, self.norm = module, norm
        self.parameters, self.named_parameters = module.parameters, module.named_parameters


def lstm(torch: Any) -> list[Turn]:
    """Which word a sequence of letters comes from: two layers of LSTM in both directions, over packed sequences."""
    nn, rnn = torch.nn, torch.nn.utils.rnn

    class Classifier(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(len(LETTERS) + 1, 12, padding_idx=0)
            self.lstm = nn.LSTM(12, 16, num_layers=2, dropout=0.2, bidirectional=True, batch_first=True)
            self.head = nn.Linear(32, 4)

        def forward(self, words: Any, lengths: Any) -> Any:
            packed = rnn.pack_padded_sequence(
                self.embedding(words), lengths, batch_first=True, enforce_sorted=False
            )
            _, (h, _) = self.lstm(packed)
            return self.head(torch.cat([h[-2], h[-1]], dim=1))

    words = TEXT.replace(",", "").split()[:16]
    each = [torch.tensor([LETTERS.index(letter) + 1 for letter in word]) for word in words]
    lengths, labels = [len(word) for word in words], torch.tensor([len(word) % 4 for word in words])
    padded = rnn.pad_sequence(each, batch_first=True)
    model = Classifier()
    return [Turn(model, lambda step: nn.functional.cross_entropy(model(padded, lengths), labels))]


def gru(torch: Any) -> list[Turn]:
    """A sine wave goes on: a GRU and a GRUCell, in regression with a smooth loss."""
    nn = torch.nn

    class Waves(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.cell, self.head = nn.GRU(1, 16), nn.GRUCell(1, 16), nn.Linear(16, 1)

        def forward(self, x: Any) -> Any:
            _, h = self.encoder(x)
            state, point, points = h[0], x[-1], []
            for _ in range(4):
                state = self.cell(point, state)
                point = self.head(state)
                points.append(point)
            return torch.stack(points)

    model = Waves()
    waves = torch.sin(torch.linspace(0, 6, 16).unsqueeze(1) + torch.arange(6.0)).unsqueeze(2)
    criterion = nn.SmoothL1Loss(beta=0.5)
    return [Turn(model, lambda step: criterion(model(waves[:12]), waves[12:]))]


def nano_gpt(torch: Any) -> list[Turn]:
    """A small GPT: 4 layers of 4 heads, 64 wide, over 32 letters, with weights from N(0, 0.02²) and a tied head."""
    nn, F = torch.nn, torch.nn.functional
    width, heads, block, layers = 64, 4, 32, 4

    class CausalSelfAttention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.c_attn = nn.Linear(width, 3 * width)
            self.c_proj = nn.Linear(width, width)
            self.dropout = nn.Dropout(0.1)
            self.register_buffer("mask", torch.tril(torch.ones(block, block)).view(1, 1, block, block))

        def forward(self, x: Any) -> Any:
            B, T, C = x.size()
            parts = self.c_attn(x).split(width, dim=2)
            q, k, v = (part.view(B, T, heads, C // heads).transpose(1, 2) for part in parts)
            scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            scores = scores.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf"))
            mixed = self.dropout(F.softmax(scores, dim=-1)) @ v
            return self.dropout(self.c_proj(mixed.transpose(1, 2).contiguous().view(B, T, C)))

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln_1, self.attn, self.ln_2 = nn.LayerNorm(width), CausalSelfAttention(), nn.LayerNorm(width)
            self.mlp = nn.Sequential(
                nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width), nn.Dropout(0.1)
            )

        def forward(self, x: Any) -> Any:
            x = x + self.attn(self.ln_1(x))
            return x + self.mlp(self.ln_2(x))

    class GPT(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = nn.ModuleDict(
                {
                    "wte": nn.Embedding(len(LETTERS), width),
                    "wpe": nn.Embedding(block, width),
                    "drop": nn.Dropout(0.1),
                    "h": nn.ModuleList([Block() for _ in range(layers)]),
                    "ln_f": nn.LayerNorm(width),
                }
            )
            self.lm_head = nn.Linear(width, len(LETTERS), bias=False)
            self.transformer.wte.weight = self.lm_head.weight
            self.apply(self._init_weights)

        def _init_weights(self, module: Any) -> None:
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if isinstance(module, nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)

        def forward(self, index: Any, targets: Any) -> Any:
            place = torch.arange(index.size(1)).unsqueeze(0)
            x = self.transformer.drop(self.transformer.wte(index) + self.transformer.wpe(place))
            for each in self.transformer.h:
                x = each(x)
            scores = self.lm_head(self.transformer.ln_f(x))
            return F.cross_entropy(scores.view(-1, scores.size(-1)), targets.view(-1), ignore_index=-1)

    model, text = GPT(), letters(torch)
    return [Turn(Clipped(model), lambda step: model(*windows(torch, text, block, 2)))]


def transformer(torch: Any) -> list[Turn]:
    """Sequences turned around, by PyTorch's own encoder layers, learned positions and a mask of padding."""
    nn = torch.nn

    class Reverser(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(10, 16)
            self.place = nn.Parameter(0.1 * torch.randn(8, 16))
            layer = nn.TransformerEncoderLayer(16, 2, dim_feedforward=32, dropout=0.0, batch_first=True)
            self.encoder = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
            self.head = nn.Linear(16, 10)

        def forward(self, x: Any, padding: Any) -> Any:
            return self.head(self.encoder(self.embedding(x) + self.place, src_key_padding_mask=padding))

    model = Reverser()
    numbers = torch.randint(1, 10, (6, 8))
    padding = torch.zeros(6, 8, dtype=torch.bool)
    padding[:, 7] = True

    def loss(step: int) -> Any:
        scores = model(numbers, padding)[:, :7]
        return nn.functional.cross_entropy(scores.flatten(0, 1), numbers[:, :7].flip(1).flatten())

    return [Turn(model, loss)]
