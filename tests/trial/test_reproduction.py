from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from unmoor.base.errors import BadInput
from unmoor.model.posterior import Fitted, Posterior
from unmoor.trial import load_study, reproduce
from unmoor.trial.reproduction import COLUMNS


@pytest.fixture(scope="module")
def liles():
    return load_study("liles-2003")


@pytest.fixture(scope="module")
def posterior(liles):
    """Twenty draws of the size of the CD34+ system and of a tether, each known within a quarter."""
    names = ("cd34_cells_baseline_concentration", "cd34_tether_cxcr4_tether")
    usual = np.array([liles.model.rows[name].value for name in names])
    name = liles.model.rows[names[0]].source.removeprefix("fitted:").strip()
    draws = np.exp(0.25 * np.random.default_rng(1).normal(size=(20, 2)))
    return Posterior(name, tuple(Fitted("cells/cd34.csv", each) for each in names), usual * draws)


def test_every_published_value_has_a_row(liles, posterior):
    table = reproduce(liles, posterior, draws=4, patients=12, seed=2)
    assert tuple(table.columns) == COLUMNS
    assert list(table["evidence"]) == [part.evidence for part in liles.published]
    assert (table["lower"] < table["simulated"]).all()
    assert (table["simulated"] < table["upper"]).all()
    expected = (table["lower"] <= table["published"]) & (table["published"] <= table["upper"])
    assert (table["inside"] == expected).all()
    assert (table["wide_lower"] < table["lower"]).all()
    assert (table["wide_upper"] > table["upper"]).all()
    np.testing.assert_allclose(table["fold"], table["simulated"] / table["published"])
    pd.testing.assert_frame_equal(table, reproduce(liles, posterior, draws=4, patients=12, seed=2))
    # the published mean is 3.8 with SEM 0.5 of ten volunteers
    reach = stats.t.ppf(0.975, 9) * 0.5
    assert table["published_upper"][0] == pytest.approx(3.8 + reach)


def test_intervals_are_wider_with_the_doubt_in_the_parameters(liles, posterior):
    both = reproduce(liles, posterior, draws=20, patients=40, seed=2)
    plain = reproduce(liles, None, draws=20, patients=40, seed=2)
    width = [np.log(table["upper"] / table["lower"]).mean() for table in (both, plain)]
    assert width[0] > 1.2 * width[1]


def test_a_group_of_unknown_size_has_no_interval_and_nothing_published_is_refused(liles):
    arms = tuple(replace(arm, n=None) for arm in liles.arms)
    published = tuple(part.model_copy(update={"n": None}) for part in liles.published)
    table = reproduce(replace(liles, arms=arms, published=published), None, draws=1, patients=12)
    assert table["lower"].isna().all()
    assert table["inside"].isna().all()
    assert table["simulated"].notna().all()
    with pytest.raises(BadInput, match="has no published value"):
        reproduce(replace(liles, published=()), None)


def test_medians_and_negative_associations_are_reproduced(remission):
    table = reproduce(remission, None, draws=2, patients=30, seed=3).set_index("endpoint")
    assert table.loc["response", "unit"] == "1"
    duration, speed = table.loc["duration"], table.loc["speed"]
    assert (duration["unit"], duration["published"]) == ("months", 5.3)
    assert duration["lower"] <= duration["simulated"] <= duration["upper"]
    assert duration["statistic"] == "median time"
    assert (speed["published"], speed["simulated"], speed["lower"], speed["upper"]) == (1.0, 0.0, 0.0, 0.0)
    assert not speed["inside"]
    assert np.isnan(speed["fold"])
    assert "rho below 0" in speed["statistic"]
