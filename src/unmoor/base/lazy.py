"""Packages whose public names are imported on first use, so that a command waits only for what it needs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any


def import_on_use(package: str, homes: Mapping[str, str]) -> None:
    """Makes the names in `homes` (name -> the module that holds it) attributes of `package`, imported when asked for.

    A name whose home is the package itself is a module in it. A file may be called like a public name that it holds:
    importing the file sets an attribute of the package, which here never hides the name. `dir` gives `__all__`.
    """

    class Package(ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name not in homes:
                raise AttributeError(f"module '{package}' has no attribute '{name}'")
            if homes[name] == package:
                return importlib.import_module(f"{package}.{name}")
            value = getattr(importlib.import_module(homes[name]), name)
            self.__dict__[name] = value
            return value

        def __setattr__(self, name: str, value: Any) -> None:
            if not (isinstance(value, ModuleType) and homes.get(name) == f"{package}.{name}"):
                super().__setattr__(name, value)

        def __dir__(self) -> list[str]:
            return sorted(self.__all__)

    sys.modules[package].__class__ = Package
