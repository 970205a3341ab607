"""What libAntimony forgives and we do not, one module at a time: text and table must say the same, and say whence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from unmoor.base import sources
from unmoor.base.errors import BadInput, UnmoorError, Unsupported, nearest, unknown
from unmoor.model.antimony import Nature
from unmoor.model.model import Row
from unmoor.model.text import Source

# Numbers that belong to mathematics rather than to a measurement.
_PLAIN = {0.5, *map(float, range(11))}
_REFUSED = {
    "at": "an event",
    "unit": "a unit definition",
    "delete": "a deletion",
    "constraint": "a constraint",
    "assert": "a constraint",
}
_NAMES = re.compile(r"\w+\s*(:|=|'|is\b)")
_HAS = re.compile(r"\w+\s+has\s")
_LOG = re.compile(r"(?<![\w.])log\s*\(")
_FITTING: Mapping[str, tuple[str, ...]] = {
    "species": ("state", "input"),
    "rate": ("state",),
    "assigned": ("output",),
    "initial": ("output", "constant"),
    "free": ("constant", "covariate", "input", "switch"),
    "compartment": ("constant", "covariate", "input", "switch"),
}
_MEANS = {
    "species": "is a species",
    "rate": "has a rate",
    "assigned": "is computed at all times",
    "initial": "is computed once, at the start",
    "free": "has no equation",
    "compartment": "is a compartment without an equation",
}


def check_text(source: Source, problems: list[UnmoorError]) -> None:
    """Refuse numbers that belong in the table, second equations, dotted names and statements of no equation."""
    _equations(source, problems)
    _reactions(source, problems)
    numeric = {each.line for each in source.equations() if each.is_number}
    for number, line in source.numbers():
        if float(number) not in _PLAIN and line not in numeric:
            todo = f"give it a name and a row in {source.name}.csv; formulas keep 0.5 and whole numbers up to 10"
            problems.append(BadInput(f"a value in the text: {number}", where=source.at(line), todo=todo))
    for name, line in source.dotted():
        todo = f"wire it to a name of its own first: {name} is {name.replace('.', '_')}; then use that name"
        problems.append(BadInput(f"'{name}' outside a wire", where=source.at(line), todo=todo))
    for statement in source.statements:
        where, word = source.at(statement.line), statement.text.split(maxsplit=1)[0].partition("(")[0]
        if word in _REFUSED and not _NAMES.match(statement.text):
            problems.append(Unsupported(f"{_REFUSED[word]}: '{statement.text}'", where=where))
        if _HAS.match(statement.text):
            problems.append(Unsupported(f"a unit in the text: '{statement.text}'", where=where, todo="use the table"))
        if _LOG.search(statement.text):
            problems.append(BadInput("log( can be meant two ways", where=where, todo="write ln( or log10("))


def _equations(source: Source, problems: list[UnmoorError]) -> None:
    """A number as an equation is a value in the text, unless it is where a state starts: 0 or 1."""
    seen: dict[str, dict[str, int]] = {}
    for equation in source.equations():
        where = source.at(equation.line)
        if equation.is_number and not (equation.sign == "=" and _literal(equation.formula) in (0.0, 1.0)):
            text = f"{equation.name} {equation.sign} {equation.formula}"
            todo = f"put it into {source.name}.csv, with its unit and source"
            problems.append(BadInput(f"a value in the text: '{text}'", where=where, todo=todo))
        before = seen.setdefault(equation.name, {})
        if before and (equation.sign in before or {*before, equation.sign} != {"=", "'="}):
            todo = f"the first is in line {min(before.values())}; libAntimony would keep the last without a word"
            problems.append(BadInput(f"'{equation.name}' has two equations", where=where, todo=todo))
        before.setdefault(equation.sign, equation.line)


def _reactions(source: Source, problems: list[UnmoorError]) -> None:
    """A name given to two reactions, or to a reaction and a quantity, would replace the first without a word."""
    taken = {each.name: each.line for each in reversed(source.equations())}
    for name, line in source.reactions():
        if name in taken:
            what = f"reaction '{name}' has a name that is taken in line {taken[name]}"
            problems.append(BadInput(what, where=source.at(line), todo="rename it; the last would win silently"))
        taken.setdefault(name, line)


def _literal(formula: str) -> float | None:
    try:
        return float(formula)
    except ValueError:
        return None


def check_rows(
    source: Source,
    natures: Mapping[str, Nature],
    rows: Sequence[Row],
    problems: list[UnmoorError],
    *,
    wired: frozenset[str] = frozenset(),
) -> None:
    """Every symbol has one fitting row, every row a symbol; `wired` symbols may take the row of what fills them."""
    named = {row.name: row for row in rows}
    problems += [_no_symbol(row, natures, source) for row in rows if row.name not in natures]
    for symbol, nature in natures.items():
        where = source.where(symbol)
        if nature.loose:
            todo = f"declare it: substanceOnly species {symbol}"
            problems.append(BadInput(f"species '{symbol}' has neither amount nor compartment", where=where, todo=todo))
        if symbol not in named:
            if symbol not in wired:
                problems.append(_no_row(symbol, named, source))
            continue
        row = named[symbol]
        alias = symbol in wired and nature.kind in ("free", "species") and row.kind in ("state", "output")
        if nature.number is not None and not alias and (row.kind != "state" or nature.number not in (0.0, 1.0)):
            if not any(each.where == where for each in problems):
                what = f"a value in the text: '{symbol} = {nature.number:g}'"
                problems.append(BadInput(what, where=where, todo=f"put it into {source.name}.csv"))
        elif row.kind not in _FITTING[nature.kind] and not alias:
            what = f"'{symbol}' {_MEANS[nature.kind]} ({where}), so its kind is not '{row.kind}'"
            todo = f"it can be: {', '.join(_FITTING[nature.kind])}"
            problems.append(BadInput(what, where=row.where, todo=todo))
        elif row.value is not None and (nature.started or nature.kind == "assigned" or nature.number is not None):
            what = f"'{symbol}' has a value here and an equation in {where}"
            problems.append(BadInput(what, where=row.where, todo="keep one of them"))


def _no_symbol(row: Row, natures: Mapping[str, Nature], source: Source) -> UnmoorError:
    what = f"a row without a symbol: '{row.name}' is not in {source.path.name}"
    return BadInput(what, where=row.where, todo=unknown("symbol", row.name, natures).todo)


def _no_row(symbol: str, named: Mapping[str, Row], source: Source) -> UnmoorError:
    close = nearest(symbol, named)
    what = f"a symbol without a row: '{symbol}' is not in {source.name}.csv"
    todo = f"did you mean '{close}'? else add a row" if close else "add a row"
    return BadInput(what, where=source.where(symbol), todo=todo)


def known_keys(folders: Iterable[Path]) -> frozenset[str]:
    """Keys of every references.bib in `folders`."""
    files = [folder / "references.bib" for folder in folders]
    return frozenset(key for file in files if file.is_file() for key in sources.bibliography(file))


def check_sources(rows: Iterable[Row], keys: frozenset[str], problems: list[UnmoorError]) -> None:
    """A source is honest about being no publication, or begins with a key of a references.bib."""
    for row in {(each.file, each.line): each for each in rows}.values():
        key = row.source.split(maxsplit=1)[0] if row.source else ""
        if sources.nature(row.source) == "cited" and key not in keys:
            close = nearest(key, keys | {"assumed", "derived:", "fitted:"})
            todo = f"did you mean '{close}'? " if close else ""
            todo += "it begins with a key of references.bib, or with 'assumed', 'derived: ...' or 'fitted:...'"
            problems.append(BadInput(f"'{row.name}': unknown source '{row.source}'", where=row.where, todo=todo))
