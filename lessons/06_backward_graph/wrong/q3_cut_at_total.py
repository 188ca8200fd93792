"""The cut is seen one operation too late."""

EXERCISE = "q3"
FAILS = {"names_the_cut": "what is `total` the sum of"}

first_cut = "total"


def mended_loss(x, w, b):
    prediction = torch.tanh(x * w).sum() + b
    return (prediction - 2.0) ** 2
