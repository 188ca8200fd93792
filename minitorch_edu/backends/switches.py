"""Switches: modules whose flags are True or False. `torch.backends.cudnn.benchmark = 1` is refused."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from minitorch_edu.settings import expect_bool


class Switches(ModuleType):
    """A module that minds what is assigned to its flags. `_setters` names PyTorch's setter of each, for its errors."""

    _setters: dict[str, str]

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._setters:
            expect_bool(self._setters[name], value)
        super().__setattr__(name, value)
