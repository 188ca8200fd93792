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
# # Indexing and broadcasting
#
# About 55 minutes. You need Python, and to know what a shape and a storage are (lessons 1 and 3).
#
# ## Why
#
# A model is trained. No error, no warning, the loss falls for a while and then stays where it is. The predictions are all the same number. The reason is one missing dimension: predictions of shape (N, 1) were subtracted from targets of shape (N,), and out came N × N numbers. To see it coming you need two rules: which dimensions an index leaves, and how two shapes meet.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "05_indexing_and_broadcasting"

# %% [markdown]
# ## Ten lines
#
# A table of three rows and four columns, and five ways to take something out of it.

# %% id="ten-lines"
table = torch.arange(12).reshape(3, 4)
row = table[1]
column = table[:, 2]
block = table[1:, ::2]
picked = table[[0, 2]]
mask = table > 6
large = table[mask]
print(table)
print("row   ", row)
print("column", column)
print("block ", block)
print("picked", picked)
print("large ", large)

# %% [markdown]
# The entries of an index belong to the dimensions, from the left. Where entries are missing, `:` is meant. There are two kinds of entries:
#
# - **Basic**: a number, a slice such as `1:` or `::2`, `None`, `...`
# - **Advanced**: a list or a tensor of numbers, or a mask, which is a tensor of `True` and `False`
#
# A mask stands for as many dimensions as it has: `table > 6` has two, so `table[mask]` is a plain row of the numbers where it is `True`.
#
# A number *removes* its dimension. A slice keeps it, even if it takes only one element:

# %% id="dimensions"
print("table[1]       ", tuple(table[1].shape))
print("table[1:2]     ", tuple(table[1:2].shape))
print("table[:, 2]    ", tuple(table[:, 2].shape))
print("table[:, 2:3]  ", tuple(table[:, 2:3].shape))
print("table[:, 2, None]", tuple(table[:, 2, None].shape))
print("table[1, 2]    ", tuple(table[1, 2].shape))

# %% [markdown]
# `None` puts a new dimension of size 1 where it stands. So `table[:, 2]` and `table[:, 2:3]` hold the same three numbers, one with shape (3,) and the other with shape (3, 1). Keep this in mind: it is how the accident above begins.

# %% [markdown]
# ## Predict: who writes into the table?
#
# Both of these take the first two rows, one with a slice and one with a list. Then a number is written into each:
#
# ```python
# sliced = table[0:2]
# listed = table[[0, 1]]
# sliced[0, 0] = 100
# listed[0, 1] = 200
# ```
#
# What is `table[0]` afterwards? It was [0, 1, 2, 3].
#
# - `"a"`: [100, 200, 2, 3]
# - `"b"`: [100, 1, 2, 3]
# - `"c"`: [0, 200, 2, 3]
# - `"d"`: [0, 1, 2, 3]

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")


# %% id="who-writes"
def shares(one, other):
    """Whether two tensors have the same storage."""
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


sliced = table[0:2]
listed = table[[0, 1]]
sliced[0, 0] = 100
listed[0, 1] = 200
print(table[0])
print("sliced shares the storage:", shares(sliced, table))
print("listed shares the storage:", shares(listed, table))
table[0, 0] = 0

# %% [markdown]
# The rule: **basic indexing gives a view, and advanced indexing gives a copy.** One advanced entry is enough for a copy, whatever stands beside it.
#
# The reason is the storage. What a slice selects lies at even distances, so an offset and a stride describe it, and nothing needs to be copied. The rows 0 and 2 of a table lie like that too, but the rows 0, 1 and 3 do not. PyTorch does not ask which numbers stand in a list: a list always copies. Look at the memory in the inspector, where `row`, `column` and `block` look at the storage of `table`, while `picked` and `large` have their own.

# %% id="kinds"
for name, part in {
    "table[1, 2]": table[1, 2],
    "table[::2]": table[::2],
    "table[[0, 2]]": table[[0, 2]],
    "table[0:2, [1]]": table[0:2, [1]],
    "table[mask]": table[mask],
}.items():
    print(f"{name:16}", "view" if shares(part, table) else "copy")

# %% [markdown]
# ### On the left of `=`
#
# An index on the left of `=` reads nothing. It says where to write, and so it always writes into the table itself, masks and lists included. But only the last index in a chain is on the left: whatever stands before it is read first.

# %% id="assign"
counts = torch.zeros(4, dtype=torch.int64)
counts[[1, 3]] = 5
print(counts)
counts[[1, 3]][0] = 7
print(counts)
counts[[0, 0, 0]] += 1
print(counts)

# %% [markdown]
# The second line wrote its 7 into a copy, which was then dropped. The third added 1 to element 0 once, not three times: `+=` reads the three zeros, adds 1 to each, and writes 1 three times to the same place. If you want to add up, say so: `counts.index_add_(0, places, values)`.

# %% [markdown]
# ### Two lists
#
# Two lists in one index do not cut out a block. They are read side by side, like the two coordinates of points:

# %% id="pairs"
print(table[[0, 2], [1, 3]])
rows = torch.tensor([[0], [2]])
columns = torch.tensor([1, 3])
print(table[rows, columns])

# %% [markdown]
# The first line took the elements at (0, 1) and (2, 3). The second index did give a block: its rows have shape (2, 1), its columns have shape (2,), and together they make a 2 by 2 table of pairs. That meeting of two shapes is broadcasting.

# %% [markdown]
# ## Broadcasting
#
# When two tensors of different shapes meet in `+`, `-`, `*`, `<` and their like, PyTorch writes the shapes under each other, **aligned on the right**, and compares size by size:
#
# - equal sizes: fine
# - one of them is 1: it is stretched to the other
# - one of them is missing: it counts as 1, and is stretched
# - anything else: an error

# %% id="rule"
print(tuple(torch.broadcast_shapes((3, 4), (4,))))
print(tuple(torch.broadcast_shapes((3, 1), (1, 4))))
print(tuple(torch.broadcast_shapes((5, 1, 4), (3, 1))))
try:
    torch.zeros(3, 4) + torch.zeros(3)
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# The last one surprises many. A table of 3 rows and 3 numbers, one for each row: is it not plain what is meant? To the rule it is not. It aligns on the right, so it compares the 3 with the 4 columns. To have a number for each row, give it shape (3, 1): `torch.zeros(3)[:, None]`.
#
# Stretching copies nothing. The stride of a stretched dimension is 0: the next element is the same element.

# %% id="stretched"
one_row = torch.tensor([1.0, 2.0, 3.0])
stretched = one_row.expand(4, 3)
print(stretched)
print("stride:", stretched.stride(), " shares the storage:", shares(stretched, one_row))

# %% [markdown]
# ## Predict: prediction minus target
#
# A linear model gives one number for each of three examples, so its output has shape (3, 1). The targets were read from a column of a table, so they have shape (3,).
#
# ```python
# prediction = torch.tensor([[1.0], [2.0], [3.0]])
# target = torch.tensor([1.0, 2.0, 3.0])
# error = prediction - target
# ```
#
# Every prediction is right. What is `error`?
#
# - `"a"`: three zeros, shape (3, 1)
# - `"b"`: three zeros, shape (3,)
# - `"c"`: shape (3, 3), and not all of it is zero
# - `"d"`: there is none: the shapes differ, so PyTorch raises an error

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "c"
### END SOLUTION

# %%
check("predict-2")

# %% id="n-by-n"
prediction = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
target = torch.tensor([1.0, 2.0, 3.0])
error = prediction - target
print(error)
print("loss:", (error**2).mean())

# %% [markdown]
# Do it by the rule. Align (3, 1) and (3,) on the right: the 1 stands above the 3, and is stretched to 3 columns. Then the 3 of the prediction stands above nothing, so the target is stretched to 3 rows. Both are stretched, and each prediction meets each target.
#
# ## Look: who is read how often?
#
# The picture shows both as they are read. Dashed numbers are read again.

# %% tags=["widget"] id="look"
from minitorch_widgets import broadcast

broadcast(prediction, target)

# %% [markdown]
# ## A loss that is silently wrong
#
# `mean()` turns the nine numbers into one, and one number is a perfectly good loss. `backward()` works, the shapes of the gradients are right, and an optimizer takes its steps. What does a model learn from it? Here are twenty points on a line with slope 3 and intercept 1, and a model with a weight and a bias:

# %% id="points"
x = torch.linspace(-1.0, 1.0, 20)[:, None]
y = 3.0 * x[:, 0] + 1.0
print(tuple(x.shape), tuple(y.shape))


def fit(loss_of):
    """The weight and the bias after 500 steps of gradient descent."""
    weight = torch.tensor(0.5, requires_grad=True)
    bias = torch.tensor(0.0, requires_grad=True)
    for _ in range(500):
        loss = loss_of(x * weight + bias, y)
        weight.grad = bias.grad = None
        loss.backward()
        with torch.no_grad():
            weight -= 0.1 * weight.grad
            bias -= 0.1 * bias.grad
    return weight, bias, loss


# %% [markdown]
# ## Predict: what does it learn?
#
# `x * weight + bias` has shape (20, 1), `y` has shape (20,). The loss is `((prediction - target) ** 2).mean()`. After 500 steps, what are weight and bias?
#
# - `"a"`: weight 3 and bias 1: it takes longer, but the right answer still has the smallest loss
# - `"b"`: weight 0 and bias 1: the same prediction for every x
# - `"c"`: they grow without bound, since the loss is 20 times too large
# - `"d"`: weight 0.5 and bias 0, as at the start: the errors cancel

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "b"
### END SOLUTION

# %%
check("predict-3")

# %% id="silent"
wrong_weight, wrong_bias, wrong_loss = fit(lambda prediction, target: ((prediction - target) ** 2).mean())
print(
    f"silent: weight {abs(wrong_weight.item()):.2f}  bias {wrong_bias.item():.2f}  loss {wrong_loss.item():.2f}"
)
weight, bias, loss = fit(lambda prediction, target: ((prediction[:, 0] - target) ** 2).mean())
print(f"mended: weight {weight.item():.2f}  bias {bias.item():.2f}  loss {loss.item():.2f}")

# %% [markdown]
# Every prediction is compared with *every* target. The number with the smallest mean squared distance to all targets is their mean, and the mean of `y` is 1. So that is what the model learns to say, whatever `x` is. The loss stops at 3.32: this is the mean squared distance of the targets from their mean, the least that a constant can reach.

# %% id="figure"
import matplotlib.pyplot as plt
from minitorch_lessons import described

figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
axes.plot(x[:, 0].tolist(), y.tolist(), "o", color="0.55", label="targets")
for w, b, style, label in [
    (weight, bias, "-", "mended"),
    (wrong_weight, wrong_bias, "--", "(20, 1) minus (20,)"),
]:
    axes.plot(x[:, 0].tolist(), (x[:, 0] * w + b).tolist(), style, color="black", label=label)
axes.set(xlabel="x", ylabel="y")
axes.legend()
described(
    figure,
    "Twenty targets on a rising line from y = -2 to y = 4. The line of the mended model goes through all of them. The line of the silently wrong model is flat at y = 1, the mean of the targets.",
)

# %% [markdown]
# PyTorch's own `mse_loss` warns you. A subtraction does not: it cannot know that you did not mean it.

# %% id="warning"
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    torch.nn.functional.mse_loss(prediction, target)
print(str(caught[0].message).split(". ")[0])

# %% [markdown]
# What helps: `prediction.squeeze(1)` or `prediction[:, 0]` before the loss, or a target with shape (N, 1). And one line that costs nothing: `assert prediction.shape == target.shape`.

# %% [markdown]
# ## The sum on the way back
#
# A stretched element is used many times. When a value is used many times its gradients are added, and so the way back from broadcasting is a **sum** over every stretched dimension. Press *backward: sum* in the picture above to see which gradients come together.

# %% id="sum-back"
a = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
b = torch.tensor([10.0, 20.0], requires_grad=True)
product = a * b
product.retain_grad()
product.sum().backward()
print(tuple(product.grad.shape), tuple(a.grad.shape), tuple(b.grad.shape))
print(a.grad)
print(b.grad)

# %% [markdown]
# `product` has shape (3, 2), and its gradient is all ones. Each element of `a` met 10 and 20, so it receives 10 + 20. Each element of `b` met 1, 2 and 3, so it receives 1 + 2 + 3. And the gradient of each has the shape of the tensor it belongs to: `a` keeps its dimension of size 1, and `b` never had a second one.

# %% [markdown]
# ## Your turn
#
# Four exercises. In each, replace the lines that raise `NotImplementedError`, or the `...`, by your own.
#
# ### 1. Three pieces of a table
#
# Fill in three blanks. `t` is a tensor with two dimensions and at least two rows and columns. One index, or two in a row, is enough for each.


# %% exercise="q1" id="q1"
def pieces(t):
    # blank 1: let last be the last column, with shape (rows, 1), and as a view of t
    ### BEGIN SOLUTION
    last = t[:, -1:]
    ### END SOLUTION
    # blank 2: let positive be the rows of t whose first number is positive, as a table
    ### BEGIN SOLUTION
    positive = t[t[:, 0] > 0]
    ### END SOLUTION
    # blank 3: let corners be the four corners of t, with shape (2, 2)
    ### BEGIN SOLUTION
    corners = t[[0, -1]][:, [0, -1]]
    ### END SOLUTION
    return last, positive, corners


# %%
check("q1")

# %% [markdown]
# ### 2. The rule
#
# Write `meet(first, second)`. Both are shapes: tuples of numbers. It returns the shape of the result of broadcasting as a tuple, and raises `ValueError` if the two do not fit. Do it yourself, without `torch.broadcast_shapes`.
#
# `meet((5, 1, 4), (3, 1))` is `(5, 3, 4)`.


# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def meet(first, second):
    result = []
    for place in range(1, max(len(first), len(second)) + 1):
        one = first[-place] if place <= len(first) else 1
        other = second[-place] if place <= len(second) else 1
        if one != other and 1 not in (one, other):
            raise ValueError(f"{one} against {other}")
        result.append(other if one == 1 else one)
    return tuple(reversed(result))


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. The way back
#
# Write `sum_back(grad, shape)`. A tensor of this shape was broadcast, and `grad` is the gradient of the result. Return the gradient of the tensor: it has the shape `shape`. PyTorch has `sum_to_size` for this; write your own.
#
# For a `grad` of ones with shape (3, 2), `sum_back(grad, (2,))` is [3, 3], and `sum_back(grad, (3, 1))` is [[2], [2], [2]].


# %% exercise="q3" id="q3"
### BEGIN SOLUTION
def sum_back(grad, shape):
    while grad.dim() > len(shape):
        grad = grad.sum(0)
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(dim, keepdim=True)
    return grad


### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ### 4. It worked in the test
#
# A colleague wants each row of a table to have mean 0 and size 1. The code was tried with a table of 3 by 3, and there was no error:

# %% id="suspicious"
scores = torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 60.0], [0.0, 5.0, 1.0]])
means = scores.mean(dim=1)
centered = scores - means
sizes = (centered**2).mean(dim=1).sqrt()
scaled = centered / sizes
print("means:", means)
print("the means of the rows afterwards:", scaled.mean(dim=1))

# %% [markdown]
# The means afterwards should be 0. Investigate; `broadcast(scores, means)` draws the first meeting.
#
# - `first_wrong`: the name of the first of `means`, `centered`, `sizes` and `scaled` that does not hold what its name promises. A string.
# - `standardized(scores)`: does it right, for tables of any number of rows and columns. The size of a row is the square root of the mean of its squares, after the mean was taken off.

# %% exercise="q4" id="q4"
### BEGIN SOLUTION
first_wrong = "centered"


def standardized(scores):
    centered = scores - scores.mean(dim=1, keepdim=True)
    sizes = (centered**2).mean(dim=1, keepdim=True).sqrt()
    return centered / sizes


### END SOLUTION

# %%
check("q4")

# %% [markdown]
# ## What was simplified
#
# - An advanced entry beside basic ones puts its dimension where it stands. Two advanced entries with a slice between them put theirs in front: `t[[0, 1], :, [0, 1]]`. When you need that, print the shape.
# - An in-place operation can stretch only what is on its right: `a += b` cannot make `a` larger.
# - `matmul` broadcasts too, but only the dimensions in front of the last two.
#
# ## Where PyTorch differs
#
# - From NumPy: a slice with a negative step raises an error in PyTorch, since its strides cannot be negative. `t.flip(0)` makes a copy in the other order.
# - From our engine: nothing that you saw in this lesson. The panel and `broadcast` are ours, and they can read PyTorch's tensors as well as our own.
#
# ## What to take along
#
# A number in an index removes a dimension, a slice keeps it. Slices give views, lists and masks give copies. Two shapes are compared from the right, and what is 1 or missing is stretched. (N, 1) against (N,) stretches both: every prediction against every target. On the way back, what was stretched is summed.
