"""linearize: a function near a point, as the linear map that its derivative is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minitorch_edu.func.gradients import jvp
from minitorch_edu.func.tree import flattened, structure


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """The result of a function at a point, and a function that says how it changes there with the inputs: J t.

    >>> y, change = torch.func.linearize(torch.sin, torch.tensor(0.0))
    >>> y, change(torch.tensor(1.0)), change(torch.tensor(3.0))
    (tensor(0.), tensor(1.), tensor(3.))
    """
    points, _ = flattened(primals)

    def jvp_fn(*tangents: Any) -> Any:
        """How the result changes when the inputs change in the direction of `tangents`."""
        directions, _ = flattened(tangents)
        if len(directions) != len(points):
            given, wanted = structure(tangents), structure(primals)
            raise RuntimeError(
                f"Expected the tangents {given} to have the same argspec as the primals {wanted}"
            )
        for place, (direction, point) in enumerate(zip(directions, points, strict=True)):
            for what in ("shape", "device", "dtype"):
                one, other = getattr(direction, what), getattr(point, what)
                if one != other:
                    raise RuntimeError(
                        f"tangent:{place} with {what} {one} in flattened pytree doesn't match the {what} {other} of "
                        "the corresponding primal."
                    )
        return jvp(func, primals, tangents)[1]

    return func(*primals), jvp_fn
