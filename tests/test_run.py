"""`python -m minitorch_edu.run` runs a program as `python` does, with this engine for `import torch`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.host

ROOT = Path(__file__).resolve().parent.parent


def ran(arguments, cwd, *, stdin="", hooked=True):
    """What Python does with these arguments, by itself or by way of the hook."""
    way = ["-m", "minitorch_edu.run"] if hooked else []
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *way, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
    )


@pytest.fixture
def folder(tmp_path):
    """A folder with programs of one line or more, which no engine has to be imported for."""
    programs = {
        "shown.py": """
            import sys, os
            print(__name__, sys.argv, sys.path[0], __file__, __spec__, __package__, type(__builtins__).__name__)
            print(sys.modules["__main__"].__dict__ is globals(), __doc__, sorted(n for n in globals() if n[:2] != "__"))
            import beside; print(beside.WHERE)""",
        "beside.py": "WHERE = __name__\n",
        "fails.py": """
            def outer():
                return inner()
            def inner():
                try:
                    {}["key"]
                except KeyError as error:
                    raise ValueError("wrong") from error
            outer()""",
        "wrong.py": "x = (1,\ny = 2\n",
        "leaves.py": "import sys, atexit\natexit.register(print, 'the end')\nsys.exit(3)\n",
        "says.py": "import sys\nsys.exit('why it leaves')\n",
        "nested/__main__.py": "import sys\nprint(__name__, sys.argv, __package__)\nimport inner; print(inner.X)\n",
        "nested/inner.py": "X = 5\n",
        "package/__init__.py": "",
        "package/__main__.py": "import sys\nfrom . import part\nprint(__name__, __package__, sys.argv[1:], part.Y)\n",
        "package/part.py": "Y = 6\nif __name__ == '__main__':\n    import sys; print('run', sys.argv, __spec__.name)\n",
        "bare/__init__.py": "",
        "own_hook.py": """
            import sys
            sys.excepthook = lambda kind, error, trace: print("mine:", error, trace.tb_frame.f_code.co_name)
            raise ValueError("caught")""",
        "späß.py": "# -*- coding: utf-8 -*-\nprint('gefüllt', __file__[-7:])\n",
        "latin.py": b"# coding: latin-1\nprint(ascii('\xe4'))\n",
        "stops.py": "raise KeyboardInterrupt\n",
    }
    for name, text in programs.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode())
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("__main__.py", "import sys\nprint('packed', sys.argv)\n")
    return tmp_path


AS_PYTHON = {
    "a file": ["shown.py", "-x", "--epochs=3"],
    "a file of another folder": ["../{folder}/shown.py", "a b"],
    "an error": ["fails.py"],
    "an error with a hook of the program's": ["own_hook.py"],
    "wrong syntax": ["wrong.py"],
    "an exit code": ["leaves.py"],
    "an exit with words": ["says.py"],
    "no such file": ["nowhere.py"],
    "a folder": ["nested", "1"],
    "a folder without a program": ["bare"],
    "an archive": ["packed.zip", "2"],
    "a module": ["-m", "package.part", "-v"],
    "a package": ["-m", "package", "3"],
    "a package without a program": ["-m", "bare"],
    "no such module": ["-m", "nothing_of_that_name"],
    "no such module in a package": ["-m", "package.nothing"],
    "commands": ["-c", "import sys; print(sys.argv, __name__, sys.path[0])", "4", "-m"],
    "commands that fail": ["-c", "print(1)\n1 / 0"],
    "other letters": ["späß.py"],
    "another encoding": ["latin.py"],
    "interrupted": ["stops.py"],
}


@pytest.mark.parametrize("case", AS_PYTHON)
def test_it_runs_a_program_as_python_does(folder, case):
    arguments = [each.format(folder=folder.name) for each in AS_PYTHON[case]]
    ours, pythons = ran(arguments, folder), ran(arguments, folder, hooked=False)
    assert ours.stdout == pythons.stdout
    assert said(ours.stderr) == said(pythons.stderr)
    assert ours.returncode == pythons.returncode


def said(errors):
    """What is said on the error stream, without Python's own way to a module."""
    return re.sub(r'  File "<frozen runpy>".*\n(    .*\n)*', "", errors)


@pytest.mark.parametrize("arguments", [["-"], ["-", "one"], []])
def test_it_reads_a_program_from_standard_input(folder, arguments):
    program = (
        "import sys\nprint(__name__, sys.argv, sys.path[0], '__file__' in globals())\nif True:\n    1 / 0\n"
    )
    ours, pythons = (ran(arguments, folder, stdin=program, hooked=hooked) for hooked in (True, False))
    assert (ours.stdout, ours.stderr, ours.returncode) == (pythons.stdout, pythons.stderr, pythons.returncode)


def test_it_says_how_it_is_used(folder):
    shown = ran(["--help"], folder)
    assert shown.returncode == 0 and shown.stdout.startswith("usage: python -m minitorch_edu.run")
    refused = ran(["-m"], folder)
    assert refused.returncode == 2 and refused.stderr.startswith("Argument expected for the -m option")


# With `import torch`


def run_program(tmp_path, text, *arguments, options=()):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(text))
    return ran([*options, str(path), *arguments], tmp_path)


def test_an_error_shows_the_lines_of_the_program_alone(tmp_path):
    program = """
        import torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(3, 2)

            def forward(self, x):
                return self.layer(x)

        Net()(torch.ones(2, 4))
    """
    shown = run_program(tmp_path, program)
    files = re.findall(r'File "(.*?)", line (\d+)', shown.stderr)
    assert files == [(str(tmp_path / "program.py"), "13"), (str(tmp_path / "program.py"), "11")]
    assert "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x4 and 3x2)\n" in shown.stderr
    whole = run_program(tmp_path, program, options=["--frames"])
    assert "minitorch_edu/nn/modules" in whole.stderr and "run.py" not in whole.stderr


def test_a_chain_of_errors_is_shown_without_the_engine_as_well(tmp_path):
    shown = run_program(
        tmp_path,
        """
        import torch
        try:
            torch.ones(2) + torch.ones(3)
        except RuntimeError as error:
            raise ValueError("bad sizes") from error
        """,
    )
    assert len(re.findall("File ", shown.stderr)) == 2 and "minitorch_edu" not in shown.stderr
    assert "The above exception was the direct cause" in shown.stderr


def test_classes_of_the_program_pickle_and_reach_processes_that_are_started_anew(tmp_path):
    shown = run_program(
        tmp_path,
        """
        import multiprocessing
        import pickle
        import sys
        import torch
        import torch.nn as nn

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(2, 1)

            def forward(self, x):
                return self.layer(x)

        def work(net, queue):
            queue.put((type(net).__module__, torch.__name__, net(torch.ones(2)).tolist(), sys.argv[1:]))

        if __name__ == "__main__":
            torch.manual_seed(0)
            net = Net()
            again = pickle.loads(pickle.dumps(net))
            assert type(again) is Net and torch.equal(again.layer.weight, net.layer.weight)
            for method in ("spawn", "forkserver", "fork"):
                context = multiprocessing.get_context(method)
                queue = context.Queue()
                process = context.Process(target=work, args=(net, queue))
                process.start()
                home, name, result, arguments = queue.get(timeout=60)
                process.join()
                print(method, home, name, result == net(torch.ones(2)).tolist(), arguments, process.exitcode)
        """,
        "--one",
    )
    assert shown.stderr == ""
    assert shown.stdout.splitlines() == [
        "spawn __mp_main__ torch True ['--one'] 0",
        "forkserver __mp_main__ torch True ['--one'] 0",
        "fork __main__ torch True ['--one'] 0",
    ]


def test_a_program_that_is_interrupted_dies_of_the_signal(tmp_path):
    program = tmp_path / "waits.py"
    program.write_text("import time, torch\nprint('ready', flush=True)\ntime.sleep(60)\n")
    command = [sys.executable, "-m", "minitorch_edu.run", str(program)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT and errors.rstrip().endswith("KeyboardInterrupt")
    assert "run.py" not in errors


def test_a_thread_that_outlives_the_last_line_still_finds_torch(tmp_path):
    shown = run_program(
        tmp_path,
        """
        import threading, time

        def late():
            time.sleep(0.2)
            import torch.fft
            print(torch.__name__, torch.fft.fft(torch.ones(2)).real.tolist())

        threading.Thread(target=late).start()
        """,
    )
    assert (shown.stdout, shown.stderr) == ("torch [2.0, 0.0]\n", "")
