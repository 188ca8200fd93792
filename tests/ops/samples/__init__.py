"""Samples: for every op card a handful of inputs, and what real PyTorch would do with them.

One module for a family of ops. A new card is tested with the calls in its own example (examples.py) until it brings an
entry; tests/ops/test_cards.py fails for a card that has neither.
"""

from __future__ import annotations

import importlib
import pkgutil

from minitorch_edu.ops import registry
from tests.ops.samples.examples import entry_of
from tests.ops.samples.shapes import Entry as Entry
from tests.ops.samples.shapes import Sample as Sample

ENTRIES: dict[str, Entry] = {}
"""What each card is tested with, by its name; every module here that has ENTRIES adds its own."""

for module in pkgutil.iter_modules(__path__):
    family = importlib.import_module(f"{__name__}.{module.name}")
    ENTRIES |= getattr(family, "ENTRIES", {})

registry.import_every_family()

EXAMPLES: dict[str, Entry] = {
    name: entry for name, card in registry.cards.items() if (entry := entry_of(card))
}
"""The same out of the cards' own examples, for those that bear the name of PyTorch's function."""
ENTRIES = EXAMPLES | ENTRIES
