"""From the file of a model to a Model: compose, check, fill with numbers, convert to internal units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import libsbml

from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.units import factor
from unmoor.model.antimony import Composition, compose, roots
from unmoor.model.check import check_rows, check_sources, check_text, known_keys
from unmoor.model.declare import declare, rename, symbols
from unmoor.model.merge import Merged, merge
from unmoor.model.model import Model, Row
from unmoor.model.overlay import check_filled, member_rows, overlaid, owner_of, owner_tables
from unmoor.model.parameters import read_table, rows_from
from unmoor.model.sbml import System, read_system
from unmoor.model.screen import read_model_text
from unmoor.model.translate import DEFAULT_COMPARTMENT
from unmoor.model.unit_check import check_units
from unmoor.model.wiring import flat


def from_sbml(path: Path, overlay: Sequence[Any]) -> Model:
    """The model of an SBML file, in the file's own units.

    Raises BadInput for what SBML forbids and Unsupported for what is not computed here.
    """
    if overlay:
        raise BadInput("an SBML file takes no overlay", where=path.name, todo="pass parameters when integrating")
    text = read_model_text(path)
    system = read_system(text, path.name)
    called = {symbol: name for name, symbol in system.aliases.items()}
    outputs = [called.get(name, name) for name in system.reported]
    return _model(system, text, path, Merged(), outputs=outputs, files=(str(path),))


def from_antimony(path: Path, overlay: Sequence[Any], problems: list[UnmoorError]) -> Model | None:
    """The model of an Antimony file and its tables, or None with the reasons in `problems`.

    Raises what stops the reading before the end: syntax errors, unknown imports, wiring in circles.
    """
    composition = compose(path)
    tables = _tables(composition, problems)
    if problems:
        return None
    rows = member_rows(composition, tables, problems)
    if problems:
        return None
    merged = merge(composition, rows, problems)
    for table in overlay:
        _overlay(merged, rows_from(table, problems), problems)
    check_sources([row for row in merged.rows.values() if row.file], known_keys(roots(path)), problems)
    check_filled(composition, merged.rows, problems)
    if problems:
        return None
    document = libsbml.readSBMLFromString(composition.sbml)
    rename(document.getModel(), merged.kept)
    _same_symbols(document.getModel(), composition, merged.kept)
    declare(document.getModel(), merged.rows)
    text = libsbml.writeSBMLToString(document)
    system = read_system(text, path.name, check=False)
    check_units(document, composition, merged, problems)
    if problems:
        return None
    own = [merged.kept.get(row.name, "") for row in tables[composition.name] if row.kind in ("output", "state")]
    outputs = tuple(name for name in own if name in system.states or name in system.assignments)
    owners = owner_tables(path)
    drugs = {
        owner: instance
        for instance in composition.instances
        if (owner := owner_of(instance, owners)) == instance and owners[owner].parent.name == "drugs"
    }
    files = [each.path for each in composition.sources.values()]
    files += [each.with_suffix(".csv") for each in files]
    files += [owners[owner] for each in composition.instances if (owner := owner_of(each, owners))]
    files += [Path(each) for each in overlay if isinstance(each, str | Path)]
    read = tuple(dict.fromkeys(str(each) for each in files if each.is_file()))
    return _model(system, text, path, merged, outputs=outputs, files=read, composition=composition, drugs=drugs)


def _tables(composition: Composition, problems: list[UnmoorError]) -> dict[str, Sequence[Row]]:
    """The parameter table of every module and of the model itself, checked against its text."""
    tables: dict[str, Sequence[Row]] = {}
    wired = frozenset(group.top for group in composition.groups if group.top)
    for name, natures in composition.natures.items():
        source = composition.sources[name]
        check_text(source, problems)
        file = source.path.with_suffix(".csv")
        rows = read_table(file, problems) if file.is_file() else ()
        main = name == composition.name
        known = [row for row in rows if row.name in natures] if main else rows
        check_rows(source, natures, known, problems, wired=wired if main else frozenset())
        tables[name] = rows
    return tables


def _overlay(merged: Merged, rows: Iterable[Row], problems: list[UnmoorError]) -> None:
    for row in rows:
        name = merged.kept.get(flat(row.name))
        if name is None or name not in merged.rows:
            problems.append(unknown("symbol", row.name, merged.kept, where=row.where))
        else:
            merged.rows[name] = overlaid(merged.rows[name], row, problems)


def _same_symbols(model: Any, composition: Composition, kept: Mapping[str, str]) -> None:
    """libAntimony must have merged exactly what the text wires; anything else would be a wrong model."""
    present = {each.getId() for each in symbols(model)} - {DEFAULT_COMPARTMENT}
    wanted = set(kept.values())
    if present != wanted:
        odd = ", ".join(sorted(present ^ wanted))
        raise BadInput(
            f"libAntimony did not compose the wiring as written; in doubt: {odd}",
            where=composition.main.path.name,
            todo="write each wire as `port is source`, the source on the right",
        )


def _model(
    system: System,
    text: str,
    path: Path,
    merged: Merged,
    *,
    outputs: Sequence[str],
    files: tuple[str, ...],
    composition: Composition | None = None,
    drugs: Mapping[str, str] | None = None,
) -> Model:
    rows = merged.rows
    constants = {name: value for name, value in system.constants.items() if name in rows or composition is None}
    for name in constants.keys() & rows.keys():
        value = rows[name].value
        if value is not None:
            constants[name] = value * factor(rows[name].unit)
    return Model(
        name=path.stem,
        states=system.states,
        rates=system.rates,
        assignments=system.assignments,
        initial=system.initial,
        constants=constants,
        switches=tuple(name for name in constants if name in rows and rows[name].kind == "switch"),
        outputs=tuple(outputs),
        factors={name: factor(row.unit) for name, row in rows.items()},
        units={name: row.unit for name, row in rows.items()},
        rows=rows,
        instances=dict(composition.instances) if composition else {},
        drugs=dict(drugs or {}),
        sbml=text,
        aliases={**{name: kept for name, kept in merged.kept.items() if kept != name}, **system.aliases},
        origins=merged.origins,
        wires=tuple((wire.port, wire.source) for wire in composition.wires) if composition else (),
        species=system.species,
        file=str(path),
        files=files,
        steady=_steady(system, rows),
        events=system.events,
    )


def _steady(system: System, rows: Mapping[str, Row]) -> tuple[str, ...]:
    """The states whose rows say so; a species may be carried as its amount under another name."""
    carried = {amount: name for name, (amount, _) in system.species.items()}
    return tuple(name for name in system.states for row in (rows.get(carried.get(name, name)),) if row and row.steady)
