"""Words: the sentences. What the picture shows is also said, for a screen reader and wherever no picture can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minitorch_widgets.facts.lanes import by_device

LETTER_WIDTH = 7.8  # of a box's first line, px
SMALL_LETTER_WIDTH = 6.7  # of its second line


def shape_text(shape: Sequence[int]) -> str:
    """As Python prints a shape: (3,), (2, 3), and () for a scalar."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def second_line(
    node: Mapping[str, Any], names: Mapping[str, Sequence[str]], shapes: Mapping[str, Sequence[int]]
) -> str:
    """What stands under a box's label: the names and the shape of its results, or its own name; a leaf's shape."""
    ids = [node["tensor"]] if node["tensor"] else [id for id in node["outputs"] if id in names]
    if not ids or ids[0] not in shapes:
        return "leaf" if node["kind"] == "leaf" else str(node["name"])
    shape = shape_text(shapes[ids[0]])
    if node["tensor"]:
        return shape
    return f"{', '.join(name for id in ids for name in names[id][:1])} {shape}"


def box_width(
    node: Mapping[str, Any], names: Mapping[str, Sequence[str]], shapes: Mapping[str, Sequence[int]]
) -> float:
    """Wide enough for both lines."""
    first = LETTER_WIDTH * len(node["label"])
    second = SMALL_LETTER_WIDTH * len(second_line(node, names, shapes))
    return round(min(max(72.0, 20 + first, 20 + second), 240.0), 1)


def number_text(value: Any) -> str:
    """A number as short as it can be told: 2, 0.3333, 1.2e-05, nan."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:.4g}"


def value_text(value: Any) -> str:
    """A value in a sentence: 2, [1, 2], or what shape it has and between what it lies."""
    if value is None:
        return "no gradient"
    shape, data = value["shape"], value["data"]
    if not shape and data:
        return number_text(data[0])
    if len(shape) == 1 and 0 < len(data) <= 6 and not value["truncated"]:
        return f"[{', '.join(map(number_text, data))}]"
    if len(shape) == 2 and 0 < len(data) <= 9 and not value["truncated"]:
        rows = (", ".join(map(number_text, row)) for row in rows_of(value))
        return "[" + ", ".join(f"[{row}]" for row in rows) + "]"
    if value.get("min") is None:
        return f"a {shape_text(shape)} tensor"
    low, high = number_text(value["min"]), number_text(value["max"])
    return f"a {shape_text(shape)} tensor " + (f"of {low}" if low == high else f"from {low} to {high}")


def rows_of(value: Any) -> list[list[Any]]:
    """A matrix's values row by row."""
    rows, columns = value["shape"]
    return [value["data"][i * columns : (i + 1) * columns] for i in range(rows)]


def join(parts: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def count(number: int, noun: str) -> str:
    """'1 node', '2 nodes'."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def with_parts(parts: Mapping[str, Any], text: str) -> str:
    """A text behind what the parts of a picture say of themselves."""
    said = [told["sentence"] for told in parts.values() if isinstance(told, dict) and "sentence" in told]
    return " ".join(filter(None, [*said, text]))


def describe(picture: Mapping[str, Any]) -> str:
    """The whole picture in words."""
    tensors = {each["id"]: each for each in picture["tensors"]}
    named = [each for each in picture["tensors"] if each["kind"] in ("tensor", "ndarray")]
    title = picture["title"]
    sentences = [f"{'A' + title[1:] if title.startswith('after') else title}:" if title else ""]
    sentences.append(with_parts(picture["parts"], ""))
    if not named:
        sentences.append("There are no tensors and no arrays yet.")
    else:
        arrays = sum(each["kind"] == "ndarray" for each in named)
        parts = [count(len(named) - arrays, "tensor")] if len(named) > arrays else []
        parts += [count(arrays, "NumPy array")] if arrays else []
        sentences.append(f"{join(parts)}.")
        devices = _devices(picture)
        sentences.append(_device_sentence(devices))
        sentences += [_tensor_sentence(each, bool(devices)) for each in named[:12]]
        if len(named) > 12:
            sentences.append(f"And {len(named) - 12} more.")
    sentences += _graph_sentences(picture, tensors)
    sentences += _lane_sentences(picture, tensors)
    sentences += _copy_sentences(picture)
    sentences += [f"Left out: {each}." for each in picture["omitted"]]
    return " ".join(filter(None, sentences))


def _devices(picture: Mapping[str, Any]) -> dict[str, str]:
    """Each device and how it is said, where there is one besides the CPU; else nothing, as nothing is to be told."""
    found = {each["device"]: device_text(each) for each in [*picture["lanes"], *picture["tensors"]]}
    return {} if set(found) <= {"cpu"} else {device: found[device] for device in sorted(found, key=by_device)}


def device_text(there: Mapping[str, Any]) -> str:
    """cpu, cuda:0, or cuda:0 (simulated)."""
    return f"{there['device']} (simulated)" if there.get("simulated") else there["device"]


def device_title(there: Mapping[str, Any]) -> str:
    """A device as the heading over its storages."""
    if there["device"] == "cpu":
        return "cpu: the host's memory"
    return f"{there['device']}: a simulated GPU" if there.get("simulated") else str(there["device"])


def _device_sentence(devices: Mapping[str, str]) -> str:
    if not devices:
        return ""
    return f"They live on {join(list(devices.values()))}: memories apart, with copies as the only way between them."


def _tensor_sentence(tensor: Mapping[str, Any], placed: bool) -> str:
    name = join(tensor["names"])
    what = "array" if tensor["kind"] == "ndarray" else "tensor"
    text = f"{name} is a {shape_text(tensor['shape'])} {what} of {tensor['dtype']}"
    if placed:
        text += f" on {tensor['device']}"
    if tensor["requires_grad"]:
        text += ", a leaf that requires grad" if tensor["is_leaf"] else ", computed with a record of how"
    if tensor["version"]:
        text += f", written in place {count(tensor['version'], 'time')}"
    return text + "."


def _graph_sentences(picture: Mapping[str, Any], tensors: Mapping[str, Any]) -> list[str]:
    nodes = picture["nodes"]
    if not nodes:
        return ["No backward graph."]
    by_id = {node["id"]: node for node in nodes}
    operations = [node for node in nodes if node["kind"] == "op"]
    leaves = [node["label"] for node in nodes if node["kind"] == "leaf"]
    text = f"The backward graph has {count(len(operations), 'operation')}"
    if leaves:
        text += f" and ends at {join(leaves[:8])}" + (f" and {len(leaves) - 8} other leaves" if len(leaves) > 8 else "")
    sentences = [text + "."]
    for node in [node for node in operations if node["outputs"]][-8:]:
        into = join([tensors[id]["label"] for id in node["outputs"]])
        inputs = [edge["to"] for edge in picture["edges"] if edge["from"] == node["id"]]
        labels = [_called(by_id[each], tensors) for each in inputs]
        sentences.append(f"{into} comes from {node['label']}" + (f" of {join(labels)}." if labels else "."))
    for state, saying in (("stale", "changed in place since it was saved"), ("freed", "already freed")):
        found = [(node["name"], each["name"]) for node in nodes for each in node["saved"] if each["state"] == state]
        if found:
            where = join([f"{name} of {node}" for node, name in found[:4]])
            more = f" and {len(found) - 4} more" if len(found) > 4 else ""
            sentences.append(f"Saved tensors {saying}: {where}{more}.")
    return sentences


def _called(node: Mapping[str, Any], tensors: Mapping[str, Any]) -> str:
    """A node by the name of its result, or else by its label."""
    names = [tensors[id]["names"][0] for id in node["outputs"] if tensors[id]["names"]]
    return names[0] if names else node["label"]


def _lane_sentences(picture: Mapping[str, Any], tensors: Mapping[str, Any]) -> list[str]:
    sentences = []
    looking: dict[str, list[str]] = {}
    for each in tensors.values():
        looking.setdefault(each["lane"], []).append(each["label"])
    for lane in picture["lanes"]:
        names = looking.get(lane["id"], [])
        if len(names) > 1:
            more = f" and {len(names) - 6} others" if len(names) > 6 else ""
            sentences.append(
                f"{join(names[:6]) if not more else ', '.join(names[:6])}{more} share storage {lane['letter']} "
                f"({count(lane['bytes'], 'byte')} on {lane['device']})."
            )
    return sentences


MOST_COPIES = 12


def copy_text(copy: Mapping[str, Any], letters: Mapping[str, str]) -> str:
    """One copy as one would say it: what, from where, to where."""
    there, here = copy["direction"]
    source = f"storage {letters[copy['from']]}" if copy["from"] in letters else "a storage that no name holds"
    result = f"storage {letters[copy['to']]}"
    return f"{count(copy['bytes'], 'byte')} from {source} on {there} to {result} on {here}"


def _copy_sentences(picture: Mapping[str, Any]) -> list[str]:
    copies = picture.get("copies", [])
    letters = {lane["id"]: lane["letter"] for lane in picture["lanes"]}
    sentences = []
    for copy in copies[-MOST_COPIES:]:
        line = copy["source"]
        by = f" by {line['line']} ({line['where']})" if line and line["line"] else ""
        sentences.append(f"Copied: {copy_text(copy, letters)}{by}.")
    if len(copies) > MOST_COPIES:
        sentences.insert(0, f"{count(len(copies) - MOST_COPIES, 'earlier copy')} between devices, and then:")
    return sentences


# One step of a backward walk ------------------------------------------------------------------------------------


def step_sentence(step: Mapping[str, Any], total: int | None, called: Mapping[str, str]) -> str:
    """What one step does, as one would say it."""
    place = f"Step {step['index'] + 1}" + (f" of {total}" if total else "")
    if step["accumulated"] is not None:
        return f"{place}: {_accumulation(step, called)}"
    incoming = " and ".join(value_text(value) for value in step["incoming"])
    sums = [each for each in step.get("addends", ()) if each]
    number = len(sums[0]["parts"]) + sums[0]["more"] if sums else 0
    summed = f", the sum of the {number} gradients that were sent to it" if sums else ""
    sentences = [f"{place}: {step['name']} receives {incoming or 'nothing'}{summed}."]
    used = [f"{each['name']} = {value_text(each['value'])}" for each in step["saved"]]
    if used:
        sentences.append(f"It uses what it saved: {join(used)}.")
    for out in step["outgoing"]:
        if out["to"] is None:
            continue
        text = f"It sends {value_text(out['value'])} to {called.get(out['to'], 'the next node')}"
        text += _crossing(step["incoming"], out["value"])
        if out.get("spread"):
            dims = [str(dim) for dim in out["spread"]["dims"]]
            text += f", summed over dimension{'s' if len(dims) > 1 else ''} {join(dims)}: forward had spread it there"
        if out["expected"] > 1:
            text += f", where {out['arrived']} of {out['expected']} have now arrived"
            if out["arrived"] > 1 and out["sum"] is not None:
                text += f": together {value_text(out['sum'])}"
        sentences.append(text + ".")
    if not any(out["to"] for out in step["outgoing"]):
        sentences.append("Nothing behind it asks for a gradient.")
    return " ".join(sentences)


def _crossing(incoming: Sequence[Any], value: Any) -> str:
    """That a gradient was copied to another device on its way."""
    devices = [each.get("device", "cpu") for each in incoming if each is not None]
    if value is None or not devices or value.get("device", "cpu") in devices:
        return ""
    return f", copied from {devices[0]} to {value['device']}"


def _accumulation(step: Mapping[str, Any], called: Mapping[str, str]) -> str:
    told = step["accumulated"]
    name = called.get(step["node"], "leaf")
    owner = f"{name}.grad" if name.replace(".", "_").replace("[", "_").replace("]", "_").isidentifier() else "its .grad"
    if told["before"] is None:
        return f"AccumulateGrad of {name}: {owner} was None and becomes {value_text(told['after'])}."
    return (
        f"AccumulateGrad of {name}: {owner} was {value_text(told['before'])}; {value_text(told['added'])} is added, "
        f"which makes {value_text(told['after'])}."
    )


def walk_sentence(timeline: Mapping[str, Any] | None) -> str:
    """How far a walk has come, and the sentences of its steps."""
    if timeline is None:
        return ""
    if timeline["error"] and not timeline["steps"]:
        return f"Backward from {timeline['root_name']} failed: {timeline['error']['text']}"
    done = timeline["steps"][: timeline["position"]]
    sentences = [f"Backward from {timeline['root_name']}: {len(done)} of {count(len(timeline['order']), 'step')} done."]
    sentences += [step["sentence"] for step in done[:50] if step is not None]  # of a long walk not all are told
    if timeline["error"]:
        sentences.append(f"Then it failed: {timeline['error']['text']}")
    return " ".join(sentences)


def hint(error: BaseException) -> str:
    """Ways out of an error of the backward pass: what the engine noted, or what we know about the text."""
    noted = "\n".join(getattr(error, "__notes__", ()))
    if noted:
        return noted
    text = str(error)
    if "modified by an inplace operation" in text:
        return (
            "A tensor that backward needs was overwritten after it was saved. Write y = y * 2 instead of y *= 2, "
            "clone() before the in-place write, or do the write after backward()."
        )
    if "a second time" in text:
        return (
            "What this graph had saved was freed by the first backward(). Compute the loss again, or call the first "
            "backward() with retain_graph=True."
        )
    if "only for scalar" in text:
        return "Start from one number, such as loss.sum(), or say with which gradient to start: backward(gradient)."
    if "does not require grad" in text:
        return "Nothing that this was computed from has requires_grad=True, or it was computed under no_grad()."
    return ""


def error_sentence(error: Mapping[str, Any]) -> str:
    """What a cell raised, and where."""
    where = f" at {error['where']}" if error.get("where") else ""
    line = f" ({error['line']})" if error.get("line") else ""
    return f"The cell raised {error['text']}{where}{line}."
