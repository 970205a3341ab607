from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial import designs, dose_finding
from unmoor.trial.escalation.build import build_design

DEFAULTS = {"doses": 3, "n": 20, "target": 0.25}


def test_what_a_design_lacks_is_taken_from_the_defaults() -> None:
    assert build_design("boin", {"n": 12}, defaults=DEFAULTS) == designs.Boin(target=0.25, doses=3, n=12)
    crm = build_design("crm", {"skeleton": [0.1, 0.25, 0.4], "curve": "logistic:3"}, defaults=DEFAULTS)
    assert crm == designs.Crm(target=0.25, n=20, skeleton=(0.1, 0.25, 0.4), curve=dose_finding.Logistic(3.0))


def test_amounts_are_not_taken_for_a_number_of_levels() -> None:
    with pytest.raises(BadInput, match="needs doses, dose_limit"):
        build_design("ewoc", {}, defaults=DEFAULTS)
    made = build_design("ewoc", {"doses": [10, 20, 40], "dose_limit": 60}, defaults=DEFAULTS)
    assert made == designs.Ewoc(target=0.25, n=20, doses=(10, 20, 40), dose_limit=60)


def test_lists_of_lists_and_stopping_rules() -> None:
    fields = {"skeleton": [0.1, 0.2, 0.3], "orders": [[1, 2, 3], [1, 3, 2]], "stop_if_toxic": 0.9, "stop_at_dose": 9}
    made = build_design("partial-order-crm", fields, defaults=DEFAULTS)
    assert made.orders == ((1, 2, 3), (1, 3, 2))
    assert made.stops == (dose_finding.LowestTooToxic(0.9), dose_finding.EnoughAtDose(9))
    assert build_design("crm", {"skeleton": [0.1], "inference": "likelihood"}, defaults=DEFAULTS).inference == (
        dose_finding.Likelihood()
    )


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("bion", {}, "did you mean 'boin'"),
        ("boin", {"cohrt": 3}, "did you mean 'cohort'"),
        ("crm", {}, "needs skeleton"),
        ("boin", {"cohort": 30}, "design boin: a cohort of 30 in a trial of 20"),
        ("boin", {"target": 1.2}, "design boin: target is 1.2"),
        ("crm", {"skeleton": [0.1, 0.3], "curve": "logit"}, "unknown curve 'logit'"),
        ("crm", {"skeleton": [0.1, 0.3], "curve": "logistic:x"}, "cannot read curve 'logistic:x'"),
        ("partial-order-crm", {"skeleton": [0.1, 0.3], "orders": 5}, "cannot be made of these values"),
        ("crm", {"skeleton": [0.3, 0.1]}, "put the dose levels in increasing order"),
    ],
)
def test_refusals_say_where_and_what(name, fields, message) -> None:
    with pytest.raises((BadInput, UnknownName), match=message) as refused:
        build_design(name, fields, defaults=DEFAULTS, where="study.yaml:7")
    assert str(refused.value).startswith("study.yaml:7: ")
