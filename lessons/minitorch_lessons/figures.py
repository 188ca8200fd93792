"""Figures: a picture of matplotlib with the words that say what it shows, for those who do not see it."""

from __future__ import annotations

import base64
import html
import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Described:
    """A figure as the last expression of a cell. JupyterLab drops the text of a bare image, so it travels as HTML."""

    def __init__(self, png: bytes, words: str, width: float) -> None:
        self.png = png
        self.words = words
        self.width = width

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        style = f"width:{self.width:g}px;max-width:100%;background:#fff"
        return f'<img alt="{html.escape(self.words)}" style="{style}" src="data:image/png;base64,{data}">'

    def __repr__(self) -> str:
        return f"[Figure: {self.words}]"


def described(figure: Figure, words: str) -> Described:
    """Show a figure with alternative text: what somebody should know who cannot see it.

    >>> import matplotlib.figure
    >>> figure = matplotlib.figure.Figure(); _ = figure.subplots().plot([3, 1, 0.5])
    >>> described(figure, "The loss falls from 3 to 0.5 in three steps.")
    [Figure: The loss falls from 3 to 0.5 in three steps.]
    """
    if not isinstance(words, str) or not words.strip():
        raise ValueError("described() needs a sentence that says what the figure shows")
    made = io.BytesIO()
    figure.savefig(made, format="png", dpi=2 * figure.dpi, bbox_inches="tight", facecolor="white")
    _close(figure)
    return Described(made.getvalue(), " ".join(words.split()), figure.get_figwidth() * figure.dpi)


def _close(figure: Figure) -> None:
    """Take it from pyplot, which would show it a second time at the end of the cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
