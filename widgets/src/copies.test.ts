// Copies between devices: the arrows' tracks, and the lanes as a reader sees them.
import { describe, expect, it } from "vitest";
import { labelPlace, tracks } from "./copies";
import { lane, message, snapshot, tensor, value } from "./fixtures";
import { page, push } from "./mounted";
import type { CopyInfo, SnapshotMessage } from "./protocol";

/** A tensor copied to a simulated GPU, and a result of it copied back and handed to NumPy. */
function devices(): SnapshotMessage {
  const gpu = { device: "cuda:0", simulated: true };
  const tensors = [
    tensor("t1", "x", { lane: "laneA", values: value([1, 2, 3]) }),
    tensor("t2", "g", { lane: "laneB", values: value([1, 2, 3]), ...gpu }),
    tensor("t3", "y", { lane: "laneC", values: value([2, 4, 6]), ...gpu }),
    tensor("t4", "array", { kind: "ndarray", lane: "laneD", values: value([2, 4, 6]) }),
  ];
  const lanes = [
    lane("A", [1, 2, 3]),
    lane("D", [2, 4, 6]),
    lane("B", [1, 2, 3], gpu),
    lane("C", [2, 4, 6], gpu),
  ];
  const source = { line: 'g = x.to("cuda")', where: "cell [4], line 2" };
  const copies: CopyInfo[] = [
    {
      id: "c1",
      from: "laneA",
      to: "laneB",
      direction: ["cpu", "cuda:0"],
      bytes: 12,
      simulated: true,
      source,
    },
    {
      id: "c2",
      from: "laneC",
      to: "laneD",
      direction: ["cuda:0", "cpu"],
      bytes: 12,
      simulated: true,
      source: null,
    },
    {
      id: "c3",
      from: null,
      to: "laneC",
      direction: ["cpu", "cuda:0"],
      bytes: 12,
      simulated: true,
      source: null,
    },
  ];
  return message(snapshot({ tensors, lanes, copies }));
}

const find = (id: string) => {
  const element = page.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`nothing has the test id ${id}`);
  return element;
};

describe("tracks", () => {
  it("are apart where spans meet, with the short one inside", () => {
    const spans = [
      { from: 0, to: 300 },
      { from: 200, to: 100 },
      { from: 400, to: 500 },
    ];
    expect(tracks(spans)).toEqual([1, 0, 0]);
  });

  it("are two where one arrow goes on from the storage at which another ends", () => {
    const [one, two] = tracks([
      { from: 0, to: 100 },
      { from: 108, to: 300 },
    ]);
    expect(one).not.toBe(two);
  });

  it("are no more than so many", () => {
    expect(
      Math.max(
        ...tracks(
          Array.from({ length: 9 }, (_, k) => ({ from: k, to: 100 })),
          5,
        ),
      ),
    ).toBe(4);
  });

  it("of nothing are none", () => {
    expect(tracks([])).toEqual([]);
  });
});

describe("a label", () => {
  it("stands in the middle, or beside the ends of other arrows that come through there", () => {
    expect(labelPlace({ from: 0, to: 200 }, 40, [0, 200])).toBe(100);
    expect(labelPlace({ from: 0, to: 200 }, 40, [0, 200, 98])).toBe(76);
  });

  it("is left out where there is no room", () => {
    expect(labelPlace({ from: 0, to: 30 }, 40, [])).toBeNull();
  });
});

describe("devices", () => {
  it("have a title each, and their lanes beneath it", () => {
    push(devices());
    expect(find("device-cpu").textContent).toContain("cpu: the host's memory");
    expect(find("device-cuda:0").textContent).toContain("cuda:0: a simulated GPU");
    const lanes = (id: string) =>
      Array.from(find(id).querySelectorAll<HTMLElement>(".mt-lane"), (each) => each.dataset.lane);
    expect(lanes("device-cpu")).toEqual(["laneA", "laneD"]);
    expect(lanes("device-cuda:0")).toEqual(["laneB", "laneC"]);
    expect(find("lane-laneB").getAttribute("aria-label")).toBe("Storage B, cuda:0 (simulated), 12 bytes");
    expect(find("lane-laneA").getAttribute("aria-label")).toBe("Storage A, cpu, 12 bytes");
  });

  it("are not named where there is only the CPU", () => {
    push(message(snapshot({ lanes: [lane("A", [1])], tensors: [tensor("t1", "x", { lane: "laneA" })] })));
    expect(page.querySelector<HTMLElement>(".mt-device-title")?.hidden).toBe(true);
    expect(find("device-cpu").hasAttribute("role")).toBe(false);
    expect(page.querySelectorAll(".mt-arrow")).toHaveLength(0);
  });

  it("come and go with their lanes", () => {
    push(devices());
    push(message(snapshot({ lanes: [lane("A", [1])] }), null, 2));
    expect(page.querySelector('[data-testid="device-cuda:0"]')).toBeNull();
    push({ ...devices(), revision: 3 });
    expect(find("lane-laneB").querySelectorAll(".mt-cell")).toHaveLength(3);
  });

  it("are said of a selected tensor", () => {
    push(devices());
    find("bracket-t2").querySelector("button")?.click();
    expect(find("pane").textContent).toContain("cuda:0 (simulated)");
    expect(find("pane").textContent).toContain(
      "12 bytes copied from storage A on cpu to storage B on cuda:0",
    );
  });
});

describe("copies", () => {
  it("are arrows from storage to storage, and words at both ends", () => {
    push(devices());
    expect(page.querySelectorAll(".mt-arrow")).toHaveLength(2); // the third has no source to begin at
    expect(find("copy-c1-from").textContent).toContain("copied to storage B on cuda:0 (simulated), 12 bytes");
    expect(find("copy-c1-to").textContent).toContain("copied from storage A on cpu, 12 bytes");
    expect(find("copy-c1-to").textContent).toContain('g = x.to("cuda")');
    expect(find("copy-c3-to").textContent).toContain("copied from a storage on cpu that no name holds");
  });

  it("are put forward and told when pointed at", () => {
    push(devices());
    find("copy-c1-from").dispatchEvent(new Event("pointerover", { bubbles: true }));
    expect(find("arrow-c1").classList.contains("mt-lit")).toBe(true);
    expect(find("copy-c1-to").classList.contains("mt-lit")).toBe(true);
    expect(find("arrow-c2").classList.contains("mt-lit")).toBe(false);
    expect(find("readout").textContent).toBe(
      '12 bytes copied from storage A on cpu to storage B on cuda:0 (simulated) by g = x.to("cuda") (cell [4], line 2).',
    );
  });

  it("lead from one end to the other by keyboard", () => {
    push(devices());
    const start = find("copy-c1-from");
    start.focus();
    expect(start.tabIndex).toBe(0);
    start.click();
    expect(document.activeElement).toBe(find("copy-c1-to"));
    const down = new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true });
    find("copy-c1-to").dispatchEvent(down);
    expect((document.activeElement as HTMLElement).dataset.testid).toBe("cell-laneB-0");
    expect(page.querySelectorAll('.mt-lane-list [tabindex="0"]')).toHaveLength(1);
  });

  it("are missing from the pictures of earlier versions, which still show", () => {
    const old = devices() as unknown as { snapshot: Record<string, unknown> };
    delete old.snapshot.copies;
    for (const each of old.snapshot.lanes as Record<string, unknown>[]) delete each.simulated;
    push(old);
    expect(page.querySelectorAll(".mt-lane")).toHaveLength(4);
    expect(page.querySelectorAll(".mt-copy, .mt-arrow")).toHaveLength(0);
    expect(find("problem").hidden).toBe(true);
    expect(find("lane-laneB").getAttribute("aria-label")).toBe("Storage B, cuda:0, 12 bytes");
  });

  it("are text, whatever a line holds", () => {
    const hostile = devices();
    hostile.snapshot.copies[0]!.source = { line: "<img src=x onerror=alert(1)>", where: "<b>" };
    push(hostile);
    expect(page.querySelector("img")).toBeNull();
    expect(find("copy-c1-to").textContent).toContain("<img");
  });
});
