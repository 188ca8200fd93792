"""reading.py: float32 numbers in their shortest form, many at once as one by one."""

import numpy as np
import pytest
from minitorch_widgets.facts.reading import FEW, plain, shortest


@pytest.mark.parametrize("kind", ["any bits", "usual", "decimals", "powers of two", "few"])
def test_many_floats_are_told_as_each_alone(kind):
    random = np.random.default_rng(0)
    elements = {
        "any bits": random.integers(0, 2**32, 20_000, dtype=np.uint32).view(np.float32),
        "usual": random.standard_normal(20_000).astype(np.float32),
        "decimals": (random.integers(-10_000, 10_000, 5_000) / 1000).astype(np.float32),
        "powers of two": (2.0 ** random.integers(-140, 127, 5_000)).astype(np.float32),
        "few": random.standard_normal(FEW).astype(np.float32),
    }[kind]
    elements = elements[np.isfinite(elements)]
    told = shortest(elements)
    assert told == [float(str(value)) for value in elements]
    assert (np.array(told).astype(np.float32) == elements).all()


def test_what_is_no_number_or_nothing_comes_through():
    odd = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0] * FEW, np.float32)
    assert plain(odd)[:5] == ["nan", "inf", "-inf", 0.0, 0.0] and plain(odd[:0]) == []
    assert str(plain(odd)[4]) == "-0.0"
