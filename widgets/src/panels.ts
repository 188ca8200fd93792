// Panels: one figure of curves over the steps, and one histogram, as SVG.
import { h, svg } from "./dom";
import { clip } from "./format";
import { type Axis, apart, at, axisOf, broke, type Points, runs, short, ticks, toValue } from "./plots";
import type { Activation, Reading } from "./training";

export interface PanelCurve {
  name: string;
  letter: string;
  points: Points;
  colour: number;
  dim: boolean;
}

export interface Panel {
  title: string;
  curves: PanelCurve[];
  width: number;
  steps: number;
  /** Where the reader stands. */
  step: number;
  log?: boolean;
  /** From where to where a value is usual. */
  band?: [number, number];
  onStep: (step: number) => void;
}

const HEIGHT = 198;
const LEFT = 52;
const RIGHT = 26;
const TOP = 18;
const BOTTOM = 32;

export function drawPanel(panel: Panel): HTMLElement {
  const { title, curves, width, band } = panel;
  const values = curves.flatMap(({ points }) => points.map(([, value]) => toValue(value)));
  const y = axisOf([...values, ...(band ?? [])], panel.log);
  const x: Axis = { low: 0, high: Math.max(1, panel.steps - 1), log: false };
  const wide = Math.max(60, width - LEFT - RIGHT);
  const tall = HEIGHT - TOP - BOTTOM;
  const place = {
    x: (step: number) => LEFT + wide * at(x, step),
    y: (value: number) => TOP + tall * (1 - at(y, value)),
  };
  const picture = svg("svg", {
    class: "mt-plot",
    width,
    height: HEIGHT,
    viewBox: `0 0 ${width} ${HEIGHT}`,
    role: "img",
    "aria-label": `${title}. ${spoken(panel)}`,
    onpointerdown: (event) => {
      const { left } = picture.getBoundingClientRect();
      const share = ((event as PointerEvent).clientX - left - LEFT) / wide;
      panel.onStep(Math.round(x.high * Math.min(1, Math.max(0, share))));
    },
  });
  if (band) {
    const [top, low] = [place.y(band[1]), place.y(band[0])];
    picture.append(svg("rect", { class: "mt-band", x: LEFT, y: top, width: wide, height: low - top }));
  }
  picture.append(...axes(y, x, place, wide, tall));
  if (values.length === 0)
    picture.append(
      svg("text", { class: "mt-axis-tick", x: LEFT + 8, y: TOP + tall / 2 }, "not measured yet"),
    );
  for (const curve of curves) picture.append(...drawCurve(curve, place));
  picture.append(...letters(curves, place, LEFT + wide + 5, tall));
  const here = place.x(panel.step);
  picture.append(svg("path", { class: "mt-cursor", d: `M${here} ${TOP}v${tall}` }));
  picture.append(...drawBroken(curves, place, LEFT + wide / 2, tall));
  return h(
    "figure",
    { class: "mt-panel-plot" },
    h(
      "figcaption",
      {},
      h("span", { class: "mt-plot-title" }, title),
      band
        ? h(
            "span",
            { class: "mt-note" },
            h("span", { class: "mt-swatch mt-band-swatch", "aria-hidden": "true" }),
            "usual: around 1e-3",
          )
        : null,
    ),
    picture,
  );
}

interface Place {
  x: (step: number) => number;
  y: (value: number) => number;
}

function axes(y: Axis, x: Axis, place: Place, wide: number, tall: number): SVGElement[] {
  const rows = ticks(y).flatMap((tick) => {
    const level = place.y(tick);
    return [
      svg("path", { class: "mt-grid", d: `M${LEFT} ${level}h${wide}` }),
      svg("text", { class: "mt-axis-tick", x: LEFT - 6, y: level + 4, "text-anchor": "end" }, short(tick)),
    ];
  });
  const columns = ticks(x, wide > 300 ? 5 : 3)
    .filter(Number.isInteger)
    .map((tick) =>
      svg(
        "text",
        { class: "mt-axis-tick", x: place.x(tick), y: HEIGHT - BOTTOM + 15, "text-anchor": "middle" },
        tick.toLocaleString("en"),
      ),
    );
  const name = svg(
    "text",
    { class: "mt-axis-tick", x: LEFT + wide / 2, y: HEIGHT - 3, "text-anchor": "middle" },
    "step",
  );
  return [
    ...rows,
    ...columns,
    name,
    svg("path", { class: "mt-grid mt-base", d: `M${LEFT} ${TOP + tall}h${wide}` }),
  ];
}

function drawCurve({ points, colour, dim }: PanelCurve, place: Place): SVGElement[] {
  const kind = `mt-c${colour}${dim ? " mt-dim" : ""}`;
  return runs(points).map((run) => {
    const [first] = run;
    if (run.length === 1)
      return svg("circle", {
        class: `mt-point ${kind}`,
        cx: place.x(first![0]),
        cy: place.y(first![1]),
        r: 3,
      });
    const path = run.map(([step, value]) => `${place.x(step).toFixed(1)} ${place.y(value).toFixed(1)}`);
    return svg("path", { class: `mt-curve mt-dash${colour} ${kind}`, d: `M${path.join("L")}` });
  });
}

/** Each line's letter at its end, moved so that none covers another. */
function letters(curves: readonly PanelCurve[], place: Place, left: number, tall: number): SVGElement[] {
  const ends = curves.flatMap((curve) => {
    const last = runs(curve.points).at(-1)?.at(-1);
    return last && curve.letter ? [{ curve, y: place.y(last[1]) }] : [];
  });
  const moved = apart(
    ends.map(({ y }) => y),
    TOP + 4,
    TOP + tall,
  ); // prettier-ignore
  return ends.map(({ curve }, k) =>
    svg(
      "text",
      { class: `mt-curve-end mt-c${curve.colour}${curve.dim ? " mt-dim" : ""}`, x: left, y: moved[k]! + 4 },
      curve.letter,
    ),
  );
}

/** Where a value first was no number: loud, and in words. */
function drawBroken(curves: readonly PanelCurve[], place: Place, middle: number, tall: number): SVGElement[] {
  const found = curves
    .flatMap(({ points }) => {
      const where = broke(points);
      return where ? [where] : [];
    })
    .sort((a, b) => a[0] - b[0])[0];
  if (!found) return [];
  const x = place.x(found[0]);
  const left = x > middle;
  return [
    svg("path", { class: "mt-broken", d: `M${x} ${TOP}v${tall}` }),
    svg(
      "text",
      { class: "mt-broken-said", x: x + (left ? -5 : 5), y: TOP - 5, "text-anchor": left ? "end" : "start" },
      `✕ ${short(found[1])} at step ${found[0]}`,
    ),
  ];
}

function spoken({ curves, steps }: Panel): string {
  const parts = curves.slice(0, 8).map(({ name, points }) => {
    const last = points.at(-1);
    if (!last) return `${name}: not measured`;
    const first = points[0]!;
    return `${name}: from ${short(toValue(first[1]))} at step ${first[0]} to ${short(toValue(last[1]))} at step ${last[0]}`;
  });
  return `${steps} steps. ${parts.join("; ")}`;
}

// Histograms ------------------------------------------------------------------------------------------------------

const BARS = 150;
const TALL = 40;

export function drawHistogram(activation: Activation, reading: Reading | null, step: number): HTMLElement {
  const title = `${activation.name} · ${activation.kind}`;
  const words = reading ? readingWords(activation, reading, step) : "not seen yet";
  const picture = svg("svg", {
    class: "mt-plot",
    width: BARS,
    height: TALL + 16,
    viewBox: `0 0 ${BARS} ${TALL + 16}`,
    role: "img",
    "aria-label": `Histogram of ${title}: ${words}`,
  });
  if (reading) picture.append(...bars(activation, reading));
  return h(
    "figure",
    { class: "mt-histogram" },
    h("figcaption", { title }, clip(title, 170, 6.8)),
    picture,
    h("span", { class: reading?.bad ? "mt-note mt-raises" : "mt-note" }, words),
  );
}

function bars({ ends }: Activation, reading: Reading): SVGElement[] {
  const [low, high] = [toValue(reading.low), toValue(reading.high)];
  const most = Math.max(1, ...reading.counts);
  const wide = BARS / reading.counts.length;
  const drawn: SVGElement[] = reading.counts.flatMap((count, k) => {
    if (count === 0) return [];
    const tall = Math.max(1, (TALL * count) / most);
    const step = (high - low) / reading.counts.length;
    const flat = ends !== null && (low + k * step < ends[0] || low + (k + 1) * step > ends[1]);
    return [
      svg("rect", {
        class: flat ? "mt-bar-flat" : "mt-bar-count",
        x: k * wide,
        y: TALL - tall,
        width: wide - 0.6,
        height: tall,
      }),
    ];
  });
  drawn.push(svg("path", { class: "mt-grid mt-base", d: `M0 ${TALL}h${BARS}` }));
  if (reading.bad)
    drawn.push(
      svg(
        "text",
        { class: "mt-broken-said", x: BARS / 2, y: 18, "text-anchor": "middle" },
        `✕ ${reading.bad}`,
      ),
    );
  if (reading.counts.some((count) => count > 0))
    drawn.push(
      svg("text", { class: "mt-axis-tick", x: 0, y: TALL + 13 }, short(low)),
      svg("text", { class: "mt-axis-tick", x: BARS, y: TALL + 13, "text-anchor": "end" }, short(high)),
    );
  return drawn;
}

export function readingWords(activation: Activation, reading: Reading, step: number): string {
  const { units, dead, readings } = activation;
  const parts = reading.step === step ? [] : [`at step ${reading.step}`];
  if (!reading.counts.some((count) => count > 0)) return [...parts, `only ${reading.bad}`].join(": ");
  parts.push(`mean ${short(toValue(reading.mean))}`, `std ${short(toValue(reading.std))}`);
  if (dead && reading === readings.at(-1)) parts.push(`${dead} of ${units} units dead`);
  if (reading.saturated !== null) parts.push(`${Math.round(100 * reading.saturated)} % saturated`);
  else if (reading.zeros > 0) parts.push(`${Math.round(100 * reading.zeros)} % zeros`);
  if (reading.bad) parts.push(`some ${reading.bad}`);
  return parts.join(", ");
}
