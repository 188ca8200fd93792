// The reel: moments and their pictures. Of cells the kernel keeps the pictures; a trace brings its own with it.
import type { Model } from "./model";
import type { Point, Snapshot } from "./protocol";
import { changed, type UpdateMessage } from "./update";

export interface Moment {
  level: "cell" | "start" | "op" | "backward" | "node" | "raised";
  sentence: string;
  /** Of a cell: which picture the kernel keeps, and how it is called. */
  id?: number;
  title?: string;
  op?: string;
  expression?: string;
  line?: { line: string; where: string } | null;
  node?: string | null;
  recorded?: string[];
  /** False where the time for pictures was used up: an earlier one is shown. */
  drawn?: boolean;
}

interface Later {
  id: string;
  /** The moment in which it appears. */
  from: number;
}

export type LaterNode = Later & {
  label: string;
  kind: "op" | "leaf";
  x: number;
  y: number;
  width: number;
  height: number;
};
export type LaterEdge = Later & { points: Point[] };

/** What a picture's part "moments" tells, and the kernel's answer to "trace". */
export interface Reel {
  level: "cell" | "op";
  title?: string;
  moments: Moment[];
  note: string;
  base?: Snapshot;
  changes?: (UpdateMessage["snapshot"] | null)[];
  nodes?: LaterNode[];
  edges?: LaterEdge[];
  /** There is a trace to go through. */
  trace?: { title: string; moments: number } | null;
}

const MOST_HELD = 24; // pictures of cells that are not asked for again

/** The pictures of one reel, each made or asked for when it is looked at. */
export class Pictures {
  private readonly made: Snapshot[] = [];
  private readonly asked = new Map<number, Snapshot>();

  constructor(
    private readonly model: Model,
    readonly reel: Reel,
  ) {}

  async at(index: number): Promise<Snapshot> {
    const { moments, base } = this.reel;
    const picture = base ? this.madeAt(index, base) : await this.ask(moments[index]!.id ?? 0);
    const present = this.model.present;
    const title = this.titleOf(index);
    return { ...picture, title, views: present?.views ?? [], parts: { ...picture.parts } };
  }

  private titleOf(index: number): string {
    const { moments, title } = this.reel;
    const own = moments[index]!.title ?? `${title ?? "trace"}, moment ${index} of ${moments.length - 1}`;
    return `${own} (as it was)`;
  }

  private madeAt(index: number, base: Snapshot): Snapshot {
    const { made } = this;
    if (made.length === 0) made.push(base);
    while (made.length <= index) {
      const change = this.reel.changes?.[made.length];
      made.push(change ? changed(made.at(-1)!, change) : made.at(-1)!);
    }
    return made[index]!;
  }

  private async ask(id: number): Promise<Snapshot> {
    const held = this.asked.get(id);
    if (held) return held;
    const picture = (await this.model.ask("moment", { moment: id })) as Snapshot;
    this.asked.set(id, picture);
    if (this.asked.size > MOST_HELD) this.asked.delete(this.asked.keys().next().value!);
    return picture;
  }
}
