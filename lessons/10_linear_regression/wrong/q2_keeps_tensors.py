"""A loss is taken for a plain number."""

from minitorch_edu import nn, optim

EXERCISE = "q2"
FAILS = {"keeps_plain_losses": "Your list holds tensors"}


def fit_line(x, y, lr, steps):
    model = nn.Linear(1, 1)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x[:, None]) - y[:, None]) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return model, losses
