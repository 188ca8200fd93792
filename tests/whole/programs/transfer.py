"""Transfer learning: a network that has learnt one task is frozen, and a new head learns another."""

import copy

import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler

torch.manual_seed(4)
inputs = torch.randn(120, 6)
old_task = (inputs[:, 0] * inputs[:, 1] > 0).long()
new_task = (inputs[:, 0] * inputs[:, 1] > 0).long() + (inputs[:, 2] > 0).long()
dataloaders = {
    "train": torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs[:80], new_task[:80]), batch_size=20, shuffle=True),
    "val": torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs[80:], new_task[80:]), batch_size=20),
}
dataset_sizes = {phase: len(loader.dataset) for phase, loader in dataloaders.items()}


def make_body():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(inplace=True), nn.Linear(16, 8), nn.ReLU(inplace=True))


class Model(nn.Module):
    def __init__(self, body, classes):
        super().__init__()
        self.body = body
        self.fc = nn.Linear(8, classes)

    def forward(self, x):
        return self.fc(self.body(x))


pretrained = Model(make_body(), 2)
optimizer = optim.Adam(pretrained.parameters(), lr=0.01)
for _ in range(30):
    loss = nn.functional.cross_entropy(pretrained(inputs), old_task)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"pretrained: {loss.item():.4f}")


def train_model(model, criterion, optimizer, scheduler, num_epochs=3):
    best_model_wts, best_acc = copy.deepcopy(model.state_dict()), 0.0
    for epoch in range(num_epochs):
        for phase in ["train", "val"]:
            model.train(phase == "train")
            running_loss, running_corrects = 0.0, 0
            for data, labels in dataloaders[phase]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    outputs = model(data)
                    _, preds = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * data.size(0)
                running_corrects += torch.sum(preds == labels.data)
            if phase == "train":
                scheduler.step()
            epoch_loss = running_loss / dataset_sizes[phase]
            epoch_acc = running_corrects.double() / dataset_sizes[phase]
            print(f"{epoch} {phase} Loss: {epoch_loss:.4f} Acc: {epoch_acc:.4f}")
            if phase == "val" and epoch_acc > best_acc:
                best_acc = epoch_acc
                best_model_wts = copy.deepcopy(model.state_dict())
    print(f"Best val Acc: {best_acc:4f}")
    model.load_state_dict(best_model_wts)
    return model


frozen = copy.deepcopy(pretrained)
for param in frozen.parameters():
    param.requires_grad = False
before = frozen.body[0].weight.clone()
frozen.fc = nn.Linear(frozen.fc.in_features, 3)
print("trained:", [name for name, p in frozen.named_parameters() if p.requires_grad])
optimizer_conv = optim.SGD(filter(lambda p: p.requires_grad, frozen.parameters()), lr=0.1, momentum=0.9)
train_model(frozen, nn.CrossEntropyLoss(), optimizer_conv, lr_scheduler.StepLR(optimizer_conv, step_size=2, gamma=0.1))
print("the body has not moved:", torch.equal(before, frozen.body[0].weight), frozen.body[0].weight.grad)

tuned = copy.deepcopy(pretrained)
tuned.fc = nn.Linear(8, 3)
groups = [{"params": tuned.body.parameters(), "lr": 1e-3}, {"params": tuned.fc.parameters()}]
optimizer_ft = optim.AdamW(groups, lr=1e-2, weight_decay=0.05)
exp_lr_scheduler = lr_scheduler.ExponentialLR(optimizer_ft, gamma=0.9)
train_model(tuned, nn.CrossEntropyLoss(label_smoothing=0.1), optimizer_ft, exp_lr_scheduler, num_epochs=2)
print([round(group["lr"], 6) for group in optimizer_ft.param_groups], exp_lr_scheduler.get_last_lr())
print(optimizer_ft)
