// Shown: which part of a graph is drawn: what is folded, which leaves stand in their user's box, and how far around what.
import { type Arrangement, around, arrange, type Item, type Line, NOTHING, ownLeaves } from "./arrange";
import type { Snapshot } from "./protocol";

const MANY = 60; // nodes from which on a leaf with one user is told in its user's box

export interface Wish {
  open: ReadonlySet<string>;
  /** Leaves as boxes of their own; null leaves it to the size of the graph. */
  leaves: boolean | null;
  /** Around which item, and how many hops; 0 for everything. */
  centre: string | null;
  hops: number;
}

export interface Shown {
  arranged: Arrangement;
  items: Item[];
  byId: Map<string, Item>;
  lines: Line[];
  /** Leaves that are told in the box of what uses them, by that box. */
  inside: Map<string, Item[]>;
  /** Nodes that are there and not drawn by themselves. */
  folded: number;
  /** Items that are out of the chosen surroundings. */
  beyond: number;
  beside: Map<string, Line[]>;
}

export const EMPTY: Shown = {
  arranged: NOTHING,
  items: [],
  byId: new Map(),
  lines: [],
  inside: new Map(),
  folded: 0,
  beyond: 0,
  beside: new Map(),
};

export function choose(snapshot: Snapshot, wish: Wish): Shown {
  const arranged = arrange(snapshot, wish.open);
  const apart = wish.leaves ?? snapshot.nodes.length < MANY;
  const inside = apart ? new Map<string, Item[]>() : ownLeaves(arranged);
  const absent = new Set([...inside.values()].flatMap((leaves) => leaves.map((leaf) => leaf.id)));
  let folded = absent.size;
  for (const { fold } of arranged.items.values()) if (fold) folded += fold.nodes.length;
  const near = wish.hops > 0 && wish.centre !== null && arranged.items.has(wish.centre);
  const within = near ? around(arranged, wish.centre!, wish.hops) : null;
  const byId = new Map<string, Item>();
  let beyond = 0;
  for (const [id, item] of arranged.items) {
    if (absent.has(id)) continue;
    if (within && !within.has(id)) beyond++;
    else byId.set(id, item);
  }
  const lines = arranged.lines.filter((line) => byId.has(line.from) && byId.has(line.to));
  const beside = new Map<string, Line[]>();
  for (const line of lines) {
    for (const end of [line.from, line.to]) {
      const list = beside.get(end);
      if (list) list.push(line);
      else beside.set(end, [line]);
    }
  }
  return { arranged, items: [...byId.values()], byId, lines, inside, folded, beyond, beside };
}

/** What there is besides the drawing, in one honest line. */
export function leftOut(shown: Shown, hops: number, centre: string): string {
  const said: string[] = [];
  if (shown.folded > 0) said.push(`${shown.folded} nodes folded; search or expand`);
  if (hops > 0) {
    const reach = hops === 1 ? "1 hop" : `${hops} hops`;
    said.push(`within ${reach} of ${centre}: ${shown.items.length} shown, ${shown.beyond} beyond`);
  }
  return said.join(" · ");
}
