"""Samples: for every op card a handful of inputs, and what real PyTorch would do with them.

One module for a family of ops. A new card brings an entry; tests/ops/test_cards.py fails for a card without one.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.ops.samples.shapes import Entry as Entry
from tests.ops.samples.shapes import Sample as Sample

ENTRIES: dict[str, Entry] = {}
"""What each card is tested with, by its name; every module here that has ENTRIES adds its own."""

for module in pkgutil.iter_modules(__path__):
    family = importlib.import_module(f"{__name__}.{module.name}")
    ENTRIES |= getattr(family, "ENTRIES", {})
