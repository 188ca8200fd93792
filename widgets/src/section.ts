// A section: one view under its title, which folds it away. What was folded stays so for as long as the tab is open.
import { attribute, h, text } from "./dom";
import { type Change, describe, type Model } from "./model";

export interface View {
  readonly element: HTMLElement;
  /** A view with nothing to show now says so, and its section is not there. */
  readonly vacant?: boolean;
  refresh(change: Change): void;
  dispose(): void;
}

export interface Kind {
  /** What `views` of a picture call it. */
  name: string;
  title: string;
  /** In a wide window the side column stays in sight while the main one scrolls. */
  column: "main" | "side";
  view: new (model: Model) => View;
}

const REMEMBERED = "minitorch-inspector-folded";
export const FOLD_KEY = "Z";

let folded: Set<string> | null = null;

/** The names of the sections that are folded, in this tab. */
function foldedNow(): Set<string> {
  if (folded === null) {
    try {
      folded = new Set(JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "[]") as string[]);
    } catch {
      folded = new Set(); // a page may be forbidden to remember
    }
  }
  return folded;
}

function remember(): void {
  try {
    sessionStorage.setItem(REMEMBERED, JSON.stringify([...foldedNow()]));
  } catch {
    // then it is so until the page is left
  }
}

let made = 0;

/** One view in its section. What it throws becomes a line of text here, and the other views go on. */
export class Section {
  readonly element: HTMLElement;
  private readonly view: View;
  private readonly title: HTMLButtonElement;
  private readonly body: HTMLElement;
  private readonly fault = h("p", { class: "mt-fault", role: "status" });

  constructor(
    readonly kind: Kind,
    model: Model,
  ) {
    this.view = new kind.view(model);
    const id = `mt-section-${++made}`;
    this.title = h(
      "button",
      {
        type: "button",
        class: "mt-title",
        "aria-controls": id,
        "data-testid": `fold-${kind.name}`,
        title: `Fold or open this section (key ${FOLD_KEY}: all of them)`,
        onclick: () => this.fold(this.open),
      },
      h("span", { class: "mt-chevron", "aria-hidden": "true" }),
      kind.title,
    );
    this.fault.hidden = true;
    this.body = h("div", { id }, this.fault, this.view.element);
    this.element = h(
      "div",
      { class: `mt-section mt-section-${kind.name}`, role: "group", "aria-label": kind.title },
      this.title,
      this.body,
    );
    this.show(!foldedNow().has(kind.name));
  }

  get open(): boolean {
    return !this.body.hidden;
  }

  /** Fold the section away, or open it. */
  fold(away: boolean): void {
    if (away) foldedNow().add(this.kind.name);
    else foldedNow().delete(this.kind.name);
    remember();
    this.show(!away);
    if (!away && !this.element.hidden) this.refresh("data", true); // what is out of sight has no size to draw for
  }

  private show(open: boolean): void {
    this.body.hidden = !open;
    attribute(this.title, "aria-expanded", String(open));
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
