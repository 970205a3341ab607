from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.calibration.incidence import GRADES, graded_events, incidence

DOSES = {mg: [f"sorafenib {28 * mg} mg po over 14 days every 14 days for 2 doses"] for mg in (400, 600, 800)}


@pytest.fixture(scope="module")
def by_dose():
    return {mg: incidence("sorafenib_safety", doses, hours=672, people=64) for mg, doses in DOSES.items()}


def test_events_are_the_instances_of_the_module():
    assert graded_events("sorafenib_safety") == ("hand_foot", "rash", "diarrhoea")
    assert graded_events("sorafenib_pk") == ()


def test_more_drug_brings_more_of_every_event_and_grade(by_dose):
    for low, high in ((400, 600), (600, 800)):
        late = by_dose[low].share[:, :3, -1], by_dose[high].share[:, :3, -1]
        assert (late[1] > late[0]).all()
        assert (by_dose[high].any_event[:3, -1] > by_dose[low].any_event[:3, -1]).all()


def test_shares_rise_with_time_fall_with_grade_and_join_as_independent_events(by_dose):
    found = by_dose[400]
    assert found.share.shape == (3, len(GRADES), len(found.times))
    assert (found.share[:, :, 0] == 0).all()
    assert (np.diff(found.share, axis=2) >= 0).all()
    assert (np.diff(found.share, axis=1) <= 0).all()
    single = found.share[:, :, -1]
    assert (found.any_event[:, -1] >= single.max(axis=0)).all()
    assert (found.any_event[:, -1] <= single.sum(axis=0)).all()
    assert found.at("rash", 1, 336.0) == pytest.approx(found.share[1, 0, found.times == 336.0][0])


def test_the_fitted_values_give_the_incidences_that_they_were_fitted_to():
    """12 weeks at 400 mg twice daily, as in the calibration: any hand-foot syndrome about one in four."""
    doses = ["sorafenib 11200 mg po over 14 days every 14 days for 6 doses"]
    found = incidence("sorafenib_safety", doses, hours=2016, every=48, covariates={"weight": 80}, people=128)
    assert found.at("hand_foot", 1, 2016) == pytest.approx(0.237, abs=0.01)
    assert found.at("hand_foot", 3, 2016) == pytest.approx(0.093, abs=0.01)


@pytest.mark.parametrize(
    ("model", "options", "error", "message"),
    [
        ("sorafenib_pk", {}, BadInput, "no adverse event"),
        ("sorafenib_safety", {"events": ["rush"]}, UnknownName, "did you mean 'rash'"),
        ("sorafenib_safety", {"hours": 0}, BadInput, "above zero"),
    ],
)
def test_what_cannot_be_meant_is_refused(model, options, error, message):
    with pytest.raises(error, match=message):
        incidence(model, DOSES[400], **{"hours": 48, **options})


def test_damage_without_delay_cannot_bring_the_early_events_of_the_korean_trial():
    """The claim of docs/toxicity.md: half by day 34 and 73.6% by day 84 leave 6% of grade 2 by day 14, not 24%."""
    from scipy.optimize import brentq

    def needed(share, dispersion):
        return ((1 - share) ** -dispersion - 1) / dispersion

    dispersion = brentq(lambda d: needed(0.5, d) / needed(0.736, d) - 34 / 84, 0.01, 20)
    early = needed(0.292, dispersion) * 14 / 84
    assert 1 - (1 + dispersion * early) ** (-1 / dispersion) == pytest.approx(0.062, abs=0.003)
