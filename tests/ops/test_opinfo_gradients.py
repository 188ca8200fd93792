"""Each differentiable operator of PyTorch's database that this engine has: its first and second derivatives."""

import os

import pytest

from tests.ops import opinfo
from tests.ops.explained import on_devices

pytestmark = pytest.mark.slow

SAMPLES = int(os.environ.get("OPINFO_SAMPLES", "4"))
CASES = [(name, dtype) for name, info in opinfo.PRESENT.items() for dtype in opinfo.derived(info)]


@pytest.mark.parametrize("name, dtype", on_devices(CASES))
def test_the_derivatives_are_pytorchs(name, dtype):
    found = list(opinfo.gradient_differences(name, dtype, SAMPLES))
    assert not found, opinfo.told(found)
