"""Dashboard: a training log as the views get it, and as sentences: what is told of it, and what should be looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.training import plots  # noqa: F401  (the still picture enters itself)
from minitorch_widgets.training.gauges import SATURATES, Reading
from minitorch_widgets.training.series import Series, thinned
from minitorch_widgets.training.trainlog import Activation, Alarm, Layer, TrainingLog, said, told
from minitorch_widgets.words import count, join

MOST_CURVES = 8  # as many as there are colours; the table has them all
MOST_HISTOGRAMS = 12
MOST_POINTS = 160
BAND = (10**-3.5, 10**-2.5)
"""Where the ratio of an update to its weights is in most trainings that go well: about 1e-3."""
FAR_OFF = (10**-4.5, 10**-1.5)
UNEVEN = 1e3  # a gradient that is so many times smaller in one layer than in another hardly trains it
MUCH = 0.5  # of the outputs saturated

Thing = TypeVar("Thing")


class TrainingInspector(Inspector):
    """An inspector whose picture is a log, and nothing else."""

    def __init__(self, log: TrainingLog) -> None:
        super().__init__(dict, views=["training"], parts={"training": lambda: tell(log)})
        self._log = log
        self.tell()

    def tell(self) -> None:
        """A new picture for all views. The earlier ones are not kept: this one has the whole of them in it."""
        with self._lock:
            self._title = self._log.title
            self.look()
            self._send(self.message)

    def look(self, error: dict[str, Any] | None = None) -> None:
        super().look(error)
        picture = self.picture()
        picture["text"] = picture["parts"]["training"]["sentence"]  # there are no tensors to speak of
        picture["engine"] = self._log.engine


def tell(log: TrainingLog) -> dict[str, Any]:
    """A log as it travels."""
    layers = list(log.layers.values())
    drawn = spread(layers, MOST_CURVES)
    shown = spread(list(log.activations.values()), MOST_HISTOGRAMS)
    return {
        "sentence": sentence(log),
        "steps": log.steps,
        "measured": log.measured,
        "cost": cost(log),
        "loss": points(log.loss, 2 * MOST_POINTS),
        "norm": points(log.total_norm),
        "rates": [{"name": name, "points": points(each)} for name, each in log.rates.items()],
        "layers": [_layer(layer, at, layer in drawn) for at, layer in enumerate(layers)],
        "hidden": len(layers) - len(drawn),
        "band": list(BAND),
        "activations": [_activation(each) for each in shown],
        "quiet": len(log.activations) - len(shown),
        "alarms": [{"step": each.step, "text": each.text} for each in in_order(log)[:12]],
        "findings": findings(log),
        "notes": notes(log),
    }


def spread(things: Sequence[Thing], most: int) -> list[Thing]:
    """The first, the last, and evenly some between.

    >>> spread(range(10), 4)
    [0, 3, 6, 9]
    """
    if len(things) <= most:
        return list(things)
    return [things[round(at * (len(things) - 1) / (most - 1))] for at in range(most)]


def points(series: Series, most: int = MOST_POINTS) -> list[list[Any]]:
    """Steps and values for JSON."""
    return [[step, told(value)] for step, value in thinned(series.points, most)]


def letter(at: int) -> str:
    """A, B, ..., Z, AA, ..."""
    return letter(at // 26 - 1) + chr(65 + at % 26) if at >= 26 else chr(65 + at)


def _layer(layer: Layer, at: int, drawn: bool) -> dict[str, Any]:
    norm, ratio = layer.norm.last, layer.ratio.last
    return {
        "name": layer.name,
        "letter": letter(at),
        "parameters": layer.parameters,
        "drawn": drawn,
        "norm": points(layer.norm) if drawn else [],
        "ratio": points(layer.ratio) if drawn else [],
        "last_norm": None if norm is None else told(norm[1]),
        "last_ratio": None if ratio is None else told(ratio[1]),
    }


def _activation(activation: Activation) -> dict[str, Any]:
    readings = list(activation.readings)
    if activation.last is not None and activation.last not in readings:
        readings.append(activation.last)
    ends = SATURATES.get(activation.kind)
    return {
        "name": activation.name,
        "kind": activation.kind,
        "units": activation.units,
        "dead": activation.dead,
        "ends": None if ends is None else list(ends),
        "readings": [_reading(each) for each in readings],
        "words": activation_words(activation),
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "step": reading.step,
        "low": told(reading.low),
        "high": told(reading.high),
        "counts": reading.counts,
        "mean": told(reading.mean),
        "std": told(reading.std),
        "zeros": told(reading.zeros),
        "saturated": None if reading.saturated is None else told(reading.saturated),
        "bad": reading.bad,
    }


# In words -----------------------------------------------------------------------------------------------------------


def sentence(log: TrainingLog) -> str:
    """The dashboard as one would say it."""
    if not log.steps:
        return "Training: no step yet."
    sentences = [f"Training: {count(log.steps, 'step')}."]
    last, lowest = log.loss.last, log.loss.lowest
    if last is not None and lowest is not None:
        first, least = log.loss.points[0][1], f"{said(lowest[1])} at step {lowest[0]}"
        sentences.append(f"The loss went from {said(first)} to {said(last[1])}; its lowest was {least}.")
    norms = _lasts(log, lambda layer: layer.norm)
    if norms:
        sentences.append(f"Gradient norms: {_range(norms)}.")
    ratios = _lasts(log, lambda layer: layer.ratio)
    if ratios:
        sentences.append(f"Updates divided by their weights: {_range(ratios)}; about 0.001 is usual.")
    sentences += findings(log)
    sentences.append(cost(log))
    return " ".join(sentences)


def cost(log: TrainingLog) -> str:
    """What watching has cost, and what was skipped for it."""
    if not log.steps:
        return ""
    skipped = log.steps - log.measured
    text = f"Gradients, updates and activations were measured in {log.measured:,} of {count(log.steps, 'step')}"
    text += f" ({skipped:,} skipped to stay cheap)" if skipped else ""
    return f"{text}. Watching took {log.spent:.2g} s, {100 * log.share:.2g} % of the loop's time."


def notes(log: TrainingLog) -> list[str]:
    """What was left out, and why."""
    found = list(log.notes)
    if log.measured and not log.total_norm.points:
        found.append("gradients: at watch.step(loss) every .grad was None. Call it before zero_grad().")
    return found


def findings(log: TrainingLog) -> list[str]:
    """What should be looked at, each as a sentence; what is worst comes first."""
    found = _broken(log)
    norms = {name: value for name, value in _lasts(log, lambda layer: layer.norm).items() if math.isfinite(value)}
    if any(value == 0 for value in norms.values()):
        found.append(f"No gradient reaches {join([name for name, value in norms.items() if value == 0][:6])}: it is 0.")
    above = {name: value for name, value in norms.items() if value > 0}
    if above and max(above.values()) > UNEVEN * min(above.values()):
        large, small = max(above, key=above.__getitem__), min(above, key=above.__getitem__)
        times = above[large] / above[small]
        found.append(f"The gradient of {small} is {times:,.0f} times smaller than that of {large}.")
    ratios = _lasts(log, lambda layer: layer.ratio)
    slow = {name: value for name, value in ratios.items() if value < FAR_OFF[0]}
    fast = {name: value for name, value in ratios.items() if FAR_OFF[1] < value < math.inf}
    for names, how in ((slow, "hardly changes"), (fast, "changes fast")):
        if names:
            what = _some(list(names))
            found.append(f"A step now {how} {what}: by {_parts(names)} of its size, where 0.001 is usual.")
    found += [each for activation in log.activations.values() if (each := _trouble(activation))]
    return found[:12]


def _broken(log: TrainingLog) -> list[str]:
    """Where the first values came that are no numbers, and how many came later."""
    alarms = in_order(log)
    if not alarms:
        return []
    first = [each for each in alarms if each.step == alarms[0].step]
    later = len(alarms) - len(first)
    kinds = sorted({said(each.value) for each in first})
    verb = "are" if first[1:] else "is"
    found = [f"At step {first[0].step}, {_things(first)} {verb} {' or '.join(kinds)} for the first time."]
    if later:
        step = next(each.step for each in alarms if each.step > first[0].step)
        found.append(f"It spreads to {later} more from step {step} on.")
    return found


def in_order(log: TrainingLog) -> list[Alarm]:
    """The alarms as they came: in one step the outputs are before the loss, and the loss before the gradients."""
    kinds = ("the output", "the loss", "the gradient")
    return sorted(log.alarms, key=lambda each: (each.step, [not each.what.startswith(kind) for kind in kinds]))


def _things(alarms: Sequence[Alarm]) -> str:
    """the loss and the gradients of fc1 and fc2"""
    parts = []
    for kind in ("output", "loss", "gradient"):
        names = [each.what.partition(" of ")[2] for each in alarms if each.what.startswith(f"the {kind}")]
        if names:
            parts.append(f"the {kind}{'s' if names[1:] else ''}" + (f" of {_some(names)}" if names[0] else ""))
    return join(parts)


def _some(names: Sequence[str]) -> str:
    return join([*names[:5], f"{len(names) - 5} more"] if len(names) > 6 else list(names))


def _parts(ratios: dict[str, float]) -> str:
    """One ratio, or between which they lie."""
    texts = [said(min(ratios.values())), said(max(ratios.values()))]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"


def activation_words(activation: Activation) -> str:
    """The last reading of one module in words: its values, its dead units, its saturation."""
    last = activation.last
    if last is None:
        return "not seen yet"
    if last.bad and not any(last.counts):
        return f"nothing but {last.bad}"
    parts = [f"mean {said(last.mean)}, std {said(last.std)}"]
    if activation.dead:
        parts.append(f"{activation.dead} of {activation.units} units dead")
    if last.saturated is not None:
        parts.append(f"{100 * last.saturated:.0f} % saturated")
    elif last.zeros > 0:
        parts.append(f"{100 * last.zeros:.0f} % zeros")
    if last.bad:
        parts.append(f"some {last.bad}")
    return ", ".join(parts)


def _trouble(activation: Activation) -> str:
    last = activation.last
    if last is not None and last.saturated is not None and last.saturated > MUCH:
        return f"{100 * last.saturated:.0f} % of what {activation.name} ({activation.kind}) puts out is saturated."
    if activation.dead:
        return (
            f"{activation.dead} of {count(activation.units, 'unit')} of {activation.name} ({activation.kind}) were 0 "
            "for every example of the last measured steps: dead, they pass no gradient back."
        )
    return ""


def _lasts(log: TrainingLog, series: Callable[[Layer], Series]) -> dict[str, float]:
    """The last value of each layer."""
    return {layer.name: last[1] for layer in log.layers.values() if (last := series(layer).last) is not None}


def _range(values: dict[str, float]) -> str:
    finite = {name: value for name, value in values.items() if math.isfinite(value)}
    if len(finite) == 1:
        ((name, value),) = finite.items()
        return f"{said(value)} ({name})"
    if not finite:
        return "no numbers"
    small, large = min(finite, key=finite.__getitem__), max(finite, key=finite.__getitem__)
    return f"from {said(finite[small])} ({small}) to {said(finite[large])} ({large})"
