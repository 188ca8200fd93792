// Why: the sentence that says why there is no gradient, or no grad_fn, and the way along which it was lost.
import { Asking } from "./asking";
import { h, refill, rove } from "./dom";
import { type Ghosts, haunt, point } from "./ghosts";
import type { Change, Model } from "./model";
import type { TensorInfo } from "./protocol";

interface Stop {
  label: string;
  name: string;
  box: string | null;
  /** What cuts the way just before this stop. */
  cut: string;
  tool: string;
  words: string;
  line: { line: string; where: string } | null;
}

export interface Why {
  name: string;
  cause: string;
  sentence: string;
  way_out: string;
  line: { line: string; where: string } | null;
  /** False where it was read between the lines. */
  known: boolean;
  refusal: string;
  steps: Stop[];
  ghosts: Ghosts | null;
}

export class WhyView {
  readonly element = h("div", { class: "mt-why", "data-testid": "why" });
  vacant = true;
  private readonly asking: Asking<Why>;

  constructor(private readonly model: Model) {
    this.asking = new Asking(model, "why", () => this.draw());
  }

  refresh(change: Change): void {
    if (change !== "data" && change !== "selection") return;
    this.asking.renew();
    this.draw();
  }

  dispose(): void {
    haunt(this.model, null);
  }

  private draw(): void {
    const { answer, problem } = this.asking;
    const question = this.asking.selected((tensor) => tensor.grad === null);
    this.vacant = answer === null && question === null && problem === "";
    haunt(this.model, answer?.ghosts ?? null);
    refill(
      this.element,
      ...(answer ? drawAnswer(answer, this.model) : []),
      problem ? h("p", { class: "mt-fault", role: "status" }, problem) : null,
      question && question.names[0] !== answer?.name ? this.drawQuestion(question) : null,
    );
  }

  private drawQuestion(tensor: TensorInfo): HTMLElement {
    const name = tensor.names[0]!;
    const words = tensor.requires_grad ? `Why is ${name}.grad None?` : `Why has ${name} no grad_fn?`;
    return h(
      "button",
      {
        type: "button",
        class: "mt-button",
        "data-key": "ask",
        "data-needs": "kernel",
        "data-testid": "why-ask",
        onclick: () => void this.asking.ask(tensor),
      },
      words,
    );
  }
}

function drawAnswer(answer: Why, model: Model): (HTMLElement | null)[] {
  return [
    h("p", { class: "mt-because", "aria-live": "polite", "data-testid": "because" }, answer.sentence),
    answer.steps.length > 0 ? drawWay(answer.steps, model) : null,
    answer.ghosts && answer.ghosts.nodes.length > 0
      ? h(
          "p",
          { class: "mt-note" },
          "Dotted in the graph: what is not in it, and the scissors that cut it off.",
        )
      : null,
    answer.way_out ? h("p", { class: "mt-way-out" }, answer.way_out) : null,
    answer.refusal
      ? h("p", { class: "mt-refusal" }, "backward() from here: ", h("code", {}, answer.refusal))
      : null,
    answer.known
      ? null
      : h(
          "p",
          { class: "mt-note" },
          "Read between the lines: nothing here was told by the tensors themselves.",
        ),
  ];
}

/** The way from what has a history to the result that lost it: one tab stop, left and right along it. */
function drawWay(steps: readonly Stop[], model: Model): HTMLElement {
  const onPoint = (box: string | null) => point(model, box);
  const stops = steps.map((stop, index) => {
    const said = stop.line?.line ? `${stop.line.line} (${stop.line.where})` : stop.label;
    const element = h(
      "button",
      {
        type: "button",
        class: index === 0 ? "mt-stop mt-stop-leaf" : "mt-stop",
        "data-real": index === 0 || model.nodes.has(stop.box ?? ""),
        title: said,
        "aria-label": [
          stop.name && stop.name !== stop.label ? `${stop.label} ${stop.name}` : stop.label,
          stop.cut ? `cut here: ${stop.tool} ${stop.words}` : "",
          said,
        ]
          .filter(Boolean)
          .join("; "),
        "data-key": `stop ${index}`,
      },
      h("span", {}, stop.label),
      " ",
      stop.name && stop.name !== stop.label ? h("span", { class: "mt-note" }, stop.name) : null,
    );
    element.addEventListener("focus", () => onPoint(stop.box));
    element.addEventListener("blur", () => onPoint(null));
    element.addEventListener("pointerenter", () => onPoint(stop.box));
    element.addEventListener("pointerleave", () => onPoint(null));
    return element;
  });
  rove(stops, stops[0]!);
  const list = h(
    "ol",
    { class: "mt-way", "aria-label": "The way of the history, and where it was cut" },
    ...stops.map((element, index) => {
      const { cut, tool } = steps[index]!;
      const sign = cut ? h("span", { class: "mt-snip", "aria-hidden": "true" }, `✂ ${tool}`) : null;
      const arrow =
        index > 0 && !cut ? h("span", { class: "mt-arrow-sign", "aria-hidden": "true" }, "→") : null;
      return h("li", {}, sign, arrow, element);
    }),
  );
  list.addEventListener("keydown", (event) => {
    const at = stops.indexOf(event.target as HTMLButtonElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    const element = next === undefined ? undefined : stops[next];
    if (!element) return;
    event.preventDefault();
    rove(stops, element);
    element.focus();
  });
  return list;
}
