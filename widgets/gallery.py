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
# # The gallery
#
# Every picture that `minitorch_widgets` draws, each from a few lines that you can run, and change. In JupyterLab each of them can be clicked, walked through and heard; what you see on GitHub are the still pictures that are saved with a notebook.

# %% id="setup"
import minitorch_edu as torch
from minitorch_widgets import *
from minitorch_widgets import act, when
# %load_ext minitorch_widgets

# %% [markdown]
# ## The graph and the memory
#
# On the left the operations that led from `w` and `b` to `loss`; on the right the bytes, with a bracket for each tensor that reads them. Look at `array`: it has no storage of its own.

# %% id="show"
x = torch.tensor([1.0, 2.0, 3.0])
w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
array = w.detach().numpy()
loss = ((x * w).sum() + b - 2.0) ** 2
show(x, w, b, array, loss)

# %% [markdown]
# ## A lesson beside the picture
#
# A page says what to look at and drives the picture there; it is complete when you have done what it asks for. Teachers write it as a list of steps.

# %% id="lesson"
lesson(
    Step("This is w, a leaf: nothing made it.", on=[act.select("w"), act.open("graph")]),
    Step("Select what made loss.", complete=when.selected("loss.grad_fn")),
    title="Where a gradient comes from",
)

# %% [markdown]
# ## Rebind or mutate
#
# `first = first + 1` makes a new tensor and moves the name; `second += 1` writes into the bytes that are there. `alias` tells the two apart: it still looks at the old bytes, and sees only the second kind of change.

# %% id="what_changed"
first = torch.zeros(3)
second = torch.zeros(3)
alias = second
with what_changed() as changes:
    first = first + 1
    second += 1
changes

# %% [markdown]
# ## Backward, one node at a time
#
# Each step shows which gradient comes in, which saved values the rule uses, and what goes out. At `add` two gradients meet: watch how the node waits until both have arrived.

# %% id="backward_steps"
v = torch.tensor([2.0, 3.0], requires_grad=True)
energy = (v * v + v.exp()).sum()
backward_steps(energy)

# %% [markdown]
# ## Who shares memory with whom
#
# `rows` and `turned` look at the bytes of `base`, with other strides; `copied` could not, and the picture says why. Change one number and see who sees it.

# %% id="memory"
base = torch.arange(6.0)
rows = base.view(2, 3)
turned = rows.T
copied = turned.reshape(-1)
memory(base, rows, turned, copied)

# %% [markdown]
# ## The road to NumPy
#
# Every gate is a question that PyTorch asks before `.numpy()` gives you an array. A shut gate shows the error that you would get, and the call that opens it.

# %% id="road_to_numpy"
weight = torch.ones(2, 2, requires_grad=True)
road_to_numpy(weight)

# %% [markdown]
# ## Broadcasting
#
# A column and a row meet in a table: each of their numbers is read several times, and so it gets a sum of gradients on the way back. Three targets against three predictions in a column are the classical accident, and the picture says so.

# %% id="broadcast"
prediction = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
target = torch.tensor([1.0, 2.0, 3.0])
broadcast(prediction, target)

# %% [markdown]
# ## Why is there no gradient?
#
# One sentence says what cut the history, and a ghost edge shows what would have been recorded. Follow the scissors to the line that did it.

# %% id="why"
p = torch.ones(2, requires_grad=True)
hidden = (p * 3).detach()
result = (hidden * 2).sum()
why(result)

# %% [markdown]
# ## The time bomb
#
# `exp` has saved its result for the backward pass, and then somebody wrote over it. The picture shows it before `backward()` fails, with the line that saved, the line that wrote, and ways out.

# %% id="time_bombs"
t = torch.ones(2, requires_grad=True)
grown = t.exp()
total = grown.sum()
with torch.no_grad():
    grown += 1
time_bombs(total)

# %% [markdown]
# ## What graphs keep alive
#
# A list of losses is a list of graphs, and each holds what its operations have saved. The bars say how many bytes would be free after `backward()`, and the hollow boxes what is free already.

# %% id="kept_alive"
k = torch.ones(4, requires_grad=True)
early = (k * k).exp().sum()
late = (k * 2).tanh().sum()
late.backward()
kept_alive(early, late)

# %% [markdown]
# ## Break the engine
#
# The same backward pass, done wrong on purpose: depth first, `=` instead of `+=`, without the sum that undoes broadcasting, with versions ignored. Look for the first step at which the wrong one parts from the right one.

# %% id="break_engine"
q = torch.tensor([1.0, 2.0], requires_grad=True)
double = q * 2
break_engine((double * double + q).sum())

# %% [markdown]
# ## Predict, commit, reveal
#
# Say what will come out before it is computed. A wrong answer is not only wrong: it is met by the misunderstanding that leads to it.

# %% id="predict"
left, right = torch.ones(3), torch.ones(3, 1)
predict("left - right", "shape")

# %% [markdown]
# ## What a block did, operation by operation
#
# Every operation of the block is a moment that you can go back to: what existed then, and which bytes it had written. `%%trace` as the first line of a cell does the same.

# %% id="trace"
m = torch.tensor([1.0, 2.0], requires_grad=True)
with trace() as steps:
    n = m * 3
    n.sum().backward()
steps

# %% [markdown]
# ## A training from within
#
# Two lines in the loop, and you see which layer learns and which does not: the norm of each gradient, how far a step moves each weight (about a thousandth of its size is usual), and what comes out of each module. The learning rate of this one is far too high at first: look at what that does to the outputs of `act`.

# %% id="watch_training"
class Tanh(torch.nn.Module):
    def forward(self, x):
        return x.tanh()

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.act, self.fc2 = torch.nn.Linear(2, 16), Tanh(), torch.nn.Linear(16, 1)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))

def training(rate, steps=80):
    torch.manual_seed(0)
    model, inputs = Net(), 4 * torch.randn(64, 2)
    targets = inputs[:, :1] * inputs[:, 1:]
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    with watch_training(model, optimizer, every=1, live=False) as watch:
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = rate / (1 + step / 20)
            optimizer.zero_grad()
            loss = ((model(inputs) - targets) ** 2).mean()
            loss.backward()
            optimizer.step()
            watch.step(loss)
    return watch

fast = training(0.05)
fast

# %% [markdown]
# ## Several trainings in one figure
#
# The losses of several runs, as a matplotlib figure for a report. A run that ends in NaN ends in a cross, at the step where it first came.

# %% id="compare_runs"
slow, wild = training(0.002), training(9.0, steps=40)
compare_runs({"0.002": slow, "0.05": fast, "9": wild})

# %% [markdown]
# ## Gradients by layer and step
#
# A row is a layer, a column a stretch of steps, a colour a power of ten. Where the rows fade towards the input, the gradient vanishes.

# %% id="gradient_map"
fast.gradient_map()

# %% [markdown]
# ## The same graph for a paper
#
# `to_graphviz` returns a Digraph: its source is DOT, and where Graphviz is installed it draws itself. Where it is not, our own drawing stands in.

# %% id="to_graphviz"
to_graphviz(energy)
