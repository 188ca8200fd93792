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
# # Cutting the graph
#
# About 55 minutes. You need lesson 6, *The backward graph*, and a little of lesson 7.
#
# ## Why
#
# A training loop leaves the graph all the time: to take a step, to plot a loss, to hold a target fixed. There are several ways to leave, and they look alike. Take the wrong one and you get a gradient of `None`, an error a hundred lines later, or a gradient that is wrong and says nothing.

# %% id="setup" tags=["setup"]
import warnings

import minitorch_edu as torch
import numpy as np
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "08_cutting_the_graph"

# %% [markdown]
# ## Ten lines
#
# Five ways out. `result` stays in the graph; `detached`, `quiet`, `fast`, `data` and `array` are outside, each in its own way.

# %% id="ten-lines"
x = torch.tensor([1.0, 2.0, 3.0])
w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
result = x * w
detached = result.detach()
with torch.no_grad():
    quiet = x * w
with torch.inference_mode():
    fast = x * w
data = w.data
array = w.detach().numpy()


def describe(**tensors):
    print("name      requires_grad  grad_fn       inference")
    for name, tensor in tensors.items():
        node = None if tensor.grad_fn is None else tensor.grad_fn.name()
        print(f"{name:9} {tensor.requires_grad!s:14} {node!s:13} {tensor.is_inference()}")


describe(result=result, detached=detached, quiet=quiet, fast=fast, data=data)

# %% [markdown]
# Only `result` has a node. The other tensors do not require a gradient, and no path leads from them to `w`.
#
# - `detach()` and `.data` work on **one tensor**. They give another tensor on the same bytes, without the history.
# - `no_grad()` and `inference_mode()` work on **a stretch of code**. What is computed inside is not recorded.
# - `.numpy()` gives the bytes to a library that knows no graph.
#
# Which of them share bytes with what they came from? Ask where the first number of each stands in memory.

# %% id="same-bytes"
print("detached and result:", detached.data_ptr() == result.data_ptr())
print("data and w:         ", data.data_ptr() == w.data_ptr())
print("array and w:        ", np.shares_memory(array, w.detach().numpy()))
print("quiet and result:   ", quiet.data_ptr() == result.data_ptr())

# %% [markdown]
# `quiet` was computed by a multiplication of its own, so it has bytes of its own. `no_grad()` copies nothing and shares nothing: it only stops the recording.

# %% [markdown]
# ## Predict: half of a product
#
# The next cell will multiply a tensor by its own detached self:
#
# ```python
# v = torch.tensor(3.0, requires_grad=True)
# square = v * v                        # 9
# loss = square * square.detach()       # 81
# loss.backward()
# ```
#
# Without the `detach()`, `loss` would be `v` to the fourth, and `v.grad` would be 4 · 3 · 3 · 3 = 108. What is it now?
#
# - `"a"`: `None`, because `square` was detached
# - `"b"`: 54
# - `"c"`: 108, because the value of `loss` is the same
# - `"d"`: there is none: `backward()` raises an error, because the graph is cut

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")

# %% id="half"
v = torch.tensor(3.0, requires_grad=True)
square = v * v
loss = square * square.detach()
loss.backward()
print(v.grad)
print(square.grad_fn.name())

# %% [markdown]
# `square` still has its node. `detach()` did nothing to it: the tensor that it *returned* has none. One factor leads back to `v`, with a gradient of 9 · 6 = 54. The other counts as the constant 9.
#
# This is what `detach()` is for: to say "take this as a number". Targets in reinforcement learning are made like this, and teachers in self-supervised learning.

# %% [markdown]
# ## Code that is not recorded
#
# Inside `no_grad()` and `inference_mode()` every result is outside the graph. What existed before is left as it was, and what `w` is does not change: it still requires a gradient.

# %% id="modes"
with torch.no_grad():
    print(w.requires_grad, (x * w).requires_grad)
print(w.requires_grad, (x * w).requires_grad)


@torch.no_grad()
def evaluate(inputs):
    return (inputs * w).sum()


print(evaluate(x))

# %% [markdown]
# Both can stand before a function, too, as a decorator. Then nothing the function computes is recorded.
#
# `inference_mode()` does the same and goes further: a tensor made inside can never take part in a graph. PyTorch need not count the writes into it. The price is that some things are refused afterwards.

# %% id="inference"
attempts = {
    "read its version": lambda: fast._version,
    "multiply it by w": lambda: fast * w,
    "write into it": lambda: fast.add_(1.0),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except RuntimeError as problem:
        print(f"{name}: {str(problem).split('.')[0]}")
print((fast.clone() * w).grad_fn.name())

# %% [markdown]
# The multiplication is refused because its node would save `fast`, to find the gradient of `w`. A `clone()` made outside is an ordinary tensor, and works.
#
# A rule of thumb: `inference_mode()` when a model only answers, `no_grad()` when what comes out may meet a graph again. And neither of them is `model.eval()`: that changes how some layers compute, and records as before.

# %% [markdown]
# ## Look: where was it cut?
#
# Here is a model whose loss has no way back. `backward()` says so, in words that do not tell you where to look.

# %% id="cut"
hidden = (x * w).detach()
loss = (hidden ** 2).sum()
try:
    loss.backward()
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# Ask `why`. The picture shows the road from `w` to `loss`, with scissors at the place where the history was cut, the line that did it, and what would have been recorded otherwise.

# %% tags=["widget"] id="why"
from minitorch_widgets import why

why(loss)

# %% [markdown]
# ## The road to NumPy
#
# One exit leads to NumPy. It has a gate: a tensor that requires a gradient gives no array just so.

# %% id="numpy"
try:
    w.numpy()
except RuntimeError as problem:
    print(problem)
try:
    np.tanh(w)
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# The second line did not mention `numpy()`. But `np.tanh` needs an array, and asks the tensor for one.
#
# The gate is there because NumPy records nothing: you would lose the gradient without a word. Where nothing is recorded anyway, there is nothing to lose, and the gate is open:

# %% id="gate"
print(w.detach().numpy())
with torch.no_grad():
    print(w.numpy())
print(w.tolist())

# %% [markdown]
# `tolist()` and `item()` never ask: they give Python numbers, which are copies. So they lose the gradient without a word.
#
# There is a second kind of refusal. NumPy has no type for `bfloat16`, so there is no array to give. Here `detach()` is no help; a cast is.

# %% id="bfloat16"
small = torch.ones(2, dtype=torch.bfloat16)
try:
    small.numpy()
except TypeError as problem:
    print(problem)
print(small.float().numpy())

# %% tags=["widget"] id="road"
from minitorch_widgets import road_to_numpy

road_to_numpy(w)

# %% [markdown]
# The picture shows the gates in their order, what a shut one says, and which call opens it. The `cpu()` gate is open here, since `w` is on the CPU. The lesson on the GPU shuts it.

# %% [markdown]
# ## Writing into what the graph holds
#
# A training step writes into a weight. Try it the plain way:

# %% id="leaf-write"
try:
    w -= 0.1
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# `w` is a leaf: its value is where the record begins. A recorded write would make it a result. You want to change the numbers and record nothing, so:

# %% id="step"
before = w
with torch.no_grad():
    w -= 0.1
print(w)
print("the same tensor:", w is before, " version:", w._version)

# %% [markdown]
# `w` is the same tensor and still a leaf that requires a gradient. Each write through a tensor counts up its `_version`.
#
# Compare the line that looks almost the same, `w = w - 0.1`. It writes nothing: it makes a new tensor and gives it the name.

# %% id="rebind"
p = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.no_grad():
    p = p - 0.1
print(p, p.requires_grad)
try:
    (p ** 2).sum().backward()
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# The new `p` was made where nothing is recorded. The training ends here, one step later, with the error you saw before.

# %% [markdown]
# ## Predict: two ways to write
#
# `tanh` saves its *result* for the backward pass, because the slope of tanh is 1 - result². Now somebody sets that result to zero before `backward()`:
#
# ```python
# t = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
# y = torch.tanh(t)
# loss = y.sum()
# y.detach().zero_()        # or: y.data.zero_()
# loss.backward()
# ```
#
# Both `y.detach()` and `y.data` stand on the bytes of `y`. With which of them does `backward()` raise an error?
#
# - `"a"`: with both: the saved numbers are gone
# - `"b"`: only with `y.detach()`
# - `"c"`: only with `y.data`
# - `"d"`: with neither: both are outside the graph, so what happens to them is no business of the graph

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "b"
### END SOLUTION

# %%
check("predict-2")

# %% id="two-writes"
def slope_after(write):
    t = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
    y = torch.tanh(t)
    loss = y.sum()
    write(y)
    try:
        loss.backward()
    except RuntimeError as problem:
        return str(problem).split(". Hint")[0]
    return t.grad


print("no write:      ", slope_after(lambda y: None))
print("y.data:        ", slope_after(lambda y: y.data.zero_()))
print("y as an array: ", slope_after(lambda y: y.detach().numpy().fill(0.0)))
print("y.detach():    ", slope_after(lambda y: y.detach().zero_()))

# %% [markdown]
# Read it from above. The right slopes are 1, 0.42 and 0.0707. After the write through `.data` they are 1, 1 and 1, wrong, and nothing was said. NumPy did the same. After the write through `detach()` there is an error.
#
# A detached tensor shares the bytes *and the counter of versions*. So `backward()` sees that the version is 1 where 0 was saved. `.data` has a counter of its own, and NumPy has none.
#
# You will find advice that says `.data` and `detach()` are the same. They are, until somebody writes. Write `detach()`.

# %% [markdown]
# ## Look: the time bomb
#
# The error comes at `backward()`, and that may be far from the line to blame. Between the two lies a time bomb. This cell sets one, and does not call `backward()`:

# %% id="bomb"
t = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
y = torch.tanh(t)
loss = y.sum()
with torch.no_grad():
    y += 1.0
print("version of y:", y._version)

# %% [markdown]
# No error yet. But `time_bombs` compares the saved versions with those of now, and tells you what `backward()` will say, who saved and who wrote:

# %% tags=["widget"] id="time-bombs"
from minitorch_widgets import time_bombs

time_bombs(loss)

# %% [markdown]
# The picture proposes ways out, with the lines to change. Three are usual. Each of them lets `backward()` find the numbers it has saved:
#
# 1. **Make a new tensor** instead of writing: `y = y + 1.0`.
# 2. **Write into a copy**: `y = y.clone()`, and then `y += 1.0`.
# 3. **Write later**, after `backward()`.

# %% id="ways-out"
def first_way(t):
    y = torch.tanh(t)
    loss = y.sum()
    y = y + 1.0
    loss.backward()


def second_way(t):
    y = torch.tanh(t)
    loss = y.sum()
    y = y.clone()
    y += 1.0
    loss.backward()


def third_way(t):
    y = torch.tanh(t)
    loss = y.sum()
    loss.backward()
    with torch.no_grad():
        y += 1.0


for way in (first_way, second_way, third_way):
    t = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
    way(t)
    print(way.__name__, t.grad)

# %% [markdown]
# Not every write is a bomb. It takes a node that saved the tensor and has not used it yet. An addition saves neither of its operands, so a write after it does no harm:

# %% id="harmless"
t = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
y = t + 1.0
loss = y.sum()
with torch.no_grad():
    y += 1.0
loss.backward()
print("version of y:", y._version, " t.grad:", t.grad)

# %% [markdown]
# ## Predict: a weight made smaller
#
# Many begin with small random weights, and write it like this:
#
# ```python
# small = torch.ones(3, requires_grad=True) * 0.1
# loss = (x * small).sum()
# loss.backward()
# ```
#
# What is `small.grad`?
#
# - `"a"`: [1, 2, 3], the numbers of `x`
# - `"b"`: [0.1, 0.2, 0.3]: the factor 0.1 belongs to the chain
# - `"c"`: zeros: nothing has been learned yet
# - `"d"`: `None`

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "d"
### END SOLUTION

# %%
check("predict-3")

# %% id="not-a-leaf"
small = torch.ones(3, requires_grad=True) * 0.1
loss = (x * small).sum()
loss.backward()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(small.grad, small.is_leaf)
print(str(caught[0].message).split(". ")[0])

small = (torch.ones(3) * 0.1).requires_grad_()
loss = (x * small).sum()
loss.backward()
print(small.grad, small.is_leaf)

# %% [markdown]
# `small` is a product, so it is no leaf. The leaf is the tensor of ones, and no name stands for it. The warning says that you asked a tensor which is not a leaf. Compute first, then ask for a gradient: then `small` is the leaf.

# %% [markdown]
# ## Why is grad None?
#
# `None` is not zero. It means that no gradient was put there. There are six usual reasons:
#
# | the reason | how to see it |
# |---|---|
# | `backward()` has not run yet, or `grad` was set to `None` after it | look at the order of your lines |
# | nobody asked: `requires_grad` is `False` | `w.requires_grad` |
# | it is not a leaf | `w.is_leaf`; `retain_grad()` keeps it |
# | the loss does not use it | no path in the graph leads to it |
# | the path is cut: `detach()`, `.data`, `no_grad()`, NumPy, `item()`, `torch.tensor(...)` of a tensor | `why(w)` |
# | the name now stands for another tensor, as with `p = p - 0.1` | keep the old one under another name, and compare with `is` |
#
# The cell makes the first five. Some operations cut as well: the results of a comparison and of `argmax` have no node, for there is no slope to pass on.

# %% id="reasons"
def fresh():
    return torch.tensor([1.0, 2.0], requires_grad=True)


early, unasked, unused, cut = fresh(), torch.ones(2), fresh(), fresh()
pending = (early * 2.0).sum()
result = fresh() * 2.0
(result + unasked + cut.detach()).sum().backward()

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print([tensor.grad for tensor in (early, unasked, result, unused, cut)])
print((cut > 1.0).requires_grad, cut.argmax().requires_grad)

# %% [markdown]
# ## Your turn
#
# ### 1. A training step
#
# Fill in two blanks. `step(parameters, rate)` does what an optimizer does: from each parameter it subtracts `rate` times its gradient. A parameter without a gradient stays as it is. The tensors in the list stay the same tensors and stay leaves.

# %% exercise="q1" id="q1"
def step(parameters, rate):
    for parameter in parameters:
        # blank 1: if this parameter has no gradient, go on with the next one
        ### BEGIN SOLUTION
        if parameter.grad is None:
            continue
        ### END SOLUTION
        # blank 2: change the numbers of the parameter, without recording it
        ### BEGIN SOLUTION
        with torch.no_grad():
            parameter -= rate * parameter.grad
        ### END SOLUTION

# %%
check("q1")

# %% [markdown]
# ### 2. An array of your own
#
# Write `to_array(tensor)`. It returns a NumPy array with the numbers of a tensor on the CPU, whether that requires a gradient or not. The array has bytes of its own, so a write into it leaves the tensor alone. It keeps the type: a float32 tensor gives a float32 array. The tensor stays what it is.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def to_array(tensor):
    return tensor.detach().numpy().copy()
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. A target that holds still
#
# In reinforcement learning the value of a state is pulled towards a *target*: the reward, plus 0.9 times the value of the next state. The target is a wish. It should not move towards the prediction, so no gradient may go there.
#
# Write `pull(value, next_value, reward)`. It returns the mean of (value - target)², with target = reward + 0.9 · next_value. After `backward()` the gradient has reached `value`, and it has not gone into `next_value`.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
def pull(value, next_value, reward):
    target = reward + 0.9 * next_value.detach()
    return ((value - target) ** 2).mean()
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ### 4. Find the bomb
#
# This loss raises an error at `backward()`. Run the cell, and use `time_bombs(loss)` if you like.

# %% id="broken"
def broken(x, w):
    hidden = torch.tanh(x * w)
    scaled = hidden * 2.0
    hidden += 1.0
    scaled += 1.0
    return (hidden + scaled).sum()


loss = broken(x, w)
try:
    loss.backward()
except RuntimeError as problem:
    print(str(problem).split(". Hint")[0])

# %% [markdown]
# - `saver`: the name of the node that has saved what was written over. A string, such as `"AddBackward0"`.
# - `mended(x, w)`: computes the same loss from `x` and `w`, with the right gradient, and leaves `x` and `w` as they are.

# %% exercise="q4" id="q4"
### BEGIN SOLUTION
saver = "TanhBackward0"


def mended(x, w):
    wave = torch.tanh(x * w)
    shifted = wave + 1.0
    doubled = 2.0 * wave + 1.0
    return (shifted + doubled).sum()
### END SOLUTION

# %%
check("q4")

# %% [markdown]
# ## What was simplified
#
# - Which operations save what was told for `tanh` and for addition only. The inspector shows it for every node.
# - All writes filled or shifted a whole tensor. A write into a view counts in the version of the tensor it looks at, since both share one counter.
# - `torch.set_grad_enabled(False)` and `torch.enable_grad()` switch recording off and on as well. Leaving a block restores what was before it.
#
# ## Where PyTorch differs
#
# - PyTorch has `inference_mode()` to save time, since less is kept and counted. Here only its rules are the point.
# - PyTorch has nothing like `time_bombs`: there you learn of the bomb when it goes off. `torch.autograd.set_detect_anomaly(True)` then tells you which forward line made the node that failed. It does not name the line that wrote.
# - The texts of all errors above are PyTorch's.
#
# ## What to take along
#
# `detach()` leaves with one tensor, `no_grad()` with a stretch of code. Neither changes what exists. `detach()` shares bytes and versions, `.data` only bytes, and NumPy knows neither graph nor version. A write over what a node has saved is a bomb: make a new tensor, copy, or write later. And if `grad` is `None`, ask which of six reasons it is.
