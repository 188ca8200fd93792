// A rule on the page: as mathematics, as the engine's line of code, and with the numbers put in.
import { h } from "./dom";
import { parseMathml } from "./mathml";
import type { RuleInfo, StepRule } from "./protocol";

/** Mathematics, or the LaTeX itself where the browser cannot be given better. */
export function mathematics(mathml: string | null | undefined, fallback: string): HTMLElement {
  const math = parseMathml(mathml);
  return h("span", { class: "mt-math" }, math ?? h("code", {}, fallback));
}

export function rule(given: RuleInfo | StepRule): HTMLElement {
  return h(
    "div",
    { class: "mt-rule" },
    mathematics(given.mathml, given.latex),
    given.code ? h("code", { class: "mt-code" }, given.code) : null,
  );
}

/** The same rule with numbers, as far as the kernel put them in. */
export function numbers(given: StepRule | null | undefined): HTMLElement | null {
  if (!given || (!given.numbers_mathml && !given.numbers_text)) return null;
  return h("div", { class: "mt-rule mt-numbers" }, mathematics(given.numbers_mathml, given.numbers_text));
}
