// Mathematics from the kernel lets nothing else through.
import { describe, expect, it } from "vitest";
import { parseMathml } from "./mathml";

describe("mathematics from outside", () => {
  it("keeps what MathML may hold", () => {
    const math = parseMathml('<math display="block"><mfrac><mi>x</mi><mn>2</mn></mfrac></math>')!;
    expect(math.outerHTML).toContain("<mfrac><mi>x</mi><mn>2</mn></mfrac>");
    expect(math.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
    expect(math.getAttribute("display")).toBe("block");
  });

  it("drops elements and attributes that are not on the list", () => {
    const math = parseMathml(
      '<math onclick="evil()"><mi href="javascript:evil()" style="color:red">x</mi><script>evil()</script><mtext><img src=x onerror=evil()></mtext></math>',
    )!;
    expect(math.outerHTML).not.toMatch(/evil|script|img|style|href/);
    expect(math.textContent).toBe("x");
  });

  it("takes the formula out of semantics and knows named entities", () => {
    const math = parseMathml(
      "<math><semantics><mi>&alpha;</mi><annotation>\\alpha</annotation></semantics></math>",
    )!;
    expect(math.textContent).toBe("α");
  });

  it("is null where there is none", () => {
    expect(parseMathml("")).toBeNull();
    expect(parseMathml("<p>x</p>")).toBeNull();
    expect(parseMathml(undefined)).toBeNull();
  });
});
