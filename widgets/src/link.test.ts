// A notebook's comm through restarts and reloads.
import type { Comm, Kernel, NotebookPanel } from "@jupyterlab/notebook";
import { describe, expect, it } from "vitest";
import { regression } from "./fixtures";
import { ABSENT, Link, TARGET } from "./link";

/** A signal that can be fired. */
class FakeSignal<T> {
  private readonly slots: ((sender: unknown, given: T) => void)[] = [];
  connect(slot: (sender: unknown, given: T) => void): void {
    this.slots.push(slot);
  }
  disconnect(): void {}
  fire(given: T): void {
    for (const slot of this.slots) slot(null, given);
  }
}

class FakeComm implements Comm {
  readonly isDisposed = false;
  readonly sent: unknown[] = [];
  onMsg: Comm["onMsg"] = () => {};
  onClose: Comm["onClose"] = () => {};
  constructor(readonly commId: string) {}
  send(data: unknown): void {
    this.sent.push(data);
  }
}

class FakeKernel implements Kernel {
  open: Parameters<Kernel["registerCommTarget"]>[1] = () => {};
  readonly made: FakeComm[] = [];
  constructor(private readonly running: string[] = []) {}
  registerCommTarget(name: string, callback: Parameters<Kernel["registerCommTarget"]>[1]): void {
    expect(name).toBe(TARGET);
    this.open = callback;
  }
  async requestCommInfo() {
    return { content: { status: "ok", comms: Object.fromEntries(this.running.map((id) => [id, {}])) } };
  }
  createComm(_: string, id = ""): Comm {
    this.made.push(new FakeComm(id));
    return this.made.at(-1)!;
  }
}

async function linked(kernel: FakeKernel) {
  const status = new FakeSignal<string>();
  const sessionContext = {
    session: { kernel },
    ready: Promise.resolve(),
    kernelChanged: new FakeSignal<{ newValue: Kernel | null }>(),
    statusChanged: status,
  };
  const opened: Link[] = [];
  const link = new Link(
    { sessionContext } as unknown as NotebookPanel,
    () => {},
    (each) => opened.push(each),
  );
  await new Promise((done) => setTimeout(done, 0));
  return { link, opened, status };
}

describe("a notebook's link", () => {
  it("takes the comm that the kernel opens, and asks to be shown", async () => {
    const kernel = new FakeKernel();
    const { link, opened } = await linked(kernel);
    expect(link.status).toBe(ABSENT);
    const comm = new FakeComm("c1");
    kernel.open(comm, { content: { data: regression() } });
    expect(opened).toEqual([link]);
    expect(link.status).toBe("");
    expect(comm.sent).toEqual([{ type: "hello" }]);
    const seen: unknown[] = [];
    link.channel().onMessage((message) => seen.push(message));
    expect(seen).toEqual([regression()]);
  });

  it("after a page reload takes up the comm that is open", async () => {
    const kernel = new FakeKernel(["old"]);
    const { link, opened } = await linked(kernel);
    expect(kernel.made.map((comm) => comm.commId)).toEqual(["old"]);
    expect(link.status).toBe("");
    expect(opened).toEqual([]);
  });

  it("tells of a restart, and attaches again to the comm that comes after it", async () => {
    const kernel = new FakeKernel();
    const { link, status } = await linked(kernel);
    kernel.open(new FakeComm("c1"), { content: { data: {} } });
    status.fire("restarting");
    expect(link.status).toContain("restarting");
    expect(() => link.channel().send({ type: "hello" })).toThrow("restarting");
    status.fire("idle");
    expect(link.status).toContain("has restarted");
    const before = link.generation;
    kernel.open(new FakeComm("c2"), { content: { data: {} } });
    expect([link.status, link.generation]).toEqual(["", before + 1]);
  });

  it("tells of a death", async () => {
    const kernel = new FakeKernel();
    const { link, status } = await linked(kernel);
    kernel.open(new FakeComm("c1"), { content: { data: {} } });
    status.fire("dead");
    status.fire("idle");
    expect(link.status).toContain("died");
  });
});
