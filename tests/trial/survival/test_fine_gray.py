import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival import cox, fine_gray


@pytest.mark.parametrize("of", [1, 2])
def test_reference_vectors(of, mgus, transplant, vectors):
    time, cause, table = mgus
    known = table.mspike.notna().to_numpy()
    design = np.column_stack([table.age, table.sex == "M", table.mspike]).astype(float)[known]
    found, wanted = fine_gray(time[known], cause[known], design, of=of), vectors["competing_risks"]
    compare(found, wanted[f"mgus2_finegray_cause{of}"])
    np.testing.assert_allclose(found.covariance, wanted[f"mgus2_finegray_cause{of}"]["var"], rtol=1e-6)
    time, cause, table = transplant
    design = np.column_stack([table.group == 2, table.group == 3, table.z1, table.z10]).astype(float)
    found = fine_gray(time, cause, design, of=of)
    compare(found, wanted[f"bmt_finegray_cause{of}"])
    if of == 1:
        rows = wanted["bmt_finegray_cause1_pred"]
        times = [row["time"] for row in rows]
        age = 28  # of the patients who are predicted
        np.testing.assert_allclose(found.incidence([0, 0, age, 0], times), [r["ref"] for r in rows], atol=1e-9)
        np.testing.assert_allclose(found.incidence([1, 0, age, 1], times), [r["g2_z10"] for r in rows], atol=1e-9)


def compare(found, wanted):
    np.testing.assert_allclose(found.coefficient, list(wanted["coef"].values()), rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.standard_error, wanted["se"], rtol=0, atol=1e-9)
    assert found.log_likelihood[1] == pytest.approx(wanted["loglik"], abs=1e-9)


def test_without_competing_causes_it_is_cox():
    random = np.random.default_rng(4)
    x = random.normal(size=(150, 2))
    time, event = random.exponential(np.exp(-x[:, 0])), random.random(150) < 0.8
    found, same = fine_gray(time, event.astype(int), x), cox(time, event, x, ties="breslow", cluster=np.arange(150))
    np.testing.assert_allclose(found.coefficient, same.coefficient, rtol=1e-8)
    np.testing.assert_allclose(found.standard_error, same.standard_error, rtol=1e-8)


def test_impossible_input():
    with pytest.raises(BadInput, match="nobody has cause 2"):
        fine_gray([1, 2, 3], [1, 0, 1], [1, 2, 4], of=2)
    with pytest.raises(BadInput, match="do not vary"):
        fine_gray([1, 2, 3], [1, 2, 1], [1, 1, 1])
    with pytest.raises(BadInput, match="without bound"):
        fine_gray(np.arange(1.0, 13), [1] * 6 + [2] * 6, [1] * 6 + [0] * 6)
