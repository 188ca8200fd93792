"""Checkpoints: training that is saved, stopped and gone on with gives the numbers of training without a break."""

import os
import tempfile

import torch
from torch import nn, optim


class TheModelClass(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 8)
        self.norm = nn.BatchNorm1d(8)
        self.head = nn.Linear(8, 1)
        self.register_buffer("steps", torch.tensor(0))
        self.register_buffer("scratch", torch.zeros(2), persistent=False)

    def forward(self, x):
        self.steps += 1
        return self.head(torch.relu(self.norm(self.layer(x))))


def made():
    torch.manual_seed(11)
    model = TheModelClass()
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    return model, optimizer, optim.lr_scheduler.StepLR(optimizer, 3, gamma=0.5)


def train(model, optimizer, scheduler, first, last):
    loss_fn = nn.MSELoss()
    for epoch in range(first, last):
        torch.manual_seed(epoch)
        x = torch.randn(16, 4)
        loss = loss_fn(model(x), x.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        print(f"epoch {epoch} loss {loss.item():.5f} lr {optimizer.param_groups[0]['lr']:.4f}")
    return loss


with tempfile.TemporaryDirectory() as folder:
    PATH = os.path.join(folder, "checkpoint.pt")
    model, optimizer, scheduler = made()
    print("Model's state_dict:")
    for name in model.state_dict():
        print(name, "\t", model.state_dict()[name].size())
    print("Optimizer's state_dict:")
    for name, value in optimizer.state_dict().items():
        print(name, "\t", value)
    loss = train(model, optimizer, scheduler, 0, 4)
    torch.save(
        {
            "epoch": 4,
            "model_state_dict": model.state_dict(),
            "optimizer_state_dict": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "loss": loss,
        },
        PATH,
    )
    print("without a break:")
    train(model, optimizer, scheduler, 4, 7)

    again, optimizer, scheduler = made()
    checkpoint = torch.load(PATH, weights_only=True, map_location=torch.device("cpu"))
    print(again.load_state_dict(checkpoint["model_state_dict"]))
    optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    again.train()
    print("gone on with:", checkpoint["epoch"], f"{checkpoint['loss'].item():.5f}", again.steps)
    train(again, optimizer, scheduler, checkpoint["epoch"], 7)
    print(all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), again.state_dict().values())))

    again.eval()
    print(again(torch.ones(1, 4)).requires_grad, again.training, os.path.exists(PATH))
    other = nn.Sequential(nn.Linear(4, 8))
    try:
        other.load_state_dict(checkpoint["model_state_dict"])
    except RuntimeError as error:
        print(error)
    keys = other.load_state_dict({"0.weight": torch.zeros(8, 4)}, strict=False)
    print(keys, keys.missing_keys)
