"""torch.hub: the same folders, files, models of one's own and errors as PyTorch's, and clear words without a network."""

import functools
import hashlib
import http.server
import io
import threading

import pytest

import minitorch_edu as torch
from tests.oracle import torch as pytorch
from tests.programs import said

HUBCONF = """
dependencies = ["os", {lacking}]
from neighbour import three
def model(x, y=1):
    "A model."
    return x + y + three
not_callable = 3
"""

PROGRAMS = {
    "a model of one's own": "print(torch.hub.load(folder, 'model', 1, y=5, source='local'))",
    "in capitals": "print(torch.hub.load(folder, 'model', 1, source='LOCAL'))",
    "no such model": "torch.hub.load(folder, 'nothing', source='local')",
    "not to be called": "torch.hub.load(folder, 'not_callable', source='local')",
    "not a name": "torch.hub.load(folder, 3, source='local')",
    "no such source": "torch.hub.load(folder, 'model', source='moon')",
    "no such folder": "torch.hub.load(folder + '/none', 'model', source='local')",
    "where things are kept": """
        import os
        before = dict(os.environ)
        for name in ("TORCH_HOME", "XDG_CACHE_HOME", "TORCH_HUB"): os.environ.pop(name, None)
        print(torch.hub.get_dir()); os.environ["XDG_CACHE_HOME"] = "/c"; print(torch.hub.get_dir())
        os.environ["TORCH_HOME"] = "/h"; print(torch.hub.get_dir()); os.environ["TORCH_HUB"] = "1"; print(torch.hub.get_dir())
        os.environ.clear(); os.environ.update(before)""",
    "kept elsewhere": "torch.hub.set_dir('~/here'); print(torch.hub.get_dir()); torch.hub._hub_dir = None",
    "weights": """
        d = torch.hub.load_state_dict_from_url(address + "w.pt", model_dir=store, progress=False); print(d)
        d = torch.hub.load_state_dict_from_url("nowhere://x/w.pt", model_dir=store, weights_only=True); print(d)
        from torch.utils import model_zoo
        print(model_zoo.load_url(address + "w.pt", store, file_name="again.pt", progress=False))""",
    "weights that are not there": "torch.hub.load_state_dict_from_url(address + 'none.pt', store, progress=False)",
    "checked": "print(torch.hub.load_state_dict_from_url(address + right, store, check_hash=True, progress=False))",
    "checked and wrong": "torch.hub.load_state_dict_from_url(address + 'w-00000000.pt', store, check_hash=True, progress=False)",
    "not checked": "print(torch.hub.load_state_dict_from_url(address + 'w-00000000.pt', store, progress=False))",
    "a file": """
        torch.hub.download_url_to_file(address + "w.pt", store + "/file", progress=False)
        import os; print(os.path.getsize(store + "/file") > 100, sorted(os.listdir(store)))""",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Files on a server of this machine: its address, and the name of one that tells its hash."""
    folder = tmp_path_factory.mktemp("published")
    file = io.BytesIO()
    torch.save({"w": torch.ones(2, device="cpu")}, file)
    right = f"w-{hashlib.sha256(file.getvalue()).hexdigest()[:8]}.pt"
    for name in ("w.pt", "w-00000000.pt", right):
        (folder / name).write_bytes(file.getvalue())

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", right
        server.shutdown()


@pytest.mark.host  # files are loaded to where they were saved
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_the_hub_says_what_pytorchs_says(program, published, tmp_path):
    (tmp_path / "hubconf.py").write_text(HUBCONF.format(lacking=""))
    (tmp_path / "neighbour.py").write_text("three = 3")
    texts = []
    for engine in (torch, pytorch):
        (store := tmp_path / engine.__name__).mkdir()
        before = f"folder, store, address, right = {str(tmp_path)!r}, {str(store)!r}, *{published!r}\n"
        if engine is torch:
            program = program.replace("from torch.utils", "from minitorch_edu.utils")
        import textwrap

        texts.append(said(engine, before + textwrap.dedent(program), heed=True).replace(str(store), "store"))
        program = program.replace("from minitorch_edu.utils", "from torch.utils")
    assert texts[0] == texts[1]


def test_what_a_model_needs_is_asked_for(tmp_path):
    (tmp_path / "neighbour.py").write_text("three = 3")
    (tmp_path / "hubconf.py").write_text(HUBCONF.format(lacking="'no_such_library'"))
    program = f"torch.hub.load({str(tmp_path)!r}, 'model', source='local')"
    assert (
        said(torch, program)
        == said(pytorch, program)
        == "RuntimeError: Missing dependencies: no_such_library"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda hub: hub.load("pytorch/vision", "resnet18"),
        lambda hub: hub.list("a/b"),
        lambda hub: hub.help("a/b", "m"),
    ],
)
def test_repositories_are_not_fetched(ask):
    with pytest.raises(RuntimeError, match="torch.hub needs the network for") as caught:
        ask(torch.hub)
    assert "source='local'" in caught.value.__notes__[0]


def test_without_a_network_it_says_where_to_put_the_file(tmp_path):
    with pytest.raises(OSError) as caught:
        torch.hub.load_state_dict_from_url("http://127.0.0.1:9/w.pt", str(tmp_path))
    assert (
        "this needs the network" in caught.value.__notes__[0]
        and str(tmp_path / "w.pt") in caught.value.__notes__[0]
    )
    assert list(tmp_path.iterdir()) == []
