// Export: the graph, or the whole inspector, as a file: SVG with its text as text, or PNG. Nothing is asked of the network.
import { svg } from "./dom";

const XHTML = "http://www.w3.org/1999/xhtml";
const SHARP = 2; // pixels of a PNG for one of the screen
const LARGEST = 16_000; // px along one side of a PNG: beyond it browsers give up

/** A drawing that stands by itself: its style and the colours of the page's theme are in it. */
export function standalone(
  drawing: SVGElement,
  bounds: { x: number; y: number; width: number; height: number },
  page: Element,
  said: { title: string; words: string },
): SVGSVGElement {
  const { x, y, width, height } = bounds;
  const paper = svg("rect", { x, y, width, height, class: "mt-paper" });
  return svg(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "mt-inspector",
      role: "img",
      width: Math.ceil(width),
      height: Math.ceil(height),
      viewBox: `${x} ${y} ${width} ${height}`,
      style: `${theme(page)};padding:0;width:auto`,
    },
    svg("title", {}, said.title),
    svg("desc", {}, said.words),
    svg("style", {}, styles(page)),
    paper,
    drawing,
  );
}

/** The page as it is to be seen, as a drawing: a browser shows it, since it holds HTML. */
export function wholePicture(page: HTMLElement, said: { title: string; words: string }): SVGSVGElement {
  const width = page.offsetWidth || 900;
  const copy = page.cloneNode(true) as HTMLElement;
  copy.setAttribute("xmlns", XHTML);
  copy.style.cssText = `${theme(page)};width:${width}px`;
  copyCanvases(page, copy);
  for (const each of copy.querySelectorAll(".mt-no-export, [hidden]")) each.remove();
  for (const input of copy.querySelectorAll("input")) input.setAttribute("value", "");
  const height = page.scrollHeight || 600;
  const holder = svg("foreignObject", { x: 0, y: 0, width, height });
  holder.append(copy);
  const group = svg(
    "g",
    {},
    svg("style", {}, ".mt-side{position:static!important;max-height:none!important}"),
    holder,
  );
  return standalone(group, { x: 0, y: 0, width, height }, page, said);
}

/** What was painted is not in a copy of its element. */
function copyCanvases(from: Element, to: Element): void {
  const copies = to.querySelectorAll("canvas");
  from.querySelectorAll("canvas").forEach((canvas, index) => {
    const image = document.createElementNS(XHTML, "img");
    for (const name of ["class", "style", "hidden"]) {
      const value = canvas.getAttribute(name);
      if (value !== null) image.setAttribute(name, value);
    }
    if (!canvas.hidden) image.setAttribute("src", canvas.toDataURL());
    copies[index]?.replaceWith(image);
  });
}

/** Every rule of ours that the page has, with colours in place of variables: not every reader of SVG knows those. */
function styles(page: Element): string {
  const rules: string[] = [];
  for (const sheet of Array.from(document.styleSheets)) {
    try {
      for (const rule of Array.from(sheet.cssRules)) {
        if (rule.cssText.includes("mt-")) rules.push(rule.cssText);
      }
    } catch {
      // a style sheet from elsewhere tells its rules to nobody, and has none of ours
    }
  }
  const known = new Known(page);
  const text = rules.join("\n").replace(CALL, (call) => known.value(call));
  known.dispose();
  return text;
}

const INNER = String.raw`(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*`;
const CALL = new RegExp(String.raw`\b(?:var|color-mix|light-dark)\(${INNER}\)`, "g");

/** What the page makes of variables and mixed colours. */
class Known {
  private readonly probe = document.createElement("span");
  private readonly values = new Map<string, string>();

  constructor(private readonly page: Element) {
    page.append(this.probe);
  }

  dispose(): void {
    this.probe.remove();
  }

  value(call: string): string {
    let found = this.values.get(call);
    if (found === undefined) {
      found = this.colour(call) ?? this.text(call);
      this.values.set(call, found);
    }
    return found;
  }

  private colour(call: string): string | null {
    const { style } = this.probe;
    // what is no colour leaves it as it was inherited, so it is asked twice
    const seen = ["rgb(1, 2, 3)", "rgb(3, 2, 1)"].map((before) => {
      style.cssText = `color:${before}`;
      const holder = document.createElement("span");
      holder.style.color = call;
      this.probe.append(holder);
      const { color } = getComputedStyle(holder);
      holder.remove();
      return color;
    });
    return seen[0] === seen[1] && seen[0] ? plainColour(seen[0]) : null;
  }

  private text(call: string): string {
    const [, name = "", fallback = ""] = /^var\((--[\w-]+)\s*,?\s*(.*)\)$/s.exec(call) ?? [];
    return getComputedStyle(this.page).getPropertyValue(name).trim() || fallback || call;
  }
}

/** color(srgb 0.5 0.5 0.5) as the older rgb(128, 128, 128). */
function plainColour(colour: string): string {
  const [, ...parts] = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)\)$/.exec(colour) ?? [];
  return parts.length === 3
    ? `rgb(${parts.map((each) => Math.round(Number(each) * 255)).join(", ")})`
    : colour;
}

/** What is inherited from the page around. */
function theme(page: Element): string {
  const { colorScheme, color } = getComputedStyle(page);
  return `color-scheme:${colorScheme || "light"};color:${color}`;
}

export function toText(drawing: SVGSVGElement): string {
  return new XMLSerializer().serializeToString(drawing);
}

/** The drawing as pixels, two for one, or fewer where it is very large. */
export async function toPixels(drawing: SVGSVGElement): Promise<Blob> {
  const width = Number(drawing.getAttribute("width"));
  const height = Number(drawing.getAttribute("height"));
  const sharp = Math.min(SHARP, LARGEST / Math.max(width, height, 1));
  const image = new Image();
  // a data address, because Chromium takes what comes from a blob with HTML in it for foreign and gives no pixels of it
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(toText(drawing))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.ceil(width * sharp), Math.ceil(height * sharp)];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser made no PNG of it")))),
  );
}

export async function save(drawing: SVGSVGElement, name: string, kind: "svg" | "png"): Promise<void> {
  const blob =
    kind === "png" ? await toPixels(drawing) : new Blob([toText(drawing)], { type: "image/svg+xml" });
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A title as the name of a file. */
export function fileName(title: string): string {
  const plain = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return plain.slice(0, 60) || "inspector";
}
