// What a node tells about itself, each as a letter with a shape of its own before it is a colour.
import { formatTuple } from "./format";
import type { Model } from "./model";
import type { NodeInfo, SavedInfo } from "./protocol";
import { isWaiting, type NodeProgress } from "./walk";

export interface Badge {
  kind: "leaf" | "retained" | "saved" | "freed" | "stale";
  letter: string;
  words: string;
}

/** The key to the letters, shown under the graph. */
export const KEY: readonly Badge[] = [
  { kind: "leaf", letter: "L", words: "leaf" },
  { kind: "retained", letter: "R", words: "retains its grad" },
  { kind: "saved", letter: "S", words: "saved for backward" },
  { kind: "freed", letter: "F", words: "freed" },
  { kind: "stale", letter: "!", words: "stale: written after saving" },
];

export function badges(node: NodeInfo, retains: boolean): Badge[] {
  const found: Badge[] = [];
  const named = (state: SavedInfo["state"]) => node.saved.filter((each) => each.state === state);
  const list = (all: SavedInfo[]) => all.map((each) => each.name).join(", ");
  if (node.kind === "leaf") found.push({ kind: "leaf", letter: "L", words: "a leaf" });
  if (retains) found.push({ kind: "retained", letter: "R", words: "retains its grad" });
  const stale = named("stale");
  if (stale.length > 0) {
    const versions = stale.map(
      (each) =>
        `${each.name} was version ${each.version ?? "?"} when saved and is ${each.current ?? "?"} now`,
    );
    found.push({ kind: "stale", letter: "!", words: `stale: ${versions.join("; ")}` });
  }
  if (named("saved").length > 0)
    found.push({ kind: "saved", letter: "S", words: `saved ${list(named("saved"))}` });
  if (named("freed").length > 0)
    found.push({ kind: "freed", letter: "F", words: `freed ${list(named("freed"))}` });
  return found;
}

export function retains(model: Model, node: NodeInfo): boolean {
  return node.kind === "op" && node.outputs.some((id) => model.tensors.get(id)?.retains_grad === true);
}

/** The first line in a node's box: the leaf's name, or the operation's. */
export function heading(node: NodeInfo): string {
  return node.label;
}

/** The second line: a leaf's shape, the names and the shape of what an operation made, else the node's own name. */
export function subtitle(model: Model, node: NodeInfo): string {
  const ids = node.tensor === null ? node.outputs : [node.tensor];
  const tensors = ids.flatMap((id) => model.tensors.get(id) ?? []);
  const first = tensors[0];
  if (!first) return node.kind === "leaf" ? "leaf" : node.name;
  const shape = formatTuple(first.shape);
  return node.kind === "leaf" ? shape : `${tensors.map((each) => each.names[0] ?? "").join(", ")} ${shape}`;
}

/** The node in words, for those who hear it; it begins with what is to be seen in the box. */
export function nodeLabel(model: Model, node: NodeInfo, at: NodeProgress | undefined, total: number): string {
  const seen = `${heading(node)} ${subtitle(model, node)}`;
  const parts = [`${seen}: ${node.kind === "leaf" ? "leaf" : node.name}`];
  const names = node.outputs.flatMap((id) => model.tensors.get(id)?.names ?? []);
  if (names.length > 0) parts.push(`makes ${names.join(", ")}`);
  for (const badge of badges(node, retains(model, node))) if (badge.kind !== "leaf") parts.push(badge.words);
  if (at) {
    const phase = { done: "done", current: "just done", next: "next", later: "not yet run" }[at.phase];
    parts.push(`step ${at.number} of ${total}, ${phase}`);
    if (isWaiting(at)) parts.push(`${at.arrived} of ${at.expected} gradients arrived`);
  }
  return parts.join("; ");
}
