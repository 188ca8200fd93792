// Which bytes does which element read? The arithmetic of offset and stride, apart from any drawing.
import { elementName, unravel } from "./format";
import type { LaneInfo, Scalar, TensorInfo } from "./protocol";

/** A run of bytes on a lane: what a pointer rests on. */
export interface Bytes {
  lane: string;
  start: number;
  end: number;
}

/** Some bytes that one element reads, or several: the first few of them (row-major), and how many there are. */
export interface Place {
  start: number;
  end: number;
  readers: number[];
  count: number;
}

const MOST_ELEMENTS = 4096; // of one tensor at a time
const MOST_READERS = 4; // remembered of one place

/** Where a tensor begins on its lane, and its steps, both in bytes. */
function layout(tensor: TensorInfo): { origin: number; steps: number[] } {
  if (tensor.apart) return { origin: tensor.apart.offset, steps: tensor.apart.stride };
  const { itemsize } = tensor;
  return { origin: tensor.offset * itemsize, steps: tensor.stride.map((step) => step * itemsize) };
}

/** Where the k-th element (row-major) begins, in bytes from the lane's start. */
export function elementStart(tensor: TensorInfo, k: number): number {
  const { origin, steps } = layout(tensor);
  return unravel(k, tensor.shape).reduce((total, i, axis) => total + i * (steps[axis] ?? 0), origin);
}

export function elementBytes(tensor: TensorInfo, k: number): Bytes | null {
  if (tensor.lane === null) return null;
  const start = elementStart(tensor, k);
  return { lane: tensor.lane, start, end: start + tensor.itemsize };
}

export function cellBytes(lane: LaneInfo, cell: number): Bytes {
  return { lane: lane.id, start: cell * lane.itemsize, end: (cell + 1) * lane.itemsize };
}

export function overlaps(a: Bytes, b: Bytes): boolean {
  return a.lane === b.lane && a.start < b.end && b.start < a.end;
}

/**
 * The elements that read any byte of [first, last), in row-major order; `once`: of an axis with stride 0 only the first
 * place. Of a tensor of millions only those ranges of its axes that come near these bytes are gone through.
 */
function* within(
  tensor: TensorInfo,
  first: number,
  last: number,
  once = false,
): Generator<[k: number, start: number]> {
  const { origin, steps } = layout(tensor);
  const { shape, itemsize } = tensor;
  if (shape.includes(0)) return;
  const reach = steps.map((step, axis) => step * (shape[axis]! - 1));
  // how far the axes from this one on can go down, and up
  const below = [...shape, 0].map((_, axis) => sum(reach.slice(axis).filter((each) => each < 0)));
  const above = [...shape, 0].map((_, axis) => sum(reach.slice(axis).filter((each) => each > 0)));
  function* go(axis: number, k: number, at: number): Generator<[number, number]> {
    if (axis === shape.length) {
      if (at < last && first < at + itemsize) yield [k, at];
      return;
    }
    const [size, step] = [shape[axis]!, steps[axis]!];
    const least = first - itemsize + 1 - at - above[axis + 1]!;
    const greatest = last - 1 - at - below[axis + 1]!;
    const [from, to] = between(step, once && step === 0 ? 1 : size, least, greatest);
    for (let i = from; i <= to; i++) yield* go(axis + 1, k * size + i, at + i * step);
  }
  yield* go(0, 0, origin);
}

/** The first and the last index i with least <= i * step <= greatest. */
function between(step: number, size: number, least: number, greatest: number): [number, number] {
  if (step === 0) return least <= 0 && greatest >= 0 ? [0, size - 1] : [0, -1];
  const [low, high] = step > 0 ? [least / step, greatest / step] : [greatest / step, least / step];
  return [Math.max(0, Math.ceil(low)), Math.min(size - 1, Math.floor(high))];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken++ >= most) return;
    yield item;
  }
}

/** How many elements read each place, through axes of stride 0. */
function repeats(tensor: TensorInfo): number {
  const { steps } = layout(tensor);
  return tensor.shape.reduce((times, size, axis) => (steps[axis] === 0 ? times * size : times), 1);
}

/** What a tensor reads of a lane's cells, place by place from the left. */
export function placesOn(tensor: TensorInfo, lane: LaneInfo): Place[] {
  const found = new Map<number, Place>();
  const times = repeats(tensor);
  for (const [k, start] of take(within(tensor, 0, lane.cells.length * lane.itemsize, true), MOST_ELEMENTS)) {
    let place = found.get(start);
    if (!place) {
      place = { start, end: start + tensor.itemsize, readers: [], count: 0 };
      found.set(start, place);
    }
    place.count += times;
    if (place.readers.length < MOST_READERS) place.readers.push(k);
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** The elements of this tensor that read any of these bytes. */
export function elementsAt(tensor: TensorInfo, bytes: Bytes): number[] {
  if (tensor.lane !== bytes.lane) return [];
  return [...take(within(tensor, bytes.start, bytes.end), MOST_ELEMENTS)].map(([k]) => k);
}

/** How many elements read any of these bytes; beyond what is gone through it is counted by strides. */
function countAt(tensor: TensorInfo, bytes: Bytes): number {
  if (tensor.lane !== bytes.lane) return 0;
  const places = [...take(within(tensor, bytes.start, bytes.end, true), MOST_ELEMENTS)];
  return places.length * repeats(tensor);
}

/** What stands under a place: the element's index, or how many elements read it. */
export function tickText(place: Pick<Place, "readers" | "count">, shape: readonly number[]): string {
  if (place.count > 1) return `×${place.count.toLocaleString("en")}`;
  if (shape.length === 0) return "·";
  return unravel(place.readers[0] ?? 0, shape).join(",");
}

/** "x[1, 0], array[2]": every element that reads these bytes, by name; long lists end in a count. */
export function aliasNames(
  tensors: readonly TensorInfo[],
  bytes: Bytes,
  nameOf: (tensor: TensorInfo) => string,
): string[] {
  return tensors.flatMap((tensor) => {
    const count = countAt(tensor, bytes);
    if (count === 0) return [];
    const name = nameOf(tensor);
    const first = [...take(within(tensor, bytes.start, bytes.end), 3)];
    const shown = first.map(([k]) => elementName(name, k, tensor.shape));
    return count > 3 ? [...shown, `${name} ×${count.toLocaleString("en")} in all`] : shown;
  });
}

/** The cells whose value is another one than before. A lane that is new, or moved, was not written but made. */
export function writtenCells(before: LaneInfo | undefined, now: LaneInfo): Set<number> {
  const written = new Set<number>();
  if (!before || before.address !== now.address || before.itemsize !== now.itemsize) return written;
  if (before.dtype !== now.dtype) return written;
  const shared = Math.min(before.cells.length, now.cells.length);
  for (let cell = 0; cell < shared; cell++) {
    if (!same(before.cells[cell]!, now.cells[cell]!)) written.add(cell);
  }
  return written;
}

function same(a: Scalar, b: Scalar): boolean {
  return Object.is(a, b);
}

/** How wide a lane's cells are, so that the longest text fits, and so does each tick in its part of a cell. */
export function cellWidth(
  texts: readonly string[],
  ticks: readonly { text: string; part: number }[] = [],
  most = 84,
): number {
  const longest = texts.reduce((longest, text) => Math.max(longest, text.length), 0);
  // a tick is set smaller than a value, and one that would need more room than this goes without its text
  const needed = ticks.map(({ text, part }) => Math.min(112, (text.length * 6.6 + 9) / Math.min(1, part)));
  return Math.ceil(Math.max(38, Math.min(most, longest * 7.3 + 10), ...needed));
}
