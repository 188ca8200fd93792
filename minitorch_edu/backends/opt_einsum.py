"""torch.backends.opt_einsum: whether `einsum` looks for a good order of products. Here it goes from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

enabled = False
strategy: str | None = None


def is_available() -> bool:
    """False: the package opt_einsum is not used."""
    return False


def get_opt_einsum() -> Any:
    """None: it is not used."""
    return None


def set_flags(_enabled: bool | None = None, _strategy: str | None = None) -> tuple[bool, str | None]:
    """Set the flags, which is refused for lack of the package, and return what they were before."""
    if _enabled:
        raise ValueError(
            f"opt_einsum is not available, so setting `enabled` to {_enabled} will not reap the benefits of "
            "calculating an optimal path for einsum. torch.einsum will fall back to contracting from left to right. To "
            "enable this optimal path calculation, please install opt-einsum."
        )
    if _strategy is not None:
        raise ValueError(
            f"opt_einsum is not available, so setting `strategy` to {_strategy} will not be meaningful. torch.einsum "
            "will bypass path calculation and simply contract from left to right. Please install opt_einsum or unset "
            "`strategy`."
        )
    return False, None


@contextmanager
def flags(enabled: bool | None = None, strategy: str | None = None) -> Iterator[None]:
    """Set them for a with-block."""
    set_flags(enabled, strategy)
    yield
