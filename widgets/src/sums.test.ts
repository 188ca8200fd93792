// The sums: addends with where they came from, and three nothings that never look alike.
import { beforeEach, describe, expect, it } from "vitest";
import { message, regression, value } from "./fixtures";
import { mount } from "./inspector";
import type { Timeline } from "./protocol";
import type { Sum } from "./sums";

let page: HTMLElement;
let push: (message: unknown) => void;
let revision = 0;

beforeEach(() => {
  document.body.replaceChildren();
  page = document.createElement("div");
  document.body.append(page);
  mount(page, {
    send: () => {},
    onMessage: (callback) => {
      push = callback;
      return () => {};
    },
  });
});

const sum = (given: Partial<Sum>): Sum => ({
  tensor: "t2",
  name: "w",
  start: "None",
  addends: [],
  more: 0,
  total: null,
  past: "",
  ...given,
});
const addend = (numbers: number[], by = "loss.backward()", where = "cell [3], line 2") => ({
  value: value(numbers),
  by,
  where,
  parts: [] as { name: string; value: ReturnType<typeof value> | null }[],
  more: 0,
});

/** The regression's picture with these sums, its walk at the beginning and run no further than `executed`. */
function show(leaves: Sum[], executed = 4): string {
  const given = regression(0);
  const timeline: Timeline = {
    ...given.timeline!,
    executed,
    steps: given.timeline!.steps.slice(0, executed),
  };
  push({ ...message({ ...given.snapshot, parts: { sums: { leaves } } }, timeline), revision: ++revision });
  return page.querySelector('[data-testid="sums"]')!.textContent ?? "";
}

describe("what .grad is the sum of", () => {
  it("is not there before there is a gradient", () => {
    show([]);
    expect(page.querySelector<HTMLElement>(".mt-section-sums")?.hidden).toBe(true);
  });

  it("lists each backward with its line, and what came when nobody looked", () => {
    const text = show([
      sum({
        addends: [addend([1, 2, 3]), addend([4, 5, 6], "", "")],
        more: 7,
        total: value([5, 7, 9]),
        past: "a sum of 2 addends was there",
      }),
    ]);
    expect(text).toContain(
      "cell [3], line 2: loss.backward()1.02.03.0+added when nobody looked4.05.06.0+7 more=now5.0",
    );
    expect(text).toContain("Before: a sum of 2 addends was there.");
  });

  it("takes an addend apart where its leaf is used more than once", () => {
    const parts = [
      { name: "MulBackward0", value: value([1]) },
      { name: "AddBackward0", value: value([2]) },
    ];
    const text = show([
      sum({ addends: [{ ...addend([3], "the walk from loss", ""), parts, more: 4 }], total: value([3]) }),
    ]);
    expect(text).toContain("w is used 6 times");
    expect(text).toContain("=from MulBackward01.0+from AddBackward02.0and 4 more");
  });

  it("tells None, 0.0 and not computed apart", () => {
    const looks = (given: Partial<Sum>, executed = 4) => {
      show([sum(given)], executed);
      return page.querySelector('[data-testid="sums"]')!.innerHTML;
    };
    const none = looks({ past: "it was set to None" });
    const zero = looks({ start: "0.0", total: value([0, 0, 0]) });
    const pending = looks({ past: "it was set to None" }, 1);
    expect([none, zero, pending].map((html) => html.includes("mt-none"))).toEqual([true, false, true]);
    expect([none, zero, pending].map((html) => html.includes("mt-heat-cell"))).toEqual([false, true, false]);
    expect([none, zero, pending].map((html) => html.includes("mt-pending"))).toEqual([false, false, true]);
    expect(pending).toContain("the walk from loss adds it at step 4");
  });

  it("shows the selected leaf alone, and never as markup", () => {
    const all = [
      sum({ addends: [addend([1])], total: value([1]) }),
      sum({ tensor: "t9", name: "<b>b</b>", addends: [addend([1], "<img src=x>")], total: value([1]) }),
    ];
    expect(show(all)).toContain("<b>b</b>.grad");
    expect(page.querySelector("img")).toBeNull();
    page
      .querySelector<HTMLElement>('[data-testid="node-n1"]')!
      .dispatchEvent(new MouseEvent("click", { bubbles: true }));
    const text = page.querySelector('[data-testid="sums"]')!.textContent;
    expect(text).toContain("w.grad");
    expect(text).not.toContain("<b>b</b>.grad");
    expect(text).toContain("1 more: select one");
  });
});
