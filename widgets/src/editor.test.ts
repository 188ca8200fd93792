// Changing a number in the picture: the field over a cell, what it asks the kernel, and what is told afterwards.
import { beforeEach, describe, expect, it } from "vitest";
import type { Edited } from "./edited";
import { message, snapshot, value, views } from "./fixtures";
import { mount } from "./inspector";
import type { Question } from "./protocol";

let page: HTMLElement;
let sent: Question[];
let push: (message: unknown) => void;

beforeEach(() => {
  document.body.replaceChildren();
  page = document.createElement("div");
  document.body.append(page);
  sent = [];
  const listeners = new Set<(message: unknown) => void>();
  push = (given) => {
    for (const listener of [...listeners]) listener(given);
  };
  mount(page, {
    send: (given) => sent.push(given as Question),
    onMessage: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  });
  push(views());
});

const find = <E extends Element = HTMLElement>(id: string) => page.querySelector<E>(`[data-testid="${id}"]`)!;
const press = (element: Element, key: string) =>
  element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const field = () => find<HTMLInputElement>("edit-field");
const settle = () => new Promise((go) => setTimeout(go));

function open(cell: number): void {
  find(`cell-laneA-${cell}`).focus();
  press(find(`cell-laneA-${cell}`), "Enter");
}

function submit(text: string): Question {
  field().value = text;
  find("edit").dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
  return sent.findLast((each) => each.type === "edit")!;
}

describe("the field", () => {
  it("opens over a cell with its number, and says whose it is", () => {
    open(4);
    expect(document.activeElement).toBe(field());
    expect(field().value).toBe("5");
    expect(field().getAttribute("aria-label")).toBe("New value of a[1, 1], float32");
  });

  it("Enter asks the kernel to write these bytes", () => {
    open(4);
    const asked = submit("7.5");
    expect(asked).toMatchObject({ lane: "laneA", start: 16, end: 20, text: "7.5", tensor: null });
  });

  it("an element is written through its own tensor", () => {
    const element = page.querySelector<SVGElement>('[data-testid="bracket-t3"] [data-start="16"]')!;
    element.focus();
    press(element, "Enter");
    expect(field().getAttribute("aria-label")).toBe("New value of column[1], float32");
    expect(submit("0")).toMatchObject({ tensor: "t3", start: 16, end: 20 });
  });

  it("closes when it is written, and the focus is back on the cell", async () => {
    open(4);
    const { id } = submit("7");
    push({ type: "answer", id, value: { line: "a[1, 1] = 7.0" } });
    await settle();
    expect(find("edit").hidden).toBe(true);
    expect(document.activeElement).toBe(find("cell-laneA-4"));
  });

  it("Esc leaves the number as it was", () => {
    open(4);
    press(field(), "Escape");
    expect(find("edit").hidden).toBe(true);
    expect(document.activeElement).toBe(find("cell-laneA-4"));
    expect(sent.filter((each) => each.type === "edit")).toEqual([]);
  });

  it("what is refused stays there to be mended, with the reason beside it", async () => {
    open(4);
    const { id } = submit("abc");
    push({ type: "answer", id, problem: "'abc' is not a number that float32 can hold." });
    await settle();
    expect(find("edit-problem").textContent).toContain("'abc' is not a number");
    expect(field().getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field());
    expect(submit("3")).toMatchObject({ text: "3" });
  });

  it("goes away with its cell, and stays where its cell stays", () => {
    open(4);
    push(message(views().snapshot, null, 2));
    expect(find("edit").hidden).toBe(false);
    push(message(snapshot({ tensors: [], lanes: [] }), null, 3));
    expect(find("edit").hidden).toBe(true);
  });
});

const EDITED: Edited = {
  line: "with torch.no_grad():\n    w[1] = 5.0",
  sentence: "w[1] was 2 and is 5. <b>y</b> does not follow by itself.",
  follows: [
    {
      name: "<b>y</b>",
      now: value([1, 2]),
      would: value(["nan", 5]),
      line: { line: "y = w * 1", where: "cell [2], line 1" },
    },
  ],
  gradients: [{ name: "w.grad", of: "loss", now: null, would: value([4]) }],
  left: ["z is random: run its cell again to see."],
  undo: 1,
};

describe("what is told of a change", () => {
  beforeEach(() => push(message(snapshot({ parts: { edit: EDITED } }), null, 9)));

  it("is the line to copy, in full", () => {
    expect(find("edited-line").textContent).toBe(EDITED.line);
    expect(find("edited").querySelector("[aria-live]")?.textContent).toBe(EDITED.sentence);
  });

  it("is what would follow, and what a gradient was, as text and nothing else", () => {
    const told = find("edited");
    expect(told.querySelector("b")).toBeNull();
    expect(told.textContent).toContain("[nan, 5.0]");
    expect(told.textContent).toContain("None");
    expect(told.textContent).toContain("z is random");
  });

  it("Undo asks for the old number, and says why there is none", async () => {
    find("edited-undo").click();
    const asked = sent.findLast((each) => each.type === "undo edit")!;
    push({ type: "answer", id: asked.id, problem: "There is nothing to take back." });
    await settle();
    expect(find("edited").textContent).toContain("There is nothing to take back.");
  });

  it("is gone when the picture no longer tells it", () => {
    push(message(snapshot({}), null, 10));
    expect(find("edited").hidden).toBe(true);
  });
});
