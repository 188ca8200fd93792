"""torch.utils.dlpack: tensors as DLPack capsules, the form in which libraries hand memory to each other."""

from minitorch_edu import missing as _missing
from minitorch_edu.ops.interop import DLDeviceType as DLDeviceType
from minitorch_edu.ops.interop import from_dlpack as from_dlpack
from minitorch_edu.ops.interop import to_dlpack as to_dlpack

__getattr__ = _missing.names_of(__name__)
