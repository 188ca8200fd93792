// One storage lane: its head, its cells in storage order, and a bracket for everything that looks at them.
import { css, laneColour, textOn } from "./colour";
import { chips, copySentence, deviceName } from "./copies";
import { attribute, h, prefersReducedMotion, refill, svg } from "./dom";
import { formatBytes, formatScalar, formatTuple, isFloating, plural } from "./format";
import type { Model } from "./model";
import type { CopyInfo, LaneInfo, TensorInfo } from "./protocol";
import { cellWidth, type Place, tickText } from "./reads";

const TRACK = 24; // px, the height of a bracket's track
const TICK_LETTER = 6.5; // px
export const KINDS = {
  tensor: "tensor",
  ndarray: "NumPy array",
  grad: "gradient",
  saved: "saved for backward",
  buffer: "kept by the optimizer",
} as const;
const LAZY = { conj: "conjugated", neg: "negated" } as const;

/** Draws lanes, each anew only when something about it is another than before. */
export class LaneDrawing {
  private readonly drawn = new WeakMap<HTMLElement, string>();

  constructor(
    private readonly model: Model,
    private readonly cross: (copy: CopyInfo, here: LaneInfo) => void,
  ) {}

  /** `beat` changes with each picture: two cells written one after the other both flash. */
  draw(element: HTMLElement, lane: LaneInfo, beat: number): void {
    const tensors = this.model.tensorsOn(lane.id);
    const written = this.model.written.get(lane.id);
    const signature = JSON.stringify([
      lane,
      tensors.map((t) => [t, this.model.nameOf(t)]),
      this.model.copiesAt(lane.id).map((copy) => [copy, copySentence(copy, this.model.lanes)]),
      [...(written ?? [])],
    ]);
    if (this.drawn.get(element) === signature && !written) return;
    this.drawn.set(element, signature);
    const colour = laneColour(lane.letter);
    element.style.setProperty("--mt-lane", css(colour));
    element.style.setProperty("--mt-lane-text", textOn(colour));
    attribute(
      element,
      "aria-label",
      `Storage ${lane.letter}, ${deviceName(lane)}, ${formatBytes(lane.bytes)}`,
    );
    const unread = lane.cells.length === 0;
    refill(
      element,
      drawHead(lane, written),
      chips(lane, this.model, (copy) => this.cross(copy, lane)),
      h(
        "div",
        { class: "mt-lane-scroll" },
        unread ? this.drawUnread(lane, tensors) : this.drawGrid(lane, tensors, written, beat),
      ),
      drawCut(lane),
    );
  }

  /** A storage whose values were not read (on a GPU, or too large) still shows who looks at it. */
  private drawUnread(lane: LaneInfo, tensors: readonly TensorInfo[]): HTMLElement {
    const known = isRecord(lane.dtype) || /^(bfloat16|bool|(complex|float|u?int)\d+)$/.test(lane.dtype);
    const why = !known
      ? `NumPy has no ${lane.dtype}: its values are not read.`
      : lane.device === "cpu"
        ? "Its values were left out."
        : "Its values stay on the device and were not read.";
    return h(
      "div",
      { class: "mt-lane-grid" },
      h("p", { class: "mt-note mt-lane-unread" }, why),
      ...tensors.map((tensor) => bracket(tensor, this.drawName(tensor))),
    );
  }

  private drawGrid(
    lane: LaneInfo,
    tensors: readonly TensorInfo[],
    written: Set<number> | undefined,
    beat: number,
  ): HTMLElement {
    const texts = lane.cells.map((value) => formatScalar(value, lane.dtype));
    const ticks = tensors.flatMap((tensor) =>
      this.model.placesOf(tensor, lane).map((place) => ({
        text: tickText(place, tensor.shape),
        part: tensor.itemsize / Math.max(1, lane.itemsize),
      })),
    );
    // whole numbers and records are read to their last digit
    const width = cellWidth(texts, ticks, isFloating(lane.dtype) && !isRecord(lane.dtype) ? 84 : 210);
    const cells = h(
      "div",
      {
        class: "mt-cells",
        role: "listbox",
        "aria-orientation": "horizontal",
        "aria-label": `Cells of storage ${lane.letter}`,
        style: `grid-auto-columns: ${width}px`,
      },
      ...texts.map((value, cell) => drawCell(lane, cell, value, written?.has(cell) === true, beat)),
    );
    return h(
      "div",
      { class: "mt-lane-grid" },
      h("div", { class: "mt-lane-name mt-note" }, "cells"),
      cells,
      ...tensors.map((tensor) => this.drawBracket(lane, tensor, width)),
    );
  }

  private drawBracket(lane: LaneInfo, tensor: TensorInfo, width: number): HTMLElement {
    const places = this.model.placesOf(tensor, lane);
    const all = lane.cells.length * width;
    const track = svg("svg", {
      class: "mt-track",
      width: all,
      height: TRACK,
      role: places.length > 0 && "listbox",
      "aria-orientation": places.length > 0 && "horizontal",
      "aria-label": places.length > 0 && `Elements of ${this.model.nameOf(tensor)}`,
      "aria-hidden": places.length === 0 && "true",
    });
    const wide = width / Math.max(1, lane.itemsize); // px of a byte
    const [first, last] = [places[0], places.at(-1)];
    if (first && last) {
      const [from, to] = [Math.max(0, first.start * wide), Math.min(all, last.end * wide)];
      track.append(svg("path", { class: "mt-span", d: `M${from + 2} 3H${to - 2}` }));
    }
    for (const place of places) {
      const [from, to] = [Math.max(0, place.start * wide), Math.min(all, place.end * wide)];
      track.append(drawTick(tensor, place, from, to - from));
    }
    return bracket(tensor, h("div", { class: "mt-lane-name" }, this.drawName(tensor)), track);
  }

  private drawName(tensor: TensorInfo): HTMLElement {
    const name = this.model.nameOf(tensor);
    const geometry = geometryText(tensor);
    const version = tensor.version === null ? "" : ` v${tensor.version}`;
    return h(
      "button",
      {
        type: "button",
        class: "mt-tensor",
        tabindex: -1,
        title: `${name}: ${KINDS[tensor.kind]}, shape ${geometry}${version}`,
        "data-key": tensor.id,
        onclick: () => this.model.select({ kind: "tensor", id: tensor.id }),
      },
      h(
        "span",
        { class: "mt-tensor-head" },
        h("span", { class: "mt-tensor-name" }, name),
        h("span", { class: "mt-kind" }, KINDS[tensor.kind] + version),
        tensor.lazy ? h("span", { class: "mt-kind" }, `${LAZY[tensor.lazy]} as it is read`) : null,
      ),
      h("span", { class: "mt-tensor-geometry" }, geometry),
    );
  }
}

/** Shape, stride and offset; in bytes where they are no whole number of elements, as those of a record's field. */
export function geometryText(tensor: TensorInfo): string {
  const { shape, stride, offset, apart } = tensor;
  if (!apart) return `${formatTuple(shape)} stride ${formatTuple(stride)} offset ${offset}`;
  return `${formatTuple(shape)} stride ${formatTuple(apart.stride)} bytes offset ${plural(apart.offset, "byte")}`;
}

function isRecord(dtype: string): boolean {
  return dtype.startsWith("record(");
}

function bracket(tensor: TensorInfo, ...parts: Element[]): HTMLElement {
  return h(
    "div",
    { class: "mt-bracket", "data-tensor": tensor.id, "data-testid": `bracket-${tensor.id}` },
    ...parts,
  );
}

/** A place that an element reads, as wide as its bytes; its name comes when it is reached. */
function drawTick(tensor: TensorInfo, place: Place, x: number, width: number): SVGElement {
  const label = tickText(place, tensor.shape);
  const gap = width > 12 ? 2 : 0.5;
  return svg(
    "g",
    {
      class: place.count > 1 ? "mt-tick mt-many" : "mt-tick",
      role: "option",
      "aria-selected": "false",
      "aria-label": label,
      tabindex: -1,
      "data-start": place.start,
      "data-end": place.end,
      "data-element": place.readers[0],
      "data-key": `${tensor.id}@${place.start}`,
    },
    svg("rect", { x: x + gap, y: 2, width: Math.max(1, width - 2 * gap), height: TRACK - 4, rx: 2 }),
    label.length * TICK_LETTER <= width - 2 * gap
      ? svg("text", { x: x + width / 2, y: 16, "text-anchor": "middle" }, label)
      : null,
  );
}

function drawHead(lane: LaneInfo, written: Set<number> | undefined): HTMLElement {
  return h(
    "div",
    { class: "mt-lane-head" },
    h("span", { class: "mt-letter" }, lane.letter),
    h("span", {}, deviceName(lane)),
    h("span", {}, formatBytes(lane.bytes)),
    h("span", {}, lane.dtype),
    h("span", { class: "mt-note" }, lane.address),
    written ? h("span", { class: "mt-written-note" }, `✎ ${plural(written.size, "cell")} written`) : null,
  );
}

function drawCut(lane: LaneInfo): HTMLElement | null {
  if (!lane.truncated || lane.cells.length === 0) return null;
  const total = Math.floor(lane.bytes / Math.max(1, lane.itemsize));
  return h(
    "p",
    { class: "mt-note" },
    `The first ${lane.cells.length} of ${total.toLocaleString("en")} cells.`,
  );
}

function drawCell(lane: LaneInfo, cell: number, value: string, written: boolean, beat: number): HTMLElement {
  const flash = written && !prefersReducedMotion() ? ` mt-flash-${beat % 2}` : "";
  return h(
    "div",
    {
      class: `mt-cell${written ? " mt-written" : ""}${flash}`,
      role: "option",
      "aria-selected": "false",
      tabindex: -1,
      title: value.length > 10 ? value : null,
      "data-cell": cell,
      "data-start": cell * lane.itemsize,
      "data-end": (cell + 1) * lane.itemsize,
      "data-key": `${lane.id}/${cell}`,
      "data-testid": `cell-${lane.id}-${cell}`,
    },
    h("span", { class: "mt-cell-value" }, value),
    written ? h("span", { class: "mt-written-mark", title: "written since the last picture" }, "✎") : null,
  );
}
