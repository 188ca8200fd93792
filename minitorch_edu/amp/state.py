"""State of autocast: what a thread has asked for, and what it has cast so far. How to ask is in switches.py."""

from __future__ import annotations

import threading
import weakref

from minitorch_edu import dtypes
from minitorch_edu.tensor import Tensor

NARROW = {
    "cpu": dtypes.bfloat16,
    "cuda": dtypes.float16,
    "hip": dtypes.float16,
    "hpu": dtypes.bfloat16,
    "ipu": dtypes.float16,
    "maia": dtypes.bfloat16,
    "mps": dtypes.float16,
    "mtia": dtypes.float16,
    "privateuseone": dtypes.float16,
    "xla": dtypes.bfloat16,
    "xpu": dtypes.float16,
}
"""The dtype that PyTorch chooses for each type of device. Tensors are on the first two here."""


class State(threading.local):
    """What a thread has asked for.

    enabled  the types of device for which autocast is on
    inside   those whose tensors are cast already, for the op that is running
    nesting  how many contexts the thread is in; the casts of weights are kept until it leaves the last
    weights  those casts, which many ops ask for: {id: (the weight, weakly; its cast)}
    """

    def __init__(self) -> None:
        self.enabled: set[str] = set()
        self.dtypes: dict[str, dtypes.dtype] = dict(NARROW)
        self.inside: frozenset[str] = frozenset()
        self.cache_enabled = True
        self.nesting = 0
        self.weights: dict[int, tuple[weakref.ref[Tensor], Tensor]] = {}


state = State()
