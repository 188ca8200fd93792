"""Samplers: in which order samples are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from minitorch_edu import dtypes
from minitorch_edu.ops.creation import empty
from minitorch_edu.ops.data import as_tensor
from minitorch_edu.ops.generator import Generator
from minitorch_edu.ops.random import randint, randperm
from minitorch_edu.ops.sampling import multinomial
from minitorch_edu.tensor import Tensor
from minitorch_edu.utils.data._utils.shown import Shown

T_co = TypeVar("T_co", covariant=True)

AT_ONCE = 32
"""With replacement, PyTorch draws so many indices at a time."""


def drawn_seed(generator: Generator | None = None) -> int:
    """A seed out of a generator: the one that is given, or the CPU's."""
    return empty((), dtype=dtypes.int64, device=_place(generator)).random_(generator=generator).item()


def shuffled(count: int, generator: Generator | None) -> list[int]:
    """The integers below `count` in a random order."""
    return randperm(count, generator=generator, device=_place(generator)).tolist()


def _place(generator: Generator | None) -> Any:
    """Where to draw: the order of samples does not depend on where a program makes its tensors."""
    return "cpu" if generator is None else generator.device


class Sampler(Shown, Generic[T_co]):
    """An order. A subclass says what `iter(sampler)` is, indices or lists of them, and mostly also `len(sampler)`."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError


class SequentialSampler(Sampler[int]):
    """From the first to the last.

    >>> list(torch.utils.data.SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """All samples in a random order, or `num_samples` of them.

    replacement: each is drawn from all, so that some come twice.

    >>> generator = torch.Generator().manual_seed(0)
    >>> list(torch.utils.data.RandomSampler(range(5), generator=generator))
    [4, 0, 1, 3, 2]
    """

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(
                f"num_samples should be a positive integer value, but got num_samples={self.num_samples}"
            )

    @property
    def num_samples(self) -> int:
        """How many are taken. The length of the data may change between epochs."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        total, wanted = len(self.data_source), self.num_samples
        # a generator of its own for each epoch: what the program draws meanwhile does not change the order
        generator = self.generator or Generator().manual_seed(drawn_seed())
        if self.replacement:
            for count in [AT_ONCE] * (wanted // AT_ONCE) + [wanted % AT_ONCE]:
                yield from randint(
                    total, (count,), generator=generator, dtype=dtypes.int64, device=generator.device
                ).tolist()
            return
        for _ in range(wanted // total):
            yield from shuffled(total, generator)
        yield from shuffled(total, generator)[: wanted % total]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """Some indices in a random order.

    >>> sorted(torch.utils.data.SubsetRandomSampler([3, 5, 8]))
    [3, 5, 8]
    """

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for place in shuffled(len(self.indices), self.generator):
            yield self.indices[place]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Indices drawn in proportion to weights, which need not add up to 1.

    >>> generator = torch.Generator().manual_seed(0)
    >>> list(torch.utils.data.WeightedRandomSampler([0.0, 10.0, 3.0], 5, generator=generator))
    [2, 1, 1, 2, 1]
    """

    weights: Tensor

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        if type(num_samples) is bool or not isinstance(num_samples, int) or num_samples <= 0:
            raise ValueError(
                f"num_samples should be a positive integer value, but got num_samples={num_samples}"
            )
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.weights = as_tensor(weights, dtype=dtypes.float64)
        if self.weights.ndim != 1:
            raise ValueError(
                f"weights should be a 1d sequence but given weights have shape {tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(self.weights, self.num_samples, self.replacement, generator=self.generator)
        yield from drawn.tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Lists of so many indices of another sampler. drop_last: leave out a last list that is shorter.

    >>> list(torch.utils.data.BatchSampler(range(5), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Any, batch_size: int, drop_last: bool) -> None:
        if type(batch_size) is bool or not isinstance(batch_size, int) or batch_size <= 0:
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while batch := list(islice(indices, self.batch_size)):
            if len(batch) < self.batch_size and self.drop_last:
                return
            yield batch

    def __len__(self) -> int:
        full, rest = divmod(len(self.sampler), self.batch_size)
        return full + (rest > 0 and not self.drop_last)
