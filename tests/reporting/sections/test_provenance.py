from __future__ import annotations

from typing import Any

from unmoor.reporting.content import Facts
from unmoor.reporting.sections.provenance import provenance


def test_what_is_needed_to_repeat_it(study: Any, result: Any) -> None:
    facts = next(block for block in provenance(study, result).blocks if isinstance(block, Facts))
    told = dict(facts.pairs)
    assert {"Seed", "Patients", "Model sha256", "Study sha256", "Libraries", "Python", "CPU"} <= told.keys()
    assert len(told["Model sha256"]) == 64
