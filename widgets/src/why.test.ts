// Why there is no gradient, as a reader sees it: the sentence, the way with its scissors, the ghosts in the graph.
import { describe, expect, it } from "vitest";
import { message, node, snapshot, tensor } from "./fixtures";
import { type Ghosts, place } from "./ghosts";
import { page, push, sent } from "./mounted";
import type { SnapshotMessage } from "./protocol";
import type { Why } from "./why";

const line = { line: "h = (x * 3).detach()", where: "cell [2], line 1" };

function ghosts(): Ghosts {
  const box = { below: "not in the graph", line, width: 90, height: 46 };
  return {
    nodes: [
      { ...box, id: "g1", label: "detach()", kind: "op" },
      { ...box, id: "g2", label: "<b>x</b>", kind: "leaf" },
    ],
    edges: [
      { id: "a", from: "n2", to: "g1", cut: "", tool: "", words: "would have been recorded" },
      { id: "b", from: "g1", to: "g2", cut: "detach", tool: "detach()", words: "gives the same numbers" },
    ],
    more: 0,
  };
}

function answer(given: Partial<Why> = {}): Why {
  const stop = { tool: "", words: "", cut: "", line };
  return {
    name: "x",
    cause: "detach",
    sentence: "x.grad is None because of <i>detach()</i>.",
    way_out: "Leave detach() out.",
    line,
    known: true,
    refusal: "",
    steps: [
      { ...stop, label: "x", name: "x", box: "g2" },
      { ...stop, label: "detach()", name: "h", box: "g1", cut: "detach", tool: "detach()", words: "gives" },
      { ...stop, label: "mul", name: "", box: "n2" },
    ],
    ghosts: ghosts(),
    ...given,
  };
}

function picture(parts: Record<string, unknown> = {}, revision = 1): SnapshotMessage {
  const nodes = [
    node("n1", "AccumulateGrad", 0, 0, { label: "w", tensor: "t2" }),
    node("n2", "MulBackward0", 0, 1),
  ];
  const tensors = [
    tensor("t1", "x", { requires_grad: true }),
    tensor("t2", "w", { requires_grad: true }),
    tensor("t3", "n", {}),
  ];
  return message(snapshot({ nodes, tensors, parts }), null, revision);
}

const find = <E extends HTMLElement>(selector: string) => {
  const element = page.querySelector<E>(selector);
  if (!element) throw new Error(`nothing is ${selector}`);
  return element;
};
const section = () => find(".mt-section-why");

describe("the answer", () => {
  it("is a sentence, a way and a way out, as text", () => {
    push(picture({ why: answer() }));
    expect(section().hidden).toBe(false);
    expect(find('[data-testid="because"]').textContent).toContain("<i>detach()</i>");
    expect(section().textContent).toContain("Leave detach() out.");
    expect(section().querySelector(".mt-snip")?.textContent).toBe("✂ detach()");
    expect(section().querySelectorAll("i, b")).toHaveLength(0);
  });

  it("says when it was read between the lines, and what backward would raise", () => {
    push(picture({ why: answer({ known: false, refusal: "RuntimeError: element 0" }) }));
    expect(section().textContent).toContain("Read between the lines");
    expect(section().textContent).toContain("RuntimeError: element 0");
  });

  it("has one tab stop, and arrows along the way that put the ghosts forward", () => {
    push(picture({ why: answer() }));
    const stops = [...section().querySelectorAll<HTMLButtonElement>(".mt-stop")];
    expect(stops.map((stop) => stop.tabIndex)).toEqual([0, -1, -1]);
    stops[0]!.focus();
    const press = (key: string) =>
      document.activeElement!.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
    press("ArrowRight");
    expect(document.activeElement).toBe(stops[1]);
    expect(stops.map((stop) => stop.tabIndex)).toEqual([-1, 0, -1]);
    expect(find('[data-ghost="g1"]').classList.contains("mt-pointed")).toBe(true);
    press("End");
    expect(document.activeElement).toBe(stops[2]);
    expect(find('[data-id="n2"]').classList.contains("mt-pointed")).toBe(true);
    press("Home");
    expect(find('[data-ghost="g2"]').classList.contains("mt-pointed")).toBe(true);
  });
});

describe("ghosts", () => {
  it("stand in the graph with scissors at the cut, and go with the answer", () => {
    push(picture({ why: answer() }));
    expect(page.querySelectorAll(".mt-ghost")).toHaveLength(2);
    expect(find('[data-ghost="g2"]').textContent).toContain("<b>x</b>");
    expect(find(".mt-scissors").textContent).toContain("✂ detach()");
    expect(page.querySelectorAll(".mt-ghost-line")).toHaveLength(2);
    push(picture({}, 2));
    expect(page.querySelectorAll(".mt-ghost")).toHaveLength(0);
  });

  it("that one step cut off together have one pair of scissors", () => {
    const both = ghosts();
    both.nodes.push({ ...both.nodes[1]!, id: "g3" });
    both.edges.push({ ...both.edges[1]!, id: "c", to: "g3" });
    push(picture({ why: answer({ ghosts: both }) }));
    expect(page.querySelectorAll(".mt-scissors")).toHaveLength(1);
    expect(page.querySelectorAll(".mt-cut")).toHaveLength(2);
  });

  it("are a graph where nothing at all was recorded", () => {
    const alone = { ...ghosts(), edges: ghosts().edges.slice(1) };
    push(message(snapshot({ tensors: [tensor("t1", "x")], parts: { why: answer({ ghosts: alone }) } })));
    expect(find(".mt-graph-frame").hidden).toBe(false);
    expect(page.querySelectorAll(".mt-ghost")).toHaveLength(2);
  });

  it("take room that no box has", () => {
    const rects = new Map([
      ["n1", { x: 0, y: 0, width: 90, height: 46 }],
      ["n2", { x: 0, y: 96, width: 90, height: 46 }],
    ]);
    const boxes = [
      ...place(ghosts(), { of: (id) => rects.get(id) ?? null, bounds: rects.get("n1")! }, [
        "n1",
        "n2",
      ]).values(),
    ];
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(0, i)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
    }
  });

  it("that lead in a circle are placed all the same", () => {
    const round = ghosts();
    round.edges.push({ id: "c", from: "g2", to: "g1", cut: "", tool: "", words: "" });
    expect(place(round, { of: () => null, bounds: { x: 0, y: 0, width: 0, height: 0 } }, []).size).toBe(2);
  });
});

describe("the question", () => {
  const select = (id: string) => {
    const search = find<HTMLInputElement>('[data-testid="search"]');
    search.value = id;
    search.dispatchEvent(new Event("input"));
    search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  };

  it("is not there while nothing is selected", () => {
    push(picture());
    expect(section().hidden).toBe(true);
  });

  it("is asked about the selected tensor, and its answer is drawn", async () => {
    push(picture());
    select("x");
    const button = find<HTMLButtonElement>('[data-testid="why-ask"]');
    expect(button.textContent).toBe("Why is x.grad None?");
    button.click();
    const asked = sent.at(-1)!;
    expect(asked).toMatchObject({ type: "why", tensor: "t1" });
    push({ type: "answer", id: asked.id, value: answer() });
    await Promise.resolve();
    await Promise.resolve();
    expect(find('[data-testid="because"]').textContent).toContain("x.grad is None");
    expect(page.querySelectorAll(".mt-ghost")).toHaveLength(2);
    push(picture({}, 2)); // another picture: the answer was about the last one
    expect(page.querySelectorAll(".mt-ghost")).toHaveLength(0);
  });

  it("speaks of the grad_fn where no gradient is asked for, and tells what went wrong", async () => {
    push(picture());
    select("n");
    const button = find<HTMLButtonElement>('[data-testid="why-ask"]');
    expect(button.textContent).toBe("Why has n no grad_fn?");
    button.click();
    push({ type: "answer", id: sent.at(-1)!.id, problem: "That tensor is gone." });
    await Promise.resolve();
    await Promise.resolve();
    expect(section().textContent).toContain("That tensor is gone.");
  });
});
