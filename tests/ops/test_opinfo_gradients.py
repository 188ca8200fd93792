"""Each differentiable operator of PyTorch's database that this engine has: its first and second derivatives."""

import os

import pytest

from tests.ops import opinfo

pytestmark = pytest.mark.slow

SAMPLES = int(os.environ.get("OPINFO_SAMPLES", "4"))
NAMES = [name for name, info in opinfo.PRESENT.items() if opinfo.has_gradients(info)]


@pytest.mark.parametrize("name", NAMES)
def test_the_derivatives_are_pytorchs(name):
    found = opinfo.gradient_differences(name, SAMPLES)
    found = [each for each in found if not opinfo.known(name, each.aspect, "float64")]
    assert not found, opinfo.told(found)
