// Sections: each is folded by its title, all by a key, and a fold is remembered.
import { beforeEach, expect, it } from "vitest";
import { regression } from "./fixtures";
import { mount } from "./inspector";

let root: HTMLElement;

function show(): HTMLElement {
  root?.remove();
  root = document.createElement("div");
  document.body.append(root);
  mount(root, {
    send: () => {},
    onMessage: (callback) => {
      callback(regression());
      return () => {};
    },
  });
  return root;
}

const titles = () => [...root.querySelectorAll<HTMLButtonElement>(".mt-section:not([hidden]) > .mt-title")];
const open = () => titles().filter((title) => title.getAttribute("aria-expanded") === "true").length;
const press = (key: string) =>
  root.firstElementChild!.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );

beforeEach(() => {
  show();
  if (open() < titles().length) press("Z");
  if (open() < titles().length) press("Z");
});

it("folds a section by its title, which says so", () => {
  const [title] = titles();
  const body = document.getElementById(title!.getAttribute("aria-controls")!)!;
  expect(body.hidden).toBe(false);
  title!.click();
  expect(title!.getAttribute("aria-expanded")).toBe("false");
  expect(body.hidden).toBe(true);
  title!.click();
  expect(body.hidden).toBe(false);
});

it("remembers what is folded, also for the next inspector", () => {
  titles()[1]!.click();
  expect(JSON.parse(sessionStorage.getItem("minitorch-inspector-folded")!)).toHaveLength(1);
  show();
  expect(
    titles()
      .map((title) => title.getAttribute("aria-expanded"))
      .indexOf("false"),
  ).toBe(1);
});

it("folds and opens all by one key", () => {
  titles()[1]!.click();
  press("Z");
  expect(open()).toBe(0);
  press("Z");
  expect(open()).toBe(titles().length);
});

it("draws a folded section when it is opened", () => {
  press("Z");
  show();
  expect(open()).toBe(0);
  press("Z");
  expect(root.querySelectorAll(".mt-node").length).toBeGreaterThan(0);
});
