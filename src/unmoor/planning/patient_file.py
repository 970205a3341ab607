"""A patient as JSON: the fields of `Patient` by name, checked one by one, and back."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput, unknown
from unmoor.planning.patient import Clinic, Count, Pack, Patient, Prices, Session


def read_patient(path: str | os.PathLike[str]) -> Patient:
    """The patient in a JSON file.

    Raises BadInput for a file that is none, UnknownName with the nearest entry for one that a patient has not.
    """
    file = Path(path)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadInput(f"cannot be read: {problem.strerror}", where=str(file)) from problem
    except UnicodeDecodeError as problem:
        raise BadInput("is not UTF-8 text", where=str(file)) from problem
    except json.JSONDecodeError as problem:
        raise BadInput(f"malformed JSON: {problem.msg}", where=f"{file}:{problem.lineno}") from problem
    return patient_from(content, where=file.name)


def patient_from(content: Any, where: str = "patient") -> Patient:
    """The patient that a mapping of JSON values describes; raises what `read_patient` raises."""
    given = _entries(content, Patient, where)
    for name, kind in (("counts", Count), ("sessions", Session)):
        if name in given:
            rows = _list(given[name], f"{where}: {name}")
            given[name] = tuple(
                _made(kind, row, f"{where}: {name[:-1]} {number}") for number, row in enumerate(rows, 1)
            )
    if given.get("doses") is not None:
        given["doses"] = tuple(str(line) for line in _list(given["doses"], f"{where}: doses"))
    if "targets" in given:
        given["targets"] = tuple(_list(given["targets"], f"{where}: targets"))
        if any(isinstance(each, bool) or not isinstance(each, (int, float)) for each in given["targets"]):
            raise BadInput("a target is no number", where=f"{where}: targets", todo="such as [2, 5]")
    if "clinic" in given:
        given["clinic"] = _made(Clinic, given["clinic"], f"{where}: clinic")
    if "prices" in given:
        prices = _entries(given["prices"], Prices, f"{where}: prices")
        drugs = prices.get("drugs", {})
        if not isinstance(drugs, Mapping):
            raise BadInput("is not a mapping of drugs to packs", where=f"{where}: prices.drugs")
        prices["drugs"] = {name: _made(Pack, pack, f"{where}: prices.drugs.{name}") for name, pack in drugs.items()}
        given["prices"] = Prices(**prices)
    return Patient(**given)


def patient_to(patient: Patient) -> dict[str, Any]:
    """The patient as JSON values, without what was left out; `patient_from` reads it back as an equal value."""
    content = dataclasses.asdict(patient)
    for name in ("counts", "sessions"):
        content[name] = [{key: value for key, value in row.items() if value is not None} for row in content[name]]
    content["targets"] = list(content["targets"])
    if content["doses"] is not None:
        content["doses"] = list(content["doses"])
    return {name: value for name, value in content.items() if value is not None}


def _made(kind: Any, content: Any, where: str) -> Any:
    return kind(**_entries(content, kind, where))


def _entries(content: Any, kind: Any, where: str) -> dict[str, Any]:
    """The entries of a mapping that is to become a `kind`: none unknown, none missing."""
    if not isinstance(content, Mapping):
        raise BadInput(f"is {type(content).__name__}, not a mapping of names to values", where=where)
    fields = {each.name: each for each in dataclasses.fields(kind)}
    for name in content:
        if name not in fields:
            raise unknown("entry", str(name), fields, where=where)
    needed = [
        name
        for name, each in fields.items()
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    ]
    for name in needed:
        if content.get(name) is None:
            if name == "start":
                raise BadInput("a session without its start, or a yield without a session", where=where,
                               todo="write when it began: \"start\": \"day 5 at 09:00\"")  # fmt: skip
            raise BadInput(f"'{name}' is missing", where=where, todo=f"needed: {', '.join(needed)}")
    return {name: value for name, value in content.items() if value is not None or name in needed}


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise BadInput(f"is {type(value).__name__}, not a list", where=where, todo="write [ ... ]")
    return list(value)
