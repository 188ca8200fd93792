// The edges of the graph: forward solid, backward dashed beside it, and the gradient that went along where it is pointed at.
import type { Line } from "./arrange";
import { attribute, keyed, svg } from "./dom";
import { formatScalar, formatTuple } from "./format";
import { edgePath, midpoint } from "./geometry";
import type { Timeline, Value } from "./protocol";
import { edgePhase, type NodeProgress, outgoingOn } from "./walk";

const ASIDE = 7; // px between the forward and the backward line
const ABREAST = 22; // px between two edges that join the same two nodes

let figures = 0; // markers are found by id, and a page may hold several graphs

export class Edges {
  readonly element = svg("g");
  readonly labels = svg("g", { class: "mt-edge-labels" });
  private readonly forward = svg("g", { class: "mt-forward" });
  private readonly backward = svg("g", { class: "mt-backward" });
  private readonly heldForward = new Map<string, SVGPathElement>();
  private readonly heldBackward = new Map<string, SVGPathElement>();
  private readonly parallel = new Map<string, Line[]>();
  private readonly name = `mt-graph-${++figures}`;

  constructor() {
    this.element.append(this.forward, this.backward);
  }

  /** All lines there are: those that join the same two things know of each other. */
  learn(lines: readonly Line[]): void {
    this.parallel.clear();
    for (const line of lines) {
      const key = `${line.from} ${line.to}`;
      const twins = this.parallel.get(key);
      if (twins) twins.push(line);
      else this.parallel.set(key, [line]);
    }
  }

  /** Those in sight; a backward walk has come so far at the later end of a line. */
  draw(lines: readonly Line[], walk: ReadonlyMap<string, NodeProgress>): void {
    const walked = (line: Line) => walk.get(line.edges[0]!.from);
    const make = (line: Line) => svg("path", { "data-edge": line.id, fill: "none" });
    keyed(
      this.forward,
      this.heldForward,
      lines,
      (line) => line.id,
      make,
      (path, line) => {
        // points run from the later operation up to its input; data flows the other way, so the arrow is at the start
        attribute(path, "d", edgePath([...line.points].reverse(), this.lateral(line)));
        attribute(path, "marker-end", `url(#${this.name}-forward)`);
      },
    );
    keyed(
      this.backward,
      this.heldBackward,
      lines.filter((line) => walked(line) !== undefined),
      (line) => line.id,
      make,
      (path, line) => {
        const phase = edgePhase(walked(line));
        attribute(path, "d", edgePath(line.points, this.lateral(line) + ASIDE));
        attribute(path, "data-phase", phase);
        attribute(path, "marker-end", `url(#${this.name}-${phase === "later" ? "later" : "backward"})`);
      },
    );
  }

  /** Point at some of the lines, and tell the gradients that went along them. */
  mark(shown: readonly Line[], timeline: Timeline | null): void {
    const ids = new Set(shown.map((line) => line.id));
    for (const [id, path] of this.heldForward) path.classList.toggle("mt-pointed", ids.has(id));
    this.labels.replaceChildren(...shown.slice(0, 40).flatMap((line) => this.label(line, timeline)));
  }

  /** Edges between the same two nodes (y * y uses y twice) stand side by side, if the layout did not part them. */
  private lateral(line: Line): number {
    const twins = this.parallel.get(`${line.from} ${line.to}`) ?? [line];
    if (twins.length === 1) return 0;
    const parted = new Set(twins.map((each) => String(each.points))).size > 1;
    return parted ? 0 : (twins.indexOf(line) - (twins.length - 1) / 2) * ABREAST;
  }

  private label(line: Line, timeline: Timeline | null): SVGGElement[] {
    const [edge, another] = line.edges;
    const out = edge && !another ? outgoingOn(timeline, edge) : null;
    if (!out) return [];
    const words = out.value ? `grad ${brief(out.value)}` : "grad None";
    const [x, middle] = midpoint(line.points);
    const twins = this.parallel.get(`${line.from} ${line.to}`) ?? [line];
    const y = middle + (twins.indexOf(line) - (twins.length - 1) / 2) * 19; // one above the other
    const width = words.length * 6.6 + 12;
    return [
      svg(
        "g",
        { transform: `translate(${x} ${y})`, class: "mt-edge-label" },
        svg("rect", { x: -width / 2, y: -9, width, height: 18, rx: 4 }),
        svg("text", { y: 4, "text-anchor": "middle" }, words),
      ),
    ];
  }

  markers(): SVGDefsElement {
    const marker = (kind: string) =>
      svg(
        "marker",
        {
          id: `${this.name}-${kind}`,
          class: `mt-arrow-${kind}`,
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerWidth: 8,
          markerHeight: 8,
          markerUnits: "userSpaceOnUse",
          orient: "auto",
        },
        svg("path", { d: "M0 0L8 4L0 8z" }),
      );
    return svg("defs", {}, marker("forward"), marker("backward"), marker("later"));
  }
}

/** A gradient on an edge: its numbers where they are few, else its shape. */
function brief(value: Value): string {
  const shape = formatTuple(value.shape);
  if (value.data.length > 4 || value.truncated) return shape;
  const numbers = value.data.map((each) => formatScalar(each, value.dtype, 3)).join(", ");
  return value.shape.length === 0 ? numbers : `${shape}: ${numbers}`;
}
