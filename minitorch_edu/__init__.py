"""minitorch_edu speaks PyTorch: `import minitorch_edu as torch`. What is exported here is the public surface."""

import warnings as _warnings

from minitorch_edu import events as events
from minitorch_edu.autograd.grad_mode import enable_grad as enable_grad
from minitorch_edu.autograd.grad_mode import is_grad_enabled as is_grad_enabled
from minitorch_edu.autograd.grad_mode import no_grad as no_grad
from minitorch_edu.autograd.grad_mode import set_grad_enabled as set_grad_enabled
from minitorch_edu.devices import device as device
from minitorch_edu.dtypes import bool_ as bool  # noqa: F401
from minitorch_edu.dtypes import cdouble as cdouble
from minitorch_edu.dtypes import cfloat as cfloat
from minitorch_edu.dtypes import complex64 as complex64
from minitorch_edu.dtypes import complex128 as complex128
from minitorch_edu.dtypes import double as double
from minitorch_edu.dtypes import dtype as dtype
from minitorch_edu.dtypes import float16 as float16
from minitorch_edu.dtypes import float32 as float32
from minitorch_edu.dtypes import float64 as float64
from minitorch_edu.dtypes import float_ as float  # noqa: F401
from minitorch_edu.dtypes import get_default_dtype as get_default_dtype
from minitorch_edu.dtypes import half as half
from minitorch_edu.dtypes import int8 as int8
from minitorch_edu.dtypes import int16 as int16
from minitorch_edu.dtypes import int32 as int32
from minitorch_edu.dtypes import int64 as int64
from minitorch_edu.dtypes import int_ as int  # noqa: F401
from minitorch_edu.dtypes import long as long
from minitorch_edu.dtypes import promote_types as promote_types
from minitorch_edu.dtypes import set_default_dtype as set_default_dtype
from minitorch_edu.dtypes import short as short
from minitorch_edu.dtypes import uint8 as uint8
from minitorch_edu.ops.activation import log_softmax as log_softmax
from minitorch_edu.ops.activation import relu as relu
from minitorch_edu.ops.activation import sigmoid as sigmoid
from minitorch_edu.ops.activation import softmax as softmax
from minitorch_edu.ops.activation import tanh as tanh
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
from minitorch_edu.ops.creation import arange as arange
from minitorch_edu.ops.creation import as_tensor as as_tensor
from minitorch_edu.ops.creation import empty as empty
from minitorch_edu.ops.creation import eye as eye
from minitorch_edu.ops.creation import from_numpy as from_numpy
from minitorch_edu.ops.creation import full as full
from minitorch_edu.ops.creation import full_like as full_like
from minitorch_edu.ops.creation import linspace as linspace
from minitorch_edu.ops.creation import ones as ones
from minitorch_edu.ops.creation import ones_like as ones_like
from minitorch_edu.ops.creation import tensor as tensor
from minitorch_edu.ops.creation import zeros as zeros
from minitorch_edu.ops.creation import zeros_like as zeros_like
from minitorch_edu.ops.indexing import cat as cat
from minitorch_edu.ops.indexing import cat as concat  # noqa: F401
from minitorch_edu.ops.indexing import gather as gather
from minitorch_edu.ops.indexing import masked_fill as masked_fill
from minitorch_edu.ops.indexing import narrow as narrow
from minitorch_edu.ops.indexing import select as select
from minitorch_edu.ops.indexing import stack as stack
from minitorch_edu.ops.integer import bitwise_and as bitwise_and
from minitorch_edu.ops.integer import bitwise_left_shift as bitwise_left_shift
from minitorch_edu.ops.integer import bitwise_not as bitwise_not
from minitorch_edu.ops.integer import bitwise_or as bitwise_or
from minitorch_edu.ops.integer import bitwise_right_shift as bitwise_right_shift
from minitorch_edu.ops.integer import bitwise_xor as bitwise_xor
from minitorch_edu.ops.integer import ceil as ceil
from minitorch_edu.ops.integer import floor as floor
from minitorch_edu.ops.integer import floor_divide as floor_divide
from minitorch_edu.ops.integer import fmod as fmod
from minitorch_edu.ops.integer import frac as frac
from minitorch_edu.ops.integer import logical_and as logical_and
from minitorch_edu.ops.integer import logical_not as logical_not
from minitorch_edu.ops.integer import logical_or as logical_or
from minitorch_edu.ops.integer import logical_xor as logical_xor
from minitorch_edu.ops.integer import remainder as remainder
from minitorch_edu.ops.integer import round as round
from minitorch_edu.ops.integer import trunc as fix  # noqa: F401
from minitorch_edu.ops.integer import trunc as trunc
from minitorch_edu.ops.interop import asarray as asarray
from minitorch_edu.ops.interop import from_dlpack as from_dlpack
from minitorch_edu.ops.interop import frombuffer as frombuffer
from minitorch_edu.ops.interop import is_tensor as is_tensor
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
from minitorch_edu.ops.pointwise import div as divide  # noqa: F401
from minitorch_edu.ops.pointwise import div as true_divide  # noqa: F401
from minitorch_edu.ops.pointwise import exp as exp
from minitorch_edu.ops.pointwise import log as log
from minitorch_edu.ops.pointwise import mul as mul
from minitorch_edu.ops.pointwise import neg as neg
from minitorch_edu.ops.pointwise import pow as pow
from minitorch_edu.ops.pointwise import reciprocal as reciprocal
from minitorch_edu.ops.pointwise import rsub as rsub
from minitorch_edu.ops.pointwise import sign as sign
from minitorch_edu.ops.pointwise import sin as sin
from minitorch_edu.ops.pointwise import sqrt as sqrt
from minitorch_edu.ops.pointwise import square as square
from minitorch_edu.ops.pointwise import sub as sub
from minitorch_edu.ops.random import Generator as Generator
from minitorch_edu.ops.random import initial_seed as initial_seed
from minitorch_edu.ops.random import manual_seed as manual_seed
from minitorch_edu.ops.random import rand as rand
from minitorch_edu.ops.random import rand_like as rand_like
from minitorch_edu.ops.random import randint as randint
from minitorch_edu.ops.random import randn as randn
from minitorch_edu.ops.random import randn_like as randn_like
from minitorch_edu.ops.random import randperm as randperm
from minitorch_edu.ops.random import seed as seed
from minitorch_edu.ops.reduction import all as all
from minitorch_edu.ops.reduction import any as any
from minitorch_edu.ops.reduction import argmax as argmax
from minitorch_edu.ops.reduction import argmin as argmin
from minitorch_edu.ops.reduction import logsumexp as logsumexp
from minitorch_edu.ops.reduction import max as max
from minitorch_edu.ops.reduction import mean as mean
from minitorch_edu.ops.reduction import min as min
from minitorch_edu.ops.reduction import sum as sum
from minitorch_edu.ops.strided import as_strided as as_strided
from minitorch_edu.ops.view import broadcast_tensors as broadcast_tensors
from minitorch_edu.ops.view import flatten as flatten
from minitorch_edu.ops.view import permute as permute
from minitorch_edu.ops.view import reshape as reshape
from minitorch_edu.ops.view import squeeze as squeeze
from minitorch_edu.ops.view import t as t
from minitorch_edu.ops.view import transpose as transpose
from minitorch_edu.ops.view import unsqueeze as unsqueeze
from minitorch_edu.printing import set_printoptions as set_printoptions
from minitorch_edu.shape import Size as Size
from minitorch_edu.tensor import Tensor as Tensor

# last: the engine stands on the ops
from minitorch_edu import autograd as autograd  # isort: skip
from minitorch_edu.autograd import engine as _engine  # isort: skip  # noqa: F401
from minitorch_edu.autograd import gradcheck as _gradcheck  # isort: skip  # noqa: F401  # takes the name of its module
from minitorch_edu.autograd import gradients as _gradients  # isort: skip  # noqa: F401
from minitorch_edu.autograd import inplace as _inplace  # isort: skip  # noqa: F401
from minitorch_edu.ops import interop as _interop  # isort: skip  # noqa: F401
from minitorch_edu.ops import operators as _operators  # isort: skip  # noqa: F401
from minitorch_edu import testing as testing  # isort: skip

# PyTorch divides by zero in silence. NumPy's own warnings stay on for NumPy's own users.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minitorch_edu\.")

__version__ = "0.1.0"
