import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial import load_study, simulate
from unmoor.trial.endpoints.reached_level import Options, measure


@pytest.fixture
def counts(bag, write_study, some_people):
    """Counts that begin at 10, 15 and 30 and rise by 12 a day, from the first dose at 94 h to the end."""
    more = "\n  - {name: n, type: value_at, label: x, output: count, at: first plerixafor}\npub"
    study = load_study(write_study(("\npub", more)))
    return study, simulate(study, some_people(study, [1.0] * 3, first_count=[10.0, 15.0, 30.0]))


def test_a_level_at_a_moment(counts):
    study, result = counts
    found = measure(Options(output="count", level="60 cells/uL", at="first plerixafor"), study, "")
    np.testing.assert_array_equal(found.values(result, "drug"), [0.0, 1.0, 1.0])
    assert (found.kind, found.unit, found.moments) == ("proportion", "1", (94.0,))


def test_a_level_in_a_window_and_in_another_unit(counts):
    study, result = counts
    early = measure(Options(**{"output": "count", "level": "25e6 cells/L", "to": "day 2 at 00:00"}), study, "")
    np.testing.assert_array_equal(early.values(result, "drug"), [0.0, 1.0, 1.0])
    whole = measure(Options(output="count", level="120 cells/uL"), study, "")
    np.testing.assert_array_equal(whole.values(result, "drug"), [0.0, 1.0, 1.0])


def test_a_failed_patient_has_none(bag, bag_result):
    found = measure(Options(output="count", level="1 cells/uL"), bag, "")
    np.testing.assert_array_equal(found.values(bag_result, "drug"), [1.0] * 5 + [np.nan])


def test_what_cannot_be_asked(bag):
    with pytest.raises(BadInput, match="both a moment and a window"):
        measure(Options(**{"output": "count", "level": "1 cells/uL", "at": "day 2 at 00:00", "to": "day 3 at 00:00"}),
                bag, "")  # fmt: skip
    with pytest.raises(BadInput, match="'20' has no unit"):
        measure(Options(output="count", level=20), bag, "")
