// A notebook's link to its kernel: one comm to the inspector there, kept through restarts and page reloads.
import type { Comm, Kernel, NotebookPanel } from "@jupyterlab/notebook";
import type { Channel, OutgoingMessage } from "./protocol";
import { Latest } from "./update";

export const TARGET = "minitorch_inspector";

export const ABSENT = "This notebook has no inspector yet. Run  %load_ext minitorch_widgets  in a cell.";
const RESTARTING = "The kernel is restarting.";
const RESTARTED = "The kernel has restarted, and its variables are gone. Run the notebook's cells again.";
const DIED = "The kernel died. Restart it and run the notebook's cells again.";

export class Link {
  /** What there is to say about the kernel; empty while all is well. */
  status = ABSENT;
  /** Grows with each new comm: a picture from another comm is another story. */
  generation = 0;
  private comm: Comm | null = null;
  private kernel: Kernel | null = null;
  private latest = new Latest();
  private down = false;
  private readonly listeners = new Set<(message: unknown) => void>();

  /** `changed` is told when the status or the comm changed; `opened` when the kernel itself asks to be shown. */
  constructor(
    readonly notebook: NotebookPanel,
    private readonly changed: (link: Link) => void,
    private readonly opened: (link: Link) => void,
  ) {
    const { sessionContext } = notebook;
    sessionContext.kernelChanged.connect((_, { newValue }) => this.attach(newValue));
    sessionContext.statusChanged.connect((_, status) => this.onStatus(status));
    void sessionContext.ready.then(() => this.attach(sessionContext.session?.kernel ?? null));
  }

  private attach(kernel: Kernel | null): void {
    if (kernel === null || kernel === this.kernel) return;
    this.kernel = kernel;
    this.drop(ABSENT);
    kernel.registerCommTarget(TARGET, (comm, message) => {
      if (kernel !== this.kernel) return;
      this.take(comm, message.content.data);
      this.opened(this);
    });
    void this.find(kernel);
  }

  /** A kernel that was running before this page was loaded has its comm open: take it up again. */
  private async find(kernel: Kernel): Promise<void> {
    const reply = await kernel.requestCommInfo({ target_name: TARGET }).catch(() => null);
    const id = Object.keys(reply?.content.comms ?? {}).at(-1);
    if (id === undefined || kernel !== this.kernel || this.comm !== null) return;
    this.take(kernel.createComm(TARGET, id), null);
  }

  private take(comm: Comm, first: unknown): void {
    this.comm = comm;
    this.down = false;
    this.latest = new Latest();
    this.generation++;
    this.status = "";
    comm.onMsg = (message) => this.hear(message.content.data);
    comm.onClose = () => {
      if (this.comm === comm) this.drop(this.down ? this.status : ABSENT);
    };
    this.changed(this);
    this.hear(first);
    comm.send({ type: "hello" });
  }

  private hear(message: unknown): void {
    this.latest.hear(message);
    for (const listener of this.listeners) listener(message);
  }

  private drop(status: string): void {
    this.comm = null;
    this.status = status;
    this.changed(this);
  }

  private onStatus(status: string): void {
    if (status === "restarting" || status === "autorestarting") this.fall(RESTARTING);
    else if (status === "dead") this.fall(DIED);
    else if (this.down && (status === "idle" || status === "busy") && this.status === RESTARTING) {
      this.status = RESTARTED;
      this.changed(this);
    }
  }

  private fall(status: string): void {
    if (this.down && this.status === status) return;
    this.down = true;
    this.drop(status);
  }

  /** For a view of this notebook: the last picture at once, then whatever comes. */
  channel(): Channel {
    return {
      send: (message: OutgoingMessage) => {
        if (this.comm === null) throw new Error(this.status || "there is no kernel");
        this.comm.send(message);
      },
      onMessage: (callback) => {
        this.listeners.add(callback);
        callback(this.latest.message);
        return () => this.listeners.delete(callback);
      },
    };
  }
}
