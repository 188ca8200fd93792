// Later: at a moment of a trace, what the graph will have stands in it faintly, and what has just come has a ring.
import { type Rect, together } from "./arrange";
import { svg } from "./dom";
import { clip } from "./format";
import type { Layer, Places } from "./layers";
import type { Model } from "./model";
import type { LaterEdge, LaterNode } from "./reel";

const LETTER = 7.8; // px
const ROOM = 5; // px around a box with a ring

export interface Outlook {
  nodes: LaterNode[];
  edges: LaterEdge[];
  /** Nodes that have just been recorded, or have just run. */
  ringed: string[];
}

const outlooks = new WeakMap<Model, Outlook>();
const layers = new WeakMap<Model, LaterLayer>();

/** Show this outlook in the graph of a model, or none. */
export function foresee(model: Model, outlook: Outlook | null): void {
  if (outlook === null && !outlooks.has(model)) return;
  if (outlook) outlooks.set(model, outlook);
  else outlooks.delete(model);
  layers.get(model)?.changed();
}

export class LaterLayer implements Layer {
  readonly element = svg("g", { class: "mt-laters", "aria-hidden": "true", "data-testid": "later" });
  changed: () => void = () => undefined;

  constructor(private readonly model: Model) {
    layers.set(model, this);
  }

  draw(places: Places): Rect | null {
    this.element.replaceChildren();
    const outlook = outlooks.get(this.model);
    if (!outlook) return null;
    const rings = outlook.ringed.flatMap((id) => places.of(id) ?? []);
    this.element.append(
      ...outlook.edges.map(({ points }) =>
        svg("path", { class: "mt-later-line", d: path(points), fill: "none" }),
      ),
      ...outlook.nodes.map(drawBox),
      ...rings.map(drawRing),
    );
    const rects = [...outlook.nodes, ...rings.map(around)];
    return rects.length > 0 ? together(...rects) : null;
  }
}

function path(points: LaterEdge["points"]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
}

function drawBox({ label, kind, x, y, width, height }: LaterNode): SVGGElement {
  return svg(
    "g",
    { class: "mt-later", transform: `translate(${x} ${y})` },
    svg("rect", { width, height, rx: kind === "leaf" ? 16 : 6 }),
    svg("text", { x: width / 2, y: 27, "text-anchor": "middle" }, clip(label, width - 10, LETTER)),
  );
}

function around({ x, y, width, height }: Rect): Rect {
  return { x: x - ROOM, y: y - ROOM, width: width + 2 * ROOM, height: height + 2 * ROOM };
}

function drawRing(at: Rect): SVGRectElement {
  return svg("rect", { class: "mt-ring", ...around(at), rx: 10 });
}
