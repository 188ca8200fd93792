// Search: nodes and tensors by name, from anywhere by "/".
import { attribute, h, refill } from "./dom";
import type { Model, Selection } from "./model";

const MOST_FOUND = 12;

export interface Found {
  selection: Selection;
  name: string;
  what: string;
}

/** What a text finds: names that begin with it first, then those that hold it. */
export function search(model: Model, query: string): Found[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  const all: Found[] = [];
  for (const tensor of model.tensors.values()) {
    all.push({ selection: { kind: "tensor", id: tensor.id }, name: model.nameOf(tensor), what: tensor.kind });
  }
  for (const node of model.nodes.values()) {
    const name = node.kind === "leaf" ? `AccumulateGrad (${node.label})` : node.name;
    all.push({ selection: { kind: "node", id: node.id }, name, what: node.expression });
  }
  const at = (found: Found) => found.name.toLowerCase().indexOf(wanted);
  return all.filter((found) => at(found) >= 0).sort((a, b) => Math.min(at(a), 1) - Math.min(at(b), 1));
}

let boxes = 0;

export class SearchView {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private found: Found[] = [];
  private current = 0;
  private from: HTMLElement | null = null; // where Esc goes back to

  constructor(private readonly model: Model) {
    const id = `mt-found-${++boxes}`;
    this.list = h("div", { class: "mt-found", role: "listbox", id, "aria-label": "Found" });
    this.input = h("input", {
      type: "text",
      role: "combobox",
      placeholder: "search ( / )",
      "aria-label": "Search nodes and tensors",
      "aria-controls": id,
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      "data-testid": "search",
    });
    this.element = h("div", { class: "mt-search" }, this.input, this.list);
    this.list.hidden = true;
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
  }

  focus(): void {
    const active = document.activeElement;
    this.from =
      active instanceof HTMLElement || active instanceof SVGElement ? (active as HTMLElement) : null;
    this.input.focus();
    this.input.select();
  }

  private look(): void {
    const all = search(this.model, this.input.value);
    this.found = all.slice(0, MOST_FOUND);
    this.current = 0;
    const options = this.found.map((found, index) =>
      h(
        "div",
        {
          role: "option",
          id: `${this.list.id}-${index}`,
          class: "mt-option",
          title: found.name,
          onpointerdown: (event) => {
            event.preventDefault();
            this.choose(index);
          },
        },
        h("span", {}, found.name),
        h("span", { class: "mt-note" }, found.what),
      ),
    );
    const rest = all.length - this.found.length;
    const note = this.found.length === 0 ? "nothing of that name" : rest > 0 ? `and ${rest} more` : "";
    // a listbox holds options only, so the note is one that cannot be chosen
    const last = note
      ? h(
          "div",
          { class: "mt-option mt-note", role: "option", "aria-disabled": "true", "aria-selected": "false" },
          note,
        )
      : null;
    refill(this.list, ...options, last);
    this.list.hidden = this.input.value.trim() === "";
    attribute(this.input, "aria-expanded", String(!this.list.hidden));
    this.mark();
  }

  private mark(): void {
    for (let i = 0; i < this.found.length; i++) {
      attribute(this.list.children[i]!, "aria-selected", String(i === this.current));
    }
    attribute(
      this.input,
      "aria-activedescendant",
      this.found.length > 0 && !this.list.hidden ? `${this.list.id}-${this.current}` : null,
    );
  }

  private choose(index: number): void {
    const found = this.found[index];
    if (!found) return;
    this.model.select(found.selection);
    this.input.value = found.name;
    this.close();
  }

  private close(): void {
    this.list.hidden = true;
    attribute(this.input, "aria-expanded", "false");
    attribute(this.input, "aria-activedescendant", null);
  }

  private onKey(event: KeyboardEvent): void {
    const count = this.found.length;
    if (event.key === "ArrowDown" && count > 0) this.current = (this.current + 1) % count;
    else if (event.key === "ArrowUp" && count > 0) this.current = (this.current + count - 1) % count;
    else if (event.key === "Enter") this.choose(this.current);
    else if (event.key === "Escape") {
      this.input.value = "";
      this.close();
      if (this.from) this.from.focus();
      else this.input.blur();
    } else return;
    this.mark();
    event.preventDefault();
    event.stopPropagation();
  }
}
