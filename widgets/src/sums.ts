// What each leaf's .grad is the sum of: the backward passes that added to it, and the uses that each of those adds up.
import { h, refill } from "./dom";
import { heatmap, nothing } from "./heatmap";
import type { Change, Model } from "./model";
import type { Value } from "./protocol";
import { places } from "./walk";

interface Addend {
  value: Value | null;
  /** The line that ran backward, or the walk; empty where nobody saw it come. */
  by: string;
  where: string;
  /** One for each use of the leaf, where there are several. */
  parts: { name: string; value: Value | null }[];
  more: number;
}

export interface Sum {
  tensor: string;
  name: string;
  /** What it began as: None, 0.0, or unknown. */
  start: "None" | "0.0" | null;
  addends: Addend[];
  more: number;
  total: Value | null;
  /** What was there before it was cleared. */
  past: string;
}

const MOST_LEAVES = 6;

export class SumsView {
  readonly element = h("div", { class: "mt-sums", "data-testid": "sums" });
  private drawn = "";

  constructor(private readonly model: Model) {}

  get vacant(): boolean {
    return this.all.length === 0;
  }

  private get all(): Sum[] {
    return this.model.part<{ leaves: Sum[] }>("sums")?.leaves ?? [];
  }

  refresh(change: Change): void {
    if (change !== "data" && change !== "selection") return;
    const { timeline } = this.model;
    const signature = JSON.stringify([this.shown(), timeline?.walk, timeline?.position]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    const left = this.all.length - this.shown().length;
    refill(
      this.element,
      ...this.shown().map((sum) => this.draw(sum)),
      left > 0 ? h("p", { class: "mt-note" }, `${left} more: select one to see its sum.`) : null,
    );
  }

  dispose(): void {}

  /** The selected leaf's, or the first ones. */
  private shown(): Sum[] {
    const chosen = this.model.tensorsFor(this.model.selection);
    const selected = this.all.filter((sum) => chosen.includes(sum.tensor));
    return selected.length > 0 ? selected : this.all.slice(0, MOST_LEAVES);
  }

  private draw(sum: Sum): HTMLElement {
    const terms = sum.addends.map((addend, i) => [
      i === 0 && sum.start !== "0.0" ? null : sign("+"),
      this.addend(sum, addend, i),
    ]);
    if (sum.more > 0) terms.push([sign("+"), h("div", { class: "mt-note" }, `${sum.more} more`)]);
    const start = sum.start === "0.0" && sum.addends.length > 0 ? this.zeros(sum) : null;
    return h(
      "div",
      { class: "mt-sum-of" },
      h("div", { class: "mt-heading" }, h("code", {}, `${sum.name}.grad`)),
      h(
        "div",
        { class: "mt-sum" },
        start,
        ...terms.flat(),
        sum.addends.length > 0 ? sign("=") : null,
        this.total(sum),
      ),
      this.yetToCome(sum),
      sum.past ? h("p", { class: "mt-note" }, `Before: ${sum.past}.`) : null,
    );
  }

  /** The zeros that zero_grad(set_to_none=False) leaves: a tensor, and something to add to. */
  private zeros(sum: Sum): HTMLElement {
    return h(
      "div",
      { class: "mt-addend" },
      h("span", { class: "mt-note" }, "it was filled with"),
      h("code", { class: "mt-zero" }, sum.total?.dtype.startsWith("int") ? "0" : "0.0"),
    );
  }

  private addend(sum: Sum, addend: Addend, index: number): HTMLElement {
    const by = addend.by
      ? [
          h("span", { class: "mt-note" }, addend.where ? `${addend.where}: ` : ""),
          h("code", { class: "mt-code" }, addend.by),
        ]
      : [h("span", { class: "mt-note" }, "added when nobody looked")];
    const parts = addend.parts.map((part, i) =>
      h(
        "li",
        {},
        sign(i === 0 ? "=" : "+"),
        h(
          "div",
          {},
          h("div", { class: "mt-note" }, `from ${part.name}`),
          part.value === null ? nothing("None") : this.map(part.value, `from ${part.name}`, false),
        ),
      ),
    );
    if (addend.more > 0) parts.push(h("li", { class: "mt-note" }, `and ${addend.more} more`));
    return h(
      "div",
      { class: "mt-addend" },
      h("div", {}, ...by),
      addend.value === null
        ? nothing("None")
        : this.map(addend.value, `addend ${index + 1} of ${sum.name}.grad`, false),
      parts.length > 0
        ? h(
            "div",
            { class: "mt-addends" },
            h("div", { class: "mt-note" }, `${sum.name} is used ${addend.parts.length + addend.more} times`),
            h("ul", {}, ...parts),
          )
        : null,
    );
  }

  private total(sum: Sum): HTMLElement {
    const now = h("div", { class: "mt-note" }, sum.addends.length > 0 ? "now" : "");
    const value =
      sum.total === null
        ? nothing("None", "there is nothing to add to")
        : this.map(sum.total, `${sum.name}.grad`);
    return h("div", { class: "mt-addend" }, now, value);
  }

  /** What the open walk will add: not computed is neither None nor 0.0. */
  private yetToCome(sum: Sum): HTMLElement | null {
    const { timeline } = this.model;
    if (!timeline) return null;
    const node = [...this.model.nodes.values()].find((each) => each.tensor === sum.tensor);
    const at = node && places(timeline.order).get(node.id);
    if (at === undefined || at < timeline.executed) return null;
    return h(
      "p",
      {},
      sign("+"),
      " ",
      nothing("not computed", `the walk from ${timeline.root_name} adds it at step ${at + 1}`),
    );
  }

  private map(value: Value, label: string, legend = true): HTMLElement {
    const room = Math.max(160, Math.min(420, (this.element.clientWidth || 380) - 40));
    return heatmap(value, { label, room, legend });
  }
}

function sign(mark: string): HTMLElement {
  return h("span", { class: "mt-sign", "aria-hidden": "true" }, mark);
}
