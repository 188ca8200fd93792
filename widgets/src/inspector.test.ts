// The whole inspector on a fake channel, as a reader uses it.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { message, network, regression, snapshot, views, waiting } from "./fixtures";
import { mount } from "./inspector";
import type { Channel, OutgoingMessage } from "./protocol";

let page: HTMLElement;
let sent: OutgoingMessage[];
let push: (message: unknown) => void;
let unmount: () => void;

beforeEach(() => {
  document.body.replaceChildren();
  page = document.createElement("div");
  document.body.append(page);
  sent = [];
  const listeners = new Set<(message: unknown) => void>();
  push = (given) => {
    for (const listener of [...listeners]) listener(given);
  };
  const channel: Channel = {
    send: (given) => sent.push(given),
    onMessage: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
  unmount = mount(page, channel);
});

const find = <E extends Element = HTMLElement>(id: string) => {
  const element = page.querySelector<E>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`nothing has the test id ${id}`);
  return element;
};
const click = (id: string) => find(id).dispatchEvent(new MouseEvent("click", { bubbles: true }));
const press = (element: Element, key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  element.dispatchEvent(event);
  return event;
};

describe("mounting", () => {
  it("waits in words, draws what comes, and leaves nothing behind", () => {
    expect(find("status").textContent).toContain("Waiting");
    push(regression());
    expect(find("status").textContent).toContain("after cell [4]");
    expect(page.textContent).toContain("3 variables left out");
    unmount();
    expect(page.childElementCount).toBe(0);
    push(regression());
  });

  it("keeps its keys from JupyterLab", () => {
    push(regression());
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    press(find("node-n4"), "ArrowUp");
    document.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
    expect(find("inspector").dataset.lmSuppressShortcuts).toBe("true");
  });
});

describe("updates", () => {
  it("a late one is dropped", () => {
    push({ ...regression(), revision: 5 });
    push({ ...message(snapshot({ title: "older" })), revision: 4 });
    expect(find("status").textContent).toContain("after cell [4]");
  });

  it("a node keeps its element", () => {
    push({ ...waiting(), revision: 1 });
    const before = find("node-n3");
    push({ ...waiting(), revision: 2 });
    expect(find("node-n3")).toBe(before);
  });

  it("a problem is a line of text, and the next picture takes it away", () => {
    push(regression());
    push({ type: "problem", text: "the kernel said no" });
    expect(find("problem").textContent).toBe("the kernel said no");
    push({ ...regression(), revision: 9 });
    expect(find("problem").hidden).toBe(true);
  });

  it("what a view throws becomes a line there, and the others go on", () => {
    const broken = regression();
    broken.snapshot.lanes[0] = { ...broken.snapshot.lanes[0]!, cells: null as never, address: "" };
    push(broken);
    expect(page.textContent).toContain("Storage: this could not be drawn");
    expect(find("node-n4")).toBeTruthy();
    push({ ...regression(), revision: 2 });
    expect(page.textContent).not.toContain("could not be drawn");
  });

  it("a cell that was written is marked until the next update", () => {
    push(regression());
    const next = regression();
    next.snapshot.lanes[0]!.cells = [1, 5, 3];
    push({ ...next, revision: 2 });
    expect(find("cell-laneA-1").classList).toContain("mt-written");
    expect(find("lane-laneA").textContent).toContain("1 cell written");
    push({ ...next, revision: 3 });
    expect(find("cell-laneA-1").classList).not.toContain("mt-written");
  });

  it("what the student's cell raised is shown with its line", () => {
    const error = {
      text: "RuntimeError: boom",
      hint: "try this",
      line: "y.backward()",
      where: "cell [3], line 1",
    };
    push(message(snapshot({ error })));
    expect(find("error").textContent).toContain("y.backward()");
  });

  it("a thousand nodes are updated in place quickly", () => {
    const big = network(200);
    push(big);
    const before = find("node-mm199");
    const start = performance.now();
    push({ ...big, revision: 2 });
    expect(performance.now() - start).toBeLessThan(1000); // jsdom is far slower than a browser
    expect(find("node-mm199")).toBe(before);
  });
});

describe("selection", () => {
  it("is one for all views", () => {
    push(regression());
    click("node-n2");
    expect(find("pane").textContent).toContain("MulBackward0");
    expect(find("bracket-t3").classList).toContain("mt-selected");
    expect(find("chain").querySelector(".mt-selected")?.textContent).toContain("MulBackward0");
    expect(find("node-n2").getAttribute("aria-pressed")).toBe("true");
  });

  it("survives a step, and Escape goes back through it", () => {
    push(regression(1));
    click("node-n2");
    push({ ...regression(2), revision: 2 });
    expect(find("node-n2").classList).toContain("mt-selected");
    click("node-n3");
    press(find("node-n3"), "Escape");
    expect(find("node-n2").classList).toContain("mt-selected");
    press(find("node-n3"), "Escape");
    expect(page.querySelector(".mt-node.mt-selected")).toBeNull();
  });

  it("shows versions and states of what was saved", () => {
    push(regression());
    click("node-n2");
    expect(find("pane").textContent).toContain("Stale: v0 when saved, v1 now");
    click("node-n3");
    expect(find("pane").textContent).toContain("Freed");
  });

  it("pointing at a cell lights every alias, and pointing at a value lights the cell", () => {
    push(views());
    find("bracket-t2").querySelector("button")!.click();
    find("cell-laneA-4").dispatchEvent(new MouseEvent("pointerover", { bubbles: true }));
    expect(find("readout").textContent).toBe("Storage A, cell 4 = 5.0: read by a[1, 1], at[1, 1], column[1]");
    expect(find("bracket-t3").querySelector(".mt-lit")?.textContent).toBe("1");
    expect(find("pane").querySelector(".mt-lit")?.textContent).toBe("5.0");
    find("pane")
      .querySelector('[data-element="1"]')!
      .dispatchEvent(new MouseEvent("pointerover", { bubbles: true }));
    expect(find("cell-laneA-3").classList).toContain("mt-lit");
  });
});

describe("walking backward", () => {
  it("starts at the chosen root", () => {
    push(regression());
    find<HTMLSelectElement>("strip-root").value = "t7";
    click("strip-start");
    expect(sent).toEqual([{ type: "backward", tensor: "t7" }]);
  });

  it("steps by buttons and by arrows, at once where the step is known", () => {
    push(regression(2));
    click("step-forward");
    expect(find("strip-position").textContent).toBe("3 of 4");
    press(find("step-forward"), "ArrowLeft");
    press(find("step-forward"), "Home");
    press(find("step-forward"), "End");
    expect(sent.map((each) => (each.type === "goto" ? each.position : each.type))).toEqual([3, 2, 0, 4]);
    expect(find("sentence").textContent).toBe("Step 4 of 4: AccumulateGrad adds to w.grad.");
    expect(find("step").textContent).toContain("Accumulated into w.grad");
  });

  it("an answer to an older step does not pull the reader back", () => {
    push(regression(1));
    click("step-forward");
    click("step-forward");
    push({ ...regression(2), revision: 2 });
    expect(find("strip-position").textContent).toBe("3 of 4");
    push({ ...regression(3), revision: 3 });
    expect(find("strip-position").textContent).toBe("3 of 4");
  });

  it("a step that has not run is asked of the kernel, and the strip waits for it", () => {
    push(waiting());
    click("step-forward");
    expect(sent).toEqual([{ type: "goto", position: 3 }]);
    expect(find("strip-position").textContent).toBe("2 of 4");
  });

  it("two quick steps are two steps, also while the kernel is at work", () => {
    push(waiting());
    click("step-forward");
    click("step-forward");
    expect(sent.map((each) => each.type === "goto" && each.position)).toEqual([3, 4]);
  });

  it("plays to the end by itself, and stops there", () => {
    vi.useFakeTimers();
    push(regression(1));
    click("step-play");
    expect(find("step-play").textContent).toBe("pause");
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(find("strip-position").textContent).toBe("4 of 4");
    expect(find("step-play").textContent).toBe("play");
  });

  it("buttons at their end do nothing and keep the focus", () => {
    push(regression(4));
    find("step-forward").focus();
    click("step-forward");
    expect(sent).toEqual([]);
    expect(find("step-forward").getAttribute("aria-disabled")).toBe("true");
    expect(document.activeElement).toBe(find("step-forward"));
  });

  it("shows who waits for how many", () => {
    push(waiting());
    expect(page.querySelector(".mt-waiting")?.textContent).toBe("1 of 2 arrived");
    expect(find("step").textContent).toContain("summed into w: 1 of 2 arrived");
  });

  it("a kernel that does not answer is named", () => {
    vi.useFakeTimers();
    push(regression());
    click("step-finish");
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(find("problem").textContent).toContain("No answer from the kernel");
  });

  it("a failed step shows the error and what to try", () => {
    const failed = regression(2);
    failed.timeline!.error = { text: "RuntimeError: modified in place", hint: "clone it first" };
    push(failed);
    expect(find("strip").textContent).toContain("clone it first");
    expect(find("step-forward").getAttribute("aria-disabled")).toBe("true");
  });
});

describe("the keyboard", () => {
  it("each figure is one tab stop", () => {
    push(regression());
    for (const figure of [".mt-graph", ".mt-lanes", ".mt-chain"]) {
      expect(page.querySelectorAll(`${figure} [tabindex="0"]`)).toHaveLength(1);
    }
  });

  it("arrows follow the edges, and Enter selects", () => {
    push(regression());
    find("node-n4").focus();
    press(find("node-n4"), "ArrowUp");
    expect(document.activeElement).toBe(find("node-n3"));
    press(find("node-n3"), "Enter");
    expect(find("node-n3").classList).toContain("mt-selected");
  });

  it("arrows go along the cells, down to the elements that read them, and along those to their name", () => {
    push(views());
    find("cell-laneA-0").focus();
    press(find("cell-laneA-0"), "ArrowRight");
    expect(document.activeElement).toBe(find("cell-laneA-1"));
    expect(find("cell-laneA-1").getAttribute("aria-label")).toContain("a[0, 1]");
    press(find("cell-laneA-1"), "ArrowDown");
    const element = find("bracket-t1").querySelector('[data-start="4"]')!;
    expect(document.activeElement).toBe(element);
    expect(element.getAttribute("aria-label")).toContain("a[0, 1]: Storage A, cell 1");
    press(element, "Home");
    expect(document.activeElement).toBe(find("bracket-t1").querySelector("button"));
  });

  it("slash searches, Enter selects, Escape returns", () => {
    push(regression());
    find("node-n4").focus();
    press(find("node-n4"), "/");
    const box = find<HTMLInputElement>("search");
    expect(document.activeElement).toBe(box);
    box.value = "arr";
    box.dispatchEvent(new Event("input"));
    press(box, "Enter");
    expect(find("pane").textContent).toContain("array");
    press(box, "Escape");
    expect(document.activeElement).toBe(find("node-n4"));
  });
});
