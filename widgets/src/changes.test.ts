// What a cell did as a reader sees it: names that moved, storages that were written, the arrow keys among them.
import { describe, expect, it } from "vitest";
import { lane, message, snapshot, tensor } from "./fixtures";
import { page, push } from "./mounted";

const line = (text: string, more = {}) => ({
  line: text,
  where: "cell [4], line 2",
  number: 2,
  times: 1,
  ...more,
});

const held = (id: string, letter: string) => ({ tensor: id, lane: `lane${letter}`, letter, shape: [3] });

const REBOUND = {
  name: "a",
  how: "rebound",
  was: held("t9", "A"),
  now: held("t1", "B"),
  line: line("a = a + 1"),
};

const WRITTEN = {
  lane: "laneA",
  letter: "A",
  tracked: true,
  plain: false,
  versions: [0, 1],
  cells: [1, 2],
  changed: 2,
  truncated: false,
  names: ["b", "view"],
  lines: [line("b += 1")],
  sure: "recorded",
};

function changed(given = {}) {
  return { names: [REBOUND], more_names: 0, writes: [WRITTEN], more_writes: 0, sentence: "Said.", ...given };
}

const TENSORS = [
  tensor("t1", "a", { lane: "laneB" }),
  tensor("t2", "b", { lane: "laneA" }),
  tensor("t3", "view", { lane: "laneA", shape: [2], offset: 1 }),
];
const LANES = [lane("A", [1, 2, 3]), lane("B", [2, 2, 2])];

function show(part: unknown, revision = 1) {
  push(message(snapshot({ tensors: TENSORS, lanes: LANES, parts: { changes: part }, revision })));
}

const find = (id: string) => {
  const element = page.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`nothing has the test id ${id}`);
  return element;
};
const section = () => page.querySelector<HTMLElement>(".mt-section-changes");
const stops = () => Array.from(find("changes").querySelectorAll<HTMLElement>("[data-stop]"));
const press = (key: string) =>
  document.activeElement?.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );

describe("what the cell did", () => {
  it("is not there where nothing changed", () => {
    show(undefined);
    expect(section()?.hidden).toBe(true);
    show(changed(), 2);
    expect(section()?.hidden).toBe(false);
  });

  it("tells a name that moved with both storages and the line", () => {
    show(changed());
    expect(find("change-a").textContent).toBe("a↷A→Bmoveda = a + 1cell [4], line 2");
  });

  it("tells a write with its versions, its cells and who sees it", () => {
    show(changed());
    expect(find("write-A").textContent).toBe("✎ Av0→v12 cellsseen by b, viewb += 1cell [4], line 2");
  });

  it("lists what is new and what is gone", () => {
    const names = [
      { name: "x", how: "new", was: null, now: held("t1", "B"), line: null },
      { name: "old", how: "gone", was: held("t8", "C"), now: null, line: null },
    ];
    show(changed({ names, writes: [] }));
    expect(find("names-new").textContent).toContain("xB");
    expect(find("names-gone").textContent).toContain("oldC");
  });

  it("says that no version counts a write, except in NumPy's own memory", () => {
    const write = { ...WRITTEN, tracked: false, versions: null };
    show(changed({ writes: [write] }));
    expect(find("write-A-untracked").textContent).toContain("no version counts it");
    show(changed({ writes: [{ ...write, plain: true }] }), 2);
    expect(find("write-A-untracked").textContent).not.toContain("no version counts it");
  });

  it("says where a line is one of several, or not known", () => {
    const lines = [line("a += 1"), line("a -= 1")];
    show(changed({ writes: [{ ...WRITTEN, lines, sure: "one of" }] }));
    expect(find("write-A").textContent).toContain("the text does not tell which");
    show(changed({ writes: [{ ...WRITTEN, lines: [], sure: "" }] }), 2);
    expect(find("write-A").textContent).toContain("inside something that the cell calls");
  });

  it("shows hostile names and lines as text", () => {
    const evil = "<img src=x onerror=alert(1)>";
    show(changed({ names: [{ ...REBOUND, name: evil, line: line(evil) }] }));
    expect(page.querySelector("img")).toBeNull();
    expect(find(`change-${evil.replace(/"/g, "")}`).textContent).toContain(evil);
  });

  it("has one tab stop, and the arrow keys, Home and End go along", () => {
    show(changed());
    expect(stops().filter(({ tabIndex }) => tabIndex === 0).length).toBe(1);
    stops()[0]?.focus();
    press("ArrowDown");
    expect(document.activeElement).toBe(stops()[1]);
    press("Home");
    expect(document.activeElement).toBe(stops()[0]);
    press("End");
    expect(document.activeElement).toBe(stops().at(-1));
    expect(stops().filter(({ tabIndex }) => tabIndex === 0)).toEqual([stops().at(-1)]);
  });

  it("lights the written cells, in every alias, while its write has the focus", () => {
    show(changed());
    find("write-A").querySelector<HTMLElement>("[data-stop]")?.focus();
    const lit = Array.from(page.querySelectorAll(".mt-cell.mt-lit")).map((each) => each.textContent);
    expect(lit.map((each) => each?.replace("✎", ""))).toEqual(["2.0", "3.0"]);
    expect(page.querySelectorAll('[data-tensor="t3"] .mt-tick.mt-lit').length).toBe(2);
  });

  it("selects the tensor of a name, and keeps the focus when a new picture comes", () => {
    show(changed());
    const name = find("change-a").querySelector<HTMLElement>("[data-stop]");
    name?.focus();
    name?.click();
    expect(page.querySelector('[data-tensor="t1"]')?.classList.contains("mt-selected")).toBe(true);
    show(changed({ sentence: "Other." }), 2);
    expect(document.activeElement?.getAttribute("data-key")).toBe("name-a");
    expect(stops().filter(({ tabIndex }) => tabIndex === 0).length).toBe(1);
  });

  it("is said aloud", () => {
    show(changed());
    expect(find("changes").querySelector('[role="status"]')?.textContent).toBe("Said.");
  });
});
