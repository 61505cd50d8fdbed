"""A module that is loaded when something of it is first used: for what is large, and seldom or never needed where it is named."""

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module. Where it is assigned, the types come from an import under TYPE_CHECKING."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)
