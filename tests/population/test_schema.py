"""What a population file may say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from unmoor.base.document import checked, read_document
from unmoor.base.errors import BadInput
from unmoor.population.schema import PopulationEntry


def test_a_whole_file_fits(write: Callable[[str], Path], text: str) -> None:
    entry = checked(read_document(write(text)), PopulationEntry)
    assert list(entry.covariates) == ["sex", "age", "weight", "creatinine", "creatinine_clearance"]
    assert entry.correlations[1].between == ("drug_clearance", "drug.volume")
    assert entry.acceptance[0].label == "enough renal function"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: Test\n", "", "people.yaml:1: 'title' is missing"),
        ("correlations:", "corelations:", "people.yaml:38: unknown entry 'corelations'; did you mean 'correlations'"),
        ("value: 0.5", "value: half", "people.yaml:40: correlations.0.value: .*not 'half'"),
        ("[weight, creatinine]", "[weight]", "people.yaml:39: .*between"),
        ("label: enough", "lable: enough", "people.yaml:45: unknown entry .*did you mean 'label'"),
    ],
)
def test_what_does_not_fit_is_refused(
    write: Callable[[str], Path], text: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        checked(read_document(write(text.replace(old, new))), PopulationEntry)
