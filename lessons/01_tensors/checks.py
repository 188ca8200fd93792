"""The public checks of lesson 1: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "The shape of one number",
    hints=[
        "`[21.0]` in brackets is a list with one number in it. How many brackets are there around `21.0`?",
        "The shape has an entry for each level of brackets. Count them, and make a list with as many entries.",
    ],
)


@predict_1.claim("you know the shape of one number")
def one_number_has_an_empty_shape(student):
    misconceptions = {
        "a": "One entry in the shape is one dimension, a list of numbers. That is what `torch.tensor([21.0])`, with brackets, would give.",
        "c": "A 0 in the shape says that there are no elements along that dimension. Here is one element.",
        "d": "A single number is a `torch.Tensor` like any other, and each of them has a shape.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. No dimension, and still one element."


predict_2 = Exercise(
    "predict-2",
    "The mean of the visitors",
    hints=[
        "Which dtype has `counts`? Can a number of that dtype be 5.5?",
        "Somebody has to choose a dtype for the result. Does PyTorch do it here, or does it ask you to?",
    ],
)


@predict_2.claim("you know what a mean of whole numbers gives")
def a_mean_needs_floats(student):
    misconceptions = {
        "a": "`float32` is what `torch.tensor` takes for Python's floats. `mean` does not look at that default: it wants to keep the dtype that comes in.",
        "b": "A mean that is cut off would be wrong without a word. PyTorch does not do that.",
        "c": "That is what NumPy does. PyTorch takes no dtype from NumPy's rules here.",
    }
    choice(student.get("predict_2"), "d", misconceptions)
    return "Right. You have to say that you want floats."


predict_3 = Exercise(
    "predict-3",
    "Two devices",
    hints=[
        "To add two numbers, one device must be able to read both. Where would the numbers have to go?",
        "A copy between the devices takes time. Would you want PyTorch to make one without telling you?",
    ],
)


@predict_3.claim("you know what happens when two devices meet")
def devices_must_agree(student):
    misconceptions = {
        "a": "The GPU is not a better dtype that the other is raised to. A copy to the GPU happens only where you ask for it.",
        "b": "`on_gpu` would have to come back for that. A copy to the CPU happens only where you ask for it, too.",
        "d": "The left one has no say over the right one. `readings + on_gpu` ends in the same way as `on_gpu + readings`.",
    }
    choice(student.get("predict_3"), "c", misconceptions)
    return "Right. PyTorch copies nothing between devices unless you say so."


# 1. The facts of a tensor ----------------------------------------------------

q1 = Exercise(
    "q1",
    "The facts of a tensor",
    level="fill in",
    hints=[
        "Three methods of a tensor are all you need. Each of them is called in a cell above: look for the words *dimensions*, *elements* and *bytes*.",
        "The bytes depend on two numbers: how many elements there are, and how many bytes one of them takes.",
        "The last of the three: `element_size()` is for one element. How many are there?",
    ],
)


def _facts(student, tensor):
    told = student.call("facts", tensor)
    if not isinstance(told, tuple) or len(told) != 3:
        fail("`facts` should return three numbers: leave its last line as it is.", got=told)
    return told


@q1.claim("`dims` is the number of dimensions")
def counts_the_dimensions(student):
    dims = _facts(student, student.torch.zeros(2, 5, 4))[0]
    if dims == 2:
        fail(
            "For the shape (2, 5, 4) you say 2. That is the length along dimension 0. How many dimensions are there?",
            got=dims,
        )
    if dims == 4:
        fail("For the shape (2, 5, 4) you say 4. That is the length along the last dimension.", got=dims)
    if dims != 3:
        fail("The shape (2, 5, 4) has three entries, one for each dimension.", got=dims)


@q1.claim("`elements` is the number of elements")
def counts_the_elements(student):
    elements = _facts(student, student.torch.zeros(2, 5, 4))[1]
    misconceptions = {
        2: "For the shape (2, 5, 4) you say 2. Like `len` of a list of lists, that counts along dimension 0 only.",
        10: "For the shape (2, 5, 4) you say 10: you multiplied the first two lengths. A tensor may have more dimensions than a table.",
        11: "For the shape (2, 5, 4) you say 11: you added the lengths. Two rows of five are how many?",
        20: "For the shape (2, 5, 4) you say 20: the first length is missing.",
    }
    if elements in misconceptions:
        fail(misconceptions[elements])
    if elements != 40:
        fail("A tensor of the shape (2, 5, 4) has 2 · 5 · 4 elements.", got=elements)


@q1.claim("`size` is the number of bytes of all elements")
def counts_the_bytes(student):
    torch = student.torch
    # measured by the student's own number of elements: whether that is right is asked elsewhere
    each = {}
    for dtype in (torch.uint8, torch.float32, torch.float64):
        _, elements, size = _facts(student, torch.zeros(2, 3, dtype=dtype))
        each[dtype.itemsize] = size / elements if elements else size
    if all(got == 4 for got in each.values()):
        fail("You say 4 bytes for every element. That is so for `float32`; other dtypes take more, or less.")
    if all(got == 1 for got in each.values()):
        fail("You say one byte for every element. Only small dtypes such as `uint8` and `bool` take that.")
    if all(got == 8 * size for size, got in each.items()):
        fail("Yours is 8 times too big: those are bits. A byte has 8 of them.")
    if each[4] < 4:
        fail("That is the size of one element, not of all together.")
    for itemsize, got in each.items():
        if got != itemsize:
            fail(f"For a dtype of {itemsize} bytes you count {got:g} bytes for each element.")


# 2. A picture for a network --------------------------------------------------

q2 = Exercise(
    "q2",
    "A picture for a network",
    level="write",
    hints=[
        "Three things are to change: the dtype, the range of the numbers, and the shape. Do them one after the other, and print the facts after each.",
        "Which comes first: the division, or the change to floats? `//` divides whole numbers and forgets the rest, `/` does not.",
        "Where do the two new dimensions go: before height and width, or behind them? `unsqueeze` can be called twice.",
    ],
)


def _picture(torch):
    return torch.tensor([[0, 51, 255], [102, 255, 204]], dtype=torch.uint8)


def _batch(student, image):
    batch = student.call("as_batch", image)
    if batch is None:
        fail("`as_batch` returned nothing. Is there a `return`?")
    if not hasattr(batch, "untyped_storage"):
        fail("`as_batch` should return a tensor.", got=batch)
    return batch


@q2.claim(
    "a picture of 2 by 3 becomes a batch of the shape (1, 1, 2, 3)",
    crash={RuntimeError: "This picture is 2 by 3. Take height and width from `image.shape`."},
)
def has_the_shape_of_a_batch(student):
    shape = tuple(_batch(student, student.torch.zeros(2, 3, dtype=student.torch.uint8)).shape)
    misconceptions = {
        (2, 3): "The shape is still (2, 3): the two new dimensions are missing.",
        (
            1,
            2,
            3,
        ): "One dimension is missing: there is one for the number of pictures and one for the channels.",
        (2, 3, 1, 1): "Your new dimensions come behind height and width. They come before.",
        (
            1,
            2,
            3,
            1,
        ): "Your channels come last. Other libraries do that; this network wants them before height and width.",
        (1, 1, 3, 2): "Height and width are swapped.",
    }
    if shape in misconceptions:
        fail(misconceptions[shape])
    if shape != (1, 1, 2, 3):
        fail("The shape is another.", got=shape, want=(1, 1, 2, 3))


@q2.claim("the batch is a `float32`")
def is_float32(student):
    torch = student.torch
    dtype = _batch(student, torch.zeros(28, 28, dtype=torch.uint8)).dtype
    if dtype == torch.float64:
        fail(
            "Yours is `float64`. That is NumPy's default, and twice the bytes; the weights of a network are `float32`."
        )
    if dtype != torch.float32:
        fail("The dtype is another.", got=dtype, want=torch.float32)


@q2.claim("0 becomes 0.0, 255 becomes 1.0, and 51 becomes 0.2")
def goes_from_0_to_1(student):
    torch = student.torch
    image = _picture(torch)
    # a picture of 28 by 28, so that only the numbers are asked about here
    large = torch.zeros(28, 28, dtype=torch.uint8)
    large[:2, :3] = image
    got = sorted(set(plain(_batch(student, large)).ravel().round(6).tolist()))
    if max(got) > 1.001:
        fail(
            "Some of your numbers are larger than 1. The largest that a `uint8` can hold should become 1.0.",
            got=got,
        )
    if set(got) <= {0.0, 1.0}:
        fail(
            "Only 0 and 1 are left of the picture. What becomes of 51 when whole numbers are divided and the rest is forgotten?",
            got=got,
        )
    if not same(got, [0.0, 0.2, 0.4, 0.8, 1.0]):
        fail("The numbers differ.", got=got, want=[0.0, 0.2, 0.4, 0.8, 1.0])


@q2.claim("the picture itself stays as it was")
def leaves_the_picture(student):
    torch = student.torch
    image = torch.zeros(28, 28, dtype=torch.uint8)
    image[:2, :3] = _picture(torch)
    before = plain(image)
    _batch(student, image)
    if tuple(image.shape) != before.shape:
        fail(
            "Your function changed the shape of `image` itself. A method whose name ends in `_` works on the tensor it is called on.",
            got=tuple(image.shape),
        )
    if not same(image, before):
        fail("Your function wrote other numbers into `image` itself.")


# 3. Two errors in one line ---------------------------------------------------

q3 = Exercise(
    "q3",
    "Two errors in one line",
    level="investigate",
    hints=[
        "Which numbers does the first message print, and where have you seen them? Which two words stand at the end of the second?",
        "Write out one sum by hand. Which number of a row of `readings` meets which number of a row of `importance`?",
        "Swapping the two dimensions is half of it. Of the two tensors, which one can change its dtype without losing anything?",
    ],
)


@q3.claim("`first_trouble` names the fact that the first message is about")
def names_the_first(student):
    answer = student.get("first_trouble")
    misconceptions = {
        "dtype": "The dtypes do differ, but the first message says nothing of them. It prints two sizes, `2x3` and `2x3`.",
        "device": "All these tensors are on the CPU. The message prints two sizes, `2x3` and `2x3`.",
    }
    if answer in ("dtype", "device"):
        fail(misconceptions[answer])
    if answer != "shape":
        fail('Answer with `"shape"`, `"dtype"` or `"device"`.', got=answer)
    return "Right. The 3 of the first would have to meet a 3, and it meets a 2."


@q3.claim("`second_trouble` names the fact that the second message is about")
def names_the_second(student):
    answer = student.get("second_trouble")
    misconceptions = {
        "shape": "The shapes fit after `.T`. What are `float` and `long int` in the second message?",
        "device": "`float` and `long int` are no devices. What do they say about the numbers?",
    }
    if answer in ("shape", "device"):
        fail(misconceptions[answer])
    if answer != "dtype":
        fail('Answer with `"shape"`, `"dtype"` or `"device"`.', got=answer)
    return "Right. `float` is `float32`, and `long int` is `int64`."


def _weighted(student, readings, importance):
    sums = student.call("weighted", readings, importance)
    if sums is None:
        fail("`weighted` returned nothing. Is there a `return`?")
    if not hasattr(sums, "untyped_storage"):
        fail("`weighted` should return a tensor.", got=sums)
    return sums


# Each claim below gives tensors on which the mistakes of the others do not show: whole numbers, floats, or one number.


@q3.claim(
    "each day meets each plan",
    crash={
        RuntimeError: "A row of `readings` has to meet a *column* with as many numbers. Look at the sizes in the message."
    },
)
def multiplies_rows_by_plans(student):
    torch = student.torch
    readings = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    importance = torch.tensor([[1.0, 2.0, 1.0], [0.0, 1.0, 3.0]])
    got = _weighted(student, readings, importance)
    want = readings @ importance.T
    if same(got, readings * importance):
        fail(
            "You multiplied number by number. Each day meets both plans, and the three products are added up."
        )
    if same(got, readings @ importance.reshape(3, 2)):
        fail(
            "The shapes fit, and the sums are wrong: `reshape` keeps the numbers in their order and cuts them into other rows. That swaps nothing.",
            got=rounded(got),
        )
    problem = difference(got, want)
    if problem:
        fail(problem, got=rounded(got), want=rounded(want))


@q3.claim(
    "whole numbers as weights leave the readings exact",
    crash={RuntimeError: "The two dtypes still differ, and `@` wants both to be the same."},
)
def keeps_the_fractions(student):
    torch = student.torch
    got = plain(_weighted(student, torch.tensor([[0.5]]), torch.tensor([[2]]))).ravel()
    if got.size == 1 and got[0] == 0.0:
        fail(
            "A reading of 0.5 with a weight of 2 should give 1.0, and yours is 0: the reading lost its fraction. Which of the two has one to lose?"
        )
    if not same(got, [1.0]):
        fail("A reading of 0.5 with a weight of 2 should give 1.0.", got=rounded(got))


@q3.claim("the result does not become a `float64`")
def stays_single(student):
    torch = student.torch
    if _weighted(student, torch.tensor([[2.0]]), torch.tensor([[3.0]])).dtype == torch.float64:
        fail("The sums are right, but as `float64`: `readings` is a `float32`, and so should they be.")
