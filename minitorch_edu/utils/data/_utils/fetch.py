"""Fetching: the samples of a batch, asked for by index or taken one after the other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any


class Fetcher:
    """Makes batches of the samples of a dataset. batched: whether indices come in lists, for samples to collate."""

    def __init__(
        self, dataset: Any, batched: bool, collate_fn: Callable[[Any], Any], drop_last: bool
    ) -> None:
        self.dataset = dataset
        self.batched = batched
        self.collate_fn = collate_fn
        self.drop_last = drop_last

    def fetch(self, index: Any) -> Any:
        if not self.batched:
            return self.collate_fn(self.dataset[index])
        if getattr(self.dataset, "__getitems__", None):
            return self.collate_fn(self.dataset.__getitems__(index))
        return self.collate_fn([self.dataset[each] for each in index])


class IterableFetcher(Fetcher):
    """Takes the next samples, whatever the indices are: of these only the number counts."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.samples = iter(self.dataset)
        self.ended = False

    def fetch(self, index: Any) -> Any:
        if self.ended:
            raise StopIteration
        if not self.batched:
            return self.collate_fn(next(self.samples))
        batch = list(islice(self.samples, len(index)))
        self.ended = len(batch) < len(index)
        if not batch or (self.ended and self.drop_last):
            raise StopIteration
        return self.collate_fn(batch)
