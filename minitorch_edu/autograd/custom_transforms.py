"""Custom transforms: a custom Function applied to tensors that carry tangents, or that stand for batches."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from minitorch_edu.autograd.forward_ad import DualLevel, dual_level
from minitorch_edu.ops import registry
from minitorch_edu.ops.joining import stack
from minitorch_edu.tensor import Tensor, wrap


class VmapInfo(NamedTuple):
    """What the `vmap` of a Function is told of the batch."""

    batch_size: int
    randomness: str


def applied(cls: Any, level: Any, args: tuple[Any, ...]) -> Any:
    """The results of a Function, as the level of its inputs says."""
    if cls.setup_context is _function().Function.setup_context and not isinstance(level, dual_level):
        raise RuntimeError(
            "In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must "
            "override the setup_context staticmethod. For more details, please see "
            "https://pytorch.org/docs/main/notes/extending.func.html"
        )
    return _pushed(cls, level, args) if isinstance(level, DualLevel) else _mapped(cls, level, args)


def _function() -> Any:
    return import_module("minitorch_edu.autograd.function")


def _pushed(cls: Any, level: DualLevel, args: tuple[Any, ...]) -> Any:
    """The results with the tangents that `jvp` computes for them."""
    primals, tangents = zip(*map(level.parts, args), strict=True)
    if levels_remain(primals):
        raise RuntimeError("a custom Function takes part in one forward level at a time")
    output, ctx = _function()._run(cls, primals, {})
    if ctx.materialize_grads:
        tangents = tuple(
            _zeros(primal) if tangent is None and isinstance(primal, Tensor) else tangent
            for primal, tangent in zip(primals, tangents, strict=True)
        )
    found = cls.jvp(ctx, *tangents)
    ctx.saved_for_forward = None
    results = output if isinstance(output, tuple) else (output,)
    pushed = found if isinstance(found, tuple) else (found,)
    if len(pushed) != len(results):
        raise RuntimeError(
            f"{cls.__name__}Backward's jvp returned an incorrect number of forward gradients (expected "
            f"{len(results)}, got {len(pushed)})"
        )
    dressed = tuple(
        level.dual(result, tangent) if isinstance(result, Tensor) and tangent is not None else result
        for result, tangent in zip(results, pushed, strict=True)
    )
    return dressed if isinstance(output, tuple) else dressed[0]


def levels_remain(values: tuple[Any, ...]) -> bool:
    """Whether some tensors belong to yet another level."""
    return any(type(each) is not Tensor and hasattr(each, "_level") for each in values)


def _zeros(tensor: Tensor) -> Tensor:
    backend = tensor._storage.backend
    return wrap(backend.xp.zeros(tensor._array.shape, tensor._array.dtype), backend)


def _mapped(cls: Any, level: Any, args: tuple[Any, ...]) -> Any:
    """The results for a batch: by the Function's own `vmap`, or one example after the other."""
    if cls.vmap is not _function().Function.vmap:
        pairs = [level.value_of(each) for each in args]
        in_dims = tuple(0 if mine else None for _, mine in pairs)
        info = VmapInfo(level.size, level.randomness)
        output, out_dims = cls.vmap(info, in_dims, *(value for value, _ in pairs))
        if not isinstance(output, tuple):
            return _batched(level, output, out_dims)
        dims = out_dims if isinstance(out_dims, tuple) else (out_dims,) * len(output)
        return tuple(_batched(level, each, dim) for each, dim in zip(output, dims, strict=True))
    if not cls.generate_vmap_rule:
        raise RuntimeError(
            f"You tried to vmap over {cls.__name__}, but it does not have vmap support. Please override and implement "
            "the vmap staticmethod or set generate_vmap_rule=True. For more details, please see "
            "https://pytorch.org/docs/main/notes/extending.func.html"
        )
    select = registry.functions["select"]
    pairs = [level.value_of(each) for each in args]
    rows = [
        cls.apply(*(select(value, 0, place) if mine else value for value, mine in pairs))
        for place in range(level.size)
    ]
    if not isinstance(rows[0], tuple):
        return level.batched(stack(rows))
    columns = zip(*rows, strict=True)
    return tuple(level.batched(stack(each)) if isinstance(each[0], Tensor) else each[0] for each in columns)


def _batched(level: Any, tensor: Any, dim: int | None) -> Any:
    if dim is None or not isinstance(tensor, Tensor):
        return tensor
    return level.batched(registry.functions["movedim"](tensor, dim, 0))
