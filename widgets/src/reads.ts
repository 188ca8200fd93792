// Which bytes does which element read? The arithmetic of offset and stride, apart from any drawing.
import { elementCount, elementName, unravel } from "./format";
import type { LaneInfo, Scalar, TensorInfo } from "./protocol";

/** A run of bytes on a lane: what a pointer rests on. */
export interface Bytes {
  lane: string;
  start: number;
  end: number;
}

const MOST_ELEMENTS = 4096; // of one tensor; beyond it a picture of single elements is no longer read

/** Where the k-th element (row-major) begins, in bytes from the lane's start. */
export function elementStart(tensor: TensorInfo, k: number): number {
  const index = unravel(k, tensor.shape);
  const steps = index.reduce((total, i, axis) => total + i * (tensor.stride[axis] ?? 0), 0);
  return (tensor.offset + steps) * tensor.itemsize;
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

/** For each cell of the lane that this tensor touches, the elements that read it, in row-major order. */
export function readsByCell(tensor: TensorInfo, lane: LaneInfo): Map<number, number[]> {
  const found = new Map<number, number[]>();
  const count = Math.min(elementCount(tensor.shape), MOST_ELEMENTS);
  for (let k = 0; k < count; k++) {
    const start = elementStart(tensor, k);
    const first = Math.floor(start / lane.itemsize);
    const last = Math.floor((start + tensor.itemsize - 1) / lane.itemsize);
    for (let cell = first; cell <= last; cell++) {
      const readers = found.get(cell);
      if (readers) readers.push(k);
      else found.set(cell, [k]);
    }
  }
  return found;
}

/** The elements of this tensor that read any of these bytes. */
export function elementsAt(tensor: TensorInfo, bytes: Bytes): number[] {
  if (tensor.lane !== bytes.lane) return [];
  const found: number[] = [];
  const count = Math.min(elementCount(tensor.shape), MOST_ELEMENTS);
  for (let k = 0; k < count; k++) {
    const start = elementStart(tensor, k);
    if (start < bytes.end && bytes.start < start + tensor.itemsize) found.push(k);
  }
  return found;
}

/** The first and the last cell that a tensor touches, or null where it touches none. */
export function span(reads: Map<number, number[]>): [number, number] | null {
  if (reads.size === 0) return null;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cell of reads.keys()) {
    first = Math.min(first, cell);
    last = Math.max(last, cell);
  }
  return [first, last];
}

/** What stands under a touched cell: the element's index, or how many elements read it. */
export function tickText(readers: readonly number[], shape: readonly number[]): string {
  if (readers.length > 1) return `×${readers.length}`;
  if (shape.length === 0) return "·";
  return unravel(readers[0] ?? 0, shape).join(",");
}

/** "x[1, 0], array[2]": every element that reads these bytes, by name; long lists end in a count. */
export function aliasNames(
  tensors: readonly TensorInfo[],
  bytes: Bytes,
  nameOf: (tensor: TensorInfo) => string,
): string[] {
  return tensors.flatMap((tensor) => {
    const elements = elementsAt(tensor, bytes);
    const name = nameOf(tensor);
    const shown = elements.slice(0, 3).map((k) => elementName(name, k, tensor.shape));
    return elements.length > 3 ? [...shown, `${name} ×${elements.length} in all`] : shown;
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

/** How wide a lane's cells are, so that the longest text fits. */
export function cellWidth(texts: readonly string[]): number {
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  return Math.min(84, Math.max(38, Math.ceil(longest * 7.3) + 10));
}
