from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.phase_two.group_sequential import obrien_fleming
from unmoor.trial.phase_two.looks import binomial_looks
from unmoor.trial.phase_two.proportion_looks import proportion_looks


def test_responses_are_the_first_to_reach_the_bound() -> None:
    bounds = obrien_fleming(2, 0.05)
    table = proportion_looks(bounds, (20, 40), 0.2, 0.4)
    for row, critical in zip(table.itertuples(), bounds.critical, strict=True):
        spread = (row.patients * 0.2 * 0.8) ** 0.5
        assert (row.responses - row.patients * 0.2) / spread >= critical
        assert (row.responses - 1 - row.patients * 0.2) / spread < critical
    for column, rate in (("by_null", 0.2), ("by_alternative", 0.4)):
        crossed = binomial_looks(rate, (20, 40), (-1, -1), table["responses"].tolist())[1]
        assert table[column].tolist() == pytest.approx([crossed[0], crossed.sum()])
    assert table["by_alternative"].iloc[-1] > 0.8


def test_one_number_of_patients_a_bound() -> None:
    with pytest.raises(BadInput, match="3 looks for 2 bounds"):
        proportion_looks(obrien_fleming(2), (10, 20, 30), 0.2, 0.4)
    with pytest.raises(BadInput, match="null"):
        proportion_looks(obrien_fleming(2), (10, 20), 0.0, 0.4)
