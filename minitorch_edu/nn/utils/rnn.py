"""Sequences of different lengths: padded to one length, or packed step by step. See Note [Packed sequences]."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from minitorch_edu import dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.ops.creation import empty_like, full
from minitorch_edu.ops.data import as_tensor, tensor
from minitorch_edu.ops.packing import pack_padded
from minitorch_edu.ops.ranges import arange
from minitorch_edu.ops.sorting import sort
from minitorch_edu.tensor import Tensor

__all__ = [
    "PackedSequence", "invert_permutation", "pack_padded_sequence", "pad_packed_sequence", "pad_sequence",
    "unpad_sequence", "pack_sequence", "unpack_sequence",
]  # fmt: skip


class PackedSequence_(NamedTuple):
    """The parts of a PackedSequence."""

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(PackedSequence_):
    """Sequences that lie step by step, as recurrent networks read them; `pack_sequence` and its like make them.

    data: of `abc` and `x`, `axbc`. batch_sizes: how many sequences have a first element, a second one, ...: [2, 1, 1].
    sorted_indices: the order of the sequences, by falling length; unsorted_indices: the way back.
    """

    def __new__(
        cls,
        data: Any,
        batch_sizes: Tensor | None = None,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> PackedSequence:
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        if batch_sizes is None:
            if not isinstance(data, list | tuple) or len(data) != 2:
                raise AssertionError("Expected data to be a list or tuple of length 2")
            data, batch_sizes = data
        elif batch_sizes.device.type != "cpu":
            raise ValueError(
                "batch_sizes should always be on CPU. Instances of PackedSequence should never be created manually. "
                "They should be instantiated by functions like pack_sequence and pack_padded_sequences in "
                "nn.utils.rnn. https://pytorch.org/docs/stable/nn.html#torch.nn.utils.rnn.pack_sequence"
            )
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def _with(self, data: Tensor, move: Any) -> PackedSequence:
        """The same sequences with other data; batch sizes stay on the CPU."""
        order, back = (None if each is None else move(each) for each in self[2:])
        return type(self)(data, self.batch_sizes, order, back)

    def pin_memory(self) -> PackedSequence:
        return self._with(self.data.pin_memory(), lambda order: order.pin_memory())

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """`Tensor.to` for the data; the packed sequence itself where that changes nothing."""
        data = self.data.to(*args, **kwargs)
        if data is self.data:
            return self
        later = kwargs.get("non_blocking", False)
        return self._with(data, lambda order: order.to(data.device, non_blocking=later))

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        return self._on("cuda", args, kwargs)

    def cpu(self, *args: Any, **kwargs: Any) -> PackedSequence:
        return self._on("cpu", args, kwargs)

    def _on(self, device: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> PackedSequence:
        """What `to` makes of the arguments, if it is on this device; else on this device."""
        there = tensor((), dtype=self.data.dtype, device=self.data.device).to(*args, **kwargs)
        return self.to(*args, **(kwargs if there.device.type == device else {**kwargs, "device": device}))

    def double(self) -> PackedSequence:
        return self.to(dtype=dtypes.float64)

    def float(self) -> PackedSequence:
        return self.to(dtype=dtypes.float32)

    def half(self) -> PackedSequence:
        return self.to(dtype=dtypes.float16)

    def long(self) -> PackedSequence:
        return self.to(dtype=dtypes.int64)

    def int(self) -> PackedSequence:
        return self.to(dtype=dtypes.int32)

    def short(self) -> PackedSequence:
        return self.to(dtype=dtypes.int16)

    def char(self) -> PackedSequence:
        return self.to(dtype=dtypes.int8)

    def byte(self) -> PackedSequence:
        return self.to(dtype=dtypes.uint8)

    @property
    def is_cuda(self) -> bool:
        return self.data.is_cuda

    def is_pinned(self) -> bool:
        return self.data.is_pinned()


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes this one.

    >>> torch.nn.utils.rnn.invert_permutation(torch.tensor([2, 0, 1]))
    tensor([1, 2, 0])
    """
    if permutation is None:
        return None
    return empty_like(permutation).scatter_(
        0, permutation, arange(0, permutation.numel(), device=permutation.device)
    )


# --- packing ----------------------------------------------------------------------------------------------------------


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack padded sequences (steps, samples, ...), given how long each of them is.

    They are sorted by length first, unless `enforce_sorted` says that they are already.

    >>> packed = torch.nn.utils.rnn.pack_padded_sequence(torch.tensor([[1, 2, 3], [4, 5, 0]]), [3, 2], batch_first=True)
    >>> packed.data, packed.batch_sizes
    (tensor([1, 4, 2, 5, 3]), tensor([2, 2, 1]))
    """
    if isinstance(lengths, Tensor):
        lengths = lengths.to(dtype=dtypes.int64)
    else:
        lengths = as_tensor(lengths, dtype=dtypes.int64, device="cpu")
    order = None
    if not enforce_sorted:
        lengths, order = sort(lengths, descending=True)
        order = order.to(input.device)
        input = input.index_select(0 if batch_first else 1, order)
    sizes = _batch_sizes(input, lengths, batch_first)
    steps = input.shape[1 if batch_first else 0]
    card: Any = pack_padded
    data = card(input, tuple(sizes[:steps]), batch_first)  # as in PyTorch, no length is too long
    return PackedSequence(data, tensor(sizes, dtype=dtypes.int64, device="cpu"), order, None)


def _batch_sizes(input: Tensor, lengths: Tensor, batch_first: bool) -> list[int]:
    """How many sequences have a first element, a second one, ..."""
    if not input.numel():
        raise RuntimeError("Cannot pack empty tensors.")
    samples = input.size(1) if not batch_first or input.ndim == 1 else input.size(0)
    if lengths.ndim != 1 or lengths.device.type != "cpu":
        raise RuntimeError(
            f"'lengths' argument should be a 1D CPU int64 tensor, but got {lengths.ndim}D {lengths.device} Long tensor"
        )
    each = lengths.tolist()
    if len(each) != samples:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {len(each)} (batch_size={samples})"
        )
    if each[-1] <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    if each != sorted(each, reverse=True):
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
            "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you "
            "do not need ONNX exportability."
        )
    return [sum(length > step for length in each) for step in range(each[0])]


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """(padded sequences, their lengths): what `pack_padded_sequence` was given.

    >>> packed = torch.nn.utils.rnn.pack_sequence([torch.tensor([1, 2]), torch.tensor([3])])
    >>> torch.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
    (tensor([[1, 2],
            [3, 0]]), tensor([2, 1]))
    """
    sizes = sequence.batch_sizes.tolist()
    if total_length is not None and total_length < len(sizes):
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but got "
            f"total_length={total_length} and max sequence length being {len(sizes)}"
        )
    steps = len(sizes) if total_length is None else total_length
    padded = _padded(sequence.data, sizes, steps, padding_value)
    if batch_first:
        padded.transpose_(0, 1)
    lengths = tensor(
        [sum(count > sample for count in sizes) for sample in range(sizes[0])],
        dtype=dtypes.int64,
        device="cpu",
    )
    back = sequence.unsorted_indices
    if back is None:
        return padded, lengths
    return padded.index_select(0 if batch_first else 1, back), lengths[back.cpu()]


def _padded(data: Tensor, sizes: list[int], steps: int, padding_value: float) -> Tensor:
    """(steps, samples, ...) with one copy for each stretch of steps that have as many samples."""
    shape = data.shape[1:]
    padded = full((steps, sizes[0], *shape), padding_value, dtype=data.dtype, device=data.device)
    begin = first = 0
    for step, count in enumerate(sizes, 1):
        if step < len(sizes) and sizes[step] == count:
            continue
        rows = (step - first) * count
        stretch = data.narrow(0, begin, rows).view(step - first, count, *shape)
        padded[first:step, :count].copy_(stretch)
        begin, first = begin + rows, step
    return padded


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Pack a list of sequences.

    >>> torch.nn.utils.rnn.pack_sequence([torch.tensor([1, 2, 3]), torch.tensor([4])]).data
    tensor([1, 4, 2, 3])
    """
    lengths = [each.size(0) for each in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The list of sequences that `pack_sequence` was given.

    >>> packed = torch.nn.utils.rnn.pack_sequence([torch.tensor([1, 2, 3]), torch.tensor([4])])
    >>> torch.nn.utils.rnn.unpack_sequence(packed)
    [tensor([1, 2, 3]), tensor([4])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


# --- padding ----------------------------------------------------------------------------------------------------------


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences (length, ...) side by side, those that are shorter filled up: (steps, samples, ...).

    >>> torch.nn.utils.rnn.pad_sequence([torch.tensor([1, 2, 3]), torch.tensor([4])], batch_first=True)
    tensor([[1, 2, 3],
            [4, 0, 0]])
    """
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    given = tuple(sequences)
    if not given:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    first = given[0]
    if not first.ndim:
        raise RuntimeError("ArrayRef: invalid slice, N = 1; size = 0")
    steps = max(each.size(0) for each in given)
    shape = ((len(given), steps) if batch_first else (steps, len(given))) + first.shape[1:]
    padded = full(shape, padding_value, dtype=first.dtype, device=first.device)
    for sample, each in enumerate(given):
        place = slice(steps - len(each), steps) if padding_side == "left" else slice(0, len(each))
        target = padded[sample, place] if batch_first else padded[place, sample]
        target.copy_(each)
    return padded


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """The sequences without their padding. As in PyTorch, padded sequences (steps, samples, ...) are turned in place.

    >>> torch.nn.utils.rnn.unpad_sequence(torch.tensor([[1, 2], [3, 0]]), torch.tensor([2, 1]), batch_first=True)
    [tensor([1, 2]), tensor([3])]
    """
    if not batch_first:
        padded_sequences.transpose_(0, 1)
    places = arange(padded_sequences.shape[1], device=lengths.device)
    return [each[places < length] for each, length in zip(padded_sequences, lengths, strict=True)]


__getattr__ = _missing.names_of(__name__)
