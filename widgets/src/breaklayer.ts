// A stop sign at each node where a running walk will stop: beside its box, with the breakpoint's number.
import type { Rect } from "./arrange";
import { type Breakpoint, breakpointsOf } from "./debugger";
import { svg } from "./dom";
import type { Layer, Places } from "./layers";
import type { Model } from "./model";
import type { NodeInfo } from "./protocol";

const SIGN = "M-4 -9H4L9 -4V4L4 9H-4L-9 4V-4z"; // eight corners: a shape before it is a colour

export class BreakLayer implements Layer {
  readonly element = svg("g", { class: "mt-break-marks", "aria-hidden": "true" });
  changed = (): void => {};

  constructor(private readonly model: Model) {}

  draw(places: Places): Rect | null {
    const all = breakpointsOf(this.model);
    const signs = all.flatMap((each) =>
      [...this.model.nodes.values()]
        .filter((node) => stopsAt(each, node))
        .map((node) => sign(each, places.of(node.id))),
    );
    this.element.replaceChildren(...signs.filter((each) => each !== null));
    return null;
  }
}

function stopsAt({ kind, text }: Breakpoint, node: NodeInfo): boolean {
  if (kind === "node") return node.id === text;
  return kind === "op" && [node.op, node.name.toLowerCase()].includes(text.toLowerCase());
}

function sign({ number, on }: Breakpoint, at: Rect | null): SVGGElement | null {
  if (at === null) return null;
  return svg(
    "g",
    {
      class: on ? "mt-break-mark" : "mt-break-mark mt-off",
      transform: `translate(${at.x - 11} ${at.y + at.height - 8})`,
    },
    svg("path", { d: SIGN }),
    svg("text", { y: 4, "text-anchor": "middle" }, String(number)),
  );
}
