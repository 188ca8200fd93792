"""Collating: a list of samples becomes a batch, a tensor wherever there were numbers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops.data import as_tensor, tensor
from minitorch_edu.ops.joining import stack
from minitorch_edu.tensor import Tensor

Rules = dict[type | tuple[type, ...], Callable[..., Any]]

default_collate_err_msg_format = (
    "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"
)

OTHERWISE = "Let the dataset make them alike, by resizing or padding, or give the DataLoader a `collate_fn`"


def default_collate(batch: Any) -> Any:
    """What a DataLoader makes of a list of samples. Numbers and arrays become tensors with one dimension more.

    Tuples, lists, dicts and named tuples of them become lists, lists, dicts and named tuples of tensors; strings stay.
    Types of your own: add a function to `default_collate_fn_map`.

    >>> torch.utils.data.default_collate([(1, {"x": 0.5}), (2, {"x": 1.5})])
    [tensor([1, 2]), {'x': tensor([0.5000, 1.5000], dtype=torch.float64)}]
    """
    return collate(batch, collate_fn_map=default_collate_fn_map)


def collate(batch: Any, *, collate_fn_map: Rules | None = None) -> Any:
    """Collate by these rules: by the type of the first sample, or else by the first rule for one of its bases."""
    sample = batch[0]
    rules = collate_fn_map or {}
    rule = rules.get(type(sample)) or next((rules[kind] for kind in rules if isinstance(sample, kind)), None)
    if rule is not None:
        return rule(batch, collate_fn_map=collate_fn_map)

    def again(samples: Any) -> Any:
        return collate(samples, collate_fn_map=collate_fn_map)

    if isinstance(sample, Mapping):
        return like_mapping(sample, {key: again([each[key] for each in batch]) for key in sample})
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return type(sample)(*map(again, zip(*batch, strict=False)))
    if not isinstance(sample, Sequence):
        raise _unknown(type(sample))
    if any(len(each) != len(sample) for each in batch):
        error = RuntimeError("each element in list of batch should be of equal size")
        error.add_note(f"the samples have these lengths: {[len(each) for each in batch]}. {OTHERWISE}")
        raise error
    columns = [again(column) for column in zip(*batch, strict=True)]
    return columns if isinstance(sample, tuple) else like_sequence(sample, columns)


def default_convert(data: Any) -> Any:
    """What a DataLoader with `batch_size=None` makes of a sample: arrays in it become tensors.

    >>> torch.utils.data.default_convert([np.array([0, 1]), "name", 2])
    [tensor([0, 1]), 'name', 2]
    """
    if isinstance(data, Tensor):
        return data
    kind = type(data)
    if kind.__module__ == "numpy" and kind.__name__ != "str_":
        return data if isinstance(data, np.ndarray) and _has_no_numbers(data.dtype) else as_tensor(data)
    if isinstance(data, tuple) and not hasattr(data, "_fields"):
        return [default_convert(each) for each in data]
    return rebuilt(data, default_convert)


def rebuilt(data: Any, change: Callable[[Any], Any]) -> Any:
    """A collection like this one, of changed elements; what is no collection stays."""
    if isinstance(data, Mapping):
        return like_mapping(data, {key: change(data[key]) for key in data})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(change, data))
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return like_sequence(data, [change(each) for each in data])
    return data


def like_mapping(model: Any, items: dict[Any, Any]) -> Any:
    """A mapping of the model's type, with whatever else it carries; a dict where that cannot be made."""
    try:
        if not isinstance(model, MutableMapping):
            return type(model)(items)
        made: Any = copy.copy(model)
        made.update(items)
        return made
    except TypeError:
        return items


def like_sequence(model: Any, items: Iterable[Any]) -> Any:
    """A sequence of the model's type, with whatever else it carries; a list where that cannot be made."""
    items = list(items)
    try:
        if not isinstance(model, MutableSequence):
            return type(model)(items)
        made: Any = copy.copy(model)
        for place, item in enumerate(items):
            made[place] = item
        return made
    except TypeError:
        return items


def _has_no_numbers(dtype: np.dtype) -> bool:
    return dtype.kind in "SUO"


def _unknown(kind: Any) -> TypeError:
    error = TypeError(default_collate_err_msg_format.format(kind))
    error.add_note(
        "let the dataset make a tensor, an array or a number of it, or give the DataLoader a `collate_fn`"
    )
    return error


def collate_tensor_fn(batch: Any, *, collate_fn_map: Rules | None = None) -> Tensor:
    try:
        return stack(batch, 0)
    except RuntimeError as error:
        shapes = [tuple(each.shape) for each in batch]
        if len(set(shapes)) > 1:
            error.add_note(f"the samples have these shapes: {shapes}. {OTHERWISE}")
        raise


def collate_numpy_array_fn(batch: Any, *, collate_fn_map: Rules | None = None) -> Any:
    if _has_no_numbers(batch[0].dtype):
        raise _unknown(batch[0].dtype)
    return collate([as_tensor(each) for each in batch], collate_fn_map=collate_fn_map)


def collate_numpy_scalar_fn(batch: Any, *, collate_fn_map: Rules | None = None) -> Tensor:
    return as_tensor(batch)


def collate_float_fn(batch: Any, *, collate_fn_map: Rules | None = None) -> Tensor:
    return tensor(batch, dtype=dtypes.float64)


def collate_int_fn(batch: Any, *, collate_fn_map: Rules | None = None) -> Tensor:
    return tensor(batch)


def collate_str_fn(batch: Any, *, collate_fn_map: Rules | None = None) -> Any:
    return batch


default_collate_fn_map: Rules = {
    Tensor: collate_tensor_fn,
    np.ndarray: collate_numpy_array_fn,
    (np.bool_, np.number, np.object_): collate_numpy_scalar_fn,
    float: collate_float_fn,
    int: collate_int_fn,
    str: collate_str_fn,
    bytes: collate_str_fn,
}
