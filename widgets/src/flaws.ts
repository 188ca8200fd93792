// The engine, broken in four ways: what each flawed pass computes beside the real one, and where the two part.
import { h, refill, rove, text } from "./dom";
import { heatmap, nothing } from "./heatmap";
import type { Change, Model } from "./model";
import type { Value } from "./protocol";

interface Row {
  node: string;
  name: string;
  called: string;
  /** Which step it is in the flawed pass, and which in the real one; null for a leaf's gradient. */
  step: number | null;
  truth: number | null;
  wrong: (Value | null)[];
  /** Null where the real engine did not get there. */
  right: (Value | null)[] | null;
  same: boolean;
  /** The real engine refuses to run this node. */
  raised: boolean;
}

interface Flaw {
  name: string;
  title: string;
  says: string;
  code: string;
  rows: Row[];
  leaves: Row[];
  /** The row where they part, counted through both lists. */
  part: number | null;
  error: string;
  sentence: string;
}

export interface Flaws {
  flaws: Flaw[];
  error: string | null;
  sentence: string;
}

let views = 0;

export class FlawsView {
  readonly element: HTMLElement;
  private readonly summary = h("p", {});
  private readonly choices = h("div", {
    class: "mt-flaws",
    role: "radiogroup",
    "aria-label": "How the engine is broken",
  });
  private readonly sentence = h("p", {
    class: "mt-flaw-sentence",
    "aria-live": "polite",
    "data-testid": "flaw-sentence",
  });
  private readonly body = h("div", {});
  private readonly name = `mt-flaw-${++views}`;
  private chosen = 0;
  private drawn: Flaws | undefined;

  constructor(private readonly model: Model) {
    this.choices.addEventListener("keydown", (event) => this.onKey(event));
    this.element = h("div", { "data-testid": "flaws" }, this.summary, this.choices, this.sentence, this.body);
  }

  get vacant(): boolean {
    return this.told === undefined;
  }

  private get told(): Flaws | undefined {
    return this.model.part<Flaws>("flaws");
  }

  refresh(change: Change): void {
    if (change !== "data" || this.told === this.drawn) return;
    const first = this.drawn === undefined;
    this.drawn = this.told;
    if (!this.told) return;
    if (first)
      this.chosen = Math.max(
        0,
        this.told.flaws.findIndex((flaw) => flaw.part !== null),
      );
    this.draw();
  }

  dispose(): void {}

  private draw(): void {
    const told = this.told;
    const flaw = told?.flaws[this.chosen];
    if (!told || !flaw) return;
    text(this.summary, told.sentence);
    refill(this.choices, ...told.flaws.map((each, i) => this.choice(each, i)));
    rove(this.choices.children, this.choices.children[this.chosen] ?? null);
    text(this.sentence, flaw.sentence);
    refill(
      this.body,
      h("p", {}, flaw.says),
      h(
        "pre",
        { class: "mt-flaw-code", tabindex: 0, "aria-label": "The flawed engine" },
        h("code", {}, flaw.code),
      ),
      told.error ? h("p", { class: "mt-failure" }, `backward() raises: ${told.error}`) : null,
      this.table(flaw),
    );
  }

  private choice(flaw: Flaw, index: number): HTMLElement {
    const wrong = flaw.part !== null;
    return h(
      "span",
      {
        class: "mt-flaw",
        role: "radio",
        tabindex: -1,
        "aria-checked": String(index === this.chosen),
        "aria-label": `${flaw.title}: ${wrong ? "goes wrong" : "makes no difference"}`,
        "data-key": `flaw/${flaw.name}`,
        "data-testid": `flaw-${flaw.name}`,
        onclick: () => this.choose(index),
      },
      h("span", { class: "mt-flaw-mark", "aria-hidden": "true" }, wrong ? "≠" : "="),
      flaw.title,
    );
  }

  private choose(index: number): void {
    this.chosen = index;
    this.draw();
    (this.choices.children[index] as HTMLElement | undefined)?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const count = this.choices.childElementCount;
    const to = {
      ArrowRight: (this.chosen + 1) % count,
      ArrowDown: (this.chosen + 1) % count,
      ArrowLeft: (this.chosen + count - 1) % count,
      ArrowUp: (this.chosen + count - 1) % count,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to === undefined) return;
    this.choose(to);
    event.preventDefault();
    event.stopPropagation();
  }

  // The two columns -----------------------------------------------------------------------------------------------

  private table(flaw: Flaw): HTMLElement {
    const all = [...flaw.rows, ...flaw.leaves];
    const rows = all.map((row, i) => this.row(row, i === flaw.part, flaw.part !== null && i > flaw.part));
    const split = flaw.rows.length;
    const heading = (words: string) =>
      h("tr", { class: "mt-flaw-group" }, h("th", { colspan: 3, scope: "rowgroup" }, words));
    return h(
      "table",
      { class: "mt-flaw-table", "aria-describedby": this.name },
      h(
        "caption",
        { id: this.name, class: "mt-note" },
        "What each node receives, and what the leaves end with",
      ),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["gradient", "backward()", flaw.title].map((words) => h("th", { scope: "col" }, words)),
        ),
      ),
      h(
        "tbody",
        {},
        heading("received, in the order in which the flawed engine runs"),
        ...rows.slice(0, split),
      ),
      h("tbody", {}, heading("in the end"), ...rows.slice(split)),
    );
  }

  private row(row: Row, parts: boolean, after: boolean): HTMLElement {
    const there = row.truth !== null && row.truth !== row.step ? `, step ${row.truth + 1} there` : "";
    const where = row.step === null ? `${row.called}.grad` : `${row.step + 1} ${row.called}`;
    const sign = parts ? "they part here" : row.same ? "" : "wrong";
    return h(
      "tr",
      { class: parts ? "mt-parting" : after ? "mt-after" : null },
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          {
            type: "button",
            class: "mt-link",
            "data-key": `flaw-row/${row.step ?? "leaf"}/${row.node}`,
            onclick: () => this.model.select({ kind: "node", id: row.node }),
          },
          where,
        ),
        there ? h("span", { class: "mt-note" }, there) : null,
        sign ? h("div", { class: "mt-flaw-sign" }, sign) : null,
      ),
      h("td", {}, row.raised ? h("span", {}, "refuses") : this.values(row.right, `${where} in backward()`)),
      h("td", {}, this.values(row.wrong, `${where} in the flawed engine`)),
    );
  }

  private values(values: readonly (Value | null)[] | null, label: string): HTMLElement {
    if (values === null) return nothing("not computed", "backward() has stopped");
    const room = Math.max(160, Math.min(360, (this.element.clientWidth || 600) / 2.6));
    const shown = values.map((value) =>
      value === null ? nothing("None") : heatmap(value, { label, room, legend: false }),
    );
    return h("div", {}, ...(shown.length > 0 ? shown : [nothing("None")]));
  }
}
