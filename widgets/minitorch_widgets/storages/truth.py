"""Truth: the gradient that a node is going to compute from bytes that were overwritten, beside the finite difference.

Asked for by a view, and worked out from numbers alone: the card's formula on what is saved now, and the card's forward
on its inputs as they were. None of the student's code runs, no hook, no backward; nothing of theirs is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from minitorch_widgets import features
from minitorch_widgets.backward.passes import fitted
from minitorch_widgets.facts.graph import node_name, saved_tensors, walk
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import (
    Geometry,
    array_geometry,
    is_tensor,
    look,
    read_values,
    tensor_geometry,
)
from minitorch_widgets.facts.rules import card_of
from minitorch_widgets.storages.bombs import Past, book_of
from minitorch_widgets.storages.changes import Bytes, state_of
from minitorch_widgets.words import value_text

if TYPE_CHECKING:
    from minitorch_widgets.session.inspector import Inspector

MOST_ELEMENTS = 64  # of one input: each is moved twice
STEP = 1e-6


@features.answers("truth")
def truth(inspector: Inspector, message: Mapping[str, Any]) -> dict[str, Any]:
    """For one node: what its rule makes of a gradient of ones now, and what it ought to."""
    function = _node(inspector, str(message.get("node")))
    card = getattr(function, "card", None) or card_of(node_name(function))
    if card is None:
        raise LookupError(f"There is no card for {node_name(function)} here, so its forward can't be computed again.")
    if card.many is not None or card.listed or card.differentiable != 1:
        raise LookupError(f"{card.name} takes or gives several tensors at once: that is not worked out here.")
    now, then = _numbers(inspector, function, card)
    given = _arguments(function, card)
    rules = []
    for position, name in enumerate(card.inputs):
        following = function.next_functions
        if name not in card.formulas or position >= len(following) or following[position][0] is None:
            continue
        right = _difference(card, then, given, name)
        wrong = _by_formula(card, now, then, given, name)
        rules.append({"input": name, "wrong": _told(wrong), "right": _told(right), "same": _close(wrong, right)})
    if not rules:
        raise LookupError("Nobody asks this node for a gradient.")
    return {
        "rules": rules,
        "sentence": " ".join(_sentence(function, each) for each in rules),
        "how": "for a gradient of ones, from the numbers that the pictures recorded; none of your code was run again",
    }


def _sentence(function: Any, rule: Mapping[str, Any]) -> str:
    name = node_name(function)
    if rule["same"]:
        return f"{name}: the gradient for {rule['input']} does not depend on what was written."
    return (
        f"{name}: backward will make {value_text(rule['wrong'])} of a gradient of ones for {rule['input']}; the finite "
        f"difference is {value_text(rule['right'])}."
    )


def _node(inspector: Inspector, number: str) -> Any:
    """The node of this id, found again from the names: nothing holds it in between."""
    starts = [(name, value.grad_fn) for name, value in find(inspector.namespace(), []) if _has_history(value)]
    budget = inspector._budget.nodes if inspector._budget is not None else 1000
    for visit in walk(starts, budget, float("inf")).visits:
        if inspector.memory.of_node(visit.function, visit.expression) == number:
            return visit.function
    raise LookupError("That node is not there any more: run the cell again.")


def _has_history(value: Any) -> bool:
    return is_tensor(value) and value.grad_fn is not None


# The numbers ----------------------------------------------------------------------------------------------------

Numbers = dict[str, np.ndarray]


def _numbers(inspector: Inspector, function: Any, card: Any) -> tuple[Numbers, Numbers]:
    """The inputs, and a saved result: as their bytes are now, and as they were when the node was made."""
    now: Numbers = {}
    then: Numbers = {}
    for saved in saved_tensors(function):
        name = card.inputs[0] if saved.name == "self" else saved.name
        if saved.tensor is not None and name in (*card.inputs, *card.outputs):
            now[name] = _array(saved.tensor)
            then[name] = _before(inspector, saved.tensor, now[name])
    for position, name in enumerate(card.inputs):
        if name not in then:
            found = _input(inspector, function, position)
            if found is None:
                raise LookupError(f"The {name} of this node was not saved and no name holds it as it was.")
            then[name] = _array(found)
    return now, then


def _input(inspector: Inspector, function: Any, position: int) -> Any:
    """An input that was not saved: a leaf, or what a name still holds."""
    if position >= len(function.next_functions):
        return None
    there, output = function.next_functions[position]
    if there is None:
        return None
    leaf = getattr(there, "variable", None)
    if leaf is not None:
        return leaf if leaf._version == 0 else None
    for _, value in find(inspector.namespace(), []):
        if is_tensor(value) and value.grad_fn is there and getattr(value, "output_nr", 0) == output:
            return value if value._version == 0 else None
    return None


def _array(tensor: Any) -> np.ndarray:
    geometry = tensor_geometry(tensor)
    seen = look(geometry) if geometry.numel <= MOST_ELEMENTS else None
    if geometry.numel > MOST_ELEMENTS:
        raise LookupError(f"It has {geometry.numel} elements; finite differences are taken of {MOST_ELEMENTS} at most.")
    if seen is None or seen.dtype.kind != "f":
        raise LookupError("Its numbers can't be read from here.")
    return np.array(seen, np.float64)


def _before(inspector: Inspector, tensor: Any, now: np.ndarray) -> np.ndarray:
    """The elements as they were before the first write that no version counted; as they are where there was none."""
    state = state_of(inspector.memory)
    geometry = tensor_geometry(tensor)
    lane = _lane(state.last.lanes.values() if state.last is not None else (), geometry)
    if lane is None:
        return now
    past = [each for each in book_of(inspector.memory).past if not each.told["tracked"] and each.on(lane)]
    if not past:
        return now
    return _as_it_was(past[0], geometry)


def _lane(lanes: Any, geometry: Geometry) -> Bytes | None:
    return next((lane for lane in lanes if int(lane.address, 16) == geometry.start), None)


def _as_it_was(past: Past, geometry: Geometry) -> np.ndarray:
    cells = None if past.then is None or past.then.truncated else past.then.cells
    if not cells or past.then is None or past.then.itemsize != geometry.itemsize:
        raise LookupError(
            "What was there before the write is not recorded: it was saved and overwritten in one cell, or is long. "
            "Without it there is no finite difference."
        )
    first = (geometry.address - geometry.start) // geometry.itemsize
    places = np.full(geometry.shape, first)
    for axis, (size, stride) in enumerate(zip(geometry.shape, geometry.strides, strict=True)):
        shape = [1] * len(geometry.shape)
        shape[axis] = size
        places = places + np.arange(size).reshape(shape) * (stride // geometry.itemsize)
    return np.array([float(cell) for cell in cells])[places]


def _arguments(function: Any, card: Any) -> dict[str, Any]:
    """The settings of the op: as the node has them, or as they are when nobody says anything."""
    found = {}
    for parameter in card.parameters:
        if parameter.name not in card.arguments:
            continue
        for word in (parameter.name, f"_saved_{parameter.name}"):
            value = getattr(function, word, None)
            if value is not None:
                found[parameter.name] = value
                break
        else:
            if parameter.default is parameter.empty:
                raise LookupError(f"The {parameter.name} that {card.name} was called with is not on its node.")
    return found


# The two gradients ----------------------------------------------------------------------------------------------


def _forward(card: Any, inputs: Numbers, given: Mapping[str, Any]) -> np.ndarray:
    return np.asarray(card.forward(np, *(inputs[name] for name in card.inputs), **given))


def _difference(card: Any, inputs: Numbers, given: Mapping[str, Any], name: str) -> np.ndarray:
    """By central differences: each element a little up and a little down."""
    found = np.zeros_like(inputs[name])
    for at in np.ndindex(found.shape):
        totals = []
        for sign in (1, -1):
            moved = inputs[name].copy()
            moved[at] += sign * STEP
            totals.append(_forward(card, {**inputs, name: moved}, given).sum())
        found[at] = (totals[0] - totals[1]) / (2 * STEP)
    return found


def _by_formula(card: Any, now: Numbers, then: Numbers, given: Mapping[str, Any], name: str) -> np.ndarray:
    """The rule as backward will run it, on tensors of our own with the numbers that are there now."""
    import minitorch_edu

    result = _forward(card, then, given)
    known: dict[str, Any] = {
        each: minitorch_edu.tensor(array.tolist(), dtype=minitorch_edu.float64) for each, array in now.items()
    }
    known |= {f"{each}_shape": array.shape for each, array in then.items()}
    known |= dict(given)
    formula = card.formulas[name]
    missing = [each for each in formula.needs if each not in known]
    if missing:
        raise LookupError(f"The rule needs {missing[0]}, which is not on the node.")
    grad = minitorch_edu.ones(result.shape, dtype=minitorch_edu.float64)
    found = formula.function(grad, *(known[each] for each in formula.needs))
    return np.array(fitted(found, then[name].shape))


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, rtol=1e-4, atol=1e-6, equal_nan=True))


def _told(array: np.ndarray) -> dict[str, Any]:
    rounded = np.array([float(f"{each:.6g}") for each in array.reshape(-1)]).reshape(array.shape)
    values = read_values(array_geometry(rounded), MOST_ELEMENTS) or {}
    return {"shape": list(array.shape), "dtype": "float64", **values}
