// Heat maps, their legends, and the three nothings.
import { describe, expect, it } from "vitest";
import { value } from "./fixtures";
import { grids, heatmap, nothing } from "./heatmap";

const cells = (map: Element) => Array.from(map.querySelectorAll<HTMLElement>(".mt-heat-cell"));

describe("a heat map", () => {
  it("a vector is a row, a matrix a grid, a deeper one a grid for each leading index", () => {
    expect(grids([3])).toEqual([{ heading: "", first: 0, rows: 1, columns: 3, stride: 3 }]);
    expect(grids([2, 3])).toEqual([{ heading: "", first: 0, rows: 2, columns: 3, stride: 3 }]);
    expect(grids([2, 2, 3]).map((grid) => grid.heading)).toEqual(["[0, :, :]", "[1, :, :]"]);
    expect(grids([0, 3])).toEqual([]);
  });

  it("prints the numbers where they fit, and leaves them out where not", () => {
    expect(cells(heatmap(value([1, -2]), { room: 300 })).map((cell) => cell.textContent)).toEqual([
      "1.0",
      "-2.0",
    ]);
    expect(cells(heatmap(value([1, -2]), { room: 20 })).map((cell) => cell.textContent)).toEqual(["", ""]);
  });

  it("pins zero to white and hatches nan", () => {
    const [zero, nan] = cells(heatmap(value([0, "nan", 1])));
    expect(zero?.style.background).toBe("rgb(255, 255, 255)");
    expect(nan?.classList).toContain("mt-nan");
  });

  it("its legend names the smallest, zero and the largest", () => {
    const legend = heatmap(value([-1, 2])).querySelector(".mt-legend")!;
    expect(legend.textContent).toBe("min -1.00.0max 2.0");
  });

  it("says when it shows only the first elements", () => {
    const cut = { ...value([1, 2, 3]), shape: [5000], truncated: true };
    expect(heatmap(cut).textContent).toContain("the first 3 of 5,000 elements");
  });

  it("of ten million elements in a row it draws the first, and no more cells than that", () => {
    const first = Array.from({ length: 1024 }, () => 1);
    for (const shape of [[10_000_000], [3, 10_000_000]]) {
      const cut = { ...value(first), shape, truncated: true };
      expect(grids(shape).map(({ rows, columns }) => [rows, columns])).toEqual([[1, 1024]]);
      expect(cells(heatmap(cut)).length).toBe(1024);
    }
  });

  it("complex numbers and records have no colours, and are hatched only where there is a nan", () => {
    const map = heatmap({ ...value(["nan+1j", "2-1j"], [2], "complex64"), min: null, max: null });
    expect(cells(map).map((cell) => cell.classList.contains("mt-nan"))).toEqual([true, false]);
    expect(cells(map).map((cell) => cell.style.background)).toEqual(["", ""]);
    expect(map.querySelector(".mt-legend")).toBeNull();
  });

  it("infinities are told from the largest number there is", () => {
    const map = heatmap(value(["inf", 3, "-inf"]));
    expect(cells(map).map((cell) => cell.classList.contains("mt-inf"))).toEqual([true, false, true]);
    expect(map.querySelector(".mt-legend")?.textContent).toContain("inf or -inf");
  });

  it("truth values and ints are written as such", () => {
    const mask = { ...value([true, false], [2], "bool"), min: 0, max: 1 };
    expect(cells(heatmap(mask)).map((cell) => cell.textContent)).toEqual(["True", "False"]);
    expect(cells(heatmap(value([3], [], "int64")))[0]?.textContent).toBe("3");
  });

  it("no elements is said in words", () => {
    expect(heatmap(value([], [0, 3])).textContent).toBe("no elements: shape (0, 3)");
  });
});

it("the three nothings never look alike", () => {
  const looks = [nothing("None"), nothing("not computed"), heatmap(value([0], []))].map(
    (element) => `${element.firstElementChild?.className} ${element.className} ${element.textContent}`,
  );
  expect(new Set(looks).size).toBe(3);
});
