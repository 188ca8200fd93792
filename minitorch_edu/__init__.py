"""minitorch_edu speaks PyTorch: `import minitorch_edu as torch`. What is exported here is the public surface.

Names that a first lesson has no use for are in later.py: they are imported when they are first asked for.
"""

import warnings as _warnings
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from minitorch_edu import events as events
from minitorch_edu import later as _later
from minitorch_edu import missing as _missing
from minitorch_edu.autograd.anomaly import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
from minitorch_edu.autograd.anomaly import is_anomaly_enabled as is_anomaly_enabled
from minitorch_edu.autograd.anomaly import set_anomaly_enabled as set_anomaly_enabled
from minitorch_edu.autograd.grad_mode import enable_grad as enable_grad
from minitorch_edu.autograd.grad_mode import is_grad_enabled as is_grad_enabled
from minitorch_edu.autograd.grad_mode import no_grad as no_grad
from minitorch_edu.autograd.grad_mode import set_grad_enabled as set_grad_enabled
from minitorch_edu.autograd.inference import inference_mode as inference_mode
from minitorch_edu.autograd.inference import is_inference_mode_enabled as is_inference_mode_enabled
from minitorch_edu.backends.gpus import AcceleratorError as AcceleratorError
from minitorch_edu.backends.gpus import OutOfMemoryError as OutOfMemoryError
from minitorch_edu.devices import device as device
from minitorch_edu.devices import get_default_device as get_default_device
from minitorch_edu.devices import set_default_device as set_default_device
from minitorch_edu.dtypes import bfloat16 as bfloat16
from minitorch_edu.dtypes import bool_ as bool  # noqa: F401
from minitorch_edu.dtypes import cdouble as cdouble
from minitorch_edu.dtypes import cfloat as cfloat
from minitorch_edu.dtypes import complex64 as complex64
from minitorch_edu.dtypes import complex128 as complex128
from minitorch_edu.dtypes import double as double
from minitorch_edu.dtypes import dtype as dtype
from minitorch_edu.dtypes import finfo as finfo
from minitorch_edu.dtypes import float16 as float16
from minitorch_edu.dtypes import float32 as float32
from minitorch_edu.dtypes import float64 as float64
from minitorch_edu.dtypes import float_ as float  # noqa: F401
from minitorch_edu.dtypes import get_default_dtype as get_default_dtype
from minitorch_edu.dtypes import half as half
from minitorch_edu.dtypes import iinfo as iinfo
from minitorch_edu.dtypes import int8 as int8
from minitorch_edu.dtypes import int16 as int16
from minitorch_edu.dtypes import int32 as int32
from minitorch_edu.dtypes import int64 as int64
from minitorch_edu.dtypes import int_ as int  # noqa: F401
from minitorch_edu.dtypes import long as long
from minitorch_edu.dtypes import set_default_dtype as set_default_dtype
from minitorch_edu.dtypes import short as short
from minitorch_edu.dtypes import uint8 as uint8
from minitorch_edu.dtypes import uint16 as uint16
from minitorch_edu.dtypes import uint32 as uint32
from minitorch_edu.dtypes import uint64 as uint64
from minitorch_edu.layouts import channels_last as channels_last
from minitorch_edu.layouts import channels_last_3d as channels_last_3d
from minitorch_edu.layouts import contiguous_format as contiguous_format
from minitorch_edu.layouts import layout as layout
from minitorch_edu.layouts import memory_format as memory_format
from minitorch_edu.layouts import preserve_format as preserve_format
from minitorch_edu.layouts import strided as strided
from minitorch_edu.ops.activation import log_softmax as log_softmax
from minitorch_edu.ops.activation import relu as relu
from minitorch_edu.ops.activation import sigmoid as sigmoid
from minitorch_edu.ops.activation import softmax as softmax
from minitorch_edu.ops.activation import tanh as tanh
from minitorch_edu.ops.bits import bitwise_and as bitwise_and
from minitorch_edu.ops.bits import bitwise_left_shift as bitwise_left_shift
from minitorch_edu.ops.bits import bitwise_not as bitwise_not
from minitorch_edu.ops.bits import bitwise_or as bitwise_or
from minitorch_edu.ops.bits import bitwise_right_shift as bitwise_right_shift
from minitorch_edu.ops.bits import bitwise_xor as bitwise_xor
from minitorch_edu.ops.bits import logical_and as logical_and
from minitorch_edu.ops.bits import logical_not as logical_not
from minitorch_edu.ops.bits import logical_or as logical_or
from minitorch_edu.ops.bits import logical_xor as logical_xor
from minitorch_edu.ops.choice import clamp as clamp
from minitorch_edu.ops.choice import maximum as maximum
from minitorch_edu.ops.choice import minimum as minimum
from minitorch_edu.ops.choice import where as where
from minitorch_edu.ops.comparison import allclose as allclose
from minitorch_edu.ops.comparison import eq as eq
from minitorch_edu.ops.comparison import equal as equal
from minitorch_edu.ops.comparison import ge as ge
from minitorch_edu.ops.comparison import gt as gt
from minitorch_edu.ops.comparison import isclose as isclose
from minitorch_edu.ops.comparison import isfinite as isfinite
from minitorch_edu.ops.comparison import isinf as isinf
from minitorch_edu.ops.comparison import isnan as isnan
from minitorch_edu.ops.comparison import le as le
from minitorch_edu.ops.comparison import lt as lt
from minitorch_edu.ops.comparison import ne as ne
from minitorch_edu.ops.conversion import clone as clone
from minitorch_edu.ops.conversion import detach as detach
from minitorch_edu.ops.conversion import fill as fill
from minitorch_edu.ops.creation import empty as empty
from minitorch_edu.ops.creation import empty_like as empty_like
from minitorch_edu.ops.creation import empty_permuted as empty_permuted
from minitorch_edu.ops.creation import empty_strided as empty_strided
from minitorch_edu.ops.creation import eye as eye
from minitorch_edu.ops.creation import full as full
from minitorch_edu.ops.creation import full_like as full_like
from minitorch_edu.ops.creation import ones as ones
from minitorch_edu.ops.creation import ones_like as ones_like
from minitorch_edu.ops.creation import scalar_tensor as scalar_tensor
from minitorch_edu.ops.creation import zeros as zeros
from minitorch_edu.ops.creation import zeros_like as zeros_like
from minitorch_edu.ops.data import as_tensor as as_tensor
from minitorch_edu.ops.data import from_numpy as from_numpy
from minitorch_edu.ops.data import tensor as tensor
from minitorch_edu.ops.greatest import argmax as argmax
from minitorch_edu.ops.greatest import argmin as argmin
from minitorch_edu.ops.greatest import max as max
from minitorch_edu.ops.greatest import min as min
from minitorch_edu.ops.indexing import narrow as narrow
from minitorch_edu.ops.indexing import select as select
from minitorch_edu.ops.integer import ceil as ceil
from minitorch_edu.ops.integer import floor as floor
from minitorch_edu.ops.integer import floor_divide as floor_divide
from minitorch_edu.ops.integer import fmod as fmod
from minitorch_edu.ops.integer import frac as frac
from minitorch_edu.ops.integer import gcd as gcd
from minitorch_edu.ops.integer import lcm as lcm
from minitorch_edu.ops.integer import remainder as remainder
from minitorch_edu.ops.integer import round as round
from minitorch_edu.ops.integer import trunc as trunc
from minitorch_edu.ops.interop import asarray as asarray
from minitorch_edu.ops.interop import from_dlpack as from_dlpack
from minitorch_edu.ops.interop import frombuffer as frombuffer
from minitorch_edu.ops.interop import is_tensor as is_tensor
from minitorch_edu.ops.interop import to_dlpack as to_dlpack
from minitorch_edu.ops.joining import block_diag as block_diag
from minitorch_edu.ops.joining import cartesian_prod as cartesian_prod
from minitorch_edu.ops.joining import cat as cat
from minitorch_edu.ops.joining import column_stack as column_stack
from minitorch_edu.ops.joining import combinations as combinations
from minitorch_edu.ops.joining import dstack as dstack
from minitorch_edu.ops.joining import hstack as hstack
from minitorch_edu.ops.joining import meshgrid as meshgrid
from minitorch_edu.ops.joining import row_stack as row_stack
from minitorch_edu.ops.joining import stack as stack
from minitorch_edu.ops.joining import vstack as vstack
from minitorch_edu.ops.linalg import addmm as addmm
from minitorch_edu.ops.linalg import bmm as bmm
from minitorch_edu.ops.linalg import dot as dot
from minitorch_edu.ops.linalg import matmul as matmul
from minitorch_edu.ops.linalg import mm as mm
from minitorch_edu.ops.linalg import mv as mv
from minitorch_edu.ops.linalg import outer as outer
from minitorch_edu.ops.operators import positive as positive
from minitorch_edu.ops.pointwise import abs as abs
from minitorch_edu.ops.pointwise import add as add
from minitorch_edu.ops.pointwise import cos as cos
from minitorch_edu.ops.pointwise import div as div
from minitorch_edu.ops.pointwise import exp as exp
from minitorch_edu.ops.pointwise import log as log
from minitorch_edu.ops.pointwise import mul as mul
from minitorch_edu.ops.pointwise import neg as neg
from minitorch_edu.ops.pointwise import reciprocal as reciprocal
from minitorch_edu.ops.pointwise import rsub as rsub
from minitorch_edu.ops.pointwise import sgn as sgn
from minitorch_edu.ops.pointwise import sign as sign
from minitorch_edu.ops.pointwise import sin as sin
from minitorch_edu.ops.pointwise import sqrt as sqrt
from minitorch_edu.ops.pointwise import sub as sub
from minitorch_edu.ops.powers import float_power as float_power
from minitorch_edu.ops.powers import pow as pow
from minitorch_edu.ops.powers import square as square
from minitorch_edu.ops.questions import can_cast as can_cast
from minitorch_edu.ops.questions import get_device as get_device
from minitorch_edu.ops.questions import is_complex as is_complex
from minitorch_edu.ops.questions import is_conj as is_conj
from minitorch_edu.ops.questions import is_distributed as is_distributed
from minitorch_edu.ops.questions import is_floating_point as is_floating_point
from minitorch_edu.ops.questions import is_inference as is_inference
from minitorch_edu.ops.questions import is_neg as is_neg
from minitorch_edu.ops.questions import is_nonzero as is_nonzero
from minitorch_edu.ops.questions import is_same_size as is_same_size
from minitorch_edu.ops.questions import is_signed as is_signed
from minitorch_edu.ops.questions import is_storage as is_storage
from minitorch_edu.ops.questions import numel as numel
from minitorch_edu.ops.questions import promote_types as promote_types
from minitorch_edu.ops.questions import result_type as result_type
from minitorch_edu.ops.questions import typename as typename
from minitorch_edu.ops.ranges import arange as arange
from minitorch_edu.ops.ranges import linspace as linspace
from minitorch_edu.ops.ranges import logspace as logspace
from minitorch_edu.ops.ranges import range as range
from minitorch_edu.ops.reduction import all as all
from minitorch_edu.ops.reduction import any as any
from minitorch_edu.ops.reduction import logsumexp as logsumexp
from minitorch_edu.ops.reduction import mean as mean
from minitorch_edu.ops.reduction import sum as sum
from minitorch_edu.ops.reshaping import adjoint as adjoint
from minitorch_edu.ops.reshaping import atleast_1d as atleast_1d
from minitorch_edu.ops.reshaping import atleast_2d as atleast_2d
from minitorch_edu.ops.reshaping import atleast_3d as atleast_3d
from minitorch_edu.ops.reshaping import broadcast_shapes as broadcast_shapes
from minitorch_edu.ops.reshaping import broadcast_to as broadcast_to
from minitorch_edu.ops.reshaping import movedim as movedim
from minitorch_edu.ops.reshaping import ravel as ravel
from minitorch_edu.ops.reshaping import swapaxes as swapaxes
from minitorch_edu.ops.reshaping import swapdims as swapdims
from minitorch_edu.ops.reshaping import unflatten as unflatten
from minitorch_edu.ops.splitting import chunk as chunk
from minitorch_edu.ops.splitting import dsplit as dsplit
from minitorch_edu.ops.splitting import hsplit as hsplit
from minitorch_edu.ops.splitting import split as split
from minitorch_edu.ops.splitting import split_with_sizes as split_with_sizes
from minitorch_edu.ops.splitting import tensor_split as tensor_split
from minitorch_edu.ops.splitting import unbind as unbind
from minitorch_edu.ops.splitting import vsplit as vsplit
from minitorch_edu.ops.strided import as_strided as as_strided
from minitorch_edu.ops.view import broadcast_tensors as broadcast_tensors
from minitorch_edu.ops.view import flatten as flatten
from minitorch_edu.ops.view import permute as permute
from minitorch_edu.ops.view import reshape as reshape
from minitorch_edu.ops.view import squeeze as squeeze
from minitorch_edu.ops.view import t as t
from minitorch_edu.ops.view import transpose as transpose
from minitorch_edu.ops.view import unsqueeze as unsqueeze
from minitorch_edu.ops.warned import is_warn_always_enabled as is_warn_always_enabled
from minitorch_edu.ops.warned import set_warn_always as set_warn_always
from minitorch_edu.printing import set_printoptions as set_printoptions
from minitorch_edu.settings import (
    are_deterministic_algorithms_enabled as are_deterministic_algorithms_enabled,
)
from minitorch_edu.settings import get_deterministic_debug_mode as get_deterministic_debug_mode
from minitorch_edu.settings import get_float32_matmul_precision as get_float32_matmul_precision
from minitorch_edu.settings import get_num_interop_threads as get_num_interop_threads
from minitorch_edu.settings import get_num_threads as get_num_threads
from minitorch_edu.settings import (
    is_deterministic_algorithms_warn_only_enabled as is_deterministic_algorithms_warn_only_enabled,
)
from minitorch_edu.settings import set_deterministic_debug_mode as set_deterministic_debug_mode
from minitorch_edu.settings import set_float32_matmul_precision as set_float32_matmul_precision
from minitorch_edu.settings import set_num_interop_threads as set_num_interop_threads
from minitorch_edu.settings import set_num_threads as set_num_threads
from minitorch_edu.settings import use_deterministic_algorithms as use_deterministic_algorithms
from minitorch_edu.shape import Size as Size
from minitorch_edu.tensor import Tensor as Tensor
from minitorch_edu.version import __version__ as __version__

# last: the engine stands on the ops
from minitorch_edu import autograd as autograd  # isort: skip
from minitorch_edu.autograd import calls as _calls  # isort: skip  # noqa: F401
from minitorch_edu.autograd import gradcheck as _gradcheck  # isort: skip  # noqa: F401  # takes the name of its module
from minitorch_edu.autograd import gradients as _gradients  # isort: skip  # noqa: F401
from minitorch_edu.autograd import inplace as _inplace  # isort: skip  # noqa: F401
from minitorch_edu.ops import interop as _interop  # isort: skip  # noqa: F401
from minitorch_edu.ops import placement as _placement  # isort: skip  # noqa: F401
from minitorch_edu.ops import division as _division  # isort: skip  # noqa: F401
from minitorch_edu.ops import operators as _operators  # isort: skip  # noqa: F401
from minitorch_edu import utils as utils  # isort: skip
from minitorch_edu import nn as nn  # isort: skip

if _TYPE_CHECKING:  # what editors and type checkers know of the modules that come later
    from minitorch_edu import __config__ as __config__
    from minitorch_edu import _dynamo as _dynamo
    from minitorch_edu import accelerator as accelerator
    from minitorch_edu import amp as amp
    from minitorch_edu import compiler as compiler
    from minitorch_edu import cpu as cpu
    from minitorch_edu import cuda as cuda
    from minitorch_edu import distributions as distributions
    from minitorch_edu import fft as fft
    from minitorch_edu import func as func
    from minitorch_edu import hub as hub
    from minitorch_edu import jit as jit
    from minitorch_edu import linalg as linalg
    from minitorch_edu import masked as masked
    from minitorch_edu import multiprocessing as multiprocessing
    from minitorch_edu import optim as optim
    from minitorch_edu import profiler as profiler
    from minitorch_edu import random as random
    from minitorch_edu import serialization as serialization
    from minitorch_edu import signal as signal
    from minitorch_edu import special as special
    from minitorch_edu import testing as testing

newaxis = None


def __getattr__(name: str) -> _Any:
    if name == "__all__":  # `from minitorch_edu import *` takes what comes later, too
        return [public for public in __dir__() if not public.startswith("_")]
    found = _later.find(name)
    if found is None:
        raise _missing.error("torch", name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """All names, also those that are found when they are first asked for: what Jupyter completes, and tests read."""
    return sorted({*globals(), *_later.names()})


# PyTorch divides by zero in silence. NumPy's own warnings stay on for NumPy's own users.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minitorch_edu\.")
