"""One covariate as a population file describes it; what cannot be meant is refused with file and line."""

from __future__ import annotations

import math
from typing import Any

from unmoor.base import units
from unmoor.base.document import Document
from unmoor.base.errors import BadInput, unknown
from unmoor.base.sources import nature
from unmoor.population.covariates import PARAMETERS, POSSIBLE, STANDARD_UNITS, Categorical, Covariate, Derived, Measured
from unmoor.population.formula import Formula
from unmoor.population.margin import Margin
from unmoor.population.schema import CovariateEntry, GroupEntry

SUM = 1e-6  # how far probabilities may add up from 1: rounding, not a forgotten category
NUMBERS = ("mean", "median", "sd", "cv", "lower", "upper", "categories", "formula")


def covariate_of(name: str, entry: CovariateEntry, document: Document) -> Covariate:
    """The covariate an entry of `document` describes.

    Raises BadInput or UnknownName, with file and line, for a missing unit, number or source, a number that the
    distribution does not read, a centre out of range, and probabilities that do not add up to 1.
    """
    where = document.where("covariates", name)
    if not name.isidentifier():
        raise BadInput(f"'{name}' is no name for a covariate", where=where, todo="use letters, digits and _")
    _check_entries(name, entry, document)
    sources = _sources(name, entry, document)
    common: dict[str, Any] = {"sources": sources, "note": entry.note, "where": where}
    if entry.distribution == "categorical":
        return _categorical(name, entry, document, common)
    unit = _unit(name, entry, document)
    if entry.distribution == "derived":
        formula = Formula(entry.formula or "", document.where("covariates", name, "formula"))
        if formula.is_condition:
            raise BadInput(f"formula of '{name}' is a condition, not a number", where=formula.where)
        lower = -math.inf if entry.lower is None else entry.lower
        upper = math.inf if entry.upper is None else entry.upper
        if not lower < upper:
            raise BadInput(f"{name}: lower {lower:g} is not below upper {upper:g}", where=where)
        return Derived(name, unit, formula, lower, upper, **common)
    groups = entry.groups if entry.groups is not None else {"": entry}
    margins = {category: _margin(name, entry, group, category, document) for category, group in groups.items()}
    return Measured(name, unit, margins, entry.by, **common)


def _margin(name: str, entry: CovariateEntry, group: GroupEntry, category: str, document: Document) -> Margin:
    """The distribution among the patients of one category, or among all where the category is empty."""
    where = document.where("covariates", name, *(("groups", category) if category else ()))
    whom = f"{name} ({category})" if category else name
    if entry.distribution == "uniform":
        if entry.lower is None or entry.upper is None:
            raise BadInput(f"{whom}: a uniform covariate needs 'lower' and 'upper'", where=where)
        centre, spread = (entry.lower + entry.upper) / 2, 0.0
    else:
        given = {what: getattr(group, what) for what in PARAMETERS[entry.distribution]}
        for what, value in given.items():
            if value is None:
                raise BadInput(f"{whom}: a {entry.distribution} covariate needs '{what}'", where=where)
        centre, spread = given.values()
    low, high = POSSIBLE.get(name, (-math.inf, math.inf))
    if not low <= centre <= high:
        raise BadInput(
            f"{whom}: {centre:g} {entry.unit} is out of range, no human is there ({low:g} to {high:g})", where=where
        )
    try:
        return Margin(entry.distribution, centre, spread, entry.lower, entry.upper, where=where)
    except BadInput as problem:
        raise BadInput(f"{whom}: {problem.what} ({entry.unit})", where=where, todo=problem.todo) from None


def _check_entries(name: str, entry: CovariateEntry, document: Document) -> None:
    """Refuse entries that the distribution does not read: a number that changes nothing is a misunderstanding."""
    kind, where = entry.distribution, document.where("covariates", name)
    if kind == "categorical":
        read, needed = {"categories", "codes"}, ["categories"]
    elif kind == "derived":
        read, needed = {"unit", "formula", "lower", "upper"}, ["formula"]
    else:
        own = set(PARAMETERS[kind]) - {""}
        read = {"unit", "lower", "upper"} | (({"by", "groups"}) if entry.by or entry.groups else own)
        needed = ["by", "groups"] if entry.by or entry.groups else []
        for category, group in (entry.groups or {}).items():
            _refuse(name, group.model_fields_set - own, kind, document, ("groups", category))
    for what in needed:
        if getattr(entry, what) is None:
            raise BadInput(f"{name}: a {kind} covariate needs '{what}' here", where=where)
    _refuse(name, entry.model_fields_set - read - {"distribution", "source", "sources", "note"}, kind, document, ())


def _refuse(name: str, surplus: set[str], kind: str, document: Document, place: tuple[str, ...]) -> None:
    for what in sorted(surplus):
        raise BadInput(
            f"{name}: '{what}' has no meaning for a {kind} covariate" + (" with groups" if what in NUMBERS[:4] else ""),
            where=document.where("covariates", name, *place, what),
            todo="remove it, or choose the distribution it belongs to",
        )


def _unit(name: str, entry: CovariateEntry, document: Document) -> str:
    where = document.where("covariates", name)
    if entry.unit is None or not entry.unit.strip():
        raise BadInput(f"covariate '{name}' has no unit", where=where, todo="write `unit: kg`, or `unit: '1'` for none")
    where = document.where("covariates", name, "unit")
    units.parse(entry.unit, where=where)
    standard = STANDARD_UNITS.get(name)
    if standard and units.factor(entry.unit, standard, where=where) != units.factor(standard):
        raise BadInput(f"'{name}' is in {entry.unit}", where=where, todo=f"give it in {standard}, as doses read it")
    return entry.unit


def _categorical(name: str, entry: CovariateEntry, document: Document, common: dict[str, Any]) -> Categorical:
    where = document.where("covariates", name, "categories")
    chances = entry.categories or {}
    for category, chance in chances.items():
        if not 0 <= chance <= 1:
            place = document.where("covariates", name, "categories", category)
            raise BadInput(f"{name}: probability {chance:g} of '{category}' is not between 0 and 1", where=place)
    if not chances or abs(math.fsum(chances.values()) - 1) > SUM:
        raise BadInput(f"{name}: probabilities add up to {math.fsum(chances.values()):g}, not 1", where=where)
    codes = entry.codes
    if codes is not None and codes.keys() != chances.keys():
        odd = sorted(codes.keys() ^ chances.keys())[0]
        place = document.where("covariates", name, "codes")
        if odd in codes:
            raise unknown(f"category of {name}", odd, chances, where=place)
        raise BadInput(f"{name}: category '{odd}' has no code", where=place)
    numbers = None if codes is None else tuple(codes[category] for category in chances)
    return Categorical(name, tuple(chances), tuple(chances.values()), numbers, **common)


def _sources(name: str, entry: CovariateEntry, document: Document) -> dict[str, str]:
    """The source of every number given, by entry; an assumption needs its reason."""
    groups = (entry, *(entry.groups or {}).values())
    given = {what for what in NUMBERS if any(getattr(group, what, None) is not None for group in groups)}
    where = document.where("covariates", name, "sources" if entry.sources else "source")
    for what in entry.sources:
        if what not in given:
            raise unknown(f"number of {name}", what, given, where=document.where("covariates", name, "sources", what))
    found = {what: entry.sources.get(what, entry.source).strip() for what in given}
    for what, text in sorted(found.items()):
        if not text:
            raise BadInput(
                f"{name}: '{what}' has no source", where=where, todo="cite a reference, or write assumed and a note"
            )
        if nature(text) == "assumed" and not (entry.note or ":" in text):
            raise BadInput(
                f"{name}: '{what}' is assumed without a reason", where=where, todo="give the reason in `note`"
            )
    return found
