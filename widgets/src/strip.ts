// The step strip: start a backward walk, go along it one node at a time, and hear what each step did.
import { breakpointsOf, Curiosity, isOnTheWay, KEYS, nodeMeant, run, runTo, toggleAt } from "./debugger";
import { attribute, h, text } from "./dom";
import type { Change, Model } from "./model";
import { lengthOf, positionText, sentence } from "./walk";

const BEAT = 1400; // ms between two steps while playing

type Control =
  | "first"
  | "back"
  | "forward"
  | "last"
  | "finish"
  | "play"
  | "run-back"
  | "run"
  | "run-to"
  | "break";

export class StripView {
  readonly element: HTMLElement;
  private readonly root = h("select", { "data-testid": "strip-root", "aria-label": "Backward from" });
  private readonly start = h(
    "button",
    { type: "button", class: "mt-button", "data-testid": "strip-start", onclick: () => this.begin() },
    "Start",
  );
  private readonly position = h("span", { class: "mt-position", "data-testid": "strip-position" });
  private readonly sentence = h("p", {
    class: "mt-sentence",
    "data-testid": "sentence",
    "aria-live": "polite",
  });
  private readonly failure = h("div", { class: "mt-failure", role: "alert" });
  private readonly controls = new Map<Control, HTMLButtonElement>();
  private readonly row: HTMLElement;
  private readonly runs: HTMLElement;
  private readonly curiosity: Curiosity;
  private playing: ReturnType<typeof setTimeout> | undefined;
  private options = "";

  constructor(private readonly model: Model) {
    this.curiosity = new Curiosity(model);
    const control = (name: Control, label: string, words: string, act: () => void) => {
      const button = h(
        "button",
        { type: "button", class: "mt-button", title: words, "data-testid": `step-${name}` },
        label,
      );
      // aria-disabled rather than disabled: a button that is reached its end must not lose the focus
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") act();
      });
      this.controls.set(name, button);
      return button;
    };
    this.row = h(
      "div",
      { class: "mt-controls", role: "group", "aria-label": "Steps: left and right arrow, Home, End" },
      control("first", "|◀ first", "To before the first step (Home)", () => this.go(0)),
      control("back", "◀ back", "One step back (left arrow)", () => this.step(-1)),
      control("forward", "forward ▶", "One step forward (right arrow)", () => this.step(1)),
      control("last", "last ▶|", "To the last step (End)", () => this.go(Number.POSITIVE_INFINITY)),
      control("play", "play", "Step by itself", () => this.toggle()),
      needsKernel(control("finish", "finish", "Run the rest and close the walk", () => this.finish())),
      this.position,
    );
    this.runs = h(
      "div",
      {
        class: "mt-controls",
        role: "group",
        "aria-label": "Run to a breakpoint or to a node",
        "data-needs": "kernel",
      },
      control("run-back", "◀◀ run back", `Back to the breakpoint before (key ${KEYS.back})`, () =>
        this.run(-1),
      ),
      control("run", "run ▶▶", `On to the next breakpoint (key ${KEYS.forward})`, () => this.run(1)),
      control("run-to", "run to …", `To where the selected node has run (key ${KEYS.to})`, () =>
        this.runTo(),
      ),
      control("break", "break at …", `A breakpoint at the selected node (key ${KEYS.here})`, () =>
        this.toggleBreakpoint(),
      ),
    );
    this.element = h(
      "div",
      { class: "mt-strip", "data-testid": "strip" },
      h(
        "div",
        { class: "mt-controls", "data-needs": "kernel" },
        h("label", { class: "mt-from" }, "backward from ", this.root),
        this.start,
      ),
      this.row,
      this.runs,
      this.sentence,
      this.failure,
    );
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  refresh(change: Change): void {
    this.curiosity.refresh(change);
    if (change === "problem") this.pause();
    if (change === "selection") this.drawRuns();
    if (change !== "data") return;
    this.drawRoots();
    this.drawControls();
    this.drawSentence();
  }

  dispose(): void {
    this.pause();
  }

  // Walking -------------------------------------------------------------------------------------------------------

  private begin(): void {
    this.pause();
    if (this.root.value) this.model.send({ type: "backward", tensor: this.root.value });
  }

  private finish(): void {
    this.pause();
    this.model.send({ type: "finish" });
  }

  private step(by: number): void {
    this.pause();
    this.model.goto(this.model.aim + by);
  }

  private go(position: number): void {
    this.pause();
    this.model.goto(position);
  }

  private run(direction: 1 | -1): void {
    this.pause();
    run(this.model, direction);
  }

  private runTo(): void {
    this.pause();
    const node = nodeMeant(this.model, null);
    if (node !== null) runTo(this.model, node);
  }

  private toggleBreakpoint(): void {
    const node = nodeMeant(this.model, null);
    if (node !== null) void toggleAt(this.model, node);
  }

  private toggle(): void {
    if (this.playing !== undefined) this.pause();
    else this.play();
  }

  private play(): void {
    const { timeline } = this.model;
    if (!timeline) return;
    this.model.goto(this.model.aim + 1);
    this.playing = setTimeout(() => {
      const now = this.model.timeline;
      if (now && now.position < lengthOf(now) && !now.error) this.play();
      else this.pause();
    }, BEAT);
    this.drawControls();
  }

  private pause(): void {
    if (this.playing === undefined) return;
    clearTimeout(this.playing);
    this.playing = undefined;
    this.drawControls();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === this.root || !this.model.timeline)
      return;
    if (event.key === "ArrowRight") this.step(1);
    else if (event.key === "ArrowLeft") this.step(-1);
    else if (event.key === "Home") this.go(0);
    else if (event.key === "End") this.go(Number.POSITIVE_INFINITY);
    else return;
    event.preventDefault();
  }

  // Drawing -------------------------------------------------------------------------------------------------------

  private drawRoots(): void {
    const { snapshot, timeline } = this.model;
    const roots = snapshot?.roots ?? [];
    const names = roots.map((id) => [id, this.model.nameOfId(id)] as const);
    const signature = JSON.stringify(names);
    if (signature !== this.options) {
      const chosen = this.root.value || timeline?.root;
      this.options = signature;
      const none = h("option", { value: "" }, "nothing yet");
      this.root.replaceChildren(
        ...(names.length > 0 ? names.map(([id, name]) => h("option", { value: id }, name)) : [none]),
      );
      this.root.value = roots.find((id) => id === chosen) ?? roots.at(-1) ?? "";
    }
    this.root.disabled = roots.length === 0;
    this.start.disabled = roots.length === 0;
    text(this.start, timeline ? "Start again" : "Start");
  }

  private drawControls(): void {
    const { timeline } = this.model;
    this.row.hidden = timeline === null;
    this.runs.hidden = timeline === null;
    if (!timeline) return;
    const atStart = timeline.position === 0;
    const atEnd = timeline.position >= lengthOf(timeline);
    const off: Partial<Record<Control, boolean>> = {
      first: atStart,
      back: atStart,
      forward: atEnd || timeline.error !== null,
      last: atEnd,
      play: atEnd || timeline.error !== null,
      run: atEnd || timeline.error !== null,
      "run-back": atStart,
    };
    for (const [name, isOff] of Object.entries(off)) this.turn(name as Control, !isOff);
    this.drawRuns();
    text(this.controls.get("play")!, this.playing === undefined ? "play" : "pause");
    text(this.position, positionText(timeline));
  }

  private turn(name: Control, on: boolean): void {
    attribute(this.controls.get(name)!, "aria-disabled", on ? null : "true");
  }

  /** The two buttons that are about the selected node name it. */
  private drawRuns(): void {
    this.runs.hidden = this.model.timeline === null;
    const node = nodeMeant(this.model, null);
    const name = node === null ? "…" : this.model.nodeName(node);
    const there = breakpointsOf(this.model).some((each) => each.kind === "node" && each.text === node);
    text(this.controls.get("run-to")!, `run to ${name}`);
    text(this.controls.get("break")!, there ? `no break at ${name}` : `break at ${name}`);
    this.turn("run-to", isOnTheWay(this.model, node));
    this.turn("break", node !== null && this.model.nodes.has(node));
  }

  private drawSentence(): void {
    const { timeline, snapshot } = this.model;
    const words = timeline && snapshot ? sentence(timeline, snapshot) : "";
    text(this.sentence, words);
    const error = timeline?.error ?? null;
    this.failure.hidden = error === null;
    this.failure.replaceChildren(...(error ? [h("strong", {}, error.text), h("div", {}, error.hint)] : []));
  }
}

/** It is not there where no kernel is: in a file that was saved. */
function needsKernel(button: HTMLButtonElement): HTMLButtonElement {
  attribute(button, "data-needs", "kernel");
  return button;
}
