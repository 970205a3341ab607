import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival import incidence_variance


def test_variances_of_cmprsk(mgus, transplant, vectors):
    time, cause, table = mgus
    for row in vectors["competing_risks"]["mgus2_cuminc"]["var"]:
        sex, of = row.pop("_row").split()
        chosen = (table.sex == sex).to_numpy()
        times = [float(key) for key in row]
        found = incidence_variance(time[chosen], cause[chosen], times, of=int(of))
        np.testing.assert_allclose(found, list(row.values()), rtol=1e-9)
    time, cause, table = transplant
    for row in vectors["competing_risks"]["bmt_relapse1_nrm2_by_group"]["var"]:
        group, of = row.pop("_row").split()
        chosen = table.group == int(group)
        found = incidence_variance(time[chosen], cause[chosen], [float(key) for key in row], of=int(of))
        np.testing.assert_allclose(found, list(row.values()), rtol=1e-9, atol=1e-15)


def test_impossible_input():
    with pytest.raises(BadInput, match="fit"):
        incidence_variance([1, 2], [1], [1])
