"""torch.backends.mps: Apple's GPUs. There is none here, on any machine."""


def is_available() -> bool:
    """False, so that `"mps" if torch.backends.mps.is_available() else "cpu"` finds the CPU."""
    return False


def is_built() -> bool:
    """Whether this engine was built with support for them."""
    return False
