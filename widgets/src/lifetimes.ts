// Lifetimes: which buffers a graph still holds and which are hollow, and how many bytes each name pins by it.
import { h, refill } from "./dom";
import { formatBytes, plural } from "./format";
import { arrowKeys, saidAloud, stop } from "./marks";
import type { Change, Model } from "./model";

interface Buffer {
  node: string;
  label: string;
  name: string;
  state: "saved" | "freed" | "stale";
  lane: string | null;
  bytes: number | null;
}

interface Holder {
  name: string;
  tensor: string;
  graphs: number;
  nodes: number;
  saved: number;
  freed: number;
  stale: number;
  pinned: number;
  alone: number;
  frees: number;
  named: number;
  unmeasured: number;
  shared: number;
  buffers: Buffer[];
  more: number;
  /** The name whose graph all of this is in, too. */
  within: string | null;
}

interface Lifetimes {
  holders: Holder[];
  more: number;
  pinned: number;
  unnamed: number;
  letters: Record<string, string>;
  at_least: boolean;
  text: string;
}

const STATES = { saved: "held", freed: "freed", stale: "held, but written since" } as const;

export class LifetimesView {
  readonly element = h("div", { class: "mt-lifetimes", "data-testid": "lifetimes" });
  private readonly figure = h("div", { role: "group", "aria-label": "What graphs keep alive" });
  private readonly said = saidAloud();
  private readonly keys = arrowKeys(this.figure);
  private drawn = "";

  constructor(private readonly model: Model) {
    this.element.append(this.figure, this.said.element);
  }

  private get told(): Lifetimes | undefined {
    return this.model.part<Lifetimes>("lifetimes");
  }

  get vacant(): boolean {
    return !this.told;
  }

  refresh(change: Change): void {
    if (change !== "data") return;
    const told = this.told;
    const signature = JSON.stringify(told ?? null);
    if (signature === this.drawn) return;
    this.drawn = signature;
    if (!told) {
      refill(this.figure);
      return;
    }
    const least = told.at_least ? "at least " : "";
    const outer = told.holders.filter(({ within }) => within === null);
    const most = Math.max(1, ...outer.map(({ pinned }) => pinned));
    const unnamed =
      told.unnamed > 0 ? `${formatBytes(told.unnamed)} of it by nothing else` : "all of it has a name, too";
    refill(
      this.figure,
      h(
        "p",
        { class: "mt-note" },
        told.pinned > 0
          ? `Graphs hold ${least}${formatBytes(told.pinned)}: ${unnamed}.`
          : "Graphs hold no bytes: what they had saved is freed.",
      ),
      h("ul", { class: "mt-holders" }, ...outer.map((each) => this.draw(each, most, told))),
      told.more > 0 ? h("p", { class: "mt-note" }, `and ${plural(told.more, "more name")}`) : null,
      h("p", { class: "mt-note mt-holders-key", "aria-hidden": "true" }, ...key(told)),
    );
    this.keys.settle();
    this.said.say(told.text);
  }

  dispose(): void {}

  private draw(holder: Holder, most: number, told: Lifetimes): HTMLElement {
    const parts = told.holders.filter(({ within }) => within === holder.name).map(({ name }) => name);
    return h(
      "li",
      { class: "mt-holder", "data-testid": `holder-${holder.name}` },
      h(
        "div",
        { class: "mt-holder-head" },
        stop(
          this.model,
          {
            key: `holder-${holder.name}`,
            lights: { tensor: holder.tensor },
            act: () => this.model.select({ kind: "tensor", id: holder.tensor }),
          },
          holder.name,
        ),
        h(
          "span",
          { class: "mt-note" },
          holder.graphs > 1
            ? `${plural(holder.graphs, "graph")}, ${plural(holder.nodes, "node")}`
            : plural(holder.nodes, "node"),
        ),
        h("strong", {}, `${formatBytes(holder.pinned)} pinned`),
      ),
      bar(holder, most),
      h(
        "div",
        { class: "mt-buffers" },
        ...holder.buffers.map((buffer, k) => this.drawBuffer(holder, buffer, k, told.letters)),
        holder.more > 0 ? h("span", { class: "mt-note" }, `and ${holder.more} more`) : null,
      ),
      h("p", { class: "mt-note" }, fate(holder)),
      parts.length > 0
        ? h(
            "p",
            { class: "mt-note" },
            `${listed(parts)} ${parts.length > 1 ? "hold parts" : "holds a part"} of it, too.`,
          )
        : null,
    );
  }

  /** One saved tensor: a filled box with its storage's letter, or a hollow one. */
  private drawBuffer(
    holder: Holder,
    buffer: Buffer,
    k: number,
    letters: Record<string, string>,
  ): HTMLElement {
    const letter = buffer.lane === null ? "" : (letters[buffer.lane] ?? "");
    const bytes = buffer.bytes === null ? "" : `, ${formatBytes(buffer.bytes)}`;
    const where = letter ? ` on storage ${letter}` : "";
    const words = `${buffer.name} of ${buffer.label}: ${STATES[buffer.state]}${where}${bytes}`;
    const mark = { saved: letter || "S", freed: "", stale: "!" }[buffer.state];
    const made = stop(
      this.model,
      {
        key: `buffer-${holder.name}-${k}`,
        class: "mt-buffer",
        label: words,
        lights: { node: buffer.node },
        act: () => this.model.select({ kind: "node", id: buffer.node }),
      },
      mark,
    );
    made.dataset.state = buffer.state;
    made.title = words;
    return made;
  }
}

/** The bytes as a bar: solid where nothing else holds them, open where a name does, too. */
function bar(holder: Holder, most: number): HTMLElement {
  const part = (bytes: number, kind: string) =>
    bytes > 0
      ? h("span", { class: `mt-held mt-held-${kind}`, style: `width: ${(100 * bytes) / most}%` })
      : null;
  return h(
    "div",
    { class: "mt-held-bar", "aria-hidden": "true" },
    part(holder.pinned - holder.named, "alone"),
    part(holder.named, "named"),
  );
}

/** What would happen to it. */
export function fate(holder: Holder): string {
  if (holder.saved === 0) {
    return holder.freed > 0
      ? `${plural(holder.freed, "buffer")} hollow: a second backward() would raise. Compute it again, or say retain_graph=True the first time.`
      : "It has saved nothing.";
  }
  const parts = [];
  if (holder.freed > 0) parts.push(`${plural(holder.freed, "buffer")} freed already`);
  if (holder.freed > 0 && holder.graphs === 1)
    parts.push("backward() would raise, since another one has used part of this graph");
  else if (holder.frees > 0) parts.push(`backward() would free ${formatBytes(holder.frees)}`);
  else parts.push("backward() would free nothing: names hold these bytes, too");
  if (holder.alone > 0) parts.push(`del ${holder.name} would free ${formatBytes(holder.alone)}`);
  if (holder.unmeasured > 0) parts.push(`${holder.unmeasured} of them can't be measured`);
  return `${parts.join("; ")}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6);
  const last = names.length > shown.length ? `${names.length - shown.length} more` : shown.pop();
  return shown.length > 0 ? `${shown.join(", ")} and ${last}` : `${last}`;
}

function key(told: Lifetimes): HTMLElement[] {
  const states = new Set(told.holders.flatMap(({ buffers }) => buffers.map(({ state }) => state)));
  const marks = { saved: "A", freed: "", stale: "!" };
  const boxes = (["saved", "freed", "stale"] as const)
    .filter((state) => states.has(state))
    .map((state) =>
      h(
        "span",
        { class: "mt-key-entry" },
        h("span", { class: "mt-buffer", "data-state": state }, marks[state]),
        state === "saved" ? "held, on that storage" : STATES[state],
      ),
    );
  const held = told.holders.some(({ pinned }) => pinned > 0)
    ? [
        h("span", { class: "mt-key-entry" }, h("span", { class: "mt-held mt-held-alone" }), "only by graphs"),
        h("span", { class: "mt-key-entry" }, h("span", { class: "mt-held mt-held-named" }), "by a name, too"),
      ]
    : [];
  return [...boxes, ...held];
}
