// Making elements and keeping them: small helpers, so that text is always text and a thing keeps its element.

type Child = Node | string | null | undefined | false;
type Props = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: `class`, `data-*`, `aria-*` and so on are attributes, functions named on... are listeners. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), props, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag) as SVGElementTagNameMap[K], props, children);
}

function fill<E extends Element>(element: E, props: Props, children: Child[]): E {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else attribute(element, name, value);
  }
  append(element, children);
  return element;
}

export function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) if (child) parent.append(child);
}

/** Set, or take away for null, undefined and false; nothing is written that is so already. */
export function attribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

export function text(element: Element, content: string): void {
  if (element.textContent !== content) element.textContent = content;
}

/**
 * Bring a parent's children in line with the items: each key keeps its element, new keys get one, lost keys lose theirs.
 */
export function keyed<T, E extends Element>(
  parent: Element,
  held: Map<string, E>,
  items: readonly T[],
  keyOf: (item: T) => string,
  make: (item: T) => E,
  update: (element: E, item: T, index: number) => void,
): void {
  const wanted = new Set(items.map(keyOf));
  for (const [key, element] of held) {
    if (wanted.has(key)) continue;
    element.remove();
    held.delete(key);
  }
  let before: Element | null = null;
  items.forEach((item, index) => {
    const key = keyOf(item);
    let element = held.get(key);
    if (!element) {
      element = make(item);
      held.set(key, element);
    }
    const place: Element | null = before ? before.nextElementSibling : parent.firstElementChild;
    if (place !== element) parent.insertBefore(element, place);
    before = element;
    update(element, item, index);
  });
}

/** Replace what an element holds, and put the focus back on the part with the same data-key. */
export function refill(element: Element, ...children: Child[]): void {
  const active = document.activeElement;
  const key = active && element.contains(active) ? active.getAttribute("data-key") : null;
  element.replaceChildren();
  append(element, children);
  if (key === null) return;
  const again = Array.from(element.querySelectorAll<HTMLElement>("[data-key]"));
  again.find((each) => each.dataset.key === key)?.focus({ preventScroll: true });
}

/** One tab stop for many: the current one can be tabbed to, the rest by arrows only. */
export function rove(elements: Iterable<Element>, current: Element | null): void {
  for (const element of elements) attribute(element, "tabindex", element === current ? 0 : -1);
}

export function prefersReducedMotion(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}
