"""Every wrong study file is refused before anything is computed, with file, line, and what was probably meant."""

import numpy as np
import pytest

from unmoor.base.errors import UnmoorError
from unmoor.trial import load_study
from unmoor.trial.rules import Follows


def test_the_study_of_the_library(dipersio):
    assert dipersio.name == "dipersio-2009-nhl"
    assert [(arm.name, arm.n) for arm in dipersio.arms] == [("plerixafor", 150), ("placebo", 148)]
    assert dipersio.procedures[0].starts == (105.0, 129.0, 153.0, 177.0)
    assert (
        dipersio.arms[0].anchors["plerixafor"] == dipersio.arms[1].anchors["plerixafor"] == (94.0, 118.0, 142.0, 166.0)
    )
    assert len(dipersio.arms[0].anchors["filgrastim"]) == 8
    assert dipersio.rules[1].conditions == (Follows("apheresis", 24.0),)
    counts = {(p.endpoint, p.arm): (p.events, p.n) for p in dipersio.published if p.events is not None}
    assert counts[("reached-5-in-4", "plerixafor")] == (89, 150)
    assert counts[("reached-5-in-4", "placebo")] == (29, 148)
    assert all(p.use == "predicted" for p in dipersio.published if p.events is not None)
    assert dipersio.file.endswith("dipersio-2009-nhl.yaml")
    assert len(dipersio.digest) == 64


def test_the_grid_holds_steps_visits_and_moments(bag):
    assert bag.times[0] == 0.0
    assert bag.times[-1] == 216.0
    assert 31.5 in bag.times  # the visit on day 2 at 07:30
    assert np.all(np.diff(bag.times) > 0)
    assert bag.visits == (("day 2 at 07:30", 31.5),)


def test_rules_may_be_quoted_or_not(write_study):
    quoted = ("  - before each plerixafor: skip unless", "  - 'before each plerixafor: skip unless")
    study = load_study(write_study(quoted, ("within 24 h", "within 24 h'")))
    assert study.rules[1].text == "before each plerixafor: skip unless apheresis follows within 24 h"


SCHEDULE, FIRST, DRUG = "schedule: ", "name: reached-5", "endpoint: reached-5, arm: drug"


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("- plerixafor 0.24", "- plerixafr 0.24", "", "unknown drug 'plerixafr'(.|\n)*did you mean 'plerixafor'"),
        ("- plerixafor 0.24 mg/kg", "- filgrastim 10 ug/kg", "", "unknown drug of model 'bag' 'filgrastim'"),
        ("plerixafor 0.24 mg", "plerixafor -0.24 mg", "", "-0.24"),
        ("plerixafor 0.24 mg/kg", "plerixafor 0 mg/kg", "", "amount"),
        ("plerixafor 0.24 mg/kg sc", "plerixafor 0.24 sc", "", "0.24 sc"),
        ("on days 4-7 at 22:00", "on days 4-70 at 22:00", "", "a dose at 1678 h, outside the study of 216 h"),
        ("day 2 at 07:30", "day 12 at 07:30", "", "visit 'day 12 at 07:30' is at 271.5 h, outside the study"),
        ("day 2 at 07:30", "day 2", "", "cannot read time 'day 2'"),
        ("duration: 9 days", "duration: 9", "", "'9' has no unit"),
        ("duration: 9 days", "duration: -9 days", "", "not above zero"),
        ("duration: 9 days", "duration: 7 days", SCHEDULE, "ends after 168 h"),
        ("every: 6 h", "every: 60 days", "", "sampling every 1440 h"),
        ("model: bag.ant", "model: mobilization", "", "unknown model 'mobilization'.*\n.*did you mean 'mobilisation'"),
        ("population: people.yaml", "population: nhl-phas3", "", "unknown population.*\n.*did you mean 'nhl-phase3'"),
        ("[count, collected,", "[conut, collected,", "", "unknown symbol 'conut'.*\n.*did you mean 'count'"),
        ("[count, collected,", "[speed, collected,", "", "'speed' does not change in time"),
        ("switch: on", "switch: speed", "", "unknown switch of the model 'speed'.*\n.*known: on"),
        ("    count: count", "    count: cnt", "", "unknown symbol 'cnt'"),
        ("duration: 4 h", "duration: 30 h", SCHEDULE, "ends after 129 h"),
        ("duration: 4 h", "duration: 4", "", "'4' has no unit"),
        ("days 5-8 at 09:00", "days 5-8", "", "cannot read time"),
        ("collected >= 5 10^6 cells/kg", "collected >= 5", "", "'5' has no unit"),
        ("stop apheresis when", "stop apheresiss when", "", "unknown drug or procedure 'apheresiss'"),
        ("before each plerixafor:", "before each plerixafour:", "", "unknown procedure or drug 'plerixafour'"),
        ("type: reached_target", "type: reach_target", "", "unknown endpoint type.*\n.*did you mean 'reached_target'"),
        ("    target: 5 10^6 cells/kg", "    taget: 5 10^6 cells/kg", "", "did you mean 'target'"),
        ("    target: 5 10^6 cells/kg", "    target: 5", FIRST, "'5' has no unit"),
        ("    target: 5 10^6 cells/kg", "    target: 5 mg", FIRST, "cannot be read as"),
        ("session: 2\npubl", "session: 9\npubl", "name: count-before", "session 9 is not planned"),
        ("compare: placebo", "compare: placeboo", FIRST, "unknown arm 'placeboo'.*\n.*did you mean 'placebo'"),
        ("arm: drug, events", "arm: durg, events", "", "unknown arm 'durg'.*\n.*did you mean 'drug'"),
        ("endpoint: reached-5,", "endpoint: reached-6,", "", "unknown endpoint.*\n.*did you mean 'reached-5'"),
        ("session: 2, value", "session: 7, value", "", "session 7 is not planned"),
        ("arm: drug, session: 2, value", "arm: drug, value", "", "'session' does not fit"),
        ("events: 15, n: 30,", "value: 59.3, n: 30,", DRUG, "a share of 59.3 is not between 0 and 1"),
        ("events: 15, n: 30,", "value: 59 kg, n: 30,", DRUG, "cannot be read as"),
        ("events: 15, n: 30,", "value: 0.5, sd: 0.1, n: 30,", DRUG, "'sd' and 'sem' do not fit"),
        ("events: 15, n: 30,", "value: 0.5, lower: 0.1, sd: 1, n: 30,", DRUG, "give one of"),
        ("arm: placebo, events", "arm: drug, events", "arm: drug, events: 2", "'reached-5' in arm 'drug' stands twice"),
        ("source: dipersio2009nhl", "source: dipersio2008", "", "unknown source.*\n.*did you mean 'dipersio2009"),
        ("reference: [dipersio2009nhl]", "reference: [dipersio]", "", "unknown source 'dipersio'"),
        ("name: placebo\n", "name: drug \n", "name: drug ", "arm 'drug' stands twice"),
        ("name: by-session", "name: reached-5 ", "", "endpoint 'reached-5' stands twice"),
        ("title: A bag that fills", "title: [A bag", "question", "malformed YAML"),
        ("question:", "title: again\nquestion:", "title: again", "'title' is given twice"),
    ],
)
def test_a_wrong_study_is_refused_with_its_place(write_study, line_of, old, new, at, message):
    path = write_study((old, new))
    with pytest.raises(UnmoorError, match=message) as caught:
        load_study(path)
    assert f"{path}:{line_of(path, at or new)}" in str(caught.value)


def test_a_second_procedure_is_refused_by_name(write_study):
    more = "  exchange:\n    schedule: day 2 at 09:00\n    duration: 1 h\n    switch: on\n    count: count\n"
    more += "    collected: collected\nrules:"
    with pytest.raises(UnmoorError, match="a second procedure"):
        load_study(write_study(("rules:", more)))


def test_an_endpoint_of_a_median_cannot_be_compared(write_study):
    with pytest.raises(UnmoorError, match="'count-before' cannot be compared"):
        load_study(write_study(("    session: 2\npublished", "    session: 2\n    compare: placebo\npublished")))


def test_a_covariate_out_of_range_of_the_model_is_refused(write_study, tmp_path):
    (tmp_path / "heavy.yaml").write_text(
        "title: Heavy people\nsource: assumed\ncovariates:\n"
        "  weight: {distribution: uniform, unit: kg, lower: 50, upper: 290, source: 'assumed: a test'}\n"
        "  creatinine_clearance: {distribution: uniform, unit: mL/min, lower: 60, upper: 99, source: 'assumed: x'}\n"
    )
    with pytest.raises(
        UnmoorError, match=r"heavy.yaml:4: 'weight' ranges from 50 to 290, out of range for model 'bag'"
    ):
        load_study(write_study(("population: people.yaml", "population: heavy.yaml")))


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(UnmoorError, match=r"unknown study 'dipersio-2009-nh'.*\n.*did you mean 'dipersio-2009-nhl'"):
        load_study("dipersio-2009-nh")
    with pytest.raises(UnmoorError, match="no file"):
        load_study(tmp_path / "absent.yaml")


def test_a_study_without_procedures_has_no_sessions(write_study, some_people):
    path = write_study()
    text = path.read_text()
    start, end = text.index("procedures:"), text.index("endpoints:")
    peak = "endpoints:\n  - {name: peak, type: peak, label: Peak, output: plerixafor_concentration}\n"
    path.write_text(text[:start] + peak)
    study = load_study(path)
    assert study.procedures == ()
    assert end > start
    path.write_text(text[:start] + text[end:])
    with pytest.raises(UnmoorError, match="the study has no procedure"):
        load_study(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("arm: treated, value: 5.3 months", "arm: treated, value: 5.3", "'5.3' has no unit"),
        ("arm: treated, value: 5.3 months", "arm: treated, value: -5.3 months", "a median time below zero"),
        ("arm: treated, value: 5.3 months", "arm: treated, events: 3", "'duration' is a median time, not a count"),
        (
            "arm: treated, value: 5.3 months",
            "arm: treated, negative: true",
            "'negative' does not fit endpoint 'duration'",
        ),
        ("negative: true, n: 28", "negative: true", "'negative' needs 'n'"),
        ("negative: true, n: 28", "value: -1.2, n: 28", "a rank correlation lies between -1 and 1"),
        ("negative: true, n: 28", "events: 1, n: 28", "'speed' is a rank correlation, not a count"),
        (
            "negative: true, n: 28, evidence: none, source: dipersio2009nhl, use: predicted",
            "negative: true, n: 28, evidence: none, source: dipersio2009nhl, use: calibration",
            "no number to fit to",
        ),
        (", negative_at: 0.01}", "}", "'negative' does not fit endpoint 'speed'"),
        (
            "label: Duration of response,",
            "label: Duration of response, compare: treated,",
            "cannot be compared between arms",
        ),
    ],
)
def test_published_times_and_associations_are_checked(write_remission, old, new, message):
    path = write_remission((old, new))
    with pytest.raises(UnmoorError, match=message) as caught:
        load_study(path)
    assert str(path) in str(caught.value)
