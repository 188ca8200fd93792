"""axe-core over a page: every rule that it has, and what it finds as lines that say where and why."""

from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "widgets" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page, inside="[data-testid=inspector]"):
    """What axe finds wrong within `inside`: rule, element and reason, one line each."""
    if not SCRIPT.exists():
        pytest.skip("needs axe-core: python hatch_build.py test installs it")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate("(inside) => axe.run(inside, { resultTypes: ['violations'] })", inside)
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} | {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
