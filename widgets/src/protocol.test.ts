// The door for messages.
import { describe, expect, it } from "vitest";
import { regression } from "./fixtures";
import { readMessage } from "./protocol";

describe("the door", () => {
  it("lets a snapshot through", () => {
    const message = readMessage(regression());
    expect(message?.type === "snapshot" && message.snapshot.nodes.length).toBe(4);
  });

  it("lists that are missing are empty", () => {
    const message = readMessage({ type: "snapshot", revision: 3, snapshot: { protocol: 1 } });
    expect(message).toMatchObject({ revision: 3, snapshot: { tensors: [], lanes: [] }, timeline: null });
  });

  it("another protocol is a problem in words", () => {
    const message = readMessage({ type: "snapshot", revision: 1, snapshot: { protocol: 99 } });
    expect(message).toMatchObject({ type: "problem" });
    expect(message?.type === "problem" && message.text).toContain("version 99");
  });

  it("other traffic is let pass by", () => {
    for (const other of [null, undefined, 3, "x", [], {}, { type: "custom" }])
      expect(readMessage(other)).toBeNull();
  });
});
