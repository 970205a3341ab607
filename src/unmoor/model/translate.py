"""libAntimony, in one place: texts of models in, SBML with submodels and flattened out, complaints with their place."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path

from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.files import cache_folder, write_whole
from unmoor.model.document import sentence
from unmoor.model.text import Source
from unmoor.model.wiring import instances_of

# What libAntimony adds for species without a compartment of their own.
DEFAULT_COMPARTMENT = "default_compartment"
_ERROR = re.compile(r"Error in model string, line (?P<line>\d+):\s*(?P<text>.*)", re.DOTALL)
_NO_SYMBOL = re.compile(r"'(\w+)' is not a subvariable of '([\w.]+)'")
# libAntimony keeps one global state.
_LOCK = threading.Lock()


def translate(main: str, sources: Mapping[str, Source]) -> tuple[str, str]:
    """The flattened SBML of model `main` and the SBML that keeps its submodels; imported sources come first.

    The answer is remembered in the cache folder under the hash of all texts, because asking takes longer than all the
    rest of loading. Raises BadInput or UnknownName with file and line where libAntimony refuses.
    """
    texts = [source.without_imports() for source in sources.values()]
    version = importlib.metadata.version("antimony")
    key = hashlib.sha256("\0".join([version, main, *texts]).encode()).hexdigest()
    remembered = cache_folder() / "antimony" / f"{key[:32]}.json"
    found = _remembered(remembered, key)
    if found is None:
        found = _ask(main, texts, sources)
        _remember(remembered, key, found)
    return found


def _remembered(file: Path, key: str) -> tuple[str, str] | None:
    """The answer in a cache file; None when there is none, or when the file is not what was written."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        flattened, nested = stored["flattened"], stored["nested"]
        intact = stored["key"] == key and stored["check"] == _check(flattened, nested)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (flattened, nested) if intact else None


def _remember(file: Path, key: str, found: tuple[str, str]) -> None:
    stored = {"key": key, "check": _check(*found), "flattened": found[0], "nested": found[1]}
    try:
        write_whole(file, json.dumps(stored))
    except UnmoorError:
        # A cache folder that is full or read-only costs time, nothing else.
        return


def _check(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _ask(main: str, texts: list[str], sources: Mapping[str, Source]) -> tuple[str, str]:
    import antimony

    with _LOCK:
        antimony.clearPreviousLoads()
        # Numbers in a formula are pure numbers, so that units of equations can be checked.
        antimony.setBareNumbersAreDimensionless(True)
        # One string of what was read here: by itself libAntimony would look for imports in the working folder first.
        if antimony.loadAntimonyString("\n".join(texts)) < 0:
            raise _refusal(antimony.getLastError(), main, sources)
        flattened = antimony.getSBMLString(main)
        if not flattened:
            raise _refusal(antimony.getLastError(), main, sources)
        nested = antimony.getCompSBMLString(main)
        antimony.clearPreviousLoads()
    return flattened, nested


def _refusal(message: str, main: str, sources: Mapping[str, Source]) -> UnmoorError:
    """libAntimony's complaint with the file and line it belongs to."""
    match = _ERROR.match(message)
    where = _place(int(match["line"]), sources) if match else sources[main].path.name
    missing = _NO_SYMBOL.search(message)
    if missing:
        instances = instances_of(sources, main)
        module = next((each for own, each in instances.items() if f".{own}".endswith(f".{missing[2]}")), main)
        return unknown(f"symbol of '{missing[2]}' ({module}):", missing[1], sources[module].identifiers(), where=where)
    text = sentence(match["text"] if match else message)
    return BadInput(text or "libAntimony cannot read this", where=where, todo="statements end with ; or a line break")


def _place(line: int, sources: Mapping[str, Source]) -> str:
    """File and line of a line of the joined texts."""
    for source in sources.values():
        lines = source.text.count("\n") + 1
        if line <= lines:
            return source.at(line)
        line -= lines
    return source.path.name


def antimony_text(sbml: str) -> str:
    """Antimony text of an SBML model, or "" when libAntimony cannot write it."""
    import antimony

    with _LOCK:
        antimony.clearPreviousLoads()
        if antimony.loadSBMLString(sbml) < 0:
            return ""
        text = antimony.getAntimonyString(antimony.getMainModuleName())
        antimony.clearPreviousLoads()
    return str(text or "")
