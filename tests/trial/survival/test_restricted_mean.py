import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival import adjusted_rmst, compare_rmst, restricted_mean


def test_against_survival_and_survrm2(vectors):
    lung = vectors.data("lung")
    for row, sex in zip(vectors["km"]["lung_by_sex_rmst730"], (1, 2), strict=True):
        one = lung[lung.sex == sex]
        found = restricted_mean(one.time, one.status == 2, 730)
        np.testing.assert_allclose(found, (row["rmean"], row["se"]), rtol=1e-10)
    pbc, vector = vectors.data("rmst2_pbc_sample"), vectors["rmst"]
    for contrast, wanted in zip(
        compare_rmst(pbc.time, pbc.status, pbc.arm, 10), vector["unadjusted_tau10"]["contrast"], strict=True
    ):
        found = (contrast.estimate, contrast.lower, contrast.upper, contrast.p)
        np.testing.assert_allclose(found, wanted, rtol=1e-9)
    design = pbc[["arm", "age", "edema", "bili"]]
    for ratio, key in ((False, "adjusted_diff_tau10"), (True, "adjusted_ratio_tau10")):
        found = adjusted_rmst(pbc.time, pbc.status, design, 10, ratio=ratio, arm=pbc.arm)
        columns = np.array(vector[key]).T
        for ours, theirs in zip((found.coefficient, found.standard_error, found.z, found.p), columns, strict=False):
            np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-12)


def test_without_censoring_it_is_the_mean_and_without_covariates_the_same():
    random = np.random.default_rng(3)
    time = random.exponential(5, (4, 60))
    mean, error = restricted_mean(time, np.ones_like(time), 8)
    np.testing.assert_allclose(mean, np.minimum(time, 8).mean(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(error, np.minimum(time, 8).std(axis=-1) / np.sqrt(60), rtol=1e-10)
    arm = np.arange(60) % 2
    difference = compare_rmst(time[0], np.ones(60), arm, 8)[0]
    fitted = adjusted_rmst(time[0], np.ones(60), arm, 8, arm=arm)
    assert fitted.coefficient[1] == pytest.approx(difference.estimate)


def test_impossible_input():
    with pytest.raises(BadInput, match="horizon"):
        restricted_mean([1, 2, 3], [1, 1, 0], 4)
    with pytest.raises(BadInput, match="horizon"):
        restricted_mean([1, 2, 3], [1, 1, 1], 0)
    with pytest.raises(BadInput, match="arms"):
        compare_rmst([1, 2, 3], [1, 1, 1], [1, 1, 1], 2)
