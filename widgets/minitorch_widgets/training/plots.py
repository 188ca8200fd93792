"""Plots: curves and histograms of the dashboard as SVG, for wherever no widget runs; panels.ts draws them live."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets.features import Drawn, draws
from minitorch_widgets.training.trainlog import said
from minitorch_widgets.words import SMALL_LETTER_WIDTH

WIDTH = 372.0
HEIGHT = 202.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 26.0, 30.0, 30.0
GAP = 16.0
BARS = 150.0  # the width of a histogram
ROW = 86.0
WIDE = 20.0  # a range with ends so many times apart is drawn on a log axis
SMALL = 'style="font-size:11px"'

# Okabe and Ito's colours, darkened for white paper and lightened for black, so that each has a contrast of 3 with it
LIGHT = ("#0072b2", "#c45200", "#007a5a", "#a8487f", "#8f6400", "#2579b5", "#5f5f5f", "#1f2328")
DARK = ("#56b4e9", "#ff8f40", "#3fb68b", "#e7a3cc", "#e69f00", "#9ad1f5", "#b5b5b5", "#f0e442")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "5 2", "1 2", "10 4", "3 3 1 3")
STYLE = (
    "".join(f".s{k}{{stroke:{each};--c:{each}}}" for k, each in enumerate(LIGHT))
    + "@media (prefers-color-scheme:dark){"
    + "".join(f".s{k}{{stroke:{each};--c:{each}}}" for k, each in enumerate(DARK))
    + "}.curve{fill:none;stroke-width:1.7}.grid{stroke:var(--line);stroke-width:.6;opacity:.5}"
    ".mark-x{stroke:var(--stale);stroke-width:1.6;stroke-dasharray:4 2}"
    "text.end{fill:var(--c);stroke:none;font-weight:700}"
    ".band{fill:var(--leafline);opacity:.14}.bar{fill:var(--look);opacity:.75}.flat{fill:var(--stale);opacity:.9}"
    ".dot{fill:var(--c);stroke:none}"
)


class Axis(NamedTuple):
    """From `low` to `high`, even or by powers of ten."""

    low: float
    high: float
    log: bool

    def at(self, value: float) -> float:
        """Where a value stands, from 0 to 1; what is outside, as 0 is on a log axis, stands at the end."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        if self.log:
            value = math.log10(value) if value > 0 else low
        return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5

    def ticks(self, most: int = 5) -> list[float]:
        """Round values, few enough to be read.

        >>> Axis(0.0, 10.0, False).ticks(), Axis(1e-4, 1.0, True).ticks(3)
        ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [0.0001, 0.01, 1.0])
        >>> Axis(0.03, 0.4, True).ticks()
        [0.05, 0.1, 0.2]
        """
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            step = max(1, math.ceil((last - first) / most))
            if last - first >= 1:
                return [10.0**power for power in range(first, last + 1, step)]
            between = [float(f"{each}e{power}") for power in range(first - 1, last + 1) for each in (1, 2, 5)]
            inside = [each for each in between if self.low <= each <= self.high]
            if len(inside) >= 2:
                return inside
        span = self.high - self.low
        rough = span / most
        power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
        stride = next((power * each for each in (1, 2, 5, 10) if power * each >= rough * 0.999), power)
        lowest = math.ceil(self.low / stride - 1e-9)
        return [round(k * stride, 12) for k in range(lowest, math.floor(self.high / stride + 1e-9) + 1)]


def axis_of(values: Iterable[float], log: bool | None = None, include: Sequence[float] = ()) -> Axis:
    """An axis that holds the finite ones of these values; by powers of ten where they are far apart, if not told."""
    finite = [each for each in [*values, *include] if math.isfinite(each)]
    above = [each for each in finite if each > 0]
    if log is None:
        log = len(above) == len(finite) > 0 and max(above) > WIDE * min(above)
    if log and above:
        low, high = min(above), max(above)
        return Axis(low / 1.3, high * 1.3, True)
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return Axis(0.0 if 0 <= low < room * 4 else low - room, high + room, False)


def number(value: Any) -> float:
    """A told value: 'nan' and 'inf' travel as words."""
    return float(value)


class Curve(NamedTuple):
    """One line of a panel."""

    name: str
    letter: str
    points: Sequence[Sequence[Any]]
    colour: int


def panel(title: str, curves: Sequence[Curve], steps: int, *, log: bool | None = None, band: Any = None) -> list[str]:
    """A panel of curves over the steps, with axes, letters at the lines' ends, and where a value was no number."""
    from minitorch_widgets.drawing.svg import escape

    values = [number(value) for curve in curves for _, value in curve.points]
    y = axis_of(values, log, band or ())
    x = Axis(0.0, float(max(1, steps - 1)), False)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    drawn = [f'<text class="head" x="0" y="12">{escape(title)}</text>']
    if band:
        top, low = TOP + high * (1 - y.at(band[1])), TOP + high * (1 - y.at(band[0]))
        drawn.append(
            f'<rect class="band" x="{LEFT:g}" y="{top:.1f}" width="{wide:g}" height="{low - top:.1f}"/>'
            f'<rect class="band" x="{WIDTH - 112:g}" y="3" width="14" height="10"/>'
            f'<text class="dim" x="{WIDTH - 94:g}" y="12">usual: 1e-3</text>'
        )
    for tick in y.ticks(4):
        at = TOP + high * (1 - y.at(tick))
        drawn.append(
            f'<path class="grid" d="M{LEFT:g} {at:.1f}h{wide:g}"/>'
            f'<text class="dim" x="{LEFT - 5:g}" y="{at + 4:.1f}" text-anchor="end">{tick_text(tick)}</text>'
        )
    for tick in whole(x.ticks(4)):
        at = LEFT + wide * x.at(tick)
        drawn.append(
            f'<text class="dim" x="{at:.1f}" y="{HEIGHT - 14:g}" text-anchor="middle">{tick_text(tick)}</text>'
        )
    drawn.append(f'<text class="dim" x="{LEFT + wide / 2:g}" y="{HEIGHT - 1:g}" text-anchor="middle">step</text>')
    if not any(curve.points for curve in curves):
        drawn.append(f'<text class="dim" x="{LEFT + 8:g}" y="{TOP + high / 2:g}">not measured</text>')
    ends = []
    for curve in curves:
        places = [(LEFT + wide * x.at(step), TOP + high * (1 - y.at(number(value))), number(value)) for step, value in
                  curve.points]  # fmt: skip
        drawn += line(places, curve.colour)
        last = next((each for each in reversed(places) if math.isfinite(each[2])), None)
        if last is not None and curve.letter:
            ends.append((last[1], curve))
    for at, curve in apart(ends, TOP + 4, TOP + high):
        where = f'x="{LEFT + wide + 5:g}" y="{at + 4:.1f}"'
        drawn.append(f'<text class="end s{curve.colour}" {where}>{curve.letter}</text>')
    broke = min(((step, number(value)) for c in curves for step, value in c.points if not _fine(value)), default=None)
    if broke is not None:
        at = LEFT + wide * x.at(broke[0])
        side, dx = ("end", -4) if at > LEFT + wide / 2 else ("start", 4)
        drawn.append(
            f'<path class="mark-x" d="M{at:.1f} {TOP:g}v{high:g}"/>'
            f'<text class="bad" x="{at + dx:.1f}" y="{TOP - 4:g}" text-anchor="{side}" {SMALL}>'
            f"✕ {said(broke[1])} at step {broke[0]}</text>"
        )
    return drawn


def line(places: Sequence[tuple[float, float, float]], colour: int) -> list[str]:
    """A line with gaps where a value is no number; a single value is a dot."""
    runs: list[list[tuple[float, float, float]]] = [[]]
    for place in places:
        if math.isfinite(place[2]):
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    dash = f' stroke-dasharray="{DASHES[colour]}"' if DASHES[colour] else ""
    drawn = []
    for run in runs:
        if len(run) == 1:
            drawn.append(f'<circle class="dot s{colour}" cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="2.5"/>')
        elif run:
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in run)
            drawn.append(f'<path class="curve s{colour}" d="M{path}"{dash}/>')
    return drawn


def apart(ends: Sequence[tuple[float, Any]], top: float, bottom: float, room: float = 13.0) -> list[tuple[float, Any]]:
    """Labels moved so far apart that none covers another.

    >>> apart([(10.0, "a"), (12.0, "b")], 0.0, 100.0)
    [(10.0, 'a'), (23.0, 'b')]
    """
    placed: list[tuple[float, Any]] = []
    for at, thing in sorted(ends, key=lambda each: each[0]):
        placed.append((max(at, placed[-1][0] + room if placed else top), thing))
    floor = bottom
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = (min(placed[k][0], floor), placed[k][1])
        floor = placed[k][0] - room
    return placed


def histogram(activation: Mapping[str, Any], reading: Mapping[str, Any]) -> list[str]:
    """One reading of an activation: its bars, between which values they lie, and what is wrong with them, in words."""
    from minitorch_widgets.drawing.svg import clip, escape

    counts = reading["counts"]
    most = max([*counts, 1])
    high, wide = 36.0, BARS / len(counts)
    title = f"{activation['name']} · {activation['kind']}"
    drawn = [f'<text x="0" y="11" {SMALL}>{escape(clip(title, BARS, SMALL_LETTER_WIDTH))}</text>']
    for k, each in enumerate(counts):
        tall = high * each / most
        cls = "flat" if in_the_flat(activation, reading, k) else "bar"
        if each:
            drawn.append(
                f'<rect class="{cls}" x="{k * wide:.1f}" y="{16 + high - tall:.1f}" width="{wide - 0.6:.1f}" '
                f'height="{max(tall, 0.8):.1f}"/>'
            )
    low, top = said(number(reading["low"])), said(number(reading["high"]))
    drawn.append(f'<path class="grid" d="M0 {16 + high:g}h{BARS:g}"/>')
    if reading["bad"]:
        bad = escape(reading["bad"])
        drawn.append(f'<text class="bad" x="{BARS / 2:g}" y="40" text-anchor="middle">✕ {bad}</text>')
    if not any(counts):
        return drawn
    drawn.append(f'<text class="dim" x="0" y="{28 + high:g}">{low}</text>')
    drawn.append(f'<text class="dim" x="{BARS:g}" y="{28 + high:g}" text-anchor="end">{top}</text>')
    return drawn


def in_the_flat(activation: Mapping[str, Any], reading: Mapping[str, Any], bar: int) -> bool:
    """Whether a bar reaches to where its activation saturates."""
    if activation["ends"] is None:
        return False
    low, high = number(reading["low"]), number(reading["high"])
    wide = (high - low) / len(reading["counts"])
    return low + bar * wide < activation["ends"][0] or low + (bar + 1) * wide > activation["ends"][1]


def tick_text(value: float) -> str:
    """A tick as short as it can be told.

    >>> tick_text(0.001), tick_text(2000.0), tick_text(0.25)
    ('1e-3', '2,000', '0.25')
    """
    if value != 0 and (abs(value) < 0.01 or abs(value) >= 1e5):
        return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


def whole(ticks: Sequence[float]) -> list[float]:
    return [each for each in ticks if each == int(each)]


def _fine(value: Any) -> bool:
    return math.isfinite(number(value))


@draws("training")
def training(told: Mapping[str, Any], width: float) -> Drawn:
    """The dashboard: four panels, a legend, the histograms, and what should be looked at."""
    from minitorch_widgets.drawing.svg import clip, escape, lines_of

    shown = [each for each in told["layers"] if each["drawn"]]
    steps = told["steps"]
    rates = [Curve(each["name"], "", each["points"], k) for k, each in enumerate(told["rates"][:8])]
    panels = [
        panel("Loss", [Curve("loss", "", told["loss"], 0)], steps),
        panel("Learning rate", rates, steps),
        panel("Gradient norm, log", _curves(shown, "norm"), steps, log=True),
        panel("Update ÷ weight, log", _curves(shown, "ratio"), steps, log=True, band=told["band"]),
    ]
    parts = [f"<style>{STYLE}</style>"]
    y = 0.0
    for text in told["findings"][:6]:
        for row in lines_of(f"! {text}", width - 20):
            parts.append(f'<text class="bad" x="0" y="{y + 13:g}">{escape(row)}</text>')
            y += 18
    y += 8 if told["findings"] else 0
    for k, drawn in enumerate(panels):
        parts += [_moved((k % 2) * (WIDTH + GAP), y + (k // 2) * (HEIGHT + GAP)), *drawn, "</g>"]
    y += 2 * (HEIGHT + GAP)
    x = 0.0
    for k, each in enumerate(shown):
        text = clip(f"{each['letter']} {each['name']}", 240, SMALL_LETTER_WIDTH)
        wide = 34 + len(text) * SMALL_LETTER_WIDTH + 16
        if x + wide > width:
            x, y = 0.0, y + 18
        dash = f' stroke-dasharray="{DASHES[k]}"' if DASHES[k] else ""
        parts.append(f'<path class="curve s{k}" d="M{x:g} {y + 8:g}h28"{dash}/>')
        parts.append(f'<text x="{x + 34:g}" y="{y + 12:g}" {SMALL}>{escape(text)}</text>')
        x += wide
    y += 26 if shown else 0
    if told["hidden"]:
        parts.append(f'<text class="dim" x="0" y="{y + 6:g}">and {told["hidden"]} more layers, in the table</text>')
        y += 18
    y = _histograms(told, y, parts)
    for row in lines_of(told["cost"], width, SMALL_LETTER_WIDTH):
        parts.append(f'<text class="dim" x="0" y="{y + 10:g}">{escape(row)}</text>')
        y += 16
    return Drawn(parts, 2 * WIDTH + GAP, y)


def _histograms(told: Mapping[str, Any], y: float, parts: list[str]) -> float:
    from minitorch_widgets.drawing.svg import clip, escape

    seen = [each for each in told["activations"] if each["readings"]]
    if not seen:
        return y
    last = max(each["readings"][-1]["step"] for each in seen)
    parts.append(f'<text class="head" x="0" y="{y + 12:g}">Activations at step {last}</text>')
    y += 24
    across = 4
    for k, each in enumerate(seen):
        left, top = (k % across) * (BARS + 42), y + (k // across) * (ROW + 12)
        parts += [_moved(left, top), *histogram(each, each["readings"][-1])]
        words = clip(each["words"].partition(", std")[2].partition(", ")[2], BARS + 36, SMALL_LETTER_WIDTH)
        parts.append(f'<text class="dim" x="0" y="{ROW - 8:g}">{escape(words)}</text></g>')
    return y + -(-len(seen) // across) * (ROW + 12) + 4


def _moved(x: float, y: float) -> str:
    return f'<g transform="translate({x:g},{y:g})">'


def _curves(layers: Sequence[Mapping[str, Any]], what: str) -> list[Curve]:
    return [Curve(each["name"], each["letter"], each[what], k) for k, each in enumerate(layers)]
