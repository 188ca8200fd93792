"""Asking: the answer to `why(t)` as a picture: one causal sentence, and ghosts of what would have been recorded."""

from __future__ import annotations

import types
import weakref
from collections.abc import Mapping
from typing import Any

from minitorch_widgets import features
from minitorch_widgets.causes.cause import Finding, finding, is_freed
from minitorch_widgets.causes.ghosts import Ghosts
from minitorch_widgets.causes.lineage import Lineage
from minitorch_widgets.causes.origins import CUTS, Origin
from minitorch_widgets.facts.graph import node_name, sequence
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import is_tensor
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.recording.source import Script
from minitorch_widgets.session.caller import reference
from minitorch_widgets.session.inspector import Inspector

MOST_AROUND = 24
VIEWS = ("why", "graph", "lanes", "pane", "chain")
NO_GRAD_FN = "element 0 of tensors does not require grad and does not have a grad_fn"
NO_SCALAR = "grad can be implicitly created only for scalar outputs"
SECOND_TIME = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)


def answer(
    tensor: Any, name: str, namespace: Mapping[str, object], script: Script, picture: Mapping[str, Any]
) -> dict[str, Any]:
    """The finding as it travels, with its ghosts placed in this picture."""
    lineage = Lineage(namespace, script)
    found = finding(tensor, name, lineage)
    return {
        "name": name,
        "asked": found.asked,
        "cause": found.cause,
        "sentence": found.sentence,
        "way_out": found.way_out,
        "line": found.line,
        "known": found.known,
        "refusal": _refusal(tensor),
        **_ghosts(found, picture, lineage),
    }


def _refusal(tensor: Any) -> str:
    """What backward() from here would raise, in PyTorch's words; "" for a leaf, and where nothing stands against it."""
    if not tensor.requires_grad:
        return f"RuntimeError: {NO_GRAD_FN}"
    if tensor.grad_fn is None:
        return ""
    if tensor.numel() != 1:
        return f"RuntimeError: {NO_SCALAR}"
    return f"RuntimeError: {SECOND_TIME}" if is_freed(tensor.grad_fn) else ""


def _ghosts(found: Finding, picture: Mapping[str, Any], lineage: Lineage) -> dict[str, Any]:
    """The way that was cut, step by step, and ghosts of it down to what has a history; of a result without, of all."""
    if not found.path:
        return {"steps": [], "ghosts": None}
    ids = {name: each["id"] for each in picture["tensors"] for name in each["names"]}
    real = _real(found.path[0], picture)
    ghosts = Ghosts(picture, real)
    on_path = {id(each) for each in found.path}
    everything = found.cause == "never asked"
    todo = [found.path[0]]
    for origin in todo:  # grows while it is read
        here = ghosts.add(origin, ids.get(lineage.names.get(id(origin.value), "")))
        for each in origin.inputs:
            is_there = id(origin) in real and origin.recorded | (each.recorded and id(each) not in on_path)
            if id(each) not in on_path and (is_there or not (everything or each.leads_back)):
                continue
            if not origin.known and each.recorded and id(each) not in on_path and _stands(each, picture, lineage):
                continue  # what was cut inside is not told, and this got through
            there = ghosts.add(each, ids.get(lineage.names.get(id(each.value), "")))
            drawn = id(origin) in real and id(each) in real
            if here is not None and there is not None and not drawn:
                ghosts.link(here, there, origin.cut if each.carries else "")
            if id(each) not in {id(one) for one in todo} and (not each.recorded or id(each) in on_path):
                todo.append(each)
    steps = [_stop(origin, ghosts.box_of(origin)) for origin in reversed(found.path)]
    return {"steps": steps, "ghosts": ghosts.placed()}


def _stands(origin: Origin, picture: Mapping[str, Any], lineage: Lineage) -> bool:
    """Whether a leaf is in the graph of the picture."""
    name = lineage.names.get(id(origin.value), "")
    ids = [each["id"] for each in picture["tensors"] if name in each["names"]]
    return any(node["tensor"] in ids for node in picture["nodes"])


def _ends(found: Finding) -> list[Origin]:
    """The way, and what else its steps cut off."""
    beside = [each for step in found.path if step.cut and step.known for each in step.inputs if each.recorded]
    return [*found.path, *beside]


def _stop(origin: Origin, box: str | None) -> dict[str, Any]:
    """A step of the way; the cut is just before it."""
    tool, words = CUTS.get(origin.cut, ("", ""))
    return {
        "label": origin.label, "name": origin.name, "box": box, "cut": origin.cut, "tool": tool, "words": words,
        "line": origin.line,
    }  # fmt: skip


def _real(origin: Origin, picture: Mapping[str, Any]) -> dict[int, str]:
    """The nodes of the picture that stand for the steps of a recorded result, as far as source and graph agree."""
    nodes = {(node["sequence"], node["name"]): node["id"] for node in picture["nodes"] if node["kind"] == "op"}
    found: dict[int, str] = {}
    if not is_tensor(origin.value) or origin.value.grad_fn is None:
        return found
    todo = [(origin, origin.value.grad_fn)]
    for step, function in todo:  # grows while it is read
        number = nodes.get((sequence(function), node_name(function)))
        if number is None or id(step) in found:
            continue
        found[id(step)] = number
        behind = function.next_functions
        for each, (next_function, _) in zip(step.inputs, behind, strict=False):
            own = each.value.grad_fn if is_tensor(each.value) else None
            follow = own if own is not None else next_function
            if follow is not None and each.inputs and not each.cut:
                todo.append((each, follow))
    return found


_asked: weakref.WeakKeyDictionary[Memory, tuple[Any, str, Script]] = weakref.WeakKeyDictionary()


@features.part("why")
def _part(taken: features.Taken) -> dict[str, Any] | None:
    """The answer to the question that a picture was made for."""
    asked = _asked.get(taken.memory)
    tensor = asked[0]() if asked is not None else None
    if asked is None or tensor is None:
        return None
    return answer(tensor, asked[1], taken.namespace, asked[2], {"tensors": taken.tensors, "nodes": taken.nodes})


@features.answers("why")
def _answer(inspector: Inspector, message: dict[str, Any]) -> dict[str, Any]:
    """A view asks about a tensor of the picture."""
    picture = (inspector.message or {})["snapshot"]
    wanted = next((each for each in picture["tensors"] if each["id"] == message.get("tensor") and each["names"]), None)
    namespace = inspector.namespace()
    named = {each.name: each.value for each in find(namespace, [])}
    if wanted is None or wanted["names"][0] not in named:
        raise LookupError("That tensor has no name any more: ask about one that has.")
    name = wanted["names"][0]
    return answer(named[name], name, namespace, Script(), picture)


def inspector_for_why(tensor: Any, frame: Any) -> Inspector:
    """An inspector of the graph around a question."""
    namespace = {**frame.f_globals, **frame.f_locals}
    named = {each.name: each.value for each in find(namespace, [])}
    name = next((name for name, value in named.items() if value is tensor), "output")
    named[name] = tensor
    helpers = {key: value for key, value in namespace.items() if isinstance(value, (types.ModuleType, type))}
    models = {key: value for key, value in namespace.items() if hasattr(type(value), "named_parameters")}
    script = Script(frame)
    references = {key: reference(value) for key, value in (named | models).items()}

    def current() -> dict[str, object]:
        held = {key: value for key, kept in references.items() if (value := kept()) is not None}
        return {**helpers, **held}

    found = finding(tensor, name, Lineage(current(), script))
    around = [tensor, *[each.value for each in _ends(found) if is_tensor(each.value)][:MOST_AROUND], *found.beside]
    chosen = [reference(each) for each in around]
    inspector = Inspector(
        current, focus=lambda: [value for kept in chosen if (value := kept()) is not None], views=VIEWS
    )
    _asked[inspector.memory] = (reference(tensor), name, script)
    inspector.refresh(f"why({name})")
    return inspector



@features.draws("why")
def _drawn(told: dict[str, Any], width: float) -> features.Drawn:
    """The sentence over the graph; the ghosts are in it."""
    from minitorch_widgets.drawing.svg import escape, lines_of

    texts = [("head", each) for each in lines_of(told["sentence"], width)]
    texts += [("", each) for each in lines_of(told["way_out"], width)] if told["way_out"] else []
    if told["refusal"]:
        texts += [("bad", each) for each in lines_of(f"backward() from here: {told['refusal']}", width)]
    parts = [
        f'<text class="{cls}" x="0" y="{14 + 19 * row}">{escape(text)}</text>' for row, (cls, text) in enumerate(texts)
    ]
    return features.Drawn(parts, max(len(text) for _, text in texts) * 8.0, 19.0 * len(texts) + 6)
