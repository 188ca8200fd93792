"""linalg: linear algebra under PyTorch's names, `torch.linalg.solve` and its like."""

from minitorch_edu import missing as _missing
from minitorch_edu.ops.linalg import matmul as _matmul
from minitorch_edu.ops.linalg_basics import LinAlgError as LinAlgError
from minitorch_edu.ops.linalg_eigen import eig as eig
from minitorch_edu.ops.linalg_eigen import eigh as eigh
from minitorch_edu.ops.linalg_eigen import eigvals as eigvals
from minitorch_edu.ops.linalg_eigen import eigvalsh as eigvalsh
from minitorch_edu.ops.linalg_factor import cholesky as cholesky
from minitorch_edu.ops.linalg_factor import cholesky_ex as cholesky_ex
from minitorch_edu.ops.linalg_factor import qr as qr
from minitorch_edu.ops.linalg_functions import cond as cond
from minitorch_edu.ops.linalg_functions import diagonal as diagonal
from minitorch_edu.ops.linalg_functions import exponential as matrix_exp  # noqa: F401
from minitorch_edu.ops.linalg_functions import householder_product as householder_product
from minitorch_edu.ops.linalg_functions import lstsq as lstsq
from minitorch_edu.ops.linalg_functions import power as matrix_power  # noqa: F401
from minitorch_edu.ops.linalg_functions import tensorinv as tensorinv
from minitorch_edu.ops.linalg_functions import tensorsolve as tensorsolve
from minitorch_edu.ops.linalg_functions import vander as vander
from minitorch_edu.ops.linalg_ldl import ldl_factor as ldl_factor
from minitorch_edu.ops.linalg_ldl import ldl_factor_ex as ldl_factor_ex
from minitorch_edu.ops.linalg_ldl import ldl_solve as ldl_solve
from minitorch_edu.ops.linalg_lu import lu as lu
from minitorch_edu.ops.linalg_lu import lu_factor as lu_factor
from minitorch_edu.ops.linalg_lu import lu_factor_ex as lu_factor_ex
from minitorch_edu.ops.linalg_lu import solve_factored as lu_solve  # noqa: F401
from minitorch_edu.ops.linalg_solve import determinant as det  # noqa: F401
from minitorch_edu.ops.linalg_solve import inv as inv
from minitorch_edu.ops.linalg_solve import inv_ex as inv_ex
from minitorch_edu.ops.linalg_solve import sign_and_log as slogdet  # noqa: F401
from minitorch_edu.ops.linalg_solve import solve as solve
from minitorch_edu.ops.linalg_solve import solve_ex as solve_ex
from minitorch_edu.ops.linalg_solve import solve_triangular as solve_triangular
from minitorch_edu.ops.linalg_svd import matrix_rank as matrix_rank
from minitorch_edu.ops.linalg_svd import pinv as pinv
from minitorch_edu.ops.linalg_svd import svd as svd
from minitorch_edu.ops.linalg_svd import svdvals as svdvals
from minitorch_edu.ops.norms import linalg_norm as norm  # noqa: F401
from minitorch_edu.ops.norms import matrix_norm as matrix_norm
from minitorch_edu.ops.norms import vector_norm as vector_norm
from minitorch_edu.ops.tensor_products import cross_along as cross  # noqa: F401
from minitorch_edu.ops.tensor_products import multi_dot as multi_dot
from minitorch_edu.ops.tensor_products import vecdot as vecdot

matmul = _matmul.form.named(_matmul, "linalg_matmul")

__getattr__ = _missing.names_of(__name__)
