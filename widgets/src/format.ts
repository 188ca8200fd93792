// How numbers, shapes and counts are written: as Python writes them, and short.
import type { Scalar } from "./protocol";

/** Whether numbers of this dtype are written with a point: 1.0 and 1 tell a float from an int. */
export function isFloating(dtype: string): boolean {
  return /float|double|half|bfloat/.test(dtype);
}

/** A value in at most `digits` significant digits. */
export function formatScalar(value: Scalar | null | undefined, dtype = "float32", digits = 4): string {
  if (value === null || value === undefined) return "?";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (!isFloating(dtype)) return formatInteger(value, digits);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 10 ** (digits + 1) || size < 1e-3) return scientific(value, digits);
  const short = String(Number(value.toPrecision(digits)));
  if (short.includes(".")) return short;
  // 9837.25 must not be written as if it were the whole number 9837.0
  return Number.isInteger(value) ? `${value}.0` : value.toFixed(1);
}

function formatInteger(value: number, digits: number): string {
  return Math.abs(value) < 10 ** (digits + 3) ? String(value) : scientific(value, digits);
}

function scientific(value: number, digits: number): string {
  const [mantissa = "0", exponent = "0"] = value.toExponential(Math.max(0, digits - 2)).split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return `${short}e${exponent.replace("+", "")}`;
}

/** A tuple as Python prints it: (3,), (2, 3), (). */
export function formatTuple(numbers: readonly number[]): string {
  return numbers.length === 1 ? `(${numbers[0]},)` : `(${numbers.join(", ")})`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** 24 bytes, 1.5 KiB, 3.2 MiB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return plural(bytes, "byte");
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = "";
  for (const next of units) {
    if (size < 1024) break;
    size /= 1024;
    unit = next;
  }
  return `${Number(size.toPrecision(3))} ${unit}`;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}

/** The index of the k-th element in row-major order: 4 in (2, 3) is [1, 1]. */
export function unravel(k: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = k;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = Math.max(1, shape[axis]!);
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/** x[1, 0], and just x for a scalar. */
export function elementName(name: string, k: number, shape: readonly number[]): string {
  return shape.length === 0 ? name : `${name}[${unravel(k, shape).join(", ")}]`;
}

/** Cut to fit `width` pixels of characters that are about `perCharacter` wide. */
export function clip(text: string, width: number, perCharacter: number): string {
  const room = Math.max(1, Math.floor(width / perCharacter));
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
