"""To the last bit: the formulas take their steps in PyTorch's order.

PyTorch's kernels on a CPU that can do it multiply and add with one rounding (`fma`), NumPy with two; so the parameters of
the two engines drift apart by a bit now and then. Here the formulas run over arrays that round as PyTorch's kernels do.
Then nothing may differ at all, after twenty steps, but where PyTorch itself takes another way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.optim.at_once import Formula
from tests.optim.test_walks import CASES
from tests.optim.walks import states, walked
from tests.oracle import torch as pytorch

pytestmark = pytest.mark.host


def kernels_fuse() -> bool:
    """Whether this PyTorch, on this machine, rounds once: (1 + e)(1 - e) - 1 is -e^2 then, and else 0."""
    e = 2.0**-12
    one, more, less = (pytorch.tensor([each]) for each in (-1.0, 1 + e, 1 - e))
    return pytorch.addcmul(one, more, less).item() != 0


class Rounded:
    """An array whose products are not rounded before they are added to something on their left."""

    __array_ufunc__ = None

    def __init__(self, array: Any, factors: Any = None) -> None:
        self.array, self.factors = array, factors

    def __mul__(self, other: Any) -> Rounded:
        other = plain(other)
        return Rounded(np.float32(self.array * other), (self.array, np.float32(other)))

    def __add__(self, other: Any) -> Rounded:
        return self._plus(other, 1)

    def __sub__(self, other: Any) -> Rounded:
        return self._plus(other, -1)

    def _plus(self, other: Any, sign: int) -> Rounded:
        if not isinstance(other, Rounded) or other.factors is None:
            return Rounded(self.array + sign * np.float32(plain(other)))
        one, two = (np.asarray(each, np.float64) for each in other.factors)
        return Rounded(np.float32(self.array + sign * (one * two)))  # exact, but for the last rounding

    def __rsub__(self, other: Any) -> Rounded:
        return Rounded(np.float32(other - self.array))

    def __truediv__(self, other: Any) -> Rounded:
        return Rounded(np.float32(self.array / plain(other)))

    def __rtruediv__(self, other: Any) -> Rounded:
        return Rounded(np.float32(other / self.array))

    def __neg__(self) -> Rounded:
        return Rounded(-self.array)

    def __abs__(self) -> Rounded:
        return Rounded(abs(self.array))

    def __gt__(self, other: Any) -> Any:
        return self.array > other

    def __lt__(self, other: Any) -> Any:
        return self.array < other


def plain(value: Any) -> Any:
    return value.array if isinstance(value, Rounded) else value


class Rounding:
    """NumPy for such arrays, but for the root, which in PyTorch is that of its own library, one bit off here and there."""

    def __getattr__(self, name: str) -> Any:
        return lambda *given: Rounded(np.float32(getattr(np, name)(*map(plain, given))))

    def sqrt(self, value: Rounded) -> Rounded:
        return Rounded(pytorch.from_numpy(np.array(value.array)).sqrt().numpy())


def run(self: Formula, arrays: list[Any], numbers: Any) -> None:
    wrapped = [None if each is None else Rounded(each) for each in arrays]
    results = self.formula(Rounding(), *wrapped, *numbers)
    for array, result in zip([arrays[0], *arrays[2:]], results, strict=True):
        if array is not None:
            array[...] = plain(result)


def takes_another_way(name: str, options: dict[str, Any]) -> bool:
    """Where products are rounded before they are added, or PyTorch has several ways and this is not the plain one."""
    if name in ("RAdam", "Adafactor") or options.get("fused"):
        return True
    return bool(options.get("foreach") and name in ("NAdam", "ASGD")) or "t0" in options


EXACT = [(name, options) for name, options in CASES if not takes_another_way(name, options)]


@pytest.mark.parametrize(("name", "options"), EXACT, ids=[f"{name} {options}" for name, options in EXACT])
def test_every_bit_is_pytorchs(name, options, monkeypatch):
    if kernels_fuse():
        monkeypatch.setattr(Formula, "_run", run)
    (ours, our_places), (theirs, their_places) = (
        walked(torch, name, options) for torch in (minitorch_edu, pytorch)
    )
    np.testing.assert_array_equal(our_places, their_places)
    for own, other in zip(states(ours), states(theirs), strict=True):
        for key in own:
            np.testing.assert_array_equal(own[key], other[key], err_msg=key)
