// Sections: which views there are, in which order they stand, and the frame around each.
import { BombsView } from "./bombs";
import { BreakpointsView } from "./breakpoints";
import { BroadcastView } from "./broadcast";
import { ChainView } from "./chain";
import { ChangesView } from "./changes";
import { h } from "./dom";
import { FlawsView } from "./flaws";
import { GraphView } from "./graph";
import { LanesView } from "./lanes";
import { LessonView } from "./lesson";
import { LifetimesView } from "./lifetimes";
import type { Change, Model } from "./model";
import { MomentsView } from "./moments";
import { PaneView } from "./pane";
import { PredictView } from "./predict";
import { RoadView } from "./road";
import { type Kind, Section } from "./section";
import { SharingView } from "./sharing";
import { StepView } from "./step";
import { StripView } from "./strip";
import { SumsView } from "./sums";
import { TrainingView } from "./training";
import { WhyView } from "./why";

const KINDS: readonly Kind[] = [
  { name: "lesson", title: "Lesson", column: "main", view: LessonView },
  { name: "predict", title: "Predict", column: "main", view: PredictView },
  { name: "training", title: "Training", column: "main", view: TrainingView },
  { name: "moments", title: "Timeline", column: "main", view: MomentsView },
  { name: "changes", title: "What the cell did", column: "main", view: ChangesView },
  { name: "bombs", title: "Written after it was saved", column: "main", view: BombsView },
  { name: "strip", title: "Backward, step by step", column: "main", view: StripView },
  { name: "why", title: "Why is there no gradient?", column: "main", view: WhyView },
  { name: "broadcast", title: "Broadcasting", column: "main", view: BroadcastView },
  { name: "road", title: "The road to NumPy", column: "main", view: RoadView },
  { name: "flaws", title: "The engine, broken", column: "main", view: FlawsView },
  { name: "graph", title: "Graph", column: "main", view: GraphView },
  { name: "breakpoints", title: "Breakpoints", column: "main", view: BreakpointsView },
  { name: "step", title: "This step", column: "main", view: StepView },
  { name: "sums", title: "What .grad is the sum of", column: "main", view: SumsView },
  { name: "sharing", title: "Who shares memory with whom", column: "main", view: SharingView },
  { name: "lanes", title: "Storage", column: "main", view: LanesView },
  { name: "lifetimes", title: "What graphs keep alive", column: "main", view: LifetimesView },
  { name: "pane", title: "Selection", column: "side", view: PaneView },
  { name: "chain", title: "grad_fn chain", column: "side", view: ChainView },
];

/** All views of a model, each in its section, in two columns. */
export class Sections {
  readonly element: HTMLElement;
  private readonly sections: Section[];

  constructor(private readonly model: Model) {
    this.sections = KINDS.map((kind) => new Section(kind, model));
    const columns = (["main", "side"] as const).map((column) =>
      h(
        "div",
        { class: `mt-column mt-${column}` },
        ...this.sections.filter(({ kind }) => kind.column === column).map(({ element }) => element),
      ),
    );
    this.element = h("div", { class: "mt-body" }, ...columns);
  }

  refresh(change: Change): void {
    const wanted = this.model.snapshot?.views ?? [];
    for (const section of this.sections) {
      section.refresh(change, wanted.length === 0 || wanted.includes(section.kind.name));
    }
  }

  /** Fold all of them away; where nothing is open, open all. */
  foldAll(): void {
    const there = this.sections.filter(({ element }) => !element.hidden);
    const away = there.some(({ open }) => open);
    for (const section of there) section.fold(away);
  }

  dispose(): void {
    for (const section of this.sections) section.dispose();
  }
}
