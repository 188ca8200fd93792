// What the step just taken did: the gradient that came in, what was saved, the rule with its numbers, what went out.
import { h, refill } from "./dom";
import { formatTuple, plural } from "./format";
import { numbers, rule } from "./formula";
import { heatmap, nothing } from "./heatmap";
import type { Change, Model } from "./model";
import type { Addends, Outgoing, Step, Value } from "./protocol";
import { awaited, currentStep, lengthOf } from "./walk";

export class StepView {
  readonly element = h("div", { class: "mt-step", "data-testid": "step" });
  private drawn = "";

  constructor(private readonly model: Model) {}

  refresh(change: Change): void {
    if (change !== "data") return;
    const { timeline } = this.model;
    const step = currentStep(timeline);
    const signature = JSON.stringify([step, timeline && [timeline.walk, timeline.position]]);
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
        this.drawPlace(step),
        this.drawIncoming(step),
        this.drawUsed(step),
        ...step.outgoing.map((out) => this.drawOutgoing(out)),
        this.drawAccumulated(step),
      );
    } else if (timeline.position > 0) {
      refill(this.element, h("p", { class: "mt-note" }, "This step has run; its numbers are on their way."));
    } else {
      refill(this.element, part("Gradient in", nothing("not computed", "no step has been taken")));
    }
  }

  dispose(): void {}

  /** Which node, and the line of the student's cell that made it. */
  private drawPlace(step: Step): HTMLElement {
    const { timeline } = this.model;
    const source = step.source ?? this.model.nodes.get(step.node)?.source;
    const name = step.accumulated ? `${step.name} of ${this.model.nodeName(step.node)}` : step.name;
    return h(
      "p",
      { class: "mt-step-place" },
      h("strong", {}, name),
      h("span", { class: "mt-note" }, ` step ${step.index + 1} of ${timeline ? lengthOf(timeline) : "?"}`),
      source ? h("span", { class: "mt-note" }, ` from ${source.where}: `) : null,
      source ? h("code", { class: "mt-code" }, source.line) : null,
    );
  }

  private drawIncoming(step: Step): HTMLElement {
    const many = step.incoming.length > 1;
    const values = step.incoming.map((value, i) =>
      h(
        "div",
        {},
        many ? h("span", { class: "mt-note" }, `output ${i} `) : null,
        this.value(value, "Gradient in", "nothing flows in here"),
        this.drawAddends(step.addends?.[i] ?? null),
      ),
    );
    return part("Gradient in", ...values);
  }

  /** What it is the sum of: every use of this result has sent its share. */
  private drawAddends(addends: Addends | null): HTMLElement | null {
    if (!addends) return null;
    const total = addends.parts.length + addends.more;
    const rows = addends.parts.map((each, i) =>
      h(
        "li",
        {},
        h("span", { class: "mt-sign", "aria-hidden": "true" }, i === 0 ? "=" : "+"),
        h(
          "div",
          {},
          h("div", { class: "mt-note" }, `from step ${each.step + 1}, ${sender(each)}`),
          this.value(each.value, `from ${each.name}`, "nothing was sent", false),
        ),
      ),
    );
    if (addends.more > 0) rows.push(h("li", { class: "mt-note" }, `and ${addends.more} more`));
    return h(
      "div",
      { class: "mt-addends" },
      h("p", { class: "mt-arrived" }, `the sum of ${plural(total, "gradient")}, one for each use`),
      h("ul", {}, ...rows),
    );
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
    return part(
      heading,
      out.rule ? rule(out.rule) : null,
      numbers(out.rule),
      this.drawSpread(out),
      this.value(out.value, heading, out.to === null ? "nobody needs it" : ""),
      ...this.drawSlot(out, target),
    );
  }

  /** Broadcasting reversed: forward read one element many times, so backward adds the gradients of all those reads. */
  private drawSpread(out: Outgoing): HTMLElement | null {
    if (!out.spread || !out.value) return null;
    const { value, dims } = out.spread;
    const times = dims.reduce((total, dim) => total * (value.shape[dim] ?? 1), 1);
    return h(
      "div",
      { class: "mt-spread" },
      this.value(value, "Before it is summed"),
      h(
        "p",
        { class: "mt-arrived" },
        `∑ over ${dims.length > 1 ? "dims" : "dim"} ${dims.join(", ")}: ` +
          `forward read each element ${times} times, so ${times} gradients are added into each. ` +
          `${formatTuple(value.shape)} becomes ${formatTuple(out.value.shape)}`,
      ),
    );
  }

  /** Where it is added up with what else arrives there, and who has yet to send. */
  private drawSlot(out: Outgoing, target: string): (HTMLElement | null)[] {
    const { timeline, snapshot } = this.model;
    if (out.to === null || out.expected < 2 || !timeline) return [];
    const slot = out.output ? `, its output ${out.output}` : "";
    const late = awaited(timeline, snapshot?.edges ?? [], out.to);
    const names = late.slice(0, 3).map((id) => this.model.nodeName(id));
    const rest = late.length > 3 ? ` and ${late.length - 3} more` : "";
    return [
      h(
        "p",
        { class: "mt-arrived" },
        `summed into ${target}${slot}: ${out.arrived} of ${out.expected} arrived`,
      ),
      out.arrived > 1 && out.sum
        ? h("div", {}, h("span", { class: "mt-note" }, "the sum so far"), this.value(out.sum, "Sum so far"))
        : null,
      names.length > 0
        ? h("p", { class: "mt-note" }, `it waits for ${names.join(", ")}${rest}, and does not run before`)
        : null,
    ];
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

  private value(value: Value | null, label: string, why = "", legend = true): HTMLElement {
    if (value === null) return nothing("None", why);
    const room = Math.max(220, Math.min(420, (this.element.clientWidth || 380) - 40));
    return heatmap(value, { label, room, legend });
  }
}

function sender({ name, input, slot }: Addends["parts"][number]): string {
  return `${name}, for its ${input ?? `input ${slot}`}`;
}

function part(title: string, ...children: (Node | null)[]): HTMLElement {
  return h("div", { class: "mt-part" }, h("div", { class: "mt-heading" }, title), ...children);
}
