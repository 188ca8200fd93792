// Which bytes an element reads, and who else does.
import { describe, expect, it } from "vitest";
import { lane, tensor } from "./fixtures";
import type { TensorInfo } from "./protocol";
import { aliasNames, cellBytes, elementStart, elementsAt, placesOn, tickText, writtenCells } from "./reads";

const storage = lane("A", [1, 2, 3, 4, 5, 6]);
const a = tensor("t1", "a", { shape: [2, 3], lane: "laneA" });
const transposed = tensor("t2", "at", { shape: [3, 2], stride: [1, 3], lane: "laneA" });
const column = tensor("t3", "column", { shape: [2], stride: [3], offset: 1, lane: "laneA" });
const expanded = tensor("t4", "e", { shape: [4, 3], stride: [0, 1], lane: "laneA" });
const bytesOf = (cell: number) => cellBytes(storage, cell);

/** The places of a tensor by the cell that each begins in. */
const placesOf = (each: TensorInfo) =>
  placesOn(each, storage).map(({ start, end, readers, count }) => [start / 4, end / 4, readers, count]);

describe("which bytes a tensor reads", () => {
  it("a column touches its own cells and no other", () => {
    expect(placesOf(column)).toEqual([
      [1, 2, [0], 1],
      [4, 5, [1], 1],
    ]);
  });

  it("a transpose reads the same cells in another order", () => {
    expect(placesOf(transposed).map(([, , readers]) => readers)).toEqual([[0], [2], [4], [1], [3], [5]]);
  });

  it("an expand reads one cell many times", () => {
    const [first] = placesOn(expanded, storage);
    expect(first?.count).toBe(4);
    expect(tickText(first!, expanded.shape)).toBe("×4");
    expect(placesOn(expanded, storage).length).toBe(3);
  });

  it("windows that overlap read the cells between twice", () => {
    const windows = tensor("t9", "w", { shape: [3, 2], stride: [1, 1], lane: "laneA" });
    expect(placesOf(windows).map(([, , readers]) => readers)).toEqual([[0], [1, 2], [3, 4], [5]]);
  });

  it("a negative stride counts down", () => {
    const reversed = tensor("t5", "r", { shape: [3], stride: [-1], offset: 2, lane: "laneA" });
    expect([0, 1, 2].map((k) => elementStart(reversed, k))).toEqual([8, 4, 0]);
    expect(placesOf(reversed).map(([, , readers]) => readers)).toEqual([[2], [1], [0]]);
  });

  it("elements wider than a cell cover several, narrower ones a part of one", () => {
    const wide = tensor("t6", "wide", { shape: [2], itemsize: 8, lane: "laneA" });
    expect(placesOf(wide)).toEqual([
      [0, 2, [0], 1],
      [2, 4, [1], 1],
    ]);
    const narrow = tensor("t7", "narrow", { shape: [8], itemsize: 1, lane: "laneA" });
    expect(elementsAt(narrow, bytesOf(1))).toEqual([4, 5, 6, 7]);
    expect(elementsAt(wide, { lane: "laneA", start: 5, end: 6 })).toEqual([0]);
    expect(elementsAt(wide, bytesOf(3))).toEqual([1]);
  });

  it("a field of records lies at bytes of its own", () => {
    const field = tensor("t10", "x", {
      shape: [2],
      itemsize: 8,
      apart: { offset: 4, stride: [12] },
      lane: "laneA",
    });
    expect(placesOf(field)).toEqual([
      [1, 3, [0], 1],
      [4, 6, [1], 1],
    ]);
  });

  it("of ten million elements those are found that read what is in sight", () => {
    const turned = tensor("t11", "t", { shape: [10_000, 1000], stride: [1, 10_000], lane: "laneA" });
    expect(placesOf(turned).map(([, , readers]) => readers)).toEqual([
      [0],
      [1000],
      [2000],
      [3000],
      [4000],
      [5000],
    ]);
    const spread = tensor("t12", "e", { shape: [10_000_000], stride: [0], offset: 3, lane: "laneA" });
    expect(placesOf(spread)).toEqual([[3, 4, [0], 10_000_000]]);
    expect(aliasNames([spread], bytesOf(3), () => "e").at(-1)).toBe("e ×10,000,000 in all");
  });

  it("nothing reads nothing, and a seven-dimensional tensor is found in its place", () => {
    expect(placesOf(tensor("t8", "none", { shape: [0], lane: "laneA" }))).toEqual([]);
    const deep = tensor("t13", "deep", { shape: [1, 1, 1, 1, 1, 2, 3], lane: "laneA" });
    expect(elementsAt(deep, bytesOf(4))).toEqual([4]);
  });
});

describe("aliases", () => {
  it("every element that reads a cell is named, in all tensors of the lane", () => {
    const names = aliasNames([a, transposed, column], bytesOf(4), (each) => each.names[0]!);
    expect(names).toEqual(["a[1, 1]", "at[1, 1]", "column[1]"]);
  });

  it("many readers end in a count", () => {
    expect(aliasNames([expanded], bytesOf(0), () => "e").at(-1)).toBe("e ×4 in all");
  });

  it("another lane's tensor reads none of it", () => {
    expect(elementsAt({ ...a, lane: "laneB" }, bytesOf(0))).toEqual([]);
  });

  it("a scalar is a dot, an element its index", () => {
    expect(tickText({ readers: [0], count: 1 }, [])).toBe("·");
    expect(tickText({ readers: [4], count: 1 }, [2, 3])).toBe("1,1");
  });
});

describe("written cells", () => {
  it("are those whose value changed", () => {
    expect([...writtenCells(storage, { ...storage, cells: [1, 9, 3, 4, 5, 6] })]).toEqual([1]);
    expect(writtenCells(storage, storage).size).toBe(0);
  });

  it("nan that stays nan was not written", () => {
    const broken = lane("A", ["nan"]);
    expect(writtenCells(broken, lane("A", ["nan"])).size).toBe(0);
  });

  it("a new storage under an old letter was made, not written", () => {
    expect(writtenCells(undefined, storage).size).toBe(0);
    expect(writtenCells(storage, { ...storage, address: "0x1", cells: [9] }).size).toBe(0);
  });
});
