"""One case: passed, wrong by one digit, refused, and what counts as the same number."""

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.verification.check import agreeing, check_case


def test_an_exact_case_passes(write):
    finding = check_case(write("00001"))
    assert (finding.case, finding.verdict, finding.reason, finding.kind) == ("00001", "passed", "", "plain")
    assert finding.seconds > 0
    assert "reactions" in finding.features


def test_a_digit_off_is_wrong_and_says_where(write):
    finding = check_case(write("00001", off=2e-5))
    assert finding.verdict == "wrong"
    assert finding.reason.startswith("S at 2: 2.9430355")


def test_amounts_asked_for_as_concentrations_are_wrong(write):
    folder = write("00001")
    settings = folder / "settings.txt"
    settings.write_text(
        settings.read_text().replace("amount: S", "amount:").replace("concentration: ", "concentration: S")
    )
    assert check_case(folder).verdict == "wrong"


def test_what_is_not_computed_is_refused_without_its_names(write):
    finding = check_case(write("00001", delayed=True))
    assert (finding.verdict, finding.reason) == ("refused", "the rate of reaction '...' uses a delay")


def test_a_model_that_fails_is_refused_with_its_status(write):
    finding = check_case(write("00001", rate="<apply><ln/><cn>-1</cn></apply>"))
    assert finding.verdict == "refused"
    assert finding.reason


def test_a_folder_that_is_no_case_is_an_error(write):
    folder = write("00001")
    (folder / "settings.txt").unlink()
    with pytest.raises(BadInput):
        check_case(folder)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (1.0, 1.0, True),
        (1.0 + 1e-3, 1.0, True),
        (1.0 + 3e-3, 1.0, False),
        (1e-3, 0.0, True),
        (2e-3, 0.0, False),
        (np.nan, np.nan, True),
        (np.inf, np.inf, True),
        (-np.inf, np.inf, False),
        (1.0, np.inf, False),
        (np.nan, 1.0, False),
        (1.0, np.nan, False),
        (np.inf, 1.0, False),
    ],
)
def test_what_counts_as_the_same(value, expected, same):
    assert agreeing(np.array([value]), np.array([expected]), 1e-3, 1e-3).tolist() == [same]
