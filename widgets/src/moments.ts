// The timeline: back to the pictures of earlier cells, and through a trace operation by operation.
import { attribute, h, refill, rove, text } from "./dom";
import { foresee } from "./later";
import type { Change, Model } from "./model";
import { describe } from "./model";
import { type Moment, Pictures, type Reel } from "./reel";

const BEAT = 1400; // ms between two moments while playing
const WORD = 18; // letters of a mark

type Control = "first" | "back" | "forward" | "last" | "play";
type Level = "cell" | "op" | "node";

const LEVELS: readonly { level: Level; label: string; words: string }[] = [
  { level: "cell", label: "cells", words: "The picture after each cell" },
  { level: "op", label: "operations", words: "What each operation of a trace did" },
  { level: "node", label: "nodes", words: "Backward, a node at a time" },
];

export class MomentsView {
  readonly element: HTMLElement;
  vacant = true;
  private readonly levels = new Map<Level, HTMLButtonElement>();
  private readonly controls = new Map<Control, HTMLButtonElement>();
  private readonly position = h("span", { class: "mt-position", "data-testid": "moment-position" });
  private readonly marks = h("ol", {
    class: "mt-marks",
    "aria-label": "Moments: left and right arrow, Home, End",
  });
  private readonly sentence = h("p", {
    class: "mt-sentence",
    "data-testid": "moment",
    "aria-live": "polite",
  });
  private readonly code = h("p", { class: "mt-note mt-code" });
  private readonly note = h("p", { class: "mt-note" });
  private readonly problem = h("p", { class: "mt-fault", role: "status" });
  private level: Level = "cell";
  private told: Reel | undefined; // of the last picture
  private pictures: Pictures | null = null;
  private trace: Pictures | null = null; // asked of the kernel
  private at: number | null = null; // null is now
  private wanted = 0; // answers come late: only the one that was asked for last counts
  private playing: ReturnType<typeof setTimeout> | undefined;
  private drawn = "";

  constructor(private readonly model: Model) {
    const button = (label: string, words: string, test: string, act: () => void) => {
      const made = h(
        "button",
        { type: "button", class: "mt-button", title: words, "data-testid": test },
        label,
      );
      // aria-disabled rather than disabled: a button that has reached its end must not lose the focus
      made.addEventListener("click", () => {
        if (made.getAttribute("aria-disabled") !== "true") act();
      });
      return made;
    };
    for (const { level, label, words } of LEVELS)
      this.levels.set(
        level,
        button(label, words, `level-${level}`, () => void this.choose(level)),
      );
    const control = (name: Control, label: string, words: string, act: () => void) => {
      this.controls.set(name, button(label, words, `moment-${name}`, act));
    };
    control("first", "|◀ first", "To the first moment (Home)", () => this.goto(this.stops()[0] ?? null));
    control("back", "◀ back", "To the moment before (left arrow)", () => this.step(-1));
    control("forward", "forward ▶", "To the next moment (right arrow)", () => this.step(1));
    control("last", "now ▶|", "To the picture of now (End)", () => this.goto(null));
    control("play", "play", "Go on by itself", () => this.toggle());
    this.element = h(
      "div",
      { class: "mt-moments", "data-testid": "moments" },
      h("div", { class: "mt-controls", role: "group", "aria-label": "Level" }, ...this.levels.values()),
      h(
        "div",
        { class: "mt-controls", role: "group", "aria-label": "Moments: left and right arrow, Home, End" },
        ...this.controls.values(),
        this.position,
      ),
      this.marks,
      this.sentence,
      this.code,
      this.note,
      this.problem,
    );
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  refresh(change: Change): void {
    if (change !== "data") return;
    const told = this.model.present?.parts.moments as Reel | undefined;
    this.vacant = told === undefined || (this.model.channel.saved === true && !told.base);
    if (this.vacant) return;
    if (told !== this.told) this.learn(told!);
    if (this.model.past === null && this.at !== null) this.leave();
    this.draw();
  }

  dispose(): void {
    this.pause();
    foresee(this.model, null);
  }

  private learn(told: Reel): void {
    this.told = told;
    if (told.base) {
      if (this.level === "cell") this.level = "op";
    } else if (this.level === "op" && this.trace) {
      return; // the reader goes through a trace while cells run
    }
    if (told.base || this.level === "cell") this.pictures = new Pictures(this.model, told);
    this.drawn = "";
  }

  /** The model shows now again, by whatever way: so does the timeline. */
  private leave(): void {
    this.at = null;
    this.wanted++;
    this.pause();
    foresee(this.model, null);
  }

  // Levels --------------------------------------------------------------------------------------------------------

  private offers(level: Level): boolean {
    const { told } = this;
    if (level === "cell") return told?.level === "cell";
    if (level === "op") return told?.level === "op" || Boolean(told?.trace);
    return this.hasNodes() || this.model.timeline !== null || (this.model.present?.roots.length ?? 0) > 0;
  }

  private hasNodes(): boolean {
    return this.pictures?.reel.moments.some((moment) => moment.level === "node") ?? false;
  }

  private async choose(level: Level): Promise<void> {
    this.pause();
    if (level === "node" && !this.hasNodes()) {
      this.handOver();
      return;
    }
    try {
      if (level === "cell") this.pictures = new Pictures(this.model, this.told!);
      else if (!this.told?.base) this.pictures = await this.traced();
    } catch (error) {
      this.complain(error);
      return;
    }
    const reel = this.level === "cell" || level === "cell";
    this.level = level;
    this.drawn = "";
    if (reel && level !== "cell" && !this.told?.base) this.goto(this.stops().at(-1) ?? null);
    else if (reel) this.goto(null);
    this.draw();
  }

  private async traced(): Promise<Pictures> {
    const { trace } = this.told!;
    if (this.trace?.reel.title !== trace?.title || this.trace?.reel.moments.length !== trace?.moments) {
      this.trace = new Pictures(this.model, (await this.model.ask("trace")) as Reel);
    }
    return this.trace!;
  }

  /** A node at a time is the business of the strip: a walk is begun there if none is under way. */
  private handOver(): void {
    if (this.at !== null) this.goto(null);
    const root = this.model.present?.roots.at(-1);
    if (!this.model.timeline && root !== undefined) this.model.send({ type: "backward", tensor: root });
    const inspector = this.element.closest(".mt-inspector");
    const names = ["step-forward", "strip-start"];
    const buttons = names.map((name) => inspector?.querySelector<HTMLElement>(`[data-testid="${name}"]`));
    const button = buttons.find((each) => each && !each.closest("[hidden]"));
    button?.focus();
    button?.scrollIntoView?.({ block: "nearest" });
  }

  // Moving --------------------------------------------------------------------------------------------------------

  /** The moments that this level stops at. */
  private stops(): number[] {
    const { moments } = this.pictures?.reel ?? { moments: [] };
    return [...moments.keys()].filter((index) => this.level === "node" || moments[index]!.level !== "node");
  }

  /** Whether the last moment is the picture of now: in the trace that this picture is about. */
  private get endsNow(): boolean {
    return Boolean(this.told?.base) && this.pictures?.reel === this.told;
  }

  private get here(): number {
    const stops = this.stops();
    if (this.at === null) return this.endsNow ? stops.length - 1 : stops.length;
    return stops.findLastIndex((index) => index <= this.at!);
  }

  private step(by: number): void {
    this.pause();
    this.goto(this.stops()[this.here + by] ?? null);
  }

  private goto(index: number | null): void {
    const last = (this.pictures?.reel.moments.length ?? 0) - 1;
    void this.show(index === null || (this.endsNow && index >= last) ? null : index);
  }

  private async show(index: number | null): Promise<void> {
    const wanted = ++this.wanted;
    const onward = this.at !== null && (index === null || index > this.at);
    text(this.problem, "");
    if (index === null) {
      foresee(this.model, null);
      this.at = null;
      this.model.show(null, onward);
      return;
    }
    try {
      const picture = await this.pictures!.at(index);
      if (wanted !== this.wanted) return;
      this.at = index;
      this.outlook(index);
      this.model.show(picture, onward);
    } catch (error) {
      this.complain(error);
    }
  }

  private outlook(index: number): void {
    const { nodes, edges, moments } = this.pictures!.reel;
    const moment = moments[index]!;
    const ringed = [...(moment.recorded ?? []), ...(moment.node ? [moment.node] : [])];
    const later = <T extends { from: number }>(all: T[] | undefined) =>
      (all ?? []).filter((each) => each.from > index);
    foresee(this.model, nodes ? { nodes: later(nodes), edges: later(edges), ringed } : null);
  }

  private complain(error: unknown): void {
    this.pause();
    text(this.problem, describe(error));
    this.problem.hidden = false;
  }

  private toggle(): void {
    if (this.playing !== undefined) this.pause();
    else {
      if (this.at === null) this.goto(this.stops()[0] ?? null);
      this.playing = setTimeout(() => this.play(), BEAT);
      this.draw();
    }
  }

  private play(): void {
    const next = this.stops()[this.here + 1];
    this.goto(next ?? null);
    if (next === undefined || (this.endsNow && next === this.stops().at(-1))) this.pause();
    else this.playing = setTimeout(() => this.play(), BEAT);
  }

  private pause(): void {
    clearTimeout(this.playing);
    this.playing = undefined;
    text(this.controls.get("play")!, "play");
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowRight") this.step(1);
    else if (event.key === "ArrowLeft") this.step(-1);
    else if (event.key === "Home") this.goto(this.stops()[0] ?? null);
    else if (event.key === "End") this.goto(null);
    else return;
    event.preventDefault();
  }

  // Drawing -------------------------------------------------------------------------------------------------------

  private draw(): void {
    for (const [level, button] of this.levels) {
      button.hidden = !this.offers(level);
      attribute(button, "aria-pressed", String(level === this.level));
    }
    const stops = this.stops();
    const { here } = this;
    const now = this.at === null;
    this.drawMarks(stops, here);
    const off: Record<Control, boolean> = {
      first: here <= 0,
      back: here <= 0,
      forward: now,
      last: now,
      play: stops.length === 0 || (now && here <= 0),
    };
    for (const [name, isOff] of Object.entries(off))
      attribute(this.controls.get(name as Control)!, "aria-disabled", isOff ? "true" : null);
    text(this.controls.get("play")!, this.playing === undefined ? "play" : "pause");
    // a trace has a start, which is its moment 0; of cells now is the last
    const place = this.pictures?.reel.base
      ? `${here} of ${stops.length - 1}`
      : `${here + 1} of ${stops.length + 1}`;
    text(this.position, now ? "now" : `${place}, as it was`);
    attribute(this.element, "data-past", !now);
    const moment = this.moment();
    text(this.sentence, moment ? moment.sentence : NOW);
    const { line } = moment ?? {};
    const late = moment?.drawn === false && moment.level !== "node" ? " (the picture is an earlier one)" : "";
    text(this.code, line?.line ? `${line.line}   ${line.where}${late}` : late.trim());
    this.code.hidden = this.code.textContent === "";
    text(this.note, this.pictures?.reel.note ?? "");
    this.note.hidden = this.note.textContent === "";
    this.problem.hidden = this.problem.textContent === "";
  }

  /** What is shown; null for now, where no moment tells of it. */
  private moment(): Moment | null {
    const { moments } = this.pictures?.reel ?? { moments: [] };
    if (this.at !== null) return moments[this.at] ?? null;
    return this.endsNow ? (moments.at(-1) ?? null) : null;
  }

  private drawMarks(stops: number[], here: number): void {
    const { moments } = this.pictures!.reel;
    const signature = `${this.level} ${stops.length} ${moments.length}`;
    if (this.drawn !== signature) {
      this.drawn = signature;
      const marks = stops.map((index, number) =>
        this.drawMark(moments[index]!, number, () => this.goto(index)),
      );
      const now = this.endsNow ? null : this.drawMark(null, stops.length, () => this.goto(null));
      refill(this.marks, ...marks, now);
    }
    const buttons = [...this.marks.querySelectorAll("button")];
    const current = buttons[here] ?? null;
    for (const button of buttons) attribute(button, "aria-current", button === current && "step");
    const focused = buttons.includes(document.activeElement as HTMLButtonElement);
    rove(buttons, current);
    if (focused) current?.focus({ preventScroll: true });
    if (current && this.marks.scrollWidth > this.marks.clientWidth) {
      this.marks.scrollLeft = current.offsetLeft - this.marks.clientWidth / 2;
    }
  }

  private drawMark(moment: Moment | null, number: number, act: () => void): HTMLElement {
    const label = moment ? nameOf(moment) : "now";
    const button = h(
      "button",
      {
        type: "button",
        class: "mt-mark",
        "data-level": moment?.level ?? "now",
        "data-key": `moment ${number}`,
        title: moment?.sentence ?? NOW,
        "aria-label": `${number}: ${label}`,
        onclick: () => {
          this.pause();
          act();
        },
      },
      label,
    );
    return h("li", {}, button);
  }
}

const NOW = "Now: the variables as they are.";

function nameOf(moment: Moment): string {
  if (moment.level === "cell") return /\[\d+\]/.exec(moment.title ?? "")?.[0] ?? moment.title ?? "";
  if (moment.level === "start") return "start";
  if (moment.level === "raised") return "✗ raised";
  const word = moment.op ?? "";
  return word.length > WORD ? `${word.slice(0, WORD - 1)}…` : word;
}
