from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.mtpi2 import Mtpi2
from unmoor.trial.dose_finding.table import LETTERS


def test_reference_decisions(vectors) -> None:
    for case in vectors("phase1/mtpi2_mtpi.json")["tables"]:
        design = Mtpi2(target=case["pT"], doses=5, below=case["eps1"], above=case["eps2"], eliminate=case["xi"], n=21)
        table = design.table()
        for n, letters in case["mtpi2"].items():
            assert "".join(LETTERS[word] for word in table.loc[table["n"] == int(n), "decision"]) == letters


def test_published_decisions() -> None:
    """Guo et al. 2017, figure 3, three patients at target 0.3: E, S, D, DU."""
    table = Mtpi2(target=0.3, doses=5).table()
    words = table.loc[table["n"] == 3, "decision"].tolist()
    assert words == ["escalate", "stay", "de-escalate", "eliminate"]


@pytest.mark.parametrize(("below", "above"), [(0.3, 0.05), (0.05, 0.7), (0.0, 0.0), (-0.1, 0.05)])
def test_the_equivalence_interval_is_checked(below: float, above: float) -> None:
    with pytest.raises(BadInput, match="equivalence interval"):
        Mtpi2(target=0.3, doses=5, below=below, above=above)
