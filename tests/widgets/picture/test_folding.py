"""folding.py: what repeats is found, whatever it is made of; what does not repeat, or has its place, stays as it is."""

import random

from hypothesis import given
from hypothesis import strategies as st
from minitorch_widgets.picture.folding import LEAST, Operation, folds
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.picture.snapshot import snapshot


def chain(labels):
    """Operations in a row, each using the one before."""
    return [Operation(f"n{i}", label, [i - 1] if i else [None]) for i, label in enumerate(labels)]


def test_a_loop_is_one_fold_from_its_first_whole_turn():
    found = folds(chain(["exp"] + ["mul", "add", "tanh"] * 20 + ["sum"]))
    assert [(fold.label, fold.times, len(fold.nodes)) for fold in found] == [("mul, add, tanh", 20, 60)]


def test_two_loops_are_two_folds():
    found = folds(chain(["mul", "add"] * 30 + ["exp", "log", "sum"] + ["sub", "relu"] * 20))
    assert [(fold.label, fold.times) for fold in found] == [("add, mul", 29), ("sub, relu", 20)]


def test_equal_names_with_other_inputs_do_not_repeat():
    generator = random.Random(0)
    operations = [Operation(f"n{i}", "mul", [generator.randrange(i) if i else None]) for i in range(60)]
    assert folds(operations) == []


def test_what_stands_is_not_folded():
    operations = chain(["mul", "add"] * 20)
    standing = {each.id for each in operations[:10]}
    for fold in folds(operations, standing):
        assert standing.isdisjoint(fold.nodes)


@given(st.lists(st.sampled_from(["mul", "add", "exp"]), max_size=80))
def test_folds_are_stretches_that_do_not_overlap_and_repeat(labels):
    operations = chain(labels)
    place = {each.id: at for at, each in enumerate(operations)}
    end = 0
    for fold in folds(operations):
        first, period = place[fold.nodes[0]], len(fold.nodes) // fold.times
        assert [place[id] for id in fold.nodes] == list(range(first, first + len(fold.nodes)))
        assert first >= end and len(fold.nodes) >= LEAST and fold.times > 1
        end = first + len(fold.nodes)
        assert labels[first : end - period] == labels[first + period : end]


def loop(torch, turns):
    w = torch.ones(3, requires_grad=True)
    h = torch.zeros(3)
    for _ in range(turns):
        h = torch.tanh(h * w + 0.1)
    return {"w": w, "h": h, "loss": h.sum()}


def test_a_loop_is_folded_in_the_picture_and_a_short_one_is_not(torch):
    assert snapshot(loop(torch, 4))["folds"] == []
    picture = snapshot(loop(torch, 40))
    (fold,) = picture["folds"]
    assert fold["count"] == 39 and len(fold["nodes"]) == 117
    assert picture["height"] < 700 and fold["inner"][1] > 10_000


def test_what_a_variable_holds_is_in_no_fold(torch):
    w = torch.ones(3, requires_grad=True)
    middle = h = w * 1.0
    for turn in range(60):
        h = torch.tanh(h * w + 0.1)
        middle = h if turn == 30 else middle
    picture = snapshot({"middle": middle, "h": h})
    folded = {id for fold in picture["folds"] for id in fold["nodes"]}
    named = {node["id"] for node in picture["nodes"] if node["outputs"]}
    assert len(picture["folds"]) == 2 and len(named) == 2 and not named & folded


def test_leaves_of_a_folded_layer_are_in_its_fold(torch):
    x = torch.ones(1, 2)
    weights = [torch.ones(2, 2, requires_grad=True) for _ in range(40)]
    for weight in weights:
        x = torch.tanh(x @ weight)
    picture = snapshot({"x": x, "loss": x.sum()})
    (fold,) = picture["folds"]
    kinds = {node["id"]: node["kind"] for node in picture["nodes"]}
    assert sum(kinds[id] == "leaf" for id in fold["nodes"]) == 39


def test_a_fold_keeps_its_place_and_what_is_inside_when_the_loop_goes_on(torch):
    w = torch.ones(3, requires_grad=True)
    h, memory = w * 1.0, Memory()
    pictures = []
    for _ in range(3):
        for _ in range(30):
            h = torch.tanh(h * w + 0.1)
        pictures.append(snapshot({"w": w, "states": [h]}, memory=memory))
    for before, after in zip(pictures, pictures[1:], strict=False):
        (old,), (new,) = before["folds"], after["folds"]
        assert new["count"] == old["count"] + 30 and (new["id"], new["x"], new["y"]) == (
            old["id"],
            old["x"],
            old["y"],
        )
        places = {node["id"]: (node["x"], node["y"]) for node in after["nodes"]}
        assert all(places[node["id"]] == (node["x"], node["y"]) for node in before["nodes"])


def test_a_picture_that_is_not_folded_stays_so_when_it_grows(torch):
    w = torch.ones(3, requires_grad=True)
    h, memory = w * 1.0, Memory()
    for _ in range(15):
        h = torch.tanh(h * w + 0.1)
    before = snapshot({"h": h}, memory=memory)
    for _ in range(30):
        h = torch.tanh(h * w + 0.1)
    after = snapshot({"h": h}, memory=memory)
    assert before["folds"] == [] and len(after["folds"]) == 1
    folded = set(after["folds"][0]["nodes"])
    places = {node["id"]: (node["x"], node["y"]) for node in after["nodes"]}
    for node in before["nodes"]:
        assert node["id"] not in folded and places[node["id"]] == (node["x"], node["y"])


def test_edges_that_share_a_way_are_told_once(torch):
    picture = snapshot(loop(torch, 40))
    (fold,) = picture["folds"]
    inside = set(fold["nodes"])
    into = [edge for edge in picture["edges"] if edge["from"] in inside and edge["to"] not in inside]
    assert len(into) > 30 and sum(bool(edge["points"]) for edge in into) == len({edge["to"] for edge in into})
    assert all(edge["points"] for edge in picture["edges"] if edge["from"] in inside and edge["to"] in inside)
