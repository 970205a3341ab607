import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival.newton import maximise


def test_a_concave_function_is_climbed_from_afar():
    # the log likelihood of Poisson counts with log mean beta: its maximum is known
    counts = np.array([3.0, 90.0])

    def likelihood(beta):
        mean = np.exp(beta)
        return float(counts @ beta - mean.sum()), counts - mean, np.diag(mean)

    beta, information, (null, value), _ = maximise(likelihood, 2, "here")
    np.testing.assert_allclose(beta, np.log(counts), rtol=1e-12)
    np.testing.assert_allclose(np.diag(information), counts, rtol=1e-10)
    assert value > null


def test_a_likelihood_that_only_rises_has_no_answer():
    def likelihood(beta):
        down = np.exp(-beta)
        return float(-down.sum()), down, np.diag(down)

    with pytest.raises(BadInput, match="without bound"):
        maximise(likelihood, 1, "here")
    with pytest.raises(BadInput, match="say nothing"):
        maximise(lambda beta: (0.0, np.zeros(1), np.zeros((1, 1))), 1, "here")
