import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival import cox, weighted_rows

# R 4.2.2, survival 3.5-3, mgus2 without missing mspike, finegray and coxph(..., weights = fgwt, cluster = patient)
BY_PATIENT = {1: [0.005800348534526, 0.185167446274971, 0.155311620758239],
              2: [0.003741729369576, 0.067542268623236, 0.063933170097072]}  # fmt: skip
DEATH = [0.05904211958843, 0.36909998442963, -0.15452109607645]


@pytest.mark.parametrize("of", [1, 2])
def test_the_weighted_cox_way_to_fine_and_gray(of, mgus, vectors):
    time, cause, table = mgus
    known = table.mspike.notna().to_numpy()
    design = np.column_stack([table.age, table.sex == "M", table.mspike]).astype(float)[known]
    rows = weighted_rows(time[known], cause[known], of=of)
    given = (rows.time, rows.event, design[rows.patient])
    found = cox(*given, entry=rows.entry, weights=rows.weight, cluster=rows.patient)
    np.testing.assert_allclose(found.standard_error, BY_PATIENT[of], rtol=0, atol=1e-9)
    if of == 2:
        np.testing.assert_allclose(found.coefficient, DEATH, rtol=0, atol=1e-9)
        return
    wanted = vectors["competing_risks"]["mgus2_finegray_survival_pcm"]
    assert len(rows.time) == wanted["nrow_expanded"]
    np.testing.assert_allclose(found.coefficient, list(wanted["coef"].values()), rtol=0, atol=1e-9)
    # the stored errors take the rows of one patient for independent
    each = cox(*given, entry=rows.entry, weights=rows.weight, cluster=np.arange(len(rows.time)))
    np.testing.assert_allclose(each.standard_error, wanted["robust_se"], rtol=0, atol=1e-9)


def test_by_hand():
    # causes: 1 at 2 and 5, 2 at 1 and 3, censored at 3 and 4; who has a cause at 3 is gone before the censored one
    rows = weighted_rows([2, 5, 1, 3, 3, 4], [1, 1, 2, 2, 0, 0])
    assert rows.patient.tolist() == [0, 1, 2, 2, 3, 3, 4, 5]
    assert rows.entry.tolist() == [-1, -1, -1, 4, -1, 4, -1, -1]
    assert rows.time.tolist() == [2, 5, 3, 5, 3, 5, 3, 4]
    assert rows.event.tolist() == [True, True, False, False, False, False, False, False]
    # G falls by 1/3 at 3 (of those at 3, 4, 5) and by 1/2 at 4
    assert rows.weight == pytest.approx([1, 1, 1, 1 / 3, 1, 1 / 3, 1, 1])


def test_without_censoring_a_competing_cause_never_leaves():
    rows = weighted_rows([1, 2, 3, 4], [2, 1, 2, 1])
    assert (len(rows.time), rows.weight.tolist()) == (4, [1, 1, 1, 1])
    assert rows.time.tolist() == [4, 2, 4, 4]


def test_impossible_input():
    with pytest.raises(BadInput, match="nobody has cause 2"):
        weighted_rows([1, 2], [1, 0], of=2)
    with pytest.raises(BadInput, match="negative"):
        weighted_rows([1, -2], [1, 0])
    for weights in ([1, 1], [1, 0, 1], [1, np.nan, 1]):
        with pytest.raises(BadInput, match="weights"):
            cox([1, 2, 3], [1, 0, 1], [1, 2, 4], weights=weights)
    with pytest.raises(BadInput, match="exact ties"):
        cox([1, 2, 3], [1, 0, 1], [1, 2, 4], weights=[1, 1, 1], ties="exact")
