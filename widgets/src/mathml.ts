// Mathematics from the kernel, rebuilt element by element from a list of what is allowed. Markup is never trusted.

const SPACE = "http://www.w3.org/1998/Math/MathML";

const ELEMENTS = new Set(
  (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts " +
    "mprescripts none mtable mtr mtd mstyle mpadded mphantom merror"
  ).split(" "),
);

const ATTRIBUTES = new Set(
  (
    "accent accentunder align columnalign columnlines columnspacing columnspan depth display displaystyle fence " +
    "form height largeop linethickness lspace mathvariant maxsize minsize movablelimits notation rowalign rowlines " +
    "rowspacing rowspan rspace scriptlevel separator stretchy symmetric voffset width"
  ).split(" "),
);

/** A <math> element from its text, or null where the text holds none. */
export function parseMathml(text: string | null | undefined): Element | null {
  if (!text) return null;
  // parsed as HTML, because that knows the named entities; nothing runs and nothing is fetched in such a document
  const found = new DOMParser().parseFromString(text, "text/html").querySelector("math");
  return found ? rebuild(found) : null;
}

function rebuild(given: Element): Element | null {
  const name = given.localName.toLowerCase();
  // semantics holds the formula first and then the same in other languages
  if (name === "semantics") return given.firstElementChild ? rebuild(given.firstElementChild) : null;
  if (!ELEMENTS.has(name)) return null;
  const made = document.createElementNS(SPACE, name);
  for (const { name: attribute, value } of Array.from(given.attributes)) {
    if (ATTRIBUTES.has(attribute)) made.setAttribute(attribute, value);
  }
  for (const child of Array.from(given.childNodes)) {
    if (child.nodeType === Node.TEXT_NODE) made.append(child.textContent ?? "");
    else if (child.nodeType === Node.ELEMENT_NODE) {
      const inner = rebuild(child as Element);
      if (inner) made.append(inner);
    }
  }
  return made;
}
