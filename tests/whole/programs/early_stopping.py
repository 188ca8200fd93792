"""Regression with validation: the rate falls when the loss rests, and training ends when nothing gets better."""

import numpy as np
import torch
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import ConcatDataset, DataLoader, Subset, TensorDataset

rng = np.random.default_rng(0)
torch.manual_seed(0)
X = torch.from_numpy(rng.uniform(-1, 1, (90, 3)).astype(np.float32))
y = (X @ torch.tensor([1.5, -2.0, 0.5]) + 0.3 + 0.05 * torch.from_numpy(rng.standard_normal(90)).float()).unsqueeze(1)
mean, std = X.mean(dim=0), X.std(dim=0)
dataset = TensorDataset((X - mean) / std, y)
train, valid = Subset(dataset, range(60)), Subset(dataset, list(range(60, 90)))
both = ConcatDataset([train, valid])
print(len(train), len(valid), len(both), both[60][1] == valid[0][1])


class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best, self.waited = patience, float("inf"), 0

    def __call__(self, loss):
        if loss < self.best - 1e-4:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        return self.waited >= self.patience


class Regressor(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, hidden), nn.Linear(hidden, hidden)])
        self.out = nn.Linear(hidden, 1)
        self.act = nn.SiLU()

    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))
        return self.out(x)


for make in (
    lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.5),
    lambda p: torch.optim.Adagrad(p, lr=0.05),
    lambda p: torch.optim.Adadelta(p, lr=1.0),
    lambda p: torch.optim.NAdam(p, lr=0.01),
):
    torch.manual_seed(1)
    model = Regressor(12)
    optimizer = make(model.parameters())
    scheduler = ReduceLROnPlateau(optimizer, mode="min", factor=0.3, patience=1)
    stop, criterion = EarlyStopping(3), nn.SmoothL1Loss()
    for epoch in range(8):
        model.train()
        for inputs, targets in DataLoader(train, batch_size=15, shuffle=True):
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            nn.utils.clip_grad_value_(model.parameters(), 0.5)
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses = [criterion(model(inputs), targets).item() for inputs, targets in DataLoader(valid, batch_size=10)]
        valid_loss = sum(losses) / len(losses)
        scheduler.step(valid_loss)
        if stop(valid_loss):
            break
    rate = optimizer.param_groups[0]["lr"]
    print(f"{type(optimizer).__name__}: epoch {epoch}, loss {valid_loss:.4f}, best {stop.best:.4f}, lr {rate:.5f}")
