"""Loads structlog without rich, by which it would show tracebacks we never print: every part would hold 5 MB more."""

import sys
from importlib import import_module
from types import ModuleType
from typing import cast

before = sys.modules.get("rich")
sys.modules["rich"] = cast(ModuleType, None)  # so that importing it fails, as where it is not installed
try:
    import_module("structlog")
finally:
    del sys.modules["rich"]
    if before is not None:
        sys.modules["rich"] = before
