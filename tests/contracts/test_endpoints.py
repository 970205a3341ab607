"""Every endpoint type is described, asked for by some study, and never turns a failed patient into a number."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import unmoor
from unmoor.base.files import library_names
from unmoor.base.result import Result
from unmoor.trial import Study
from unmoor.trial.among import members
from unmoor.trial.measure import EndpointOptions, endpoint_module, endpoint_types

EXAMPLES = sorted(str(path) for path in (Path(__file__).parents[2] / "examples").glob("*/study.yaml"))
TYPES = endpoint_types()
KINDS = {"proportion", "number", "incidence", "time", "association"}
FAILED = 1  # the patient that is made to fail


@functools.cache
def asked() -> dict[str, tuple[Study, str]]:
    """Endpoint type -> a study that asks for it and the endpoint's name there."""
    studies = [unmoor.load_study(name) for name in [*library_names("studies", ".yaml"), *EXAMPLES]]
    return {endpoint.type: (study, endpoint.name) for study in reversed(studies) for endpoint in study.endpoints}


@functools.cache
def with_a_failure(name: str) -> Result:
    """Eight patients of the study called `name`, one of them failed: NaN everywhere and a status."""
    study = next(study for study, _ in asked().values() if study.name == name)
    result = unmoor.simulate(study, unmoor.sample(study.population, n=8, seed=2))
    well = result.status["patient"] != result.status["patient"][FAILED]
    return replace(
        result,
        curves=result.curves.where(well),
        sessions=result.sessions.where(well),
        status=result.status.where(well, 3),
    )


def test_there_are_endpoints() -> None:
    assert TYPES


@pytest.mark.parametrize("name", TYPES)
def test_its_file_holds_options_and_a_measure(name: str) -> None:
    module = endpoint_module(name)
    assert issubclass(module.Options, EndpointOptions)
    assert module.__doc__
    assert module.Options.__doc__
    assert module.measure.__doc__
    with pytest.raises(ValueError, match="no-such-option"):
        module.Options(**{"no-such-option": 1})


@pytest.mark.parametrize("name", TYPES)
def test_a_study_asks_for_it(name: str) -> None:
    assert name in asked(), f"no study of the library or of examples/ has an endpoint of type '{name}'"


@pytest.mark.parametrize("name", TYPES)
def test_it_measures_every_patient_and_leaves_a_failed_one_out(name: str) -> None:
    study, endpoint = asked()[name]
    result = with_a_failure(study.name)
    measure = study.measure(study.endpoint(endpoint))
    assert measure.kind in KINDS
    measured = []
    for arm in result.arms:
        values = np.asarray(measure.values(result, arm), dtype=float)
        assert len(values) == result.n
        assert np.isnan(values[FAILED]).all(), "a failed patient has no value"
        measured.append(np.isfinite(np.delete(values, FAILED, axis=0)).any())
    assert any(measured), "nobody in any arm has a value"
    rows = unmoor.evaluate(study, result).query("endpoint == @endpoint and arm in @result.arms")
    for arm in study.arms:
        inside = members(arm.among, result.patients)
        assert (rows.loc[rows["arm"] == arm.name, "n_failed"] == int(inside[FAILED])).all()
    assert (rows["n"] <= result.n - 1).all()
