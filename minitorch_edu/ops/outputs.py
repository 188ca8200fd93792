"""Outputs: `out=`, a tensor that takes the result of an op into its own memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import grad_mode, no_grad
from minitorch_edu.autograd.hooks import two_devices
from minitorch_edu.callers import outside
from minitorch_edu.events import storage_written
from minitorch_edu.ops import registry
from minitorch_edu.ops.overlap import (
    OVERLAP,
    refuse_overlap,
    refuse_partial_overlap,
    refuse_shared,
    refuse_write,
)
from minitorch_edu.tensor import Tensor


def into(
    name: str, out: Any, function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    """Call `function`, write its results into `out`, and return it. What is too small or too large is resized."""
    outs = tuple(out) if isinstance(out, list | tuple) else (out,)
    card = getattr(function, "card", None)
    if card is None or card.formulas:
        _refuse_gradients(name, (*outs, *args, *named.values()))
    if name in OF_ANY_DTYPE and named.get("dtype") is None:
        named["dtype"] = outs[0].dtype
    if card is not None and card.diagonal:
        for each in args:
            if isinstance(each, Tensor):
                refuse_partial_overlap(outs[0], each)
    if name in APART:
        refuse = refuse_write if len(outs) == 1 else refuse_overlap  # several are resized before
        refuse(outs[0], *args, *named.values())
    if name == "bernoulli":
        refuse_shared(outs[0]._array)  # before it draws
    if name == "multinomial" and outs[0].dtype is not dtypes.int64:
        raise RuntimeError(f"multinomial expects Long tensor out, got: {outs[0].dtype.scalar_name}")
    with no_grad():
        results = function(*args, **named)
    several = results if isinstance(results, tuple) else (results,)
    if name in JOINED and several[0].numel():
        _refuse_parts(outs[0], *args, *named.values())
    if len(outs) != len(several):
        called = OF_MANY.get(name, f"{name}_out")
        raise RuntimeError(f"{called} expected an out= argument of size {len(several)}, got size {len(outs)}")
    for target, result in zip(outs, several, strict=True):
        if name in ("amax", "amin") and result.dtype is not target.dtype:
            raise RuntimeError(
                f"Expected the dtype for input and out to match, but got {result.dtype.scalar_name} for input's dtype "
                f"and {target.dtype.scalar_name} for out's dtype."
            )
        if target._storage.backend is not result._storage.backend:
            raise two_devices(*sorted((target.device, result.device), key=lambda device: device.type == "cpu"))
        if name != "bernoulli":  # which draws in any dtype
            _refuse_dtype(target, result, exact=len(outs) > 1 or name in EXACT or _keeps_dtype(card))
        write(target, result, card)
    return type(results)._make(outs) if hasattr(results, "_make") else out


def write(out: Tensor, result: Tensor, card: Any) -> None:
    """Put `result` into `out`, which takes its shape."""
    if out.shape != result.shape:
        if out.numel():
            warnings.warn(
                f"An output with one or more elements was resized since it had shape {list(out.shape)}, which does not "
                f"match the required output shape {list(result.shape)}. This behavior is deprecated, and in a future "
                "PyTorch release outputs will not be resized unless they have zero elements. You can explicitly reuse "
                "an out tensor t by resizing it, inplace, to zero elements with t.resize_(0).",
                stacklevel=outside(),
            )
        resized = out._alias()  # resize_ itself refuses what requires grad
        registry.functions["resize_"](resized, tuple(result.shape))
        out._array = resized._array
    refuse_shared(out._array)
    backend = out._storage.backend
    backend.xp.copyto(out._array, result._array, casting="unsafe")
    out._version_counter.value += 1
    if storage_written:
        storage_written(out, card)


def _refuse_gradients(name: str, given: tuple[Any, ...]) -> None:
    if grad_mode.enabled and any(isinstance(each, Tensor) and each.requires_grad for each in given):
        error = RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )
        error.add_note("Let the result be a new tensor, or write into `out` under torch.no_grad().")
        raise error


def _refuse_parts(out: Tensor, *given: Any) -> None:
    """Refuse to write into one of the tensors that are joined, also into one that is empty and is to grow."""
    parts = [part for each in given if isinstance(each, list | tuple) for part in each]
    refuse_write(out, *parts)
    if any(part is out for part in parts):
        raise RuntimeError(OVERLAP)


def _refuse_dtype(out: Tensor, result: Tensor, exact: bool) -> None:
    """Most results are cast where no higher category is lost; some ops want the very dtype."""
    wanted, own = result.dtype, out.dtype
    if not exact and not dtypes.can_cast(wanted, own):
        raise RuntimeError(
            f"result type {wanted.scalar_name} can't be cast to the desired output type {own.scalar_name}"
        )
    if exact and wanted is not own:
        raise RuntimeError(
            f"Expected out tensor to have dtype {C_NAMES[wanted]}, but got {C_NAMES[own]} instead"
        )


def _keeps_dtype(card: Any) -> bool:
    return card is not None and card.promotes == "same" and len(card.inputs) == 1


OF_ANY_DTYPE = {"sum", "prod", "cumsum", "cumprod"}
"""Functions that compute in the dtype of their output."""
EXACT = {
    "mm", "mv", "dot", "vdot", "inner", "cross", "bmm", "addmm", "addmv", "addbmm", "baddbmm",
    "argmax", "argmin", "argsort", "take", "gather",
    "index_select", "masked_select", "all", "any", "isin", "float_power", "conj_physical", "msort", "diag", "round",
    "tril", "triu", "softmax", "log_softmax", "multinomial", "nonzero", "searchsorted", "histc",
    "quantile", "nanquantile", "logcumsumexp",
    "heaviside", "signbit", "isposinf", "isneginf",
    "as_strided_copy", "detach_copy", "diagonal_copy", "expand_copy", "permute_copy", "select_copy", "slice_copy",
    "slice_scatter", "squeeze_copy", "alias_copy", "t_copy", "transpose_copy", "unfold_copy", "unsqueeze_copy",
    "view_as_complex_copy", "view_as_real_copy", "view_copy",
    "avg_pool1d", "avg_pool2d", "avg_pool3d", "adaptive_avg_pool1d", "convolution", "pixel_shuffle", "pixel_unshuffle",
}  # fmt: skip
"""Functions of one result that do not cast it."""
APART = {"gather", "index_select", "take", "masked_select", "kthvalue"}
"""Functions that refuse an output which shares memory with an input."""
JOINED = {
    "cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "row_stack", "column_stack",
}  # fmt: skip
"""Functions that refuse an output which shares memory with one of the tensors in a list."""
OF_MANY = {"split_copy": "split_copy_Tensor_out()", "unbind_copy": "unbind_copy_int_out"}
"""What messages call functions with a list of outputs."""
C_NAMES = {
    dtypes.uint8: "unsigned char", dtypes.int8: "signed char", dtypes.int16: "short int", dtypes.int32: "int",
    dtypes.int64: "long int", dtypes.float16: "c10::Half", dtypes.bfloat16: "c10::BFloat16", dtypes.float32: "float",
    dtypes.float64: "double", dtypes.complex64: "c10::complex<float>", dtypes.complex128: "c10::complex<double>",
    dtypes.bool_: "bool",
}  # fmt: skip
"""The names of C++ types, which PyTorch's messages about outputs print."""
