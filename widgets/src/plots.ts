// Plots: axes, ticks, lines with gaps, and labels that make room for each other; pure numbers, drawn by training.ts.
// minitorch_widgets/plots.py draws the same for the still picture.

/** Steps and values; what is no number travels as a word. */
export type Points = readonly (readonly [number, number | string])[];

export interface Axis {
  low: number;
  high: number;
  log: boolean;
}

const WIDE = 20; // a range with ends so many times apart is drawn on a log axis

export const DASHES = ["", "7 3", "2 3", "9 3 2 3", "5 2", "1 2", "10 4", "3 3 1 3"];

export function toValue(value: number | string): number {
  if (typeof value === "number") return value;
  if (value === "inf") return Number.POSITIVE_INFINITY;
  if (value === "-inf") return Number.NEGATIVE_INFINITY;
  return Number.NaN;
}

/** An axis that holds the finite ones of these values; by powers of ten where they are far apart, if not told. */
export function axisOf(values: Iterable<number>, log?: boolean): Axis {
  let count = 0;
  let above = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (value <= 0) continue;
    above++;
    least = Math.min(least, value);
  }
  if (count === 0) return { low: 0, high: 1, log: false };
  if (log ?? (above === count && high > WIDE * least)) {
    if (above > 0) return { low: least / 1.3, high: high * 1.3, log: true };
  }
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return { low: low >= 0 && low < room * 4 ? 0 : low - room, high: high + room, log: false };
}

/** Where a value stands, from 0 to 1; what is outside, as 0 is on a log axis, stands at the end. */
export function at({ low, high, log }: Axis, value: number): number {
  const scale = (each: number) => (log ? Math.log10(Math.max(each, Number.MIN_VALUE)) : each);
  const [from, to] = [scale(low), scale(high)];
  if (to <= from) return 0.5;
  return Math.min(1, Math.max(0, (scale(value) - from) / (to - from)));
}

/** Round values, few enough to be read. */
export function ticks({ low, high, log }: Axis, most = 4): number[] {
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first) / most));
    if (last - first >= 1) {
      return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, k) =>
        Number(`1e${first + k * step}`),
      );
    }
    const between = Array.from({ length: 3 * (last - first + 2) }, (_, k) =>
      Number(`${[1, 2, 5][k % 3]}e${first - 1 + Math.floor(k / 3)}`),
    ).filter((each) => low <= each && each <= high);
    if (between.length >= 2) return between;
  }
  const rough = (high - low) / most;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => power * each >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** A number as short as it can be told: 1e-3, 2,000, 0.25, NaN. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "minus infinite";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.01 || size >= 1e5) {
    const [mantissa = "", exponent = ""] = value.toExponential(2).split("e");
    return `${Number(mantissa)}e${Number(exponent)}`;
  }
  return Number(value.toPrecision(3)).toLocaleString("en");
}

/** The stretches of a curve between values that are no numbers. */
export function runs(points: Points): (readonly [number, number])[][] {
  const found: [number, number][][] = [[]];
  for (const [step, told] of points) {
    const value = toValue(told);
    const last = found[found.length - 1]!;
    if (Number.isFinite(value)) last.push([step, value]);
    else if (last.length > 0) found.push([]);
  }
  return found.filter((each) => each.length > 0);
}

/** Where a curve first was no number. */
export function broke(points: Points): [number, number] | null {
  const found = points.find(([, value]) => !Number.isFinite(toValue(value)));
  return found ? [found[0], toValue(found[1])] : null;
}

/** The last point that is not after this step. */
export function pointAt(points: Points, step: number): [number, number] | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= step) low = middle + 1;
    else high = middle;
  }
  const found = points[low - 1];
  return found ? [found[0], toValue(found[1])] : null;
}

/** Places moved so far apart that no label covers another; in the order in which they were given. */
export function apart(wanted: readonly number[], top: number, bottom: number, room = 13): number[] {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = new Array<number>(wanted.length).fill(0);
  let next = top;
  for (const k of order) {
    placed[k] = Math.max(wanted[k]!, next);
    next = placed[k]! + room;
  }
  let floor = bottom;
  for (const k of order.reverse()) {
    placed[k] = Math.min(placed[k]!, floor);
    floor = placed[k]! - room;
  }
  return placed;
}
