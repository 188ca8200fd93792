// A fold on screen: closed, a pile of boxes that says what repeats and how often; open, a frame with a title.

import { type Frame, HEAD, type Item } from "./arrange";
import { type Badge, badges } from "./badges";
import { drawBadge } from "./box";
import { attribute, svg, text } from "./dom";
import { clip } from "./format";
import type { Model } from "./model";
import type { FoldInfo } from "./protocol";
import type { NodeProgress, Phase } from "./walk";

const LABEL_WIDTH = 7.8; // px a character
const PILE = 4; // px that the box beneath sticks out

export function foldName(fold: FoldInfo): string {
  return `${fold.label} ×${fold.count}`;
}

/** A closed fold. */
export class FoldBox {
  readonly element: SVGGElement;
  readonly marks = svg("g");
  private readonly title = svg("title");
  private drawn = "";

  constructor(readonly id: string) {
    this.element = svg("g", {
      class: "mt-node mt-fold",
      role: "button",
      "aria-expanded": "false",
      "data-id": id,
      "data-kind": "fold",
      "data-testid": `fold-${id}`,
    });
  }

  update(model: Model, item: Item, walk: ReadonlyMap<string, NodeProgress>): void {
    const fold = item.fold!;
    const done = fold.nodes.filter((id) => ["done", "current"].includes(walk.get(id)?.phase ?? "")).length;
    const taken = fold.nodes.some((id) => walk.has(id)) ? `${done} of ${fold.nodes.length} done` : "";
    const below = taken || `${fold.nodes.length} nodes`;
    const marks = foldBadges(model, fold);
    const phase = foldPhase(fold, walk);
    for (const each of [this.element, this.marks]) {
      attribute(each, "transform", `translate(${item.x} ${item.y})`);
      attribute(each, "data-phase", phase);
    }
    const said = [
      `${foldName(fold)} ${below}: folded`,
      ...marks.map((badge) => badge.words),
      "Enter opens it",
    ];
    attribute(this.element, "aria-label", said.join("; "));
    text(this.title, said.join("; "));
    const signature = JSON.stringify([
      fold.label,
      fold.count,
      below,
      item.width,
      marks.map((badge) => badge.kind),
    ]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    this.draw(item, below, marks);
  }

  private draw({ width, height, fold }: Item, below: string, marks: readonly Badge[]): void {
    const box = (name: string, grow: number, by = 0) =>
      svg("rect", {
        class: name,
        x: by - grow,
        y: by - grow,
        width: width + 2 * grow,
        height: height + 2 * grow,
        rx: 5 + grow,
      });
    const room = width - 12 - LABEL_WIDTH * (String(fold!.count).length + 2);
    const middle = { x: width / 2, "text-anchor": "middle" };
    this.element.replaceChildren(
      this.title,
      box("mt-focus", 6),
      box("mt-box", 0, 2 * PILE),
      box("mt-box", 0, PILE),
      box("mt-box", 0),
      svg(
        "text",
        { ...middle, y: 20, class: "mt-node-label" },
        `${clip(fold!.label, room, LABEL_WIDTH)} ×${fold!.count}`,
      ),
      " ",
      svg("text", { ...middle, y: 36, class: "mt-node-name" }, below),
    );
    this.marks.replaceChildren(
      ...marks.map((badge, i) => drawBadge(badge, `translate(${width - 12 - i * 19} 0)`)),
    );
  }
}

/** Stale or freed somewhere inside: a fold hides no alarm. */
function foldBadges(model: Model, fold: FoldInfo): Badge[] {
  const count = new Map<Badge["kind"], number>();
  const letters = new Map<Badge["kind"], Badge>();
  for (const id of fold.nodes) {
    const node = model.nodes.get(id);
    if (!node) continue;
    for (const badge of badges(node, false)) {
      if (badge.kind === "leaf" || badge.kind === "saved") continue;
      letters.set(badge.kind, badge);
      count.set(badge.kind, (count.get(badge.kind) ?? 0) + 1);
    }
  }
  return [...letters.values()].map((badge) => ({
    ...badge,
    words: `${badge.kind} in ${count.get(badge.kind)} of its nodes`,
  }));
}

function foldPhase(fold: FoldInfo, walk: ReadonlyMap<string, NodeProgress>): Phase | null {
  const phases = new Set(fold.nodes.flatMap((id) => walk.get(id)?.phase ?? []));
  if (phases.has("current")) return "current";
  if (phases.has("next")) return "next";
  if (phases.has("later")) return "later";
  return phases.has("done") ? "done" : null;
}

/** An open fold: the frame lies beneath what it holds, its title closes it. */
export class FoldFrame {
  readonly element = svg("g", { class: "mt-frame" });
  readonly title: SVGGElement;
  private drawn = "";

  constructor(readonly id: string) {
    this.title = svg("g", {
      class: "mt-node mt-frame-title",
      role: "button",
      "aria-expanded": "true",
      "data-id": id,
      "data-kind": "frame",
      "data-testid": `frame-${id}`,
    });
  }

  update({ x, y, width, height, fold }: Frame): void {
    const name = foldName(fold);
    for (const each of [this.element, this.title]) attribute(each, "transform", `translate(${x} ${y})`);
    attribute(this.title, "aria-label", `${name}: open; Enter folds it`);
    const signature = JSON.stringify([width, height, name]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    const wide = Math.min(Math.max(width, 240), name.length * LABEL_WIDTH + 40);
    const left = (width - wide) / 2;
    this.element.replaceChildren(svg("rect", { width, height, rx: 8 }));
    this.title.replaceChildren(
      svg("rect", { class: "mt-focus", x: left - 4, y: -4, width: wide + 8, height: HEAD, rx: 6 }),
      svg("rect", { class: "mt-box", x: left, width: wide, height: HEAD - 8, rx: 4 }),
      svg("path", { class: "mt-turn", d: `M${left + 8} 8h10l-5 7z` }),
      svg("text", { class: "mt-node-label", x: left + 26, y: 16 }, clip(name, wide - 32, LABEL_WIDTH)),
    );
  }
}
