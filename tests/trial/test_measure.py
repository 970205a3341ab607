import ast
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from unmoor.base.errors import UnknownName
from unmoor.trial.measure import EndpointOptions, endpoint_module, endpoint_types, integrated, session_values

FOLDER = Path(__file__).parents[2] / "src" / "unmoor" / "trial" / "endpoints"


def test_an_endpoint_is_found_because_its_file_exists():
    assert endpoint_types() == sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
    with pytest.raises(UnknownName, match="did you mean 'fold_increase'"):
        endpoint_module("fold_incrase", where="study.yaml:3")


@pytest.mark.parametrize("name", endpoint_types())
def test_every_endpoint_file_keeps_the_contract(name):
    module = endpoint_module(name)
    assert issubclass(module.Options, EndpointOptions)
    assert module.Options.model_config["extra"] == "forbid"
    names = [node.name for node in ast.parse(Path(module.__file__).read_text()).body if hasattr(node, "name")]
    assert names == ["Options", "measure"]
    with pytest.raises(ValidationError):
        module.Options(unheard_of=1)


@pytest.mark.parametrize("endpoint", range(11))
def test_every_endpoint_of_the_library_study_gives_a_number_a_patient(dipersio, dipersio_result, endpoint):
    measure = dipersio.measure(dipersio.endpoints[endpoint])
    for arm in dipersio_result.arms:
        values = measure.values(dipersio_result, arm)
        assert values.shape == ((40, 2) if measure.kind == "incidence" else (40,))
        if measure.kind == "proportion":
            assert set(np.unique(values)) <= {0.0, 1.0}
        assert np.isfinite(values).any()


def test_reading_sessions_and_statuses(bag_result):
    assert integrated(bag_result, "drug").tolist() == [True] * 5 + [False]
    assert session_values(bag_result, "drug", "performed").sum(axis=1).tolist() == [1, 2, 3, 4, 4, 0]
    assert session_values(bag_result, "drug", "performed").dtype == float
