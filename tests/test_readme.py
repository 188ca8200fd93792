"""The picture in the README is what the renderer draws today. `python -m tests.test_readme` draws it anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.picture.snapshot import snapshot

import minitorch_edu as torch

pytestmark = pytest.mark.host

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "widgets" / "picture.svg"


def drawn() -> str:
    x = torch.tensor([1.0, 2.0, 3.0])
    w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    array = w.detach().numpy()
    prediction = (x * w).sum() + b
    loss = (prediction - 2.0) ** 2
    loss.backward()
    names = {"x": x, "w": w, "b": b, "array": array, "prediction": prediction, "loss": loss}
    return re.sub(r"0x[0-9a-f]+", "", to_svg(snapshot(names)))  # addresses differ from run to run


def test_the_picture_in_the_readme_is_what_the_renderer_draws() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn()


def test_every_file_that_the_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
