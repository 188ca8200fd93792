"""The optimizer is thought to clear the gradients in its step."""

EXERCISE = "q2"
FAILS = {"steps_once_a_batch": "What clears them"}


def train_epoch(model, loader, loss_function, optimizer):
    model.train()
    total, count = 0.0, 0
    for inputs, targets in loader:
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total, count = total + loss.item() * len(targets), count + len(targets)
    return total / count
