"""torch.backends.mkl: Intel's Math Kernel Library. NumPy computes here, in its own way."""


def is_available() -> bool:
    """False: this engine does not use it."""
    return False
