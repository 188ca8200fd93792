// For tests: the inspector in an empty page, anew before each of a file's tests; what it is told, and what it sends.
import { afterEach, beforeEach } from "vitest";
import { mount } from "./inspector";

export let page: HTMLElement;
/** Deliver a message, as the kernel would. */
export let push: (message: unknown) => void;
export let sent: Record<string, unknown>[];

let unmount: () => void;

beforeEach(() => {
  page = document.createElement("div");
  document.body.replaceChildren(page);
  sent = [];
  unmount = mount(page, {
    send: (each) => sent.push(each as unknown as Record<string, unknown>),
    onMessage: (callback) => {
      push = callback;
      return () => undefined;
    },
  });
});

afterEach(() => unmount());
