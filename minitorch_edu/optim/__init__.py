"""optim: algorithms that move parameters against their gradients. All but the base is imported when it is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from minitorch_edu import missing as _missing
from minitorch_edu.optim.optimizer import Optimizer as Optimizer

if TYPE_CHECKING:
    from minitorch_edu.optim import lr_scheduler as lr_scheduler
    from minitorch_edu.optim import swa_utils as swa_utils
    from minitorch_edu.optim.adadelta import Adadelta as Adadelta
    from minitorch_edu.optim.adafactor import Adafactor as Adafactor
    from minitorch_edu.optim.adagrad import Adagrad as Adagrad
    from minitorch_edu.optim.adam import Adam as Adam
    from minitorch_edu.optim.adamax import Adamax as Adamax
    from minitorch_edu.optim.adamw import AdamW as AdamW
    from minitorch_edu.optim.asgd import ASGD as ASGD
    from minitorch_edu.optim.lbfgs import LBFGS as LBFGS
    from minitorch_edu.optim.muon import Muon as Muon
    from minitorch_edu.optim.nadam import NAdam as NAdam
    from minitorch_edu.optim.radam import RAdam as RAdam
    from minitorch_edu.optim.rmsprop import RMSprop as RMSprop
    from minitorch_edu.optim.rprop import Rprop as Rprop
    from minitorch_edu.optim.sgd import SGD as SGD
    from minitorch_edu.optim.sparse_adam import SparseAdam as SparseAdam
    from minitorch_edu.optim.swapping import (
        swap_in_optimizer_params_and_state as swap_in_optimizer_params_and_state,
    )

HOMES = {
    "Adadelta": "adadelta", "Adafactor": "adafactor", "Adagrad": "adagrad", "Adam": "adam", "AdamW": "adamw",
    "Adamax": "adamax", "ASGD": "asgd", "LBFGS": "lbfgs", "Muon": "muon", "NAdam": "nadam", "RAdam": "radam",
    "RMSprop": "rmsprop", "Rprop": "rprop", "SGD": "sgd", "SparseAdam": "sparse_adam",
    "swap_in_optimizer_params_and_state": "swapping",
}  # fmt: skip
"""Where each name comes from."""
PARTS = ("lr_scheduler", "swa_utils")
__all__ = sorted([*HOMES, *PARTS, "Optimizer"])


def __getattr__(name: str) -> Any:
    if name in PARTS:
        return importlib.import_module(f"minitorch_edu.optim.{name}")
    if name in HOMES:
        found = getattr(importlib.import_module(f"minitorch_edu.optim.{HOMES[name]}"), name)
        globals()[name] = found
        return found
    raise _missing.error("torch.optim", name)


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES, *PARTS})
