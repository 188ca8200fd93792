"""Where the loss is seen is taken for where it happened."""

EXERCISE = "q3"
FAILS = {"names_the_cut": "where was the path lost first"}

first_cut = "loss"


def mended_loss(x, w, b):
    prediction = torch.tanh(x * w).sum() + b
    return (prediction - 2.0) ** 2
