"""For every test: one thread for each numerical library, and the same hypothesis examples in every run.

HYPOTHESIS_EXAMPLES=2000 searches longer, and HYPOTHESIS_ELSEWHERE=1 among other examples each time.
"""

import gc
import os
from collections import Counter

# before numpy is imported for the first time: the libraries read these once
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile(
    "same", derandomize="HYPOTHESIS_ELSEWHERE" not in os.environ, deadline=None, database=None
)
settings.load_profile("same")


def pytest_addoption(parser):
    parser.addoption("--device", default="cpu", choices=("cpu", "simulated", "cuda"), help="where tensors are made")


def pytest_configure(config):
    import minitorch_edu
    from tests.device import choose

    choose(config.getoption("--device"))
    minitorch_edu.manual_seed(67280421310721)  # what a test draws without a seed is the same in every run


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """Modules and the tests in them stay: the garbage collector goes through what tests make, not through them as well."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config, items):
    from tests.device import speaks_of_the_host

    if config.getoption("--device") != "cpu":
        config.hook.pytest_deselected(items=[item for item in items if speaks_of_the_host(item)])
        items[:] = [item for item in items if not speaks_of_the_host(item)]
    if hasattr(config, "workerinput"):
        longest_files_first(items)


def longest_files_first(items):
    """Let no worker begin a long file when the others have nothing left. A test in the browser counts as a hundred."""
    lengths = Counter()
    for item in items:
        lengths[item.path] += 100 if item.get_closest_marker("e2e") else 1
    items.sort(key=lambda item: -lengths[item.path])


@pytest.fixture(autouse=True)
def _on_the_device_under_test(request):
    """Tests may choose where tensors are made; the next one starts afresh."""
    from tests import device

    if device.UNDER_TEST == "cpu":
        yield
        return
    speaks_of_devices = {"cuda", "backends"} & set(request.path.parts)
    if speaks_of_devices:
        yield
    else:
        with device.unnamed(), device.drawing_as_the_host():
            yield
    device.make_there()
