"""The grammar of a dose: drug, amount, route, when, and after commas a cap and exceptions; text to typed value.

<drug> <amount> <route> [over <time>] [when] [, max <amount>] [, but <amount> [, max <amount>] if <condition>] ...
when: once | once/twice/three times/four times daily | daily | weekly | every <time> | every other day |
      on days 1, 4-7 | at 08:00 and 20:00 | from day 2 | for 8 days | for 8 doses | x 8 | until day 9
condition: <covariate> <= <number> <unit> [and <condition>]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from unmoor.base import units
from unmoor.base.errors import UnmoorError
from unmoor.dosing.amount import Amount
from unmoor.dosing.dose import Dose
from unmoor.dosing.drug import SPELLED_ROUTES, Drug
from unmoor.dosing.reader import Reader
from unmoor.dosing.rule import COMPARISONS, Condition, Rule
from unmoor.dosing.schedule_phrase import STARTS, read_when
from unmoor.dosing.words import Line

CLAUSES = ("max", "but")
WHEN = "once, twice daily, every 12 hours, on days 4-7, at 22:00, from day 2, for 8 days, until day 9, over 15 min"


def read_dose(line: Line, drugs: Sequence[Drug], covariates: Mapping[str, str]) -> Dose:
    """The dose that `line` describes; `covariates` names those that conditions may use, with their units.

    Raises PhraseError with the place of the offending word, UnknownWord where it names nothing known.
    """
    drug, start = _drug(line, drugs)
    reader = Reader(line, start)
    first = reader.word.start
    amount = reader.amount("the dose")
    amount_stop = reader.stop
    route = _route(reader, drug)
    schedule, over = read_when(reader)
    cap = _cap(reader, amount)
    exceptions = []
    while reader.sees(",") and reader.after.text.casefold() == "but":
        exceptions.append(_exception(reader, amount, covariates))
    if reader.word.kind != "end":
        raise _unexpected(reader, bool(exceptions) or cap is not None)
    try:
        return Dose(drug, Rule(amount, cap), route, schedule, over, tuple(exceptions))
    except UnmoorError as problem:
        raise line.again(problem, first, amount_stop) from None


def _drug(line: Line, drugs: Sequence[Drug]) -> tuple[Drug, int]:
    """The drug named at the start of the line, and where its name ends; the longest name or synonym wins."""
    names = {name.casefold(): drug for drug in drugs for name in (drug.name, *drug.synonyms)}
    folded = line.text.casefold()
    for name in sorted(names, key=len, reverse=True):
        following = folded[len(name) : len(name) + 1]
        if folded.startswith(name) and not re.match(r"[\w-]", following):
            return names[name], len(name)
    stop = next((word.start for word in line.words() if word.kind in ("number", "sign", "end")), 0)
    stop = len(line.text[:stop].rstrip())
    if stop == 0:
        raise line.refuse("expected a drug", 0, 1, "begin with the drug, such as plerixafor 0.24 mg/kg sc once")
    known = sorted(name for drug in drugs for name in (drug.name, *drug.synonyms))
    raise line.unknown("drug", 0, stop, known)


def _route(reader: Reader, drug: Drug) -> str:
    routes = [route.name for route in drug.routes]
    word = reader.word
    name = SPELLED_ROUTES.get(word.text.casefold(), word.text.casefold())
    if name in routes:
        reader.take()
        return name
    if word.kind != "word" or name in STARTS:
        raise reader.refuse(f"expected a route of {drug.name} {reader.here()}", f"write one of: {', '.join(routes)}")
    raise reader.line.unknown(f"route of {drug.name}", word.start, word.stop, routes)


def _cap(reader: Reader, amount: Amount) -> Amount | None:
    if not (reader.sees(",") and reader.after.text.casefold() in ("max", "maximum")):
        return None
    reader.take()
    reader.take()
    start = reader.word.start
    cap = reader.amount("the cap")
    try:
        Rule(amount, cap)
    except UnmoorError as problem:
        raise reader.line.again(problem, start, reader.stop) from None
    return cap


def _exception(reader: Reader, usual: Amount, covariates: Mapping[str, str]) -> Rule:
    reader.take()
    reader.take()
    start = reader.word.start
    amount = reader.amount("the dose")
    if amount.is_mass != usual.is_mass:
        what = f"an exception in {amount.unit} to a dose in {usual.unit}"
        todo = "give both as a mass, or both as an amount of substance"
        raise reader.line.refuse(what, start, reader.stop, todo)
    cap = _cap(reader, amount)
    reader.expect(("if",), "say when the exception holds, such as if creatinine_clearance <= 50 mL/min")
    conditions = [_condition(reader, covariates)]
    while reader.accept("and"):
        conditions.append(_condition(reader, covariates))
    return Rule(amount, cap, tuple(conditions))


def _condition(reader: Reader, covariates: Mapping[str, str]) -> Condition:
    word = reader.take()
    if word.text not in covariates:
        raise reader.line.unknown("covariate", word.start, word.stop, covariates)
    comparison = reader.word
    if comparison.text not in COMPARISONS:
        raise reader.refuse(f"expected a comparison {reader.here()}", f"write one of: {', '.join(COMPARISONS)}")
    reader.take()
    declared = covariates[word.text]
    bound = reader.number("the bound", f"give a number in {declared or 'no unit'}")
    start, texts = reader.word.start, []
    while reader.sees("/") or (reader.word.kind == "word" and not reader.sees("and")):
        texts.append(reader.take().text)
    unit = "".join(texts)
    if not unit and units.parse(declared).dimension != units.DIMENSIONLESS:
        raise reader.refuse(f"the bound of {word.text} has no unit", f"write it after the number, such as {declared}")
    try:
        units.factor(unit, declared)
    except UnmoorError as problem:
        raise reader.line.again(problem, start, reader.stop) from None
    return Condition(word.text, comparison.text, bound, unit)


def _unexpected(reader: Reader, said: bool) -> UnmoorError:
    """The error of a word that no part of the grammar begins with at this place."""
    word = reader.word
    if reader.sees(",") and reader.after.kind != "end":
        reader.take()
        word = reader.word
        if word.text.casefold() in ("max", "maximum"):
            return reader.refuse("a second cap, or a cap after an exception", "give the cap once, before ', but'")
        return reader.line.unknown("clause", word.start, word.stop, CLAUSES)
    if word.kind == "word" and not said:
        todo = f"after the route say when: {WHEN}; or end with , max 40 mg"
        return reader.line.unknown("word", word.start, word.stop, {*STARTS, *CLAUSES}, todo)
    return reader.refuse(f"unexpected '{word.text}'", "end the line here, or begin another part after a comma")
