"""layout.py: no two boxes overlap, data flows down, and what stood keeps standing."""

import gc
import time

from hypothesis import given, settings
from hypothesis import strategies as st
from minitorch_widgets.picture.layout import HEIGHT, Box, Link, layout

PIXEL = 0.05  # coordinates are rounded


@st.composite
def graphs(draw, most=24):
    """Boxes in the order of their making, with links back to earlier ones."""
    count = draw(st.integers(0, most))
    boxes = [Box(f"n{i}", draw(st.sampled_from([72.0, 90.0, 140.0, 220.0]))) for i in range(count)]
    links = []
    for i in range(1, count):
        for slot in range(draw(st.integers(0, 3))):
            links.append(Link(f"e{i}_{slot}", f"n{i}", slot, f"n{draw(st.integers(0, i - 1))}"))
    return boxes, links


def assert_sound(boxes, links, placed):
    corners = placed.corners
    for i, one in enumerate(boxes):
        x, y = corners[one.id]
        assert (
            x >= 0
            and y >= 0
            and x + one.width <= placed.width + PIXEL
            and y + HEIGHT <= placed.height + PIXEL
        )
        for other in boxes[:i]:
            if corners[other.id][1] == y:
                left, right = sorted([(x, one.width), (corners[other.id][0], other.width)])
                assert left[0] + left[1] <= right[0] + PIXEL, (one, other, corners)
    for link in links:
        assert corners[link.target][1] + HEIGHT < corners[link.source][1]
        heights = [y for _, y in placed.points[link.id]]
        assert heights == sorted(heights, reverse=True)
        assert heights[0] == corners[link.source][1] and heights[-1] == corners[link.target][1] + HEIGHT


@given(graphs())
def test_no_two_boxes_overlap_and_every_edge_goes_down(graph):
    assert_sound(*graph, layout(*graph))


@given(graphs())
def test_the_same_graph_gives_the_same_picture(graph):
    assert layout(*graph) == layout(*graph)


@given(graphs(), st.integers(0, 24))
def test_what_stood_keeps_standing_when_the_graph_grows(graph, count):
    boxes, links = graph
    first = boxes[:count]
    ids = {box.id for box in first}
    before = layout(first, [link for link in links if link.source in ids])
    after = layout(boxes, links, before.corners)
    assert_sound(boxes, links, after)
    assert {id: after.corners[id] for id in ids} == before.corners


PLACES = st.dictionaries(
    st.sampled_from([f"n{i}" for i in range(24)]), st.tuples(st.floats(0, 500), st.floats(0, 900))
)


@given(graphs(), PLACES)
def test_any_previous_picture_leaves_a_sound_one(graph, previous):
    assert_sound(*graph, layout(*graph, previous))


@given(graphs(), st.data())
@settings(max_examples=50)
def test_a_picture_that_loses_boxes_stays_sound(graph, data):
    boxes, links = graph
    before = layout(boxes, links)
    kept = [box for box in boxes if data.draw(st.booleans())]
    ids = {box.id for box in kept}
    rest = [link for link in links if link.source in ids and link.target in ids]
    assert_sound(kept, rest, layout(kept, rest, before.corners))


def test_a_box_that_grows_into_its_neighbour_is_moved():
    boxes, links = (
        [Box("a", 72), Box("b", 72), Box("c", 72)],
        [Link("e", "c", 0, "a"), Link("f", "c", 1, "b")],
    )
    before = layout(boxes, links)
    wider = [Box("a", 220), *boxes[1:]]
    assert_sound(wider, links, layout(wider, links, before.corners))


def test_a_leaf_stands_right_above_its_consumer():
    chain = [Box(f"n{i}", 72) for i in range(10)]
    links = [Link(f"e{i}", f"n{i}", 0, f"n{i - 1}") for i in range(1, 10)]
    placed = layout([*chain, Box("leaf", 72)], [*links, Link("w", "n9", 1, "leaf")])
    assert placed.corners["leaf"][1] == placed.corners["n8"][1]


def test_a_chain_is_straight_also_with_leaves_at_its_side():
    boxes, links = [Box("n0", 72)], []
    for i in range(1, 20):
        boxes += [Box(f"w{i}", 72), Box(f"n{i}", 72)]
        links += [Link(f"e{i}", f"n{i}", 0, f"n{i - 1}"), Link(f"w{i}", f"n{i}", 1, f"w{i}")]
    placed = layout(boxes, links)
    across = [placed.corners[f"n{i}"][0] for i in range(1, 20)]
    assert max(across) - min(across) < 1


def graph_of(kind, count):
    """Chains, residual blocks, a weight that every step uses, and tangles."""
    boxes = [Box(f"n{i}", 80) for i in range(count)]
    back = {
        "chain": lambda i: [1],
        "residual": lambda i: [1, 2] if i % 2 else [1],
        "recurrent": lambda i: [1, i],
    }
    back["tangle"] = lambda i: [1 + i * 7 % 19, 1 + i * 13 % 37]
    links = [
        Link(f"e{i}_{slot}", f"n{i}", slot, f"n{i - step}")
        for i in range(1, count) for slot, step in enumerate(back[kind](i)) if step <= i
    ]  # fmt: skip
    return boxes, links


def test_ten_thousand_boxes_are_placed_without_delay():
    gc.collect()
    gc.freeze()  # the collector need not walk through what thousands of other tests have left
    for kind in ("chain", "residual", "recurrent", "tangle"):
        for count, limit in ((1000, 0.4), (10_000, 3.0)):  # generous: the machine may be busy
            graph = graph_of(kind, count)
            started = time.process_time()
            placed = layout(*graph)
            seconds = time.process_time() - started
            print(f"\n{kind} of {count}: {seconds:.3f} s of CPU, {placed.width:.0f} px wide", end="")
            assert seconds < limit
