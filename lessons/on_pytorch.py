# %% [markdown] id="title"
# # The last page: the same notebooks on PyTorch
#
# About 15 minutes. You need one finished lesson, and PyTorch: `pip install torch==2.13.0`.
#
# ## Why
#
# You have learned PyTorch's words on a small engine that you can read. Now take them to PyTorch itself. One import changes.

# %% [markdown]
# ## Ten lines, twice
#
# The cell keeps both libraries and runs the same lines on each. Where PyTorch is not installed, only the first part is printed.

# %% id="both"
import importlib.util

import minitorch_edu

engines = [minitorch_edu]
if importlib.util.find_spec("torch"):
    import torch

    engines.append(torch)


def ten_lines(torch):
    x = torch.tensor([1.0, 2.0, 3.0])
    w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    loss = ((x * w).sum() + b - 2.0) ** 2
    loss.backward()
    return loss, w.grad, b.grad


for engine in engines:
    print(*ten_lines(engine))

# %% [markdown]
# Both print the same, down to the name of the node. Random numbers are the same too, after the same `manual_seed`:

# %% id="random"
for engine in engines:
    engine.manual_seed(0)
    print(engine.randn(3))

# %% [markdown]
# ## Make the notebook
#
# This writes lesson 6 for PyTorch into the folder `course`:
#
# ```
# minitorch-edu build 6 --engine torch
# ```
#
# There are three files: `06_backward_graph.torch.ipynb` for students, the same with solutions for instructors, and a page of HTML. By hand it is no more than this: in the first cell of code, write `import torch` in place of `import minitorch_edu as torch`.

# %% id="changed"
from minitorch_lessons.pytorch import with_pytorch

print(with_pytorch("import minitorch_edu as torch\nfrom minitorch_edu import nn"))

# %% [markdown]
# ## What stays
#
# - The prose, the predictions, the exercises and `check`. The checks ask for values and for the graph by PyTorch's names, and so they do not care whose tensors they get.
# - What the cells print. For lessons without the simulated GPU a test compares every cell's output with PyTorch's.
# - The inspector. It reads PyTorch's tensors, their graph and their memory, after every cell.
#
# ## What differs
#
# - The simulated GPU is part of our engine. On PyTorch, `"cuda"` is a real GPU, or an error where there is none. Cells that need the simulated one stand in the changed notebook as text.
# - Op cards, and the kernel lab, are ours. PyTorch's own operations are written in C++ and CUDA, and there is no card to open. `torch.autograd.Function` is the same in both.
# - An error has the same text where both refuse. Under it our engine writes a hint of its own, and PyTorch does not.
# - What differs on purpose is listed in one place: `minitorch_edu/DIFFERENCES.md`.
#
# ## What to take along
#
# The words are PyTorch's, and they go with you: storage, stride, leaf, node, `grad_fn`, `backward`. What you can no longer do is to open the engine and read the line that runs. When you miss that, change the import back.
