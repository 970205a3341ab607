"""Drug files: YAML read into a Drug, each refusal with the file and the line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from unmoor.base import units
from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.files import LIBRARY, find
from unmoor.dosing.drug import Drug, MolarMass, Route

REQUIRED = ("name", "kind", "molar_mass", "routes", "pk", "references")
KEYS = (*REQUIRED, "synonyms", "receptor")


def load_drug(name: str | os.PathLike[str]) -> Drug:
    """The drug of a library name or synonym, or of a file (.yaml).

    Raises UnknownName with the nearest known name, and BadInput with file and line for a file that is no drug.
    """
    if str(name).endswith(".yaml"):
        return read_drug(find("drugs", name, ".yaml"))
    for drug in library_drugs():
        if drug.answers_to(str(name)):
            return drug
    raise unknown("drug", str(name), [known for drug in library_drugs() for known in (drug.name, *drug.synonyms)])


@lru_cache(maxsize=1)
def library_drugs() -> tuple[Drug, ...]:
    """Every drug of the library, sorted by name."""
    return tuple(read_drug(path) for path in sorted((LIBRARY / "drugs").rglob("*.yaml")))


def read_drug(path: Path) -> Drug:
    """The drug that the file at `path` describes.

    Raises BadInput with file, line and what is expected, UnknownName for a key that drugs do not have.
    """
    entry = _Entry.of_file(path)
    entry.allow(KEYS, REQUIRED)
    name = entry.text("name")
    if name != path.stem:
        raise entry.refuse(f"the file is named '{path.stem}' and the drug '{name}'", "give both one name", "name")
    mass = entry.entry("molar_mass")
    mass.allow(("value", "unit", "source"), ("value", "unit", "source"))
    value, unit = mass.content["value"], mass.text("unit")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise mass.refuse(f"molar mass is {value!r}", "give a number above zero", "value")
    units.factor(unit, "g/mol", where=mass.where("unit"))
    routes = entry.entry("routes")
    if not routes.content:
        raise entry.refuse("the drug has no routes", "give one such as  sc: {species: depot}", "routes")
    return Drug(
        name,
        entry.text("kind"),
        MolarMass(float(value), unit, mass.text("source")),
        tuple(_route(str(route), routes.entry(route)) for route in routes.content),
        entry.text("pk"),
        entry.text("receptor", optional=True),
        entry.texts("synonyms"),
        entry.texts("references"),
        str(path),
    )


def _route(name: str, entry: _Entry) -> Route:
    entry.allow(("species", "bioavailability", "lag"), ("species",))
    symbols = (entry.text(key, optional=True) for key in ("bioavailability", "lag"))
    return Route(name, entry.text("species") or "", *symbols)


@dataclass(frozen=True)
class _Entry:
    """A mapping in a YAML file that knows the line of each key."""

    file: str
    title: str
    content: dict[Any, Any]
    lines: dict[Any, int]
    nodes: dict[Any, Any]
    line: int

    @classmethod
    def of_file(cls, path: Path) -> _Entry:
        import yaml

        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except (OSError, UnicodeDecodeError) as problem:
            raise UnmoorError(f"cannot read: {problem}", where=str(path)) from problem
        except yaml.YAMLError as problem:
            mark = getattr(problem, "problem_mark", None)
            where = f"{path}:{mark.line + 1}" if mark else str(path)
            reason = getattr(problem, "problem", None) or "malformed text"
            raise BadInput(f"not YAML: {reason}", where=where, todo="compare with another drug's file") from problem
        return cls.of_node(str(path), "the drug", node)

    @classmethod
    def of_node(cls, file: str, title: str, node: Any) -> _Entry:
        import yaml

        line = node.start_mark.line + 1 if node is not None else 1
        if not isinstance(node, yaml.MappingNode):
            raise BadInput(f"{title} is not a list of 'key: value'", where=f"{file}:{line}", todo=_TODO)
        content, lines, nodes = {}, {}, {}
        build = yaml.SafeLoader("")
        for key_node, value_node in node.value:
            key = build.construct_object(key_node, deep=True)
            lines_here = key_node.start_mark.line + 1
            if key in content:
                raise BadInput(f"'{key}' is given twice", where=f"{file}:{lines_here}", todo="keep one of them")
            content[key] = build.construct_object(value_node, deep=True)
            lines[key], nodes[key] = lines_here, value_node
        return cls(file, title, content, lines, nodes, line)

    def where(self, key: Any = None) -> str:
        return f"{self.file}:{self.lines.get(key, self.line)}"

    def refuse(self, what: str, todo: str, key: Any = None) -> BadInput:
        return BadInput(what, where=self.where(key), todo=todo)

    def allow(self, known: tuple[str, ...], required: tuple[str, ...]) -> None:
        for key in self.content:
            if key not in known:
                raise unknown("key", str(key), known, where=self.where(key))
        for key in required:
            if key not in self.content:
                raise self.refuse(f"{self.title} has no '{key}'", f"add {key}: ...")

    def text(self, key: str, *, optional: bool = False) -> Any:
        value = self.content.get(key)
        if value is None and optional:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"'{key}' is {value!r}", "give it as text", key)
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.refuse(f"'{key}' is {value!r}", "give a list of texts such as [one, two]", key)
        return tuple(value)

    def entry(self, key: Any) -> _Entry:
        return _Entry.of_node(self.file, f"'{key}'", self.nodes[key])


_TODO = "compare with another drug's file in library/drugs"
