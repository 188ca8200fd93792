// What the step just taken did: the gradient that came in, what was saved, the rule with its numbers, what went out.
import { h, refill } from "./dom";
import { numbers, rule } from "./formula";
import { heatmap, nothing } from "./heatmap";
import type { Change, Model } from "./model";
import type { Outgoing, Step, Value } from "./protocol";
import { currentStep } from "./walk";

export class StepView {
  readonly element = h("div", { class: "mt-step", "data-testid": "step" });
  private drawn = "";

  constructor(private readonly model: Model) {}

  refresh(change: Change): void {
    if (change !== "data") return;
    const { timeline } = this.model;
    const step = currentStep(timeline);
    const signature = JSON.stringify([step, timeline === null]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    if (!timeline) {
      refill(
        this.element,
        h("p", { class: "mt-note" }, "No backward walk is open: choose where to start and press Start."),
      );
    } else if (step) {
      refill(
        this.element,
        this.drawIncoming(step),
        this.drawUsed(step),
        ...step.outgoing.map((out) => this.drawOutgoing(out)),
        this.drawAccumulated(step),
      );
    } else {
      refill(this.element, part("Gradient in", nothing("not computed", "no step has been taken")));
    }
  }

  dispose(): void {}

  private drawIncoming(step: Step): HTMLElement {
    const many = step.incoming.length > 1;
    const values = step.incoming.map((value, i) =>
      h(
        "div",
        {},
        many ? h("span", { class: "mt-note" }, `output ${i} `) : null,
        this.value(value, "Gradient in", "nothing flows in here"),
      ),
    );
    return part("Gradient in", ...values);
  }

  private drawUsed(step: Step): HTMLElement | null {
    if (step.saved.length === 0) return null;
    const used = step.saved.map(({ name, value }) =>
      h("div", {}, h("code", {}, name), this.value(value, `Saved ${name}`, "not readable")),
    );
    return part("Saved, and used here", ...used);
  }

  private drawOutgoing(out: Outgoing): HTMLElement {
    const target = this.model.nodeName(out.to);
    const heading = out.to === null ? `Gradient for ${out.input}` : `Gradient for ${out.input}, to ${target}`;
    const summed = out.to !== null && out.expected > 1;
    return part(
      heading,
      out.rule ? rule(out.rule) : null,
      numbers(out.rule),
      this.value(out.value, heading, out.to === null ? "nobody needs it" : ""),
      summed
        ? h("p", { class: "mt-arrived" }, `summed into ${target}: ${out.arrived} of ${out.expected} arrived`)
        : null,
      summed && out.arrived > 1 && out.sum
        ? h("div", {}, h("span", { class: "mt-note" }, "the sum so far"), this.value(out.sum, "Sum so far"))
        : null,
    );
  }

  private drawAccumulated(step: Step): HTMLElement | null {
    const sum = step.accumulated;
    if (!sum) return null;
    const name = this.model.nameOfId(sum.tensor);
    const addend = (words: string, value: Value | null) =>
      h(
        "div",
        { class: "mt-addend" },
        h("span", { class: "mt-note" }, words),
        this.value(value, `${name}.grad ${words}`),
      );
    const sign = (words: string) => h("span", { class: "mt-sign", "aria-hidden": "true" }, words);
    return part(
      `Accumulated into ${name}.grad`,
      h(
        "div",
        { class: "mt-sum" },
        addend("before", sum.before),
        sign("+"),
        addend("added", sum.added),
        sign("="),
        addend("after", sum.after),
      ),
    );
  }

  private value(value: Value | null, label: string, why = ""): HTMLElement {
    if (value === null) return nothing("None", why);
    const room = Math.max(220, Math.min(420, (this.element.clientWidth || 380) - 40));
    return heatmap(value, { label, room });
  }
}

function part(title: string, ...children: (Node | null)[]): HTMLElement {
  return h("div", { class: "mt-part" }, h("div", { class: "mt-heading" }, title), ...children);
}
