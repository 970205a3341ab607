import pytest

from unmoor.trial.criteria.aml import aml_response
from unmoor.trial.criteria.imwg import imwg_response
from unmoor.trial.displays.thresholds import FALLS, thresholds

COUNTS = {"neutrophils": 2.0, "platelets": 200.0}


@pytest.mark.parametrize(("fall", "word"), FALLS["IMWG2016"])
def test_a_response_of_myeloma_begins_at_its_line(fall, word):
    before, beyond = (
        str(imwg_response("IMWG2016", baseline_serum=4.0, serum=4 * (1 - f))) for f in (fall - 0.01, fall)
    )
    assert beyond == word
    assert before != word


@pytest.mark.parametrize("version", ["IWG2003", "ELN2017", "ELN2022"])
def test_a_partial_response_of_leukaemia_begins_at_its_line(version):
    ((fall, word),) = FALLS[version]
    before, beyond = (
        str(aml_response(version, blasts=40 * (1 - f), baseline_blasts=40.0, **COUNTS)) for f in (fall - 0.01, fall)
    )
    assert (before, beyond) == ("NR", word)


def test_lines_are_percent_with_words():
    assert thresholds("IMWG2016")[-1] == (-90.0, "VGPR: −90%")
    assert thresholds("RECIST") == []
