"""Opening a lesson: which one, where its notebook goes, and what a student reads when it cannot be."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from minitorch_lessons import cli, lab

LESSON = "# %% [markdown]\n# # A lesson\n\n# %%\nanswer = 41\n"


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """Three small lessons in place of the real ones."""
    home = tmp_path / "lessons"
    for name in ("01_tensors", "02_strides", "06_backward_graph"):
        (home / name).mkdir(parents=True)
        (home / name / "lesson.py").write_text(LESSON)
    folders = {path.name: path for path in sorted(home.iterdir())}
    monkeypatch.setattr(lab, "lesson_folders", lambda: folders)
    return folders


@pytest.fixture
def opened(monkeypatch):
    """What JupyterLab would have been started with, instead of starting it."""
    calls = []
    monkeypatch.setattr(lab, "serve", lambda notebook, **options: calls.append((notebook, options)))
    return calls


def said(capsys, arguments, expected=2):
    """The one line on stderr of a command that is refused."""
    assert cli.main([str(a) for a in arguments]) == expected
    error = capsys.readouterr().err
    assert error.count("\n") == 1, error
    return error


# Which lesson


@pytest.mark.parametrize("asked", ["06_backward_graph", "6", "06", "backward", "Backward Graph"])
def test_a_lesson_is_found_by_name_number_or_part(lessons, asked):
    assert lab.find_lesson(asked).parent.name == "06_backward_graph"


def test_no_name_opens_the_first_lesson(lessons):
    assert lab.find_lesson(None).parent.name == "01_tensors"


def test_the_real_lessons_are_found_in_the_checkout():
    for folder in lab.lesson_folders().values():
        assert re.fullmatch(r"\d\d_\w+", folder.name)


def test_a_missing_lesson_is_refused_with_the_list_and_the_closest(lessons, opened, capsys):
    error = said(capsys, ["lab", "backwrd_graph"])
    assert "there is no lesson 'backwrd_graph'. Did you mean 06_backward_graph?" in error
    assert "01_tensors, 02_strides, 06_backward_graph" in error
    assert not opened


def test_a_name_close_to_nothing_gets_the_list_alone(lessons, opened, capsys):
    error = said(capsys, ["lab", "zzz"])
    assert "Did you mean" not in error and "02_strides" in error


def test_a_part_that_fits_two_lessons_is_refused_with_both(lessons, opened, capsys):
    assert "fits more than one lesson: 01_tensors, 02_strides" in said(capsys, ["lab", "s"])


def test_a_lesson_file_that_is_missing_is_refused(opened, capsys, tmp_path):
    assert f"there is no lesson file {tmp_path / 'gone.py'}" in said(capsys, ["lab", tmp_path / "gone.py"])


def test_a_lesson_folder_without_its_file_is_refused(lessons, opened, capsys):
    (lessons["02_strides"] / "lesson.py").unlink()
    assert "lesson 02_strides is damaged" in said(capsys, ["lab", "2"])


DAMAGED = [b"# %%\nx = (\n", b"# %%\n### BEGIN SOLUTION\nx = 1\n", b"", b"# %%\n\xff\xfe\n"]


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_lesson_is_refused_with_its_file(lessons, opened, capsys, tmp_path, text):
    (lessons["02_strides"] / "lesson.py").write_bytes(text)
    error = said(capsys, ["lab", "2", "--folder", tmp_path / "mine"])
    assert "lesson 02_strides is damaged" in error and "lesson.py" in error
    assert not (tmp_path / "mine").exists()


# The student's notebook


def test_the_notebook_is_written_and_opened(lessons, opened, capsys, tmp_path):
    assert cli.main(["lab", "6", "--folder", str(tmp_path / "mine"), "--no-browser"]) == 0
    notebook = tmp_path / "mine" / "06_backward_graph.ipynb"
    assert nbformat.read(notebook, as_version=4).cells[-1].source == "answer = 41"
    assert f"Wrote {notebook}" in capsys.readouterr().out
    assert opened == [(notebook, {"port": None, "browser": False, "more": ()})]


def test_the_default_folder_is_beside_the_student(lessons, opened, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lab", "6"]) == 0
    assert (tmp_path / "minitorch-lessons" / "06_backward_graph.ipynb").is_file()


def test_an_edited_notebook_is_never_overwritten(lessons, opened, capsys, tmp_path):
    path, _ = lab.place_notebook(lab.find_lesson("6"), tmp_path)
    theirs = path.read_text().replace("answer = 41", "answer = 42")
    path.write_text(theirs)
    assert cli.main(["lab", "6", "--folder", str(tmp_path)]) == 0
    assert path.read_text() == theirs
    assert capsys.readouterr().out.strip() == f"Kept {path} as you left it"


def test_a_student_is_told_that_the_lesson_has_changed_since(lessons, tmp_path):
    source = lab.find_lesson("6")
    path, _ = lab.place_notebook(source, tmp_path)
    before = path.read_text()
    source.write_text(LESSON.replace("41", "43"))
    _, remark = lab.place_notebook(source, tmp_path)
    assert path.read_text() == before
    assert "the lesson has changed since: rename yours" in remark


def test_a_notebook_that_cannot_be_read_is_kept_too(lessons, tmp_path):
    path = tmp_path / "06_backward_graph.ipynb"
    path.write_text("not json")
    _, remark = lab.place_notebook(lab.find_lesson("6"), tmp_path)
    assert path.read_text() == "not json"
    assert "cannot be read as a notebook" in remark


def test_a_folder_that_is_a_file_is_refused(lessons, opened, capsys, tmp_path):
    (tmp_path / "mine").write_text("")
    error = said(capsys, ["lab", "6", "--folder", tmp_path / "mine"])
    assert "it is a file; choose a folder with --folder" in error


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that even root cannot write into")
def test_a_folder_that_cannot_be_written_is_refused(lessons, opened, capsys):
    error = said(capsys, ["lab", "6", "--folder", "/proc/self"])
    assert "cannot write into /proc/self" in error and "--folder" in error


# JupyterLab


@pytest.fixture
def taken():
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_by_number_with_a_free_one(lessons, opened, capsys, taken, tmp_path):
    error = said(capsys, ["lab", "6", "--port", taken, "--folder", tmp_path / "mine"])
    found = re.search(rf"port {taken} is taken; (\d+) is free: --port \1", error)
    assert found and lab._bind_fault(int(found[1])) is None
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_a_number_that_is_no_port_is_refused(opened, capsys, port):
    assert f"{port} is no port" in said(capsys, ["lab", f"--port={port}"])


def test_without_jupyterlab_the_line_to_install_it_is_printed(lessons, opened, capsys, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n == "jupyterlab" else find(n))
    assert f"{sys.executable} -m pip install jupyterlab" in said(capsys, ["lab", "6"])


def test_only_this_machine_can_reach_the_server():
    options = lab.lab_options(Path("/home/me/a lesson.ipynb"), port=None, browser=True)
    assert "--ServerApp.ip=127.0.0.1" in options
    assert "--LabApp.default_url=/lab/tree/a%20lesson.ipynb" in options


def test_what_follows_two_dashes_goes_to_jupyterlab(lessons, opened, tmp_path):
    cli.main(["lab", "6", "--folder", str(tmp_path), "--", "--ServerApp.base_url=/me/"])
    assert opened[0][1]["more"] == ["--ServerApp.base_url=/me/"]


@pytest.mark.slow
def test_the_server_serves_the_lesson(tmp_path):
    source = tmp_path / "07_small" / "lesson.py"
    source.parent.mkdir()
    source.write_text(LESSON)
    command = [sys.executable, "-m", "minitorch_lessons", "lab", str(source), "--no-browser"]
    command += ["--folder", str(tmp_path / "mine")]
    home = Path(lab.__file__).parent.parent
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(home)}, stderr=log, stdout=log
        )
    try:
        address = wait_for_address(server, tmp_path / "log")
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.status == 200
        assert "/lab/tree/07_small.ipynb" in address
    finally:
        server.terminate()
        server.wait(30)


def wait_for_address(server, log, seconds=90):
    for _ in range(seconds * 5):
        found = re.search(r"http://127\.0\.0\.1:\d+/\S+", log.read_text())
        if found:
            return found[0]
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(f"no address in {seconds} s: {log.read_text()}")


def test_the_script_is_installed_under_its_name():
    script = shutil.which("minitorch-edu", path=str(Path(sys.executable).parent))
    if script is None:
        pytest.skip("minitorch-edu is not installed into this Python")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("minitorch-edu 0.")
