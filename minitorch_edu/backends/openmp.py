"""torch.backends.openmp: threads within one op. NumPy computes here, in its own way."""


def is_available() -> bool:
    """False: this engine does not use it."""
    return False
