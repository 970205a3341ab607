"""Every drug's model against its published exposures: within the fold error of the row, or a miss that the row owns."""

from __future__ import annotations

import csv
import re

import pytest

from unmoor.base.files import LIBRARY
from unmoor.calibration import compare
from unmoor.calibration.exposures import TABLE
from unmoor.dosing import library_drugs

DRUGS = [drug.name for drug in library_drugs() if drug.label]
WITHOUT = {"motixafortide", "balixafortide"}  # no concentration of theirs could be read anywhere
CITED = re.compile(r"\bDRG\d{3}\b")


def test_every_drug_says_its_label_regimen():
    assert {drug.name for drug in library_drugs()} == set(DRUGS)


@pytest.mark.parametrize("name", DRUGS)
def test_exposures_are_within_the_stated_error_or_a_stated_miss(name):
    compared = compare(next(drug for drug in library_drugs() if drug.name == name))
    assert bool(compared) != (name in WITHOUT)
    for each in compared:
        row = each.exposure
        said = "miss" if row.is_miss else "within"
        assert each.verdict == said, (
            f"{row.id}: {each.simulated:.4g} for {row.published:g} {row.unit}, {each.fold:.2f}-fold"
        )


def test_rows_cited_by_the_drugs_exist_and_none_stands_twice():
    with TABLE.open(encoding="utf-8", newline="") as stream:
        ids = [row["id"] for row in csv.DictReader(stream)]
    assert len(ids) == len(set(ids))
    cited = {one for path in LIBRARY.glob("*/*.*") if path != TABLE for one in CITED.findall(path.read_text("utf-8"))}
    assert not cited - set(ids)


def test_what_a_row_was_used_for_is_not_called_a_prediction():
    """A derived or fitted row whose source stands in the drug's table is never 'held'."""
    for drug in library_drugs():
        table = (LIBRARY / "drugs" / f"{drug.name}.csv").read_text(encoding="utf-8")
        for each in compare(drug):
            if re.search(rf"(?:derived|fitted)[^\n]*\b{each.exposure.id}\b", table):
                assert each.exposure.use != "held", each.exposure.id
