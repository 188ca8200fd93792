"""A model is thought to know by itself that it is being trained."""

EXERCISE = "q2"
FAILS = {"switches_to_training": "evaluation mode"}


def train_epoch(model, loader, loss_function, optimizer):
    total, count = 0.0, 0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total, count = total + loss.item() * len(targets), count + len(targets)
    return total / count
