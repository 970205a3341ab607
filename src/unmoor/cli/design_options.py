"""A dose-finding design from words typed in a shell: NAME=VALUE for every field the design has."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from unmoor.base.errors import BadInput, unknown

HOW = "write numbers, lists like 0.05,0.1,0.25 and lists of lists like 1,2,3;1,3,2"


def design_from(name: str, texts: Sequence[str], toxic: float | None = None, enough: int | None = None) -> Any:
    """The design called `name` with fields from NAME=VALUE texts; `toxic` and `enough` add two stopping rules.

    Raises UnknownName for a design or a field that does not exist, BadInput for a value that cannot be read or a
    field that is missing.
    """
    from unmoor.trial import designs, dose_finding

    kind = designs.design_class(name)
    fields = {field.name: field for field in dataclasses.fields(kind) if field.name != "stops"}
    given: dict[str, Any] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        key = key.strip().replace("-", "_")
        if not sign:
            raise BadInput(f"cannot read '{text}'", where="--set", todo="write it like cohort=3")
        if key not in fields:
            raise unknown(f"field of the design {name}", key, fields)
        given[key] = value_of(key, value.strip())
    rules: list[Any] = [] if toxic is None else [dose_finding.LowestTooToxic(toxic)]
    rules += [] if enough is None else [dose_finding.EnoughAtDose(enough)]
    needed = [field.name for field in fields.values() if _needed(field)]
    missing = [key for key in needed if key not in given]
    if missing:
        options = " ".join(f"--set {key}=..." for key in missing)
        raise BadInput(f"the design {name} needs {', '.join(missing)}", todo=f"add {options}")
    return kind(**given, stops=tuple(rules))


def value_of(key: str, text: str) -> Any:
    """A field's value: number, list, list of lists, true or false, a curve or a way of inference.

    Raises BadInput for a text that is none of these.
    """
    from unmoor.trial import dose_finding

    word, _, number = text.lower().partition(":")
    kinds: dict[str, Any] = {
        "empiric": dose_finding.Empiric, "logistic": dose_finding.Logistic,
        "bayes": dose_finding.Bayes, "likelihood": dose_finding.Likelihood,
    }  # fmt: skip
    if key in ("curve", "inference"):
        if word not in kinds:
            raise unknown(key, text, ["empiric", "logistic:3"] if key == "curve" else ["bayes:1.16", "likelihood"])
        return kinds[word](*([_number(key, number)] if number else []))
    if word in ("true", "yes", "false", "no"):
        return word in ("true", "yes")
    if ";" in text:
        return tuple(numbers_of(key, part) for part in text.split(";"))
    return numbers_of(key, text) if "," in text else _number(key, text)


def numbers_of(key: str, text: str) -> tuple[Any, ...]:
    """Numbers parted by commas.

    Raises BadInput for a text that is no such list.
    """
    return tuple(_number(key, part) for part in text.split(",") if part.strip())


def _number(key: str, text: str) -> float | int:
    try:
        value = float(text)
    except ValueError:
        raise BadInput(f"cannot read '{text}'", where=key.replace("_", "-"), todo=HOW) from None
    return int(value) if value.is_integer() and "." not in text and "e" not in text.lower() else value


def _needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
