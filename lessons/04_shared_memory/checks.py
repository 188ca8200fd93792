"""The public checks of lesson 4: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, fail, plain, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "Who sees the write?",
    hints=[
        "For each of the five lines ask: did it make new bytes, or a new way to reach bytes that were there?",
        "There are two copies among the five. Which functions promise one?",
    ],
)


@predict_1.claim("your list names those who see the write, and only them")
def names_who_sees(student):
    answer = student.get("predict_1")
    if not isinstance(answer, list | tuple | set) or not all(isinstance(name, str) for name in answer):
        fail('Write a list of names, each in quotes, such as `["own", "part"]`.', got=answer)
    named = set(answer)
    unknown = sorted(named - {"shared", "own", "alias", "part", "copied"})
    if unknown:
        fail(f"The question is about shared, own, alias, part and copied, not about {', '.join(unknown)}.")
    if not named:
        fail("Somebody does see it: one of the functions makes a tensor on the bytes of the array itself.")
    if "copied" in named:
        fail(
            "`clone()` makes bytes of its own. What is written to the old ones afterwards does not reach it."
        )
    if "own" in named:
        fail("`torch.tensor` copies what it is given, always. `torch.from_numpy` is the one that does not.")
    if "shared" not in named:
        fail(
            "One tensor was made by `from_numpy`, which copies nothing. What it reads are the array's bytes."
        )
    if "alias" not in named:
        fail("`alias = shared` copies nothing: it is the same tensor, and now it has two names.")
    if "part" not in named:
        fail("A slice of a tensor is a view, on the same bytes. In a Python list it would be a copy.")
    return "Right. Those three read the bytes of the array."


predict_2 = Exercise(
    "predict-2",
    "A write, or a new tensor?",
    hints=[
        "Inside the function `t` is a name. Which of the two lines moves the name, and which writes into what it stands for?",
        "`t + 1` is a tensor of its own. When the function ends, who still has a name for it?",
    ],
)


@predict_2.claim("you know which function changes its argument")
def tells_rebinding_from_mutation(student):
    misconceptions = {
        "a": "Both get the tensor itself, that is true. But `t = t + 1` makes a new tensor, and gives the name `t` to that.",
        "c": "Python copies no argument: the function has the very tensor. Then one of the two lines writes into it.",
        "d": "The other way round: which of the two lines makes a new tensor, and lets go of the one that was given?",
    }
    choice(student.get("predict_2"), "b", misconceptions)
    return "Right: `=` moves a name, `+=` writes into the tensor."


predict_3 = Exercise(
    "predict-3",
    "Is detach() a snapshot?",
    hints=[
        "What is it that `detach()` takes the tensor away from?",
        "`w -= ...` writes into the bytes of `w`. Does `before` have bytes of its own?",
    ],
)


@predict_3.claim("you know what `before` holds after the step")
def detach_is_no_snapshot(student):
    misconceptions = {
        "a": "It was detached from the graph. The numbers were not copied: both tensors are on the same bytes.",
        "c": "`no_grad` turns off recording and nothing else. `w -= ...` writes into the bytes that are there.",
        "d": "The gradient is a tensor of its own, in `w.grad`. `before` was made from `w`.",
    }
    choice(student.get("predict_3"), "b", misconceptions)
    return "Right. `before` reads the bytes of `w`, and these were written to."


# 1. Keep the best weights ----------------------------------------------------

q1 = Exercise(
    "q1",
    "Keep the best weights",
    level="fill in",
    hints=[
        "Blank 1: `kept` needs bytes of its own and should know nothing of the graph. Blank 2: should a name be moved, or should something be written?",
        "For blank 1 you have seen what to do with `w` before a step. For blank 2: everyone who holds the tensor should see the numbers, so they must get into its bytes.",
        "A method whose name ends in an underscore writes in place. There is one that takes all numbers from another tensor.",
    ],
)


def _weight(torch):
    return torch.tensor([1.0, 2.0, 3.0], requires_grad=True)


def _write(student, tensor):
    """A training step, as far as the memory is concerned."""
    with student.torch.no_grad():
        tensor.mul_(10.0)


def _saved(student, weight):
    saved = student.call("snapshot", {"w": weight})
    if not isinstance(saved, dict) or set(saved) != {"w"}:
        fail("`snapshot` should return a dictionary with the same names.", got=saved)
    if not hasattr(saved["w"], "detach"):
        fail("Keep a tensor.", got=saved["w"])
    return saved["w"]


# Each claim about `restore` brings numbers of its own, so that `snapshot` has no part in it.


@q1.claim("the numbers of a snapshot stay when the weights are written to")
def keeps_the_old_numbers(student):
    weight = _weight(student.torch)
    saved = _saved(student, weight)
    _write(student, weight)
    if saved is weight:
        fail("You kept the weight itself, under another name. Whatever is written to it, your snapshot has.")
    if same(saved, weight):
        fail("You kept another tensor, but on the same bytes: the write to the weight shows in the snapshot.")
    if not same(saved, [1, 2, 3]):
        fail("The weight was [1, 2, 3] when the snapshot was made.", got=saved)


@q1.claim("a snapshot has no graph behind it")
def stands_outside_the_graph(student):
    saved = _saved(student, _weight(student.torch))
    if saved.grad_fn is not None:
        fail(
            "Your copy was recorded: it has a node, and through it the graph holds on to the weight. First leave the graph, then copy."
        )


@q1.claim(
    "`restore` gives the weights their numbers back",
    crash={
        RuntimeError: "PyTorch refuses to write to a leaf that requires a gradient while it is recording. Is your line still inside `no_grad`?"
    },
)
def brings_the_numbers_back(student):
    weights = {"w": _weight(student.torch)}
    student.call("restore", weights, {"w": student.torch.tensor([4.0, 5.0, 6.0])})
    if same(weights["w"], [1, 2, 3]):
        fail(
            "The weights are as before. Inside the loop `weight` is a name: when you move it to another tensor, the one it stood for is not written to."
        )
    if not same(weights["w"], [4, 5, 6]):
        fail("The saved numbers were [4, 5, 6].", got=weights["w"])


@q1.claim("after `restore` the weights are still the same tensors")
def writes_into_the_same_tensors(student):
    weight = _weight(student.torch)
    weights = {"w": weight}
    student.call("restore", weights, {"w": student.torch.tensor([4.0, 5.0, 6.0])})
    if weights["w"] is not weight:
        fail(
            "You put another tensor into the dictionary. The optimizer still holds the old one, and goes on training that."
        )


@q1.claim("writing to the restored weights does not write to the snapshot")
def leaves_the_snapshot_alone(student):
    weight = _weight(student.torch)
    saved = {"w": student.torch.tensor([4.0, 5.0, 6.0])}
    student.call("restore", {"w": weight}, saved)
    _write(student, weight)
    if not same(saved["w"], [4, 5, 6]):
        fail(
            "Now the weight is on the bytes of the snapshot, so the next step of training writes to both. Copy the numbers instead."
        )


# 2. Who would see it? --------------------------------------------------------

q2 = Exercise(
    "q2",
    "Who would see it?",
    level="write",
    hints=[
        "When is a write to an element of `a` seen in an element of `b`? What must the two elements have in common?",
        "Each element has an address. Which addresses has a tensor of 3 elements with a stride of 4, when an element takes 4 bytes?",
        "Collect all addresses of `a` in a set, and those of `b` in another: begin with `data_ptr()`, and go through the dimensions one after the other. Then ask whether the two sets have one in common.",
    ],
)


def _sees(student, a, b):
    got = student.call("sees", a, b)
    if got is None:
        fail("`sees` returned nothing. Is there a `return`?")
    return bool(got)


# The numbers differ wherever the places do, and the shapes are such that one mistake shows in one claim.


@q2.claim("a write is seen wherever the bytes are the same")
def finds_shared_bytes(student):
    table = student.torch.arange(12.0).view(3, 4)
    if not _sees(student, table, table[1]):
        fail(
            "`table[1]` begins at another address than `table`. Still, a write to row 1 of the table is seen in it."
        )
    if not _sees(student, table[:, 1], table[2]):
        fail(
            "`table[:, 1]` and `table[2]` share the element in row 2, column 1. A column's elements do not stand side by side."
        )


@q2.claim("a copy does not see a write")
def knows_a_copy(student):
    t = student.torch.arange(6.0)
    if _sees(student, t, t.clone()):
        fail("`t.clone()` has the same numbers as `t`, in other bytes. Equal numbers are not shared numbers.")


@q2.claim("views on one storage that have no element in common do not see each other's writes")
def tells_views_apart(student):
    t = student.torch.arange(12.0)
    if _sees(student, t[:6], t[6:]):
        fail("`t[:6]` and `t[6:]` have one storage, but they read different places of it.")
    table = t.view(3, 4)
    if _sees(student, table[:, 0], table[:, 3]):
        fail(
            "The elements of the first and the last column alternate in memory, and none belongs to both. It is not enough to compare where two tensors begin and end."
        )


@q2.claim("asking changes no number")
def changes_nothing(student):
    t = student.torch.arange(6.0)
    _sees(student, t, t[3:])
    if plain(t).tolist() != [0, 1, 2, 3, 4, 5]:
        fail(
            "After the question the numbers are others: you found out by writing, and did not write the old ones back.",
            got=t,
        )


# 3. A history that is always today -------------------------------------------

q3 = Exercise(
    "q3",
    "A history that is always today",
    level="investigate",
    hints=[
        "Write to `history[0]` and look at `history[2]`. What do you conclude?",
        "`detach()` and `numpy()` each make an object. Do they make bytes? And which of the four lines writes into bytes that were there before?",
        "Every entry needs numbers of its own, from the moment at which it is put into the list.",
    ],
)


@q3.claim("`storages` says how many pieces of memory there are")
def counts_the_storages(student):
    answer = student.get("storages")
    if isinstance(answer, bool) or not isinstance(answer, int):
        fail("Answer with a whole number, without quotes.", got=answer)
    if answer == 3:
        fail(
            "There are three arrays, that is true. But neither `detach()` nor `numpy()` copies: whose bytes do they all read?"
        )
    if answer == 4:
        fail("Nothing in this loop copies the weight, so the entries have no memory beside that of `w`.")
    if answer == 0:
        fail("The entries show a number, so it stands somewhere.")
    if answer != 1:
        fail("Ask NumPy: `np.shares_memory(history[0], history[1])`.", got=answer)
    return "Right: all three are on the bytes of `w`."


@q3.claim("`writer` names the line that changed the entries")
def names_the_writer(student):
    misconceptions = {
        "a": "`backward()` writes to `w.grad`, which has bytes of its own. It leaves `w` as it is.",
        "b": "`append` puts one more entry into the list. It writes to none of the arrays.",
        "d": "That moves the attribute `grad` to `None`. No number of `w` is written.",
    }
    choice(student.get("writer"), "c", misconceptions)
    return "Right: a write in place, seen by everyone on these bytes."


@q3.claim("`weights_over_time` returns what `w` held before each step")
def keeps_a_history(student):
    history = student.call("weights_over_time", 3)
    if not isinstance(history, list | tuple):
        fail("`weights_over_time` should return a list.", got=history)
    if len(history) != 3:
        fail(f"For 3 steps the list should have 3 entries, and it has {len(history)}.", got=history)
    got = [float(plain(entry).reshape(-1)[0]) for entry in history]
    if got == [3.5, 3.5, 3.5]:
        fail("All entries show the last weight: they are still on the bytes that are written to.", got=got)
    if got == [2, 3, 3.5]:
        fail("These are the weights after each step. The first entry should be the 0 it began with.", got=got)
    if got == [0, 2, 5]:
        fail(
            "After the first step the weight moves too far: the gradient of each step was added to the one before.",
            got=got,
        )
    if got == [0, 0, 0]:
        fail("The entries are apart from each other now, but the weight does not learn any more.", got=got)
    if not same(got, [0, 2, 3]):
        fail("For 3 steps the weights before each are 0, 2 and 3.", got=got)
