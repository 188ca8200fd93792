// The editor: a field over a cell or an element. Enter writes its number in the kernel, Esc leaves it as it was.
import { h, text } from "./dom";
import { elementName } from "./format";
import { describe, type Model } from "./model";
import type { LaneInfo, Scalar, TensorInfo } from "./protocol";
import { aliasNames, type Bytes } from "./reads";

type Stop = HTMLElement | SVGElement;

const NARROWEST = 92; // px

/** What is being changed: some bytes, and through which tensor, where the reader has chosen one. */
interface Target {
  key: string;
  bytes: Bytes;
  tensor: TensorInfo | undefined;
  old: string;
}

export class Editor {
  readonly element: HTMLFormElement;
  private readonly field = h("input", {
    type: "text",
    class: "mt-edit-field",
    autocomplete: "off",
    spellcheck: "false",
    "data-testid": "edit-field",
  });
  private readonly problem = h("p", { class: "mt-fault", role: "alert", "data-testid": "edit-problem" });
  private target: Target | null = null;
  private waiting = false;

  /** `back` takes the focus back to the cell. */
  constructor(
    private readonly model: Model,
    private readonly back: (key: string) => void,
  ) {
    this.element = h(
      "form",
      { class: "mt-edit", "aria-label": "Change a number", "data-testid": "edit" },
      this.field,
      h("p", { class: "mt-note" }, "Enter writes it, Esc leaves it."),
      this.problem,
    );
    this.element.hidden = true;
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.write();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        this.close(true);
      }
      event.stopPropagation(); // the arrow keys belong to the text now
    });
    this.element.addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      if (!this.waiting && !(to instanceof Node && this.element.contains(to))) this.close(false);
    });
  }

  open(stop: Stop, lane: LaneInfo, bytes: Bytes, tensor: TensorInfo | undefined): void {
    const old = valueAt(stop, lane, bytes, tensor);
    this.target = { key: stop.dataset.key ?? "", bytes, tensor, old };
    const dtype = tensor?.dtype ?? lane.dtype;
    this.field.setAttribute("aria-label", `New value of ${this.nameOf(stop, lane, bytes, tensor)}, ${dtype}`);
    this.field.value = old;
    this.say("");
    this.element.hidden = false;
    this.place(stop);
    this.field.focus({ preventScroll: true });
    this.field.select();
    this.element.scrollIntoView?.({ block: "nearest" });
  }

  /** The picture has changed: the field goes along with its cell, or goes away with it. */
  follow(find: (key: string) => Stop | undefined): void {
    if (!this.target) return;
    const stop = find(this.target.key);
    if (stop) this.place(stop);
    else this.close(false);
  }

  private nameOf(stop: Stop, lane: LaneInfo, bytes: Bytes, tensor: TensorInfo | undefined): string {
    if (tensor) return elementName(this.model.nameOf(tensor), Number(stop.dataset.element), tensor.shape);
    const names = aliasNames(this.model.tensorsOn(lane.id), bytes, (each) => this.model.nameOf(each));
    return names[0] ?? `a cell of storage ${lane.letter}`;
  }

  private place(stop: Stop): void {
    const frame = this.element.parentElement;
    if (!frame) return;
    const [cell, around] = [stop.getBoundingClientRect(), frame.getBoundingClientRect()];
    const width = Math.max(NARROWEST, cell.width);
    const left = Math.min(Math.max(0, cell.left - around.left), Math.max(0, around.width - width - 12));
    this.field.style.width = `${width}px`;
    this.element.style.left = `${left}px`;
    this.element.style.top = `${cell.top - around.top}px`;
  }

  private async write(): Promise<void> {
    const target = this.target;
    if (!target || this.waiting) return;
    const { bytes, tensor } = target;
    this.waiting = true;
    try {
      await this.model.ask("edit", { ...bytes, text: this.field.value, tensor: tensor?.id ?? null });
      if (this.target === target) this.close(true);
    } catch (error) {
      this.say(describe(error));
    } finally {
      this.waiting = false;
    }
  }

  private say(problem: string): void {
    this.problem.hidden = problem === "";
    text(this.problem, problem);
    if (problem) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  private close(back: boolean): void {
    const key = this.target?.key;
    this.waiting = false; // an answer that never came must not lock the field
    this.target = null;
    this.element.hidden = true;
    if (back && key !== undefined) this.back(key);
  }
}

/** The number that stands there, as one would type it. */
function valueAt(stop: Stop, lane: LaneInfo, bytes: Bytes, tensor: TensorInfo | undefined): string {
  let value: Scalar | undefined;
  if (tensor) value = tensor.values?.data[Number(stop.dataset.element)];
  else value = lane.cells[Math.floor(bytes.start / Math.max(1, lane.itemsize))];
  if (value === undefined) return "";
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}
