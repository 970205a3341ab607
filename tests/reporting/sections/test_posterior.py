"""The section on parameters: estimate, posterior and prior side by side, a warning where the sampler is not settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from unmoor.reporting.content import Notice
from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.posterior import drawn, posterior
from unmoor.reporting.table import Table


def notices(whole: Any) -> list[str]:
    """Titles of the section's warnings."""
    return [block.title for block in posterior(whole).blocks if isinstance(block, Notice)]


def test_the_table_shows_estimate_posterior_and_prior(whole: Any) -> None:
    table = next(block for block in posterior(whole).blocks if isinstance(block, Table))
    ratio, volume = table.rows
    assert ratio[0].text == "plerixafor_renal_ratio"
    assert "0.500" in ratio[4].text
    assert ratio[4].small == "assumed"
    sd = whole.sample.logarithms[:, 0].std()
    assert float(ratio[5].text) == pytest.approx(sd / 0.5, abs=0.006)
    assert (volume[4].text, volume[6].text) == ("flat", "reported only")
    assert table.groups == {0: "stage shape"}


def test_quantiles_are_those_of_the_draws(whole: Any) -> None:
    low, middle, high, _ = drawn(whole.sample)["drugs/plerixafor.csv:plerixafor_renal_ratio"]
    assert (low, middle, high) == pytest.approx(np.quantile(whole.sample.values[:, 0], (0.05, 0.5, 0.95)))


def test_a_sampler_that_has_not_settled_is_told(whole: Any) -> None:
    assert notices(whole) == []
    apart = replace(whole, sample=replace(whole.sample, rhat=np.array([1.2, 1.0])))
    assert notices(apart) == ["The sampler has not settled."]
    few = replace(whole, sample=replace(whole.sample, weighed=9.0))
    assert notices(few) == ["Few draws carry the weight."]


def test_without_draws_there_are_estimates_alone(whole: Any) -> None:
    alone = replace(whole, sample=None, ranges={})
    assert notices(alone) == ["No posterior."]
    assert not [block for block in posterior(alone).blocks if isinstance(block, Drawing)]
