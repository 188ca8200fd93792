"""Each operator of PyTorch's database that this engine has: values, dtypes, shapes, views, methods, in-place forms, `out=`.

The comparisons are those of tests/ops/opinfo.py, on a few samples each; `make conformance` makes them on all.
"""

import os

import pytest

from tests.ops import opinfo
from tests.ops.explained import on_devices

pytestmark = pytest.mark.slow

SAMPLES = int(os.environ.get("OPINFO_SAMPLES", "4"))
CASES = [
    (name, dtype)
    for name, info in opinfo.PRESENT.items()
    for dtype in opinfo.DTYPES
    if opinfo.supports(info, dtype)
]


@pytest.mark.parametrize("name, dtype", on_devices(CASES))
def test_an_operator_answers_as_in_pytorch(name, dtype):
    found = list(opinfo.differences(name, dtype, SAMPLES))
    assert not found, opinfo.told(found)
