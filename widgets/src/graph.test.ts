// A graph too tall to read whole is shown from its end, until the reader asks for all of it.

import { describe, expect, it } from "vitest";
import { mount } from "./inspector";
import type { NodeInfo, Snapshot } from "./protocol";

function tower(rows: number): Snapshot {
  const nodes = Array.from({ length: rows }, (_, row) => ({
    id: `n${row}`,
    name: "AddBackward0",
    op: "add",
    kind: "op",
    label: "add",
    sequence: row,
    outputs: [],
    tensor: null,
    expression: "",
    saved: [],
    source: null,
    x: 0,
    y: row * 96,
    width: 100,
    height: 46,
  })) as unknown as NodeInfo[];
  return {
    protocol: 1,
    revision: 1,
    title: "tower",
    engine: "minitorch_edu",
    tensors: [],
    nodes,
    edges: [],
    lanes: [],
    width: 100,
    height: rows * 96,
    omitted: [],
    text: "",
    roots: [],
  } as unknown as Snapshot;
}

function shown(snapshot: Snapshot): { element: HTMLElement; scale: () => number } {
  const element = document.createElement("div");
  document.body.append(element);
  let hear: (message: unknown) => void = () => undefined;
  mount(element, {
    send: () => undefined,
    onMessage: (callback: (message: unknown) => void) => {
      hear = callback;
      return () => undefined;
    },
  });
  hear({ type: "snapshot", revision: 1, snapshot, timeline: null });
  const scale = () => {
    const transform = element.querySelector("[data-testid^=node-]")?.closest("[transform*=scale]");
    return Number(/scale\(([\d.]+)\)/.exec(transform?.getAttribute("transform") ?? "")?.[1]);
  };
  return { element, scale };
}

describe("the first view of a graph", () => {
  it("shows a small graph whole", () => {
    expect(shown(tower(3)).scale()).toBeGreaterThanOrEqual(0.75);
  });

  it("shows a tall graph at a size that can be read", () => {
    expect(shown(tower(60)).scale()).toBeCloseTo(0.6, 2);
  });

  it("shows all of it when asked to", () => {
    const { element, scale } = shown(tower(60));
    (element.querySelector('[aria-label*="fit the whole"]') as HTMLElement).click();
    expect(scale()).toBeLessThan(0.3);
  });
});
