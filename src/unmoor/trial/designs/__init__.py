"""Belongs here if it is one dose-finding design: a file is a design, its class is the file's name in capitals."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path
from typing import Any

from unmoor.base.errors import unknown


def design_names() -> list[str]:
    """Names of the designs: one for each file in this folder."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def class_name(name: str) -> str:
    """The class of a design's file: tite_boin holds TiteBoin."""
    return "".join(word.capitalize() for word in name.split("_"))


def design_class(name: str) -> Any:
    """The class of the design called `name`, such as "boin" or "tite-boin".

    Raises UnknownName with the nearest design.
    """
    file = name.lower().replace("-", "_")
    if file not in design_names():
        raise unknown("design", name, [each.replace("_", "-") for each in design_names()])
    return getattr(importlib.import_module(f"{__name__}.{file}"), class_name(file))


def design_lines() -> dict[str, str]:
    """The first paragraph of each design's docstring by name, read from its file without importing it."""
    lines = {}
    for name in design_names():
        tree = ast.parse((Path(__path__[0]) / f"{name}.py").read_text(encoding="utf-8"))
        (kind,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == class_name(name))
        lines[name] = " ".join((ast.get_docstring(kind) or "").split("\n\n")[0].split())
    return lines


def __getattr__(name: str) -> Any:
    """`designs.Boin` is the class in boin.py; found because the file exists."""
    for file in design_names():
        if class_name(file) == name:
            return design_class(file)
    raise AttributeError(f"no design '{name}' in {__name__}; there are {', '.join(map(class_name, design_names()))}")


def __dir__() -> list[str]:
    return sorted([*map(class_name, design_names()), "design_class", "design_lines", "design_names"])
