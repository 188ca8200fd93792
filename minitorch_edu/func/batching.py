"""Batching: `vmap` makes a function of one example into one of a batch.

Note [A batch that looks like one example]
Inside `vmap` a `BatchedTensor` shows the shape of one example; its value has the batch as its first dimension. Three
rules answer for every op:

* element by element (pointwise cards): the examples are lined up, and the op runs once on the values;
* the ops in `MOVED`: the same op, with its dimensions counted from behind the batch;
* all others: one example after the other, and the results stacked.

The numbers of a batched tensor are not those of one tensor: whoever wants to see them is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minitorch_edu.autograd.transposed import pulled_back
from minitorch_edu.backends import gpus
from minitorch_edu.func.tree import flattened, spread_over, structure
from minitorch_edu.ops import registry
from minitorch_edu.ops.generator import default_generator, generator_of
from minitorch_edu.ops.joining import stack
from minitorch_edu.ops.signatures import Form
from minitorch_edu.ops.transforms import Level, Transformed, call
from minitorch_edu.tensor import Tensor


class Shown:
    """What a batched tensor shows of its array: the shape of one example, and no numbers."""

    def __init__(self, array: Any) -> None:
        self.shape = array.shape[1:]
        self.strides = array.strides[1:]
        self.ndim = array.ndim - 1
        self.dtype, self.itemsize = array.dtype, array.itemsize
        self.size = int(np.prod(self.shape, dtype=int))
        self.nbytes = self.size * self.itemsize
        self.flags = array.flags

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("Cannot access data pointer of Tensor that doesn't have storage")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("Cannot access data pointer of Tensor that doesn't have storage")


class BatchedTensor(Transformed):
    """One example of a batch. Its value has all of them, along dimension 0."""

    __slots__ = ()

    requires_grad = property(lambda self: self._value.requires_grad)  # type: ignore[assignment]
    grad_fn = property(lambda self: self._value.grad_fn)  # type: ignore[assignment]

    def __repr__(self, **_: Any) -> str:
        inside = "\n    ".join(repr(self._value).split("\n"))
        return f"BatchedTensor(lvl={self._level.depth}, bdim=0, value=\n    {inside}\n)"

    def item(self) -> Any:
        raise RuntimeError(
            "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a "
            "Tensor, please try to rewrite what you're doing with other operations. If error is occurring somewhere "
            "inside PyTorch internals, please file a bug report."
        )

    def __bool__(self) -> bool:
        raise RuntimeError(
            "vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't "
            "support that yet, please file an issue at https://github.com/pytorch/pytorch/issues ."
        )

    __float__ = __int__ = __index__ = __complex__ = item  # type: ignore[assignment]


class VmapLevel(Level):
    """One map over a batch of `size` examples."""

    def __init__(self, size: int, randomness: str = "error") -> None:
        self.size = size
        self.randomness = randomness

    def batched(self, value: Tensor) -> BatchedTensor:
        tensor: Any = object.__new__(Tensor)
        tensor.__class__ = BatchedTensor
        tensor._array = Shown(value._array)
        tensor._storage, tensor._version_counter = value._storage, value._version_counter
        tensor._requires_grad, tensor._grad_fn, tensor._output_nr = False, None, 0
        tensor._base, tensor._meta = None, None
        tensor._level, tensor._value = self, value
        return tensor

    def spread(self, tensor: Tensor) -> Tensor:
        """A tensor as an example of a batch in which all are the same."""
        if isinstance(tensor, Transformed) and tensor._level.depth > self.depth:
            return tensor._level.rebuilt(tensor, self.spread)
        if self.value_of(tensor)[1]:
            return tensor
        expand: Any = registry.functions["expand"]
        return self.batched(expand(tensor, (self.size, *tensor.shape)))

    def rebuilt(self, tensor: Any, function: Callable[[Tensor], Tensor]) -> Tensor:
        return self.batched(function(tensor._value))

    def each(self, function: Callable[..., Any], *args: Any) -> Any:
        select: Any = registry.functions["select"]
        leaves, rebuild = flattened(args)
        pairs = [self.value_of(leaf) for leaf in leaves]
        found = [
            function(*rebuild([select(value, 0, place) if own else value for value, own in pairs]))
            for place in range(self.size)
        ]
        return self.batched(stack(found))

    def value_of(self, value: Any) -> tuple[Any, bool]:
        mine = isinstance(value, BatchedTensor) and value._level is self
        return (value._value, True) if mine else (value, False)

    def run(self, form: Form, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        values, mine = zip(*map(self.value_of, inputs), strict=True)
        card = form.card
        if form.inplace and not mine[0]:
            raise RuntimeError(
                "vmap: inplace arithmetic(self, *extra_args) is not possible because there exists a Tensor `other` in "
                "extra_args that has more elements than `self`. This happened due to `other` being vmapped over but "
                "`self` not being vmapped over in a vmap. Please try to use out-of-place operators instead of inplace "
                "arithmetic. If said operator is being called inside the PyTorch framework, please file a bug report "
                "instead."
            )
        if "generator" in arguments:
            return self.draw(lambda *given: call(form, given, arguments), inputs, {})
        if card.diagonal and _agree(inputs):
            found = call(form, _lined_up(values, mine, inputs), arguments)
        elif card.name in MOVED and mine[0] and not any(mine[1:]):
            function: Any = registry.functions[card.name + "_" * form.inplace]
            moved = MOVED[card.name](dict(arguments), inputs[0].ndim, self.size)
            found = function(values[0], *values[1:], **moved)
        else:
            found = self._one_by_one(form, values, mine, arguments)
        if form.inplace:
            return inputs[0]
        return self._dressed(found)

    def _dressed(self, found: Any) -> Any:
        if not isinstance(found, tuple | list):
            return self.batched(found)
        results = [self.batched(each) for each in found]
        return type(found)._make(results) if hasattr(found, "_make") else type(found)(results)

    def _one_by_one(
        self, form: Form, values: Sequence[Any], mine: Sequence[bool], arguments: dict[str, Any]
    ) -> Any:
        select: Any = registry.functions["select"]
        found = []
        for place in range(self.size):
            given = [
                select(value, 0, place) if own else value for value, own in zip(values, mine, strict=True)
            ]
            found.append(call(form, tuple(given), arguments))
        if form.inplace or not found:
            return None
        if not isinstance(found[0], tuple | list):
            return _stacked(form, found)
        results = [_stacked(form, several) for several in zip(*found, strict=True)]
        return type(found[0])._make(results) if hasattr(found[0], "_make") else type(found[0])(results)

    def draw(self, function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A draw of random numbers: for each example its own, or for all the same."""
        if self.randomness == "error":
            raise RuntimeError(
                "vmap: called random operation while in randomness error mode. Please either use the 'same' or "
                "'different' randomness flags on vmap or perform the randomness operation out of vmap"
            )
        given = named.get("generator")
        sources = [given] if given else [default_generator, *map(generator_of, gpus.found())]
        states = [source.get_state() for source in sources]
        select: Any = registry.functions["select"]
        leaves, rebuild = flattened((args, named))
        pairs = [self.value_of(leaf) for leaf in leaves]
        found = []
        for place in range(self.size):
            if self.randomness == "same":
                for source, state in zip(sources, states, strict=True):
                    source.set_state(state)
            one, options = rebuild([select(value, 0, place) if own else value for value, own in pairs])
            found.append(function(*one, **options))
        return self.batched(stack(found))

    def pull(
        self, pairs: Sequence[tuple[Tensor, Tensor]], inputs: Sequence[Tensor], create_graph: bool
    ) -> list[Tensor | None]:
        """The examples do not know of each other: one backward pass over the values has the gradients of all."""
        plain = [self.value_of(self.spread(each))[0] for each in inputs]
        given = [
            (self.value_of(output)[0], self.value_of(self.spread(gradient))[0])
            for output, gradient in pairs
            if self.value_of(output)[1]
        ]
        if not given:
            return [None] * len(inputs)
        found = pulled_back(given, plain, create_graph)
        return [None if each is None else self.batched(each) for each in found]


def _agree(inputs: Sequence[Any]) -> bool:
    """Whether lining up changes no dtype: a number for each example counts as a number, a batch of them does not."""
    tensors = [each for each in inputs if isinstance(each, Tensor)]
    same = len({each.dtype for each in tensors}) == 1
    return same or all(each.ndim for each in tensors)


def _lined_up(values: Sequence[Any], mine: Sequence[bool], inputs: Sequence[Any]) -> tuple[Any, ...]:
    """The values with their examples aligned: ones between the batch and dimensions that others have more of."""
    rank = max(each.ndim for each in inputs if isinstance(each, Tensor))
    reshape: Any = registry.functions["reshape"]
    found = []
    for value, own, shown in zip(values, mine, inputs, strict=True):
        if own and shown.ndim < rank:
            value = reshape(value, (value.shape[0], *[1] * (rank - shown.ndim), *shown.shape))
        found.append(value)
    return tuple(found)


def _stacked(form: Form, found: Sequence[Tensor]) -> Tensor:
    if len({tuple(each.shape) for each in found}) > 1:
        raise RuntimeError(
            f"vmap: We do not support batching operators that can output dynamic shape. Attempted to vmap over aten::"
            f"{form.card.name}. Please file an issue at https://github.com/pytorch/pytorch/issues if you need this "
            "feature."
        )
    return stack(found)


def _dims(name: str) -> Callable[..., dict[str, Any]]:
    """Dimensions in the argument `name`, counted one further."""

    def move(arguments: dict[str, Any], ndim: int, size: int) -> dict[str, Any]:
        given = arguments[name]
        moved = [dim % max(ndim, 1) + 1 for dim in (given if isinstance(given, tuple | list) else (given,))]
        return arguments | {name: tuple(moved) if isinstance(given, tuple | list) else moved[0]}

    return move


def _two_dims(arguments: dict[str, Any], ndim: int, size: int) -> dict[str, Any]:
    return _dims("dim1")(_dims("dim0")(arguments, ndim, size), ndim, size)


def _permuted(arguments: dict[str, Any], ndim: int, size: int) -> dict[str, Any]:
    return arguments | {"dims": (0, *(dim % ndim + 1 for dim in arguments["dims"]))}


def _new_dim(arguments: dict[str, Any], ndim: int, size: int) -> dict[str, Any]:
    return arguments | {"dim": arguments["dim"] % (ndim + 1) + 1}


def _whole(arguments: dict[str, Any], ndim: int, size: int) -> dict[str, Any]:
    return arguments | {"shape": (size, *arguments["shape"])}


MOVED: dict[str, Callable[..., dict[str, Any]]] = {
    "select_index": _dims("dim"), "slice_dim": _dims("dim"), "transpose_dims": _two_dims, "permute_dims": _permuted,
    "unsqueeze_dim": _new_dim, "squeeze_dim": _dims("dim"), "squeeze_dims": _dims("dim"), "view_to": _whole,
    "sum_dim": _dims("dim"), "mean_dim": _dims("dim"), "softmax_dim": _dims("dim"), "log_softmax_dim": _dims("dim"),
    "logsumexp_dim": _dims("dim"), "cumsum_dim": _dims("dim"), "clone": lambda arguments, ndim, size: arguments,
    "alias": lambda arguments, ndim, size: arguments, "to_dtype": lambda arguments, ndim, size: arguments,
}  # fmt: skip
"""Ops that run once for a whole batch, and how their arguments change."""


# --- the public side ------------------------------------------------------------------------------------------------


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """A function that maps `func` over a dimension of its inputs.

    in_dims: which dimension of each input is the batch; None for an input that all examples share.
    out_dims: where the batch lies in the results.

    >>> torch.vmap(torch.dot)(torch.ones(2, 3), torch.arange(6.).view(2, 3))
    tensor([ 3., 12.])
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(
            f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}"
        )
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        name = getattr(func, "__name__", repr(func))
        leaves, rebuild = flattened(args)
        dims = _in_dims(name, in_dims, args, leaves)
        size = _batch_size(leaves, dims)
        if chunk_size is not None and chunk_size < size:
            return _in_chunks(mapped_once, leaves, dims, rebuild, kwargs, size, chunk_size, out_dims)
        return mapped_once(rebuild(leaves), kwargs, leaves, dims, rebuild, size)

    def mapped_once(args: Any, kwargs: Any, leaves: Any, dims: Any, rebuild: Any, size: int) -> Any:
        name = getattr(func, "__name__", repr(func))
        with VmapLevel(size, randomness) as level:
            given = [
                leaf if dim is None else level.batched(registry.functions["movedim"](leaf, dim, 0))
                for leaf, dim in zip(leaves, dims, strict=True)
            ]
            result = func(*rebuild(given), **kwargs)
            return _out(name, level, result, out_dims)

    return mapped


def _in_dims(name: str, in_dims: Any, args: tuple[Any, ...], leaves: list[Any]) -> list[int | None]:
    """The batch dimension of every leaf, counted from the front."""
    if not isinstance(in_dims, int | tuple):
        raise ValueError(
            f"vmap({name}, in_dims={in_dims}, ...)(<inputs>): expected `in_dims` to be int or a (potentially nested) "
            f"tuple matching the structure of inputs, got: {type(in_dims)}."
        )
    if not args:
        raise ValueError(
            f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a "
            "function with no inputs. The latter is unsupported."
        )
    dims = spread_over(in_dims, args)
    if dims is None:
        raise ValueError(
            f"vmap({name}, in_dims={in_dims}, ...)(<inputs>): in_dims is not compatible with the structure of "
            f"`inputs`. in_dims has structure {structure(in_dims)} but inputs has structure {structure(args)}."
        )
    for place, (dim, leaf) in enumerate(zip(dims, leaves, strict=True)):
        if dim is None:
            continue
        if not isinstance(dim, int):
            raise ValueError(
                f"vmap({name}, in_dims={in_dims}, ...)(<inputs>): Got in_dim={dim} for an input but in_dim must be "
                "either an integer dimension or None."
            )
        if not isinstance(leaf, Tensor):
            raise ValueError(
                f"vmap({name}, in_dims={in_dims}, ...)(<inputs>): Got in_dim={dim} for an input but the input is of "
                f"type {type(leaf)}. We cannot vmap over non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -leaf.ndim <= dim < leaf.ndim:
            raise ValueError(
                f"vmap({name}, in_dims={in_dims}, ...)(<inputs>): Got in_dim={dim} for some input, but that input is a "
                f"Tensor of dimensionality {leaf.ndim} so expected in_dim to satisfy -{leaf.ndim} <= in_dim < "
                f"{leaf.ndim}."
            )
        dims[place] = dim % leaf.ndim
    return dims


def _batch_size(leaves: list[Any], dims: list[int | None]) -> int:
    sizes = [leaf.shape[dim] for leaf, dim in zip(leaves, dims, strict=True) if dim is not None]
    if not sizes:
        raise ValueError("vmap: at least one input must be mapped: in_dims has only None")
    if len(set(sizes)) > 1:
        raise ValueError(
            f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the "
            "mapped dimension"
        )
    return sizes[0]


def _out(name: str, level: VmapLevel, result: Any, out_dims: Any) -> Any:
    """The results with the batch where `out_dims` says."""
    leaves, rebuild = flattened(result)
    for leaf in leaves:
        if not isinstance(leaf, Tensor):
            raise ValueError(
                f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(leaf)}. Did you mean to set "
                "out_dims= to None for output?"
            )
    dims = spread_over(out_dims, result)
    if dims is None:
        raise ValueError(
            f"vmap({name}, ..., out_dims={out_dims}): out_dims is not compatible with the structure of `outputs`. "
            f"out_dims has structure {structure(out_dims)} but outputs has structure {structure(result)}."
        )
    moved: Any = registry.functions["movedim"]
    found = []
    for leaf, dim in zip(leaves, dims, strict=True):
        value, mine = level.value_of(leaf)
        if dim is None:
            if mine:
                raise ValueError(
                    f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is None"
                )
            found.append(value)
            continue
        whole = value if mine else level.value_of(level.spread(leaf))[0]
        found.append(moved(whole, 0, dim) if dim else whole)
    return rebuild(found)


def _in_chunks(
    once: Any, leaves: Any, dims: Any, rebuild: Any, kwargs: Any, size: int, chunk: int, out_dims: Any
) -> Any:
    """The map over parts of the batch, one after the other, and the results joined."""
    cat: Any = registry.functions["concat"]
    narrow: Any = registry.functions["narrow"]
    parts = []
    for start in range(0, size, chunk):
        count = min(chunk, size - start)
        some = [
            leaf if dim is None else narrow(leaf, dim, start, count)
            for leaf, dim in zip(leaves, dims, strict=True)
        ]
        parts.append(once(rebuild(some), kwargs, some, dims, rebuild, count))
    joined = []
    flat = [flattened(part) for part in parts]
    places = spread_over(out_dims, parts[0]) or []
    for number, place in enumerate(places):
        pieces = [leaves[number] for leaves, _ in flat]
        joined.append(pieces[0] if place is None else cat(pieces, place))
    return flat[0][1](joined)
