"""Shapes (N, 1) and (N,) are taken for the same."""

from minitorch_edu import nn, optim

EXERCISE = "q2"
FAILS = {"finds_the_line": "Your line is flat"}
FAILS_HIDDEN = {"another_line": "The line differs"}


def fit_line(x, y, lr, steps):
    model = nn.Linear(1, 1)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x[:, None]) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses
