"""Road: the way from any tensor to a NumPy array, with a gate for each of PyTorch's conditions.

Each gate knows the exact error that `.numpy()` raises where it is shut, and the call that opens it. PyTorch asks in its
own order (layout, device, history, conjugate, minus sign, dtype), and one error hides the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import dtype_name, is_tensor
from minitorch_widgets.session.inspector import Inspector

NUMPY_DTYPES = frozenset(
    {"float16", "float32", "float64", "complex64", "complex128", "bool", "uint8", "uint16", "uint32", "uint64", "int8",
     "int16", "int32", "int64"}
)  # fmt: skip
SCALAR_NAMES = {
    "bfloat16": "BFloat16", "complex32": "ComplexHalf", "quint8": "QUInt8", "qint8": "QInt8", "qint32": "QInt32",
    "quint4x2": "QUInt4x2", "quint2x4": "QUInt2x4",
}  # fmt: skip
LAYOUT_NAMES = {
    "sparse_coo": "Sparse", "sparse_csr": "SparseCsr", "sparse_csc": "SparseCsc", "sparse_bsr": "SparseBsr",
    "sparse_bsc": "SparseBsc", "_mkldnn": "Mkldnn", "jagged": "Jagged",
}  # fmt: skip


EVERYDAY = (2, 3)
"""The ranks of the gates that are shown even where they are open: the device's and the history's."""


class Gate(NamedTuple):
    """One condition: the call that meets it, the error where it is not met, and what the call does."""

    call: str  # "" for a gate that nothing opens
    asks: str
    error: str  # "" where the gate is open anyway
    does: str
    copies: bool
    rank: int  # PyTorch's order of asking
    also: tuple[str, ...] = ()  # calls of other gates that open this one on their way


def gates(tensor: Any) -> list[Gate]:
    """The gates before this tensor, in the order in which one writes the calls."""
    found = [each(tensor) for each in (_history, _layout, _device, _conjugate, _minus, _dtype)]
    copying = tuple(each.call for each in found if each.error and each.call in ("cpu()", "float()", "cfloat()"))
    return [each._replace(also=copying) if each.error and each.rank in (4, 5) else each for each in found]


def needed(found: list[Gate]) -> list[Gate]:
    """The gates whose calls are needed: a copy to another device or dtype settles the flags on its way."""
    return [each for each in found if each.error and not each.also]


def _history(tensor: Any) -> Gate:
    shut = bool(tensor.requires_grad) and _recording(tensor)
    text = "RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
    does = "the same bytes, without history: what NumPy computes from them will have no gradient"
    if not shut:
        off = "not needed while grad mode is off, as it is now"
        does = off if tensor.requires_grad else "there is no history to lose"
    return Gate("detach()", "no history?", text if shut else "", does, False, 3)


def _layout(tensor: Any) -> Gate:
    layout = str(tensor.layout).rpartition(".")[2]
    name = LAYOUT_NAMES.get(layout, layout)
    text = f"TypeError: can't convert {name} layout tensor to numpy. Use Tensor.to_dense() first."
    if getattr(tensor, "is_nested", False) and layout == "strided":
        text = "RuntimeError: Internal error: NestedTensorImpl doesn't support sizes. Please file an issue."
        return Gate("", "a dense grid?", text, "its rows differ in length: take them one by one, x.unbind()", True, 1)
    shut = layout != "strided"
    return Gate("to_dense()", "a dense grid?", text if shut else "", "writes out all the zeros", shut, 1)


def _device(tensor: Any) -> Gate:
    device = str(tensor.device)
    text = (
        f"TypeError: can't convert {device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
        "memory first."
    )
    if device == "meta":
        then = "NotImplementedError: Cannot copy out of meta tensor; no data!"
        does = f"it has a shape and no numbers: cpu() raises {then}"
        return Gate("", "on the host?", text, does, True, 2)
    shut = device != "cpu"
    does = f"waits for {device} and copies the bytes to the host" if shut else "is there already: nothing is copied"
    return Gate("cpu()", "on the host?", text if shut else "", does, shut, 2)


def _conjugate(tensor: Any) -> Gate:
    shut = _flag(tensor, "is_conj")
    text = (
        "RuntimeError: Can't call numpy() on Tensor that has conjugate bit set. Use tensor.resolve_conj().numpy() "
        "instead."
    )
    does = "conj() has only set a flag: this computes the numbers"
    return Gate("resolve_conj()", "no conj flag?", text if shut else "", does, shut, 4)


def _minus(tensor: Any) -> Gate:
    shut = _flag(tensor, "is_neg")
    text = (
        "RuntimeError: Can't call numpy() on Tensor that has negative bit set. Use tensor.resolve_neg().numpy() "
        "instead."
    )
    return Gate("resolve_neg()", "no minus flag?", text if shut else "", "the minus sign was only a flag", shut, 5)


def _dtype(tensor: Any) -> Gate:
    name = dtype_name(tensor.dtype)
    if name in NUMPY_DTYPES:
        return Gate("float()", "a NumPy dtype?", "", "", False, 6)
    scalar = SCALAR_NAMES.get(name) or name.replace("uint", "UInt").capitalize().replace("Uint", "UInt")
    text = f"TypeError: Got unsupported ScalarType {scalar}"
    if name.startswith(("q", "quint")):
        return Gate("dequantize()", "a NumPy dtype?", text, "the numbers that the codes stand for", True, 6)
    if name.startswith(("bfloat", "float8")):
        return Gate("float()", "a NumPy dtype?", text, f"each {name} fits into a float32", True, 6)
    if name == "complex32":
        return Gate("cfloat()", "a NumPy dtype?", text, "each complex32 fits into a complex64", True, 6)
    return Gate("", "a NumPy dtype?", text, "NumPy has no dtype for it, and there is no wider one", True, 6)


def _recording(tensor: Any) -> bool:
    """Whether grad mode is on, in the engine of this tensor."""
    import sys

    for kind in type(tensor).__mro__:
        engine = sys.modules.get(kind.__module__.partition(".")[0])
        asked = getattr(engine, "is_grad_enabled", None)
        if asked is not None:
            return bool(asked())
    return True


def _flag(tensor: Any, name: str) -> bool:
    asked = getattr(type(tensor), name, None)
    return bool(asked(tensor)) if callable(asked) else False


# As it travels ------------------------------------------------------------------------------------------------------


def road(tensor: Any, name: str) -> dict[str, Any]:
    """The road of a tensor: its gates, what x.numpy() raises now, and the shortest expression that works."""
    if not is_tensor(tensor):
        raise TypeError(f"road_to_numpy() takes a tensor, not {type(tensor).__name__}")
    all_gates = gates(tensor)
    shut = [each for each in all_gates if each.error]
    first = min(shut, key=lambda each: each.rank, default=None)
    closed = any(not each.call for each in shut)
    calls = needed(all_gates)
    expression = None if closed else "".join([name, *(f".{each.call}" for each in calls), ".numpy()"])
    forced = bool(shut) and all(each.rank in (2, 3, 4, 5) and each.call for each in shut)
    told = {
        "name": name,
        "shape": [] if closed and getattr(tensor, "is_nested", False) else [int(size) for size in tensor.shape],
        "dtype": dtype_name(tensor.dtype),
        "device": str(tensor.device),
        "simulated": _simulated(tensor),
        "gates": [
            {**each._asdict(), "shut": bool(each.error)} for each in all_gates if each.error or each.rank in EVERYDAY
        ],
        "error": first.error if first else "",
        "expression": expression,
        "force": f"{name}.numpy(force=True)" if forced else "",
        "shares": None if closed else not any(each.copies for each in calls),
    }
    return {**told, "sentence": sentence(told)}


def _simulated(tensor: Any) -> bool:
    try:
        return bool(getattr(getattr(tensor.untyped_storage(), "backend", None), "simulated", False))
    except (RuntimeError, NotImplementedError):
        return False  # no storage to ask


def sentence(told: dict[str, Any]) -> str:
    """The road as one would say it."""
    name = told["name"]
    if told["expression"] is None:
        shut = next(gate for gate in told["gates"] if gate["shut"] and not gate["call"])
        return f"No road leads from {name} to NumPy: {shut['does']}. {name}.numpy() raises {told['error']}"
    end = f"The array shares the memory of {name}: a write into one is seen in the other."
    if not told["shares"]:
        end = f"The array is a copy: what is written into it does not reach {name}."
    if not told["error"]:
        return f"{told['expression']} works as it stands. {end}"
    return f"{name}.numpy() raises {told['error']} The shortest way is {told['expression']}. {end}"


def parts_of(tensor: Any) -> Callable[[dict[int, str]], dict[str, Callable[[], Any]]]:
    """The part of a picture that is about this tensor; it is asked anew at every look, and gone with the tensor."""
    from minitorch_widgets.session.caller import reference

    held = reference(tensor)

    def parts(names: dict[int, str]) -> dict[str, Callable[[], Any]]:
        name = names[id(tensor)]
        return {"road": lambda: None if held() is None else road(held(), name)}

    return parts


@features.answers("road")
def _answer(inspector: Inspector, message: dict[str, Any]) -> dict[str, Any]:
    """A view asks for the road of a tensor of the picture."""
    picture = (inspector.message or {})["snapshot"]
    wanted = next((each for each in picture["tensors"] if each["id"] == message.get("tensor") and each["names"]), None)
    named = {each.name: each.value for each in find(inspector.namespace(), [])}
    if wanted is None or wanted["names"][0] not in named:
        raise LookupError("That tensor has no name any more: ask about one that has.")
    return road(named[wanted["names"][0]], wanted["names"][0])


# The static twin ----------------------------------------------------------------------------------------------------

GATE_WIDTH = 132.0
GATE_HEIGHT = 64.0
GATE_GAP = 18.0
IN_A_ROW = 6


@features.draws("road")
def _drawn(told: dict[str, Any], width: float) -> features.Drawn:
    from minitorch_widgets.drawing.svg import escape, lines_of

    parts: list[str] = []
    x, y = 0.0, 4.0
    for gate in told["gates"]:
        state = "shut" if gate["shut"] and gate["call"] else "closed" if gate["shut"] else "open"
        state = "passed" if gate["also"] else state
        fine = state in ("open", "passed")
        cls, text = ("good", "goodtext") if fine else ("pill", "bad")
        sign = {"shut": "✕ needed", "closed": "✕ no way", "open": "✓ open", "passed": "✓ on the way"}[state]
        parts += [
            f'<rect class="{cls}" x="{x:g}" y="{y:g}" width="{GATE_WIDTH:g}" height="{GATE_HEIGHT:g}" rx="6"/>',
            f'<text x="{x + 10:g}" y="{y + 20:g}">{escape(gate["call"] or "—")}</text>',
            f'<text class="dim" x="{x + 10:g}" y="{y + 37:g}">{escape(gate["asks"])}</text>',
            f'<text class="{text}" x="{x + 10:g}" y="{y + 55:g}" style="font-size:11px">{sign}</text>',
        ]
        x += GATE_WIDTH + GATE_GAP
        parts.append(f'<text class="dim" x="{x - GATE_GAP + 4:g}" y="{y + 37:g}">→</text>')
    parts.append(f'<text class="head" x="{x + 6:g}" y="{y + 37:g}">numpy()</text>')
    wide = x + 80
    y += GATE_HEIGHT + 26
    texts = [("head", each) for each in lines_of(told["expression"] or "no way leads there", wide)]
    texts += [("", each) for each in lines_of(told["sentence"], wide)]
    texts += [("dim", f"the same in one call: {told['force']}")] if told["force"] else []
    for cls, each in texts:
        parts.append(f'<text class="{cls}" x="0" y="{y:g}">{escape(each)}</text>')
        y += 19
    return features.Drawn(parts, wide, y)
