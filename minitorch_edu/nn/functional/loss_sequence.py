"""The loss of sequences, CTC, as nn.functional has it."""

from __future__ import annotations

from typing import Any

from minitorch_edu.nn.functional.reductions import number_of
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.ops.ctc import ctc_losses
from minitorch_edu.ops.data import tensor
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.tensor import Tensor, wrap

WHERE = "(while checking arguments for ctc_loss_allocate_outputs)"


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Minus the logarithm of the chance to say a target, at whatever steps.

    log_probs (steps, samples, labels); targets (samples, places), or one after the other. A mean divides each loss by
    the length of its target first.
    """
    number = number_of(reduction)
    inputs, lengths = _lengths("input", input_lengths), _lengths("target", target_lengths)
    single = log_probs.ndim == 2
    if single:
        log_probs = log_probs.unsqueeze(1)
        targets = targets.unsqueeze(0) if targets.ndim == 1 else targets
    samples = log_probs.shape[1]
    if not 0 <= blank < log_probs.shape[2]:
        raise RuntimeError("blank must be in label range")
    for name, given in (("input", inputs), ("target", lengths)):
        if len(given) != samples:
            raise RuntimeError(f"{name}_lengths must be of size batch_size")
    if log_probs.dtype.itemsize == 2:
        refuse_kernel("ctc_loss_cpu", log_probs.dtype)
    padded = _padded(targets, lengths).to(log_probs.device)
    for each in inputs:
        if each > log_probs.shape[0]:
            raise RuntimeError(
                f"Expected input_lengths to have value at most {log_probs.shape[0]}, but got value {each} {WHERE}"
            )
    steps, sizes = (tensor(each, device=log_probs.device) for each in (inputs, lengths))
    losses = ctc_losses(log_probs, padded, steps, sizes, blank, zero_infinity)[0]
    if zero_infinity:
        losses = where(losses == float("inf"), zeros_like(losses), losses)
    if number == 1:
        return (losses / sizes.clamp(min=1).to(losses.dtype)).mean()
    return losses.sum() if number == 2 else losses.squeeze(0) if single else losses


def _lengths(name: str, given: Any) -> list[int]:
    if isinstance(given, Tensor):
        if given.dtype.category != 1:
            raise RuntimeError(f"{name}_lengths must be integral")
        return given.reshape(-1).tolist()
    return list(given)


def _padded(targets: Tensor, lengths: list[int]) -> Tensor:
    """The targets as (samples, places), also those that were given one after the other."""
    backend, array = targets._storage.backend, targets._array
    xp, longest = backend.xp, max(lengths, default=0)
    if array.ndim == 1:
        if len(array) != sum(lengths):
            raise RuntimeError(
                f"Expected tensor to have size {sum(lengths)} at dimension 0, but got size {len(array)} for argument "
                f"#2 'targets' {WHERE}"
            )
        rows, start = xp.zeros((len(lengths), longest), xp.int64), 0
        for row, length in zip(rows, lengths, strict=True):
            row[:length] = array[start : start + length]
            start += length
        return wrap(rows, backend)
    if array.shape[1] < longest:
        raise RuntimeError(
            f"Expected tensor to have size at least {longest} at dimension 1, but got size {array.shape[1]} for "
            f"argument #2 'targets' {WHERE}"
        )
    return wrap(xp.ascontiguousarray(array[:, :longest]).astype(xp.int64), backend)
