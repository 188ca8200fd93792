// The pane: everything about the one node or tensor that is selected.
import { css, laneColour, textOn } from "./colour";
import { copySentence, deviceName } from "./copies";
import { h, refill } from "./dom";
import { capitalise, formatBytes, formatTuple } from "./format";
import { numbers, rule } from "./formula";
import { heatmap, nothing } from "./heatmap";
import type { Change, Model } from "./model";
import type { NodeInfo, SavedInfo, TensorInfo, Value } from "./protocol";
import { elementBytes, elementsAt } from "./reads";
import { currentStep, isUntold, progress, stepOf } from "./walk";

type Part = Node | null;

export class PaneView {
  readonly element = h("div", { class: "mt-pane", "data-testid": "pane" });
  /** The heat maps on show, with the tensors that they show. */
  private maps: { tensor: TensorInfo; map: HTMLElement }[] = [];

  constructor(private readonly model: Model) {}

  refresh(change: Change): void {
    if (change === "data" || change === "selection") this.draw();
    if (change === "hover") this.mark();
  }

  dispose(): void {}

  private draw(): void {
    this.maps = [];
    const { selection, timeline } = this.model;
    const step = currentStep(timeline);
    const shown = selection ?? (step ? { kind: "node" as const, id: step.node } : null);
    const tensor = shown?.kind === "tensor" ? this.model.tensors.get(shown.id) : undefined;
    const node = shown?.kind === "node" ? this.model.nodes.get(shown.id) : undefined;
    if (tensor) refill(this.element, ...this.drawTensor(tensor));
    else if (node) {
      const hint = selection
        ? null
        : h("p", { class: "mt-note" }, "Nothing is selected: this is the step just taken.");
      refill(this.element, hint, ...this.drawNode(node));
    } else {
      refill(
        this.element,
        h(
          "p",
          { class: "mt-note" },
          "Select a node of the graph or a tensor on a lane to see what it holds.",
        ),
      );
    }
  }

  private mark(): void {
    const { hover } = this.model;
    for (const { tensor, map } of this.maps) {
      const lit = new Set(hover?.kind === "bytes" ? elementsAt(tensor, hover.bytes) : []);
      for (const cell of map.querySelectorAll<HTMLElement>("[data-element]")) {
        cell.classList.toggle("mt-lit", lit.has(Number(cell.dataset.element)));
      }
    }
  }

  // A node --------------------------------------------------------------------------------------------------------

  private drawNode(node: NodeInfo): Part[] {
    const leaf = node.kind === "leaf" ? this.model.tensors.get(node.tensor ?? "") : undefined;
    return [
      h(
        "div",
        { class: "mt-pane-title" },
        h("strong", {}, node.kind === "leaf" ? `AccumulateGrad of ${node.label}` : node.name),
        node.op ? h("span", { class: "mt-note" }, ` the backward of ${node.op}`) : null,
      ),
      this.fact("reach it by", h("code", { class: "mt-code" }, node.expression)),
      node.source ? this.fact(node.source.where, h("code", { class: "mt-code" }, node.source.line)) : null,
      ...this.drawRules(node),
      ...this.drawSaved(node),
      ...this.drawGradients(node),
      ...node.outputs.flatMap((id) => this.drawMade(id)),
      ...(leaf ? this.drawTensor(leaf) : []),
    ];
  }

  private drawRules(node: NodeInfo): Part[] {
    const rules = this.model.snapshot?.rules[node.name] ?? [];
    if (rules.length === 0) return [];
    const step = stepOf(this.model.timeline, node.id);
    return [
      heading("Rule"),
      ...rules.map((each) => {
        const taken = step?.outgoing.find((out) => out.input === each.input);
        return h(
          "div",
          { class: "mt-rules" },
          h("span", { class: "mt-note" }, `for ${each.input}`),
          rule(each),
          numbers(taken?.rule),
        );
      }),
    ];
  }

  private drawSaved(node: NodeInfo): Part[] {
    if (node.saved.length === 0) return [];
    const rows = node.saved.map((saved) => {
      const tensor = this.model.tensors.get(saved.tensor ?? "");
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, h("code", {}, `_saved_${saved.name}`)),
        h("td", {}, tensor ? this.link(tensor) : saved.state === "freed" ? "" : "out of sight"),
        h("td", {}, state(saved)),
      );
    });
    return [heading("Saved for backward"), h("table", { class: "mt-table" }, h("tbody", {}, ...rows))];
  }

  private drawGradients(node: NodeInfo): Part[] {
    const { timeline } = this.model;
    if (!timeline) return [];
    const at = progress(timeline, []).get(node.id);
    const step = stepOf(timeline, node.id);
    if (!at)
      return [h("p", { class: "mt-note" }, `This walk from ${timeline.root_name} does not come here.`)];
    const values = step ? step.incoming : [undefined];
    return [
      heading("Gradient in"),
      ...values.map((value) => {
        if (value === undefined && isUntold(timeline, node.id))
          return h("p", { class: "mt-note" }, "It has run; its numbers are on their way.");
        if (value === undefined)
          return nothing("not computed", `it is step ${at.number} of ${timeline.order.length}`);
        return value === null
          ? nothing("None", "nothing flows in here")
          : heatmap(value, { label: "Gradient in", room: this.room() });
      }),
    ];
  }

  private drawMade(id: string): Part[] {
    const tensor = this.model.tensors.get(id);
    if (!tensor) return [];
    return [
      heading(`Makes ${this.model.nameOf(tensor)}`),
      h("p", {}, this.link(tensor), ` ${formatTuple(tensor.shape)} ${tensor.dtype}`),
      this.drawValues(tensor),
    ];
  }

  // A tensor ------------------------------------------------------------------------------------------------------

  private drawTensor(tensor: TensorInfo): Part[] {
    const array = tensor.kind === "ndarray";
    const fn = tensor.grad_fn === null ? undefined : this.model.nodes.get(tensor.grad_fn);
    const yes = (value: boolean) => h("code", {}, value ? "True" : "False");
    return [
      h(
        "div",
        { class: "mt-pane-title" },
        h("strong", {}, this.model.nameOf(tensor)),
        h(
          "span",
          { class: "mt-note" },
          array ? " a NumPy array" : tensor.is_view ? ` a ${tensor.kind}, and a view` : ` a ${tensor.kind}`,
        ),
      ),
      this.facts([
        ["shape", h("code", {}, formatTuple(tensor.shape))],
        ["dtype", h("code", {}, tensor.dtype)],
        ["device", h("code", {}, deviceName(tensor))],
        [
          "stride",
          h(
            "code",
            {},
            tensor.apart ? `${formatTuple(tensor.apart.stride)} bytes` : formatTuple(tensor.stride),
          ),
        ],
        [
          "storage_offset",
          h("code", {}, tensor.apart ? `${tensor.apart.offset} bytes` : String(tensor.offset)),
        ],
        [
          "version",
          array
            ? h("span", {}, "none: NumPy does not count writes")
            : h("code", {}, tensor.version === null ? "?" : `v${tensor.version}`),
        ],
        ["requires_grad", array ? null : yes(tensor.requires_grad)],
        ["is_leaf", array ? null : yes(tensor.is_leaf)],
        [
          "grad_fn",
          array
            ? null
            : fn
              ? this.nodeLink(fn)
              : tensor.grad_fn === null
                ? h("code", {}, "None")
                : h("span", {}, "out of sight"),
        ],
        ["grad", array || tensor.kind === "grad" ? null : this.drawGrad(tensor)],
        ["storage", this.drawStorage(tensor)],
        ["shares it with", this.drawSharers(tensor)],
        ["copies", this.drawCopies(tensor)],
      ]),
      heading("Values"),
      this.drawValues(tensor),
    ];
  }

  private drawGrad(tensor: TensorInfo): HTMLElement {
    const grad = this.model.tensors.get(tensor.grad ?? "");
    if (grad) return this.link(grad);
    if (!tensor.requires_grad) return nothing("None", "it does not require grad");
    if (!tensor.is_leaf && !tensor.retains_grad)
      return nothing("None", "not a leaf, and it does not retain its grad");
    return nothing("None", "no backward has reached it");
  }

  private drawStorage(tensor: TensorInfo): HTMLElement {
    const lane = this.model.lanes.get(tensor.lane ?? "");
    if (!lane) return h("span", {}, "no bytes to show");
    const colour = laneColour(lane.letter);
    return h(
      "span",
      {},
      h(
        "span",
        { class: "mt-letter", style: `--mt-lane: ${css(colour)}; --mt-lane-text: ${textOn(colour)}` },
        lane.letter,
      ),
      ` ${deviceName(lane)}, ${formatBytes(lane.bytes)}`,
    );
  }

  private drawSharers(tensor: TensorInfo): HTMLElement | null {
    if (tensor.lane === null) return null;
    const sharers = this.model.tensorsOn(tensor.lane).filter((other) => other.id !== tensor.id);
    if (sharers.length === 0) return h("span", {}, "nothing else in sight");
    const list = h("span", { class: "mt-links" }, ...sharers.slice(0, 8).map((each) => this.link(each)));
    if (sharers.length > 8) list.append(` and ${sharers.length - 8} more`);
    return list;
  }

  private drawCopies(tensor: TensorInfo): HTMLElement | null {
    const copies = tensor.lane === null ? [] : this.model.copiesAt(tensor.lane);
    if (copies.length === 0) return null;
    const told = copies.slice(-6).map((copy) => h("div", {}, copySentence(copy, this.model.lanes)));
    return h("div", {}, ...told);
  }

  private drawValues(tensor: TensorInfo): HTMLElement {
    if (tensor.values === null) {
      return h(
        "p",
        { class: "mt-note" },
        tensor.device === "cpu"
          ? "The values were left out."
          : `The values stay on ${tensor.device} and were not read.`,
      );
    }
    const value: Value = { ...tensor.values, shape: tensor.shape, dtype: tensor.dtype };
    const map = heatmap(value, {
      label: `Values of ${this.model.nameOf(tensor)}`,
      room: this.room(),
      onElement: (k) => {
        const bytes = k === null ? null : elementBytes(tensor, k);
        this.model.point(bytes ? { kind: "bytes", bytes } : null);
      },
    });
    this.maps.push({ tensor, map });
    return map;
  }

  // Pieces --------------------------------------------------------------------------------------------------------

  private room(): number {
    return Math.max(220, Math.min(560, (this.element.clientWidth || 360) - 24));
  }

  private fact(name: string, value: Node): HTMLElement {
    return this.facts([[name, value]]);
  }

  private facts(rows: [string, Node | null][]): HTMLElement {
    const list = h("dl", { class: "mt-facts" });
    for (const [name, value] of rows)
      if (value) list.append(h("div", {}, h("dt", {}, name), h("dd", {}, value)));
    return list;
  }

  private link(tensor: TensorInfo): HTMLElement {
    return this.button(this.model.nameOf(tensor), `tensor/${tensor.id}`, () =>
      this.model.select({ kind: "tensor", id: tensor.id }),
    );
  }

  private nodeLink(node: NodeInfo): HTMLElement {
    return this.button(node.name, `node/${node.id}`, () => this.model.select({ kind: "node", id: node.id }));
  }

  private button(words: string, key: string, act: () => void): HTMLElement {
    return h(
      "button",
      { type: "button", class: "mt-link", title: words, "data-key": key, onclick: act },
      words,
    );
  }
}

function heading(words: string): HTMLElement {
  return h("div", { class: "mt-heading" }, words);
}

/** A saved tensor's state: a letter in a shape, then the versions in words. */
function state(saved: SavedInfo): HTMLElement {
  const letter = { saved: "S", freed: "F", stale: "!" }[saved.state];
  const version = saved.version === null ? "" : `v${saved.version}`;
  const words = {
    saved: version ? `at ${version}` : "saved",
    freed: "freed",
    stale: `stale: ${version || "?"} when saved, v${saved.current ?? "?"} now`,
  }[saved.state];
  return h(
    "span",
    { class: `mt-state mt-state-${saved.state}` },
    h("span", { class: "mt-state-mark", "aria-hidden": "true" }, letter),
    capitalise(words),
  );
}
