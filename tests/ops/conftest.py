"""How hard the differential tests search (HYPOTHESIS_EXAMPLES=2000 searches longer), and a registry that stays as it was."""

import os

import pytest
from hypothesis import HealthCheck, settings

from minitorch_edu.ops import registry

settings.register_profile(
    "ops",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")),
    deadline=None,
    derandomize="HYPOTHESIS_ELSEWHERE" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("ops")


@pytest.fixture(autouse=True)
def _registry_as_it_was():
    """Cards that a test or an example declares go again."""
    tables = [registry.cards, registry.functions, registry.operators]
    registry.import_every_family()
    before = [dict(table) for table in tables]
    yield
    for table, kept in zip(tables, before, strict=True):
        table.clear()
        table.update(kept)
