// Training: a live dashboard. Curves over the steps, histograms of activations at the step that the reader stands on.
import { attribute, h, refill, text } from "./dom";
import { plural } from "./format";
import type { Change, Model } from "./model";
import { drawHistogram, drawPanel, type PanelCurve } from "./panels";
import { type Points, pointAt, short, toValue } from "./plots";

export interface Layer {
  name: string;
  letter: string;
  parameters: number;
  drawn: boolean;
  norm: Points;
  ratio: Points;
  last_norm: number | string | null;
  last_ratio: number | string | null;
}

export interface Reading {
  step: number;
  low: number | string;
  high: number | string;
  counts: number[];
  mean: number | string;
  std: number | string;
  zeros: number;
  saturated: number | null;
  bad: string;
}

export interface Activation {
  name: string;
  kind: string;
  units: number;
  dead: number | null;
  /** Beyond these it is so flat that hardly any gradient comes through. */
  ends: [number, number] | null;
  readings: Reading[];
  words: string;
}

export interface Training {
  sentence: string;
  steps: number;
  measured: number;
  cost: string;
  loss: Points;
  norm: Points;
  rates: { name: string; points: Points }[];
  layers: Layer[];
  hidden: number;
  band: [number, number];
  activations: Activation[];
  quiet: number;
  alarms: { step: number; text: string }[];
  findings: string[];
  notes: string[];
}

export class TrainingView {
  readonly element = h("div", { class: "mt-training", "data-testid": "training" });
  private readonly findings = h("ul", { class: "mt-findings", "data-testid": "findings" });
  private readonly panels = h("div", { class: "mt-panels" });
  private readonly legend = h("div", {
    class: "mt-curve-key",
    role: "group",
    "aria-label": "Layers: press one to see it alone",
  });
  private readonly slider = h("input", {
    type: "range",
    class: "mt-steps",
    "aria-label": "Step",
    "data-testid": "training-step",
    min: 0,
    oninput: () => this.stand(Number(this.slider.value)),
    onkeydown: (event: Event) => event.stopPropagation(), // the arrows walk here, and not through a backward pass
  });
  private readonly said = h("p", {
    class: "mt-step-said",
    role: "status",
    "data-testid": "training-said",
  });
  private readonly histograms = h("div", { class: "mt-histograms" });
  private readonly table = h("details", { class: "mt-words mt-training-table" });
  private readonly foot = h("p", { class: "mt-note" });
  private readonly watching: ResizeObserver | null;
  private drawn = "";
  private width = 0;
  /** The step that the reader stands on; null while the last one is followed. */
  private step: number | null = null;
  private alone: string | null = null;
  private stops: number[] = [];

  constructor(private readonly model: Model) {
    const walk = h("label", { class: "mt-walk-steps" }, h("span", {}, "Step"), this.slider);
    this.element.append(
      this.findings,
      this.panels,
      this.legend,
      walk,
      this.said,
      this.histograms,
      this.table,
      this.foot,
    ); // prettier-ignore
    this.watching = typeof ResizeObserver === "function" ? new ResizeObserver(() => this.fit()) : null;
    this.watching?.observe(this.panels);
  }

  private get told(): Training | undefined {
    return this.model.part<Training>("training");
  }

  get vacant(): boolean {
    return !this.told;
  }

  refresh(change: Change): void {
    if (change !== "data") return;
    const signature = JSON.stringify(this.told ?? null);
    if (signature === this.drawn) return;
    this.drawn = signature;
    this.draw();
  }

  dispose(): void {
    this.watching?.disconnect();
  }

  /** Drawn again where there is another width to fill; text keeps its size. */
  private fit(): void {
    const width = this.panels.clientWidth;
    if (Math.abs(width - this.width) < 8) return;
    this.width = width;
    this.draw();
  }

  private draw(): void {
    const told = this.told;
    if (!told) return;
    this.stops = stopsOf(told);
    if (!told.layers.some(({ name }) => name === this.alone)) this.alone = null;
    this.drawFindings(told);
    this.drawLegend(told);
    this.drawTable(told);
    const notes = told.notes.map((each) => `Left out: ${each}.`.replace(/\.\.$/, "."));
    text(this.foot, [told.cost, ...notes].join(" "));
    this.drawStep(told, false);
  }

  private drawFindings(told: Training): void {
    this.findings.hidden = told.findings.length === 0;
    const first = told.alarms[0];
    refill(
      this.findings,
      ...told.findings.map((each, k) =>
        h(
          "li",
          {},
          each,
          k === 0 && first
            ? h(
                "button",
                {
                  type: "button",
                  class: "mt-link mt-goto-alarm",
                  "data-key": "alarm",
                  onclick: () => this.stand(this.stops.findIndex((step) => step >= first.step)),
                },
                `go to step ${first.step}`,
              )
            : null,
        ),
      ),
    );
  }

  // The step that the reader stands on ----------------------------------------------------------------------------

  private stand(index: number): void {
    const told = this.told;
    if (!told || this.stops.length === 0) return;
    const within = Math.max(0, Math.min(index, this.stops.length - 1));
    this.step = within === this.stops.length - 1 ? null : this.stops[within]!;
    this.drawStep(told, true);
  }

  /** Everything that belongs to one step: the cursor in the panels, the sentence, the histograms. */
  private drawStep(told: Training, aloud: boolean): void {
    const last = this.stops.length - 1;
    const index = this.step === null ? last : nearest(this.stops, this.step);
    const step = this.stops[index] ?? 0;
    attribute(this.slider, "max", Math.max(0, last));
    this.slider.value = String(Math.max(0, index));
    attribute(this.slider, "aria-valuetext", `step ${step} of 0 to ${told.steps - 1}`);
    this.slider.disabled = last < 1;
    this.drawPanels(told, step);
    this.drawHistograms(told, step);
    // a running loop is not read out step by step: only where the reader walks
    attribute(this.said, "aria-live", aloud ? "polite" : "off");
    text(this.said, last < 0 ? "No step yet." : sentenceAt(told, step));
  }

  private drawPanels(told: Training, step: number): void {
    const full = this.panels.clientWidth || 760;
    const columns = full >= 640 ? 2 : 1;
    const width = Math.floor((full - (columns - 1) * 12) / columns);
    this.panels.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    const shown = told.layers.filter(({ drawn }) => drawn);
    const curves = (what: "norm" | "ratio"): PanelCurve[] =>
      shown.map((each, colour) => ({
        name: each.name,
        letter: each.letter,
        points: each[what],
        colour,
        dim: this.alone !== null && this.alone !== each.name,
      }));
    const common = {
      width,
      steps: told.steps,
      step,
      onStep: (at: number) => this.stand(nearest(this.stops, at)),
    };
    const rates = told.rates.slice(0, 8);
    refill(
      this.panels,
      drawPanel({
        ...common,
        title: "Loss",
        curves: [{ name: "loss", letter: "", points: told.loss, colour: 0, dim: false }],
      }),
      drawPanel({
        ...common,
        title: "Learning rate",
        curves: rates.map(({ name, points }, colour) => ({
          name,
          letter: rates.length > 1 ? String(colour) : "",
          points,
          colour,
          dim: false,
        })),
      }),
      drawPanel({ ...common, title: "Gradient norm, log", log: true, curves: curves("norm") }),
      drawPanel({
        ...common,
        title: "Update ÷ weight, log",
        log: true,
        band: told.band,
        curves: curves("ratio"),
      }),
    );
  }

  private drawLegend(told: Training): void {
    const shown = told.layers.filter(({ drawn }) => drawn);
    this.legend.hidden = shown.length === 0;
    refill(
      this.legend,
      ...shown.map((layer, k) =>
        h(
          "button",
          {
            type: "button",
            class: "mt-curve-entry",
            "data-key": `layer-${layer.letter}`,
            "aria-pressed": String(this.alone === layer.name),
            onclick: () => {
              this.alone = this.alone === layer.name ? null : layer.name;
              this.draw();
            },
          },
          sample(k),
          h("strong", { class: `mt-c${k}` }, layer.letter),
          h("span", {}, layer.name),
        ),
      ),
      told.hidden > 0
        ? h("span", { class: "mt-note" }, `and ${plural(told.hidden, "more layer")}, in the table`)
        : null,
    );
  }

  private drawHistograms(told: Training, step: number): void {
    this.histograms.hidden = told.activations.length === 0;
    refill(
      this.histograms,
      h("div", { class: "mt-heading" }, "Activations"),
      h(
        "div",
        { class: "mt-histogram-grid" },
        ...told.activations.map((each) => drawHistogram(each, readingAt(each, step), step)),
      ),
      told.activations.some(({ ends }) => ends !== null)
        ? h(
            "p",
            { class: "mt-note mt-flat-key" },
            h("span", { class: "mt-swatch mt-flat", "aria-hidden": "true" }),
            "saturates here: so far out that hardly any gradient comes through",
          )
        : null,
      told.quiet > 0 ? h("p", { class: "mt-note" }, `and ${plural(told.quiet, "more module")}`) : null,
    );
  }

  private drawTable(told: Training): void {
    const open = this.table.open;
    const cell = (value: number | string | null) => h("td", {}, value === null ? "–" : short(toValue(value)));
    const head = (...names: string[]) => h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name)));
    refill(
      this.table,
      h("summary", { "data-key": "table" }, "As tables"),
      h(
        "table",
        {},
        h("caption", {}, "Layers, as last measured"),
        h("thead", {}, head("letter", "layer", "parameters", "gradient norm", "update ÷ weight")),
        h(
          "tbody",
          {},
          ...told.layers.map((each) =>
            h(
              "tr",
              {},
              h("td", {}, each.letter),
              h("th", { scope: "row" }, each.name),
              h("td", {}, each.parameters.toLocaleString("en")),
              cell(each.last_norm),
              cell(each.last_ratio),
            ),
          ),
        ),
      ),
      h(
        "table",
        {},
        h("caption", {}, "Loss and learning rate"),
        h("thead", {}, head("step", "loss", ...told.rates.map(({ name }) => `rate of ${name}`))),
        h(
          "tbody",
          {},
          ...some(told.loss, 16).map(([step, value]) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, String(step)),
              cell(value),
              ...told.rates.map(({ points }) => cell(pointAt(points, step)?.[1] ?? null)),
            ),
          ),
        ),
      ),
      h(
        "table",
        {},
        h("caption", {}, "Activations, as last measured"),
        h("thead", {}, head("module", "kind", "what it puts out")),
        h(
          "tbody",
          {},
          ...told.activations.map((each) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, each.name),
              h("td", {}, each.kind),
              h("td", {}, each.words),
            ),
          ),
        ),
      ),
    );
    attribute(this.table, "open", open);
  }
}

function sample(colour: number): SVGElement {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ width: "30", height: "10", "aria-hidden": "true" }))
    picture.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M1 5h28");
  line.setAttribute("class", `mt-curve mt-c${colour} mt-dash${colour}`);
  picture.append(line);
  return picture;
}

/** The steps that anything is known of. */
export function stopsOf(told: Training): number[] {
  const found = new Set<number>();
  for (const points of [told.loss, told.norm]) for (const [step] of points) found.add(step);
  for (const { readings } of told.activations) for (const { step } of readings) found.add(step);
  for (const { step } of told.alarms) found.add(step);
  return [...found].sort((a, b) => a - b);
}

export function nearest(stops: readonly number[], step: number): number {
  let best = 0;
  stops.forEach((each, k) => {
    if (Math.abs(each - step) < Math.abs(stops[best]! - step)) best = k;
  });
  return best;
}

/** The reading that was taken at this step or last before it. */
export function readingAt(activation: Activation, step: number): Reading | null {
  let found: Reading | null = activation.readings[0] ?? null;
  for (const each of activation.readings) if (each.step <= step) found = each;
  return found;
}

/** What is known of a step, in words. */
export function sentenceAt(told: Training, step: number): string {
  const loss = pointAt(told.loss, step);
  const sentences = [`Step ${step} of 0 to ${told.steps - 1}:`];
  const facts = loss ? [`loss ${short(loss[1])}${loss[0] === step ? "" : ` (of step ${loss[0]})`}`] : [];
  for (const { name, points } of told.rates) {
    const rate = pointAt(points, step);
    const which = told.rates.length > 1 ? ` of ${name}` : "";
    if (rate) facts.push(`learning rate${which} ${short(rate[1])}`);
  }
  if (facts.length > 0) sentences.push(`${facts.join(", ")}.`);
  const norms = range(told, "norm", step);
  if (norms) sentences.push(`Gradient norms: ${norms}.`);
  const ratios = range(told, "ratio", step);
  if (ratios) sentences.push(`Updates ÷ weights: ${ratios}.`);
  const seen = told.activations.map((each) => ({ name: each.name, reading: readingAt(each, step) }));
  const bad = seen.filter(({ reading }) => reading?.bad).map(({ name }) => name);
  if (bad.length > 0) sentences.push(`No numbers in the output of ${listed(bad)}.`);
  for (const { name, reading } of seen) {
    if (reading?.saturated && reading.saturated > 0.5)
      sentences.push(`${name} is saturated in ${Math.round(100 * reading.saturated)} %.`);
  }
  return sentences.join(" ");
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
}

function range(told: Training, what: "norm" | "ratio", step: number): string {
  const known = told.layers.flatMap((layer) => {
    const point = layer.drawn ? pointAt(layer[what], step) : null;
    return point ? [{ name: layer.name, value: point[1] }] : [];
  });
  const bad = known.filter(({ value }) => !Number.isFinite(value)).map(({ name }) => name);
  const fine = known.filter(({ value }) => Number.isFinite(value)).sort((a, b) => a.value - b.value);
  const parts: string[] = [];
  const [first, last] = [fine[0], fine[fine.length - 1]];
  if (first && last && first !== last)
    parts.push(`from ${short(first.value)} (${first.name}) to ${short(last.value)} (${last.name})`);
  else if (first) parts.push(`${short(first.value)} (${first.name})`);
  if (bad.length > 0) parts.push(`no numbers in ${listed(bad)}`);
  return parts.join(", ");
}

/** Some of the points: the first, the last, and evenly some between. */
function some(points: Points, most: number): Points {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, k) => points[Math.round((k * (points.length - 1)) / (most - 1))]!);
}
