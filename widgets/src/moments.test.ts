// The timeline as a reader sees it: back to earlier cells, through a trace, and on to the strip.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lane, link, message, node, snapshot, tensor } from "./fixtures";
import { mount } from "./inspector";
import type { SnapshotMessage } from "./protocol";
import type { Reel } from "./reel";

const line = { line: "y = w * 2", where: "cell [2], line 1" };

function cells(given: Partial<Reel> = {}): Reel {
  return {
    level: "cell",
    note: "",
    trace: null,
    moments: [
      { level: "cell", id: 11, title: "after cell [1]", sentence: "New: <b>w</b>." },
      { level: "cell", id: 12, title: "after cell [2]", sentence: "New: y." },
    ],
    ...given,
  };
}

const nodes = [
  node("n1", "AccumulateGrad", 0, 0, { label: "w", tensor: "t1" }),
  node("n2", "MulBackward0", 0, 1),
];

/** w; then y = w * 2; then a write into y. */
function reel(): Reel {
  const base = snapshot({ tensors: [tensor("t1", "w", { lane: "laneA" })], lanes: [lane("A", [1, 2, 3])] });
  const edges = link(nodes, { n2: ["n1"] });
  const box = ({ id, label, x, y, width, height }: (typeof nodes)[number], from: number) => ({
    id,
    label,
    x,
    y,
    width,
    height,
    from,
    kind: "op" as const,
  });
  return {
    level: "op",
    title: "trace()",
    note: "",
    moments: [
      { level: "start", sentence: "Before the first operation." },
      { level: "op", op: "mul", expression: "w * 2", line, recorded: ["n2"], sentence: "mul makes y." },
      { level: "node", op: "SumBackward0", node: "n2", sentence: "Backward: a node." },
      { level: "op", op: "add_", line, sentence: "writes into <i>y</i>." },
    ],
    base,
    changes: [
      null,
      { set: {}, parts: {}, lists: { nodes: { put: nodes }, edges: { put: edges } } },
      { set: {}, parts: {}, lists: {} },
      { set: {}, parts: {}, lists: { lanes: { put: [lane("A", [9, 2, 3])] } } },
    ],
    nodes: [box(nodes[0]!, 1), box(nodes[1]!, 1)],
    edges: edges.map((edge) => ({ id: edge.id, from: 1, points: edge.points })),
  };
}

function picture(moments: Reel, revision = 1): SnapshotMessage {
  const tensors = [tensor("t1", "w", { lane: "laneA" }), tensor("t2", "y")];
  const lanes = [lane("A", [9, 2, 3])];
  const edges = link(nodes, { n2: ["n1"] });
  return message(snapshot({ nodes, edges, tensors, lanes, parts: { moments } }), null, revision);
}

let page: HTMLElement;
let push: (message: unknown) => void;
let sent: Record<string, unknown>[];
let unmount: () => void;

beforeEach(() => {
  page = document.createElement("div");
  document.body.replaceChildren(page);
  sent = [];
  unmount = mount(page, {
    send: (each) => sent.push(each as unknown as Record<string, unknown>),
    onMessage: (callback) => {
      push = callback;
      return () => undefined;
    },
  });
});

afterEach(() => {
  unmount();
  vi.useRealTimers();
});

const find = <E extends HTMLElement>(name: string) => page.querySelector<E>(`[data-testid="${name}"]`)!;
const settle = () => new Promise((resolve) => setTimeout(resolve));
const press = (key: string) =>
  document.activeElement!.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
const click = async (name: string) => {
  find(name).click();
  await settle();
};
const answer = async (value: unknown) => {
  push({ type: "answer", id: sent.at(-1)!.id, value });
  await settle();
};
const status = () => find("status").textContent!;

describe("cells", () => {
  it("are marks, and now is the last", () => {
    push(picture(cells()));
    const marks = [...page.querySelectorAll(".mt-mark")];
    expect(marks.map((each) => each.textContent)).toEqual(["[1]", "[2]", "now"]);
    expect(marks.at(-1)!.getAttribute("aria-current")).toBe("step");
    expect(marks.map((each) => (each as HTMLElement).tabIndex)).toEqual([-1, -1, 0]);
    expect(find("moment-position").textContent).toBe("now");
  });

  it("are asked of the kernel once, and shown as they were", async () => {
    push(picture(cells()));
    await click("moment-back");
    expect(sent.at(-1)).toMatchObject({ type: "moment", moment: 12 });
    await answer(snapshot({ title: "after cell [2]", tensors: [tensor("t1", "w")] }));
    expect(status()).toContain("after cell [2] (as it was)");
    expect(find("moment").textContent).toBe("New: y.");
    expect(find("moment-position").textContent).toBe("2 of 3, as it was");
    await click("moment-last");
    const asked = sent.length;
    await click("moment-back");
    expect(sent).toHaveLength(asked);
  });

  it("can be looked at and nothing else", async () => {
    push(picture(cells()));
    await click("moment-back");
    await answer(snapshot({ tensors: [tensor("t1", "w", { grad_fn: "n2" })], nodes, roots: ["t1"] }));
    const before = sent.length;
    find("strip-start").click();
    expect(sent).toHaveLength(before);
    expect(find("problem").textContent).toContain("as it was");
  });

  it("give way to what a new cell did", async () => {
    push(picture(cells()));
    await click("moment-first");
    await answer(snapshot({ title: "after cell [1]" }));
    push(picture(cells(), 2));
    expect(status()).not.toContain("as it was");
    expect(find("moment-position").textContent).toBe("now");
  });

  it("keep the selection, also through a picture that does not have it", async () => {
    push(picture(cells()));
    page.querySelector<HTMLElement>(".mt-tensor-name")!.click();
    const chosen = () => page.querySelector(".mt-section-pane")!.textContent;
    const before = chosen();
    await click("moment-first");
    await answer(snapshot({ title: "after cell [1]" }));
    expect(chosen()).not.toBe(before);
    await click("moment-last");
    expect(chosen()).toBe(before);
  });

  it("that are not kept any more are told in a line", async () => {
    push(picture(cells()));
    await click("moment-first");
    push({ type: "answer", id: sent.at(-1)!.id, problem: "That picture is not kept any more." });
    await settle();
    expect(find("moments").querySelector(".mt-fault")!.textContent).toBe(
      "That picture is not kept any more.",
    );
    expect(find("moment-position").textContent).toBe("now");
  });

  it("are told as text", () => {
    push(picture(cells()));
    expect(page.querySelectorAll(".mt-moments b, .mt-moments i")).toHaveLength(0);
  });

  it("are not there where there is no past", () => {
    push(message(snapshot({}), null, 1));
    expect(page.querySelector<HTMLElement>(".mt-section-moments")!.hidden).toBe(true);
  });
});

describe("a trace", () => {
  it("begins at its end, which is now", () => {
    push(picture(reel()));
    expect(find("moment").textContent).toBe("writes into <i>y</i>.");
    expect([...page.querySelectorAll(".mt-mark")].map((each) => each.textContent)).toEqual([
      "start",
      "mul",
      "add_",
    ]);
    expect(find("level-cell").hidden).toBe(true);
  });

  it("is gone through by arrows, Home and End, without a word to the kernel", async () => {
    push(picture(reel()));
    page.querySelector<HTMLElement>(".mt-mark[aria-current]")!.focus();
    press("Home");
    await settle();
    expect(find("moment").textContent).toBe("Before the first operation.");
    expect(document.activeElement!.textContent).toBe("start");
    press("ArrowRight");
    await settle();
    expect(find("moment").textContent).toBe("mul makes y.");
    expect(find("moments").querySelector(".mt-code")!.textContent).toContain("y = w * 2");
    press("End");
    await settle();
    expect(status()).not.toContain("as it was");
    expect(sent.filter((each) => each.type !== "hello")).toHaveLength(0);
  });

  it("shows what comes later faintly in its place, and a ring around what is new", async () => {
    push(picture(reel()));
    await click("moment-first");
    expect(page.querySelectorAll(".mt-later")).toHaveLength(2);
    expect(page.querySelectorAll(".mt-graph .mt-node")).toHaveLength(0);
    await click("moment-forward");
    expect(page.querySelectorAll(".mt-later")).toHaveLength(0);
    expect(page.querySelectorAll(".mt-ring")).toHaveLength(1);
    expect(page.querySelectorAll(".mt-graph .mt-node")).toHaveLength(2);
    await click("moment-last");
    expect(page.querySelectorAll(".mt-ring")).toHaveLength(0);
  });

  it("marks a cell as written on the way forward only", async () => {
    push(picture(reel()));
    await click("moment-back");
    expect(page.querySelectorAll(".mt-written-note")).toHaveLength(0);
    await click("moment-forward");
    expect(page.querySelectorAll(".mt-written-note")).toHaveLength(1);
  });

  it("goes through the nodes of its backward calls on the level of nodes", async () => {
    push(picture(reel()));
    await click("level-node");
    expect([...page.querySelectorAll(".mt-mark")].map((each) => each.textContent)).toContain("SumBackward0");
  });

  it("plays by itself to its end", async () => {
    push(picture(reel()));
    vi.useFakeTimers();
    find("moment-play").click();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(find("moment-play").textContent).toBe("play");
    expect(find("moment").textContent).toBe("writes into <i>y</i>.");
  });

  it("can be opened from the docked inspector", async () => {
    push(picture(cells({ trace: { title: "trace()", moments: 4 } })));
    await click("level-op");
    expect(sent.at(-1)).toMatchObject({ type: "trace" });
    await answer(reel());
    await settle();
    expect(find("moment").textContent).toBe("writes into <i>y</i>.");
    expect(find("moment-position").textContent).toBe("2 of 2, as it was");
    await click("level-cell");
    expect(find("moment-position").textContent).toBe("now");
  });
});

describe("a saved file", () => {
  beforeEach(() => {
    unmount();
    unmount = mount(page, {
      saved: true,
      send: (each) => sent.push(each as unknown as Record<string, unknown>),
      onMessage: (callback) => {
        push = callback;
        return () => undefined;
      },
    });
    sent = [];
  });

  it("goes through a trace, which has brought its pictures with it", async () => {
    push(picture(reel()));
    await click("moment-first");
    expect(find("moment").textContent).toBe("Before the first operation.");
    expect(sent).toHaveLength(0);
  });

  it("has no timeline of cells: their pictures are not in it", () => {
    push(picture(cells()));
    expect(page.querySelector<HTMLElement>(".mt-section-moments")!.hidden).toBe(true);
  });
});

describe("nodes", () => {
  it("are handed over to the strip, which begins a walk", async () => {
    const told = picture(cells());
    told.snapshot.roots = ["t2"];
    push(told);
    await click("level-node");
    expect(sent.at(-1)).toEqual({ type: "backward", tensor: "t2" });
    expect(find("strip").contains(document.activeElement)).toBe(true);
  });
});
