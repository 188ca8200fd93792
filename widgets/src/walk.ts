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

/** The step that ran last at the walk's position, or null before the first. */
export function currentStep(timeline: Timeline | null): Step | null {
  return timeline ? (timeline.steps[timeline.position - 1] ?? null) : null;
}

/** The step of this node, if it has been taken at the walk's position. */
export function stepOf(timeline: Timeline | null, node: string): Step | null {
  if (!timeline) return null;
  return timeline.steps.slice(0, timeline.position).find((step) => step.node === node) ?? null;
}

export function progress(timeline: Timeline, edges: readonly EdgeInfo[]): Map<string, NodeProgress> {
  const walked = new Set(timeline.order);
  const expected = new Map<string, number>();
  for (const edge of edges) {
    if (walked.has(edge.from)) expected.set(edge.to, (expected.get(edge.to) ?? 0) + 1);
  }
  const arrived = new Map<string, number>();
  for (const step of timeline.steps.slice(0, timeline.position)) {
    for (const out of step.outgoing) {
      if (out.to === null) continue;
      arrived.set(out.to, out.arrived);
      expected.set(out.to, out.expected);
    }
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
  const total = timeline.total ?? timeline.order.length;
  return `${timeline.position} of ${total}`;
}

/** The sentence for the walk's position, also where no step has been taken. */
export function sentence(timeline: Timeline, snapshot: Snapshot): string {
  const step = currentStep(timeline);
  if (step) return step.sentence;
  const first = snapshot.nodes.find((node) => node.id === timeline.order[0]);
  const start = `Backward from ${timeline.root_name}: nothing has run yet.`;
  return first ? `${start} The first step will be ${first.name}.` : start;
}
