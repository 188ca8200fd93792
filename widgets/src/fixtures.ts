// Pictures to test and to look at: small programs as the kernel would describe them.
import type {
  EdgeInfo,
  LaneInfo,
  NodeInfo,
  Scalar,
  Snapshot,
  SnapshotMessage,
  Step,
  TensorInfo,
  Timeline,
  Value,
} from "./protocol";

const HEIGHT = 46;
const ROW = 96;
const COLUMN = 120;

export function value(data: Scalar[], shape = [data.length], dtype = "float32"): Value {
  const numbers = data.filter((each): each is number => typeof each === "number");
  return {
    shape,
    dtype,
    data,
    truncated: false,
    min: numbers.length > 0 ? Math.min(...numbers) : null,
    max: numbers.length > 0 ? Math.max(...numbers) : null,
  };
}

export function contiguous(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((total, size) => total * size, 1));
}

export function tensor(id: string, name: string, given: Partial<TensorInfo> = {}): TensorInfo {
  const shape = given.shape ?? [3];
  return {
    id,
    names: name ? [name] : [],
    kind: "tensor",
    shape,
    stride: contiguous(shape),
    offset: 0,
    itemsize: 4,
    dtype: "float32",
    device: "cpu",
    requires_grad: false,
    is_leaf: true,
    retains_grad: false,
    version: given.kind === "ndarray" ? null : 0,
    grad_fn: null,
    output_nr: 0,
    grad: null,
    is_view: false,
    lane: null,
    values: null,
    ...given,
  };
}

export function lane(letter: string, cells: Scalar[], given: Partial<LaneInfo> = {}): LaneInfo {
  return {
    id: `lane${letter}`,
    letter,
    device: "cpu",
    bytes: cells.length * 4,
    itemsize: 4,
    dtype: "float32",
    cells,
    truncated: false,
    address: `0x7f00${letter.charCodeAt(0).toString(16)}00`,
    ...given,
  };
}

/** `column` and `row` place it; a box is as wide as its text. */
export function node(
  id: string,
  name: string,
  column: number,
  row: number,
  given: Partial<NodeInfo> = {},
): NodeInfo {
  const leaf = name === "AccumulateGrad";
  const label = given.label ?? name.replace(/Backward\d+$/, "").toLowerCase();
  const width = Math.max(92, 24 + 7 * Math.max(label.length + 2, leaf ? 0 : name.length));
  return {
    id,
    name,
    op: leaf ? null : label,
    kind: leaf ? "leaf" : "op",
    label,
    sequence: leaf ? null : 0,
    outputs: [],
    tensor: null,
    expression: "loss.grad_fn",
    saved: [],
    source: null,
    x: column * COLUMN - width / 2 + 60,
    y: row * ROW,
    width,
    height: HEIGHT,
    ...given,
  };
}

/** The edges of `next_functions`: for each node, what its slots lead to. */
export function link(nodes: readonly NodeInfo[], next: Record<string, (string | null)[]>): EdgeInfo[] {
  const byId = new Map(nodes.map((each) => [each.id, each]));
  return Object.entries(next).flatMap(([from, targets]) =>
    targets.flatMap((to, slot): EdgeInfo[] => {
      const [later, earlier] = [byId.get(from), to === null ? undefined : byId.get(to)];
      if (!later || !earlier) return [];
      const points: EdgeInfo["points"] = [
        [later.x + later.width / 2, later.y],
        [earlier.x + earlier.width / 2, earlier.y + earlier.height],
      ];
      return [{ id: `e-${from}-${slot}`, from, slot, to: earlier.id, output: 0, points }];
    }),
  );
}

const TIMES =
  "<math><mrow><mfrac><mrow><mo>∂</mo><mi>z</mi></mrow><mrow><mo>∂</mo><mi>x</mi></mrow></mfrac><mo>=</mo><mi>y</mi></mrow></math>";

const RULES = {
  MulBackward0: [
    { input: "input", latex: "\\partial z / \\partial x = y", mathml: TIMES, code: "grad * other" },
    { input: "other", latex: "\\partial z / \\partial y = x", mathml: TIMES, code: "grad * input" },
  ],
};

export function snapshot(given: Partial<Snapshot>): Snapshot {
  const nodes = given.nodes ?? [];
  return {
    protocol: 1,
    revision: 1,
    title: "after cell [4]",
    engine: "minitorch_edu",
    tensors: [],
    nodes,
    edges: [],
    lanes: [],
    folds: [],
    rules: RULES,
    copies: [],
    width: Math.max(0, ...nodes.map((each) => each.x + each.width)),
    height: Math.max(0, ...nodes.map((each) => each.y + each.height)),
    omitted: [],
    text: "",
    roots: [],
    parts: {},
    views: [],
    ...given,
  };
}

export function message(
  given: Snapshot,
  timeline: Timeline | null = null,
  revision = given.revision,
): SnapshotMessage {
  return { type: "snapshot", revision, snapshot: { ...given, revision }, timeline };
}

function step(index: number, of: number, node: string, name: string, given: Partial<Step>): Step {
  const sentence = `Step ${index + 1} of ${of}: ${name} runs.`;
  return { index, node, name, sentence, incoming: [], saved: [], outgoing: [], accumulated: null, ...given };
}

const TIMES_NUMBERS =
  "<math><mrow><mo>[</mo><mn>1</mn><mo>,</mo><mn>1</mn><mo>,</mo><mn>1</mn><mo>]</mo><mo>·</mo><mo>[</mo><mn>0.5</mn><mo>,</mo><mn>-1</mn><mo>,</mo><mn>2</mn><mo>]</mo></mrow></math>";

/** `array = x.numpy(); y = x * w; z = y * y; loss = z.sum()`, with a walk that is half done. */
export function regression(position = 3): SnapshotMessage {
  const nodes = [
    node("n1", "AccumulateGrad", 0, 0, {
      label: "w",
      tensor: "t2",
      expression: "loss.grad_fn.next_functions[0][0].next_functions[0][0].next_functions[1][0]",
    }),
    node("n2", "MulBackward0", 0, 1, {
      outputs: ["t3"],
      expression: "loss.grad_fn.next_functions[0][0].next_functions[0][0]",
      saved: [
        { name: "self", tensor: "t1", version: 0, current: 1, state: "stale" },
        { name: "other", tensor: "t2", version: 0, current: 0, state: "saved" },
      ],
      source: { line: "y = x * w", where: "cell [4], line 2" },
    }),
    node("n3", "MulBackward0", 0, 2, {
      outputs: ["t7"],
      expression: "loss.grad_fn.next_functions[0][0]",
      saved: [
        { name: "self", tensor: null, version: 0, current: null, state: "freed" },
        { name: "other", tensor: null, version: 0, current: null, state: "freed" },
      ],
    }),
    node("n4", "SumBackward0", 0, 3, { outputs: ["t4"] }),
  ];
  const x = [1, 99, 3];
  const tensors = [
    tensor("t1", "x", { lane: "laneA", version: 1, values: value(x) }),
    tensor("a1", "array", { kind: "ndarray", lane: "laneA", values: value(x) }),
    tensor("t2", "w", { lane: "laneB", requires_grad: true, grad: "g2", values: value([0.5, -1, 2]) }),
    tensor("g2", "w.grad", { kind: "grad", lane: "laneC", values: value([0, 0, 0]) }),
    tensor("t3", "y", {
      lane: "laneD",
      requires_grad: true,
      is_leaf: false,
      retains_grad: true,
      grad_fn: "n2",
      values: value([0.5, -99, 6]),
    }),
    tensor("t7", "z", {
      lane: "laneE",
      requires_grad: true,
      is_leaf: false,
      grad_fn: "n3",
      values: value([0.25, 9801, 36]),
    }),
    tensor("t4", "loss", {
      lane: "laneF",
      shape: [],
      requires_grad: true,
      is_leaf: false,
      grad_fn: "n4",
      values: value([9837.25], []),
    }),
  ];
  const lanes = [
    lane("A", x),
    lane("B", [0.5, -1, 2]),
    lane("C", [0, 0, 0]),
    lane("D", [0.5, -99, 6]),
    lane("E", [0.25, 9801, 36]),
    lane("F", [9837.25]),
  ];
  const rule = {
    latex: "\\partial z / \\partial x = y",
    mathml: TIMES,
    code: "grad * other",
    numbers_mathml: TIMES_NUMBERS,
    numbers_text: "",
  };
  const steps = [
    step(0, 4, "n4", "SumBackward0", {
      sentence: "Step 1 of 4: SumBackward0 receives 1. It sends [1, 1, 1] to mul.",
      incoming: [value([1], [])],
      outgoing: [
        {
          slot: 0,
          input: "input",
          to: "n3",
          value: value([1, 1, 1]),
          rule: null,
          arrived: 1,
          expected: 1,
          sum: value([1, 1, 1]),
        },
      ],
    }),
    step(1, 4, "n3", "MulBackward0", {
      sentence:
        "Step 2 of 4: MulBackward0 receives [1, 1, 1] and sends [0.5, -99, 6] to mul, twice: z = y * y uses y two times.",
      incoming: [value([1, 1, 1])],
      saved: [{ name: "other", value: value([0.5, -99, 6]) }],
      outgoing: [
        {
          slot: 0,
          input: "input",
          to: "n2",
          value: value([0.5, -99, 6]),
          rule,
          arrived: 1,
          expected: 2,
          sum: value([0.5, -99, 6]),
        },
        {
          slot: 1,
          input: "other",
          to: "n2",
          value: value([0.5, -99, 6]),
          rule,
          arrived: 2,
          expected: 2,
          sum: value([1, -198, 12]),
        },
      ],
    }),
    step(2, 4, "n2", "MulBackward0", {
      sentence: "Step 3 of 4: MulBackward0 receives [1, -198, 12]. x needs no gradient.",
      incoming: [value([1, -198, 12])],
      saved: [{ name: "self", value: value([1, 99, 3]) }],
      outgoing: [
        { slot: 0, input: "input", to: null, value: null, rule: null, arrived: 0, expected: 0, sum: null },
        {
          slot: 1,
          input: "other",
          to: "n1",
          value: value([1, "nan", 36]),
          rule,
          arrived: 1,
          expected: 1,
          sum: null,
        },
      ],
    }),
    step(3, 4, "n1", "AccumulateGrad", {
      sentence: "Step 4 of 4: AccumulateGrad adds to w.grad.",
      incoming: [value([1, "nan", 36])],
      accumulated: {
        tensor: "t2",
        before: value([0, 0, 0]),
        added: value([1, "nan", 36]),
        after: value([1, "nan", 36]),
      },
    }),
  ];
  const edges = link(nodes, { n4: ["n3"], n3: ["n2", "n2"], n2: [null, "n1"] });
  return message(
    snapshot({
      tensors,
      nodes,
      edges,
      lanes,
      roots: ["t3", "t7", "t4"],
      omitted: ["3 variables left out: their values are on another device"],
      text: "Seven tensors on six storages; x and array share storage A.",
    }),
    {
      root: "t4",
      root_name: "loss",
      position,
      executed: steps.length,
      total: 4,
      order: ["n4", "n3", "n2", "n1"],
      steps,
      error: null,
    },
  );
}

/** Two sums that meet in `w`: after the first branch it holds 1 of 2 gradients. */
export function waiting(): SnapshotMessage {
  const nodes = [
    node("n1", "AccumulateGrad", 1, 0, { label: "w", tensor: "t1" }),
    node("n2", "ExpBackward0", 0, 1),
    node("n3", "ReluBackward0", 2, 1),
    node("n4", "AddBackward0", 1, 2, { outputs: ["t2"] }),
  ];
  const tensors = [
    tensor("t1", "w", { lane: "laneA", shape: [], requires_grad: true, values: value([0], []) }),
    tensor("t2", "loss", { lane: "laneB", shape: [], requires_grad: true, is_leaf: false, grad_fn: "n4" }),
  ];
  const one = value([1], []);
  const send = (slot: number, to: string, arrived: number, expected: number) => ({
    slot,
    input: slot === 0 ? "input" : "other",
    to,
    value: one,
    rule: null,
    arrived,
    expected,
    sum: one,
  });
  const steps = [
    step(0, 4, "n4", "AddBackward0", {
      incoming: [one],
      outgoing: [send(0, "n2", 1, 1), send(1, "n3", 1, 1)],
    }),
    step(1, 4, "n3", "ReluBackward0", { incoming: [one], outgoing: [send(0, "n1", 1, 2)] }),
  ];
  const edges = link(nodes, { n4: ["n2", "n3"], n3: ["n1"], n2: ["n1"] });
  const lanes = [lane("A", [0]), lane("B", [1])];
  return message(snapshot({ tensors, nodes, edges, lanes, roots: ["t2"] }), {
    root: "t2",
    root_name: "loss",
    position: 2,
    executed: 2,
    total: 4,
    order: ["n4", "n3", "n2", "n1"],
    steps,
    error: null,
  });
}

/** A matrix, its transpose, a column, and a row that is expanded; ints, truth values and nan beside them. */
export function views(): SnapshotMessage {
  const data = [1, 2, 3, 4, 5, 6];
  const tensors = [
    tensor("t1", "a", { shape: [2, 3], lane: "laneA", values: value(data, [2, 3]) }),
    tensor("t2", "at", {
      shape: [3, 2],
      stride: [1, 3],
      lane: "laneA",
      is_view: true,
      values: value([1, 4, 2, 5, 3, 6], [3, 2]),
    }),
    tensor("t3", "column", {
      shape: [2],
      stride: [3],
      offset: 1,
      lane: "laneA",
      is_view: true,
      values: value([2, 5]),
    }),
    tensor("t4", "expanded", {
      shape: [4, 3],
      stride: [0, 1],
      lane: "laneA",
      is_view: true,
      values: value([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3], [4, 3]),
    }),
    tensor("t5", "mask", {
      shape: [3],
      itemsize: 1,
      dtype: "bool",
      lane: "laneB",
      values: { data: [true, false, true], truncated: false, min: 0, max: 1 },
    }),
    tensor("t6", "broken", {
      shape: [5],
      lane: "laneC",
      values: value([-2, "nan", 0, "inf", 1.5]),
    }),
    tensor("t7", "a_name_that_goes_on_for_rather_longer_than_anybody_wants", {
      shape: [2, 2, 3],
      dtype: "int64",
      itemsize: 8,
      lane: "laneD",
      values: value([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 2, 3], "int64"),
    }),
    tensor("t8", "far", { device: "cuda:0", lane: "laneE", shape: [64, 64] }),
    tensor("t9", "none", { shape: [0, 3] }),
  ];
  const lanes = [
    lane("A", data),
    lane("B", [true, false, true], { itemsize: 1, bytes: 3, dtype: "bool" }),
    lane("C", [-2, "nan", 0, "inf", 1.5]),
    lane("D", [0, 1, 2, 3, 4, 5, 6, 7], { itemsize: 8, bytes: 96, dtype: "int64", truncated: true }),
    lane("E", [], { device: "cuda:0", bytes: 16384, truncated: true }),
  ];
  return message(snapshot({ tensors, lanes, title: "after cell [2]", text: "Views of one storage." }));
}

/** A network of `blocks` linear layers: three boxes a layer in a column, its weight and bias beside. */
export function network(blocks = 6): SnapshotMessage {
  const nodes: NodeInfo[] = [];
  const next: Record<string, (string | null)[]> = {};
  const tensors: TensorInfo[] = [];
  const lanes: LaneInfo[] = [];
  let before: string | null = null;
  for (let i = 0; i < blocks; i++) {
    const row = i * 3;
    const [w, b, mm, add, relu] = [`w${i}`, `b${i}`, `mm${i}`, `add${i}`, `relu${i}`];
    nodes.push(
      node(w, "AccumulateGrad", 2, row, { label: w, tensor: `t${w}` }),
      node(b, "AccumulateGrad", 2, row + 1, { label: b, tensor: `t${b}` }),
      node(mm, "MmBackward0", 1, row + 1, {
        saved: [{ name: "self", tensor: null, version: 0, current: 0, state: "saved" }],
      }),
      node(add, "AddBackward0", 1, row + 2),
      node(relu, "ReluBackward0", 1, row + 3),
    );
    next[mm] = [before, w];
    next[add] = [mm, b];
    next[relu] = [add];
    before = relu;
    tensors.push(
      tensor(`t${w}`, w, { shape: [2, 2], lane: `lane${letter(2 * i)}`, requires_grad: true }),
      tensor(`t${b}`, b, { shape: [2], lane: `lane${letter(2 * i + 1)}`, requires_grad: true }),
    );
    lanes.push(
      lane(letter(2 * i), [0.1 * i, -0.2, 0.3, 0.4]),
      lane(letter(2 * i + 1), [0, 0], { address: `0x${i}` }),
    );
  }
  return message(snapshot({ nodes, edges: link(nodes, next), tensors, lanes }));
}

function letter(number: number): string {
  const last = String.fromCharCode(65 + (number % 26));
  return number < 26 ? last : letter(Math.floor(number / 26) - 1) + last;
}
