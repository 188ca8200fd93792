// Storage lanes: one lane a storage, device by device, and on it a bracket for everything that looks at its bytes.
import { css, laneColour, textOn } from "./colour";
import { Arrows, chips, copySentence, deviceName, deviceTitle } from "./copies";
import { attribute, h, keyed, prefersReducedMotion, refill, svg, text } from "./dom";
import { formatBytes, formatScalar, formatTuple, plural } from "./format";
import type { Change, Model } from "./model";
import type { CopyInfo, LaneInfo, TensorInfo } from "./protocol";
import { aliasNames, type Bytes, cellBytes, cellWidth, elementsAt, overlaps, span, tickText } from "./reads";

const MOST_LANES = 40; // drawn at first; the rest on request
const TRACK = 24; // px, the height of a bracket's track
const HINT =
  "Point at a cell, or go along the cells with the arrow keys, to see every element that reads it.";
const KINDS = {
  tensor: "tensor",
  ndarray: "NumPy array",
  grad: "gradient",
  saved: "saved for backward",
} as const;

/** What one arrow key can reach: a row of cells, or the name of one bracket. */
type Row = HTMLElement[];

/** The storages of one device. */
interface Device {
  name: string;
  lanes: LaneInfo[];
}

export class LanesView {
  readonly element: HTMLElement;
  private readonly readout = h("p", { class: "mt-readout", "data-testid": "readout" }, HINT);
  private readonly list: HTMLElement;
  private readonly more = h("button", { type: "button", class: "mt-button", onclick: () => this.showAll() });
  private readonly loose = h("p", { class: "mt-note" });
  private readonly devices = h("div", { class: "mt-devices" });
  private readonly arrows = new Arrows();
  private readonly groups = new Map<string, HTMLElement>();
  private readonly lanesOf = new Map<string, Map<string, HTMLElement>>();
  private readonly drawn = new WeakMap<HTMLElement, string>();
  private watch: ResizeObserver | undefined;
  private rows: Row[] = [];
  private column = 0;
  private limit = MOST_LANES;
  private beat = 0;

  constructor(private readonly model: Model) {
    this.list = h(
      "div",
      { class: "mt-lane-list", role: "group", "aria-label": "Storages and what looks at them" },
      this.arrows.element,
      this.devices,
    );
    this.element = h("div", { class: "mt-lanes" }, this.readout, this.list, this.more, this.loose);
    this.listen();
  }

  refresh(change: Change): void {
    if (change === "problem") return;
    if (change === "data") this.draw();
    this.mark();
  }

  dispose(): void {
    this.watch?.disconnect();
  }

  private *held(): Iterable<[string, HTMLElement]> {
    for (const lanes of this.lanesOf.values()) yield* lanes;
  }

  // Drawing -------------------------------------------------------------------------------------------------------

  private draw(): void {
    const all = this.model.snapshot?.lanes ?? [];
    const lanes = all.slice(0, this.limit);
    this.beat++;
    const devices: Device[] = [];
    for (const lane of lanes) {
      const known = devices.find((each) => each.name === lane.device);
      if (known) known.lanes.push(lane);
      else devices.push({ name: lane.device, lanes: [lane] });
    }
    const apart = devices.some((device) => device.name !== "cpu");
    keyed(
      this.devices,
      this.groups,
      devices,
      (device) => device.name,
      () => h("div", { class: "mt-device" }),
      (element, device) => this.drawDevice(element, device, apart),
    );
    for (const name of this.lanesOf.keys()) if (!this.groups.has(name)) this.lanesOf.delete(name);
    this.drawArrows();
    this.more.hidden = all.length <= lanes.length;
    text(this.more, `Show ${plural(all.length - lanes.length, "more storage")}`);
    const loose = (this.model.snapshot?.tensors ?? []).filter((tensor) => tensor.lane === null);
    this.loose.hidden = loose.length === 0 && all.length > 0;
    const names = loose
      .slice(0, 12)
      .map((tensor) => `${this.model.nameOf(tensor)} ${formatTuple(tensor.shape)}`);
    if (loose.length > 12) names.push(`and ${loose.length - 12} more`);
    text(this.loose, all.length === 0 ? "No tensors yet." : `Without bytes to show: ${names.join("; ")}.`);
    this.collectRows();
  }

  /** The lanes of one device; it has a title where there is another device than the CPU. */
  private drawDevice(element: HTMLElement, device: Device, apart: boolean): void {
    const title = deviceTitle(device.lanes[0] ?? { device: device.name });
    let lanes = this.lanesOf.get(device.name);
    if (!lanes) {
      lanes = new Map();
      this.lanesOf.set(device.name, lanes);
      element.append(h("div", { class: "mt-device-title" }), h("div", {}));
    }
    const [head, list] = element.children as unknown as [HTMLElement, HTMLElement];
    head.hidden = !apart;
    text(head, title);
    attribute(element, "role", apart && "group");
    attribute(element, "aria-label", apart && title);
    attribute(element, "data-testid", `device-${device.name}`);
    const make = (lane: LaneInfo) =>
      h("div", { class: "mt-lane", role: "group", "data-lane": lane.id, "data-testid": `lane-${lane.id}` });
    keyed(
      list,
      lanes,
      device.lanes,
      (lane) => lane.id,
      make,
      (each, lane) => this.update(each, lane),
    );
  }

  private drawArrows(): void {
    const room = this.arrows.draw(this.model.snapshot?.copies ?? [], new Map(this.held()));
    this.devices.style.marginLeft = room === 0 ? "" : `${room}px`;
  }

  private showAll(): void {
    this.limit = Number.POSITIVE_INFINITY;
    this.draw();
    this.mark();
    this.rows[0]?.[0]?.focus();
  }

  private update(element: HTMLElement, lane: LaneInfo): void {
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
    const grid =
      lane.cells.length === 0 ? this.drawUnread(lane, tensors) : this.drawGrid(lane, tensors, written);
    refill(
      element,
      this.drawHead(lane, written),
      chips(lane, this.model, (copy) => this.cross(copy, lane)),
      h("div", { class: "mt-lane-scroll" }, grid),
      this.drawCut(lane),
    );
  }

  private drawHead(lane: LaneInfo, written: Set<number> | undefined): HTMLElement {
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

  /** From one end of a copy to the other. */
  private cross(copy: CopyInfo, here: LaneInfo): void {
    const other = copy.to === here.id ? copy.from : copy.to;
    const goal = this.list.querySelector<HTMLElement>(`[data-key="${other}/${copy.id}"]`);
    goal?.focus();
    goal?.scrollIntoView?.({ block: "nearest" });
  }

  private drawCut(lane: LaneInfo): HTMLElement | null {
    if (!lane.truncated || lane.cells.length === 0) return null;
    const total = Math.floor(lane.bytes / Math.max(1, lane.itemsize));
    return h(
      "p",
      { class: "mt-note" },
      `The first ${lane.cells.length} of ${total.toLocaleString("en")} cells.`,
    );
  }

  /** A storage whose values were not read (on a GPU, or too large) still shows who looks at it. */
  private drawUnread(lane: LaneInfo, tensors: readonly TensorInfo[]): HTMLElement {
    const why =
      lane.device === "cpu"
        ? "Its values were left out."
        : "Its values stay on the device and were not read.";
    return h(
      "div",
      { class: "mt-lane-grid" },
      h("p", { class: "mt-note mt-lane-unread" }, why),
      ...tensors.map((tensor) =>
        h(
          "div",
          { class: "mt-bracket", "data-tensor": tensor.id, "data-testid": `bracket-${tensor.id}` },
          this.drawName(tensor),
        ),
      ),
    );
  }

  private drawGrid(
    lane: LaneInfo,
    tensors: readonly TensorInfo[],
    written: Set<number> | undefined,
  ): HTMLElement {
    const texts = lane.cells.map((value) => formatScalar(value, lane.dtype));
    const ticks = tensors.flatMap((t) =>
      [...this.model.readsOf(t, lane).values()].map((readers) => tickText(readers, t.shape)),
    );
    // a tick is set smaller than a value
    const width = cellWidth([...texts, ...ticks.map((tick) => tick.slice(0, Math.ceil(tick.length * 0.85)))]);
    const cells = h(
      "div",
      {
        class: "mt-cells",
        role: "listbox",
        "aria-orientation": "horizontal",
        "aria-label": `Cells of storage ${lane.letter}`,
        style: `grid-auto-columns: ${width}px`,
      },
      ...texts.map((value, cell) => this.drawCell(lane, cell, value, written?.has(cell) === true)),
    );
    return h(
      "div",
      { class: "mt-lane-grid" },
      h("div", { class: "mt-lane-name mt-note" }, "cells"),
      cells,
      ...tensors.flatMap((tensor) => this.drawBracket(lane, tensor, width)),
    );
  }

  private drawCell(lane: LaneInfo, cell: number, value: string, written: boolean): HTMLElement {
    const still = prefersReducedMotion();
    const flash = written && !still ? ` mt-flash-${this.beat % 2}` : "";
    return h(
      "div",
      {
        class: `mt-cell${written ? " mt-written" : ""}${flash}`,
        role: "option",
        "aria-selected": "false",
        tabindex: -1,
        "data-cell": cell,
        "data-key": `${lane.id}/${cell}`,
        "data-testid": `cell-${lane.id}-${cell}`,
      },
      value,
      written ? h("span", { class: "mt-written-mark", title: "written since the last picture" }, "✎") : null,
    );
  }

  private drawBracket(lane: LaneInfo, tensor: TensorInfo, width: number): Element[] {
    const reads = this.model.readsOf(tensor, lane);
    const count = lane.cells.length;
    const track = svg("svg", {
      class: "mt-track",
      width: count * width,
      height: TRACK,
      "aria-hidden": "true",
    });
    const [first, last] = span(reads) ?? [0, -1];
    if (last >= 0 && first < count) {
      const end = Math.min(last, count - 1);
      track.append(svg("path", { class: "mt-span", d: `M${first * width + 2} 3H${(end + 1) * width - 2}` }));
    }
    for (const [cell, readers] of reads) {
      if (cell < 0 || cell >= count) continue;
      track.append(
        svg(
          "g",
          { class: readers.length > 1 ? "mt-tick mt-many" : "mt-tick", "data-cell": cell },
          svg("rect", { x: cell * width + 2, y: 2, width: width - 4, height: TRACK - 4, rx: 2 }),
          svg(
            "text",
            { x: (cell + 0.5) * width, y: 16, "text-anchor": "middle" },
            tickText(readers, tensor.shape),
          ),
        ),
      );
    }
    const name = h("div", { class: "mt-lane-name" }, this.drawName(tensor));
    const bracket = h(
      "div",
      { class: "mt-bracket", "data-tensor": tensor.id, "data-testid": `bracket-${tensor.id}` },
      name,
      track,
    );
    return [bracket];
  }

  private drawName(tensor: TensorInfo): HTMLElement {
    const name = this.model.nameOf(tensor);
    const geometry = `${formatTuple(tensor.shape)} stride ${formatTuple(tensor.stride)} offset ${tensor.offset}`;
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
      ),
      h("span", { class: "mt-tensor-geometry" }, geometry),
    );
  }

  // Marks ---------------------------------------------------------------------------------------------------------

  private bytes(): Bytes | null {
    const { hover } = this.model;
    return hover?.kind === "bytes" ? hover.bytes : null;
  }

  private mark(): void {
    const bytes = this.bytes();
    const selected = new Set(this.model.tensorsFor(this.model.selection));
    const { hover } = this.model;
    const pointed =
      hover && (hover.kind === "node" || hover.kind === "tensor") ? { kind: hover.kind, id: hover.id } : null;
    const near = new Set(this.model.tensorsFor(pointed));
    const copies = this.model.snapshot?.copies ?? [];
    const copy = hover?.kind === "copy" ? copies.find((each) => each.id === hover.id) : undefined;
    for (const part of this.list.querySelectorAll<HTMLElement | SVGElement>("[data-copy]")) {
      part.classList.toggle("mt-lit", part.dataset.copy === copy?.id);
    }
    for (const [id, element] of this.held()) {
      const lane = this.model.lanes.get(id);
      if (!lane) continue;
      const lit = (cell: string | undefined) =>
        bytes !== null && overlaps(cellBytes(lane, Number(cell)), bytes);
      for (const cell of element.querySelectorAll<HTMLElement>(".mt-cell")) {
        const on = lit(cell.dataset.cell);
        cell.classList.toggle("mt-lit", on);
        attribute(cell, "aria-selected", String(on));
      }
      for (const tick of element.querySelectorAll<SVGElement>(".mt-tick")) {
        tick.classList.toggle("mt-lit", lit(tick.dataset.cell));
      }
      for (const bracket of element.querySelectorAll<HTMLElement>(".mt-bracket")) {
        bracket.classList.toggle("mt-selected", selected.has(bracket.dataset.tensor ?? ""));
        bracket.classList.toggle("mt-pointed", near.has(bracket.dataset.tensor ?? ""));
      }
    }
    const told = copy ? `${copySentence(copy, this.model.lanes)}.` : HINT;
    text(this.readout, bytes ? this.describe(bytes) : told);
  }

  private describe(bytes: Bytes): string {
    const lane = this.model.lanes.get(bytes.lane);
    if (!lane) return HINT;
    const cell = Math.floor(bytes.start / lane.itemsize);
    const value = cell < lane.cells.length ? ` = ${formatScalar(lane.cells[cell], lane.dtype)}` : "";
    const names = aliasNames(this.model.tensorsOn(lane.id), bytes, (tensor) => this.model.nameOf(tensor));
    const readers = names.length > 0 ? `read by ${names.join(", ")}` : "read by nothing";
    return `Storage ${lane.letter}, cell ${cell}${value}: ${readers}`;
  }

  // Events --------------------------------------------------------------------------------------------------------

  private listen(): void {
    if (typeof ResizeObserver === "function") {
      this.watch = new ResizeObserver(() => this.drawArrows());
      this.watch.observe(this.devices);
    }
    this.list.addEventListener("pointerover", (event) => this.onPoint(event.target as Element));
    this.list.addEventListener("pointerleave", () => this.model.point(null));
    this.list.addEventListener("focusin", (event) => {
      const target = event.target as HTMLElement;
      this.hold(target);
      this.onPoint(target);
      const cell = target.closest<HTMLElement>(".mt-cell");
      if (!cell) return;
      this.column = Number(cell.dataset.cell);
      this.nameCell(cell);
    });
    this.list.addEventListener("focusout", () => this.model.point(null));
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => {
      (event.target as Element).closest<HTMLElement>(".mt-cell")?.focus();
    });
  }

  private onPoint(target: Element): void {
    const copy = target.closest<HTMLElement | SVGElement>("[data-copy]")?.dataset.copy;
    if (copy !== undefined) {
      this.model.point({ kind: "copy", id: copy });
      return;
    }
    const at = target.closest<HTMLElement | SVGElement>("[data-cell]");
    const lane = this.model.lanes.get(target.closest<HTMLElement>("[data-lane]")?.dataset.lane ?? "");
    const tensor = target.closest<HTMLElement>("[data-tensor]")?.dataset.tensor;
    if (at && lane) this.model.point({ kind: "bytes", bytes: cellBytes(lane, Number(at.dataset.cell)) });
    else this.model.point(tensor === undefined ? null : { kind: "tensor", id: tensor });
  }

  /** The name of a cell is put together when it is reached, not for every cell of every picture. */
  private nameCell(cell: HTMLElement): void {
    const lane = this.model.lanes.get(cell.closest<HTMLElement>("[data-lane]")?.dataset.lane ?? "");
    if (lane) attribute(cell, "aria-label", this.describe(cellBytes(lane, Number(cell.dataset.cell))));
  }

  private collectRows(): void {
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    this.rows = [];
    for (const [, element] of this.held()) {
      for (const copy of element.querySelectorAll<HTMLElement>(".mt-copy")) this.rows.push([copy]);
      const cells = Array.from(element.querySelectorAll<HTMLElement>(".mt-cell"));
      if (cells.length > 0) this.rows.push(cells);
      for (const name of element.querySelectorAll<HTMLElement>(".mt-tensor")) this.rows.push([name]);
    }
    this.hold((focused as HTMLElement | null) ?? this.rows[0]?.[0] ?? null);
  }

  /** Makes this the figure's one tab stop. */
  private hold(stop: HTMLElement | null): void {
    for (const each of this.list.querySelectorAll('[tabindex="0"]')) attribute(each, "tabindex", -1);
    if (stop) attribute(stop, "tabindex", 0);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const at = this.rows.findIndex((row) => row.includes(target));
    const row = this.rows[at];
    if (!row) return;
    const column = row.indexOf(target);
    const to = (next: Row | undefined, index: number) => {
      const goal = next?.[Math.max(0, Math.min(index, next.length - 1))];
      goal?.focus();
      goal?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    };
    if (event.key === "ArrowRight") to(row, column + 1);
    else if (event.key === "ArrowLeft") to(row, column - 1);
    else if (event.key === "Home") to(row, 0);
    else if (event.key === "End") to(row, row.length - 1);
    else if (event.key === "ArrowDown") to(this.rows[at + 1], this.column);
    else if (event.key === "ArrowUp") to(this.rows[at - 1], this.column);
    else if (event.key === "Enter" && target.classList.contains("mt-cell")) this.selectReader(target);
    else return;
    event.preventDefault();
  }

  /** Enter on a cell selects what reads it; again, the next that does. */
  private selectReader(cell: HTMLElement): void {
    const lane = this.model.lanes.get(cell.closest<HTMLElement>("[data-lane]")?.dataset.lane ?? "");
    if (!lane) return;
    const bytes = cellBytes(lane, Number(cell.dataset.cell));
    const readers = this.model.tensorsOn(lane.id).filter((tensor) => elementsAt(tensor, bytes).length > 0);
    const chosen = readers.findIndex((tensor) => tensor.id === this.model.selection?.id);
    const next = readers[(chosen + 1) % Math.max(1, readers.length)];
    if (next) this.model.select({ kind: "tensor", id: next.id });
  }
}
