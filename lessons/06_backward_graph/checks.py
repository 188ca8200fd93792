"""The public checks of lesson 6: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "Who is a leaf?",
    hints=[
        "A leaf has no `grad_fn`. Which of the five came out of a recorded operation?",
        "Look at the ten lines. For each tensor, ask: was it made by `torch.tensor(...)`, or computed from a tensor that requires a gradient?",
    ],
)


@predict_1.claim("your list names the leaves, and only them")
def names_the_leaves(student):
    answer = student.get("predict_1")
    if not isinstance(answer, (list, tuple, set)) or not all(isinstance(name, str) for name in answer):
        fail('Write a list of names, each in quotes, such as `["w", "loss"]`.', got=answer)
    named = set(answer)
    unknown = sorted(named - {"x", "w", "b", "product", "loss"})
    if unknown:
        fail(f"The question is about x, w, b, product and loss, not about {', '.join(unknown)}.")
    if "product" in named and "loss" not in named:
        fail(
            "`product` is an operand further on, but it is a result first: a recorded multiplication made it, so it has a node."
        )
    if "loss" in named:
        fail("Being last does not make a leaf. The record begins at the leaves, and `loss` is where it ends.")
    if {"w", "b"} <= named and "x" not in named:
        fail(
            "You named the tensors that require a gradient. A leaf need not: it is enough that it has no `grad_fn`."
        )
    if named != {"x", "w", "b"}:
        fail(
            "There are more. Every tensor you made yourself with `torch.tensor(...)` starts without a history."
        )
    return "Right. They are where the record begins, whether they require a gradient or not."


predict_2 = Exercise(
    "predict-2",
    "How does requires_grad spread?",
    hints=[
        "Take one operation at a time. What goes into `x * 2.0`?",
        "One input that requires a gradient is enough for the result to require one. With none there is nothing to pass on.",
    ],
)


@predict_2.claim("you know which results require a gradient")
def spreads_from_any_input(student):
    misconceptions = {
        "a": "`requires_grad` is no private matter of `w`: a result that depends on `w` needs a node, or no gradient could come back to `w`.",
        "b": "The other way round: look for `w`. Which of the two results depends on it?",
        "d": "Computing is not recording. Nothing that goes into `x * 2.0` requires a gradient.",
    }
    choice(student.get("predict_2"), "c", misconceptions)
    return "Right. One input that requires a gradient is enough, and with none nothing is recorded."


predict_3 = Exercise(
    "predict-3",
    "A write behind the graph's back",
    hints=[
        "What has `MulBackward0` saved: the tensor `x`, or a copy of its numbers?",
        "Which node uses `x` on the way back, and when? Does anyone tell PyTorch that NumPy wrote something?",
    ],
)


@predict_3.claim("you know what backward makes of the changed numbers")
def backward_uses_the_bytes_of_now(student):
    misconceptions = {
        "a": "PyTorch notices the writes that go through a tensor. This one went through NumPy, which knows nothing of PyTorch.",
        "b": "The graph was complete, that is true. But it holds the tensor `x` itself, not a copy of its numbers.",
        "d": "Backward does not compute the forward pass again: `error` keeps its value of 3.5. Only what is read on the way back is new.",
    }
    choice(student.get("predict_3"), "c", misconceptions)
    return "Right: wrong by a factor of 100, and silently so."


# 1. Follow the first slot ----------------------------------------------------

q1 = Exercise(
    "q1",
    "Follow the first slot",
    level="fill in",
    hints=[
        "Blank 1: which attribute of `tensor` holds its node? Blank 2: each entry of `next_functions` is a pair, and the node comes first in it.",
        "Print `node.next_functions` inside the loop and run it on `loss`, then on `w * x`. What does the last node have?",
        "`AccumulateGrad` has an empty `next_functions`. Ask whether it is empty before you take slot 0 of it.",
    ],
)

ENDED = "`AccumulateGrad` is the end of the road: its `next_functions` is empty, so it has no slot 0."


def _path(student, tensor):
    names = student.call("first_path", tensor)
    if not isinstance(names, list):
        fail("`first_path` should return the list `names`.", got=names)
    return names


# Each claim walks a graph on which the mistakes of the other claims do not show.


@q1.claim("the path begins at the tensor's own node")
def begins_at_its_own_node(student):
    torch = student.torch
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    names = _path(student, (torch.tensor([3.0, 4.0]) * w).sum())
    if not names:
        fail("The list is empty, but this tensor has a node.", got=names)
    if names[0] == "MulBackward0":
        fail(
            "A sum made this tensor, and yet your path begins further back: you skipped the tensor's own node.",
            got=names,
        )
    if names[0] != "SumBackward0":
        fail("A sum made this tensor, and your path does not begin with its node.", got=names)


@q1.claim("the path follows slot 0 at every node")
def follows_slot_0(student):
    torch = student.torch
    x = torch.tensor([3.0, 4.0])
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    names = _path(student, (x * w).exp() + w.sin())
    if "SinBackward0" in names:
        fail(
            "At the addition you went to the sine, which stands in the last slot. The first slot is number 0.",
            got=names,
        )
    if names[-2:] != ["ExpBackward0", "MulBackward0"]:
        fail("Behind the addition, slot 0 leads to an exponential, and behind that to a product.", got=names)


@q1.claim("the path ends at the leaf's `AccumulateGrad`", crash={IndexError: ENDED, TypeError: ENDED})
def ends_at_the_leaf(student):
    torch = student.torch
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    names = _path(student, w.exp().sum())
    if not names or names[-1] != "torch::autograd::AccumulateGrad":
        fail(
            "Here slot 0 leads all the way to a leaf that requires a gradient. Its `AccumulateGrad` is a node too.",
            got=names,
        )


@q1.claim("a tensor without a node has an empty path")
def empty_without_a_node(student):
    names = _path(student, student.torch.tensor([1.0, 2.0]))
    if names:
        fail("This tensor has no node: there is nothing to follow.", got=names)


# 2. Find the leaves ----------------------------------------------------------

q2 = Exercise(
    "q2",
    "Find the leaves",
    level="write",
    hints=[
        "Keep a list of the nodes you still have to visit. Begin with the tensor's own node, and take one out at a time until the list is empty.",
        'The leaf behind an `AccumulateGrad` is its `variable`. Other nodes have none: `hasattr(node, "variable")` tells them apart.',
        "Two paths may lead to one node. Keep a `set` of the nodes you have been to, and go past those.",
    ],
)


def _leaves(student, tensor):
    """What the student found, with any node of a leaf counted as that leaf: one claim asks about this, the others do not."""
    found = student.call("leaves_behind", tensor)
    if not isinstance(found, (list, tuple)):
        fail("`leaves_behind` should return a list.", got=found)
    return [getattr(item, "variable", item) for item in found]


def _is(item, leaf):
    """Whether it is that leaf, or a tensor on its bytes: `returns_tensors` alone tells these two apart."""
    return item is leaf or (hasattr(item, "data_ptr") and item.data_ptr() == leaf.data_ptr())


def _names(found, **leaves):
    """The found tensors by the names the claim gave them."""
    return [
        next((name for name, leaf in leaves.items() if _is(item, leaf)), "something else") for item in found
    ]


@q2.claim("the list holds the leaf tensors themselves")
def returns_tensors(student):
    w = student.torch.tensor([1.0, 2.0], requires_grad=True)
    found = student.call("leaves_behind", w.exp())
    if not isinstance(found, (list, tuple)):
        fail("`leaves_behind` should return a list.", got=found)
    if any(hasattr(item, "next_functions") for item in found):
        fail("Your list holds nodes of the graph. The question is for the tensors that they keep.", got=found)
    if not all(hasattr(item, "requires_grad") for item in found):
        fail("Your list should hold tensors.", got=found)
    if any(item is not w and same(item, w) for item in found):
        fail(
            "The numbers are those of the leaf, but it is another tensor: give back the leaf itself, not a copy or a `detach()`."
        )


@q2.claim("every slot is followed")
def follows_every_slot(student):
    torch = student.torch
    u = torch.tensor([1.0, 2.0], requires_grad=True)
    v = torch.tensor([3.0, 4.0], requires_grad=True)
    w = torch.tensor([5.0, 6.0], requires_grad=True)
    names = set(_names(_leaves(student, (u.exp() + v.sin()) / w.tanh()), u=u, v=v, w=w))
    if "something else" in names:
        fail("Your list holds something that is no leaf of this graph.")
    if names == {"u"}:
        fail(
            "You found the leaf behind slot 0 of every node. The others hide behind slot 1: follow them all."
        )
    if names != {"u", "v", "w"}:
        fail(f"This graph has three leaves, and your list has {len(names)} of them.")


@q2.claim("each leaf is in the list once")
def each_leaf_once(student):
    w = student.torch.tensor([1.0, 2.0], requires_grad=True)
    found = _leaves(student, (w * w).sum() + w.sum())
    times = sum(_is(item, w) for item in found)
    if times > 1:
        fail(f"Three paths lead to the one leaf here, and your list has it {times} times.")


@q2.claim(
    "empty slots are passed over",
    crash={
        AttributeError: "A slot whose tensor needs no gradient holds `None`, and `None` has no attributes. Pass over it."
    },
)
def passes_over_empty_slots(student):
    torch = student.torch
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    names = _names(_leaves(student, w * torch.tensor([3.0, 4.0])), w=w)
    if names != ["w"]:
        fail("In `w * x`, with an `x` that needs no gradient, the one leaf to find is `w`.")


@q2.claim(
    "a tensor without a node has no leaves behind it",
    crash={AttributeError: "The `grad_fn` of this tensor is `None`: there is no node to begin with."},
)
def nothing_without_a_node(student):
    found = _leaves(student, student.torch.tensor([1.0, 2.0]))
    if found:
        fail("This tensor has no node, so there is nothing behind it.")


@q2.claim(
    "no node is visited again for every path that leads to it",
    too_slow="This graph has some 40 nodes, but the number of its paths doubles with every one. Do you visit a node once for each path?",
)
def visits_each_node_once(student):
    w = student.torch.tensor(1.0, requires_grad=True)
    y = w.exp()
    for _ in range(40):
        y = y + y
    if not any(_is(item, w) for item in _leaves(student, y)):
        fail("Forty additions further on, the leaf was not found.")


# 3. Why does w not learn? ----------------------------------------------------

q3 = Exercise(
    "q3",
    "Why does w not learn?",
    level="investigate",
    hints=[
        "Call `describe` with the five tensors. Where does the chain of nodes stop? Which tensor has none although it depends on `w`?",
        "Follow `loss.grad_fn` to its end. You come to `b`. At which addition did you hope to find a way to `w`?",
        "The trip to NumPy and back is what costs the graph. Look for a way that stays with PyTorch all along.",
    ],
)


@q3.claim("`first_cut` names the first tensor without a path to `w`")
def names_the_cut(student):
    answer = student.get("first_cut")
    misconceptions = {
        "product": "`product` still has its `MulBackward0`, and behind that is `w`. `detach()` returned a new tensor and left `product` as it was.",
        "total": "There is no path from `total` to `w`, that is true. But it was lost before: what is `total` the sum of?",
        "prediction": "`prediction` has a node, with a path to `b` alone. The path to `w` was lost before.",
        "loss": "From `loss` you come to `b` and not to `w`, that is true. But where was the path lost first?",
    }
    if isinstance(answer, str) and answer in misconceptions:
        fail(misconceptions[answer])
    if answer != "squashed":
        fail("Answer with one of the five names, in quotes.", got=answer)
    return "Right. `from_numpy` makes a tensor that knows nothing of where its numbers came from."


@q3.claim("`mended_loss` computes the same loss")
def computes_the_same_loss(student):
    torch = student.torch
    # nothing requires a gradient here: this claim is about the value alone
    x, w, b = (torch.tensor(values) for values in ([0.5, -1.0, 2.0], [1.0, 0.25, -0.75], 0.5))
    got = student.call("mended_loss", x, w, b)
    if got is None:
        fail("`mended_loss` returned nothing. Is there a `return`?")
    want = (torch.tanh(x * w).sum() + b - 2.0) ** 2
    problem = difference(got, want)
    if problem:
        fail(
            f"The colleague's lines give another loss for the same numbers. {problem}",
            got=rounded(got),
            want=rounded(want),
        )


@q3.claim(
    "`backward()` gives `w` and `b` their gradients",
    crash={
        RuntimeError: "PyTorch refuses because an array could not carry the graph any further. To do as it says would cut the graph."
    },
)
def gives_both_their_gradients(student):
    torch = student.torch
    x, w, b = _inputs(torch)
    loss = student.call("mended_loss", x, w, b)
    if not hasattr(loss, "backward"):
        fail("`mended_loss` should return the loss as a tensor, with its graph.", got=loss)
    if loss.grad_fn is None:
        fail("You returned a leaf: the loss has no node, so backward has nowhere to go.")
    loss.backward()
    if w.grad is None:
        fail(_why_not_w(loss))
    if b.grad is None:
        fail("`w` got its gradient, but now `b` has none: the path to `b` is cut.")
    for name, index in (("w", 1), ("b", 2)):
        problem = difference((x, w, b)[index].grad, _measured(student, torch, index), 1e-4)
        if problem:
            fail(
                f"`{name}.grad` arrived, but it is not the slope of your loss. {problem}",
                got=rounded((x, w, b)[index].grad),
            )


def _inputs(torch):
    double = torch.float64
    x = torch.tensor([0.5, -1.0, 2.0], dtype=double)
    w = torch.tensor([1.0, 0.25, -0.75], dtype=double, requires_grad=True)
    return x, w, torch.tensor(0.5, dtype=double, requires_grad=True)


def _why_not_w(loss):
    waiting, leaves = [loss.grad_fn], 0
    while waiting:
        node = waiting.pop()
        if node is not None:
            leaves += hasattr(node, "variable")
            waiting.extend(parent for parent, _ in node.next_functions)
    if leaves > 1:
        return "`w.grad` is `None`: the path ends at a new leaf inside your function. `requires_grad` on it begins a new graph and does not mend the old."
    return "`w.grad` is `None`: no path leads from your loss to w. It is still cut on the way."


def _measured(student, torch, index, step=1e-5):
    """The slope of the student's own loss in one argument, by differences: no graph needed."""
    values = [plain(tensor) for tensor in _inputs(torch)]
    slope = plain(_inputs(torch)[index])
    for place in range(slope.size):
        ends = []
        for sign in (1, -1):
            moved = values[index].copy()
            moved.reshape(-1)[place] += sign * step
            arguments = [moved if i == index else value for i, value in enumerate(values)]
            # a gradient is asked of these as well: a function may do other things without
            tensors = [
                torch.tensor(a.tolist(), dtype=torch.float64, requires_grad=i > 0)
                for i, a in enumerate(arguments)
            ]
            ends.append(float(plain(student.call("mended_loss", *tensors))))
        slope.reshape(-1)[place] = (ends[0] - ends[1]) / (2 * step)
    return slope
