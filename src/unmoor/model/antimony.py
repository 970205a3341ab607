"""Antimony files and their imports as one composition: texts, instances, wires and the flattened SBML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libsbml

from unmoor.base.errors import BadInput, unknown
from unmoor.base.files import LIBRARY
from unmoor.model.document import items
from unmoor.model.text import Source, Wire, read_source
from unmoor.model.translate import DEFAULT_COMPARTMENT, translate
from unmoor.model.wiring import Group, flat, instances_of, join, wires_of


@dataclass(frozen=True)
class Nature:
    """What the text makes of a symbol: species, compartment, rate, assigned, initial (so assigned only) or free.

    `number` is the value written in the text, if any; a `loose` species counts neither an amount nor a concentration
    in a compartment of its own.
    """

    kind: str
    started: bool = False
    number: float | None = None
    loose: bool = False


@dataclass(frozen=True)
class Composition:
    """Module instances wired into one model: the texts, who is an instance of what, and the flattened SBML."""

    name: str
    sbml: str
    sources: Mapping[str, Source]
    instances: Mapping[str, str]
    wires: tuple[Wire, ...]
    groups: tuple[Group, ...]
    natures: Mapping[str, Mapping[str, Nature]]

    @property
    def main(self) -> Source:
        """The text of the composed model itself."""
        return self.sources[self.name]

    def module(self, path: str) -> str:
        """The model that an instance path is an instance of; the path "" is the composed model itself."""
        return self.instances[path] if path else self.name

    def members(self) -> dict[str, tuple[str, str]]:
        """Dotted path of every symbol before wiring -> (instance path, symbol).

        Raises BadInput when two symbols that are not wired together would get the same flattened id.
        """
        found: dict[str, tuple[str, str]] = {}
        owner: dict[str, str] = {}
        for path in ("", *self.instances):
            for symbol in self.natures[self.module(path)]:
                name = f"{path}.{symbol}" if path else symbol
                other = owner.setdefault(flat(name), name)
                if other != name and not any({name, other} <= {*group.members} for group in self.groups):
                    raise BadInput(
                        f"'{other}' and '{name}' would both be called '{flat(name)}'",
                        where=self.sources[self.module(path)].where(symbol),
                        todo="rename one",
                    )
                found[name] = (path, symbol)
        return found

    def nature(self, member: tuple[str, str]) -> Nature:
        """What the text makes of a member."""
        return self.natures[self.module(member[0])][member[1]]

    def where(self, member: tuple[str, str], sign: str = "") -> str:
        """File and line of a member's own equation (the one with `sign`, if given) or first mention."""
        return self.sources[self.module(member[0])].where(member[1], sign)


def roots(path: Path) -> tuple[Path, ...]:
    """Folders shaped like the library (modules, drugs, cells) that serve the model in `path`, nearest first."""
    return tuple(dict.fromkeys((path.resolve().parent.parent, LIBRARY)))


def compose(path: Path) -> Composition:
    """Read an Antimony file and everything it imports.

    Raises BadInput with file and line for syntax errors, for files that do not hold exactly one model called like
    the file and for wiring in circles; UnknownName for imports, modules, instances and ports that do not exist.
    """
    sources = _sources(path)
    instances = instances_of(sources, path.stem)
    wires = wires_of(sources, path.stem, instances)
    groups = join(wires)
    flattened, nested = translate(path.stem, sources)
    document = libsbml.readSBMLFromString(nested)
    definitions = {path.stem: document.getModel()}
    plugin = document.getPlugin("comp")
    if plugin is not None:
        definitions |= {each.getId(): each for each in items(plugin.getListOfModelDefinitions())}
    return Composition(
        name=path.stem,
        sbml=flattened,
        sources=sources,
        instances=instances,
        wires=wires,
        groups=groups,
        natures={name: _natures(definitions[name]) for name in (path.stem, *instances.values())},
    )


def _sources(path: Path) -> dict[str, Source]:
    """The texts of a file and its imports by model name, imported before importing.

    Imports are sought beside the file, then in the modules of the library-shaped folders around the model.
    """
    found: dict[str, Source] = {}
    files: dict[str, Path] = {}

    def read(file: Path, above: tuple[str, ...]) -> None:
        source = read_source(file)
        if files.setdefault(source.name, file.resolve()) != file.resolve():
            raise BadInput(f"two files called '{source.path.name}'", where=str(file), todo="rename one")
        if source.name in found:
            return
        _one_model(source)
        for imported, line in source.imports():
            folders = (file.parent, path.parent, *(root / "modules" for root in roots(path)))
            target = next((each / imported for each in folders if (each / imported).is_file()), None)
            if target is None:
                known = {each.relative_to(f).as_posix() for f in folders if f.is_dir() for each in f.rglob("*.ant")}
                raise unknown("import", imported, known, where=source.at(line))
            if target.stem in above:
                raise BadInput(
                    f"'{imported}' imports this file in turn", where=source.at(line), todo="break the circle"
                )
            read(target, (*above, source.name))
        found[source.name] = source

    read(path, (path.stem,))
    return found


def _one_model(source: Source) -> None:
    models = source.models()
    if [name for name, _, _ in models] != [source.name]:
        named = ", ".join(name for name, _, _ in models) or "none"
        raise BadInput(
            f"the file must hold one model called '{source.name}', like the file; it holds: {named}",
            where=source.at(models[-1][2]) if models else source.path.name,
            todo=f"begin it with: model {source.name}()",
        )
    if models[0][1]:
        raise BadInput(
            f"model '{source.name}' lists an interface ({models[0][1]})",
            where=source.at(models[0][2]),
            todo=f"write: model {source.name}() and wire instances with `port is source`",
        )


def _natures(model: Any) -> dict[str, Nature]:
    """What one module's text makes of each of its symbols."""
    kinds = {each.getId(): "free" for each in items(model.getListOfParameters())}
    kinds |= {each.getId(): "compartment" for each in items(model.getListOfCompartments())}
    kinds |= {each.getId(): "species" for each in items(model.getListOfSpecies())}
    kinds.pop(DEFAULT_COMPARTMENT, None)
    started = {each.getSymbol() for each in items(model.getListOfInitialAssignments())}
    kinds |= {name: "initial" for name in started if kinds.get(name) in ("free", "compartment")}
    for rule in items(model.getListOfRules()):
        if not rule.isAlgebraic():
            kinds[rule.getVariable()] = "rate" if rule.isRate() else "assigned"
    loose = {
        each.getId()
        for each in items(model.getListOfSpecies())
        if not each.getHasOnlySubstanceUnits() and each.getCompartment() == DEFAULT_COMPARTMENT
    }
    return {name: Nature(kind, name in started, number_of(model, name), name in loose) for name, kind in kinds.items()}


def number_of(model: Any, name: str) -> float | None:
    """The number an SBML model gives to a parameter, compartment or species, or None."""
    parameter, species, compartment = model.getParameter(name), model.getSpecies(name), model.getCompartment(name)
    if parameter is not None:
        return float(parameter.getValue()) if parameter.isSetValue() else None
    if species is not None:
        if species.isSetInitialAmount():
            return float(species.getInitialAmount())
        return float(species.getInitialConcentration()) if species.isSetInitialConcentration() else None
    return float(compartment.getSize()) if compartment is not None and compartment.isSetSize() else None
