import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from unmoor.base.errors import BadInput
from unmoor.trial.statistics.cumulative_incidence import cumulative_incidence
from unmoor.trial.statistics.proportion import wilson


def test_without_competing_events_it_is_one_minus_kaplan_meier():
    rng = np.random.default_rng(2)
    time, event = rng.integers(1, 5, 300), rng.integers(0, 2, 300)
    found = cumulative_incidence(time, event, 4)
    fitter = KaplanMeierFitter().fit(time, event)
    for k in (1, 2, 3, 4):
        assert found.value[k - 1] == pytest.approx(1 - fitter.predict(k))
    # lifelines transforms ln(-ln S), we ln(-ln F): compare the standard errors behind both instead
    table = fitter.event_table
    greenwood = np.cumsum(table["observed"] / (table["at_risk"] * (table["at_risk"] - table["observed"])))
    survival = np.array([fitter.predict(k) for k in (1, 2, 3, 4)])
    error = survival * np.sqrt(greenwood.loc[[1, 2, 3, 4]].to_numpy())
    ours = np.log(-np.log(found.lower)) - np.log(-np.log(found.value))
    np.testing.assert_allclose(ours, -1.959964 * error / (found.value * np.log(found.value)), rtol=1e-6)


def test_competing_events_agree_with_aalen_johansen_of_lifelines():
    # one kind of event a session: lifelines would jitter ties between kinds
    time = np.repeat([1, 2, 3, 4, 5, 6], [30, 20, 25, 10, 40, 15])
    outcome = np.repeat([1, 2, 1, 2, 1, 0], [30, 20, 25, 10, 40, 15])
    found = cumulative_incidence(time, outcome, 6)
    fitter = AalenJohansenFitter(calculate_variance=True).fit(time, outcome, event_of_interest=1)
    curve = fitter.cumulative_density_.iloc[:, 0]
    np.testing.assert_allclose(found.value, curve.loc[1:6], rtol=1e-12)
    limits = fitter.confidence_interval_.loc[1:5]
    np.testing.assert_allclose(found.lower[:5], limits.iloc[:, 0], rtol=1e-6)
    np.testing.assert_allclose(found.upper[:5], limits.iloc[:, 1], rtol=1e-6)


def test_with_nobody_lost_it_is_the_plain_fraction():
    rng = np.random.default_rng(4)
    time = rng.integers(1, 5, 500)
    outcome = np.where(time == 4, rng.integers(0, 3, 500), rng.integers(1, 3, 500))
    found = cumulative_incidence(time, outcome, 4)
    for k in (1, 2, 3, 4):
        assert found.value[k - 1] == pytest.approx(np.mean((time <= k) & (outcome == 1)))
    assert (found.lower <= found.value).all()
    assert (found.value <= found.upper).all()
    assert found.at_risk[0] == 500


def test_failed_patients_are_left_out():
    found = cumulative_incidence([1, 2, np.nan], [1, 0, np.nan], 2)
    np.testing.assert_allclose(found.value, [0.5, 0.5])
    assert found.at_risk.tolist() == [2, 1]
    assert np.isnan(cumulative_incidence([np.nan], [0], 2).value).all()


def test_nobody_and_everybody_have_wilson_s_interval():
    everybody = cumulative_incidence([1, 1], [1, 1], 2)
    assert everybody.value.tolist() == everybody.upper.tolist() == [1.0, 1.0]
    assert everybody.lower[0] == wilson(2, 2).lower
    nobody = cumulative_incidence([2, 2], [0, 0], 2)
    assert nobody.value.tolist() == nobody.lower.tolist() == [0.0, 0.0]
    assert nobody.upper[1] == wilson(0, 2).upper


@pytest.mark.parametrize(("time", "outcome"), [([0], [1]), ([1], [3])])
def test_impossible_sessions_and_outcomes_are_refused(time, outcome):
    with pytest.raises(BadInput, match="sessions or outcomes"):
        cumulative_incidence(time, outcome, 2)
