"""parallel: a module that spreads each batch over the GPUs there are. Where there is none, it only calls its module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from minitorch_edu import missing
from minitorch_edu.devices import device as Device
from minitorch_edu.func.calls import called_with
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.joining import cat
from minitorch_edu.tensor import Tensor


def _cuda() -> Any:
    return import_module("minitorch_edu.cuda")


class DataParallel(Module):
    """A module whose batches are divided among GPUs, and whose results are put together on one of them.

    The module is called on one part after the other, each time with copies of its parameters on that GPU. With no GPU
    it is called as it is; it stands in the state as 'module.'.

    >>> list(torch.nn.DataParallel(torch.nn.Linear(1, 1)).state_dict())
    ['module.weight', 'module.bias']
    """

    def __init__(self, module: Any, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        cuda = _cuda()
        if not cuda.is_available():
            self.module = module
            self.device_ids: list[int] = []
            return
        ids = range(cuda.device_count()) if device_ids is None else device_ids
        self.dim = dim
        self.module = module
        self.device_ids = [_index(each) for each in ids]
        self.output_device = self.device_ids[0] if output_device is None else _index(output_device)
        self.src_device_obj = Device("cuda", self.device_ids[0])
        if len(self.device_ids) == 1:
            self.module.to(self.src_device_obj)

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        if not self.device_ids:
            return self.module(*inputs, **kwargs)
        return data_parallel(self.module, inputs, self.device_ids, self.output_device, self.dim, kwargs)


def data_parallel(
    module: Any,
    inputs: Any,
    device_ids: Sequence[Any] | None = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:
    """Call a module on GPUs: each gets a part of the batch."""
    cuda = _cuda()
    if not cuda.is_available():
        raise RuntimeError("device type could not be determined")
    inputs = inputs if isinstance(inputs, tuple) else () if inputs is None else (inputs,)
    places = _places(range(cuda.device_count()) if device_ids is None else device_ids)
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.device != places[0]:
            raise RuntimeError(
                f"module must have its parameters and buffers on device {places[0]} (device_ids[0]) but found one of "
                f"them on device: {tensor.device}"
            )
    parts = list(_divided((inputs, module_kwargs or {}), places, dim))
    if len(parts) == 1:
        return module(*parts[0][0], **parts[0][1])
    own = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    results = []
    for place, (args, kwargs) in zip(places, parts, strict=False):
        there = {name: tensor.to(place) for name, tensor in own.items()}  # gradients find their way back
        results.append(called_with(module, there, args, kwargs, True, False))
    return _together(
        results, places[0] if output_device is None else Device("cuda", _index(output_device)), dim
    )


def scatter(inputs: Any, target_gpus: Sequence[Any], dim: int = 0) -> Any:
    """The parts of a batch, one for each GPU, on these GPUs."""
    parts = list(_divided(inputs, _places(target_gpus), dim))
    return tuple(parts) if isinstance(inputs, Tensor) else parts


def gather(outputs: Sequence[Any], target_device: Any, dim: int = 0) -> Any:
    """Parts of a batch put together on one device."""
    return _together(outputs, _places([target_device])[0], dim)


def _places(given: Sequence[Any]) -> list[Any]:
    return [Device("cuda", each) if isinstance(each, int) else Device(each) for each in given]


def _index(place: Any) -> int:
    return place if isinstance(place, int) else Device(place).index or 0


def _divided(values: Any, places: Sequence[Any], dim: int) -> Iterator[Any]:
    """The parts of nested values: tensors in as many pieces as there are, all else whole in each of them."""
    sizes = [len(each.chunk(len(places), dim)) for each in _tensors(values)]
    for number, place in enumerate(places[: min(sizes, default=1)]):
        yield _mapped(values, lambda each, n=number, to=place: each.chunk(len(places), dim)[n].to(to))


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tensors(each)


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_mapped(each, change) for each in value)
    return value


def _together(results: Sequence[Any], place: Any, dim: int) -> Any:
    """Results of the same form put together, tensor by tensor."""
    first = results[0]
    if isinstance(first, Tensor):
        moved = [each.to(place) for each in results]
        return cat([each.reshape(1) if not each.ndim else each for each in moved], dim)
    if isinstance(first, dict):
        return {name: _together([each[name] for each in results], place, dim) for name in first}
    if first is None:
        return None
    return type(first)(_together(column, place, dim) for column in zip(*results, strict=True))


__getattr__ = missing.names_of(__name__)
