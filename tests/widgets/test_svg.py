"""svg.py: a picture that is well-formed, complete and safe; and DOT source for Graphviz."""

import re
import xml.etree.ElementTree as ElementTree

from minitorch_widgets.snapshot import Budget, snapshot
from minitorch_widgets.svg import CELL, MARGIN, cell_text, curve, to_graphviz, to_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture):
    return [each.text for each in ElementTree.fromstring(to_svg(picture)).iter(f"{SVG}text")]


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


def test_an_empty_picture_and_a_huge_one_are_pictures(torch):
    ElementTree.fromstring(to_svg(snapshot({})))
    y = x = torch.ones(1, requires_grad=True)
    for _ in range(500):
        y = y * 1.0
    picture = snapshot({"x": x, "y": y}, budget=Budget(nodes=1000))
    assert any("too many for a still picture" in text for text in texts(picture))


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
    assert [each.text for each in drawn.iter(f"{SVG}text") if each.get("class") == "number"] == ["3", "2", "1"]


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
