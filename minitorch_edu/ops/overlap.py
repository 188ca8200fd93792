"""Overlap: writes to memory in which several elements lie, or that is read at the same time. PyTorch refuses them."""

from __future__ import annotations

from typing import Any

from minitorch_edu.tensor import Tensor


def refuse_shared(written: Any) -> None:
    """Refuse to write to an array of which one place in memory is several elements, as after `expand`."""
    if 0 in written.strides and written.size:
        if any(not step and size > 1 for step, size in zip(written.strides, written.shape, strict=True)):
            raise RuntimeError(
                "unsupported operation: more than one element of the written-to tensor refers to a single memory "
                "location. Please clone() the tensor before performing the operation."
            )


def refuse_overlap(written: Tensor, *read: Any) -> None:
    """Refuse to write, place by place, to memory that is read from in the same op.

    Only of tensors without gaps is it known what they share; like PyTorch, this lets others pass.
    """
    for each in read:
        if isinstance(each, Tensor) and each._storage is written._storage:
            if _meet(written, each):
                raise RuntimeError(OVERLAP)


def refuse_write(written: Tensor, *read: Any) -> None:
    """Refuse either: to write to shared memory, or to memory that is read from."""
    refuse_shared(written._array)
    refuse_overlap(written, *read)


def refuse_partial_overlap(written: Tensor, read: Tensor) -> None:
    """The same for ops that work element by element, which may well read from exactly where they write to."""
    if read._storage is written._storage and read is not written:
        if not _agree(written, read) and _meet(written, read):
            raise RuntimeError(OVERLAP)


OVERLAP = (
    "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
    "location. Please clone() the tensor before performing the operation."
)


def _agree(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors look at the same bytes in the same way."""
    ours, theirs = one._array, other._array
    return one.data_ptr() == other.data_ptr() and (ours.nbytes, ours.strides) == (theirs.nbytes, theirs.strides)


def _meet(one: Tensor, other: Tensor) -> bool:
    ours, theirs = one._array, other._array
    if not (ours.size and theirs.size and _is_dense(ours) and _is_dense(theirs)):
        return ours is theirs and ours.size > 0
    start, begin = one.data_ptr(), other.data_ptr()
    return start < begin + theirs.nbytes and begin < start + ours.nbytes


def _is_dense(array: Any) -> bool:
    """Whether the elements lie side by side, in whatever order."""
    if array.flags.forc:
        return True
    steps = sorted((step, size) for step, size in zip(array.strides, array.shape, strict=True) if size > 1)
    wanted = array.itemsize
    for step, size in steps:
        if step != wanted:
            return False
        wanted *= size
    return True
