// Who shares memory with whom: of each name whether its bytes are another's, and which step of its line copied, and why.
import { css, laneColour, textOn } from "./colour";
import { attribute, h, refill, rove } from "./dom";
import type { Change, Model } from "./model";

type How = "shares" | "same" | "copies" | "computes" | "alone";

interface Row {
  tensor: string;
  name: string;
  how: How;
  letter: string | null;
  sentence: string;
  line: { line: string; where: string } | null;
}

export interface Sharing {
  summary: string;
  rows: Row[];
}

/** Each kind has a sign before it has a colour. */
const SIGNS: Record<How, [sign: string, words: string]> = {
  shares: ["=", "shares"],
  same: ["≡", "the same"],
  copies: ["≠", "copied"],
  computes: ["+", "computed"],
  alone: ["·", "its own"],
};

export class SharingView {
  readonly element = h("div", { class: "mt-sharing", "data-testid": "sharing" });
  vacant = true;

  constructor(private readonly model: Model) {
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusin", (event) => {
      const row = (event.target as Element).closest<HTMLElement>(".mt-share");
      if (row) rove(this.element.querySelectorAll(".mt-share"), row);
    });
  }

  refresh(change: Change): void {
    if (change === "selection") this.mark();
    if (change !== "data") return;
    const sharing = this.model.part<Sharing>("sharing");
    this.vacant = sharing === undefined;
    if (!sharing) return;
    const focused = this.element.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.key
      : undefined;
    refill(
      this.element,
      h("p", { class: "mt-sharing-summary" }, sharing.summary),
      h(
        "ul",
        { class: "mt-shares", "aria-label": "Why each name shares its bytes, or does not" },
        ...sharing.rows.map((row) => h("li", {}, this.drawRow(row))),
      ),
    );
    const rows = Array.from(this.element.querySelectorAll<HTMLElement>(".mt-share"));
    rove(rows, rows.find((row) => row.dataset.key === focused) ?? rows[0] ?? null);
    this.mark();
  }

  dispose(): void {}

  private drawRow(row: Row): HTMLElement {
    const [sign, words] = SIGNS[row.how] ?? SIGNS.alone;
    const colour = row.letter === null ? null : laneColour(row.letter);
    const place = colour ? `--mt-lane: ${css(colour)}; --mt-lane-text: ${textOn(colour)}` : null;
    const element = h(
      "button",
      {
        type: "button",
        class: `mt-share mt-share-${row.how}`,
        tabindex: -1,
        title: row.line?.where ?? null,
        "data-key": `share ${row.name}`,
        "data-tensor": row.tensor,
        onclick: () => this.model.select({ kind: "tensor", id: row.tensor }),
      },
      row.letter === null ? null : h("span", { class: "mt-letter", style: place }, row.letter),
      h("span", { class: "mt-share-name" }, row.name),
      h(
        "span",
        { class: "mt-share-how" },
        h("span", { class: "mt-share-sign", "aria-hidden": "true" }, sign),
        words,
      ),
      h("span", { class: "mt-share-why" }, row.sentence),
    );
    const point = () => this.model.point({ kind: "tensor", id: row.tensor });
    element.addEventListener("pointerenter", point);
    element.addEventListener("focus", point);
    element.addEventListener("pointerleave", () => this.model.point(null));
    element.addEventListener("blur", () => this.model.point(null));
    return element;
  }

  private mark(): void {
    const selected = new Set(this.model.tensorsFor(this.model.selection));
    for (const row of this.element.querySelectorAll<HTMLElement>(".mt-share")) {
      attribute(row, "aria-pressed", String(selected.has(row.dataset.tensor ?? "")));
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = Array.from(this.element.querySelectorAll<HTMLElement>(".mt-share"));
    const at = rows.indexOf(event.target as HTMLElement);
    const goals: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const goal = goals[event.key];
    if (at < 0 || goal === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(goal, rows.length - 1))]?.focus();
  }
}
