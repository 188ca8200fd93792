"""The public checks of lesson 9: what the student's answers must do, and the misconception each failure shows.

Where the library has a simulated GPU the claims use it, and its books. Elsewhere they ask the same of the CPU.
"""

import contextlib

import numpy as np
from minitorch_lessons.claims import Exercise, choice, difference, fail, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "Who moves?",
    hints=[
        "Which of the two lines should have begun with a name and an equals sign?",
        "A tensor is one place in memory. A module is a box that holds tensors: which of the two can stay the same object and move?",
    ],
)


@predict_1.claim("you know what `to` does to a tensor and to a module")
def a_module_moves_and_a_tensor_does_not(student):
    misconceptions = {
        "a": "Nobody kept what `inputs.to(device)` returned, and a tensor never moves by itself.",
        "b": "A module is a box: its `to` puts other tensors into the same box, so nothing needs to be kept.",
        "d": "The other way round: one of the two is a box whose contents can be exchanged. Is it the tensor or the module?",
    }
    choice(student.get("predict_1"), "c", misconceptions)
    return "Right. A tensor's `to` returns a copy, and a module's `to` changes the module."


predict_2 = Exercise(
    "predict-2",
    "A hundred rounds",
    hints=[
        "Where does `y * 0.5` live? Where is the sum made?",
        "Only one call in these lines gives something to Python. What does it give?",
    ],
)


@predict_2.claim("you know what comes back from the GPU")
def one_number_comes_back(student):
    misconceptions = {
        "b": "The sum is not made on the CPU: `y.sum()` is computed where `y` lives.",
        "c": "A result lives where its operands live: the hundred values of `y` never leave the GPU.",
        "d": "`item()` gives you a Python number, and Python runs on the CPU.",
    }
    choice(student.get("predict_2"), "a", misconceptions)
    return "Right. One float32 comes back, and all the rest stays there."


predict_3 = Exercise(
    "predict-3",
    "A loss to print",
    hints=[
        "What does `item()` return, and can that exist before the number is known?",
        "`total` is a Python float. In which step does Python need to know the loss of that step?",
    ],
)


@predict_3.claim("you know how often the program waits")
def waits_each_time(student):
    misconceptions = {
        "a": "A Python number cannot be promised for later: `item()` must have it before it returns.",
        "b": "`total` is a Python float, so each addition needs its number at once and not at the end.",
    }
    choice(student.get("predict_3"), "c", misconceptions)
    return "Right. Each `item()` waits for everything that was launched before it."


# A GPU for the claims --------------------------------------------------------


def _gpu(torch):
    """A fresh simulated GPU with its books, or nothing where the library has none."""
    return torch.cuda.simulate() if hasattr(torch.cuda, "simulate") else contextlib.nullcontext()


def _no_gpu(torch):
    return torch.cuda.simulate(0) if hasattr(torch.cuda, "simulate") else contextlib.nullcontext()


def _place(torch, books):
    return torch.device("cpu" if books is None else "cuda")


# 1. Answers for NumPy --------------------------------------------------------

q1 = Exercise(
    "q1",
    "Answers for NumPy",
    level="fill in",
    hints=[
        "Blank 1: every parameter is a tensor, and a tensor knows its device. Blank 2: how many gates are there?",
        "Blank 1: `model.parameters()` can be asked for its `next`. Blank 2: the road has three calls.",
        "Blank 2: leave the graph, come to the CPU, and ask for the array, in this order.",
    ],
)

APART = "The model and its inputs are in two places."
GATE = "NumPy cannot read the memory of a GPU."


def _model(torch):
    model = torch.nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[2.0, -1.0]]))
        model.bias.fill_(0.5)
    return model


@q1.claim(
    "it works on a computer without a GPU",
    crash={AssertionError: "There is no GPU here. Ask the model where it lives, and name no device."},
)
def works_without_a_gpu(student):
    torch = student.torch
    with _no_gpu(torch):
        got = student.call("answers", _model(torch), torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    problem = difference(_numbers(got), [[0.5], [2.5]])
    if problem:
        fail(problem, got=rounded(_numbers(got)))


def _numbers(got):
    """What came back, as an array: whether it is one is a claim of its own."""
    return got.tolist() if hasattr(got, "tolist") else got


@q1.claim(
    "it works for a model on the GPU and inputs on the CPU", crash={RuntimeError: APART, TypeError: GATE}
)
def works_with_a_gpu(student):
    torch = student.torch
    with _gpu(torch) as books:
        model = _model(torch).to(_place(torch, books))
        got = student.call("answers", model, torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        if not same(_numbers(got), [[0.5], [2.5]]):
            fail("The numbers differ.", got=rounded(_numbers(got)))


@q1.claim("the answers are a NumPy array")
def returns_an_array(student):
    torch = student.torch
    with _no_gpu(torch):
        try:
            got = student.call("answers", _model(torch), torch.tensor([[1.0, 2.0]]))
        except AssertionError:
            return  # another claim's business
    if not isinstance(got, np.ndarray):
        fail(f"This is a {type(got).__name__}.", got=got)


@q1.claim("the model stays where it is")
def the_model_stays(student):
    torch = student.torch
    with _gpu(torch) as books:
        model = _model(torch).to(_place(torch, books))
        try:
            student.call("answers", model, torch.tensor([[1.0, 2.0]]))
        except NotImplementedError:
            raise
        except (RuntimeError, TypeError):
            return  # another claim's business
        if model.weight.device.type != _place(torch, books).type:
            fail("The model was moved to the CPU: whoever uses it next finds it in another place.")


# 2. One wait -----------------------------------------------------------------

q2 = Exercise(
    "q2",
    "One wait",
    level="write",
    hints=[
        "Which of your calls gives a number to Python? How often is it called?",
        "Make one tensor of them all, on their device, and only then ask for a number.",
        "`torch.stack` makes one tensor of a list of tensors. Or add them up as tensors, in a loop.",
    ],
)


@q2.claim("it is the mean")
def is_the_mean(student):
    torch = student.torch
    got = student.call("mean_of", [torch.tensor(value) for value in (1.0, 2.0, 6.0)])
    if got is None:
        fail("`mean_of` returned nothing. Is there a `return`?")
    value = got.item() if hasattr(got, "item") else got
    if value == 9.0:
        fail("This is the sum. The question is for the mean.", got=value)
    if not same(value, 3.0):
        fail("The mean of 1, 2 and 6 is 3.", got=value)


@q2.claim("it is a Python float")
def is_a_float(student):
    got = student.call("mean_of", [student.torch.tensor(1.0), student.torch.tensor(2.0)])
    if not isinstance(got, float):
        fail(f"You returned a {type(got).__name__}, and whoever prints it has to wait then.", got=got)


@q2.claim("it waits for the GPU once at most")
def waits_once(student):
    torch = student.torch
    with _gpu(torch) as books:
        losses = [torch.tensor(float(k), device=_place(torch, books)) for k in range(20)]
        before = books.waits if books else 0
        student.call("mean_of", losses)
        waits = books.waits - before if books else 0
    if waits > 1:
        fail(f"It waited {waits} times for 20 losses: each number was asked for by itself.")


@q2.claim("the losses keep their numbers")
def keeps_the_losses(student):
    torch = student.torch
    losses = [torch.tensor(1.0), torch.tensor(2.0)]
    student.call("mean_of", losses)
    if len(losses) != 2 or [loss.item() for loss in losses] != [1.0, 2.0]:
        fail("You added into the first of the losses. It belongs to the caller.", got=losses)


# 3. Why is the GPU no quicker? ------------------------------------------------

q3 = Exercise(
    "q3",
    "Why is the GPU no quicker?",
    level="investigate",
    hints=[
        "Follow one step. Which tensors go to the GPU, and which comes back? How many bytes has one number?",
        "Which of the copies could stand before the loop, and which behind it?",
        "Move both tensors first, keep the running sum on the device, and call `cpu()` on what you return.",
    ],
)


@q3.claim("`bytes_each_step` is what is copied in a step")
def counts_the_bytes(student):
    answer = student.get("bytes_each_step")
    misconceptions = {
        3000: "These are the numbers that travel. Each of them has four bytes.",
        4000: "This is one journey of 1000 numbers. How many journeys are in the line?",
        8000: "Two tensors go there. What does `cpu()` do at the end of the line?",
        24000: "A float32 has four bytes and not eight.",
    }
    if not isinstance(answer, bool) and isinstance(answer, int) and answer in misconceptions:
        fail(misconceptions[answer])
    if answer != 12000:
        fail("Answer with a number of bytes: those of all copies in one step.", got=answer)
    return "Right. Two tensors go there and one comes back, in every step."


@q3.claim("`mended` computes the same")
def computes_the_same(student):
    torch = student.torch
    got = student.call("mended", torch.tensor([1.0, 2.0]), torch.tensor([3.0, 5.0]), 4, torch.device("cpu"))
    if got is None:
        fail("`mended` returned nothing. Is there a `return`?")
    problem = difference(got, [5.0, 9.0])
    if problem:
        fail(problem, got=rounded(got), want=[5.0, 9.0])


@q3.claim("each tensor is copied once, however many steps there are", crash={RuntimeError: APART})
def copies_once(student):
    torch = student.torch
    with _gpu(torch) as books:
        place = _place(torch, books)
        student.call("mended", torch.ones(1000), torch.zeros(1000), 10, place).cpu()
        if books is None:
            return
        there, back = books.copied["host to device"], books.copied["device to host"]
        launches = books.launches
    if launches == 0:
        fail("The GPU has computed nothing: the work was done on the CPU.")
    if there > 8000:
        fail(f"{there} bytes went to the GPU in ten steps: 8000 are enough for two tensors.")
    if back > 4000:
        fail(f"{back} bytes came back in ten steps: 4000 are enough for one result.")


@q3.claim("the result is on the CPU", crash={RuntimeError: APART})
def ends_on_the_cpu(student):
    torch = student.torch
    with _gpu(torch) as books:
        got = student.call("mended", torch.ones(2), torch.zeros(2), 2, _place(torch, books))
        if got.device.type != "cpu":
            fail(f"The result lives on {got.device}. The colleague's function brings it back.")


@q3.claim("`x` and `w` keep their numbers")
def keeps_the_arguments(student):
    torch = student.torch
    x, w = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 5.0])
    student.call("mended", x, w, 4, torch.device("cpu"))
    if not same(x, [1.0, 2.0]) or not same(w, [3.0, 5.0]):
        fail(
            "Without a GPU your function writes into the caller's tensor: `to` copies nothing when the tensor is there already."
        )
