from __future__ import annotations

from typing import Any

from unmoor.base.sources import bibliography, cited
from unmoor.reporting.content import Items
from unmoor.reporting.sections.parameters import numbers
from unmoor.reporting.sections.references import references


def listed(study: Any, rows: Any) -> dict[str, str]:
    section = references(study, rows)
    assert section is not None
    items = next(block for block in section.blocks if isinstance(block, Items))
    return {key: text for key, text, _ in items.entries}


def test_every_source_of_a_number_is_listed(study: Any, rows: Any) -> None:
    found = listed(study, rows)
    known = bibliography()
    sources = [row.source for row in numbers(study.model)] + [str(each) for each in study.population.table()["source"]]
    wanted = set(cited([*sources, *rows["source"], *study.reference], known))
    assert wanted <= found.keys()
    assert "dipersio2009nhl" in found
    assert found["dipersio2009nhl"] == known["dipersio2009nhl"].text


def test_what_is_not_used_is_not_listed(study: Any, rows: Any) -> None:
    unused = bibliography().keys() - listed(study, rows).keys()
    text = " ".join(row.source for row in numbers(study.model))
    assert not [key for key in unused if key in text.split()]


def test_links_can_arrive(study: Any, rows: Any) -> None:
    section = references(study, rows)
    assert section is not None
    items = next(block for block in section.blocks if isinstance(block, Items))
    assert all(id == f"ref-{key}" for key, _, id in items.entries)
