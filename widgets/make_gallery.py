"""Make the gallery: `python widgets/make_gallery.py` runs the cells of gallery.py and draws its page anew.

GALLERY.md holds the words of gallery.py and a still picture of each cell, in gallery/. With `--notebook PATH` it writes
gallery.py as a notebook, and nothing else.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "gallery.py"
PAGE = HERE / "GALLERY.md"
PICTURES = HERE / "gallery"


def cells() -> list[tuple[str, str]]:
    """The name and the text of each cell; what is between two pictures is called "words"."""
    from minitorch_lessons.source import read_cells

    found = []
    for cell in read_cells(SOURCE):
        if cell.kind == "markdown":
            words = "\n".join(line.removeprefix("#").removeprefix(" ") for line in cell.lines)
            found.append(("words", words.strip()))
        else:
            found.append((cell.attributes["id"], cell.text.strip()))
    return found


def shown(engine: str = "minitorch_edu") -> Iterator[tuple[str, Any]]:
    """What each cell shows, by the name of the cell; whatever a cell raises is raised here."""
    from IPython.core.interactiveshell import InteractiveShell
    from minitorch_widgets.session import live
    from traitlets.config import Config

    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        for name, text in cells():
            if name == "words":
                continue
            code = re.sub("^# %", "%", text, flags=re.MULTILINE)  # a magic is a comment in a percent file
            code = code.replace("import minitorch_edu as", f"import {engine} as")
            with contextlib.redirect_stdout(io.StringIO()):  # what the shell prints is told by the pictures, too
                ran = shell.run_cell(code, store_history=True)
            ran.raise_error()
            yield name, ran.result
    finally:
        live.unload_ipython_extension(shell)


def still(thing: Any) -> str:
    """The still picture of what a cell has shown, as SVG."""
    if hasattr(thing, "savefig"):
        import matplotlib

        buffer = io.StringIO()
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "gallery"}):
            thing.savefig(buffer, format="svg", metadata={"Date": None})
        return buffer.getvalue()
    bundle = thing._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return re.sub(r"0x[0-9a-f]+", "", data["image/svg+xml"])  # addresses differ from run to run


def make() -> None:
    """Draw the pictures and write the page."""
    PICTURES.mkdir(exist_ok=True)
    drawn = {name: still(thing) for name, thing in shown() if thing is not None}
    for name, picture in drawn.items():
        (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")
    for old in PICTURES.glob("*.svg"):
        if old.stem not in drawn:
            old.unlink()
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """GALLERY.md: the words, the code and the picture of each cell."""
    parts: list[str] = []
    title = ""
    for name, text in cells():
        if name == "words":
            title = text.partition("\n")[0].lstrip("# ")
            parts.append(text)
        else:
            parts.append(f"```python\n{text}\n```")
            if name != "setup":
                parts.append(f"![{title}](gallery/{name}.svg)")  # what it shows in full is in the file itself
    return "\n\n".join(parts) + "\n"


def notebook(path: Path) -> None:
    """Write gallery.py as a notebook."""
    import nbformat
    from minitorch_lessons.source import solution_notebook

    nbformat.write(solution_notebook(SOURCE), path)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--notebook"] and len(sys.argv) == 3:
        notebook(Path(sys.argv[2]))
    elif len(sys.argv) == 1:
        make()
    else:
        sys.exit(__doc__)
