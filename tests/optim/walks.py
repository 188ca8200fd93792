"""Walks: the same steps by the same gradients on both engines, and what an optimizer has made of the parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

import minitorch_edu
from tests.oracle import torch as pytorch

SMALL = ((5,), (2, 3), ())
STEPS = 20


def made(
    torch: Any, shapes: Any, dtype: str = "float32", seed: int = 0
) -> tuple[list[Any], np.random.RandomState]:
    """Parameters with the same values on each engine, and where their gradients come from."""
    source = np.random.RandomState(seed)
    return [leaf(torch, drawn(source, shape, dtype)) for shape in shapes], source


def drawn(source: np.random.RandomState, shape: Any, dtype: str) -> np.ndarray:
    values = np.asarray(source.randn(*shape))
    if dtype.startswith("complex"):
        values = values + 1j * np.asarray(source.randn(*shape))
    return np.asarray(values, dtype if dtype not in ("bfloat16", "float16") else "float32")


def leaf(torch: Any, values: np.ndarray) -> Any:
    made = torch.from_numpy(values.copy())
    return made.requires_grad_(True)


def walked(
    torch: Any,
    name: str,
    options: dict[str, Any],
    shapes: Any = SMALL,
    steps: int = STEPS,
    dtype: str = "float32",
) -> tuple[Any, list[np.ndarray]]:
    """An optimizer after some steps, and where all parameters were after each."""
    params, source = made(torch, shapes, dtype)
    optimizer = getattr(torch.optim, name)(params, **options)
    places = []
    for _ in range(steps):
        for param, shape in zip(params, shapes, strict=True):
            param.grad = torch.from_numpy(drawn(source, shape, dtype))
        optimizer.step()
        places.append(np.concatenate([param.detach().numpy().reshape(-1) for param in params]))
    return optimizer, places


def states(optimizer: Any) -> list[dict[str, Any]]:
    """What is remembered of each parameter, as arrays and numbers."""
    return [
        {key: np.array(value.tolist()) if hasattr(value, "tolist") else value for key, value in kept.items()}
        for kept in optimizer.state_dict()["state"].values()
    ]


def assert_same_walk(name: str, options: dict[str, Any], **rest: Any) -> None:
    """The places are the same but for rounding, and so is what is remembered, under the same names in the same order.

    PyTorch's kernels multiply and add with one rounding where the processor can (`fma`), NumPy's with two. What that
    makes of the order of the arithmetic, see test_last_bits.
    """
    __tracebackhide__ = True
    tolerance = rest.pop("tolerance", 2e-6)
    (ours, our_places), (theirs, their_places) = (
        walked(torch, name, options, **rest) for torch in (minitorch_edu, pytorch)
    )
    for place, (own, other) in enumerate(zip(our_places, their_places, strict=True)):
        np.testing.assert_allclose(
            own, other, rtol=tolerance, atol=tolerance, err_msg=f"after step {place + 1}"
        )
    assert len(states(ours)) == len(states(theirs))
    for own, other in zip(states(ours), states(theirs), strict=True):
        assert list(own) == list(other)
        for key in own:
            np.testing.assert_allclose(own[key], other[key], rtol=tolerance * 10, atol=tolerance, err_msg=key)
