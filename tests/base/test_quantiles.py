import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.base.quantiles import quantile_bands


def test_bands_of_ranks_are_the_ranks():
    values = np.arange(101.0)[::-1, None] * np.array([1.0, 10.0])
    np.testing.assert_allclose(quantile_bands(values, [0.05, 0.5, 0.95]), [[5, 50], [50, 500], [95, 950]])


def test_a_failed_patient_changes_nothing_and_an_empty_column_is_nan():
    values = np.random.default_rng(0).normal(size=(50, 4))
    failed = np.vstack([values, np.full((3, 4), np.nan)])
    np.testing.assert_array_equal(quantile_bands(failed, [0.1, 0.9]), quantile_bands(values, [0.1, 0.9]))
    failed[:, 2] = np.nan
    failed[7, 1] = np.nan
    found = quantile_bands(failed, [0.5])
    assert np.isnan(found[0, 2])
    assert found[0, 1] == pytest.approx(np.nanmedian(failed[:, 1]))
    assert np.isnan(quantile_bands(np.full((2, 3), np.nan), [0.5])).all()


def test_another_axis():
    values = np.random.default_rng(1).normal(size=(3, 20, 5))
    np.testing.assert_allclose(quantile_bands(values, [0.25], axis=1)[0], np.quantile(values, 0.25, axis=1))


def test_a_percentage_is_refused():
    with pytest.raises(BadInput, match="quantiles"):
        quantile_bands([1.0], [95])
