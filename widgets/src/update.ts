// Updates: what is different from the last message, put into it. The kernel's side of this is updates.py.
import type { Snapshot, SnapshotMessage, Step, Timeline } from "./protocol";

interface ListChange {
  /** New things, and things that are different now. */
  put?: { id: string }[];
  gone?: string[];
  /** All ids, where the order is another one. */
  order?: string[];
}

export interface UpdateMessage {
  type: "update";
  /** The revision that it builds on: a view that has another one asks for everything. */
  base: number;
  revision: number;
  snapshot: {
    set: Partial<Snapshot>;
    /** A part that is gone is null. */
    parts: Record<string, unknown>;
    lists: Record<string, ListChange>;
  };
  timeline: null | { whole: Timeline } | { facts: Partial<Timeline>; steps: Record<string, Step> };
  /** There is more to tell than this: ask again when the reader is at rest. */
  more: boolean;
}

/** A message with everything, after an update. Whatever did not change stays the same object. */
export function applied(message: SnapshotMessage, update: UpdateMessage): SnapshotMessage {
  return {
    type: "snapshot",
    revision: update.revision,
    snapshot: changed(message.snapshot, update.snapshot),
    timeline: timelineApplied(message.timeline, update.timeline),
  };
}

/** A picture, after what changed in it. */
export function changed(before: Snapshot, { set, parts, lists }: UpdateMessage["snapshot"]): Snapshot {
  const snapshot: Snapshot = { ...before, ...set };
  const all = Object.entries({ ...snapshot.parts, ...parts });
  snapshot.parts = Object.fromEntries(all.filter(([, told]) => told !== null));
  for (const [name, change] of Object.entries(lists)) {
    const held = snapshot as unknown as Record<string, { id: string }[]>;
    held[name] = listApplied(held[name] ?? [], change);
  }
  return snapshot;
}

function listApplied(things: readonly { id: string }[], change: ListChange): { id: string }[] {
  const held = new Map(things.map((each) => [each.id, each]));
  for (const id of change.gone ?? []) held.delete(id);
  for (const each of change.put ?? []) held.set(each.id, each);
  return change.order ? change.order.flatMap((id) => held.get(id) ?? []) : [...held.values()];
}

function timelineApplied(timeline: Timeline | null, change: UpdateMessage["timeline"]): Timeline | null {
  if (change === null) return null;
  if ("whole" in change) return change.whole;
  if (timeline === null) throw new Error("the walk that it continues is not known");
  const found = { ...timeline, ...change.facts };
  const steps = [...timeline.steps];
  while (steps.length < found.executed) steps.push(null);
  for (const [index, step] of Object.entries(change.steps)) steps[Number(index)] = step;
  return { ...found, steps };
}

/** Keeps the last message with everything for a view that comes late, in whichever pieces it was told. */
export class Latest {
  message: unknown = null;

  hear(raw: unknown): void {
    const told = raw as { type?: unknown; base?: unknown } | null;
    if (told?.type === "snapshot") this.message = raw;
    if (told?.type !== "update") return;
    const last = this.message as SnapshotMessage | null;
    if (last?.revision !== told.base) return; // it missed one: whoever shows it will ask for everything
    try {
      this.message = applied(last as SnapshotMessage, raw as UpdateMessage);
    } catch {
      // the view that meets the same fault says so
    }
  }
}
