"""Drug files: YAML read into a Drug, each refusal with the file and the line."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from unmoor.base import units
from unmoor.base.document import Document, Place, read_document
from unmoor.base.errors import BadInput, unknown
from unmoor.base.files import LIBRARY, find
from unmoor.dosing.drug import Drug, Label, MolarMass, Route

REQUIRED = ("name", "kind", "molar_mass", "routes", "pk", "references")
KEYS = (*REQUIRED, "synonyms", "receptor", "label")


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
    document = read_document(path)
    _keys(document, (), KEYS, REQUIRED)
    name = _text(document, "name")
    if name != path.stem:
        raise _refuse(
            document, ("name",), f"the file is named '{path.stem}' and the drug '{name}'", "give both one name"
        )
    routes = _mapping(document, "routes")
    if not routes:
        raise _refuse(document, ("routes",), "the drug has no routes", "give one such as  sc: {species: depot}")
    return Drug(
        name,
        _text(document, "kind"),
        _molar_mass(document),
        tuple(_route(document, route) for route in routes),
        _text(document, "pk"),
        _optional(document, "receptor"),
        _texts(document, "synonyms"),
        _texts(document, "references"),
        _label(document),
        str(path),
    )


def _molar_mass(document: Document) -> MolarMass:
    place = ("molar_mass",)
    _keys(document, place, ("value", "unit", "source"), ("value", "unit", "source"))
    value, unit = _number(document, "molar mass", *place, "value"), _text(document, *place, "unit")
    units.factor(unit, "g/mol", where=document.where(*place, "unit"))
    return MolarMass(value, unit, _text(document, *place, "source"))


def _label(document: Document) -> Label | None:
    if document.content.get("label") is None:
        return None
    _keys(document, ("label",), ("regimen", "hours", "source"), ("regimen", "hours", "source"))
    regimen = _texts(document, "label", "regimen")
    hours = _number(document, "hours", "label", "hours")
    return Label(regimen, hours, _text(document, "label", "source"))


def _route(document: Document, name: str) -> Route:
    place = ("routes", name)
    symbols = ("bioavailability", "lag", "rate", "duration")
    _keys(document, place, ("species", *symbols), ("species",))
    return Route(name, _text(document, *place, "species"), *(_optional(document, *place, key) for key in symbols))


def _refuse(document: Document, place: Place, what: str, todo: str) -> BadInput:
    return BadInput(what, where=document.where(*place), todo=todo)


def _at(document: Document, place: Place) -> Any:
    """The entry at `place`, None where it is absent."""
    entry: Any = document.content
    for key in place:
        entry = entry.get(key)
    return entry


def _mapping(document: Document, *place: str) -> dict[str, Any]:
    entry = _at(document, place)
    if not isinstance(entry, dict):
        title = ".".join(place)
        raise _refuse(
            document, place, f"'{title}' is {entry!r}", f"give it entries such as  {place[-1]}: {{name: value}}"
        )
    return entry


def _keys(document: Document, place: tuple[str, ...], known: tuple[str, ...], required: tuple[str, ...]) -> None:
    """Refuse an entry at `place` with a key it may not have, or without one it needs."""
    entry = _mapping(document, *place)
    for key in entry:
        if key not in known:
            raise unknown("key", key, known, where=document.where(*place, key))
    for key in required:
        if key not in entry:
            title = f"'{'.'.join(place)}'" if place else "the drug"
            raise _refuse(document, place, f"{title} has no '{key}'", f"add {key}: ...")


def _number(document: Document, what: str, *place: str) -> float:
    value = _at(document, place)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise _refuse(document, place, f"{what} is {value!r}", "give a number above zero")
    return float(value)


def _text(document: Document, *place: str) -> str:
    value = _at(document, place)
    if not isinstance(value, str) or not value.strip():
        raise _refuse(document, place, f"'{place[-1]}' is {value!r}", "give it as text")
    return value.strip()


def _optional(document: Document, *place: str) -> str | None:
    return None if _at(document, place) is None else _text(document, *place)


def _texts(document: Document, *place: str) -> tuple[str, ...]:
    value = _at(document, place) or []
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _refuse(document, place, f"'{place[-1]}' is {value!r}", "give a list of texts such as [one, two]")
    return tuple(value)
