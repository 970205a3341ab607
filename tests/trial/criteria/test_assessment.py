import inspect

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria import aml, imwg
from unmoor.trial.criteria.assessment import CRITERIA, FLAG, criterion_of


def test_every_version_of_a_response_of_blood_cancers_is_here():
    assert set(CRITERIA) == {*aml.VERSIONS, *imwg.VERSIONS}
    with pytest.raises(UnknownName, match="did you mean 'IWG2003'"):
        criterion_of("IWG203", where="study.yaml:3")
    with pytest.raises(UnknownName, match=r"study.yaml:3: unknown version of a response criterion 'ELN'"):
        criterion_of("ELN", where="study.yaml:3")


@pytest.mark.parametrize("version", CRITERIA)
def test_readings_are_arguments_of_the_rule_and_counted_responses_exist(version):
    criterion = CRITERIA[version]
    rule = aml.aml_response if version in aml.VERSIONS else imwg.imwg_response
    known = inspect.signature(rule).parameters
    assert set(criterion.readings) <= set(known)
    assert set(criterion.required) <= set(criterion.readings)
    assert set(criterion.counted) < set(criterion.order)
    flags = {name for name, unit in criterion.readings.items() if unit == FLAG}
    assert flags == {name for name in criterion.readings if isinstance(known[name].default, bool)}


def of(version, baseline, **now):
    readings = {name: np.array([values], dtype=float) for name, values in now.items()}
    first = {name: np.array([[value]]) for name, value in baseline.items()}
    response, ending = CRITERIA[version](readings, first)
    return response[0].tolist(), ending[0].tolist()


def test_a_remission_ends_with_blasts_and_a_partial_response_with_none():
    counts = {"neutrophils": [2.0] * 5, "platelets": [150.0] * 5}
    response, ending = of("IWG2003", {"blasts": 60.0}, blasts=[2.0, 4.0, 6.0, 2.0, 60.0], **counts)
    assert response == ["CR", "CR", "PR", "CR", "NR"]
    assert ending == [False, False, True, False, True], "5% is a relapse after a remission"
    response, ending = of("IWG2003", {"blasts": 60.0}, blasts=[20.0, 10.0, 24.0, 40.0, 20.0], **counts)
    assert response == ["PR", "PR", "PR", "NR", "PR"]
    assert ending == [False, False, False, True, False], "5% to 25% is no relapse of a partial response"
    blood = of("ELN2022", {"blasts": 60.0}, blasts=[2.0] * 5, circulating_blasts=[0, 0, 0, 1, 0], **counts)
    assert blood == (["CR", "CR", "CR", "NR", "CR"], [False, False, False, True, False])


def test_progression_is_counted_from_the_lowest_value_so_far():
    response, ending = of("IMWG2016", {"serum": 4.0}, serum=[2.0, 1.0, 1.4, 1.5, 3.0])
    assert response == ["PR", "PR", "PR", "PD", "PD"], "1.0 + 25% is not enough, 1.0 + 0.5 g/dL is"
    assert ending == [False, False, False, True, True]
    assert of("IMWG2016", {"serum": 4.0}, serum=[4.4, 5.0])[0] == ["SD", "PD"], "the baseline is the first nadir"
    urine = of("IMWG2016", {"serum": 0.0, "urine": 1000.0}, serum=[0.0] * 3, urine=[90.0, 250.0, 400.0])
    assert urine[0] == ["VGPR", "MR", "PD"]


def test_impossible_readings_are_refused():
    with pytest.raises(BadInput, match="marrow blasts"):
        of("IWG2003", {"blasts": 60.0}, blasts=[120.0], neutrophils=[1.0], platelets=[1.0])
