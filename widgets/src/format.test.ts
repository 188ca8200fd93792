// How numbers, shapes and counts are written.
import { describe, expect, it } from "vitest";
import { clip, elementName, formatBytes, formatScalar, formatTuple, plural, unravel } from "./format";

describe("numbers", () => {
  it("a float shows its point, an int has none, and truth values are Python's", () => {
    expect(formatScalar(1, "float32")).toBe("1.0");
    expect(formatScalar(1, "int64")).toBe("1");
    expect(formatScalar(true, "bool")).toBe("True");
    expect(formatScalar(0)).toBe("0.0");
    expect(formatScalar(-0)).toBe("-0.0");
    expect(formatScalar(-0, "int64")).toBe("0");
  });

  it("what was rounded is not written as if it were whole", () => {
    expect(formatScalar(9837.25)).toBe("9837.3");
    expect(formatScalar(9837)).toBe("9837.0");
    expect(formatScalar(0.333333)).toBe("0.3333");
  });

  it("the very large and the very small get an exponent", () => {
    expect(formatScalar(1234567)).toBe("1.23e6");
    expect(formatScalar(0.0001)).toBe("1e-4");
    expect(formatScalar(-2.5e-9)).toBe("-2.5e-9");
    expect(formatScalar(123456789012, "int64")).toBe("1.23e11");
  });

  it("nan and infinities pass as the words they came as", () => {
    expect(formatScalar("nan")).toBe("nan");
    expect(formatScalar("-inf")).toBe("-inf");
    expect(formatScalar(Number.NaN)).toBe("nan");
    expect(formatScalar(undefined)).toBe("?");
  });
});

describe("shapes and counts", () => {
  it("a shape is a Python tuple", () => {
    expect(formatTuple([])).toBe("()");
    expect(formatTuple([3])).toBe("(3,)");
    expect(formatTuple([2, 3])).toBe("(2, 3)");
  });

  it("an element is called by its index", () => {
    expect(unravel(4, [2, 3])).toEqual([1, 1]);
    expect(unravel(0, [])).toEqual([]);
    expect(elementName("x", 4, [2, 3])).toBe("x[1, 1]");
    expect(elementName("loss", 0, [])).toBe("loss");
  });

  it("bytes and plurals read as words", () => {
    expect(formatBytes(1)).toBe("1 byte");
    expect(formatBytes(1536)).toBe("1.5 KiB");
    expect(formatBytes(3 * 1024 * 1024)).toBe("3 MiB");
    expect(plural(2, "storage")).toBe("2 storages");
  });

  it("a long name is cut with an ellipsis", () => {
    expect(clip("weights", 40, 8)).toBe("weig…");
    expect(clip("w", 40, 8)).toBe("w");
  });
});
