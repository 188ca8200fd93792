// Time bombs as a reader sees them: who saved, who wrote, ways out as code, and the question for the right gradient.
import { describe, expect, it } from "vitest";
import { hasFailed } from "./bombs";
import { lane, message, node, snapshot, tensor, value } from "./fixtures";
import { page, push, sent } from "./mounted";

const line = (text: string, number: number) => ({
  line: text,
  where: `cell [4], line ${number}`,
  number,
  times: 1,
});

const saver = (saved: string, name = "MulBackward0", id = "n3") => ({
  node: id,
  name,
  label: "mul",
  saved,
  version: 0,
  current: 1,
  line: line("z = y * y", 3),
});

const BOMB = {
  id: "laneA-tracked",
  lane: "laneA",
  letter: "A",
  tracked: true,
  certain: true,
  versions: [0, 1],
  names: ["y", "v"],
  cells: [],
  savers: [saver("self"), saver("other")],
  lines: [line("y += 1", 4)],
  sure: "recorded",
  root: "loss",
  ways: [
    {
      title: "Make a new tensor.",
      edits: [{ where: "cell [4], line 4", old: "y += 1", new: ["y = y + 1"] }],
    },
    {
      title: "clone() first.",
      edits: [{ where: "cell [4], line 4", old: "y += 1", new: ["y = y.clone()", "y += 1"] }],
    },
  ],
  sentence: "A time bomb.",
};

const SILENT = { ...BOMB, id: "laneA-untracked", tracked: false, versions: null };

function show(bombs: unknown[] | null, error: string | null = null, revision = 1) {
  const tensors = [tensor("t1", "y", { lane: "laneA" })];
  const told = { bombs, more: 0, sentence: "A time bomb." };
  push(
    message(
      snapshot({
        tensors,
        lanes: [lane("A", [1, 2, 3])],
        nodes: [node("n3", "mul", 0, 0)],
        parts: bombs ? { bombs: told } : {},
        error:
          error === null
            ? null
            : { text: error, hint: "", line: "loss.backward()", where: "cell [5], line 1" },
        revision,
      }),
    ),
  );
}

const find = (id: string) => {
  const element = page.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (!element) throw new Error(`nothing has the test id ${id}`);
  return element;
};

describe("a time bomb", () => {
  it("tells before backward that it will raise, with the saving and the writing line", () => {
    show([BOMB]);
    const told = find("bomb-laneA-tracked").textContent;
    expect(told).toContain("loss.backward() will raise.");
    expect(told).toContain("saved at v0MulBackward0self and otherz = y * ycell [4], line 3");
    expect(told).toContain("then writteny += 1cell [4], line 4");
    expect(told).toContain("seen by y, v");
  });

  it("offers ways out as lines that go and lines that come", () => {
    show([BOMB]);
    const diffs = Array.from(page.querySelectorAll(".mt-diff")).map((each) => each.textContent);
    expect(diffs).toEqual(["− y += 1\n+ y = y + 1\n", "+ y = y.clone()\n  y += 1\n"]);
  });

  it("is the one that backward failed on, when its versions are those of the error", () => {
    const error = "RuntimeError: ... is at version 1; expected version 0 instead.";
    show([BOMB], error);
    expect(find("bomb-laneA-tracked").textContent).toContain("This is what backward failed on.");
    expect(hasFailed({ tracked: true, savers: [{ ...saver("self"), current: 2 }] }, error)).toBe(false);
    expect(hasFailed({ tracked: false, savers: [saver("self")] }, error)).toBe(false);
  });

  it("leads to the node that saved", () => {
    show([BOMB]);
    Array.from(page.querySelectorAll<HTMLElement>(".mt-saver [data-stop]"))[0]?.click();
    expect(page.querySelector('[data-testid="node-n3"]')?.classList.contains("mt-selected")).toBe(true);
  });

  it("goes with its graph", () => {
    show([BOMB]);
    show(null, null, 2);
    expect(page.querySelector<HTMLElement>(".mt-section-bombs")?.hidden).toBe(true);
  });
});

describe("a silent error", () => {
  it("says that nothing is going to be raised", () => {
    show([SILENT]);
    const told = find("bomb-laneA-untracked").textContent;
    expect(told).toContain("will not raise: its gradient will be wrong");
    expect(told).toContain("no version counts it");
  });

  it("says may, where the bytes could not be compared", () => {
    show([{ ...SILENT, certain: false }]);
    expect(find("bomb-laneA-untracked").textContent).toContain("its gradient may be wrong");
  });

  const ask = () => {
    const button = Array.from(page.querySelectorAll("button")).find((each) =>
      each.textContent?.startsWith("Compare"),
    );
    button?.click();
    const question = sent.find(({ type }) => type === "truth");
    if (!question) throw new Error("nothing was asked");
    return question;
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it("asks once for each node, and shows the wrong gradient beside the finite difference", async () => {
    show([SILENT]);
    const question = ask();
    expect(sent.filter(({ type }) => type === "truth").length).toBe(1);
    expect(question.node).toBe("n3");
    const rules = [
      { input: "input", wrong: value([9, 2]), right: value([1, 2]), same: false },
      { input: "other", wrong: value([1, 1]), right: value([1, 1]), same: true },
    ];
    push({ type: "answer", id: question.id, value: { rules, sentence: "So it is.", how: "from numbers" } });
    await settled();
    const told = find("truth-n3");
    expect(told.querySelectorAll(".mt-pair").length).toBe(1);
    expect(told.textContent).toContain("for input: backward will make");
    expect(told.textContent).toContain("the finite difference");
    expect(told.textContent).toContain("from numbers.");
  });

  it("says why there is none", async () => {
    show([SILENT]);
    push({ type: "answer", id: ask().id, problem: "What was there before is not recorded." });
    await settled();
    expect(find("bomb-laneA-untracked").textContent).toContain(
      "MulBackward0: What was there before is not recorded.",
    );
  });
});
