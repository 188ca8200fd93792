// The graph: leaves at the top, the loss at the bottom; forward solid, backward dashed over the same places.
import { type Badge, KEY } from "./badges";
import { Box, drawBadge } from "./box";
import { attribute, h, keyed, rove, svg, text } from "./dom";
import { formatScalar, formatTuple } from "./format";
import {
  type Direction,
  edgePath,
  fitView,
  midpoint,
  neighbour,
  reveal,
  type View,
  zoomAt,
} from "./geometry";
import type { Change, Model } from "./model";
import type { EdgeInfo, NodeInfo, Value } from "./protocol";
import { edgePhase, type NodeProgress, outgoingOn, progress } from "./walk";

const TALLEST = 480;
const TALLEST_READABLE = 720; // a graph that would be too small to read may grow to this
const READABLE = 0.75;
const LEGIBLE = 0.6; // below this the names in the boxes can't be read
const NARROW = 560; // a docked panel, where the step beneath should be in sight as well
const TALLEST_NARROW = 360;
const SHORTEST = 150;
const ASIDE = 7; // px between the forward and the backward line
const ABREAST = 22; // px between two edges that join the same two nodes
const ARROWS: ReadonlySet<string> = new Set([
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
]);

let figures = 0; // markers are found by id, and a page may hold several graphs

export class GraphView {
  readonly element: HTMLElement;
  private readonly frame: HTMLElement;
  private readonly svg: SVGSVGElement;
  private readonly stage = svg("g");
  private readonly forward = svg("g", { class: "mt-forward" });
  private readonly backward = svg("g", { class: "mt-backward" });
  private readonly boxes = svg("g");
  private readonly marks = svg("g", { class: "mt-marks", "aria-hidden": "true" });
  private readonly labels = svg("g", { class: "mt-edge-labels" });
  private readonly empty = h("p", { class: "mt-note" });
  private readonly held = new Map<string, Box>();
  private readonly heldForward = new Map<string, SVGPathElement>();
  private readonly heldBackward = new Map<string, SVGPathElement>();
  private readonly parallel = new Map<string, EdgeInfo[]>();
  private readonly name = `mt-graph-${++figures}`;
  private view: View = { x: 0, y: 0, scale: 1 };
  private whole = false; // the reader asked for the whole graph, however small
  private moved = false; // once the reader has moved the drawing, it stays where it was put
  private current: string | null = null;
  private followed: string | undefined;
  private watch: ResizeObserver | undefined;

  constructor(private readonly model: Model) {
    this.svg = svg(
      "svg",
      {
        class: "mt-graph",
        role: "group",
        "aria-label": "Graph of operations",
        "aria-roledescription": "graph",
      },
      this.markers(),
      this.stage,
    );
    this.stage.append(this.forward, this.backward, this.boxes, this.marks, this.labels);
    const button = (label: string, words: string, act: () => void) =>
      h(
        "button",
        { type: "button", class: "mt-zoom", title: words, "aria-label": words, tabindex: -1, onclick: act },
        label,
      );
    this.frame = h(
      "div",
      { class: "mt-graph-frame" },
      this.svg,
      h(
        "div",
        { class: "mt-zooms" },
        button("+", "Zoom in (key +)", () => this.zoom(1.25)),
        button("−", "Zoom out (key -)", () => this.zoom(0.8)),
        button("fit", "fit the whole graph (key 0)", () => this.fitWhole()),
      ),
    );
    this.element = h("div", { class: "mt-graph-view" }, this.empty, this.frame, this.key());
    this.listen();
  }

  refresh(change: Change): void {
    if (change === "problem") return;
    if (change === "data") this.draw();
    this.mark();
    if (change === "selection") this.showSelection();
  }

  dispose(): void {
    this.watch?.disconnect();
  }

  // Drawing -------------------------------------------------------------------------------------------------------

  private draw(): void {
    const { snapshot, timeline } = this.model;
    const nodes = snapshot?.nodes ?? [];
    const edges = (snapshot?.edges ?? []).filter((edge) => Array.isArray(edge.points));
    this.frame.hidden = nodes.length === 0;
    this.empty.hidden = nodes.length > 0;
    text(this.empty, "No graph yet: compute something from a tensor with requires_grad=True.");
    const walk = timeline ? progress(timeline, edges) : new Map<string, NodeProgress>();
    const total = timeline?.total ?? timeline?.order.length ?? 0;
    this.drawBoxes(nodes, walk, total);
    this.drawEdges(edges, walk);
    if (this.current === null || !this.held.has(this.current)) this.current = nodes.at(-1)?.id ?? null;
    this.stop(this.current);
    if (!this.moved) this.begin();
    else this.follow();
  }

  /** A node keeps its element and its place. */
  private drawBoxes(nodes: readonly NodeInfo[], walk: Map<string, NodeProgress>, total: number): void {
    const shown = new Set(nodes.map((node) => node.id));
    for (const [id, box] of this.held) {
      if (shown.has(id)) continue;
      box.element.remove();
      box.marks.remove();
      this.held.delete(id);
    }
    for (const node of nodes) {
      let box = this.held.get(node.id);
      if (!box) {
        box = new Box(node.id);
        this.held.set(node.id, box);
        this.boxes.append(box.element);
        this.marks.append(box.marks);
      }
      box.update(this.model, node, walk.get(node.id), total);
    }
  }

  private stop(id: string | null): void {
    const elements = [...this.held.values()].map((box) => box.element);
    rove(elements, id === null ? null : (this.held.get(id)?.element ?? null));
  }

  /** Where the reader has zoomed in, a step that is out of sight is moved into it. */
  private follow(): void {
    const { timeline } = this.model;
    const step = timeline ? timeline.order[Math.max(0, timeline.position - 1)] : undefined;
    if (step === this.followed) return;
    this.followed = step;
    const node = step === undefined ? undefined : this.model.nodes.get(step);
    const { width, height } = this.room();
    if (node) this.place(reveal(this.view, node, width, height));
  }

  /** Edges between the same two nodes (y * y uses y twice) stand side by side, if the layout did not part them. */
  private lateral(edge: EdgeInfo): number {
    const twins = this.parallel.get(`${edge.from} ${edge.to}`) ?? [edge];
    const parted = new Set(twins.map((each) => String(each.points))).size > 1;
    return parted ? 0 : (twins.indexOf(edge) - (twins.length - 1) / 2) * ABREAST;
  }

  private drawEdges(edges: readonly EdgeInfo[], walk: Map<string, NodeProgress>): void {
    this.parallel.clear();
    for (const edge of edges) {
      const key = `${edge.from} ${edge.to}`;
      this.parallel.set(key, [...(this.parallel.get(key) ?? []), edge]);
    }
    const make = (edge: EdgeInfo) => svg("path", { "data-edge": edge.id, fill: "none" });
    keyed(
      this.forward,
      this.heldForward,
      edges,
      (e) => e.id,
      make,
      (path, edge) => {
        // points run from the later operation up to its input; data flows the other way, so the arrow is at the start
        attribute(path, "d", edgePath([...edge.points].reverse(), this.lateral(edge)));
        attribute(path, "marker-end", `url(#${this.name}-forward)`);
      },
    );
    const walked = edges.filter((edge) => walk.has(edge.from));
    keyed(
      this.backward,
      this.heldBackward,
      walked,
      (e) => e.id,
      make,
      (path, edge) => {
        const phase = edgePhase(walk.get(edge.from));
        attribute(path, "d", edgePath(edge.points, this.lateral(edge) + ASIDE));
        attribute(path, "data-phase", phase);
        attribute(path, "marker-end", `url(#${this.name}-${phase === "later" ? "later" : "backward"})`);
      },
    );
  }

  private markers(): SVGDefsElement {
    const marker = (kind: string) =>
      svg(
        "marker",
        {
          id: `${this.name}-${kind}`,
          class: `mt-arrow-${kind}`,
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerWidth: 8,
          markerHeight: 8,
          markerUnits: "userSpaceOnUse",
          orient: "auto",
        },
        svg("path", { d: "M0 0L8 4L0 8z" }),
      );
    return svg("defs", {}, marker("forward"), marker("backward"), marker("later"));
  }

  private key(): HTMLElement {
    const sign = (badge: Badge) =>
      svg("svg", { width: 20, height: 18, viewBox: "-10 -9 20 18", "aria-hidden": "true" }, drawBadge(badge));
    const line = (kind: string) =>
      svg(
        "svg",
        { width: 26, height: 10, viewBox: "0 0 26 10", "aria-hidden": "true" },
        svg("g", { class: `mt-${kind}` }, svg("path", { d: "M1 5H25", fill: "none", "data-phase": "done" })),
      );
    return h(
      "ul",
      { class: "mt-key", "aria-label": "Key" },
      ...KEY.map((badge) => h("li", {}, sign(badge), badge.words)),
      h("li", {}, line("forward"), "forward"),
      h("li", {}, line("backward"), "backward"),
    );
  }

  // Marks that change without a new picture -----------------------------------------------------------------------

  private mark(): void {
    const { selection, hover } = this.model;
    const selected = this.model.nodeFor(selection);
    const pointed =
      hover && (hover.kind === "node" || hover.kind === "tensor")
        ? this.model.nodeFor({ kind: hover.kind, id: hover.id })
        : null;
    for (const [id, { element }] of this.held) {
      element.classList.toggle("mt-selected", id === selected);
      element.classList.toggle("mt-pointed", id === pointed);
      attribute(element, "aria-pressed", String(id === selected));
    }
    const edge = hover?.kind === "edge" ? hover.id : null;
    const near = (e: EdgeInfo) =>
      e.id === edge || (pointed ?? selected) === e.from || (pointed ?? selected) === e.to;
    const shown = [...this.model.edges.values()].filter((e) => (edge ? e.id === edge : near(e)));
    for (const [id, path] of this.heldForward)
      path.classList.toggle(
        "mt-pointed",
        shown.some((e) => e.id === id),
      );
    this.labels.replaceChildren(...shown.flatMap((e) => this.edgeLabel(e)));
  }

  /** The gradient that went along an edge, where one did. */
  private edgeLabel(edge: EdgeInfo): SVGGElement[] {
    const out = outgoingOn(this.model.timeline, edge);
    if (!out || !Array.isArray(edge.points)) return [];
    const words = out.value ? `grad ${brief(out.value)}` : "grad None";
    const [x, middle] = midpoint(edge.points);
    const twins = this.parallel.get(`${edge.from} ${edge.to}`) ?? [edge];
    const y = middle + (twins.indexOf(edge) - (twins.length - 1) / 2) * 19; // one above the other
    const width = words.length * 6.6 + 12;
    return [
      svg(
        "g",
        { transform: `translate(${x} ${y})`, class: "mt-edge-label" },
        svg("rect", { x: -width / 2, y: -9, width, height: 18, rx: 4 }),
        svg("text", { y: 4, "text-anchor": "middle" }, words),
      ),
    ];
  }

  private showSelection(): void {
    const id = this.model.nodeFor(this.model.selection);
    const node = id === null ? undefined : this.model.nodes.get(id);
    if (!node) return;
    this.current = node.id;
    this.stop(node.id);
    const { width, height } = this.room();
    const scale = Math.max(this.view.scale, 0.5);
    this.place(
      reveal(zoomAt(this.view, scale / this.view.scale, width / 2, height / 2), node, width, height),
    );
  }

  // Pan and zoom --------------------------------------------------------------------------------------------------

  private room(): { width: number; height: number } {
    return { width: this.svg.clientWidth || 640, height: this.svg.clientHeight || 360 };
  }

  /** The whole graph, or, where that would be too small to read and nobody asked for it, the step at hand or the end. */
  private begin(): void {
    this.refit();
    if (this.whole || this.view.scale >= LEGIBLE) return;
    const { timeline, snapshot } = this.model;
    const step = timeline && timeline.position > 0 ? timeline.order[timeline.position - 1] : undefined;
    const lowest = snapshot?.nodes.reduce((low, node) => (node.y > low.y ? node : low));
    const node = step === undefined ? lowest : this.model.nodes.get(step);
    const { width, height } = this.room();
    const near = zoomAt(this.view, LEGIBLE / this.view.scale, width / 2, height / 2);
    if (node) this.place(reveal(near, node, width, height));
  }

  private fitWhole(): void {
    this.whole = true;
    this.refit();
  }

  private refit(): void {
    this.moved = false;
    const { snapshot } = this.model;
    if (!snapshot) return;
    const { width } = this.room();
    const usual = width < NARROW ? TALLEST_NARROW : TALLEST;
    const small = fitView(snapshot.width, snapshot.height, width, usual).scale < READABLE;
    const tallest = small ? TALLEST_READABLE : usual;
    const drawn = fitView(snapshot.width, snapshot.height, width, tallest);
    const height = Math.min(tallest, Math.max(SHORTEST, snapshot.height * drawn.scale + 44));
    this.svg.style.height = `${Math.round(height)}px`;
    this.place(fitView(snapshot.width, snapshot.height, width, height));
  }

  private zoom(factor: number): void {
    const { width, height } = this.room();
    this.moved = true;
    this.place(zoomAt(this.view, factor, width / 2, height / 2));
  }

  private place(view: View): void {
    this.view = view;
    const round = (value: number) => Math.round(value * 1000) / 1000;
    attribute(
      this.stage,
      "transform",
      `translate(${round(view.x)} ${round(view.y)}) scale(${round(view.scale)})`,
    );
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
      this.stop(id);
      this.model.point({ kind: "node", id });
    });
    this.frame.addEventListener("focusout", () => this.model.point(null));
    this.svg.addEventListener("pointerover", (event) => {
      const id = nodeAt(event);
      const edge = (event.target as Element).getAttribute("data-edge");
      if (id !== null) this.model.point({ kind: "node", id });
      else this.model.point(edge === null ? null : { kind: "edge", id: edge });
    });
    this.svg.addEventListener("pointerleave", () => this.model.point(null));
    this.svg.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.listenToDragging(nodeAt);
    if (typeof ResizeObserver === "function") {
      let width = 0;
      this.watch = new ResizeObserver(() => {
        if (this.svg.clientWidth === width) return; // our own change of the height
        width = this.svg.clientWidth;
        if (!this.moved) this.begin();
      });
      this.watch.observe(this.svg);
    }
  }

  private listenToDragging(nodeAt: (event: Event) => string | null): void {
    let from: { x: number; y: number; view: View; id: string | null } | null = null;
    let dragged = false;
    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = { x: event.clientX, y: event.clientY, view: this.view, id: nodeAt(event) };
      dragged = false;
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (!dragged && Math.hypot(x, y) < 4) return;
      if (!dragged) this.svg.setPointerCapture?.(event.pointerId); // only now: a click must reach its node
      dragged = true;
      this.moved = true;
      this.place({ ...from.view, x: from.view.x + x, y: from.view.y + y });
    });
    const release = () => {
      from = null;
    };
    this.svg.addEventListener("pointerup", release);
    this.svg.addEventListener("pointercancel", release);
    this.svg.addEventListener("click", (event) => {
      const id = nodeAt(event);
      if (dragged) dragged = false;
      else if (id !== null) this.choose(id);
    });
  }

  private choose(id: string): void {
    this.held.get(id)?.element.focus({ preventScroll: true });
    this.model.select({ kind: "node", id });
  }

  private onWheel(event: WheelEvent): void {
    // a page that is only scrolled past keeps scrolling; a graph that has the focus zooms
    if (!event.ctrlKey && !event.metaKey && !this.svg.contains(document.activeElement)) return;
    event.preventDefault();
    const box = this.svg.getBoundingClientRect();
    this.moved = true;
    this.place(
      zoomAt(this.view, Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top),
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { snapshot } = this.model;
    if (!snapshot || this.current === null) return;
    if (ARROWS.has(event.key)) {
      const next = neighbour(snapshot.nodes, snapshot.edges, this.current, event.key as Direction);
      const node = next === null ? undefined : this.model.nodes.get(next);
      if (node) {
        const { width, height } = this.room();
        this.place(reveal(this.view, node, width, height));
        this.held.get(node.id)?.element.focus({ preventScroll: true });
      }
    } else if (event.key === "Enter" || event.key === " ")
      this.model.select({ kind: "node", id: this.current });
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.fitWhole();
    else return;
    event.preventDefault();
  }
}

/** A gradient on an edge: its numbers where they are few, else its shape. */
function brief(value: Value): string {
  const shape = formatTuple(value.shape);
  if (value.data.length > 4 || value.truncated) return shape;
  const numbers = value.data.map((each) => formatScalar(each, value.dtype, 3)).join(", ");
  return value.shape.length === 0 ? numbers : `${shape}: ${numbers}`;
}
