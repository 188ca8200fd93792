# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="title"
# # Tensors
#
# About 40 minutes. You need Python, and you should have seen a NumPy array before.
#
# ## Why
#
# You have a table of numbers, and a program that works with tensors refuses it: a shape does not fit, a dtype is another, or something is on the wrong device. Every tensor carries these three facts with it, and you can ask for each. Whoever can read them can read the error messages too.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% [markdown] id="inspector"
# `minitorch_edu` is a small engine that speaks PyTorch. What you learn here you can use with PyTorch as it is: only the `import` line is another.
#
# The second line opens the **inspector**, the panel beside this notebook. After each cell it shows the tensors that you have made; now there are none. You need not do anything for it, and you may close it at any time. It has several sections. In this lesson only *Storage* matters, and at the end *Graph*. A click on a heading folds a section away.
#
# Run each cell with Shift+Enter, from top to bottom. `check("...")` looks at an answer of yours and tells you what is right, what is not, and a hint. You can check as often as you like.

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "01_tensors"

# %% [markdown]
# ## Ten lines
#
# A small museum writes down the temperature in its hall, and the visitors it counts there: on two days, three times a day.

# %% id="ten-lines"
readings = torch.tensor([[18.5, 21.0, 19.5],
                         [17.0, 22.5, 20.0]])
counts = torch.tensor([[4, 7, 5], [3, 8, 6]])
warm = readings > 20.0
print(readings)
print(counts)
print(warm)


def describe(name, tensor):
    shape = tuple(tensor.shape)
    print(f"{name:9} {shape!s:10} {tensor.dtype!s:14} {tensor.device}")


describe("readings", readings)
describe("counts", counts)
describe("warm", warm)

# %% [markdown]
# Three tensors, and three facts about each, in a line of the function `describe`:
#
# - **shape**: how the numbers are arranged. Two rows of three are `(2, 3)`.
# - **dtype**: what kind of number it is. All elements of a tensor have the same dtype.
# - **device**: in whose memory the numbers are. `cpu` is the ordinary memory of your computer.
#
# Nobody said which dtype to take. `torch.tensor` chose by what it found in the lists: Python's floats became `float32`, its whole numbers became `int64`. The comparison `readings > 20.0` made a tensor of truth values, `bool`.
#
# `float32` is a *default*: a setting that holds as long as you do not say otherwise. To say otherwise, write `dtype=torch.float64` in the call.

# %% [markdown]
# ## Look: the bytes beneath
#
# Now look at the section *Storage* of the inspector. Each row of numbers is a **storage**: a piece of memory with numbers in it, one behind the other. It has a letter, and beside the letter you read its device, how many bytes it has, and its dtype.
#
# Below the numbers stands the name of the tensor that reads them, with a box for each of its elements. The box stands under the number that this element is, and in the box is its place: `1,0` means row 1, column 0. Counting starts at 0. (`stride` and `offset` are words of lesson 3.)
#
# Find `readings`. Its six numbers stand in *one* row, first those of the first day, then those of the second. Memory has no rows and columns: the shape `(2, 3)` is what the tensor adds. It says how to read the six.
#
# Now take the second day alone:

# %% id="second-day"
second_day = readings[1]
print(second_day)

# %% [markdown]
# The next cell draws the storages of some tensors here, and says how each tensor came to its storage. Before you run it: will `second_day` have a storage of its own?

# %% tags=["widget"] id="lanes"
from minitorch_widgets import memory

memory(readings, second_day, counts)

# %% [markdown]
# It has none. `second_day` reads the last three numbers of the storage of `readings`, and nothing was copied to make it.
#
# So a tensor is two things: a storage with the numbers, and a way of reading them. How many bytes a storage holds depends on the dtype, for each has its size:

# %% id="bytes"
def sizes(name, tensor):
    storage = tensor.untyped_storage()
    each = f"{tensor.numel()} elements of {tensor.element_size()} bytes"
    print(f"{name:11} {each}, storage of {storage.nbytes()} bytes")


sizes("readings", readings)
sizes("counts", counts)
sizes("warm", warm)
sizes("second_day", second_day)

# %% [markdown]
# `numel()` is the number of elements, and `element_size()` is the bytes that one of them takes. A `float32` takes 4, an `int64` takes 8, a truth value takes 1.
#
# Look at the last line. Three elements of 4 bytes are 12 bytes, and the storage has 24. That is the storage of `readings`. Lessons 3 and 4 are about storages and who shares them.

# %% [markdown]
# ## Shape
#
# The length of the shape is the number of **dimensions**. `dim()` gives it, and so does `ndim`.

# %% id="dims"
row = torch.tensor([18.5, 21.0, 19.5])
week = torch.zeros(7, 2, 3)
print(row.dim(), readings.dim(), week.dim())
print(row.numel(), readings.numel(), week.numel())
describe("week", week)

# %% [markdown]
# Some texts say that a vector has one dimension, a matrix has two, and a *tensor* has three or more. In PyTorch this is not so: all of these are of the type `torch.Tensor`, and so is a single number.
#
# Dimensions have numbers, from 0. A reduction such as `sum` or `mean` takes the number of the dimension that shall *go away*. `readings` has the shape `(2, 3)`: dimension 0 are the days, dimension 1 the times of day.

# %% id="reduce"
print(readings.mean(dim=0))
print(readings.mean(dim=1))

# %% [markdown]
# `mean(dim=0)` took the mean over the days. The days are gone, and three times of day remain. It is a common mistake to read `dim=0` as "one result for each row".
#
# ### Predict: the shape of one number
#
# Write your prediction down before you run the cell after it. Right or wrong, you will remember it better than what you only read.
#
# `torch.tensor(21.0)` gets one number, without any brackets. What is the `shape` of the result?
#
# - `"a"`: `torch.Size([1])`
# - `"b"`: `torch.Size([])`
# - `"c"`: `torch.Size([0])`
# - `"d"`: it has no shape: asking for it raises an error

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")

# %% id="one-number"
number = torch.tensor(21.0)
print(number.shape, number.dim(), number.numel())
print(torch.tensor([21.0]).shape, torch.tensor([]).shape)
print(number.item(), type(number.item()))

# %% [markdown]
# No brackets, no dimensions: the shape is empty. There is still one element in it. `torch.Size([0])` is the shape of a tensor without elements.
#
# `item()` takes the number out and gives it to you as a number of Python. It works for every tensor that has exactly one element. The loss of a network usually is such a tensor.

# %% [markdown]
# ## Dtype
#
# The dtype decides how large a number can be, how exact it is, and what you can do with it.

# %% id="ranges"
pixels = torch.tensor([100, 200, 250], dtype=torch.uint8)
print(pixels + 10)
print(torch.tensor(16777217.0).item())
exact = torch.tensor(16777217.0, dtype=torch.float64)
print(exact.item())

# %% [markdown]
# `uint8` has 8 bits for a whole number from 0 to 255. Then it starts again at 0: 250 + 10 became 4. Nothing warned you. Pictures often come as `uint8`, so this happens in practice.
#
# `float32` has 24 bits for the digits of a number. 16777217 is 2²⁴ + 1 and does not fit, so it was rounded. `float64` has 53 bits, and takes twice the memory.
#
# ### Predict: the mean of the visitors
#
# The six counts add up to 33. What does `counts.mean()` give?
#
# - `"a"`: `tensor(5.5000)`, a `float32`
# - `"b"`: `tensor(5)`: the result has the dtype of `counts`, so the rest is cut off
# - `"c"`: `tensor(5.5000, dtype=torch.float64)`, as NumPy does
# - `"d"`: an error

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "d"
### END SOLUTION

# %%
check("predict-2")

# %% id="mean"
import numpy as np

try:
    counts.mean()
except RuntimeError as problem:
    print(problem)
print(counts.numpy().mean())
print(counts.float().mean())
print(counts / 2)

# %% [markdown]
# The message says *Long*: that is the older name of `int64`. The others that you will meet are *Float* for `float32`, *Double* for `float64` and *Byte* for `uint8`.
#
# A mean of whole numbers is mostly no whole number, so PyTorch wants you to choose a dtype for it. NumPy chooses `float64` for you. `float()` makes a new tensor of `float32`, and then there is a mean. A division with `/` does have a rule: whole numbers become `float32`.

# %% [markdown]
# ## Device
#
# A GPU has memory of its own. Before it can compute with a tensor, the numbers must be there. No tensor goes there by itself: all tensors so far are on the CPU.
#
# Your computer may have no GPU that PyTorch can use, so this course brings a simulated one. It keeps its numbers apart from the CPU's and refuses what a GPU refuses. It is not faster. It goes by the name `cuda`, as GPUs of NVIDIA do in PyTorch.

# %% tags=["simulated"] id="simulate"
torch.cuda.simulate()
on_gpu = readings.to("cuda")
print(on_gpu)
print(readings.device, on_gpu.device)

# %% [markdown]
# `to("cuda")` made a *copy* on the GPU. `readings` is still where it was, and `on_gpu` has a storage of its own: the inspector now draws two memories, and an arrow for the copy. `cuda:0` is the first GPU.
#
# ### Predict: two devices
#
# What does `on_gpu + readings` give?
#
# - `"a"`: a tensor on the GPU: what is missing there is copied
# - `"b"`: a tensor on the CPU: there the result can be printed
# - `"c"`: an error
# - `"d"`: that depends on the order: the result is where the left one is

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "c"
### END SOLUTION

# %%
check("predict-3")

# %% tags=["simulated"] id="two-devices"
try:
    on_gpu + readings
except RuntimeError as problem:
    print(problem)
print((on_gpu + readings.to("cuda")).device)

# %% [markdown]
# A copy between CPU and GPU takes time. PyTorch does not make one behind your back: you say where the numbers shall go. Lesson 9 is about the GPU.

# %% [markdown]
# ## What NumPy lacks
#
# Up to here a tensor looks much like a NumPy array. Ask both for more:

# %% id="attributes"
array = np.array([[18.5, 21.0, 19.5],
                  [17.0, 22.5, 20.0]])
print("fact           array  tensor")
for fact in ["shape", "dtype", "requires_grad", "grad", "grad_fn"]:
    answers = hasattr(array, fact), hasattr(readings, fact)
    print(f"{fact:14} {answers[0]!s:6} {answers[1]}")
print(array.dtype, readings.dtype)
print(array.device)

# %% [markdown]
# - An array has no **history**. `requires_grad`, `grad` and `grad_fn` belong to PyTorch's record of how a result was computed.
# - An array has no choice of **device**. Since NumPy 2 it has the attribute, and there it always says `cpu`.
# - The **default dtype** is another. The same list became `float64` in NumPy and `float32` here.
#
# The history is what learning needs. Here is a cost that grows the further a temperature is from 20 degrees. At 23 degrees, how fast does it grow?


# %% id="gradient"
def cost(temperature):
    return (temperature - 20.0) ** 2


t = torch.tensor(23.0, requires_grad=True)
now = cost(t)
now.backward()
print(now)
print(t.grad)

before, after = cost(np.array([23.0, 23.001]))
print(f"{(after - before) / 0.001:.3f}")

# %% [markdown]
# `backward()` went through the record of the computation and found the slope: 2 · (23 - 20) = 6. NumPy computed the same cost. But it kept no record, so the slope had to be guessed by moving the temperature a little. For one number that is easy. A network may have millions.
#
# Look at the inspector once more. In the section *Graph* there is now a picture, from `t` to `now`. That is the record. Lesson 6 is about it.
#
# An array can also hold what a tensor cannot: texts, for example.

# %% id="texts"
print(np.array(["Monday", "Tuesday"]))
try:
    torch.tensor(["Monday", "Tuesday"])
except ValueError as problem:
    print(problem)

# %% [markdown]
# ## Your turn
#
# Three exercises. In each, replace the lines that raise `NotImplementedError`, or the `...`, by your own.
#
# ### 1. The facts of a tensor
#
# Fill in three blanks. For `week`, of the shape `(7, 2, 3)` and dtype `float32`, `facts(week)` gives `(3, 42, 168)`.


# %% exercise="q1" id="q1"
def facts(tensor):
    # blank 1: let dims be the number of dimensions
    ### BEGIN SOLUTION
    dims = tensor.dim()
    ### END SOLUTION
    # blank 2: let elements be the number of elements
    ### BEGIN SOLUTION
    elements = tensor.numel()
    ### END SOLUTION
    # blank 3: let size be the number of bytes that all these elements take
    ### BEGIN SOLUTION
    size = elements * tensor.element_size()
    ### END SOLUTION
    return dims, elements, size


# %%
check("q1")

# %% [markdown]
# ### 2. A picture for a network
#
# A grey picture is a tensor of `uint8` with the shape `(height, width)`. A network for pictures wants something else: `float32`, numbers from 0 to 1, and the shape `(1, 1, height, width)`. The first 1 says that there is one picture, the second that it has one colour channel.
#
# Write `as_batch(image)`. It returns the picture as the network wants it: 0 becomes 0.0, and 255 becomes 1.0. It works for every height and width, and leaves `image` as it was.
#
# Two tools: `unsqueeze(d)` returns a tensor with a new dimension of length 1 at place `d`. `reshape(...)` returns one of the shape you name.


# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def as_batch(image):
    height, width = image.shape
    return image.float().reshape(1, 1, height, width) / 255


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Two errors in one line
#
# A colleague has two plans for weighing the three times of day. Each row of `importance` is a plan. For each day and each plan she wants the sum of the day's readings, each times its weight. That is a matrix product. Her first try fails, and her second fails too:

# %% id="errors"
importance = torch.tensor([[1, 2, 1], [0, 1, 3]])

try:
    readings @ importance
except RuntimeError as problem:
    print("first: ", problem)
try:
    readings @ importance.T
except RuntimeError as problem:
    print("second:", problem)

# %% [markdown]
# Investigate. Which of the three facts is each message about? `.T` swaps the two dimensions of a matrix: print some shapes and dtypes.
#
# - `first_trouble` and `second_trouble`: each is `"shape"`, `"dtype"` or `"device"`.
# - `weighted(readings, importance)`: returns the sums. Row `i`, column `k` of the result belongs to day `i` and plan `k`. For the tensors above, the result begins with 80.0: 18.5 + 2 · 21.0 + 19.5. The result is a `float32`, like `readings`.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
first_trouble = "shape"
second_trouble = "dtype"


def weighted(readings, importance):
    return readings @ importance.float().T


### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - Each storage here was made for one tensor, and read from its beginning to its end, except by `second_day`. Lesson 3 shows other ways to read one.
# - There are more dtypes: `float16` and `bfloat16`, `int8`, `int16`, `int32`, and complex numbers.
# - When two dtypes meet in `+` or `*`, PyTorch finds a common one: `readings + counts` works. The matrix product `@` wants both to be the same.
# - A tensor without dimensions may stay on the CPU when it meets one on the GPU: `on_gpu + torch.tensor(1.0)` works.
#
# ## Where PyTorch differs
#
# - PyTorch's tensors are not built from NumPy arrays, although one often reads so. PyTorch has its own storages and its own kernels in C++. Our engine does compute with NumPy, so that you can read how.
# - PyTorch has no simulated GPU. Where there is none, `readings.to("cuda")` raises an error.
# - The inspector is ours. It can read PyTorch's tensors as well as our own.
#
# ## What to take along
#
# A tensor is a storage with numbers, and a way of reading it. Its shape, its dtype and its device are there to be asked. When a line fails, print them for everything that goes in: one of them is what the message is about.
