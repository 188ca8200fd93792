// Marks that several figures share: a storage's letter, a line of the student's code, versions, and the arrow keys.
import { css, laneColour, textOn } from "./colour";
import { attribute, h, rove } from "./dom";
import type { Hover, Model } from "./model";

/** A line of the student's code, as the kernel tells it. */
export interface Line {
  line: string;
  where: string;
  number?: number;
  /** Read from the text of the cell, since no engine has announced it. */
  read?: boolean;
  times?: number;
}

/** The letter of a storage in its colour. */
export function letterMark(letter: string): HTMLElement {
  if (!letter) return h("span", { class: "mt-note" }, "no bytes");
  const colour = laneColour(letter);
  const style = `--mt-lane: ${css(colour)}; --mt-lane-text: ${textOn(colour)}`;
  return h("span", { class: "mt-letter", style }, letter);
}

/** A line and where it stands. */
export function lineMark(line: Line | null | undefined, unknown = "the line is not known"): HTMLElement {
  if (!line?.line) return h("span", { class: "mt-note" }, line?.where ?? unknown);
  const times = line.times && line.times > 1 ? `, ${line.times} times` : "";
  return h(
    "span",
    { class: "mt-said-line" },
    h("code", { class: "mt-code" }, line.line),
    h("span", { class: "mt-note" }, `${line.where}${times}`),
  );
}

/** "v0 → v1": what a version counter did. */
export function versionMark(from: number | null, to: number): HTMLElement {
  return h(
    "span",
    { class: "mt-version" },
    from === null ? null : h("span", { class: "mt-version-old" }, `v${from}`),
    from === null ? null : h("span", { "aria-hidden": "true" }, "→"),
    h("strong", {}, `v${to}`),
  );
}

/** A button among those that the arrow keys go along. */
export function stop(
  model: Model,
  props: { key: string; label?: string; class?: string; lights?: Lights | null; act?: () => void },
  ...children: (Node | string | null)[]
): HTMLButtonElement {
  const light = () => point(model, props.lights ?? null);
  return h(
    "button",
    {
      type: "button",
      class: props.class ?? "mt-link",
      tabindex: -1,
      "data-stop": true,
      "data-key": props.key,
      "aria-label": props.label,
      onclick: () => props.act?.(),
      onfocus: light,
      onpointerenter: light,
      onpointerleave: () => point(model, null),
      onblur: () => point(model, null),
    },
    ...children,
  );
}

/** What lights up elsewhere: a tensor, a node, or the cells of a storage in all that look at them. */
export type Lights = { node: string } | { tensor: string } | { lane: string; cells: readonly number[] };

function point(model: Model, lights: Lights | null): void {
  model.point(lights === null ? null : hoverOf(model, lights));
}

function hoverOf(model: Model, lights: Lights): Hover | null {
  if ("node" in lights) return { kind: "node", id: lights.node };
  if ("tensor" in lights) return { kind: "tensor", id: lights.tensor };
  const lane = model.lanes.get(lights.lane);
  if (!lane) return null;
  const { cells } = lights;
  const count = Math.ceil(lane.bytes / Math.max(1, lane.itemsize));
  const [first, last] = cells.length > 0 ? [Math.min(...cells), Math.max(...cells)] : [0, count - 1];
  return {
    kind: "bytes",
    bytes: { lane: lane.id, start: first * lane.itemsize, end: (last + 1) * lane.itemsize },
  };
}

/** One tab stop for all stops in an element; the arrow keys, Home and End go from one to the next. */
export function arrowKeys(element: HTMLElement): { settle: () => void } {
  const stops = () => Array.from(element.querySelectorAll<HTMLElement>("[data-stop]"));
  const settle = () => {
    const all = stops();
    const held =
      all.find((each) => each === document.activeElement) ?? all.find((each) => each.tabIndex === 0);
    rove(all, held ?? all[0] ?? null);
  };
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = stops();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const goal = all[Math.max(0, Math.min(to, all.length - 1))];
    if (!goal) return;
    rove(all, goal);
    goal.focus();
    goal.scrollIntoView?.({ block: "nearest" });
  });
  element.addEventListener("focusin", (event) => {
    const target = (event.target as HTMLElement).closest<HTMLElement>("[data-stop]");
    if (target) rove(stops(), target);
  });
  return { settle };
}

/** A sentence for those who hear the picture; told again only when it is another one. */
export function saidAloud(): { element: HTMLElement; say: (sentence: string) => void } {
  const element = h("p", { class: "mt-said", role: "status" });
  let last = "";
  return {
    element,
    say: (sentence) => {
      if (sentence === last) return;
      last = sentence;
      element.textContent = sentence;
      attribute(element, "data-said", true);
    },
  };
}
