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
# # The backward graph
#
# About 45 minutes. You need Python, a little NumPy, and the idea of a derivative.
#
# ## Why
#
# While you compute with tensors, PyTorch writes down how each result was made, and `loss.backward()` walks this record, the *backward graph*, to find the gradients. When a gradient is missing or wrong, the reason is in this graph: so it pays to be able to read it.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% [markdown]
# `minitorch_edu` is a small engine that speaks PyTorch. Every cell below that does not draw a picture runs just the same after `import torch`.
#
# The second line starts the **inspector**, the panel beside this notebook. It follows your variables: after each cell it shows the graph that leads to them and the memory that holds their numbers.
#
# This lesson has exercises. `check("...")` looks at your answer and tells you what holds, what does not, and a hint. You cannot break anything with it.

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "06_backward_graph"

# %% [markdown]
# ## Ten lines
#
# Three inputs, three weights, a bias, and a squared error: the smallest thing that can learn.

# %% id="ten-lines"
x = torch.tensor([1.0, 2.0, 3.0])
w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
product = x * w
total = product.sum()
prediction = total + b
error = prediction - 2.0
loss = error ** 2
print(prediction)
print(loss)

# %% [markdown]
# Both print a number, and something more: a `grad_fn`. That is the node of the graph that stands for the operation which made the tensor. `prediction` came out of an addition, so its node is an `AddBackward0`. `loss` came out of a power, so its node is a `PowBackward0`.
#
# The name says what the node is for. An `AddBackward0` does not add the numbers again: it knows how to pass a gradient *backward* through the addition.
#
# A tensor whose `grad_fn` is `None` is called a **leaf**. There the record begins.

# %% [markdown]
# ## Predict: who is a leaf?
#
# Do this before you run the cell after it. A prediction you write down, right or wrong, is worth more than an answer you read.
#
# Which of `x`, `w`, `b`, `product` and `loss` are leaves? Write their names in a list, such as `["w", "loss"]`.

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = ["x", "w", "b"]
### END SOLUTION

# %%
check("predict-1")

# %% [markdown]
# Now see for yourself.

# %%
def describe(**tensors):
    print("name     leaf   requires_grad  grad_fn")
    for name, tensor in tensors.items():
        node = None if tensor.grad_fn is None else tensor.grad_fn.name()
        print(f"{name:8} {tensor.is_leaf!s:6} {tensor.requires_grad!s:14} {node}")


describe(x=x, w=w, b=b, product=product, loss=loss)

# %% [markdown]
# `w` and `b` are leaves that require a gradient: they are what we want to learn. `x` is a leaf too, because no recorded operation made it. `product` and `loss` each have a node.
#
# We asked for a gradient twice, for `w` and for `b`. Nobody asked for one for `product`: `requires_grad` spread to it.

# %% [markdown]
# ## Predict: how does it spread?
#
# The next cell will compute `c = x * 2.0` and then `d = c + w`. Remember: `x` does not require a gradient, and `w` does. Which of the two results will?
#
# - `"a"`: neither `c` nor `d`
# - `"b"`: only `c`
# - `"c"`: only `d`
# - `"d"`: both

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "c"
### END SOLUTION

# %%
check("predict-2")

# %%
c = x * 2.0
d = c + w
describe(c=c, d=d)

# %% [markdown]
# An operation is recorded when at least one of its inputs requires a gradient. `x * 2.0` was computed, but there was nothing to record. So `c` has no node, and that makes it a leaf, although an operation made it.
#
# You can also tell PyTorch not to record. Inside `torch.no_grad()` the result of an operation does not require a gradient, whatever goes in.

# %%
with torch.no_grad():
    silent = x * w
describe(silent=silent)

# %% [markdown]
# ## Look: walk the graph
#
# Look at the graph in the inspector. The leaves are at the top, `loss` is at the bottom, and the numbers flowed downward. Backward goes the other way: it starts at `loss.grad_fn` and climbs.
#
# Every node knows where to go next. Its `next_functions` is a tuple with one pair for each tensor that the operation could pass a gradient to. The pair holds the node behind that tensor, and an index that says which of that node's outputs it was. In this lesson the index is always 0.

# %% id="walk"
def behind(node):
    """The names of the nodes that this node's gradients go to."""
    return [None if parent is None else parent.name() for parent, index in node.next_functions]


for node in [loss.grad_fn, error.grad_fn, prediction.grad_fn, total.grad_fn, product.grad_fn]:
    print(node.name(), "->", behind(node))

# %% [markdown]
# Read it slowly, one line at a time:
#
# - Behind `PowBackward0` there is one node, `SubBackward0`. It is the very node that `error` has as its `grad_fn`.
# - `SubBackward0` has two slots. The second is `None`: it belongs to the number `2.0`, which PyTorch turned into a tensor to subtract it. That needs no gradient, so there is nowhere to go.
# - `AddBackward0` has two slots that both lead on: one to `SumBackward0`, one to the leaf `b`.
# - `MulBackward0` has `None` in its first slot, for `x`, and something in its second, for `w`.
#
# Where a leaf that requires a gradient stands, the graph has a node named `AccumulateGrad`. Nothing is behind it. It holds the leaf in its `variable`, and adds what arrives to the leaf's `.grad`.

# %% id="accumulate"
print(loss.grad_fn.next_functions[0][0] is error.grad_fn)
accumulate = product.grad_fn.next_functions[1][0]
print(accumulate.name())
print(accumulate.variable is w)
print(accumulate.next_functions)

# %% [markdown]
# ## Look: step backward, one node at a time
#
# Run the next cell, then step with the buttons or with the arrow keys. Before each step, say what will come out. The walk begins with a gradient of 1, because the derivative of `loss` by itself is 1.

# %% tags=["widget"] id="steps"
from minitorch_widgets import backward_steps

backward_steps(loss)

# %% [markdown]
# This is what you should see. `error` is 3.5.
#
# | node | comes in | the rule | goes out |
# |---|---|---|---|
# | `PowBackward0` | 1 | 2 · `error` · incoming | 7 |
# | `SubBackward0` | 7 | pass it on | 7 |
# | `AddBackward0` | 7 | pass it on to both | 7 to `SumBackward0`, 7 to `b` |
# | `SumBackward0` | 7 | a copy for each element | [7, 7, 7] |
# | `MulBackward0` | [7, 7, 7] | incoming · `x` | [7, 14, 21] to `w` |
#
# When a gradient reaches `w` or `b`, the leaf's `AccumulateGrad` has a step of its own: it puts the gradient into `.grad`.
#
# No node knows the whole formula. Each knows its own rule, and the graph puts them together. That is the chain rule.
#
# Now the same in one go. Running the forward code again makes a *new* graph. The old one has been used up if you stepped to its end: its nodes have let go of the tensors they had saved.

# %% id="backward"
def forward():
    return ((x * w).sum() + b - 2.0) ** 2


w.grad = None
b.grad = None
loss = forward()
loss.backward()
print(w.grad)
print(b.grad)
print(x.grad)

# %% [markdown]
# `x.grad` is `None`. That is not zero: no gradient was computed for `x`, because nobody asked for one.
#
# By default only leaves keep a gradient. Gradients flow through `product` too, but they are dropped once they have been used. If you want to see one, say so before `backward()`:

# %%
product = x * w
product.retain_grad()
loss = (product.sum() + b - 2.0) ** 2
loss.backward()
print(product.grad)
print(w.grad)

# %% [markdown]
# Did you notice the second line? `w.grad` has doubled. `AccumulateGrad` *adds*: it had 7, 14, 21 from the cell before, and the same arrived again. If you do not want that, set `w.grad = None` first. A lesson of its own is about this.

# %% [markdown]
# ## From the graph to NumPy
#
# Sooner or later you want a NumPy array, to plot it or to hand it to another library. Ask for one, and PyTorch may refuse:

# %% id="numpy"
try:
    w.numpy()
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# An array holds numbers. It has no `grad_fn`, and no place to put one. Whatever NumPy computes from it is not recorded, so no gradient could come back through it. PyTorch does not let that happen silently: it wants you to say that you are leaving the graph.
#
# Inside `torch.no_grad()` nothing is recorded, and there PyTorch gives the array without a question. What helps everywhere is what the message says:

# %% id="ways-to-numpy"
with torch.no_grad():
    print(w.numpy())

outside = w.detach()
array = outside.numpy()
describe(w=w, outside=outside)

# %% [markdown]
# `detach()` changes nothing about `w`. It returns a new tensor that stands outside the graph.
#
# But the numbers were not copied, neither by `detach()` nor by `numpy()`. Look at the memory in the inspector: `w`, `outside` and `array` are three ways of looking at the same bytes. So a write through one shows in all:

# %% id="alias"
array[0] = 10.0
print(w)
array[0] = 0.5
print(w)

# %% [markdown]
# If you want numbers of your own, copy them: `w.detach().numpy().copy()`.

# %% [markdown]
# ## Predict: a write behind the graph's back
#
# `x` does not require a gradient, so `x.numpy()` works at once, and it shares memory too. The next cell records a graph, then changes `x` through the array:
#
# ```python
# loss = forward()        # x is [1, 2, 3], w.grad would be [7, 14, 21]
# x.numpy()[0] = 100.0
# loss.backward()
# ```
#
# What will `w.grad` be?
#
# - `"a"`: there is none: `backward()` raises an error, because `x` has changed
# - `"b"`: [7, 14, 21]: the graph was complete before the write
# - `"c"`: [700, 14, 21]
# - `"d"`: [10600, 212, 318]: everything is computed again with the new `x`

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "c"
### END SOLUTION

# %%
check("predict-3")

# %% id="behind-its-back"
w.grad = None
b.grad = None
loss = forward()
x.numpy()[0] = 100.0
loss.backward()
print(w.grad)
print("version of x:", x._version)

# %% [markdown]
# `MulBackward0` needs `x` to do its work, so it had saved it. It saved the tensor, not a copy of the numbers. The write changed the numbers under it, and the gradient is wrong. Nothing warned you.
#
# PyTorch does have an alarm. Each write *through a tensor* counts up its `_version`, and `backward()` compares that with the version at the time of saving. NumPy knows nothing of this counter. Make the change back through PyTorch, and the alarm works:

# %%
loss = forward()
x.copy_(torch.tensor([1.0, 2.0, 3.0]))
print("version of x:", x._version)
try:
    loss.backward()
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# ## Your turn
#
# Three exercises. In each, replace the lines that raise `NotImplementedError`, or the `...`, by your own. Check as often as you like.
#
# ### 1. Follow the first slot
#
# Fill in two blanks. `first_path(tensor)` returns the names of the nodes on one path backward: it begins at the tensor's own node and always follows slot 0, until there is no node there. For a tensor without a node it returns an empty list.
#
# `first_path(loss)`, for the `loss` of the ten lines, gives `["PowBackward0", "SubBackward0", "AddBackward0", "SumBackward0", "MulBackward0"]`. There it ends, because slot 0 of that `MulBackward0` is `None`.

# %% exercise="q1" id="q1"
def first_path(tensor):
    names = []
    # blank 1: let node be the node where the path begins
    ### BEGIN SOLUTION
    node = tensor.grad_fn
    ### END SOLUTION
    while node is not None:
        names.append(node.name())
        # blank 2: let node be the node in slot 0, or None if there is none
        ### BEGIN SOLUTION
        node = node.next_functions[0][0] if node.next_functions else None
        ### END SOLUTION
    return names

# %%
check("q1")

# %% [markdown]
# ### 2. Find the leaves
#
# Write `leaves_behind(tensor)`. It returns a list of the leaf tensors whose `.grad` a call of `tensor.backward()` would reach: each of them once, in any order. For a tensor without a node it returns an empty list.
#
# For the `loss` of the ten lines these are `w` and `b`. This time one path is not enough: follow every slot.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def leaves_behind(tensor):
    leaves = []
    seen = set()
    waiting = [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        waiting.extend(parent for parent, index in node.next_functions)
    return leaves
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Why does w not learn?
#
# A colleague likes NumPy's `tanh` and put it into the model. There is no error. The loss is right. Still, `w` never changes in training. Run the cell and see why that is no surprise:

# %% id="suspicious"
import numpy as np

product = x * w
squashed = torch.from_numpy(np.tanh(product.detach().numpy()))
total = squashed.sum()
prediction = total + b
loss = (prediction - 2.0) ** 2

w.grad = None
b.grad = None
loss.backward()
print("b.grad:", b.grad)
print("w.grad:", w.grad)

# %% [markdown]
# Investigate. The inspector shows the graph behind `loss`, and `describe` and `behind` are still there.
#
# - `first_cut`: the name of the first of `product`, `squashed`, `total`, `prediction` and `loss` from which no path leads back to `w`. A string, such as `"loss"`.
# - `mended_loss(x, w, b)`: computes the same loss from `x`, `w` and `b` and returns it, so that `backward()` reaches both `w` and `b`.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
first_cut = "squashed"


def mended_loss(x, w, b):
    prediction = torch.tanh(x * w).sum() + b
    return (prediction - 2.0) ** 2
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - One loss, one number. `backward()` on a tensor with more elements needs a gradient to begin with.
# - Each graph was walked once. `retain_graph=True` keeps what the nodes have saved, for a second walk.
# - Every operation had one output. An operation with several, such as `unbind`, is where the index in `next_functions` matters.
# - All tensors were on the CPU. A tensor on a GPU must come to the CPU before NumPy can read it: `t.detach().cpu().numpy()`. That copies, so the memory is no longer shared.
#
# ## Where PyTorch differs
#
# - PyTorch's own nodes are written in C++; ours are written in Python, and you can read them. The attributes you used here have the same names: `grad_fn`, `next_functions`, `name()`, `variable`, `_version`.
# - PyTorch's `backward()` runs to the end. Our engine can stop after every node: that is how `backward_steps` works.
# - The panel is ours. It can read PyTorch's tensors as well as our own.
#
# ## What to take along
#
# A tensor's `grad_fn` is the last node of its history. `next_functions` leads from node to node, and `AccumulateGrad` ends each path at a leaf. A gradient that does not arrive was cut off somewhere: look for the first tensor from which no path leads back. And NumPy sees the bytes, never the graph.
