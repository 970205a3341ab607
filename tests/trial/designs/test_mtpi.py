from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.mtpi import Mtpi
from unmoor.trial.dose_finding.table import LETTERS


def test_reference_decisions(vectors) -> None:
    for case in vectors("phase1/mtpi2_mtpi.json")["tables"]:
        design = Mtpi(target=case["pT"], doses=5, below=case["eps1"], above=case["eps2"], eliminate=case["xi"], n=21)
        table = design.table()
        for n, letters in case["mtpi"].items():
            assert "".join(LETTERS[word] for word in table.loc[table["n"] == int(n), "decision"]) == letters


def test_one_of_two_stays_where_mtpi2_de_escalates() -> None:
    """The known difference of the two designs at target 0.3 (Guo et al. 2017)."""
    table = Mtpi(target=0.3, doses=5).table()
    assert table.loc[(table["n"] == 2) & (table["dlt"] == 1), "decision"].item() == "stay"


@pytest.mark.parametrize(("below", "above"), [(0.3, 0.05), (0.05, 0.7), (0.0, 0.0), (-0.1, 0.05)])
def test_the_equivalence_interval_is_checked(below: float, above: float) -> None:
    with pytest.raises(BadInput, match="equivalence interval"):
        Mtpi(target=0.3, doses=5, below=below, above=above)
