// The bar under the graph: what is not drawn, in an honest line, and a button for each key that changes what is.
import { attribute, h, text } from "./dom";

export interface Act {
  /** What the button says, or the name of its state. */
  label: string;
  words: string;
  key: string;
  act: () => void;
}

export class Bar {
  readonly element: HTMLElement;
  private readonly left = h("p", { class: "mt-note mt-left-out", role: "status", "data-testid": "left-out" });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(private readonly acts: Readonly<Record<string, Act>>) {
    for (const [name, { label, words, key, act }] of Object.entries(acts)) {
      const said = `${words} (key ${key})`;
      const button = h(
        "button",
        {
          type: "button",
          class: "mt-zoom",
          title: said,
          "aria-label": `${label}: ${said}`, // begins with what is seen, for those who speak to their computer
          tabindex: -1,
          onclick: act,
        },
        label,
      );
      this.buttons.set(name, button);
    }
    const buttons = h("div", { class: "mt-zooms" }, ...this.buttons.values());
    this.element = h("div", { class: "mt-graph-bar" }, this.left, buttons);
  }

  /** Whether a button is there, what it says now, and whether it is pressed. */
  show(name: string, shown: boolean, label?: string, pressed?: boolean): void {
    const button = this.buttons.get(name)!;
    button.hidden = !shown;
    if (label !== undefined) {
      text(button, label);
      attribute(button, "aria-label", `${label}: ${button.title}`);
    }
    if (pressed !== undefined) attribute(button, "aria-pressed", String(pressed));
  }

  say(words: string): void {
    text(this.left, words);
    this.left.hidden = words === "";
  }

  /** Do what this key stands for; false where it stands for nothing. */
  press(key: string): boolean {
    const name = Object.keys(this.acts).find((each) => this.acts[each]!.key === key);
    if (name === undefined || this.buttons.get(name)!.hidden) return false;
    this.acts[name]!.act();
    return true;
  }
}
