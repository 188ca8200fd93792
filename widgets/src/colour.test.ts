// The colour scale, and that text can be read on it.
import { describe, expect, it } from "vitest";
import {
  contrast,
  divergingColour,
  LANE_COLOURS,
  laneColour,
  luminance,
  type Rgb,
  scaleOf,
  textOn,
} from "./colour";

const rgb = (text: "#000" | "#fff"): Rgb => (text === "#000" ? [0, 0, 0] : [255, 255, 255]);

describe("the diverging scale", () => {
  it("zero is white, and only zero is", () => {
    expect(divergingColour(0, 5)).toEqual([255, 255, 255]);
    expect(divergingColour(1e-12, 5)).not.toEqual([255, 255, 255]);
    expect(divergingColour(false, 1)).toEqual([255, 255, 255]);
  });

  it("the two signs part in blue and in orange", () => {
    const [below, above] = [divergingColour(-1, 1)!, divergingColour(1, 1)!];
    expect(below[2]).toBeGreaterThan(below[0]);
    expect(above[0]).toBeGreaterThan(above[2]);
  });

  it("equal distances from zero are equally strong", () => {
    const { low, high, reach } = scaleOf([-1, 4]);
    expect([low, high, reach]).toEqual([-1, 4, 4]);
    expect(divergingColour(-4, reach)).toEqual(divergingColour("-inf", reach));
  });

  it("nan has no colour, and does not stretch the scale", () => {
    expect(divergingColour("nan", 1)).toBeNull();
    expect(scaleOf(["nan", "inf", 2]).high).toBe(2);
  });

  it("nothing but zeros is all white", () => {
    expect(scaleOf([0, 0]).reach).toBe(0);
    expect(divergingColour(0, 0)).toEqual([255, 255, 255]);
  });
});

describe("text can be read", () => {
  it("on every colour of the scale", () => {
    for (let value = -100; value <= 100; value++) {
      const colour = divergingColour(value, 100)!;
      expect(contrast(colour, rgb(textOn(colour)))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("on every lane's letter", () => {
    for (const colour of LANE_COLOURS) {
      expect(contrast(colour, rgb(textOn(colour)))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it("a lane's colour follows its letter and begins again after the last", () => {
  expect(laneColour("A")).toEqual(LANE_COLOURS[0]);
  expect(laneColour("I")).toEqual(LANE_COLOURS[0]);
  expect(laneColour("AA")).toEqual(LANE_COLOURS[26 % LANE_COLOURS.length]);
  expect(luminance([255, 255, 255])).toBeCloseTo(1);
});
