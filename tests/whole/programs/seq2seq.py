"""Sequence to sequence: a GRU reads digits of unequal number, another one, with attention, writes them in reverse."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

SOS, EOS, PAD = 10, 11, 12
random.seed(0)
torch.manual_seed(0)


def make_batch(size):
    sources = [[random.randint(0, 9) for _ in range(random.randint(2, 5))] for _ in range(size)]
    sources.sort(key=len, reverse=True)
    lengths = torch.tensor([len(s) for s in sources])
    src = pad_sequence([torch.tensor(s) for s in sources], batch_first=True, padding_value=PAD)
    tgt = pad_sequence([torch.tensor(s[::-1] + [EOS]) for s in sources], batch_first=True, padding_value=PAD)
    return src, lengths, tgt


class Encoder(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.embedding = nn.Embedding(13, hidden, padding_idx=PAD)
        self.gru = nn.GRU(hidden, hidden, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * hidden, hidden)

    def forward(self, src, lengths):
        packed = pack_padded_sequence(self.embedding(src), lengths, batch_first=True)
        outputs, hidden = self.gru(packed)
        outputs, _ = pad_packed_sequence(outputs, batch_first=True)
        hidden = torch.tanh(self.bridge(torch.cat((hidden[0], hidden[1]), dim=1)))
        return self.bridge(outputs), hidden


class Decoder(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.embedding = nn.Embedding(13, hidden)
        self.cell = nn.GRUCell(2 * hidden, hidden)
        self.out = nn.Linear(hidden, 13)

    def forward(self, token, hidden, memory, mask):
        scores = torch.bmm(memory, hidden.unsqueeze(2)).squeeze(2)
        weights = F.softmax(scores.masked_fill(mask, float("-inf")), dim=1)
        context = torch.bmm(weights.unsqueeze(1), memory).squeeze(1)
        hidden = self.cell(torch.cat([self.embedding(token), context], dim=1), hidden)
        return self.out(hidden), hidden, weights


encoder, decoder = Encoder(24), Decoder(24)
parameters = list(encoder.parameters()) + list(decoder.parameters())
optimizer = torch.optim.Adam(parameters, lr=0.01)
criterion = nn.CrossEntropyLoss(ignore_index=PAD)
for iteration in range(20):
    src, lengths, tgt = make_batch(16)
    memory, hidden = encoder(src, lengths)
    token = torch.full((src.size(0),), SOS, dtype=torch.long)
    loss = 0
    for t in range(tgt.size(1)):
        logits, hidden, weights = decoder(token, hidden, memory, src == PAD)
        loss = loss + criterion(logits, tgt[:, t]) if (tgt[:, t] != PAD).any() else loss
        token = tgt[:, t] if random.random() < 0.5 else logits.argmax(1)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, max_norm=5.0)
    optimizer.step()
    if iteration % 4 == 0:
        print(f"{iteration:3d} {loss.item() / tgt.size(1):.4f}")
print("attention sums to one:", torch.allclose(weights.sum(1), torch.ones(16)), weights.shape)
print(encoder.embedding.weight[PAD].abs().sum())
print(encoder)
