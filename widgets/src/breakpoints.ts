// The breakpoints: where a running walk stops. A list to turn them on and off, and a line to add one.
import { type Breakpoint, breakpointsOf, change, KEYS } from "./debugger";
import { attribute, h, refill, rove, text } from "./dom";
import { type Change, describe, type Model } from "./model";

const KINDS = { condition: "a condition holds", op: "an operation runs" } as const;
const HINTS = { condition: "grad.abs().max() > 100", op: "mul" } as const;

export class BreakpointsView {
  readonly element: HTMLElement;
  private readonly list = h("ul", { class: "mt-breakpoints", "aria-label": "Breakpoints" });
  private readonly none = h(
    "p",
    { class: "mt-note" },
    `There are none. Add a line here, or select a node of the graph and press ${KEYS.here}.`,
  );
  private readonly kind = h("select", { "data-testid": "break-kind", "aria-label": "Stop when" });
  private readonly input = h("input", {
    type: "text",
    class: "mt-break-text",
    "data-testid": "break-text",
    "aria-label": "Condition or operation",
    spellcheck: "false",
    autocomplete: "off",
  });
  private readonly said = h("p", { class: "mt-break-said", role: "status", "data-testid": "break-said" });
  private current = 0; // the row that can be tabbed to
  private drawn = "";

  constructor(private readonly model: Model) {
    for (const [kind, words] of Object.entries(KINDS)) this.kind.append(h("option", { value: kind }, words));
    this.kind.addEventListener("change", () => this.drawHint());
    const form = h(
      "form",
      {
        class: "mt-controls",
        onsubmit: (event) => {
          event.preventDefault();
          void this.add();
        },
      },
      h("label", { class: "mt-from" }, "stop when ", this.kind),
      this.input,
      h("button", { type: "submit", class: "mt-button", "data-testid": "break-add" }, "Add"),
    );
    const names = h(
      "details",
      { class: "mt-break-names" },
      h("summary", {}, "What a condition may ask about"),
      h(
        "p",
        {},
        "It is Python over the step just taken: ",
        ...code("grad"),
        " came in, ",
        ...code("grad_inputs"),
        " goes on, ",
        ...code("self"),
        ", ",
        ...code("other"),
        " or ",
        ...code("result"),
        " is what the node has saved, ",
        ...code("op"),
        " and ",
        ...code("step"),
        " say which one it is. Your own variables are there too.",
      ),
    );
    this.element = h(
      "div",
      { "data-testid": "breakpoints", "data-needs": "kernel" },
      this.none,
      this.list,
      form,
      this.said,
      names,
    );
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("focusin", (event) => {
      const row = (event.target as Element).closest("li");
      this.current = Math.max(0, [...this.list.children].indexOf(row as HTMLLIElement));
      this.rove();
    });
    this.drawHint();
  }

  /** There is nothing to stop where nothing walks. */
  get vacant(): boolean {
    return this.model.timeline === null && breakpointsOf(this.model).length === 0;
  }

  refresh(changed: Change): void {
    if (changed !== "data") return;
    const all = breakpointsOf(this.model);
    const signature = JSON.stringify(all);
    if (signature === this.drawn) return;
    this.drawn = signature;
    this.none.hidden = all.length > 0;
    this.list.hidden = all.length === 0;
    refill(this.list, ...all.map((each) => this.row(each)));
    this.rove();
  }

  dispose(): void {}

  private row(each: Breakpoint): HTMLElement {
    const what = { node: "at", op: "at each", condition: "when" }[each.kind];
    const troubled = each.trouble ? h("span", { class: "mt-break-trouble" }, each.trouble) : null;
    return h(
      "li",
      {},
      h(
        "span",
        {
          class: "mt-break-switch",
          role: "checkbox",
          tabindex: -1, // so that it can take the focus back when it is drawn again
          "aria-checked": String(each.on),
          "aria-label": [`Breakpoint ${each.number}, ${what} ${each.label}`, each.trouble]
            .filter(Boolean)
            .join(". "),
          "aria-keyshortcuts": "Space Delete",
          "data-key": `break/${each.number}`,
          "data-testid": `break-${each.number}`,
          title: "Space turns it on or off, Delete removes it",
          onclick: () => void this.act("toggle", each.number),
        },
        h("span", { class: "mt-break-sign", "aria-hidden": "true" }, String(each.number)),
        h("span", {}, `${what} `, h("code", { class: "mt-code" }, each.label)),
        each.on ? null : h("span", { class: "mt-note" }, "off"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "mt-link",
          tabindex: -1, // by keyboard it is Delete on the row
          "aria-label": `Remove breakpoint ${each.number}`,
          onclick: () => void this.act("remove", each.number),
        },
        "remove",
      ),
      troubled,
    );
  }

  private rows(): HTMLElement[] {
    return Array.from(this.list.querySelectorAll<HTMLElement>('[role="checkbox"]'));
  }

  private rove(): void {
    const rows = this.rows();
    this.current = Math.min(this.current, Math.max(0, rows.length - 1));
    rove(rows, rows[this.current] ?? null);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = this.rows();
    const each = breakpointsOf(this.model)[this.current];
    const go = (to: number) => rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
    if (event.key === "ArrowDown") go(this.current + 1);
    else if (event.key === "ArrowUp") go(this.current - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (each && (event.key === " " || event.key === "Enter")) void this.act("toggle", each.number);
    else if (each && (event.key === "Delete" || event.key === "Backspace"))
      void this.act("remove", each.number);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private async act(act: "toggle" | "remove", number: number): Promise<void> {
    const here = this.current;
    const focused = this.list.contains(document.activeElement);
    try {
      await change(this.model, { act, number });
      this.say(act === "remove" ? `Breakpoint ${number} is removed.` : "");
    } catch (error) {
      this.say(describe(error));
    }
    if (!focused || act !== "remove") return;
    const rows = this.rows();
    (rows[Math.min(here, rows.length - 1)] ?? this.input).focus(); // the focus goes to the next one, not nowhere
  }

  private async add(): Promise<void> {
    const line = this.input.value.trim();
    if (line === "") return;
    try {
      await change(this.model, { act: "add", kind: this.kind.value, text: line });
      this.input.value = "";
      this.say(`Added: ${line}.`);
    } catch (error) {
      this.say(describe(error));
    }
  }

  private say(words: string): void {
    text(this.said, words);
  }

  private drawHint(): void {
    attribute(this.input, "placeholder", HINTS[this.kind.value as keyof typeof HINTS]);
  }
}

function code(name: string): HTMLElement[] {
  return [h("code", {}, name)];
}
