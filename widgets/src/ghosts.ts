// Ghosts: what would have been in the graph, had it been recorded, and the scissors where its history was cut.
import { type Rect, together } from "./arrange";
import { attribute, svg } from "./dom";
import { clip } from "./format";
import type { Layer, Places } from "./layers";
import type { Model } from "./model";

export interface GhostNode {
  id: string;
  label: string;
  below: string;
  kind: "op" | "leaf";
  line: { line: string; where: string } | null;
  width: number;
  height: number;
}

export interface GhostEdge {
  id: string;
  from: string;
  to: string;
  /** What cut it here; "" for an edge that was only lost with the rest. */
  cut: string;
  tool: string;
  words: string;
}

export interface Ghosts {
  nodes: GhostNode[];
  edges: GhostEdge[];
  more: number;
}

type Box = Rect & { id: string };

const ROW = 96;
const CLEAR = 12; // px between two rows that would touch
const BESIDE = 26;
const LABEL = 7.4; // px a letter
const SMALL = 6.4;
const PILL = 6.8;

const haunted = new WeakMap<Model, Ghosts>();
const layers = new WeakMap<Model, GhostLayer>();

/** Show these ghosts in the graph of a model, or none. */
export function haunt(model: Model, ghosts: Ghosts | null): void {
  if ((haunted.get(model) ?? null) === ghosts) return;
  if (ghosts) haunted.set(model, ghosts);
  else haunted.delete(model);
  layers.get(model)?.changed();
}

/** Put one box forward: a ghost, or a node that is there. */
export function point(model: Model, id: string | null): void {
  layers.get(model)?.light(id);
  model.point(id !== null && model.nodes.has(id) ? { kind: "node", id } : null);
}

export class GhostLayer implements Layer {
  readonly element = svg("g", { class: "mt-ghosts", "data-testid": "ghosts" });
  changed: () => void = () => undefined;

  constructor(private readonly model: Model) {
    layers.set(model, this);
  }

  draw(places: Places): Rect | null {
    const ghosts = haunted.get(this.model);
    this.element.replaceChildren();
    if (!ghosts || ghosts.nodes.length === 0) return null;
    const boxes = place(ghosts, places, [...this.model.nodes.keys()]);
    const edges = ghosts.edges.flatMap((edge) => {
      const [later, earlier] = [boxes.get(edge.from), boxes.get(edge.to)];
      return later && earlier ? [{ edge, ...path(later, earlier) }] : [];
    });
    this.element.append(
      ...edges.map(({ edge, d }) =>
        svg("path", { class: edge.cut ? "mt-ghost-line mt-cut" : "mt-ghost-line", d, fill: "none" }),
      ),
      ...ghosts.nodes.map((ghost) => drawBox(ghost, boxes.get(ghost.id)!)),
      ...edges.flatMap(({ edge, at }) => {
        const place = cutAt(ghosts, edge, boxes.get(edge.from)!, at);
        return place ? [scissors(edge, place)] : [];
      }),
    );
    return together(...ghosts.nodes.map((ghost) => boxes.get(ghost.id)!));
  }

  light(id: string | null): void {
    for (const box of this.element.querySelectorAll<SVGGElement>(".mt-ghost")) {
      box.classList.toggle("mt-pointed", box.dataset.ghost === id);
    }
  }
}

/** A box for each ghost, inputs first: under its inputs, as near to straight below them as there is room. */
export function place(ghosts: Ghosts, places: Places, nodes: readonly string[]): Map<string, Box> {
  const boxes = new Map<string, Box>();
  for (const id of nodes) {
    const rect = places.of(id);
    if (rect) boxes.set(id, { id, x: rect.x, y: rect.y, width: rect.width, height: rect.height });
  }
  for (const ghost of inputsFirst(ghosts)) {
    const ends = (own: "from" | "to", other: "from" | "to") =>
      ghosts.edges.flatMap((edge) => (edge[own] === ghost.id ? (boxes.get(edge[other]) ?? []) : []));
    const [above, below] = [ends("from", "to"), ends("to", "from")];
    const near = above.length > 0 ? above : below;
    const middle = near.reduce((sum, box) => sum + box.x + box.width / 2, 0) / Math.max(1, near.length);
    const y =
      above.length > 0
        ? Math.max(...above.map((box) => box.y)) + ROW
        : Math.max(0, Math.min(...below.map((box) => box.y), ROW) - ROW);
    const row = [...boxes.values()].filter(
      (box) => box.y < y + ghost.height + CLEAR && y < box.y + box.height + CLEAR,
    );
    const wanted = Math.max(0, middle - ghost.width / 2);
    const free = [wanted, ...row.map((box) => box.x + box.width + 2 * BESIDE)].filter((x) =>
      row.every((box) => x + ghost.width + BESIDE <= box.x || box.x + box.width + BESIDE <= x),
    );
    const x = free.reduce((best, each) => (Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best));
    boxes.set(ghost.id, { id: ghost.id, x, y, width: ghost.width, height: ghost.height });
  }
  return boxes;
}

function inputsFirst({ nodes, edges }: Ghosts): GhostNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const [entered, ordered] = [new Set<GhostNode>(), [] as GhostNode[]];
  const visit = (node: GhostNode) => {
    if (entered.has(node)) return;
    entered.add(node);
    for (const edge of edges) {
      const input = edge.from === node.id ? byId.get(edge.to) : undefined;
      if (input) visit(input);
    }
    ordered.push(node);
  };
  for (const node of nodes) visit(node);
  return ordered;
}

/** From a box up to an earlier one, or across to one that stands beside it; and the middle of that. */
function path(later: Rect, earlier: Rect): { d: string; at: [number, number] } {
  if (later.y >= earlier.y + earlier.height) {
    const [x, y] = [later.x + later.width / 2, later.y];
    const [toX, toY] = [earlier.x + earlier.width / 2, earlier.y + earlier.height];
    const middle = (y + toY) / 2;
    return { d: `M${x} ${y}C${x} ${middle} ${toX} ${middle} ${toX} ${toY}`, at: [(x + toX) / 2, middle] };
  }
  const right = earlier.x >= later.x;
  const [x, toX] = [later.x + (right ? later.width : 0), earlier.x + (right ? 0 : earlier.width)];
  const [y, toY] = [later.y + later.height / 2, earlier.y + earlier.height / 2];
  const middle = (x + toX) / 2;
  return { d: `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`, at: [middle, (y + toY) / 2] };
}

/** In the middle of the edge; where one step cut several edges, once, where they come together. */
function cutAt(
  ghosts: Ghosts,
  edge: GhostEdge,
  later: Rect,
  middle: [number, number],
): [number, number] | null {
  if (!edge.cut) return null;
  const same = ghosts.edges.filter((each) => each.cut === edge.cut && each.from === edge.from);
  if (same.length === 1) return middle;
  return same[0] === edge ? [later.x + later.width / 2, later.y - 20] : null;
}

function drawBox(ghost: GhostNode, box: Rect): SVGGElement {
  const words = `Not recorded: ${ghost.label}, ${ghost.below}${ghost.line?.line ? `; ${ghost.line.line}` : ""}`;
  const middle = { x: box.width / 2, "text-anchor": "middle" };
  const room = box.width - 10;
  const group = svg(
    "g",
    {
      class: "mt-ghost",
      transform: `translate(${box.x} ${box.y})`,
      "data-ghost": ghost.id,
      role: "img",
      "aria-label": words,
    },
    svg("title", {}, words),
    svg("rect", { width: box.width, height: box.height, rx: ghost.kind === "leaf" ? 16 : 6 }),
    svg("text", { ...middle, y: 20 }, clip(ghost.label, room, LABEL)),
    svg("text", { ...middle, y: 36, class: "mt-ghost-below" }, clip(ghost.below, room, SMALL)),
  );
  attribute(group, "data-kind", ghost.kind);
  return group;
}

function scissors(edge: GhostEdge, [x, y]: [number, number]): SVGGElement {
  const words = `✂ ${edge.tool}`;
  const width = words.length * PILL + 14;
  const said = `Cut here: ${edge.tool} ${edge.words}`;
  return svg(
    "g",
    { class: "mt-scissors", transform: `translate(${x} ${y})`, role: "img", "aria-label": said },
    svg("title", {}, said),
    svg("rect", { x: -width / 2, y: -10, width, height: 20, rx: 10 }),
    svg("text", { y: 4, "text-anchor": "middle" }, words),
  );
}
