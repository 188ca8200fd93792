// The camera over a drawing: dragging, wheel and buttons move it; whoever owns the drawing is told and draws what is in sight.

import type { Rect } from "./arrange";
import { fitView, reveal, type View, zoomAt } from "./geometry";

const TALLEST = 480;
const TALLEST_READABLE = 720; // a graph that would be too small to read may grow to this
const READABLE = 0.75;
const NARROW = 560; // a docked panel, where the step beneath should be in sight as well
const TALLEST_NARROW = 360;
const SHORTEST = 150;

/** How tall the window onto a drawing is to be, in a page of this width. */
export function heightFor(bounds: Rect, width: number): number {
  const usual = width < NARROW ? TALLEST_NARROW : TALLEST;
  const small = fitView(bounds.width, bounds.height, width, usual).scale < READABLE;
  const tallest = small ? TALLEST_READABLE : usual;
  const drawn = fitView(bounds.width, bounds.height, width, tallest);
  return Math.round(Math.min(tallest, Math.max(SHORTEST, bounds.height * drawn.scale + 44)));
}

export interface Room {
  width: number;
  height: number;
}

export class Camera {
  view: View = { x: 0, y: 0, scale: 1 };
  /** Once the reader has moved the drawing, it stays where it was put. */
  moved = false;
  private watch: ResizeObserver | undefined;
  private known: Room = { width: 0, height: 0 };

  constructor(
    private readonly surface: SVGSVGElement,
    private readonly onMove: (view: View) => void,
    private readonly onResize: () => void,
  ) {
    this.surface.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
  }

  /** Measured when it changes: to ask the page each time would make it lay itself out in the middle of our drawing. */
  get room(): Room {
    if (this.known.width === 0) this.measure();
    return { width: this.known.width || 640, height: this.known.height || 360 };
  }

  private measure(): void {
    this.known = { width: this.surface.clientWidth, height: this.surface.clientHeight };
  }

  /** Our own change of the window's height. */
  set height(height: number) {
    this.surface.style.height = `${height}px`;
    if (this.known.width > 0) this.known = { ...this.known, height };
  }

  /** The part of the drawing that is on screen, in the drawing's own coordinates, and so much around it. */
  sight(margin = 0): Rect {
    const { width, height } = this.room;
    const { x, y, scale } = this.view;
    const rest = margin / scale;
    return {
      x: -x / scale - rest,
      y: -y / scale - rest,
      width: width / scale + 2 * rest,
      height: height / scale + 2 * rest,
    };
  }

  place(view: View): void {
    this.view = view;
    this.onMove(view);
  }

  zoom(factor: number): void {
    const { width, height } = this.room;
    this.moved = true;
    this.place(zoomAt(this.view, factor, width / 2, height / 2));
  }

  /** The whole of it, in the middle, and no larger than life. */
  fit(bounds: Rect): void {
    const { width, height } = this.room;
    const view = fitView(bounds.width, bounds.height, width, height);
    this.place({ ...view, x: view.x - bounds.x * view.scale, y: view.y - bounds.y * view.scale });
  }

  reveal(place: Rect, least = 0): void {
    const { width, height } = this.room;
    const scale = Math.max(this.view.scale, least);
    this.place(
      reveal(zoomAt(this.view, scale / this.view.scale, width / 2, height / 2), place, width, height),
    );
  }

  /** What stood at one place of the drawing stands at another now: move so that the screen shows it where it was. */
  keep(from: { x: number; y: number }, to: { x: number; y: number }): void {
    const { x, y, scale } = this.view;
    this.place({ scale, x: x + (from.x - to.x) * scale, y: y + (from.y - to.y) * scale });
  }

  /** Drag the drawing about. A press that does not move is a click, and `clicked` hears of it. */
  drag(clicked: (event: MouseEvent) => void): void {
    let from: { x: number; y: number; view: View } | null = null;
    let dragged = false;
    const { surface } = this;
    surface.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = { x: event.clientX, y: event.clientY, view: this.view };
      dragged = false;
    });
    surface.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (!dragged && Math.hypot(x, y) < 4) return;
      if (!dragged) surface.setPointerCapture?.(event.pointerId); // only now: a click must reach its node
      dragged = true;
      this.moved = true;
      this.place({ ...from.view, x: from.view.x + x, y: from.view.y + y });
    });
    const release = () => {
      from = null;
    };
    surface.addEventListener("pointerup", release);
    surface.addEventListener("pointercancel", release);
    surface.addEventListener("click", (event) => {
      if (dragged) dragged = false;
      else clicked(event);
    });
  }

  /** Be told when the room's width changes; our own change of the height is none. */
  follow(): void {
    if (typeof ResizeObserver !== "function") return;
    let width = 0;
    this.watch = new ResizeObserver(() => {
      this.measure();
      if (this.known.width === width) return;
      width = this.known.width;
      this.onResize();
    });
    this.watch.observe(this.surface);
  }

  dispose(): void {
    this.watch?.disconnect();
  }

  private onWheel(event: WheelEvent): void {
    // a page that is only scrolled past keeps scrolling; a graph that has the focus zooms
    if (!event.ctrlKey && !event.metaKey && !this.surface.contains(document.activeElement)) return;
    event.preventDefault();
    const box = this.surface.getBoundingClientRect();
    this.moved = true;
    this.place(
      zoomAt(this.view, Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top),
    );
  }
}
