"""Which row speaks for each wired quantity, and under which name it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from unmoor.base.errors import BadInput, UnmoorError, nearest
from unmoor.base.units import parse
from unmoor.model.antimony import Composition
from unmoor.model.model import Row
from unmoor.model.overlay import units_differ
from unmoor.model.parameters import VALUED
from unmoor.model.wiring import flat


@dataclass(frozen=True)
class Merged:
    """Rows by flattened id after wiring; `kept` maps each member's flattened id to the id that is kept, and
    `origins` each kept id to the dotted path that fills it."""

    rows: dict[str, Row] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)


def merge(composition: Composition, rows: Mapping[str, Row], problems: list[UnmoorError]) -> Merged:
    """Join the rows of wired members.

    A group keeps the name of the composed model itself, else the name of the symbol that fills it. What fills two
    groups' ports, what nobody fills and what differs in dimension is appended to `problems`.
    """
    merged = Merged()
    grouped: set[str] = set()
    for group in composition.groups:
        grouped |= {*group.members}
        filler = _filler(composition, group.members, group.where, rows, problems)
        if filler is None:
            continue
        name, row = flat(group.top or filler), rows[filler]
        others = [rows[each] for each in group.members if each in rows and each != filler]
        problems += [
            units_differ(each, row) for each in others if parse(each.unit).dimension != parse(row.unit).dimension
        ]
        if row.kind not in VALUED and group.top and group.top in rows:
            row = replace(rows[group.top], kind=row.kind, steady=row.steady or rows[group.top].steady)
        merged.rows[name] = replace(row, name=name)
        merged.kept.update({flat(each): name for each in group.members})
        merged.origins[name] = filler
    for path in composition.members():
        if path in grouped:
            continue
        merged.kept[flat(path)] = flat(path)
        merged.origins[flat(path)] = path
        if path in rows:
            merged.rows[flat(path)] = replace(rows[path], name=flat(path))
            if rows[path].kind == "input":
                problems.append(_unconnected(path, rows, composition))
    return merged


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
    # The outer model's value wins over those of the modules inside it.
    outer = [each for each in filled if each.count(".") == min(name.count(".") for name in filled)]
    values = {(rows[each].value or 0.0) * parse(rows[each].unit).factor for each in outer}
    if len(values) > 1:
        told = ", ".join(f"{each} = {rows[each].value:g} {rows[each].unit} ({rows[each].where})" for each in outer)
        what = f"wiring gives one quantity several values: {told}"
        problems.append(BadInput(what, where=where, todo="give it a name and a value in the model itself"))
        return None
    return outer[0]


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
