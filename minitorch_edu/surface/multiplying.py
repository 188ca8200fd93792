"""Multiplying: products of vectors and matrices, and all that follows from them."""

from minitorch_edu.ops.aliases import ger as ger
from minitorch_edu.ops.einsum import einsum as einsum
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
from minitorch_edu.ops.products import addbmm as addbmm
from minitorch_edu.ops.products import addmv as addmv
from minitorch_edu.ops.products import addr as addr
from minitorch_edu.ops.products import baddbmm as baddbmm
from minitorch_edu.ops.products import trace as trace
from minitorch_edu.ops.products import vdot as vdot
from minitorch_edu.ops.spectrogram import istft as istft
from minitorch_edu.ops.spectrogram import stft as stft
from minitorch_edu.ops.tensor_products import bilinear as bilinear
from minitorch_edu.ops.tensor_products import chain_matmul as chain_matmul
from minitorch_edu.ops.tensor_products import cross as cross
from minitorch_edu.ops.tensor_products import inner as inner
from minitorch_edu.ops.tensor_products import kron as kron
from minitorch_edu.ops.tensor_products import tensordot as tensordot
