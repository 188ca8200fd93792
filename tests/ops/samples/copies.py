"""Samples of copies and dtypes."""

from __future__ import annotations

from minitorch_edu.backends.cpu import cpu
from tests.ops.samples.shapes import Entry, empty, normal, sample, shaped, strided
from tests.oracle import torch

ENTRIES: dict[str, Entry] = {
    "clone": Entry(lambda x, order="K": x.clone(), shaped((normal(2, 3), {}), (strided(2, 3), {}), (normal(), {}), (empty(0), {}))),
    "copy": Entry(
        lambda x, src: x.clone().copy_(src),
        lambda: [sample(normal(2, 3), normal(3)), sample(strided(2, 3), normal()), sample(normal(), normal(seed=1))],
        twin=False,  # PyTorch has it in place only
    ),
    "fill": Entry(torch.fill, shaped((normal(2, 3), {"value": 2.5}), (normal(), {"value": 1}))),
    "zero": Entry(torch.ops.aten.zero, shaped((normal(2, 3), {}), (normal(), {}), (empty(0), {}))),
    "to_dtype": Entry(
        lambda x, dtype: x.to(dtype),
        lambda: [sample(normal(2, 3), dtype="float32", smooth=False), sample(normal(), dtype="float16", smooth=False)],
    ),
    "to_device": Entry(
        lambda x, here, there: x.clone(),
        shaped(*[(each, {"here": cpu, "there": cpu}) for each in (normal(2, 3), strided(2, 3), normal(), empty(0))]),
        twin=False,  # PyTorch's copies on the CPU only where a dtype changes
    ),
}  # fmt: skip
