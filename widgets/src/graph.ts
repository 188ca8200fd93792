// The graph: leaves at the top, the loss at the bottom; forward solid, backward dashed over the same places.
//
// Note [Only what is in sight]
// A graph of ten thousand nodes has no ten thousand elements. Near, the boxes in sight are elements, made when they come
// into sight and dropped when they leave it; far, where no name could be read, everything is painted on a canvas, and only
// the box that has the focus is an element. A small graph is drawn whole, near or far.
import { type Item, NOTHING, type Rect, together } from "./arrange";
import { Bar } from "./bar";
import { type Chip, constants } from "./box";
import { Boxes } from "./boxes";
import { Camera, heightFor } from "./camera";
import { attribute, h, svg, text } from "./dom";
import { Edges } from "./edges";
import { fileName, save, standalone } from "./export";
import { Far, type Look, lookOf } from "./far";
import { foldName } from "./fold";
import { type Direction, neighbour, type View } from "./geometry";
import { drawKey } from "./key";
import { LAYERS, type Layer } from "./layers";
import { type Change, describe, type Model } from "./model";
import { portrait } from "./portrait";
import type { Point } from "./protocol";
import { choose, EMPTY, leftOut, type Shown } from "./shown";
import { itemAt, itemsInSight, linesInSight } from "./sight";
import { type NodeProgress, progress } from "./walk";

const LEGIBLE = 0.6; // below this the names in the boxes can't be read
const NEAR = 0.5; // from here on boxes are elements
const WHOLE = 150; // items that are drawn whether or not they are in sight
const AROUND = 240; // px beyond the edge that are drawn too
const MOST_HOPS = 4;
const ARROWS: ReadonlySet<string> = new Set([
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
]);

export class GraphView {
  readonly element: HTMLElement;
  private readonly frame: HTMLElement;
  private readonly svg: SVGSVGElement;
  private readonly stage = svg("g");
  private readonly edges = new Edges();
  private readonly boxes: Boxes;
  private readonly far = new Far();
  private readonly camera: Camera;
  private readonly layers: readonly Layer[];
  private readonly empty = h("p", { class: "mt-note" });
  private readonly bar: Bar;
  private shown: Shown = EMPTY;
  private bounds: Rect = NOTHING; // of all that is drawn
  private walk = new Map<string, NodeProgress>();
  private readonly open = new Set<string>();
  private leaves: boolean | null = null;
  private constants = false;
  private hops = 0;
  private centre: string | null = null; // of the hops
  private whole = false; // the reader asked for the whole graph, however small
  private current: string | null = null; // the item that the keyboard is at
  private followed: string | undefined;
  private drawnAt: View | null = null;
  private frameAsked = 0;

  constructor(private readonly model: Model) {
    this.boxes = new Boxes(model);
    this.svg = svg(
      "svg",
      {
        class: "mt-graph",
        role: "group",
        "aria-label": "Graph of operations",
        "aria-roledescription": "graph",
      },
      this.edges.markers(),
      this.stage,
    );
    this.layers = LAYERS.map((layer) => new layer(model));
    for (const layer of this.layers) layer.changed = () => this.draw();
    this.stage.append(
      this.boxes.frames,
      this.edges.element,
      ...this.layers.map((layer) => layer.element),
      this.boxes.element,
      this.boxes.marks,
      this.edges.labels,
    );
    this.camera = new Camera(
      this.svg,
      (view) => this.look(view),
      () => this.resized(),
    );
    const act = (key: string, label: string, words: string, act: () => void) => ({ key, label, words, act });
    this.bar = new Bar({
      fold: act("e", "expand", "Open or close all folds", () => this.foldAll()),
      hops: act("f", "focus", "Only what is near the selection: 1 to 4 hops", () => this.nearer()),
      leaves: act("l", "leaves", "Leaves as boxes of their own", () => this.toggleLeaves()),
      constants: act("c", "constants", "Constants that were saved", () => this.toggleConstants()),
      larger: act("+", "+", "Zoom in", () => this.camera.zoom(1.25)),
      smaller: act("-", "−", "Zoom out", () => this.camera.zoom(0.8)),
      fit: act("0", "fit", "fit the whole graph", () => this.fitWhole()),
      svg: act("s", "SVG", "Save the graph as SVG", () => this.save("svg")),
      png: act("i", "PNG", "Save the graph as PNG", () => this.save("png")),
    });
    const picture = h("div", { class: "mt-graph-frame" }, this.far.canvas, this.svg);
    this.frame = h("div", {}, picture, this.bar.element);
    this.element = h("div", { class: "mt-graph-view" }, this.empty, this.frame, drawKey());
    this.listen();
  }

  refresh(change: Change): void {
    if (change === "problem") return;
    if (change === "data") this.draw();
    else if (change === "selection") this.showSelection();
    else this.mark();
  }

  dispose(): void {
    this.camera.dispose();
    cancelAnimationFrame(this.frameAsked);
  }

  // What is shown -------------------------------------------------------------------------------------------------

  private draw(): void {
    const { snapshot, timeline } = this.model;
    text(this.empty, "No graph yet: compute something from a tensor with requires_grad=True.");
    this.walk = timeline && snapshot ? progress(timeline, snapshot.edges) : new Map();
    this.rearrange();
    this.frame.hidden = this.bounds.width === 0;
    this.empty.hidden = !this.frame.hidden;
    if (!this.camera.moved) this.begin();
    else this.follow();
    this.redraw();
  }

  /** Decide anew what is shown and where it stands; `redraw` follows, when the camera is where it is to be. */
  private rearrange(): void {
    const { snapshot } = this.model;
    const wish = { open: this.open, leaves: this.leaves, centre: this.centre, hops: this.hops };
    this.shown = snapshot ? choose(snapshot, wish) : EMPTY;
    if (this.current === null || !this.stands(this.current)) this.current = this.lowest()?.id ?? null;
    this.edges.learn(this.shown.lines);
    const places = { of: (node: string) => this.placeOf(node), bounds: this.shown.arranged };
    this.bounds = together(this.shown.arranged, ...this.layers.map((layer) => layer.draw(places)));
    const near = this.centre === null ? "" : this.nameOf(this.centre);
    this.bar.say(leftOut(this.shown, this.hops, near));
    this.showTools();
  }

  private stands(id: string): boolean {
    return this.shown.byId.has(id) || this.shown.arranged.frames.has(id);
  }

  private lowest(): Item | undefined {
    const { items } = this.shown;
    return items.length === 0 ? undefined : items.reduce((low, item) => (item.y >= low.y ? item : low));
  }

  private placeOf(node: string): Item | null {
    const { arranged, byId, inside } = this.shown;
    const home = arranged.home(node);
    const found = byId.get(home);
    if (found) return found;
    for (const [user, leaves] of inside)
      if (leaves.some((leaf) => leaf.id === node)) return byId.get(user) ?? null;
    return null;
  }

  private nameOf(id: string): string {
    const fold = this.shown.arranged.items.get(id)?.fold;
    return fold ? foldName(fold) : (this.model.nodes.get(id)?.label ?? "");
  }

  private showTools(): void {
    const { snapshot } = this.model;
    const folds = snapshot?.folds.length ?? 0;
    this.bar.show("fold", folds > 0, this.open.size < folds ? "expand" : "fold");
    const hops = this.hops === 0 ? "focus" : `±${this.hops}`;
    this.bar.show("hops", (snapshot?.nodes.length ?? 0) > 6 || this.hops > 0, hops, this.hops > 0);
    this.bar.show("leaves", true, "leaves", this.leavesApart());
    this.bar.show("constants", true, "constants", this.constants);
  }

  private leavesApart(): boolean {
    return this.leaves ?? this.shown.inside.size === 0;
  }

  // Drawing -------------------------------------------------------------------------------------------------------

  private look(view: View): void {
    const round = (value: number) => Math.round(value * 1000) / 1000;
    attribute(
      this.stage,
      "transform",
      `translate(${round(view.x)} ${round(view.y)}) scale(${round(view.scale)})`,
    );
    if (this.shown.items.length <= WHOLE && this.drawnAt) return;
    if (typeof requestAnimationFrame !== "function") this.sight();
    else if (this.frameAsked === 0) {
      this.frameAsked = requestAnimationFrame(() => {
        this.frameAsked = 0;
        this.sight();
      });
    }
  }

  private get near(): boolean {
    return this.shown.items.length <= WHOLE || this.camera.view.scale >= NEAR;
  }

  private redraw(): void {
    this.far.stale();
    this.drawnAt = null;
    this.sight();
  }

  /** Bring the elements in line with what is in sight. See Note [Only what is in sight]. */
  private sight(): void {
    const { view, room } = this.camera;
    const { near } = this;
    if (near) this.far.hide();
    else
      this.far.show(view, room, (painter) =>
        painter.paint(this.shown.items, this.shown.arranged, this.shown.lines, (item) => this.lookOf(item)),
      );
    const [at, moved] = [this.drawnAt, AROUND / 2];
    const little = at && Math.abs(at.x - view.x) < moved && Math.abs(at.y - view.y) < moved;
    if (little && at.scale === view.scale) return;
    this.drawnAt = view;
    const { items, lines, byId, arranged } = this.shown;
    const whole = items.length <= WHOLE;
    const seen = this.camera.sight(AROUND);
    const kept = byId.get(this.current ?? ""); // has the keyboard's place, wherever the reader looks
    const boxes = new Set(whole ? items : near ? itemsInSight(items, seen) : []);
    this.boxes.draw([...(kept ? boxes.add(kept) : boxes)], this.walk, (item) => this.chips(item));
    this.boxes.drawFrames(arranged.frames);
    this.edges.draw(whole ? lines : near ? linesInSight(lines, seen) : [], this.walk);
    this.boxes.stop(this.current);
    this.mark();
  }

  private chips(item: Item): Chip[] {
    const leaves = (this.shown.inside.get(item.id) ?? []).map((leaf) => leaf.node!.label);
    return [
      ...leaves.map((words) => ({ kind: "leaf" as const, words })),
      ...(this.constants && item.node ? constants(this.model, item.node) : []),
    ];
  }

  private lookOf(item: Item): Look {
    const selected = this.model.nodeFor(this.model.selection);
    const chosen = selected !== null && this.shown.arranged.home(selected) === item.id;
    return chosen ? "selected" : lookOf(item, this.walk.get(item.id)?.phase);
  }

  /** Go to an item: it is drawn, has the keyboard's place and, if asked for, the focus. */
  private stopAt(id: string, focus: boolean): void {
    this.current = id;
    if (!this.boxes.elementOf(id)) {
      this.drawnAt = null;
      this.sight();
    }
    this.boxes.stop(id);
    if (focus) this.boxes.elementOf(id)?.focus({ preventScroll: true });
  }

  // Marks that change without a new picture -----------------------------------------------------------------------

  private mark(): void {
    const { selection, hover } = this.model;
    const { arranged, beside } = this.shown;
    const standing = (id: string | null) => (id === null ? null : arranged.home(id));
    const selected = standing(this.model.nodeFor(selection));
    const pointed =
      hover && (hover.kind === "node" || hover.kind === "tensor")
        ? standing(this.model.nodeFor({ kind: hover.kind, id: hover.id }))
        : null;
    this.boxes.mark(selected, pointed);
    const edge = hover?.kind === "edge" ? hover.id : null;
    const shown = edge
      ? this.shown.lines.filter((line) => line.id === edge)
      : (beside.get(pointed ?? selected ?? "") ?? []);
    this.edges.mark(this.near ? shown : [], this.model.timeline);
  }

  /** What is selected is shown, wherever it was: in a fold that opens now, or far away. */
  private showSelection(): void {
    const id = this.model.nodeFor(this.model.selection);
    if (id === null || !this.model.nodes.has(id)) {
      this.redraw();
      return;
    }
    this.uncover(id);
    const item = this.placeOf(id);
    if (!item) return;
    this.camera.reveal(item, this.shown.items.length <= WHOLE ? 0.5 : LEGIBLE);
    this.current = item.id;
    this.redraw();
  }

  /** Open the fold that a node is in; a node beyond the chosen hops becomes their centre. */
  private uncover(id: string): void {
    const home = this.shown.arranged.home(id);
    if (home !== id) this.open.add(home);
    const near = home === id && (this.hops === 0 || this.centre === id);
    if (this.hops > 0) this.centre = id;
    if (!near) this.rearrange();
  }

  // Fold, focus ----------------------------------------------------------------------------------------------------

  /** Open or close a fold; what was clicked stays under the pointer. */
  private turn(id: string): void {
    const before = this.anchor(id);
    if (!before) return;
    if (!this.open.delete(id)) this.open.add(id);
    this.camera.moved = true;
    this.current = id;
    this.rearrange();
    const after = this.anchor(id);
    if (after) this.camera.keep(before, after);
    this.redraw();
    this.stopAt(id, true);
  }

  /** The middle of a closed fold's box, or of an open one's title. */
  private anchor(id: string): { x: number; y: number } | null {
    const frame = this.shown.arranged.frames.get(id);
    if (frame) return { x: frame.x + frame.width / 2, y: frame.y + 12 };
    const item = this.shown.byId.get(id);
    return item ? { x: item.x + item.width / 2, y: item.y + item.height / 2 } : null;
  }

  private foldAll(): void {
    const folds = this.model.snapshot?.folds ?? [];
    if (this.open.size < folds.length) for (const fold of folds) this.open.add(fold.id);
    else this.open.clear();
    this.changed();
  }

  private nearer(): void {
    const selected = this.model.nodeFor(this.model.selection);
    this.centre = selected === null ? this.current : this.shown.arranged.home(selected);
    this.hops = this.hops >= MOST_HOPS || this.centre === null ? 0 : this.hops + 1;
    this.changed();
  }

  private toggleLeaves(): void {
    this.leaves = !this.leavesApart();
    this.changed();
  }

  private toggleConstants(): void {
    this.constants = !this.constants;
    this.changed();
  }

  /** After a choice of the reader's: what the keyboard was at stays where it was on the screen. */
  private changed(): void {
    const at = this.current;
    const before = at === null ? null : this.anchor(at);
    const focused = this.svg.contains(document.activeElement);
    this.rearrange();
    const after = at === null ? null : this.anchor(at);
    if (before && after) this.camera.keep(before, after);
    else if (!this.camera.moved) this.begin();
    this.redraw();
    if (focused && this.current !== null) this.stopAt(this.current, true);
  }

  // Export ---------------------------------------------------------------------------------------------------------

  /** All that is shown, in sight or not, as a drawing that stands by itself. */
  drawing(): SVGSVGElement {
    const chips = (item: Item) => this.chips(item);
    const layers = this.layers.map((layer) => layer.element);
    const graph = portrait(this.model, this.shown, this.walk, chips, layers);
    const { x, y, width, height } = this.bounds;
    const bounds = { x: x - 24, y: y - 24, width: width + 48, height: height + 48 };
    const { title = "", text = "" } = this.model.snapshot ?? {};
    return standalone(graph, bounds, this.element, { title: title || "The graph", words: text });
  }

  private save(kind: "svg" | "png"): void {
    const name = `${fileName(this.model.snapshot?.title ?? "")}-graph`;
    save(this.drawing(), name, kind).catch((error) =>
      this.model.report(`The graph was not saved: ${describe(error)}.`),
    );
  }

  // The camera -----------------------------------------------------------------------------------------------------

  /** The whole graph, or, where that would be too small to read and nobody asked for it, the step at hand or the end. */
  private begin(): void {
    this.refit();
    if (this.whole || this.camera.view.scale >= LEGIBLE) return;
    const { timeline } = this.model;
    const step = timeline && timeline.position > 0 ? timeline.order[timeline.position - 1] : undefined;
    const place = step === undefined ? this.lowest() : this.placeOf(step);
    if (place) this.camera.reveal(place, LEGIBLE);
  }

  private resized(): void {
    if (this.camera.moved) this.look(this.camera.view);
    else this.begin();
  }

  private fitWhole(): void {
    this.whole = true;
    this.refit();
  }

  private refit(): void {
    this.camera.moved = false;
    const { bounds } = this;
    const { width } = this.camera.room;
    this.camera.height = heightFor(bounds, width);
    this.camera.fit(bounds);
  }

  /** Where the reader has zoomed in, a step that is out of sight is moved into it. */
  private follow(): void {
    const { timeline } = this.model;
    const step = timeline ? timeline.order[Math.max(0, timeline.position - 1)] : undefined;
    if (step === this.followed) return;
    this.followed = step;
    const place = step === undefined ? null : this.placeOf(step);
    if (place) this.camera.reveal(place);
  }

  // Events --------------------------------------------------------------------------------------------------------

  private listen(): void {
    const nodeAt = (event: Event) =>
      (event.target as Element).closest<SVGGElement>(".mt-node")?.dataset.id ?? null;
    this.svg.addEventListener("keydown", (event) => this.onKey(event));
    // on the frame, because Chromium makes an <svg> that listens to the focus a tab stop of its own
    this.frame.addEventListener("focusin", (event) => {
      const id = nodeAt(event);
      if (id === null) return;
      this.current = id;
      this.boxes.stop(id);
      if (this.model.nodes.has(id)) this.model.point({ kind: "node", id });
    });
    this.frame.addEventListener("focusout", () => this.model.point(null));
    this.svg.addEventListener("pointerover", (event) => {
      const id = nodeAt(event);
      const edge = (event.target as Element).getAttribute("data-edge");
      if (id !== null && this.model.nodes.has(id)) this.model.point({ kind: "node", id });
      else this.model.point(edge === null ? null : { kind: "edge", id: edge });
    });
    this.svg.addEventListener("pointerleave", () => this.model.point(null));
    this.camera.drag((event) => {
      const id = nodeAt(event) ?? this.farAt(event);
      if (id === null) return;
      this.stopAt(id, true);
      this.act(id);
    });
    this.camera.follow();
  }

  /** What a click on the far picture meets. */
  private farAt(event: MouseEvent): string | null {
    if (this.near) return null;
    const box = this.svg.getBoundingClientRect();
    const { x, y, scale } = this.camera.view;
    const at: Point = [(event.clientX - box.left - x) / scale, (event.clientY - box.top - y) / scale];
    return itemAt(this.shown.items, at, 3 / scale)?.id ?? null;
  }

  /** A node is selected; a fold opens or closes. */
  private act(id: string): void {
    if (this.model.nodes.has(id)) this.model.select({ kind: "node", id });
    else this.turn(id);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.model.snapshot || this.current === null) return;
    if (ARROWS.has(event.key)) {
      const stops = [...this.shown.items, ...this.titles()];
      const next = neighbour(stops, this.shown.lines, this.current, event.key as Direction);
      const place = next === null ? undefined : stops.find((each) => each.id === next);
      if (place) {
        this.camera.reveal(place);
        this.stopAt(place.id, true);
      }
    } else if (event.key === "Enter" || event.key === " ") this.act(this.current);
    else if (!this.bar.press(event.key === "=" ? "+" : event.key)) return;
    event.preventDefault();
  }

  /** The titles of open folds are stops of the arrows too. */
  private titles(): { id: string; x: number; y: number; width: number; height: number }[] {
    return [...this.shown.arranged.frames].map(([id, { x, y, width }]) => ({ id, x, y, width, height: 24 }));
  }
}
