// The road to NumPy: a gate for each of PyTorch's conditions, its error where it is shut, and the call that opens it.
import { Asking } from "./asking";
import { h, refill, rove } from "./dom";
import type { Change, Model } from "./model";

interface Gate {
  /** What opens it; "" where nothing does. */
  call: string;
  asks: string;
  error: string;
  does: string;
  copies: boolean;
  /** PyTorch's order of asking: the lowest one that is shut raises. */
  rank: number;
  shut: boolean;
  /** Calls of other gates that open this one on their way. */
  also: string[];
}

export interface Road {
  name: string;
  device: string;
  simulated: boolean;
  gates: Gate[];
  error: string;
  expression: string | null;
  force: string;
  shares: boolean | null;
  sentence: string;
}

const WORDS = {
  taken: "✓ taken",
  passed: "✓ opened on the way",
  shut: "✕ shut",
  closed: "✕ no way through",
  open: "○ open anyway",
} as const;

/** What one types when these gates are taken, and the first error that is left; "" where there is none. */
export function attempt(road: Road, taken: ReadonlySet<number>): { code: string; error: string } {
  const calls = road.gates.filter((_, index) => taken.has(index)).map((gate) => `.${gate.call}`);
  const called = new Set(road.gates.filter((_, index) => taken.has(index)).map((gate) => gate.call));
  const opened = (gate: Gate) => called.has(gate.call) || gate.also.some((call) => called.has(call));
  const left = road.gates.filter((gate) => gate.shut && !opened(gate));
  const code = `${road.name}${calls.join("")}.numpy()`;
  return { code, error: [...left].sort((a, b) => a.rank - b.rank)[0]?.error ?? "" };
}

export class RoadView {
  readonly element = h("div", { class: "mt-road", "data-testid": "road" });
  vacant = true;
  private readonly asking: Asking<Road>;
  private readonly outcome = h("p", { class: "mt-outcome", "aria-live": "polite", "data-testid": "outcome" });
  private shown: Road | null = null;
  private taken = new Set<number>();
  private current = 0;

  constructor(model: Model) {
    this.asking = new Asking(model, "road", () => this.draw());
  }

  refresh(change: Change): void {
    if (change !== "data" && change !== "selection") return;
    this.asking.renew();
    this.draw();
  }

  dispose(): void {}

  private draw(): void {
    const { answer, problem } = this.asking;
    const question = this.asking.selected(() => true);
    this.vacant = answer === null && question === null && problem === "";
    if (answer && answer !== this.shown) {
      this.taken = new Set(
        answer.gates.flatMap((gate, index) =>
          gate.shut && gate.call && gate.also.length === 0 ? [index] : [],
        ),
      );
      this.current = Math.max(
        0,
        answer.gates.findIndex((gate) => gate.shut),
      );
    }
    this.shown = answer;
    refill(
      this.element,
      ...(answer ? this.drawRoad(answer) : []),
      problem ? h("p", { class: "mt-fault", role: "status" }, problem) : null,
      question && question.names[0] !== answer?.name
        ? h(
            "button",
            {
              type: "button",
              class: "mt-button",
              "data-key": "ask",
              "data-needs": "kernel",
              "data-testid": "road-ask",
              onclick: () => void this.asking.ask(question),
            },
            `How does ${question.names[0]} get to NumPy?`,
          )
        : null,
    );
  }

  private drawRoad(road: Road): (HTMLElement | null)[] {
    const gates = road.gates.map((gate, index) => this.drawGate(gate, index));
    rove(gates, gates[this.current] ?? null);
    const place = road.simulated ? `${road.device} (simulated)` : road.device;
    const list = h(
      "ol",
      { class: "mt-gates", "aria-label": `Gates between ${road.name} on ${place} and a NumPy array` },
      h("li", { class: "mt-end" }, h("strong", {}, road.name), h("span", { class: "mt-note" }, place)),
      ...gates.map((gate) => h("li", {}, gate)),
      h("li", { class: "mt-end" }, h("strong", {}, "numpy()"), h("span", { class: "mt-note" }, "ndarray")),
    );
    list.addEventListener("keydown", (event) => this.onKey(event, gates));
    this.say(road);
    return [
      list,
      this.outcome,
      road.expression
        ? h(
            "p",
            { class: "mt-shortest" },
            "The shortest way: ",
            h("code", { "data-testid": "shortest" }, road.expression),
            road.shares ? ", over the same memory" : `, a copy: writes into it do not reach ${road.name}`,
          )
        : h("p", { class: "mt-shortest" }, "No way leads there."),
      road.force ? h("p", { class: "mt-note" }, "The same in one call: ", h("code", {}, road.force)) : null,
    ];
  }

  private drawGate(gate: Gate, index: number): HTMLElement {
    const taken = this.taken.has(index);
    const passed = !taken && gate.also.some((call) => this.calls().has(call));
    const shut = gate.call ? (taken ? "taken" : passed ? "passed" : "shut") : "closed";
    const state = gate.shut ? shut : "open";
    return h(
      "button",
      {
        type: "button",
        class: "mt-gate",
        "data-state": state,
        "data-key": `gate ${index}`,
        "data-testid": `gate-${index}`,
        "aria-pressed": gate.shut && gate.call ? String(taken) : null,
        "aria-disabled": state === "open" || state === "closed" ? "true" : null,
        onclick: () => this.turn(gate, index),
      },
      h("code", {}, gate.call || "no call"),
      h("span", { class: "mt-note" }, gate.asks),
      h("span", { class: "mt-gate-state" }, WORDS[state]),
      h("span", { class: "mt-gate-does" }, gate.does),
      gate.error
        ? h("span", { class: "mt-gate-error" }, `${gate.call ? "without it" : "here"}: ${gate.error}`)
        : null,
    );
  }

  private calls(): Set<string> {
    return new Set(this.shown?.gates.filter((_, index) => this.taken.has(index)).map((gate) => gate.call));
  }

  /** Take a gate, or leave it out and see what that raises. */
  private turn(gate: Gate, index: number): void {
    this.current = index;
    if (!gate.shut || !gate.call) return;
    if (!this.taken.delete(index)) this.taken.add(index);
    this.draw();
  }

  private say(road: Road): void {
    const { code, error } = attempt(road, this.taken);
    this.outcome.classList.toggle("mt-raises", error !== "");
    refill(
      this.outcome,
      h("code", { "data-testid": "attempt" }, code),
      error ? ` raises ${error}` : " gives an array",
    );
  }

  private onKey(event: KeyboardEvent, gates: readonly HTMLElement[]): void {
    const at = gates.indexOf(event.target as HTMLElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: gates.length - 1 }[event.key];
    const gate = next === undefined ? undefined : gates[next];
    if (!gate) return;
    event.preventDefault();
    this.current = next!;
    rove(gates, gate);
    gate.focus();
  }
}
