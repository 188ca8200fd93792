"""placing.py: whatever is added to a graph, what stood keeps standing, folded or not."""

from hypothesis import given, settings
from hypothesis import strategies as st
from minitorch_widgets.picture.placing import Places

LABELS = ["mul", "add", "tanh"]


@st.composite
def growths(draw):
    """A graph of operations that grows: loops and tangles in turn, and where each picture of it is taken."""
    labels, inputs, cuts = [], [], []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            block = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=3))
            for label in block * draw(st.integers(5, 30)):
                labels.append(label)
                inputs.append([len(labels) - 2] if len(labels) > 1 else [])
        else:
            for _ in range(draw(st.integers(1, 15))):
                labels.append(draw(st.sampled_from(LABELS)))
                most = len(labels) - 2
                inputs.append(
                    [draw(st.integers(0, most)) for _ in range(draw(st.integers(0, 2)))] if most >= 0 else []
                )
        cuts.append(len(labels))
    return labels, inputs, cuts


def picture(labels, inputs, count):
    nodes = [{"id": f"n{i}", "kind": "op", "label": labels[i]} for i in range(count)]
    edges = [
        {"id": f"e{i}_{slot}", "from": f"n{i}", "slot": slot, "to": f"n{j}"}
        for i in range(count)
        for slot, j in enumerate(inputs[i])
    ]
    return nodes, edges


@given(growths())
@settings(max_examples=60)
def test_adding_nodes_moves_none(growth):
    labels, inputs, cuts = growth
    places = Places()
    before, outside = {}, set()
    for count in cuts:
        nodes, edges = picture(labels, inputs, count)
        placed = places.place(nodes, edges, [80.0] * count)
        folded = {id for fold in placed.folds for id in fold["nodes"]}
        corners = {node["id"]: (node["x"], node["y"]) for node in nodes}
        assert not outside & folded  # what stood by itself is not folded away
        for id in outside:
            assert corners[id] == before[id]
        before, outside = corners, set(corners) - folded


@given(growths())
@settings(max_examples=40)
def test_every_edge_has_a_way_or_shares_one(growth):
    labels, inputs, cuts = growth
    nodes, edges = picture(labels, inputs, cuts[-1])
    placed = Places().place(nodes, edges, [80.0] * len(nodes))
    home = {id: fold["id"] for fold in placed.folds for id in fold["nodes"]}
    ways = {}
    for edge in edges:
        start, end = home.get(edge["from"], edge["from"]), home.get(edge["to"], edge["to"])
        if start == end:
            assert edge["points"]
        else:
            slot = None if edge["from"] in home else edge["slot"]
            ways.setdefault((start, end, slot), []).append(bool(edge["points"]))
    assert all(told == [True] + [False] * (len(told) - 1) for told in ways.values())


@given(growths())
@settings(max_examples=40)
def test_the_same_graph_again_is_placed_the_same(growth):
    labels, inputs, cuts = growth
    places = Places()
    pictures = []
    for _ in range(2):
        nodes, edges = picture(labels, inputs, cuts[-1])
        pictures.append((places.place(nodes, edges, [80.0] * len(nodes)), nodes, edges))
    assert pictures[0] == pictures[1]


def test_what_is_named_stands_by_itself():
    labels, inputs = ["mul"] * 80, [[i - 1] if i else [] for i in range(80)]
    nodes, edges = picture(labels, inputs, 80)
    placed = Places().place(nodes, edges, [80.0] * 80, {"n40"})
    assert len(placed.folds) == 2 and all("n40" not in fold["nodes"] for fold in placed.folds)
