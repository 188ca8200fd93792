// Lifetimes as a reader sees them: filled and hollow buffers, bars of bytes, and what would be freed.
import { describe, expect, it } from "vitest";
import { lane, message, node, snapshot, tensor } from "./fixtures";
import { fate } from "./lifetimes";
import { page, push } from "./mounted";

const buffer = (state: string, more = {}) => ({
  node: "n3",
  label: "exp",
  name: "result",
  state,
  lane: state === "freed" ? null : "laneA",
  bytes: state === "freed" ? null : 12,
  ...more,
});

const HOLDER = {
  name: "loss",
  tensor: "t1",
  graphs: 1,
  nodes: 2,
  saved: 2,
  freed: 1,
  stale: 0,
  pinned: 24,
  alone: 12,
  frees: 12,
  named: 12,
  unmeasured: 0,
  shared: 0,
  buffers: [buffer("saved"), buffer("freed"), buffer("stale")],
  more: 0,
  within: null,
};

function show(holders: unknown[], more = {}) {
  const told = {
    holders,
    more: 0,
    pinned: 24,
    unnamed: 12,
    letters: { laneA: "A" },
    at_least: false,
    text: "Told.",
    ...more,
  };
  push(
    message(
      snapshot({
        tensors: [tensor("t1", "loss", { lane: "laneA" })],
        nodes: [node("n3", "exp", 0, 0)],
        lanes: [lane("A", [1, 2, 3])],
        parts: { lifetimes: told },
      }),
    ),
  );
}

const buffers = () => Array.from(page.querySelectorAll<HTMLElement>("button.mt-buffer"));

describe("what graphs keep alive", () => {
  it("draws a buffer that is held with its storage's letter, a freed one hollow, a stale one with a mark", () => {
    show([HOLDER]);
    expect(buffers().map((each) => [each.dataset.state, each.textContent])).toEqual([
      ["saved", "A"],
      ["freed", ""],
      ["stale", "!"],
    ]);
    expect(buffers().map((each) => each.getAttribute("aria-label"))).toEqual([
      "result of exp: held on storage A, 12 bytes",
      "result of exp: freed",
      "result of exp: held, but written since on storage A, 12 bytes",
    ]);
  });

  it("leads from a buffer to its node", () => {
    show([HOLDER]);
    buffers()[0]?.click();
    expect(page.querySelector('[data-testid="node-n3"]')?.classList.contains("mt-selected")).toBe(true);
  });

  it("names those that hold a part of the same graph, and draws each graph once", () => {
    show([HOLDER, { ...HOLDER, name: "y", within: "loss" }, { ...HOLDER, name: "z", within: "loss" }]);
    expect(page.querySelectorAll(".mt-holder").length).toBe(1);
    expect(page.querySelector(".mt-holder")?.textContent).toContain("y and z hold parts of it, too.");
  });

  it("has a bar with a part for each kind of bytes", () => {
    show([HOLDER]);
    const widths = Array.from(page.querySelectorAll<HTMLElement>(".mt-held-bar .mt-held")).map(
      (each) => each.style.width,
    );
    expect(widths).toEqual(["50%", "50%"]);
  });

  it("says that it is at least so much where nodes were left out", () => {
    show([HOLDER], { at_least: true });
    expect(page.querySelector(".mt-lifetimes")?.textContent).toContain("Graphs hold at least 24 bytes");
  });

  it("has one tab stop", () => {
    show([HOLDER]);
    const stops = Array.from(page.querySelectorAll<HTMLElement>(".mt-lifetimes [data-stop]"));
    expect(stops.length).toBe(4);
    expect(stops.filter(({ tabIndex }) => tabIndex === 0).length).toBe(1);
  });
});

describe("the fate of what is held", () => {
  it("is told in words", () => {
    expect(fate({ ...HOLDER, buffers: [], freed: 0 })).toBe(
      "backward() would free 12 bytes; del loss would free 12 bytes.",
    );
    expect(fate({ ...HOLDER, buffers: [], freed: 0, frees: 0, alone: 0 })).toBe(
      "backward() would free nothing: names hold these bytes, too.",
    );
    expect(fate({ ...HOLDER, buffers: [] })).toContain("1 buffer freed already; backward() would raise");
    expect(fate({ ...HOLDER, buffers: [], graphs: 2 })).toContain(
      "1 buffer freed already; backward() would free 12 bytes",
    );
    expect(fate({ ...HOLDER, buffers: [], saved: 0, freed: 3 })).toContain(
      "3 buffers hollow: a second backward() would raise",
    );
  });
});
