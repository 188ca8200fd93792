"""Channel shuffle: what groups of channels learned, mixed."""

from __future__ import annotations

from minitorch_edu.nn import functional
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.tensor import Tensor


class ChannelShuffle(Module):
    """Channels (dimension 1) in another order: one of each group, in turns.

    >>> torch.nn.ChannelShuffle(2)(torch.arange(4).view(1, 4, 1)).flatten()
    tensor([0, 2, 1, 3])
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Tensor) -> Tensor:
        return functional.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
