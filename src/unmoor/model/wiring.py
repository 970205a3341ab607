"""Wiring: which symbols of which instances become one quantity, and under which name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unmoor.base.errors import BadInput, unknown
from unmoor.model.text import Source, Wire


@dataclass(frozen=True)
class Group:
    """Dotted paths that wiring made one, the one of the model itself among them, and the statement that joined last."""

    members: tuple[str, ...]
    top: str | None
    where: str


def flat(path: str) -> str:
    """The id libAntimony gives to a dotted path."""
    return path.replace(".", "_")


def instances_of(sources: Mapping[str, Source], main: str) -> dict[str, str]:
    """Dotted path of every instance -> its module.

    Raises UnknownName for a module that is not imported and BadInput for one that contains itself.
    """
    found: dict[str, str] = {}

    def descend(module: str, prefix: str, above: tuple[str, ...]) -> None:
        source = sources[module]
        for name, inner, arguments, line in source.instances():
            where = source.at(line)
            if inner not in sources:
                raise unknown("module", inner, sources.keys() - {*above, module}, where=where)
            if inner in (*above, module):
                raise BadInput(f"model '{inner}' contains itself", where=where)
            if arguments:
                raise BadInput(
                    f"instance '{name}' is given arguments ({arguments})",
                    where=where,
                    todo=f"write {name}: {inner}() and wire it with `port is source`",
                )
            if f"{prefix}{name}" in found:
                raise BadInput(f"two instances called '{prefix}{name}'", where=where, todo="rename one")
            found[f"{prefix}{name}"] = inner
            descend(inner, f"{prefix}{name}.", (*above, module))

    descend(main, "", ())
    return found


def wires_of(sources: Mapping[str, Source], main: str, instances: Mapping[str, str]) -> tuple[Wire, ...]:
    """Every wire of the model and of its instances, in dotted paths from the top.

    Raises UnknownName when a path starts with no instance.
    """
    wires = list(sources[main].wires())
    for path, module in instances.items():
        wires += [Wire(f"{path}.{w.port}", f"{path}.{w.source}", w.where) for w in sources[module].wires()]
    for wire in wires:
        for end in (wire.port, wire.source):
            owner = end.rpartition(".")[0]
            if owner and owner not in instances:
                raise unknown("instance", owner, instances, where=wire.where)
    return tuple(wires)


def join(wires: Iterable[Wire]) -> tuple[Group, ...]:
    """The groups of names that wires make one.

    Raises BadInput when two names are joined twice or two names of the model itself become one: libAntimony crashes
    on such circles.
    """
    groups: dict[str, Group] = {}
    for wire in wires:
        ends = (wire.port, wire.source)
        parts = [groups.get(end) or Group((end,), None if "." in end else end, wire.where) for end in ends]
        if ends[1] in parts[0].members:
            raise BadInput(f"'{ends[0]}' and '{ends[1]}' are one already", where=wire.where, todo="remove this wire")
        if parts[0].top and parts[1].top:
            raise BadInput(
                f"'{parts[0].top}' and '{parts[1].top}' would be two names of one quantity",
                where=wire.where,
                todo="keep one of them",
            )
        joined = Group(parts[0].members + parts[1].members, parts[0].top or parts[1].top, wire.where)
        groups |= dict.fromkeys(joined.members, joined)
    return tuple(dict.fromkeys(groups.values()))
