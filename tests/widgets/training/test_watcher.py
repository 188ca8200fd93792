"""watch_training: right numbers, at a cost that is bounded, holding nothing, and never in the way of the loop."""

import contextlib
import gc
import json
import math
import subprocess
import sys
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from minitorch_widgets import compare_runs, watch_training
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.training import watcher
from minitorch_widgets.training.dashboard import tell
from minitorch_widgets.training.gauges import Far, lively, reading, squares
from minitorch_widgets.training.plots import Axis, apart, axis_of
from minitorch_widgets.training.series import Series
from minitorch_widgets.training.trainlog import RECENT, Activation


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    monkeypatch.setattr(watcher, "GRACE", 1e6)  # a slow machine skips no step


def network(torch, act="Tanh", wide=6):
    """Two layers and an activation between them: ours has no modules of activations yet, so it is told here."""

    class Tanh(torch.nn.Module):
        def forward(self, x):
            return x.tanh()

    class ReLU(torch.nn.Module):
        def forward(self, x):
            return x.relu()

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = torch.nn.Linear(3, wide)
            self.act = {"Tanh": Tanh, "ReLU": ReLU}[act]()
            self.fc2 = torch.nn.Linear(wide, 1)

        def forward(self, x):
            return self.fc2(self.act(self.fc1(x)))

    torch.manual_seed(0)
    return Net()


def batch(torch):
    torch.manual_seed(1)
    x = torch.randn(16, 3)
    return x, x.sum(1, keepdim=True)


def train(torch, model, steps, watch, lr=0.1, optimizer=None):
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=lr)
    x, y = batch(torch)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        watch.step(loss)
    return loss


def watched(torch, steps=6, lr=0.1, **given):
    model = network(torch, **given)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    with watch_training(model, optimizer) as watch:
        train(torch, model, steps, watch, optimizer=optimizer)
    return model, watch


def hooks_of(model, optimizer=None):
    found = sum(len(each._forward_hooks) for each in model.modules())
    if optimizer is not None:
        found += len(optimizer._optimizer_step_pre_hooks) + len(optimizer._optimizer_step_post_hooks)
    return found


# --- the numbers ----------------------------------------------------------------------------------------------------


def test_the_curves_hold_the_loss_the_rate_the_norms_and_the_updates(torch):
    model = network(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    x, y = batch(torch)
    with watch_training(model, optimizer) as watch:
        before = model.fc1.weight.detach().numpy().copy(), model.fc1.bias.detach().numpy().copy()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        grads = model.fc1.weight.grad.numpy().copy(), model.fc1.bias.grad.numpy().copy()
        optimizer.step()
        watch.step(loss)
    log = watch.log
    norm = math.sqrt(sum((each**2).sum() for each in grads))
    weight = math.sqrt(sum((each**2).sum() for each in before))
    assert log.loss.points == [(0, pytest.approx(loss.item()))]
    assert log.rates["group 0"].points == [(0, 0.25)]
    assert log.layers["fc1"].norm.points == [(0, pytest.approx(norm, rel=1e-5))]
    assert log.layers["fc1"].ratio.points == [(0, pytest.approx(0.25 * norm / weight, rel=1e-4))]
    assert log.layers["fc1"].parameters == 24


def test_an_activation_is_a_histogram_of_what_the_module_put_out(torch):
    model, watch = watched(torch, steps=1)
    last = watch.log.activations["act"].last
    assert sum(last.counts) == 16 * 6 and -1 <= last.low < last.high <= 1
    assert (watch.log.activations["act"].kind, last.bad) == ("Tanh", "")


def test_saturation_is_named(torch):
    model = network(torch)
    with torch.no_grad():
        model.fc1.weight.mul_(100.0)
    with watch_training(model) as watch:
        train(torch, model, 1, watch, lr=0.0)
    assert watch.log.activations["act"].last.saturated > 0.8
    assert "% of what act (Tanh) puts out is saturated." in watch.text


def test_a_unit_is_dead_when_no_example_of_the_last_steps_woke_it(torch):
    model = network(torch, act="ReLU")
    with torch.no_grad():
        model.fc1.bias[:2] = -1000.0
    with watch_training(model) as watch:
        train(torch, model, RECENT - 1, watch, lr=0.0)
        assert watch.log.activations["act"].dead is None  # too early to tell
        train(torch, model, 1, watch, lr=0.0)
    assert watch.log.activations["act"].dead == 2
    assert "2 of 6 units of act (ReLU) were 0 for every example" in watch.text


def test_nan_is_told_where_it_first_came(torch):
    model = network(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = batch(torch)
    with watch_training(model, optimizer) as watch:
        for step in range(5):
            optimizer.zero_grad()
            loss = ((model(x) - y) ** 2).mean() * (float("nan") if step == 2 else 1.0)
            loss.backward()
            optimizer.step()
            watch.step(loss)
    assert watch.log.loss.broke[0] == 2 and watch.log.layers["fc1"].norm.broke[0] == 2
    assert (
        "At step 2, the loss and the gradients of fc1 and fc2 are NaN for the first time. "
        "It spreads to 3 more from step 3 on."
    ) in watch.text
    told = json.loads(json.dumps(tell(watch.log), allow_nan=False))
    assert told["loss"][2] == [2, "nan"] and told["alarms"][0] == {
        "step": 2,
        "text": "the loss is NaN at step 2",
    }


def test_without_an_optimizer_and_without_a_model(torch):
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    with watch_training({"w": w}) as watch:
        for _ in range(3):
            loss = (w * w).sum()
            loss.backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
            watch.step(loss)
            w.grad = None
    layer = watch.log.layers["w"]
    assert layer.norm.points[0] == (0, pytest.approx(10.0))
    assert layer.ratio.points[-1][1] == pytest.approx(0.2, rel=1e-4)  # w - 0.1 * 2w


@pytest.mark.parametrize("dtype", ["float16", "float64", "bfloat16"])
def test_short_and_long_floats(torch, dtype):
    heard = []
    squares(torch.tensor([3.0, 4.0], dtype=getattr(torch, dtype)), Far(), heard.append)
    assert heard == [25.0]


def test_large_and_small_gradients_neither_overflow_nor_vanish(torch):
    heard = []
    for size in (1e30, 1e-30):
        squares(torch.tensor([size, size]), Far(), heard.append)
    assert heard == [pytest.approx(2e60), pytest.approx(2e-60)]


def test_what_is_on_a_device_comes_over_in_one_piece(torch, monkeypatch):
    monkeypatch.setattr(
        "minitorch_widgets.training.gauges.look", lambda geometry: None
    )  # as where nothing may be peeked at
    model, watch = watched(torch, steps=3)
    monkeypatch.undo()
    monkeypatch.setattr(watcher, "GRACE", 1e6)
    _, near = watched(torch, steps=3)
    for name in ("fc1", "fc2"):
        for what in ("norm", "ratio"):
            far_points = getattr(watch.log.layers[name], what).points
            near_points = getattr(near.log.layers[name], what).points
            assert [step for step, _ in far_points] == [0, 1, 2]
            assert np.allclose(far_points, near_points, rtol=1e-4)
    assert watch.log.activations["act"].last.counts == near.log.activations["act"].last.counts


# --- in nobody's way ------------------------------------------------------------------------------------------------


def test_the_training_is_the_same_bit_for_bit(torch):
    plain = network(torch)
    train(torch, plain, 5, type("", (), {"step": lambda self, loss: None})())
    model, _ = watched(torch, steps=5)
    for one, other in zip(plain.parameters(), model.parameters(), strict=True):
        assert np.array_equal(one.detach().numpy(), other.detach().numpy())


def test_nothing_is_kept_alive(torch):
    model, watch = watched(torch)
    x, y = batch(torch)
    loss = ((model(x) - y) ** 2).mean()
    watch.step(loss)
    gone = [weakref.ref(each) for each in (model, loss, model.fc1.weight)]
    del model, loss
    gc.collect()
    assert [each() for each in gone] == [None, None, None]
    watch.step(1.0)  # and a watch without its model still says nothing
    assert watch.log.steps == 8


def test_a_model_does_not_keep_its_watch_and_the_watch_takes_its_hooks_along(torch):
    model = network(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    watch = watch_training(model, optimizer)
    assert hooks_of(model, optimizer) == 5
    gone = weakref.ref(watch)
    del watch
    gc.collect()
    assert gone() is None and hooks_of(model, optimizer) == 0


def test_the_hooks_go_at_the_end_also_when_the_loop_raises(torch):
    model = network(torch)
    with contextlib.suppress(ZeroDivisionError), watch_training(model):
        assert hooks_of(model) == 3
        raise ZeroDivisionError
    assert hooks_of(model) == 0


def test_the_form_that_walks_over_the_batches(torch):
    model = network(torch)
    watch = watch_training(model)
    seen = []
    for number in watch([1, 2, 3]):
        seen.append(number)
        train(torch, model, 1, watch)
    assert (seen, watch.log.steps, hooks_of(model)) == ([1, 2, 3], 3, 0)
    with contextlib.suppress(KeyError):
        for _ in watch([1]):  # another epoch hooks again
            assert hooks_of(model) == 3
            raise KeyError
    gc.collect()
    assert hooks_of(model) == 0


def test_no_fault_of_the_watch_reaches_the_loop(torch, monkeypatch):
    def broken(*given):
        raise RuntimeError("no way")

    for name in ("squares", "some"):
        monkeypatch.setattr(watcher, name, broken)
    _, watch = watched(torch, steps=2)
    assert len(watch.log.loss.points) == 2
    assert any("the gradients: looking raised RuntimeError: no way" in note for note in watch.log.notes)
    watch.step("not a number")
    watch.step([1, 2])
    assert "a loss that is not one number" in watch.log.notes


def test_gradients_that_were_gone_already_are_missed(torch):
    w = torch.tensor([3.0], requires_grad=True)
    with watch_training({"w": w}) as watch:
        (w * w).sum().backward()
        w.grad = None
        watch.step(9.0)
    assert tell(watch.log)["notes"] == [
        "gradients: at watch.step(loss) every .grad was None. Call it before zero_grad()."
    ]


def test_evaluation_between_the_steps_is_not_looked_at(torch):
    model, watch = watched(torch, steps=2)
    before = watch.log.activations["act"].last
    with watch:
        model.eval()
        model(batch(torch)[0])
    assert watch.log.activations["act"].last is before


def test_our_engine_hears_no_operation_of_the_watch():
    import minitorch_edu as torch
    from minitorch_edu import events

    def ops(watch):
        heard = []
        with events.listen(events.op_executed, lambda card, inputs, result: heard.append(card.name)):
            train(torch, model, 2, watch, optimizer=optimizer)
        return heard

    model = network(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    plain = ops(type("", (), {"step": lambda self, loss: None})())
    with watch_training(model, optimizer) as watch:
        seen = ops(watch)
    assert [each for each in seen if each != "detach"] == [each for each in plain if each != "detach"]


# --- bounded in time and in size ------------------------------------------------------------------------------------


def test_beyond_the_budget_steps_are_skipped_and_that_is_said(torch, monkeypatch):
    monkeypatch.setattr(watcher, "GRACE", 0.0)
    _, watch = watched(torch, steps=120)
    log = watch.log
    assert len(log.loss.points) == 120 and 1 <= log.measured < 120
    assert (
        f"measured in {log.measured} of 120 steps ({120 - log.measured} skipped to stay cheap)" in watch.text
    )


def test_every_nth_step_where_that_is_asked_for(torch):
    model = network(torch)
    with watch_training(model, every=3) as watch:
        train(torch, model, 7, watch)
    assert [step for step, _ in watch.log.layers["fc1"].norm.points] == [0, 3, 6]


def test_a_long_training_stays_small():
    from minitorch_widgets.training.trainlog import TrainingLog

    log = TrainingLog()
    for step in range(30_000):
        log.steps += 1
        log.add(log.loss, "the loss", step, math.sin(step))
        layer = log.layer("fc")
        log.add(layer.norm, "the gradient of fc", step, 1.0)
    activation = Activation("act", "Tanh")
    for step in range(2_000):
        activation.add(reading(step, np.ones(3), "Tanh"))
    log.activations["act"] = activation
    assert len(log.loss.points) <= 480 and len(activation.readings) <= 24 and activation.last.step == 1_999
    assert len(json.dumps(tell(log))) < 40_000


@given(st.lists(st.floats(-1e6, 1e6) | st.just(math.nan) | st.just(math.inf), min_size=1, max_size=400))
def test_a_series_keeps_its_ends_its_extremes_and_its_first_fault(values):
    series = Series(most=24)
    for step, value in enumerate(values):
        series.add(step, value)
    kept = series.points
    finite = [each for each in values if math.isfinite(each)]
    assert len(kept) <= 24 and [step for step, _ in kept] == sorted({step for step, _ in kept})
    assert kept[0][0] == 0 and kept[-1][0] == len(values) - 1
    if finite:
        left = [value for _, value in kept if math.isfinite(value)]
        assert (min(left), max(left)) == (min(finite), max(finite))
    first = next(((k, v) for k, v in enumerate(values) if not math.isfinite(v)), None)
    assert (series.broke is None) == (first is None)
    if first is not None:
        assert series.broke[0] == first[0] and first[0] in [step for step, _ in kept]


# --- pictures -------------------------------------------------------------------------------------------------------


def test_the_widget_has_the_dashboard_in_words_and_as_a_still_picture(torch):
    _, watch = watched(torch)
    bundle = watch._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"].startswith("Training: 6 steps. The loss went from ")
    assert (
        "Update ÷ weight" in data["image/svg+xml"] and ">fc1" not in data["image/svg+xml"].split("<desc>")[0]
    )
    state = watch.widget.state["snapshot"]
    assert (state["views"], state["engine"]) == (["training"], torch.__name__)
    assert len(data["image/svg+xml"]) < 60_000


def test_hostile_names_are_text(torch):
    w = torch.tensor([3.0], requires_grad=True)
    with watch_training({"<script>alert(1)</script>": w}, title="<b>") as watch:
        (w * w).sum().backward()
        watch.step(9.0)
    drawn = to_svg(watch.widget.state["snapshot"])
    assert "<script" not in drawn and "<b>" not in drawn and "&lt;script&gt;" in drawn


def test_a_watch_that_saw_nothing_shows_nothing(torch):
    watch = watch_training(network(torch))
    assert watch.text == "Training: no step yet."
    assert "not measured" in to_svg(watch.widget.state["snapshot"])
    watch.figure()
    watch.gradient_map()
    watch.close()


def test_the_figures(torch):
    _, watch = watched(torch, steps=4)
    figure = watch.figure()
    titles = [axis.get_title(loc="left") for sub in figure.subfigs for axis in sub.axes]
    assert titles[:4] == ["Loss", "Learning rate", "Gradient norm", "Update ÷ weight"]
    assert titles[4].startswith("fc1 · Linear")
    assert figure.words == watch.text and set(figure._repr_mimebundle_()) == {"image/png", "text/plain"}
    heat = watch.gradient_map(dark=True).axes[0]
    assert [each.get_text() for each in heat.get_yticklabels()] == ["fc1", "fc2"]


def test_runs_beside_each_other(torch):
    _, watch = watched(torch, steps=4)
    figure = compare_runs({"ours": watch, "list": [3.0, math.nan, 1.0]})
    assert [line.get_label() for line in figure.axes[0].lines[:2]] == ["ours", "list"]
    assert "✕ list NaN at step 1" in [each.get_text() for each in figure.axes[0].texts]
    assert figure.words.endswith("list: 1.")


def test_figures_follow_the_style_and_leave_it_as_it_was():
    import matplotlib

    before = matplotlib.rcParams["axes.facecolor"]
    assert compare_runs({"a": [1.0]}, dark=True).get_facecolor()[:3] == (0.0, 0.0, 0.0)
    assert matplotlib.rcParams["axes.facecolor"] == before
    with matplotlib.style.context("dark_background"):
        assert compare_runs({"a": [1.0]}).dark
    assert not compare_runs({"a": [1.0]}).dark


def test_importing_the_widgets_imports_no_matplotlib():
    code = f"import sys; sys.path = {sys.path}; import minitorch_widgets; print('matplotlib' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout == "False\n", ran.stderr


def test_axes_and_labels_keep_their_bounds():
    assert axis_of([1e-4, 1.0]).log and not axis_of([1.0, 2.0]).log and not axis_of([0.0, 1.0]).log
    assert Axis(1e-4, 1.0, True).at(0.0) == 0.0 and Axis(0.0, 0.0, False).at(5.0) == 0.5
    assert axis_of([math.nan]) == axis_of([])
    placed = [at for at, _ in apart([(50.0, k) for k in range(5)], 0.0, 60.0)]
    assert placed == [8.0, 21.0, 34.0, 47.0, 60.0]


def test_a_unit_is_a_channel_or_a_place_of_the_last_dimension(torch):
    heard = []
    lively(torch.tensor([[0.0, 1.0], [0.0, 0.0]]), heard.append)
    lively(torch.zeros(2, 3, 4, 4), heard.append)
    lively(torch.zeros(3), heard.append)
    assert [each.tolist() for each in heard] == [[False, True], [False, False, False]]
