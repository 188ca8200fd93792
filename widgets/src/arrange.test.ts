// Folds open in place, lines go around what has opened, and what lies within so many hops is found.
import { describe, expect, it } from "vitest";
import { around, arrange, ownLeaves } from "./arrange";
import { looped } from "./folded";

const closed = () => arrange(looped(), new Set());
const open = () => arrange(looped(), new Set(["f1"]));

describe("a closed fold", () => {
  it("stands for its nodes", () => {
    const { items, frames, home } = closed();
    expect([...items.keys()].sort()).toEqual(["beside", "end", "f1", "start", "w"]);
    expect(frames.size).toBe(0);
    expect(home("b3")).toBe("f1");
    expect(home("end")).toBe("end");
  });

  it("has one line for all edges that go the same way", () => {
    const ways = closed().lines.map(({ from, to, edges }) => [from, to, edges.length]);
    expect(ways).toContainEqual(["f1", "w", 4]);
    expect(ways).toContainEqual(["end", "f1", 1]);
  });
});

describe("an open fold", () => {
  it("shows its nodes in a frame", () => {
    const { items, frames } = open();
    const frame = frames.get("f1")!;
    for (const id of ["a0", "b0", "a3", "b3"]) {
      const { x, y, width, height } = items.get(id)!;
      expect(x).toBeGreaterThan(frame.x);
      expect(x + width).toBeLessThan(frame.x + frame.width);
      expect(y).toBeGreaterThan(frame.y);
      expect(y + height).toBeLessThan(frame.y + frame.height);
    }
  });

  it("moves the rows below down and its neighbours aside, and nothing else", () => {
    const [before, after] = [closed(), open()];
    const moved = (id: string) => {
      const [one, other] = [before.items.get(id)!, after.items.get(id)!];
      return [other.x - one.x, other.y - one.y];
    };
    const frame = after.frames.get("f1")!;
    expect(moved("w")).toEqual([0, 0]);
    expect(moved("start")).toEqual([0, 0]);
    expect(moved("beside")[0]).toBeGreaterThan(0);
    expect(moved("beside")[1]).toBe(0);
    expect(moved("end")).toEqual([0, frame.height - 46]);
    expect(after.items.get("end")!.y).toBeGreaterThan(frame.y + frame.height);
    expect(after.items.get("beside")!.x).toBeGreaterThan(frame.x + frame.width);
  });

  it("overlaps nothing", () => {
    const { items, frames } = open();
    const frame = frames.get("f1")!;
    const inside = new Set(frame.fold.nodes);
    for (const { id, x, y, width, height } of items.values()) {
      if (inside.has(id)) continue;
      const apart =
        x + width <= frame.x ||
        x >= frame.x + frame.width ||
        y + height <= frame.y ||
        y >= frame.y + frame.height;
      expect(apart, id).toBe(true);
    }
  });

  it("is closed again without a trace", () => {
    expect(closed().items).toEqual(arrange(looped(), new Set()).items);
  });

  it("leads each line to its node", () => {
    const { lines, items } = open();
    for (const { from, to, points } of lines) {
      const [start, end] = [items.get(from)!, items.get(to)!];
      expect(points[0]![1], `${from} ${to}`).toBe(start.y);
      expect(points.at(-1)![1], `${from} ${to}`).toBe(end.y + end.height);
      const heights = points.map((point) => point[1]);
      expect(heights, `${from} ${to}`).toEqual([...heights].sort((a, b) => b - a));
    }
    expect(lines.filter((line) => line.to === "w")).toHaveLength(5);
  });
});

describe("hops", () => {
  it("go along edges both ways, and count a closed fold as one", () => {
    expect(around(closed(), "end", 1)).toEqual(new Set(["end", "f1", "beside"]));
    expect(around(closed(), "end", 2)).toEqual(new Set(["end", "f1", "beside", "start", "w"]));
    expect(around(open(), "b3", 1)).toEqual(new Set(["b3", "a3", "end"]));
  });
});

describe("leaves", () => {
  it("belong to what uses them, if nothing else does", () => {
    const own = ownLeaves(closed());
    expect([...own].map(([user, leaves]) => [user, leaves.map((leaf) => leaf.id)])).toEqual([]);
    const lone = looped();
    lone.edges = lone.edges.filter((edge) => edge.to !== "w" || edge.from === "start");
    const [[user, leaves] = ["", []]] = [...ownLeaves(arrange(lone, new Set()))];
    expect([user, leaves.map((leaf) => leaf.id)]).toEqual(["start", ["w"]]);
  });
});
