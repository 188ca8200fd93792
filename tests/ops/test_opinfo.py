"""Each operator of PyTorch's database that this engine has: values, dtypes, shapes, views, methods, in-place forms, `out=`.

The comparisons are those of tests/ops/opinfo.py, on a few samples each; `make conformance` makes them on all.
"""

import os

import pytest

from tests.ops import opinfo

pytestmark = pytest.mark.slow

SAMPLES = int(os.environ.get("OPINFO_SAMPLES", "4"))
OF_THE_HOST = {
    "tensor_split": "a tensor of indices has to be there",
    "logcumsumexp-complex64": "a GPU adds in another order, and comes to other logarithms, 2 pi i apart",
}
CASES = [
    (name, dtype)
    for name, info in opinfo.PRESENT.items()
    for dtype in opinfo.DTYPES
    if opinfo.supports(info, dtype)
]


def marks(name, dtype):
    return [pytest.mark.host] if {name, f"{name}-{dtype}"} & set(OF_THE_HOST) else []


@pytest.mark.parametrize(
    "name, dtype", [pytest.param(*case, id="-".join(case), marks=marks(*case)) for case in CASES]
)
def test_an_operator_answers_as_in_pytorch(name, dtype):
    found = list(opinfo.differences(name, dtype, SAMPLES))
    assert not found, opinfo.told(found)
