// Which bytes an element reads, and who else does.
import { describe, expect, it } from "vitest";
import { lane, tensor } from "./fixtures";
import {
  aliasNames,
  cellBytes,
  elementStart,
  elementsAt,
  readsByCell,
  span,
  tickText,
  writtenCells,
} from "./reads";

const storage = lane("A", [1, 2, 3, 4, 5, 6]);
const a = tensor("t1", "a", { shape: [2, 3], lane: "laneA" });
const transposed = tensor("t2", "at", { shape: [3, 2], stride: [1, 3], lane: "laneA" });
const column = tensor("t3", "column", { shape: [2], stride: [3], offset: 1, lane: "laneA" });
const expanded = tensor("t4", "e", { shape: [4, 3], stride: [0, 1], lane: "laneA" });
const bytesOf = (cell: number) => cellBytes(storage, cell);

describe("which cells a tensor reads", () => {
  it("a column touches its own cells and no other", () => {
    expect([...readsByCell(column, storage)]).toEqual([
      [1, [0]],
      [4, [1]],
    ]);
    expect(span(readsByCell(column, storage))).toEqual([1, 4]);
  });

  it("a transpose reads the same cells in another order", () => {
    const order = [...readsByCell(transposed, storage)]
      .sort(([x], [y]) => x - y)
      .map(([, readers]) => readers[0]);
    expect(order).toEqual([0, 2, 4, 1, 3, 5]);
  });

  it("an expand reads one cell many times", () => {
    expect(readsByCell(expanded, storage).get(0)).toEqual([0, 3, 6, 9]);
    expect(tickText([0, 3, 6, 9], expanded.shape)).toBe("×4");
    expect(readsByCell(expanded, storage).size).toBe(3);
  });

  it("a negative stride counts down", () => {
    const reversed = tensor("t5", "r", { shape: [3], stride: [-1], offset: 2, lane: "laneA" });
    expect([0, 1, 2].map((k) => elementStart(reversed, k))).toEqual([8, 4, 0]);
  });

  it("elements wider than a cell cover several, narrower ones share one", () => {
    const wide = tensor("t6", "wide", { shape: [2], itemsize: 8, lane: "laneA" });
    expect([...readsByCell(wide, storage).keys()]).toEqual([0, 1, 2, 3]);
    const narrow = tensor("t7", "narrow", { shape: [8], itemsize: 1, lane: "laneA" });
    expect(readsByCell(narrow, storage).get(1)).toEqual([4, 5, 6, 7]);
  });

  it("nothing reads nothing", () => {
    const none = tensor("t8", "none", { shape: [0], lane: "laneA" });
    expect(span(readsByCell(none, storage))).toBeNull();
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
    expect(tickText([0], [])).toBe("·");
    expect(tickText([4], [2, 3])).toBe("1,1");
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
