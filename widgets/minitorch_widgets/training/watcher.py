"""Watcher: watches a loop from within, at a cost that it measures, and can't disturb it.

    with watch_training(model, optimizer) as watch:         for batch in watch(loader):
        for batch in loader:                                    ...
            ...                                                 optimizer.step()
            optimizer.step()                                    watch.step(loss)
            watch.step(loss)

Note [A watch that costs little]
The loss is read at every step where it lies in the host's memory. Gradients, updates and activations are read in chosen
steps only: in all of them while the whole of it has taken less than GRACE seconds, afterwards as often as `budget`, a
share of the loop's time, allows. Between two steps only numbers are held; weights are copied, a sample of each, for as
long as one step of the optimizer takes. A hook holds its watch weakly and the watch its model, so neither lives longer
for the other; whatever raises in here is noted as a line of text, and the loop goes on.
"""

from __future__ import annotations

import functools
import math
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from minitorch_widgets.facts.reading import is_tensor
from minitorch_widgets.training.gauges import (
    MOST_MOVED,
    RECTIFIES,
    SAMPLE,
    Far,
    lively,
    reading,
    some,
    squares,
    values_of,
)
from minitorch_widgets.training.series import Series
from minitorch_widgets.training.trainlog import Activation, TrainingLog

GRACE = 0.5  # seconds in which every step is measured: a loop that a class waits for is shown whole
LONGEST = 10.0  # seconds between two steps that count as time of the loop: a longer pause is somebody thinking
MOST_HOOKS = 48
REFRESH = 0.5  # seconds between two pictures of a running loop


class Watch:
    """What `watch_training` returns. `log` holds the numbers; the widget, the figure and the words are made from it."""

    def __init__(
        self,
        model: Any = None,
        optimizer: Any = None,
        *,
        title: str = "",
        budget: float = 0.05,
        every: int | None = None,
        live: bool = True,
    ) -> None:
        self.log = TrainingLog(title or _title(model), _engine(model))
        self.budget = budget
        self.every = every
        self._model = _weakly(model if _is_module(model) else None)
        self._optimizers = [_weakly(each) for each in _listed(optimizer)]
        self._tensors = None if _is_module(model) else {name: _weakly(each) for name, each in _named(model)}
        self._handles: list[Any] = []
        self._open = 0
        self._far = Far()
        self._due = True
        self._cost = 0.0  # of the last measured step
        self._came: float | None = None  # when the last step was
        self._busy = 0.0  # seconds in hooks since then
        self._before: dict[str, np.ndarray] = {}
        self._moved: dict[str, list[float]] = {}
        self._sizes: dict[str, list[float]] = {}
        self._live = live and _in_a_notebook()
        self._shown = 0.0
        self._display: Any = None
        self._end = weakref.finalize(self, _take_away, self._handles)
        self._begin()

    # The loop ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Watch:
        self._begin()
        self._open += 1
        return self

    def __exit__(self, *problem: object) -> None:
        self._open -= 1
        if self._open <= 0:
            self.close()

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The batches, one after the other; the hooks go when the loop is over, also when it raised."""
        with self:
            yield from batches

    def step(self, loss: Any = None) -> None:
        """One step of the training is done: call it after `optimizer.step()`."""
        began = time.perf_counter()
        try:
            self._step(loss)
        except Exception as error:
            self._failed("a step", error)
        now = time.perf_counter()
        self._busy += now - began
        passed = 0.0 if self._came is None else min(now - self._came, LONGEST)
        self._came = now
        self.log.elapsed += max(passed, self._busy)
        self.log.spent += self._busy
        if self._due:
            self._cost = self._busy
        self._busy = 0.0
        self._due = self._is_due()
        if self._due and not self._optimizers:
            self._guarded("the weights", self._keep_weights)
        if self._live:
            self._show(now)

    def close(self) -> None:
        """Take all hooks away, and show the last picture. What was seen stays."""
        _take_away(self._handles)
        self._before.clear()
        self._open = 0
        if self._display is not None:
            self._guarded("the picture", self._display.inspector.tell)

    def _step(self, loss: Any) -> None:
        log, step = self.log, self.log.steps
        log.steps += 1
        value = self._number(loss)
        if self._due:
            if not self._optimizers:
                self._guarded("the gradients", self._read_gradients)
                self._guarded("the updates", self._read_updates)
            self._guarded("what is on a device", self._far.read)
            self._guarded("the layers", lambda: self._settle(step))
            log.measured += 1
        if value is not None:
            log.add(log.loss, "the loss", step, value)

    def _number(self, loss: Any) -> float | None:
        """The loss as a number; on a device it is read in measured steps only, as reading it waits."""
        if loss is None:
            self.log.note("the loss: no step was told it. Say watch.step(loss).")
            return None
        if is_tensor(loss) and loss.device.type != "cpu" and not self._due and values_of(loss) is None:
            self.log.note("the loss between measured steps: it is on a device, and to read it is to wait for it")
            return None
        try:
            return float(loss.detach() if is_tensor(loss) else loss)
        except (TypeError, ValueError, RuntimeError):
            self.log.note("a loss that is not one number")
            return None

    def _is_due(self) -> bool:
        """Whether the next step is measured: see Note [A watch that costs little]."""
        if self.every is not None:
            return self.log.steps % max(1, self.every) == 0
        return self.log.spent + self._cost <= max(GRACE, self.budget * self.log.elapsed)

    # Hooks ------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if not self._handles:
            self._guarded("hooks", self._hook)

    def _hook(self) -> None:
        watch = weakref.ref(self)
        model = self._model()
        number = 0
        for name, module in model.named_modules() if model is not None and self._tensors is None else ():
            if any(True for _ in module.children()):
                continue
            number += 1
            if number > MOST_HOOKS:
                self.log.note(f"activations of modules beyond the first {MOST_HOOKS}")
                break
            kind = type(module).__name__
            self._handles.append(module.register_forward_hook(_heard(watch, name or kind, kind)))
        for optimizer in self._optimizers_left():
            self._handles.append(optimizer.register_step_pre_hook(_moment(watch, "before")))
            self._handles.append(optimizer.register_step_post_hook(_moment(watch, "after")))

    def _hook_began(self) -> float:
        """Now; the first hook of all is where the loop's time begins."""
        now = time.perf_counter()
        self._came = self._came or now
        return now

    def _output(self, name: str, kind: str, module: Any, output: Any) -> None:
        """A module has put something out."""
        if not self._due or not getattr(module, "training", True):
            return
        tensor = next((each for each in _listed(output) if is_tensor(each)), None)
        if tensor is None or not tensor.dtype.is_floating_point or tensor.numel() == 0:
            return
        log = self.log
        known = log.activations.setdefault(name, Activation(name, kind))
        step = log.steps

        def hear(numbers: np.ndarray) -> None:
            seen = reading(step, numbers, kind)
            known.add(seen)
            if seen.bad:
                log.alarm(step, f"the output of {name}", float(seen.bad))

        some(tensor, SAMPLE, self._far, hear)
        if kind in RECTIFIES:
            lively(tensor, known.alive.append)

    def _before_update(self) -> None:
        self._guarded("the gradients", self._read_gradients)
        self._guarded("the weights", self._keep_weights)

    def _after_update(self) -> None:
        self._guarded("the updates", self._read_updates)

    # Gradients and updates --------------------------------------------------------------------------------------

    def _parameters(self) -> Iterator[tuple[str, str, Any]]:
        """The layer, the name and the tensor of each."""
        if self._tensors is not None:
            for name, reference in self._tensors.items():
                tensor = reference()
                if tensor is not None:
                    yield name, name, tensor
            return
        model = self._model()
        for name, parameter in model.named_parameters() if model is not None else ():
            yield _owner(model, name), name, parameter

    def _read_gradients(self) -> None:
        self._sizes = {}
        for layer, _, parameter in self._parameters():
            grad = parameter.grad
            if grad is None:
                continue
            found = self._sizes.setdefault(layer, [])
            squares(grad, self._far, found.append)

    def _keep_weights(self) -> None:
        """A sample of each weight, until it has moved."""
        self._before = {}
        for _, name, parameter in self._parameters():
            if parameter.requires_grad:
                some(parameter, MOST_MOVED, self._far, functools.partial(self._before.__setitem__, name))
        self._far.read()  # what is on a device is read before it moves

    def _read_updates(self) -> None:
        before, self._before = self._before, {}
        self._moved = {}
        for layer, name, parameter in self._parameters():
            if name not in before:
                continue
            sums = self._moved.setdefault(layer, [0.0, 0.0])
            some(parameter, MOST_MOVED, self._far, _compare(before[name], sums))

    def _settle(self, step: int) -> None:
        """What this step has shown, layer by layer, into the curves."""
        log = self.log
        counts: dict[str, int] = {}
        for name, _, parameter in self._parameters():
            counts[name] = counts.get(name, 0) + int(parameter.numel())
        total = 0.0
        for name, number in counts.items():
            layer = log.layer(name)
            if layer is None:
                continue
            layer.parameters = number
            if self._sizes.get(name):
                size = sum(self._sizes[name])
                total += size
                log.add(layer.norm, f"the gradient of {name}", step, size**0.5)
            moved, weight = self._moved.get(name, (0.0, 0.0))
            if weight > 0 or math.isnan(weight):
                layer.ratio.add(step, (moved / weight) ** 0.5)
        if self._sizes:
            log.total_norm.add(step, total**0.5)
        for place, (name, value) in enumerate(self._rates()):
            if place < 8:
                log.rates.setdefault(name, Series()).add(step, value)
        self._sizes, self._moved = {}, {}

    def _rates(self) -> Iterator[tuple[str, float]]:
        optimizers = self._optimizers_left()
        for at, optimizer in enumerate(optimizers):
            for place, group in enumerate(optimizer.param_groups):
                name = f"group {place}" if len(optimizers) == 1 else f"{type(optimizer).__name__} {at}, group {place}"
                if "lr" in group:
                    yield name, float(group["lr"])

    def _optimizers_left(self) -> list[Any]:
        return [found for reference in self._optimizers if (found := reference()) is not None]

    # Troubles ---------------------------------------------------------------------------------------------------

    def _guarded(self, what: str, do: Callable[[], Any]) -> None:
        try:
            do()
        except Exception as error:
            self._failed(what, error)

    def _failed(self, what: str, error: Exception) -> None:
        why = str(error).partition("\n")[0]
        self.log.note(f"{what}: looking raised {type(error).__name__}: {why}")

    # Pictures ---------------------------------------------------------------------------------------------------

    def _show(self, now: float) -> None:
        """The widget in the cell's output, and a new picture of it now and then."""
        if now - self._shown < REFRESH or self.log.steps < 2 and self._display is None:
            return
        began = time.perf_counter()
        self._shown = now
        self._guarded("the picture", self._draw)
        taken = time.perf_counter() - began
        self.log.spent += taken
        self._shown = now + 20 * taken  # a picture that takes long comes less often

    def _draw(self) -> None:
        if self._display is None:
            from IPython.display import display

            display(self.widget)
        else:
            self._display.inspector.tell()

    @property
    def widget(self) -> Any:
        """The dashboard: it follows the loop, and can be shown again in another cell."""
        from minitorch_widgets.session.widget import InspectorWidget
        from minitorch_widgets.training.dashboard import TrainingInspector

        if self._display is None:
            self._display = InspectorWidget(TrainingInspector(self.log))
        return self._display

    @property
    def text(self) -> str:
        """What the dashboard shows, in words."""
        from minitorch_widgets.training.dashboard import sentence

        return sentence(self.log)

    def figure(self, *, dark: bool | None = None) -> Any:
        """The same curves as a matplotlib Figure; `dark` is what matplotlib's style says where it is not given."""
        from minitorch_widgets.training import figures

        return figures.dashboard(self.log, dark=dark)

    def gradient_map(self, *, dark: bool | None = None) -> Any:
        """The gradients' norms as a heat map of layers and steps, a matplotlib Figure."""
        from minitorch_widgets.training import figures

        return figures.gradient_map(self.log, dark=dark)

    def __repr__(self) -> str:
        return self.text

    def _ipython_display_(self) -> None:
        self.widget.inspector.tell()
        self.widget._ipython_display_()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        widget = self.widget
        widget.inspector.tell()
        return widget._repr_mimebundle_(**kwargs)


# Hooks hold the watch weakly: a model that is still in use must not keep it, and it takes its hooks away as it goes.


def _heard(watch: Callable[[], Watch | None], name: str, kind: str) -> Callable[..., None]:
    def hook(module: Any, inputs: Any, output: Any) -> None:
        found = watch()
        if found is not None and found._due:
            began = found._hook_began()
            found._guarded(f"the output of {name}", lambda: found._output(name, kind, module, output))
            found._busy += time.perf_counter() - began

    return hook


def _moment(watch: Callable[[], Watch | None], when: str) -> Callable[..., None]:
    def hook(optimizer: Any, args: Any, kwargs: Any) -> None:
        found = watch()
        if found is not None and found._due:
            began = found._hook_began()
            (found._before_update if when == "before" else found._after_update)()
            found._busy += time.perf_counter() - began

    return hook


def _compare(old: np.ndarray, sums: list[float]) -> Callable[[np.ndarray], None]:
    def hear(new: np.ndarray) -> None:
        if new.shape == old.shape:
            with np.errstate(all="ignore"):
                sums[0] += float(((new - old) ** 2).sum())
                sums[1] += float((old**2).sum())

    return hear


def _owner(model: Any, name: str) -> str:
    """What the module of a parameter is called: fc1, or 0 Linear where its name is a number."""
    path = name.rpartition(".")[0]
    if not path:
        return type(model).__name__
    return f"{path} {type(model.get_submodule(path)).__name__}" if path.rpartition(".")[2].isdigit() else path


def _take_away(handles: list[Any]) -> None:
    """Remove the hooks; one that is gone already is no trouble."""
    while handles:
        try:
            handles.pop().remove()
        except Exception:
            continue


def _weakly(value: Any) -> Callable[[], Any]:
    return (lambda: None) if value is None else weakref.ref(value)


def _listed(value: Any) -> list[Any]:
    """One thing or several, as a list."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _is_module(model: Any) -> bool:
    return callable(getattr(type(model), "named_modules", None))


def _named(model: Any) -> list[tuple[str, Any]]:
    """Tensors with names, where the model is none: a dict of them, several, or a single one."""
    if isinstance(model, Mapping):
        return [(str(name), each) for name, each in model.items() if is_tensor(each)]
    return [(f"tensor {at}", each) for at, each in enumerate(_listed(model)) if is_tensor(each)]


def _title(model: Any) -> str:
    return f"training of {type(model).__name__}" if _is_module(model) else "training"


def _engine(model: Any) -> str:
    """torch or minitorch_edu: whose tensors these are."""
    tensors = model.parameters() if _is_module(model) else (each for _, each in _named(model))
    kinds = {base.__module__.partition(".")[0] for each in tensors for base in type(each).__mro__}
    return next((name for name in ("torch", "minitorch_edu") if name in kinds), "")


def _in_a_notebook() -> bool:
    import sys

    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
