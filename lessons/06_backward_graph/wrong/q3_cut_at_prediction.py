"""Where the paths join is taken for where one was lost."""

EXERCISE = "q3"
FAILS = {"names_the_cut": "with a path to `b` alone"}

first_cut = "prediction"


def mended_loss(x, w, b):
    prediction = torch.tanh(x * w).sum() + b
    return (prediction - 2.0) ** 2
