"""minitorch_edu speaks PyTorch: `import minitorch_edu as torch`. What is exported here is the public surface."""

import importlib as _importlib
import warnings as _warnings
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi

from minitorch_edu import accelerator as accelerator
from minitorch_edu import cuda as cuda
from minitorch_edu import events as events
from minitorch_edu.autograd.anomaly import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
from minitorch_edu.autograd.anomaly import is_anomaly_enabled as is_anomaly_enabled
from minitorch_edu.autograd.anomaly import set_anomaly_enabled as set_anomaly_enabled
from minitorch_edu.autograd.grad_mode import enable_grad as enable_grad
from minitorch_edu.autograd.grad_mode import is_grad_enabled as is_grad_enabled
from minitorch_edu.autograd.grad_mode import no_grad as no_grad
from minitorch_edu.autograd.grad_mode import set_grad_enabled as set_grad_enabled
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
from minitorch_edu.ops.aliases import absolute as absolute
from minitorch_edu.ops.aliases import arccos as arccos
from minitorch_edu.ops.aliases import arccosh as arccosh
from minitorch_edu.ops.aliases import arcsin as arcsin
from minitorch_edu.ops.aliases import arcsinh as arcsinh
from minitorch_edu.ops.aliases import arctan as arctan
from minitorch_edu.ops.aliases import arctan2 as arctan2
from minitorch_edu.ops.aliases import arctanh as arctanh
from minitorch_edu.ops.aliases import clip as clip
from minitorch_edu.ops.aliases import concat as concat
from minitorch_edu.ops.aliases import concatenate as concatenate
from minitorch_edu.ops.aliases import divide as divide
from minitorch_edu.ops.aliases import fix as fix
from minitorch_edu.ops.aliases import ger as ger
from minitorch_edu.ops.aliases import greater as greater
from minitorch_edu.ops.aliases import greater_equal as greater_equal
from minitorch_edu.ops.aliases import less as less
from minitorch_edu.ops.aliases import less_equal as less_equal
from minitorch_edu.ops.aliases import moveaxis as moveaxis
from minitorch_edu.ops.aliases import multiply as multiply
from minitorch_edu.ops.aliases import negative as negative
from minitorch_edu.ops.aliases import not_equal as not_equal
from minitorch_edu.ops.aliases import subtract as subtract
from minitorch_edu.ops.aliases import true_divide as true_divide
from minitorch_edu.ops.arranging import flip as flip
from minitorch_edu.ops.arranging import fliplr as fliplr
from minitorch_edu.ops.arranging import flipud as flipud
from minitorch_edu.ops.arranging import repeat_interleave as repeat_interleave
from minitorch_edu.ops.arranging import roll as roll
from minitorch_edu.ops.arranging import rot90 as rot90
from minitorch_edu.ops.arranging import tile as tile
from minitorch_edu.ops.arranging import tril as tril
from minitorch_edu.ops.arranging import tril_indices as tril_indices
from minitorch_edu.ops.arranging import triu as triu
from minitorch_edu.ops.arranging import triu_indices as triu_indices
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
from minitorch_edu.ops.bounds import clamp_max as clamp_max
from minitorch_edu.ops.bounds import clamp_min as clamp_min
from minitorch_edu.ops.bounds import fmax as fmax
from minitorch_edu.ops.bounds import fmin as fmin
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
from minitorch_edu.ops.counting import bincount as bincount
from minitorch_edu.ops.counting import bucketize as bucketize
from minitorch_edu.ops.counting import count_nonzero as count_nonzero
from minitorch_edu.ops.counting import histc as histc
from minitorch_edu.ops.counting import isin as isin
from minitorch_edu.ops.counting import searchsorted as searchsorted
from minitorch_edu.ops.counting import unique as unique
from minitorch_edu.ops.counting import unique_consecutive as unique_consecutive
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
from minitorch_edu.ops.cumulative import cumprod as cumprod
from minitorch_edu.ops.cumulative import cumsum as cumsum
from minitorch_edu.ops.cumulative import logcumsumexp as logcumsumexp
from minitorch_edu.ops.cumulative import prod as prod
from minitorch_edu.ops.data import as_tensor as as_tensor
from minitorch_edu.ops.data import from_numpy as from_numpy
from minitorch_edu.ops.data import tensor as tensor
from minitorch_edu.ops.differences import cumulative_trapezoid as cumulative_trapezoid
from minitorch_edu.ops.differences import diff as diff
from minitorch_edu.ops.differences import gradient as gradient
from minitorch_edu.ops.differences import trapezoid as trapezoid
from minitorch_edu.ops.differences import trapz as trapz
from minitorch_edu.ops.differences import vander as vander
from minitorch_edu.ops.distances import cdist as cdist
from minitorch_edu.ops.distances import dist as dist
from minitorch_edu.ops.distances import pdist as pdist
from minitorch_edu.ops.einsum import einsum as einsum
from minitorch_edu.ops.entropies import logit as logit
from minitorch_edu.ops.entropies import xlogy as xlogy
from minitorch_edu.ops.exponentials import exp2 as exp2
from minitorch_edu.ops.exponentials import expm1 as expm1
from minitorch_edu.ops.exponentials import log1p as log1p
from minitorch_edu.ops.exponentials import log2 as log2
from minitorch_edu.ops.exponentials import log10 as log10
from minitorch_edu.ops.exponentials import logaddexp as logaddexp
from minitorch_edu.ops.exponentials import logaddexp2 as logaddexp2
from minitorch_edu.ops.exponentials import rsqrt as rsqrt
from minitorch_edu.ops.extremes import amax as amax
from minitorch_edu.ops.extremes import amin as amin
from minitorch_edu.ops.extremes import aminmax as aminmax
from minitorch_edu.ops.floats import copysign as copysign
from minitorch_edu.ops.floats import heaviside as heaviside
from minitorch_edu.ops.floats import isneginf as isneginf
from minitorch_edu.ops.floats import isposinf as isposinf
from minitorch_edu.ops.floats import ldexp as ldexp
from minitorch_edu.ops.floats import nan_to_num as nan_to_num
from minitorch_edu.ops.floats import nextafter as nextafter
from minitorch_edu.ops.floats import signbit as signbit
from minitorch_edu.ops.frexp import frexp as frexp
from minitorch_edu.ops.fused import addcdiv as addcdiv
from minitorch_edu.ops.fused import addcmul as addcmul
from minitorch_edu.ops.fused import lerp as lerp
from minitorch_edu.ops.histograms import histogram as histogram
from minitorch_edu.ops.histograms import histogramdd as histogramdd
from minitorch_edu.ops.hot import mean as mean
from minitorch_edu.ops.hot import sum as sum
from minitorch_edu.ops.in_place import in_place_function as _in_place_function
from minitorch_edu.ops.in_place import in_place_names as _in_place_names
from minitorch_edu.ops.indexing import index_put as index_put
from minitorch_edu.ops.indexing import index_put_ as index_put_
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
from minitorch_edu.ops.legacy import BFloat16Tensor as BFloat16Tensor
from minitorch_edu.ops.legacy import BoolTensor as BoolTensor
from minitorch_edu.ops.legacy import ByteTensor as ByteTensor
from minitorch_edu.ops.legacy import CharTensor as CharTensor
from minitorch_edu.ops.legacy import DoubleTensor as DoubleTensor
from minitorch_edu.ops.legacy import FloatTensor as FloatTensor
from minitorch_edu.ops.legacy import HalfTensor as HalfTensor
from minitorch_edu.ops.legacy import IntTensor as IntTensor
from minitorch_edu.ops.legacy import LongTensor as LongTensor
from minitorch_edu.ops.legacy import ShortTensor as ShortTensor
from minitorch_edu.ops.legacy import set_default_tensor_type as set_default_tensor_type
from minitorch_edu.ops.linalg import addmm as addmm
from minitorch_edu.ops.linalg import bmm as bmm
from minitorch_edu.ops.linalg import dot as dot
from minitorch_edu.ops.linalg import matmul as matmul
from minitorch_edu.ops.linalg import mm as mm
from minitorch_edu.ops.linalg import mv as mv
from minitorch_edu.ops.linalg import outer as outer
from minitorch_edu.ops.linalg_factor import cholesky_inverse as cholesky_inverse
from minitorch_edu.ops.linalg_factor import cholesky_of_old as cholesky  # noqa: F401
from minitorch_edu.ops.linalg_factor import cholesky_solve as cholesky_solve
from minitorch_edu.ops.linalg_factor import qr_of_old as qr  # noqa: F401
from minitorch_edu.ops.linalg_functions import matrix_exp as matrix_exp
from minitorch_edu.ops.linalg_functions import matrix_power as matrix_power
from minitorch_edu.ops.linalg_functions import orgqr as orgqr
from minitorch_edu.ops.linalg_ldl import ormqr as ormqr
from minitorch_edu.ops.linalg_lu import lu_solve as lu_solve
from minitorch_edu.ops.linalg_lu import lu_unpack as lu_unpack
from minitorch_edu.ops.linalg_old import geqrf as geqrf
from minitorch_edu.ops.linalg_old import lu as lu
from minitorch_edu.ops.linalg_old import pca_lowrank as pca_lowrank
from minitorch_edu.ops.linalg_old import svd_lowrank as svd_lowrank
from minitorch_edu.ops.linalg_old import triangular_solve as triangular_solve
from minitorch_edu.ops.linalg_solve import det as det
from minitorch_edu.ops.linalg_solve import inverse as inverse
from minitorch_edu.ops.linalg_solve import logdet as logdet
from minitorch_edu.ops.linalg_solve import slogdet as slogdet
from minitorch_edu.ops.linalg_svd import pinverse as pinverse
from minitorch_edu.ops.linalg_svd import svd_of_old as svd  # noqa: F401
from minitorch_edu.ops.masking import argwhere as argwhere
from minitorch_edu.ops.masking import masked_fill as masked_fill
from minitorch_edu.ops.masking import masked_scatter as masked_scatter
from minitorch_edu.ops.masking import masked_select as masked_select
from minitorch_edu.ops.masking import nonzero as nonzero
from minitorch_edu.ops.norms import norm as norm
from minitorch_edu.ops.norms import norm_except_dim as norm_except_dim
from minitorch_edu.ops.norms import renorm as renorm
from minitorch_edu.ops.operators import positive as positive
from minitorch_edu.ops.parts import angle as angle
from minitorch_edu.ops.parts import complex as complex
from minitorch_edu.ops.parts import conj as conj
from minitorch_edu.ops.parts import conj_physical as conj_physical
from minitorch_edu.ops.parts import imag as imag
from minitorch_edu.ops.parts import isreal as isreal
from minitorch_edu.ops.parts import polar as polar
from minitorch_edu.ops.parts import real as real
from minitorch_edu.ops.parts import resolve_conj as resolve_conj
from minitorch_edu.ops.parts import resolve_neg as resolve_neg
from minitorch_edu.ops.parts import view_as_complex as view_as_complex
from minitorch_edu.ops.parts import view_as_real as view_as_real
from minitorch_edu.ops.picking import index_add as index_add
from minitorch_edu.ops.picking import index_copy as index_copy
from minitorch_edu.ops.picking import index_fill as index_fill
from minitorch_edu.ops.picking import index_select as index_select
from minitorch_edu.ops.picking import take as take
from minitorch_edu.ops.places import index_reduce as index_reduce
from minitorch_edu.ops.places import nonzero_static as nonzero_static
from minitorch_edu.ops.places import unravel_index as unravel_index
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
from minitorch_edu.ops.products import addbmm as addbmm
from minitorch_edu.ops.products import addmv as addmv
from minitorch_edu.ops.products import addr as addr
from minitorch_edu.ops.products import baddbmm as baddbmm
from minitorch_edu.ops.products import trace as trace
from minitorch_edu.ops.products import vdot as vdot
from minitorch_edu.ops.quantiles import nanquantile as nanquantile
from minitorch_edu.ops.quantiles import quantile as quantile
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
from minitorch_edu.ops.random import Generator as Generator
from minitorch_edu.ops.random import default_generator as default_generator
from minitorch_edu.ops.random import get_rng_state as get_rng_state
from minitorch_edu.ops.random import initial_seed as initial_seed
from minitorch_edu.ops.random import manual_seed as manual_seed
from minitorch_edu.ops.random import rand as rand
from minitorch_edu.ops.random import rand_like as rand_like
from minitorch_edu.ops.random import randint as randint
from minitorch_edu.ops.random import randint_like as randint_like
from minitorch_edu.ops.random import randn as randn
from minitorch_edu.ops.random import randn_like as randn_like
from minitorch_edu.ops.random import randperm as randperm
from minitorch_edu.ops.random import seed as seed
from minitorch_edu.ops.random import set_rng_state as set_rng_state
from minitorch_edu.ops.ranges import arange as arange
from minitorch_edu.ops.ranges import linspace as linspace
from minitorch_edu.ops.ranges import logspace as logspace
from minitorch_edu.ops.ranges import range as range
from minitorch_edu.ops.reduction import all as all
from minitorch_edu.ops.reduction import any as any
from minitorch_edu.ops.reduction import argmax as argmax
from minitorch_edu.ops.reduction import argmin as argmin
from minitorch_edu.ops.reduction import logsumexp as logsumexp
from minitorch_edu.ops.reduction import max as max
from minitorch_edu.ops.reduction import min as min
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
from minitorch_edu.ops.sampling import alpha_dropout as alpha_dropout
from minitorch_edu.ops.sampling import bernoulli as bernoulli
from minitorch_edu.ops.sampling import dropout as dropout
from minitorch_edu.ops.sampling import dropout_ as dropout_
from minitorch_edu.ops.sampling import feature_alpha_dropout as feature_alpha_dropout
from minitorch_edu.ops.sampling import feature_dropout as feature_dropout
from minitorch_edu.ops.sampling import feature_dropout_ as feature_dropout_
from minitorch_edu.ops.sampling import multinomial as multinomial
from minitorch_edu.ops.sampling import native_dropout as native_dropout
from minitorch_edu.ops.sampling import normal as normal
from minitorch_edu.ops.sampling import poisson as poisson
from minitorch_edu.ops.scatter import gather as gather
from minitorch_edu.ops.scatter import scatter as scatter
from minitorch_edu.ops.scatter import scatter_add as scatter_add
from minitorch_edu.ops.scatter import scatter_reduce as scatter_reduce
from minitorch_edu.ops.scatter import take_along_dim as take_along_dim
from minitorch_edu.ops.slice_scatters import as_strided_scatter as as_strided_scatter
from minitorch_edu.ops.slice_scatters import diagonal_scatter as diagonal_scatter
from minitorch_edu.ops.slice_scatters import select_scatter as select_scatter
from minitorch_edu.ops.slice_scatters import slice_scatter as slice_scatter
from minitorch_edu.ops.sorting import argsort as argsort
from minitorch_edu.ops.sorting import cummax as cummax
from minitorch_edu.ops.sorting import cummin as cummin
from minitorch_edu.ops.sorting import kthvalue as kthvalue
from minitorch_edu.ops.sorting import median as median
from minitorch_edu.ops.sorting import mode as mode
from minitorch_edu.ops.sorting import msort as msort
from minitorch_edu.ops.sorting import nanmedian as nanmedian
from minitorch_edu.ops.sorting import sort as sort
from minitorch_edu.ops.sorting import topk as topk
from minitorch_edu.ops.special_bessel import i0 as i0
from minitorch_edu.ops.special_error import erf as erf
from minitorch_edu.ops.special_error import erfc as erfc
from minitorch_edu.ops.special_error import erfinv as erfinv
from minitorch_edu.ops.special_gamma import digamma as digamma
from minitorch_edu.ops.special_gamma import igamma as igamma
from minitorch_edu.ops.special_gamma import igammac as igammac
from minitorch_edu.ops.special_gamma import lgamma as lgamma
from minitorch_edu.ops.special_gamma import mvlgamma as mvlgamma
from minitorch_edu.ops.special_gamma import polygamma as polygamma
from minitorch_edu.ops.spectrogram import istft as istft
from minitorch_edu.ops.spectrogram import stft as stft
from minitorch_edu.ops.splitting import chunk as chunk
from minitorch_edu.ops.splitting import diag as diag
from minitorch_edu.ops.splitting import diag_embed as diag_embed
from minitorch_edu.ops.splitting import diagflat as diagflat
from minitorch_edu.ops.splitting import diagonal as diagonal
from minitorch_edu.ops.splitting import dsplit as dsplit
from minitorch_edu.ops.splitting import hsplit as hsplit
from minitorch_edu.ops.splitting import split as split
from minitorch_edu.ops.splitting import split_with_sizes as split_with_sizes
from minitorch_edu.ops.splitting import tensor_split as tensor_split
from minitorch_edu.ops.splitting import unbind as unbind
from minitorch_edu.ops.splitting import vsplit as vsplit
from minitorch_edu.ops.statistics import corrcoef as corrcoef
from minitorch_edu.ops.statistics import cov as cov
from minitorch_edu.ops.statistics import nanmean as nanmean
from minitorch_edu.ops.statistics import nansum as nansum
from minitorch_edu.ops.statistics import std as std
from minitorch_edu.ops.statistics import std_mean as std_mean
from minitorch_edu.ops.statistics import var as var
from minitorch_edu.ops.statistics import var_mean as var_mean
from minitorch_edu.ops.strided import as_strided as as_strided
from minitorch_edu.ops.tensor_products import bilinear as bilinear
from minitorch_edu.ops.tensor_products import chain_matmul as chain_matmul
from minitorch_edu.ops.tensor_products import cross as cross
from minitorch_edu.ops.tensor_products import inner as inner
from minitorch_edu.ops.tensor_products import kron as kron
from minitorch_edu.ops.tensor_products import tensordot as tensordot
from minitorch_edu.ops.trigonometry import acos as acos
from minitorch_edu.ops.trigonometry import acosh as acosh
from minitorch_edu.ops.trigonometry import asin as asin
from minitorch_edu.ops.trigonometry import asinh as asinh
from minitorch_edu.ops.trigonometry import atan as atan
from minitorch_edu.ops.trigonometry import atan2 as atan2
from minitorch_edu.ops.trigonometry import atanh as atanh
from minitorch_edu.ops.trigonometry import cosh as cosh
from minitorch_edu.ops.trigonometry import deg2rad as deg2rad
from minitorch_edu.ops.trigonometry import hypot as hypot
from minitorch_edu.ops.trigonometry import rad2deg as rad2deg
from minitorch_edu.ops.trigonometry import sinc as sinc
from minitorch_edu.ops.trigonometry import sinh as sinh
from minitorch_edu.ops.trigonometry import tan as tan
from minitorch_edu.ops.unsafe_splits import narrow_copy as narrow_copy
from minitorch_edu.ops.unsafe_splits import unsafe_chunk as unsafe_chunk
from minitorch_edu.ops.unsafe_splits import unsafe_split as unsafe_split
from minitorch_edu.ops.unsafe_splits import unsafe_split_with_sizes as unsafe_split_with_sizes
from minitorch_edu.ops.view import broadcast_tensors as broadcast_tensors
from minitorch_edu.ops.view import flatten as flatten
from minitorch_edu.ops.view import permute as permute
from minitorch_edu.ops.view import reshape as reshape
from minitorch_edu.ops.view import squeeze as squeeze
from minitorch_edu.ops.view import t as t
from minitorch_edu.ops.view import transpose as transpose
from minitorch_edu.ops.view import unsqueeze as unsqueeze
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
from minitorch_edu.autograd.inference import inference_mode as inference_mode  # isort: skip
from minitorch_edu.autograd.inference import is_inference_mode_enabled as is_inference_mode_enabled  # isort: skip
from minitorch_edu.ops import interop as _interop  # isort: skip  # noqa: F401
from minitorch_edu.ops import memory as _memory  # isort: skip  # noqa: F401
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


_LATER = {"special": "special", "func": "func", "vmap": "func", "optim": "optim", "profiler": "profiler"}
"""Modules that are imported when they are first asked for, and names that come from them."""
_LATER |= dict.fromkeys(
    "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolution".split(),
    "ops.convolution_calls",
)
_LATER |= dict.fromkeys(
    "avg_pool1d max_pool1d max_pool1d_with_indices max_pool2d max_pool3d".split(), "ops.pooling_calls"
)
_LATER |= dict.fromkeys(("adaptive_avg_pool1d", "adaptive_max_pool1d"), "ops.adaptive_pooling")
_LATER |= dict.fromkeys(("pixel_shuffle", "pixel_unshuffle", "channel_shuffle"), "ops.pixel")
_LATER |= dict.fromkeys(
    "grid_sampler grid_sampler_2d grid_sampler_3d affine_grid_generator".split(), "ops.sampling_grid"
)
_LATER |= dict.fromkeys(
    "hann_window hamming_window blackman_window bartlett_window kaiser_window".split(), "ops.windows"
)
_LATER |= {"masked": "masked"}
_LATER |= {"constant_pad_nd": "ops.padding", "native_channel_shuffle": "ops.pixel"}
_LATER |= dict.fromkeys("hardshrink selu selu_ threshold celu".split(), "ops.activation_more")
_LATER |= dict.fromkeys(("celu_", "threshold_"), "nn.functional.activation")
_LATER |= dict.fromkeys(("prelu", "rrelu", "rrelu_"), "ops.gated")
_LATER |= dict.fromkeys(("cosine_similarity", "pairwise_distance", "pdist"), "nn.functional.distance")
_LATER |= {"embedding": "ops.embedding", "bilinear": "nn.functional.linear"}
_LATER |= dict.fromkeys("batch_norm group_norm instance_norm layer_norm rms_norm".split(), "nn.in_torch")
_LATER |= dict.fromkeys(
    (f"{name}_copy" for name in (
        "alias", "as_strided", "detach", "diagonal", "expand", "permute", "select", "slice", "split",
        "split_with_sizes", "squeeze", "t", "transpose", "unbind", "unfold", "unsqueeze", "view", "view_as_complex",
        "view_as_real",
    )),
    "ops.view_copies",
)  # fmt: skip


def __getattr__(name: str) -> object:
    if name in _LATER:
        module = _importlib.import_module(f"{__name__}.{_LATER[name]}")
        return module if name == _LATER[name] else getattr(module, name)
    found = _in_place_function(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    """All names, also those that are found when they are first asked for: what Jupyter completes, and tests read."""
    return sorted({*globals(), *_LATER, *_in_place_names()})


# PyTorch divides by zero in silence. NumPy's own warnings stay on for NumPy's own users.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minitorch_edu\.")
