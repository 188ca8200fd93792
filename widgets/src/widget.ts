// The anywidget entry: the inspector in a cell's output, alive with a kernel and drawn from its saved state without.
import { mount } from "./inspector";
import type { Channel, OutgoingMessage } from "./protocol";
import { hideStill } from "./still";
import { Latest } from "./update";

/** The part of anywidget's model that is used here. */
export interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  send(message: unknown): void;
  on(event: string, callback: (...given: unknown[]) => void): void;
  off(event: string, callback: (...given: unknown[]) => void): void;
}

/** Remembers the last picture of a model, so that a second view of it, or a late one, has something to draw. */
class Memory {
  private readonly latest = new Latest();
  private readonly listeners = new Set<(message: unknown) => void>();
  private readonly onCustom = (message: unknown) => this.tell(message);
  private readonly onState = () => this.tell(this.model.get("state"));

  constructor(private readonly model: WidgetModel) {
    this.latest.hear(model.get("state"));
    model.on("msg:custom", this.onCustom);
    model.on("change:state", this.onState);
  }

  private tell(message: unknown): void {
    this.latest.hear(message);
    for (const listener of this.listeners) listener(message);
    // what came in pieces is put together for the saved notebook; the kernel has it already and is told nothing
    if ((message as { type?: unknown } | null)?.type === "update")
      this.model.set("state", this.latest.message);
  }

  channel(): Channel {
    return {
      send: (message: OutgoingMessage) => this.model.send(message),
      onMessage: (callback) => {
        this.listeners.add(callback);
        callback(this.latest.message);
        return () => this.listeners.delete(callback);
      },
    };
  }

  dispose(): void {
    this.model.off("msg:custom", this.onCustom);
    this.model.off("change:state", this.onState);
    this.listeners.clear();
  }
}

const memories = new WeakMap<WidgetModel, Memory>();

function memoryOf(model: WidgetModel): Memory {
  let memory = memories.get(model);
  if (!memory) {
    memory = new Memory(model);
    memories.set(model, memory);
  }
  return memory;
}

export function initialize({ model }: { model: WidgetModel }): () => void {
  const memory = memoryOf(model);
  try {
    // what the kernel sent before this page was ready is lost, so it is asked again
    model.send({ type: "hello" });
  } catch {
    // no kernel: the saved state is drawn
  }
  return () => {
    memory.dispose();
    memories.delete(model);
  };
}

export function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const unmount = mount(el, memoryOf(model).channel());
  const showStill = hideStill(model.get("still"));
  return () => {
    showStill();
    unmount();
  };
}

export default { initialize, render };
