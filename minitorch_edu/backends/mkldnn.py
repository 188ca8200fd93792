"""torch.backends.mkldnn: Intel's library of neural network kernels. It is not used here; its flags say what was set."""

import sys

from minitorch_edu.backends.switches import Switches

enabled = True
deterministic = False

_setters = {"enabled": "set_enabled_mkldnn", "deterministic": "set_deterministic_mkldnn"}


def is_available() -> bool:
    """False: this engine does not use it."""
    return False


sys.modules[__name__].__class__ = Switches
