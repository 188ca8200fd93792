// The graph from far away: thousands of nodes as plain shapes on a canvas, in one stroke for each kind of them.
import type { Arrangement, Item, Line, Rect } from "./arrange";
import type { Room } from "./camera";
import type { View } from "./geometry";
import type { Phase } from "./walk";

/** How something looks from afar. Stale and the step at hand are found at any distance: they keep their size. */
export type Look = "op" | "leaf" | "fold" | "done" | "stale" | "current" | "selected";

const KINDS: readonly Look[] = ["op", "leaf", "fold", "done", "stale", "current", "selected"];
const INK: Record<Look, string> = {
  op: "--mt-fg",
  leaf: "--mt-accent",
  fold: "--mt-fg",
  done: "--mt-back",
  stale: "--mt-bad",
  current: "--mt-back",
  selected: "--mt-accent",
};
export function lookOf({ node, fold }: Item, phase: Phase | undefined): Look {
  if (fold || !node) return "fold";
  if (phase === "current") return "current";
  if (node.saved.some((saved) => saved.state === "stale")) return "stale";
  if (phase === "done") return "done";
  return node.kind === "leaf" ? "leaf" : "op";
}

const MARGIN = 320; // px drawn around what is to be seen: a drag only moves the finished drawing

export class Far {
  readonly canvas = document.createElement("canvas");
  private drawnAt: View | null = null;
  private size = { width: 0, height: 0 };

  constructor() {
    this.canvas.className = "mt-far";
    this.canvas.setAttribute("aria-hidden", "true");
    this.canvas.hidden = true;
  }

  hide(): void {
    this.canvas.hidden = true;
    this.drawnAt = null;
  }

  /** Something has changed: the next `show` draws anew. */
  stale(): void {
    this.drawnAt = null;
  }

  show(view: View, room: Room, draw: (painter: Painter) => void): void {
    this.canvas.hidden = false;
    const at = this.drawnAt;
    const [x, y] = at ? [view.x - at.x, view.y - at.y] : [0, 0];
    const same =
      at?.scale === view.scale && this.size.width === room.width && this.size.height === room.height;
    if (!at || !same || Math.abs(x) > MARGIN || Math.abs(y) > MARGIN) {
      this.canvas.style.transform = "";
      this.paint(view, room, draw);
      return;
    }
    this.canvas.style.transform = `translate(${x}px, ${y}px)`;
  }

  private paint(view: View, room: Room, draw: (painter: Painter) => void): void {
    this.drawnAt = view;
    this.size = { width: room.width, height: room.height };
    const [width, height] = [room.width + 2 * MARGIN, room.height + 2 * MARGIN];
    const sharp = Math.min(2, globalThis.devicePixelRatio || 1);
    const { canvas } = this;
    [canvas.width, canvas.height] = [Math.round(width * sharp), Math.round(height * sharp)];
    canvas.style.cssText = `left:${-MARGIN}px;top:${-MARGIN}px;width:${width}px;height:${height}px`;
    const context = canvas.getContext?.("2d");
    if (!context) return;
    context.setTransform(sharp, 0, 0, sharp, MARGIN * sharp, MARGIN * sharp);
    const seen = { x: -MARGIN, y: -MARGIN, width, height };
    draw(new Painter(context, view, seen, (name) => this.colour(name)));
  }

  /** A colour of the theme as the browser computes it: a canvas takes no variables. */
  private colour(variable: string): string {
    this.canvas.style.color = `var(${variable})`;
    return getComputedStyle(this.canvas).color;
  }
}

/** Paints in drawing coordinates, seen through a view; what is out of sight is left out. */
export class Painter {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly view: View,
    private readonly seen: Rect,
    private readonly colour: (variable: string) => string,
  ) {}

  paint(
    items: Iterable<Item>,
    arranged: Arrangement,
    lines: readonly Line[],
    looks: (item: Item) => Look,
  ): void {
    this.lines(lines);
    const sorted = new Map<Look, Item[]>(KINDS.map((kind) => [kind, []]));
    for (const item of items) if (this.sees(item)) sorted.get(looks(item))!.push(item);
    for (const frame of arranged.frames.values()) if (this.sees(frame)) this.frame(frame);
    for (const kind of KINDS) this.boxes(kind, sorted.get(kind)!);
  }

  private sees({ x, y, width, height }: Rect): boolean {
    const { view, seen } = this;
    const [left, top] = [x * view.scale + view.x, y * view.scale + view.y];
    return (
      left < seen.x + seen.width &&
      top < seen.y + seen.height &&
      left + width * view.scale > seen.x &&
      top + height * view.scale > seen.y
    );
  }

  /** Lines that end in the same place share the way to it, which is drawn once. */
  private lines(lines: readonly Line[]): void {
    const { context, view, seen } = this;
    context.beginPath();
    const led = new Set<string>();
    for (const { to, points } of lines) {
      const whole = points.length <= 2 || !led.has(to);
      led.add(to);
      const end = whole ? points.length : 2;
      const [low, high] = [points[0]![1] * view.scale + view.y, points[end - 1]![1] * view.scale + view.y];
      if (high > seen.y + seen.height || low < seen.y) continue;
      for (let i = 0; i < end; i++) {
        const [x, y] = points[i]!;
        if (i === 0) context.moveTo(x * view.scale + view.x, y * view.scale + view.y);
        else context.lineTo(x * view.scale + view.x, y * view.scale + view.y);
      }
    }
    context.strokeStyle = this.colour("--mt-edge");
    context.lineWidth = Math.max(0.4, Math.min(1, view.scale * 2));
    context.stroke();
  }

  private frame({ x, y, width, height }: Rect): void {
    const { context, view } = this;
    context.strokeStyle = this.colour("--mt-accent");
    context.lineWidth = 1;
    context.strokeRect(
      x * view.scale + view.x,
      y * view.scale + view.y,
      width * view.scale,
      height * view.scale,
    );
  }

  private boxes(kind: Look, items: readonly Item[]): void {
    if (items.length === 0) return;
    const { context, view } = this;
    const ink = this.colour(INK[kind]);
    context.beginPath();
    for (const { x, y, width, height } of items) {
      const [left, top] = [x * view.scale + view.x, y * view.scale + view.y];
      const [wide, tall] = [Math.max(1.5, width * view.scale), Math.max(1.5, height * view.scale)];
      if (kind === "stale") triangle(context, left + wide / 2, top + tall / 2, Math.max(5, tall / 2));
      else if (kind === "leaf" && tall > 3) context.roundRect(left, top, wide, tall, tall / 2);
      else if (kind === "fold" && tall > 3) {
        context.rect(left, top, wide, tall);
        context.rect(left + 2, top - 2, wide, tall); // a pile
      } else context.rect(left, top, wide, tall);
    }
    if (kind === "current" || kind === "selected") {
      context.strokeStyle = ink;
      context.lineWidth = 4;
      context.stroke();
    }
    if (kind === "op" || kind === "fold" || kind === "leaf") {
      context.fillStyle = this.colour("--mt-bg");
      context.strokeStyle = ink;
      context.lineWidth = view.scale < 0.15 ? 0.6 : 1;
      context.fill();
      context.stroke();
    } else {
      context.fillStyle = ink;
      context.fill();
    }
  }
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.moveTo(x, y - size);
  context.lineTo(x + size, y + size);
  context.lineTo(x - size, y + size);
  context.closePath();
}
