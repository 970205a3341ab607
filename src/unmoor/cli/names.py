"""What the library holds, by kind, and which kind a name or a file is."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.files import LIBRARY, library_names

# an endpoint type is a file of Python, not of the library: its name is the file's
ENDPOINTS = LIBRARY.parent / "trial" / "endpoints"
SUFFIXES = {"models": ".ant", "modules": ".ant", "drugs": ".yaml", "populations": ".yaml", "studies": ".yaml"}
SINGULAR = {"models": "model", "modules": "module", "drugs": "drug", "populations": "population", "studies": "study",
            "endpoints": "endpoint"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the library: its kind (plural, a folder), its name and one line on what it is."""

    kind: str
    name: str
    line: str


def members(kind: str) -> list[Member]:
    """Every member of a kind, sorted by name.

    Raises UnknownName for a kind that is none.
    """
    if kind == "endpoints":
        files = sorted(path for path in ENDPOINTS.glob("*.py") if not path.name.startswith("_"))
        return [Member(kind, path.stem, _docstring(path)) for path in files]
    if kind not in SUFFIXES:
        raise unknown("kind", kind, SINGULAR)
    summary = _comment if SUFFIXES[kind] == ".ant" else _said
    names = library_names(kind, SUFFIXES[kind])
    return [Member(kind, name, summary(path_of(kind, name))) for name in names]


def path_of(kind: str, name: str) -> Path:
    """The file of a library member that exists."""
    return next(iter(sorted((LIBRARY / kind).rglob(f"{name}{SUFFIXES[kind]}"))))


def kinds_of(name: str) -> list[str]:
    """The kinds of which the library has a member called `name`."""
    return [kind for kind, suffix in SUFFIXES.items() if name in library_names(kind, suffix)]


def kind_of_file(path: Path) -> str:
    """The kind of a file of one's own, by its suffix and, for YAML, by its keys.

    Raises BadInput for a file that is none of them.
    """
    if path.suffix in (".ant", ".xml", ".sbml"):
        return "models"
    if path.suffix in (".yaml", ".yml"):
        from unmoor.base.document import read_document

        content = read_document(path).content
        for kind, key in (("studies", "arms"), ("drugs", "molar_mass"), ("populations", "covariates")):
            if key in content:
                return kind
        todo = "a study has 'arms', a drug 'molar_mass', a population 'covariates'"
        raise BadInput("neither a study, a drug nor a population", where=str(path), todo=todo)
    todo = "give an .ant or .xml model, or the .yaml of a study, a drug or a population"
    raise BadInput(f"nothing to check in a {path.suffix or 'nameless'} file", where=str(path), todo=todo)


def every_name() -> list[str]:
    """All names of the library that can be checked."""
    return sorted({name for kind, suffix in SUFFIXES.items() for name in library_names(kind, suffix)})


def _comment(path: Path) -> str:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    words = " ".join(line.removeprefix("//").strip() for line in takewhile(lambda each: each.startswith("//"), lines))
    return re.split(r"(?<=[.]) ", words)[0].rstrip(".")


def _said(path: Path) -> str:
    from unmoor.base.document import read_document

    try:
        content = read_document(path).content
    except UnmoorError:
        return "cannot be read: run unmoor check"
    return str(next((content[key] for key in ("title", "kind", "description") if key in content), ""))


def _docstring(path: Path) -> str:
    """What an endpoint type says of itself, read without importing it."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).rstrip(".")
