// A backward walk, read at one position: what each node and each edge is doing, and which gradients are known.
import type { EdgeInfo, Outgoing, Snapshot, Step, Timeline } from "./protocol";

export type Phase = "done" | "current" | "next" | "later";

export interface NodeProgress {
  phase: Phase;
  /** Its number in the walk, from 1. */
  number: number;
  arrived: number;
  expected: number;
}

const placesOf = new WeakMap<readonly string[], Map<string, number>>();

/** Where each node stands in the order. */
export function places(order: readonly string[]): Map<string, number> {
  let found = placesOf.get(order);
  if (!found) {
    found = new Map(order.map((id, index) => [id, index]));
    placesOf.set(order, found);
  }
  return found;
}

/** Whether the step that leads to this position has been told. */
export function isKnown(timeline: Timeline, position: number): boolean {
  return position === 0 || Boolean(timeline.steps[position - 1]);
}

/** The step that ran last at the walk's position, or null before the first. */
export function currentStep(timeline: Timeline | null): Step | null {
  return timeline ? (timeline.steps[timeline.position - 1] ?? null) : null;
}

/** The step of this node, if it has been taken at the walk's position, and told. */
export function stepOf(timeline: Timeline | null, node: string): Step | null {
  const at = timeline ? places(timeline.order).get(node) : undefined;
  if (!timeline || at === undefined || at >= timeline.position) return null;
  return timeline.steps[at] ?? null;
}

/** Whether this node has run at the walk's position, but what it did is yet to be told. */
export function isUntold(timeline: Timeline | null, node: string): boolean {
  const at = timeline ? places(timeline.order).get(node) : undefined;
  return timeline !== null && at !== undefined && at < timeline.position && !timeline.steps[at];
}

export function progress(timeline: Timeline, edges: readonly EdgeInfo[]): Map<string, NodeProgress> {
  const at = places(timeline.order);
  const expected = new Map<string, number>();
  const arrived = new Map<string, number>();
  for (const edge of edges) {
    const sender = at.get(edge.from);
    if (sender === undefined) continue;
    expected.set(edge.to, (expected.get(edge.to) ?? 0) + 1);
    if (sender < timeline.position) arrived.set(edge.to, (arrived.get(edge.to) ?? 0) + 1);
  }
  const found = new Map<string, NodeProgress>();
  timeline.order.forEach((id, index) => {
    found.set(id, {
      phase: phaseAt(index, timeline.position),
      number: index + 1,
      arrived: arrived.get(id) ?? 0,
      expected: expected.get(id) ?? 0,
    });
  });
  return found;
}

function phaseAt(index: number, position: number): Phase {
  if (index < position - 1) return "done";
  if (index === position - 1) return "current";
  return index === position ? "next" : "later";
}

/** Whether it holds some of its gradient and waits for the rest: "1 of 2 arrived". */
export function isWaiting(node: NodeProgress): boolean {
  return (
    (node.phase === "later" || node.phase === "next") && node.arrived > 0 && node.arrived < node.expected
  );
}

/** The nodes that have yet to send a gradient to this one. */
export function awaited(timeline: Timeline, edges: readonly EdgeInfo[], node: string): string[] {
  const at = places(timeline.order);
  const senders = edges.filter((edge) => edge.to === node).map((edge) => edge.from);
  const late = senders.filter((id) => (at.get(id) ?? -1) >= timeline.position);
  return [...new Set(late)].sort((a, b) => at.get(a)! - at.get(b)!);
}

export function outgoingOn(timeline: Timeline | null, edge: EdgeInfo): Outgoing | null {
  const step = stepOf(timeline, edge.from);
  return step?.outgoing.find((out) => out.slot === edge.slot) ?? null;
}

/** Whether the node that an edge comes from has sent its gradient, is the last to have done so, or has yet to. */
export function edgePhase(from: NodeProgress | undefined): "done" | "current" | "later" | null {
  if (!from) return null;
  return from.phase === "next" ? "later" : from.phase;
}

/** One line on where a walk stands: what the strip says before the first step. */
export function positionText(timeline: Timeline): string {
  return `${timeline.position} of ${lengthOf(timeline)}`;
}

export function lengthOf(timeline: Timeline): number {
  return timeline.total ?? timeline.order.length;
}

/** The sentence for the walk's position, also where no step has been taken. */
export function sentence(timeline: Timeline, snapshot: Snapshot): string {
  const step = currentStep(timeline);
  const stopped = timeline.stop?.position === timeline.position ? `${timeline.stop.text} ` : "";
  if (step) return `${stopped}${step.sentence}`;
  const first = snapshot.nodes.find((node) => node.id === timeline.order[0]);
  const start = `${stopped}Backward from ${timeline.root_name}: nothing has run yet.`;
  return first ? `${start} The first step will be ${first.name}.` : start;
}
