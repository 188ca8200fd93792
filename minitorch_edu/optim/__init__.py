"""optim: algorithms that move parameters against their gradients. All but the base is imported when it is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from minitorch_edu.optim.optimizer import Optimizer as Optimizer

if TYPE_CHECKING:
    from minitorch_edu.optim.adadelta import Adadelta as Adadelta
    from minitorch_edu.optim.adagrad import Adagrad as Adagrad
    from minitorch_edu.optim.adam import Adam as Adam
    from minitorch_edu.optim.adamax import Adamax as Adamax
    from minitorch_edu.optim.adamw import AdamW as AdamW
    from minitorch_edu.optim.asgd import ASGD as ASGD
    from minitorch_edu.optim.nadam import NAdam as NAdam
    from minitorch_edu.optim.radam import RAdam as RAdam
    from minitorch_edu.optim.rmsprop import RMSprop as RMSprop
    from minitorch_edu.optim.rprop import Rprop as Rprop
    from minitorch_edu.optim.sgd import SGD as SGD

HOMES = {
    "ASGD": "asgd", "Adadelta": "adadelta", "Adagrad": "adagrad", "Adam": "adam", "AdamW": "adamw", "Adamax": "adamax",
    "NAdam": "nadam", "RAdam": "radam", "RMSprop": "rmsprop", "Rprop": "rprop", "SGD": "sgd",
}  # fmt: skip
"""Where each name comes from."""


def __getattr__(name: str) -> Any:
    if name in HOMES:
        return getattr(importlib.import_module(f"minitorch_edu.optim.{HOMES[name]}"), name)
    raise AttributeError(f"module 'torch.optim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})
