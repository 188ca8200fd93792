// The debugger's moves: run to a node or to the next breakpoint, and break at a node; by button, and by one key each.
import { type Change, describe, type Model } from "./model";
import { isUntold, places } from "./walk";

export interface Breakpoint {
  number: number;
  kind: "node" | "op" | "condition";
  /** A node's id, the name of an operation, or Python. */
  text: string;
  label: string;
  on: boolean;
  /** A line about what is wrong with it; empty if nothing is. */
  trouble: string;
}

/** The keys, as the strip's buttons and the breakpoints' hint name them. */
export const KEYS = { forward: "n", back: "p", here: "b", to: "t" } as const;

export function breakpointsOf(model: Model): Breakpoint[] {
  return model.part<Breakpoint[]>("breakpoints") ?? [];
}

/** The node that the reader means: the one that has the focus, or else the one that is selected. */
export function nodeMeant(model: Model, target: EventTarget | null): string | null {
  const focused = target instanceof Element ? target.closest<HTMLElement>(".mt-node")?.dataset.id : undefined;
  return focused ?? model.nodeFor(model.selection);
}

/** Whether the walk comes to this node. */
export function isOnTheWay(model: Model, node: string | null): node is string {
  return node !== null && model.timeline !== null && places(model.timeline.order).has(node);
}

/** Go to where this node has just run. */
export function runTo(model: Model, node: string): void {
  const { timeline } = model;
  if (timeline) model.goto(places(timeline.order).get(node)! + 1);
}

/** Go on to the next breakpoint in this direction. */
export function run(model: Model, direction: 1 | -1): void {
  model.send({ type: "run", direction });
}

export function change(model: Model, details: Record<string, unknown>): Promise<unknown> {
  return model.ask("breakpoint", details);
}

/** Break at this node; where there is a breakpoint already, take it away. */
export async function toggleAt(model: Model, node: string): Promise<void> {
  const there = breakpointsOf(model).find((each) => each.kind === "node" && each.text === node);
  const details = there ? { act: "remove", number: there.number } : { act: "add", kind: "node", text: node };
  try {
    await change(model, details);
  } catch (error) {
    model.report(describe(error));
  }
}

/** A key of the debugger, pressed anywhere in the inspector but in a text field. Whether it was one. */
export function onKey(event: KeyboardEvent, model: Model): boolean {
  const node = nodeMeant(model, event.target);
  if (event.key === KEYS.here && node !== null && model.nodes.has(node)) void toggleAt(model, node);
  else if (model.timeline === null) return false;
  else if (event.key === KEYS.forward) run(model, 1);
  else if (event.key === KEYS.back) run(model, -1);
  else if (event.key === KEYS.to && isOnTheWay(model, node)) runTo(model, node);
  else return false;
  return true;
}

/** Asks for the step of a node that is looked at, where it has run and was not told yet. */
export class Curiosity {
  private asked = "";

  constructor(private readonly model: Model) {}

  refresh(changed: Change): void {
    if (changed !== "selection" && changed !== "data") return;
    const { timeline, selection } = this.model;
    const node = this.model.nodeFor(selection);
    if (!timeline || node === null || !isUntold(timeline, node)) return;
    const question = `${timeline.walk} ${node}`;
    if (question === this.asked) return;
    this.asked = question;
    this.model.send({ type: "steps", nodes: [node] });
  }
}
