"""The public checks of lesson 14: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "What does it see?",
    hints=[
        "Write down one window of the turned picture, one that lies across the edge. What stands in its left column, and what in its right one?",
        "The kernel takes the right column and subtracts the left one. In the turned picture every row is the same from left to right.",
    ],
)


@predict_1.claim("you know what the kernel answers to the turned edge")
def sees_its_own_direction(student):
    misconceptions = {
        "a": "The kernel was not turned with the picture. It still compares right with left, and never above with below.",
        "c": "A negative answer needs a left column that is brighter than the right one. Here both are the same.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. Left and right are the same in every window, so nothing remains."


predict_2 = Exercise(
    "predict-2",
    "How many weights?",
    hints=[
        "Look at the table: the weights have four dimensions. Which number stands in each?",
        "One kernel of 3 by 3 for each pair of an input channel and an output channel. How many pairs are there?",
    ],
)


@predict_2.claim("you know how many weights the layer has")
def counts_the_weights(student):
    misconceptions = {
        "a": "That is enough for one output channel. The five of them see five different things, so each has its own.",
        "b": "That is one kernel for each output channel. But each output channel looks at all three input channels, through a kernel for each.",
        "d": "A linear layer depends on the size. A convolution uses the same weights at every place, however many there are.",
    }
    choice(student.get("predict_2"), "c", misconceptions)
    return "Right: 5 channels out, times 3 channels in, times 9."


predict_3 = Exercise(
    "predict-3",
    "How large?",
    hints=[
        "With the padding, how many rows does the picture have? Where does the first window begin, and where the next?",
        "Ten rows. The window takes three, and may begin at 0, 2, 4 and so on, as long as it fits. Count.",
    ],
)


@predict_3.claim("you know how many rows the result has")
def counts_the_places(student):
    answer = student.get("predict_3")
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        fail("Answer with a number of rows.", got=answer)
    misconceptions = {
        3: "That is the size without padding. Padding 1 puts a row of zeros above and another below.",
        3.5: "That is the fraction before it is rounded down, and the window at 0 has not been counted.",
        4.5: "Half a window is none: the fraction is rounded down.",
        5: "You rounded up. A window that would begin at 8 needs the rows 8, 9 and 10, and the last one has the number 9.",
        6: "That is without padding and with stride 1.",
        8: "That is the size with stride 1. With stride 2 the window moves by two rows each time.",
    }
    if answer in misconceptions:
        fail(misconceptions[answer])
    if answer != 4:
        fail("Put the numbers into the formula: n is 8, k is 3, p is 1 and s is 2.", got=answer)
    return "Right. The windows begin at 0, 2, 4 and 6."


# 1. Convolve with a stride ---------------------------------------------------

q1 = Exercise(
    "q1",
    "Convolve with a stride",
    level="fill in",
    hints=[
        "Blank 1: the formula of the section on padding and stride, without padding. `//` divides and rounds down.",
        "Blank 2: in the ten lines the window began at row i and column j. Where does it begin when it moves by `stride` each time?",
        "In the slice of rows, the end is the beginning plus the number of rows of the kernel. Do the same for the columns.",
    ],
)

OVER_THE_EDGE = "A window ran over the edge of the picture, so it is smaller than the kernel: there are too many windows, or one begins too late."
SWAPPED = "Here the kernel has 2 rows and 3 columns, and the window did not fit it. Which of its sizes goes with the rows?"


def _response(student, image, kernel, *stride):
    got = student.call("convolve", image, kernel, *stride)
    if not hasattr(got, "shape"):
        fail("`convolve` should return the tensor `response`.", got=got)
    return got


def _numbers(torch, rows, columns):
    return torch.tensor([[float((5 * i + 3 * j * j) % 11) for j in range(columns)] for i in range(rows)])


def _right(image, kernel, stride=1):
    """What must come out, as an array; the places are counted as the lesson counts them."""
    image, kernel = plain(image), plain(kernel)
    (height, width), (rows, columns) = image.shape, kernel.shape
    tops, lefts = range(0, height - rows + 1, stride), range(0, width - columns + 1, stride)
    return [[(image[t : t + rows, x : x + columns] * kernel).sum() for x in lefts] for t in tops]


# The size is one claim's matter: the others compare what both have.


def _compare(got, want, sentence):
    got, want = plain(got), plain(want)
    down, across = (min(a, b) for a, b in zip(got.shape, want.shape, strict=True))
    got, want = got[:down, :across], want[:down, :across]
    problem = difference(got, want) if down and across else "Yours is empty."
    if problem:
        fail(f"{sentence} {problem}", got=rounded(got), want=rounded(want))


@q1.claim("the result has the right size", crash={RuntimeError: OVER_THE_EDGE, IndexError: OVER_THE_EDGE})
def has_the_right_size(student):
    torch = student.torch
    image, kernel = _numbers(torch, 7, 9), torch.ones(3, 3)
    for stride, want in ((1, (5, 7)), (2, (3, 4)), (3, (2, 3))):
        got = tuple(_response(student, image, kernel, stride).shape)
        if got == (want[0] - 1, want[1] - 1):
            why = (
                "the window that begins at 0 counts too"
                if stride == 1
                else "what the division leaves over must not cost a window that fits"
            )
            fail(f"With stride {stride}, one window too few in each direction: {why}.", got=got, want=want)
        if got != want:
            fail(
                f"A picture of 7 by 9, a kernel of 3 by 3 and stride {stride}: the size differs.",
                got=got,
                want=want,
            )


@q1.claim("each number is that of its window", crash={RuntimeError: OVER_THE_EDGE})
def sums_the_window(student):
    torch = student.torch
    image, kernel = _numbers(torch, 5, 5), torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    got = _response(student, image, kernel)
    _compare(got, _right(image, kernel), "With stride 1 and a kernel of 2 by 2:")


@q1.claim("with stride 2 the window moves by two", crash={RuntimeError: OVER_THE_EDGE})
def moves_by_the_stride(student):
    torch = student.torch
    image, kernel = _numbers(torch, 8, 8), torch.ones(2, 2)
    got = plain(_response(student, image, kernel, 2))
    still = plain(_right(image, kernel))[: got.shape[0], : got.shape[1]]
    if got.size > 1 and difference(got, still) is None:
        fail("The result has fewer places, but the window still moves by one pixel.", got=got.tolist())
    _compare(got, _right(image, kernel, 2), "With stride 2:")


@q1.claim("the kernel need not be square", crash={RuntimeError: SWAPPED})
def takes_kernels_that_are_not_square(student):
    torch = student.torch
    image, kernel = _numbers(torch, 6, 6), torch.ones(2, 3)
    got = _response(student, image, kernel)
    _compare(got, _right(image, kernel), "With a kernel of 2 rows and 3 columns:")


# 2. Convolve by one product --------------------------------------------------

q2 = Exercise(
    "q2",
    "Convolve by one product",
    level="write",
    hints=[
        "Print the shape of `F.unfold(images, 3)` for pictures of shape (2, 3, 8, 8). Which of its dimensions is as long as one kernel has weights?",
        "Write the weights as a matrix with one row for each output channel. Times the patches, this gives a row of answers for each output channel.",
        "The product has the shape (how many, channels out, places). Only the places have to become rows and columns again: as many as the kernel finds room for.",
    ],
)


# Kernels that are the same after a turn: only the first claim sees a turned kernel.


def _even(torch, out, channels, rows, columns):
    weight = torch.zeros(out, channels, rows, columns)
    for o in range(out):
        for c in range(channels):
            weight[o, c] = float(1 + 2 * o + 3 * c)
    return weight


def _pictures(torch, many, channels, height, width):
    count = many * channels * height * width
    return (torch.arange(count) * 7 % 13).to(torch.float32).reshape(many, channels, height, width)


def _convolved(student, images, weight, sentence):
    got = student.call("convolve_by_product", images, weight)
    if not hasattr(got, "detach"):
        fail("`convolve_by_product` should return a tensor.", got=got)
    problem = difference(got, student.torch.nn.functional.conv2d(images, weight), 1e-4)
    if problem:
        fail(f"{sentence} {problem}")


@q2.claim("one picture, one channel, one kernel")
def does_one_picture(student):
    torch = student.torch
    images = _pictures(torch, 1, 1, 4, 4)
    weight = torch.tensor([[[[1.0, 2.0], [3.0, 5.0]]]])
    got = student.call("convolve_by_product", images, weight)
    turned = torch.nn.functional.conv2d(images, weight.flip(2, 3))
    if hasattr(got, "detach") and difference(got, turned) is None:
        fail("You turned the kernel. PyTorch lays it on the picture as it is.", got=rounded(got))
    _convolved(student, images, weight, "One picture of 4 by 4, with a kernel of 2 by 2:")


@q2.claim("all channels of a picture are added up")
def adds_the_channels(student):
    torch = student.torch
    images, weight = _pictures(torch, 1, 3, 4, 4), _even(torch, 1, 3, 2, 2)
    got = student.call("convolve_by_product", images, weight)
    first = torch.nn.functional.conv2d(images[:, :1], weight[:, :1])
    if hasattr(got, "detach") and difference(got, first) is None:
        fail("Only the first channel was looked at. This picture has three.")
    _convolved(student, images, weight, "One picture with 3 channels, and one kernel:")


@q2.claim("each kernel gives a channel of its own")
def gives_a_channel_for_each_kernel(student):
    torch = student.torch
    images, weight = _pictures(torch, 1, 1, 4, 4), _even(torch, 3, 1, 2, 2)
    got = student.call("convolve_by_product", images, weight)
    want = torch.nn.functional.conv2d(images, weight)
    mixed = want.permute(0, 2, 3, 1).reshape(1, 3, 3, 3)
    if hasattr(got, "detach") and difference(got, mixed) is None:
        fail(
            "The numbers are right and stand in the wrong places: `reshape` does not move a dimension. Which one is last in your product: the places, or the channels?"
        )
    _convolved(student, images, weight, "One picture with one channel, and 3 kernels:")


@q2.claim("every picture of the batch is convolved")
def does_the_whole_batch(student):
    torch = student.torch
    images, weight = _pictures(torch, 2, 1, 4, 4), _even(torch, 1, 1, 2, 2)
    got = student.call("convolve_by_product", images, weight)
    if hasattr(got, "shape") and tuple(got.shape) == (1, 1, 3, 3):
        fail("Two pictures went in, and one came out.")
    _convolved(student, images, weight, "Two pictures with one channel, and one kernel:")


@q2.claim("neither the picture nor the kernel need be square")
def takes_what_is_not_square(student):
    torch = student.torch
    images, weight = _pictures(torch, 1, 1, 4, 6), _even(torch, 1, 1, 3, 2)
    got = student.call("convolve_by_product", images, weight)
    if hasattr(got, "shape") and tuple(got.shape) == (1, 1, 5, 2):
        fail("Height and width have changed places.", got=tuple(got.shape), want=(1, 1, 2, 5))
    _convolved(student, images, weight, "A picture of 4 by 6, and a kernel of 3 by 2:")


@q2.claim("a matrix product does it, and passes gradients on to the weights")
def is_a_product(student):
    torch = student.torch
    weight = _even(torch, 1, 1, 2, 2).requires_grad_()
    got = student.call("convolve_by_product", _pictures(torch, 1, 1, 4, 4), weight)
    names, waiting = set(), [getattr(got, "grad_fn", None)]
    while waiting:
        node = waiting.pop()
        if node is not None:
            names.add(node.name())
            waiting.extend(parent for parent, _ in node.next_functions)
    if any("Convolution" in name for name in names):
        fail("The graph has a convolution in it. The question is how to do without.")
    if not any("AccumulateGrad" in name for name in names):
        fail("The weights would get no gradient: no path leads from your result to them.")


# 3. Why is nothing red? ------------------------------------------------------

q3 = Exercise(
    "q3",
    "Why is nothing red?",
    level="investigate",
    hints=[
        "Print `pictures[0, 0, 0]`, the three numbers of the first pixel. Then find the same three in `numbers`, `scaled` and `batch`.",
        "`reshape` reads the numbers in their order and gives them a new shape. In which order do they lie: all of red first, or pixel by pixel?",
        "You want a new order of the dimensions, with the numbers staying with their pixel. Which method takes dimensions by their old places? The dimension with the number 3 has to come second.",
    ],
)


@q3.claim("`first_wrong` names the first tensor that does not hold what it should")
def names_the_first_wrong(student):
    answer = student.get("first_wrong")
    misconceptions = {
        "numbers": "`numbers` has the values of `pictures`, in the same places, as float32. Nothing is lost.",
        "scaled": "In `scaled` each pixel is still 240/255, 120/255, 0: much red, some green, no blue.",
        "means": "The means are what is seen first, and they are the true means of `batch`. So look at `batch` itself.",
    }
    if isinstance(answer, str) and answer in misconceptions:
        fail(misconceptions[answer])
    if answer != "batch":
        fail("Answer with one of the four names, in quotes.", got=answer)
    return (
        "Right. Its shape is what was asked for, and its first channel is a mixture of red, green and blue."
    )


def _camera(torch, many, height, width):
    """Pictures with a number of their own in every place, the channels last."""
    count = many * height * width * 3
    return (torch.arange(count) % 251).to(torch.uint8).reshape(many, height, width, 3)


def _prepared(student, pictures):
    got = student.call("channels_first", pictures)
    if not hasattr(got, "detach"):
        fail("`channels_first` should return a tensor.", got=got)
    return got


@q3.claim("red, green and blue are in channels of their own")
def keeps_the_colours_apart(student):
    torch = student.torch
    pictures = torch.zeros(1, 4, 4, 3, dtype=torch.uint8)
    pictures[:] = torch.tensor([51, 102, 204], dtype=torch.uint8)
    got = _prepared(student, pictures)
    if tuple(got.shape) != (1, 3, 4, 4):
        fail("The shape differs.", got=tuple(got.shape), want=(1, 3, 4, 4))
    channels = plain(got)[0].reshape(3, 16)
    if (channels != channels[:, :1]).any():
        fail("The picture has one colour. Still, the numbers within a channel are not all the same.")


@q3.claim("each picture stays upright")
def stays_upright(student):
    torch = student.torch
    pictures = _camera(torch, 1, 2, 2)[..., :1].repeat(1, 1, 1, 3)
    got = plain(_prepared(student, pictures))
    if got.shape == (1, 3, 2, 2) and got[0, 0, 0, 1] > got[0, 0, 1, 0]:
        fail("Rows and columns have changed places: the picture lies on its side.")


@q3.claim("the values are float32, from 0 to 1")
def scales_the_values(student):
    torch = student.torch
    got = _prepared(student, torch.full((1, 2, 2, 3), 51, dtype=torch.uint8))
    if got.dtype != torch.float32:
        fail("The dtype differs.", got=got.dtype, want=torch.float32)
    if difference(got.reshape(-1), [0.2] * 12):
        fail("51 of 255 should become 0.2 everywhere.", got=rounded(got.reshape(-1)))
