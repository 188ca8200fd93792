// What all views share: the last picture, one selection, one hover, and the way to the kernel.
import {
  type AnswerMessage,
  type Channel,
  type CopyInfo,
  type EdgeInfo,
  type LaneInfo,
  type NodeInfo,
  type OutgoingMessage,
  readMessage,
  type SavedInfo,
  type Snapshot,
  type SnapshotMessage,
  type TensorInfo,
  type Timeline,
} from "./protocol";
import { type Bytes, type Place, placesOn, writtenCells } from "./reads";
import { applied, type UpdateMessage } from "./update";
import { isKnown } from "./walk";

export type Selection = { kind: "node" | "tensor"; id: string };
export type Hover =
  | { kind: "node" | "tensor" | "edge" | "copy"; id: string }
  | { kind: "bytes"; bytes: Bytes };
export type Change = "data" | "selection" | "hover" | "problem";

const LOOKING: ReadonlySet<string> = new Set(["hello", "moment", "trace", "lesson", "look", "steps"]);
const AS_IT_WAS = "This is a picture of earlier, as it was. Go back to now to do something.";
const PATIENCE = 4000; // ms without an answer before a line says so
const SETTLE = 1500; // ms for which the reader's own step wins over an older answer
const REST = 200; // ms without a step after which the kernel is asked for what it has put off

export class Model {
  snapshot: Snapshot | null = null;
  timeline: Timeline | null = null;
  selection: Selection | null = null;
  hover: Hover | null = null;
  problem = "";
  written = new Map<string, Set<number>>();

  readonly tensors = new Map<string, TensorInfo>();
  readonly nodes = new Map<string, NodeInfo>();
  readonly edges = new Map<string, EdgeInfo>();
  readonly lanes = new Map<string, LaneInfo>();

  private revision = Number.NEGATIVE_INFINITY;
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly went: (Selection | null)[] = [];
  private readonly reads = new Map<string, Place[]>();
  private savedBy = new Map<string, { node: NodeInfo; saved: SavedInfo }>();
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private told: SnapshotMessage | null = null; // as the kernel told it; the reader may have stepped on from there
  /** A picture of earlier that is shown in place of the last one: nothing can be done to it. */
  past: Snapshot | null = null;
  private missed: Selection | null = null; // what was selected, where the picture shown does not have it
  private readonly asked = new Map<string, (answer: AnswerMessage) => void>();
  private wanted: { position: number; root: string; until: number } | null = null;
  private readonly stopListening: () => void;

  constructor(readonly channel: Channel) {
    this.stopListening = channel.onMessage((message) => this.receive(message));
  }

  dispose(): void {
    clearTimeout(this.waiting);
    clearTimeout(this.resting);
    this.stopListening();
    this.listeners.clear();
  }

  listen(listener: (change: Change) => void): void {
    this.listeners.add(listener);
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  // Messages ------------------------------------------------------------------------------------------------------

  receive(raw: unknown): void {
    const message = readMessage(raw);
    if (message === null) return;
    if (message.type === "problem") {
      clearTimeout(this.waiting);
      this.report(message.text);
      return;
    }
    clearTimeout(this.waiting);
    if (message.type === "answer") {
      this.asked.get(message.id)?.(message); // another view's question has no entry here
      return;
    }
    if (message.revision <= this.revision) return; // late, or told twice: this picture or a newer one is up already
    try {
      const whole = message.type === "update" ? this.updated(message) : message;
      if (whole === null) return;
      this.revision = whole.revision;
      this.told = whole;
      this.past = null; // what has just happened is looked at first
      this.take(whole.snapshot, whole.timeline);
    } catch (error) {
      this.report(`This picture could not be read (${describe(error)}).`);
    }
  }

  /** What an update amounts to; null where it builds on a picture that this view does not have. */
  private updated(update: UpdateMessage): SnapshotMessage | null {
    if (this.told === null || update.base !== this.revision) {
      this.send({ type: "hello" });
      return null;
    }
    if (update.more) this.lookWhenAtRest();
    return applied(this.told, update);
  }

  /** The kernel puts off what takes long, so that a step is quick: it is asked for when no step has come for a while. */
  private lookWhenAtRest(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.send({ type: "look" }), REST);
  }

  private take(snapshot: Snapshot, timeline: Timeline | null): void {
    this.written = new Map();
    for (const lane of snapshot.lanes) {
      const written = writtenCells(this.lanes.get(lane.id), lane);
      if (written.size > 0) this.written.set(lane.id, written);
    }
    this.snapshot = snapshot;
    this.timeline = this.settled(timeline);
    refillMap(this.tensors, snapshot.tensors);
    refillMap(this.nodes, snapshot.nodes);
    refillMap(this.edges, snapshot.edges);
    refillMap(this.lanes, snapshot.lanes);
    this.reads.clear();
    this.savedBy = new Map();
    for (const node of snapshot.nodes) {
      for (const saved of node.saved) {
        if (saved.tensor !== null && !this.savedBy.has(saved.tensor)) {
          this.savedBy.set(saved.tensor, { node, saved });
        }
      }
    }
    this.keepSelection();
    this.hover = null;
    this.problem = "";
    this.tell("data");
  }

  /** A selection outlives a picture that does not have it. */
  private keepSelection(): void {
    if (this.selection && !this.exists(this.selection)) {
      this.missed = this.selection;
      this.selection = null;
    } else if (!this.selection && this.missed && this.exists(this.missed)) {
      this.selection = this.missed;
    }
    if (this.selection) this.missed = null;
  }

  /** The last picture that the kernel has told of, whichever is shown. */
  get present(): Snapshot | null {
    return this.told?.snapshot ?? null;
  }

  /** Show a picture of earlier, or, with null, the last one again. `onward`: it comes after the one that is shown. */
  show(past: Snapshot | null, onward = true): void {
    if (this.told === null) return;
    clearTimeout(this.resting); // what was put off is asked for when now is looked at again
    this.past = past;
    if (!onward) this.lanes.clear(); // going back writes nothing
    const picture = past ?? this.told.snapshot;
    this.take(picture, past ? null : this.told.timeline);
  }

  /** The reader may step faster than the kernel answers: the step asked for last wins over answers to earlier ones. */
  private settled(timeline: Timeline | null): Timeline | null {
    const wanted = this.wanted;
    if (!timeline || !wanted) return timeline;
    const reached = timeline.position === wanted.position;
    if (reached || timeline.root !== wanted.root || timeline.error || Date.now() > wanted.until) {
      this.wanted = null;
      return timeline;
    }
    return isKnown(timeline, wanted.position) ? { ...timeline, position: wanted.position } : timeline;
  }

  send(message: OutgoingMessage): void {
    if (this.channel.saved) {
      this.channel.send(message); // a file answers at once, or says that it can't
      return;
    }
    if (this.past && !LOOKING.has(message.type)) {
      this.report(AS_IT_WAS);
      return;
    }
    try {
      this.channel.send(message);
    } catch (error) {
      this.report(`The kernel cannot be reached (${describe(error)}).`);
      return;
    }
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.report("No answer from the kernel: it is busy with a cell, or it is not running.");
    }, PATIENCE);
  }

  /** Ask a feature of the kernel's side; what it can't answer is thrown as an error with its words. */
  ask(type: string, details: Record<string, unknown> = {}): Promise<unknown> {
    if (this.past && !LOOKING.has(type)) return Promise.reject(new Error(AS_IT_WAS));
    // not crypto.randomUUID: a notebook server over plain http has none
    const id = `q${Math.random().toString(36).slice(2)}`;
    return new Promise((resolve, reject) => {
      this.asked.set(id, ({ value, problem }) => {
        this.asked.delete(id);
        if (problem === null) resolve(value);
        else reject(new Error(problem));
      });
      this.send({ ...details, type, id });
    });
  }

  /** What a feature tells with this picture; undefined where it has nothing to tell. */
  part<T>(name: string): T | undefined {
    return this.snapshot?.parts[name] as T | undefined;
  }

  report(problem: string): void {
    this.problem = problem;
    this.tell("problem");
  }

  /** Where the reader is heading: the position asked for last, or else where the walk stands. */
  get aim(): number {
    const wanted = this.wanted;
    if (wanted && wanted.root === this.timeline?.root && Date.now() <= wanted.until) return wanted.position;
    return this.timeline?.position ?? 0;
  }

  /** Go to a position of the walk: at once where its step is known, and tell the kernel, which runs what is missing. */
  goto(position: number): void {
    const timeline = this.timeline;
    if (!timeline) return;
    const last = timeline.total ?? timeline.order.length;
    const within = Math.max(0, Math.min(position, last));
    const target = this.channel.saved ? this.inTheFile(timeline, within) : within;
    if (target === this.aim) return;
    this.wanted = { position: target, root: timeline.root, until: Date.now() + SETTLE };
    clearTimeout(this.resting);
    if (isKnown(timeline, target)) {
      this.timeline = { ...timeline, position: target };
      this.tell("data");
    }
    this.send({ type: "goto", position: target });
  }

  /** The position, or the last one before it that a saved file holds. */
  private inTheFile(timeline: Timeline, position: number): number {
    let found = position;
    while (!isKnown(timeline, found)) found--;
    const missing = `Step ${position} is not in this file: it had not run when the file was saved, or was left out.`;
    const problem = found === position ? "" : missing;
    if (problem !== this.problem) this.report(problem);
    return found;
  }

  // Selection and hover -------------------------------------------------------------------------------------------

  select(selection: Selection | null): void {
    this.missed = null;
    if (same(selection, this.selection)) return;
    this.went.push(this.selection);
    if (this.went.length > 50) this.went.shift();
    this.selection = selection;
    this.tell("selection");
  }

  /** Back to what was selected before, and at the end to nothing. False where there is nothing to go back to. */
  back(): boolean {
    while (this.went.length > 0) {
      const before = this.went.pop() ?? null;
      if (same(before, this.selection) || (before && !this.exists(before))) continue;
      this.selection = before;
      this.tell("selection");
      return true;
    }
    if (!this.selection) return false;
    this.selection = null;
    this.tell("selection");
    return true;
  }

  point(hover: Hover | null): void {
    if (JSON.stringify(hover) === JSON.stringify(this.hover)) return;
    this.hover = hover;
    this.tell("hover");
  }

  private exists(selection: Selection): boolean {
    return (selection.kind === "node" ? this.nodes : this.tensors).has(selection.id);
  }

  // Questions that several views ask ------------------------------------------------------------------------------

  /** The node that stands for a selection in the graph: itself, or the one that made the tensor, or its leaf. */
  nodeFor(selection: Selection | null): string | null {
    if (!selection) return null;
    if (selection.kind === "node") return selection.id;
    const tensor = this.tensors.get(selection.id);
    if (!tensor) return null;
    if (tensor.grad_fn !== null) return tensor.grad_fn;
    for (const node of this.nodes.values()) if (node.tensor === tensor.id) return node.id;
    return null;
  }

  /** The tensors that a selection stands for: itself, or what the node made, saved, or accumulates into. */
  tensorsFor(selection: Selection | null): string[] {
    if (!selection) return [];
    if (selection.kind === "tensor") return [selection.id];
    const node = this.nodes.get(selection.id);
    if (!node) return [];
    const saved = node.saved.flatMap((each) => (each.tensor === null ? [] : [each.tensor]));
    return [...new Set([...node.outputs, ...(node.tensor === null ? [] : [node.tensor]), ...saved])];
  }

  /** What a student would call it. A saved tensor without a name is called after the node that holds it. */
  nameOf(tensor: TensorInfo): string {
    if (tensor.names.length > 0) return tensor.names.join(", ");
    const holder = this.savedBy.get(tensor.id);
    if (holder) return `${holder.node.name}._saved_${holder.saved.name}`;
    return `a ${tensor.kind} without a name`;
  }

  nameOfId(id: string | null): string {
    const tensor = id === null ? undefined : this.tensors.get(id);
    return tensor ? this.nameOf(tensor) : "a tensor out of sight";
  }

  nodeName(id: string | null): string {
    const node = id === null ? undefined : this.nodes.get(id);
    if (!node) return "nothing";
    return node.kind === "leaf" ? node.label : node.name;
  }

  /** What a tensor reads of its lane's cells. */
  placesOf(tensor: TensorInfo, lane: LaneInfo): Place[] {
    let found = this.reads.get(tensor.id);
    if (!found) {
      found = placesOn(tensor, lane);
      this.reads.set(tensor.id, found);
    }
    return found;
  }

  /** The copies that begin or end on this lane. */
  copiesAt(lane: string): CopyInfo[] {
    return (this.snapshot?.copies ?? []).filter((copy) => copy.from === lane || copy.to === lane);
  }

  tensorsOn(lane: string): TensorInfo[] {
    return (this.snapshot?.tensors ?? []).filter((tensor) => tensor.lane === lane);
  }
}

export function same(a: Selection | null, b: Selection | null): boolean {
  return a?.kind === b?.kind && a?.id === b?.id;
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refillMap<T extends { id: string }>(map: Map<string, T>, items: readonly T[]): void {
  map.clear();
  for (const item of items) map.set(item.id, item);
}
