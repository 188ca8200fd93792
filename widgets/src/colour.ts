// Colours: Okabe and Ito's palette, a diverging scale with zero pinned to white, and text that can be read on it.
import type { Scalar } from "./protocol";

export type Rgb = readonly [number, number, number];

const BLUE: Rgb = [0, 114, 178];
const ORANGE: Rgb = [230, 159, 0];
const WHITE: Rgb = [255, 255, 255];

// from "Color Universal Design" by Okabe and Ito, 2008; grey stands for their black, which is our text
export const LANE_COLOURS: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [204, 121, 167],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [153, 153, 153],
];

export function css([r, g, b]: Rgb): string {
  return `rgb(${r}, ${g}, ${b})`;
}

/** A lane's colour follows its letter, so that it stays when other lanes come and go. */
export function laneColour(letter: string): Rgb {
  let number = 0;
  for (const character of letter) number = number * 26 + character.charCodeAt(0) - 64;
  const size = LANE_COLOURS.length;
  return LANE_COLOURS[(((number - 1) % size) + size) % size]!;
}

function mix(from: Rgb, to: Rgb, t: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * t);
  return [at(0), at(1), at(2)];
}

/** A colour scale symmetric about zero: blue below, white at zero, orange above. */
export interface Scale {
  low: number;
  high: number;
  reach: number;
}

/** The scale that holds these values; it always contains zero. */
export function scaleOf(
  values: Iterable<Scalar>,
  min: number | null = null,
  max: number | null = null,
): Scale {
  let low = Math.min(0, min ?? 0);
  let high = Math.max(0, max ?? 0);
  for (const value of values) {
    const number = toNumber(value);
    if (!Number.isFinite(number)) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return { low, high, reach: Math.max(-low, high) };
}

/** true is 1, false is 0, "inf" is infinite, anything else that is no number is NaN. */
export function toNumber(value: Scalar | null | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === "inf") return Number.POSITIVE_INFINITY;
  if (value === "-inf") return Number.NEGATIVE_INFINITY;
  const parsed = typeof value === "string" && /^[-+]?\d/.test(value) ? Number(value) : Number.NaN;
  return parsed;
}

/** The colour of a value, or null for nan, which has none and is hatched. */
export function divergingColour(value: Scalar, reach: number): Rgb | null {
  const number = toNumber(value);
  if (Number.isNaN(number)) return null;
  if (number === 0) return WHITE;
  const t = Number.isFinite(number) ? (reach > 0 ? Math.min(1, Math.abs(number) / reach) : 0) : 1;
  // even the smallest number that is not zero must not look like zero
  return mix(WHITE, number > 0 ? ORANGE : BLUE, 0.08 + 0.92 * t);
}

/** WCAG's relative luminance. */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

/** Black or white, whichever is read more easily on this; one of them always reaches 4.5. */
export function textOn(background: Rgb): "#000" | "#fff" {
  return contrast(background, [0, 0, 0]) >= contrast(background, WHITE) ? "#000" : "#fff";
}
