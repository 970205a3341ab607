import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial import load_study


def test_names_are_found_or_refused_with_the_nearest(bag):
    assert bag.arm("drug").title == "With drug"
    assert bag.endpoint("by-session").type == "time_to_target"
    with pytest.raises(UnknownName, match="did you mean 'placebo'"):
        bag.arm("placeb")
    with pytest.raises(UnknownName, match="did you mean 'by-session'"):
        bag.endpoint("by-sesion")
    with pytest.raises(UnknownName, match="unknown output of sampling 'anc'"):
        bag.curve("anc", "here")


def test_a_response_is_found_by_its_name(remission, bag):
    assert remission.response("imwg").criterion.version == "IMWG2016"
    with pytest.raises(UnknownName, match="did you mean 'imwg'"):
        remission.response("imgw")
    with pytest.raises(UnknownName, match="unknown response of the study 'iwg'"):
        bag.response("iwg", "study.yaml:7")


def test_units_are_those_declared(bag, dipersio):
    assert bag.unit("collected") == "10^6 cells/kg"
    assert bag.unit(bag.procedures[0].count) == "cells/uL"
    assert dipersio.unit("cd34") == "cells/uL"


def test_spans_of_an_arm(bag):
    arm = bag.arms[1]
    assert arm.drugs == ("plerixafor",)
    assert bag.span(None, None, arm, "") == (0.0, 216.0)
    assert bag.span("first plerixafor", "apheresis 1", arm, "") == (94.0, 105.0)
    with pytest.raises(BadInput, match="outside the study"):
        bag.span("day 30 at 09:00", None, arm, "")


def test_sessions_are_counted_as_planned(bag):
    procedure = bag.procedure()
    assert procedure.count_of(None, "") == 4
    assert procedure.count_of(2, "") == 2
    with pytest.raises(BadInput, match="session 5 is not planned"):
        procedure.count_of(5, "")


def test_the_grid_is_the_same_whoever_computes_a_moment(dipersio, write_study):
    """Three steps of 6 minutes end a rounding error away from 00:18; the grid must not hold both."""
    assert 3 * 0.1 != 18 / 60
    study = load_study(write_study(("every: 6 h", "every: 6 min"), ("day 2 at 07:30", "day 1 at 00:18")))
    assert np.diff(study.times).min() == pytest.approx(0.1)
    assert {94.0, 81.0, 105.0} <= set(dipersio.times.tolist())
