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
# # Backward, step by step
#
# About 50 minutes. You need lesson 6, or: a leaf, a `grad_fn`, and what `backward()` is for.
#
# ## Why
#
# Every training loop calls `backward()` thousands of times, and two mistakes with it are so common that you will make both. One makes the gradients silently too big. The other stops with *Trying to backward through the graph a second time*. Both are plain once you have seen what one backward pass does, step by step.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "07_backward_steps"

# %% [markdown]
# ## Ten lines
#
# One weight, and a value `a` that is used twice: once to make `b`, and once beside it.

# %% id="ten-lines"
w = torch.tensor(3.0, requires_grad=True)


def forward(w):
    a = w * w
    b = a * 4.0
    c = a + b
    loss = c * 0.5
    return a, b, c, loss


a, b, c, loss = forward(w)
print(a.item(), b.item(), c.item(), loss.item())

# %% [markdown]
# ## Predict: what comes back to a?
#
# `backward()` begins at `loss` with a gradient of 1 and goes back, node by node. Each node multiplies what comes in by its own derivative and hands the product on. Two nodes have used `a`: the one that made `b`, and the one that made `c`.
#
# What is the gradient of `loss` in `a`, and how is it put together?
#
# - `"a"`: 0.5, which comes from `c`; what comes through `b` belongs to `b`
# - `"b"`: 2.0, which comes from `b`; it arrives last and takes the place of the 0.5
# - `"c"`: 2.5, the sum of 0.5 from `c` and 2.0 from `b`
# - `"d"`: 1.0, the product of 0.5 from `c` and 2.0 from `b`

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "c"
### END SOLUTION

# %%
check("predict-1")

# %% [markdown]
# ## Look: a node that waits
#
# Step through it. Before each step, say what will come out. Watch the multiplication that made `a`: after the step of `AddBackward0` it has got one gradient, and it does not run yet. It waits until all that it is owed has arrived.

# %% tags=["widget"] id="steps"
from minitorch_widgets import backward_steps

backward_steps(loss)

# %% [markdown]
# | step | node | comes in | the rule | goes out |
# |---|---|---|---|---|
# | 1 | `MulBackward0` of `loss` | 1 | times 0.5 | 0.5 to `c` |
# | 2 | `AddBackward0` of `c` | 0.5 | pass it on to both | 0.5 to `a`, 0.5 to `b` |
# | 3 | `MulBackward0` of `b` | 0.5 | times 4 | 2.0 to `a` |
# | 4 | `MulBackward0` of `a` | 0.5 + 2.0 = 2.5 | times `w`, once for each slot | 7.5 and 7.5 to `w` |
# | 5 | `AccumulateGrad` of `w` | 7.5 + 7.5 = 15 | add it to `w.grad` | |
#
# A value that is used twice gets two gradients, and they are **added**. This is not a choice of PyTorch: when `w` moves a little, `loss` changes along both paths, and a small change is the sum of the small changes along each.
#
# The waiting is not a detail either. If the node of `a` had run on the first 0.5 and again on the 2.0, the result would be right, but the work behind it would be done twice, and once more for every further place where paths join.

# %% id="kept"
a, b, c, loss = forward(w)
for tensor in (a, b, c):
    tensor.retain_grad()
w.grad = None
loss.backward()
print(c.grad.item(), b.grad.item(), a.grad.item(), w.grad.item())

# %% [markdown]
# You can check the 15 without any of this: `loss` is 0.5 · (w² + 4w²) = 2.5 w², its derivative is 5w, and `w` is 3. Or you can ask the definition of a derivative, with a small step:


# %% id="difference"
def value(number):
    return forward(torch.tensor(number, dtype=torch.float64))[-1].item()


step = 1e-6
print(round((value(3.0 + step) - value(3.0 - step)) / (2 * step), 4))

# %% [markdown]
# ## Predict: a second time
#
# The gradient in `w` is 15. The next cell runs the same forward code again, calls `backward()` on the new loss, and does nothing else:
#
# ```python
# loss = forward(w)[-1]
# loss.backward()
# ```
#
# What is `w.grad` afterwards? Write a number.

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = 30.0
### END SOLUTION

# %%
check("predict-2")

# %% id="twice"
loss = forward(w)[-1]
loss.backward()
print(w.grad)

# %% [markdown]
# `AccumulateGrad` adds to what stands in `.grad`; it never starts over. There is one good reason for this: a batch that does not fit into memory can be cut into parts, and a `backward()` for each part leaves the gradient of them all. The price is that **you** say when to start over. There are two ways, and they are not the same:

# %% id="zero"
before = w.grad
w.grad.zero_()
print(w.grad, before)

w.grad = None
loss = forward(w)[-1]
loss.backward()
print(w.grad, before)

# %% [markdown]
# `w.grad.zero_()` writes zeros into the tensor that is there, so `before`, which is that tensor, shows them too. `w.grad = None` lets go of it, and the next `backward()` makes a new one. `optimizer.zero_grad()` does the second since PyTorch 2.0. After it, a parameter that took no part in the loss has a gradient of `None`, not of 0, and an optimizer leaves it alone.

# %% [markdown]
# ## Once through a graph
#
# Forward code makes a new graph each time it runs. What if you want to go through one graph twice?

# %% id="second"
loss = forward(w)[-1]
loss.backward()
try:
    loss.backward()
except RuntimeError as problem:
    print(str(problem).split(". ")[0] + ".")

# %% [markdown]
# After a node has run, it lets go of the tensors it had saved. They may be large, and in a training loop nobody needs them again. `retain_graph=True` asks the nodes to keep them:

# %% id="retained"
w.grad = None
loss = forward(w)[-1]
loss.backward(retain_graph=True)
loss.backward()
print(w.grad)

# %% [markdown]
# ## Predict: which of the two complains?
#
# Two small graphs. What does a node need to have saved for its rule?
#
# ```python
# u = w + 1.0
# first = u + 2.0
#
# v = w * w
# second = v + 2.0
# ```
#
# Each of `first` and `second` gets `backward()` twice, without `retain_graph`. Which second call raises the error?
#
# - `"a"`: both, since each graph has been used
# - `"b"`: only that of `second`
# - `"c"`: only that of `first`
# - `"d"`: neither, since the losses are plain numbers

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "b"
### END SOLUTION

# %%
check("predict-3")

# %% id="which"
for name, make in {"first": lambda: w + 1.0 + 2.0, "second": lambda: w * w + 2.0}.items():
    result = make()
    result.backward()
    try:
        result.backward()
        print(name, "went through twice")
    except RuntimeError:
        print(name, "raised an error")

# %% [markdown]
# An addition passes its gradient on as it is. It needs nothing but the gradient, so it has saved nothing, and there is nothing to miss. The multiplication needs its factors. The error is about saved tensors, not about the graph: the nodes themselves are all still there.

# %% [markdown]
# ## From more than one number
#
# `backward()` begins with a gradient of 1 because the loss is one number. From a tensor with more elements it does not know where to begin:

# %% id="vector"
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * x
try:
    y.backward()
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# You have to say how much each element of `y` counts. The gradient you give is a weight for each element, and `backward` computes the gradient of their weighted sum. The two lines below give the same:

# %% id="weights"
weights = torch.tensor([1.0, 0.0, 10.0])
x.grad = None
(x * x).backward(weights)
print(x.grad)
x.grad = None
((x * x) * weights).sum().backward()
print(x.grad)

# %% [markdown]
# In mathematics: if $J$ is the matrix of all derivatives $\partial y_i / \partial x_j$, then `y.backward(v)` computes the row $v^\top J$, and never $J$ itself. With $v$ = (1, 0, 0) you get the first row of $J$. That is the way to the whole matrix, one row at a time, and you will go it below.

# %% [markdown]
# ## Your turn
#
# ### 1. The chain rule by hand
#
# Fill in three blanks, so that `by_hand(w)` returns the gradients of `loss` in `c`, `b`, `a` and `w` as Python numbers, without `backward()`. The forward code is that of the ten lines, and `w` is a number.


# %% exercise="q1" id="q1"
def by_hand(w):
    grad_loss = 1.0
    grad_c = grad_loss * 0.5
    # blank 1: let grad_b be what the node of c passes to b
    ### BEGIN SOLUTION
    grad_b = grad_c
    ### END SOLUTION
    # blank 2: let grad_a be everything that arrives at a
    ### BEGIN SOLUTION
    grad_a = grad_c + grad_b * 4.0
    ### END SOLUTION
    # blank 3: let grad_w be everything that arrives at w
    ### BEGIN SOLUTION
    grad_w = grad_a * w + grad_a * w
    ### END SOLUTION
    return grad_c, grad_b, grad_a, grad_w


# %%
check("q1")

# %% [markdown]
# ### 2. A loop that learns
#
# Write `descend(w, loss_of, rate, steps)`. It moves the leaf `w` by gradient descent: `steps` times it computes `loss_of(w)`, calls `backward()`, and takes `rate` times the gradient from `w`, in place. It returns a list of the losses as Python numbers, one for each step, each from before its move. Whatever stands in `w.grad` at the beginning must not count, and `w` must be the same leaf afterwards, with `requires_grad`.
#
# The move itself must not be recorded: do it inside `torch.no_grad()`.


# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def descend(w, loss_of, rate, steps):
    losses = []
    for _ in range(steps):
        w.grad = None
        loss = loss_of(w)
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        losses.append(loss.item())
    return losses


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. The whole matrix
#
# Write `jacobian(f, x)`. `f` takes a vector of n elements and returns a vector of m elements, and `x` is a vector of numbers. Return the m by n tensor of all derivatives: row i holds those of the i-th result. Use `backward` with a gradient, once for each row. `x` itself must be left as it was: work with a leaf of your own.


# %% exercise="q3" id="q3"
### BEGIN SOLUTION
def jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = []
    for i in range(len(y)):
        one = torch.zeros(len(y), dtype=y.dtype)
        one[i] = 1.0
        leaf.grad = None
        y.backward(one, retain_graph=True)
        rows.append(leaf.grad)
    return torch.stack(rows)


### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ### 4. Two losses, one trunk
#
# A colleague trains one network for two tasks. Both losses start from the same hidden values, and the loop stops with an error:

# %% id="two-tasks"
trunk = torch.tensor([0.5, -1.0], requires_grad=True)
hidden = trunk.exp()
loss_1 = hidden.sum()
loss_2 = (hidden * hidden).sum()
loss_1.backward()
try:
    loss_2.backward()
except RuntimeError:
    print("raised an error in the second backward")

# %% [markdown]
# Investigate. Look at the graph in the inspector: which nodes belong to both losses, and what have they saved?
#
# - `guilty`: the name of the node that raised the error, as a string such as `"SumBackward0"`.
# - `both(trunk)`: computes both losses from the leaf `trunk` and leaves the gradient of `loss_1 + loss_2` in `trunk.grad`. It returns that gradient. Nothing that stood in `trunk.grad` before may count.

# %% exercise="q4" id="q4"
### BEGIN SOLUTION
guilty = "ExpBackward0"


def both(trunk):
    trunk.grad = None
    shared = trunk.exp()
    (shared.sum() + (shared * shared).sum()).backward()
    return trunk.grad


### END SOLUTION

# %%
check("q4")

# %% [markdown]
# ## What was simplified
#
# - All gradients were of the first order. `backward(create_graph=True)` records the backward pass as well, so that you can go backward through it again: lesson 12 uses it.
# - One thread did all the work. PyTorch runs the nodes of each GPU in a thread of its own; what arrives where is the same.
# - `torch.autograd.grad(loss, inputs)` returns gradients without touching any `.grad`. Where you need numbers and no training, it is the cleaner tool.
#
# ## Where PyTorch differs
#
# - PyTorch's `backward()` cannot stop between two nodes: `backward_steps` shows a walk of our engine. On PyTorch's tensors the same picture is recorded by hooks and replayed.
# - PyTorch decides which node runs next with a queue, largest sequence number first. Our engine sorts the nodes by the same number once, at the beginning.
#
# ## What to take along
#
# Each node multiplies what comes in by its own derivative. Where paths meet, gradients are added, and a node runs when all have arrived. At a leaf they are added once more, to what is already in `.grad`: so start over before each pass. A graph that has saved tensors can be walked once, unless you retain it.
