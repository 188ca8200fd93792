"""Samples of convolutions: in one to three dimensions, plain and transposed, with strides, holes and groups."""

from __future__ import annotations

from typing import Any

from tests.ops.samples.shapes import Entry, Sample, normal, sample, strided
from tests.oracle import torch

PLAIN = {
    "transposed": False,
    "output_padding": (0,),
    "groups": 1,
    "stride": (1,),
    "padding": (0,),
    "dilation": (1,),
}


def convolution(x: Any, weight: Any, bias: Any, **how: Any) -> Any:
    return torch.convolution(x, weight, bias if bias.numel() else None, **how)


def plane(
    transposed: bool = False, output_padding: tuple[int, ...] = (0, 0), groups: int = 1, **how: Any
) -> dict[str, Any]:
    return {
        "stride": (1, 1),
        "padding": (0, 0),
        "dilation": (1, 1),
        **how,
        "transposed": transposed,
        "output_padding": output_padding,
        "groups": groups,
    }


def convolutions() -> list[Sample]:
    return [
        sample(normal(2, 3, 4, 5), normal(2, 3, 2, 3), normal(2), **plane()),
        sample(normal(1, 2, 5, 4), normal(4, 1, 2, 2), normal(4), **plane(stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2)),
        sample(normal(2, 2, 4), normal(3, 2, 3), normal(0), **PLAIN),
        sample(strided(1, 2, 6), strided(2, 2, 2), normal(2), **{**PLAIN, "stride": (2,), "dilation": (2,)}),
        sample(normal(2, 3, 2, 3), normal(3, 2, 2, 3), normal(2), **plane(True, (1, 0), stride=(2, 1), padding=(1, 1))),
        sample(normal(1, 2, 3, 2), normal(2, 1, 2, 2), normal(2), **plane(True, (1, 0), dilation=(2, 1), groups=2)),
        sample(normal(1, 1, 2, 3, 2), normal(2, 1, 2, 2, 1), normal(2), stride=(1, 2, 1), padding=(0, 1, 0), dilation=(1, 1, 1), transposed=False, output_padding=(0, 0, 0), groups=1),
    ]  # fmt: skip


def through(x: Any, weight: Any, size: Any, transposed: bool, **how: Any) -> Any:
    """PyTorch's convolution of a given size: what it makes too many of at the end is left out, or added as zeros."""
    if not transposed:
        return torch.convolution(
            x, weight, None, transposed=False, output_padding=(0,) * len(how["stride"]), **how
        )
    shape = torch.Size(size)
    return torch.ops.aten.convolution_backward(
        x, torch.empty(shape, dtype=x.dtype), weight, None, how["stride"], how["padding"], how["dilation"], False, [0], how["groups"], [True, False, False]
    )[0]  # fmt: skip


def correlation(x: Any, y: Any, shape: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    weight = torch.empty(shape, dtype=x.dtype)
    return torch.ops.aten.convolution_backward(
        y, x, weight, None, stride, padding, dilation, False, [0], groups, [False, True, False]
    )[1]


AROUND = {"stride": (2, 1), "padding": (1, 0), "dilation": (1, 1), "groups": 1}
ENTRIES: dict[str, Entry] = {
    "convolution_of": Entry(convolution, convolutions, twin=False),
    "through_weight": Entry(
        through,
        lambda: [
            sample(normal(2, 2, 2, 2), normal(2, 3, 2, 2), size=(2, 3, 3, 3), transposed=True, **AROUND),
            sample(normal(2, 3, 3, 3), normal(2, 3, 2, 2), size=(2, 2, 2, 2), transposed=False, **AROUND),
        ],
        twin=False,
    ),
    "correlation": Entry(
        correlation,
        lambda: [sample(normal(2, 3, 3, 3), normal(2, 2, 2, 2), shape=(2, 3, 2, 2), **AROUND)],
        twin=False,
    ),
}
