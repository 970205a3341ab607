from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import UnmoorError
from unmoor.trial import load_study

DATA = Path(__file__).parents[1] / "data"
SECTION = """conduct:
  enrolment: 2 per month
  dropout: 5% per month
  missed_visits: 5%
  cut: 10 months after first patient
responses:
"""


@pytest.fixture
def with_conduct(write_remission):
    """Writes the remission study with a section of conduct, pieces of its text replaced; returns the path."""

    def write(*changes):
        return write_remission(("responses:\n", SECTION), *changes)

    return write


def test_a_section_is_read(with_conduct):
    plan = load_study(with_conduct()).conduct
    month = 365.25 * 2
    assert (plan.leaving, plan.missed) == (pytest.approx(0.05), pytest.approx(0.05))
    assert plan.period == pytest.approx(month)
    assert plan.cut == pytest.approx(10 * month)
    assert plan.accrual == pytest.approx(27 / 2 * month), "28 patients: 27 gaps of half a month"
    assert plan.words == (
        "enrolment 2 per month", "dropout 5% per month", "missed visits 5%", "cut 10 months after first patient",
    )  # fmt: skip


def test_every_key_is_optional(remission, with_conduct):
    assert remission.conduct is None
    alone = {"dropout: 5% per month", "missed_visits: 5%", "cut: 10 months after first patient"}
    for key in alone:
        plan = load_study(with_conduct((SECTION, f"conduct: {{{key}}}\nresponses:\n"))).conduct
        assert plan.words == (key.replace("_", " ").replace(":", ""),)
        assert (plan.leaving > 0, plan.missed > 0, np.isfinite(plan.cut)) == (
            "dropout" in key, "missed" in key, "cut" in key,
        )  # fmt: skip
        assert plan.accrual == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  missed_visits: 5%", "  missed_visits: 100%", "missed visits of 100%"),
        ("  missed_visits: 5%", "  missed_visits: -0.1", "missed visits of -10%"),
        ("  missed_visits: 5%", "  missed_visit: 5%", "did you mean 'missed_visits'"),
        ("  dropout: 5% per month", "  dropout: 5%", "cannot read dropout '5%'"),
        ("  enrolment: 2 per month", "  enrolment: soon", "cannot read enrolment 'soon'"),
        ("  cut: 10 months after first patient", "  cut: 10 months", "cannot read data cut '10 months'"),
        ("  cut: 10 months after first patient", "  cut: 10 after first patient", "'10' has no unit"),
        ("  cut: 10 months after first patient", "  cut: 20 days after first patient", "before anything is assessed"),
        ("  cut: 10 months after first patient\n", "", "enrolment without a data cut changes nothing"),
        ("    n: 28\n", "", "enrolment of arm 'treated' without 'n'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(with_conduct, old, new, message):
    path = with_conduct((old, new))
    with pytest.raises(UnmoorError, match=message) as refused:
        load_study(path)
    assert str(refused.value).startswith(f"{path}:")


def test_a_dose_finding_study_has_dropout_and_no_cut(tmp_path):
    written = (DATA / "oncology.yaml").read_text()
    for name in ("oncology.ant", "people.yaml"):
        written = written.replace(f": {name}", f": {DATA / name}")
    path = tmp_path / "oncology.yaml"
    path.write_text(written.replace("responses:\n", "conduct: {dropout: 5% per month}\nresponses:\n"))
    assert load_study(path).conduct.leaving == pytest.approx(0.05)
    path.write_text(written.replace("responses:\n", "conduct: {cut: 3 months after first patient}\nresponses:\n"))
    with pytest.raises(UnmoorError, match="a data cut in a dose-finding study"):
        load_study(path)


def test_a_section_that_changes_nothing_is_refused(with_conduct, write_study):
    with pytest.raises(UnmoorError, match="'conduct' says nothing"):
        load_study(with_conduct((SECTION, "conduct: {}\nresponses:\n")))
    with pytest.raises(UnmoorError, match="reaches what is assessed as response"):
        load_study(write_study(("endpoints:\n", "conduct: {missed_visits: 5%}\nendpoints:\n")))
