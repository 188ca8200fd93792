// The broken engines: a choice of four, and the step where each parts from the real one.
import { beforeEach, describe, expect, it } from "vitest";
import { message, snapshot, value, waiting } from "./fixtures";
import type { Flaws } from "./flaws";
import { mount } from "./inspector";

let page: HTMLElement;
let push: (message: unknown) => void;

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

const row = (node: string, step: number | null, wrong: number, right: number | null) => ({
  node,
  name: "MulBackward0",
  called: node === "n1" ? "w" : `mul <i>${node}</i>`,
  step,
  truth: step === null ? null : step + 1,
  wrong: [value([wrong])],
  right: right === null ? null : [value([right])],
  same: right === null || wrong === right,
  raised: right === null && step !== null,
});

const flaw = (name: string, part: number | null, right: number | null = 12) => ({
  name,
  title: name.replace("_", " "),
  says: `${name} says so`,
  code: `def ${name}(run): "<script>"`,
  rows: [row("n4", 0, 1, 1), row("n3", 1, 6, right)],
  leaves: [row("n1", null, 18, right === null ? null : 36)],
  part,
  error: "",
  sentence: part === null ? "Here it makes no difference." : "They part at step 2.",
});

function show(): void {
  const flaws: Flaws = {
    flaws: [flaw("overwrites", null), flaw("depth_first", 1), flaw("ignores_versions", 1, null)],
    error: null,
    sentence: "This program goes wrong with 2 flaws of 3.",
  };
  const { snapshot: seen } = waiting();
  push(
    message(snapshot({ nodes: seen.nodes, edges: seen.edges, parts: { flaws }, views: ["flaws", "graph"] })),
  );
}

const radios = () => [...page.querySelectorAll<HTMLElement>('[role="radio"]')];
const find = (id: string) => page.querySelector<HTMLElement>(`[data-testid="${id}"]`)!;

describe("the broken engines", () => {
  it("are not there where nobody broke them", () => {
    push(waiting());
    expect(page.querySelector<HTMLElement>(".mt-section-flaws")?.hidden).toBe(true);
  });

  it("begin with the first that goes wrong, and say where it parts", () => {
    show();
    expect(radios().map((radio) => radio.getAttribute("aria-checked"))).toEqual(["false", "true", "false"]);
    expect(radios()[0]!.getAttribute("aria-label")).toBe("overwrites: makes no difference");
    expect(find("flaw-sentence").textContent).toBe("They part at step 2.");
    const parting = page.querySelector(".mt-parting")!;
    expect(parting.textContent).toContain("2 mul <i>n3</i>, step 3 there");
    expect(parting.textContent).toContain("they part here");
    expect([...parting.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["12.0", "6.0"]);
    expect(page.querySelector("script, i")).toBeNull();
  });

  it("are one tab stop and chosen by arrows", () => {
    show();
    const press = (key: string) =>
      document.activeElement!.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
    radios()[1]!.focus();
    press("ArrowLeft");
    expect(find("flaw-sentence").textContent).toBe("Here it makes no difference.");
    expect(document.activeElement).toBe(find("flaw-overwrites"));
    expect(radios().map((radio) => radio.tabIndex)).toEqual([0, -1, -1]);
    press("End");
    expect(document.activeElement).toBe(find("flaw-ignores_versions"));
    press("ArrowRight");
    expect(document.activeElement).toBe(find("flaw-overwrites"));
  });

  it("tell a refusal from a gradient that is not there", () => {
    show();
    find("flaw-ignores_versions").click();
    const cells = [...page.querySelectorAll(".mt-flaw-table td")].map((cell) => cell.textContent);
    expect(cells[2]).toBe("refuses");
    expect(cells[4]).toContain("not computed yet");
  });

  it("lead from a row to its node", () => {
    show();
    page.querySelector<HTMLElement>(".mt-parting button")!.click();
    expect(find("node-n3").classList.contains("mt-selected")).toBe(true);
  });
});
