"""`make bench`: measures, prints one table, and fails where a figure is over its budget.

    python -m tests.benchmarks [--json FILE] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

# before numpy is imported for the first time
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

BUDGET = Path(__file__).with_name("budget.json")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.partition(":")[0])
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures here")
    parser.add_argument("--rounds", type=int, default=11, help="how often the two engines take turns (11)")
    given = parser.parse_args()

    import torch

    from tests.benchmarks import bench

    torch.set_num_threads(1)
    single = [bench.measure(case, torch, given.rounds) for case in bench.single_ops()]
    small = [bench.measure(case, torch, given.rounds) for case in bench.creation_and_views()]
    steps = [bench.measure(case, torch, given.rounds) for case in bench.STEPS]
    print(bench.table([*single, *small, *steps]))

    limits = json.loads(BUDGET.read_text("utf-8"))
    found = bench.figures(single, small, steps)
    over = {name for name, value in found.items() if value > limits[name]}
    print(f"\n{'':34s}{'found':>10s}{'budget':>10s}")
    for name, value in found.items():
        print(f"{name:34s}{value:10.3f}{limits[name]:10.3f}{'  OVER' if name in over else ''}")

    if given.json:
        told = {
            "machine": platform.processor() or platform.machine(),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "figures": found,
            "cases": [result._asdict() for result in [*single, *small, *steps]],
        }
        given.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
