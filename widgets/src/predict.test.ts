// A question as a reader meets it: masked chips, answers by keyboard, and a verdict that is told aloud.
import { describe, expect, it } from "vitest";
import { message, snapshot } from "./fixtures";
import { page, push, sent } from "./mounted";
import type { Prediction } from "./predict";

const asked = (given: Partial<Prediction> = {}): Prediction => ({
  id: "q",
  code: "y = x.T.reshape(6) # <b>bold</b>",
  program: "",
  setting: [{ name: "x", chips: { shape: [2, 3], requires_grad: true, grad: null } }],
  asks: [
    { ask: "shape", label: "shape", question: "What is the shape of y?", choices: [], example: "(2, 3)" },
    {
      ask: "shares memory",
      label: "shares memory?",
      question: "Does y share memory with x?",
      choices: ["yes", "no"],
      example: "",
    },
  ],
  verdicts: null,
  error: null,
  note: "",
  ...given,
});

const verdicts: Prediction["verdicts"] = [
  { ask: "shape", right: true, misconception: "", sentence: "", said: "(6,)", is: "(6,)" },
  {
    ask: "shares memory",
    right: false,
    misconception: "reshape never copies",
    sentence: "It had to copy <i>here</i>.",
    said: "yes",
    is: "no",
  },
];

const show = (told: Prediction, revision = 1) =>
  push(message(snapshot({ parts: { predict: told }, views: ["predict"] }), null, revision));
const find = <E extends HTMLElement>(name: string) => page.querySelector<E>(`[data-testid="${name}"]`)!;
const field = () => page.querySelector<HTMLInputElement>('input[type="text"][name="shape"]')!;
const choice = (value: string) =>
  page.querySelector<HTMLInputElement>(`input[type="radio"][value="${value}"]`)!;
const problem = () => find("predict").querySelector<HTMLElement>(".mt-fault")!;

describe("before", () => {
  it("shows the code, what may be seen, and masks what is asked", () => {
    show(asked());
    expect(page.querySelector(".mt-program")!.textContent).toContain("<b>bold</b>");
    expect(page.querySelector(".mt-setting")!.textContent).toContain("shape (2, 3)");
    expect(page.querySelector(".mt-setting")!.textContent).toContain("grad None");
    expect([...page.querySelectorAll(".mt-masked code")].map((each) => each.textContent)).toEqual(["?", "?"]);
    expect(page.querySelectorAll(".mt-predict :is(b, i)")).toHaveLength(0);
  });

  it("has a name for every field, and asks by question", () => {
    show(asked());
    expect(field().closest("label")!.textContent).toContain("What is the shape of y?");
    expect(choice("yes").closest("fieldset")!.querySelector("legend")!.textContent).toContain("share memory");
  });

  it("refuses to commit with an answer missing, says which, and goes there", () => {
    show(asked());
    field().value = "(6,)";
    find<HTMLButtonElement>("predict-commit").click();
    expect(problem().textContent).toContain("Does y share memory with x?");
    expect((document.activeElement as HTMLInputElement).name).toBe("shares memory");
    expect(sent.filter((each) => each.type === "predict")).toHaveLength(0);
  });

  it("keeps what is being typed while other pictures come", () => {
    show(asked());
    field().value = "(6";
    show(asked(), 2);
    expect(field().value).toBe("(6");
  });
});

describe("committing", () => {
  const commit = () => {
    field().value = "(6,)";
    choice("yes").checked = true;
    field().focus();
    find<HTMLFormElement>("predict-form").requestSubmit();
  };

  it("sends all answers in one message", () => {
    show(asked());
    commit();
    expect(sent.at(-1)).toMatchObject({
      type: "predict",
      answers: { shape: "(6,)", "shares memory": "yes" },
    });
  });

  it("says what the kernel refuses", async () => {
    show(asked());
    commit();
    push({ type: "answer", id: sent.at(-1)!.id, problem: "A shape is written (2, 3), (3,) or ()." });
    await new Promise((resolve) => setTimeout(resolve));
    expect(problem().textContent).toContain("A shape is written");
  });

  it("reveals: the form goes, the verdicts have the focus and are told", () => {
    show(asked());
    commit();
    show(asked({ verdicts, error: "RuntimeError: <x>", note: "judged by now" }), 2);
    expect(find("predict-form").hidden).toBe(true);
    expect(document.activeElement).toBe(find("verdicts"));
    expect(find("verdicts").getAttribute("aria-live")).toBe("polite");
    const said = find("verdicts").textContent!;
    expect(said).toContain("✓ shape: right, (6,)");
    expect(said).toContain("✗ shares memory: no, not yes, but no");
    expect(said).toContain("“reshape never copies” It had to copy <i>here</i>.");
    expect(said).toContain("RuntimeError: <x>");
    expect([...page.querySelectorAll(".mt-chip code")].map((each) => each.textContent)).toEqual([
      "(6,)",
      "no",
    ]);
  });
});
