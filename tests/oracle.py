"""The oracle: real PyTorch, asked the same question, must give the same answer.

    from tests.oracle import assert_same_error, assert_same_text, to_torch, torch

A test file that imports this is skipped where PyTorch is not installed: it is a reference to
test against, and never needed to run.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="differential tests compare with real PyTorch")


def to_torch(array: Any) -> Any:
    """A torch tensor with a copy of these numbers, of the same dtype and shape.

    Takes an array, a number, or a tensor that has `.detach()` and `.numpy()`.
    """
    if hasattr(array, "detach"):
        array = array.detach().numpy()
    array = np.array(array, order="C")
    if array.dtype.name == "bfloat16":  # unknown to torch.from_numpy, but its bits are not
        return torch.from_numpy(array.view(np.uint16)).view(torch.bfloat16)
    return torch.from_numpy(array)


def assert_same_text(ours: Any, theirs: Any) -> None:
    """The same characters; a tensor (anything but a str) speaks with its repr."""
    texts = [text if isinstance(text, str) else repr(text) for text in (ours, theirs)]
    assert texts[0] == texts[1], f"ours:\n{texts[0]}\n\ntheirs:\n{texts[1]}"


def assert_same_error(ours: Callable[[], Any], theirs: Callable[[], Any]) -> None:
    """Both raise an exception, of the same name and with the same first argument."""
    our_error, their_error = _raised(ours), _raised(theirs)
    assert our_error == their_error, f"ours: {our_error}\ntheirs: {their_error}"


def _raised(act: Callable[[], Any]) -> tuple[str, str]:
    try:
        result = act()
    except Exception as error:
        return type(error).__name__, str(error.args[0] if error.args else "")
    raise AssertionError(f"raised nothing, returned {result!r}")
