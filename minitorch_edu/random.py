"""torch.random: the seed and the state of the random numbers that nobody gives a generator for."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.backends import gpus
from minitorch_edu.callers import outside
from minitorch_edu.ops.generator import Generator as Generator
from minitorch_edu.ops.generator import default_generator as default_generator
from minitorch_edu.ops.generator import generator_of
from minitorch_edu.ops.generator import get_rng_state as get_rng_state
from minitorch_edu.ops.generator import initial_seed as initial_seed
from minitorch_edu.ops.generator import manual_seed as manual_seed
from minitorch_edu.ops.generator import seed as seed
from minitorch_edu.ops.generator import set_rng_state as set_rng_state


@contextlib.contextmanager
def fork_rng(
    devices: Any = None,
    enabled: bool = True,
    _caller: str = "fork_rng",
    _devices_kw: str = "devices",
    device_type: str = "cuda",
) -> Iterator[None]:
    """Put the state of the random numbers back when the with-block ends.

    >>> generator = torch.manual_seed(0)
    >>> with torch.random.fork_rng(): torch.rand(1)
    tensor([0.4963])
    >>> torch.rand(1)
    tensor([0.4963])
    """
    if not enabled:
        yield
        return
    sources = [default_generator, *map(generator_of, _gpus(devices, _caller, _devices_kw))]
    states = [source.get_state() for source in sources]
    try:
        yield
    finally:
        for source, state in zip(sources, states, strict=True):
            source.set_state(state)


_warned = False


def _gpus(devices: Any, caller: str, keyword: str) -> list[Any]:
    """The GPUs that are meant; all of them where none is named, which PyTorch warns of."""
    global _warned
    if devices is not None:
        return [gpus.backend_for(device) for device in devices]
    count = len(gpus.found())
    if count > 1 and not _warned:
        _warned = True
        warnings.warn(
            f"CUDA reports that you have {count} available devices, and you have used {caller} without explicitly "
            "specifying which devices are being used. For safety, we initialize *every* CUDA device by default, which "
            "can be quite slow if you have a lot of CUDAs. If you know that you are only making use of a few CUDA "
            f"devices, set the environment variable CUDA_VISIBLE_DEVICES or the '{keyword}' keyword argument of "
            f"{caller} with the set of devices you are actually using. For example, if you are using CPU only, set "
            "device.upper()_VISIBLE_DEVICES= or devices=[]; if you are using device 0 only, set CUDA_VISIBLE_DEVICES=0 "
            f"or devices=[0].  To initialize all devices and suppress this warning, set the '{keyword}' keyword "
            "argument to `range(torch.cuda.device_count())`.",
            UserWarning,
            stacklevel=outside(),
        )
    return list(gpus.found())


__getattr__ = _missing.names_of(__name__)
