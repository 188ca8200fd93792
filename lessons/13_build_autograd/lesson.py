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
# # Build autograd from nothing
#
# About 60 minutes. You need lesson 7, "Backward, step by step", and some Python: a class, a dictionary, a `lambda`.
#
# ## Why
#
# When a gradient surprises you, it helps to know that there is no magic behind it. An engine for gradients fits on one screen: a record of what was computed, an order, a sum, and one detail about shapes. You build it here over NumPy, break it, and repair it. Each way to break it is a mistake that people who write such engines have to avoid.

# %% id="setup" tags=["setup"]
import numpy as np

import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "13_build_autograd"

# %% [markdown]
# ## Record
#
# A `Value` holds an array. If it was computed, it also holds the values it was computed from, its `parents`, and a `rule`: a function that takes the gradient of the result and returns one gradient for each parent.

# %% id="record"
class Value:
    made = 0

    def __init__(self, data, parents=(), rule=None):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = None
        self.parents = parents
        self.rule = rule
        self.number = Value.made
        Value.made += 1

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), lambda grad: (grad, grad))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), lambda grad: (grad * other.data, grad * self.data))

    def exp(self):
        result = np.exp(self.data)
        return Value(result, (self,), lambda grad: (grad * result,))

    def sum(self):
        return Value(self.data.sum(), (self,), lambda grad: (grad * np.ones(self.data.shape),))


x = Value(3.0)
u = x * x
loss = u + u * x
print(loss.data)
print(len(loss.parents), loss.parents[0] is u)
print(u.number < loss.number)

# %% [markdown]
# That is the whole record. A `Value` without a rule is a leaf. `number` says in which order the values were made: remember it for later.
#
# The loss is x² + x³, so its derivative at 3 is 2 · 3 + 3 · 9 = 33. We want that in `x.grad`.

# %% [markdown]
# ## Walk back
#
# The first idea: from a value, go to each parent with its share of the gradient, and from there on. At each place, add what arrives.

# %% id="walk"
def walk(value, grad):
    value.grad = grad if value.grad is None else value.grad + grad
    if value.rule is not None:
        for parent, share in zip(value.parents, value.rule(grad), strict=True):
            walk(parent, share)


walk(loss, np.ones_like(loss.data))
print(x.grad)

# %% [markdown]
# 33: right. The chain rule is a sum over all paths, and this walk goes along each of them. That is also what is wrong with it.
#
# ## Predict: how many arrivals?
#
# We begin with a leaf and double it ten times: `t = t + t`. How often will `walk` arrive at the leaf?
#
# - `"a"`: 2 times
# - `"b"`: 10 times
# - `"c"`: 20 times
# - `"d"`: 1024 times

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "d"
### END SOLUTION

# %%
check("predict-1")

# %% id="arrivals"
def arrivals(value, leaf):
    """How many paths lead back from a value to a leaf."""
    if value is leaf:
        return 1
    return sum(arrivals(parent, leaf) for parent in value.parents)


leaf = Value(1.0)
t = leaf
for _ in range(10):
    t = t + t
print(arrivals(t, leaf))

# %% [markdown]
# Each addition has two ways back, so ten of them have 2 · 2 · … = 1024 paths. With 100 additions no computer would come to the end of it. A rule has to run **once**, with all that arrives at its value.

# %% [markdown]
# ## Predict: once, but when?
#
# Here each rule runs once: when the walk comes to its value for the first time.

# %% id="hasty"
def hasty(root):
    root.grad = np.ones_like(root.data)
    seen = set()

    def visit(value):
        if value in seen or value.rule is None:
            return
        seen.add(value)
        for parent, share in zip(value.parents, value.rule(value.grad), strict=True):
            parent.grad = share if parent.grad is None else parent.grad + share
            visit(parent)

    visit(root)

# %% [markdown]
# For `loss = u + u * x` with `u = x * x`, at 3 again: what will `x.grad` be? Follow `visit` with a pencil.
#
# - `"a"`: 33, the right gradient
# - `"b"`: 15
# - `"c"`: 6
# - `"d"`: 39

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "b"
### END SOLUTION

# %%
check("predict-2")

# %% id="hasty-run"
x = Value(3.0)
u = x * x
loss = u + u * x
hasty(loss)
print("x.grad:", x.grad, " u.grad:", u.grad)

# %% [markdown]
# The walk came to `u` through the sum, with a gradient of 1, and ran its rule: 6 for `x`. Then it came through the product: 9 for `x`, and 3 more for `u`. `u.grad` is 4 now, as it should be. But the rule of `u` had run, so these 3 went no further. They would have brought 3 · 6 = 18.
#
# So the order matters: **a rule runs after the rules of all values that were computed from its value.** Such an order is called *topological*. There is a cheap way to it. A result is always made after its parents. So take the values by their `number`, from the last made to the first: then nothing more can arrive.

# %% [markdown]
# ## Break the engine
#
# The picture shows the real backward pass of `minitorch_edu` beside four that go wrong. Click through them. The first is the hasty one.

# %% tags=["widget"] id="break"
from minitorch_widgets import break_engine

tx = torch.tensor([3.0, 2.0], requires_grad=True)
tb = torch.tensor(1.0, requires_grad=True)
tu = tx * tx
break_engine((tu + tu * tx + tb).sum())

# %% [markdown]
# The second puts a gradient in the place of the one before, `=` where it should add. In our engine:

# %% id="overwrites"
def overwriting(root):
    arrived = {root: np.ones_like(root.data)}
    for value in newest_first(root):
        if value.rule is None:
            value.grad = arrived[value]
            continue
        for parent, share in zip(value.parents, value.rule(arrived[value]), strict=True):
            arrived[parent] = share


def newest_first(root):
    """All values that lead to root, the last made first."""
    found = {root}
    waiting = [root]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=lambda value: value.number, reverse=True)


x = Value(3.0)
overwriting(x * x)
print(x.grad)

# %% [markdown]
# The derivative of x · x at 3 is 6. Two shares of 3 arrived, one for each factor, and one of them was lost. **What is used twice gets two shares, and they are added.**

# %% [markdown]
# ## Predict: shapes
#
# The third leaves out what undoes broadcasting. `a` has the shape (3,), `b` is one number with the shape (), and `loss = (a + b).sum()`. Our rule for `+` returns `grad` for both parents. What arrives at `b`?
#
# - `"a"`: the number 1
# - `"b"`: the number 3
# - `"c"`: three ones, an array of the shape (3,)
# - `"d"`: an error of NumPy: the shapes do not fit

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "c"
### END SOLUTION

# %%
check("predict-3")

# %% id="shapes"
a, b = Value([1.0, 2.0, 3.0]), Value(10.0)
loss = (a + b).sum()
walk(loss, np.ones_like(loss.data))
print("walk: ", b.grad)

ta = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
tb = torch.tensor(10.0, requires_grad=True)
(ta + tb).sum().backward()
print("torch:", tb.grad)

# %% [markdown]
# `b` was used three times, once for each element of `a`. What is used three times gets three shares, and they are added: the gradient is 3, one number. **Broadcasting forward is a sum on the way back.** A gradient always has the shape of its tensor.
#
# The fourth way to break an engine is a write. Our rule for `*` reads the arrays when it runs, not when it was recorded:

# %% id="write"
x, w = Value([1.0, 2.0]), Value([3.0, 4.0])
loss = (x * w).sum()
x.data[0] = 100.0
walk(loss, np.ones_like(loss.data))
print(w.grad)

# %% [markdown]
# The loss was computed with 1 and 2, the gradient with 100 and 2. PyTorch counts the writes into a tensor and compares the count before it runs the rule. Our small engine has no such counter, so nothing warns you.

# %% [markdown]
# ## Your turn
#
# Three exercises. In each, replace the lines that raise `NotImplementedError`, or the `...`, by your own. Do them in this order: the second uses the first.
#
# ### 1. Undo broadcasting
#
# Fill in two blanks. `fit(grad, shape)` sums an array until it has the shape `shape`. NumPy broadcasts in two ways, and each is undone in its own way:
#
# - It puts new axes in front: (3,) beside (2, 3) is read as (1, 3). Sum over such axes, and they are gone.
# - It repeats along an axis of length 1. Sum over such an axis, and keep it with length 1.

# %% exercise="q1" id="q1"
def fit(grad, shape):
    while grad.ndim > len(shape):
        # blank 1: let grad be its own sum over the axis in front
        ### BEGIN SOLUTION
        grad = grad.sum(axis=0)
        ### END SOLUTION
    for axis, length in enumerate(shape):
        if length == 1:
            # blank 2: let grad be its own sum over this axis, with the axis kept
            ### BEGIN SOLUTION
            grad = grad.sum(axis=axis, keepdims=True)
            ### END SOLUTION
    return grad

# %%
check("q1")

# %% [markdown]
# ### 2. The engine
#
# Write `backward(root)`. It finds the gradients of the value `root`, for all leaves behind it.
#
# - It begins with ones, in the shape of `root.data`.
# - It runs each rule once, in the order of `newest_first`, with the sum of all that has arrived.
# - It gives each share the shape of its parent's data, with `fit`.
# - At a leaf it adds to `.grad`, or sets it if that is still `None`: as PyTorch does, a second call adds to the first. Other values keep no gradient: their `.grad` stays `None`.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def backward(root):
    sums = {root: np.ones(root.data.shape)}
    for node in newest_first(root):
        total = sums.pop(node)
        if node.rule is None:
            node.grad = total if node.grad is None else node.grad + total
            continue
        for parent, share in zip(node.parents, node.rule(total), strict=True):
            share = fit(share, parent.data.shape)
            sums[parent] = sums[parent] + share if parent in sums else share
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# Now compare your engine with this notebook's `torch`. The same program for both:

# %% id="compare"
def program(x, w, b):
    u = x * w + b
    return (u.exp() * u + x).sum()


numbers = [[0.5, -1.0, 2.0], [[1.0], [0.25]], 0.5]
mine = [Value(each) for each in numbers]
theirs = [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in numbers]
program(*theirs).backward()
try:
    backward(program(*mine))
    print([np.allclose(one.grad, other.grad.numpy()) for one, other in zip(mine, theirs, strict=True)])
except NotImplementedError:
    print("write fit and backward first")

# %% [markdown]
# ### 3. Which program tells?
#
# `hasty` and `overwriting` are broken, and yet each is right for many programs. If you test an engine, you have to find those for which it is not.
#
# Investigate. Write two functions, each of which gets a leaf `x` and returns a `Value` computed from it, with `+` and `*` only:
#
# - `tells_hasty(x)`: `hasty` leaves a wrong gradient in `x.grad`.
# - `spares_overwriting(x)`: uses at least one `+` or `*`, and `overwriting` leaves the right gradient in `x.grad`. You may make other leaves, such as `Value(2.0)`.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
def tells_hasty(x):
    shared = x + x
    return shared + shared * x


def spares_overwriting(x):
    return x * Value(2.0) + Value(1.0)
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - Four operations. More of them need only more rules: the engine, `backward`, does not change.
# - Everything is float64, and every leaf gets a gradient. PyTorch asks first whether anybody wants it.
# - No versions, and no way to let go of what a rule holds. PyTorch's nodes release what they have saved once they have run.
# - Our rules are NumPy, so their work is not recorded. PyTorch's can be, with `create_graph=True`: that gives second derivatives.
#
# ## Where PyTorch differs
#
# - PyTorch keeps the record in nodes of their own, `grad_fn`, and not in the tensors.
# - `minitorch_edu` takes the nodes by their number, the last made first, as you did. PyTorch counts for each node how many gradients are still to come, and runs those that wait for none.
# - PyTorch also sums a gradient to the shape of its input after a rule has run, as `fit` does.
#
# ## What to take along
#
# Autograd is a record, and a walk over it in the right order. Run each rule once, after everything that depends on its value. Add what arrives, never overwrite. Give each gradient the shape of its tensor. And do not write into what a rule will read.
