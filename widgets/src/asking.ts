// Asking: an answer that comes with the picture, or one that the kernel gives about what is selected.
import type { Model } from "./model";
import { describe } from "./model";
import type { TensorInfo } from "./protocol";

/** The state of a view that shows one answer. */
export class Asking<T> {
  answer: T | null = null;
  problem = "";
  private revision: number | undefined;

  constructor(
    private readonly model: Model,
    private readonly type: string,
    private readonly draw: () => void,
  ) {}

  /** With a new picture, what was asked about the last one is gone. */
  renew(): void {
    const { snapshot } = this.model;
    if (snapshot?.revision === this.revision && snapshot) return;
    this.revision = snapshot?.revision;
    this.answer = this.model.part<T>(this.type) ?? null;
    this.problem = "";
  }

  async ask(tensor: TensorInfo): Promise<void> {
    const asked = this.revision;
    try {
      const answer = (await this.model.ask(this.type, { tensor: tensor.id })) as T;
      if (this.revision !== asked) return; // the picture has gone on meanwhile
      this.answer = answer;
      this.problem = "";
    } catch (error) {
      this.problem = describe(error);
    }
    this.draw();
  }

  /** The selected tensor that has a name, if it is one to ask about. */
  selected(fits: (tensor: TensorInfo) => boolean): TensorInfo | null {
    const { selection } = this.model;
    const node = selection?.kind === "node" ? this.model.nodes.get(selection.id) : undefined;
    const id = selection?.kind === "tensor" ? selection.id : (node?.tensor ?? node?.outputs[0]);
    const tensor = this.model.tensors.get(id ?? "");
    return tensor && tensor.kind === "tensor" && tensor.names.length > 0 && fits(tensor) ? tensor : null;
  }
}
