// Sections: which views there are, in which order they stand, and the frame around each.
import { BombsView } from "./bombs";
import { BreakpointsView } from "./breakpoints";
import { BroadcastView } from "./broadcast";
import { ChainView } from "./chain";
import { ChangesView } from "./changes";
import { h, text } from "./dom";
import { FlawsView } from "./flaws";
import { GraphView } from "./graph";
import { LanesView } from "./lanes";
import { LifetimesView } from "./lifetimes";
import { type Change, describe, type Model } from "./model";
import { MomentsView } from "./moments";
import { PaneView } from "./pane";
import { RoadView } from "./road";
import { StepView } from "./step";
import { StripView } from "./strip";
import { SumsView } from "./sums";
import { WhyView } from "./why";

export interface View {
  readonly element: HTMLElement;
  /** A view with nothing to show now says so, and its section is not there. */
  readonly vacant?: boolean;
  refresh(change: Change): void;
  dispose(): void;
}

interface Kind {
  /** What `views` of a picture call it. */
  name: string;
  title: string;
  /** In a wide window the side column stays in sight while the main one scrolls. */
  column: "main" | "side";
  view: new (model: Model) => View;
}

const KINDS: readonly Kind[] = [
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
    this.sections = KINDS.map((kind) => new Section(kind, new kind.view(model)));
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

  dispose(): void {
    for (const section of this.sections) section.dispose();
  }
}

/** One view in its section. What it throws becomes a line of text here, and the other views go on. */
class Section {
  readonly element: HTMLElement;
  private readonly fault = h("p", { class: "mt-fault", role: "status" });

  constructor(
    readonly kind: Kind,
    private readonly view: View,
  ) {
    this.fault.hidden = true;
    this.element = h(
      "div",
      { class: `mt-section mt-section-${kind.name}`, role: "group", "aria-label": kind.title },
      h("div", { class: "mt-title" }, kind.title),
      this.fault,
      view.element,
    );
  }

  refresh(change: Change, wanted: boolean): void {
    this.element.hidden = !wanted;
    if (!wanted) return;
    try {
      this.view.refresh(change);
      this.element.hidden = this.view.vacant ?? false;
      if (change !== "data") return;
      this.fault.hidden = true;
      text(this.fault, "");
    } catch (error) {
      this.fault.hidden = false;
      text(
        this.fault,
        `${this.kind.title}: this could not be drawn (${describe(error)}). The other views go on.`,
      );
    }
  }

  dispose(): void {
    this.view.dispose();
  }
}
