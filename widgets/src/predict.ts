// Predict: a question with its chips masked; the answers are committed before anything is revealed.
import { h, refill, text } from "./dom";
import type { Change, Model } from "./model";
import { describe } from "./model";

interface Asked {
  ask: string;
  label: string;
  question: string;
  choices: string[];
  example: string;
}

interface Verdict {
  ask: string;
  right: boolean;
  misconception: string;
  sentence: string;
  /** The answer and the truth, in words. */
  said: string;
  is: string;
}

export interface Prediction {
  id: string;
  code: string;
  program: string;
  /** What may be seen of the tensors that the code names. */
  setting: { name: string; chips: Record<string, unknown> }[];
  asks: Asked[];
  /** Null as long as there are answers to come. */
  verdicts: Verdict[] | null;
  error: string | null;
  note: string;
}

export class PredictView {
  readonly element: HTMLElement;
  vacant = true;
  private readonly form = h("form", { class: "mt-predict-form", "data-testid": "predict-form" });
  private readonly about = h("div");
  private readonly chips = h("ul", { class: "mt-chips", "aria-label": "What it will be" });
  private readonly verdicts = h("div", { role: "status", "aria-live": "polite", "data-testid": "verdicts" });
  private readonly problem = h("p", { class: "mt-fault", role: "alert" });
  private drawn = "";

  constructor(private readonly model: Model) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.commit();
    });
    this.element = h(
      "div",
      { class: "mt-predict", "data-testid": "predict" },
      this.about,
      this.form,
      this.problem,
      this.chips,
      this.verdicts,
    );
    this.problem.hidden = true;
  }

  refresh(change: Change): void {
    if (change !== "data") return;
    const told = this.model.part<Prediction>("predict");
    this.vacant = told === undefined;
    const signature = JSON.stringify(told);
    if (!told || signature === this.drawn) return; // what is being typed stays
    this.drawn = signature;
    this.draw(told);
  }

  dispose(): void {}

  private async commit(): Promise<void> {
    const given = new FormData(this.form);
    const answers = Object.fromEntries([...given.entries()].map(([ask, answer]) => [ask, String(answer)]));
    const missing = this.model
      .part<Prediction>("predict")
      ?.asks.find(({ ask }) => (answers[ask] ?? "").trim() === "");
    if (missing) {
      this.complain(`There is no answer yet to: ${missing.question}`);
      const field = [...this.form.elements].find((each) => each.getAttribute("name") === missing.ask);
      (field as HTMLElement | undefined)?.focus();
      return;
    }
    this.complain("");
    try {
      await this.model.ask("predict", { answers });
    } catch (error) {
      this.complain(describe(error));
    }
  }

  private complain(problem: string): void {
    text(this.problem, problem);
    this.problem.hidden = problem === "";
  }

  private draw(told: Prediction): void {
    const { program, code, setting, asks, verdicts } = told;
    const focused = this.form.contains(document.activeElement);
    refill(
      this.about,
      h("pre", { class: "mt-program" }, [program.trim(), code.trim()].filter(Boolean).join("\n")),
      setting.length > 0 ? h("ul", { class: "mt-setting" }, ...setting.map(drawSetting)) : null,
    );
    this.form.hidden = verdicts !== null;
    if (verdicts === null) {
      const commit = h(
        "button",
        { type: "submit", class: "mt-button", "data-testid": "predict-commit", "data-needs": "kernel" },
        "Commit",
      );
      const note = asks.length > 1 ? "All answers are committed at once, and then revealed." : "";
      refill(this.form, ...asks.map(drawAsked), h("div", { class: "mt-controls" }, commit, note));
    }
    this.chips.hidden = asks.length < 2 && verdicts !== null;
    refill(this.chips, ...asks.map((each) => drawChip(each, verdicts)));
    refill(
      this.verdicts,
      ...(verdicts
        ? [
            ...verdicts.map((each) => drawVerdict(each, labelOf(told, each.ask))),
            drawError(told),
            drawNote(told),
          ]
        : []),
    );
    if (focused && verdicts !== null) {
      this.verdicts.tabIndex = -1;
      this.verdicts.focus({ preventScroll: true }); // the form is gone, and the focus must not be lost with it
    }
  }
}

function drawSetting({ name, chips }: Prediction["setting"][number]): HTMLElement {
  const told = Object.entries(chips).map(([label, value]) =>
    h("span", { class: "mt-fact" }, h("span", { class: "mt-note" }, label), ` ${written(label, value)}`),
  );
  return h("li", {}, h("code", {}, name), ...told);
}

function written(label: string, value: unknown): string {
  if (value === null) return "None";
  if (label === "shape" && Array.isArray(value))
    return `(${value.join(", ")}${value.length === 1 ? "," : ""})`;
  if (Array.isArray(value)) return `[${value.map((each) => written("", each)).join(", ")}]`;
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}

function drawAsked({ ask, question, choices, example }: Asked): HTMLElement {
  if (choices.length === 0) {
    return h(
      "label",
      { class: "mt-asked" },
      question,
      h("input", {
        name: ask,
        type: "text",
        autocomplete: "off",
        spellcheck: "false",
        placeholder: `such as ${example}`,
        "data-key": `ask ${ask}`,
      }),
    );
  }
  const radios = choices.map((choice) =>
    h(
      "label",
      { class: "mt-choice" },
      h("input", { type: "radio", name: ask, value: choice, "data-key": `ask ${ask} ${choice}` }),
      choice,
    ),
  );
  return h("fieldset", { class: "mt-asked" }, h("legend", {}, question), ...radios);
}

function labelOf({ asks }: Prediction, ask: string): string {
  return asks.find((each) => each.ask === ask)?.label.replace("?", "") ?? ask;
}

/** A chip: masked while it is asked, and then what it is. */
function drawChip({ ask, label }: Asked, verdicts: Verdict[] | null): HTMLElement {
  const verdict = verdicts?.find((each) => each.ask === ask);
  return h(
    "li",
    { class: verdict ? "mt-chip" : "mt-chip mt-masked" },
    h("span", { class: "mt-note" }, label),
    h("code", {}, verdict ? verdict.is : "?"),
    verdict ? null : h("span", { class: "mt-visually-hidden" }, "masked"),
  );
}

function drawVerdict({ right, said, is, misconception, sentence }: Verdict, label: string): HTMLElement {
  return h(
    "div",
    { class: "mt-verdict", "data-right": right ? "yes" : "no" },
    h("strong", {}, right ? `✓ ${label}: right, ` : `✗ ${label}: no, not `),
    h("code", {}, right ? is : said),
    right ? null : h("span", {}, ", but "),
    right ? null : h("code", {}, is),
    ".",
    sentence
      ? h(
          "p",
          { class: "mt-because" },
          misconception ? h("span", { class: "mt-belief" }, `“${misconception}”`) : null,
          ` ${sentence}`,
        )
      : null,
  );
}

function drawError({ error }: Prediction): HTMLElement | null {
  return error ? h("p", { class: "mt-refusal" }, h("code", {}, error)) : null;
}

function drawNote({ note }: Prediction): HTMLElement | null {
  return note ? h("p", { class: "mt-note" }, note) : null;
}
