"""torch.version: which version this is, and that it was built for no GPU."""

__version__ = "0.1.0"
debug = False
cuda: str | None = None
hip: str | None = None
