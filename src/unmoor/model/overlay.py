"""Rows of each symbol of a composed model: module table, then drug, cell type or event, then the model's own table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.units import parse, spell
from unmoor.model.antimony import Composition, roots
from unmoor.model.model import Row
from unmoor.model.parameters import COLUMNS, VALUED, read_table
from unmoor.model.wiring import flat

OWNERS = ("drugs", "cells", "events")


def owner_tables(path: Path) -> dict[str, Path]:
    """Drug, cell type or adverse event -> its parameter CSV, for the model in `path`; nearer folders win."""
    tables: dict[str, Path] = {}
    for root in roots(path):
        for kind in OWNERS:
            for table in sorted((root / kind).glob("*.csv")):
                tables.setdefault(table.stem, table)
    return tables


def owner_of(instance: str, owners: Iterable[str]) -> str | None:
    """The owner an instance path is named after: X or X_<something>, the longest X, the innermost part."""
    for part in reversed(instance.split(".")):
        fitting = [name for name in owners if part == name or part.startswith(f"{name}_")]
        if fitting:
            return max(fitting, key=len)
    return None


def member_rows(
    composition: Composition, tables: Mapping[str, Sequence[Row]], problems: list[UnmoorError]
) -> dict[str, Row]:
    """Rows by dotted path, after the overlays of module, drug, cell type or event, and model."""
    main = composition.main.path
    rows = {row.name: row for row in tables[composition.name] if row.name in composition.natures[composition.name]}
    for path, module in composition.instances.items():
        for row in tables[module]:
            if row.name in composition.natures[module]:
                rows[f"{path}.{row.name}"] = row
    owners = owner_tables(main)
    for owner in dict.fromkeys(owner_of(path, owners) for path in composition.instances):
        if owner is not None:
            _owned(composition, owner, owners, rows, problems)
    for row in tables[composition.name]:
        if row.name not in composition.natures[composition.name]:
            name = _path_of(row.name, composition)
            if name is None:
                known = {*composition.natures[composition.name], *composition.members()}
                what = f"a row without a symbol: '{row.name}' is not in {composition.main.path.name}"
                problems.append(BadInput(what, where=row.where, todo=unknown("symbol", row.name, known).todo))
            elif name in rows:
                rows[name] = overlaid(rows[name], row, problems)
    return rows


def _path_of(name: str, composition: Composition) -> str | None:
    """The dotted path meant by a row name that is dotted or flattened."""
    return next((path for path in composition.members() if name in (path, flat(path))), None)


def _owned(
    composition: Composition,
    owner: str,
    owners: Mapping[str, Path],
    rows: dict[str, Row],
    problems: list[UnmoorError],
) -> None:
    """Lay a drug's, cell type's or event's rows over the instances named after it."""
    mine = [path for path in composition.instances if owner_of(path, owners) == owner]
    for row in read_table(owners[owner], problems):
        hits = [f"{path}.{row.name}" for path in mine if f"{path}.{row.name}" in rows]
        for name in hits:
            rows[name] = overlaid(rows[name], row, problems)
        if not hits and row.name not in _library_symbols(roots(composition.main.path)):
            known = {name.rpartition(".")[2] for name in rows if name.rpartition(".")[0] in mine}
            what = f"a row without a symbol: no module has '{row.name}'"
            problems.append(BadInput(what, where=row.where, todo=unknown("symbol", row.name, known).todo))


@lru_cache(maxsize=8)
def _library_symbols(folders: tuple[Path, ...]) -> frozenset[str]:
    """Names in the tables of every module: another model may use what this one does not."""
    tables = [table for folder in folders for table in (folder / "modules").rglob("*.csv")]
    return frozenset(row.name for table in tables for row in read_table(table, []))


def overlaid(base: Row, new: Row, problems: list[UnmoorError]) -> Row:
    """The row after `new` is laid over `base`; a row without a value changes spread, bounds and note only."""
    if base.kind not in VALUED or new.kind not in VALUED:
        if base.kind != new.kind:
            what = f"'{new.name}' is of kind '{base.kind}' in {base.where}, not '{new.kind}'"
            problems.append(BadInput(what, where=new.where, todo="only a constant, covariate or switch takes a value"))
        return replace(base, steady=base.steady or new.steady)
    if parse(base.unit).dimension != parse(new.unit).dimension:
        problems.append(units_differ(new, base))
        return base
    if new.value is None and new.unit != base.unit:
        problems.append(
            BadInput(f"'{new.name}' has no value but another unit", where=new.where, todo=f"use {base.unit}")
        )
        return base
    given = {column: getattr(new, column) for column in COLUMNS[1:] if getattr(new, column) not in (None, "")}
    if new.value is not None:
        given |= {"distribution": new.distribution, "spread": new.spread}
    return replace(base, **given, file=new.file, line=new.line)


def units_differ(one: Row, other: Row) -> UnmoorError:
    """The error for two rows of one quantity whose units have different dimensions."""
    return BadInput(
        f"'{one.name}' is in '{one.unit}' ({spell(parse(one.unit).dimension)}), but '{other.name}' in {other.where}"
        f" is in '{other.unit}' ({spell(parse(other.unit).dimension)})",
        where=one.where,
        todo="declare both in units of one dimension",
    )


def check_filled(composition: Composition, merged: Mapping[str, Row], problems: list[UnmoorError]) -> None:
    """Every constant needs a value from somebody; the error lists who could give it."""
    owners = owner_tables(composition.main.path)
    for path, member in composition.members().items():
        row = merged.get(flat(path))
        if row is None or row.kind not in VALUED or row.value is not None or composition.nature(member).started:
            continue
        instance, symbol = member
        owner = owner_of(instance, owners) if instance else None
        could = [f"{composition.sources[composition.module(instance)].name}.csv"] if instance else []
        if owner:
            could.append(f"{owners[owner].parent.name}/{owner}.csv")
        elif instance:
            have = [name for name, table in owners.items() if any(r.name == symbol for r in read_table(table, []))]
            told = f" (a row '{symbol}' is in: {', '.join(have)})" if have else ""
            could.append(f"the CSV of a drug, cell type or event, if the instance is named after it{told}")
        could.append(f"{composition.name}.csv as '{path}'")
        what = f"nobody gives '{path}' a value"
        problems.append(BadInput(what, where=row.where, todo=f"these could: {'; '.join(could)}"))
