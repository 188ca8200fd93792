// The anywidget entry, with a kernel and without.
import { expect, it } from "vitest";
import { regression } from "./fixtures";
import widget, { type WidgetModel } from "./widget";

/** anywidget's model, as far as it is used: a state, custom messages, and whether there is a kernel. */
class FakeModel implements WidgetModel {
  readonly sent: unknown[] = [];
  private readonly listeners = new Map<string, Set<(...given: unknown[]) => void>>();

  constructor(
    public state: unknown,
    private readonly alive = true,
  ) {}

  get(): unknown {
    return this.state;
  }

  set(_: string, value: unknown): void {
    this.state = value;
  }

  send(message: unknown): void {
    if (!this.alive) throw new Error("no kernel");
    this.sent.push(message);
  }

  on(event: string, callback: (...given: unknown[]) => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: (...given: unknown[]) => void): void {
    this.listeners.get(event)?.delete(callback);
  }

  custom(message: unknown): void {
    for (const listener of this.listeners.get("msg:custom") ?? []) listener(message);
  }
}

const text = (el: Element) => el.textContent ?? "";

it("says hello, draws what is answered, and a second view sees it too", () => {
  const model = new FakeModel({});
  widget.initialize({ model });
  expect(model.sent).toEqual([{ type: "hello" }]);
  const first = document.createElement("div");
  const clean = widget.render({ model, el: first });
  model.custom(regression());
  expect(text(first)).toContain("after cell [4]");
  const second = document.createElement("div");
  widget.render({ model, el: second });
  expect(text(second)).toContain("after cell [4]");
  clean();
  expect(first.childElementCount).toBe(0);
});

it("draws its saved state with no kernel, and steps through what has run", () => {
  const model = new FakeModel(regression(2), false);
  widget.initialize({ model });
  const el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el });
  el.querySelector<HTMLElement>('[data-testid="step-forward"]')!.click();
  expect(text(el)).toContain("3 of 4");
  expect(text(el)).toContain("The kernel cannot be reached");
});

it("puts together what comes in pieces, for the notebook that is saved", () => {
  const model = new FakeModel(regression(1));
  widget.initialize({ model });
  const snapshot = { set: { title: "after a step" }, parts: {}, lists: {} };
  model.custom({ type: "update", base: 1, revision: 2, snapshot, timeline: null, more: false });
  expect(model.state).toMatchObject({ type: "snapshot", revision: 2, snapshot: { title: "after a step" } });
});
