// The key under the graph: each letter, shape and line with its words.
import { type Badge, KEY } from "./badges";
import { drawBadge } from "./box";
import { h, svg } from "./dom";

export function drawKey(): HTMLElement {
  const sign = (badge: Badge) =>
    svg("svg", { width: 20, height: 18, viewBox: "-10 -9 20 18", "aria-hidden": "true" }, drawBadge(badge));
  const line = (kind: string) =>
    svg(
      "svg",
      { width: 26, height: 10, viewBox: "0 0 26 10", "aria-hidden": "true" },
      svg("g", { class: `mt-${kind}` }, svg("path", { d: "M1 5H25", fill: "none", "data-phase": "done" })),
    );
  return h(
    "ul",
    { class: "mt-key", "aria-label": "Key" },
    ...KEY.map((badge) => h("li", {}, sign(badge), badge.words)),
    h("li", {}, line("forward"), "forward"),
    h("li", {}, line("backward"), "backward"),
  );
}
