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
# # Shared memory
#
# About 50 minutes. You need Python, a little NumPy, and to know what a view is.
#
# ## Why
#
# You train a model and keep its best weights in a variable. At the end you compare them with the last weights: they are equal, to the last digit. Nothing failed. You did not keep the numbers, you kept a second way to reach the bytes that the training went on writing to. To see this coming you have to know who shares memory with whom.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
import numpy as np

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "04_shared_memory"

# %% [markdown]
# ## Ten lines
#
# An array, and six tensors that have to do with it:

# %% id="ten-lines"
numbers = np.array([1.0, 2.0, 3.0])
shared = torch.from_numpy(numbers)
own = torch.tensor(numbers)
alias = shared
part = shared[:2]
copied = shared.clone()
print(shared)
print(own)
print(part)
print(copied)

# %% [markdown]
# `alias` is missing from what was printed, because it is no new tensor: `alias = shared` gives the tensor a second name.
#
# ## Predict: who sees the write?
#
# The next cell will write into the array: `numbers[0] = 10.0`. Which of `shared`, `own`, `alias`, `part` and `copied` will then begin with 10? Write their names in a list, such as `["own", "part"]`.

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = ["shared", "alias", "part"]
### END SOLUTION

# %%
check("predict-1")

# %% id="write"
numbers[0] = 10.0
print("shared", shared[0].item())
print("own   ", own[0].item())
print("alias ", alias[0].item())
print("part  ", part[0].item())
print("copied", copied[0].item())

# %% [markdown]
# `torch.from_numpy` makes a tensor on the bytes of the array. `torch.tensor` copies, always. `clone()` copies too. A slice is a view, so `part` is on the same bytes as `shared`, and these are the bytes of the array.
#
# It works in the other direction just as well. A write through a tensor shows in the array:

# %% id="other-direction"
part[1] = 20.0
print(numbers)
print(shared is alias, shared is part)

# %% [markdown]
# `is` asks whether two names mean one tensor object. For `alias` they do. `part` is another object, and yet it shares the bytes: so `is` says nothing about memory.

# %% [markdown]
# ## Look: change a number
#
# The first line starts the **inspector**, the panel beside this notebook. From now on it shows the memory beneath your variables after each cell. The second line draws a picture of some of them here.
#
# Each storage is drawn once, with a lane under it for everyone who reads it. Choose the first number in the storage of `numbers` by a click or with the arrow keys, press Enter, type another number and press Enter again. Who has it now? Then run the cell below the picture.

# %% tags=["widget"] id="picture"
# %load_ext minitorch_widgets
from minitorch_widgets import memory

memory(numbers, shared, own, part, copied)

# %% id="after-editing"
print(numbers)
print(shared)
print(own)

# %% [markdown]
# ## When the sharing ends without a word
#
# NumPy makes `float64`, and models mostly want `float32`. Numbers of another dtype need other bytes. So a conversion copies, but only if there is something to convert:

# %% id="conversion"
measured = np.array([1.0, 2.0, 3.0])
single = torch.from_numpy(measured).float()
double = torch.from_numpy(measured).double()
measured[0] = 10.0
print(single)
print(double)

# %% [markdown]
# `.float()` had to convert and made a copy. `.double()` had nothing to do and returned the very tensor it was called on. `.to(...)` and `.contiguous()` behave in the same way. If you need to know that you have a copy, say `clone()`.
#
# | you write | the bytes |
# |---|---|
# | `b = a` | no new tensor: a second name |
# | `a[1:]`, `a.view(...)`, `a.t()` | shared: a view |
# | `torch.from_numpy(array)`, `a.numpy()` | shared with the array |
# | `a.detach()`, `a.data` | shared, without the graph |
# | `a.float()`, `a.to(...)`, `a.contiguous()` | `a` itself if there is nothing to do, otherwise a copy |
# | `torch.tensor(array)`, `a.clone()` | a copy |

# %% [markdown]
# ## Predict: a write, or a new tensor?
#
# Two functions that look alike:
#
# ```python
# def plus_one(t):
#     t = t + 1
#
# def plus_one_(t):
#     t += 1
#
# a = torch.zeros(3)
# b = torch.zeros(3)
# plus_one(a)
# plus_one_(b)
# ```
#
# What do `a` and `b` hold in the end?
#
# - `"a"`: both ones: a function works on the tensor it is given
# - `"b"`: `a` zeros, `b` ones
# - `"c"`: both zeros: a function works on a copy
# - `"d"`: `a` ones, `b` zeros

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "b"
### END SOLUTION

# %%
check("predict-2")

# %% id="rebind-or-mutate"
def plus_one(t):
    t = t + 1


def plus_one_(t):
    t += 1


a = torch.zeros(3)
b = torch.zeros(3)
plus_one(a)
plus_one_(b)
print(a)
print(b)

# %% [markdown]
# `t + 1` makes a new tensor, and `t = ...` moves the *name* `t` to it. That is **rebinding**. The tensor that was given is as before.
#
# `t += 1` writes into the bytes of the tensor. That is **mutation**, and everyone who shares the bytes sees it. So do `t[0] = ...`, `t.copy_(...)`, and the other methods whose name ends in an underscore.
#
# The picture tells the two apart. `first` moves away from its old bytes, and `second` writes into them. Who still looks at the old bytes of `first`?

# %% tags=["widget"] id="changes"
from minitorch_widgets import what_changed

first = torch.zeros(3)
witness = first
second = torch.zeros(3)
with what_changed() as changes:
    first = first + 1
    second += 1
changes

# %% [markdown]
# ## Predict: is detach() a snapshot?
#
# A step of gradient descent. Before it, we put the weights aside:
#
# ```python
# w = torch.tensor([1.0, 2.0], requires_grad=True)
# before = w.detach()
# ((w - 4.0) ** 2).sum().backward()     # w.grad is [-6, -4]
# with torch.no_grad():
#     w -= 0.25 * w.grad                # w becomes [2.5, 3]
# print(before)
# ```
#
# What does `before` hold?
#
# - `"a"`: [1, 2]: it was detached from `w`
# - `"b"`: [2.5, 3]
# - `"c"`: [1, 2], because under `no_grad` the write makes a new tensor
# - `"d"`: [-6, -4]: it follows the gradient

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "b"
### END SOLUTION

# %%
check("predict-3")

# %% id="snapshot"
w = torch.tensor([1.0, 2.0], requires_grad=True)
before = w.detach()
kept = w.detach().clone()
((w - 4.0) ** 2).sum().backward()
with torch.no_grad():
    w -= 0.25 * w.grad
print("w     ", w)
print("before", before)
print("kept  ", kept)

# %% [markdown]
# `detach()` detaches from the *graph*, not from the memory. The subtraction is a mutation, with or without `no_grad`.
#
# `kept` has the old numbers. `w.detach().clone()` is how you keep numbers: out of the graph first, then a copy.
#
# Why not `clone()` alone? Because it is an operation like any other, and is recorded. Gradients flow through it:

# %% id="clone-in-the-graph"
w.grad = None
twin = w.clone()
print(twin)
(twin * 3.0).sum().backward()
print(w.grad)

# %% [markdown]
# If such a `twin` is kept, the graph behind it is kept as well.

# %% [markdown]
# ## detach() or .data?
#
# Both give a tensor on the same bytes, outside the graph. Old programs use `.data`. The difference shows when somebody writes. Every tensor has a **version**, which counts the writes through it, and backward compares it with the version at the time of saving:

# %% id="write-through-detach"
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
loss = (w * w).sum()
w.detach().mul_(10.0)
print("version:", w._version)
try:
    loss.backward()
except RuntimeError as problem:
    print(problem)

# %% id="write-through-data"
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
loss = (w * w).sum()
w.data.mul_(10.0)
print("version:", w._version)
loss.backward()
print(w.grad)

# %% [markdown]
# When `loss` was computed, its gradient was 2 · `w`, which was [2, 4, 6]. We got [20, 40, 60], without a warning. The tensor from `detach()` shares the version of `w`; the one from `.data` has a version of its own, so `w` does not hear of the write. Use `detach()`.
#
# NumPy does not count at all. A write through an array is as silent as one through `.data`.

# %% [markdown]
# ## Your turn
#
# Three exercises. Replace the lines that raise `NotImplementedError`, or the `...`, by your own. Check as often as you like.
#
# ### 1. Keep the best weights
#
# Fill in two blanks. `weights` is a dictionary of leaf tensors that require a gradient. `snapshot(weights)` returns a dictionary with their numbers as they are now; they must stay so while training goes on. `restore(weights, saved)` gives the weights these numbers again. An optimizer holds the same tensors, and it must see them too.

# %% exercise="q1" id="q1"
def snapshot(weights):
    saved = {}
    for name, weight in weights.items():
        # blank 1: let kept be a tensor with the numbers that weight has now
        ### BEGIN SOLUTION
        kept = weight.detach().clone()
        ### END SOLUTION
        saved[name] = kept
    return saved


def restore(weights, saved):
    with torch.no_grad():
        for name, weight in weights.items():
            # blank 2: give this tensor the numbers of saved[name]
            ### BEGIN SOLUTION
            weight.copy_(saved[name])
            ### END SOLUTION

# %%
check("q1")

# %% [markdown]
# ### 2. Who would see it?
#
# Write `sees(a, b)`. It returns `True` if there is an element of `a` such that a write to it would be seen in `b`, and `False` otherwise. The two tensors have the same dtype. Afterwards all numbers must be as before.
#
# `data_ptr()` is the address of a tensor's first element, in bytes. `element_size()` is how many bytes an element has. `stride()` counts in elements.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def sees(a, b):
    def addresses(t):
        found = {t.data_ptr()}
        for size, stride in zip(t.shape, t.stride(), strict=True):
            step = stride * t.element_size()
            found = {address + k * step for address in found for k in range(size)}
        return found

    return not addresses(a).isdisjoint(addresses(b))
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. A history that is always today
#
# A colleague wants to plot how a weight moves while it learns, and writes it down before each step. The weight goes from 0 to 2, to 3, to 3.5. The history says otherwise:

# %% id="suspicious"
history = []
w = torch.tensor([0.0], requires_grad=True)
for _ in range(3):
    loss = ((w - 4.0) ** 2).sum()
    loss.backward()
    history.append(w.detach().numpy())
    with torch.no_grad():
        w -= 0.25 * w.grad
    w.grad = None

print([float(entry[0]) for entry in history])

# %% [markdown]
# Investigate.
#
# - `storages`: how many different pieces of memory are behind the three entries of `history`? A number.
# - `writer`: which line changed the entries that were already in the list? A letter: `"a"` for `loss.backward()`, `"b"` for `history.append(...)`, `"c"` for `w -= 0.25 * w.grad`, `"d"` for `w.grad = None`.
# - `weights_over_time(steps)`: the same training with that many steps. It is there but for one line, which is yours. It returns a list with what `w` held before each step: for 3 steps 0, 2 and 3.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
storages = 1
writer = "c"
### END SOLUTION


def weights_over_time(steps):
    history = []
    w = torch.tensor([0.0], requires_grad=True)
    for _ in range(steps):
        loss = ((w - 4.0) ** 2).sum()
        loss.backward()
        # put what w holds now into history
        ### BEGIN SOLUTION
        history.append(w.detach().clone().numpy())
        ### END SOLUTION
        with torch.no_grad():
            w -= 0.25 * w.grad
        w.grad = None
    return history

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - All tensors were on the CPU. A tensor on a GPU cannot share memory with an array: bringing it to the CPU copies it.
# - `torch.as_tensor(array)` and `torch.asarray(array)` share where they can, and copy where the dtype or the device asks for it.
# - `w.data = other` is allowed, too: it gives `w` the bytes of `other`, and whoever shared the old ones with `w` keeps those.
#
# ## Where PyTorch differs
#
# - The cells above print the same there.
# - `from_numpy` takes an array that must not be written to, with a warning. In PyTorch, a write through the tensor then changes the array all the same. Our engine refuses it.
# - Between processes, PyTorch sends a tensor through a queue as shared memory. Our engine sends a copy, unless `share_memory_()` was called on it before.
# - The pictures are ours. They can read PyTorch's tensors as well.
#
# ## What to take along
#
# Ask two questions of every line. Does it make a new tensor, or write into one? And whose bytes does the result lie on? `=` moves a name; an operation in place writes. `from_numpy`, slices, `detach()` and `.data` share; `torch.tensor` and `clone()` copy. To keep numbers: `detach().clone()`.
