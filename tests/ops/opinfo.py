"""PyTorch's own database of operators, its samples given to both engines.

    python -m tests.ops.conformance mul linalg.svd  what differs in these operators, on every sample
    pytest tests/ops/test_opinfo.py -k "mul-"       the same comparisons on a few samples each, as tests

An operator is here when this engine has a function or a method of its name, so a new op is compared as soon as it
exists, and nothing has to be written for it. What differs on purpose stands in tests/ops/explained.py.
"""

from __future__ import annotations

import functools
import itertools
import random
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import ml_dtypes
import numpy as np

import minitorch_edu
from tests.ops.calls import Raised, flat
from tests.ops.explained import AWAITING, EXPLAINED
from tests.oracle import torch

from torch.testing._internal.common_methods_invocations import op_db  # isort: skip  (only once torch is known to be there)

# The database forbids programs to set flags such as torch.backends.cudnn.benchmark, which other tests do.
torch.backends.flags_frozen.__globals__["__allow_nonbracketed_mutation_flag"] = True

DTYPES = "float64 float32 int64 bool complex64 bfloat16".split()
PRECISION = {
    "float64": 1e-10,
    "complex128": 1e-10,
    "float32": 2e-5,
    "complex64": 2e-5,
    "bfloat16": 2e-2,
    "float16": 2e-3,
}
EVERY = 10_000
TURNED = {
    **dict.fromkeys(("linalg.svd", "svd", "svd_lowrank", "pca_lowrank"), (0, 2)),
    **dict.fromkeys(("linalg.eigh", "linalg.eig"), (1,)),
}
"""Which results of a decomposition are vectors."""
TIES = {"kthvalue": 1, "topk": 1, "mode": 0, "sort": 0, "argsort": 0}  # and where their dimension stands
SEED = 7


class Difference(NamedTuple):
    """Something that is not as in PyTorch. aspect: one of value, dtype, shape, view, strides, error, method, in-place,
    gradient, second (the gradient's gradient), refusal (of one of the database's wrong calls)."""

    aspect: str
    sample: str
    text: str


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
            pairs = {key: self.pair(each) for key, each in value.items()}
            return {key: pair[0] for key, pair in pairs.items()}, {
                key: pair[1] for key, pair in pairs.items()
            }
        if isinstance(value, torch.dtype | torch.layout | torch.memory_format):
            return getattr(minitorch_edu, str(value).removeprefix("torch.")), value
        if isinstance(value, torch.device):
            return minitorch_edu.device(str(value)), value
        if isinstance(value, types.FunctionType | types.BuiltinFunctionType) and "torch" in str(
            value.__module__
        ):
            return translated_function(value, value.__name__), value
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
    random.seed(SEED)
    torch.manual_seed(SEED)
    made = info.sample_inputs("cpu", getattr(torch, dtype), requires_grad=requires_grad)
    every = list(itertools.islice(made, EVERY if count >= EVERY else 25 * count))
    if len(every) <= count:
        return every
    return [every[place * (len(every) - 1) // (count - 1)] for place in range(count)]


def supports(info: Any, dtype: str) -> bool:
    return getattr(torch, dtype) in info.supported_dtypes("cpu")


def described(sample: Any) -> str:
    try:
        return " ".join(str(sample.summary()).split())[:400]
    except Exception:
        return repr(sample)[:400]


def spoken(act: Callable[[], Any], engine: Any) -> Any:
    """What `act` returns, or how it raises."""
    engine.manual_seed(SEED)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return act()
    except Exception as error:
        return Raised(type(error).__name__, str(error.args[0] if error.args else ""))


# Comparing ----------------------------------------------------------------------------------------------------------


def array(tensor: Any) -> np.ndarray:
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy(force=True)


def unequal(ours: Any, theirs: Any) -> tuple[str, str] | None:
    """(aspect, text) of the first thing that differs between two results, or None."""
    if isinstance(ours, Raised) or isinstance(theirs, Raised):
        same = isinstance(ours, Raised) and isinstance(theirs, Raised) and ours == theirs
        return None if same else ("error", f"ours: {ours!r}\n   theirs: {theirs!r}"[:700])
    if isinstance(theirs, torch.Tensor):
        return _unequal_tensors(ours, theirs)
    if isinstance(theirs, list | tuple):
        if not isinstance(ours, list | tuple) or len(ours) != len(theirs):
            return "shape", f"ours: {ours!r}, theirs: {theirs!r}"[:700]
        return next(filter(None, itertools.starmap(unequal, zip(ours, theirs, strict=True))), None)
    same = str(ours) == str(theirs) or ours == theirs
    if not same and isinstance(theirs, float | complex):
        same = np.allclose(ours, theirs, rtol=1e-5, equal_nan=True)
    return None if same else ("value", f"ours: {ours!r}, theirs: {theirs!r}")


def _unequal_tensors(ours: Any, theirs: Any) -> tuple[str, str] | None:
    if not isinstance(ours, minitorch_edu.Tensor):
        return "shape", f"ours: {ours!r}, theirs: {theirs!r}"[:700]
    if str(ours.dtype) != str(theirs.dtype):
        return "dtype", f"ours: {ours.dtype}, theirs: {theirs.dtype}"
    if tuple(ours.shape) != tuple(theirs.shape):
        return "shape", f"ours: {tuple(ours.shape)}, theirs: {tuple(theirs.shape)}"
    left, right = array(ours), array(theirs)
    precision = PRECISION.get(str(theirs.dtype).removeprefix("torch."))
    if precision is None:
        equal = np.array_equal(left, right)
    else:
        wide = np.complex128 if np.iscomplexobj(right) else np.float64
        left, right = left.astype(wide), right.astype(wide)
        finite = np.abs(right[np.isfinite(right)])
        scale = min(1.0, float(finite.max())) if finite.size else 0.0
        equal = np.allclose(left, right, rtol=precision, atol=precision * scale, equal_nan=True)
    return None if equal else ("value", f"ours:   {left!r}\n   theirs: {right!r}"[:1200])


def shared(result: Any, inputs: list[Any]) -> list[tuple[int, ...]]:
    """For each tensor of a result: which inputs it shares memory with."""
    places = [each.untyped_storage().data_ptr() if each.numel() else 0 for each in inputs]
    return [
        tuple(k for k, place in enumerate(places) if place and place == each.untyped_storage().data_ptr())
        for each in flat(result)
        if hasattr(each, "untyped_storage")
    ]


def _unequal_views(ours: Any, theirs: Any, engines: Engines) -> tuple[str, str] | None:
    ones, others = zip(*engines.made.values(), strict=True) if engines.made else ((), ())
    one, other = shared(ours, list(ones)), shared(theirs, list(others))
    if one != other:
        return "view", f"ours shares memory with the inputs {one}, theirs with {other}"
    tensors = [
        pair for pair in zip(flat(ours), flat(theirs), strict=True) if isinstance(pair[1], torch.Tensor)
    ]
    for (mine, yours), shares in zip(tensors, other, strict=True):
        if shares and yours.numel() and mine.stride() != yours.stride():
            return "strides", f"ours: {mine.stride()}, theirs: {yours.stride()}"
    return None


def _without_ties(info: Any, sample: Any, engine: Any, result: Any) -> Any:
    """PyTorch leaves open which of several equals these find: a place is told by the number that stands there."""
    if info.name not in TIES or isinstance(result, Raised) or sample.kwargs.get("stable"):
        return result
    values, places = (None, result) if isinstance(result, engine.Tensor) else result
    at = TIES[info.name]
    dim = sample.kwargs.get("dim", sample.args[at] if len(sample.args) > at else -1)
    numbers, chosen = array(sample.input), array(places)
    if chosen.ndim < numbers.ndim:
        chosen = np.expand_dims(chosen, dim)
    found = np.take_along_axis(np.atleast_1d(numbers), np.atleast_1d(chosen), dim)
    return values, places.shape, places.dtype, engine.from_numpy(np.asarray(found))


def _without_phases(info: Any, result: Any) -> Any:
    """Any vector of a decomposition may be turned: one LAPACK chooses 1 where another chooses -1."""
    if info.name not in TURNED or isinstance(result, Raised):
        return result
    if len(result) == 3:  # to complete a basis is even more of a choice
        U, S, V = result
        result = (U[..., : S.shape[-1]], S, V[..., : S.shape[-1], :] if info.name == "linalg.svd" else V[..., : S.shape[-1]])
    return [each.abs() if place in TURNED[info.name] else each for place, each in enumerate(result)]


def _call(info: Any, sample: Any, variant: Any, name: str) -> tuple[Any, Any, Engines]:
    """(ours, theirs, the inputs) of one form of an operator."""
    engines = Engines()
    args, kwargs = engines.pair((sample.input, *sample.args)), engines.pair(sample.kwargs)
    mine = translated_function(variant, name)
    ours = spoken(lambda: mine(*args[0], **kwargs[0]), minitorch_edu)
    theirs = spoken(lambda: variant(*args[1], **kwargs[1]), torch)
    return (
        _without_phases(info, _without_ties(info, sample, minitorch_edu, ours)),
        _without_phases(info, _without_ties(info, sample, torch, theirs)),
        engines,
    )


def differing_sample(info: Any, sample: Any) -> Iterator[tuple[str, str]]:
    """(aspect, text) of what differs in the function, the method and the in-place form of an operator."""
    ours, theirs, engines = _call(info, sample, info.op, info.name)
    found = unequal(ours, theirs)
    if found:
        yield found
        return
    if not isinstance(theirs, Raised) and (found := _unequal_views(ours, theirs, engines)):
        yield found
    for aspect, variant in (("method", info.method_variant), ("in-place", info.inplace_variant)):
        if variant is None:
            continue
        called = getattr(variant, "__name__", info.name)
        if translated_function(variant, called) is None:
            yield aspect, f"there is no {called}"
        elif found := unequal(*_call(info, sample, variant, called)[:2]):
            yield aspect, ": ".join(found)


# Derivatives --------------------------------------------------------------------------------------------------------


def _weights(tensor: Any, engine: Any, seed: int) -> Any:
    numbers = np.random.default_rng(seed).normal(size=tuple(tensor.shape))
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


def _derivatives(engine: Any, result: Any, inputs: list[Any], twice: bool) -> Iterator[list[Any]]:
    outputs = [each for each in flat(result) if isinstance(each, engine.Tensor) and each.requires_grad]
    if not outputs or not inputs:
        return
    first = _gradients(engine, outputs, inputs, twice, 1)
    yield first
    again = [each for each in first if each is not None and each.requires_grad]
    if twice and again:
        # PyTorch has None or zeros for what a derivative does not depend on, as its formulas happen to be written
        second = _gradients(engine, again, inputs, False, 9)
        yield [
            engine.zeros_like(one) if each is None else each for one, each in zip(inputs, second, strict=True)
        ]
    elif twice:
        yield [engine.zeros_like(one) for one in inputs]


def differing_gradients(info: Any, sample: Any) -> Iterator[tuple[str, str]]:
    """(aspect, text) of what differs in a sample's first and second derivatives."""
    engines = Engines(requiring=True)
    args, kwargs = engines.pair((sample.input, *sample.args)), engines.pair(sample.kwargs)
    after, mine = sample.output_process_fn_grad, translated_function(info.op, info.name)
    ours = spoken(lambda: translated_function(after, "")(mine(*args[0], **kwargs[0])), minitorch_edu)
    theirs = spoken(lambda: after(info.op(*args[1], **kwargs[1])), torch)
    if isinstance(ours, Raised) or isinstance(theirs, Raised):
        if found := unequal(ours, theirs):
            yield "gradient", found[1]
        return
    pairs = engines.requiring_grad()
    twice = info.supports_gradgrad
    one = spoken(
        lambda: list(_derivatives(minitorch_edu, ours, [pair[0] for pair in pairs], twice)), minitorch_edu
    )
    other = spoken(lambda: list(_derivatives(torch, theirs, [pair[1] for pair in pairs], twice)), torch)
    if isinstance(one, Raised) or isinstance(other, Raised):
        if found := unequal(one, other):
            yield "gradient", found[1]
        return
    for which, mine, yours in zip(("gradient", "second"), one, other, strict=False):
        if found := unequal(mine, yours):
            yield which, ": ".join(found)


def differing_refusals(info: Any) -> Iterator[tuple[str, str, str]]:
    """(aspect, sample, text) of what differs where the database knows that a call is wrong."""
    if info.error_inputs_func is None:
        return
    random.seed(SEED)
    torch.manual_seed(SEED)
    for error in info.error_inputs("cpu"):
        given = flat([error.sample_input.input, error.sample_input.args, list(error.sample_input.kwargs.values())])
        tensors = [each for each in given if isinstance(each, torch.Tensor)]
        if any(each.ndim > 64 or each.device.type != "cpu" for each in tensors):
            continue  # NumPy has no such array
        ours, theirs, _ = _call(info, error.sample_input, info.op, info.name)
        if isinstance(theirs, Raised) and (found := unequal(ours, theirs)):
            yield "refusal", described(error.sample_input), found[1]


# All that differs ---------------------------------------------------------------------------------------------------


def differences(name: str, dtype: str, count: int = EVERY) -> Iterator[Difference]:
    """What differs in the values of one operator in one dtype, but for what is explained."""
    for sample in samples(PRESENT[name], dtype, count):
        for aspect, text in differing_sample(PRESENT[name], sample):
            if not explained(name, aspect, dtype):
                yield Difference(aspect, described(sample), text)


def gradient_differences(name: str, count: int = EVERY) -> Iterator[Difference]:
    for sample in samples(PRESENT[name], "float64", count, requires_grad=True):
        for aspect, text in differing_gradients(PRESENT[name], sample):
            if not explained(name, aspect, "float64"):
                yield Difference(aspect, described(sample), text)


def refusal_differences(name: str) -> Iterator[Difference]:
    for aspect, sample, text in differing_refusals(PRESENT[name]):
        if not explained(name, aspect, ""):
            yield Difference(aspect, sample, text)


def explained(name: str, aspect: str, dtype: str) -> bool:
    """Whether a difference is on purpose."""
    return any(key in EXPLAINED for key in ((name, aspect), (name, aspect, dtype)))


def known(name: str, aspect: str, dtype: str) -> bool:
    """Whether a difference awaits mending."""
    return any(key in AWAITING for key in ((name, aspect), (name, aspect, dtype)))


def told(found: list[Difference]) -> str:
    return "\n".join(f" * {each.aspect}\n   {each.sample}\n   {each.text}" for each in found[:3])


def has_gradients(info: Any) -> bool:
    return info.supports_autograd and torch.float64 in info.supported_backward_dtypes("cpu")


def all_differences(name: str, count: int = EVERY) -> Iterator[tuple[str, Difference]]:
    """(where, what) differs in one operator."""
    info = PRESENT[name]
    for dtype in DTYPES:
        if supports(info, dtype):
            yield from ((dtype, each) for each in differences(name, dtype, count))
    if has_gradients(info):
        yield from (("float64", each) for each in gradient_differences(name, count))
    yield from (("", each) for each in refusal_differences(name))
