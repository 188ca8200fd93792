// Updates: what came in pieces is the same as what would have come whole.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { regression } from "./fixtures";
import { Model } from "./model";
import type { OutgoingMessage, SnapshotMessage, Timeline } from "./protocol";
import { applied, Latest, type UpdateMessage } from "./update";

const NOTHING = { set: {}, parts: {}, lists: {} };

function step(base: number, given: Partial<UpdateMessage> = {}): UpdateMessage {
  return {
    type: "update",
    base,
    revision: base + 1,
    snapshot: NOTHING,
    timeline: { facts: {}, steps: {} },
    more: false,
    ...given,
  };
}

/** A walk of which one step has run, and the step that comes next. */
function started(): [SnapshotMessage, Timeline] {
  const whole = regression(1);
  const { steps } = whole.timeline!;
  return [
    { ...whole, timeline: { ...whole.timeline!, executed: 1, steps: steps.slice(0, 1) } },
    whole.timeline!,
  ];
}

describe("an update", () => {
  it("puts, takes away and orders things, and leaves the rest as it is", () => {
    const before = regression(1);
    const [first, second, ...others] = before.snapshot.tensors;
    const changed = { ...second!, version: 7 };
    const { snapshot } = applied(
      before,
      step(1, {
        snapshot: {
          set: { title: "after a step" },
          parts: { told: 1 },
          lists: {
            tensors: {
              put: [changed],
              gone: [first!.id],
              order: [...others.map(({ id }) => id), changed.id],
            },
          },
        },
      }),
    );
    expect(snapshot.title).toBe("after a step");
    expect(snapshot.parts).toEqual({ told: 1 });
    expect(snapshot.tensors).toEqual([...others, changed]);
    expect(snapshot.nodes).toBe(before.snapshot.nodes);
    const { snapshot: without } = applied(
      { ...before, snapshot },
      step(1, { snapshot: { ...NOTHING, parts: { told: null } } }),
    );
    expect(without.parts).toEqual({});
  });

  it("brings the steps that were run, and those nobody looked at stay unknown", () => {
    const [before, walk] = started();
    const { timeline } = applied(
      before,
      step(1, { timeline: { facts: { position: 3, executed: 3 }, steps: { "2": walk.steps[2]! } } }),
    );
    expect(timeline?.position).toBe(3);
    expect(timeline?.steps).toEqual([walk.steps[0], null, walk.steps[2]]);
  });

  it("ends a walk, and begins another", () => {
    const [before, walk] = started();
    expect(applied(before, step(1, { timeline: null })).timeline).toBeNull();
    expect(applied(before, step(1, { timeline: { whole: walk } })).timeline).toBe(walk);
  });
});

describe("a view that is told in pieces", () => {
  let sent: OutgoingMessage[];
  let model: Model;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    model = new Model({ send: (message) => sent.push(message), onMessage: () => () => {} });
    model.receive({ ...started()[0], revision: 1 });
    return () => {
      model.dispose();
      vi.useRealTimers();
    };
  });

  const forward = (base: number, more = false) => {
    const known = started()[1].steps[1]!;
    model.receive(
      step(base, { timeline: { facts: { position: 2, executed: 2 }, steps: { "1": known } }, more }),
    );
  };

  it("steps on", () => {
    forward(1);
    expect(model.timeline?.position).toBe(2);
    expect(sent).toEqual([]);
  });

  it("asks for everything where it has missed a piece, and drops what is late", () => {
    forward(5);
    expect(model.timeline?.position).toBe(1);
    expect(sent).toEqual([{ type: "hello" }]);
    forward(-3);
    expect(sent).toHaveLength(1);
  });

  it("asks for what was put off when the reader is at rest", () => {
    forward(1, true);
    model.goto(1);
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([{ type: "goto", position: 1 }]);
    model.receive(step(2, { timeline: { facts: { position: 1 }, steps: {} }, more: true }));
    vi.advanceTimersByTime(1000);
    expect(sent.at(-1)).toEqual({ type: "look" });
  });

  it("goes back at once to a step it knows, and waits for one it does not", () => {
    forward(1);
    model.goto(1);
    expect(model.timeline?.position).toBe(1);
    model.goto(4);
    expect(model.timeline?.position).toBe(1);
  });
});

it("what is kept for a late view is whole, and a piece that does not fit is left to those who show it", () => {
  const latest = new Latest();
  latest.hear(null);
  latest.hear(step(1));
  expect(latest.message).toBeNull();
  const [before] = started();
  latest.hear({ ...before, revision: 1 });
  latest.hear(step(1, { snapshot: { ...NOTHING, set: { title: "newer" } } }));
  latest.hear(step(9));
  expect((latest.message as SnapshotMessage).snapshot.title).toBe("newer");
});
