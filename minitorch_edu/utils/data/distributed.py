"""The part of a dataset that one of several processes trains on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from minitorch_edu.ops.generator import Generator
from minitorch_edu.utils.data.sampler import Sampler, shuffled


class DistributedSampler(Sampler[Any]):
    """Every `num_replicas`-th index, beginning at `rank`: each process has as many, and together they have all.

    Where the number of samples cannot be divided, the first ones are taken twice, or with `drop_last` the last ones
    are left out. Call `set_epoch` before each epoch, or the order is the same again.

    >>> [list(torch.utils.data.DistributedSampler(range(5), 2, rank, shuffle=False)) for rank in (0, 1)]
    [[0, 2, 4], [1, 3, 0]]
    """

    def __init__(
        self,
        dataset: Any,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        if num_replicas is None or rank is None:
            refusal = ValueError(
                "Default process group has not been initialized, please make sure to call init_process_group."
            )
            refusal.add_note("there are no process groups here: say num_replicas=... and rank=...")
            raise refusal
        if not 0 <= rank < num_replicas:
            raise ValueError(f"Invalid rank {rank}, rank should be in the interval [0, {num_replicas - 1}]")
        self.dataset = dataset
        self.num_replicas = num_replicas
        self.rank = rank
        self.epoch = 0
        self.drop_last = drop_last
        exact = len(dataset) / num_replicas
        self.num_samples = math.floor(exact) if drop_last else math.ceil(exact)
        self.total_size = self.num_samples * num_replicas
        self.shuffle = shuffle
        self.seed = seed

    def __iter__(self) -> Iterator[Any]:
        count = len(self.dataset)
        order = list(range(count))
        if self.shuffle:
            # the same seed in every process: each must take its part of the same order
            order = shuffled(count, Generator().manual_seed(self.seed + self.epoch))
        order = (order * math.ceil(self.total_size / max(count, 1)))[: self.total_size]
        return iter(order[self.rank :: self.num_replicas])

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Shuffle in another order from now on."""
        self.epoch = epoch
