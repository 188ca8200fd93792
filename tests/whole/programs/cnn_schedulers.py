"""A convolutional network with batch normalization, and four schedules of its learning rate."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
pictures = torch.randn(96, 3, 12, 12)
labels = (pictures[:, 0].mean((1, 2)) > pictures[:, 1].mean((1, 2))).long() + 2 * (pictures[:, 2, 3:9, 3:9].mean((1, 2)) > 0).long()
train_set, valid_set = random_split(TensorDataset(pictures, labels), [64, 32], generator=torch.Generator().manual_seed(5))
classes = ("warm", "cold", "bright", "dark")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3)
        self.bn2 = nn.BatchNorm2d(16)
        self.pool = nn.MaxPool2d(2, 2)
        self.drop = nn.Dropout(p=0.2)
        self.fc = nn.Linear(16 * 2 * 2, len(classes))

    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = self.pool(F.relu(self.bn2(self.conv2(x))))
        x = torch.flatten(x, 1)
        return self.fc(self.drop(x))


SCHEDULES = {
    "StepLR": lambda opt: lr_scheduler.StepLR(opt, step_size=1, gamma=0.5),
    "CosineAnnealingLR": lambda opt: lr_scheduler.CosineAnnealingLR(opt, T_max=3),
    "OneCycleLR": lambda opt: lr_scheduler.OneCycleLR(opt, max_lr=0.05, total_steps=3),
    "LambdaLR": lambda opt: lr_scheduler.LambdaLR(opt, lambda epoch: 0.9**epoch),
}

for name, schedule in SCHEDULES.items():
    torch.manual_seed(3)
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    scheduler = schedule(optimizer)
    loader = DataLoader(train_set, batch_size=16, shuffle=True, drop_last=True)
    for epoch in range(3):
        net.train()
        running = 0.0
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(inputs), targets)
            loss.backward()
            optimizer.step()
            running += loss.item() * inputs.size(0)
        net.eval()
        with torch.inference_mode():
            outputs = torch.cat([net(x) for x, _ in DataLoader(valid_set, batch_size=8)])
            wanted = torch.tensor([y for _, y in valid_set])
            accuracy = (outputs.argmax(1) == wanted).float().mean().item()
        print(f"{name} epoch {epoch}: loss {running / len(train_set):.4f} accuracy {accuracy:.3f} lr {scheduler.get_last_lr()[0]:.5f}")
        scheduler.step()
print(net)
for key, value in net.state_dict().items():
    print(key, tuple(value.shape), value.dtype)
