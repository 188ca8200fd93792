"""Cause: why a `.grad` is None, or a grad_fn is not there: the one cause, as a sentence with its line.

What can be read off a tensor comes first (grad_fn, is_leaf, what backward has freed), then the engine's own word, then
the student's source. Where none of them says it, the answer says that. (Torch could be listened to through a
`TorchFunctionMode`. It would cost every operation some microseconds, for a question that is asked now and then.)
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple

from minitorch_widgets.causes.lineage import Lineage
from minitorch_widgets.causes.origins import CUTS, WAYS_OUT, Origin, cut_path
from minitorch_widgets.facts.graph import node_name, operation, saved_tensors
from minitorch_widgets.facts.reading import is_tensor, tensor_values
from minitorch_widgets.recording import ledger
from minitorch_widgets.recording.source import Act
from minitorch_widgets.words import join

MOST_NODES = 5000
MOST_READ = 300  # nodes whose saved tensors are asked for


class Finding(NamedTuple):
    """An answer: the cause as a word, as a sentence, and what to do."""

    cause: str
    sentence: str
    way_out: str = ""
    line: dict[str, Any] | None = None
    path: tuple[Origin, ...] = ()  # from a result to what it lost
    asked: str = "grad"  # or "grad_fn"
    known: bool = True
    beside: tuple[Any, ...] = ()  # results to show with it


def finding(tensor: Any, name: str, lineage: Lineage) -> Finding:
    """Why this tensor has no gradient, or no history."""
    grad = tensor.grad if tensor.is_leaf or getattr(tensor, "retains_grad", False) else None
    if grad is not None:
        return Finding("not None", f"{name}.grad is not None: {_of_gradient(grad)}.")
    if not tensor.requires_grad:
        return _without_history(tensor, name, lineage)
    if not tensor.is_leaf and not tensor.retains_grad:
        return _not_a_leaf(tensor, name, lineage)
    return _leaf(tensor, name, lineage)


def _of_gradient(grad: Any) -> str:
    """What is there instead of None. Nothing is copied from a device for it."""
    try:
        values = tensor_values(grad, 1) or {}
    except Exception:
        values = {}
    if values.get("min") == values.get("max") == 0:
        return "it is 0.0 everywhere, and a gradient of zero is a gradient"
    return "a backward pass has put a gradient there"


# A tensor without a history ---------------------------------------------------------------------------------------


def _without_history(tensor: Any, name: str, lineage: Lineage) -> Finding:
    origin = lineage.of(tensor, name)
    path = cut_path(origin)
    if path:
        return _cut(path, f"{name} has no grad_fn", asked="grad_fn")
    if _inference(tensor):
        return Finding(
            "inference_mode",
            f"{name} has no grad_fn because it was made in inference_mode(), which records nothing.",
            WAYS_OUT["inference_mode"],
            origin.line,
            (origin,),
            "grad_fn",
        )
    sources = [each for each in origin.walk() if not each.inputs and each.name not in ("", name)]
    if sources and not _frozen(name, lineage):
        of = join([each.name for each in sources[:4]])
        return Finding(
            "never asked",
            f"{name} has no grad_fn because nothing that it was computed from asks for a gradient: {of} "
            f"{'has' if len(sources) == 1 else 'have'} requires_grad=False.",
            f"Make {sources[0].name} with requires_grad=True, and compute again.",
            origin.line,
            (origin, sources[0]),
            "grad_fn",
        )
    return _never_asked(tensor, name, lineage, origin)


def _never_asked(tensor: Any, name: str, lineage: Lineage, origin: Origin) -> Finding:
    if not (tensor.is_floating_point() or tensor.is_complex()):
        kind = str(tensor.dtype).rpartition(".")[2]
        return Finding(
            "integer",
            f"{name}.grad is None because {name} is {kind}: only floating point and complex numbers have gradients.",
            f"Make it of floating point numbers: {name}.float().requires_grad_().",
            origin.line,
        )
    if frozen := _frozen(name, lineage):
        return Finding(
            "asked off",
            f"{name}.grad is None because requires_grad was set to False{_where(frozen[-1].place.told())}.",
            WAYS_OUT["asked off"],
            frozen[-1].place.told(),
        )
    return Finding(
        "never asked",
        f"{name}.grad is None because nobody asked for it: {name} is a leaf with requires_grad=False"
        f"{_where(origin.line)}.",
        f"Make it with requires_grad=True, or call {name}.requires_grad_() before computing from it.",
        origin.line,
    )


def _frozen(name: str, lineage: Lineage) -> list[Act]:
    """Where requires_grad was set to False: on this very name, on its module, or on each of its module's parameters."""

    def means(owner: str) -> bool:
        made = lineage.script.last(owner)
        source = ast.unparse(made.value) if made is not None else ""
        module = source.partition(".parameters()")[0] if ".parameters()" in source else owner
        return name == owner or name.startswith((f"{module}.", f"{module}["))

    return [act for act in lineage.script.of("frozen") if means(act.name)]


def _cut(path: list[Origin], claim: str, asked: str = "grad") -> Finding:
    """The cut that is nearest to what has a history tells the cause; detach() just before numpy() only serves it."""
    steps = [each for each in reversed(path[:-1]) if each.cut]
    if not steps:
        return Finding("unknown", f"{claim} because {CUTS['unknown'][0]} {CUTS['unknown'][1]}.", path=tuple(path))
    step = steps[0]
    if step.cut in ("detach", "data") and len(steps) > 1 and steps[1].cut == "numpy":
        step = steps[1]
    tool, words = CUTS[step.cut]
    inside = "" if step.known else f" inside {step.label}"
    last = path[-1].text
    if step.cut == "later":
        middle = f"{last}.requires_grad was set only after {step.text} had been computed from {last}"
    else:
        middle = f"on the way from {last}{inside}, {tool} {words}"
    return Finding(
        step.cut, f"{claim} because {middle}{_where(step.line)}.", WAYS_OUT[step.cut], step.line, tuple(path), asked,
        step.known,
    )  # fmt: skip


# A tensor that is computed, and has a history -----------------------------------------------------------------------


def _not_a_leaf(tensor: Any, name: str, lineage: Lineage) -> Finding:
    op = operation(node_name(tensor.grad_fn))
    made = lineage.script.last(name)
    line = made.place.told() if made else None
    way_out = f"Call {name}.retain_grad() before backward()."
    source = ast.unparse(made.value) if made else ""
    if "requires_grad=True" in source:  # it was to be a weight
        calm = source.replace(", requires_grad=True", "")
        way_out += f" If it is to be a weight, make the leaf last: {name} = ({calm}).requires_grad_()."
    return Finding(
        "not a leaf",
        f"{name}.grad is None because {name} is not a leaf: it is the result of {op}{_where(line)}, and backward() "
        "keeps gradients for leaves only.",
        way_out,
        line,
    )


# A leaf that asks for its gradient --------------------------------------------------------------------------------


class Root(NamedTuple):
    """A named result, and what a backward pass from it would reach."""

    name: str
    tensor: Any
    leaves: dict[int, Any]
    reaches: bool
    freed: bool


def _leaf(tensor: Any, name: str, lineage: Lineage) -> Finding:
    roots = [_root(root, value, tensor) for root, value in lineage.named.items() if _is_result(value)]
    reaching = [each for each in roots if each.reaches and each.tensor is not tensor]
    if reaching:
        return _reached(tensor, name, lineage, reaching, roots)
    if ledger.had_gradient(tensor):
        return _zeroed(name, lineage)
    for root, value in reversed(lineage.named.items()):
        if is_tensor(value) and value is not tensor:
            path = _lost(lineage, root, value, tensor)
            if path:
                return _cut(path, f"{name}.grad is None")
    for cut in ledger.cuts_of(tensor):
        origin = Origin(CUTS[cut.how][0], [Origin(name, name=name, value=tensor)], cut=cut.how)
        return _cut([origin, origin.inputs[0]], f"{name}.grad is None")
    if _freed_by(lineage, name):
        return _zeroed(name, lineage)
    if roots:
        return _not_reached(name, roots, lineage)
    return Finding(
        "unused",
        f"{name}.grad is None because nothing has been computed from {name} that is still there.",
        f"Compute a loss from {name} and call backward() on it.",
    )


def _reached(tensor: Any, name: str, lineage: Lineage, reaching: list[Root], roots: list[Root]) -> Finding:
    """Some result leads back to it: has backward run from there?"""
    script = lineage.script
    calls = [act for act in script.acts if act.what == "backward"]
    ran = [each for each in reaching if each.freed or any(act.name == each.name for act in calls)]
    if ran or ledger.had_gradient(tensor):
        if ledger.had_gradient(tensor) or _freed_by(lineage, name):
            return _zeroed(name, lineage)
        if script.of("autograd.grad"):
            line = script.of("autograd.grad")[-1].place.told()
            return Finding(
                "autograd.grad",
                f"{name}.grad is None because torch.autograd.grad(){_where(line)} returns gradients and adds them to "
                "no .grad.",
                "Use what it returned, or call backward() instead.",
                line,
            )
        if not calls:
            return Finding(
                "unknown",
                f"{name}.grad is None although {ran[0].name}, which is computed from it, has been walked back through: "
                "whether the gradient was taken away or never put there cannot be read off.",
                known=False,
            )
        if explained := _left_out(tensor, name, calls, lineage):
            return explained
        if any(act.name == each.name for act in calls for each in ran):
            return Finding(
                "unknown",
                f"{name}.grad is None although backward() ran from {ran[0].name}: it was set to None, or backward() "
                "was told to leave it out (inputs=...).",
                known=False,
            )
    best = max(reaching, key=lambda each: all(size == 1 for size in each.tensor.shape))
    elsewhere = [each for each in roots if not each.reaches]
    wrong = [each for each in elsewhere if each.freed or any(act.name == each.name for act in calls)]
    if wrong:
        lines = [act.place.told() for act in calls if act.name == wrong[-1].name]
        last = lines[-1] if lines else None
        return Finding(
            "wrong loss",
            f"{name}.grad is None because backward() ran from {wrong[-1].name}{_where(last)}, which is not computed "
            f"from {name}: that is {best.name}.",
            f"Call {best.name}.backward(), or add the two losses.",
            last,
            beside=(best.tensor, wrong[-1].tensor),
        )
    return Finding(
        "not called",
        f"{name}.grad is None because backward() has not run yet: {best.name} is computed from {name} and waits.",
        f"Call {best.name}.backward().",
        beside=(best.tensor,),
    )


def _left_out(tensor: Any, name: str, calls: list[Act], lineage: Lineage) -> Finding | None:
    """A backward that ran, and did not put its gradient here: too early, or told to leave it out."""
    asked = lineage.script.of("retain_grad", name)
    if not tensor.is_leaf and asked and calls and asked[-1].order > calls[-1].order:
        line = asked[-1].place.told()
        return Finding(
            "too late",
            f"{name}.grad is None because retain_grad(){_where(line)} came after backward() had run.",
            f"Call {name}.retain_grad() before backward().",
            line,
        )
    if calls and "inputs=" in calls[-1].said:
        line = calls[-1].place.told()
        return Finding(
            "left out",
            f"{name}.grad is None because backward(inputs=...){_where(line)} puts gradients into those inputs alone.",
            f"Name {name} among the inputs, or call backward() without them.",
            line,
        )
    return None


def _zeroed(name: str, lineage: Lineage) -> Finding:
    acts = [act for act in lineage.script.acts if act.what == "zero_grad" or act.what == "grad" and act.name == name]
    line = acts[-1].place.told() if acts else None
    by = "zero_grad()" if not acts or acts[-1].what == "zero_grad" else "an assignment"
    return Finding(
        "zero_grad",
        f"{name}.grad is None because {by}{_where(line)} took away the gradient that backward() had put there.",
        "Look at .grad between backward() and zero_grad().",
        line,
    )


def _freed_by(lineage: Lineage, name: str) -> bool:
    """Whether, by the source, gradients were taken away after the last backward."""
    backward = lineage.script.of("backward")
    taken = [act for act in lineage.script.acts if act.what == "zero_grad" or act.what == "grad" and act.name == name]
    return bool(backward and taken) and taken[-1].order > backward[-1].order


def _not_reached(name: str, roots: list[Root], lineage: Lineage) -> Finding:
    best = max(roots, key=lambda each: (each.freed, all(size == 1 for size in each.tensor.shape)))
    known = [lineage.names[number] for number in best.leaves if number in lineage.names]
    of = join(known[:5]) + (f" and {len(known) - 5} more" if len(known) > 5 else "") or "leaves without a name"
    return Finding(
        "not reached",
        f"{name}.grad is None because {best.name} is not computed from {name}: its graph ends at {of}.",
        f"Use {name} where {best.name} is computed, or ask for the gradient of what is used.",
        beside=(best.tensor,),
    )


def _lost(lineage: Lineage, name: str, value: Any, target: Any) -> list[Origin]:
    """From a named result back to the target through the source, if its history was cut on the way."""
    start = lineage.read(name, value, through=True) if value.requires_grad else lineage.of(value, name)
    before: dict[int, Origin | None] = {id(start): None}
    todo = [start]
    for at in todo:  # grows while it is read
        if at.value is target:
            path: list[Origin] = []
            step: Origin | None = at
            while step is not None:
                path.append(step)
                step = before[id(step)]
            path.reverse()
            if any(each.cut for each in path[:-1]):
                return path
        for each in at.inputs:
            if id(each) not in before:
                before[id(each)] = at
                todo.append(each)
    return []


def _is_result(value: Any) -> bool:
    return is_tensor(value) and value.grad_fn is not None


def _root(name: str, tensor: Any, target: Any) -> Root:
    """Walks the graph of a result: its leaves, and whether a backward pass has freed what it saved."""
    leaves: dict[int, Any] = {}
    found, seen = [tensor.grad_fn], {id(tensor.grad_fn)}
    for node in found:  # grows while it is read
        variable = getattr(node, "variable", None)
        if variable is not None:
            leaves[id(variable)] = variable
        for function, _ in node.next_functions:
            if function is not None and id(function) not in seen and len(found) < MOST_NODES:
                seen.add(id(function))
                found.append(function)
    reaches = id(target) in leaves or any(node is target.grad_fn for node in found if target.grad_fn is not None)
    return Root(name, tensor, leaves, reaches, is_freed(tensor.grad_fn))


def is_freed(function: Any) -> bool:
    """Whether a backward pass has freed what this graph saved, as far as the nearest nodes tell."""
    found, seen = [function], {id(function)}
    for node in found:  # grows while it is read
        if not hasattr(node, "variable") and any(each.state == "freed" for each in saved_tensors(node)):
            return True
        for behind, _ in node.next_functions:
            if behind is not None and id(behind) not in seen and len(found) < MOST_READ:
                seen.add(id(behind))
                found.append(behind)
    return False


def _inference(tensor: Any) -> bool:
    asked = getattr(type(tensor), "is_inference", None)
    return bool(asked(tensor)) if callable(asked) else False


def _where(line: Mapping[str, Any] | None) -> str:
    if line is None:
        return ""
    return f" ({line['line']}; {line['where']})" if line["line"] else f" ({line['where']})"
