import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName, UnmoorError
from unmoor.trial import load_study
from unmoor.trial.response_plan import Reading, assessments

ANCHORS = {"plerixafor": (8.0, 56.0)}


def test_schedules_in_words():
    assert assessments("every 28 days from day 29", {}, 2160.0, "") == (672.0, 1344.0, 2016.0)
    assert assessments("every 3 weeks from day 22 to day 64", {}, 8064.0, "") == (504.0, 1008.0, 1512.0)
    assert assessments("every 24 h from first plerixafor to 2 days after plerixafor 1", ANCHORS, 100.0, "") == (
        8,
        32,
        56,
    )
    assert assessments(["day 15", "day 29 at 06:00"], {}, 2160.0, "") == (336.0, 678.0)
    assert assessments("24 h after plerixafor 2", ANCHORS, 100.0, "") == (80.0,)
    assert assessments("every 1 day from day 4", {}, 72.0, "") == (72.0,), "the study's last moment is in it"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("every 28 days", "cannot read assessments 'every 28 days'"),
        ("every 28 from day 1", "'28' has no unit"),
        ("every 28 days from day 100", "an assessment at 2376 h is outside the study"),
        (["day 20", "day 10"], "not in increasing order"),
        ("sometimes", "cannot read moment 'sometimes'"),
        ("every 28 days from first sorafenib", "unknown drug or procedure 'sorafenib'"),
    ],
)
def test_schedules_that_cannot_be_meant(text, message):
    with pytest.raises(UnmoorError, match=message):
        assessments(text, ANCHORS, 2160.0, "")


def test_readings_convert_bound_and_forgive_rounding():
    share = Reading("blasts", 100.0, highest=100.0)
    np.testing.assert_allclose(share.of(np.array([0.25, np.nan, 1 + 1e-8, -1e-9])), [25.0, np.nan, 100.0, 0.0])
    assert share.of(np.array([1.01]))[0] == 101.0, "what is no rounding is left for the criterion to refuse"
    assert share.of(np.array([-0.1]))[0] == -10.0
    serum = Reading("m_protein", 0.1, detected_from=0.05)
    np.testing.assert_allclose(serum.of(np.array([20.0, 0.5, 0.49])), [2.0, 0.05, 0.0])
    np.testing.assert_array_equal(Reading("x", 1.0, above=3.0).of(np.array([3.0, 2.9, np.nan])), [1.0, 0.0, np.nan])
    np.testing.assert_array_equal(Reading("x", 1.0, below=3.0).of(np.array([3.0, 2.9, np.nan])), [0.0, 1.0, np.nan])


def test_the_plan_of_a_study(remission):
    iwg, imwg = remission.responses
    assert (iwg.name, iwg.criterion.version, iwg.confirmed) == ("iwg", "IWG2003", False)
    assert iwg.readings["blasts"].factor == pytest.approx(100.0), "a fraction, read in %"
    assert iwg.readings["circulating_blasts"].above == 100.0
    assert imwg.readings["serum"].factor == pytest.approx(0.1), "g/L, read in g/dL"
    assert iwg.times["treated"] == tuple(672.0 * k for k in range(1, 13))
    assert len(imwg.times["treated"]) == 14
    assert set(iwg.moments) | set(imwg.moments) <= set(remission.times)
    assert iwg.baseline == {"treated": 0.0}
    assert iwg.counted(None, "") == ("CR", "CRp", "CRi", "PR")
    assert iwg.counted(["CR"], "") == ("CR",)
    with pytest.raises(UnknownName, match="unknown response of IWG2003 'CRh'"):
        iwg.counted(["CRh"], "here")
    with pytest.raises(BadInput, match="no response counts"):
        iwg.counted([], "here")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("IWG2003", "IWG2004", "unknown version of a response criterion 'IWG2004'(.|\n)*did you mean 'IWG2003'"),
        ("blasts: blasts", "blast: blasts", "unknown reading of IWG2003 'blast'(.|\n)*did you mean 'blasts'"),
        ("blasts: blasts", "blasts: blast", "unknown symbol 'blast'(.|\n)*did you mean 'blasts'"),
        ("outputs: [blasts,", "outputs: [burden,", "unknown output of sampling 'blasts'"),
        ("      neutrophils: anc\n", "", "IWG2003 needs neutrophils"),
        ("neutrophils: anc", "neutrophils: blasts", "cannot be read as '10\\^9 cells/L'"),
        (
            "{output: blood_blasts, above: 100 cells/uL}",
            "blood_blasts",
            "is a yes or a no, and 'blood_blasts' is in cells/uL",
        ),
        ("above: 100 cells/uL", "above: 100", "'100' has no unit"),
        ("above: 100 cells/uL", "above: 1 cells/uL, below: 2 cells/uL", "a yes or a no with one bound"),
        ("neutrophils: anc", "neutrophils: {output: anc, above: 1 10^9 cells/L}", "'neutrophils' is a number"),
        ("platelets: platelets", "platelets: kill", "'kill' does not change in time"),
        ("every 28 days from day 29", "every 28 days from day 400", "an assessment at 9576 h is outside the study"),
        ("from day 29", "from day 29\n    baseline: day 40", "the first assessment at 672 h is not after the baseline"),
        ("from day 29", "from day 29\n    confirmed: true", "IWG2003 asks for no confirmation"),
        ("from day 22 to day 300", "from day 22 to day 23", "one assessment confirms nothing"),
        ("response: iwg}", "response: iwgg}", "unknown response of the study 'iwgg'(.|\n)*did you mean 'iwg'"),
        ("at: every 28 days from day 29", "when: every 28 days from day 29", "unknown entry 'responses.iwg.when'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(write_remission, old, new, message):
    path = write_remission((old, new))
    with pytest.raises(UnmoorError, match=message) as caught:
        load_study(path)
    assert str(path) in str(caught.value)
