// A lesson as a reader goes through it: pages by keyboard, views that are driven, acts that are told to the kernel.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lane, message, node, regression, snapshot, tensor } from "./fixtures";
import { mount } from "./inspector";
import type { Lesson } from "./lesson";

const told = (given: Partial<Lesson> = {}): Lesson => ({
  title: "Where gradients come from",
  steps: [
    { text: "Read <b>this</b>.\n\nAnd this.", act: false, done: false },
    { text: "Select w.", act: true, done: false },
  ],
  at: 0,
  hint: "",
  watches: "",
  drive: { turn: 1, acts: [] },
  note: "",
  ...given,
});

let page: HTMLElement;
let push: (message: unknown) => void;
let sent: Record<string, unknown>[];
let unmount: () => void;
let revision = 0;

beforeEach(() => {
  page = document.createElement("div");
  document.body.replaceChildren(page);
  sent = [];
  sessionStorage.clear();
  unmount = mount(page, {
    send: (each) => sent.push(each as unknown as Record<string, unknown>),
    onMessage: (callback) => {
      push = callback;
      return () => undefined;
    },
  });
});

afterEach(() => unmount());

const nodes = [
  node("n1", "AccumulateGrad", 0, 0, { label: "w", tensor: "t1" }),
  node("n2", "MulBackward0", 0, 1),
];
const tensors = [tensor("t1", "w", { lane: "laneA" })];
const lanes = [lane("A", [1, 2, 3])];
const show = (lesson: Lesson) =>
  push(message(snapshot({ nodes, tensors, lanes, parts: { lesson } }), null, ++revision));
const find = <E extends HTMLElement>(name: string) => page.querySelector<E>(`[data-testid="${name}"]`)!;
const acts = () => sent.filter((each) => each.type === "lesson");
const press = (key: string) => {
  const target = page.querySelector('[data-testid="inspector"]')!;
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
};

describe("pages", () => {
  it("are paragraphs of text, with how far one is", () => {
    show(told());
    expect([...find("lesson-page").querySelectorAll("p")].map((each) => each.textContent)).toEqual([
      "Read <b>this</b>.",
      "And this.",
    ]);
    expect(find("lesson-place").textContent).toBe("Where gradients come from · page 1 of 2");
    expect(page.querySelector(".mt-dot[aria-current]")!.textContent).toContain("page 1, to read");
  });

  it("are turned by buttons and by keys, and not beyond the ends", () => {
    show(told());
    find("lesson-next").click();
    press(">");
    press("<");
    find("lesson-previous").click();
    expect(acts().map((each) => each.to)).toEqual([1, 1]);
  });

  it("are told aloud when they are turned, and what is to be done", () => {
    show(told());
    show(told({ at: 1, watches: "selected" }));
    expect(find("lesson-page").getAttribute("aria-live")).toBe("polite");
    const said = find("lesson").querySelector('[role="status"]')!;
    expect(said.textContent).toContain("To do");
    expect(find("lesson-next").textContent).toBe("skip ▶");
    show(told({ at: 1, steps: [told().steps[0]!, { text: "Select w.", act: true, done: true }] }));
    expect(said.textContent).toBe("✓ Done. 1 of 1 acts.");
    expect(find("lesson-next").textContent).toBe("next ▶");
  });

  it("have a hint that is folded until it is asked for", () => {
    show(told({ hint: "At the <i>top</i>." }));
    const hint = find("lesson").querySelector("details")!;
    expect(hint.hidden || hint.open).toBe(false);
    expect(hint.textContent).toContain("At the <i>top</i>.");
  });
});

describe("driving", () => {
  it("selects and opens once for each turn, and leaves the reader alone afterwards", () => {
    show(told());
    find("fold-lanes").click();
    expect(find("fold-lanes").getAttribute("aria-expanded")).toBe("false");
    const drive = { turn: 2, acts: [{ select: { kind: "tensor" as const, id: "t1" } }, { open: "lanes" }] };
    show(told({ at: 1, drive }));
    expect(find("fold-lanes").getAttribute("aria-expanded")).toBe("true");
    expect(page.querySelector(".mt-section-pane")!.textContent).toContain("w");
    find("fold-lanes").click();
    show(told({ at: 1, drive }));
    expect(find("fold-lanes").getAttribute("aria-expanded")).toBe("false");
  });

  it("does not take a section's name for more than a name", () => {
    const drive = { turn: 2, acts: [{ open: 'x"]), body' }, { open: "" }] };
    expect(() => show(told({ drive }))).not.toThrow();
  });
});

describe("acts", () => {
  it("are told to the kernel where it waits for them", () => {
    show(told({ at: 1, watches: "selected" }));
    page.querySelector<HTMLElement>(".mt-tensor-name")!.click();
    expect(acts()).toMatchObject([{ act: "selected", kind: "tensor", what: "t1" }]);
  });

  it("are nobody's business where it does not", () => {
    show(told());
    page.querySelector<HTMLElement>(".mt-tensor-name")!.click();
    expect(acts()).toHaveLength(0);
  });

  it("of walking are told by where the walk stands", () => {
    const walked = regression(2);
    walked.snapshot.parts = { lesson: told({ watches: "moved" }) };
    push({ ...walked, revision: ++revision, snapshot: { ...walked.snapshot, revision } });
    expect(acts()).toMatchObject([{ act: "moved" }]);
  });

  it("that the kernel can't take are a line of text", async () => {
    show(told());
    find("lesson-next").click();
    push({
      type: "answer",
      id: acts()[0]!.id,
      problem: "That lesson is not open any more: run its cell again.",
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(find("lesson").querySelector('[role="alert"]')!.textContent).toContain("run its cell again");
  });
});
