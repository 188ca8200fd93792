"""Compiler: a card becomes flat functions, as `dataclasses` writes `__init__`.

A generic `apply(*args, **kwargs)` loop would cost more than everything else an op does. So the loop over inputs is
unrolled once, when the op is first used, and the text that comes out can be read: `print(torch.mul.source)`.
"""

from __future__ import annotations

import ast
import collections
import functools
import linecache
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.autograd.graph import SavedTensor, next_sequence_number, saved_array, saved_tensor
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.events import op_executed, storage_written
from minitorch_edu.ops import operands
from minitorch_edu.ops.first_call import made_at_first_call
from minitorch_edu.ops.signatures import MISSING
from minitorch_edu.parameter import Parameter
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor

if TYPE_CHECKING:
    from minitorch_edu.ops.op import Card

NAMESPACE = {
    "FLOAT32": np.dtype(np.float32),
    "MISSING": MISSING,
    "SavedTensor": SavedTensor,
    "Parameter": Parameter,
    "Storage": Storage,
    "Tensor": Tensor,
    "cpu": cpu,
    "grad_mode": grad_mode,
    "ndarray": np.ndarray,
    "new": object.__new__,
    "next_sequence_number": next_sequence_number,
    "op_executed": op_executed,
    "operands": operands,
    "saved_array": saved_array,
    "saved_tensor": saved_tensor,
    "storage_written": storage_written,
}
"""What compiled functions may name, beside `card`, `form`, `forward` and `NodeClass`."""


def load(card: Card, source: str, name: str, names: dict[str, Any]) -> Callable[..., Any]:
    """The function `name` that `source` defines. Tracebacks and `inspect` find the text."""
    filename = f"<compiled from the card of {card.name}: {name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    names["__name__"] = __name__
    exec(compile(source, filename, "exec"), names)
    return names[name]


def deferred(card: Card, name: str, source: Callable[[], str], names: dict[str, Any]) -> Callable[..., Any]:
    """The function `name`, compiled when it is first called."""
    text = Source(source)

    def compiled() -> Callable[..., Any]:
        known = card.forward.__globals__  # what an inlined `forward` names of its module
        inlined = {each: known[each] for each in names_in(card.forward.__code__) if each in known}
        return load(card, text.data, name, {**NAMESPACE, **names, **inlined})

    function = made_at_first_call(name, compiled, {})
    function.source = text
    return function


class Source(collections.UserString):
    """The text of a compiled function, written when somebody reads it; what is cut from it is text already."""

    def __init__(self, text: Callable[[], str] | str) -> None:
        self.text = text

    @functools.cached_property
    def data(self) -> str:  # type: ignore[override]
        return self.text() if callable(self.text) else str(self.text)


def names_in(code: types.CodeType) -> set[str]:
    """The names that a function looks up, also in its comprehensions."""
    inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return set(code.co_names).union(*map(names_in, inner))


def forward_source(card: Card, *, inplace: bool, operator: bool) -> str:
    """The text of the op as one function: look at the operands, compute, wrap, record, announce."""
    name = f"{card.name}_" if inplace else card.name
    strict = operator or not card.signatures
    lines = [f"def {name}({_signature(card, strict)}):"]
    lines += _indented(() if strict else _other_calls(card))
    lines += _indented(_look(card, operator, inplace))
    lines += _indented(_compute(card, inplace))
    lines += _indented(_write(card) if inplace else _wrap(card))
    lines += _indented(_announce(card, inplace))
    return "\n".join(lines) + "\n"


def backward_source(card: Card, kind: str) -> str:
    """The text of a node's run: load what each formula needs, and leave out gradients nobody asks for. And of its end.

    kind: "array" for bare arrays, "tensor" for tensors.
    """
    several = card.listed or card.differentiable > 1
    lines = [f"def run_on_{kind}s(self, {'*grads' if several else 'grad, *_'}):"]
    lines += [f"    grads = operands.whole_{kind}s(self, grads)"] if several else []
    if card.holomorphic:  # see Note [Complex derivatives]
        lines[0] = f"def run_on_{kind}s(self, grad, *_, conjugated=False):"
        known = "grad.dtype is not FLOAT32 and grad.dtype.kind == 'c'" if kind == "array" else "grad.dtype.is_complex"
        lines.append(f"    if not conjugated and {known}:")
        lines.append(f"        return operands.conjugated_{kind}s(self, grad)")
    widened = card.widened_backward if kind == "array" else ()
    if widened:
        lines.append("    wide, load = grad, saved_array")
        lines.append("    if grad.itemsize == 2:")
        lines.append("        wide, load = operands.wide(grad), operands.wide_saved")
    calls = []
    for name, formula in card.formulas.items():
        arguments = ["grads" if several else "wide" if name in widened else "grad"]
        load = "load" if name in widened else f"saved_{kind}"
        arguments += [_loaded(card, need, load) for need in formula.needs]
        formula_name = f"grad_{name}"
        if kind == "array" and name in card.fused_formulas:  # see Note [Fusing]
            formula_name = f"({formula_name} if type(grad) is ndarray else fused_{name})"
        calls.append(f"{formula_name}({', '.join(arguments)})")
    if card.many is not None:
        lines.append(f"    return tuple({calls[0]})")
    elif len(calls) == 1:
        lines.append(f"    return ({calls[0]},)")
    else:
        lines.append(f"    {', '.join(f'to_{name}' for name in card.formulas)} = self.edges")
        lines.append("    return (")
        lines += [
            f"        {call} if to_{name} else None," for name, call in zip(card.formulas, calls, strict=True)
        ]
        lines.append("    )")
    if card.saved_tensors:
        saved = " = ".join(f"self.saved_{name}" for name in card.saved_tensors)
        lines += ["", "", "def release(self):", f"    {saved} = None"]
    return "\n".join(lines) + "\n"


def _loaded(card: Card, need: str, load: str) -> str:
    if need == "results_shapes":
        return "(self.shape if self.output_count != 1 else (self.shape,))"
    return f"{load}(self.saved_{need}, self)" if need in card.saved_tensors else f"self.{need}"


def _signature(card: Card, strict: bool) -> str:
    """The parameters. A public function takes whatever it is given: see Note [Calls that do not fit]."""
    parts = []
    keyword_only = False
    for parameter in card.parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            parts.append("*" if strict else "*extra")
            keyword_only = True
        default = f"={parameter.default!r}" if parameter.default is not parameter.empty else "=MISSING"
        parts.append(parameter.name + ("" if strict and default == "=MISSING" else default))
    if not strict:
        parts += ["**named"] if keyword_only else ["*extra", "**named"]
    return ", ".join(parts)


def _other_calls(card: Card) -> Iterable[str]:
    options = "".join(f", {p.name}={p.name}" for p in card.parameters if p.kind is p.KEYWORD_ONLY)
    given = ", ".join(p.name for p in card.parameters if p.kind is not p.KEYWORD_ONLY)
    yield "if extra or named:"
    yield f"    return form.other_call(({given},), extra, named{options})"


def _look(card: Card, operator: bool, inplace: bool) -> Iterable[str]:
    """Make sure that the operands are tensors of one dtype and device, and name their arrays."""
    options = ", ".join(f"{name!r}: {name}" for name in card.arguments)
    if card.many is not None:
        yield f"found = operands.sequence(form, {card.many})"
        yield "if type(found) is not tuple:  # see Note [Tensors that stand for more]"
        yield f"    return found.run(form, tuple({card.many}), {{{options}}})"
        yield f"{card.many} = found"
        yield f"array_{card.many} = operands.arrays_of(card, {card.many})"
        yield f"backend = {card.many}[0]._storage.backend"
        return
    names = ", ".join(card.inputs)
    strange = "type({0}) is not Tensor and type({0}) is not Parameter"
    strangers = " or ".join(strange.format(name) for name in card.inputs)
    yield f"if {strangers}:"
    find = "tensors" if not operator else "for_pair" if len(card.inputs) == 2 else "for_operator"
    yield f"    found = operands.{find}(form, {names})"
    if operator:
        yield "    if found is NotImplemented:"
        yield "        return NotImplemented"
    yield "    if type(found) is not tuple:  # see Note [Tensors that stand for more]"
    yield f"        return found.run(form, ({names},), {{{options}}})"
    yield f"    {names}{',' * (len(card.inputs) == 1)} = found"
    yield f"backend = {card.inputs[0]}._storage.backend"
    if len(card.inputs) > 1:  # see Note [Numbers that cross over]
        apart = " or ".join(f"{name}._storage.backend is not backend" for name in card.inputs[1:])
        yield f"if {apart}:"
        yield f"    {names} = operands.together(card, {names}{', written=True' if inplace else ''})"
        yield f"    backend = {card.inputs[0]}._storage.backend"
    if inplace:
        yield from _follow_bases(card)
        yield "if input._requires_grad and grad_mode.enabled:"
        yield "    operands.may_write(input)"
    for name in card.inputs[1:] if inplace and card.diagonal else ():
        yield f"if {name}._storage is input._storage:"
        yield f"    operands.refuse_partial_overlap(input, {name})"
    for name in card.inputs:
        yield f"array_{name} = {name}._array"
    yield from _promotion(card, inplace)


def _promotion(card: Card, inplace: bool) -> Iterable[str]:
    """Let dtypes meet, and refuse kinds of element. A test for float32, which most tensors are, comes before others."""
    group = card.meeting
    lines = []
    if card.promotes is not None and (len(group) > 1 or card.promotes == "float"):
        arrays = ", ".join(f"array_{name}" for name in group)
        lines = [f"{arrays}{',' * (len(group) == 1)} = operands.promoted(card, {', '.join(group)})"]
    if lines and card.promotes != "float":
        test = " or ".join(f"array_{name}.dtype is not array_{group[0]}.dtype" for name in group[1:])
        lines = [f"if {test}:", f"    {lines[0]}"]
    if card.refuses:
        lines.append(f"if array_{group[0]}.dtype.kind in {card.refuses!r}:")
        lines += [f"    operands.may_hold(card, {', '.join(card.inputs)})"] if inplace else []
        lines.append(f"    raise operands.explained(form, TypeError(), {_given(card)}) from None")
    if card.refuses or (lines and card.promotes == "float"):
        test = " or ".join(f"array_{name}.dtype is not FLOAT32" for name in group)
        lines = [f"if {test}:", *_indented(lines)]
    yield from lines


def _compute(card: Card, inplace: bool) -> Iterable[str]:
    outputs = ", ".join(f"array_{name}" for name in card.outputs)
    if card.widens:
        arrays = ", ".join(f"array_{name}" for name in card.inputs)
        yield "narrow = None"
        yield f"if array_{card.inputs[0]}.itemsize == 2:"
        yield f"    narrow, {arrays} = operands.widened({arrays})"
    yield "try:"
    found = card.expression or _call(card)
    if card.fused:  # see Note [Fusing]
        found = f"({found}) if backend is cpu else {_call(card, 'fused')}"
    yield f"    {outputs} = {found}"
    yield "except Exception as error:"
    if inplace:
        yield f"    operands.may_hold(card, {', '.join(card.inputs)})"
    yield f"    raise operands.explained(form, error, {_given(card)}) from None"
    if card.arrives:
        yield f"backend = {card.arrives}"
    for name in () if card.listed else card.outputs:
        yield f"if type(array_{name}) is not backend.array_type:"
        yield f"    array_{name} = backend.asarray(array_{name})  # a kernel returns scalars for zero-dim results"
        if card.widens:
            yield "if narrow is not None:"
            yield f"    array_{name} = array_{name}.astype(narrow)"


def _given(card: Card) -> str:
    return ", ".join([*card.inputs, *card.arguments])


def _call(card: Card, function: str = "forward") -> str:
    parts = ["backend.xp"]
    for parameter in card.parameters:
        value = f"array_{parameter.name}" if parameter.name in card.inputs else parameter.name
        parts.append(f"{parameter.name}={value}" if parameter.kind is parameter.KEYWORD_ONLY else value)
    return f"{function}({', '.join(parts)})"


class Inlined(ast.NodeTransformer):
    """The expression a kernel returns, said in the words of the compiled function."""

    def __init__(self, inputs: tuple[str, ...]) -> None:
        self.inputs = inputs

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == "xp":
            return ast.parse("backend.xp", mode="eval").body
        return ast.Name(f"array_{node.id}") if node.id in self.inputs else node


def _wrap(card: Card) -> Iterable[str]:
    """Make the result tensors, and record where they come from."""
    if card.listed:
        yield from _wrap_list(card)
        return
    for number, name in enumerate(card.outputs):
        yield from _tensor(card, name, number if card.formulas and number < card.differentiable else 0)
    if not card.formulas:
        return
    yield from _follow_bases(card)
    yield f"if ({_anyone_requires_grad(card)}) and grad_mode.enabled:"
    yield from _indented(_record(card))
    for name in card.outputs[: card.differentiable]:
        yield f"    {name}._grad_fn = node"
        yield f"    {name}._requires_grad = True"
    if card.is_view:  # see Note [Views that must not be written]
        yield "elif input._requires_grad or input._base is not None or not grad_mode.enabled:"
        yield "    operands.made_unrecorded(result, input)"


def _wrap_list(card: Card) -> Iterable[str]:
    """The same for an op with a list of results."""
    yield "results = []"
    yield "for number, array_result in enumerate(array_results):"
    yield from _indented(_tensor(card, "result", "number"))
    yield "    results.append(result)"
    yield "results = tuple(results)"
    yield from _follow_bases(card)
    yield f"if ({_anyone_requires_grad(card)}) and grad_mode.enabled:"
    yield from _indented(_record(card))
    yield "    for result in results:"
    yield "        result._grad_fn = node"
    yield "        result._requires_grad = True"
    if card.is_view:
        yield "else:"
        yield "    for result in results:"
        yield "        operands.made_unrecorded(result, input, 'multiple')"


def _tensor(card: Card, name: str, number: int | str) -> Iterable[str]:
    """Make a tensor of an array: over the bytes of the input for a view, else over its own."""
    yield f"{name} = new(Tensor)"
    yield f"{name}._array = array_{name}"
    if card.is_view:
        yield f"{name}._storage = input._storage"
        yield f"{name}._version_counter = input._version_counter"
        yield f"{name}._base = input if input._base is None else input._base"
        yield f"{name}._seen_version = input._version_counter.value"
    else:
        yield "storage = new(Storage)"
        yield f"storage.buffer = array_{name}"
        yield "storage.backend = backend"
        yield "storage.value = 0"
        yield f"{name}._storage = {name}._version_counter = storage"
        yield f"{name}._base = None"
    yield f"{name}._output_nr = {number}"
    yield f"{name}._meta = None"
    yield f"{name}._grad_fn = None"
    yield f"{name}._requires_grad = False"


def _follow_bases(card: Card) -> Iterable[str]:
    """A view whose base was written has a new history: see Note [History of a write through a view]."""
    if card.many is not None:
        yield f"for each in {card.many}:"
        yield "    if each._base is not None:"
        yield "        each._follow_base()"
        return
    for name in card.formulas:
        yield f"if {name}._base is not None:"
        yield f"    {name}._follow_base()"


def _write(card: Card) -> Iterable[str]:
    """The in-place ending: the node first, since it saves the input as it was, then the write, then the new history."""
    yield "result = input"
    if not card.formulas:
        yield "operands.write(card, input, array_result)"
        return
    yield "node = None"
    yield f"if ({_anyone_requires_grad(card)}) and grad_mode.enabled:"
    yield "    if input._base is not None:"
    yield "        operands.may_follow(input)"
    yield from _indented(_record(card, inplace=True))
    yield "operands.write(card, input, array_result)"
    yield "if node is not None:"
    if "result" in card.saved_tensors:
        yield "    node.saved_result = SavedTensor(input._alias(), input._version_counter.value, True)"
    yield "    operands.rebase_history(input, node)"


def _anyone_requires_grad(card: Card) -> str:
    if card.many is not None:
        return f"any([each._requires_grad for each in {card.many}])"
    return " or ".join(f"{name}._requires_grad" for name in card.formulas)


def _record(card: Card, inplace: bool = False) -> Iterable[str]:
    """Make the node: its edges, and what its formulas asked to have saved."""
    yield "node = new(NodeClass)"
    yield "node.sequence_number = next_sequence_number()"
    yield "node.hooks = None"
    if inplace:
        yield "node.shape = input._array.shape"
        yield "node.dtype = input._array.dtype"
    elif card.listed:
        yield "node.output_count = len(results)"
        yield "node.shape = tuple([array.shape for array in array_results])"
        yield "node.dtype = tuple([array.dtype for array in array_results])"
        yield "if len(results) == 1:"
        yield "    node.shape, node.dtype = node.shape[0], node.dtype[0]"
    elif card.differentiable == 1:
        yield f"node.shape = array_{card.outputs[0]}.shape"
        yield f"node.dtype = array_{card.outputs[0]}.dtype"
    else:
        kept = card.outputs[: card.differentiable]
        yield f"node.shape = ({', '.join(f'array_{name}.shape' for name in kept)},)"
        yield f"node.dtype = ({', '.join(f'array_{name}.dtype' for name in kept)},)"
    if card.many is not None:
        yield f"node.edges = operands.edges({card.many})"
    else:
        only = len(card.formulas) == 1
        edges = [
            f"({name}._grad_fn or {name}, {name}._output_nr)"
            + ("" if only else f" if {name}._requires_grad else None")
            for name in card.formulas
        ]
        yield f"node.edges = ({', '.join(edges)},)"
    for name in card.saved_tensors:
        yield f"node.saved_{name} = {_saved(card, name, inplace)}"
    for name in card.saved_values:
        if name.endswith("_shape") and name not in card.arguments:
            owner = name.removesuffix("_shape")
            many = f"[each.shape for each in array_{owner}]"
            yield f"node.{name} = {many if owner == card.many else f'array_{owner}.shape'}"
        else:
            yield f"node.{name} = {name}"


def _saved(card: Card, name: str, inplace: bool) -> str:
    if name in card.outputs:  # see Note [Saved results]
        number = card.outputs.index(name) or ""
        return "None" if inplace else f"SavedTensor({name}._alias({number}), {name}._version_counter.value, True)"
    saved = f"SavedTensor({name}, {name}._version_counter.value, False)"
    if inplace and name == "input":
        saved = "SavedTensor(input._before_write(), 0, False)"
    needed_by = card.needed_by(name)
    if len(card.formulas) == 1 or set(needed_by) == set(card.formulas):
        return saved
    return f"{saved} if {' or '.join(f'{each}._requires_grad' for each in needed_by)} else None"


def _announce(card: Card, inplace: bool) -> Iterable[str]:
    result = card.outputs[0] if len(card.outputs) == 1 else f"({', '.join(card.outputs)})"
    inputs = card.many if card.many is not None else f"({', '.join(card.inputs)},)"
    if inplace:
        yield "if storage_written:"
        yield "    storage_written(input, card)"
    yield "if op_executed:"
    yield f"    op_executed(card, {inputs}, {result})"
    yield f"return {result}"


def _indented(lines: Iterable[str]) -> Iterable[str]:
    return (f"    {line}" for line in lines)
