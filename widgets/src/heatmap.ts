// Values as a picture: a grid of coloured cells with their numbers where they fit, and a legend beneath.
import { css, divergingColour, scaleOf, textOn } from "./colour";
import { h } from "./dom";
import { elementCount, formatScalar, formatTuple, isFloating, unravel } from "./format";
import type { Scalar, Value } from "./protocol";

export interface HeatmapOptions {
  /** How wide it may be before its numbers are left out, in px. */
  room?: number;
  /** What it shows, for those who hear it. */
  label?: string;
  legend?: boolean;
  /** Called with the element under the pointer, or null. */
  onElement?: (element: number | null) => void;
}

const MOST_CELLS = 1024;

/** How a value is cut into grids: one for each leading index. Of a row that is too long, the first `columns` are drawn. */
export interface Grid {
  heading: string;
  first: number;
  rows: number;
  columns: number;
  /** How many elements on the next row begins. */
  stride: number;
}

/** A vector is one row, a matrix one grid, anything deeper one grid for each leading index. */
export function grids(shape: readonly number[], limit = MOST_CELLS): Grid[] {
  const stride = shape.at(-1) ?? 1;
  const rows = shape.length > 1 ? shape.at(-2)! : 1;
  const size = rows * stride;
  const total = elementCount(shape);
  if (total === 0) return [];
  const leading = shape.slice(0, -2);
  const found: Grid[] = [];
  for (let first = 0; first < total && first < limit; first += size) {
    const heading = leading.length > 0 ? `[${unravel(first / size, leading).join(", ")}, :, :]` : "";
    const room = limit - first;
    found.push({
      heading,
      first,
      rows: Math.min(rows, Math.ceil(room / stride)),
      columns: Math.min(stride, room),
      stride,
    });
  }
  return found;
}

export function heatmap(value: Value, options: HeatmapOptions = {}): HTMLElement {
  const { room = 340, label = "values", legend = true, onElement } = options;
  const total = elementCount(value.shape);
  const frame = h("div", { class: "mt-heat" });
  if (total === 0) {
    frame.append(h("p", { class: "mt-note" }, `no elements: shape ${formatTuple(value.shape)}`));
    return frame;
  }
  const scale = scaleOf(value.data, value.min, value.max);
  const texts = value.data.map((each) => formatScalar(each, value.dtype));
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  const columns = Math.min(MOST_CELLS, value.shape.at(-1) ?? 1);
  const width = Math.max(30, Math.ceil(longest * 6.9) + 10);
  // what has no colours has its numbers, however wide
  const numbers = !hasScale(value) || (columns * (width + 1) <= room && value.data.length <= 256);
  const size = numbers ? width : Math.max(6, Math.min(16, Math.floor(room / columns) - 1));
  const picture = h("div", {
    class: "mt-heat-picture",
    role: "img",
    "aria-label": spoken(label, value, texts),
  });
  for (const grid of grids(value.shape)) {
    if (grid.heading) picture.append(h("div", { class: "mt-heat-heading" }, grid.heading));
    picture.append(drawGrid(grid, value, scale.reach, texts, { size, numbers }));
  }
  if (onElement) listen(picture, onElement);
  frame.append(picture);
  if (value.truncated || total > Math.min(MOST_CELLS, value.data.length)) {
    const shown = Math.min(MOST_CELLS, value.data.length);
    frame.append(
      h("p", { class: "mt-note" }, `the first ${shown} of ${total.toLocaleString("en")} elements`),
    );
  }
  if (legend && value.data.length > 1 && hasScale(value)) frame.append(drawLegend(value));
  return frame;
}

function drawGrid(
  grid: Grid,
  value: Value,
  reach: number,
  texts: readonly string[],
  { size, numbers }: { size: number; numbers: boolean },
): HTMLElement {
  const element = h("div", {
    class: numbers ? "mt-heat-grid" : "mt-heat-grid mt-heat-bare",
    style: `grid-template-columns: repeat(${grid.columns}, ${size}px); grid-auto-rows: ${numbers ? 22 : size}px`,
  });
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const k = grid.first + row * grid.stride + column;
      element.append(drawCell(value, k, reach, texts[k], numbers));
    }
  }
  return element;
}

/** Complex numbers and records have no more and less, and so no colours. */
function hasScale(value: Value): boolean {
  return !/^(complex|record)/.test(value.dtype);
}

/** Whether there is a nan in it: in a complex number or a record that may be a part. */
function isNan(scalar: Scalar): boolean {
  return typeof scalar === "string" && /\bnan/.test(scalar);
}

function drawCell(
  value: Value,
  k: number,
  reach: number,
  text: string | undefined,
  numbers: boolean,
): HTMLElement {
  const scalar = value.data[k];
  if (scalar === undefined) return h("span", { class: "mt-heat-cell mt-unknown", title: "not shown" });
  const colour = hasScale(value) ? divergingColour(scalar, reach) : null;
  const odd = isNan(scalar) ? " mt-nan" : scalar === "inf" || scalar === "-inf" ? " mt-inf" : "";
  const where = value.shape.length > 0 ? `[${unravel(k, value.shape).join(", ")}] = ` : "";
  return h(
    "span",
    {
      class: `mt-heat-cell${odd}`,
      style: colour ? `background: ${css(colour)}; color: ${textOn(colour)}` : null,
      title: `${where}${formatScalar(scalar, value.dtype, 8)}`,
      "data-element": k,
    },
    numbers ? (text ?? "") : "",
  );
}

/** A bar from the smallest to the largest value through zero, with those three written beside it. */
function drawLegend(value: Value): HTMLElement {
  const { low, high, reach } = scaleOf(value.data, value.min, value.max);
  const write = (number: number) => formatScalar(number, value.dtype);
  const bar = (from: Scalar, to: Scalar) => {
    const [start, end] = [divergingColour(from, reach)!, divergingColour(to, reach)!];
    return h("span", {
      class: "mt-legend-bar",
      style: `background: linear-gradient(90deg, ${css(start)}, ${css(end)})`,
    });
  };
  const legend = h("div", { class: "mt-legend" });
  if (low < 0) legend.append(h("span", {}, `min ${write(low)}`), bar(low, 0));
  legend.append(
    h(
      "span",
      { class: "mt-legend-zero" },
      value.dtype === "bool" ? "False" : isFloating(value.dtype) ? "0.0" : "0",
    ),
  );
  if (high > 0)
    legend.append(bar(0, high), h("span", {}, value.dtype === "bool" ? "True" : `max ${write(high)}`));
  if (low === 0 && (value.min ?? 0) > 0)
    legend.append(h("span", { class: "mt-note" }, `min ${write(value.min!)}`));
  if (high === 0 && (value.max ?? 0) < 0)
    legend.append(h("span", { class: "mt-note" }, `max ${write(value.max!)}`));
  if (value.data.some((each) => each === "nan")) {
    legend.append(h("span", { class: "mt-legend-nan mt-nan" }), h("span", {}, "nan"));
  }
  if (value.data.some((each) => each === "inf" || each === "-inf")) {
    legend.append(h("span", { class: "mt-legend-nan mt-inf" }), h("span", {}, "inf or -inf"));
  }
  return legend;
}

function spoken(label: string, value: Value, texts: readonly string[]): string {
  const shown = texts.slice(0, 12).join(", ");
  const rest = elementCount(value.shape) > 12 ? ", and so on" : "";
  return `${label}, shape ${formatTuple(value.shape)}, ${value.dtype}: ${shown}${rest}`;
}

function listen(picture: HTMLElement, onElement: (element: number | null) => void): void {
  picture.addEventListener("pointerover", (event) => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-element]");
    onElement(cell ? Number(cell.dataset.element) : null);
  });
  picture.addEventListener("pointerleave", () => onElement(null));
}

/** The three nothings, which must never look alike; the third, 0.0, is a heat map's white cell with its number. */
export function nothing(kind: "None" | "not computed", why = ""): HTMLElement {
  const none = kind === "None";
  return h(
    "span",
    { class: none ? "mt-none" : "mt-pending" },
    h("span", { class: "mt-nothing-mark", "aria-hidden": "true" }, none ? "∅" : "…"),
    none ? h("code", {}, "None") : "not computed yet",
    why ? h("span", { class: "mt-note" }, ` ${why}`) : null,
  );
}
