"""SummaryWriter: the same events in the same files as PyTorch's, where TensorBoard is installed, and a word where not."""

import contextlib
import io
import subprocess
import sys

import numpy as np
import pytest

import minitorch_edu
from tests.oracle import torch as pytorch

WITHOUT = """
import sys
sys.modules["tensorboard"] = None
import minitorch_edu as torch
try: from torch.utils.tensorboard import SummaryWriter
except ImportError as error: print(type(error).__name__, error, getattr(error, "__notes__", ""))
"""

PROGRAMS = {
    "numbers": """
        for step in range(3): w.add_scalar("loss", 1 / (step + 1), step)
        w.add_scalar("a/tensor", torch.tensor(2.5)); w.add_scalar("array", np.float32(1.5), np.int64(7), walltime=12.5)
        w.add_scalar("one", torch.ones(1, 1, requires_grad=True), torch.tensor(3)); w.add_scalar("half", torch.tensor(1.5, dtype=torch.bfloat16))
        w.add_scalar("new", 0.1, 1, new_style=True); w.add_scalar("double", 0.1, 1, new_style=True, double_precision=True)""",
    "not a number": "w.add_scalar('x', torch.ones(2))",
    "a word": "w.add_scalar('x', [1])",
    "several curves": """
        for step in range(2): w.add_scalars("run/14", {"sin": 0.5 * step, "cos": torch.tensor(1.0)}, step)""",
    "histograms": """
        torch.manual_seed(0)
        w.add_histogram("normal", torch.randn(1000), 0); w.add_histogram("zeros", torch.zeros(3))
        w.add_histogram("array", np.arange(10), 1, bins="auto"); w.add_histogram("few", torch.arange(100), bins=10, max_bins=4)
        w.add_histogram("ends", [[1.0, 2.0]] and np.array([1.0, 2.0]), bins=[0, 1, 2, 3]); w.add_histogram("first", np.array([0.5]), bins=[0, 1, 2])
        w.add_histogram("half", torch.ones(3, dtype=torch.bfloat16)); w.add_histogram("whole", torch.arange(5))""",
    "a histogram of nothing": "w.add_histogram('x', torch.ones(0))",
    "counted already": "w.add_histogram_raw('x', min=0, max=2, num=3, sum=4.0, sum_squares=6, bucket_limits=[1, 2], bucket_counts=[1, 2], global_step=5)",
    "counted wrongly": "w.add_histogram_raw('x', 0, 2, 3, 4.0, 6, [1, 2], [1])",
    "pictures": """
        x = torch.arange(48.0).reshape(3, 4, 4) / 48
        w.add_image("chw", x, 0); w.add_image("hwc", x.permute(1, 2, 0), 0, dataformats="HWC"); w.add_image("hw", x[0], dataformats="HW")
        w.add_image("grey", x[:1]); w.add_image("bytes", (x * 255).to(torch.uint8)); w.add_image("beyond", x * 3 - 1); w.add_image("wh", x[0].numpy(), dataformats="WH")""",
    "pictures in a grid": """
        x = torch.arange(11 * 3 * 2 * 4.0).reshape(11, 3, 2, 4) / 264
        w.add_images("many", x, 3); w.add_images("grey", x[:3, :1]); w.add_images("last", x.permute(0, 2, 3, 1), dataformats="NHWC")""",
    "a picture of other dimensions": "w.add_image('x', torch.ones(2, 2))",
    "a picture of twice the same": "w.add_image('x', torch.ones(2, 2, 2), dataformats='HHC')",
    "figures": """
        import matplotlib; matplotlib.use("Agg"); from matplotlib import pyplot as plt
        def draw():
            f, a = plt.subplots(figsize=(2, 1)); a.plot([1, 3, 2]); return f
        w.add_figure("one", draw(), 4); w.add_figure("two", [draw(), draw()]); print(plt.get_fignums()); w.add_figure("kept", draw(), close=False); print(plt.get_fignums()); plt.close("all")""",
    "sounds": """
        x = torch.sin(torch.arange(100.0) / 5); w.add_audio("tone", x, 0); w.add_audio("loud", x[None] * 2, sample_rate=8000)""",
    "two sounds": "w.add_audio('x', torch.zeros(2, 4))",
    "texts": "w.add_text('note', 'a **word** ü', 0); w.add_text('more', '')",
    "what a run was told": """
        w.add_hparams({"lr": 0.1, "size": 3, "name": "adam", "flag": True, "none": None, "t": torch.tensor([2.0])}, {"hparam/loss": 1.5}, run_name="first", global_step=3)
        w.add_hparams({"lr": 0.1, "name": "a"}, {}, {"lr": [0.1, 0.2], "name": ["a", "b"]}, run_name="second")""",
    "told in another form": "w.add_hparams([], {})",
    "told what cannot be": "w.add_hparams({'x': [1]}, {}, run_name='r')",
    "told what it is not among": "w.add_hparams({'x': 1}, {}, {'x': ['a']}, run_name='r')",
    "points": """
        w.add_embedding(torch.arange(12.0).reshape(4, 3), metadata=list("abcd"), label_img=torch.rand(4, 3, 2, 2) * 0 + 0.5, global_step=2, tag="a/b")
        w.add_embedding(np.ones((2, 2)), metadata=[("x", 1), ("y", 2)], metadata_header=["name", "number"]); w.add_embedding(np.ones((2, 2)))""",
    "points of one dimension": "w.add_embedding(torch.ones(3))",
    "points with too few names": "w.add_embedding(torch.ones(3, 2), metadata=['a'])",
    "precision and recall": """
        labels, chances = np.array([0, 1, 1, 0, 1]), np.array([0.1, 0.4, 0.9, 0.6, 0.99])
        w.add_pr_curve("arrays", labels, chances, 0); w.add_pr_curve("tensors", torch.tensor(labels), torch.tensor(chances), 1, num_thresholds=10)
        w.add_pr_curve("weighed", labels, chances, weights=np.arange(5.0))
        w.add_pr_curve_raw("raw", [3, 2], [1, 0], [0, 1], [0, 1], [0.75, 1.0], [1.0, 0.66], 2, num_thresholds=2)""",
    "charts": """
        w.add_custom_scalars({"group": {"both": ["Multiline", ["a", "b"]], "between": ["Margin", ["a", "b", "c"]]}})
        w.add_custom_scalars_multilinechart(["a"]); w.add_custom_scalars_marginchart(["a", "b", "c"], "c", "t")""",
    "too few for a margin": "w.add_custom_scalars_marginchart(['a'])",
    "closed and opened again": "w.add_scalar('x', 1, 0); w.close(); w.close(); w.add_scalar('x', 2, 1); print(w.file_writer is None); w.flush()",
    "begun again": "v = W(w.log_dir + '/again', purge_step=5); v.add_scalar('x', 1, 5); v.close(); print(v.purge_step, v.get_logdir() == v.log_dir)",
    "what it remembers": "print(w.max_queue, w.flush_secs, w.filename_suffix, len(w.default_bins), w.default_bins[770:780], type(w.file_writer).__name__)",
}


def events(folder):
    """All that was written below a folder: events without their times, and other files as they are."""
    from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
    from tensorboard.compat.proto.event_pb2 import Event

    found = []
    for path in sorted(folder.rglob("*")):
        place = str(path.parent.relative_to(folder))
        if path.is_file() and "tfevents" in path.name:
            for raw in RawEventFileLoader(str(path)).Load():
                event = Event.FromString(raw)
                event.wall_time = 0 if event.wall_time != 12.5 else 12.5
                event.ClearField("source_metadata")
                found.append((place, event))
        elif path.is_file():
            found.append((place, path.name, path.read_bytes()))
    return found


def written(torch, program, folder):
    import textwrap

    SummaryWriter = torch.utils.tensorboard.SummaryWriter
    said = io.StringIO()
    with contextlib.redirect_stdout(said), SummaryWriter(str(folder)) as writer:
        try:
            exec(textwrap.dedent(program), {"torch": torch, "np": np, "w": writer, "W": SummaryWriter})
        except Exception as error:
            print(type(error).__name__, " ".join(str(error).split()))
    return said.getvalue(), events(folder)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_events_are_pytorchs(program, tmp_path):
    pytest.importorskip("tensorboard")
    import torch.utils.tensorboard  # noqa: F401

    ours = written(minitorch_edu, program, tmp_path / "ours")
    theirs = written(pytorch, program, tmp_path / "theirs")
    assert ours[0].replace("minitorch_edu", "torch") == theirs[0].replace(
        str(tmp_path / "theirs"), str(tmp_path / "ours")
    )
    assert len(ours[1]) == len(theirs[1])
    for mine, its in zip(ours[1], theirs[1], strict=True):
        assert mine == its


def test_a_graph_is_what_the_model_computes(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.compat.proto.graph_pb2 import GraphDef

    torch = minitorch_edu

    class Model:
        def __init__(self):
            self.weight = torch.ones(2, 2, requires_grad=True)

        def named_parameters(self):
            return [("first.weight", self.weight)]

        def __call__(self, x):
            return (x @ self.weight).relu().sum()

    with torch.utils.tensorboard.SummaryWriter(tmp_path) as writer:
        writer.add_graph(Model(), torch.ones(1, 2))
    (graph,) = [GraphDef.FromString(e.graph_def) for _, e in events(tmp_path) if e.HasField("graph_def")]
    nodes = {node.name: node for node in graph.node}
    assert [node.op for node in graph.node] == ["Parameter", "Mm", "Relu", "Sum", "output"]
    assert nodes["output/0"].input == ["Sum_3"] and nodes["Mm_1"].input == ["first/weight"]


def test_the_folder_has_the_time_and_the_machine(tmp_path, monkeypatch):
    pytest.importorskip("tensorboard")
    monkeypatch.chdir(tmp_path)
    with minitorch_edu.utils.tensorboard.SummaryWriter(comment="-mine") as writer:
        assert writer.log_dir.startswith("runs/") and writer.log_dir.endswith("-mine")


def test_without_tensorboard_it_says_what_is_missing():
    code = WITHOUT.replace("from torch.utils", "from minitorch_edu.utils")
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert (
        said.startswith("ModuleNotFoundError") and "tensorboard" in said and "pip install tensorboard" in said
    )
