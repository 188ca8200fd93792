"""Telling: one sentence for each thing that happened in a trace, from what was heard and from its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minitorch_widgets.tracing.tracer import Moment
from minitorch_widgets.words import count, join, shape_text, value_text

Picture = Mapping[str, Any]

COPYING = frozenset({"clone", "contiguous", "copy", "copied_view", "cpu", "cuda", "flatten", "ravel", "reshape", "to"})
CUTS = {
    "detach": "its history stays behind: no gradient comes back this way",
    "data": "its history stays behind, and so does the count of writes",
}


def told(moment: Moment, picture: Picture, before: Picture) -> dict[str, Any]:
    """A moment as it travels."""
    call, facts = moment.call, moment.facts
    known = {each["id"]: each for each in (*before["tensors"], *picture["tensors"])}
    new = {each["id"] for each in picture["nodes"]} - {each["id"] for each in before["nodes"]}
    for id, name in facts.get("given", {}).items():
        if id in known and known[id]["label"] != name:  # the name is still another tensor's at this moment
            known[id] = {**known[id], "label": f"a new {name}"}
    return {
        "level": moment.level,
        "op": moment.op if moment.level == "node" else moment.word,
        "expression": call.expression if call else "",
        "line": call.line if call else facts.get("line"),
        "inputs": [id for id in moment.inputs if id in known],  # the 2 of x * 2 is a tensor for a moment
        "outputs": moment.outputs,
        "shares": moment.shares,
        "writes": [{"tensor": id, "before": was, "after": now} for id, (was, now) in moment.writes.items()],
        "node": facts.get("node"),
        "recorded": sorted(new) if moment.level == "op" else [],
        "drawn": moment.drawn,
        "sentence": _sentence(moment, known, picture, before),
    }


def _sentence(moment: Moment, known: Picture, picture: Picture, before: Picture) -> str:
    match moment.level:
        case "start":
            return "Before the first operation."
        case "raised":
            return f"Then it raised {moment.facts['error']}."
        case "node":
            return _node_sentence(moment, known)
        case "backward":
            return _backward_sentence(moment, picture, before)
    parts = [*_effects(moment, known, picture), _recorded(moment, picture, before)]
    return f"{_head(moment)}{'; '.join(filter(None, parts))}."


def _head(moment: Moment) -> str:
    """What the student typed. The place that an assignment writes to is told with what is written."""
    call = moment.call
    if call is None:
        return ""
    line = call.line["line"] if call.line else ""
    assigned = moment.writes and moment.word == "index" and line.startswith(call.expression)
    text = line if assigned else call.expression
    return f"{text}: " if text else ""


def _effects(moment: Moment, known: Picture, picture: Picture) -> list[str]:
    if moment.facts.get("made"):
        made = [id for id in moment.outputs if id in known and known[id]["names"]]
        names = join([_named(id, known) for id in made[:6]]) or "a tensor"
        return [f"makes {names}, in new memory{_storage(made, picture)}"]
    said = [_write(id, *versions, moment, known, picture) for id, versions in moment.writes.items()]
    for id in moment.outputs:
        if id in moment.writes:
            continue
        tensor = known.get(id)
        shape = f", {shape_text(tensor['shape'])}" if tensor else ""
        if id in moment.same:
            said.append(f"gives {_called(id, known)} itself back, and does nothing")
        elif moment.writes:
            continue
        elif id in moment.shares:
            said.append(_look(id, moment, known, shape))
        else:
            said.append(_fresh(id, moment, known, shape, picture))
    return said


def _look(id: str, moment: Moment, known: Picture, shape: str) -> str:
    """A result that shares memory with what went in."""
    source = _called(moment.shares[id], known)
    what = "an array" if moment.facts.get("exported") else _called(id, known)
    text = f"{what}{shape} looks at the bytes of {source}, nothing is copied"
    if moment.facts.get("exported"):
        return f"{text}; what is written through it, no version counts"
    cut = CUTS.get(moment.facts.get("cut", ""), "")
    return f"{text}; {cut}" if cut else text


def _fresh(id: str, moment: Moment, known: Picture, shape: str, picture: Picture) -> str:
    """A result in memory of its own."""
    tensor = known.get(id)
    where = _storage([id], picture)
    if tensor and moment.inputs and moment.word in COPYING:
        size = 1
        for each in tensor["shape"]:
            size *= each
        source = known.get(moment.inputs[0])
        if moment.word == "reshape":
            why = ", since no strides over those bytes describe the new shape"
        elif source and source["dtype"] != tensor["dtype"]:
            why = f", from {source['dtype']} to {tensor['dtype']}"
        else:
            why = ""
        copied = count(size * tensor["itemsize"], "byte")
        if source and source["device"] != tensor["device"]:
            why += f", from {source['device']} to {tensor['device']}"
        return f"copies {copied} of {_called(moment.inputs[0], known)} into new memory{where}{why}"
    op = f"{moment.word} " if moment.word and moment.word != "tensor" else ""
    return f"{op}makes {_called(id, known)}{shape}, in new memory{where}"


def _write(id: str, was: int, now: int, moment: Moment, known: Picture, picture: Picture) -> str:
    tensor = next((each for each in picture["tensors"] if each["id"] == id), known.get(id))
    name = _called(id, known)
    version = f": version {was} becomes {now}" if now != was else ": no version counts it"
    text = f"writes into {name} in place{version}"
    if tensor is None or tensor["lane"] is None:
        return text
    own = {id, *moment.outputs}
    others = [each["label"] for each in picture["tensors"] if each["id"] not in own and _overlap(each, tensor)]
    return f"{text}, and {join(others[:4])} {'sees' if len(others) == 1 else 'see'} it too" if others else text


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one["lane"] is None or one["lane"] != other["lane"]:
        return False
    (start, end), (first, last) = _span(one), _span(other)
    return start < last and first < end


def _span(tensor: Mapping[str, Any]) -> tuple[int, int]:
    """Its first byte on the lane, and the one after its last."""
    if 0 in tensor["shape"]:
        return 0, 0
    reach = [step * (size - 1) for step, size in zip(tensor["stride"], tensor["shape"], strict=True)]
    low = tensor["offset"] + sum(each for each in reach if each < 0)
    high = tensor["offset"] + sum(each for each in reach if each > 0)
    return low * tensor["itemsize"], (high + 1) * tensor["itemsize"]


def _recorded(moment: Moment, picture: Picture, before: Picture) -> str:
    """What the graph got, or why it got nothing."""
    new = {each["id"] for each in picture["nodes"]} - {each["id"] for each in before["nodes"]}
    names = [each["name"] for each in picture["nodes"] if each["id"] in new and each["kind"] == "op"]
    if names:
        return f"{join(names[:4])}{' and more' if len(names) > 4 else ''} {'is' if len(names) == 1 else 'are'} recorded"
    tracked = {each["id"] for each in before["tensors"] if each["requires_grad"]}
    if tracked & set(moment.inputs) and moment.outputs and not moment.facts.get("cut"):
        results = [each for each in picture["tensors"] if each["id"] in moment.outputs]
        if results and not any(each["requires_grad"] for each in results):
            return "nothing is recorded"
    return ""


def _node_sentence(moment: Moment, known: Picture) -> str:
    facts = moment.facts
    if "leaf" in facts and moment.word == "grad":
        return f"Backward: the gradient of {_called(facts['leaf'], known)} is {_values(facts['incoming'])}."
    if "leaf" in facts:
        return f"Backward: {_called(facts['leaf'], known)}.grad takes up {_values(facts['incoming'])}."
    return f"Backward: {facts['name']} receives {_values(facts['incoming'])} and sends {_values(facts['outgoing'])}."


def _values(values: list[Any]) -> str:
    return join([value_text(each) for each in values if each is not None]) or "nothing"


def _backward_sentence(moment: Moment, picture: Picture, before: Picture) -> str:
    head = moment.call.expression if moment.call else "backward()"
    if moment.facts.get("error"):
        return f"{head}: failed with {moment.facts['error']}."
    old = {each["id"]: each["values"] for each in before["tensors"]}
    grads = [each for each in picture["tensors"] if each["kind"] == "grad" and each["values"]]
    grads = [each for each in grads if each["values"] != old.get(each["id"])]
    said = [f"{each['label']} is {value_text({**each, **each['values']})}" for each in grads[:4]]
    freed = sum(saved["state"] == "freed" for node in picture["nodes"] for saved in node["saved"])
    text = f"{head}: {count(moment.facts['nodes'], 'node')} ran"
    text += f"; {join(said)}" if said else ""
    named = {each["id"]: each["names"] for each in picture["tensors"]}
    given = [name for id in moment.outputs for name in named.get(id, ())[:1]]
    text += f"; {join(given[:4])} hold the gradients, and no .grad is touched" if given else ""
    return f"{text}; what the graph had saved is freed." if freed else f"{text}."


def _called(id: str, known: Picture) -> str:
    tensor = known.get(id)
    return str(tensor["label"]) if tensor else "a result without a name"


def _named(id: str, known: Picture) -> str:
    return f"{_called(id, known)} {shape_text(known[id]['shape'])}"


def _storage(ids: list[str], picture: Picture) -> str:
    lanes = {each["id"]: each["letter"] for each in picture["lanes"]}
    found = [lanes[each["lane"]] for each in picture["tensors"] if each["id"] in ids and each["lane"] in lanes]
    return f" (storage {join(sorted(set(found))[:4])})" if found else ""
