"""minitorch_widgets: look at tensors, at the graph behind them and at the memory beneath them.

    %load_ext minitorch_widgets      the docked inspector follows the notebook's variables after every cell
    show(x, loss)                    the picture of some tensors, or of all variables, in the cell's output
    backward_steps(loss)             the backward pass, a node at a time
    break_engine(loss)               the same done wrong in four ways, each beside the right one
    broadcast(a, b)                  how two shapes meet, what is read many times, and the sum on the way back
    lesson(Step(...), ...)           pages that drive the picture, complete when their act is performed
    predict("a + b", "shape")        a question to answer before it is computed; wrong answers are explained
    road_to_numpy(x)                 what has to be called before x.numpy(), and what happens without
    save("replay.html")              what was shown, as one file that opens offline and can be stepped through
    with trace() as steps:           what a block did, an operation at a time; %%trace does it for a cell
    memory(a, b, array)              who shares memory with whom, and why a copy was made where one was
    watch_training(model, optimizer) the curves of a training while it runs: two lines in its loop
    compare_runs({"a": a, "b": b})   the losses of several trainings in one figure
    why(x)                           why there is no gradient, or no grad_fn, and what cut it off
    what_changed()                   a with-block: which names it moved, and which storages it wrote
    time_bombs(loss)                 writes in place that backward will trip over, and ways out
    kept_alive(loss)                 the bytes that graphs hold, and what would let go of them

Where to read. From the ground up: `facts` (what objects say of themselves), `words`, `recording` (what happened, and on
which line), `picture` (both as numbers with places), `backward` (a walk, a node at a time), `drawing` (still pictures),
`session` (the conversation with a view). On these stand the pictures that answer a question, `storages`, `causes`,
`editing`, `tracing`, `learning`, `training`, `broadcasting`, `road` and `broken`; `features` is how each enters itself.
"""

from __future__ import annotations

import sys
from typing import Any

from minitorch_widgets import broadcasting as _broadcasting
from minitorch_widgets import road as _road
from minitorch_widgets.backward import sums as _sums
from minitorch_widgets.causes import asking as _asking
from minitorch_widgets.drawing.svg import to_graphviz as to_graphviz
from minitorch_widgets.drawing.svg import to_svg as to_svg
from minitorch_widgets.editing import telling as _edited  # noqa: F401
from minitorch_widgets.learning import act as act
from minitorch_widgets.learning import when as when
from minitorch_widgets.learning.guide import Step as Step
from minitorch_widgets.learning.journal import log_to as log_to
from minitorch_widgets.learning.journal import read_log as read_log
from minitorch_widgets.learning.rechecking import recheck as recheck
from minitorch_widgets.learning.running import Question as Question
from minitorch_widgets.picture.snapshot import snapshot as snapshot
from minitorch_widgets.recording import copies as _copies
from minitorch_widgets.recording import ledger as _ledger
from minitorch_widgets.recording.recorder import record as record
from minitorch_widgets.session.live import load_ipython_extension as load_ipython_extension
from minitorch_widgets.session.live import unload_ipython_extension as unload_ipython_extension
from minitorch_widgets.storages import bombs as _bombs  # noqa: F401  (features enter themselves)
from minitorch_widgets.storages import lifetimes as _lifetimes  # noqa: F401
from minitorch_widgets.storages import sharing as _sharing
from minitorch_widgets.storages import stills as _stills  # noqa: F401
from minitorch_widgets.storages import truth as _truth  # noqa: F401
from minitorch_widgets.tracing.trace import Trace as _Trace

__all__ = [
    "Question",
    "Step",
    "backward_steps",
    "break_engine",
    "broadcast",
    "compare_runs",
    "kept_alive",
    "lesson",
    "load_ipython_extension",
    "log_to",
    "memory",
    "predict",
    "read_log",
    "recheck",
    "record",
    "road_to_numpy",
    "save",
    "show",
    "snapshot",
    "time_bombs",
    "to_graphviz",
    "to_svg",
    "trace",
    "unload_ipython_extension",
    "watch_training",
    "what_changed",
    "why",
]

_copies.listen()  # what is copied before the first picture shall be in it
_ledger.listen()
_sums.listen()


def show(*tensors: Any) -> Any:
    """The graph and the storages of these tensors, or of all variables.

    >>> x = torch.ones(2, requires_grad=True)
    >>> loss = (x * 2).sum()
    >>> widget = show(loss)
    >>> [node["label"] for node in widget.state["snapshot"]["nodes"]]
    ['x', 'mul', 'sum']
    """
    from minitorch_widgets.session.caller import inspector_for
    from minitorch_widgets.session.widget import InspectorWidget

    inspector, _ = inspector_for(tensors, "show")
    return InspectorWidget(inspector)


def backward_steps(loss: Any, gradient: Any = None, retain_graph: bool = False) -> Any:
    """The backward pass from `loss`, to walk through a node at a time.

    It is the real one: at its end every leaf's `.grad` is what `loss.backward()` would have left there.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> loss = (w * w).sum()
    >>> widget = backward_steps(loss)
    >>> widget.inspector.receive({"type": "goto", "position": 2})
    >>> widget.state["timeline"]["steps"][1]["name"]
    'MulBackward0'
    """
    from minitorch_widgets.session.caller import inspector_for
    from minitorch_widgets.session.widget import InspectorWidget

    inspector, names = inspector_for((loss,), "backward_steps")
    inspector.start(loss, names[id(loss)], gradient=gradient, retain_graph=retain_graph)
    return InspectorWidget(inspector)


def break_engine(loss: Any, gradient: Any = None) -> Any:
    """The backward pass from `loss` done wrong in four ways, each beside the right one, with the step where they part.

    Depth first instead of in topological order, `=` instead of `+=`, no sum over what was broadcast, versions ignored.
    No `.grad` changes, and the graph stays as it is.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> y = w * 2
    >>> widget = break_engine((y * y).sum())
    >>> widget.state["snapshot"]["parts"]["flaws"]["sentence"]
    'This program goes wrong with 2 flaws of 4: depth first and = instead of +=.'
    """
    from minitorch_widgets.broken import inspector_for_flaws
    from minitorch_widgets.session.widget import InspectorWidget

    return InspectorWidget(inspector_for_flaws(loss, gradient))


def broadcast(a: Any, b: Any) -> Any:
    """How two tensors, arrays or shapes meet: the cells that are read many times, and the sum of gradients back.

    >>> told = broadcast((3,), (3, 1)).state["snapshot"]["parts"]["broadcast"]
    >>> told["result"], told["badge"]["title"]
    ([3, 3], '(3,) against (3, 1) makes (3, 3)')
    >>> broadcast((2, 3), (4,)).state["snapshot"]["parts"]["broadcast"]["error"]
    'RuntimeError: The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1'
    """
    from minitorch_widgets.session.widget import InspectorWidget

    return InspectorWidget(_broadcasting.inspector_for_broadcast((a, b), sys._getframe(1)))


def lesson(*steps: Step, title: str = "") -> Any:
    """A lesson beside the picture: pages that drive it, and that are complete when the learner has performed their act.

    What a page does is in `act` (select, open, begin, run_to, run), and when it is complete in `when` (selected,
    reached, edited, holds, answered).

    >>> w = torch.ones(2, requires_grad=True)
    >>> loss = (w * 2).sum()
    >>> opened = lesson(
    ...     Step("This is w.", on=[act.select("w"), act.open("graph")]),
    ...     Step("Now select what made loss.", complete=when.selected("loss.grad_fn")),
    ... )
    >>> opened
    Page 1 of 2: This is w.
    """
    from minitorch_widgets.learning.guide import lesson_from

    return lesson_from(steps, title)


def predict(
    what: Any, *asks: str, of: str = "", shares: Any = None, id: str = "", choices: Any = (), seed: int = 0
) -> Any:
    """Ask what something will be, before it is computed: predict, commit, reveal.

    `what` is code, or a tensor with a name, or a lesson's `Question`. `asks` are any of shape, dtype, value, shares
    memory (with what `shares` says), leaf, requires_grad, version, grad, grad_fn and raises. After lines of code, `of`
    says what is asked about. In a notebook the answer is given in the picture; anywhere else by `answer(...)`. Answers
    go to the log that a grader reads.

    >>> a, b = torch.ones(3), torch.ones(3, 1)
    >>> print(predict("a - b", "shape").answer((3, 3)))
    shape (3, 3): right.
    >>> question = predict("a += 1", "version", of="a")
    >>> question
    After a += 1: Which version has a?
    >>> print(question.answer(0))
    version 0: no, it is 1. Each operation that writes in place (add_(), +=, x[0] = ...) adds one to the version.
    """
    from minitorch_widgets.learning.predicting import predict_from

    return predict_from(sys._getframe(1), what, asks, of, shares, id, tuple(choices), seed)


def memory(*tensors: Any) -> Any:
    """Who shares memory with whom: the storages of these tensors and arrays, and why a copy was made where one was.

    >>> a = torch.arange(6.0).reshape(2, 3)
    >>> flat = a.T.reshape(-1)
    >>> widget = memory(a, flat)
    >>> widget.state["snapshot"]["parts"]["sharing"]["summary"]
    'a looks at storage A and flat looks at storage B.'
    """
    from minitorch_widgets.session.widget import InspectorWidget

    return InspectorWidget(_sharing.inspector_for_memory(tensors, sys._getframe(1)))


def road_to_numpy(tensor: Any) -> Any:
    """The road from a tensor to a NumPy array: its gates, PyTorch's error at each that is shut, and the shortest way.

    >>> x = torch.ones(2, requires_grad=True)
    >>> road = road_to_numpy(x).state["snapshot"]["parts"]["road"]
    >>> road["expression"]
    'x.detach().numpy()'
    >>> road["error"]
    "RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
    """
    from minitorch_widgets.session.caller import inspector_for
    from minitorch_widgets.session.widget import InspectorWidget

    inspector, _ = inspector_for((tensor,), "road_to_numpy", views=("road", "lanes"), parts=_road.parts_of(tensor))
    return InspectorWidget(inspector)


def save(path: Any, *tensors: Any) -> Any:
    """Everything that the docked inspector has shown, or the picture of some tensors, as one file for any browser.

    It needs no kernel, no server and no network. A widget saves itself, with its walk:
    `backward_steps(loss).save(path)`.

    >>> x = torch.ones(2, requires_grad=True)
    >>> loss = (x * 2).sum()
    >>> import tempfile
    >>> save(tempfile.mkdtemp() + "/replay.html", loss).name
    'replay.html'
    """
    from minitorch_widgets.session import live, replay
    from minitorch_widgets.session.caller import inspector_for

    followed = None if tensors else live.inspector()
    return replay.save(followed or inspector_for(tensors, "show")[0], path)


def trace(most: int = 300) -> Any:
    """Record what a with-block does, operation by operation, to go through it forward and back.

    At each moment the picture shows what existed then. In a notebook, `%%trace` as a cell's first line does the same
    (after `%load_ext minitorch_widgets`). At most `most` moments are kept.

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> with trace() as steps:
    ...     y = w * 3
    ...     y.sum().backward()
    >>> [moment["op"] for moment in steps.moments if moment["level"] in ("op", "backward")]
    ['mul', 'sum', 'backward']
    """
    return _Trace(most)


def watch_training(
    model: Any = None,
    optimizer: Any = None,
    *,
    title: str = "",
    budget: float = 0.05,
    every: int | None = None,
    live: bool = True,
) -> Any:
    """Watch a training from within: two lines in its loop, the second of them `watch.step(loss)`.

    Loss, learning rate, the norm of each layer's gradient, how far a step moves each layer, histograms of activations;
    live in the cell's output, and afterwards as `watch.figure()`, `watch.gradient_map()` and `watch.text`. `model` is
    a module, or a dict of tensors. At most `budget`, 0.05 of the loop's time, goes into it; `every=10` looks at every
    tenth step; without `live` nothing is shown while the loop runs. It keeps no tensor, never raises, and takes its
    hooks away at the end of the with-block, or of the loop where that is `for batch in watch(batches):`.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> with watch_training({"w": w}) as watch:
    ...     loss = (w * w).sum()
    ...     loss.backward()
    ...     watch.step(loss)
    >>> watch.log.layers["w"].norm.points
    [(0, 6.0)]
    """
    from minitorch_widgets.training.watcher import Watch

    return Watch(model, optimizer, title=title, budget=budget, every=every, live=live)


def compare_runs(runs: Any, *, dark: bool | None = None) -> Any:
    """The losses of several trainings in one matplotlib Figure: watches, or lists of losses, by name.

    >>> figure = compare_runs({"lr 0.1": [3.0, 2.0, 1.5], "lr 1": [3.0, 9.0, float("nan")]})
    >>> figure.words
    'Losses of 2 runs, at their ends: lr 0.1: 1.5, lr 1: NaN.'
    """
    from minitorch_widgets.training import figures

    return figures.compare_runs(runs, dark=dark)


def why(tensor: Any) -> Any:
    """Why this tensor's `.grad` is None, or why it has no grad_fn: one sentence, and the edges that were not recorded.

    >>> x = torch.ones(2, requires_grad=True)
    >>> loss = (x * x).sum()
    >>> widget = why(x)
    >>> widget.state["snapshot"]["parts"]["why"]["sentence"]
    'x.grad is None because backward() has not run yet: loss is computed from x and waits.'
    """
    from minitorch_widgets.session.widget import InspectorWidget

    return InspectorWidget(_asking.inspector_for_why(tensor, sys._getframe(1)))


def what_changed() -> Any:
    """A with-block over which names and bytes are compared: which names moved, and which storages were written.

    >>> a = torch.ones(2)
    >>> b = a
    >>> with what_changed() as seen:
    ...     a = a + 1
    ...     b += 5
    >>> [(each["name"], each["how"]) for each in seen.changes["names"]]
    [('a', 'rebound')]
    >>> [(each["names"], each["versions"]) for each in seen.changes["writes"]]
    [(['b'], [0, 1])]
    """
    from minitorch_widgets.storages.watching import Watch

    return Watch()


def time_bombs(*tensors: Any) -> Any:
    """Writes in place that the backward from these tensors, or from any, will trip over; told before it does.

    >>> x = torch.ones(2, requires_grad=True)
    >>> y = x.exp()
    >>> loss = y.sum()
    >>> with torch.no_grad():
    ...     y += 1
    >>> time_bombs(loss).state["snapshot"]["parts"]["bombs"]["bombs"][0]["versions"]
    [0, 1]
    """
    from minitorch_widgets.storages.watching import widget_of

    return widget_of(tensors, "time_bombs", ("bombs", "graph", "lanes", "pane"))


def kept_alive(*tensors: Any) -> Any:
    """What the graphs behind these tensors, or behind all variables, hold: filled and hollow buffers, and their bytes.

    >>> x = torch.ones(2, requires_grad=True)
    >>> loss = (x * x).tanh().sum()
    >>> kept_alive(loss).state["snapshot"]["parts"]["lifetimes"]["text"].split(": ")[1]
    '16 bytes pinned by 3 saved tensors; backward() would free 8 bytes.'
    """
    from minitorch_widgets.storages.watching import widget_of

    return widget_of(tensors, "kept_alive", ("lifetimes", "graph", "lanes", "pane"))
