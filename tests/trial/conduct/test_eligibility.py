import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.conduct import screen

PEOPLE = pd.DataFrame(
    {"age": [50.0, 80, 60, 17], "prior_lines": [2, 3, 6, 0], "sex": ["male", "female", "male", "male"]}
)


def test_who_may_enter_and_why_not():
    found = screen(PEOPLE, {"adults": "18 <= age <= 75", "one to five lines": "1 <= prior_lines <= 5"})
    assert found.eligible.tolist() == [True, False, False, False]
    assert found.failures == 3
    assert found.table["fail"].tolist() == [2, 2]
    assert found.table["fail_alone"].tolist() == [1, 1]
    women = screen(PEOPLE, {"women": 'sex == "female" or age < 18'})
    assert women.eligible.tolist() == [False, True, False, True]
    assert screen(PEOPLE, {}).eligible.all()


def test_impossible_input():
    with pytest.raises(UnknownName, match="did you mean 'prior_lines'"):
        screen(PEOPLE, {"lines": "prior_line < 5"})
    with pytest.raises(UnknownName, match="female"):
        screen(PEOPLE, {"women": 'sex == "woman"'})
    with pytest.raises(BadInput, match="no condition"):
        screen(PEOPLE, {"age": "age + 1"})
    with pytest.raises(BadInput, match="'age' of patient 2 is missing"):
        screen(PEOPLE.assign(age=[50, 80, np.nan, 17]), {"adults": "age >= 18"})
