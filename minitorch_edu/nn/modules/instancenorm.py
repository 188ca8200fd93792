"""Instance normalization: each channel of each sample with mean 0 and variance 1, whatever else is in the batch."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.nn import functional
from minitorch_edu.nn.modules.batchnorm import _LazyNormBase, _NormBase
from minitorch_edu.tensor import Tensor


class _InstanceNorm(_NormBase):
    """Unlike batch norms, these have neither parameters nor running statistics where nobody asks for them."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        alone = input.ndim == self._allowed[0]  # a sample without a batch
        axis = 0 if alone else 1
        if input.shape[axis] != self.num_features:
            self._say_channels(axis, input.shape[axis])
        return self._normalized(input.unsqueeze(0)).squeeze(0) if alone else self._normalized(input)

    def _say_channels(self, axis: int, channels: int) -> None:
        """An error where there are parameters to be had for each channel, else a warning."""
        if self.affine:
            raise ValueError(
                f"expected input's size at dim={axis} to match num_features ({self.num_features}), but got: {channels}."
            )
        warnings.warn(
            f"input's size at dim={axis} does not match num_features. You can silence this warning by not passing in "
            "num_features, which is not used because affine=False",
            stacklevel=outside(),
        )

    def _normalized(self, input: Tensor) -> Tensor:
        return functional.instance_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )

    def _load_from_state_dict(
        self, state_dict: Any, prefix: str, local_metadata: dict[str, Any], *rest: Any
    ) -> None:
        """States from before there were versions have statistics that nothing uses any more."""
        if local_metadata.get("version") is None and not self.track_running_stats:
            names = [name for name in ("running_mean", "running_var") if prefix + name in state_dict]
            if names:
                _strict, _missing, _unexpected, errors = rest[:4]
                errors.append(self._about_statistics([prefix + name for name in names]))
                for name in names:
                    state_dict.pop(prefix + name)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    def _about_statistics(self, keys: list[str]) -> str:
        names, called = " and ".join(f'"{key}"' for key in keys), type(self).__name__
        return (
            f"Unexpected running stats buffer(s) {names} for {called} with track_running_stats=False. If state_dict is "
            f"a checkpoint saved before 0.4.0, this may be expected because {called} does not track running stats by "
            "default since 0.4.0. Please remove these keys from state_dict. If the running stats are actually needed, "
            f"instead set track_running_stats=True in {called} to enable them. See the documentation of {called} for "
            "details."
        )


class InstanceNorm1d(_InstanceNorm):
    """Each channel of each sample of (N, C, L) or (C, L) with mean 0 and variance 1.

    >>> torch.nn.InstanceNorm1d(1)(torch.tensor([[[1.0, 3.0]]]))
    tensor([[[-1.0000,  1.0000]]])
    """

    _allowed = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Each channel of each sample of (N, C, H, W) or (C, H, W) with mean 0 and variance 1.

    >>> torch.nn.InstanceNorm2d(3, affine=True)
    InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=False)
    """

    _allowed = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Each channel of each sample of (N, C, D, H, W) or (C, D, H, W) with mean 0 and variance 1.

    >>> torch.nn.InstanceNorm3d(2)(torch.randn(1, 2, 3, 3, 3)).shape
    torch.Size([1, 2, 3, 3, 3])
    """

    _allowed = (4, 5)


class LazyInstanceNorm1d(_LazyNormBase, InstanceNorm1d):
    """An `InstanceNorm1d` that learns from its first input how many channels there are."""

    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNormBase, InstanceNorm2d):
    """An `InstanceNorm2d` that learns from its first input how many channels there are."""

    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNormBase, InstanceNorm3d):
    """An `InstanceNorm3d` that learns from its first input how many channels there are."""

    cls_to_become = InstanceNorm3d
