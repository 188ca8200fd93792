"""backward() is thought to move the parameters."""

EXERCISE = "q2"
FAILS = {"steps_once_a_batch": "no step was made"}
FAILS_HIDDEN = {"eighty_epochs": "not learned"}


def train_epoch(model, loader, loss_function, optimizer):
    model.train()
    total, count = 0.0, 0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        total, count = total + loss.item() * len(targets), count + len(targets)
    return total / count
