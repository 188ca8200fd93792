"""Figures: the dashboard, a heat map of gradients, and several runs in one, as matplotlib draws them for a report.

matplotlib is imported when the first figure is asked for. A figure belongs to no window and to no list of pyplot's:
it is gone when nobody holds it. It takes its paper and its ink from matplotlib's style, and its colours from the paper.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from minitorch_widgets.training import dashboard as told
from minitorch_widgets.training.gauges import SATURATES
from minitorch_widgets.training.plots import DARK, DASHES, LIGHT, WIDE
from minitorch_widgets.training.series import Series
from minitorch_widgets.training.trainlog import Activation, TrainingLog, said
from minitorch_widgets.words import count

Lines = Mapping[str, Series]
RUNAWAY = 100.0  # times the largest loss that a run began with
MOST_COLUMNS = 120  # of a heat map


def _picture(size: tuple[float, float], words: str, dark: bool | None) -> Any:
    """A Figure that notebooks show, also where no backend of matplotlib was chosen, and that says what it shows."""
    import matplotlib
    from matplotlib.figure import Figure

    class Picture(Figure):
        dark = False
        words = ""

        def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
            buffer = io.BytesIO()
            self.savefig(buffer, format="png", dpi=self.dpi)
            return {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": self.words}

    picture = Picture(figsize=size, layout="constrained")
    paper = matplotlib.colors.to_rgb(matplotlib.rcParams["axes.facecolor"])
    picture.dark = sum(paper) < 1.5 if dark is None else dark
    picture.words = words
    return picture


@contextmanager
def _style(dark: bool | None) -> Iterator[None]:
    """Matplotlib's style as it is, or its dark or its default one where that is asked for."""
    import matplotlib
    import matplotlib.style

    if dark is None:
        with matplotlib.rc_context():
            yield
    else:
        with matplotlib.style.context("dark_background" if dark else "default"):
            yield


def dashboard(log: TrainingLog, *, dark: bool | None = None) -> Any:
    """Loss, learning rate, gradient norms, update-to-weight ratios, and the last histogram of each activation."""
    layers = told.spread(list(log.layers.values()), told.MOST_CURVES)
    shown = [each for each in told.spread(list(log.activations.values()), told.MOST_HISTOGRAMS) if each.last]
    rows = -(-len(shown) // 4)
    with _style(dark):
        picture = _picture((10, 6.2 + 1.5 * rows), told.sentence(log), dark)
        upper, lower = picture.subfigures(2, 1, height_ratios=[6.2, 1.5 * rows]) if rows else (picture, None)
        (loss, rate), (norm, ratio) = upper.subplots(2, 2)
        picture.suptitle(log.title)
        _lines(picture, loss, {"loss": log.loss}, "Loss")
        _lines(picture, rate, log.rates, "Learning rate")
        names = {f"{told.letter(list(log.layers).index(each.name))}  {each.name}": each for each in layers}
        _lines(picture, norm, {name: each.norm for name, each in names.items()}, "Gradient norm", log=True)
        ratio.axhspan(*told.BAND, color=_colours(picture)[2], alpha=0.18, linewidth=0, label="usual: around 1e-3")
        _lines(picture, ratio, {name: each.ratio for name, each in names.items()}, "Update ÷ weight", log=True)
        if names:
            ratio.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
        if lower is not None:
            axes = np.atleast_2d(lower.subplots(rows, 4, squeeze=False))
            for axis, activation in zip(axes.flat, shown, strict=False):
                _histogram(picture, axis, activation)
            for axis in axes.flat[len(shown) :]:
                axis.set_axis_off()
        picture.draw_without_rendering()  # ticks are made as they are drawn, and shall be of this style
    return picture


def gradient_map(log: TrainingLog, *, dark: bool | None = None) -> Any:
    """The norm of each layer's gradient at each measured step: a row a layer, a colour a power of ten."""
    from matplotlib.colors import LogNorm

    layers = [each for each in log.layers.values() if each.norm.points]
    edges, table = _table([each.norm for each in layers], log.steps)
    above = table[np.isfinite(table) & (table > 0)]
    with _style(dark):
        words = f"Gradient norms of {count(len(layers), 'layer')} over {count(log.steps, 'step')}. {told.sentence(log)}"
        picture = _picture((9, 1.8 + 0.3 * max(len(layers), 3)), words, dark)
        axis = picture.subplots()
        axis.set_title(f"Gradient norm by layer and step · {log.title}")
        if not len(above):
            axis.text(0.5, 0.5, "no gradient was measured", ha="center", va="center", transform=axis.transAxes)
            return picture
        low, high = float(above.min()), float(above.max())
        drawn = np.ma.masked_invalid(np.clip(table, low, None))
        scale = LogNorm(low, high if high > low else low * 10)
        rows = np.arange(len(layers) + 1)
        mesh = axis.pcolormesh(edges, rows, drawn, cmap="cividis", norm=scale, edgecolor="face", lw=0.2)
        axis.set_yticks(np.arange(len(layers)) + 0.5, [each.name for each in layers])
        axis.invert_yaxis()
        axis.set_xlabel("step")
        _crosses(picture, axis, [each.norm.broke for each in layers])
        picture.colorbar(mesh, ax=axis, label="norm, log scale")
        picture.draw_without_rendering()
    return picture


def compare_runs(runs: Mapping[str, Any], *, dark: bool | None = None) -> Any:
    """The loss of several runs in one picture. `runs` names watches, or plain lists of losses."""
    curves = {str(name): _losses(run) for name, run in runs.items()}
    ends = {name: each.last for name, each in curves.items()}
    words = ", ".join(f"{name}: {said(last[1])}" for name, last in ends.items() if last)
    with _style(dark):
        picture = _picture((8, 4.2), f"Losses of {count(len(curves), 'run')}, at their ends: {words}.", dark)
        axis = picture.subplots()
        _lines(picture, axis, curves, "Loss")
        _without_runaways(axis, list(curves.values()))
        if curves:
            axis.legend(fontsize=9)
        picture.draw_without_rendering()
    return picture


def _without_runaways(axis: Any, curves: Sequence[Series]) -> None:
    """Where one run grows beyond all bounds the others would be a flat line: it leaves the picture at the top."""
    finite = [value for each in curves for _, value in each.points if math.isfinite(value)]
    first = [each.points[0][1] for each in curves if each.points and math.isfinite(each.points[0][1])]
    top = RUNAWAY * max(first, default=0.0)
    if top > 0 and max(finite) > top:
        axis.set_ylim(top=top)
        axis.set_title(f"beyond {said(top)} not shown", fontsize=8, loc="right")


def _losses(run: Any) -> Series:
    log = getattr(run, "log", run)
    if isinstance(log, TrainingLog):
        return log.loss
    series = Series(480)
    for step, value in enumerate(log):
        series.add(step, float(value))
    return series


def _lines(picture: Any, axis: Any, curves: Lines, title: str, *, log: bool | None = None) -> None:
    """Curves that differ in their dashes as well as in their colours, with a gap and a cross where one is no number."""
    import matplotlib

    values = [value for series in curves.values() for _, value in series.points if math.isfinite(value)]
    above = [value for value in values if value > 0]
    if log is None:
        log = bool(values) and len(above) == len(values) and max(above) > WIDE * min(above)
    colours = _colours(picture)
    for at, (name, series) in enumerate(curves.items()):
        steps, heights = zip(*series.points, strict=True) if series.points else ((), ())
        finite = [each if math.isfinite(each) else math.nan for each in heights]
        dash = DASHES[at % len(DASHES)]
        style: Any = (0, tuple(float(each) / 1.7 for each in dash.split())) if dash else "solid"
        marker = "o" if len(steps) == 1 else None
        axis.plot(steps, finite, color=colours[at % len(colours)], linestyle=style, marker=marker, label=name, lw=1.7)
    if log and above:
        axis.set_yscale("log")
    if not values:
        axis.text(0.5, 0.5, "not measured", ha="center", va="center", transform=axis.transAxes)
    axis.set_title(title, fontsize=10, loc="left", fontweight="bold")
    axis.set_xlabel("step", fontsize=9)
    axis.grid(alpha=0.25)
    axis.tick_params(labelsize=8)
    broken = [(*each.broke, name) for name, each in curves.items() if each.broke]
    first = min(broken, default=None, key=lambda point: point[0])
    if first is not None:
        which = f"{first[2]} " if len({each[2] for each in broken}) < len(curves) else ""
        colour = matplotlib.rcParams["text.color"]  # no run's own
        axis.axvline(first[0], color=colour, linestyle=(0, (4, 2)), lw=1.5)
        axis.annotate(
            f"✕ {which}{said(first[1])} at step {first[0]}", (first[0], 0.97), xycoords=("data", "axes fraction"),
            va="top", ha="right" if first[0] else "left", xytext=(-4, 0), textcoords="offset points", fontsize=8,
            color=colour,
        )  # fmt: skip


def _histogram(picture: Any, axis: Any, activation: Activation) -> None:
    last = activation.last
    assert last is not None
    axis.set_title(f"{activation.name} · {activation.kind}\n{_short(activation)}", fontsize=8, loc="left")
    axis.tick_params(labelsize=7)
    axis.set_yticks([])
    if not any(last.counts):
        axis.text(0.5, 0.5, f"✕ {last.bad}", ha="center", va="center", transform=axis.transAxes)
        axis.set_xticks([])
        return
    edges = np.linspace(last.low, last.high if last.high > last.low else last.low + 1, len(last.counts) + 1)
    ends = SATURATES.get(activation.kind)
    colours = _colours(picture)
    flat = [ends is not None and (low < ends[0] or high > ends[1]) for low, high in zip(edges, edges[1:], strict=False)]
    axis.bar(edges[:-1], last.counts, np.diff(edges), align="edge", color=[colours[1 if each else 0] for each in flat])


def _short(activation: Activation) -> str:
    """Its words without mean and spread, which the histogram shows; with them where there is nothing else."""
    words = told.activation_words(activation).split(", ")
    return ", ".join(words[2:] or words)


def _table(series: Sequence[Series], steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The values in columns of steps: the largest where several fall into one, the one before where none does."""
    columns = min(MOST_COLUMNS, max(1, max((len(each.points) for each in series), default=1)))
    edges = np.linspace(0, max(steps, 1), columns + 1)
    table = np.full((len(series), columns), np.nan)
    for row, each in enumerate(series):
        for step, value in each.points:
            column = min(int(step / max(steps, 1) * columns), columns - 1)
            table[row, column] = np.fmax(table[row, column], value) if math.isfinite(value) else np.nan
        # between two measured steps nothing is known, and the last value goes on; behind a NaN nothing does
        last = each.broke[0] if each.broke else steps
        for column in range(1, columns):
            if np.isnan(table[row, column]) and edges[column] < last:
                table[row, column] = table[row, column - 1]
    return edges, table


def _crosses(picture: Any, axis: Any, broken: Sequence[tuple[int, float] | None]) -> None:
    for row, point in enumerate(broken):
        if point is not None:
            axis.text(point[0], row + 0.5, f" ✕ {said(point[1])} from step {point[0]}", va="center", fontsize=8)


def _colours(picture: Any) -> tuple[str, ...]:
    return DARK if picture.dark else LIGHT
