import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival import cox, landmark, log_rank


def test_reference_vector(transplant, vectors):
    _, _, table = transplant
    found = landmark(table.t2, table.d3, np.where(table.dp == 1, table.tp, np.nan), 30)
    wanted = vectors["multistate_landmark"]["landmark30_bmt"]
    assert (len(found.time), found.responded.sum()) == (wanted["n"], wanted["n_recovered"])
    model = cox(found.time, found.event, found.responded)
    assert model.coefficient[0] == pytest.approx(wanted["coef"], abs=1e-9)
    assert model.standard_error[0] == pytest.approx(wanted["se"], abs=1e-9)
    chi = log_rank(found.time, found.event, found.responded).chi_squared
    assert chi == pytest.approx(wanted["logrank_chisq"], rel=1e-9)


def test_impossible_input():
    with pytest.raises(BadInput, match="nobody"):
        landmark([1, 2], [1, 0], [np.nan, 1], 2)
    with pytest.raises(BadInput, match="responses"):
        landmark([1, 2], [1, 0], [1], 1)
