"""Char-RNN: an LSTM that learns to go on with a text, letter by letter."""

import torch
from torch import nn

torch.manual_seed(7)
text = "the quick brown fox jumps over the lazy dog and then the dog sleeps while the fox runs. " * 4
chars = sorted(set(text))
index = {char: i for i, char in enumerate(chars)}
data = torch.tensor([index[char] for char in text], dtype=torch.long)
print(len(chars), "characters:", repr("".join(chars)))


class CharRNN(nn.Module):
    def __init__(self, vocabulary, hidden=32, layers=2):
        super().__init__()
        self.encoder = nn.Embedding(vocabulary, 16)
        self.rnn = nn.LSTM(16, hidden, num_layers=layers, batch_first=True, dropout=0.1)
        self.decoder = nn.Linear(hidden, vocabulary)

    def forward(self, x, state=None):
        out, state = self.rnn(self.encoder(x), state)
        return self.decoder(out), state

    def init_hidden(self, batch):
        weight = next(self.parameters())
        return tuple(weight.new_zeros(self.rnn.num_layers, batch, self.rnn.hidden_size) for _ in range(2))


def batches(length=20, size=8):
    starts = torch.randint(0, len(data) - length - 1, (size,))
    x = torch.stack([data[s : s + length] for s in starts])
    y = torch.stack([data[s + 1 : s + length + 1] for s in starts])
    return x, y


model = CharRNN(len(chars))
print(model)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(30):
    x, y = batches()
    logits, _ = model(x, model.init_hidden(x.size(0)))
    loss = criterion(logits.reshape(-1, len(chars)), y.reshape(-1))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if step % 5 == 0:
        print(f"step {step:2d} | loss {loss.item():.4f} | perplexity {loss.exp().item():.3f} | norm {norm:.4f}")


@torch.no_grad()
def sample(prime, count):
    model.eval()
    state = None
    for char in prime:
        logits, state = model(torch.tensor([[index[char]]]), state)
    out = prime
    for _ in range(count):
        probabilities = torch.softmax(logits[0, -1] / 0.5, dim=-1)
        best = torch.topk(probabilities, 3)
        char = chars[best.indices[0].item()]
        out += char
        logits, state = model(torch.tensor([[index[char]]]), state)
    return out


print(repr(sample("the ", 20)))
h, c = model.init_hidden(3)
print(h.shape, c.shape, model.rnn.weight_ih_l0.shape, [name for name, _ in model.rnn.named_parameters()])
