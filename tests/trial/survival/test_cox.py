import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.survival import cox


@pytest.fixture
def lung(vectors):
    return vectors.data("lung")[["time", "status", "age", "sex", "ph.ecog"]].dropna()


def compare(found, wanted):
    np.testing.assert_allclose(found.coefficient, list(wanted["coef"].values()), atol=1e-8)
    np.testing.assert_allclose(found.standard_error, wanted["se"], atol=1e-9)
    np.testing.assert_allclose(found.covariance, wanted["vcov"], atol=1e-9)
    np.testing.assert_allclose(found.log_likelihood, wanted["loglik"], rtol=1e-11)
    np.testing.assert_allclose(found.likelihood_ratio, wanted["lrt"], rtol=1e-8)
    assert found.wald[0] == pytest.approx(wanted["wald"][0], abs=0.006)  # printed with two digits
    assert found.score_test == pytest.approx(wanted["score"][0], rel=1e-9)
    assert found.concordance() == pytest.approx(wanted["concordance"][0], abs=1e-12)


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_three_ways_with_ties(ties, lung, vectors):
    found = cox(lung.time, lung.status == 2, lung[["age", "sex", "ph.ecog"]], ties=ties)
    compare(found, vectors["cox"][f"lung_age_sex_phecog_{ties}"])
    aml = vectors.data("aml")
    compare(cox(aml.time, aml.status, aml.x == "Nonmaintained", ties=ties), vectors["cox"][f"aml_x_{ties}"])


def test_strata_robust_errors_and_cause_specific_hazards(vectors, mgus):
    data = vectors.data("veteran")
    found = cox(data.time, data.status, data[["trt", "karno", "age"]], strata=data.celltype)
    compare(found, vectors["cox"]["veteran_strat_celltype"])
    wanted = vectors["cox"]["veteran_robust_cluster"]
    found = cox(data.time, data.status, data[["trt", "karno"]], cluster=np.arange(len(data)), names=["trt", "karno"])
    np.testing.assert_allclose(found.coefficient, list(wanted["coef"].values()), atol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), wanted["naive_se"], atol=1e-9)
    np.testing.assert_allclose(found.table()["standard_error"], wanted["robust_se"], atol=1e-9)
    time, cause, table = mgus
    known = table.mspike.notna().to_numpy()
    design = np.column_stack([table.age, table.sex == "M", table.mspike]).astype(float)[known]
    wanted = vectors["competing_risks"]["mgus2_cause_specific_cox"]
    patients = np.arange(known.sum())  # the program gives robust errors here
    both = [cox(time[known], cause[known] == of, design, cluster=patients) for of in (1, 2)]
    coefficients = np.concatenate([one.coefficient for one in both])
    np.testing.assert_allclose(coefficients, list(wanted["coef"].values()), atol=1e-8)
    np.testing.assert_allclose(np.concatenate([one.standard_error for one in both]), wanted["se"], atol=1e-9)


@pytest.mark.parametrize(
    ("ties", "coefficient", "naive", "robust", "likelihood", "score", "zph"),
    [
        ("efron", 1.03622814610, 0.19792648732, 0.28419015446, -63.72995607437, 5.91071668436, 0.2074132074),
        ("breslow", 1.02396054323, 0.19815344624, 0.27988751608, -63.97480589221, 5.75166607030, 0.1774360440),
    ],
)  # fmt: skip
def test_weights(ties, coefficient, naive, robust, likelihood, score, zph, vectors):
    """R 4.2.2, survival 3.5-3: coxph(Surv(time, status) ~ x, aml, rep(c(.5, 1, 2.5, 1.5), len = 23), robust = TRUE)."""
    aml = vectors.data("aml")
    weights = np.resize([0.5, 1, 2.5, 1.5], len(aml))
    found = cox(aml.time, aml.status, aml.x == "Nonmaintained", ties=ties, weights=weights, cluster=np.arange(len(aml)))
    assert found.coefficient == pytest.approx([coefficient], abs=1e-9)
    assert found.covariance[0, 0] == pytest.approx(naive, abs=1e-9)
    assert found.standard_error**2 == pytest.approx([robust], abs=1e-9)
    assert found.log_likelihood[1] == pytest.approx(likelihood, abs=1e-9)
    assert found.score_test == pytest.approx(score, abs=1e-9)
    assert found.concordance() == pytest.approx(0.6505480335268, abs=1e-12)
    assert found.proportionality()["chi_squared"].tolist() == pytest.approx([zph] * 2, rel=1e-7)


def test_whole_weights_are_rows_given_so_often(lung):
    random = np.random.default_rng(3)
    often = random.integers(1, 4, len(lung))
    rows = np.repeat(np.arange(len(lung)), often)
    design = lung[["age", "sex"]].to_numpy()
    event = (lung.status == 2).to_numpy()
    time = lung.time.to_numpy()
    one = cox(time, event, design, ties="breslow", weights=often, cluster=np.arange(len(lung)))
    many = cox(time[rows], event[rows], design[rows], ties="breslow", cluster=rows)
    for name in ("coefficient", "covariance", "robust", "log_likelihood"):
        np.testing.assert_allclose(getattr(one, name), getattr(many, name), rtol=1e-8)
    assert one.concordance() == pytest.approx(many.concordance(), abs=0.02)  # a row is not compared with itself


def test_proportionality_and_prediction(lung, vectors):
    found = cox(lung.time, lung.status == 2, lung[["age", "sex", "ph.ecog"]], names=["age", "sex", "ph.ecog"])
    table = found.proportionality()
    for row in vectors["cox"]["lung_zph_km"]:
        assert table.loc[row["_row"], "chi_squared"] == pytest.approx(row["chisq"], rel=1e-7)
        assert table.loc[row["_row"], "p"] == pytest.approx(row["p"], rel=1e-7)
    rows = vectors["cox"]["lung_predicted_surv_age60_male_ecog1"]
    survival, error = found.survival([60, 1, 1], [row["time"] for row in rows])
    np.testing.assert_allclose(survival, [row["surv"] for row in rows], atol=1e-9)
    np.testing.assert_allclose(error, [row["std.err"] for row in rows], atol=1e-9)


def test_a_covariate_that_changes(transplant, vectors):
    _, _, table = transplant
    rows = []
    for row in table.itertuples():
        if row.dp == 1 and row.tp == 0:
            rows.append((0, row.t2, row.d3, 1))
        elif row.dp == 1 and row.tp < row.t2:
            rows += [(0, row.tp, 0, 0), (row.tp, row.t2, row.d3, 1)]
        else:
            rows.append((0, row.t2, row.d3, 0))
    entry, time, event, recovered = np.array(rows, dtype=float).T
    found = cox(time, event, recovered, entry=entry)
    wanted = vectors["multistate_landmark"]["time_dependent_platelet_bmt"]
    assert len(rows) == wanted["rows"]
    assert found.coefficient[0] == pytest.approx(wanted["coef"], abs=1e-9)
    assert found.standard_error[0] == pytest.approx(wanted["se"], abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_without_ties_all_ways_agree_and_cut_rows_change_nothing(seed):
    random = np.random.default_rng(seed)
    x, time = random.normal(size=40), random.permutation(40) + 1.0
    event = random.random(40) < 0.7
    event[:2] = True
    fits = [cox(time, event, x, ties=ties) for ties in ("efron", "breslow", "exact")]
    for one in fits[1:]:
        np.testing.assert_allclose(one.coefficient, fits[0].coefficient, rtol=1e-7, atol=1e-9)
    cut = time / 2
    halves = cox(
        np.concatenate([cut, time]), np.concatenate([np.zeros(40), event]), np.tile(x, 2),
        entry=np.concatenate([np.zeros(40), cut]),
    )  # fmt: skip
    np.testing.assert_allclose(halves.coefficient, fits[0].coefficient, rtol=1e-7, atol=1e-9)


def test_impossible_input():
    time, event, x = [1, 2, 3, 4], [1, 1, 0, 1], [0.0, 1, 0, 1]
    with pytest.raises(UnknownName, match="efron"):
        cox(time, event, x, ties="effron")
    with pytest.raises(BadInput, match="no events"):
        cox(time, [0] * 4, x)
    with pytest.raises(BadInput, match="entry"):
        cox(time, event, x, entry=[1, 0, 0, 0])
    with pytest.raises(BadInput, match="depend on each other"):
        cox(time, event, np.column_stack([x, x]))
    with pytest.raises(BadInput, match="missing"):
        cox(time, event, [0, 1, np.nan, 1])
    with pytest.raises(BadInput, match="without bound"):
        cox([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0])
    with pytest.raises(BadInput, match="names"):
        cox(time, event, x, names=["a", "b"])
    stratified = cox([1, 2, 3, 4, 5, 6], [1] * 6, [0, 1, 0, 1, 0, 1], strata=[0, 0, 0, 1, 1, 1])
    with pytest.raises(BadInput, match="baseline"):
        stratified.survival([1], [2])
