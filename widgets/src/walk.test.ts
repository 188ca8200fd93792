// A backward walk at one position.
import { describe, expect, it } from "vitest";
import { waiting } from "./fixtures";
import { currentStep, edgePhase, isWaiting, outgoingOn, progress, sentence, stepOf } from "./walk";

const { snapshot, timeline } = waiting();
const walk = timeline!;

describe("a walk at its position", () => {
  it("tells the done, the current, the next and the later apart", () => {
    const at = progress(walk, snapshot.edges);
    expect(["n4", "n3", "n2", "n1"].map((id) => at.get(id)?.phase)).toEqual([
      "done",
      "current",
      "next",
      "later",
    ]);
  });

  it("a node that holds one of two gradients waits", () => {
    const leaf = progress(walk, snapshot.edges).get("n1")!;
    expect([leaf.arrived, leaf.expected]).toEqual([1, 2]);
    expect(isWaiting(leaf)).toBe(true);
  });

  it("before anything runs, nobody waits and the edges tell how many are expected", () => {
    const leaf = progress({ ...walk, position: 0 }, snapshot.edges).get("n1")!;
    expect([leaf.arrived, leaf.expected, isWaiting(leaf)]).toEqual([0, 2, false]);
  });

  it("steps beyond the position are not known yet", () => {
    const rewound = { ...walk, position: 1 };
    expect(stepOf(rewound, "n3")).toBeNull();
    expect(currentStep(rewound)?.node).toBe("n4");
    expect(currentStep({ ...walk, position: 0 })).toBeNull();
  });

  it("a gradient is on an edge once its node has run", () => {
    const [toExp, , fromRelu] = snapshot.edges;
    expect(outgoingOn(walk, toExp!)?.value?.data).toEqual([1]);
    expect(edgePhase(progress(walk, snapshot.edges).get(fromRelu!.from))).toBe("current");
    expect(edgePhase(undefined)).toBeNull();
    expect(outgoingOn({ ...walk, position: 1 }, fromRelu!)).toBeNull();
  });

  it("the sentence before the first step names what will come", () => {
    expect(sentence({ ...walk, position: 0 }, snapshot)).toContain("The first step will be AddBackward0");
    expect(sentence(walk, snapshot)).toBe("Step 2 of 4: ReluBackward0 runs.");
  });
});
