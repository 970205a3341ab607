"""A dose-finding design from the names and values of its fields, as a study file or a shell gives them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from unmoor.base.errors import BadInput, UnknownName, unknown
from unmoor.trial import designs
from unmoor.trial.dose_finding import Bayes, Empiric, EnoughAtDose, Likelihood, Logistic, LowestTooToxic
from unmoor.trial.dose_finding.design import Design

WORDS: dict[str, dict[str, Any]] = {
    "curve": {"empiric": Empiric, "logistic": Logistic},
    "inference": {"bayes": Bayes, "likelihood": Likelihood},
}
RULES: dict[str, Any] = {"stop_if_toxic": LowestTooToxic, "stop_at_dose": EnoughAtDose}


def build_design(
    name: str,
    fields: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any] | None = None,
    where: str = "",
) -> Design:
    """The design called `name`; `fields` are its own, `defaults` hold what is taken where a field it has is not given.

    Lists stand for tuples; `curve` is "empiric" or "logistic:3", `inference` "bayes:1.16" or "likelihood";
    `stop_if_toxic` and `stop_at_dose` add stopping rules.
    Raises UnknownName for a design or a field that does not exist, BadInput for a value that it refuses or a field that
    is missing, all naming `where`.
    """
    try:
        kind = designs.design_class(name)
    except UnknownName as problem:
        raise UnknownName(problem.what, where=where, todo=problem.todo) from None
    own = _read(kind, name, fields, where)
    known = {field.name: field for field in dataclasses.fields(kind)}
    given = {key: value for key, value in (defaults or {}).items() if _takes(known.get(key), value)} | own
    missing = [key for key, field in known.items() if _needed(field) and key not in given]
    if missing:
        todo = f"give its {' and '.join(missing)}; `unmoor design list` names the designs"
        raise BadInput(f"the design {name} needs {', '.join(missing)}", where=where, todo=todo)
    return _made(kind, name, given, where)


def changed_design(design: Design, name: str, fields: Mapping[str, Any], *, where: str = "") -> Design:
    """A design, called `name`, with some of its fields changed.

    Raises as `build_design` does.
    """
    kind = type(design)
    own = {field.name: getattr(design, field.name) for field in dataclasses.fields(design)}
    return _made(kind, name, own | _read(kind, name, fields, where), where)


def _read(kind: type[Design], name: str, fields: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The fields as the class takes them, stopping rules among them where some are given."""
    known = [field.name for field in dataclasses.fields(kind) if field.name != "stops"]
    for key in fields:
        if key not in known and key not in RULES:
            raise unknown(f"field of the design {name}", key, [*known, *RULES], where=where)
    given = {key: _value(key, value, where) for key, value in fields.items() if key not in RULES}
    rules = tuple(rule(fields[key]) for key, rule in RULES.items() if key in fields)
    return given | ({"stops": rules} if rules else {})


def _made(kind: type[Design], name: str, given: Mapping[str, Any], where: str) -> Design:
    try:
        return kind(**given)
    except BadInput as problem:
        raise BadInput(f"design {name}: {problem.what}", where=where, todo=problem.todo) from problem
    except (TypeError, ValueError) as problem:
        todo = "write numbers, and lists as [0.05, 0.12, 0.25]"
        raise BadInput(f"design {name} cannot be made of these values: {problem}", where=where, todo=todo) from problem


def fitting_design(
    name: str, fields: Mapping[str, Any], *, levels: int, patients: int, target: float | None, where: str = ""
) -> Design:
    """The design for a trial of so many `levels` and `patients`; `target` is taken where `fields` give none.

    Raises as `build_design` does, and BadInput for a design of another number of levels or of more patients.
    """
    defaults = {"doses": levels, "n": patients} | ({} if target is None else {"target": target})
    return fits(build_design(name, fields, defaults=defaults, where=where), name, levels, patients, where)


def fits(design: Design, name: str, levels: int, patients: int, where: str) -> Design:
    """The design itself.

    Raises BadInput for one of another number of levels or of more patients.
    """
    if design.levels != levels:
        what = f"the design {name} has {design.levels} levels, the study lists {levels}"
        raise BadInput(what, where=where, todo="give its skeleton, doses or grid one entry a level")
    if design.n > patients:
        what = f"the design {name} treats up to {design.n} patients in a trial of {patients}"
        raise BadInput(what, where=where, todo="lower its 'n', or raise the trial's 'patients'")
    return design


def _takes(field: dataclasses.Field[Any] | None, value: Any) -> bool:
    """Whether a design has the field; `doses` is a number of levels in some designs and amounts in others."""
    return field is not None and not (field.name == "doses" and isinstance(value, int) and field.type != "int")


def _value(key: str, value: Any, where: str) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_value("", part, where) for part in value)
    if key not in WORDS or not isinstance(value, str):
        return value
    word, _, number = value.lower().partition(":")
    if word not in WORDS[key]:
        raise unknown(key, value, WORDS[key], where=where)
    try:
        return WORDS[key][word](*([float(number)] if number else []))
    except (TypeError, ValueError):
        what = f"cannot read {key} '{value}'"
        raise BadInput(what, where=where, todo="write logistic:3 or bayes:1.16; empiric and likelihood alone") from None


def _needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
