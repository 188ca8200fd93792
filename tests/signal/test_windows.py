"""Windows under SciPy's names, beside PyTorch's."""

from __future__ import annotations

from typing import Any

import pytest
import torch.signal.windows  # noqa: F401  # a module of its own

import minitorch_edu
from tests.ops.calls import agree

NAMES = (
    "bartlett", "blackman", "cosine", "exponential", "gaussian", "general_cosine", "general_hamming", "hamming",
    "hann", "kaiser", "nuttall",
)  # fmt: skip
OPTIONS: list[dict[str, Any]] = [
    {}, {"sym": False}, {"dtype": "float64"}, {"dtype": "float16"}, {"requires_grad": True}, {"alpha": 0.3},
    {"std": 2.0}, {"std": -1}, {"tau": 3.0}, {"tau": -1}, {"center": 1.0}, {"center": 1.0, "sym": False},
    {"beta": 3}, {"beta": -3}, {"a": [1, 2, 3]}, {"a": []}, {"a": 3}, {"window": 1},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_a_window_is_pytorchs(name, options):
    def act(engine: Any, length: Any) -> Any:
        given = {"a": [0.3, 0.2], **options} if name == "general_cosine" else dict(options)
        if "dtype" in given:
            given["dtype"] = getattr(engine, given["dtype"])
        made = getattr(engine.signal.windows, name)(length, **given)
        return made, made.requires_grad

    for length in (0, 1, 2, 3, 8, -1, "a"):
        agree(lambda engine, length=length: act(engine, length), rtol=1e-6, text="window" not in options)


def test_a_periodic_window_lacks_the_last_of_the_symmetric_one():
    windows = minitorch_edu.signal.windows
    assert windows.hann(8, sym=False).tolist() == pytest.approx(windows.hann(9)[:-1].tolist(), abs=1e-6)
