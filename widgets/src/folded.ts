// A picture with a fold, to test and to look at: start, four times (a, b) folded, and an end that also uses `beside`.
import { node, snapshot } from "./fixtures";
import type { EdgeInfo, NodeInfo, Point, Snapshot } from "./protocol";

const TURNS = 4;

export function looped(): Snapshot {
  const outside = [
    node("w", "AccumulateGrad", 0, 0, { label: "w" }),
    node("start", "MulBackward0", 0, 1),
    node("beside", "ExpBackward0", 2, 2),
    node("end", "AddBackward0", 0, 3),
  ];
  const inside: NodeInfo[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    inside.push(
      node(`a${turn}`, "MulBackward0", 0, 2 * turn, { x: 0 }),
      node(`b${turn}`, "TanhBackward0", 0, 2 * turn + 1, { x: 0 }),
    );
  }
  const fold = {
    id: "f1",
    label: "mul, tanh",
    count: TURNS,
    nodes: inside.map((each) => each.id),
    x: 10,
    y: 2 * 96,
    width: 140,
    height: 46,
    inner: [200, (2 * TURNS - 1) * 96 + 46] as [number, number],
  };
  return snapshot({
    nodes: [...outside, ...inside],
    folds: [fold],
    edges: joined([...outside, ...inside], fold),
    width: 400,
    height: 3 * 96 + 46,
  });
}

function joined(nodes: NodeInfo[], fold: { x: number; y: number; width: number }): EdgeInfo[] {
  const byId = new Map(nodes.map((each) => [each.id, each]));
  const told = new Set<string>(); // edges that go the same way with the fold closed share their points
  const edges: EdgeInfo[] = [];
  const folded = (id: string) => /^[ab]\d$/.test(id);
  const add = (from: string, slot: number, to: string) => {
    const within = folded(from) && folded(to);
    const key = `${folded(from) ? "f1" : `${from} ${slot}`} ${folded(to) ? "f1" : to}`;
    const [start, end] = [byId.get(from)!, byId.get(to)!];
    const top = (id: string, each: NodeInfo): Point =>
      folded(id) && !within ? [fold.x + fold.width / 2, fold.y] : [each.x + each.width / 2, each.y];
    const bottom = (id: string, each: NodeInfo): Point => {
      const [x, y] = top(id, each);
      return [x, y + 46];
    };
    const points: Point[] = within || !told.has(key) ? [top(from, start), bottom(to, end)] : [];
    if (!within) told.add(key);
    edges.push({ id: `e-${from}-${slot}`, from, slot, to, output: 0, points });
  };
  add("start", 0, "w");
  for (let turn = 0; turn < TURNS; turn++) {
    add(`a${turn}`, 0, turn === 0 ? "start" : `b${turn - 1}`);
    add(`a${turn}`, 1, "w");
    add(`b${turn}`, 0, `a${turn}`);
  }
  add("end", 0, `b${TURNS - 1}`);
  add("end", 1, "beside");
  return edges;
}
