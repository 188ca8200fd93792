"""One epoch: what `iter(loader)` gives."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.autograd.profiler import record_function
from minitorch_edu.callers import outside
from minitorch_edu.utils.data._utils.fetch import Fetcher, IterableFetcher
from minitorch_edu.utils.data._utils.pin_memory import pin_memory
from minitorch_edu.utils.data._utils.shown import Shown
from minitorch_edu.utils.data.dataset import IterableDataset
from minitorch_edu.utils.data.sampler import drawn_seed


def make_fetcher(dataset: Any, batched: bool, collate_fn: Any, drop_last: bool) -> Fetcher:
    """What gets batches out of a dataset of this kind."""
    kind = IterableFetcher if isinstance(dataset, IterableDataset) else Fetcher
    return kind(dataset, batched, collate_fn, drop_last)


class _BaseDataLoaderIter(Shown):
    """One epoch. A subclass says where the next batch comes from."""

    def __init__(self, loader: Any) -> None:
        self._dataset = loader.dataset
        self._IterableDataset_len_called = loader._IterableDataset_len_called
        self._auto_collation = loader._auto_collation
        self._drop_last = loader.drop_last
        self._index_sampler = loader._index_sampler
        self._num_workers = loader.num_workers
        self._pin_memory = _may_pin(loader)
        self._timeout = loader.timeout
        self._collate_fn = loader.collate_fn
        self._sampler_iter = iter(self._index_sampler)
        # drawn even if there are no workers: so what comes after an epoch does not depend on how many there are
        self._base_seed = drawn_seed(loader.generator)
        self._persistent_workers = loader.persistent_workers
        self._num_yielded = 0
        self._profile_name = f"enumerate(DataLoader)#{type(self).__name__}.__next__"

    def __iter__(self) -> Any:
        return self

    def _reset(self, loader: Any) -> None:
        self._sampler_iter = iter(self._index_sampler)
        self._num_yielded = 0
        self._IterableDataset_len_called = loader._IterableDataset_len_called

    def _next_index(self) -> Any:
        return next(self._sampler_iter)

    def _next_data(self) -> Any:
        raise NotImplementedError

    def _pinned(self, data: Any) -> Any:
        return pin_memory(data) if self._pin_memory else data

    def __next__(self) -> Any:
        with record_function(self._profile_name):
            data = self._next_data()
        self._num_yielded += 1
        reported = self._IterableDataset_len_called
        if reported is not None and self._num_yielded > reported:
            self._warn_of_length(reported)
        return data

    def _warn_of_length(self, reported: int) -> None:
        text = (
            f"Length of IterableDataset {self._dataset} was reported to be {reported}(when accessing "
            f"len(dataloader)), but {self._num_yielded} samples have been fetched. "
        )
        if self._num_workers > 0:
            text += (
                "For multiprocessing data-loading, this could be caused by not properly configuring the "
                "IterableDataset replica at each worker. Please see "
                "https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset for examples."
            )
        warnings.warn(text, stacklevel=outside())

    def __len__(self) -> int:
        return len(self._index_sampler)

    def __getstate__(self) -> Any:
        raise NotImplementedError("{} cannot be pickled", type(self).__name__)


def _may_pin(loader: Any) -> bool:
    """Whether batches are to be pinned: there must be a GPU to read them."""
    if not loader.pin_memory:
        return False
    from minitorch_edu import accelerator

    if loader.pin_memory_device:
        warnings.warn(
            "pin_memory_device is deprecated, the current accelerator will be used as the device,ignore "
            f"pin_memory_device='{loader.pin_memory_device}'.",
            stacklevel=outside(),
        )
    if accelerator.is_available():
        return True
    warnings.warn(
        "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.",
        stacklevel=outside(),
    )
    return False


class _SingleProcessDataLoaderIter(_BaseDataLoaderIter):
    """One epoch, in the process of the program itself."""

    def __init__(self, loader: Any) -> None:
        super().__init__(loader)
        if self._timeout != 0:
            raise AssertionError("_SingleProcessDataLoaderIter requires timeout == 0")
        self._fetcher = make_fetcher(self._dataset, self._auto_collation, self._collate_fn, self._drop_last)

    def _next_data(self) -> Any:
        return self._pinned(self._fetcher.fetch(self._next_index()))
