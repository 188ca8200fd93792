// The grad_fn chain: the walk along next_functions as an indented list, with what a student types to get there.
import { h, refill, rove } from "./dom";
import type { Change, Model } from "./model";
import type { EdgeInfo, NodeInfo } from "./protocol";

const MOST_LINES = 200;

export interface Line {
  node: NodeInfo;
  depth: number;
  slot: number | null;
  /** Met before by another way: what lies beyond is listed there. */
  again: boolean;
}

/** Depth first along next_functions; a node met again is named, and not followed again. */
export function walkChain(
  root: string,
  nodes: ReadonlyMap<string, NodeInfo>,
  edges: Iterable<EdgeInfo>,
  limit = MOST_LINES,
): { lines: Line[]; cut: boolean } {
  const below = new Map<string, EdgeInfo[]>();
  for (const edge of edges) {
    const list = below.get(edge.from);
    if (list) list.push(edge);
    else below.set(edge.from, [edge]);
  }
  for (const list of below.values()) list.sort((a, b) => b.slot - a.slot);
  const lines: Line[] = [];
  const seen = new Set<string>();
  const todo: { id: string; depth: number; slot: number | null }[] = [{ id: root, depth: 0, slot: null }];
  while (todo.length > 0) {
    const { id, depth, slot } = todo.pop()!;
    const node = nodes.get(id);
    if (!node) continue;
    if (lines.length >= limit) return { lines, cut: true };
    const again = seen.has(id);
    lines.push({ node, depth, slot, again });
    seen.add(id);
    if (again) continue;
    for (const edge of below.get(id) ?? []) todo.push({ id: edge.to, depth: depth + 1, slot: edge.slot });
  }
  return { lines, cut: false };
}

export class ChainView {
  readonly element = h("div", { class: "mt-chain", "data-testid": "chain" });
  private root: string | null = null; // a node
  private lines: Line[] = [];
  private told = "";
  private rows: HTMLElement[] = [];
  private current = 0;

  constructor(private readonly model: Model) {
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("pointerover", (event) => {
      const id = (event.target as Element).closest<HTMLElement>("[data-node]")?.dataset.node;
      this.model.point(id === undefined ? null : { kind: "node", id });
    });
    this.element.addEventListener("pointerleave", () => this.model.point(null));
  }

  refresh(change: Change): void {
    if (change === "data" || (change === "selection" && this.chooseRoot() !== this.root)) this.draw();
    if (change !== "problem") this.mark();
  }

  dispose(): void {}

  /** A chain stays while its lines are being selected; it moves when something outside it is. */
  private chooseRoot(): string | null {
    const { selection, timeline, snapshot } = this.model;
    const chosen = this.model.nodeFor(selection);
    if (chosen !== null && selection?.kind === "tensor" && this.model.nodes.has(chosen)) return chosen;
    const root = this.root !== null && this.model.nodes.has(this.root) ? this.root : null;
    if (chosen !== null && root !== null && this.reaches(root, chosen)) return root;
    const starts = [timeline?.root ?? null, ...[...(snapshot?.roots ?? [])].reverse()];
    const nodes = starts.flatMap((id) => {
      const from = id === null ? null : (this.model.tensors.get(id)?.grad_fn ?? null);
      return from !== null && this.model.nodes.has(from) ? [from] : [];
    });
    if (chosen !== null) return nodes.find((node) => this.reaches(node, chosen)) ?? chosen;
    return root ?? nodes[0] ?? snapshot?.nodes.at(-1)?.id ?? null;
  }

  private reaches(root: string, node: string): boolean {
    const { lines } = walkChain(root, this.model.nodes, this.model.edges.values());
    return lines.some((line) => line.node.id === node);
  }

  private draw(): void {
    this.root = this.chooseRoot();
    const found =
      this.root === null ? null : walkChain(this.root, this.model.nodes, this.model.edges.values());
    this.lines = found?.lines ?? [];
    const told = JSON.stringify([
      found?.cut,
      this.lines.map(({ node, depth, again }) => [node.id, depth, again, node.label, node.expression]),
    ]);
    if (told === this.told) return; // a step changes no line of it
    this.told = told;
    if (!found) {
      refill(this.element, h("p", { class: "mt-note" }, "No grad_fn to follow yet."));
      return;
    }
    this.rows = this.lines.map((line, index) => this.drawLine(line, index));
    const tree = h("div", { role: "tree", "aria-label": "The grad_fn chain" }, ...this.rows);
    const cut = found.cut
      ? h("p", { class: "mt-note" }, `The first ${MOST_LINES} lines; select a node further up to go on.`)
      : null;
    refill(this.element, tree, cut);
    this.current = Math.min(this.current, this.rows.length - 1);
    rove(this.rows, this.rows[this.current] ?? null);
  }

  private drawLine({ node, depth, again }: Line, index: number): HTMLElement {
    const name = node.kind === "leaf" ? `AccumulateGrad (${node.label})` : node.name;
    return h(
      "div",
      {
        class: again ? "mt-line mt-again" : "mt-line",
        role: "treeitem",
        "aria-level": depth + 1,
        "aria-selected": "false",
        "data-node": node.id,
        "data-key": `${index}/${node.id}`,
        title: node.expression,
        style: `--mt-depth: ${Math.min(depth, 12)}`,
        onclick: () => {
          this.step(index);
          this.model.select({ kind: "node", id: node.id });
        },
      },
      h(
        "span",
        { class: "mt-line-name" },
        name,
        again ? h("span", { class: "mt-note" }, " listed above") : null,
      ),
      " ",
      h("code", { class: "mt-line-code" }, node.expression),
    );
  }

  private mark(): void {
    const selected = this.model.nodeFor(this.model.selection);
    const { hover } = this.model;
    const pointed = hover?.kind === "node" ? hover.id : null;
    this.rows.forEach((row, index) => {
      const id = this.lines[index]?.node.id;
      row.classList.toggle("mt-selected", id === selected);
      row.classList.toggle("mt-pointed", id === pointed);
      row.setAttribute("aria-selected", String(id === selected));
    });
  }

  private step(index: number): void {
    this.current = Math.max(0, Math.min(index, this.rows.length - 1));
    rove(this.rows, this.rows[this.current] ?? null);
    this.rows[this.current]?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const depth = this.lines[this.current]?.depth ?? 0;
    const parent = this.lines.findLastIndex((line, index) => index < this.current && line.depth < depth);
    if (event.key === "ArrowDown") this.step(this.current + 1);
    else if (event.key === "ArrowUp") this.step(this.current - 1);
    else if (event.key === "ArrowLeft") this.step(parent < 0 ? this.current : parent);
    else if (event.key === "ArrowRight")
      this.step((this.lines[this.current + 1]?.depth ?? 0) > depth ? this.current + 1 : this.current);
    else if (event.key === "Home") this.step(0);
    else if (event.key === "End") this.step(this.rows.length - 1);
    else if (event.key === "Enter" || event.key === " ") {
      const node = this.lines[this.current]?.node;
      if (node) this.model.select({ kind: "node", id: node.id });
    } else return;
    event.preventDefault();
  }
}
