"""Which row speaks for each quantity of a composed model: module, then drug or cell type, then model, then overlays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from unmoor.base.errors import BadInput, UnmoorError, nearest, unknown
from unmoor.base.units import parse, spell
from unmoor.model.antimony import Composition, roots
from unmoor.model.model import Row
from unmoor.model.parameters import COLUMNS, VALUED, read_table
from unmoor.model.wiring import flat

OWNERS = ("drugs", "cells")


def owner_tables(path: Path) -> dict[str, Path]:
    """Drug or cell type -> its parameter CSV, for the model in `path`; nearer folders win."""
    tables: dict[str, Path] = {}
    for root in roots(path):
        for kind in OWNERS:
            for table in sorted((root / kind).glob("*.csv")):
                tables.setdefault(table.stem, table)
    return tables


def owner_of(instance: str, owners: Iterable[str]) -> str | None:
    """The drug or cell type an instance path is named after: X or X_<something>, the longest X, the innermost part."""
    for part in reversed(instance.split(".")):
        fitting = [name for name in owners if part == name or part.startswith(f"{name}_")]
        if fitting:
            return max(fitting, key=len)
    return None


def member_rows(
    composition: Composition, tables: Mapping[str, Sequence[Row]], problems: list[UnmoorError]
) -> dict[str, Row]:
    """Rows by dotted path, after the overlays of module, drug or cell type, and model."""
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
    """Lay a drug's or cell type's rows over the instances named after it."""
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
        return base
    if parse(base.unit).dimension != parse(new.unit).dimension:
        problems.append(_units_differ(new, base))
        return base
    if new.value is None and new.unit != base.unit:
        problems.append(
            BadInput(f"'{new.name}' has no value but another unit", where=new.where, todo=f"use {base.unit}")
        )
        return base
    given = {column: getattr(new, column) for column in COLUMNS if getattr(new, column) not in (None, "")}
    if new.value is not None:
        given |= {"distribution": new.distribution, "spread": new.spread}
    return replace(base, **given, file=new.file, line=new.line)


def _units_differ(one: Row, other: Row) -> UnmoorError:
    return BadInput(
        f"'{one.name}' is in '{one.unit}' ({spell(parse(one.unit).dimension)}), but '{other.name}' in {other.where}"
        f" is in '{other.unit}' ({spell(parse(other.unit).dimension)})",
        where=one.where,
        todo="declare both in units of one dimension",
    )


def merged_rows(
    composition: Composition, rows: Mapping[str, Row], problems: list[UnmoorError]
) -> tuple[dict[str, Row], dict[str, str]]:
    """Rows by flattened id after wiring, and every member's flattened id -> the id that is kept.

    A group keeps the name of the composed model itself, else the name of the symbol that fills it.
    """
    merged: dict[str, Row] = {}
    kept: dict[str, str] = {}
    members = composition.members()
    grouped: dict[str, None] = {}
    for group in composition.groups:
        grouped |= dict.fromkeys(group.members)
        filler = _filler(composition, group.members, group.where, rows, problems)
        if filler is None:
            continue
        name = flat(group.top or filler)
        row = rows[filler]
        others = [rows[each] for each in group.members if each in rows and each != filler]
        for other in others:
            if parse(other.unit).dimension != parse(row.unit).dimension:
                problems.append(_units_differ(other, row))
        if row.kind not in VALUED and group.top and group.top in rows:
            row = replace(rows[group.top], kind=row.kind)
        merged[name] = replace(row, name=name)
        kept |= {flat(each): name for each in group.members}
    for path in members:
        if path not in grouped:
            kept[flat(path)] = flat(path)
            if path in rows:
                merged[flat(path)] = replace(rows[path], name=flat(path))
                if rows[path].kind == "input":
                    problems.append(_unconnected(path, rows, composition))
    return merged, kept


def _filler(
    composition: Composition,
    group: tuple[str, ...],
    where: str,
    rows: Mapping[str, Row],
    problems: list[UnmoorError],
) -> str | None:
    """The one member of a wired group that gives it its equation or its value."""
    members = composition.members()
    computed = [
        each
        for each in group
        if composition.nature(members[each]).kind not in ("free", "compartment")
        and not (each in rows and rows[each].kind == "input")
    ]
    valued = [each for each in group if each in rows and rows[each].kind in VALUED and each not in computed]
    if len(computed) > 1 or (computed and valued):
        both = [*computed, *valued]
        told = "; ".join(f"'{each}' in {composition.where(members[each])}" for each in both)
        what = f"wiring gives one quantity {len(both)} meanings: {told}"
        problems.append(BadInput(what, where=where, todo="one of them fills it; the others must be inputs"))
        return None
    if computed:
        return computed[0]
    if not valued:
        ports = ", ".join(f"'{each}'" for each in group)
        problems.append(
            BadInput(f"nothing fills {ports}", where=where, todo="wire an output, a state or a constant to it")
        )
        return None
    filled = [each for each in valued if rows[each].value is not None] or valued
    top = [each for each in filled if "." not in each]
    values = {(rows[each].value or 0.0) * parse(rows[each].unit).factor for each in filled}
    if not top and len(values) > 1:
        told = ", ".join(f"{each} = {rows[each].value:g} {rows[each].unit} ({rows[each].where})" for each in filled)
        problems.append(BadInput(f"wiring gives one quantity several values: {told}", where=where, todo="name one"))
        return None
    return (top or filled)[0]


def _unconnected(path: str, rows: Mapping[str, Row], composition: Composition) -> UnmoorError:
    row = rows[path]
    fitting = [
        name
        for name, other in rows.items()
        if other.kind in ("output", "state") and name.rpartition(".")[0] != path.rpartition(".")[0]
        if parse(other.unit).dimension == parse(row.unit).dimension
    ]
    close = nearest(path.rpartition(".")[2], {name.rpartition(".")[2] for name in fitting})
    best = [name for name in fitting if name.rpartition(".")[2] == close] or fitting
    source = composition.main
    return BadInput(
        f"input '{path}' ({row.unit}) is not connected",
        where=f"{source.path.name}, {row.where}",
        todo=f"write: {path} is <source>; in its unit there are: {', '.join(sorted(best)[:10]) or '(none)'}",
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
            could.append(f"the CSV of a drug or cell type, if the instance is named after it{told}")
        could.append(f"{composition.name}.csv as '{path}'")
        what = f"nobody gives '{path}' a value"
        problems.append(BadInput(what, where=row.where, todo=f"these could: {'; '.join(could)}"))
