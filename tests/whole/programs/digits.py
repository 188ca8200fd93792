"""Digits: a classifier of small pictures, trained as the tutorials of MNIST do, on pictures made here."""

import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset

SEGMENTS = ["1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"]


class Digits(Dataset):
    """Digits as a pocket calculator shows them, 8 by 6, with noise."""

    def __init__(self, count, seed, transform=None):
        generator = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(0, 10, (count,), generator=generator)
        self.noise = torch.rand(count, 8, 6, generator=generator)
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        on = SEGMENTS[self.labels[index].item()]
        picture = torch.zeros(8, 6)
        for bit, place in zip(on, [(0, slice(1, 5)), (slice(1, 4), 0), (slice(1, 4), 5), (3, slice(1, 5)),
                                   (slice(4, 7), 0), (slice(4, 7), 5), (7, slice(1, 5))]):
            picture[place] = float(bit)
        picture = 0.7 * picture + 0.3 * self.noise[index]
        if self.transform is not None:
            picture = self.transform(picture)
        return picture, self.labels[index]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(48, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        x = F.relu(self.fc1(self.flatten(x)))
        return F.log_softmax(self.fc2(x), dim=1)


def train(args, model, device, loader, optimizer, epoch):
    model.train()
    for batch, (data, target) in enumerate(loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target)
        loss.backward()
        optimizer.step()
        if batch % args.log_interval == 0:
            done = 100.0 * batch / len(loader)
            print(f"Train Epoch: {epoch} [{batch * len(data)}/{len(loader.dataset)} ({done:.0f}%)]\tLoss: {loss.item():.4f}")


def test(model, device, loader):
    model.eval()
    loss, correct = 0.0, 0
    with torch.no_grad():
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            output = model(data)
            loss += F.nll_loss(output, target, reduction="sum").item()
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
    size = len(loader.dataset)
    print(f"Test set: average loss {loss / size:.4f}, accuracy {correct}/{size}")


def main():
    parser = argparse.ArgumentParser(description="digits")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--log-interval", type=int, default=5)
    parser.add_argument("--no-cuda", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(1)
    device = torch.device("cuda" if torch.cuda.is_available() and not args.no_cuda else "cpu")
    train_loader = DataLoader(Digits(320, 1, lambda x: (x - 0.4) / 0.3), batch_size=32, shuffle=True)
    test_loader = DataLoader(Digits(100, 2, lambda x: (x - 0.4) / 0.3), batch_size=50)
    model = Net().to(device)
    print(model)
    print("parameters:", sum(p.numel() for p in model.parameters() if p.requires_grad))
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    for epoch in range(1, args.epochs + 1):
        train(args, model, device, train_loader, optimizer, epoch)
        test(model, device, test_loader)


if __name__ == "__main__":
    main()
