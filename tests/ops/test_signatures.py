"""Calls that fit no signature, and calls with `out=`: every public function beside PyTorch's."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.ops.signatures import Form, parsed
from tests.oracle import torch


class Stranger:
    """Something that no function takes."""


STRANGER = Stranger()
X = object()  # stands for a tensor

CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}), ((STRANGER,), {}), ((X,), {"foo": 1}), ((X, STRANGER), {}), ((X,) * 9, {}), ((X, 1.5), {}),
    ((X, X, STRANGER), {}), ((X, 0, STRANGER), {}), ((X, [0, 1.5]), {}), ((X, None), {}),
]  # fmt: skip

IN_PYTHON = {
    "load", "save", "seed", "unique", "unique_consecutive", "split", "unflatten", "backward", "register_hook",
    "retain_grad", "broadcast_tensors", "broadcast_shapes", "cartesian_prod", "block_diag", "atleast_1d", "atleast_2d",
    "atleast_3d", "meshgrid", "storage", "is_grad_enabled", "get_default_dtype", "frombuffer", "from_numpy", "asarray",
    "set_default_dtype", "is_shared", "share_memory_", "istft",
}  # fmt: skip
"""Functions that PyTorch itself writes in Python, or that read their arguments by hand."""

OF_C = {
    "dim", "ndimension", "numel", "nelement", "element_size", "size", "stride", "storage_offset", "data_ptr",
    "untyped_storage", "is_contiguous", "is_floating_point", "is_complex", "is_pinned", "requires_grad_",
}  # fmt: skip
"""Methods of the tensor itself, where Python's own texts speak: see DIFFERENCES.md."""

BY_HAND = {"index_put", "index_put_", "lstm", "native_dropout", "cuda", "to", "zero_"}
"""Functions that say some of it in other words."""


def functions() -> Iterator[tuple[str, bool]]:
    """(name, whether as a method) of all that takes tensors and is PyTorch's as well."""
    for name in dir(minitorch_edu):
        ours = getattr(minitorch_edu, name)
        if isinstance(getattr(ours, "form", None), Form) and not ours.form.method and hasattr(torch, name):
            yield name, False
    for name in dir(minitorch_edu.Tensor):
        if not name.startswith("_") and hasattr(torch.Tensor, name):
            method = getattr(minitorch_edu.Tensor, name)
            if isinstance(getattr(method, "form", None), Form):
                yield name, True


def said(engine: Any, name: str, as_method: bool, args: tuple[Any, ...], named: dict[str, Any]) -> str:
    x = engine.ones(2, 3)
    given = [x if each is X else each for each in args]
    function = getattr(x, name) if as_method else getattr(engine, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            function(*given, **named)
        except Exception as error:
            return f"{type(error).__name__}: {error}".replace("TensorBase.", "Tensor.")
    return "nothing"


WRONG = [(name, as_method) for name, as_method in functions() if name not in IN_PYTHON | OF_C | BY_HAND]


@pytest.mark.parametrize("name, as_method", WRONG, ids=[f"x.{n}" if m else n for n, m in WRONG])
def test_a_wrong_call_is_refused_in_pytorchs_words(name: str, as_method: bool) -> None:
    for args, named in CALLS:
        given = args[1:] if as_method and args[:1] == (X,) else args
        ours = said(minitorch_edu, name, as_method, given, named)
        if ours != "nothing":
            assert ours == said(torch, name, as_method, given, named), (given, named)


def test_hundreds_of_functions_are_asked() -> None:
    assert len(WRONG) > 400


def test_names_that_are_found_when_first_asked_for_are_listed() -> None:
    listed = dir(minitorch_edu)
    assert {"special", "conv2d", "slice_copy", "exp_", "celu_"} <= set(listed)
    assert all(hasattr(minitorch_edu, name) for name in listed)


# --- out= ---------------------------------------------------------------------------------------------------------------

OUTS = {
    "nothing yet": lambda engine: engine.empty(0),
    "of the right size": lambda engine: engine.zeros(2, 3),
    "of another size": lambda engine: engine.zeros(4),
    "whole numbers": lambda engine: engine.empty(0, dtype=engine.int64),
    "truths": lambda engine: engine.empty(0, dtype=engine.bool),
    "more precise": lambda engine: engine.empty(0, dtype=engine.float64),
    "a column": lambda engine: engine.zeros(2, 4)[:, 1],
    "asking for gradients": lambda engine: engine.empty(0, requires_grad=True),
    "no tensor": lambda engine: 3,
}
RANDOM = {"bernoulli", "poisson", "rand", "randn", "empty", "normal", "multinomial"}
LOOSE = {"kron", "clamp", "clip", "clamp_min", "clamp_max", "floor_divide", "histc"}
"""They take a few outputs that PyTorch refuses: of another dtype, or one that asks for gradients; or (kron) they count
a version where PyTorch writes unseen."""

WARN_THERE_TOO = {"cross"}
"""They warn with `out` as well as without it, and PyTorch does not: see DIFFERENCES.md."""

MORE = {
    "unary": lambda x: (x,),
    "binary": lambda x: (x, x + 1),
    "along": lambda x: (x, 1),
    "listed": lambda x: ([x, x],),
}


def takes_out(function: Any) -> bool:
    return any(
        each.name == "out" and each.kind == "Tensor"
        for text in function.form.signatures
        for each in text.parameters
    )


def takes(name: str, kind: str) -> bool:
    """Whether PyTorch takes such a call without `out`."""
    try:
        result = getattr(torch, name)(*MORE[kind](torch.full((2, 3), 0.5)))
    except Exception:
        return False
    return isinstance(result, torch.Tensor) and name not in LOOSE | RANDOM


def outcome(engine: Any, name: str, kind: str, out: Any) -> Any:
    """The text of the result, whether it is `out`, what was warned of; or the error."""
    x = engine.full((2, 3), 1.5 if name in ("acosh", "arccosh") else 0.5)
    given = OUTS[out](engine)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = getattr(engine, name)(*MORE[kind](x), out=given)
        except Exception as error:
            return type(error).__name__, str(error)
    said = sorted({str(each.message).partition(" (Triggered")[0] for each in caught})
    numbers = np.asarray(result.detach().tolist(), float).round(5).tolist()
    return numbers, tuple(result.shape), str(result.dtype), result is given, result._version > 0, said


WITH_OUT = [
    (name, kind)
    for name, as_method in WRONG
    if not as_method and takes_out(getattr(minitorch_edu, name))
    for kind in MORE
    if takes(name, kind)
]


@pytest.fixture
def warned_each_time() -> Iterator[None]:
    """What either engine says once in a process is said here, whatever tests have come before."""
    for engine in (minitorch_edu, torch):
        engine.set_warn_always(True)
    yield
    for engine in (minitorch_edu, torch):
        engine.set_warn_always(False)


@pytest.mark.usefixtures("warned_each_time")
@pytest.mark.parametrize("name, kind", WITH_OUT)
def test_a_result_goes_where_out_says(name: str, kind: str) -> None:
    for out in OUTS:
        ours, theirs = outcome(minitorch_edu, name, kind, out), outcome(torch, name, kind, out)
        if isinstance(theirs[0], str):  # PyTorch has a dozen texts for an output that will not do
            assert isinstance(ours[0], str), out
        elif name in WARN_THERE_TOO:
            assert ours[:-1] == theirs[:-1] and len(ours[-1]) == len(theirs[-1]) + 1, out
        else:
            assert ours == theirs, out


@pytest.mark.usefixtures("warned_each_time")
@pytest.mark.parametrize(
    "name, kind", [("exp", "unary"), ("add", "binary"), ("eq", "binary"), ("sum", "along"), ("t", "unary")]
)
@pytest.mark.parametrize("out", OUTS)
def test_an_output_that_will_not_do_is_refused_in_pytorchs_words(name: str, kind: str, out: str) -> None:
    if (name, out) != ("add", "no tensor"):  # there PyTorch takes the number for a tensor
        assert outcome(minitorch_edu, name, kind, out) == outcome(torch, name, kind, out)


def test_a_form_tells_the_signatures_of_its_method() -> None:
    form = Form(
        "where",
        (
            parsed("Tensor condition"),
            parsed("Tensor condition, Tensor input, Number other, *, Tensor out = None"),
        ),
    )
    method = form.as_method(minitorch_edu.exp).form
    assert [each.text for each in method.signatures] == ["(Tensor condition, Number other)"]
