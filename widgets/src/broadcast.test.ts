// Broadcasting as a reader sees it: which element is read where, and the same drawing backward.
import { describe, expect, it } from "vitest";
import { again, type Broadcast, readers, source } from "./broadcast";
import { lane, message, snapshot, tensor, value } from "./fixtures";
import { page, push } from "./mounted";

/** (3,) against (3, 1). */
function pair(given: Partial<Broadcast> = {}): Broadcast {
  const operand = { dtype: "float32", truncated: false, reads: 3 };
  return {
    operands: [
      { ...operand, name: "<b>a</b>", shape: [3], data: [1, 2, "nan"], back: "grad.sum(0)" },
      { ...operand, name: "b", shape: [3, 1], data: [10, 20, 30], back: "grad.sum(1, keepdim=True)" },
    ],
    dims: [
      { dim: 0, sizes: [null, 3], result: 3, clash: false, stretched: [true, false] },
      { dim: 1, sizes: [3, 1], result: 3, clash: false, stretched: [false, true] },
    ],
    result: [3, 3],
    error: "",
    badge: {
      title: "(3,) against (3, 1) makes (3, 3)",
      words: "every one meets every other",
      fix: "b.reshape(a.shape)",
    },
    sentence: "",
    ...given,
  };
}

const find = <E extends HTMLElement = HTMLElement>(id: string) => {
  const element = page.querySelector<E>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`nothing has the test id ${id}`);
  return element;
};
const show = (given: Partial<Broadcast> = {}) =>
  push(message(snapshot({ parts: { broadcast: pair(given) } })));
const cell = (grid: string, place: string) =>
  find(`grid-${grid}`).querySelector<HTMLElement>(`[data-place="${place}"]`)!;
const lit = (grid: string) =>
  [...find(`grid-${grid}`).querySelectorAll<HTMLElement>(".mt-lit")].map((each) => each.dataset.place);

describe("an element", () => {
  it("is read with index 0 wherever its dimension is stretched", () => {
    expect(source(pair(), 0, [1, 2])).toEqual([2]);
    expect(source(pair(), 1, [1, 2])).toEqual([1, 0]);
    expect([again(pair(), 0, [0, 2]), again(pair(), 0, [1, 2]), again(pair(), 1, [1, 2])]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("has as many readers as its dimensions were stretched, told up to a limit", () => {
    expect(readers(pair(), 0, [1, 2], 9)).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
    expect(readers(pair(), 1, [1, 2], 2)).toHaveLength(2);
  });
});

describe("the picture", () => {
  it("has a loud badge where as many meet as many and more come out", () => {
    show();
    expect(find("badge").textContent).toContain("(3,) against (3, 1) makes (3, 3)");
    show({ badge: null });
  });

  it("draws what is read again as again, and NaN as itself", () => {
    show();
    expect(cell("0", "0,1").hasAttribute("data-again")).toBe(false);
    expect(cell("0", "1,1").hasAttribute("data-again")).toBe(true);
    expect(cell("0", "0,2").textContent).toBe("nan");
    expect(cell("null", "1,1").textContent).toMatch(/^\(2(\.0)?, 20(\.0)?\)$/);
    expect(page.querySelector(".mt-broadcast b")).toBeNull();
  });

  it("shows what belongs together, from either end", () => {
    show();
    cell("null", "1,2").focus();
    expect(lit("null")).toEqual(["1,2"]);
    expect(lit("0")).toEqual(["0,2", "1,2"]);
    expect(lit("1")).toEqual(["1,0", "1,2"]);
    expect(find("relation").textContent).toBe("result[1, 2] is made of <b>a</b>[2] and b[1, 0].");
    cell("1", "1,0").focus();
    expect(lit("null")).toEqual(["1,0", "1,1", "1,2"]);
    expect(lit("0")).toEqual([]);
    expect(find("relation").textContent).toBe(
      "b[1, 0] is read 3 times: for result[1, 0], result[1, 1], result[1, 2].",
    );
  });

  it("is linked with the lanes, in both directions", () => {
    const tensors = [
      tensor("t1", "<b>a</b>", { lane: "laneA", values: value([1, 2, 3]) }),
      tensor("t2", "b", { lane: "laneB", shape: [3, 1], values: value([10, 20, 30], [3, 1]) }),
    ];
    const lanes = [lane("A", [1, 2, 3]), lane("B", [10, 20, 30])];
    push(message(snapshot({ tensors, lanes, parts: { broadcast: pair() } })));
    cell("1", "2,1").focus();
    expect(page.querySelectorAll('[data-lane="laneB"] .mt-cell.mt-lit')).toHaveLength(1);
    expect(page.querySelectorAll('[data-lane="laneA"] .mt-cell.mt-lit')).toHaveLength(0);
    const first = page.querySelector('[data-lane="laneA"] .mt-cell')!;
    first.dispatchEvent(new Event("pointerover", { bubbles: true }));
    expect(lit("0")).toEqual(["0,0", "1,0", "2,0"]);
    expect(lit("1")).toEqual([]);
  });

  it("runs backward as a sum", () => {
    show();
    find("mode-backward").focus();
    find("mode-backward").click();
    expect(document.activeElement).toBe(find("mode-backward"));
    expect(cell("1", "1,0").textContent).toBe("3");
    expect(cell("1", "1,1").textContent).toBe("+1");
    cell("1", "1,0").focus();
    expect(find("relation").textContent).toBe("b.grad[1, 0] = grad[1, 0] + grad[1, 1] + grad[1, 2].");
    expect(find("broadcast").textContent).toContain("b.grad = grad.sum(1, keepdim=True)");
    cell("null", "0,1").focus();
    expect(find("relation").textContent).toBe("grad[0, 1] goes to <b>a</b>.grad[1] and to b.grad[0, 0].");
  });

  it("is one tab stop a grid, with arrows in both directions", () => {
    show();
    const stops = [...find("grid-null").querySelectorAll<HTMLElement>(".mt-unit")].filter(
      (each) => each.tabIndex === 0,
    );
    expect(stops).toHaveLength(1);
    stops[0]!.focus();
    const press = (key: string) =>
      document.activeElement!.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
    press("ArrowDown");
    press("ArrowRight");
    expect((document.activeElement as HTMLElement).dataset.place).toBe("1,1");
    press("End");
    expect((document.activeElement as HTMLElement).dataset.place).toBe("2,2");
    press("ArrowUp");
    press("ArrowLeft");
    press("Home");
    expect((document.activeElement as HTMLElement).dataset.place).toBe("0,0");
  });

  it("refuses in PyTorch's words, and marks the dimension", () => {
    const error =
      "RuntimeError: The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0";
    const dims = [{ dim: 0, sizes: [3, 4], result: null, clash: true, stretched: [false, false] }];
    show({ result: null, error, dims, badge: null });
    expect(find("clash").textContent).toBe(error);
    expect(find("dims").querySelectorAll('[data-state="clash"]')).toHaveLength(3);
    expect(page.querySelector(".mt-meet")).toBeNull();
  });
});

describe("many dimensions", () => {
  const seven = (): Partial<Broadcast> => {
    const sizes = [2, 1, 3, 1, 2, 40, 50];
    const operand = { dtype: "", truncated: false, data: null, back: "grad" };
    return {
      operands: [
        { ...operand, name: "a", shape: sizes, reads: 1 },
        { ...operand, name: "b", shape: [], reads: 24000 },
      ],
      dims: sizes.map((size, dim) => ({
        dim,
        sizes: [size, null],
        result: size,
        clash: false,
        stretched: [false, size !== 1],
      })),
      result: sizes,
      badge: null,
    };
  };

  it("are drawn two at a time, the others at an index of choice, and what is left out is counted", () => {
    show(seven());
    expect(find("dims").querySelectorAll("thead th")).toHaveLength(7);
    expect(find("left").textContent).toBe("80 of 24000 places are drawn; 23920 are left out.");
    const input = find<HTMLInputElement>("leading-2");
    input.value = "9";
    input.dispatchEvent(new Event("change"));
    expect(cell("null", "0,0,2,0,0,0,1").textContent).toBe("([0,0,2,0,0,0,1], [])");
    expect(cell("1", "0,0,2,0,0,0,1").getAttribute("aria-label")).toContain("b is read 24000 times");
  });

  it("that hold nothing are said to hold nothing", () => {
    show({ ...seven(), result: [2, 0] });
    expect(find("broadcast").textContent).toContain("The result is empty");
  });

  it("are none for two numbers", () => {
    const operand = { dtype: "float32", truncated: false, data: [1.5], back: "grad", shape: [], reads: 1 };
    show({
      operands: [
        { ...operand, name: "a" },
        { ...operand, name: "b" },
      ],
      dims: [],
      result: [],
      badge: null,
    });
    expect(find("grid-null").querySelectorAll(".mt-unit")).toHaveLength(1);
    cell("0", "").focus();
    expect(find("relation").textContent).toBe("a is read once: for result.");
  });
});
