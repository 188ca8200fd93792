"""A lesson's notebook on real PyTorch: the import is changed, and what PyTorch has not is left out and named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ENGINES = ("minitorch_edu", "torch")
OURS = "simulated"
"""Cells with this tag need the simulated GPU, the op cards or the kernel lab: PyTorch has none of them."""

NOTE = (
    "**This notebook runs on real PyTorch.** Its import is changed. The cells of code are otherwise the same, "
    "and so are the exercises, the checks and the inspector. Cells that need the simulated GPU or the op cards stand "
    "here as text."
)
LEFT_OUT = "PyTorch does not have what this cell uses, so it is not run here:\n\n```python\n{code}\n```"


def on_pytorch(notebook: NotebookNode) -> NotebookNode:
    """Change the notebook to run on PyTorch. Every cell keeps its place and its id."""
    from nbformat.v4 import new_markdown_cell

    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and OURS in cell.metadata.get("tags", []):
            cells.append(new_markdown_cell(LEFT_OUT.format(code=cell.source), id=cell.id))
            continue
        if cell.cell_type == "code":
            cell.source = with_pytorch(cell.source)
        cells.append(cell)
    cells.insert(1, new_markdown_cell(NOTE, id="on-pytorch"))
    notebook.cells = cells
    notebook.metadata.minitorch["engine"] = "torch"
    return notebook


def with_pytorch(code: str) -> str:
    """The code with every import of the engine changed to PyTorch's."""
    code = code.replace("import minitorch_edu as torch", "import torch")
    return re.sub(r"(?m)^(\s*(?:import|from) )minitorch_edu\b", r"\1torch", code)
