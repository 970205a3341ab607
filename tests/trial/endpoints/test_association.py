import numpy as np
import pytest
from pydantic import ValidationError

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.endpoints.association import Options, measure


def test_a_parameter_and_the_peak_of_an_output(remission, remission_result, burden):
    found = measure(Options(parameter="growth", output="m_protein", negative_at=0.002), remission, "")
    values = found.values(remission_result, "treated")
    np.testing.assert_allclose(values[:5, 0], [0.01, 0.03, 0.01, 0.01, 0.005])
    np.testing.assert_allclose(values[:5, 1], 40 * burden(remission.times / 24).max(axis=1)[:5], rtol=1e-4)
    assert np.isnan(values[5]).all()
    assert (found.kind, found.negative_at) == ("association", 0.002)


def test_a_baseline_and_a_fold_in_a_window(remission, remission_result, burden):
    window = {"from": "day 1 at 00:00", "to": "day 15 at 00:00"}
    found = measure(Options(baseline="blasts", output="m_protein", fold=True, **window), remission, "")
    values = found.values(remission_result, "treated")
    np.testing.assert_allclose(values[:5, 0], 1 / 1.5, rtol=1e-5)
    np.testing.assert_allclose(values[:5, 1], burden([0, 7, 14]).max(axis=1)[:5], rtol=1e-4)
    assert found.moments == (0.0, 336.0)
    assert found.negative_at is None


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"output": "m_protein"}, BadInput, "needs one of 'parameter' and 'baseline'"),
        ({"output": "m_protein", "parameter": "growth", "baseline": "blasts"}, BadInput, "needs one of"),
        ({"output": "m_protein", "parameter": "grwth"}, UnknownName, "'grwth'(.|\n)*did you mean 'growth'"),
        ({"output": "m_protein", "parameter": "kill"}, UnknownName, "unknown parameter that differs between patients"),
        ({"output": "m_protien", "parameter": "growth"}, UnknownName, "did you mean 'm_protein'"),
        ({"output": "m_protein", "baseline": "blast"}, UnknownName, "did you mean 'blasts'"),
        ({"output": "blasts", "parameter": "growth", "to": "day 1 at 00:00"}, BadInput, "is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused(remission, options, error, message):
    with pytest.raises(error, match=message):
        measure(Options(**options), remission, "")


def test_a_category_has_no_rank(dipersio):
    with pytest.raises(BadInput, match="'disease' is a category"):
        measure(Options(parameter="disease", output="cd34"), dipersio, "")
    with pytest.raises(ValidationError, match="negative_at"):
        Options(parameter="age", output="cd34", negative_at=1.5)


def test_a_cohort_without_the_column_is_told_so(remission, remission_result):
    from dataclasses import replace

    bare = replace(remission_result, patients=remission_result.patients.drop(columns="growth"))
    with pytest.raises(UnknownName, match="unknown column of the patients 'growth'"):
        measure(Options(parameter="growth", output="blasts"), remission, "").values(bare, "treated")
