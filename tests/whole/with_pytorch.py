"""Runs programs on real PyTorch, each in a process of its own that finds it imported already.

python tests/whole/with_pytorch.py FOLDER PROGRAM...     writes FOLDER/program.out, .err and .code
"""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from pathlib import Path


def main(folder: Path, programs: list[Path]) -> None:
    import torch
    import torch._dynamo  # the first optimizer of a process would import it

    torch.set_num_threads(1)
    for program in programs:
        child = os.fork()
        if not child:
            os._exit(run(folder / program.stem, program))
        _, status = os.waitpid(child, 0)
        (folder / program.stem).with_suffix(".code").write_text(str(os.waitstatus_to_exitcode(status)))


def run(results: Path, program: Path) -> int:
    """What a program prints goes to files. Its exit code."""
    for stream, suffix in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(results.with_suffix(suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    sys.argv = [str(program)]
    code = 0
    try:
        runpy.run_path(str(program), run_name="__main__")
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
