// Storage lanes: one lane a storage, device by device; bytes that are pointed at light up in all that read them.
import { Arrows, copySentence, deviceTitle } from "./copies";
import { attribute, h, keyed, text } from "./dom";
import { EditedView } from "./edited";
import { Editor } from "./editor";
import { elementName, formatScalar, formatTuple, plural } from "./format";
import { LaneDrawing } from "./lane";
import type { Change, Model } from "./model";
import type { CopyInfo, LaneInfo, TensorInfo } from "./protocol";
import { aliasNames, type Bytes, elementsAt, overlaps } from "./reads";

const MOST_LANES = 40; // drawn at first; the rest on request
const HINT =
  "Point at a cell, or go along the cells with the arrow keys, to see every element that reads it. " +
  "Enter changes its number, space selects what reads it.";

/** What one arrow key can reach: a row of cells, or the name of one bracket and its elements. */
type Stop = HTMLElement | SVGElement;
type Row = Stop[];

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
  private readonly drawing: LaneDrawing;
  private readonly edited: EditedView;
  private readonly editor: Editor;
  private watch: ResizeObserver | undefined;
  private rows: Row[] = [];
  private at: number | null = null; // the byte that the arrow keys keep to; null on a name
  private limit = MOST_LANES;
  private beat = 0;

  constructor(private readonly model: Model) {
    this.list = h(
      "div",
      { class: "mt-lane-list", role: "group", "aria-label": "Storages and what looks at them" },
      this.arrows.element,
      this.devices,
    );
    this.drawing = new LaneDrawing(model, (copy, here) => this.cross(copy, here));
    this.edited = new EditedView(model);
    this.editor = new Editor(model, (key) => this.find(key)?.focus({ preventScroll: true }));
    this.element = h(
      "div",
      { class: "mt-lanes" },
      this.readout,
      this.edited.element,
      this.list,
      this.more,
      this.loose,
      this.editor.element,
    );
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

  private find(key: string): Stop | undefined {
    return Array.from(this.list.querySelectorAll<Stop>("[data-key]")).find(
      (each) => each.dataset.key === key,
    );
  }

  // Drawing -------------------------------------------------------------------------------------------------------

  private draw(): void {
    const all = this.model.snapshot?.lanes ?? [];
    const lanes = all.slice(0, this.limit);
    this.beat++;
    this.edited.draw();
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
    this.drawLoose(all.length);
    this.collectRows();
    this.editor.follow((key) => this.find(key));
  }

  private drawLoose(lanes: number): void {
    const loose = (this.model.snapshot?.tensors ?? []).filter((tensor) => tensor.lane === null);
    this.loose.hidden = loose.length === 0 && lanes > 0;
    const names = loose
      .slice(0, 12)
      .map((tensor) => `${this.model.nameOf(tensor)} ${formatTuple(tensor.shape)}`);
    if (loose.length > 12) names.push(`and ${loose.length - 12} more`);
    text(this.loose, loose.length === 0 ? "No tensors yet." : `Without bytes to show: ${names.join("; ")}.`);
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
      (each, lane) => this.drawing.draw(each, lane, this.beat),
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

  /** From one end of a copy to the other. */
  private cross(copy: CopyInfo, here: LaneInfo): void {
    const other = copy.to === here.id ? copy.from : copy.to;
    const goal = this.find(`${other}/${copy.id}`);
    goal?.focus();
    goal?.scrollIntoView?.({ block: "nearest" });
  }

  // Marks ---------------------------------------------------------------------------------------------------------

  private mark(): void {
    const { hover } = this.model;
    const bytes = hover?.kind === "bytes" ? hover.bytes : null;
    const selected = new Set(this.model.tensorsFor(this.model.selection));
    const pointed =
      hover && (hover.kind === "node" || hover.kind === "tensor") ? { kind: hover.kind, id: hover.id } : null;
    const near = new Set(this.model.tensorsFor(pointed));
    const copies = this.model.snapshot?.copies ?? [];
    const copy = hover?.kind === "copy" ? copies.find((each) => each.id === hover.id) : undefined;
    for (const part of this.list.querySelectorAll<Stop>("[data-copy]")) {
      part.classList.toggle("mt-lit", part.dataset.copy === copy?.id);
    }
    for (const [id, element] of this.held()) {
      for (const part of element.querySelectorAll<Stop>("[data-start]")) {
        const on = bytes !== null && overlaps(bytesOf(part, id), bytes);
        part.classList.toggle("mt-lit", on);
        attribute(part, "aria-selected", String(on));
      }
      for (const bracket of element.querySelectorAll<HTMLElement>(".mt-bracket")) {
        bracket.classList.toggle("mt-selected", selected.has(bracket.dataset.tensor ?? ""));
        bracket.classList.toggle("mt-pointed", near.has(bracket.dataset.tensor ?? ""));
      }
    }
    const told = copy ? `${copySentence(copy, this.model.lanes)}.` : HINT;
    text(this.readout, bytes ? this.describe(bytes) : told);
  }

  /** "Storage A, cell 3 = 2.0: read by x[1, 0], array[3]"; of a part of a cell, or several, which bytes they are. */
  private describe(bytes: Bytes): string {
    const lane = this.model.lanes.get(bytes.lane);
    if (!lane) return HINT;
    const cell = Math.floor(bytes.start / lane.itemsize);
    const whole = bytes.start === cell * lane.itemsize && bytes.end === bytes.start + lane.itemsize;
    const value = cell < lane.cells.length ? ` = ${formatScalar(lane.cells[cell], lane.dtype)}` : "";
    const where = whole ? `cell ${cell}${value}` : `bytes ${bytes.start} to ${bytes.end - 1}`;
    const names = aliasNames(this.model.tensorsOn(lane.id), bytes, (tensor) => this.model.nameOf(tensor));
    const readers = names.length > 0 ? `read by ${names.join(", ")}` : "read by nothing";
    return `Storage ${lane.letter}, ${where}: ${readers}`;
  }

  // Events --------------------------------------------------------------------------------------------------------

  private listen(): void {
    if (typeof ResizeObserver === "function") {
      this.watch = new ResizeObserver(() => {
        this.drawArrows();
        this.editor.follow((key) => this.find(key));
      });
      this.watch.observe(this.devices);
    }
    this.list.addEventListener("pointerover", (event) => this.onPoint(event.target as Element));
    this.list.addEventListener("pointerleave", () => this.model.point(null));
    this.list.addEventListener("focusin", (event) => {
      const target = event.target as Stop;
      this.hold(target);
      this.onPoint(target);
      const at = target.closest<Stop>("[data-start]");
      this.at = at ? Number(at.dataset.start) : null;
      if (at) this.nameStop(at);
    });
    this.list.addEventListener("focusout", () => this.model.point(null));
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => {
      (event.target as Element).closest<Stop>("[data-start]")?.focus();
    });
    this.list.addEventListener("dblclick", (event) => {
      const at = (event.target as Element).closest<Stop>("[data-start]");
      if (at) this.edit(at);
    });
  }

  private laneAt(target: Element): LaneInfo | undefined {
    return this.model.lanes.get(target.closest<HTMLElement>("[data-lane]")?.dataset.lane ?? "");
  }

  private tensorAt(target: Element): TensorInfo | undefined {
    return this.model.tensors.get(target.closest<HTMLElement>("[data-tensor]")?.dataset.tensor ?? "");
  }

  private onPoint(target: Element): void {
    const copy = target.closest<Stop>("[data-copy]")?.dataset.copy;
    if (copy !== undefined) {
      this.model.point({ kind: "copy", id: copy });
      return;
    }
    const at = target.closest<Stop>("[data-start]");
    const lane = this.laneAt(target);
    const tensor = this.tensorAt(target);
    if (at && lane) this.model.point({ kind: "bytes", bytes: bytesOf(at, lane.id) });
    else this.model.point(tensor === undefined ? null : { kind: "tensor", id: tensor.id });
  }

  /** The name of a cell or an element is put together when it is reached, not for every one of every picture. */
  private nameStop(at: Stop): void {
    const lane = this.laneAt(at);
    if (!lane) return;
    const tensor = this.tensorAt(at);
    const read = this.describe(bytesOf(at, lane.id));
    const element =
      tensor && elementName(this.model.nameOf(tensor), Number(at.dataset.element), tensor.shape);
    attribute(at, "aria-label", element ? `${element}: ${read}` : read);
  }

  private collectRows(): void {
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    this.rows = [];
    for (const [, element] of this.held()) {
      for (const copy of element.querySelectorAll<HTMLElement>(".mt-copy")) this.rows.push([copy]);
      const cells = Array.from(element.querySelectorAll<HTMLElement>(".mt-cell"));
      if (cells.length > 0) this.rows.push(cells);
      for (const bracket of element.querySelectorAll(".mt-bracket")) {
        this.rows.push(Array.from(bracket.querySelectorAll<Stop>(".mt-tensor, .mt-tick")));
      }
    }
    this.hold((focused as Stop | null) ?? this.rows[0]?.[0] ?? null);
  }

  /** Makes this the figure's one tab stop. */
  private hold(stop: Stop | null): void {
    for (const each of this.list.querySelectorAll('[tabindex="0"]')) attribute(each, "tabindex", -1);
    if (stop) attribute(stop, "tabindex", 0);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Stop;
    const at = this.rows.findIndex((row) => row.includes(target));
    const row = this.rows[at];
    if (!row) return;
    const column = row.indexOf(target);
    const bytes = target.hasAttribute("data-start");
    if (event.key === "ArrowRight") go(row[column + 1]);
    else if (event.key === "ArrowLeft") go(row[column - 1]);
    else if (event.key === "Home") go(row[0]);
    else if (event.key === "End") go(row.at(-1));
    else if (event.key === "ArrowDown") go(this.near(this.rows[at + 1]));
    else if (event.key === "ArrowUp") go(this.near(this.rows[at - 1]));
    else if ((event.key === "Enter" || event.key === "F2") && bytes) this.edit(target);
    else if (event.key === " " && bytes) this.selectReader(target);
    else return;
    event.preventDefault();
  }

  /** Up and down stay with the bytes as long as the next row has them; its first stop is its name, where it has one. */
  private near(row: Row | undefined): Stop | undefined {
    const at = this.at;
    if (at === null) return row?.[0];
    const there = row?.find((stop) => Number(stop.dataset.start) <= at && at < Number(stop.dataset.end));
    return there ?? row?.[0];
  }

  /** Space on a cell selects what reads it; again, the next that does. On an element, its tensor. */
  private selectReader(stop: Stop): void {
    const lane = this.laneAt(stop);
    const tensor = this.tensorAt(stop);
    if (tensor) this.model.select({ kind: "tensor", id: tensor.id });
    if (!lane || tensor) return;
    const bytes = bytesOf(stop, lane.id);
    const readers = this.model.tensorsOn(lane.id).filter((each) => elementsAt(each, bytes).length > 0);
    const chosen = readers.findIndex((each) => each.id === this.model.selection?.id);
    const next = readers[(chosen + 1) % Math.max(1, readers.length)];
    if (next) this.model.select({ kind: "tensor", id: next.id });
  }

  private edit(stop: Stop): void {
    const lane = this.laneAt(stop);
    if (lane) this.editor.open(stop, lane, bytesOf(stop, lane.id), this.tensorAt(stop));
  }
}

function go(stop: Stop | undefined): void {
  stop?.focus();
  stop?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
}

function bytesOf(stop: Stop, lane: string): Bytes {
  return { lane, start: Number(stop.dataset.start), end: Number(stop.dataset.end) };
}
