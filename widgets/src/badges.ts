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

/** The second line in a node's box: the shape of a leaf, the name of an operation's node. */
export function subtitle(model: Model, node: NodeInfo): string {
  if (node.kind === "op") return node.name;
  const tensor = node.tensor === null ? undefined : model.tensors.get(node.tensor);
  return tensor ? formatTuple(tensor.shape) : "leaf";
}

/** The first line: what it is, and the names of what it made. */
export function heading(model: Model, node: NodeInfo): string {
  const names = node.outputs.flatMap((id) => model.tensors.get(id)?.names ?? []);
  return node.kind === "op" && names.length > 0 ? `${node.label} → ${names.join(", ")}` : node.label;
}

/** The node in words, for those who hear it. */
export function nodeLabel(model: Model, node: NodeInfo, at: NodeProgress | undefined, total: number): string {
  const parts = [node.kind === "leaf" ? `Leaf ${node.label}` : `${node.name}, operation ${node.label}`];
  const made = node.outputs.flatMap((id) => model.tensors.get(id) ?? []);
  for (const tensor of made)
    parts.push(`makes ${model.nameOf(tensor)} of shape ${formatTuple(tensor.shape)}`);
  if (node.kind === "leaf") parts.push(`shape ${subtitle(model, node)}`);
  for (const badge of badges(node, retains(model, node))) if (badge.kind !== "leaf") parts.push(badge.words);
  if (at) {
    const phase = { done: "done", current: "just done", next: "next", later: "not yet run" }[at.phase];
    parts.push(`step ${at.number} of ${total}, ${phase}`);
    if (isWaiting(at)) parts.push(`${at.arrived} of ${at.expected} gradients arrived`);
  }
  return parts.join("; ");
}
