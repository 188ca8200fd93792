"""GradScaler: gradients of float16, multiplied so that small ones do not vanish, and divided before the step.

The factor finds itself: it grows while all gradients are finite, and shrinks, and the step is left out, when one is
not.
"""

from __future__ import annotations

import enum
import warnings
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.backends import gpus
from minitorch_edu.callers import outside
from minitorch_edu.naming import Addressed, Named
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import full
from minitorch_edu.tensor import Tensor

NOT_BEGUN = (
    "This may indicate your script did not use scaler.scale(loss or outputs) earlier in the iteration."
)
NEW_SCALE = (
    "new_scale should be a float or a 1-element torch.cuda.FloatTensor or torch.FloatTensor with "
    "requires_grad=False."
)


class OptState(enum.Enum):
    """How far an optimizer is in this iteration."""

    READY = 0
    UNSCALED = 1
    STEPPED = 2


def _fresh() -> dict[str, Any]:
    return {"stage": OptState.READY, "found_inf_per_device": {}}


class GradScaler(Addressed, metaclass=Named):
    """Scales losses, and takes the scale out of gradients before an optimizer sees them.

    init_scale: the factor at first.
    growth_factor, growth_interval: it is multiplied by the one after so many steps without inf or nan.
    backoff_factor: it is multiplied by this after a step with one.

    >>> scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    >>> scaler.scale(torch.tensor(2.0))
    tensor(16.)
    """

    _called = "torch.amp.grad_scaler.GradScaler"

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        self._device = device
        self._enabled = enabled
        if device == "cuda" and enabled and not gpus.gpus():
            text = "torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling."
            warnings.warn(text, UserWarning, stacklevel=outside())
            self._enabled = False
        if not self._enabled:
            return
        if growth_factor <= 1.0:
            raise AssertionError("The growth factor must be > 1.0.")
        if backoff_factor >= 1.0:
            raise AssertionError("The backoff factor must be < 1.0.")
        self._init_scale = init_scale
        self._growth_factor, self._backoff_factor = growth_factor, backoff_factor
        self._growth_interval = growth_interval
        self._init_growth_tracker = 0
        self._scale: Tensor | None = None  # made when there is something to scale, on its device
        self._growth_tracker: Tensor | None = None
        self._per_optimizer_states: dict[int, dict[str, Any]] = defaultdict(_fresh)

    def scale(self, outputs: Any) -> Any:
        """A tensor, or tensors in containers, times the factor."""
        if not self._enabled:
            return outputs
        if isinstance(outputs, Tensor):
            if self._scale is None:
                self._scale = full((), self._init_scale, dtype=dtypes.float32, device=outputs.device)
                self._growth_tracker = full(
                    (), self._init_growth_tracker, dtype=dtypes.int32, device=outputs.device
                )
            return outputs * self._scale.to(outputs.device)
        if not isinstance(outputs, Iterable):
            raise ValueError("outputs must be a Tensor or an iterable of Tensors")
        scaled = map(self.scale, outputs)
        return type(outputs)(scaled) if isinstance(outputs, list | tuple) else scaled  # type: ignore[call-arg]

    def _begun(self, function: str) -> tuple[Tensor, Tensor]:
        """The factor and the steps since it changed, as tensors."""
        if self._scale is None:
            raise AssertionError(f"Attempted {function} but _scale is None.  {NOT_BEGUN}")
        assert self._growth_tracker is not None
        return self._scale, self._growth_tracker

    @no_grad()
    def _unscaled(self, optimizer: Any, factor: Tensor, narrow: bool) -> dict[Any, Tensor]:
        """Multiply the gradients by a factor, and tell for each device whether one of them was not finite."""
        found: dict[Any, Tensor] = {}
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if not isinstance(parameter, Tensor):
                    raise AssertionError(f"expected param to be torch.Tensor, got {type(parameter).__name__}")
                grad = parameter.grad
                if grad is None:
                    continue
                if not narrow and grad.dtype is dtypes.float16:
                    raise ValueError("Attempting to unscale FP16 gradients.")
                inf = (~grad.isfinite().all()).to(dtypes.float32)
                found[grad.device] = found[grad.device].maximum(inf) if grad.device in found else inf
                grad.mul_(factor.to(grad.device))
        return found

    def unscale_(self, optimizer: Any) -> None:
        """Take the factor out of an optimizer's gradients, to clip them, say. `step` does so if nobody has."""
        if not self._enabled:
            return
        scale, _ = self._begun("unscale_")
        known = self._per_optimizer_states[id(optimizer)]
        if known["stage"] is OptState.UNSCALED:
            raise RuntimeError(
                "unscale_() has already been called on this optimizer since the last update()."
            )
        if known["stage"] is OptState.STEPPED:
            raise RuntimeError("unscale_() is being called after step().")
        known["found_inf_per_device"] = self._unscaled(optimizer, scale.double().reciprocal().float(), False)
        known["stage"] = OptState.UNSCALED

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """`optimizer.step()` with gradients that are unscaled, unless one of them is inf or nan."""
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if "closure" in kwargs:
            raise RuntimeError("Closure use is not currently supported if GradScaler is enabled.")
        self._begun("step")
        known = self._per_optimizer_states[id(optimizer)]
        if known["stage"] is OptState.STEPPED:
            raise RuntimeError("step() has already been called since the last update().")
        if known["stage"] is OptState.READY:
            self.unscale_(optimizer)
        if not known["found_inf_per_device"]:
            raise AssertionError("No inf checks were recorded for this optimizer.")
        found = None
        if not sum(each.item() for each in known["found_inf_per_device"].values()):
            found = optimizer.step(*args, **kwargs)
        known["stage"] = OptState.STEPPED
        return found

    @no_grad()
    def update(self, new_scale: float | Tensor | None = None) -> None:
        """The end of an iteration: let the factor grow or shrink, or set it."""
        if not self._enabled:
            return
        scale, tracker = self._begun("update")
        if isinstance(new_scale, float):
            scale.fill_(new_scale)
        elif new_scale is not None:
            if new_scale.device.type != self._device or new_scale.numel() != 1 or new_scale.requires_grad:
                raise AssertionError(NEW_SCALE)
            scale.copy_(new_scale)
        else:
            infs = [
                inf.to(scale.device)
                for known in self._per_optimizer_states.values()
                for inf in known["found_inf_per_device"].values()
            ]
            if not infs:
                raise AssertionError("No inf checks were recorded prior to update.")
            self._adapt(scale, tracker, sum(infs[1:], infs[0]) > 0)
        self._per_optimizer_states = defaultdict(_fresh)

    def _adapt(self, scale: Tensor, tracker: Tensor, overflowed: Tensor) -> None:
        """All of it on the device: nobody has to wait for what it finds."""
        steps = tracker + 1
        grown = scale * self._growth_factor
        due = steps == self._growth_interval
        kept = where(due & grown.isfinite(), grown, scale)
        scale.copy_(where(overflowed, scale * self._backoff_factor, kept))
        tracker.copy_(where(overflowed | due, 0, steps))

    # --- what it knows ------------------------------------------------------------------------------------------------

    def get_scale(self) -> float:
        """The factor; 1.0 where scaling is off."""
        if not self._enabled:
            return 1.0
        return self._init_scale if self._scale is None else self._scale.item()

    def _get_scale_async(self) -> Tensor | None:
        return self._scale

    def _get_growth_tracker(self) -> int:
        if not self._enabled:
            return 0
        return self._init_growth_tracker if self._growth_tracker is None else self._growth_tracker.item()

    def get_growth_factor(self) -> float:
        """By what the factor grows."""
        return self._growth_factor

    def set_growth_factor(self, new_factor: float) -> None:
        """Let it grow by another."""
        self._growth_factor = new_factor

    def get_backoff_factor(self) -> float:
        """By what it shrinks."""
        return self._backoff_factor

    def set_backoff_factor(self, new_factor: float) -> None:
        """Let it shrink by another."""
        self._backoff_factor = new_factor

    def get_growth_interval(self) -> int:
        """After how many steps it grows."""
        return self._growth_interval

    def set_growth_interval(self, new_interval: int) -> None:
        """Let it grow after another number of steps."""
        self._growth_interval = new_interval

    def is_enabled(self) -> bool:
        """Whether it scales at all."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """All there is to know, as numbers; nothing where scaling is off."""
        if not self._enabled:
            return {}
        return {
            "scale": self.get_scale(),
            "growth_factor": self._growth_factor,
            "backoff_factor": self._backoff_factor,
            "growth_interval": self._growth_interval,
            "_growth_tracker": self._get_growth_tracker(),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError(
                "The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler."
            )
        self._init_scale = state_dict["scale"]
        self._growth_factor = state_dict["growth_factor"]
        self._backoff_factor = state_dict["backoff_factor"]
        self._growth_interval = state_dict["growth_interval"]
        self._init_growth_tracker = state_dict["_growth_tracker"]
        if self._scale is not None and self._growth_tracker is not None:
            self._scale.fill_(self._init_scale)
            self._growth_tracker.fill_(self._init_growth_tracker)

    def __getstate__(self) -> dict[str, Any]:
        kept = self.__dict__.copy()
        if self._enabled:
            if self._per_optimizer_states:
                raise AssertionError(
                    "A GradScaler instance may only be pickled at the beginning of an iteration, or at the end after "
                    "scaler.update()."
                )
            kept |= {"_init_scale": self.get_scale(), "_init_growth_tracker": self._get_growth_tracker()}
            kept |= {"_scale": None, "_growth_tracker": None}
        return kept
