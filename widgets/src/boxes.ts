// The boxes of the graph as elements: those that are asked for are there, each keeps its element for as long as it is.
import type { Frame, Item } from "./arrange";
import { Box, type Chip } from "./box";
import { attribute, rove, svg } from "./dom";
import { FoldBox, FoldFrame } from "./fold";
import type { Model } from "./model";
import type { NodeProgress } from "./walk";

export class Boxes {
  readonly element = svg("g");
  readonly frames = svg("g");
  readonly marks = svg("g", { class: "mt-marks", "aria-hidden": "true" });
  private readonly held = new Map<string, Box | FoldBox>();
  private readonly heldFrames = new Map<string, FoldFrame>();

  constructor(private readonly model: Model) {}

  draw(items: readonly Item[], walk: ReadonlyMap<string, NodeProgress>, chips: (item: Item) => Chip[]): void {
    const wanted = new Set(items.map((item) => item.id));
    for (const [id, box] of this.held) {
      if (wanted.has(id)) continue;
      box.element.remove();
      box.marks.remove();
      this.held.delete(id);
    }
    const { timeline } = this.model;
    const total = timeline?.total ?? timeline?.order.length ?? 0;
    for (const item of items) {
      let box = this.held.get(item.id);
      if (!box) {
        box = item.fold ? new FoldBox(item.id) : new Box(item.id);
        this.held.set(item.id, box);
        this.element.append(box.element);
        this.marks.append(box.marks);
      }
      if (box instanceof FoldBox) box.update(this.model, item, walk);
      else box.update(this.model, item.node!, item, walk.get(item.id), total, chips(item));
    }
  }

  drawFrames(frames: ReadonlyMap<string, Frame>): void {
    for (const [id, frame] of this.heldFrames) {
      if (frames.has(id)) continue;
      frame.element.remove();
      frame.title.remove();
      this.heldFrames.delete(id);
    }
    for (const [id, place] of frames) {
      let frame = this.heldFrames.get(id);
      if (!frame) {
        frame = new FoldFrame(id);
        this.heldFrames.set(id, frame);
        this.frames.append(frame.element);
        this.element.append(frame.title);
      }
      frame.update(place);
    }
  }

  elementOf(id: string | null): SVGGElement | null {
    if (id === null) return null;
    return this.held.get(id)?.element ?? this.heldFrames.get(id)?.title ?? null;
  }

  /** One tab stop for all of them. */
  stop(current: string | null): void {
    const boxes = [...this.held.values()].map((box) => box.element);
    rove([...boxes, ...[...this.heldFrames.values()].map((frame) => frame.title)], this.elementOf(current));
  }

  mark(selected: string | null, pointed: string | null): void {
    for (const [id, box] of this.held) {
      box.element.classList.toggle("mt-selected", id === selected);
      box.element.classList.toggle("mt-pointed", id === pointed);
      if (box instanceof Box) attribute(box.element, "aria-pressed", String(id === selected));
    }
  }
}
