// Folds in the view: opened in place by click and by key, found by search; hops, leaves, constants; only what is in sight.
import { beforeEach, describe, expect, it } from "vitest";
import { message, network, snapshot, tensor } from "./fixtures";
import { looped } from "./folded";
import { mount } from "./inspector";
import type { SnapshotMessage } from "./protocol";

let page: HTMLElement;
let push: (message: SnapshotMessage) => void;

beforeEach(() => {
  document.body.replaceChildren();
  page = document.createElement("div");
  document.body.append(page);
  let hear: (message: unknown) => void = () => undefined;
  mount(page, {
    send: () => undefined,
    onMessage: (callback: (message: unknown) => void) => {
      hear = callback;
      return () => undefined;
    },
  });
  push = (given) => hear(given);
});

const all = (selector: string) => [...page.querySelectorAll<HTMLElement>(selector)];
const find = (id: string) => {
  const [found] = all(`[data-testid="${id}"]`);
  if (!found) throw new Error(`nothing has the test id ${id}`);
  return found;
};
const click = (id: string) => find(id).dispatchEvent(new MouseEvent("click", { bubbles: true }));
const press = (element: Element, key: string) =>
  element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const shown = () => all(".mt-node").map((each) => each.dataset.id);

/** Where an element of the graph is on the screen. */
function onScreen(element: Element): [number, number] {
  const numbers = (from: Element, name: string) =>
    new RegExp(`${name}\\(([-\\d.]+)[ ,]?([-\\d.]+)?\\)`)
      .exec(from.getAttribute("transform") ?? "")
      ?.slice(1)
      .map(Number) ?? [0, 0];
  const stage = element.closest("g[transform*=scale]")!;
  const [x = 0, y = 0] = numbers(element, "translate");
  const [scale = 1] = numbers(stage, "scale");
  const [left = 0, top = 0] = numbers(stage, "translate");
  return [left + x * scale, top + y * scale];
}

describe("a fold", () => {
  beforeEach(() => push(message(looped())));

  it("is one box that says what repeats, and the rest is said to be folded", () => {
    expect(shown().sort()).toEqual(["beside", "end", "f1", "start", "w"]);
    expect(find("fold-f1").textContent).toContain("mul, tanh ×4");
    expect(find("fold-f1").getAttribute("aria-expanded")).toBe("false");
    expect(find("left-out").textContent).toBe("8 nodes folded; search or expand");
  });

  it("opens and closes where it was clicked", () => {
    const [x, y] = onScreen(find("fold-f1"));
    click("fold-f1");
    expect(shown()).toContain("b3");
    expect(find("left-out").hidden).toBe(true);
    const title = find("frame-f1");
    expect(document.activeElement).toBe(title);
    expect(title.getAttribute("aria-expanded")).toBe("true");
    expect(onScreen(title)[1]).toBeGreaterThan(y); // its middle is where the middle of the box was
    expect(onScreen(title)[1]).toBeLessThan(y + 46);
    click("frame-f1");
    expect(shown()).not.toContain("b3");
    const [backX, backY] = onScreen(find("fold-f1"));
    expect(backX).toBeCloseTo(x, 1);
    expect(backY).toBeCloseTo(y, 1);
  });

  it("opens by Enter, and all of them by e", () => {
    find("fold-f1").focus();
    press(find("fold-f1"), "Enter");
    expect(shown()).toContain("a0");
    press(find("frame-f1"), "Enter");
    expect(shown()).not.toContain("a0");
    press(find("fold-f1"), "e");
    expect(shown()).toContain("a0");
    press(document.activeElement!, "e");
    expect(shown()).not.toContain("a0");
  });

  it("stays open, and its nodes keep their elements, when the next picture comes", () => {
    click("fold-f1");
    const before = find("node-b2");
    push(message(looped(), null, 2));
    expect(find("node-b2")).toBe(before);
  });

  it("is opened by what search finds in it", () => {
    press(find("node-end"), "/");
    const search = find("search") as HTMLInputElement;
    search.value = "TanhBackward0";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    press(search, "Enter");
    expect(shown()).toContain("b0");
    expect(find("node-b0").classList).toContain("mt-selected");
  });

  it("hides no alarm", () => {
    const picture = looped();
    picture.nodes.find((each) => each.id === "b2")!.saved = [
      { name: "result", tensor: null, version: 0, current: 1, state: "stale" },
    ];
    push(message(picture, null, 2));
    expect(find("fold-f1").getAttribute("aria-label")).toContain("stale in 1 of its nodes");
    expect(page.querySelector(".mt-marks .mt-badge-stale")).not.toBeNull();
  });
});

describe("hops", () => {
  it("show what is near the selection, further with each press, and then everything", () => {
    push(message(looped()));
    click("node-end");
    press(find("node-end"), "f");
    expect(shown().sort()).toEqual(["beside", "end", "f1"]);
    expect(find("left-out").textContent).toContain("within 1 hop of add: 3 shown, 2 beyond");
    for (let more = 0; more < 4; more++) press(find("node-end"), "f");
    expect(shown()).toHaveLength(5);
  });

  it("follow the selection", () => {
    push(message(looped()));
    click("node-end");
    press(find("node-end"), "f");
    press(find("node-end"), "/");
    const search = find("search") as HTMLInputElement;
    search.value = "AccumulateGrad (w)";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    press(search, "Enter");
    expect(shown().sort()).toEqual(["f1", "start", "w"]);
  });
});

describe("leaves and constants", () => {
  it("are boxes in a small graph and chips of their user when asked for", () => {
    push(network(3));
    expect(shown()).toContain("w0");
    press(find("node-mm0"), "l");
    expect(shown()).not.toContain("w0");
    expect(find("node-mm0").getAttribute("aria-label")).toContain("leaf w0");
    expect(find("left-out").textContent).toBe("6 nodes folded; search or expand");
    press(find("node-mm0"), "l");
    expect(shown()).toContain("w0");
  });

  it("are folded from the start in a large one, where search finds them", () => {
    push(network(20));
    expect(shown()).not.toContain("w3");
    press(find("node-mm19"), "/");
    const search = find("search") as HTMLInputElement;
    search.value = "w3";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    press(search, "Enter");
    expect(find("pane").textContent).toContain("w3");
    expect(find("node-mm3").classList).toContain("mt-node");
  });

  it("shows constants when asked for", () => {
    const picture = looped();
    const two = tensor("t9", "", {
      kind: "saved",
      shape: [],
      values: { data: [2], truncated: false, min: 2, max: 2 },
    });
    picture.nodes[1]!.saved = [{ name: "other", tensor: "t9", version: 0, current: 0, state: "saved" }];
    push(message({ ...picture, tensors: [two] }));
    expect(page.querySelector(".mt-chip-constant")).toBeNull();
    press(find("node-start"), "c");
    expect(page.querySelector(".mt-chip-constant")!.textContent).toBe("other 2.0");
    expect(find("node-start").getAttribute("aria-label")).toContain("constant other 2.0");
  });
});

describe("a graph of ten thousand nodes", () => {
  it("has elements only for what is in sight, and for what the keyboard goes to", () => {
    push(network(2000));
    expect(page.querySelectorAll(".mt-node").length).toBeLessThan(150);
    const last = document.activeElement;
    find("node-relu1999").focus();
    press(find("node-relu1999"), "Home");
    const first = document.activeElement as HTMLElement;
    expect(first).not.toBe(last);
    expect(first.dataset.id).toBe("mm0");
    expect(page.querySelectorAll(".mt-node[tabindex='0']")).toHaveLength(1);
  });

  it("has no more elements when it is shown whole", () => {
    push(network(2000));
    press(find("node-relu1999"), "0");
    expect(page.querySelectorAll(".mt-node").length).toBeLessThan(150);
    expect(page.querySelectorAll(".mt-forward path").length).toBeLessThan(300);
  });
});

describe("no graph", () => {
  it("is a sentence", () => {
    push(message(snapshot({})));
    expect(page.textContent).toContain("No graph yet");
  });
});
