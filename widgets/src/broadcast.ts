// Broadcasting: two shapes over each other, which element is read where, and the same drawing run backward as a sum.
import { h, refill, rove } from "./dom";
import { formatScalar, formatTuple } from "./format";
import type { Change, Hover, Model } from "./model";
import type { Scalar, TensorInfo } from "./protocol";
import { elementBytes, elementsAt } from "./reads";

const MOST_ROWS = 8;
const MOST_COLUMNS = 10;
const MOST_TOLD = 6;

export interface Operand {
  name: string;
  shape: number[];
  dtype: string;
  data: Scalar[] | null;
  truncated: boolean;
  reads: number | null;
  /** Its gradient, as code. */
  back: string;
}

export interface Dim {
  dim: number;
  sizes: (number | null)[];
  result: number | null;
  clash: boolean;
  stretched: boolean[];
}

export interface Broadcast {
  operands: Operand[];
  dims: Dim[];
  result: number[] | null;
  error: string;
  badge: { title: string; words: string; fix: string } | null;
  sentence: string;
}

type Mode = "forward" | "backward";

/** What is drawn of an operand, or of the result: each cell and its place in the result. */
interface Grid {
  side: number | null;
  places: Map<HTMLElement, number[]>;
}

/** The element of an operand that is read for this place of the result. */
export function source(told: Broadcast, side: number, place: readonly number[]): number[] {
  const operand = told.operands[side]!;
  const missing = place.length - operand.shape.length;
  return operand.shape.map((_, dim) =>
    told.dims[dim + missing]!.stretched[side] ? 0 : place[dim + missing]!,
  );
}

/** The places of the result that read the same element of an operand as this place does, at most so many. */
export function readers(told: Broadcast, side: number, place: readonly number[], most: number): number[][] {
  const missing = place.length - told.operands[side]!.shape.length;
  let found: number[][] = [[]];
  for (const [at, dim] of told.dims.entries()) {
    const size = dim.result ?? 0;
    const free = dim.stretched[side] || at < missing;
    const values = free ? Array.from({ length: Math.min(size, most) }, (_, k) => k) : [place[at]!];
    found = found.flatMap((each) => values.map((value) => [...each, value])).slice(0, most);
  }
  return found;
}

/** Whether a place reads an element again that a place before it has read. */
export function again(told: Broadcast, side: number, place: readonly number[]): boolean {
  const missing = place.length - told.operands[side]!.shape.length;
  return place.some((at, dim) => at > 0 && (told.dims[dim]!.stretched[side] || dim < missing));
}

/** Where an element stands in the row-major values. */
function flat(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((at, each, dim) => at * shape[dim]! + each, 0);
}

const indexed = (name: string, index: readonly number[]) =>
  index.length === 0 ? name : `${name}[${index.join(", ")}]`;

export class BroadcastView {
  readonly element = h("div", { class: "mt-broadcast", "data-testid": "broadcast" });
  vacant = true;
  private told: Broadcast | null = null;
  private mode: Mode = "forward";
  private leading: number[] = [];
  private pointing = false; // the pointer is here, and not on a lane
  private readonly sentence = h("p", {
    class: "mt-relation",
    "aria-live": "polite",
    "data-testid": "relation",
  });
  private grids: Grid[] = [];

  constructor(private readonly model: Model) {}

  refresh(change: Change): void {
    if (change === "hover" && !this.pointing) this.light();
    if (change !== "data") return;
    const told = this.model.part<Broadcast>("broadcast") ?? null;
    this.vacant = told === null;
    if (JSON.stringify(told) === JSON.stringify(this.told)) return;
    this.told = told;
    this.leading = (told?.result ?? []).slice(0, -2).map(() => 0);
    this.draw();
  }

  dispose(): void {}

  private draw(): void {
    const told = this.told;
    if (!told) {
      refill(this.element);
      return;
    }
    const empty = told.result?.includes(0) ?? true;
    refill(
      this.element,
      told.badge ? drawBadge(told.badge) : null,
      told.error ? h("p", { class: "mt-failure", role: "alert", "data-testid": "clash" }, told.error) : null,
      drawDims(told),
      told.result && empty ? h("p", { class: "mt-note" }, "The result is empty: nothing is read.") : null,
      ...(told.result && !empty ? this.drawFigure(told, told.result) : []),
    );
  }

  // The figure ----------------------------------------------------------------------------------------------------

  private drawFigure(told: Broadcast, result: number[]): (HTMLElement | null)[] {
    this.grids = [];
    const backward = this.mode === "backward";
    const grids = told.operands.map((operand, side) => this.drawOperand(told, operand, side));
    const whole = this.drawGrid(backward ? "grad" : "result", null, (place) => this.resultText(told, place));
    const arrow = h("div", { class: "mt-flow", "aria-hidden": "true" }, backward ? "Σ →" : "→");
    this.say(
      backward
        ? "Point at a gradient to see where it is summed."
        : "Point at an element to see where it is read.",
    );
    return [
      this.drawModes(),
      this.drawLeading(result),
      h(
        "div",
        { class: "mt-meet", "data-mode": this.mode },
        ...(backward ? [whole, arrow, ...grids] : [...grids, arrow, whole]),
      ),
      this.sentence,
      backward
        ? h(
            "ul",
            { class: "mt-back" },
            h("li", { class: "mt-note" }, "with a gradient of ones, as result.sum() sends it"),
            ...told.operands.map(({ name, back }) => h("li", {}, h("code", {}, `${name}.grad = ${back}`))),
          )
        : null,
      more(result),
    ];
  }

  private drawModes(): HTMLElement {
    const button = (mode: Mode, words: string) =>
      h(
        "button",
        {
          type: "button",
          class: "mt-button",
          "aria-pressed": String(this.mode === mode),
          "data-key": mode,
          "data-testid": `mode-${mode}`,
          onclick: () => {
            this.mode = mode;
            this.draw();
          },
        },
        words,
      );
    return h(
      "div",
      { class: "mt-modes", role: "group", "aria-label": "Direction" },
      button("forward", "forward: read"),
      button("backward", "backward: sum"),
    );
  }

  /** Of more than two dimensions, two are drawn: the others stand at an index that can be chosen. */
  private drawLeading(result: number[]): HTMLElement | null {
    if (this.leading.length === 0) return null;
    const inputs = this.leading.map((at, dim) => {
      const input = h("input", {
        type: "number",
        min: 0,
        max: result[dim]! - 1,
        value: at,
        "aria-label": `Index in dimension ${dim}, of ${result[dim]}`,
        "data-key": `leading ${dim}`,
        "data-testid": `leading-${dim}`,
      });
      input.addEventListener("change", () => {
        const wanted = Math.trunc(Number(input.value)) || 0;
        this.leading[dim] = Math.max(0, Math.min(result[dim]! - 1, wanted));
        this.draw();
      });
      return h("label", {}, `dim ${dim}: `, input, h("span", { class: "mt-note" }, ` of ${result[dim]}`));
    });
    return h("div", { class: "mt-leading" }, h("span", {}, "The last two dimensions, at"), ...inputs);
  }

  private drawOperand(told: Broadcast, operand: Operand, side: number): HTMLElement {
    const backward = this.mode === "backward";
    const title = backward ? `${operand.name}.grad` : operand.name;
    return this.drawGrid(title, side, (place) => {
      const first = !again(told, side, place);
      if (backward) return first ? String(operand.reads) : "+1";
      return this.valueText(operand, source(told, side, place));
    });
  }

  private valueText(operand: Operand, index: readonly number[]): string {
    const value = operand.data?.[flat(operand.shape, index)];
    return value === undefined ? `[${index.join(",")}]` : formatScalar(value, operand.dtype, 3);
  }

  private resultText(told: Broadcast, place: readonly number[]): string {
    if (this.mode === "backward") return "1";
    const met = told.operands.map((operand, side) => this.valueText(operand, source(told, side, place)));
    return `(${met.join(", ")})`;
  }

  private drawGrid(title: string, side: number | null, words: (place: number[]) => string): HTMLElement {
    const told = this.told!;
    const result = told.result!;
    const [rows, columns] = extent(result);
    const places = new Map<HTMLElement, number[]>();
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const place = [...this.leading, ...[row, column].slice(2 - Math.min(2, result.length))];
        const repeated = side !== null && again(told, side, place);
        const text = words(place);
        const cell = h(
          "button",
          {
            type: "button",
            class: "mt-unit",
            "data-again": repeated,
            "data-key": `${title} ${place}`,
            "data-place": String(place),
            "aria-label": `${text}: ${this.relation(side, place)}`,
            tabindex: -1,
          },
          text,
        );
        places.set(cell, place);
      }
    }
    const all = [...places.keys()];
    rove(all, all[0] ?? null);
    const grid = h(
      "div",
      { class: "mt-units", style: `grid-template-columns: repeat(${columns}, minmax(34px, auto))` },
      ...all,
    );
    const drawn = { side, places };
    this.grids.push(drawn);
    grid.addEventListener("focusin", (event) => this.point(drawn, event.target as HTMLElement));
    grid.addEventListener("pointerover", (event) => this.point(drawn, event.target as HTMLElement));
    grid.addEventListener("pointerleave", () => this.model.point(null));
    grid.addEventListener("keydown", (event) => onKey(event, all, columns));
    const shape = side === null ? result : told.operands[side]!.shape;
    return h(
      "div",
      {
        class: "mt-operand",
        role: "group",
        "aria-label": `${title} ${formatTuple(shape)}`,
        "data-testid": `grid-${side}`,
      },
      h("div", { class: "mt-heading" }, `${title} `, h("span", { class: "mt-note" }, formatTuple(shape))),
      grid,
    );
  }

  // What belongs together -----------------------------------------------------------------------------------------

  private point(grid: Grid, cell: HTMLElement): void {
    const place = grid.places.get(cell);
    const told = this.told;
    if (!place || !told) return;
    this.say(this.relation(grid.side, place));
    for (const each of this.grids) {
      for (const [element, at] of each.places)
        element.classList.toggle("mt-lit", this.belongs(told, grid.side, place, each.side, at));
    }
    this.pointing = true; // the lanes light up as well, and this view needs no telling
    this.model.point(grid.side === null ? null : this.bytesOf(told, grid.side, place));
    this.pointing = false;
  }

  /** Where on a lane an element lies, if its tensor is in the picture. */
  private bytesOf(told: Broadcast, side: number, place: number[]): Hover | null {
    const tensor = this.tensorOf(told, side);
    const element = flat(told.operands[side]!.shape, source(told, side, place));
    const bytes = tensor ? elementBytes(tensor, element) : null;
    return bytes ? { kind: "bytes", bytes } : null;
  }

  private tensorOf(told: Broadcast, side: number): TensorInfo | undefined {
    const { name } = told.operands[side]!;
    return [...this.model.tensors.values()].find((tensor) => tensor.names.includes(name));
  }

  /** What is pointed at on a lane is lit here, wherever it is read. */
  private light(): void {
    const { told, model } = this;
    if (!told) return;
    const { hover } = model;
    for (const grid of this.grids) {
      const tensor = grid.side === null ? undefined : this.tensorOf(told, grid.side);
      const lit = new Set(tensor && hover?.kind === "bytes" ? elementsAt(tensor, hover.bytes) : []);
      for (const [element, at] of grid.places) {
        const k =
          grid.side === null ? -1 : flat(told.operands[grid.side]!.shape, source(told, grid.side, at));
        element.classList.toggle("mt-lit", lit.has(k));
      }
    }
  }

  private belongs(
    told: Broadcast,
    from: number | null,
    place: number[],
    side: number | null,
    at: number[],
  ): boolean {
    if (from !== null) {
      const shared = String(source(told, from, place)) === String(source(told, from, at));
      return shared && (side === from || side === null);
    }
    if (side === null) return String(at) === String(place);
    const same = String(source(told, side, place)) === String(source(told, side, at));
    return same && (String(at) === String(place) || !again(told, side, at));
  }

  /** What one cell has to do with the others, in words. */
  private relation(side: number | null, place: number[]): string {
    const told = this.told!;
    const [a, b] = told.operands.map((operand, k) => indexed(operand.name, source(told, k, place)));
    const backward = this.mode === "backward";
    if (side === null) {
      const [first, second] = told.operands.map((o, k) => indexed(`${o.name}.grad`, source(told, k, place)));
      if (backward) return `${indexed("grad", place)} goes to ${first} and to ${second}.`;
      return `${indexed("result", place)} is made of ${a} and ${b}.`;
    }
    const operand = told.operands[side]!;
    const reads = operand.reads ?? 0;
    const list = readers(told, side, place, MOST_TOLD).map((each) =>
      indexed(backward ? "grad" : "result", each),
    );
    const rest = reads - list.length;
    if (backward) {
      const sum = [...list, ...(rest > 0 ? [`${rest} more`] : [])].join(" + ");
      return `${indexed(`${operand.name}.grad`, source(told, side, place))} = ${sum}.`;
    }
    const times = reads === 1 ? "once" : `${reads} times`;
    return `${side === 0 ? a : b} is read ${times}: for ${list.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`;
  }

  private say(words: string): void {
    if (this.sentence.textContent !== words) this.sentence.textContent = words;
  }
}

function onKey(event: KeyboardEvent, cells: readonly HTMLElement[], columns: number): void {
  const at = cells.indexOf(event.target as HTMLElement);
  const moves: Record<string, number> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: cells.length - 1,
  };
  const next = moves[event.key];
  const cell = next === undefined ? undefined : cells[next];
  if (!cell) return;
  event.preventDefault();
  rove(cells, cell);
  cell.focus();
}

function extent(result: readonly number[]): [number, number] {
  return [Math.min(result.at(-2) ?? 1, MOST_ROWS), Math.min(result.at(-1) ?? 1, MOST_COLUMNS)];
}

/** What is not drawn, in an honest line. */
function more(result: readonly number[]): HTMLElement | null {
  const [rows, columns] = extent(result);
  const all = result.reduce((product, size) => product * size, 1);
  const drawn = rows * columns;
  if (drawn === all) return null;
  return h(
    "p",
    { class: "mt-note", "data-testid": "left" },
    `${drawn} of ${all} places are drawn; ${all - drawn} are left out.`,
  );
}

function drawBadge(badge: NonNullable<Broadcast["badge"]>): HTMLElement {
  return h(
    "div",
    { class: "mt-beware", role: "note", "data-testid": "badge" },
    h("strong", {}, h("span", { "aria-hidden": "true" }, "⚠ "), badge.title),
    h("div", {}, badge.words),
    h("div", {}, h("code", {}, badge.fix)),
  );
}

/** The shapes under each other, from the right. */
function drawDims(told: Broadcast): HTMLElement {
  const cell = (dim: Dim, side: number) => {
    const size = dim.sizes[side] ?? null;
    const state = dim.clash ? "clash" : dim.stretched[side] ? "stretched" : null;
    const words = size === null ? "·" : String(size);
    const said = dim.clash
      ? `${words}, clashes`
      : dim.stretched[side]
        ? `${size === null ? "no such dimension" : words}, stretched to ${dim.result}`
        : words;
    return h("td", { "data-state": state, title: said, "aria-label": said }, words);
  };
  const row = (name: string, ...cells: HTMLElement[]) =>
    h("tr", {}, h("th", { scope: "row" }, name), ...cells);
  return h(
    "div",
    { class: "mt-dims-frame" },
    h(
      "table",
      { class: "mt-dims", "data-testid": "dims" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          ...told.dims.map(({ dim }) => h("th", { scope: "col", class: "mt-note" }, `dim ${dim}`)),
        ),
      ),
      h(
        "tbody",
        {},
        ...told.operands.map(({ name }, side) => row(name, ...told.dims.map((dim) => cell(dim, side)))),
        row(
          "result",
          ...told.dims.map((dim) =>
            h("td", { "data-state": dim.clash ? "clash" : null }, dim.clash ? "✕" : String(dim.result)),
          ),
        ),
      ),
    ),
  );
}
