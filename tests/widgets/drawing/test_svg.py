"""svg.py: a picture that is well-formed, complete and safe; and DOT source for Graphviz."""

import os
import random
import re
import shutil
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from minitorch_widgets.drawing.svg import CELL, MARGIN, cell_text, curve, to_graphviz, to_svg
from minitorch_widgets.picture.snapshot import snapshot

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture):
    return [each.text or "" for each in ElementTree.fromstring(to_svg(picture)).iter(f"{SVG}text")]


def test_the_picture_is_xml_with_a_title_and_a_description(torch):
    x = torch.ones(3, requires_grad=True)
    picture = snapshot({"x": x, "loss": (x * 2.0).sum()}, title="after cell [1]")
    root = ElementTree.fromstring(to_svg(picture))
    assert root.find(f"{SVG}title").text == "after cell [1]"
    assert root.find(f"{SVG}desc").text == picture["text"]
    assert {"x", "mul", "sum", "loss ()"} <= set(texts(picture))


def test_it_asks_nobody_for_anything(torch):
    drawn = to_svg(snapshot({"x": torch.ones(2)}))
    assert drawn.count("http") == 1 and "<script" not in drawn  # the one is the name of the format


def test_names_and_values_are_escaped():
    import numpy as np

    hostile = "<script>alert('&\"')</script>\x00\x0b"
    picture = snapshot({f"a{hostile}": np.array([np.nan, np.inf])}, title=hostile)
    assert "<script" not in to_svg(picture)
    assert {"nan", "inf"} <= set(texts(picture))


def test_an_empty_picture_is_a_picture():
    ElementTree.fromstring(to_svg(snapshot({})))


def test_what_repeats_is_folded_in_the_still_picture(torch):
    y = x = torch.ones(1, requires_grad=True)
    for _ in range(500):
        y = y * 1.0
    found = texts(snapshot({"x": x, "y": y}))
    assert "mul ×498" in found and "498 nodes folded." in found


def test_of_a_large_tangle_the_end_is_drawn_and_the_rest_is_counted(torch):
    generator = random.Random(0)
    values = [torch.ones((), requires_grad=True) for _ in range(4)]
    for _ in range(700):
        values.append(generator.choice(values[-9:]) * generator.choice(values[-9:]))
    picture = snapshot({"loss": sum(values[-9:])})
    drawn = ElementTree.fromstring(to_svg(picture))
    assert any("further up are not drawn" in (each.text or "") for each in drawn.iter(f"{SVG}text"))
    boxes = [
        each for each in drawn.iter(f"{SVG}rect") if each.get("class", "").split(" ")[0] in ("op", "leaf")
    ]
    assert 300 < len(boxes) <= 410  # a fold is a pile of three
    assert "loss ()" in texts(picture)


def test_every_state_has_a_letter_in_a_shape_and_a_line_that_explains_it(torch):
    x = torch.ones(2, requires_grad=True)
    freed = x * x
    freed.sum().backward()
    kept = (x * 3.0).exp()
    kept.retain_grad()
    stale = kept.sin()
    kept.detach().add_(1.0)
    found = texts(snapshot({"x": x, "freed": freed, "kept": kept, "stale": stale}))
    assert {"L", "F", "R", "!"} <= set(found)
    for line in (
        "L: a leaf",
        "F: what it saved is freed",
        "R: retains its grad",
        "!: what it saved has changed since",
    ):
        assert line in found


def test_a_walk_goes_back_along_dashed_lines(torch):
    x = torch.ones(2, requires_grad=True)
    picture = snapshot({"x": x, "loss": (x * 2.0).sum()})
    order = [node["id"] for node in reversed(picture["nodes"])]
    drawn = ElementTree.fromstring(to_svg(picture, {"order": order}))
    assert sum(each.get("class") == "back" for each in drawn.iter(f"{SVG}path")) == 2


def test_text_stays_inside_the_picture(torch):
    x = torch.ones(3, requires_grad=True)
    a_name_that_goes_on = x.detach()[1:]
    picture = snapshot({"x": x, "a_name_that_goes_on_and_on_for_a_while_longer": a_name_that_goes_on})
    root = ElementTree.fromstring(to_svg(picture))
    width = float(root.get("width"))
    for each in root.findall(f"{SVG}text"):
        assert float(each.get("x")) + (0 if each.get("text-anchor") else 6.6 * len(each.text)) <= width


def test_freed_and_stale_have_letters_and_a_legend(torch):
    x = torch.ones(2, requires_grad=True)
    y = x * x
    y.sum().backward()
    found = texts(snapshot({"x": x, "y": y}))
    assert "F" in found and any("what it saved is freed" in each for each in found)


def test_a_walk_numbers_the_nodes(torch):
    x = torch.ones(2, requires_grad=True)
    loss = (x * 2.0).sum()
    picture = snapshot({"x": x, "loss": loss})
    order = [node["id"] for node in reversed(picture["nodes"])]
    drawn = ElementTree.fromstring(to_svg(picture, {"order": order}))
    assert [each.text for each in drawn.iter(f"{SVG}text") if each.get("class") == "number"] == [
        "3",
        "2",
        "1",
    ]


def test_cells_have_room_for_their_numbers():
    assert [cell_text(each) for each in (1.0, -0.123456, 1234567.0, -2.289e-15, True, "nan")] == [
        "1", "-0.1235", "1.2e+06", "-2e-15", "True", "nan",
    ]  # fmt: skip


def brackets(picture):
    """The runs of each tensor's bracket, in cells of its lane."""
    found = re.findall(r'class="look" d="M([\d.]+) [\d.]+v4H([\d.]+)v-4"', to_svg(picture))
    return [((float(x) - 3 - MARGIN) / CELL, (float(end) + 3 - MARGIN) / CELL) for x, end in found]


def test_a_bracket_spans_the_bytes_that_are_read(torch):
    a = torch.arange(6.0).reshape(2, 3)
    assert brackets(snapshot({"a": a, "column": a[:, 1]})) == [(0, 6), (1, 2), (4, 5)]
    assert brackets(snapshot({"a": a, "whole": a[1].view(torch.int16)[:3]})) == [(0, 6), (3, 4.5)]
    z = torch.tensor([1 + 2j, 3j])
    assert brackets(snapshot({"z": z, "im": z.imag})) == [(0, 2), (0.5, 1), (1.5, 2)]
    assert "im  (2,) stride (2,) offset 1" in to_svg(snapshot({"z": z, "im": z.imag}))


def test_a_bracket_of_millions_of_elements_is_right_in_the_cells_that_are_shown(torch):
    wide = torch.zeros(4, 50_000)
    assert brackets(snapshot({"t": wide.T})) == [(0, 12)]
    said = to_svg(snapshot({"e": torch.ones(1).expand(10_000_000)}))
    assert "e  (10000000,) stride (0,), each cell read 10,000,000 times" in said


def test_a_line_leaves_and_enters_upright():
    assert curve([[0, 10], [0, 5], [4, 1]]) == "M0 10V5C0 3 4 3 4 1"


def test_graphviz_gets_the_graph_by_its_names(torch):
    w = torch.ones(2, requires_grad=True)
    loss = (w * 2.0).sum()
    source = to_graphviz(loss).source
    assert source.count("->") == 2 and r"w\n(2,)" in source and r"sum\nloss ()" in source
    assert to_graphviz(loss * 2.0).source.count("->") == 3  # an expression without a name


def test_graphviz_folds_what_repeats_and_marks_what_is_stale(torch):
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    for _ in range(100):
        y = y * 1.0
    z = y.exp()
    saved = z.sin()
    z.detach().add_(1.0)
    graph = to_graphviz(saved)
    assert "mul ×" in graph.source and "box3d" in graph.source and graph.source.count("->") < 12
    assert r"\n!" in graph.source and "#b34700" in graph.source


def test_without_graphviz_it_shows_itself_and_writes_svg_and_dot(torch, tmp_path, monkeypatch):
    import graphviz

    monkeypatch.setenv("PATH", "")
    w = torch.ones(2, requires_grad=True)
    graph = to_graphviz((w * 2.0).sum())
    assert isinstance(graph, graphviz.Digraph)
    ElementTree.fromstring(graph._repr_mimebundle_()["image/svg+xml"])
    ElementTree.fromstring(graph.write(tmp_path / "graph.svg").read_text())
    assert graph.write(tmp_path / "graph.dot").read_text() == graph.source
    with pytest.raises(graphviz.ExecutableNotFound) as caught:
        graph.write(tmp_path / "graph.pdf")
    assert "Install Graphviz" in caught.value.__notes__[0] and not (tmp_path / "graph.pdf").exists()


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz's dot")
def test_graphviz_draws_pdf_and_svg_where_it_is_installed(torch, tmp_path):
    w = torch.ones(2, requires_grad=True)
    graph = to_graphviz((w * 2.0).sum())
    assert graph.write(tmp_path / "graph.pdf").read_bytes().startswith(b"%PDF")
    assert "Graphviz" in graph.write(tmp_path / "graph.svg").read_text() or graph.pipe(format="svg")


def test_graphviz_is_asked_for_pdf_with_our_source(torch, tmp_path, monkeypatch):
    """What stands for `dot` here is a script that says what it was given."""
    tool = tmp_path / "dot"
    tool.write_text(
        f"#!{sys.executable}\nimport sys\nprint('%PDF', *sys.argv[1:])\nprint(sys.stdin.read())\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    w = torch.ones(2, requires_grad=True)
    graph = to_graphviz((w * 2.0).sum())
    written = graph.write(tmp_path / "graph.pdf").read_text()
    assert written.startswith("%PDF") and "-Tpdf" in written and graph.source.strip() in written
