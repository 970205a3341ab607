"""Every source key used in the library stands in references.bib, and every key there is used."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "src" / "unmoor" / "library"
EVIDENCE = ROOT.parent / "shared" / "evidence"
KEY = re.compile(r"^@\w+\{\s*([\w:.-]+)\s*,", re.MULTILINE)
KEY_LIKE = re.compile(r"\b[a-z][a-z_-]*(?:19|20)\d\d[a-z]?\b")
IDENTIFIER = re.compile(r"\b[A-Z]{2,4}\d{3,4}\b")
HONEST = re.compile(r"assumed|derived(: .+)?|fitted:\s?[\w-]+")  # a source that is no publication


def text_of(path: Path) -> str:
    """A library file's text."""
    return path.read_text(encoding="utf-8")


def entries() -> dict[str, str]:
    """Key -> entry text of references.bib."""
    text = text_of(LIBRARY / "references.bib")
    starts = [(found.start(), found[1]) for found in KEY.finditer(text)]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return {key: text[start:end] for (start, key), end in zip(starts, ends, strict=True)}


def sources_in(node: Any) -> Iterator[str]:
    """Every text under a key 'source', 'sources' or 'references' of a YAML tree."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("source", "sources", "references"):
                many = list(value.values()) if isinstance(value, dict) else value
                many = many if isinstance(many, list) else [many]
                yield from map(str, many)
            else:
                yield from sources_in(value)
    elif isinstance(node, list):
        for one in node:
            yield from sources_in(one)


def cited() -> Iterator[tuple[str, str]]:
    """(file:line, source text) of every source named in the tables and documents of the library."""
    for path in sorted(LIBRARY.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            for row in rows:
                if row.get("source"):
                    yield f"{path.name}:{rows.line_num}", row["source"]
    for path in sorted(LIBRARY.rglob("*.yaml")):
        for source in sources_in(yaml.safe_load(text_of(path))):
            yield path.name, source


def keys_of(source: str) -> list[str]:
    """The publication keys a source text leans on: its first word, and whatever looks like a key."""
    parts = [part.strip() for part in source.split(";") if part.strip()]
    plain = [part.split()[0].rstrip(",") for part in parts if not HONEST.fullmatch(part)]
    return [*plain, *KEY_LIKE.findall(source)]


def test_every_cited_key_is_in_the_bibliography() -> None:
    known = entries()
    used = [(where, source, key) for where, source in cited() for key in keys_of(source)]
    missing = [f"{where}: '{key}' in '{source}'" for where, source, key in used if key not in known]
    assert not missing, "\n".join(missing)


def test_every_key_in_the_bibliography_is_used() -> None:
    files = [path for path in LIBRARY.rglob("*") if path.suffix in (".csv", ".yaml", ".ant")]
    words = set(re.findall(r"[\w:.-]+", "\n".join(map(text_of, files))))
    assert not set(entries()) - words


def test_no_key_stands_twice_and_each_entry_can_be_found() -> None:
    keys = KEY.findall(text_of(LIBRARY / "references.bib"))
    assert len(keys) == len(set(keys))
    thin = [key for key, text in entries().items() if not re.search(r"\byear\s*=", text) or "title" not in text]
    assert not thin, f"no title or no year: {thin}"


def test_evidence_identifiers_exist() -> None:
    if not EVIDENCE.is_dir():
        pytest.skip("the evidence tables are not beside this checkout")
    tables = sorted(EVIDENCE.rglob("*.csv"))
    known = {row["id"] for path in tables for row in csv.DictReader(path.open(encoding="utf-8")) if row.get("id")}
    prefixes = {re.sub(r"\d+$", "", one) for one in known}
    used = [(where, one) for where, source in cited() for one in IDENTIFIER.findall(source)]
    wrong = [f"{where}: {one}" for where, one in used if re.sub(r"\d+$", "", one) in prefixes and one not in known]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("hendrix2000 PPK003", ["hendrix2000", "hendrix2000"]),
        ("assumed", []),
        ("derived: half-life and volume of melhem2018", ["melhem2018"]),
        ("fitted:mobilisation-donors", []),
        ("mozobil_us PPK032; rowley2001", ["mozobil_us", "rowley2001", "rowley2001"]),
        ("made up", ["made"]),
    ],
)
def test_keys_are_read(source: str, keys: list[str]) -> None:
    assert keys_of(source) == keys
