"""A row of N numbers is taken for N inputs with one feature each."""

from minitorch_edu import nn, optim

EXERCISE = "q2"
FAILS = {"finds_the_line": "wants its one feature", "keeps_plain_losses": "wants its one feature"}
FAILS_HIDDEN = {"another_line": "exception"}


def fit_line(x, y, lr, steps):
    model = nn.Linear(1, 1)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses
