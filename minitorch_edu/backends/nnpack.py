"""torch.backends.nnpack: a library of convolutions for telephones. It is not used here."""


def is_available() -> bool:
    """False: this engine does not use it."""
    return False
