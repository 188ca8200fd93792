"""Block masks: which blocks of an attention's scores are needed as a whole, in part, or not at all."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.nn.functional import pad
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import zeros
from minitorch_edu.ops.ranges import arange
from minitorch_edu.tensor import Tensor

MaskMod = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


# --- masks as functions -----------------------------------------------------------------------------------------------


def noop_mask(batch: Tensor, head: Tensor, token_q: Tensor, token_kv: Tensor) -> Tensor:
    """The mask that hides nothing."""
    return batch.new_ones((), dtype=dtypes.bool_)


def and_masks(*mask_mods: MaskMod) -> MaskMod:
    """The mask that shows what all of these show."""
    _refuse_others(mask_mods)

    def and_mask(b: Tensor, h: Tensor, q_idx: Tensor, kv_idx: Tensor) -> Tensor:
        result = b.new_ones((), dtype=dtypes.bool_)
        for mask in mask_mods:
            result = result & mask(b, h, q_idx, kv_idx)
        return result

    return and_mask


def or_masks(*mask_mods: MaskMod) -> MaskMod:
    """The mask that shows what one of these shows.

    >>> causal = lambda b, h, q, kv: q >= kv
    >>> first = lambda b, h, q, kv: kv == 0
    >>> create_mask(or_masks(causal, first), None, None, 2, 3)[0, 0]
    tensor([[ True, False, False],
            [ True,  True, False]])
    """
    _refuse_others(mask_mods)

    def or_mask(b: Tensor, h: Tensor, q_idx: Tensor, kv_idx: Tensor) -> Tensor:
        result = b.new_zeros((), dtype=dtypes.bool_)
        for mask in mask_mods:
            result = result | mask(b, h, q_idx, kv_idx)
        return result

    return or_mask


def _refuse_others(mask_mods: tuple[Any, ...]) -> None:
    if not all(map(callable, mask_mods)):
        raise RuntimeError(f"All inputs should be callable mask_mods: {mask_mods}")


def places(*sizes: int, device: Any) -> list[Tensor]:
    """For each dimension the numbers of its places, in the shape in which they meet: (B, 1, 1, 1), (1, H, 1, 1), ..."""
    return [
        arange(size, device=device).view([-1 if axis == at else 1 for at in range(len(sizes))])
        for axis, size in enumerate(sizes)
    ]


def _takes_scores(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    count = sum(each.default is inspect.Parameter.empty for each in parameters)
    if count not in (4, 5):
        raise AssertionError(f"Expected 4 or 5 positional args, got {count}")
    return count == 5


def create_mask(
    mod_fn: Callable[..., Tensor], B: int | None, H: int | None, Q_LEN: int, KV_LEN: int, device: Any = None
) -> Tensor:
    """(B, H, Q_LEN, KV_LEN), True where `mod_fn(batch, head, query, key)` says that a query sees a key.

    The function gets tensors of all numbers at once, which broadcast. One that takes scores first shows what it does
    not make minus infinity.

    >>> create_mask(lambda b, h, q, kv: q >= kv, None, None, 2, 2)
    tensor([[[[ True, False],
              [ True,  True]]]])
    """
    size = (B or 1, H or 1, Q_LEN, KV_LEN)
    found = places(*size, device=device)
    if _takes_scores(mod_fn):
        return mod_fn(zeros(size, device=device), *found).expand(size) != -math.inf
    return mod_fn(*found).expand(size)


# --- masks in blocks --------------------------------------------------------------------------------------------------


class BlockMask:
    """A mask and, for blocks of `BLOCK_SIZE` queries and keys, which ones it needs.

    kv_num_blocks (B, H, rows) and kv_indices (B, H, rows, columns): how many blocks of each row it shows in part, and
    their columns first. full_kv_...: those it shows as a whole. q_...: the same by columns. Kernels of GPUs pass over
    all others; here the whole mask is computed.

    >>> mask = create_block_mask(lambda b, h, q, kv: q >= kv, None, None, 4, 4, BLOCK_SIZE=2)
    >>> print(mask)
    BlockMask(shape=(1, 1, 4, 4), sparsity=25.00%,\x20
    (0, 0)
    ██ \x20
    ████
    )
    """

    def __init__(
        self,
        seq_lengths: tuple[int, int],
        kv_num_blocks: Tensor,
        kv_indices: Tensor,
        full_kv_num_blocks: Tensor | None,
        full_kv_indices: Tensor | None,
        q_num_blocks: Tensor | None,
        q_indices: Tensor | None,
        full_q_num_blocks: Tensor | None,
        full_q_indices: Tensor | None,
        BLOCK_SIZE: tuple[int, int] = (128, 128),
        mask_mod: MaskMod = noop_mask,
    ) -> None:
        if kv_indices.dim() < 2:
            raise RuntimeError("BlockMask must have at least 2 dimensions")
        self.seq_lengths = seq_lengths
        self.kv_num_blocks, self.kv_indices = kv_num_blocks, kv_indices
        self.full_kv_num_blocks, self.full_kv_indices = full_kv_num_blocks, full_kv_indices
        self.q_num_blocks, self.q_indices = q_num_blocks, q_indices
        self.full_q_num_blocks, self.full_q_indices = full_q_num_blocks, full_q_indices
        self.BLOCK_SIZE = BLOCK_SIZE
        self.mask_mod = mask_mod

    @classmethod
    def from_kv_blocks(
        cls,
        kv_num_blocks: Tensor,
        kv_indices: Tensor,
        full_kv_num_blocks: Tensor | None = None,
        full_kv_indices: Tensor | None = None,
        BLOCK_SIZE: int | tuple[int, int] = 128,
        mask_mod: MaskMod | None = None,
        seq_lengths: tuple[int, int] | None = None,
        compute_q_blocks: bool = True,
    ) -> BlockMask:
        """A block mask of the blocks in each row; those in each column are found."""
        if kv_indices.dim() < 2:
            raise RuntimeError("BlockMask must have at least 2 dimensions")
        if (full_kv_num_blocks is None) != (full_kv_indices is None):
            raise AssertionError("full_kv_num_blocks and full_kv_indices must be both provided or omitted")
        size = (BLOCK_SIZE, BLOCK_SIZE) if isinstance(BLOCK_SIZE, int) else BLOCK_SIZE
        if seq_lengths is None:
            seq_lengths = (kv_indices.shape[-2] * size[0], kv_indices.shape[-1] * size[1])
        by_row = ((kv_num_blocks, kv_indices), (full_kv_num_blocks, full_kv_indices))
        columns = [_by_column(*each) if compute_q_blocks else (None, None) for each in by_row]
        return cls(seq_lengths, *by_row[0], *by_row[1], *columns[0], *columns[1], size, mask_mod or noop_mask)

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self.kv_indices.shape[:-2], *self.seq_lengths)

    def numel(self) -> int:
        """How many scores there are."""
        return math.prod(self.shape)

    def sparsity(self) -> float:
        """What percentage of the scores lies in blocks that are not needed."""
        blocks = self.kv_num_blocks.sum()
        if self.full_kv_num_blocks is not None:
            blocks = blocks + self.full_kv_num_blocks.sum()
        return 100 * (1 - blocks.item() * math.prod(self.BLOCK_SIZE) / self.numel())

    def to_dense(self) -> Tensor:
        """1 for each block that is needed, else 0: (B, H, rows, columns)."""
        found = _dense(self.kv_num_blocks, self.kv_indices)
        if self.full_kv_num_blocks is None or self.full_kv_indices is None:
            return found
        return found | _dense(self.full_kv_num_blocks, self.full_kv_indices)

    def to(self, device: Any) -> BlockMask:
        """The same mask on a device."""
        moved = {name: value.to(device) for name, value in vars(self).items() if isinstance(value, Tensor)}
        return BlockMask(**{**vars(self), **moved})

    def __getitem__(self, index: Any) -> BlockMask:
        given = index if isinstance(index, tuple) else (index,)
        sizes = self.kv_num_blocks.shape[:3]
        padded = (*given, slice(None), slice(None), slice(None))[:3]
        index = tuple(
            slice(at % n, at % n + 1) if isinstance(at, int) and -n <= at < n else at
            for at, n in zip(padded, sizes, strict=True)
        )
        names = ("kv_num_blocks", "kv_indices", "full_kv_num_blocks", "full_kv_indices")
        blocks: Any = {name: getattr(self, name) for name in names}
        parts: Any = {name: None if each is None else each[index] for name, each in blocks.items()}
        return BlockMask.from_kv_blocks(
            **parts,
            BLOCK_SIZE=self.BLOCK_SIZE,
            mask_mod=sliced_mask,
            seq_lengths=self.seq_lengths,
            compute_q_blocks=self.q_indices is not None,
        )

    def __str__(self) -> str:
        drawn = self.to_string().strip()
        return f"BlockMask(shape={self.shape}, sparsity={self.sparsity():.2f}%, \n{drawn}\n)"

    def __repr__(self) -> str:
        rows = ("kv_num_blocks", "kv_indices", "full_kv_num_blocks", "full_kv_indices")
        names = (*rows, *(name.replace("kv", "q") for name in rows))
        shapes = {name: None if (each := getattr(self, name)) is None else each.shape for name in names}
        said: dict[str, Any] = {**shapes, "BLOCK_SIZE": self.BLOCK_SIZE, "shape": self.shape}
        said["sparsity"] = f"{self.sparsity():.2f}%"
        said["mask_mod"] = getattr(self.mask_mod, "__name__", self.mask_mod)
        return "BlockMask(\n" + ",\n".join(f"    {name}={value}" for name, value in said.items()) + "\n)"

    def to_string(self, grid_size: int | tuple[int, int] = (20, 20), limit: int = 4) -> str:
        """A drawing of each head's blocks: what is needed, what in part (where several share a place), what not."""
        dense = self.to_dense()
        *batch, rows, columns = dense.shape
        grid = (grid_size, grid_size) if isinstance(grid_size, int) else grid_size
        steps = [max(1, -(-size // most)) for size, most in zip((rows, columns), grid, strict=True)]
        drawn = []
        for number, at in enumerate(itertools.product(*map(range, batch))):
            if number == limit:
                drawn.append("...")
                drawn.append("To print out more, set BlockMask.to_string(limit=N)")
                drawn.append("You can also index (BlockMask[batch, head]) to choose a specific batch or head")
                break
            lines = [
                "".join(
                    _shade(dense[at][row : row + steps[0], column : column + steps[1]]) * 2
                    for column in range(0, columns, steps[1])
                )
                for row in range(0, rows, steps[0])
            ]
            drawn.append("\n".join([str(at), *lines, ""]))
        return "\n".join(drawn)


def _shade(blocks: Tensor) -> str:
    share = blocks.float().mean().item()
    return "█" if share == 1 else "░" if share else " "


def sliced_mask(batch: Tensor, head: Tensor, token_q: Tensor, token_kv: Tensor) -> Tensor:
    """The mask of a part: it would have to count from another beginning."""
    raise RuntimeError(
        "Cannot use mask_mod from a sliced BlockMask. When you slice a BlockMask using [], the mask_mod attribute is "
        "reset. You must set it from the original BlockMask's mask_mod.\n\nIncorrect usage:\n"
        "  base_mask = create_block_mask(my_mask_fn, ...)\n  sliced_mask = base_mask[:, :, block_idx]\n"
        "  sliced_mask.mask_mod = apply_offset(sliced_mask.mask_mod, offset)  # WRONG!\n\nCorrect usage:\n"
        "  base_mask = create_block_mask(my_mask_fn, ...)\n  sliced_mask = base_mask[:, :, block_idx]\n"
        "  sliced_mask.mask_mod = apply_offset(base_mask.mask_mod, offset)  # Use base_mask!"
    )


def create_block_mask(
    mask_mod: MaskMod,
    B: int | None,
    H: int | None,
    Q_LEN: int,
    KV_LEN: int,
    device: Any = None,
    BLOCK_SIZE: int | tuple[int, int] = 128,
    _compile: bool = False,
    separate_full_blocks: bool = True,
) -> BlockMask:
    """The block mask of `mask_mod(batch, head, query, key)`; None for B or H: the same for all samples or heads."""
    if _takes_scores(mask_mod):
        raise AssertionError(f"create-block_mask requires a mask_mod function! Got {mask_mod}")
    size = (BLOCK_SIZE, BLOCK_SIZE) if isinstance(BLOCK_SIZE, int) else BLOCK_SIZE
    mask = create_mask(mask_mod, B, H, Q_LEN, KV_LEN, device)
    mask = pad(mask, (0, -KV_LEN % size[1], 0, -Q_LEN % size[0]))
    seen = mask.unflatten(-1, (-1, size[1])).unflatten(-3, (-1, size[0])).sum((-3, -1))
    whole = seen == math.prod(size) if separate_full_blocks else seen < 0
    count, indices = _ordered((seen > 0) & ~whole)
    full: Any = _ordered(whole) if separate_full_blocks else (None, None)
    return BlockMask.from_kv_blocks(count, indices, full[0], full[1], size, mask_mod, (Q_LEN, KV_LEN))


def _ordered(dense: Tensor) -> tuple[Tensor, Tensor]:
    """How many blocks of each row are needed, and the numbers of their columns before those of the others."""
    order = dense.int().argsort(dim=-1, descending=True, stable=True)
    return dense.sum(-1).int(), order.int()


def _dense(count: Tensor, indices: Tensor) -> Tensor:
    """The way back from `_ordered`."""
    columns = indices.shape[-1]
    needed = arange(columns, device=indices.device) < count.unsqueeze(-1)
    spare = indices.new_zeros((*indices.shape[:-1], columns + 1))  # one more column for what is not needed
    target = where(needed, indices.long(), columns)
    return spare.scatter_(-1, target, 1)[..., :columns].contiguous()


def _by_column(count: Tensor | None, indices: Tensor | None) -> tuple[Tensor | None, Tensor | None]:
    if count is None or indices is None:
        return None, None
    return _ordered(_dense(count, indices).transpose(-2, -1) != 0)
