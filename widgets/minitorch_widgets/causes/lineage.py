"""Lineage: a tensor's origin, from the ledger where the engine told it, and from the student's source where not."""

from __future__ import annotations

import ast
import types
from collections.abc import Mapping
from typing import Any

from minitorch_widgets.causes.origins import Origin, cut_path
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import is_tensor
from minitorch_widgets.recording import ledger, recorder
from minitorch_widgets.recording.source import Assignment, Place, Script, decorated

DEEPEST = 60  # names that are made of names; each takes several of Python's frames

OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.MatMult: "matmul", ast.Pow: "pow",
    ast.FloorDiv: "floor_divide", ast.Mod: "remainder", ast.USub: "neg", ast.UAdd: "add", ast.Invert: "bitwise_not",
    ast.Not: "not",
}  # fmt: skip
_INTEGER = {"long", "int", "short", "byte", "char", "bool", "floor_divide"}
_INDEX = {"argmax", "argmin", "argsort", "nonzero", "multinomial", "searchsorted", "bucketize", "bincount"}
_COMPARISON = {"eq", "ne", "lt", "le", "gt", "ge", "isnan", "isclose", "isfinite", "logical_and", "logical_not"}
CUTTERS = {
    "detach": "detach", "detach_": "detach", "data": "data", "numpy": "numpy", "item": "item", "tolist": "item",
    "Parameter": "parameter", **dict.fromkeys(_INTEGER, "integer"), **dict.fromkeys(_INDEX, "index"),
    **dict.fromkeys(_COMPARISON, "comparison"),
}  # fmt: skip
COPIERS = {"tensor", "as_tensor", "asarray", "Tensor", "FloatTensor", "new_tensor"}
NUMBERS = {"float", "int", "bool", "complex", "round"}
HIDDEN = ("detach", "data", "numpy", "item", "tolist")
"""What is looked for inside a function; the rest would be guessing."""


class Lineage:
    """Origins of what a namespace holds."""

    def __init__(self, namespace: Mapping[str, object], script: Script) -> None:
        self.namespace = namespace
        self.named = {each.name: each.value for each in find(namespace, [])}
        self.names = {id(value): name for name, value in reversed(self.named.items())}
        self.script = script
        self._made: dict[tuple[str, int, bool], Origin] = {}
        self._depth = 0

    def of(self, tensor: Any, name: str = "") -> Origin:
        """Where a tensor without a history came from. What the engine told wins, unless only the source has the cut."""
        name = name or self.names.get(id(tensor), "")
        step = ledger.step_of(tensor)
        told = None if step is None else self._told(step, name, tensor)
        if told is not None and cut_path(told):
            return told
        read = self.read(name, tensor)
        return told if told is not None and not cut_path(read) else read

    def read(self, name: str, tensor: Any, through: bool = False) -> Origin:
        """The same from the source alone; `through`: also behind what has a history."""
        made = self.script.last(name)
        if made is None:
            return Origin(name, name=name, value=tensor)
        try:
            return self._assigned(made, tensor, through)
        except RecursionError:  # a very long expression
            return Origin(name, name=name, value=tensor, line=made.place.told())

    # What the engine told ---------------------------------------------------------------------------------------

    def _told(self, step: ledger.Step, name: str, tensor: Any) -> Origin:
        cut, label = step.cut, step.label
        if type(tensor).__name__ == "Parameter" and label == "detach()":
            cut, label = cut and "parameter", "Parameter()"
        origin = Origin(label, name=name, value=tensor, cut=cut, line=_line(step.line))
        for each in step.inputs:
            there = each.tensor()
            if there is not None and there.requires_grad and there is not tensor:
                if not each.required and not origin.cut:
                    origin.cut = "later"
                origin.inputs.append(Origin(self._called(there), name=self._called(there), value=there))
            elif each.step is not None:
                named = "" if there is None else self.names.get(id(there), "")
                origin.inputs.append(self._told(each.step, named, None if there is tensor else there))
            elif there is not None and there is not tensor and id(there) in self.names:
                origin.inputs.append(self.of(there))
        return origin

    def _called(self, tensor: Any) -> str:
        return self.names.get(id(tensor)) or f"a {tuple(tensor.shape)} tensor"

    # What the source says ---------------------------------------------------------------------------------------

    def _assigned(self, made: Assignment, value: Any, through: bool) -> Origin:
        key = (made.name, made.order, through)
        if key not in self._made:
            line = made.place.told()
            self._made[key] = origin = Origin(made.name, name=made.name, value=value, line=line)
            self._depth += 1
            found = self._expression(made.value, made, through) if self._depth < DEEPEST else None
            self._depth -= 1
            if found is not None and found.name:  # b = a: another name of the same
                origin.label, origin.cut, origin.inputs = found.label, found.cut, found.inputs
            elif found is not None:
                origin.label, origin.cut, origin.inputs = found.label, found.cut, found.inputs
                origin.known, origin.line = found.known, line if found.known else found.line
            origin.asked = value is None and _asks(made.value)
            self._late(origin)
        return self._made[key]

    def _late(self, origin: Origin) -> None:
        """A result without history whose input has one by now: the flag was set after it was computed."""
        if not is_tensor(origin.value) or origin.recorded or origin.cut:
            return
        elsewhere = any(each.leads_back and not each.carries for each in origin.inputs)
        if not elsewhere and any(each.recorded for each in origin.inputs):
            leaves = [each.name for each in origin.inputs if each.recorded and each.value.is_leaf]
            asked = any(act.what == "requires_grad" and act.name in leaves for act in self.script.acts)
            origin.cut = "later" if asked else "unknown"

    def _expression(self, at: ast.expr, made: Assignment, through: bool) -> Origin | None:
        """The origin of a value; None where no tensor is behind it."""
        match at:
            case ast.Constant():
                return None
            case ast.Name():
                return self._name(at.id, made, through)
            case ast.Attribute():
                return self._attribute(at, made, through)
            case ast.Compare():
                return self._step("compare", [at.left, *at.comparators], made, through, "comparison")
            case ast.BinOp():
                label = OPERATORS.get(type(at.op), "bit operation")
                return self._step(label, [at.left, at.right], made, through)
            case ast.UnaryOp():
                return self._step(OPERATORS[type(at.op)], [at.operand], made, through)
            case ast.Subscript():
                held = self._named(ast.unparse(at), made, through)
                return held or self._step("[...]", [at.value], made, through)
            case ast.Call():
                return self._call(at, made, through)
            case ast.List() | ast.Tuple() | ast.Set():
                return self._step("[...]", at.elts, made, through)
            case ast.IfExp():
                return self._step("if", [at.body, at.orelse], made, through)
            case ast.Starred():
                return self._expression(at.value, made, through)
            case ast.ListComp() | ast.GeneratorExp():
                return self._step("[...]", [at.elt, *(each.iter for each in at.generators)], made, through)
        return None

    def _step(
        self, label: str, given: list[ast.expr], made: Assignment, through: bool, cut: str = ""
    ) -> Origin | None:
        inputs = [each for one in given if (each := self._expression(one, made, through)) is not None]
        if not inputs:
            return None
        mode = made.mode if any(each.carries for each in inputs) else ""
        return Origin(label, inputs, cut=cut or mode, line=made.place.told())

    def _name(self, name: str, made: Assignment, through: bool) -> Origin | None:
        held = self._named(name, made, through)
        if held is not None:
            return held
        if self._is_module(name):
            return Origin(name, self._weights(name), name=name)
        before = self.script.last(name, made.order)
        if before is None:
            return None
        found = self._assigned(before, self.namespace.get(name) if before is self.script.last(name) else None, through)
        return found if found.inputs or found.recorded else None

    def _named(self, name: str, made: Assignment, through: bool) -> Origin | None:
        """A name, or an expression such as model[0].weight, that holds a tensor now and held it then."""
        value = self.named.get(name)
        before = self.script.last(name, made.order)
        if value is None or before is not self.script.last(name):
            return None
        if before is None or (is_tensor(value) and value.requires_grad and not through):
            return Origin(name, name=name, value=value)
        return self._assigned(before, value, through)

    def _attribute(self, at: ast.Attribute, made: Assignment, through: bool) -> Origin | None:
        held = self._named(ast.unparse(at), made, through)
        if held is not None:
            return held
        if at.attr == "grad":
            return Origin(ast.unparse(at), name=ast.unparse(at))  # gradients have no history of their own
        if at.attr == "data":
            return self._step(".data", [at.value], made, through, "data")
        if at.attr in ("T", "mT", "H", "mH", "real", "imag", "values", "indices"):
            cut = "index" if at.attr == "indices" else ""
            return self._step(at.attr, [at.value], made, through, cut)
        return None

    def _call(self, at: ast.Call, made: Assignment, through: bool) -> Origin | None:
        given = [*at.args, *(each.value for each in at.keywords)]
        function = at.func
        if isinstance(function, ast.Name):
            return self._plain_call(function.id, at, given, made, through)
        if not isinstance(function, ast.Attribute):
            return self._step("a call", given, made, through)
        word = function.attr
        owner = self.namespace.get(_root(function))
        if isinstance(owner, types.ModuleType):
            if owner.__name__.partition(".")[0] == "numpy":
                return self._step(f"np.{word}", given, made, through)
            if word in COPIERS:
                cut = "" if word in ("as_tensor", "asarray") and self._is_tensor(given) else "tensor"
                return self._step(f"torch.{word}()", given, made, through, cut)
        else:
            given = [function.value, *given]
        cut = CUTTERS.get(word, "")
        if word in ("to", "type") and any(_whole(each) for each in given[1:]):
            cut = "integer"
        label = f"{word}()" if cut in ("detach", "numpy", "item", "parameter") else word
        return self._step(label, given, made, through, cut)

    def _plain_call(
        self, word: str, at: ast.Call, given: list[ast.expr], made: Assignment, through: bool
    ) -> Origin | None:
        if word in NUMBERS:
            return self._step(f"{word}()", given, made, through, "item")
        if word in CUTTERS or word in COPIERS:
            return self._step(f"{word}()", given, made, through, CUTTERS.get(word, "tensor"))
        owner = self.namespace.get(word)
        found = self._step(f"{word}()", given, made, through)
        kind = word if word in self.script.functions else type(owner).__name__
        inside = self.script.functions.get(kind)
        if self._is_module(word):
            found = found or Origin(f"{word}()", cut=made.mode, line=made.place.told())
            found.inputs += self._weights(word)
        if found is None or inside is None or found.cut:
            return found
        found.cut, place = _cut_inside(*inside)
        if found.cut:
            found.known, found.line = False, place.told()
        return found

    def _is_module(self, name: str) -> bool:
        kind = type(self.namespace.get(name))
        return kind is not type and callable(getattr(kind, "named_parameters", None))

    def _weights(self, name: str) -> list[Origin]:
        """The parameters of a module."""
        owned = [each for each in self.named if each.startswith((f"{name}.", f"{name}["))]
        return [Origin(each, name=each, value=self.named[each]) for each in owned]

    def _is_tensor(self, given: list[ast.expr]) -> bool:
        return bool(given) and isinstance(given[0], ast.Name) and is_tensor(self.namespace.get(given[0].id))


def _cut_inside(function: ast.FunctionDef, place: Place) -> tuple[str, Place]:
    """The first thing inside a function that cuts a history."""
    mode = decorated(function)
    if mode:
        return mode, place
    for each in ast.walk(function):
        line = Place(place.file, getattr(each, "lineno", place.number))
        if isinstance(each, ast.Attribute) and each.attr in HIDDEN:
            return CUTTERS[each.attr], line
        if isinstance(each, ast.With):
            for item in each.items:
                word = ast.unparse(item.context_expr)
                for mode in ("no_grad", "inference_mode"):
                    if word.endswith(f"{mode}()"):
                        return mode, line
    return "", place


def _asks(at: ast.expr) -> bool:
    """Whether an expression makes a leaf that asks for its gradient."""
    if not isinstance(at, ast.Call):
        return False
    word = at.func.attr if isinstance(at.func, ast.Attribute) else ""
    if word == "requires_grad_":
        return not at.args
    said = {each.arg: ast.unparse(each.value) for each in at.keywords}
    return word == "Parameter" or said.get("requires_grad") == "True"


def _root(at: ast.expr) -> str:
    while isinstance(at, ast.Attribute):
        at = at.value
    return at.id if isinstance(at, ast.Name) else ""


def _whole(at: ast.expr) -> bool:
    """Whether this names a dtype of whole numbers."""
    word = ast.unparse(at).rpartition(".")[2].lower()
    return word.startswith(("int", "uint", "long", "short", "bool", "bytetensor"))


def _line(place: tuple[str, int] | None) -> dict[str, Any] | None:
    return None if place is None else recorder.line_at(*place)
