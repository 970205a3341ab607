"""Documents people write: YAML read with a line for every entry, and checked against a schema before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from unmoor.base.errors import BadInput, nearest

if TYPE_CHECKING:
    import yaml
    from pydantic import BaseModel

    Schema = TypeVar("Schema", bound=BaseModel)

Place = tuple[str | int, ...]

# The core schema of YAML 1.2: `no` and `on` stay words, 22:00 stays a time of day, 1e6 is a number.
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Document:
    """The content of a YAML file and the line where each entry stands."""

    file: str
    content: dict[str, Any]
    lines: Mapping[Place, int]

    def where(self, *place: str | int) -> str:
        """File and line of an entry, or of the nearest enclosing entry that the file has."""
        for depth in range(len(place), -1, -1):
            if place[:depth] in self.lines:
                return f"{self.file}:{self.lines[place[:depth]]}"
        return self.file


def read_document(path: str | Path) -> Document:
    """Read one YAML mapping from `path`.

    Raises BadInput with file and line for malformed YAML, a key given twice, or a file that is not one mapping.
    """
    import yaml

    file = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as problem:
        raise BadInput("is not UTF-8 text", where=file, todo="save it as UTF-8") from problem
    except OSError as problem:
        raise BadInput(f"cannot be read: {problem.strerror}", where=file) from problem
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = f"{file}:{mark.line + 1}" if mark else file
        said = " ".join(part for part in (problem.context, problem.problem) if part)
        raise BadInput(f"malformed YAML: {said}", where=place, todo="check indentation, colons and quotes") from problem
    except yaml.YAMLError as problem:
        raise BadInput(f"malformed YAML: {problem}", where=file) from problem
    if not isinstance(node, yaml.MappingNode):
        raise BadInput("is not a mapping of names to values", where=file, todo="write `name: value` lines")
    lines: dict[Place, int] = {(): 1}
    content = _value(node, (), lines, file)
    return Document(file, content, lines)


def _value(node: yaml.Node, place: Place, lines: dict[Place, int], file: str) -> Any:
    import yaml

    if isinstance(node, yaml.MappingNode):
        content: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise BadInput("malformed YAML: a name must be one word", where=f"{file}:{line}")
            if key.value in content:
                first = lines[(*place, key.value)]
                raise BadInput(f"'{key.value}' is given twice, first in line {first}", where=f"{file}:{line}")
            lines[(*place, key.value)] = line
            content[key.value] = _value(value, (*place, key.value), lines, file)
        return content
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*place, index)] = item.start_mark.line + 1
        return [_value(item, (*place, index), lines, file) for index, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style is not None:  # quoted or a block: always text
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".nan", "nan"))
    return text


def checked(document: Document, schema: type[Schema]) -> Schema:
    """The document's content as `schema` (a pydantic model).

    Raises BadInput listing everything that does not fit, each with file, line, entry and the nearest known name.
    """
    from pydantic import ValidationError

    try:
        return schema.model_validate(document.content)
    except ValidationError as problem:
        found = list(_complaints(document, problem, schema))
        raise BadInput("\n".join(f"{where}: {what}" for where, what in found)) from problem


def _complaints(document: Document, problem: Any, schema: type[BaseModel]) -> Iterator[tuple[str, str]]:
    known = _known_names(schema)
    for error in problem.errors(include_url=False):
        place: Place = tuple(error["loc"])
        entry = ".".join(map(str, place)) or "the document"
        kind, given = error["type"], error.get("input")
        if kind == "missing":
            what = f"'{place[-1]}' is missing in {'.'.join(map(str, place[:-1])) or 'the document'}"
        elif kind == "extra_forbidden":
            close = nearest(str(place[-1]), known)
            what = f"unknown entry '{entry}'" + (f"; did you mean '{close}'?" if close else "")
        elif kind in ("literal_error", "enum"):
            options = re.findall(r"'([^']*)'", error["ctx"]["expected"])
            close = nearest(str(given), options)
            what = f"{entry}: unknown '{given}'; " + (f"did you mean '{close}'? " if close else "")
            what += f"known: {', '.join(options)}"
        else:
            what = f"{entry}: {error['msg'].removeprefix('Value error, ')}"
            if given is None or isinstance(given, (str, int, float)):
                what += f", not {given!r}"
        yield document.where(*place), what


def _known_names(schema: type[BaseModel]) -> set[str]:
    described = schema.model_json_schema()
    tables = [described, *described.get("$defs", {}).values()]
    return {name for table in tables for name in table.get("properties", {})}
