// Who shares memory with whom: the rows, their keys, and what they light up.
import { beforeEach, describe, expect, it } from "vitest";
import { lane, message, snapshot, tensor } from "./fixtures";
import { mount } from "./inspector";

const ROWS = [
  {
    tensor: "t1",
    name: "a",
    how: "shares",
    letter: "A",
    sentence: "a looks at the same storage as t.",
    line: null,
  },
  {
    tensor: "t2",
    name: "t",
    how: "shares",
    letter: "A",
    sentence: "t = a.T shares its bytes.",
    line: { line: "t = a.T", where: "cell [1], line 2" },
  },
  {
    tensor: "t3",
    name: "<b>r</b>",
    how: "copies",
    letter: "B",
    sentence: "<b>r</b> = a.T.reshape(-1) copied at reshape(-1), because ...",
    line: null,
  },
  {
    tensor: "t4",
    name: "none",
    how: "alone",
    letter: null,
    sentence: "none has no bytes: its shape is (0,).",
    line: null,
  },
];

let page: HTMLElement;
let push: (message: unknown) => void;

beforeEach(() => {
  document.body.replaceChildren();
  page = document.createElement("div");
  document.body.append(page);
  const listeners = new Set<(message: unknown) => void>();
  push = (given) => {
    for (const listener of [...listeners]) listener(given);
  };
  mount(page, {
    send: () => {},
    onMessage: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  });
  push(
    message(
      snapshot({
        tensors: [
          tensor("t1", "a", { lane: "laneA" }),
          tensor("t2", "t", { lane: "laneA" }),
          tensor("t3", "<b>r</b>", { lane: "laneB" }),
          tensor("t4", "none", { shape: [0] }),
        ],
        lanes: [lane("A", [1, 2, 3]), lane("B", [1, 2, 3])],
        parts: { sharing: { summary: "a and t look at storage A.", rows: ROWS } },
      }),
      null,
      2,
    ),
  );
});

const rows = () => Array.from(page.querySelectorAll<HTMLElement>(".mt-share"));
const press = (element: Element, key: string) =>
  element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

describe("who shares memory with whom", () => {
  it("says it, name by name, with a sign before any colour", () => {
    expect(rows().map((row) => row.querySelector(".mt-share-how")?.textContent)).toEqual([
      "=shares",
      "=shares",
      "≠copied",
      "·its own",
    ]);
    expect(page.querySelector(".mt-sharing")?.textContent).toContain("a and t look at storage A.");
  });

  it("shows a hostile name as text", () => {
    expect(page.querySelector(".mt-sharing b")).toBeNull();
    expect(rows()[2]?.textContent).toContain("<b>r</b> = a.T.reshape(-1)");
  });

  it("is one tab stop, and arrows go along its rows", () => {
    expect(rows().filter((row) => row.tabIndex === 0).length).toBe(1);
    rows()[0]?.focus();
    press(rows()[0]!, "End");
    expect(document.activeElement).toBe(rows()[3]);
    press(rows()[3]!, "ArrowUp");
    expect(document.activeElement).toBe(rows()[2]);
    expect(rows()[2]?.tabIndex).toBe(0);
  });

  it("a row selects its tensor in all views, and points at its bracket", () => {
    rows()[1]?.focus();
    expect(page.querySelector('[data-testid="bracket-t2"]')?.classList).toContain("mt-pointed");
    rows()[1]?.click();
    expect(page.querySelector('[data-testid="bracket-t2"]')?.classList).toContain("mt-selected");
    expect(rows()[1]?.getAttribute("aria-pressed")).toBe("true");
  });

  it("is not there where nobody asked", () => {
    push(message(snapshot({}), null, 3));
    expect(page.querySelector<HTMLElement>(".mt-section-sharing")?.hidden).toBe(true);
  });
});
