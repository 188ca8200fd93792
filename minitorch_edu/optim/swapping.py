"""Swapping: an optimizer with other parameters and another state for a while."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minitorch_edu.optim.optimizer import Optimizer
from minitorch_edu.tensor import Tensor

NAME = "swap_in_optimizer_params_and_state"


@contextmanager
def swap_in_optimizer_params_and_state(
    optimizer: Optimizer, swapin_parameters: dict[str, Tensor], swapin_optim_state: dict[str, Any]
) -> Iterator[None]:
    """Until the end of the block, the optimizer has these parameters, in this order, and this state dict.

    What is written into the state's tensors stays; all else is as before.

    >>> x, y = (torch.tensor([each], requires_grad=True) for each in (1.0, 2.0))
    >>> optimizer = torch.optim.SGD([x], lr=0.5, momentum=0.9)
    >>> x.grad = y.grad = torch.tensor([1.0])
    >>> optimizer.step()
    >>> with torch.optim.swap_in_optimizer_params_and_state(optimizer, {"y": y}, optimizer.state_dict()):
    ...     optimizer.step()
    >>> x, y
    (tensor([0.5000], requires_grad=True), tensor([1.0500], requires_grad=True))
    """
    state = _expect_state(optimizer, swapin_optim_state)
    groups = _expect_groups(optimizer, swapin_optim_state.get("param_groups"))
    others = _shared_out(list(swapin_parameters.values()), groups)
    numbers = {number for group in groups for number in group["params"]}
    extra = [key for key in state if key not in numbers]
    if extra:
        raise RuntimeError(
            f"{NAME} requires swapin_optim_state['state'] to be keyed only by packed parameter ids from "
            f"param_groups[*]['params']; got extra keys {extra!r}."
        )
    own_state, own_groups = optimizer.state, [dict(group) for group in optimizer.param_groups]
    swapped: defaultdict[Tensor, Any] = defaultdict(dict)
    try:
        for live, group, params in zip(optimizer.param_groups, groups, others, strict=True):
            live.update({**group, "params": params})
            for number, param in zip(group["params"], params, strict=True):
                swapped[param] = dict(state.get(number, {}))
        optimizer.state = swapped
        yield
    finally:
        for live, own in zip(optimizer.param_groups, own_groups, strict=True):
            live.clear()
            live.update(own)
        optimizer.state = own_state


def _expect_state(optimizer: Optimizer, state_dict: Any) -> dict[Any, Any]:
    """The state of each parameter, by its number."""
    if not optimizer.state:
        raise RuntimeError(f"{NAME} requires initialized optimizer state.")
    if not isinstance(state_dict, dict):
        raise RuntimeError(f"{NAME} requires a DCP-style optimizer state_dict.")
    state = state_dict.get("state")
    if not isinstance(state, dict):
        raise RuntimeError(
            f"{NAME} requires swapin_optim_state['state'] to be a dict mapping packed parameter ids to per-param state "
            f"dicts, got {type(state).__name__}."
        )
    if any(isinstance(key, Tensor) for key in state):
        raise RuntimeError(
            f"{NAME} requires optimizer.state_dict()-style state keyed by packed parameter ids."
        )
    if any(isinstance(key, int) and not isinstance(kept, dict) for key, kept in state.items()):
        raise RuntimeError(f"{NAME} requires per-parameter optimizer state entries to be dictionaries.")
    return state


def _expect_groups(optimizer: Optimizer, groups: Any) -> list[dict[str, Any]]:
    """Groups of the same sizes and with the same options."""
    if not isinstance(groups, list):
        raise RuntimeError(
            f"{NAME} requires swapin_optim_state['param_groups'] to be a list of param-group dicts, got "
            f"{type(groups).__name__}."
        )
    if len(optimizer.param_groups) != len(groups):
        raise RuntimeError(
            "swapin_optim_state has a different number of parameter groups than the live optimizer."
        )
    for place, (live, group) in enumerate(zip(optimizer.param_groups, groups, strict=True)):
        if not isinstance(group, dict):
            raise RuntimeError(f"{NAME} requires each optimizer param group to be a dictionary.")
        numbers = group.get("params")
        if not isinstance(numbers, list) or not all(isinstance(each, int) for each in numbers):
            raise RuntimeError(
                f"{NAME} requires optimizer.state_dict()-style param_groups[*]['params'] entries keyed by packed "
                "parameter ids."
            )
        if len(live["params"]) != len(numbers):
            raise RuntimeError(
                f"swapin_optim_state param group {place} has a different number of params than the live optimizer "
                "param group."
            )
        theirs, ours = (
            [key for key in one if key not in other] for one, other in ((group, live), (live, group))
        )
        if theirs or ours:
            raise RuntimeError(
                f"{NAME} requires optimizer.state_dict()-style param group keys to exactly match the live optimizer "
                f"group keys for group {place}. Keys only in swap-in: {theirs}. Keys only in live: {ours}."
            )
    return groups


def _shared_out(params: list[Tensor], groups: list[dict[str, Any]]) -> list[list[Tensor]]:
    """The parameters of each group."""
    shares, place = [], 0
    for group in groups:
        end = place + len(group["params"])
        if end > len(params):
            raise RuntimeError(
                f"{NAME} requires the explicit parameter state to match optimizer.param_groups ordering."
            )
        shares.append(params[place:end])
        place = end
    return shares
