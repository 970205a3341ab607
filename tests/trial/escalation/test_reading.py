from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.trial import designs, load_study
from unmoor.trial.escalation.limiting import Limit


def test_a_plan_is_read(levels) -> None:
    plan = levels.escalation
    assert (plan.levels, plan.starts) == (("low", "middle", "high", "top"), (8.0,) * 4)
    assert (plan.window, plan.patients) == (168.0, 20)
    assert plan.per_window == pytest.approx(2 * 7 / (365.25 / 12))
    assert plan.limits == (Limit("plerixafor_concentration", 1000.0),)
    assert plan.design.design == designs.ThreePlusThree(doses=4, n=20, target=0.25)


def test_a_study_without_dose_levels_has_no_plan(write_levels) -> None:
    text = write_levels().read_text()
    section = text[text.index("escalation:") : text.index("endpoints:")]
    published = text[text.index("published:") :]
    assert load_study(write_levels((section, ""), (published, ""))).escalation is None
    with pytest.raises(UnmoorError, match="unknown arm 'trial'"):
        load_study(write_levels((section, "")))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("levels: [low, middle, high, top]", "levels: [low, midle, high, top]", "unknown arm 'midle'"),
        ("levels: [low, middle, high, top]", "levels: [low, low, high, top]", "level 'low' stands twice"),
        ("name: three-plus-three", "name: three-plus-tree", "did you mean 'three-plus-three'"),
        ("{name: boin, n: 18}", "{name: boin, n: 18, cohrt: 3}", "did you mean 'cohort'"),
        ("{name: boin, n: 18}", "{name: boin, cohort: 30}", "design boin: a cohort of 30 in a trial of 20"),
        ("{name: boin, n: 18}", "{name: boin, n: 24}", "treats up to 24 patients in a trial of 20"),
        ("{name: boin, n: 18}", "{name: three-plus-three}", "'three-plus-three' stands twice"),
        ("skeleton: [0.05, 0.12, 0.25, 0.4]", "skeleton: [0.05, 0.12, 0.25]", "has 3 levels, the study lists 4"),
        ("output: plerixafor_concentration, level", "output: plerixafor_conc, level", "unknown output of sampling"),
        ("level: 1000 ng/mL", "level: 1000", "'1000' has no unit"),
        ("level: 1000 ng/mL}", "level: 1 ng/mL, below: 3 ng/mL}", "give either 'level'"),
        ("level: 1000 ng/mL}", "level: 1 ng/mL, for: 9 days}", "do not fit a DLT window of 168 h"),
        ("window: 7 days", "window: 8 days", "ends at 200 h, after the study"),
        ("target: 0.25", "target: 25", "target is 25"),
        ("2 per month", "often", "cannot read enrolment 'often'"),
        ("2 per month", "0 per month", "cannot read enrolment '0 per month'"),
        ("2 per month", "2 per kg", "kg"),
        ("patients: 20", "patients: 0", "greater than or equal to 1"),
        ("  patients: 20", "  patient: 20", "did you mean 'patients'"),
        ("doses: [plerixafor 0.40 mg/kg sc on days 1-4 at 08:00]", "doses: []", "level 'top' has no dose"),
        ("title: 280 ug/kg,", "title: 280 ug/kg, among: weight > 60,", "holds other patients than 'low'"),
        ("name: later", "name: trial", "an arm cannot be called 'trial'"),
        ("arm: trial, events", "arm: trail, events", "unknown arm 'trail'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(write_levels, line_of, old, new, message) -> None:
    path = write_levels((old, new))
    with pytest.raises(UnmoorError, match=message) as refused:
        load_study(path)
    assert str(refused.value).startswith(f"{path}:")


def test_the_line_is_that_of_the_entry(write_levels, line_of) -> None:
    path = write_levels(("window: 7 days", "window: 8 days"))
    with pytest.raises(BadInput) as refused:
        load_study(path)
    assert refused.value.where == f"{path}:{line_of(path, 'window: 8 days')}"


def test_combinations_are_levels_in_their_order(write_levels) -> None:
    path = write_levels(("{name: boin, n: 18}", "{name: boin-comb, first: 2, second: 2, n: 18}"))
    expected = designs.BoinComb(first=2, second=2, target=0.25, n=18)
    assert load_study(path).escalation.named("boin-comb").design == expected


def test_one_design_with_two_settings_needs_two_labels(write_levels) -> None:
    twice = "{name: boin, n: 18}\n    - {name: boin, label: boin-of-one, cohort: 1, n: 18}"
    plan = load_study(write_levels(("{name: boin, n: 18}", twice))).escalation
    assert [each.name for each in plan.designs] == ["three-plus-three", "boin", "boin-of-one", "crm"]


PUBLISHED = "  patients: 20\n  published: {level: %s, evidence: none, source: %s}"


def test_the_published_level_is_one_of_the_levels_and_has_a_source(write_levels) -> None:
    plan = load_study(write_levels(("  patients: 20", PUBLISHED % ("high", "dipersio2009nhl")))).escalation
    assert (plan.published.level, plan.published.source) == ("high", "dipersio2009nhl")
    two = load_study(write_levels(("  patients: 20", PUBLISHED % ("[middle, high]", "dipersio2009nhl")))).escalation
    assert two.published_places == (2, 3)
    with pytest.raises(UnmoorError, match="did you mean 'high'"):
        load_study(write_levels(("  patients: 20", PUBLISHED % ("hihg", "dipersio2009nhl"))))
    with pytest.raises(UnmoorError, match="unknown source 'nobody2009'"):
        load_study(write_levels(("  patients: 20", PUBLISHED % ("high", "nobody2009"))))
