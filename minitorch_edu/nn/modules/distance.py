"""Distance: how far rows of two tensors are apart, and how much they point the same way."""

from __future__ import annotations

from minitorch_edu.nn import functional
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.tensor import Tensor


class PairwiseDistance(Module):
    """The p-norm of the differences of rows: $\\lVert x_1 - x_2 + \\varepsilon \\rVert_p$; (N, D) becomes (N).

    >>> torch.nn.PairwiseDistance()(torch.tensor([[0.0, 3.0]]), torch.tensor([[4.0, 0.0]]))
    tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return functional.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class CosineSimilarity(Module):
    """The cosine of the angle between vectors along `dim`: $x_1 \\cdot x_2 / \\lVert x_1 \\rVert \\lVert x_2 \\rVert$.

    >>> torch.nn.CosineSimilarity()(torch.tensor([[3.0, 4.0]]), torch.tensor([[6.0, 8.0]]))
    tensor([1.])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return functional.cosine_similarity(x1, x2, self.dim, self.eps)
