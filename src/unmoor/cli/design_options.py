"""A dose-finding design from words typed in a shell: NAME=VALUE for every field the design has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unmoor.base.errors import BadInput

HOW = "write numbers, lists like 0.05,0.1,0.25 and lists of lists like 1,2,3;1,3,2"


def design_from(name: str, texts: Sequence[str], toxic: float | None = None, enough: int | None = None) -> Any:
    """The design called `name` with fields from NAME=VALUE texts; `toxic` and `enough` add two stopping rules.

    Raises UnknownName for a design or a field that does not exist, BadInput for a value that cannot be read or a
    field that is missing.
    """
    from unmoor.trial import build_design

    rules = {"stop_if_toxic": toxic, "stop_at_dose": enough}
    given = fields_of(texts) | {key: value for key, value in rules.items() if value is not None}
    return build_design(name, given)


def fields_of(texts: Sequence[str]) -> dict[str, Any]:
    """Field -> value of NAME=VALUE texts.

    Raises BadInput for a text or a value that cannot be read.
    """
    given: dict[str, Any] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign:
            raise BadInput(f"cannot read '{text}'", where="--set", todo="write it like cohort=3")
        key = key.strip().replace("-", "_")
        given[key] = value_of(key, value.strip())
    return given


def value_of(key: str, text: str) -> Any:
    """A field's value: number, list, list of lists, true or false; a curve or a way of inference stays a word.

    Raises BadInput for a text that is none of these.
    """
    if key in ("curve", "inference"):
        return text
    if text.lower() in ("true", "yes", "false", "no"):
        return text.lower() in ("true", "yes")
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
