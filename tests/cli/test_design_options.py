from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.cli.design_options import design_from, numbers_of, value_of
from unmoor.trial import designs, dose_finding


def test_a_design_is_made_of_its_fields() -> None:
    made = design_from("tite-boin", ["target=0.25", "doses=4", "n=24", "most-pending=0.4"], toxic=0.9, enough=12)
    stops = (dose_finding.LowestTooToxic(0.9), dose_finding.EnoughAtDose(12))
    assert made == designs.TiteBoin(target=0.25, doses=4, n=24, most_pending=0.4, stops=stops)
    crm = design_from(
        "crm", ["target=0.25", "skeleton=0.1,0.2,0.4", "curve=logistic:3", "inference=likelihood", "skip=yes"]
    )
    assert crm == designs.Crm(
        target=0.25,
        skeleton=(0.1, 0.2, 0.4),
        curve=dose_finding.Logistic(3),
        inference=dose_finding.Likelihood(),
        skip=True,
    )


def test_values_are_read() -> None:
    assert value_of("orders", "1,2,3;1,3,2") == ((1, 2, 3), (1, 3, 2))
    assert value_of("doses", "10,20.5") == (10, 20.5)
    assert value_of("deescalate", "no") is False
    assert numbers_of("rates", "0.1,.2") == (0.1, 0.2)


@pytest.mark.parametrize(
    ("texts", "error", "match"),
    [
        (["target=0.3"], BadInput, "needs doses"),
        (["target"], BadInput, "cannot read 'target'"),
        (["target=x", "doses=3"], BadInput, "cannot read 'x'"),
        (["tarqet=0.3", "doses=3"], UnknownName, "did you mean 'target'"),
    ],
)
def test_what_cannot_be_meant_is_refused(texts: list[str], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        design_from("boin", texts)
    with pytest.raises(UnknownName, match="unknown curve 'probit'"):
        design_from("crm", ["target=0.3", "skeleton=0.1,0.3", "curve=probit"])
