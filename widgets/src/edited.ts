// What was changed in the picture: the line of code that does it, and what would follow from it.
import { h, refill } from "./dom";
import { formatScalar, formatTuple } from "./format";
import { nothing } from "./heatmap";
import { describe, type Model } from "./model";
import type { Value } from "./protocol";

interface Follower {
  name: string;
  now: Value | null;
  would: Value | null;
  /** Of a gradient: of what. */
  of?: string;
  line?: { line: string; where: string } | null;
}

export interface Edited {
  line: string;
  sentence: string;
  follows: Follower[];
  gradients: Follower[];
  /** Why something was not computed. */
  left: string[];
  /** How many changes can be taken back. */
  undo: number;
}

const MOST_NUMBERS = 6;

export class EditedView {
  readonly element = h("div", { class: "mt-edited", "data-testid": "edited" });
  private readonly sentence = h("p", { class: "mt-edited-sentence", "aria-live": "polite" });
  private readonly body = h("div");
  private problem = "";
  private copied = false;

  constructor(private readonly model: Model) {
    this.element.append(this.sentence, this.body);
  }

  draw(): void {
    const edited = this.model.part<Edited>("edit");
    this.element.hidden = edited === undefined;
    if (this.sentence.textContent !== (edited?.sentence ?? "")) {
      this.sentence.textContent = edited?.sentence ?? "";
      this.copied = false;
      this.problem = "";
    }
    refill(this.body, ...(edited ? this.drawn(edited) : []));
  }

  private drawn(edited: Edited): (HTMLElement | null)[] {
    return [
      h("pre", { class: "mt-line", "data-testid": "edited-line" }, h("code", {}, edited.line)),
      h(
        "div",
        { class: "mt-edited-acts" },
        this.button("copy", this.copied ? "Copied" : "Copy the line", () => void this.copy(edited.line)),
        edited.undo > 0 ? this.button("undo", "Undo", () => void this.undo()) : null,
      ),
      this.problem ? h("p", { class: "mt-fault", role: "alert" }, this.problem) : null,
      edited.follows.length > 0
        ? table("Values that would follow, if their lines ran again", edited.follows)
        : null,
      edited.gradients.length > 0
        ? table("Gradients of a backward pass from there; .grad itself is untouched", edited.gradients)
        : null,
      ...edited.left.map((each) => h("p", { class: "mt-note" }, each)),
    ];
  }

  private button(key: string, words: string, act: () => void): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        class: "mt-button",
        "data-key": `edited ${key}`,
        "data-testid": `edited-${key}`,
        onclick: act,
      },
      words,
    );
  }

  private async copy(line: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(line);
      this.copied = true;
    } catch {
      this.problem = "This page may not use the clipboard: select the line and copy it.";
    }
    this.draw();
  }

  private async undo(): Promise<void> {
    try {
      await this.model.ask("undo edit");
    } catch (error) {
      this.problem = describe(error);
      this.draw();
    }
  }
}

function table(caption: string, rows: readonly Follower[]): HTMLElement {
  return h(
    "div",
    { class: "mt-edited-scroll", tabindex: 0, role: "group", "aria-label": caption },
    h("p", { class: "mt-note" }, caption),
    h(
      "table",
      { class: "mt-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "name"),
          h("th", { scope: "col" }, "is"),
          h("th", { scope: "col" }, "would be"),
        ),
      ),
      h("tbody", {}, ...rows.map(row)),
    ),
  );
}

function row(each: Follower): HTMLElement {
  const line = each.line?.line ? `${each.line.line} (${each.line.where})` : null;
  return h(
    "tr",
    { title: line },
    h(
      "th",
      { scope: "row" },
      h("code", {}, each.name),
      each.of ? h("span", { class: "mt-note" }, ` of ${each.of}`) : null,
    ),
    h("td", {}, each.now === null ? nothing("None") : written(each.now)),
    h("td", { class: "mt-would" }, each.would ? written(each.would) : "not read"),
  );
}

/** A value in a line: its numbers, as many as there is room for. */
function written(value: Value): string {
  const shown = value.data.slice(0, MOST_NUMBERS).map((each) => formatScalar(each, value.dtype, 5));
  if (value.shape.length === 0) return shown[0] ?? "?";
  const total = value.shape.reduce((product, size) => product * size, 1);
  const rest = total > shown.length ? ", …" : "";
  return `[${shown.join(", ")}${rest}]${value.shape.length > 1 || rest ? ` ${formatTuple(value.shape)}` : ""}`;
}
