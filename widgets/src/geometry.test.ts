// Paths, fitting, zooming and arrow keys on the graph.
import { describe, expect, it } from "vitest";
import { waiting } from "./fixtures";
import { edgePath, fitView, midpoint, neighbour, reveal, zoomAt } from "./geometry";

const { nodes, edges } = waiting().snapshot;
const by = (id: string) => nodes.find((node) => node.id === id)!;

describe("paths", () => {
  it("an edge leaves and arrives upright", () => {
    expect(
      edgePath([
        [0, 100],
        [50, 0],
      ]),
    ).toBe("M0 100C0 50 50 50 50 0");
  });

  it("a shift moves the whole of it aside", () => {
    expect(
      edgePath(
        [
          [0, 10],
          [0, 0],
        ],
        5,
      ),
    ).toBe("M5 10C5 5 5 5 5 0");
  });

  it("no points make no path", () => {
    expect(edgePath([])).toBe("");
    expect(midpoint([])).toEqual([0, 0]);
  });

  it("a label stands in the middle, also of an even number of points", () => {
    expect(
      midpoint([
        [0, 0],
        [10, 20],
      ]),
    ).toEqual([5, 10]);
    expect(
      midpoint([
        [0, 0],
        [7, 9],
        [10, 20],
      ]),
    ).toEqual([7, 9]);
  });
});

describe("the view", () => {
  it("shows a large drawing whole and a small one no larger than life", () => {
    const view = fitView(2000, 1000, 500, 400);
    expect(2000 * view.scale).toBeLessThanOrEqual(500);
    expect(fitView(50, 50, 500, 400).scale).toBe(1);
  });

  it("zooming keeps what lies under the pointer", () => {
    const view = zoomAt({ x: 10, y: 20, scale: 1 }, 2, 100, 100);
    expect(view.x + ((100 - 10) / 1) * view.scale).toBeCloseTo(100);
  });

  it("a node out of sight is moved into it, one in sight moves nothing", () => {
    const node = { ...by("n1"), x: 5000, y: 50 };
    const view = reveal({ x: 0, y: 0, scale: 1 }, node, 400, 300);
    expect(node.x + node.width + view.x).toBeLessThanOrEqual(400);
    expect(reveal({ x: 0, y: 0, scale: 1 }, { ...node, x: 100 }, 400, 300)).toEqual({ x: 0, y: 0, scale: 1 });
  });
});

describe("arrow keys", () => {
  it("up goes to an input, down to a user", () => {
    expect(neighbour(nodes, edges, "n4", "ArrowUp")).toBe("n2");
    expect(neighbour(nodes, edges, "n2", "ArrowDown")).toBe("n4");
    expect(neighbour(nodes, edges, "n1", "ArrowUp")).toBeNull();
  });

  it("left and right stay in the row", () => {
    expect(neighbour(nodes, edges, "n2", "ArrowRight")).toBe("n3");
    expect(neighbour(nodes, edges, "n3", "ArrowLeft")).toBe("n2");
    expect(neighbour(nodes, edges, "n2", "ArrowLeft")).toBeNull();
  });

  it("Home is the first leaf and End the result", () => {
    expect(neighbour(nodes, edges, "n3", "Home")).toBe("n1");
    expect(neighbour(nodes, edges, "n3", "End")).toBe("n4");
  });
});
