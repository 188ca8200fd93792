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
# # Modules, losses and optimizers
#
# About 55 minutes. You need lesson 10: loss, gradient, step, learning rate.
#
# ## Why
#
# A line is no answer when two groups of points wind around each other. You need a model with more parameters than you care to name, a loss for *which group?* instead of *how much?*, and a training that takes the data in parts. PyTorch has a part for each: `Module`, loss functions, optimizers, `DataLoader`. Each of them fails quietly if it is used a little wrongly, and this lesson shows how.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check, described

check.lesson = "11_modules_and_optimizers"

# %% [markdown]
# ## The data
#
# Two half circles, one turned upside down, each point moved a little at random: the *two moons*. We make 200 points to train on, and 200 others to test on. A label is 0 for the upper moon and 1 for the lower.

# %% id="data"
import math


def two_moons(count):
    angle = math.pi * torch.rand(count)
    upper = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
    lower = torch.stack([1 - torch.cos(angle), 0.5 - torch.sin(angle)], dim=1)
    labels = torch.randint(0, 2, (count,))
    points = torch.where(labels[:, None] == 0, upper, lower)
    return points + 0.15 * torch.randn(count, 2), labels.float()


torch.manual_seed(0)
points, labels = two_moons(200)
test_points, test_labels = two_moons(200)
print(points.shape, labels.shape)
print(labels[:8])

# %% [markdown]
# ## Ten lines
#
# A `Module` holds parameters and says in `forward` what to compute with them. This one is a *multi-layer perceptron*, an MLP: a linear layer, a function that bends, and a second linear layer.

# %% id="ten-lines"
from minitorch_edu import nn, optim


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 16)
        self.bend = nn.Tanh()
        self.second = nn.Linear(16, 1)

    def forward(self, x):
        return self.second(self.bend(self.first(x))).squeeze(1)


torch.manual_seed(1)
model = MLP()
for name, parameter in model.named_parameters():
    print(f"{name:14} {tuple(parameter.shape)}")
print(sum(parameter.numel() for parameter in model.parameters()), "numbers to learn")
print(model(points).shape)

# %% [markdown]
# We never listed the parameters. When you assign a module to an attribute of a module, such as `self.first = ...`, it is *registered*, and `parameters()` finds what is registered. The `squeeze(1)` at the end makes (200, 1) into (200,), the shape of the labels.
#
# ## Predict: layers in a list
#
# Somebody keeps the layers in a list:
#
# ```python
# class Listed(nn.Module):
#     def __init__(self):
#         super().__init__()
#         self.layers = [nn.Linear(2, 16), nn.Linear(16, 1)]
# ```
#
# How many numbers does `Listed().parameters()` find?
#
# - `"a"`: 65, as many as in the MLP
# - `"b"`: none
# - `"c"`: 48: the weights, and not the biases
# - `"d"`: there is an error when the list is assigned

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")


# %% id="listed"
class Listed(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.layers = kind([nn.Linear(2, 16), nn.Linear(16, 1)])


for kind in (list, nn.ModuleList):
    print(kind.__name__, sum(p.numel() for p in Listed(kind).parameters()))

# %% [markdown]
# A list of Python's is not registered. `nn.ModuleList` is a module that behaves like a list, and it is.
#
# ## A loss for yes or no
#
# The model gives one number for each point, which may be any number: a **logit**. The larger it is, the more the model is for label 1. `sigmoid` turns a logit into a probability between 0 and 1, and a logit of 0 into one half.
#
# The loss for this is the *binary cross entropy*: minus the logarithm of the probability that the model gave to the true label. PyTorch has it twice: `BCELoss` takes probabilities, `BCEWithLogitsLoss` takes logits and does the sigmoid itself.

# %% id="losses"
logits = torch.tensor([-3.0, 0.0, 3.0])
ones = torch.ones(3)
print(torch.sigmoid(logits))
print(nn.BCELoss()(torch.sigmoid(logits), ones))
print(nn.BCEWithLogitsLoss()(logits, ones))

# %% [markdown]
# The two agree here. Why are there two? Take a model that is very sure, and wrong: a logit of 200 where the label is 0.

# %% id="sure-and-wrong"
zero = torch.tensor([0.0])
for name in ("BCELoss", "BCEWithLogitsLoss"):
    logit = torch.tensor([200.0], requires_grad=True)
    given = torch.sigmoid(logit) if name == "BCELoss" else logit
    loss = getattr(nn, name)()(given, zero)
    loss.backward()
    print(f"{name:18} loss {loss.item():5.1f}  gradient {logit.grad.item():.1f}")

# %% [markdown]
# In float32, `sigmoid(200)` is exactly 1. How wrong the model was is lost in rounding, and the gradient is 0: where it is needed most, nothing is learned. `BCEWithLogitsLoss` works on the logit itself and has a gradient of 1. So let a model end in logits, and use the loss that takes logits.
#
# ## Predict: a sigmoid too many
#
# A model ends in a sigmoid, and its output goes into `BCEWithLogitsLoss`. Take one point with label 1, and let the model become as sure and as right as it can. Where does its loss go?
#
# - `"a"`: to 0
# - `"b"`: to about 0.31, and never below
# - `"c"`: nowhere: there is an error, because probabilities are no logits

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "b"
### END SOLUTION

# %%
check("predict-2")

# %% id="sigmoid-twice"
for logit in (0.0, 5.0, 50.0):
    probability = torch.sigmoid(torch.tensor([logit]))
    print(f"logit {logit:4}: loss {nn.BCEWithLogitsLoss()(probability, torch.ones(1)).item():.4f}")

# %% [markdown]
# The loss takes the probability for a logit. A probability is at most 1, and `sigmoid(1)` is 0.73: that is as sure as the model can ever seem. There is no error, only a training that stays worse than it need be.
#
# ## The data in parts
#
# A `DataLoader` hands out a data set in *batches*. With `shuffle=True` the order is new in each pass; one pass through all points is an **epoch**.

# %% id="loader"
from minitorch_edu.utils.data import DataLoader, TensorDataset

data = TensorDataset(points, labels)
loader = DataLoader(data, batch_size=20, shuffle=True)
print(len(data), "points in", len(loader), "batches")
for _ in range(2):
    batch_points, batch_labels = next(iter(loader))
    print(tuple(batch_points.shape), batch_labels[:6].tolist())

# %% [markdown]
# Why shuffle? A gradient from a batch stands for the gradient from all points. If the data are sorted, almost every batch holds one label only, and each step pulls the model toward that label:

# %% id="sorted"
order = labels.argsort()
in_order = DataLoader(TensorDataset(points[order], labels[order]), batch_size=20)
print([int(batch_labels.sum()) for _, batch_labels in in_order], "of 20 have label 1")
print([int(batch_labels.sum()) for _, batch_labels in loader], "after shuffling")

# %% [markdown]
# ## The training
#
# The loop is that of lesson 10, with a loop over batches inside. In place of plain `SGD` we take `Adam`. It keeps running averages of each parameter's gradient and of its square, and from them gives each number a step size of its own.


# %% id="training"
def accuracy_of(model, points, labels):
    with torch.no_grad():
        return ((model(points) > 0) == (labels == 1)).float().mean().item()


def train(model, epochs=30):
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    loss_function = nn.BCEWithLogitsLoss()
    for _ in range(epochs):
        for batch_points, batch_labels in loader:
            optimizer.zero_grad()
            loss = loss_function(model(batch_points), batch_labels)
            loss.backward()
            optimizer.step()


torch.manual_seed(1)
model = MLP()
print(f"before: {accuracy_of(model, test_points, test_labels):.2f}")
train(model)
print(f"after: {accuracy_of(model, test_points, test_labels):.2f}")

# %% [markdown]
# These are shares of the *test* points, which the training has never seen. A probability above one half is a logit above 0, so no sigmoid is needed to decide.
#
# ## Look: where the model changes its mind
#
# We ask the model for its logit at each place of a grid, and colour the places by its sign.

# %% id="figure-boundary"
import matplotlib.pyplot as plt


def boundary(model, title, words):
    across, up = torch.linspace(-1.6, 2.6, 80), torch.linspace(-1.2, 1.7, 60)
    grid = torch.cartesian_prod(across, up)
    with torch.no_grad():
        logits = model(grid).reshape(80, 60).T
    figure, axes = plt.subplots(figsize=(6, 3.8), layout="constrained")
    axes.contourf(
        across.numpy(), up.numpy(), logits.numpy(), levels=[-1e9, 0, 1e9], colors=["#cfe3f7", "#fbe0c3"]
    )
    for label, marker in ((0, "o"), (1, "^")):
        here = test_points[test_labels == label]
        axes.scatter(here[:, 0].numpy(), here[:, 1].numpy(), s=16, marker=marker, label=f"label {label}")
    axes.set_title(title)
    axes.legend()
    return described(figure, words)


boundary(
    model,
    "The MLP",
    "The test points of two moons, circles for the upper and triangles for the lower. The border between the two colours "
    "winds between the moons, and only a few points lie on the wrong side of it.",
)

# %% [markdown]
# ## Look: a training from within
#
# The same training of a new model, watched. The curves show the loss, the gradient of each layer, and how far a step moves it.

# %% tags=["widget"] id="watch"
from minitorch_widgets import watch_training

torch.manual_seed(1)
watched = MLP()
watched_optimizer = optim.Adam(watched.parameters(), lr=0.02)
with watch_training(watched, watched_optimizer) as watch:
    for _ in range(10):
        for batch_points, batch_labels in loader:
            watched_optimizer.zero_grad()
            watched_loss = nn.functional.binary_cross_entropy_with_logits(watched(batch_points), batch_labels)
            watched_loss.backward()
            watched_optimizer.step()
            watch.step(watched_loss)

# %% [markdown]
# ## Predict: without the bend
#
# The next cell trains the same model without `Tanh`: two linear layers, one after the other, and as many parameters as before. What will its border look like?
#
# - `"a"`: it winds as before, since the parameters are as many
# - `"b"`: it is a straight line
# - `"c"`: it has one corner, where the two layers meet

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "b"
### END SOLUTION

# %%
check("predict-3")

# %% id="figure-straight"
torch.manual_seed(1)
straight = MLP()
straight.bend = nn.Identity()
train(straight)
print(f"{accuracy_of(straight, test_points, test_labels):.2f} of the test points are right")
boundary(
    straight,
    "Two linear layers and nothing between",
    "The same points. The border between the two colours is a straight line. It cuts through both moons, and the tips "
    "of the moons lie on its wrong side.",
)

# %% [markdown]
# A linear layer after a linear layer is again a linear layer, with the product of the two weights. The parameters are there, but they say nothing that a single layer could not say:

# %% id="one-layer"
weight = straight.second.weight @ straight.first.weight
bias = straight.second.weight @ straight.first.bias + straight.second.bias
one_layer = points @ weight[0] + bias
print(weight.shape)
print(torch.allclose(one_layer, straight(points), atol=1e-4))

# %% [markdown]
# ## Training and evaluation
#
# Some modules compute one thing while you train and another when you use the model. `Dropout(0.5)` sets each number to 0 with probability one half while training, and doubles the rest, so that the model does not rely on single numbers. `train()` and `eval()` switch the mode of a module and of all modules in it.

# %% id="modes"
torch.manual_seed(0)
dropping = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5))
dropping[1].train()
print(dropping[1](torch.ones(8)))
dropping.eval()
print(dropping[1](torch.ones(8)))
print("training:", dropping.training, dropping[1].training)
print("recorded:", dropping(points).requires_grad)

# %% [markdown]
# Look at the last line. `eval()` does not stop the recording, and `no_grad()` does not switch the mode. To measure a model you usually want both.
#
# ## Your turn
#
# ### 1. Measure a model
#
# `accuracy(model, points, labels)` returns the share of points on which the model is right, as a number from 0 to 1. The model gives one logit for each point. Fill in two blanks.


# %% exercise="q1" id="q1"
def accuracy(model, points, labels):
    # blank 1: let the model compute as it does when it is used
    ### BEGIN SOLUTION
    model.eval()
    ### END SOLUTION
    with torch.no_grad():
        logits = model(points)
    # blank 2: let chosen be True where the model is for label 1
    ### BEGIN SOLUTION
    chosen = logits > 0
    ### END SOLUTION
    return (chosen == (labels == 1)).float().mean().item()


# %%
check("q1")

# %% [markdown]
# ### 2. One epoch
#
# Write `train_epoch(model, loader, loss_function, optimizer)`. It puts the model into training mode, goes through the loader once and makes one step for each batch. It returns the mean loss over all *points*, as a plain number. The last batch of a loader may be smaller than the others, and `loss_function` gives the mean over one batch.


# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def train_epoch(model, loader, loss_function, optimizer):
    model.train()
    total, count = 0.0, 0
    for inputs, targets in loader:
        optimizer.zero_grad()
        error = loss_function(model(inputs), targets)
        error.backward()
        optimizer.step()
        total += error.item() * len(targets)
        count += len(targets)
    return total / count


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Half of it does not learn
#
# A colleague builds a model and an optimizer, then decides that the first layer should start from other numbers. The training runs, the loss falls, but not as far as it should.

# %% id="suspicious"
torch.manual_seed(2)
odd = MLP()
odd_optimizer = optim.SGD(odd.parameters(), lr=0.1)
odd.first = nn.Linear(2, 16)

for batch_points, batch_labels in loader:
    odd_optimizer.zero_grad()
    odd_loss = nn.BCEWithLogitsLoss()(odd(batch_points), batch_labels)
    odd_loss.backward()
    odd_optimizer.step()

# %% [markdown]
# Investigate. Look at the parameters and their gradients before and after some more steps. `odd_optimizer.param_groups[0]["params"]` is the list of tensors that the optimizer moves.
#
# - `frozen`: the names, as `odd.named_parameters()` gives them, of the parameters that do not change. A list of strings.
# - `cause`: a letter. They do not change, because
#     - `"a"`: they do not require a gradient
#     - `"b"`: no gradient reaches them in `backward()`
#     - `"c"`: the optimizer does not know them
#     - `"d"`: their steps are too small to see

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
frozen = ["first.weight", "first.bias"]
cause = "c"
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - Two labels, so one logit for each point. For more labels a model gives one logit for each label, and `CrossEntropyLoss` takes these, again without a softmax before it.
# - We tested at the end, once. Who tests again and again and changes the model each time needs a third set of points.
# - We chose the learning rate, the 16 and the 30 epochs for you.
# - `Dropout` is one module with two modes. `BatchNorm1d` is another: in training it uses the mean of the batch, in evaluation an average kept from training.
#
# ## Where PyTorch differs
#
# - The names and the rules are PyTorch's: `Module`, `named_parameters`, `train`, `eval`, `BCEWithLogitsLoss`, `Adam`, `DataLoader`. The cells that draw no pictures of ours run after `import torch` and print the same.
# - `watch_training` and the panel are ours.
#
# ## What to take along
#
# A module finds what is registered in it, an optimizer moves what it was given, and a loss believes that it gets what it asks for. None of the three complains if you get it wrong. So count the parameters, end in logits, shuffle, and say `train()` and `eval()`.
