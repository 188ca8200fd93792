"""detach() is thought to change the tensor it is called on."""

EXERCISE = "q3"
FAILS = {"names_the_cut": "left `product` as it was"}

first_cut = "product"


def mended_loss(x, w, b):
    prediction = torch.tanh(x * w).sum() + b
    return (prediction - 2.0) ** 2
