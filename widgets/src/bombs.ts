// Time bombs: writes in place that backward will trip over, with the line that saved, the line that wrote, and ways out.
import { h, refill, text } from "./dom";
import { heatmap } from "./heatmap";
import { arrowKeys, type Line, letterMark, lineMark, saidAloud, stop, versionMark } from "./marks";
import { type Change, describe, type Model } from "./model";
import type { Value } from "./protocol";

interface Saver {
  node: string;
  name: string;
  label: string;
  saved: string;
  version: number | null;
  current: number | null;
  line: Line | null;
}

interface Edit {
  where: string;
  old: string;
  new: string[];
}

interface Bomb {
  id: string;
  lane: string;
  letter: string;
  tracked: boolean;
  /** Whether the bytes are seen to have changed; where they were not read, they may have. */
  certain: boolean;
  versions: [number, number] | null;
  names: string[];
  cells: number[];
  savers: Saver[];
  lines: Line[];
  sure: "recorded" | "read" | "one of" | "";
  root: string;
  ways: { title: string; edits: Edit[] }[];
  sentence: string;
}

interface Bombs {
  bombs: Bomb[];
  more: number;
  sentence: string;
}

/** The two gradients of one input: of the bytes as they are, and as they were. */
interface Truth {
  rules: { input: string; wrong: Value; right: Value; same: boolean }[];
  sentence: string;
  how: string;
}

const MOST_SAVERS = 6;

export class BombsView {
  readonly element = h("div", { class: "mt-bombs", "data-testid": "bombs" });
  private readonly figure = h("div", { role: "group", "aria-label": "Writes that backward will trip over" });
  private readonly said = saidAloud();
  private readonly keys = arrowKeys(this.figure);
  private drawn = "";

  constructor(private readonly model: Model) {
    this.element.append(this.figure, this.said.element);
  }

  private get told(): Bombs | undefined {
    return this.model.part<Bombs>("bombs");
  }

  get vacant(): boolean {
    return !this.told;
  }

  refresh(change: Change): void {
    if (change !== "data") return;
    const told = this.told;
    const signature = JSON.stringify([told ?? null, this.model.snapshot?.error?.text ?? ""]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    refill(
      this.figure,
      ...(told?.bombs ?? []).map((bomb) => this.draw(bomb)),
      told && told.more > 0 ? h("p", { class: "mt-note" }, `and ${told.more} more`) : null,
    );
    this.keys.settle();
    this.said.say(told?.sentence ?? "");
  }

  dispose(): void {}

  private draw(bomb: Bomb): HTMLElement {
    const failed = hasFailed(bomb, this.model.snapshot?.error?.text ?? "");
    return h(
      "div",
      {
        class: "mt-bomb",
        role: "group",
        "aria-label": bomb.tracked
          ? `Time bomb on storage ${bomb.letter}`
          : `Silent error on storage ${bomb.letter}`,
        "data-tracked": String(bomb.tracked),
        "data-failed": failed,
        "data-testid": `bomb-${bomb.id}`,
      },
      this.drawHead(bomb, failed),
      h("ol", { class: "mt-bomb-story" }, this.drawSaved(bomb), this.drawWritten(bomb)),
      bomb.tracked ? null : this.drawTruth(bomb),
      bomb.ways.length > 0 ? this.drawWays(bomb) : null,
    );
  }

  private drawHead(bomb: Bomb, failed: boolean): HTMLElement {
    const backward = bomb.root ? `${bomb.root}.backward()` : "backward()";
    const fate = failed
      ? "This is what backward failed on."
      : bomb.tracked
        ? `${backward} will raise.`
        : `${backward} will not raise: its gradient ${bomb.certain ? "will" : "may"} be wrong.`;
    return h(
      "p",
      { class: "mt-bomb-head" },
      h("span", { class: "mt-bomb-sign", "aria-hidden": "true" }, bomb.tracked ? "!" : "?"),
      stop(
        this.model,
        {
          key: `bomb-${bomb.id}`,
          class: "mt-write",
          label: `storage ${bomb.letter}, seen by ${bomb.names.join(", ") || "nobody by name"}: show its cells`,
          lights: { lane: bomb.lane, cells: bomb.cells },
          act: () => this.selectOn(bomb.lane),
        },
        letterMark(bomb.letter),
      ),
      bomb.versions
        ? versionMark(...bomb.versions)
        : h("strong", { class: "mt-unseen" }, "no version counts it"),
      h("strong", {}, fate),
      bomb.names.length > 0 ? h("span", { class: "mt-note" }, `seen by ${bomb.names.join(", ")}`) : null,
    );
  }

  private drawSaved(bomb: Bomb): HTMLElement {
    const nodes = [...new Set(bomb.savers.map(({ node }) => node))];
    const shown = nodes.slice(0, MOST_SAVERS);
    const items = shown.map((node) => {
      const all = bomb.savers.filter((saver) => saver.node === node);
      const saved = all.map((saver) => saver.saved).join(" and ");
      const { name, line } = all[0]!;
      return h(
        "span",
        { class: "mt-saver" },
        stop(
          this.model,
          {
            key: `saver-${bomb.id}-${node}`,
            label: `${name} saved its ${saved}: select it`,
            lights: { node },
            act: () => this.model.select({ kind: "node", id: node }),
          },
          name,
        ),
        h("span", { class: "mt-note" }, saved),
        lineMark(line),
      );
    });
    const more = nodes.length - shown.length;
    return h(
      "li",
      {},
      h("span", { class: "mt-bomb-act" }, bomb.versions ? `saved at v${bomb.versions[0]}` : "saved"),
      h(
        "span",
        { class: "mt-lines" },
        ...items,
        more > 0 ? h("span", { class: "mt-note" }, `and ${more} more`) : null,
      ),
    );
  }

  private drawWritten(bomb: Bomb): HTMLElement {
    const why = { recorded: "", read: "read from the cell", "one of": "one of these", "": "" }[bomb.sure];
    return h(
      "li",
      {},
      h("span", { class: "mt-bomb-act" }, "then written"),
      h(
        "span",
        { class: "mt-lines" },
        ...(bomb.lines.length > 0
          ? bomb.lines.map((line) => lineMark(line))
          : [h("span", { class: "mt-note" }, "by a line that is not known")]),
        why ? h("span", { class: "mt-note" }, why) : null,
      ),
    );
  }

  private drawWays(bomb: Bomb): HTMLElement {
    return h(
      "div",
      { class: "mt-fixes" },
      h("div", { class: "mt-heading" }, bomb.ways.length === 1 ? "A way out" : "Ways out"),
      ...bomb.ways.map((way) =>
        h(
          "div",
          { class: "mt-fix" },
          h("p", {}, way.title),
          ...way.edits.map((edit) =>
            h(
              "div",
              { class: "mt-fix-edit" },
              h("span", { class: "mt-note" }, edit.where),
              h("code", { class: "mt-diff" }, ...diff(edit)),
            ),
          ),
        ),
      ),
    );
  }

  /** The wrong gradient beside the finite difference: worked out by the kernel when somebody asks. */
  private drawTruth(bomb: Bomb): HTMLElement {
    const place = h("div", { class: "mt-truth", role: "status" });
    const asked = new Set<string>();
    const nodes = bomb.savers.filter(({ node }) => !asked.has(node) && asked.add(node)).slice(0, MOST_SAVERS);
    const ask = async () => {
      refill(place, h("p", { class: "mt-note" }, "Working it out from the recorded numbers …"));
      const found = await Promise.all(nodes.map((saver) => this.ask(saver)));
      refill(place, ...found);
    };
    return h(
      "div",
      {},
      stop(
        this.model,
        { key: `truth-${bomb.id}`, class: "mt-button", act: () => void ask() },
        "Compare its gradient with the finite difference",
      ),
      place,
    );
  }

  private async ask(saver: Saver): Promise<HTMLElement> {
    try {
      return drawTruth(saver, (await this.model.ask("truth", { node: saver.node })) as Truth);
    } catch (error) {
      const line = h("p", { class: "mt-note" });
      text(line, `${saver.name}: ${describe(error)}`);
      return line;
    }
  }

  private selectOn(lane: string): void {
    const first = this.model.tensorsOn(lane)[0];
    if (first) this.model.select({ kind: "tensor", id: first.id });
  }
}

function drawTruth(saver: Saver, truth: Truth): HTMLElement {
  const pairs = truth.rules
    .filter((rule) => !rule.same)
    .map((rule) =>
      h(
        "div",
        { class: "mt-pair" },
        h(
          "div",
          { class: "mt-pair-wrong" },
          h("div", { class: "mt-heading" }, `for ${rule.input}: backward will make`),
          heatmap(rule.wrong, { label: `${saver.name}, wrong gradient for ${rule.input}`, room: 280 }),
        ),
        h(
          "div",
          {},
          h("div", { class: "mt-heading" }, "the finite difference"),
          heatmap(rule.right, { label: `${saver.name}, finite difference for ${rule.input}`, room: 280 }),
        ),
      ),
    );
  return h(
    "div",
    { "data-testid": `truth-${saver.node}` },
    h("p", {}, truth.sentence),
    ...pairs,
    h("p", { class: "mt-note" }, `${truth.how}.`),
  );
}

/** The lines that go, and those that come. */
function diff(edit: Edit): HTMLElement[] {
  const lines = (sign: string, kind: string, code: string) =>
    code.split("\n").map((line) => h("span", { class: `mt-diff-${kind}` }, `${sign} ${line}\n`));
  const kept = edit.new.includes(edit.old);
  const gone = kept ? [] : lines("−", "old", edit.old);
  return [
    ...gone,
    ...edit.new.flatMap((line) =>
      kept && line === edit.old ? lines(" ", "kept", line) : lines("+", "new", line),
    ),
  ];
}

/** Whether an error of backward is about these versions. */
export function hasFailed(bomb: Pick<Bomb, "tracked" | "savers">, error: string): boolean {
  return (
    bomb.tracked &&
    bomb.savers.some(({ version, current }) =>
      error.includes(`is at version ${current}; expected version ${version} instead`),
    )
  );
}
