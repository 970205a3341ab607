import dataclasses

import numpy as np

from unmoor.trial.adam.responses import adrs, response_codes
from unmoor.trial.conduct.plan import ConductPlan
from unmoor.trial.responses import response_course


def test_yes_or_no_is_that_of_the_endpoints(bag, bag_result):
    table = adrs(bag, bag_result)
    for endpoint in bag.endpoints:
        measure = bag.measure(endpoint)
        if measure.kind == "proportion":
            values = measure.values(bag_result, "drug")
            rows = table[(table["PARAM"] == endpoint.label) & table["USUBJID"].str.startswith("bag.drug.")]
            np.testing.assert_array_equal(rows["AVAL"], values[~np.isnan(values)])
            assert ((rows["AVALC"] == "Y") == (rows["AVAL"] == 1)).all()


def test_every_assessment_and_the_best_response_are_records(oncology, oncology_result):
    table = adrs(oncology, oncology_result)
    assert response_codes(oncology) == {"iwg": ("OVRIWG", "BORIWG")}
    for arm in ("low", "once"):
        course = response_course(oncology, oncology_result, arm, "iwg")
        mine = table[table["USUBJID"].str.startswith(f"oncology.{arm}.")]
        visits = mine[mine["PARAMCD"] == "OVRIWG"]
        assert visits["AVALC"].tolist() == course.response.ravel().tolist()
        assert visits["AFRLT"].tolist() == np.tile(course.times, 60).tolist()
        assert visits["ADY"].iloc[:3].tolist() == [29, 57, 85]
        best = mine[mine["PARAMCD"] == "BORIWG"]
        assert best["AVALC"].tolist() == course.best.tolist()
        assert [course.order[int(value) - 1] for value in best["AVAL"]] == course.best.tolist()
        assert set(best["PARAM"]) == {"Best overall response by IWG2003"}


def test_assessments_after_a_relapse_are_not_analysed(oncology, oncology_result):
    table = adrs(oncology, oncology_result)
    visits = table[(table["PARAMCD"] == "OVRIWG") & table["USUBJID"].str.startswith("oncology.low.")]
    course = response_course(oncology, oncology_result, "low", "iwg")
    flags = (visits["ANL01FL"] == "Y").to_numpy().reshape(60, -1)
    np.testing.assert_array_equal(flags, course.times <= course.end[:, None])
    assert not flags.all()


def test_codes_of_responses_are_none_of_an_endpoint(oncology):
    endpoint = dataclasses.replace(oncology.endpoints[0], name="ovriwg")
    taken = dataclasses.replace(oncology, endpoints=(endpoint, *oncology.endpoints[1:]))
    assert response_codes(taken) == {"iwg": ("OVRIWG2", "BORIWG")}


def test_an_assessment_that_was_not_made_leaves_no_record(oncology, oncology_result):
    study = dataclasses.replace(oncology, conduct=ConductPlan(0.1, 730.5, 0.2, np.inf, 0.0, ()))
    table = adrs(study, oncology_result)
    course = response_course(study, oncology_result, "low", "iwg")
    mine = table[table["USUBJID"].str.startswith("oncology.low.")]
    visits = mine[mine["PARAMCD"] == "OVRIWG"]
    assert visits["AVALC"].tolist() == course.response[course.seen].tolist()
    assert 0 < len(visits) < course.seen.size
    assert (visits["ANL01FL"] == "Y").sum() == (course.seen & (course.times <= course.end[:, None])).sum()
    assert (mine["PARAMCD"] == "BORIWG").sum() == 60
