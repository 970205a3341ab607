import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.endpoints.pre_apheresis_count import Options, measure


def test_the_count_before_a_session_that_took_place(bag, bag_result):
    first = measure(Options(), bag, "")
    np.testing.assert_allclose(first.values(bag_result, "drug"), [62.5] * 5 + [np.nan])
    third = measure(Options(session=3), bag, "").values(bag_result, "placebo")
    np.testing.assert_allclose(third, [np.nan, np.nan, 86.5, 86.5, 86.5, np.nan])
    assert first.unit == "cells/uL"
    with pytest.raises(BadInput, match="session 9 is not planned"):
        measure(Options(session=9), bag, "")
