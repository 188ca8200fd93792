"""The return stands inside the loop."""

EXERCISE = "q2"
FAILS = {"steps_once_a_batch": "inside the loop"}
FAILS_HIDDEN = {"eighty_epochs": "not learned"}


def train_epoch(model, loader, loss_function, optimizer):
    model.train()
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss.item()
