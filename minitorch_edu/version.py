"""torch.version: which version this is, and that it was built for no GPU."""

from minitorch_edu import missing as _missing

__version__ = "0.1.0"
debug = False
cuda: str | None = None
hip: str | None = None
rocm: str | None = None
xpu: str | None = None
git_version = "unknown"

__getattr__ = _missing.names_of(__name__)
