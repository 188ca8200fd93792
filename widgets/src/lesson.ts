// A lesson beside the picture: its pages drive the views, and are complete when the reader has performed their act.
import { attribute, h, refill, text } from "./dom";
import type { Change, Model, Selection } from "./model";
import { describe } from "./model";

interface Drive {
  /** Select this, or nothing with null. */
  select?: Selection | null;
  /** Open this section, and bring it into sight. */
  open?: string;
}

export interface Lesson {
  title: string;
  steps: { text: string; act: boolean; done: boolean }[];
  at: number;
  hint: string;
  /** What the kernel wants to be told of: "selected", "moved" or nothing. */
  watches: string;
  /** What to do to the views, once for each turn of a page. */
  drive: { turn: number; acts: Drive[] };
  note: string;
}

const KEYS = { next: ">", previous: "<" } as const;

export class LessonView {
  readonly element: HTMLElement;
  vacant = true;
  private readonly place = h("p", { class: "mt-note", "data-testid": "lesson-place" });
  private readonly page = h("div", { class: "mt-page", "data-testid": "lesson-page" });
  private readonly progress = h("ol", { class: "mt-progress", "aria-label": "Pages" });
  private readonly hint = h("details", { class: "mt-hint" });
  private readonly said = h("p", { class: "mt-done", role: "status", "aria-live": "polite" });
  private readonly problem = h("p", { class: "mt-fault", role: "alert" });
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private told: Lesson | undefined;
  private turned = -1;
  private position: number | undefined;
  private listening: Element | null = null;

  constructor(private readonly model: Model) {
    const button = (label: string, words: string, test: string, by: number) =>
      h(
        "button",
        {
          type: "button",
          class: "mt-button",
          title: words,
          "data-testid": test,
          "data-needs": "kernel",
          onclick: () => void this.turn(by),
        },
        label,
      );
    this.previous = button("◀ previous", `To the page before (key ${KEYS.previous})`, "lesson-previous", -1);
    this.next = button("next ▶", `To the next page (key ${KEYS.next})`, "lesson-next", 1);
    this.element = h(
      "div",
      { class: "mt-lesson", "data-testid": "lesson" },
      this.place,
      this.page,
      this.hint,
      this.said,
      this.problem,
      h("div", { class: "mt-controls" }, this.previous, this.next, this.progress),
    );
    this.problem.hidden = true;
  }

  refresh(change: Change): void {
    const told = this.model.part<Lesson>("lesson");
    this.vacant = told === undefined;
    if (!told) return;
    if (change === "data") {
      this.listen();
      this.draw(told);
      this.drive(told);
      const { position } = this.model.timeline ?? {};
      if (position !== this.position) {
        this.position = position;
        if (told.watches === "moved") void this.tell({ act: "moved" });
      }
    }
    const { selection } = this.model;
    if (change === "selection" && told.watches === "selected" && selection)
      void this.tell({ act: "selected", kind: selection.kind, what: selection.id });
  }

  dispose(): void {
    this.listening?.removeEventListener("keydown", this.onKey);
  }

  /** The keys of the lesson work in the whole inspector. */
  private listen(): void {
    const inspector = this.element.closest(".mt-inspector");
    if (inspector === this.listening) return;
    this.listening = inspector;
    inspector?.addEventListener("keydown", this.onKey);
  }

  private readonly onKey = (raw: Event): void => {
    const event = raw as KeyboardEvent;
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing || this.vacant)
      return;
    if (event.key === KEYS.next) void this.turn(1);
    else if (event.key === KEYS.previous) void this.turn(-1);
    else return;
    event.preventDefault();
  };

  private async turn(by: number): Promise<void> {
    const { told } = this;
    const to = (told?.at ?? 0) + by;
    if (!told || to < 0 || to >= told.steps.length) return;
    await this.tell({ act: "turn", to });
  }

  private async tell(details: Record<string, unknown>): Promise<void> {
    try {
      await this.model.ask("lesson", details);
      this.complain("");
    } catch (error) {
      this.complain(describe(error));
    }
  }

  private complain(problem: string): void {
    text(this.problem, problem);
    this.problem.hidden = problem === "";
  }

  /** Once for each turn of a page: what the reader does afterwards is the reader's. */
  private drive({ drive: { turn, acts } }: Lesson): void {
    if (turn === this.turned) return;
    this.turned = turn;
    for (const act of acts) {
      if (act.select !== undefined) this.model.select(act.select);
      if (act.open !== undefined) this.open(act.open);
    }
  }

  private open(name: string): void {
    const section = this.element
      .closest(".mt-inspector")
      ?.querySelector<HTMLElement>(`.mt-section-${CSS_NAME(name)}`);
    if (!section) return;
    section.querySelector<HTMLElement>('.mt-title[aria-expanded="false"]')?.click();
    for (const other of this.listening?.querySelectorAll(".mt-shown") ?? [])
      other.classList.remove("mt-shown");
    section.classList.add("mt-shown");
    section.scrollIntoView?.({ block: "nearest" });
  }

  private draw(told: Lesson): void {
    const before = this.told;
    this.told = told;
    const { steps, at, title, hint, note } = told;
    const step = steps[at]!;
    text(this.place, [title, `page ${at + 1} of ${steps.length}`].filter(Boolean).join(" · "));
    if (before?.at !== at || before.steps[at]?.text !== step.text) {
      const paragraphs = step.text.split(/\n\s*\n/).map((each) => h("p", {}, each.trim()));
      refill(this.page, ...paragraphs);
      this.hint.open = false;
      refill(this.hint, h("summary", { "data-key": "hint" }, "Hint"), h("p", {}, hint));
      attribute(this.page, "aria-live", before === undefined ? null : "polite");
    }
    this.hint.hidden = hint === "";
    const acts = steps.filter((each) => each.act).length;
    const done = steps.filter((each) => each.done).length;
    const todo = step.act ? "To do: this page is complete when you have done it." : "";
    text(this.said, note || (step.done ? `✓ Done. ${done} of ${acts} acts.` : todo));
    attribute(this.said, "data-done", step.done);
    attribute(this.previous, "aria-disabled", at === 0 ? "true" : null);
    attribute(this.next, "aria-disabled", at === steps.length - 1 ? "true" : null);
    text(this.next, step.act && !step.done ? "skip ▶" : "next ▶");
    refill(this.progress, ...steps.map((each, index) => drawDot(each, index, at)));
  }
}

/** Only what a section can be called: nothing that would be another selector. */
const CSS_NAME = (name: string) => name.replace(/[^a-z]/g, "");

function drawDot({ act, done }: Lesson["steps"][number], index: number, at: number): HTMLElement {
  const state = done ? "done" : act ? "to do" : "to read";
  return h(
    "li",
    {
      class: "mt-dot",
      "aria-current": index === at && "step",
      title: `Page ${index + 1}: ${state}`,
    },
    h("span", { "aria-hidden": "true" }, done ? "✓" : act ? "○" : "·"),
    h("span", { class: "mt-visually-hidden" }, `page ${index + 1}, ${state}`),
  );
}
