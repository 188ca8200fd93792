// What travels between the kernel and a view: the shapes of the messages, and the door that checks them.
import type { UpdateMessage } from "./update";

/** A number, "nan" / "inf" / "-inf" (JSON has no such numbers), or true / false. */
export type Scalar = number | string | boolean;

export interface Values {
  data: Scalar[];
  truncated: boolean;
  min: number | null;
  max: number | null;
}

export interface Value extends Values {
  shape: number[];
  dtype: string;
  device?: string;
}

export type TensorKind = "tensor" | "ndarray" | "grad" | "saved" | "buffer";

export interface TensorInfo {
  id: string;
  names: string[];
  kind: TensorKind;
  shape: number[];
  stride: number[];
  offset: number;
  /** In bytes, where offset and stride are no whole number of elements: a field of records, or odd bytes. */
  apart?: { offset: number; stride: number[] };
  /** What torch does to the bytes only as they are read. */
  lazy?: "conj" | "neg";
  itemsize: number;
  dtype: string;
  device: string;
  /** Of a simulated GPU; pictures of earlier versions do not tell. */
  simulated?: boolean;
  requires_grad: boolean;
  is_leaf: boolean;
  retains_grad: boolean;
  version: number | null;
  grad_fn: string | null;
  output_nr: number;
  grad: string | null;
  is_view: boolean;
  lane: string | null;
  values: Values | null;
}

export interface SavedInfo {
  name: string;
  tensor: string | null;
  version: number | null;
  current: number | null;
  state: "saved" | "freed" | "stale";
}

export interface RuleInfo {
  input: string;
  latex: string;
  mathml: string;
  code: string;
}

export interface NodeInfo {
  id: string;
  name: string;
  op: string | null;
  kind: "op" | "leaf";
  label: string;
  sequence: number | null;
  outputs: string[];
  tensor: string | null;
  expression: string;
  saved: SavedInfo[];
  source: { line: string; where: string } | null;
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Point = [number, number];

/** `from` is the later operation, `to` the one whose gradient it makes: as in next_functions. */
export interface EdgeInfo {
  id: string;
  from: string;
  slot: number;
  to: string;
  output: number;
  points: Point[];
}

export interface LaneInfo {
  id: string;
  letter: string;
  device: string;
  simulated?: boolean;
  bytes: number;
  itemsize: number;
  dtype: string;
  cells: Scalar[];
  truncated: boolean;
  address: string;
}

/**
 * Nodes that are drawn as one box until it is opened: a block that repeats. Its place and its edges' are told with all
 * folds closed; the places of `nodes` and the points of edges between them are told from the corner of its inside.
 */
export interface FoldInfo {
  id: string;
  /** What a block does, such as "addmm, relu". */
  label: string;
  count: number;
  nodes: string[];
  x: number;
  y: number;
  width: number;
  height: number;
  /** Width and height of what is inside. */
  inner: [number, number];
}

/** A copy from one device to another; `from` is null where the source is gone, or has no name. */
export interface CopyInfo {
  id: string;
  from: string | null;
  to: string;
  direction: [string, string];
  bytes: number;
  simulated: boolean;
  source: { line: string; where: string } | null;
}

export interface Snapshot {
  protocol: number;
  revision: number;
  title: string;
  engine: string;
  tensors: TensorInfo[];
  nodes: NodeInfo[];
  edges: EdgeInfo[];
  lanes: LaneInfo[];
  folds: FoldInfo[];
  /** By the name of a node: the derivative in each input. */
  rules: Record<string, RuleInfo[]>;
  copies: CopyInfo[];
  width: number;
  height: number;
  omitted: string[];
  text: string;
  roots: string[];
  /** What else the picture tells: each part is told and read by the files of one feature. */
  parts: Record<string, unknown>;
  /** The sections to show; all of them if none is named. */
  views: string[];
  /** What the cell raised, and on which of the student's lines. */
  error?: { text: string; hint: string; line: string; where: string } | null;
}

export interface StepRule {
  latex: string;
  mathml: string;
  code: string;
  numbers_mathml: string;
  numbers_text: string;
}

export interface Outgoing {
  slot: number;
  input: string;
  to: string | null;
  /** Which of that node's outputs it is a gradient of: what arrives there is added up. */
  output?: number;
  value: Value | null;
  /** As the node made it, and the dimensions that are summed over, where broadcasting is undone. */
  spread?: { value: Value; dims: number[] } | null;
  rule: StepRule | null;
  arrived: number;
  expected: number;
  sum: Value | null;
}

/** What a gradient that came in is the sum of. */
export interface Addends {
  parts: {
    step: number;
    node: string;
    name: string;
    slot: number;
    input: string | null;
    value: Value | null;
  }[];
  more: number;
}

export interface Step {
  index: number;
  node: string;
  name: string;
  sentence: string;
  source?: { line: string; where: string } | null;
  /** One for each gradient that came in; null where one node alone has sent it. */
  addends?: (Addends | null)[];
  incoming: (Value | null)[];
  saved: { name: string; value: Value | null }[];
  outgoing: Outgoing[];
  accumulated: { tensor: string; before: Value | null; added: Value; after: Value } | null;
}

export interface Timeline {
  /** Which walk of its inspector this is. */
  walk?: number;
  root: string;
  root_name: string;
  position: number;
  executed: number;
  total: number | null;
  order: string[];
  /** Those that have run; null stands for one that was not told yet. */
  steps: (Step | null)[];
  error: { text: string; hint: string } | null;
  /** Where a run to a breakpoint has stopped. */
  stop?: { position: number; breakpoint: number | null; text: string } | null;
}

export interface SnapshotMessage {
  type: "snapshot";
  revision: number;
  snapshot: Snapshot;
  timeline: Timeline | null;
}

export interface ProblemMessage {
  type: "problem";
  text: string;
}

/** What the kernel says to a question: its answer, or why there is none. */
export interface AnswerMessage {
  type: "answer";
  id: string;
  value: unknown;
  problem: string | null;
}

export type Incoming = SnapshotMessage | UpdateMessage | ProblemMessage | AnswerMessage;

/** A question to a feature of the kernel's side: `type` names it, and its answer carries the same `id`. */
export interface Question {
  type: string;
  id: string;
  [detail: string]: unknown;
}

export type OutgoingMessage =
  | { type: "hello" }
  | { type: "backward"; tensor: string }
  | { type: "goto"; position: number }
  | { type: "run"; direction: 1 | -1 }
  | { type: "look" }
  | { type: "steps"; nodes: string[] }
  | { type: "finish" }
  | Question;

/** Both carriers look like this: anywidget's custom messages and the docked panel's comm. */
export interface Channel {
  /** There is no kernel behind it, and there will be none: a file that was saved. */
  readonly saved?: boolean;
  send(message: OutgoingMessage): void;
  onMessage(callback: (message: unknown) => void): () => void;
}

export const PROTOCOL = 1;

const SNAPSHOT_LISTS = [
  "tensors",
  "nodes",
  "edges",
  "lanes",
  "folds",
  "copies",
  "omitted",
  "roots",
  "views",
] as const;

/**
 * The message, if it is one that this view understands; otherwise a problem that says why not. Null for other traffic.
 * Only the frame is checked: a fault further in becomes a line of text in the view that meets it.
 */
export function readMessage(raw: unknown): Incoming | null {
  if (!isRecord(raw)) return null;
  if (raw.type === "problem") return { type: "problem", text: String(raw.text ?? "") };
  if (raw.type === "answer") {
    const why = raw.problem === undefined ? null : String(raw.problem);
    return { type: "answer", id: String(raw.id), value: raw.value ?? null, problem: why };
  }
  if (raw.type === "update") return raw as unknown as UpdateMessage;
  if (raw.type !== "snapshot") return null;
  if (!isRecord(raw.snapshot)) return problem("the message holds no snapshot");
  const given = raw.snapshot;
  if (typeof given.protocol === "number" && given.protocol !== PROTOCOL) {
    return problem(
      `the kernel speaks version ${given.protocol}, this page version ${PROTOCOL}: reload the page after an update`,
    );
  }
  const lists = Object.fromEntries(
    SNAPSHOT_LISTS.map((name) => [name, Array.isArray(given[name]) ? given[name] : []]),
  );
  const snapshot = {
    protocol: PROTOCOL,
    title: "",
    engine: "",
    width: 0,
    height: 0,
    text: "",
    ...given,
    ...lists,
    parts: isRecord(given.parts) ? given.parts : {},
    rules: isRecord(given.rules) ? given.rules : {},
  } as unknown as Snapshot;
  const revision = Number(raw.revision ?? given.revision ?? 0);
  return {
    type: "snapshot",
    revision: Number.isFinite(revision) ? revision : 0,
    snapshot,
    timeline: isRecord(raw.timeline) ? (raw.timeline as unknown as Timeline) : null,
  };
}

function problem(why: string): ProblemMessage {
  return { type: "problem", text: `This picture could not be read: ${why}.` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
