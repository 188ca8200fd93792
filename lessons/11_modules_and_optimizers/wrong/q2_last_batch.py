"""The loss of the last batch is taken for that of the epoch."""

EXERCISE = "q2"
FAILS = {"averages_over_points": "last batch alone"}


def train_epoch(model, loader, loss_function, optimizer):
    model.train()
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
    return loss.item()
