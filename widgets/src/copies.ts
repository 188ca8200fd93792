// Copies between devices: arrows beside the lanes, from the storage that was read to the one that was written.
import { h, svg } from "./dom";
import { formatBytes, plural } from "./format";
import type { Model } from "./model";
import type { CopyInfo, LaneInfo } from "./protocol";

const TRACK = 17; // px from one arrow to the next
const MOST_TRACKS = 5;
const NARROW = 420; // px of room, below which the tracks lie closer
const NARROW_TRACK = 13;
const GAP = 20; // px between two on one track: one that goes on where another ends would look like the same
const TIP = 7;
const MOST_CHIPS = 6; // at one lane
const LETTER = 6.3; // px, of the label along an arrow

export interface Span {
  from: number;
  to: number;
}

/** For each span a track on which it meets no other, the short ones inside; beyond `most` they share the last one. */
export function tracks(spans: readonly Span[], most = MOST_TRACKS): number[] {
  const taken: [number, number][][] = Array.from({ length: most }, () => []);
  const chosen = spans.map(() => 0);
  const length = (k: number) => Math.abs(spans[k]!.to - spans[k]!.from);
  for (const k of [...spans.keys()].sort((a, b) => length(a) - length(b) || a - b)) {
    const [low, high] = [Math.min(spans[k]!.from, spans[k]!.to), Math.max(spans[k]!.from, spans[k]!.to)];
    const free = taken.findIndex((row) =>
      row.every(([first, last]) => high + GAP < first || last + GAP < low),
    );
    chosen[k] = free < 0 ? most - 1 : free;
    taken[chosen[k]!]!.push([low, high]);
  }
  return chosen;
}

/** "cuda:0 (simulated)", so that nobody takes it for a real one. */
export function deviceName(place: { device: string; simulated?: boolean }): string {
  return place.simulated ? `${place.device} (simulated)` : place.device;
}

export function deviceTitle(place: { device: string; simulated?: boolean }): string {
  if (place.device === "cpu") return "cpu: the host's memory";
  return place.simulated ? `${place.device}: a simulated GPU` : place.device;
}

type Lanes = ReadonlyMap<string, LaneInfo>;

/** One end of a copy in words: "storage A on cpu". */
function end(lanes: Lanes, id: string | null, device: string): string {
  const lane = lanes.get(id ?? "");
  return lane ? `storage ${lane.letter} on ${deviceName(lane)}` : `a storage on ${device} that no name holds`;
}

export function copySentence(copy: CopyInfo, lanes: Lanes): string {
  const [there, here] = copy.direction;
  const by = copy.source?.line ? ` by ${copy.source.line} (${copy.source.where})` : "";
  return `${formatBytes(copy.bytes)} copied from ${end(lanes, copy.from, there)} to ${end(lanes, copy.to, here)}${by}`;
}

/** What stands at a lane about one of its copies; a press leads to the other end, where there is one. */
function chip(copy: CopyInfo, lane: LaneInfo, lanes: Lanes, act: () => void): HTMLElement {
  const arrived = copy.to === lane.id;
  const other = arrived ? copy.from : copy.to;
  const words = `${arrived ? "copied from" : "copied to"} ${end(lanes, other, copy.direction[arrived ? 0 : 1])}`;
  const line = arrived && copy.source?.line ? h("code", {}, copy.source.line) : null;
  return h(
    "button",
    {
      type: "button",
      class: "mt-copy",
      tabindex: -1,
      title: copySentence(copy, lanes),
      "data-copy": copy.id,
      "data-key": `${lane.id}/${copy.id}`,
      "data-testid": `copy-${copy.id}-${arrived ? "to" : "from"}`,
      onclick: act,
    },
    h("span", { class: "mt-copy-mark", "aria-hidden": "true" }, arrived ? "⇤" : "↦"),
    h("span", {}, `${words}, ${formatBytes(copy.bytes)} `, line),
  );
}

/** The copies of a lane, each a word and a way to its other end. */
export function chips(lane: LaneInfo, model: Model, cross: (copy: CopyInfo) => void): HTMLElement | null {
  const copies = model.copiesAt(lane.id);
  if (copies.length === 0) return null;
  const drawn = copies.slice(-MOST_CHIPS).map((copy) => chip(copy, lane, model.lanes, () => cross(copy)));
  const more = copies.length - drawn.length;
  const rest =
    more > 0
      ? h("span", { class: "mt-note" }, `and ${plural(more, "earlier copy", "earlier copies")}`)
      : null;
  return h("div", { class: "mt-copies" }, ...drawn, rest);
}

/** The arrows, over a margin at the left of the lanes: their room is as wide as there are arrows side by side. */
export class Arrows {
  readonly element = svg("svg", { class: "mt-arrows", "aria-hidden": "true", "data-testid": "arrows" });
  private drawn = "";

  /** Draws where the lanes have come to lie; returns how many pixels at their left the arrows take. */
  draw(copies: readonly CopyInfo[], lanes: ReadonlyMap<string, HTMLElement>): number {
    const top = this.element.getBoundingClientRect().top;
    const height = (id: string | null): number | null => {
      const head = lanes.get(id ?? "")?.querySelector(".mt-lane-head");
      return head ? Math.round(head.getBoundingClientRect().top - top) + 11 : null;
    };
    const found = copies.flatMap((copy) => {
      const [from, to] = [height(copy.from), height(copy.to)];
      return from === null || to === null ? [] : [{ copy, from: from + 5, to: to - 3 }];
    });
    const track = (this.element.parentElement?.clientWidth ?? 0) < NARROW ? NARROW_TRACK : TRACK;
    const chosen = tracks(found);
    const room = found.length === 0 ? 0 : (Math.max(...chosen) + 1) * track + 12;
    const signature = JSON.stringify([track, found.map(({ copy, from, to }) => [copy.id, from, to]), chosen]);
    if (signature === this.drawn) return room;
    this.drawn = signature;
    const ends = found.flatMap(({ from, to }) => [from, to]);
    this.element.replaceChildren(
      ...found.map((each, k) => arrow(each.copy, each, room, room - 12 - track * (chosen[k]! + 0.25), ends)),
    );
    this.element.setAttribute("width", String(room));
    return room;
  }
}

function arrow(copy: CopyInfo, span: Span, room: number, x: number, ends: readonly number[]): SVGElement {
  const { from, to } = span;
  const edge = room - 3;
  const label = formatBytes(copy.bytes);
  const y = labelPlace(span, label.length * LETTER + 12, ends);
  return svg(
    "g",
    { class: "mt-arrow", "data-copy": copy.id, "data-testid": `arrow-${copy.id}` },
    svg("path", { class: "mt-arrow-line", d: `M${edge} ${from}H${x}V${to}H${edge - TIP}` }),
    svg("path", { class: "mt-arrow-tip", d: `M${edge} ${to}l-${TIP} -4.5v9z` }),
    y === null
      ? null
      : svg("text", { x: x - 4, y, "text-anchor": "middle", transform: `rotate(-90 ${x - 4} ${y})` }, label),
  );
}

/** Where along an arrow its label stands: as near to the middle as it is out of the way of other arrows' ends. */
export function labelPlace({ from, to }: Span, size: number, ends: readonly number[]): number | null {
  const length = Math.abs(to - from);
  if (length < size) return null;
  const places = [0.5, 0.38, 0.62, 0.26, 0.74, 0.14, 0.86]
    .map((part) => from + (to - from) * part)
    .filter((y) => Math.min(Math.abs(y - from), Math.abs(y - to)) >= size / 2);
  const free = places.find((y) => ends.every((end) => Math.abs(end - y) > size / 2));
  return free ?? places[0] ?? null;
}
