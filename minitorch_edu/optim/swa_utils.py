"""swa_utils: the mean of the parameters that a model has had, which often does better than the last ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import chain
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.nn.modules.batchnorm import _BatchNorm
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.data import tensor
from minitorch_edu.optim.lr_scheduler.scheduler import LRScheduler, for_each_group
from minitorch_edu.optim.optimizer import Optimizer
from minitorch_edu.tensor import Tensor

__all__ = [
    "AveragedModel", "SWALR", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn", "get_swa_multi_avg_fn",
    "update_bn",
]  # fmt: skip


def _expect_decay(decay: float) -> None:
    if decay < 0.0 or decay > 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


def get_ema_multi_avg_fn(decay: float = 0.999) -> Callable[[Any, Any, Any], None]:
    """A function that moves all averages towards the parameters, by 1 - decay of the way: an exponential mean."""
    _expect_decay(decay)

    @no_grad()
    def ema_update(ema_param_list: Any, current_param_list: Any, _: Any) -> None:
        for mean, new in zip(ema_param_list, current_param_list, strict=True):
            if mean.is_floating_point() or mean.is_complex():
                mean.lerp_(new, 1 - decay)
            else:
                mean.copy_(mean * decay + new * (1 - decay))

    return ema_update


def get_swa_multi_avg_fn() -> Callable[[Any, Any, Any], None]:
    """A function that moves all averages to the mean of what there was, where num_averaged are in it already."""

    @no_grad()
    def swa_update(averaged_param_list: Any, current_param_list: Any, num_averaged: Any) -> None:
        for mean, new in zip(averaged_param_list, current_param_list, strict=True):
            if mean.is_floating_point() or mean.is_complex():
                mean.lerp_(new, float(1 / (num_averaged + 1)))
            elif isinstance(num_averaged, Tensor):
                mean.addcdiv_(new - mean, num_averaged + 1)  # which PyTorch refuses
            else:
                mean.add_(new - mean, alpha=1.0 / (num_averaged + 1))

    return swa_update


def get_ema_avg_fn(decay: float = 0.999) -> Callable[[Tensor, Tensor, Any], Tensor]:
    """The same exponential mean of one parameter: the function returns it.

    >>> averaged = torch.optim.swa_utils.get_ema_avg_fn(0.5)
    >>> averaged(torch.tensor([0.0]), torch.tensor([1.0]), 1)
    tensor([0.5000])
    """
    _expect_decay(decay)

    @no_grad()
    def ema_update(ema_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_avg_fn() -> Callable[[Tensor, Tensor, Any], Tensor]:
    """The mean of one parameter: the function returns it.

    >>> averaged = torch.optim.swa_utils.get_swa_avg_fn()
    >>> averaged(torch.tensor([0.0]), torch.tensor([3.0]), 2)
    tensor([1.])
    """

    @no_grad()
    def swa_update(averaged_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return swa_update


class AveragedModel(Module):
    """A model with the mean of the parameters that another one has had (Izmailov et al., 2018).

    `update_parameters(model)` takes those of now into the mean. avg_fn, multi_avg_fn: what mean it is, for each
    parameter or for all at once. use_buffers: buffers are averaged as well, and not only copied.

    >>> model = torch.nn.Linear(1, 1, bias=False)
    >>> averaged = torch.optim.swa_utils.AveragedModel(model)
    >>> for weight in (1.0, 2.0, 6.0):
    ...     _ = torch.nn.init.constant_(model.weight, weight)
    ...     averaged.update_parameters(model)
    >>> averaged.module.weight
    Parameter containing:
    tensor([[3.]], requires_grad=True)
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Callable[[Tensor, Tensor, Any], Tensor] | None = None,
        multi_avg_fn: Callable[[Any, Any, Any], None] | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=dtypes.int64, device=device))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model makes of it."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the parameters of now into the mean."""
        pairs = [
            (mean.detach(), new.detach().to(mean.device))
            for mean, new in zip(self._parts(self.module), self._parts(model), strict=False)
        ]
        if self.n_averaged == 0:
            for mean, new in pairs:
                mean.copy_(new)
        elif self.multi_avg_fn is not None:
            for means, news in _by_kind(pairs):
                self.multi_avg_fn(means, news, self.n_averaged.to(means[0].device))
        else:
            average = self.avg_fn or get_swa_avg_fn()
            for mean, new in pairs:
                mean.copy_(average(mean, new, self.n_averaged.to(mean.device)))
        if not self.use_buffers:
            for mean, new in zip(self.module.buffers(), model.buffers(), strict=True):
                mean.detach().copy_(new.detach().to(mean.device))
        self.n_averaged += 1

    def _parts(self, model: Module) -> Iterable[Tensor]:
        return chain(model.parameters(), model.buffers()) if self.use_buffers else model.parameters()


def _by_kind(pairs: list[tuple[Tensor, Tensor]]) -> list[tuple[list[Tensor], list[Tensor]]]:
    """Lists of tensors of one device and dtype."""
    kinds: dict[Any, tuple[list[Tensor], list[Tensor]]] = {}
    for mean, new in pairs:
        means, news = kinds.setdefault((str(mean.device), mean.dtype), ([], []))
        means.append(mean)
        news.append(new)
    return list(kinds.values())


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Let the batch norms of a model see all batches once, and know their means and variances.

    What comes from the loader is a batch, or begins with one.
    """
    momenta = {each: each.momentum for each in model.modules() if isinstance(each, _BatchNorm)}
    if not momenta:
        return
    for each in momenta:
        each.reset_running_stats()
    was_training = model.training
    model.train()
    for each in momenta:
        each.momentum = None  # all batches count the same
    for input in loader:
        if isinstance(input, list | tuple):
            input = input[0]
        model(input if device is None else input.to(device))
    for each, momentum in momenta.items():
        each.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """Goes to swa_lr in anneal_epochs steps, along half a wave ("cos") or a line ("linear"), and stays there.

    >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    >>> scheduler = torch.optim.swa_utils.SWALR(optimizer, swa_lr=0.5, anneal_epochs=2, anneal_strategy="linear")
    >>> for epoch in range(3):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [1.0]
    [0.75]
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        rates = for_each_group("swa_lr", optimizer, swa_lr)
        for rate, group in zip(rates, optimizer.param_groups, strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self._anneal_strategy = anneal_strategy
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The learning rates of the next step."""
        self._warn_unless_stepping()
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = (self._part(each) for each in (step - 1, step))
        rates = []
        for group in self.optimizer.param_groups:
            lr, end = group["lr"], group["swa_lr"]
            start = end if before == 1 else (lr - before * end) / (1 - before)
            rates.append(end * now + start * (1 - now))
        return rates

    def _part(self, step: int) -> float:
        """How much of the way is done."""
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t


__getattr__ = _missing.names_of(__name__)
