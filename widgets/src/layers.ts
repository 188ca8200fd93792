// Layers: what other features draw into the graph, each in a file of its own. They are told where things stand.
import type { Rect } from "./arrange";
import { BreakLayer } from "./breaklayer";
import { GhostLayer } from "./ghosts";
import { LaterLayer } from "./later";
import type { Model } from "./model";

/** Where things stand now. */
export interface Places {
  /** The box of a node, or of the closed fold or the user that it is folded into; null where it is not shown. */
  of(node: string): Rect | null;
  /** The whole drawing. */
  bounds: Rect;
}

export interface Layer {
  /** Lies over the edges and under the boxes, in the drawing's coordinates. */
  readonly element: SVGGElement;
  /** Draw anew: there is a new picture, or something was opened, folded or hidden. Returns the room that this takes. */
  draw(places: Places): Rect | null;
  /** Set by the graph: to be called when there is something else to draw. */
  changed: () => void;
}

/** One line for each feature that draws into the graph. */
export const LAYERS: readonly (new (model: Model) => Layer)[] = [LaterLayer, GhostLayer, BreakLayer];
