"""Hot: the calls that occur most, led straight to their cards past all that another call could mean."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.reduction import mean_all, sum_all
from minitorch_edu.ops.signatures import MISSING
from minitorch_edu.tensor import Tensor


def straight(general: Callable[..., Any], card: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction whose call with nothing but a tensor of floating point numbers goes straight to the card."""

    @functools.wraps(general)
    def call(input: Any = MISSING, *args: Any, **named: Any) -> Any:
        if args or named or type(input) is not Tensor or input._array.dtype.kind != "f":
            return general(*(() if input is MISSING else (input,)), *args, **named)
        return card(input)

    return call


for _name, _card in (("sum", sum_all), ("mean", mean_all)):
    registry.methods[_name] = straight(registry.methods[_name], _card)
    registry.functions[_name] = straight(registry.functions[_name], _card)

sum, mean = registry.functions["sum"], registry.functions["mean"]
