"""How hard the differential tests search. HYPOTHESIS_EXAMPLES=2000 searches longer."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ops",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")),
    deadline=None,
    derandomize="HYPOTHESIS_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ops")
