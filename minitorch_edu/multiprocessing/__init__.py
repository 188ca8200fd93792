"""torch.multiprocessing: Python's `multiprocessing`, which tensors may travel through, and `spawn`."""

import sys
from multiprocessing import *  # noqa: F403

from minitorch_edu import missing as _missing
from minitorch_edu.multiprocessing import reductions as reductions
from minitorch_edu.multiprocessing.spawn import ProcessContext as ProcessContext
from minitorch_edu.multiprocessing.spawn import ProcessExitedException as ProcessExitedException
from minitorch_edu.multiprocessing.spawn import ProcessRaisedException as ProcessRaisedException
from minitorch_edu.multiprocessing.spawn import SpawnContext as SpawnContext
from minitorch_edu.multiprocessing.spawn import spawn as spawn
from minitorch_edu.multiprocessing.spawn import start_processes as start_processes

_one_way = sys.platform in ("darwin", "win32")
_all_sharing_strategies = {"file_system"} if _one_way else {"file_descriptor", "file_system"}
_sharing_strategy = "file_system" if _one_way else "file_descriptor"


def get_all_sharing_strategies() -> set[str]:
    """What `set_sharing_strategy` takes."""
    return _all_sharing_strategies


def get_sharing_strategy() -> str:
    """What `set_sharing_strategy` was told."""
    return _sharing_strategy


def set_sharing_strategy(new_strategy: str) -> None:
    """How PyTorch shares memory between processes. Here it is remembered: tensors travel as copies."""
    global _sharing_strategy
    if new_strategy not in _all_sharing_strategies:
        raise AssertionError(
            f"invalid sharing strategy {new_strategy!r}, expected one of {_all_sharing_strategies}"
        )
    _sharing_strategy = new_strategy


__getattr__ = _missing.names_of(__name__)
