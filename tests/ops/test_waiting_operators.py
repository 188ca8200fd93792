"""Where the host waits for a GPU: with samples of each operator of PyTorch's database, on a simulated one.

The cards are counted in test_waiting.py. Here it is what stands before them: checks of arguments, numbers that are asked
for, values that are sent.
"""

from __future__ import annotations

from typing import Any

import pytest

import minitorch_edu
from tests import device
from tests.device import placed
from tests.ops import opinfo, waiting
from tests.ops.test_waiting import waited

pytestmark = [pytest.mark.host, pytest.mark.slow]

DTYPES = ("float32", "int64")
SAMPLES = 6


class OnGpu(opinfo.Engines):
    """A sample for each engine, ours on the GPU."""

    def _tensors(self, value: Any) -> tuple[Any, Any]:
        ours, theirs = super()._tensors(value)
        return placed(ours), theirs


@pytest.mark.parametrize("name", opinfo.PRESENT)
def test_the_host_waits_where_pytorchs_does(name, monkeypatch):
    info, found = opinfo.PRESENT[name], []
    with minitorch_edu.cuda.simulate() as books:
        monkeypatch.setattr(device, "UNDER_TEST", "cuda")
        for dtype in DTYPES:
            for sample in opinfo.samples(info, dtype, SAMPLES) if opinfo.supports(info, dtype) else ():
                engines = OnGpu()
                args, named = engines.pair((sample.input, *sample.args))[0], engines.pair(sample.kwargs)[0]
                act = opinfo.translated_function(info.op, info.name)
                books.reset()
                opinfo.spoken(lambda act=act, args=args, named=named: act(*args, **named), minitorch_edu)
                found += waited(books)
    assert bool(found) == (name in waiting.OPERATORS), found
