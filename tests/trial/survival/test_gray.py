import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.survival import gray_test, log_rank


def test_reference_vectors(mgus, transplant, vectors):
    for (time, cause, table), name, group in (
        (mgus, "mgus2_cuminc", "sex"), (transplant, "bmt_relapse1_nrm2_by_group", "group")
    ):  # fmt: skip
        for of, wanted in zip((1, 2), vectors["competing_risks"][name]["gray"], strict=True):
            found = gray_test(time, cause, table[group], of=of)
            assert found.chi_squared == pytest.approx(wanted["stat"], rel=1e-10)
            assert (found.p, found.df) == (pytest.approx(wanted["pv"], rel=1e-9), wanted["df"])


def test_without_competing_causes_it_is_near_the_log_rank_test():
    random = np.random.default_rng(2)
    time, group = random.exponential(1, 400) * np.repeat([1, 1.4], 200), np.repeat([0, 1], 200)
    found = gray_test(time, np.ones(400), group)
    assert found.chi_squared == pytest.approx(log_rank(time, np.ones(400), group).chi_squared, rel=0.1)


def test_impossible_input():
    with pytest.raises(BadInput, match="nobody has cause 3"):
        gray_test([1, 2], [1, 2], ["a", "b"], of=3)
    with pytest.raises(BadInput, match="one group"):
        gray_test([1, 2], [1, 2], ["a", "a"])
    with pytest.raises(BadInput, match="negative"):
        gray_test([1, -2], [1, 2], ["a", "b"])
