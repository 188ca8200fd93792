// The graph as geometry: paths of edges, fitting and zooming, and where an arrow key leads.
import type { Rect } from "./arrange";
import type { Point } from "./protocol";

/** How the drawing lies on the screen: screen = drawing * scale + (x, y). */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export const SMALLEST = 0.01;
export const LARGEST = 4;

/** The view that shows a drawing of this size whole, in the middle, and no larger than life. */
export function fitView(
  width: number,
  height: number,
  roomWidth: number,
  roomHeight: number,
  margin = 22,
): View {
  const across = Math.max(1, roomWidth - 2 * margin) / Math.max(1, width);
  const down = Math.max(1, roomHeight - 2 * margin) / Math.max(1, height);
  const scale = Math.min(1, Math.max(SMALLEST, Math.min(across, down)));
  return { x: (roomWidth - width * scale) / 2, y: (roomHeight - height * scale) / 2, scale };
}

/** Zoom and keep what lies under (x, y), in screen coordinates, where it is. */
export function zoomAt(view: View, factor: number, x: number, y: number): View {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor));
  const ratio = scale / view.scale;
  return { x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio, scale };
}

/** The same view, moved only as far as needed to show this node whole. */
export function reveal(view: View, node: Rect, roomWidth: number, roomHeight: number, margin = 28): View {
  const shift = (start: number, size: number, room: number) => {
    if (start < margin) return margin - start;
    if (start + size > room - margin) return room - margin - start - size;
    return 0;
  };
  return {
    ...view,
    x: view.x + shift(node.x * view.scale + view.x, node.width * view.scale, roomWidth),
    y: view.y + shift(node.y * view.scale + view.y, node.height * view.scale, roomHeight),
  };
}

/** A smooth path through the points; every piece leaves and arrives upright, as the rows lie below each other. */
export function edgePath(points: readonly Point[], shift = 0): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${round(first[0] + shift)} ${round(first[1])}`;
  let [x, y] = first;
  for (const [nextX, nextY] of rest) {
    const middle = round((y + nextY) / 2);
    path += `C${round(x + shift)} ${middle} ${round(nextX + shift)} ${middle} ${round(nextX + shift)} ${round(nextY)}`;
    [x, y] = [nextX, nextY];
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A point on the drawn path near its middle: where a label stands. */
export function midpoint(points: readonly Point[]): Point {
  if (points.length === 0) return [0, 0];
  const at = (points.length - 1) / 2;
  const low = points[Math.floor(at)]!;
  const high = points[Math.ceil(at)]!;
  return [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
}

export type Direction = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

/**
 * Where a key leads from a node. Up and down follow the edges (up to the inputs, down to the users; the nearest first),
 * left and right go to the neighbour in the same row, Home to the first leaf, End to the last result.
 */
export function neighbour(
  nodes: readonly Placed[],
  edges: readonly { from: string; to: string }[],
  from: string,
  key: Direction,
): string | null {
  const here = nodes.find((node) => node.id === from);
  if (!here || key === "Home" || key === "End") return extreme(nodes, key === "End")?.id ?? null;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const side = key === "ArrowLeft" ? -1 : 1;
    const row = nodes.filter(
      (node) => Math.abs(node.y - here.y) < here.height && (centre(node) - centre(here)) * side > 0,
    );
    return nearest(row, here)?.id ?? null;
  }
  const up = key === "ArrowUp";
  const linked = new Set(edges.filter((e) => (up ? e.from : e.to) === from).map((e) => (up ? e.to : e.from)));
  const found = nearest(
    nodes.filter((node) => linked.has(node.id)),
    here,
  );
  return found?.id ?? null;
}

interface Placed extends Rect {
  id: string;
}

function extreme(nodes: readonly Placed[], last: boolean): Placed | undefined {
  const side = last ? -1 : 1;
  return best(nodes, (a, b) => side * (a.y - b.y || a.x - b.x));
}

function centre(node: Placed): number {
  return node.x + node.width / 2;
}

function nearest(nodes: readonly Placed[], here: Placed): Placed | undefined {
  const distance = (node: Placed) => Math.hypot(centre(node) - centre(here), node.y - here.y);
  return best(nodes, (a, b) => distance(a) - distance(b) || a.x - b.x);
}

/** The first of them in this order, found without sorting all. */
function best<T>(all: readonly T[], order: (a: T, b: T) => number): T | undefined {
  let found = all[0];
  for (const each of all) if (found !== undefined && order(each, found) < 0) found = each;
  return found;
}
