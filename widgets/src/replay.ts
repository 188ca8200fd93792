// The page that save() writes: the pictures that it holds, one after the other, without a kernel and without a request.
import { attribute, h, text } from "./dom";
import { mount } from "./inspector";
import type { Channel, OutgoingMessage, SnapshotMessage } from "./protocol";

interface Saved {
  pictures: SnapshotMessage[];
  /** Lines that say what was left out, and why. */
  left_out: string[];
}

const SAVED =
  "A saved picture, with no kernel behind it: it can be stepped through, searched and folded. " +
  "What needs the kernel (to begin a walk, to ask, to edit) is not here.";

const NO_KERNEL = "This is a saved file, with no kernel behind it: run the notebook to go on from here.";

type Control = "first" | "back" | "forward" | "last";

/** Hands one picture after the other to the inspector, each as if it were news. */
class Replay {
  readonly element: HTMLElement;
  private readonly choice = h("select", { "aria-label": "Picture", "data-testid": "replay-choice" });
  private readonly place = h("span", {
    class: "mt-position",
    "aria-live": "polite",
    "data-testid": "replay-place",
  });
  private readonly controls = new Map<Control, HTMLButtonElement>();
  private readonly bar: HTMLElement;
  private at: number;
  private revision = 0;
  private tell: (message: unknown) => void = () => {};

  constructor(private readonly saved: Saved) {
    const { pictures, left_out: leftOut } = saved;
    this.at = pictures.length - 1;
    const control = (name: Control, label: string, words: string, to: () => number) => {
      const button = h(
        "button",
        { type: "button", class: "mt-button", title: words, "data-testid": `replay-${name}` },
        label,
      );
      button.addEventListener("click", () => this.show(to()));
      this.controls.set(name, button);
      return button;
    };
    pictures.forEach(({ snapshot }, i) => {
      this.choice.append(h("option", { value: i }, snapshot.title || `picture ${i + 1}`));
    });
    this.choice.addEventListener("change", () => this.show(Number(this.choice.value)));
    this.bar = h(
      "div",
      { class: "mt-controls", role: "group", "aria-label": "Pictures: keys comma and full stop" },
      control("first", "|◀ first", "To the first picture", () => 0),
      control("back", "◀ earlier", "To the picture before (key ,)", () => this.at - 1),
      this.choice,
      control("forward", "later ▶", "To the next picture (key .)", () => this.at + 1),
      control("last", "last ▶|", "To the last picture", () => pictures.length - 1),
      this.place,
    );
    this.bar.hidden = pictures.length < 2;
    this.element = h(
      "div",
      { class: "mt-inspector mt-replay-head", "data-testid": "replay" },
      h("p", { class: "mt-note" }, SAVED),
      leftOut.length > 0
        ? h("ul", { class: "mt-omitted" }, ...leftOut.map((line) => h("li", {}, line)))
        : null,
      this.bar,
    );
    document.addEventListener("keydown", (event) => this.onKey(event), true); // the inspector keeps its keys to itself
  }

  channel(): Channel {
    return {
      saved: true,
      send: (message) => this.answer(message),
      onMessage: (callback) => {
        this.tell = callback;
        this.show(this.at);
        return () => {};
      },
    };
  }

  /** What the file knows is answered from it; what only a kernel could do is said to be so. */
  private answer(message: OutgoingMessage): void {
    if ("id" in message) {
      const asked = this.saved.pictures.find(({ revision }) => revision === message.moment);
      const told = message.type === "moment" && asked ? { value: asked.snapshot } : { problem: NO_KERNEL };
      queueMicrotask(() => this.tell({ type: "answer", id: message.id, ...told }));
    } else if (["backward", "run", "finish"].includes(message.type)) {
      this.tell({ type: "problem", text: NO_KERNEL });
    }
  }

  private show(index: number): void {
    const { pictures } = this.saved;
    this.at = Math.max(0, Math.min(index, pictures.length - 1));
    this.choice.value = String(this.at);
    text(this.place, `picture ${this.at + 1} of ${pictures.length}`);
    const ends = { first: 0, back: 0, forward: pictures.length - 1, last: pictures.length - 1 };
    for (const [name, end] of Object.entries(ends)) {
      attribute(this.controls.get(name as Control)!, "aria-disabled", this.at === end ? "true" : null);
    }
    this.tell({ ...pictures[this.at], revision: ++this.revision });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.saved.pictures.length < 2) return;
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === ",") this.show(this.at - 1);
    else if (event.key === ".") this.show(this.at + 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function begin(): void {
  const place = document.getElementById("replay")!;
  const replay = new Replay(JSON.parse(document.getElementById("pictures")!.textContent ?? ""));
  place.replaceChildren(replay.element);
  mount(place, replay.channel());
}

begin();
