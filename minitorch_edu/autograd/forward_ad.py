"""Forward mode: dual numbers, tensors that carry a tangent along.

Note [Tangents from the backward formulas]
A card knows the backward formula of its op, which makes J^T g of a gradient g, and no other. Forward mode needs J t
for a tangent t. Where an op works element by element, J is diagonal: the formula itself, given the tangent in the place
of the gradient, is the answer. A view is linear: it is taken of the tangent as well. Everywhere else the formula, which
is linear in g, is differentiated in its g: the derivative of J^T g, applied to t, is J t, whatever g was. So every op
that can be differentiated twice can be differentiated forward.

Complex numbers: backward, PyTorch computes with conjugates, so the diagonal formula is given the conjugate of the
tangent, and its result is conjugated again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from minitorch_edu import missing as _missing
from minitorch_edu.autograd.grad_mode import enable_grad, grad_mode
from minitorch_edu.autograd.transposed import pulled_back
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.ops.signatures import Form
from minitorch_edu.ops.transforms import Level, Transformed, call, levels
from minitorch_edu.tensor import Tensor, wrap

PARTS = tuple(name for name in Tensor.__slots__ if not name.startswith("__"))
"""What makes a tensor."""


class DualTensor(Transformed):
    """A tensor with a tangent: the derivative of its elements in a direction that was chosen at the start."""

    __slots__ = ()
    _level: DualLevel
    _tangent: Tensor

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Also of what is inside, since that is what ops see; they share what a leaf has, so it is one leaf."""
        super().requires_grad_(requires_grad)
        if self._grad_fn is None:
            self._value._requires_grad = requires_grad
            self._value._meta = self._meta_of()
        return self


class UnpackedDualTensor(NamedTuple):
    """What a dual tensor is made of; the tangent is None where nothing depends on a dual number."""

    primal: Tensor
    tangent: Tensor | None


class DualLevel(Level):
    """One forward differentiation."""

    def dual(self, primal: Tensor, tangent: Tensor) -> DualTensor:
        return self._become(object.__new__(Tensor), primal, tangent)

    def _become(self, tensor: Any, primal: Tensor, tangent: Tensor) -> DualTensor:
        """Make a tensor show `primal` and carry `tangent`."""
        tensor.__class__ = DualTensor
        for name in PARTS:
            if hasattr(primal, name):
                setattr(tensor, name, getattr(primal, name))
        tensor._level, tensor._value, tensor._tangent = self, primal, tangent
        return tensor

    def rebuilt(self, tensor: Any, function: Callable[[Tensor], Tensor]) -> Tensor:
        return self.dual(function(tensor._value), tensor._tangent)

    def parts(self, value: Any) -> tuple[Any, Any]:
        """(primal, tangent) of what belongs to this level; (value, None) of anything else."""
        mine = isinstance(value, DualTensor) and value._level is self
        return (value._value, value._tangent) if mine else (value, None)

    def run(self, form: Form, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        """The op on the primals, and its derivative in the direction of the tangents."""
        primals, tangents = zip(*map(self.parts, inputs), strict=True)
        before = (_copied(primals[0]), *primals[1:]) if form.inplace else primals
        found = call(form, primals, arguments)
        results = list(found) if isinstance(found, tuple | list) else [found]
        card = form.card
        pushed = pushed_forward(self, card, before, tangents, arguments, results)
        if form.inplace:
            return self._written(inputs[0], primals[0], pushed[0])
        dressed = [
            result if tangent is None else self.dual(result, tangent)
            for result, tangent in zip(results, pushed, strict=True)
        ]
        if not isinstance(found, tuple | list):
            return dressed[0]
        return type(found)._make(dressed) if hasattr(found, "_make") else type(found)(dressed)

    def pull(
        self, pairs: Sequence[tuple[Tensor, Tensor]], inputs: Sequence[Tensor], create_graph: bool
    ) -> list[Tensor | None]:
        """Gradients with tangents: $J^T g$, and how it changes, $J^T \\dot g + \\dot J^T g$."""
        plain = [self.parts(each)[0] for each in inputs]
        ahead = [(self.parts(output), self.parts(given)) for output, given in pairs]
        primal = pulled_back([(y, g) for (y, _), (g, _) in ahead], plain, create_graph)
        moving = [(y, dg) for (y, _), (_, dg) in ahead if dg is not None]
        moving += [(dy, g) for (_, dy), (g, _) in ahead if dy is not None]
        tangent = pulled_back(moving, plain, create_graph) if moving else [None] * len(inputs)
        return [
            value if value is None or change is None else self.dual(value, change)
            for value, change in zip(primal, tangent, strict=True)
        ]

    def _written(self, input: Any, primal: Tensor, tangent: Tensor | None) -> Tensor:
        """The input of an in-place op, with its new tangent. That is written in place, since views may share it."""
        if isinstance(input, DualTensor) and input._level is self:
            input._tangent.copy_(zeros_like(primal) if tangent is None else tangent)
            return self._become(input, primal, input._tangent)
        if tangent is None:
            return input
        if input._base is None:
            return self._become(input, _inside(input), registry.functions["clone"](tangent))
        base = input._base  # what was written is a part of it, so it has a tangent from now on
        if not isinstance(base, DualTensor):
            self._become(base, _inside(base), zeros_like(base))
        offset = input.storage_offset() - base.storage_offset()
        part = base._tangent.as_strided(input.shape, input.stride(), offset + base._tangent.storage_offset())
        part.copy_(tangent)
        return self._become(input, _inside(input), part)


def _inside(tensor: Tensor) -> Tensor:
    """What a tensor was until it became dual."""
    inside = object.__new__(Tensor)
    for name in PARTS:
        if hasattr(tensor, name):
            setattr(inside, name, getattr(tensor, name))
    return inside


def _copied(tensor: Tensor) -> Tensor:
    """A tensor as it is before it is written."""
    return registry.functions["clone"](tensor)


def pushed_forward(
    level: Level,
    card: Any,
    inputs: Sequence[Any],
    tangents: Sequence[Any],
    arguments: dict[str, Any],
    results: list[Tensor],
) -> list[Tensor | None]:
    """The tangents of the results, as Note [Tangents from the backward formulas] says: a sum over the inputs."""
    totals: list[Tensor | None] = [None] * len(results)
    if card.many is not None:
        given = {card.many: tangents} if any(each is not None for each in tangents) else {}
    else:
        named = zip(card.inputs, tangents, strict=True)
        given = {name: tangent for name, tangent in named if tangent is not None and name in card.formulas}
    for name, tangent in given.items():
        for place, part in enumerate(_pushed(level, card, name, inputs, tangent, arguments, results)):
            if part is not None:
                totals[place] = part if totals[place] is None else totals[place] + part
    return totals if card.is_view else [_own(total, tangents) for total in totals]


def _own(total: Tensor | None, tangents: Sequence[Any]) -> Tensor | None:
    """A tangent with bytes of its own, as the result has: it may be written in place."""
    given = [each for one in tangents for each in (one if isinstance(one, list | tuple) else (one,))]
    if total is None or all(each is None or each._storage is not total._storage for each in given):
        return total
    return registry.functions["clone"](total)


def _pushed(
    level: Level,
    card: Any,
    name: str,
    inputs: Sequence[Any],
    tangent: Any,
    arguments: dict[str, Any],
    results: list[Tensor],
) -> list[Tensor | None]:
    """What the tangent of one input contributes to those of the results."""
    if card.is_view:
        given = dict(zip(card.inputs, (tangent, *inputs[1:]), strict=True))
        found: Any = registry.operators[card.name](**given, **arguments)
        return list(found) if isinstance(found, tuple | list) else [found]
    formula = card.formulas[name]
    needs = [_needed(card, need, inputs, arguments, results) for need in formula.needs]
    if card.diagonal:
        if tangent._storage.backend is not results[0]._storage.backend:  # Note [Numbers that cross over]
            tangent = registry.functions["to"](tangent, results[0].device)
        spread = registry.functions["expand"](tangent, *results[0].shape) if results[0].ndim else tangent
        if card.holomorphic:  # the formula knows of no conjugates
            return [formula.function(spread, *needs).to(results[0].dtype)]
        pushed = formula.function(_conjugate(spread), *needs)
        return [_conjugate(pushed).to(results[0].dtype)]
    with enable_grad():
        seeds = [_seed(result, level) for result in results[: card.differentiable] if not card.listed] or [
            _seed(result, level) for result in results
        ]
        several = card.listed or card.differentiable > 1
        pulled = formula.function(seeds if several else seeds[0], *needs)
    pulled, tangents = ([pulled], [tangent]) if card.many is None else (list(pulled), list(tangent))
    pairs = [
        (each, _spread(t, each))
        for each, t in zip(pulled, tangents, strict=True)
        if t is not None and each is not None
    ]
    keep = grad_mode.enabled
    if card.holomorphic:  # the formula knows of no conjugates, but what differentiates it does
        pairs = [(each, _conjugate(t)) for each, t in pairs]
    found = pulled_back(pairs, seeds, create_graph=keep)
    if card.holomorphic:
        found = [None if each is None else _conjugate(each) for each in found]
    return [*found, *[None] * (len(results) - len(seeds))]


def _spread(tangent: Tensor, like: Tensor) -> Tensor:
    """A tangent in the shape of a gradient: the engine sums gradients to the shape of an input that was broadcast."""
    expand: Any = registry.functions["expand"]
    return tangent if tangent.shape == like.shape else expand(tangent, like.shape)


def _seed(result: Tensor, level: Level) -> Tensor:
    """Something to differentiate by, one for each example of the batches outside."""
    backend = result._storage.backend
    seed = wrap(backend.xp.zeros(result.shape, result.dtype.numpy), backend)
    seed._requires_grad = True
    for outside in levels.entered[: level.depth - 1]:
        seed = outside.spread(seed)
    return seed


def _conjugate(tensor: Tensor) -> Tensor:
    return registry.functions["conj_physical"](tensor) if tensor.is_complex() else tensor


def _needed(
    card: Any, need: str, inputs: Sequence[Any], arguments: dict[str, Any], results: list[Tensor]
) -> Any:
    """What a formula asks for by name."""
    if need == "results_shapes":
        return tuple(tuple(each.shape) for each in results)
    if need in arguments:
        return arguments[need]
    if need in card.outputs:
        return results[card.outputs.index(need)]
    if need == card.many:
        return list(inputs)
    if need in card.inputs:
        return inputs[card.inputs.index(need)]
    owner = need.removesuffix("_shape")
    if owner == card.many:
        return [tuple(each.shape) for each in inputs]
    value = inputs[card.inputs.index(owner)]
    return tuple(value.shape) if isinstance(value, Tensor) else ()


# --- the public side ------------------------------------------------------------------------------------------------


class dual_level(DualLevel):
    """A with-block in which tensors may carry tangents.

    >>> with torch.autograd.forward_ad.dual_level():
    ...     x = torch.autograd.forward_ad.make_dual(torch.tensor(3.0), torch.tensor(1.0))
    ...     torch.autograd.forward_ad.unpack_dual(x * x).tangent
    tensor(6.)
    """

    def __enter__(self) -> dual_level:
        if any(isinstance(level, dual_level) for level in levels.entered):
            raise RuntimeError("Nested forward mode AD is not supported at the moment")
        return super().__enter__()


def enter_dual_level() -> int:
    """Begin what `dual_level` does, without a with-block; returns the number of the level."""
    dual_level().__enter__()
    return 0


def exit_dual_level(*, level: int | None = None) -> None:
    """End the dual level that was entered last."""
    if not levels.entered or not isinstance(levels.entered[-1], dual_level):
        raise RuntimeError("Dual level must be a positive number.")
    levels.entered[-1].__exit__()


def _current() -> dual_level | None:
    return next((level for level in reversed(levels.entered) if isinstance(level, dual_level)), None)


def make_dual(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
    """A tensor that carries a tangent of its shape and dtype through all that is computed from it."""
    entered = _current()
    if entered is None:
        raise RuntimeError(
            "Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first."
        )
    for given, name in ((tensor, "primal"), (tangent, "tangent")):
        if not (given.is_floating_point() or given.is_complex()):
            raise ValueError(f"Expected {name} to be floating point or complex, but got: {given.dtype}")
    if entered.parts(tensor)[1] is not None:
        raise RuntimeError(
            "Making a dual Tensor based on a Tensor that already has a forward gradient at the same level 0 is not "
            "supported."
        )
    if tangent.shape != tensor.shape:
        raise RuntimeError(
            f"Expected tangent to have the same shape as primal, but got {list(tangent.shape)} and {list(tensor.shape)}"
        )
    return entered.dual(tensor.view_as(tensor), tangent)


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """The primal of a tensor and its tangent, which is None for a tensor without one."""
    entered = _current()
    primal, tangent = (tensor, None) if entered is None else entered.parts(tensor)
    return UnpackedDualTensor(primal, tangent)


__getattr__ = _missing.names_of(__name__)
