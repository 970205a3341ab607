import pytest

from unmoor.base.errors import UnmoorError
from unmoor.trial import load_study, simulate

LINE = "parameters:\n  - {name: NAME, value: VALUE, source: assumed, evidence: assumed, note: a test}\nduration:"


def with_value(write_study, name, value, **more):
    text = LINE.replace("NAME", name).replace("VALUE", value)
    for old, new in more.items():
        text = text.replace(f"{old}: assumed", f"{old}: {new}")
    return write_study(("duration:", text))


def test_a_study_may_have_values_of_its_own(write_study, some_people):
    study = load_study(with_value(write_study, "rise", "60 cells/(uL day)"))
    assert study.model.constants["rise"] == pytest.approx(5 * load_study(write_study()).model.constants["rise"])
    assert study.model.rows["rise"].file.endswith("bag.yaml")
    result = simulate(study, some_people(study, [1.0]))
    assert float(result.sessions["pre_count"].values[0, 0, 0]) == pytest.approx(10 + 2.5 * 105)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("rize", "1 cells/(uL h)", "unknown symbol 'rize'.*\n.*did you mean 'rise'"),
        ("rise", "1", "'1' has no unit"),
        ("rise", "1 mg", "cannot be read as"),
        ("count", "1 cells/uL", "'count' takes no value: the model computes it"),
        ("weight", "290 kg", "covariate 'weight' is 290 kg, above its bound of 200"),
        ("weight", "20 kg", "covariate 'weight' is 20 kg, below its bound of 30"),
        ("weight", "80 kg", "'weight' is a covariate"),
        ("on", "2 1", "switch 'on' is 2 1, above its bound of 1"),
    ],
)
def test_values_that_cannot_be_meant(write_study, name, value, message):
    path = with_value(write_study, name, value)
    with pytest.raises(UnmoorError, match=message) as caught:
        load_study(path)
    assert f"{path}:7" in str(caught.value)


def test_a_value_needs_a_known_source(write_study):
    with pytest.raises(UnmoorError, match="source 'nobody1999' is not known"):
        load_study(with_value(write_study, "rise", "1 cells/(uL h)", source="nobody1999"))
    with pytest.raises(UnmoorError, match="unknown 'guess'"):
        load_study(with_value(write_study, "rise", "1 cells/(uL h)", evidence="guess"))
