import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria.bounds import above, at_least, below, measured, version_of


def test_rounding_does_not_tip_a_bound():
    assert at_least((3.0 - 0.3) / 3.0, 0.9)
    assert at_least(0.1 + 0.2 - 0.3 + 1, 1.0)
    assert not above(0.1 + 0.2, 0.3)
    assert not below(0.3, 0.1 + 0.2)
    assert above(0.3001, 0.3)
    assert not at_least(0.8999, 0.9)
    assert not at_least(np.nan, 1).any()


def test_refusals():
    with pytest.raises(BadInput, match="heights"):
        measured("heights", [1, -2], "here")
    with pytest.raises(UnknownName, match="known: v5, v6"):
        version_of("v4", ["v5", "v6"], "CTCAE")
