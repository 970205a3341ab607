from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.population import sample
from unmoor.trial import load_study, simulate
from unmoor.trial.endpoints.collection_efficiency import Options, measure


@pytest.fixture(scope="module")
def study():
    return load_study("collection-efficiency")


@pytest.fixture(scope="module")
def result(study):
    return simulate(study, sample(study.population, 6, 1))


def test_by_hand(study, result):
    """2 x 10^6/kg from 70 kg, 10 L of 50 and then 30 cells/uL: 140 of 500 and of 400 million cells."""
    curves = result.curves.copy(deep=True)
    curves["processed_volume"][:] = np.where(curves["time"] > 105, 10.0, 0.0)
    curves["cd34"][:] = 30.0
    sessions = result.sessions.copy(deep=True)
    sessions["yield"][:], sessions["pre_count"][:] = 2.0, 50.0
    made = replace(result, curves=curves, sessions=sessions, patients=result.patients.assign(weight=70.0))
    for definition, share in (("CE2", 28.0), ("CE1", 35.0)):
        found = measure(Options(definition=definition, processed="processed_volume"), study, "")
        np.testing.assert_allclose(found.values(made, "gcsf"), share, rtol=1e-6)
        assert (found.unit, found.moments) == ("%", (105.0, 109.6))
    sessions["pre_count"][:] = 0.0
    assert np.isnan(found.values(replace(made, curves=0 * curves), "gcsf")).all()


def test_what_cannot_be_asked(study):
    with pytest.raises(BadInput, match="session 2 is not planned"):
        measure(Options(definition="CE1", processed="processed_volume", session=2), study, "")
    with pytest.raises(UnknownName, match="did you mean 'processed_volume'"):
        measure(Options(definition="CE1", processed="processed_volum"), study, "")
    bare = replace(study, outputs={name: study.outputs[name] for name in ("processed_volume",)})
    with pytest.raises(BadInput, match="curve of the count is not kept"):
        measure(Options(definition="CE1", processed="processed_volume"), bare, "")
