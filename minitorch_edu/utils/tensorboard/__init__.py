"""torch.utils.tensorboard: what a training program writes for TensorBoard, a package of its own, to show."""

try:
    import tensorboard as _tensorboard
except ModuleNotFoundError as _missing:
    _missing.add_note("TensorBoard comes apart: pip install tensorboard")
    raise

if tuple(map(int, _tensorboard.__version__.split(".")[:2])) < (1, 15):
    raise ImportError("TensorBoard logging requires TensorBoard version 1.15 or above")

from minitorch_edu.missing import names_of as _names_of
from minitorch_edu.utils.tensorboard.writer import FileWriter as FileWriter
from minitorch_edu.utils.tensorboard.writer import SummaryWriter as SummaryWriter

__getattr__ = _names_of(__name__)
