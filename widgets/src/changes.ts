// What the last cell did: which names moved to which storage, and which storages were written, by which line.
import { h, refill } from "./dom";
import { plural } from "./format";
import { arrowKeys, type Line, letterMark, lineMark, saidAloud, stop, versionMark } from "./marks";
import type { Change, Model } from "./model";

interface Held {
  tensor: string;
  lane: string | null;
  letter: string;
  shape: number[];
}

interface NameChange {
  name: string;
  how: "new" | "gone" | "rebound" | "looks again" | "other bytes";
  was: Held | null;
  now: Held | null;
  line: Line | null;
}

interface WriteChange {
  lane: string;
  letter: string;
  tracked: boolean;
  /** NumPy's own memory, which no tensor looks at. */
  plain: boolean;
  versions: [number | null, number] | null;
  cells: number[];
  changed: number;
  truncated: boolean;
  names: string[];
  lines: Line[];
  sure: "recorded" | "read" | "one of" | "";
}

interface Changes {
  names: NameChange[];
  more_names: number;
  writes: WriteChange[];
  more_writes: number;
  sentence: string;
}

const HOW = {
  new: ["+", "is new"],
  gone: ["−", "is gone"],
  rebound: ["↷", "moved"],
  "looks again": ["◰", "looks another way"],
  "other bytes": ["⇄", "has other bytes"],
} as const;

const SURE = {
  recorded: "",
  read: "read from the cell",
  "one of": "one of these: the text does not tell which",
  "": "the line is inside something that the cell calls",
} as const;

export class ChangesView {
  readonly element = h("div", { class: "mt-changes", "data-testid": "changes" });
  private readonly figure = h("div", {
    class: "mt-changes-rows",
    role: "group",
    "aria-label": "What the cell changed",
  });
  private readonly said = saidAloud();
  private readonly keys = arrowKeys(this.figure);
  private drawn = "";

  constructor(private readonly model: Model) {
    this.element.append(this.figure, this.said.element);
  }

  get vacant(): boolean {
    const told = this.told;
    return !told || told.names.length + told.writes.length === 0;
  }

  private get told(): Changes | undefined {
    return this.model.part<Changes>("changes");
  }

  refresh(change: Change): void {
    if (change !== "data") return;
    const told = this.told;
    const signature = JSON.stringify(told ?? null);
    if (signature === this.drawn) return;
    this.drawn = signature;
    if (!told) {
      refill(this.figure);
      return;
    }
    const moved = told.names.filter(({ how }) => how !== "new" && how !== "gone");
    refill(
      this.figure,
      row(
        "Names",
        moved.map((each) => this.drawName(each)),
        told.names.length > moved.length ? this.drawComings(told) : null,
      ),
      row(
        "Bytes",
        told.writes.map((each) => this.drawWrite(each)),
        told.more_writes > 0 ? note(`and ${plural(told.more_writes, "more storage")}`) : null,
      ),
    );
    this.keys.settle();
    this.said.say(told.sentence);
  }

  dispose(): void {}

  /** A name that moved: from which bytes to which. */
  private drawName(change: NameChange): HTMLElement {
    const [sign, words] = HOW[change.how];
    const seen = change.now ?? change.was;
    const from = change.was && change.how !== "looks again" ? letterMark(change.was.letter) : null;
    return h(
      "li",
      { class: "mt-change", "data-how": change.how, "data-testid": `change-${change.name}` },
      this.stopAt(`name-${change.name}`, change.name, seen),
      h("span", { class: "mt-glyph", "aria-hidden": "true" }, sign),
      from,
      from && change.now ? h("span", { "aria-hidden": "true" }, "→") : null,
      change.now ? letterMark(change.now.letter) : null,
      note(words),
      change.line ? lineMark(change.line) : null,
    );
  }

  /** Names that came and names that went, in a line each. */
  private drawComings(told: Changes): HTMLElement {
    const lines = (["new", "gone"] as const).map((how) => {
      const these = told.names.filter((each) => each.how === how);
      if (these.length === 0) return null;
      const names = these.map((each) =>
        h(
          "span",
          { class: "mt-coming" },
          this.stopAt(`name-${each.name}`, each.name, each.now ?? each.was),
          letterMark((each.now ?? each.was)?.letter ?? ""),
        ),
      );
      const more = how === "new" && told.more_names > 0 ? note(`and ${told.more_names} more`) : null;
      return h(
        "div",
        { class: "mt-comings", "data-testid": `names-${how}` },
        h("span", { class: "mt-glyph", "aria-hidden": "true" }, HOW[how][0]),
        note(how),
        ...names,
        more,
      );
    });
    return h("div", {}, ...lines);
  }

  /** A write: the version, the cells, who sees it, and the line that did it. */
  private drawWrite(write: WriteChange): HTMLElement {
    const count =
      write.changed > 0 ? plural(write.changed, "cell") : write.truncated ? "cells beyond those shown" : "";
    const label = `storage ${write.letter} was written${write.changed > 0 ? `, ${count}` : ""}: show its cells`;
    return h(
      "li",
      {
        class: "mt-change",
        "data-tracked": String(write.tracked),
        "data-testid": `write-${write.letter}${write.tracked ? "" : "-untracked"}`,
      },
      stop(
        this.model,
        {
          key: `write-${write.lane}-${write.tracked}`,
          label,
          class: "mt-write",
          lights: { lane: write.lane, cells: write.cells },
          act: () => this.selectOn(write.lane),
        },
        h("span", { "aria-hidden": "true" }, "✎ "),
        letterMark(write.letter),
      ),
      write.versions && write.tracked ? versionMark(write.versions[0], write.versions[1]) : null,
      write.tracked || write.plain ? null : h("strong", { class: "mt-unseen" }, "no version counts it"),
      count ? note(count) : null,
      write.names.length > 0 ? note(`seen by ${write.names.slice(0, 6).join(", ")}`) : null,
      h(
        "span",
        { class: "mt-lines" },
        ...write.lines.slice(0, 4).map((line) => lineMark(line)),
        SURE[write.sure] ? note(SURE[write.sure]) : null,
      ),
    );
  }

  private stopAt(key: string, name: string, held: Held | null): HTMLElement {
    const there = held !== null && this.model.tensors.has(held.tensor);
    const select = () => held && this.model.select({ kind: "tensor", id: held.tensor });
    return stop(
      this.model,
      { key, lights: there && held ? { tensor: held.tensor } : null, act: there ? select : undefined },
      name,
    );
  }

  private selectOn(lane: string): void {
    const first = this.model.tensorsOn(lane)[0];
    if (first) this.model.select({ kind: "tensor", id: first.id });
  }
}

function row(title: string, items: HTMLElement[], rest: HTMLElement | null): HTMLElement | null {
  if (items.length === 0 && !rest) return null;
  return h(
    "div",
    { class: "mt-changes-row" },
    h("div", { class: "mt-changes-title" }, title),
    h("div", {}, items.length > 0 ? h("ul", { class: "mt-changes-list" }, ...items) : null, rest),
  );
}

function note(words: string): HTMLElement {
  return h("span", { class: "mt-note" }, words);
}
