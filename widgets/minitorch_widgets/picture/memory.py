"""Memory: what stays the same from one snapshot to the next: ids, lane letters, positions. It holds no tensor."""

from __future__ import annotations

import weakref
from collections.abc import Hashable
from typing import Any

from minitorch_widgets.facts.graph import node_name, sequence
from minitorch_widgets.facts.lanes import Letters
from minitorch_widgets.picture.placing import Places


class Memory:
    """One inspector's memory of what it has shown.

    A tensor is known by identity, through a weak reference; a node by its sequence number and its name, since torch
    makes a new Python object each time somebody looks at a node that nobody holds.
    """

    def __init__(self) -> None:
        self.revision = 0
        self.letters = Letters()
        self.places = Places()
        self.sources: dict[tuple[int, str], dict[str, str]] = {}
        self.focused: set[str] = set()
        """With a focus: the ids of the tensors that were in the last picture."""
        self._objects: dict[int, tuple[weakref.ref[Any], str]] = {}
        self._keys: dict[Hashable, str] = {}
        self._used: set[Hashable] = set()
        self._counts = {"t": 0, "n": 0}

    def begin(self) -> int:
        """A new snapshot: the next revision. What the last one did not use is forgotten."""
        self.revision += 1
        self._keys = {key: self._keys[key] for key in self._used if key in self._keys}
        self._used = set()
        self._objects = {number: held for number, held in self._objects.items() if held[0]() is not None}
        return self.revision

    def of_object(self, value: Any, key: Hashable) -> str:
        """The id of a tensor or array; `key` stands in for one that can't be referred to weakly."""
        held = self._objects.get(id(value))
        if held is not None and held[0]() is value:
            return held[1]
        try:
            reference = weakref.ref(value)
        except TypeError:
            return self.of_key("t", key)
        name = self._next("t")
        self._objects[id(value)] = (reference, name)
        return name

    def of_key(self, letter: str, key: Hashable) -> str:
        """The id of something known by what it is rather than by which object it is."""
        self._used.add(key)
        if key not in self._keys:
            self._keys[key] = self._next(letter)
        return self._keys[key]

    def of_node(self, function: Any, expression: str = "", copy: int = 1) -> str:
        """The id of a node of the backward graph: a leaf's by its tensor, any other by when it was made."""
        leaf = getattr(function, "variable", None)
        if leaf is not None:
            return self.of_key("n", ("leaf", self.of_object(leaf, ("leaf", expression)), copy))
        return self.of_operation(sequence(function), node_name(function), copy)

    def of_operation(self, number: int | None, name: str, copy: int = 1) -> str:
        """The id of a node that is no leaf's."""
        return self.of_key("n", (number, name, copy))

    def known_node(self, number: int, name: str) -> str | None:
        """The id of a node that the last snapshot has shown, by when it was made."""
        return self._keys.get((number, name, 1))

    def _next(self, letter: str) -> str:
        self._counts[letter] += 1
        return f"{letter}{self._counts[letter]}"
