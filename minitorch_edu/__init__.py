"""minitorch_edu speaks PyTorch: `import minitorch_edu as torch`. Its public surface is written out in surface/."""

import warnings as _warnings
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from typing import Any as _Any

from minitorch_edu import accelerator as accelerator
from minitorch_edu import cuda as cuda
from minitorch_edu import events as events
from minitorch_edu.surface import later as _later
from minitorch_edu.surface.arranging import *
from minitorch_edu.surface.elementwise import *
from minitorch_edu.surface.making import *
from minitorch_edu.surface.modes import *
from minitorch_edu.surface.multiplying import *
from minitorch_edu.surface.reducing import *
from minitorch_edu.surface.tensors import *
from minitorch_edu.version import __version__ as __version__

# last: the engine stands on the ops
from minitorch_edu import autograd as autograd  # isort: skip
from minitorch_edu.autograd import calls as _calls  # isort: skip  # noqa: F401
from minitorch_edu.autograd import gradcheck as _gradcheck  # isort: skip  # noqa: F401  # takes the name of its module
from minitorch_edu.autograd import gradients as _gradients  # isort: skip  # noqa: F401
from minitorch_edu.autograd import inplace as _inplace  # isort: skip  # noqa: F401
from minitorch_edu.ops import interop as _interop  # isort: skip  # noqa: F401
from minitorch_edu.ops import memory as _memory  # isort: skip  # noqa: F401
from minitorch_edu.ops import placement as _placement  # isort: skip  # noqa: F401
from minitorch_edu.ops import division as _division  # isort: skip  # noqa: F401
from minitorch_edu.ops import operators as _operators  # isort: skip  # noqa: F401
from minitorch_edu import random as random  # isort: skip
from minitorch_edu import serialization as serialization  # isort: skip
from minitorch_edu import testing as testing  # isort: skip
from minitorch_edu.serialization import load as load  # isort: skip
from minitorch_edu.serialization import save as save  # isort: skip
from minitorch_edu import utils as utils  # isort: skip
from minitorch_edu import fft as fft  # isort: skip
from minitorch_edu import linalg as linalg  # isort: skip
from minitorch_edu import nn as nn  # isort: skip

newaxis = None


def __getattr__(name: str) -> _Any:
    found = _later.find(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    """All names, also those that are found when they are first asked for: what Jupyter completes, and tests read."""
    return sorted({*globals(), *_later.names()})


# PyTorch divides by zero in silence. NumPy's own warnings stay on for NumPy's own users.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minitorch_edu\.")
