import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.base.errors import BadInput
from unmoor.trial.survival import log_rank, two_sample_log_rank


def test_reference_vectors(vectors):
    aml, lung, veteran = (vectors.data(name) for name in ("aml", "lung", "veteran"))
    sited, tumour = lung[lung.inst.notna()], ["squamous", "smallcell", "adeno", "large"]
    cells = veteran.celltype.map({name: k for k, name in enumerate(tumour)})  # the order of the data's levels
    tests = {
        "aml_x_rho0": log_rank(aml.time, aml.status, aml.x),
        "aml_x_rho1_petopeto": log_rank(aml.time, aml.status, aml.x, rho=1),
        "lung_sex": log_rank(lung.time, lung.status == 2, lung.sex),
        "lung_sex_strat_inst": log_rank(sited.time, sited.status == 2, sited.sex, strata=sited.inst),
        "veteran_celltype": log_rank(veteran.time, veteran.status, cells),
        "veteran_trt_rho1": log_rank(veteran.time, veteran.status, veteran.trt, rho=1),
    }
    for name, found in tests.items():
        wanted = vectors["logrank"][name]
        assert found.chi_squared == pytest.approx(wanted["chisq"], rel=1e-9), name
        assert (found.df, found.p) == (wanted["df"], pytest.approx(wanted["p"], rel=1e-9))
        np.testing.assert_allclose(found.observed, wanted["obs"], rtol=1e-9)
        np.testing.assert_allclose(found.expected, wanted["exp"], rtol=1e-9)
        np.testing.assert_allclose(found.variance, wanted["var"], rtol=1e-9)
    bmt, wanted = vectors.data("kmsurv_bmt"), vectors["competing_risks"]["bmt_DFS_logrank"]
    assert log_rank(bmt.t2, bmt.d3, bmt.group).chi_squared == pytest.approx(wanted["chisq"], rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_many_trials_at_once_are_each_their_own(seed):
    random = np.random.default_rng(seed)
    time, event = random.integers(1, 9, (5, 30)).astype(float), random.random((5, 30)) < 0.7
    arm = np.arange(30) % 2
    z, p = two_sample_log_rank(time, event, arm)
    for k in range(5):
        alone = log_rank(time[k], event[k], arm)
        assert z[k] ** 2 == pytest.approx(alone.chi_squared, rel=1e-9, abs=1e-12)
        assert p[k] == pytest.approx(alone.p, rel=1e-9)
        assert np.sign(z[k]) == np.sign(np.round(alone.observed[1] - alone.expected[1], 12))


def test_no_events_and_impossible_input():
    assert log_rank([1, 2, 3, 4], [0, 0, 0, 0], [0, 0, 1, 1]).p == 1
    with pytest.raises(BadInput, match="one group"):
        log_rank([1, 2], [1, 1], ["a", "a"])
    with pytest.raises(BadInput, match="groups"):
        log_rank([1, 2], [1, 1], ["a"])
    with pytest.raises(BadInput, match="arms"):
        two_sample_log_rank([1, 2], [1, 1], [1, 2])
