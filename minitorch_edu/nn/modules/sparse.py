"""Embeddings: a learned row of numbers for each index, and the sum of the rows of each bag of indices."""

from __future__ import annotations

from typing import Any, TypeVar

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.nn import functional, init
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.creation import empty
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

T = TypeVar("T", bound="_Table")


class _Table(Module):
    """A table of rows, drawn from N(0, 1). The row of padding is zeros, and gets no gradient."""

    num_embeddings: int
    embedding_dim: int
    padding_idx: int | None
    max_norm: float | None
    norm_type: float
    scale_grad_by_freq: bool

    def _place_of_padding(self, padding_idx: int | None, called: str) -> int | None:
        """Counted from the start."""
        if padding_idx is None or 0 <= padding_idx < max(self.num_embeddings, 1):
            return padding_idx
        if not -self.num_embeddings <= padding_idx < 0:
            raise AssertionError(f"{called} must be within num_embeddings")
        return self.num_embeddings + padding_idx

    def _fill(self, given: Tensor | None, frozen: bool, device: Any, dtype: Any) -> None:
        shape = self.num_embeddings, self.embedding_dim
        if given is not None:
            if tuple(given.shape) != shape:
                raise AssertionError("Shape of weight does not match num_embeddings and embedding_dim")
            self.weight = Parameter(given, requires_grad=not frozen)
            return
        self.weight = Parameter(empty(shape, device=device, dtype=dtype), requires_grad=not frozen)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        init.normal_(self.weight)
        self._fill_padding_idx_with_zero()

    def _fill_padding_idx_with_zero(self) -> None:
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx].fill_(0)

    def _options(self) -> list[str]:
        """What is said of a table where it is not as usual."""
        said = []
        if self.max_norm is not None:
            said.append(f"max_norm={self.max_norm}")
        if self.norm_type != 2:
            said.append(f"norm_type={self.norm_type}")
        if self.scale_grad_by_freq is not False:
            said.append(f"scale_grad_by_freq={self.scale_grad_by_freq}")
        return said

    @classmethod
    def _of_rows(cls: type[T], rows: Tensor, **options: Any) -> T:
        if rows.ndim != 2:
            raise AssertionError("Embeddings parameter is expected to be 2-dimensional")
        return cls(*rows.shape, _weight=rows, **options)


class Embedding(_Table):
    """Rows of a table, one for each index: (*) of integers in, (*, embedding_dim) out.

    weight: (num_embeddings, embedding_dim). padding_idx: an index whose row is zeros and stays so.
    max_norm: rows that are looked up get no longer than this. sparse: taken, but gradients are dense all the same.

    >>> layer = torch.nn.Embedding.from_pretrained(torch.tensor([[1.0, 2.5], [4.0, 5.5]]))
    >>> layer(torch.tensor([1, 0]))
    tensor([[4.0000, 5.5000],
            [1.0000, 2.5000]])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = self._place_of_padding(padding_idx, "Padding_idx")
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self._fill(_weight, _freeze, device, dtype)
        self.sparse = sparse

    def forward(self, input: Tensor) -> Tensor:
        return functional.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.sparse,
        )

    def extra_repr(self) -> str:
        said = [f"{self.num_embeddings}, {self.embedding_dim}"]
        if self.padding_idx is not None:
            said.append(f"padding_idx={self.padding_idx}")
        said += self._options()
        if self.sparse is not False:
            said.append("sparse=True")
        return ", ".join(said)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """A table of these rows, which do not learn unless `freeze` is False."""
        return cls._of_rows(
            embeddings,
            _freeze=freeze,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
        )


class EmbeddingBag(_Table):
    """The mean, the sum or the greatest of the rows of each bag of indices, without the rows themselves.

    In come (bags, indices), or the indices of all bags in one row and `offsets`, where each bag begins.
    per_sample_weights: what each row counts, in a sum.

    >>> layer = torch.nn.EmbeddingBag.from_pretrained(torch.tensor([[1.0, 2.0], [4.0, 5.0]]), mode="sum")
    >>> layer(torch.tensor([1, 0, 1]), offsets=torch.tensor([0, 2]))
    tensor([[5., 7.],
            [4., 5.]])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.padding_idx = self._place_of_padding(padding_idx, "padding_idx")
        self._fill(_weight, False, device, dtype)
        self.mode = mode
        self.sparse = sparse
        self.include_last_offset = include_last_offset

    def forward(
        self, input: Tensor, offsets: Tensor | None = None, per_sample_weights: Tensor | None = None
    ) -> Tensor:
        return functional.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        said = [f"{self.num_embeddings}, {self.embedding_dim}", *self._options(), f"mode={self.mode!r}"]
        if self.padding_idx is not None:
            said.append(f"padding_idx={self.padding_idx}")
        return ", ".join(said)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> EmbeddingBag:
        """A table of these rows, which do not learn unless `freeze` is False."""
        made = cls._of_rows(
            embeddings,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )
        made.weight.requires_grad = not freeze
        return made
