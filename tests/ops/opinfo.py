"""PyTorch's own database of operators, its samples given to both engines.

    python -m tests.ops.conformance mul linalg.svd  what differs in these operators, on every sample
    pytest tests/ops/test_opinfo.py -k "mul-"       the same comparisons on a few samples each, as tests

An operator is here when this engine has a function or a method of its name, so a new op is compared as soon as it
exists, and nothing has to be written for it. What differs on purpose stands in tests/ops/explained.py.
"""

from __future__ import annotations

import collections
import functools
import itertools
import random
import types
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from unittest import mock

import ml_dtypes
import numpy as np

import minitorch_edu
from tests.device import UNDER_TEST
from tests.ops.calls import Raised, array, flat
from tests.ops.explained import Explanation, explained
from tests.ops.unequal import Unequal, unequal_views, unequals
from tests.oracle import torch

from torch.testing._internal.common_methods_invocations import op_db  # isort: skip  (only once torch is known to be there)

# The database forbids programs to set flags such as torch.backends.cudnn.benchmark, which other tests do.
torch.backends.flags_frozen.__globals__["__allow_nonbracketed_mutation_flag"] = True
# It looks for a unittest among those that called it, and reads their files for that, which takes longer than a sample.
for module in (torch.testing._internal.common_utils, torch.testing._internal.opinfo.core):
    module.extract_test_fn = lambda: None

DTYPES = "float64 float32 int64 bool complex64 bfloat16".split()
DERIVED = "float64 complex128".split()
"""The dtypes whose derivatives are compared."""
EVERY = 10_000
TURNED = {
    **dict.fromkeys(("linalg.svd", "svd", "svd_lowrank", "pca_lowrank"), (0, 2)),
    **dict.fromkeys(("linalg.eigh", "linalg.eig"), (1,)),
}
"""Which results of a decomposition are vectors."""
DRAWN = {"randn", "normal"}
"""What is drawn into `out` in the order of its memory."""
SEED = 7


class Difference(NamedTuple):
    """Something that is not as in PyTorch.

    aspect: what differs: one of those of tests/ops/unequal.py, or gradient, second (the gradient's gradient), refusal
    (of one of the database's wrong calls).
    where: the form of the operator, where it is not the function: method, in-place, out.
    dtype: that of the sample; "" where a wrong call is compared.
    """

    name: str
    aspect: str
    where: str
    dtype: str
    sample: Any
    text: str
    ours: Any
    theirs: Any


# Which operators there are ----------------------------------------------------------------------------------------


def identifier(info: Any) -> str:
    return f"{info.name}.{info.variant_test_name}" if info.variant_test_name else info.name


def look_up(engine: Any, name: str) -> Any:
    """The function, or else the method, that bears a name such as "mul" or "linalg.svd"; None where there is none."""
    for owner, called in ((engine, name), (engine.Tensor, name), (engine.Tensor, name + "_")):
        found = owner
        for part in called.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return found
    return None


PRESENT = {identifier(info): info for info in op_db if look_up(minitorch_edu, info.name) is not None}


# The same thing on this engine --------------------------------------------------------------------------------------


def seeded(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The database's wrapper for random operators, here: they draw what follows the seed 42."""
    minitorch_edu.manual_seed(42)
    return op(*args, **kwargs)


@functools.cache
def translated_function(act: Any, name: str) -> Any:
    """What `act`, a function of PyTorch's or one of the database's own around them, is here."""
    if isinstance(act, functools.partial):
        return functools.partial(translated_function(act.func, name), *act.args, **act.keywords)
    if isinstance(act, types.FunctionType) and act.__module__.startswith("torch.testing"):
        return _rebound(act)
    if getattr(torch.Tensor, name, None) is act:
        return getattr(minitorch_edu.Tensor, name, None)
    return look_up(minitorch_edu, name)


def _rebound(function: types.FunctionType) -> Any:
    """The same Python code, where `torch` means this engine."""
    if function.__name__ == "wrapper_set_seed":
        return seeded
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    scope = {name: _translated_global(value) for name, value in function.__globals__.items() if name in names}
    scope["__builtins__"] = function.__globals__["__builtins__"]
    rebound = types.FunctionType(
        function.__code__, scope, function.__name__, function.__defaults__, function.__closure__
    )
    rebound.__kwdefaults__ = function.__kwdefaults__
    return rebound


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _translated_global(value: Any) -> Any:
    if value is torch:
        return minitorch_edu
    if isinstance(value, types.FunctionType) and value.__module__.startswith("torch.testing"):
        return _rebound(value)
    return value


class Engines:
    """A sample's values for each engine: the same numbers with the same strides, in memory of their own.

    A tensor that a sample holds twice is one tensor on both engines.
    """

    def __init__(self, requiring: bool = False) -> None:
        self.requiring = requiring
        self.made: dict[int, tuple[Any, Any]] = {}

    def pair(self, value: Any) -> tuple[Any, Any]:
        """(ours, theirs)"""
        if isinstance(value, torch.Tensor):
            if id(value) not in self.made:
                self.made[id(value)] = self._tensors(value)
            return self.made[id(value)]
        if isinstance(value, torch.Size):
            return minitorch_edu.Size(value), value
        if isinstance(value, list | tuple):
            pairs = [self.pair(each) for each in value]
            return type(value)(one for one, _ in pairs), type(value)(other for _, other in pairs)
        if isinstance(value, dict):
            pairs = self.pair(list(value.values()))
            return dict(zip(value, pairs[0], strict=True)), dict(zip(value, pairs[1], strict=True))
        if isinstance(value, torch.dtype | torch.layout | torch.memory_format):
            return getattr(minitorch_edu, str(value).removeprefix("torch."), value), value
        if isinstance(value, torch.device):
            return minitorch_edu.device(str(value)), value
        if (
            isinstance(value, str) and value == "cpu"
        ):  # which the database was asked for, and which tensors are on
            return UNDER_TEST, value
        functions = types.FunctionType | types.BuiltinFunctionType
        if isinstance(value, functions) and "torch" in str(value.__module__):
            return translated_function(value, value.__name__), value
        if isinstance(value, torch.nn.PairwiseDistance):
            return functools.partial(minitorch_edu.nn.functional.pairwise_distance, p=value.norm), value
        return value, value

    def _tensors(self, value: Any) -> tuple[Any, Any]:
        value = value.detach().resolve_conj().resolve_neg()
        bits = torch.empty(0, dtype=torch.uint8).set_(value.untyped_storage().clone())
        place = (value.size(), value.stride(), value.storage_offset())
        theirs = torch.empty(0, dtype=value.dtype).set_(bits.untyped_storage().clone(), place[2], *place[:2])
        numbers = bits.numpy().view(_numpy_dtype(value.dtype))
        ours = minitorch_edu.from_numpy(numbers.copy()).as_strided(*map(tuple, place[:2]), place[2]).detach()
        if self.requiring and (value.is_floating_point() or value.is_complex()):
            ours.requires_grad_()
            theirs.requires_grad_()
        return ours, theirs

    def requiring_grad(self) -> list[tuple[Any, Any]]:
        return [pair for pair in self.made.values() if pair[1].requires_grad]


def _numpy_dtype(dtype: Any) -> np.dtype:
    return (
        np.dtype(ml_dtypes.bfloat16) if dtype is torch.bfloat16 else torch.empty(0, dtype=dtype).numpy().dtype
    )


# Samples ------------------------------------------------------------------------------------------------------------


def samples(info: Any, dtype: str, count: int, requires_grad: bool = False) -> list[Any]:
    """Up to `count` of an operator's samples, taken from all over its list."""
    make = functools.partial(info.sample_inputs, "cpu", getattr(torch, dtype), requires_grad=requires_grad)
    every = _made(make, EVERY if count >= EVERY else 25 * count)
    if len(every) <= count:
        return every
    return [every[place * (len(every) - 1) // max(count - 1, 1)] for place in range(count)]


def _made(make: Callable[[], Iterator[Any]], count: int) -> list[Any]:
    """What the database makes after a seed; it sets one before each sample as well.

    torch.manual_seed keeps each call, with a stack, for accelerators that may be asked for one day. That takes far
    longer than the sample does.
    """
    random.seed(SEED)
    with mock.patch.object(torch, "manual_seed", torch.default_generator.manual_seed):
        torch.manual_seed(SEED)
        return list(itertools.islice(make(), count))


def supports(info: Any, dtype: str) -> bool:
    return getattr(torch, dtype) in info.supported_dtypes("cpu")


def described(sample: Any) -> str:
    try:
        return " ".join(str(sample.summary()).split())[:400]
    except Exception:
        return repr(sample)[:400]


def spoken(act: Callable[[], Any], engine: Any) -> Any:
    """What `act` returns, or how it raises."""
    (torch.default_generator if engine is torch else engine).manual_seed(SEED)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return act()
    except Exception as error:
        return Raised(type(error).__name__, str(error.args[0] if error.args else ""))


# Comparing ------------------------------------------------------------------------------------------------------------


def _turned(info: Any, ours: Any, theirs: Any) -> tuple[Any, Any]:
    """Two decompositions, ours with each vector turned as PyTorch's is: one LAPACK chooses 1 where another chooses -1.

    What three factors multiply to is compared as well, since two vectors of a pair have to be turned alike.
    """
    kinds = (minitorch_edu.Tensor, torch.Tensor)
    if info.name not in TURNED or not all(
        isinstance(result, tuple) and all(isinstance(each, kind) for each in result)
        for result, kind in zip((ours, theirs), kinds, strict=True)
    ):
        return ours, theirs
    rows = info.name == "linalg.svd"  # whose third factor holds vectors as its rows
    one, other = (_three_factors(each, rows) if len(each) == 3 else list(each) for each in (ours, theirs))
    for place in TURNED[info.name]:
        if tuple(one[place].shape) == tuple(other[place].shape):
            turned = _turned_towards(
                array(one[place]), array(other[place]), -1 if rows and place == 2 else -2
            )
            one[place] = minitorch_edu.from_numpy(turned.astype(array(one[place]).dtype))
    return one, other


def _three_factors(result: Any, rows: bool) -> list[Any]:
    """The factors without what completes a basis, which is even more of a choice, and their product."""
    U, S, V = result
    count = S.shape[-1]
    U, V = U[..., :count], V[..., :count, :] if rows else V[..., :count]
    return [U, S, V, (U * S[..., None, :].to(U.dtype)) @ (V if rows else V.mH)]


def _turned_towards(ours: Any, theirs: Any, along: int) -> Any:
    """The vectors that lie along a dimension, each times the number of size 1 that brings it nearest to the other's."""
    product = (ours.conj() * theirs).sum(along, keepdims=True)
    return ours * np.where(product == 0, 1, product / np.maximum(np.abs(product), 1e-300))


def _call(info: Any, sample: Any, variant: Any, name: str) -> tuple[Any, Any, Engines]:
    """(ours, theirs, the inputs) of one form of an operator."""
    engines = Engines()
    args, kwargs = engines.pair((sample.input, *sample.args)), engines.pair(sample.kwargs)
    mine = translated_function(variant, name)
    ours = spoken(lambda: mine(*args[0], **kwargs[0]), minitorch_edu)
    theirs = spoken(lambda: variant(*args[1], **kwargs[1]), torch)
    return *_turned(info, ours, theirs), engines


def differing_sample(info: Any, sample: Any) -> Iterator[tuple[str, Unequal]]:
    """(where, what) differs in the function, the method, the in-place form and the form with `out=` of an operator."""
    ours, theirs, engines = _call(info, sample, info.op, info.name)
    found = list(unequals(ours, theirs))
    yield from (("", each) for each in found)
    if not isinstance(theirs, Raised) and all(each.aspect == "value" for each in found):
        yield from (("", each) for each in unequal_views(ours, theirs, list(engines.made.values())))
    for where, variant in (("method", info.method_variant), ("in-place", info.inplace_variant)):
        if variant is None:
            continue
        called = getattr(variant, "__name__", info.name)
        if translated_function(variant, called) is None:
            yield where, Unequal("kind", f"there is no {called}", None, variant)
        else:
            yield from ((where, each) for each in unequals(*_call(info, sample, variant, called)[:2]))
    if info.supports_out and isinstance(ours, minitorch_edu.Tensor) and isinstance(theirs, torch.Tensor):
        yield from (("out", each) for each in _unequal_out(info, sample, theirs))


def _unequal_out(info: Any, sample: Any, theirs: Any) -> list[Unequal]:
    """What differs where the function is given a tensor to write to: it is to hold the result, and keep its strides.

    PyTorch is given contiguous ones, and asked for refusals alone: of other strides some of its functions make
    something else, and tril writes beside the tensor's memory. What is drawn depends on the strides.
    """
    one, other = (_written(info, sample, engine, theirs, 1) for engine in (minitorch_edu, torch))
    if isinstance(one, Raised) or isinstance(other, Raised):
        return list(unequals(one, other))
    found = list(unequals(one[::2], [True, theirs]))
    if not found and theirs.ndim > 1 and info.name not in DRAWN:
        steps = _steps(torch.empty(tuple(theirs.shape)[::-1]).permute(tuple(range(theirs.ndim))[::-1]))
        found = list(unequals(_written(info, sample, minitorch_edu, theirs, -1), [True, steps, theirs]))
    return found


def _written(info: Any, sample: Any, engine: Any, like: Any, order: int) -> Any:
    """Whether the function returns the tensor given as `out`, its strides, and what is in it."""
    engines, here = Engines(), engine is torch
    args = engines.pair((sample.input, *sample.args))[here]
    kwargs = engines.pair(sample.kwargs)[here]
    act = info.op if here else translated_function(info.op, info.name)
    dims, dtype = tuple(range(like.ndim)), getattr(engine, str(like.dtype).removeprefix("torch."))
    out = engine.zeros(tuple(like.shape)[::order], dtype=dtype).permute(dims[::order])
    written = spoken(lambda: act(*args, **kwargs, out=out), engine)
    return written if isinstance(written, Raised) else [written is out, _steps(out), out]


def _steps(tensor: Any) -> list[int]:
    """The strides, but for those that NumPy does not keep: where there is no second element."""
    sizes = zip(tensor.stride(), tensor.shape, strict=True)
    return [step for step, size in sizes if size > 1 and tensor.numel()]


# Derivatives --------------------------------------------------------------------------------------------------------


def _weights(tensor: Any, engine: Any, seed: int) -> Any:
    drawn = np.random.default_rng(seed)
    numbers = np.asarray(drawn.normal(size=tuple(tensor.shape)))
    if tensor.is_complex():
        numbers = numbers + 1j * drawn.normal(size=tuple(tensor.shape))
    made = engine.from_numpy(np.asarray(numbers)).reshape(tuple(tensor.shape))
    return made.to(tensor.dtype)


def _gradients(
    engine: Any, outputs: list[Any], inputs: list[Any], create_graph: bool, seed: int
) -> list[Any]:
    weights = [_weights(each, engine, seed + k) for k, each in enumerate(outputs)]
    return list(
        engine.autograd.grad(
            outputs, inputs, weights, allow_unused=True, create_graph=create_graph, retain_graph=True
        )
    )


def _first(engine: Any, result: Any, inputs: list[Any], twice: bool) -> Any:
    """Which results have a history, and the gradients of the inputs."""
    tensors = [each for each in flat(result) if isinstance(each, engine.Tensor)]
    outputs = [each for each in tensors if each.requires_grad]
    found = _gradients(engine, outputs, inputs, twice, 1) if outputs and inputs else []
    return [[each.requires_grad for each in tensors], found]


def _second(engine: Any, first: list[Any], inputs: list[Any]) -> Any:
    """The gradients of the gradients. PyTorch has None or zeros for what a derivative does not depend on, as its
    formulas happen to be written."""
    again = [each for each in first if each is not None and each.requires_grad]
    found = _gradients(engine, again, inputs, False, 9) if again else [None] * len(inputs)
    return [engine.zeros_like(one) if each is None else each for one, each in zip(inputs, found, strict=True)]


def differing_gradients(info: Any, sample: Any) -> Iterator[tuple[str, Unequal]]:
    """(aspect, what) differs in a sample's first and second derivatives."""
    engines = Engines(requiring=True)
    args, kwargs = engines.pair((sample.input, *sample.args)), engines.pair(sample.kwargs)
    after, mine = sample.output_process_fn_grad, translated_function(info.op, info.name)
    ours = spoken(lambda: translated_function(after, "")(mine(*args[0], **kwargs[0])), minitorch_edu)
    theirs = spoken(lambda: after(info.op(*args[1], **kwargs[1])), torch)
    if isinstance(ours, Raised) or isinstance(theirs, Raised):
        yield from (("gradient", each) for each in unequals(ours, theirs))
        return
    inputs = [list(each) for each in zip(*engines.requiring_grad(), strict=True)] or [[], []]
    twice = info.supports_gradgrad
    one = spoken(lambda: _first(minitorch_edu, ours, inputs[0], twice), minitorch_edu)
    other = spoken(lambda: _first(torch, theirs, inputs[1], twice), torch)
    yield from (("gradient", each) for each in unequals(one, other))
    if isinstance(one, Raised) or isinstance(other, Raised) or not (twice and one[1] and other[1]):
        return
    first = spoken(lambda: _second(minitorch_edu, one[1], inputs[0]), minitorch_edu)
    second = spoken(lambda: _second(torch, other[1], inputs[1]), torch)
    yield from (("second", each) for each in unequals(first, second))


# Wrong calls --------------------------------------------------------------------------------------------------------


class Refusal(NamedTuple):
    """One of the database's wrong calls. `ours` is None where this engine cannot be given the call."""

    sample: Any
    ours: Any
    theirs: Raised


def refusals(info: Any) -> Iterator[Refusal]:
    """The calls of which the database knows that they are wrong, and PyTorch agrees."""
    if info.error_inputs_func is None:
        return
    for error in _made(functools.partial(info.error_inputs, "cpu"), EVERY):
        sample = error.sample_input
        given = flat([sample.input, sample.args, list(sample.kwargs.values())])
        tensors = [each for each in given if isinstance(each, torch.Tensor)]
        if any(each.ndim > 64 or each.device.type != "cpu" for each in tensors):  # NumPy has no such array
            theirs = spoken(lambda sample=sample: info.op(sample.input, *sample.args, **sample.kwargs), torch)
            ours = None
        else:
            ours, theirs, _ = _call(info, sample, info.op, info.name)
        if isinstance(theirs, Raised):
            yield Refusal(sample, ours, theirs)


# All that differs ---------------------------------------------------------------------------------------------------


def differences(name: str, dtype: str, count: int = EVERY) -> Iterator[Difference]:
    """What differs in the values of one operator in one dtype, but for what is explained."""
    for sample in samples(PRESENT[name], dtype, count):
        for where, each in differing_sample(PRESENT[name], sample):
            yield from unexplained(Difference(name, each.aspect, where, dtype, sample, *each[1:]))


def gradient_differences(name: str, dtype: str, count: int = EVERY) -> Iterator[Difference]:
    """What differs in the derivatives of one operator."""
    for sample in samples(PRESENT[name], dtype, count, requires_grad=True):
        for aspect, each in differing_gradients(PRESENT[name], sample):
            yield from unexplained(Difference(name, aspect, "", dtype, sample, *each[1:]))


def refusal_differences(name: str, made: Iterable[Refusal] | None = None) -> Iterator[Difference]:
    """What differs where a call is wrong. made: the calls, where they have been made already."""
    for sample, ours, theirs in refusals(PRESENT[name]) if made is None else made:
        if ours is not None:
            for each in unequals(ours, theirs):
                yield from unexplained(Difference(name, "refusal", "", "", sample, *each[1:]))


MET: collections.Counter[Explanation] = collections.Counter()
"""How many differences each explanation has explained."""


def unexplained(found: Difference) -> Iterator[Difference]:
    explanation = explained(found)
    if explanation is None:
        yield found
    else:
        MET[explanation] += 1


def told(found: list[Difference]) -> str:
    return "\n".join(
        f" * {each.where} {each.aspect}\n   {described(each.sample)}\n   {each.text}" for each in found[:3]
    )


def derived(info: Any) -> list[str]:
    """The dtypes in which an operator's derivatives are compared."""
    if not info.supports_autograd:
        return []
    return [each for each in DERIVED if getattr(torch, each) in info.supported_backward_dtypes("cpu")]


def all_differences(name: str, count: int = EVERY) -> Iterator[Difference]:
    """All that differs in one operator, but for wrong calls."""
    info = PRESENT[name]
    for dtype in DTYPES:
        if supports(info, dtype):
            yield from differences(name, dtype, count)
    for dtype in derived(info):
        yield from gradient_differences(name, dtype, count)
