"""Pixels from channels and channels from pixels; channels in another order."""

from __future__ import annotations

import operator
from typing import Any

from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


@op
class pixel_shuffled:
    r"""Squares of pixels from channels: $z_{c,\,h r + i,\,w r + j} = x_{c r^2 + i r + j,\,h,\,w}$."""

    node = "PixelShuffleBackward0"

    def forward(xp, input, upscale_factor: int):
        *lead, channels, height, width = input.shape
        r, first = upscale_factor, len(lead)
        apart = input.reshape(*lead, channels // (r * r), r, r, height, width)
        order = (*range(first), first, first + 3, first + 1, first + 4, first + 2)
        return apart.transpose(order).copy().reshape(*lead, channels // (r * r), height * r, width * r)

    def grad_input(grad, upscale_factor):
        r"$\partial L / \partial x_{c r^2 + i r + j,\,h,\,w} = \bar z_{c,\,h r + i,\,w r + j}$"
        return pixel_unshuffled(grad, upscale_factor)


@op
class pixel_unshuffled:
    r"""Channels from squares of pixels: $z_{c r^2 + i r + j,\,h,\,w} = x_{c,\,h r + i,\,w r + j}$."""

    node = "PixelUnshuffleBackward0"

    def forward(xp, input, downscale_factor: int):
        *lead, channels, height, width = input.shape
        r, first = downscale_factor, len(lead)
        apart = input.reshape(*lead, channels, height // r, r, width // r, r)
        order = (*range(first), first, first + 2, first + 4, first + 1, first + 3)
        return apart.transpose(order).copy().reshape(*lead, channels * r * r, height // r, width // r)

    def grad_input(grad, downscale_factor):
        r"$\partial L / \partial x_{c,\,h r + i,\,w r + j} = \bar z_{c r^2 + i r + j,\,h,\,w}$"
        return pixel_shuffled(grad, downscale_factor)


@op
class channels_shuffled:
    r"""Channels of all groups in turn: $z_{n,\,i G + g} = x_{n,\,g K + i}$, with $G$ groups of $K$ channels."""

    node = "ChannelShuffleBackward0"

    def forward(xp, input, groups: int):
        count, channels, *size = input.shape
        apart = input.reshape(count, groups, channels // groups, *size)
        return apart.swapaxes(1, 2).copy().reshape(input.shape)

    def grad_input(grad, groups, input_shape):
        r"$\partial L / \partial x_{n,\,g K + i} = \bar z_{n,\,i G + g}$"
        return channels_shuffled(grad, input_shape[1] // groups or 1)


@reads("Tensor input, int upscale_factor")
def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Larger images from more channels: (*, C r^2, H, W) becomes (*, C, H r, W r).

    >>> torch.pixel_shuffle(torch.tensor([[[1.]], [[2.]], [[3.]], [[4.]]]), 2)
    tensor([[[1., 2.],
             [3., 4.]]])
    """
    _refuse("pixel_shuffle", "upscale_factor", input, upscale_factor)
    if input.shape[-3] % (upscale_factor * upscale_factor):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={input.shape[-3]} is not divisible by {upscale_factor * upscale_factor}"
        )
    return pixel_shuffled(input, int(upscale_factor))


@reads("Tensor input, int downscale_factor")
def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """More channels from larger images: (*, C, H r, W r) becomes (*, C r^2, H, W).

    >>> torch.pixel_unshuffle(torch.tensor([[[1., 2.], [3., 4.]]]), 2).shape
    torch.Size([4, 1, 1])
    """
    _refuse("pixel_unshuffle", "downscale_factor", input, downscale_factor)
    for place, name in ((-2, "height"), (-1, "width")):
        if input.shape[place] % downscale_factor:
            raise RuntimeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but input.size({place})="
                f"{input.shape[place]} is not divisible by {downscale_factor}"
            )
    return pixel_unshuffled(input, int(downscale_factor))


def _refuse(name: str, argument: str, input: Tensor, factor: Any) -> None:
    if input.ndim < 3:
        raise RuntimeError(
            f"{name} expects input to have at least 3 dimensions, but got input with {input.ndim} dimension(s)"
        )
    if operator.index(factor) <= 0:
        raise RuntimeError(f"{name} expects a positive {argument}, but got {factor}")


@reads("Tensor input, int groups")
def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """The channels in another order: the first of each group, then the second of each, and so on.

    >>> torch.channel_shuffle(torch.arange(4).reshape(1, 4, 1), 2).flatten()
    tensor([0, 2, 1, 3])
    """
    if input.ndim <= 2:
        raise RuntimeError(
            f"channel_shuffle expects input with > 2 dims, but got input with sizes {listed(input.shape)}"
        )
    if operator.index(groups) <= 0:
        raise RuntimeError(
            f"Number of groups to divide channels in must be positive. Value of groups:{groups}"
        )
    if input.shape[1] % groups:
        raise RuntimeError(
            f"Number of channels must be divisible by groups. Got {input.shape[1]} channels and {groups} groups."
        )
    return channels_shuffled(input, int(groups))


@reads("Tensor input, int groups")
def native_channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """`channel_shuffle`, by the name of its kernel."""
    return channel_shuffle(input, groups)
