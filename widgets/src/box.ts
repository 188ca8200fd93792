// One node of the graph as shapes: its box with two lines of text, and the marks that lie over all boxes.

import type { Rect } from "./arrange";
import { type Badge, badges, heading, nodeLabel, retains, subtitle } from "./badges";
import { attribute, svg } from "./dom";
import { clip, formatScalar, formatTuple } from "./format";
import type { Model } from "./model";
import type { NodeInfo } from "./protocol";
import { isWaiting, type NodeProgress } from "./walk";

const LABEL_WIDTH = 7.4; // px a character, of the bold first line
const NAME_WIDTH = 6.4; // of the second
const CHIP_WIDTH = 6; // of what stands over the box

/** A node on screen, drawn again only in those parts that have changed; its elements stay. */
export class Box {
  readonly element: SVGGElement;
  readonly marks = svg("g");
  private readonly title = svg("title");
  private drawnBox = "";
  private drawnMarks = "";

  constructor(id: string) {
    this.element = svg("g", { class: "mt-node", role: "button", "data-id": id, "data-testid": `node-${id}` });
  }

  /** `chips` are leaves and constants that are folded into this node: they stand over its box. */
  update(
    model: Model,
    node: NodeInfo,
    place: Rect,
    at: NodeProgress | undefined,
    total: number,
    chips: readonly Chip[] = [],
  ): void {
    const told = chips.map((chip) => `${chip.kind} ${chip.words}`);
    const label = [nodeLabel(model, node, at, total), ...told].join("; ");
    attribute(this.element, "aria-label", label);
    if (this.title.textContent !== label) this.title.textContent = label;
    for (const each of [this.element, this.marks]) {
      attribute(each, "transform", `translate(${place.x} ${place.y})`);
      attribute(each, "data-phase", at?.phase ?? null);
    }
    attribute(this.element, "data-kind", node.kind);
    this.drawBox(model, node);
    this.drawMarks(badges(node, retains(model, node)), node, at, chips);
  }

  private drawBox(model: Model, node: NodeInfo): void {
    const { width, height } = node;
    const room = width - 12;
    const [above, below] = [
      clip(heading(node), room, LABEL_WIDTH),
      secondLine(subtitle(model, node), node, room),
    ];
    const signature = JSON.stringify([above, below, width, height, node.kind]);
    if (signature === this.drawnBox) return;
    this.drawnBox = signature;
    const middle = { x: width / 2, "text-anchor": "middle" };
    this.element.replaceChildren(
      this.title,
      frameOf(node, 5, "mt-focus"),
      frameOf(node, 3, "mt-selected-frame"),
      frameOf(node, 0, "mt-box"),
      svg("text", { ...middle, y: height / 2 - 3, class: "mt-node-label" }, above),
      " ", // the two lines are two words, also for those who listen
      svg("text", { ...middle, y: height / 2 + 13, class: "mt-node-name" }, below),
    );
  }

  private drawMarks(
    shown: readonly Badge[],
    node: NodeInfo,
    at: NodeProgress | undefined,
    chips: readonly Chip[],
  ): void {
    const signature = JSON.stringify([shown.map((badge) => badge.kind), at, node.width, node.height, chips]);
    if (signature === this.drawnMarks) return;
    this.drawnMarks = signature;
    this.marks.replaceChildren(
      ...shown.map((badge, i) => drawBadge(badge, `translate(${node.width - 12 - i * 19} 0)`)),
    );
    this.marks.prepend(...drawChips(chips, node));
    if (at) this.marks.append(drawNumber(at, node));
    if (at && isWaiting(at)) this.marks.append(drawWaiting(at, node));
  }
}

/** A leaf or a constant that has no box of its own now. */
export interface Chip {
  kind: "leaf" | "constant";
  words: string;
}

/** The tensors that a node saved and that ask for no gradient: what it was computed with, besides its inputs. */
export function constants(model: Model, node: NodeInfo): Chip[] {
  return node.saved.flatMap(({ name, tensor }) => {
    const info = tensor === null ? undefined : model.tensors.get(tensor);
    if (!info || info.requires_grad || info.grad_fn !== null) return [];
    // a node's own result comes back without its history, and is no constant
    if (info.lane !== null && model.tensorsOn(info.lane).some((each) => each.requires_grad)) return [];
    const number = info.shape.length === 0 ? info.values?.data[0] : undefined;
    const value = number === undefined ? formatTuple(info.shape) : formatScalar(number, info.dtype, 4);
    return [
      { kind: "constant" as const, words: `${info.kind === "saved" ? name : model.nameOf(info)} ${value}` },
    ];
  });
}

/** In a row over the box, and no wider than it may be; a leaf is a pill here too. */
function drawChips(chips: readonly Chip[], node: NodeInfo): SVGGElement[] {
  let x = 0;
  return chips.flatMap((chip) => {
    const words = clip(chip.words, Math.max(40, node.width - 24), CHIP_WIDTH);
    const width = words.length * CHIP_WIDTH + 12;
    if (x > 0 && x + width > node.width + 20) return [];
    const group = svg(
      "g",
      { class: `mt-chip mt-chip-${chip.kind}`, transform: `translate(${x - 6} -17)` },
      svg("rect", { width, height: 15, rx: chip.kind === "leaf" ? 7.5 : 1 }),
      svg("text", { x: width / 2, y: 11, "text-anchor": "middle" }, words),
    );
    x += width + 4;
    return [group];
  });
}

/** A letter in its shape; the key under the graph shows the same. */
export function drawBadge(badge: Badge, transform: string | null = null): SVGGElement {
  const letter = svg("text", { y: 4, "text-anchor": "middle" }, badge.letter);
  return svg("g", { class: `mt-badge mt-badge-${badge.kind}`, transform }, badgeShape(badge.kind), letter);
}

/** Names may be cut short; the name of a node that does not fit is left to the pane and the title. */
function secondLine(line: string, node: NodeInfo, room: number): string {
  if (line === node.name && line.length * NAME_WIDTH > room) return "";
  return clip(line, room, NAME_WIDTH);
}

/** A leaf is a pill, an operation a box: told apart without colour. */
function frameOf(node: NodeInfo, grow: number, name: string): SVGRectElement {
  const height = node.height + 2 * grow;
  const rx = node.kind === "leaf" ? height / 2 : 5 + grow;
  return svg("rect", { class: name, x: -grow, y: -grow, width: node.width + 2 * grow, height, rx });
}

function badgeShape(kind: Badge["kind"]): SVGElement {
  if (kind === "stale") return svg("path", { d: "M0 -9L9 7H-9z" });
  if (kind === "saved" || kind === "freed")
    return svg("rect", { x: -7.5, y: -7.5, width: 15, height: 15, rx: 1 });
  if (kind === "retained") return svg("path", { d: "M0 -9L9 0L0 9L-9 0z" });
  return svg("circle", { r: 8 });
}

function drawNumber(at: NodeProgress, node: NodeInfo): SVGGElement {
  const group = svg(
    "g",
    { class: "mt-number", transform: "translate(10 0)" },
    svg("circle", { r: 9 }),
    svg("text", { y: 4, "text-anchor": "middle" }, String(at.number)),
  );
  if (at.phase === "current")
    group.append(
      svg("path", {
        class: "mt-pointer",
        d: `M-20 ${node.height / 2 - 6}L-11 ${node.height / 2}L-20 ${node.height / 2 + 6}z`,
      }),
    );
  return group;
}

function drawWaiting(at: NodeProgress, node: NodeInfo): SVGGElement {
  const words = `${at.arrived} of ${at.expected} arrived`;
  const width = words.length * 6 + 12;
  return svg(
    "g",
    { class: "mt-waiting", transform: `translate(${node.width / 2} ${node.height + 7})` },
    svg("rect", { x: -width / 2, y: -8, width, height: 16, rx: 8 }),
    svg("text", { y: 4, "text-anchor": "middle" }, words),
  );
}
