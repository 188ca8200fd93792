"""torch.backends.cusparselt: NVIDIA's library for matrices with holes. It is not used here."""


def is_available() -> bool:
    """False: this engine does not use it."""
    return False


def version() -> int | None:
    """None: it is not used."""
    return None
