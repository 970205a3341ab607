import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.endpoints.peak import Options, measure


def test_the_highest_value_of_a_window(bag, bag_result):
    whole = measure(Options(output="count"), bag, "")
    np.testing.assert_allclose(whole.values(bag_result, "drug"), [118.0] * 5 + [np.nan], rtol=1e-6)
    early = measure(Options(**{"output": "count", "to": "day 2 at 00:00"}), bag, "")
    np.testing.assert_allclose(early.values(bag_result, "drug")[:5], 22.0, rtol=1e-6)
    assert (early.unit, early.moments) == ("cells/uL", (0.0, 24.0))
    drug = measure(Options(output="plerixafor_concentration"), bag, "")
    assert (drug.values(bag_result, "drug")[:5] > 100).all()
    assert (drug.values(bag_result, "placebo")[:5] == 0).all()
    with pytest.raises(BadInput, match="is empty"):
        measure(Options(**{"output": "count", "from": "day 2 at 00:00", "to": "day 2 at 00:00"}), bag, "")
