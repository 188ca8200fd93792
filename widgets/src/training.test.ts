// The training dashboard as a reader walks it, and the axes beneath its curves.
import { describe, expect, it } from "vitest";
import { message, snapshot } from "./fixtures";
import { page, push } from "./mounted";
import { apart, at, axisOf, broke, pointAt, runs, short, ticks } from "./plots";
import { type Activation, nearest, type Reading, sentenceAt, stopsOf, type Training } from "./training";

const reading = (step: number, given: Partial<Reading> = {}): Reading => ({
  step,
  low: -1,
  high: 1,
  counts: [1, 2, 3, 2],
  mean: 0.1,
  std: 0.5,
  zeros: 0,
  saturated: 0.1,
  bad: "",
  ...given,
});

const activation = (given: Partial<Activation> = {}): Activation => ({
  name: "act",
  kind: "Tanh",
  units: 0,
  dead: null,
  ends: [-0.97, 0.97],
  readings: [reading(0), reading(4, { saturated: 0.8 })],
  words: "mean 0.1, std 0.5, 80 % saturated",
  ...given,
});

function training(given: Partial<Training> = {}): Training {
  const layer = { parameters: 12, drawn: true, last_norm: 0.2, last_ratio: 0.001 };
  return {
    sentence: "Training: 5 steps.",
    steps: 5,
    measured: 3,
    cost: "Watching took 0.01 s.",
    loss: [
      [0, 2],
      [1, 1.5],
      [2, "nan"],
      [4, 1],
    ],
    norm: [
      [0, 1],
      [4, 0.5],
    ],
    rates: [{ name: "group 0", points: [[0, 0.1]] }],
    layers: [
      {
        ...layer,
        name: "fc1",
        letter: "A",
        norm: [
          [0, 0.5],
          [4, 0.2],
        ],
        ratio: [[0, 0.002]],
      }, // prettier-ignore
      { ...layer, name: "<b>fc2</b>", letter: "B", norm: [[0, 5]], ratio: [[0, 0.01]] },
    ],
    hidden: 0,
    band: [0.0003, 0.003],
    activations: [activation()],
    quiet: 0,
    alarms: [{ step: 2, text: "the loss is NaN at step 2" }],
    findings: ["At step 2, the loss is NaN for the first time."],
    notes: [],
    ...given,
  };
}

const find = <E extends Element = HTMLElement>(selector: string) => {
  const element = page.querySelector<E>(selector);
  if (!element) throw new Error(`nothing matches ${selector}`);
  return element;
};
let revision = 0;
const show = (given: Partial<Training> = {}) =>
  push({
    ...(message(snapshot({ views: ["training"], parts: { training: training(given) } })) as object),
    revision: ++revision,
  });
const walk = (to: number) => {
  const slider = find<HTMLInputElement>("[data-testid=training-step]");
  slider.value = String(to);
  slider.dispatchEvent(new Event("input"));
};

describe("axes", () => {
  it("go by powers of ten where values are far apart", () => {
    expect(axisOf([1e-4, 1]).log).toBe(true);
    expect(axisOf([1, 2]).log).toBe(false);
    expect(axisOf([0, 1]).log).toBe(false);
    expect(axisOf([Number.NaN])).toEqual({ low: 0, high: 1, log: false });
  });

  it("keep what is outside at their ends", () => {
    expect(at({ low: 1e-4, high: 1, log: true }, 0)).toBe(0);
    expect(at({ low: 1e-4, high: 1, log: true }, 1e-2)).toBeCloseTo(0.5);
    expect(at({ low: 3, high: 3, log: false }, 3)).toBe(0.5);
  });

  it("have round ticks", () => {
    expect(ticks({ low: 0, high: 10, log: false }, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks({ low: 1e-4, high: 1, log: true }, 4)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(ticks({ low: 0.03, high: 0.15, log: true })).toEqual([0.05, 0.1]);
    expect(ticks({ low: 0.03, high: 0.4, log: true })).toEqual([0.05, 0.1, 0.2]);
  });
});

describe("curves", () => {
  it("have gaps where a value is no number", () => {
    expect(
      runs([
        [0, 1],
        [1, "nan"],
        [2, 3],
        [3, 4],
      ]),
    ).toEqual([
      [[0, 1]],
      [
        [2, 3],
        [3, 4],
      ],
    ]); // prettier-ignore
    expect(
      broke([
        [0, 1],
        [1, "inf"],
      ]),
    ).toEqual([1, Number.POSITIVE_INFINITY]); // prettier-ignore
  });

  it("are asked for the last value that is not after a step", () => {
    expect(
      pointAt(
        [
          [0, 1],
          [4, 2],
        ],
        3,
      ),
    ).toEqual([0, 1]); // prettier-ignore
    expect(pointAt([[2, 1]], 1)).toBe(null);
  });

  it("have labels that do not cover each other", () => {
    expect(apart([10, 12, 11], 0, 100)).toEqual([10, 36, 23]);
    expect(apart([100, 100], 0, 100)).toEqual([87, 100]);
  });

  it("tell numbers shortly", () => {
    expect([0, 0.001, 2000, 0.25, Number.NaN].map(short)).toEqual(["0", "1e-3", "2,000", "0.25", "NaN"]);
  });
});

describe("a step", () => {
  it("is one of those that anything is known of", () => {
    expect(stopsOf(training())).toEqual([0, 1, 2, 4]);
    expect(nearest([0, 1, 4], 3)).toBe(2);
  });

  it("is told in words", () => {
    expect(sentenceAt(training(), 4)).toBe(
      "Step 4 of 0 to 4: loss 1, learning rate 0.1. Gradient norms: from 0.2 (fc1) to 5 (<b>fc2</b>). " +
        "Updates ÷ weights: from 2e-3 (fc1) to 0.01 (<b>fc2</b>). act is saturated in 80 %.",
    );
    expect(sentenceAt(training(), 2)).toContain("loss NaN");
  });

  it("is walked to by the slider's arrows, and said aloud only then", () => {
    show();
    const said = find("[data-testid=training-said]");
    expect(said.getAttribute("aria-live")).toBe("off");
    walk(1);
    expect(said.getAttribute("aria-live")).toBe("polite");
    expect(said.textContent).toContain("Step 1 of 0 to 4: loss 1.5");
    expect(find("[data-testid=training-step]").getAttribute("aria-valuetext")).toBe("step 1 of 0 to 4");
  });

  it("stays where the reader stands while the loop goes on, and is followed at the end", () => {
    show();
    walk(1);
    show({
      steps: 9,
      loss: [
        [0, 2],
        [1, 1.5],
        [8, 1],
      ],
    }); // prettier-ignore
    expect(find("[data-testid=training-said]").textContent).toContain("Step 1 of 0 to 8");
    walk(99);
    show({
      steps: 12,
      loss: [
        [0, 2],
        [1, 1.5],
        [11, 1],
      ],
    }); // prettier-ignore
    expect(find("[data-testid=training-said]").textContent).toContain("Step 11 of 0 to 11");
  });

  it("can be the one where the first fault came", () => {
    show();
    find<HTMLButtonElement>("[data-key=alarm]").click();
    expect(find("[data-testid=training-said]").textContent).toContain("Step 2 of 0 to 4: loss NaN");
  });
});

describe("the dashboard", () => {
  it("shows names as text", () => {
    show();
    expect(page.querySelector("b")).toBe(null);
    expect(find(".mt-curve-key").textContent).toContain("<b>fc2</b>");
  });

  it("marks the first value that is no number", () => {
    show();
    expect(find(".mt-broken-said").textContent).toBe("✕ NaN at step 2");
  });

  it("shows one layer alone, and all again", () => {
    show();
    find<HTMLButtonElement>("[data-key=layer-A]").click();
    expect(find("[data-key=layer-A]").getAttribute("aria-pressed")).toBe("true");
    expect(page.querySelectorAll(".mt-curve.mt-dim, .mt-point.mt-dim").length).toBeGreaterThan(0);
    find<HTMLButtonElement>("[data-key=layer-A]").click();
    expect(page.querySelectorAll(".mt-dim").length).toBe(0);
  });

  it("has everything in tables, too", () => {
    show();
    const captions = Array.from(page.querySelectorAll("caption"), (each) => each.textContent);
    expect(captions).toEqual([
      "Layers, as last measured",
      "Loss and learning rate",
      "Activations, as last measured",
    ]);
  });

  it("names dead units and what saturates", () => {
    show({
      activations: [
        activation({
          name: "relu",
          kind: "ReLU",
          ends: null,
          units: 8,
          dead: 3,
          readings: [reading(4, { zeros: 0.5, saturated: null })],
        }),
        activation({ ends: [-2, 2] }),
      ], // prettier-ignore
    });
    expect(find(".mt-histogram .mt-note").textContent).toContain("3 of 8 units dead, 50 % zeros");
    expect(page.querySelectorAll(".mt-bar-flat").length).toBe(0);
    show({ activations: [activation({ ends: [-0.5, 0.5] })] });
    expect(page.querySelectorAll(".mt-bar-flat").length).toBe(2);
  });

  it("stands without a step, a layer or an activation", () => {
    show({ steps: 0, loss: [], norm: [], rates: [], layers: [], activations: [], alarms: [], findings: [] });
    expect(find("[data-testid=training-said]").textContent).toBe("No step yet.");
    expect(find<HTMLInputElement>("[data-testid=training-step]").disabled).toBe(true);
  });
});
