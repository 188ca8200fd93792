// The road to NumPy as a reader walks it: gates to take and to leave out, the error in PyTorch's words.
import { describe, expect, it } from "vitest";
import { message, snapshot, tensor } from "./fixtures";
import { page, push, sent } from "./mounted";
import { attempt, type Road } from "./road";

const HISTORY =
  "RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.";
const DEVICE = "TypeError: can't convert cuda:0 device type tensor to numpy.";

function road(given: Partial<Road> = {}): Road {
  const gate = { does: "does", copies: false, error: "", shut: false, also: [] };
  return {
    name: "x",
    device: "cuda:0",
    simulated: true,
    gates: [
      { ...gate, call: "detach()", asks: "no history?", error: HISTORY, shut: true, rank: 3 },
      { ...gate, call: "to_dense()", asks: "a dense grid?", rank: 1 },
      { ...gate, call: "cpu()", asks: "on the host?", error: DEVICE, shut: true, rank: 2 },
    ],
    error: DEVICE,
    expression: "x.detach().cpu().numpy()",
    force: "x.numpy(force=True)",
    shares: false,
    sentence: "",
    ...given,
  };
}

const find = <E extends HTMLElement = HTMLElement>(id: string) => {
  const element = page.querySelector<E>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`nothing has the test id ${id}`);
  return element;
};
const show = (given: Partial<Road> = {}) =>
  push(message(snapshot({ tensors: [tensor("t1", "x")], parts: { road: road(given) } })));

describe("an attempt", () => {
  it("raises what PyTorch asks first, whatever stands first in the code", () => {
    expect(attempt(road(), new Set())).toEqual({ code: "x.numpy()", error: DEVICE });
    expect(attempt(road(), new Set([2]))).toEqual({ code: "x.cpu().numpy()", error: HISTORY });
    expect(attempt(road(), new Set([0, 2]))).toEqual({ code: "x.detach().cpu().numpy()", error: "" });
  });
});

describe("a flag", () => {
  it("is settled by a copy that is made anyway, and is a gate again without it", () => {
    const flag = {
      ...road().gates[0]!,
      call: "resolve_conj()",
      error: "RuntimeError: conj",
      rank: 4,
      also: ["cpu()"],
    };
    show({ gates: [flag, road().gates[2]!] });
    expect(find("gate-0").dataset.state).toBe("passed");
    expect(find("attempt").textContent).toBe("x.cpu().numpy()");
    find("gate-1").click();
    expect(find("gate-0").dataset.state).toBe("shut");
  });
});

describe("the road", () => {
  it("shows each gate, PyTorch's words at those that are shut, and the shortest way as code", () => {
    show();
    expect(find("gate-0").textContent).toContain(HISTORY);
    expect(find("gate-1").dataset.state).toBe("open");
    expect(find("gate-2").dataset.state).toBe("taken");
    expect(find("shortest").textContent).toBe("x.detach().cpu().numpy()");
    expect(find("road").textContent).toContain("cuda:0 (simulated)");
    expect(find("road").textContent).toContain("x.numpy(force=True)");
    expect(find("outcome").textContent).toContain("gives an array");
  });

  it("says what is raised when a gate is left out, and keeps the focus", () => {
    show();
    find("gate-0").focus();
    find("gate-0").click();
    expect(find("gate-0").getAttribute("aria-pressed")).toBe("false");
    expect(find("attempt").textContent).toBe("x.cpu().numpy()");
    expect(find("outcome").textContent).toContain(HISTORY);
    expect(document.activeElement).toBe(find("gate-0"));
    find("gate-0").click();
    expect(find("outcome").textContent).toContain("gives an array");
  });

  it("leaves open gates and those without a call as they are", () => {
    const closed = {
      ...road().gates[0]!,
      call: "",
      error: "NotImplementedError: no data!",
      does: "no numbers",
    };
    show({ gates: [closed, road().gates[1]!], expression: null, force: "", shares: null });
    find("gate-0").click();
    find("gate-1").click();
    expect(find("gate-0").getAttribute("aria-disabled")).toBe("true");
    expect(find("outcome").textContent).toContain("NotImplementedError: no data!");
    expect(find("road").textContent).toContain("No way leads there.");
  });

  it("is one tab stop with arrows", () => {
    show();
    expect([0, 1, 2].map((k) => find(`gate-${k}`).tabIndex)).toEqual([0, -1, -1]);
    find("gate-0").focus();
    const press = (key: string) =>
      document.activeElement!.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
    press("ArrowRight");
    press("ArrowRight");
    expect(document.activeElement).toBe(find("gate-2"));
    press("Home");
    expect(document.activeElement).toBe(find("gate-0"));
  });

  it("shows a hostile name as text", () => {
    show({ name: "<img src=x>" });
    expect(page.querySelector("img")).toBeNull();
  });

  it("is asked for about what is selected", async () => {
    push(message(snapshot({ tensors: [tensor("t1", "x", { lane: null })] })));
    expect(page.querySelector<HTMLElement>(".mt-section-road")!.hidden).toBe(true);
    const search = find<HTMLInputElement>("search");
    search.value = "x";
    search.dispatchEvent(new Event("input"));
    search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    find("road-ask").click();
    expect(sent.at(-1)).toMatchObject({ type: "road", tensor: "t1" });
    push({ type: "answer", id: sent.at(-1)!.id, value: road() });
    await Promise.resolve();
    await Promise.resolve();
    expect(find("shortest").textContent).toBe("x.detach().cpu().numpy()");
  });
});
