"""All batches are thought to be equally large."""

EXERCISE = "q2"
FAILS = {"averages_over_points": "mean over the batches"}


def train_epoch(model, loader, loss_function, optimizer):
    model.train()
    total, count = 0.0, 0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total, count = total + loss.item(), count + 1
    return total / count
