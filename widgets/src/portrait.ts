// A portrait of the graph: all that is shown, in sight or not, as elements of its own.
import type { Item } from "./arrange";
import type { Chip } from "./box";
import { Boxes } from "./boxes";
import { svg } from "./dom";
import { Edges } from "./edges";
import type { Model } from "./model";
import type { Shown } from "./shown";
import type { NodeProgress } from "./walk";

export function portrait(
  model: Model,
  { items, lines, arranged }: Shown,
  walk: ReadonlyMap<string, NodeProgress>,
  chips: (item: Item) => Chip[],
  layers: readonly SVGGElement[],
): SVGGElement {
  const [boxes, edges] = [new Boxes(model), new Edges()];
  boxes.draw(items, walk, chips);
  boxes.drawFrames(arranged.frames);
  edges.learn(lines);
  edges.draw(lines, walk);
  const graph = svg("g", { class: "mt-graph" }, edges.markers(), boxes.frames, edges.element);
  graph.append(...layers.map((layer) => layer.cloneNode(true)), boxes.element, boxes.marks);
  return graph;
}
