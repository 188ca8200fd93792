"""Parametrizations that are ready to use: orthogonal, of norm one in the spectrum, length apart from direction."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.dtypes import finfo
from minitorch_edu.linalg import householder_product, solve
from minitorch_edu.nn.functional.distance import normalize
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.utils import parametrize
from minitorch_edu.nn.utils.spectral_norm import refuse_no_iterations, usual_dim
from minitorch_edu.nn.utils.weight_norm import normalized
from minitorch_edu.ops.creation import eye, zeros_like
from minitorch_edu.ops.joining import cat
from minitorch_edu.ops.linalg_old import geqrf
from minitorch_edu.ops.norms import norm_except_dim
from minitorch_edu.ops.random import randn
from minitorch_edu.tensor import Tensor


def _tensor_of(module: Any, name: str) -> Tensor:
    found = getattr(module, name, None)
    if not isinstance(found, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    return found


# --- orthogonal -----------------------------------------------------------------------------------------------------


class _OrthMaps(Enum):
    matrix_exp = auto()
    cayley = auto()
    householder = auto()


def _is_orthogonal(q: Tensor) -> bool:
    unit = eye(q.size(-1), dtype=q.dtype, device=q.device)
    return (q.mH @ q).allclose(unit, atol=10.0 * q.size(-2) * finfo(q.dtype).eps)


def _make_orthogonal(matrix: Tensor) -> Tensor:
    """The Q of a QR decomposition whose R has a positive diagonal."""
    reflections, tau = geqrf(matrix)
    q = householder_product(reflections, tau)
    return q.mul_(reflections.diagonal(dim1=-2, dim2=-1).sgn().unsqueeze(-2))


class _Orthogonal(Module):
    """Maps any matrix to one with orthogonal columns, or rows where there are fewer of these.

    `matrix_exp`: $e^A$ and `cayley`: $(I + A/2)(I - A/2)^{-1}$ with $A = X - X^T$, which is skew-symmetric;
    `householder`: a product of reflections. Trivialized, the result is `base` times that, so that training begins at
    the identity and any matrix can be assigned.
    """

    base: Any

    def __init__(self, weight: Tensor, orthogonal_map: _OrthMaps, *, use_trivialization: bool = True) -> None:
        super().__init__()
        if weight.is_complex() and orthogonal_map == _OrthMaps.householder:
            raise ValueError("The householder parametrization does not support complex tensors.")
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        wide = x.size(-2) < x.size(-1)
        x = x.mT if wide else x
        q = self._reflected(x) if self.orthogonal_map == _OrthMaps.householder else self._rotated(x)
        if hasattr(self, "base"):
            q = self.base @ q
        return q.mT if wide else q

    def _rotated(self, x: Tensor) -> Tensor:
        n, k = x.size(-2), x.size(-1)
        x = x.tril()
        if n != k:
            x = cat([x, x.new_zeros(n, n - k).expand(*x.shape[:-2], -1, -1)], dim=-1)
        skew = x - x.mH
        if self.orthogonal_map == _OrthMaps.matrix_exp:
            q = skew.matrix_exp()
        else:
            unit = eye(n, dtype=skew.dtype, device=skew.device)
            q = solve(unit.add(skew, alpha=-0.5), unit.add(skew, alpha=0.5))
        return q[..., :k] if n != k else q

    def _reflected(self, x: Tensor) -> Tensor:
        below = x.tril(diagonal=-1)
        tau = 2.0 / (1.0 + (below * below).sum(dim=-2))
        q = householder_product(below, tau)
        return q * x.diagonal(dim1=-2, dim2=-1).int().unsqueeze(-2)  # signs, which are not learned

    @no_grad()
    def right_inverse(self, q: Tensor) -> Tensor:
        if q.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape {q.shape}."
            )
        given, wide = q, q.size(-2) < q.size(-1)
        q = q.mT if wide else q
        if hasattr(self, "base"):
            self.base = self._completed(q)
            start = zeros_like(given)
            start.diagonal(dim1=-2, dim2=-1).fill_(
                -1.0
            )  # no reflection at all, and signs that make it the identity
            return start
        if self.orthogonal_map != _OrthMaps.householder:
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley parametrizations when "
                "use_trivialization=False."
            )
        reflections, tau = geqrf(q)
        signs = reflections.diagonal(dim1=-2, dim2=-1)
        signs.sign_()
        signs[tau == 0.0] *= -1  # LAPACK's zero says that there is no reflection
        return reflections.mT if wide else reflections

    def _completed(self, q: Tensor) -> Tensor:
        """A square orthogonal matrix that begins with the columns of q."""
        n, k = q.size(-2), q.size(-1)
        if n == k:
            return q.clone() if _is_orthogonal(q) else _make_orthogonal(q)
        more = randn(*q.size()[:-2], n, n - k, dtype=q.dtype, device=q.device)
        return _make_orthogonal(cat([q, more], dim=-1))


def orthogonal(
    module: Any, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Any:
    """Let a weight be orthogonal (unitary, if complex) and stay so in training.

    >>> layer = torch.nn.utils.parametrizations.orthogonal(torch.nn.Linear(3, 3))
    >>> torch.allclose(layer.weight @ layer.weight.T, torch.eye(3), atol=1e-5)
    True
    """
    weight = _tensor_of(module, name)
    if weight.ndim < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if orthogonal_map is None:
        square = weight.size(-2) == weight.size(-1) or weight.is_complex()
        orthogonal_map = "matrix_exp" if square else "householder"
    if orthogonal_map not in _OrthMaps.__members__:
        raise ValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    made = _Orthogonal(weight, _OrthMaps[orthogonal_map], use_trivialization=use_trivialization)
    parametrize.register_parametrization(module, name, made, unsafe=True)
    return module


# --- weight norm ----------------------------------------------------------------------------------------------------


class _WeightNorm(Module):
    """$w = g \\, v / |v|$."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:  # type: ignore[override]
        return normalized(weight_v, weight_g, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return norm_except_dim(weight, 2, self.dim), weight


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Learn the length of a weight apart from its direction (Salimans and Kingma, 2016).

    dim: there is a length for each slice of this dimension; None: one for all.

    >>> layer = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(2, 3))
    >>> [tuple(each.shape) for each in layer.parametrizations.weight.parameters()]
    [(3, 1), (3, 2)]
    """
    parametrize.register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def rename(state_dict: Any, prefix: str, *_: Any) -> None:
        """States that the weight norm of old has saved have other names."""
        old = [f"{prefix}{name}_g", f"{prefix}{name}_v"]
        if all(key in state_dict for key in old):
            for place, key in enumerate(old):
                state_dict[f"{prefix}parametrizations.{name}.original{place}"] = state_dict.pop(key)

    module._register_load_state_dict_pre_hook(rename)
    return module


# --- spectral norm --------------------------------------------------------------------------------------------------


class _SpectralNorm(Module):
    """A weight over its greatest singular value, which the power method finds."""

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        ndim = weight.ndim
        if not -ndim <= dim < ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{ndim}, {ndim - 1}] but got {dim})"
            )
        refuse_no_iterations(n_power_iterations)
        self.dim = dim % ndim
        self.eps = eps
        if ndim > 1:
            self.n_power_iterations = n_power_iterations
            matrix = self._reshape_weight_to_matrix(weight)
            height, width = matrix.size()
            u = matrix.new_empty(height).normal_(0, 1)
            v = matrix.new_empty(width).normal_(0, 1)
            self.register_buffer("_u", normalize(u, dim=0, eps=eps))
            self.register_buffer("_v", normalize(v, dim=0, eps=eps))
            self._power_method(matrix, 15)

    def _reshape_weight_to_matrix(self, weight: Tensor) -> Tensor:
        if self.dim != 0:
            weight = weight.permute(self.dim, *[each for each in range(weight.dim()) if each != self.dim])
        return weight.flatten(1)

    @no_grad()
    def _power_method(self, matrix: Tensor, n_power_iterations: int) -> None:
        """Bring u and v nearer to the first singular vectors, in place."""
        for _ in range(n_power_iterations):
            self._u = normalize(matrix.mv(self._v), dim=0, eps=self.eps, out=self._u)
            self._v = normalize(matrix.H.mv(self._u), dim=0, eps=self.eps, out=self._v)

    def forward(self, weight: Tensor) -> Tensor:  # type: ignore[override]
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.eps)
        matrix = self._reshape_weight_to_matrix(weight)
        if self.training:
            self._power_method(matrix, self.n_power_iterations)
        u, v = (
            self._u.clone(),
            self._v.clone(),
        )  # the next call writes to the buffers; this one's graph needs these
        return weight / u.vdot(matrix.mv(v))

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """Let a weight have 1 as its greatest singular value, about (Miyato et al., 2018).

    >>> layer = torch.nn.utils.parametrizations.spectral_norm(torch.nn.Linear(3, 2))
    >>> torch.linalg.matrix_norm(layer.weight, 2).round(decimals=2).item()
    1.0
    """
    weight = _tensor_of(module, name)
    made = _SpectralNorm(weight, n_power_iterations, usual_dim(module) if dim is None else dim, eps)
    parametrize.register_parametrization(module, name, made)
    return module
