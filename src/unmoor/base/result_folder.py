"""A result on disk: a folder of Parquet tables, one file a chunk of patients, and a manifest that says which count.

A chunk belongs to the result only once the manifest names it, and the manifest is replaced whole: whatever stops a run
(Ctrl-C, a full disk, a power cut) leaves every chunk finished before it readable. Any Parquet reader opens the tables.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.base.result import Result, join
from unmoor.base.result_tables import AGAIN, TABLES, Encoded, encode, read_chunk

MANIFEST = "result.json"
FORMAT = 2
#: facts of the provenance that two runs must share to be one, and what they are called
INPUTS = {
    "unmoor": "the version of unmoor",
    "code_sha256": "the code of unmoor",
    "libraries": "the versions of libraries",
    "study": "the study",
    "study_sha256": "the study file",
    "model_sha256": "the model",
    "patients_sha256": "the patients",
    "seed": "the seed",
    "rtol": "the tolerance",
    "atol": "the tolerance",
}


def begin(
    folder: str | os.PathLike[str], provenance: dict[str, Any], *, resume: bool, run: Mapping[str, Any] | None = None
) -> dict[int, int]:
    """Make `folder` ready for the run of `provenance`; with `resume`, keep what an interrupted same run left there.

    Returns the chunks that are kept: place of the first patient -> number of patients. `run` is what `unmoor resume`
    must know to go on. Two runs are the same when their provenance has the same "key". Raises BadInput when the folder
    holds another run or other files, UnmoorError when it cannot be written.
    """
    path = Path(folder)
    chunks: dict[str, int] = {}
    layout: dict[str, Any] = {}
    if path.is_dir() and any(path.iterdir()):
        if not (path / MANIFEST).is_file():
            _sweep(path)  # a run killed before its first manifest leaves no more than that file's draft
            if any(path.iterdir()):
                todo = "choose an empty or a new folder"
                raise BadInput(f"folder '{path}' is not empty and holds no result of unmoor", todo=todo)
        else:
            known = manifest(path)
            if changed := changes(known["provenance"], provenance):
                study = known["provenance"].get("study", "another study")
                todo = "choose another folder, or remove this one"
                what = f"folder '{path}' holds another run ('{study}'); different: {', '.join(changed)}"
                raise BadInput(what, todo=todo)
            if resume and not known["provenance"].get("complete", True):
                chunks, layout = known["chunks"], known["layout"]
            _sweep(path)
    facts = {**provenance, "complete": False}
    _write(path, {"format": FORMAT, "provenance": facts, "run": dict(run or {}), "chunks": chunks, "layout": layout})
    return places(chunks)


def changes(known: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """In words, which inputs differ between two runs; empty when they are the same."""
    if known.get("key") == asked.get("key"):
        return []
    differ = [words for fact, words in INPUTS.items() if known.get(fact) != asked.get(fact)]
    return list(dict.fromkeys(differ)) or ["other input"]


def append(folder: str | os.PathLike[str], part: Result | Encoded, first: int | None = None) -> None:
    """Add a chunk of patients to the result in `folder`; all of it or, when an error is raised, none of it.

    `first` is the place of its first patient among all of the run; left out, it follows the chunks that are there.
    Raises UnmoorError naming the file when the disk is full or the folder cannot be written.
    """
    path, encoded = Path(folder), encode(part) if isinstance(part, Result) else part
    known = manifest(path)
    place = max((first + n for first, n in places(known["chunks"]).items()), default=0) if first is None else first
    name = f"{place:08d}.parquet"
    for table in TABLES:
        write_whole(path / table / name, encoded.tables[table])
    chunks = {**known["chunks"], name: encoded.patients}
    chunks = {key: chunks[key] for key in sorted(chunks, key=_place)}
    _write(path, {**known, "chunks": chunks, "layout": encoded.layout})


def finish(folder: str | os.PathLike[str], provenance: dict[str, Any]) -> Path:
    """Give the result in `folder` its final provenance and return the folder.

    Raises UnmoorError when it cannot be written.
    """
    path = Path(folder)
    known = {**manifest(path), "provenance": provenance}
    _write(path, known)
    for table in TABLES:
        for file in (path / table).glob("*.parquet"):
            if file.name not in known["chunks"]:
                file.unlink()  # of an older run with more chunks; a reader of the folder would count it
    return path


def load(folder: str | os.PathLike[str]) -> Result:
    """The result in `folder`: every chunk its manifest names.

    Raises BadInput naming what is missing, damaged or of another format, or when no chunk was finished.
    """
    path = Path(folder)
    known = some_chunks(path)
    found = join([read_chunk(path, name, known["layout"]) for name in known["chunks"]], known["provenance"])
    return found if found.complete else replace(found, provenance={**found.provenance, "finished": found.n})


def manifest(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """What the folder says about itself: format, provenance, run, chunks (file -> patients), layout.

    Raises BadInput when there is none, or it is damaged or of another format.
    """
    file = Path(folder) / MANIFEST
    try:
        known: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError as problem:
        what = f"no result in '{folder}': it has no {MANIFEST}"
        raise BadInput(what, todo="name the folder of a saved run") from problem
    except (ValueError, NotADirectoryError) as problem:
        raise BadInput(f"'{file}' is damaged: {problem}", todo=AGAIN) from problem
    if not isinstance(known, dict) or known.get("format") != FORMAT:
        found = known.get("format") if isinstance(known, dict) else None
        raise BadInput(f"'{file}' has format {found}, this unmoor reads format {FORMAT}", todo=AGAIN)
    return known


def some_chunks(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that holds at least one finished chunk.

    Raises BadInput where it holds none.
    """
    known = manifest(folder)
    if not known["chunks"]:
        raise BadInput(f"'{folder}' holds no finished chunk of patients", todo="run the study again")
    return known


def places(chunks: Mapping[str, int]) -> dict[int, int]:
    """Place of each chunk's first patient -> its number of patients."""
    return {_place(name): int(count) for name, count in chunks.items()}


def _place(name: str) -> int:
    return int(name.removesuffix(".parquet"))


def _sweep(path: Path) -> None:
    """Remove the drafts of files that a killed run did not finish."""
    for place in (path, *(path / table for table in TABLES)):
        for draft in place.glob(".*"):
            if re.fullmatch(rf"\.({re.escape(MANIFEST)}|\d+\.parquet)\.[0-9a-f]{{32}}", draft.name):
                draft.unlink(missing_ok=True)


def _write(path: Path, content: dict[str, Any]) -> None:
    write_whole(path / MANIFEST, json.dumps(content, indent=1, allow_nan=False) + "\n")
