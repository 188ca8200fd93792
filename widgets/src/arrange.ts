// Arrange: where everything stands when some folds are open. Numbers in, numbers out: no element is touched.
//
// Note [Opening makes room]
// The kernel places what is to be seen with all folds closed, and inside each fold what it holds. An open fold takes more
// room than its box: the rows below move down by the difference, and its neighbours in the row to both sides; nothing
// else moves, and closing puts everything back exactly.
import type { EdgeInfo, FoldInfo, NodeInfo, Point, Snapshot } from "./protocol";

export const ROW = 96; // px from one row's top to the next, as the kernel lays them out
export const HEAD = 30; // the title of an open fold
export const ROOM = 18; // between an open fold's frame and what is inside
const GUTTER = 24; // a line that turns aside does so halfway between two rows

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What stands for itself in the drawing: a node, or a closed fold. */
export interface Item extends Rect {
  id: string;
  node: NodeInfo | null;
  fold: FoldInfo | null;
}

/** An open fold. */
export interface Frame extends Rect {
  fold: FoldInfo;
}

/** One drawn edge, from the later operation up to what it uses. It may stand for several. */
export interface Line {
  id: string;
  from: string;
  to: string;
  points: Point[];
  edges: EdgeInfo[];
}

export interface Arrangement extends Rect {
  items: Map<string, Item>;
  frames: Map<string, Frame>;
  lines: Line[];
  /** What stands for a node: itself, or the closed fold that holds it. */
  home(node: string): string;
}

export const NOTHING: Arrangement = {
  items: new Map(),
  frames: new Map(),
  lines: [],
  home: (node) => node,
  x: 0,
  y: 0,
  width: 0,
  height: 0,
};

/** The room that all of these take together; null is nothing. */
export function together(...rects: (Rect | null)[]): Rect {
  const given = rects.filter((rect): rect is Rect => rect !== null && rect.width > 0);
  if (given.length === 0) return NOTHING;
  const x = Math.min(...given.map((rect) => rect.x));
  const y = Math.min(...given.map((rect) => rect.y));
  const right = Math.max(...given.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...given.map((rect) => rect.y + rect.height));
  return { x, y, width: right - x, height: bottom - y };
}

export function arrange(snapshot: Snapshot, open: ReadonlySet<string>): Arrangement {
  const held = new Map<string, FoldInfo>(); // by node
  for (const fold of snapshot.folds) for (const id of fold.nodes) held.set(id, fold);
  const opened = snapshot.folds.filter((fold) => open.has(fold.id));
  const room = new Room(opened);
  const frames = new Map<string, Frame>();
  const items = new Map<string, Item>();
  for (const fold of snapshot.folds) {
    const place = room.place(fold);
    if (!open.has(fold.id)) {
      items.set(fold.id, { ...place, id: fold.id, node: null, fold });
      continue;
    }
    const [width, height] = sizeOf(fold);
    frames.set(fold.id, { x: place.x + (fold.width - width) / 2, y: place.y, width, height, fold });
  }
  for (const node of snapshot.nodes) {
    const fold = held.get(node.id);
    if (!fold) items.set(node.id, { ...room.place(node), id: node.id, node, fold: null });
    const frame = fold && frames.get(fold.id);
    if (!frame) continue;
    const [x, y] = inside(frame, [node.x, node.y]);
    items.set(node.id, { x, y, width: node.width, height: node.height, id: node.id, node, fold: null });
  }
  const home = (node: string) => {
    const fold = held.get(node);
    return fold && !open.has(fold.id) ? fold.id : node;
  };
  const lines = new Lines(held, frames, items, room, home).draw(snapshot.edges);
  return { items, frames, lines, home, ...boundsOf(items, frames) };
}

/** How large an open fold is, with its frame. */
function sizeOf(fold: FoldInfo): [number, number] {
  return [Math.max(fold.inner[0] + 2 * ROOM, fold.width), fold.inner[1] + HEAD + ROOM];
}

function inside(frame: Frame, [x, y]: Point): Point {
  const margin = (frame.width - frame.fold.inner[0]) / 2;
  return [frame.x + margin + x, frame.y + HEAD + y];
}

function boundsOf(items: Map<string, Item>, frames: Map<string, Frame>): Rect {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (const all of [items.values(), frames.values()]) {
    for (const { x, y, width, height } of all) {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + width);
      bottom = Math.max(bottom, y + height);
    }
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The room that open folds take, row by row. */
class Room {
  private readonly rows = new Map<number, { tall: number; wide: { centre: number; more: number }[] }>();
  private readonly order: { row: number; tall: number }[] = [];

  constructor(opened: readonly FoldInfo[]) {
    for (const fold of opened) {
      const row = rowOf(fold.y);
      const [width, height] = sizeOf(fold);
      const grown = this.rows.get(row) ?? { tall: 0, wide: [] };
      grown.tall = Math.max(grown.tall, height - fold.height);
      grown.wide.push({ centre: fold.x + fold.width / 2, more: width - fold.width });
      this.rows.set(row, grown);
    }
    this.order = [...this.rows].map(([row, { tall }]) => ({ row, tall })).sort((a, b) => a.row - b.row);
  }

  /** How far everything in this row moves down. */
  down(row: number): number {
    let sum = 0;
    for (const each of this.order) {
      if (each.row >= row) break;
      sum += each.tall;
    }
    return sum;
  }

  /** How far what is centred here moves to the side. */
  aside(centre: number, row: number): number {
    let sum = 0;
    for (const each of this.rows.get(row)?.wide ?? []) {
      if (centre !== each.centre) sum += (Math.sign(centre - each.centre) * each.more) / 2;
    }
    return sum;
  }

  place({ x, y, width, height }: Rect): Rect {
    if (this.order.length === 0) return { x, y, width, height };
    const row = rowOf(y);
    return { x: x + this.aside(x + width / 2, row), y: y + this.down(row), width, height };
  }

  /** A line between rows, as it runs now: straight beside whatever has opened, and bent only between the rows. */
  bend(points: readonly Point[]): Point[] {
    if (this.order.length === 0) return [...points];
    const bent: Point[] = [];
    points.forEach(([x, y], index) => {
      const row = rowOf(y);
      const before = points[index - 1];
      if (before) this.pass(before, [x, y], bent);
      const tall = this.rows.get(row)?.tall ?? 0;
      const [atX, atY] = [x + this.aside(x, row), y + this.down(row)];
      const bottom = y - row * ROW > 1; // a line comes to a row's bottom first, on its way up
      if (bottom && tall > 0) bent.push([atX, atY + tall]);
      if (!bottom || tall === 0 || index === points.length - 1) bent.push([atX, atY]);
    });
    return bent;
  }

  /** Where a straight piece passes an open row, it goes around what has opened there. */
  private pass([x, low]: Point, [nextX, high]: Point, bent: Point[]): void {
    if (x !== nextX) return;
    for (let at = this.order.length - 1; at >= 0; at--) {
      const { row, tall } = this.order[at]!;
      if (row >= rowOf(low) || row <= rowOf(high)) continue;
      const [beside, top] = [x + this.aside(x, row), row * ROW + this.down(row)];
      bent.push([beside, top + tall + ROW / 2], [beside, top]);
    }
  }
}

function rowOf(y: number): number {
  return Math.floor((y + 0.5) / ROW);
}

class Lines {
  private readonly found = new Map<string, Line>();
  private readonly outer = new Map<string, readonly Point[]>();

  constructor(
    private readonly held: ReadonlyMap<string, FoldInfo>,
    private readonly frames: ReadonlyMap<string, Frame>,
    private readonly items: ReadonlyMap<string, Item>,
    private readonly room: Room,
    private readonly home: (node: string) => string,
  ) {}

  draw(edges: readonly EdgeInfo[]): Line[] {
    for (const edge of edges) {
      const key = this.between(edge);
      if (edge.points?.length > 0 && !this.outer.has(key)) this.outer.set(key, edge.points);
    }
    for (const edge of edges) {
      const [from, to] = [this.home(edge.from), this.home(edge.to)];
      if (from === to) continue;
      const key = from === edge.from ? `${from} ${edge.slot} ${to}` : `${from} ${to}`;
      const line = this.found.get(key);
      if (line) line.edges.push(edge);
      else {
        const points = this.points(edge);
        if (points.length > 0) this.found.set(key, { id: edge.id, from, to, points, edges: [edge] });
      }
    }
    return [...this.found.values()];
  }

  /** Several edges between the same two things, folds being closed, share one way; the first one brings it. */
  private between(edge: EdgeInfo): string {
    const [from, to] = [this.held.get(edge.from), this.held.get(edge.to)];
    if (from && from === to) return edge.id;
    return `${from?.id ?? `${edge.from} ${edge.slot}`} ${to?.id ?? edge.to}`;
  }

  private points(edge: EdgeInfo): Point[] {
    const way = this.outer.get(this.between(edge)) ?? [];
    const [from, to] = [this.held.get(edge.from), this.held.get(edge.to)];
    const [start, end] = [from && this.frames.get(from.id), to && this.frames.get(to.id)];
    if (start && from === to) return way.map((point) => inside(start, point));
    const points = this.room.bend(way);
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return [];
    if (start) this.leave(edge, start, points);
    if (end) this.enter(edge, end, points);
    return points;
  }

  /** From inside an open fold: aside to the frame's margin, and up along it to where the way goes on. */
  private leave(edge: EdgeInfo, frame: Frame, points: Point[]): void {
    const node = this.items.get(edge.from)!;
    const start: Point = [node.x + node.width / 2, node.y];
    const x = Math.min(Math.max(points[0]![0], frame.x + 8), frame.x + frame.width - 8);
    const margin = marginOf(frame, x);
    const first = node.y <= frame.y + HEAD + 1; // right beneath the top: nothing is in the way
    const around: Point[] = [
      [margin, node.y - GUTTER],
      [margin, frame.y + HEAD],
    ];
    points.splice(0, 1, start, ...(first ? [] : around), [x, frame.y]);
  }

  /** Into an open fold: up along the frame's margin, and aside to the node. */
  private enter(edge: EdgeInfo, frame: Frame, points: Point[]): void {
    const node = this.items.get(edge.to)!;
    const end: Point = [node.x + node.width / 2, node.y + node.height];
    const floor = frame.y + frame.height;
    const before = points.at(-2)!;
    const margin = marginOf(frame, before[0]);
    const last = end[1] + ROOM + 1 >= floor; // right above the bottom
    const around: Point[] = [
      [margin, floor - ROOM],
      [margin, end[1] + GUTTER],
    ];
    points.splice(-1, 1, ...(last ? [] : around), end);
  }
}

/** Where lines run inside a frame, beside all that it holds: at the side that they come from. */
function marginOf(frame: Frame, x: number): number {
  return x < frame.x + frame.width / 2 ? frame.x + ROOM / 2 : frame.x + frame.width - ROOM / 2;
}

/** The nodes, and closed folds, within so many hops of one: along edges in both directions. */
export function around(arranged: Arrangement, from: string, hops: number): Set<string> {
  const beside = new Map<string, string[]>();
  for (const line of arranged.lines) {
    for (const [a, b] of [
      [line.from, line.to],
      [line.to, line.from],
    ] as const) {
      const list = beside.get(a);
      if (list) list.push(b);
      else beside.set(a, [b]);
    }
  }
  const found = new Set([from]);
  let edge = [from];
  for (let hop = 0; hop < hops; hop++) {
    edge = edge.flatMap((id) => beside.get(id) ?? []).filter((id) => !found.has(id) && found.add(id));
  }
  return found;
}

/** Those leaves that only one thing uses, by what uses them: they can be told in their user's box. */
export function ownLeaves(arranged: Arrangement): Map<string, Item[]> {
  const users = new Map<string, Set<string>>();
  for (const line of arranged.lines) {
    const leaf = arranged.items.get(line.to);
    if (leaf?.node?.kind !== "leaf") continue;
    users.set(line.to, (users.get(line.to) ?? new Set()).add(line.from));
  }
  const own = new Map<string, Item[]>();
  for (const [leaf, by] of users) {
    const [user] = by;
    if (by.size !== 1 || user === undefined) continue;
    own.set(user, [...(own.get(user) ?? []), arranged.items.get(leaf)!]);
  }
  return own;
}
