// The inspector: all views of one picture, mounted into an element and fed by a channel.
import { onKey as onDebuggerKey } from "./debugger";
import { attribute, h, refill, text } from "./dom";
import { fileName, save, wholePicture } from "./export";
import { plural } from "./format";
import { type Change, describe, Model } from "./model";
import type { Channel, Snapshot } from "./protocol";
import { SearchView } from "./search";
import { FOLD_KEY } from "./section";
import { Sections } from "./sections";

/** Draws into `el` whatever comes through the channel. Returns the clean-up. */
export function mount(el: HTMLElement, channel: Channel): () => void {
  const model = new Model(channel);
  const search = new SearchView(model);
  const sections = new Sections(model);
  const head = new Head(model, search.element);
  const root = h(
    "div",
    {
      class: "mt-inspector",
      "data-testid": "inspector",
      // JupyterLab must not take our arrow keys and letters for its own shortcuts
      "data-lm-suppress-shortcuts": "true",
      role: "group",
      "aria-label": "Tensor inspector",
    },
    head.element,
    sections.element,
    head.words,
  );
  const saving = new Saving(root, model);
  search.element.before(saving.element);
  root.addEventListener("keydown", (event) => {
    if (!saving.press(event)) onKey(event, model, search, sections);
    event.stopPropagation();
  });
  el.append(root);
  const refresh = (change: Change) => {
    head.refresh(change);
    sections.refresh(change);
  };
  model.listen(refresh);
  refresh("data"); // the channel may have delivered before anybody listened
  return () => {
    sections.dispose();
    model.dispose();
    root.remove();
  };
}

function onKey(event: KeyboardEvent, model: Model, search: SearchView, sections: Sections): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = isTyping(event);
  if (event.key === "/" && !typing) search.focus();
  else if (event.key === "Escape") model.back();
  else if (event.key === FOLD_KEY && !typing) sections.foldAll();
  else if (typing || !onDebuggerKey(event, model)) return;
  event.preventDefault();
}

function isTyping(event: Event): boolean {
  return event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
}

/** The whole picture as a file, by button and by key. */
class Saving {
  readonly element: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly model: Model,
  ) {
    const button = (kind: "svg" | "png", key: string) => {
      const words = `Save the whole picture as ${kind.toUpperCase()} (key ${key})`;
      return h(
        "button",
        {
          type: "button",
          class: "mt-zoom",
          title: words,
          "aria-label": words,
          onclick: () => this.save(kind),
        },
        kind.toUpperCase(),
      );
    };
    this.element = h("div", { class: "mt-saving mt-no-export" }, button("svg", "S"), button("png", "I"));
  }

  press(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return false;
    if (event.key !== "S" && event.key !== "I") return false;
    this.save(event.key === "S" ? "svg" : "png");
    event.preventDefault();
    return true;
  }

  private save(kind: "svg" | "png"): void {
    const { title = "", text: words = "" } = this.model.snapshot ?? {};
    const drawing = wholePicture(this.root, { title: title || "The inspector", words });
    save(drawing, fileName(title), kind).catch((error) =>
      this.model.report(`The picture was not saved: ${describe(error)}.`),
    );
  }
}

/** The head: what this picture is of, the search box, what was left out, and the problem line. */
class Head {
  readonly element: HTMLElement;
  readonly words = h("details", { class: "mt-words" });
  private readonly title = h("span", { class: "mt-what", "data-testid": "status" });
  private readonly omitted = h("ul", { class: "mt-omitted" });
  private readonly failure = h("div", { class: "mt-failure", "data-testid": "error" });
  private readonly problem = h("p", { class: "mt-problem", role: "alert", "data-testid": "problem" });

  constructor(
    private readonly model: Model,
    search: HTMLElement,
  ) {
    this.element = h(
      "div",
      { class: "mt-head" },
      h("div", { class: "mt-bar" }, this.title, search),
      this.problem,
      this.failure,
      this.omitted,
    );
  }

  refresh(change: Change): void {
    if (change !== "data" && change !== "problem") return;
    const { snapshot, problem } = this.model;
    text(this.problem, problem);
    this.problem.hidden = problem === "";
    if (change === "problem") return;
    text(this.title, snapshot ? this.summary() : "Waiting for the kernel's first picture.");
    const error = snapshot?.error ?? null;
    this.failure.hidden = error === null;
    refill(this.failure, ...(error ? drawError(error) : []));
    const omitted = snapshot?.omitted ?? [];
    this.omitted.hidden = omitted.length === 0;
    refill(this.omitted, ...omitted.map((line) => h("li", {}, line)));
    const words = snapshot?.text ?? "";
    this.words.hidden = words === "";
    const open = this.words.open;
    refill(this.words, h("summary", { "data-key": "words" }, "In words"), h("p", {}, words));
    attribute(this.words, "open", open);
  }

  private summary(): string {
    const { title, engine, nodes, tensors } = this.model.snapshot!;
    const none = nodes.length + tensors.length === 0 && this.model.part("training") !== undefined;
    const counts = none ? "" : `${plural(nodes.length, "node")}, ${plural(tensors.length, "tensor")}`;
    return [title, engine, counts].filter(Boolean).join(" · ");
  }
}

/** What the student's own cell raised: the message, the line, and what may help. */
function drawError(error: NonNullable<Snapshot["error"]>): HTMLElement[] {
  return [
    h("strong", {}, error.text),
    ...(error.line ? [h("div", {}, `${error.where}: `, h("code", {}, error.line))] : []),
    ...(error.hint ? [h("div", {}, error.hint)] : []),
  ];
}
