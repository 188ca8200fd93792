"""What is installed: one wheel with three packages, the bundle, the JupyterLab extension and the lessons."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.host

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTENSION = "minitorch_edu-{version}.data/data/share/jupyter/labextensions/minitorch-inspector/"


@pytest.fixture
def hook(tmp_path, monkeypatch):
    """The build hook, looking at a small front end of its own."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    static = tmp_path / "minitorch_widgets" / "static"
    for folder in (tmp_path / "src", static):
        folder.mkdir(parents=True)
    products = (static / "widget.js", static / "widget.css")
    for path in (*products, *(tmp_path / name for name in hook.RECIPE)):
        path.write_text("{}\n")
    (tmp_path / "src" / "widget.ts").write_text("export default {};\n")
    monkeypatch.setattr(hook, "FRONT", tmp_path)
    monkeypatch.setattr(hook, "STAMP", static / "sources.sha256")
    monkeypatch.setattr(hook, "PRODUCTS", products)
    hook.STAMP.write_text(hook.digest())
    return hook


# The bundle


def test_a_bundle_made_from_these_sources_is_not_made_again(hook):
    assert not hook.stale()


@pytest.mark.parametrize("changed", ["src/widget.ts", "src/new.ts", "package-lock.json", "build.mjs"])
def test_a_changed_source_makes_the_bundle_stale(hook, changed):
    (hook.FRONT / changed).write_text("changed\n")
    assert hook.stale()


def test_a_missing_product_makes_the_bundle_stale(hook):
    hook.PRODUCTS[0].unlink()
    assert hook.stale()


def test_line_ends_of_windows_and_unit_tests_leave_the_bundle_fresh(hook):
    (hook.FRONT / "src" / "widget.ts").write_bytes(b"export default {};\r\n")
    (hook.FRONT / "src" / "widget.test.ts").write_text("test\n")
    assert not hook.stale()


@pytest.mark.parametrize("node", [None, "/usr/bin/node"])
@pytest.mark.parametrize("fresh", [True, False])
def test_node_is_asked_for_only_by_a_stale_bundle_on_a_machine_without_it(hook, monkeypatch, node, fresh):
    pytest.importorskip("hatchling")
    monkeypatch.setattr(hook, "node_on_path", lambda: node)
    if not fresh:
        hook.STAMP.unlink()
    builder = hook.CustomBuildHook.__new__(hook.CustomBuildHook)
    assert builder.dependencies() == ([hook.NODE_WHEEL] if not fresh and node is None else [])


@pytest.mark.skipif(os.name != "posix", reason="writes a shell script in place of node")
@pytest.mark.parametrize(("version", "good"), [("v18.19.0", False), ("v20.18.1", False), ("v24.1.0", True)])
def test_an_old_node_counts_as_none(hook, tmp_path, monkeypatch, version, good):
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert bool(hook.node_on_path()) is good


# What the repository says


def test_the_versions_agree():
    import minitorch_lessons

    front = json.loads((ROOT / "widgets" / "package.json").read_text("utf-8"))
    assert PROJECT["version"] == minitorch_lessons.__version__ == front["version"]


def test_the_lock_file_names_no_registry_and_every_platforms_bundler():
    lock = (ROOT / "widgets" / "package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]
    assert '"resolved"' not in lock
    assert all(about.get("integrity") for name, about in packages.items() if name)
    for platform in ("linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"):
        assert f"node_modules/@esbuild/{platform}" in packages


# The wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built with what is installed."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.slow
def test_the_wheel_is_for_every_machine(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")


@pytest.mark.slow
def test_the_wheel_holds_packages_bundle_extension_settings_and_lessons(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ("minitorch_edu", "minitorch_widgets", "minitorch_lessons"):
        assert {f"{package}/__init__.py", f"{package}/py.typed"} <= names
    extension = EXTENSION.format(version=PROJECT["version"])
    assert {f"minitorch_widgets/static/{name}" for name in ("widget.js", "widget.css", "replay.js")} <= names
    assert {f"{extension}package.json", f"{extension}install.json"} <= names
    assert any(name.endswith("etc/jupyter/labconfig/default_setting_overrides.json") for name in names)
    for lesson in (ROOT / "lessons").glob("[0-9][0-9]_*"):
        for file in (*lesson.glob("lesson.py"), *lesson.glob("checks.py"), *lesson.glob("*/prose.md")):
            assert f"minitorch_lessons/catalogue/{file.relative_to(lesson.parent).as_posix()}" in names
    assert {"minitorch_lessons/catalogue/on_pytorch.py", "minitorch_lessons/languages/de.toml"} <= names
    assert not [name for name in names if "/wrong/" in name or name.endswith("/hidden.py")]


@pytest.mark.slow
def test_the_wheel_holds_nothing_else(wheel):
    packages = r"(minitorch_edu|minitorch_widgets|minitorch_lessons)/"
    ours = re.compile(packages + r"|minitorch_edu-[\d.]+\.(data|dist-info)/")
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if not ours.match(name)] == []
    assert [name for name in names if re.search(r"node_modules|__pycache__|\.ts$|\.ipynb", name)] == []


@pytest.mark.slow
def test_the_extension_loads_the_script_that_is_there(wheel):
    archive = zipfile.ZipFile(wheel)
    extension = EXTENSION.format(version=PROJECT["version"])
    about = json.loads(archive.read(f"{extension}package.json"))
    script = archive.read(extension + about["jupyterlab"]["_build"]["load"]).decode()
    assert f'_JUPYTERLAB ??= {{}})["{about["name"]}"]' in script


@pytest.mark.slow
def test_an_installed_wheel_finds_its_lessons(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from minitorch_lessons.lab import lesson_folders as f; print(*f().values(), sep='\\n')"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    found = [Path(line) for line in done.stdout.split()]
    assert [p.name for p in found] == sorted(p.name for p in (ROOT / "lessons").glob("[0-9][0-9]_*"))
    assert all(p.is_relative_to(tmp_path) for p in found)
