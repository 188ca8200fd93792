"""Backends: one module a kind of device. An array namespace, and the way in and out of its memory.

The other modules are what PyTorch keeps under `torch.backends`: flags of libraries that programs switch on and off.
"""

from minitorch_edu import missing as _missing
from minitorch_edu.backends import cpu as cpu
from minitorch_edu.backends import cuda as cuda
from minitorch_edu.backends import cudnn as cudnn
from minitorch_edu.backends import cusparselt as cusparselt
from minitorch_edu.backends import mha as mha
from minitorch_edu.backends import mkl as mkl
from minitorch_edu.backends import mkldnn as mkldnn
from minitorch_edu.backends import mps as mps
from minitorch_edu.backends import nnpack as nnpack
from minitorch_edu.backends import openmp as openmp
from minitorch_edu.backends import opt_einsum as opt_einsum

__getattr__ = _missing.names_of(__name__)
