"""The op card: what an op computes, and its derivative in each input. Everything else derives from it.

A card is a class under `@op` (the families in this folder are full of examples):

* `forward(xp, input, ..., dim: int = 0)` computes with `xp`, the array namespace of the device. A parameter without
  annotation is a tensor, `Sequence` a list of tensors; every other argument says its type.
* `grad_<input>(grad, ...)` is the derivative in that input. Its docstring is the mathematics, in LaTeX. What its
  parameters name is what gets saved: an input, `result` (or a named output), an argument, or `<input>_shape`.
* `is_view`, `outputs`, `node`, `promotes`: see `Card`.
* A card that is like another but for a little, its node say, is declared over that: `class twin(other.__wrapped__)`.

Note [Formulas mean the same on arrays and tensors]
A formula uses operators and other ops' names only. The engine runs it on tensors when somebody wants to differentiate
the result again, and otherwise on bare arrays, where an op's name stands for that op's `forward`. A card from
elsewhere, a notebook say, may use all that tensors can do: its formulas always run on tensors, a little slower.

Note [Complex derivatives]
PyTorch's gradient of a real loss is its direction of steepest ascent, so that x - lr * x.grad descends for complex x
as well. Through z = f(x) with a complex derivative f' it is g * conj(f'), for any g that arrives at z: the conjugate of
what the formula g * f' makes of conj(g). A card whose formulas are made of complex derivatives says `holomorphic`, and
its node conjugates before and after; the formulas stay those of real numbers, which pay nothing for it. Where an op has
no complex derivative (`abs`, `real`), the formula itself says what becomes of the gradient.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
import types
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from minitorch_edu.autograd.graph import Node, saved_tensor
from minitorch_edu.backends import fusing
from minitorch_edu.ops import registry
from minitorch_edu.ops.compiler import (
    NAMESPACE,
    Inlined,
    backward_source,
    deferred,
    forward_source,
    load,
    names_in,
)
from minitorch_edu.ops.operands import namespace_of, wrapped
from minitorch_edu.ops.signatures import NUMBERS_TOO, Form, Signature, described, in_place_of, parsed
from minitorch_edu.tensor import is_number


class Rule(NamedTuple):
    """One derivative as a reader sees it."""

    input: str
    latex: str
    code: str


class CardError(TypeError):
    """A card that cannot be right: found when it is declared, not when a student runs it."""


class Formula(NamedTuple):
    """One derivative as the engine sees it: the function, and the names it asks for after `grad`."""

    function: Callable[..., Any]
    needs: tuple[str, ...]
    latex: str


TORCH_NAMES = {"input": "self"}
"""PyTorch calls the first input `self` on its nodes: `_saved_self`. A card for which it does not says `saved_as`."""

PROMOTES = (None, "same", "float", "bool")


class Card:
    """An op, as declared.

    name, node_name   `mul` and `MulBackward0`
    inputs            the tensor inputs, in order; `many` is the one that takes a list of tensors, if any
    arguments         the other parameters of `forward`
    outputs           the names of the results; ("result",) for most. Gradients flow into the first `differentiable`.
                      "many" where forward returns a list as long as the arguments say (`listed`)
    promotes          how inputs of different dtypes meet: "same" (a common dtype), "float" (a common floating point
                      dtype), "bool" (a common dtype; the result is bool), None (they have to agree)
    meeting           whose dtypes meet: the inputs that have derivatives, if any have, unless the card says otherwise
    diagonal          whether each element of the result depends on one element of each input: pointwise ops
    is_view           whether the result looks at the bytes of the first input
    inplace           whether there is a form that writes into the first input: `mul_`
    arrives           the argument that names the backend of the result, where that is another than the inputs'
    holomorphic       whether the formulas are those of complex numbers, too: see Note [Complex derivatives]
    refuses           kinds of element, as NumPy's letters ("bc": bools, complex numbers), that NumPy's kernel would
                      take and PyTorch has none for: `explain` says so. It costs nothing where elements are float32
    widens            whether float16 and bfloat16 are computed in float32, and rounded (PyTorch's opmath)
    widened_backward  whether formulas are, too (all, or those of these inputs): where PyTorch has one kernel for them
    others            cards and functions that answer in this one's place when an argument is given: {argument: name}
    variants          cards that answer in its place where an input is a number: {input: name}. They take the number
                      last
    signatures        the ways to call it, as PyTorch's messages print them (`methods`: as a method, where that does not
                      follow); () for a card that only stands behind other functions
    kernel            PyTorch's kernel on a GPU, as far as its errors name it: see Note [Names of wrappers].
                      "TensorIterator" where it is a loop over elements, as that of pointwise ops is
    structured        whether native_functions.yaml says so of that kernel
    crosses           the inputs that may come from the CPU, without dimensions, to others on a GPU. (In arithmetic of
                      two it is either.) See Note [Numbers that cross over]
    apart             a function that raises PyTorch's error for inputs on several devices, where that is another
    public            whether the op is `torch.NAME` without a line in later.py or the package
    domain            where the derivative holds, for readers: "where $x > 0$"; "" for everywhere. What each clause
                      means for numbers says tests/ops/domains.py: there the derivatives are checked
    refuse, explain   functions that raise PyTorch's errors: `refuse` for numbers and mixed dtypes that a kernel would
                      not mind, `explain` after a kernel has raised an error of its own
    """

    def __init__(self, declaration: type, promotes: str | None, diagonal: bool = False) -> None:
        self.diagonal: bool = getattr(declaration, "diagonal", diagonal)
        self.declaration = declaration
        self.name = declaration.__name__
        self.doc = inspect.cleandoc(declaration.__doc__ or "")
        self.forward = _function(declaration, "forward")
        self.promotes = getattr(declaration, "promotes", promotes)
        self.is_view = getattr(declaration, "is_view", False)
        outputs = getattr(declaration, "outputs", ("result",))
        self.listed = outputs == "many"
        self.outputs: tuple[str, ...] = ("results",) if self.listed else outputs
        self.differentiable: int = getattr(declaration, "differentiable", len(self.outputs))
        self.inplace = getattr(declaration, "inplace", self.promotes in ("same", "float"))
        self.arrives: str = getattr(declaration, "arrives", "")
        self.holomorphic: bool = getattr(declaration, "holomorphic", False)
        self.refuses: str = getattr(declaration, "refuses", "")
        self.others: dict[str, str] = getattr(declaration, "others", {})
        self.variants: dict[str, str] = getattr(declaration, "variants", {})
        self.explain = getattr(declaration, "explain", None)
        self.refuse = getattr(declaration, "refuse", None)
        self.kernel: str = getattr(declaration, "kernel", "TensorIterator")
        self.structured: bool = getattr(declaration, "structured", False)
        self.crosses: tuple[str, ...] = getattr(declaration, "crosses", ())
        self.apart = getattr(declaration, "apart", None)
        self.domain: str = getattr(declaration, "domain", "")
        self.public: bool = getattr(declaration, "public", False)
        self._read_signature()
        self.formulas = {
            name: self._formula(name) for name in self.inputs if hasattr(declaration, f"grad_{name}")
        }
        self.widens: bool = getattr(declaration, "widens", False)
        widened = getattr(declaration, "widened_backward", False)
        self.widened_backward: tuple[str, ...] = tuple(self.formulas) if widened is True else widened or ()
        self.node_name: str = (
            getattr(declaration, "node", _camel(self.name) + "Backward0") if self.formulas else ""
        )
        self.meeting: tuple[str, ...] = getattr(declaration, "meeting", tuple(self.formulas) or self.inputs)
        self.signatures = self._signatures()
        self._check()

    def _signatures(self) -> tuple[Signature, ...]:
        """PyTorch's, if the card is one of its functions. Those of pointwise ops can be told from `forward`."""
        declared = getattr(self.declaration, "signatures", None)
        if declared is None:
            if self.promotes is None or "_" in self.name:
                return ()
            declared = (described(self.parameters, self.inputs),)
        return tuple(map(parsed, declared))

    @functools.cached_property
    def takes_numbers(self) -> tuple[bool, ...]:
        """Of each input, whether it may be a number, which becomes a tensor."""
        return tuple(self._takes_number(position) for position in range(len(self.inputs)))

    def _takes_number(self, position: int) -> bool:
        if not self.signatures:
            return self.promotes is not None and position > 0
        declared = (
            each.parameters[position].kind for each in self.signatures if position < len(each.parameters)
        )
        return self.name in NUMBERS_TOO or "Number" in declared

    @functools.cached_property
    def fused(self) -> bool:
        """Whether a GPU has, or may make, a kernel of its own for all that `forward` does. See Note [Fusing]."""
        chain = self.diagonal and self.many is None and fusing.steps(self.forward) > 1
        return chain or f"{self.name}.forward" in fusing.OWN

    @functools.cached_property
    def fused_formulas(self) -> frozenset[str]:
        """The inputs for whose derivatives it may: formulas of one gradient, with more than one step."""
        several = self.listed or self.differentiable > 1 or not self.is_ours
        worth = (
            name
            for name, each in self.formulas.items()
            if fusing.steps(each.function) > 1 or f"{self.name}.grad_{name}" in fusing.OWN
        )
        return frozenset(() if several else worth)

    @functools.cached_property
    def expression(self) -> str | None:
        """What `forward` returns, to stand in the compiled function itself, where it is all that `forward` does."""
        body = _body(self.forward)
        if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
            return None
        return ast.unparse(Inlined(self.inputs).visit(body[0].value))

    def _read_signature(self) -> None:
        parameters = list(inspect.signature(self.forward).parameters.values())
        if not parameters or parameters[0].name != "xp":
            raise CardError(f"{self.name}: the first parameter of forward is xp, the array namespace")
        self.parameters = parameters[1:]
        many = ("Sequence", Sequence)  # a module with postponed annotations has it as text
        self.inputs = tuple(p.name for p in self.parameters if p.annotation in (p.empty, *many))
        self.many = next((p.name for p in self.parameters if p.annotation in many), None)
        self.arguments = tuple(p.name for p in self.parameters if p.name not in self.inputs)

    def _formula(self, name: str) -> Formula:
        function = _function(self.declaration, f"grad_{name}")
        code = function.__code__
        needs = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        latex = re.search(r"\$(.+?)\$", function.__doc__ or "", re.DOTALL)
        if latex is None:
            raise CardError(f"{self.name}.grad_{name}: its docstring is the derivative as mathematics: $...$")
        if not needs or needs[0] not in ("grad", "grads"):
            raise CardError(f"{self.name}.grad_{name}: the first parameter is grad")
        return Formula(function, needs[1:], latex.group(1).strip())

    def _check(self) -> None:
        if not self.inputs:
            raise CardError(f"{self.name}: forward takes no tensor (a parameter without annotation)")
        if self.promotes not in PROMOTES:
            raise CardError(f"{self.name}: promotes is one of {PROMOTES}, not {self.promotes!r}")
        for attribute in dir(self.declaration):
            if attribute.startswith("grad_") and attribute.removeprefix("grad_") not in self.inputs:
                raise CardError(
                    f"{self.name}.{attribute}: forward has no input {attribute.removeprefix('grad_')!r}"
                )
        known = {*self.inputs, *self.arguments, *self.outputs, *(f"{name}_shape" for name in self.inputs)}
        known |= {"results_shapes"} if self.listed else set()
        for name, formula in self.formulas.items():
            for need in formula.needs:
                if need not in known:
                    raise CardError(
                        f"{self.name}.grad_{name}: nobody can supply {need!r}; there are {sorted(known)}"
                    )

    @functools.cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The derivatives as a reader sees them; their source is looked up when somebody reads."""
        return tuple(
            Rule(name, formula.latex, _code(formula.function)) for name, formula in self.formulas.items()
        )

    @functools.cached_property
    def saved_tensors(self) -> tuple[str, ...]:
        """The inputs and outputs that some formula asks for, in the order of the signature."""
        asked = {need for formula in self.formulas.values() for need in formula.needs}
        return tuple(name for name in (*self.inputs, *self.outputs) if name in asked)

    @functools.cached_property
    def saved_values(self) -> tuple[str, ...]:
        """The arguments and shapes that some formula asks for."""
        asked = {need for formula in self.formulas.values() for need in formula.needs}
        return tuple(
            name for name in (*self.arguments, *(f"{name}_shape" for name in self.inputs)) if name in asked
        )

    def needed_by(self, name: str) -> tuple[str, ...]:
        """The inputs whose derivative asks for `name`."""
        return tuple(each for each, formula in self.formulas.items() if name in formula.needs)

    @property
    def is_ours(self) -> bool:
        """Whether the card came with the engine; others are typed in notebooks."""
        return self.declaration.__module__.startswith("minitorch_edu.")

    def __repr__(self) -> str:
        return f"<op card {self.name}>"


def op(declaration: type | None = None, *, promotes: str | None = None, diagonal: bool = False) -> Any:
    """Declare an op by its card. The name becomes the op itself: a function on tensors.

    >>> @op
    ... class double:
    ...     def forward(xp, input):
    ...         return input + input
    ...     def grad_input(grad):
    ...         r"$\\partial z / \\partial x = 2$"
    ...         return grad * 2
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> double(x)
    tensor([2., 4.], grad_fn=<DoubleBackward0>)
    """
    if declaration is None:
        return lambda declaration: op(declaration, promotes=promotes, diagonal=diagonal)
    card = Card(declaration, promotes, diagonal)
    node = _node_class(card) if card.formulas else None
    function = _compiled(card, node)
    known = registry.cards.get(card.name)
    if known is not None and known.is_ours and not card.is_ours:
        return function  # a student's own `relu` is theirs, and the engine's stays what it is
    registry.cards[card.name] = card
    registry.methods.pop(card.name, None)
    registry.functions[card.name] = function
    registry.operators.defer(card.name, lambda: _compiled(card, node, operator=True))
    if card.inplace:
        registry.functions.defer(f"{card.name}_", lambda: _compiled(card, node, inplace=True))
        registry.operators.defer(f"{card.name}_", lambda: _compiled(card, node, inplace=True, operator=True))
    return function


def pointwise(declaration: type) -> Any:
    """Declare an op that works element by element: inputs broadcast, and dtypes meet in a common one."""
    return op(declaration, promotes="same", diagonal=True)


def floating(declaration: type) -> Any:
    """Declare a pointwise op whose results are floating point numbers, also those of whole numbers."""
    return op(declaration, promotes="float", diagonal=True)


def _compiled(
    card: Card, node: type | None, inplace: bool = False, operator: bool = False
) -> Callable[..., Any]:
    """The card as one flat function."""
    name = f"{card.name}_" if inplace else card.name
    form = Form(name, in_place_of(card.signatures) if inplace else card.signatures, card=card)
    form.of_method = tuple(map(parsed, getattr(card.declaration, "methods", ())))
    fused = fusing.Fused(f"{card.name}.forward", card.forward, takes_xp=True)
    names = {"card": card, "form": form, "forward": card.forward, "fused": fused, "NodeClass": node}
    function: Any = deferred(card, name, lambda: forward_source(card, inplace=inplace, operator=operator), names)
    form.function, form.inplace = function, inplace
    function.__doc__ = card.doc
    function.__module__ = card.declaration.__module__
    function.__wrapped__ = card.declaration  # torch.mul?? shows the card
    function.__signature__ = inspect.Signature(card.parameters)
    function.card = card
    if not operator:
        function.form = form
    return function


def _node_class(card: Card) -> type[Node]:
    """The node that runs this card's formulas."""
    values = card.saved_values
    slots = [*(f"saved_{name}" for name in card.saved_tensors), *values]
    slots += ["output_count"] if card.listed else []
    known = {**TORCH_NAMES, **getattr(card.declaration, "saved_as", {})}
    body: dict[str, Any] = {
        "__slots__": slots,
        "__module__": card.declaration.__module__,
        "card": card,
        "saves": bool(card.saved_tensors),
        "saved_names": tuple((f"saved_{name}", known.get(name, name)) for name in card.saved_tensors),
    }
    if not card.listed:
        body["output_count"] = card.differentiable
    for name in card.saved_tensors:
        body[f"_saved_{known.get(name, name)}"] = _saved_property(f"saved_{name}")
    for name in values:
        body[f"_saved_{_torch_value_name(name)}"] = property(attrgetter(name))
    node: Any = type(card.node_name, (Node,), body)
    node.run_on_tensors = _first_run(node, card, "tensor")
    ours = card.declaration.__module__.startswith("minitorch_edu.ops.")
    node.run_on_arrays = _first_run(node, card, "array") if ours else _run_on_wrapped
    return node


def _first_run(node: Any, card: Card, kind: str) -> Callable[..., Any]:
    """Compile the node's run when it is first needed: by then every op that a formula names has been declared."""

    def run(self: Node, *grads: Any) -> Any:
        translate = on_bare_arrays if kind == "array" else lambda function: function
        formulas = NAMESPACE | {f"grad_{name}": translate(formula.function) for name, formula in card.formulas.items()}
        for name in card.fused_formulas if kind == "array" else ():
            plain: Any = formulas[f"grad_{name}"]
            formulas[f"fused_{name}"] = fusing.Fused(f"{card.name}.grad_{name}", plain)
        compiled = load(card, backward_source(card, kind), f"run_on_{kind}s", formulas)
        setattr(node, f"run_on_{kind}s", compiled)
        node.release = formulas.get("release", node.release)
        return compiled(self, *grads)

    return run


def _run_on_wrapped(self: Node, *grads: Any) -> tuple[Any, ...]:
    """The formulas of a card from elsewhere always run on tensors: they may call what arrays have not."""
    given = [None if grad is None else wrapped(grad) for grad in grads]
    found = self.run_on_tensors(*given)
    return tuple(None if grad is None else grad._array for grad in found)


def _saved_property(slot: str) -> property:
    def read(node: Node) -> Any:
        """The saved tensor, or None where no formula asked for it."""
        saved = getattr(node, slot)
        if saved is None and not node._asked_for(slot):
            return None
        tensor = saved_tensor(saved, node)
        return tensor._alias() if is_number(tensor) else tensor

    return property(read)


def _torch_value_name(name: str) -> str:
    if not name.endswith("_shape"):
        return name
    owner = name.removesuffix("_shape")
    return f"{TORCH_NAMES.get(owner, owner)}_sym_sizes"


def on_bare_arrays(function: Any) -> Callable[..., Any]:
    """The same formula with each op's name standing for its `forward`. See Note [Formulas mean the same ...]."""
    known = function.__globals__
    names = {name: _on_arrays(known[name]) for name in names_in(function.__code__) if name in known}
    names |= {"__builtins__": known["__builtins__"], "__name__": known["__name__"]}
    return types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )


def _on_arrays(value: Any) -> Any:
    """What a global of a formula means on arrays: an op its kernel, a helper between ops its own translation."""
    card = getattr(value, "card", None)
    if isinstance(card, Card):
        forward = card.forward
        return lambda first, *rest, **options: forward(namespace_of(first), first, *rest, **options)
    translation = getattr(value, "on_arrays", None)
    if translation is not None:
        return translation
    if inspect.isfunction(value) and value.__module__.startswith("minitorch_edu.ops."):
        return on_bare_arrays(getattr(value, "itself", value))  # a stand-in of autocast may hold its place
    return value


def _function(declaration: type, name: str) -> Callable[..., Any]:
    function = inspect.getattr_static(declaration, name, None)
    if isinstance(function, staticmethod):
        function = function.__func__
    if not inspect.isfunction(function):
        raise CardError(f"{declaration.__name__}: a card declares {name}")
    return function


def _camel(name: str) -> str:
    return re.sub(r"(^|_|(?<=\d))([a-z])", lambda found: found[2].upper(), name).replace("_", "")


def _body(function: Any) -> list[ast.stmt]:
    """The statements of a function below its docstring; none where no source is kept."""
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):
        return []
    assert isinstance(definition, ast.FunctionDef)
    documented = ast.get_docstring(definition) is not None
    return definition.body[documented:]


def _code(function: Any) -> str:
    """The expression a formula returns, as source."""
    returned = [
        each.value for each in _body(function) if isinstance(each, ast.Return) and each.value is not None
    ]
    return ast.unparse(returned[-1]) if returned else ""
