// The debugger's part of the inspector: breakpoints, runs, and what a step tells, as a reader uses them.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Breakpoint } from "./debugger";
import { regression, value, waiting } from "./fixtures";
import { mount } from "./inspector";
import type { OutgoingMessage, Question, SnapshotMessage } from "./protocol";

let page: HTMLElement;
let sent: OutgoingMessage[];
let push: (message: unknown) => void;
let revision: number;

beforeEach(() => {
  document.body.replaceChildren();
  page = document.createElement("div");
  document.body.append(page);
  sent = [];
  revision = 1;
  const listeners = new Set<(message: unknown) => void>();
  push = (given) => {
    for (const listener of [...listeners]) listener(given);
  };
  mount(page, {
    send: (given) => sent.push(given),
    onMessage: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  });
});

const find = <E extends Element = HTMLElement>(id: string) => {
  const element = page.querySelector<E>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`nothing has the test id ${id}`);
  return element;
};
const press = (element: Element, key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  element.dispatchEvent(event);
  return event;
};

function breakpoint(number: number, given: Partial<Breakpoint> = {}): Breakpoint {
  return { number, kind: "op", text: "mul", label: "mul", on: true, trouble: "", ...given };
}

/** The picture with these breakpoints. */
function show(breakpoints: Breakpoint[], message: SnapshotMessage = regression(2)): void {
  revision += 1;
  push({ ...message, revision, snapshot: { ...message.snapshot, parts: { breakpoints } } });
}

/** The kernel answers the last question. */
async function answer(given: { value?: unknown; problem?: string }): Promise<Question> {
  const question = sent.at(-1) as Question;
  push({ type: "answer", id: question.id, ...given });
  await new Promise((resolve) => setTimeout(resolve, 0));
  return question;
}

describe("the breakpoints", () => {
  it("are not there before anything walks", () => {
    push({ ...regression(), timeline: null });
    expect(page.querySelector<HTMLElement>(".mt-section-breakpoints")?.hidden).toBe(true);
  });

  it("are added from a line, and a line that is none is said to be none", async () => {
    show([]);
    const line = find<HTMLInputElement>("break-text");
    line.value = " grad >  ";
    find("break-add")
      .closest("form")!
      .dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
    const { type, act, kind, text } = await answer({ problem: "grad > is not a condition." });
    expect([type, act, kind, text]).toEqual(["breakpoint", "add", "condition", "grad >"]);
    expect(find("break-said").textContent).toBe("grad > is not a condition.");
    expect(line.value).not.toBe("");
    line.value = "grad.isnan().any()";
    find("break-add")
      .closest("form")!
      .dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
    await answer({ value: [] });
    expect(line.value).toBe("");
  });

  it("tell their state and their trouble, and never as markup", () => {
    const hostile = '<img src=x onerror="boom()">';
    show([
      breakpoint(1, { kind: "condition", label: hostile, trouble: `It could not be asked: ${hostile}` }),
      breakpoint(2, { on: false }),
    ]);
    expect(page.querySelector("img")).toBeNull();
    expect(find("break-1").getAttribute("aria-label")).toContain(`when ${hostile}. It could not be asked`);
    expect(find("break-1").getAttribute("aria-checked")).toBe("true");
    expect(find("break-2").getAttribute("aria-checked")).toBe("false");
    expect(find("break-2").textContent).toContain("off");
  });

  it("are one tab stop; arrows go along, space turns, Delete removes and keeps the focus near", async () => {
    show([breakpoint(1), breakpoint(2, { text: "add", label: "add" })]);
    const stops = () => [...page.querySelectorAll('.mt-breakpoints [tabindex="0"]')];
    expect(stops()).toEqual([find("break-1")]);
    find("break-1").focus();
    press(find("break-1"), "ArrowDown");
    expect(document.activeElement).toBe(find("break-2"));
    expect(stops()).toEqual([find("break-2")]);
    press(find("break-2"), " ");
    expect(await answer({ value: [] })).toMatchObject({ act: "toggle", number: 2 });
    press(find("break-2"), "Delete");
    show([breakpoint(1)]);
    expect(await answer({ value: [] })).toMatchObject({ act: "remove", number: 2 });
    expect(document.activeElement).toBe(find("break-1"));
    press(find("break-1"), "Delete");
    show([]);
    await answer({ value: [] });
    expect(document.activeElement).toBe(find("break-text"));
  });

  it("stand as numbered signs at the nodes where a run stops", () => {
    show([breakpoint(1), breakpoint(2, { kind: "node", text: "n1", label: "w", on: false })]);
    const signs = [...page.querySelectorAll(".mt-break-mark")].map((sign) => [
      sign.textContent,
      sign.classList.contains("mt-off"),
    ]);
    expect(signs).toEqual([
      ["1", false],
      ["1", false],
      ["2", true],
    ]);
  });
});

describe("runs", () => {
  it("go to the next breakpoint either way, by button and by key", () => {
    show([]);
    find("step-run").click();
    find("step-run-back").click();
    press(find("node-n2"), "n");
    press(find("strip-position"), "p");
    expect(sent.map((each) => (each as { direction?: number }).direction)).toEqual([1, -1, 1, -1]);
  });

  it("to a node, from the selection or from the focus", () => {
    show([]);
    expect(find("step-run-to").getAttribute("aria-disabled")).toBe("true");
    press(find("node-n4"), "Enter");
    expect(find("step-run-to").textContent).toBe("run to SumBackward0");
    find("step-run-to").click();
    expect(sent.at(-1)).toEqual({ type: "goto", position: 1 });
    press(find("node-n2"), "t");
    expect(sent.at(-1)).toEqual({ type: "goto", position: 3 });
  });

  it("break at a node by a key, and take the break away again", async () => {
    show([]);
    press(find("node-n3"), "b");
    expect(await answer({ value: [] })).toMatchObject({ act: "add", kind: "node", text: "n3" });
    show([breakpoint(7, { kind: "node", text: "n3" })]);
    press(find("node-n3"), "b");
    expect(sent.at(-1)).toMatchObject({ act: "remove", number: 7 });
  });

  it("are no keys while somebody types, nor where nothing walks", () => {
    show([]);
    press(find("break-text"), "n");
    push({ ...regression(), revision: 50, timeline: null });
    press(find("node-n2"), "n");
    expect(sent).toEqual([]);
  });

  it("say where and why they have stopped, until the reader steps on", () => {
    const stop = { position: 2, breakpoint: 1, text: "Stopped at breakpoint 1, mul." };
    const message = regression(2);
    show([], { ...message, timeline: { ...message.timeline!, stop } });
    expect(find("sentence").textContent).toMatch(/^Stopped at breakpoint 1, mul\. Step 2 of 4/);
    find("step-back").click();
    expect(find("sentence").textContent).toMatch(/^Step 1 of 4/);
  });
});

describe("a step", () => {
  it("lists what its gradient is the sum of, and who has yet to send", () => {
    const message = waiting();
    const timeline = message.timeline!;
    show([], message);
    expect(find("step").textContent).toContain("summed into w: 1 of 2 arrived");
    expect(find("step").textContent).toContain("it waits for ExpBackward0, and does not run before");
    const one = value([1], []);
    const part = (at: number, name: string) => ({
      step: at,
      node: "n2",
      name,
      slot: 0,
      input: "input",
      value: one,
    });
    const last = {
      ...timeline.steps[1]!,
      index: 3,
      node: "n1",
      incoming: [value([2], [])],
      addends: [{ parts: [part(1, "ReluBackward0"), part(2, "ExpBackward0")], more: 3 }],
    };
    show([], { ...message, timeline: { ...timeline, position: 4, steps: [...timeline.steps, null, last] } });
    expect(find("step").textContent).toContain("the sum of 5 gradients, one for each use");
    expect(find("step").textContent).toContain("from step 3, ExpBackward0, for its input");
    expect(find("step").textContent).toContain("and 3 more");
  });

  it("tells a reversed broadcast as a sum", () => {
    const message = waiting();
    const timeline = message.timeline!;
    const spread = { value: value([1, 2, 3], [3, 1]), dims: [0] };
    const out = { ...timeline.steps[1]!.outgoing[0]!, value: value([6], [1]), spread };
    const steps = [timeline.steps[0]!, { ...timeline.steps[1]!, outgoing: [out] }];
    show([], { ...message, timeline: { ...timeline, steps } });
    expect(find("step").textContent).toContain("∑ over dim 0: forward read each element 3 times");
    expect(find("step").textContent).toContain("(3, 1) becomes (1,)");
  });

  it("names the student's line", () => {
    const message = waiting();
    const timeline = message.timeline!;
    const source = { line: "loss = w.relu() + <b>w.exp()</b>", where: "cell [3], line 1" };
    show([], {
      ...message,
      timeline: { ...timeline, steps: [timeline.steps[0]!, { ...timeline.steps[1]!, source }] },
    });
    expect(find("step").textContent).toContain("cell [3], line 1: loss = w.relu() + <b>w.exp()</b>");
  });

  it("that was not told yet is on its way, and is asked for where its node is looked at", () => {
    const message = regression(4);
    const steps = message.timeline!.steps.map((each, i) => (i === 1 || i === 3 ? null : each));
    show([], { ...message, timeline: { ...message.timeline!, steps } });
    expect(find("step").textContent).toContain("on their way");
    find("node-n3").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(sent.at(-1)).toEqual({ type: "steps", nodes: ["n3"] });
    expect(find("pane").textContent).toContain("It has run; its numbers are on their way.");
    expect(find("pane").textContent).not.toContain("not computed");
    const asked = sent.length;
    vi.useFakeTimers();
    find("step-back").click();
    vi.useRealTimers();
    expect(sent.slice(asked).every((each) => each.type !== "steps")).toBe(true);
  });
});
