import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria.dlt import DoseLimiting, ToxicityRule

RULE = DoseLimiting(
    28,
    (
        ToxicityRule(3, but_not=("neutrophil count decreased", "alopecia")),
        ToxicityRule(4, terms=("neutrophil count decreased",), days=7),
    ),
)


def events(*rows):
    return pd.DataFrame(rows, columns=["patient", "term", "grade", "start", "end"])


def test_which_events_count():
    table = events(
        (1, "rash", 3, 10, 12),
        (1, "rash", 2, 3, 30),
        (2, "neutrophil count decreased", 4, 5, 11),
        (2, "neutrophil count decreased", 4, 12, 19),
        (3, "rash", 4, 29, 31),
        (3, "alopecia", 3, 9, np.nan),
        (4, "neutrophil count decreased", 4, 20, np.nan),
    )
    assert RULE.counts(table).tolist() == [True, False, False, True, False, False, True]


def test_who_can_be_judged():
    table = events((1, "rash", 3, 10, 12), (4, "rash", 5, 2, 2))
    followed = pd.Series({1: 28.0, 2: 28.0, 3: 20.0, 4: 2.0})
    found = RULE.outcomes(table, followed)
    np.testing.assert_array_equal(found["dlt"], [1, 0, np.nan, 1])
    np.testing.assert_array_equal(found["day"], [10, np.nan, np.nan, 2])


def test_impossible_input():
    with pytest.raises(BadInput, match="grade 6"):
        ToxicityRule(6)
    with pytest.raises(BadInput, match="window"):
        DoseLimiting(0, (ToxicityRule(3),))
    with pytest.raises(UnknownName, match="start"):
        RULE.counts(events().drop(columns="start"))
    with pytest.raises(BadInput, match="no end before"):
        RULE.counts(events((1, "rash", 3, 10, 9)))
    with pytest.raises(BadInput, match="not followed"):
        RULE.outcomes(events((9, "rash", 3, 10, 12)), pd.Series({1: 28.0}))
