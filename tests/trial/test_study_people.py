import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.population import Mixture, sample
from unmoor.trial import load_study


@pytest.fixture
def write(tmp_path):
    """A study of the mobilisation model with other lines for its population."""

    def study(lines):
        text = (
            "title: t\nquestion: q\nreference: []\nmodel: mobilisation\n" + lines + "duration: 2 days\n"
            "sampling: {every: 12 h, outputs: [cd34]}\narms:\n  - {name: a, title: A, n: 5}\n"
            "endpoints:\n  - {name: e, type: value_at, label: l, output: cd34, at: day 1 at 00:00}\n"
        )
        path = tmp_path / "mixed.yaml"
        path.write_text(text)
        return path

    return study


def test_populations_may_be_mixed(write):
    study = load_study(write("population: {nhl-phase3: 3, healthy-donor: 1}\n"))
    assert isinstance(study.population, Mixture)
    assert study.population.name == "nhl-phase3 3 + healthy-donor 1"
    people = sample(study.population, 400, 1)
    share = (people.covariates["disease"] == "non-Hodgkin lymphoma").mean()
    assert share == pytest.approx(0.75, abs=0.05)


def test_a_value_of_the_study_holds_in_every_population(write):
    lines = "population: {nhl-phase3: 1, healthy-donor: 1}\nparameters:\n"
    value = "  - {name: blood_volume_per_weight, value: 0.05 L/kg, source: assumed, evidence: assumed}\n"
    study = load_study(write(lines + value))
    assert study.model.constants["blood_volume_per_weight"] == 0.05
    assert {part.model.constants["blood_volume_per_weight"] for part, _ in study.population.parts} == {0.05}


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (
            "population: {nhl-phase3: 3, healthy-donr: 1}\n",
            UnknownName,
            "mixed.yaml:5.*\n.*did you mean 'healthy-donor'",
        ),
        ("population: {nhl-phase3: 3, healthy-donor: -1}\n", BadInput, "greater than 0"),
        ("population: {nhl-phase3: 3}\n", BadInput, "at least 2"),
    ],
)
def test_a_mixture_that_cannot_be_meant(write, lines, error, message):
    with pytest.raises(error, match=message):
        load_study(write(lines))
