"""Batch normalization: each channel with mean 0 and variance 1 over the samples of a batch.

Note [Statistics of a normalization]
In training a batch is normalized with its own mean and variance, and `running_mean` and `running_var` follow them:
running <- (1 - momentum) running + momentum seen. In evaluation the running ones are used: what a sample comes to then
depends on itself alone. Without `momentum` (None) they are the mean over all batches so far, which is what
`num_batches_tracked` counts them for. Without `track_running_stats` there are none, and every batch is normalized with
its own.
"""

from __future__ import annotations

from typing import Any, ClassVar

from minitorch_edu import dtypes
from minitorch_edu.nn import functional, init
from minitorch_edu.nn.modules.lazy import LazyModuleMixin
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.modules.utils import OwnForward, _renamed
from minitorch_edu.nn.parameter import UninitializedBuffer, UninitializedParameter
from minitorch_edu.ops.creation import empty, ones, zeros
from minitorch_edu.ops.data import tensor
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor


class _NormBase(Module):
    """What the normalizations of batches and of instances have: a scale, a shift and running statistics.

    weight, bias: (num_features,), where `affine`; they begin as ones and zeros.
    """

    _version = 2  # since when there is num_batches_tracked
    _allowed: ClassVar[tuple[int, ...]]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            made = Parameter(empty(num_features, device=device, dtype=dtype)) if wanted else None
            self.register_parameter(name, made)
        self.register_buffer("running_mean", None)
        self.register_buffer("running_var", None)
        self.register_buffer("num_batches_tracked", None)
        if track_running_stats:
            self.running_mean = zeros(num_features, device=device, dtype=dtype)
            self.running_var = ones(num_features, device=device, dtype=dtype)
            self.num_batches_tracked = tensor(0, dtype=dtypes.int64, device=device)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        self.reset_running_stats()
        if self.affine:
            init.ones_(self.weight)
            if self.bias is not None:
                init.zeros_(self.bias)

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() not in self._allowed:
            allowed = " or ".join(f"{each}D" for each in self._allowed)
            raise ValueError(f"expected {allowed} input (got {input.ndim}D input)")

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )

    def _load_from_state_dict(
        self, state_dict: Any, prefix: str, local_metadata: dict[str, Any], *rest: Any
    ) -> None:
        """States of version 1 count no batches."""
        key = f"{prefix}num_batches_tracked"
        if (local_metadata.get("version") or 1) < 2 and self.track_running_stats and key not in state_dict:
            counted = self.num_batches_tracked
            state_dict[key] = tensor(0, dtype=dtypes.int64) if counted is None else counted
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)


class _BatchNorm(_NormBase):
    __init__ = _renamed(_NormBase.__init__, "_BatchNorm.__init__")  # what Python says of missing arguments

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        mean, variance = self.running_mean, self.running_var
        share = 0.0 if self.momentum is None else self.momentum
        if not self.training:
            own = mean is None and variance is None
        else:
            own = True
            if not self.track_running_stats:
                mean = variance = None
            elif self.num_batches_tracked is not None:
                self.num_batches_tracked.add_(1)
                if self.momentum is None:
                    share = 1.0 / float(self.num_batches_tracked)
        return functional.batch_norm(input, mean, variance, self.weight, self.bias, own, share, self.eps)


class BatchNorm1d(_BatchNorm):
    r"""Each channel of (N, C) or (N, C, L) as $z = (x - \mu) / \sqrt{\sigma^2 + \epsilon} \cdot w + b$.

    Mean and variance are those of the batch or running ones; see Note [Statistics of a normalization].

    >>> layer = torch.nn.BatchNorm1d(1)
    >>> layer(torch.tensor([[1.0], [3.0]])), layer.running_mean
    (tensor([[-1.0000],
            [ 1.0000]], grad_fn=<NativeBatchNormBackward0>), tensor([0.2000]))
    """

    _allowed = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Each channel of (N, C, H, W) with mean 0 and variance 1 over all samples and places. See `BatchNorm1d`.

    >>> torch.nn.BatchNorm2d(8)
    BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    _allowed = (4,)


class BatchNorm3d(_BatchNorm):
    """Each channel of (N, C, D, H, W) with mean 0 and variance 1 over all samples and places. See `BatchNorm1d`.

    >>> torch.nn.BatchNorm3d(2)(torch.randn(4, 2, 3, 3, 3)).shape
    torch.Size([4, 2, 3, 3, 3])
    """

    _allowed = (5,)


class SyncBatchNorm(OwnForward, _BatchNorm):
    """A batch norm over the batches of several processes. Here there is one: it is `BatchNorm` for any dimensions.

    >>> torch.nn.SyncBatchNorm.convert_sync_batchnorm(torch.nn.BatchNorm2d(3))
    SyncBatchNorm(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self.process_group = process_group

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() < 2:
            raise ValueError(f"expected at least 2D input (got {input.ndim}D input)")
        if not input.size(1):
            raise ValueError("SyncBatchNorm number of input channels should be non-zero")

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """The module, with a SyncBatchNorm that has the same tensors in the place of each batch norm."""
        converted = module
        if isinstance(module, _BatchNorm):
            converted = cls._of(module, process_group)
        for name, child in module.named_children():
            converted.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return converted

    @staticmethod
    def _of(module: _BatchNorm, process_group: Any) -> SyncBatchNorm:
        made = SyncBatchNorm(
            module.num_features,
            module.eps,
            module.momentum,
            module.affine,
            module.track_running_stats,
            process_group,
            bias=module.bias is not None,
        )
        if module.affine:
            made.weight, made.bias = module.weight, module.bias
        for name, buffer in module._buffers.items():
            setattr(made, name, buffer)
        made.training = module.training
        return made


# --- lazy -------------------------------------------------------------------------------------------------------------


class _LazyNormBase(LazyModuleMixin, _NormBase):
    """The first input says how many channels there are."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, False, False, device, dtype, bias=False)
        self.affine = affine
        self.track_running_stats = track_running_stats
        if affine:
            self.weight = UninitializedParameter(device=device, dtype=dtype)
            if bias:
                self.bias = UninitializedParameter(device=device, dtype=dtype)
        if track_running_stats:
            self.running_mean = UninitializedBuffer(device=device, dtype=dtype)
            self.running_var = UninitializedBuffer(device=device, dtype=dtype)
            self.num_batches_tracked = tensor(0, dtype=dtypes.int64, device=device)

    def reset_parameters(self) -> None:
        if not self.has_uninitialized_params() and self.num_features:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        if not self.has_uninitialized_params():
            return
        self.num_features = input.shape[1]
        for each in (self.weight, self.bias, self.running_mean, self.running_var):
            if each is not None:
                each.materialize((self.num_features,))
        self.reset_parameters()


class LazyBatchNorm1d(_LazyNormBase, BatchNorm1d):
    """A `BatchNorm1d` that learns from its first input how many channels there are."""

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNormBase, BatchNorm2d):
    """A `BatchNorm2d` that learns from its first input how many channels there are.

    >>> layer = torch.nn.LazyBatchNorm2d()
    >>> layer(torch.randn(2, 3, 4, 4)).shape, layer.num_features, type(layer).__name__
    (torch.Size([2, 3, 4, 4]), 3, 'BatchNorm2d')
    """

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNormBase, BatchNorm3d):
    """A `BatchNorm3d` that learns from its first input how many channels there are."""

    cls_to_become = BatchNorm3d
