"""Covariates as files describe them; every refusal names the file and the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from unmoor.base.document import checked, read_document
from unmoor.base.errors import BadInput, UnknownName
from unmoor.population.covariates import Categorical, Covariate, Derived, Measured
from unmoor.population.entries import covariate_of
from unmoor.population.schema import PopulationEntry

Write = Callable[[str], Path]
HEAD = "title: Test\nsource: s\ncovariates:\n  x:\n"  # the entries of x start in line 5


@pytest.fixture
def read(write: Write) -> Callable[[str, str], Covariate]:
    """Reads one covariate, given as the lines below its name."""

    def covariate(lines: str, name: str = "x") -> Covariate:
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        document = read_document(write(HEAD.replace("  x:", f"  {name}:") + body))
        return covariate_of(name, checked(document, PopulationEntry).covariates[name], document)

    return covariate


Read = Callable[..., Covariate]


def test_a_measured_covariate(read: Read) -> None:
    found = read("distribution: lognormal\nunit: kg\nmedian: 80\ncv: 20\nupper: 160\nsource: a\nsources: {upper: b}")
    assert isinstance(found, Measured)
    margin = found.margins[""]
    assert (margin.distribution, margin.centre, margin.spread, margin.lower, margin.upper) == (
        "lognormal",
        80,
        20,
        None,
        160,
    )
    assert found.sources == {"median": "a", "cv": "a", "upper": "b"}


def test_groups_and_categories(read: Read) -> None:
    found = read(
        "distribution: normal\nunit: cm\nsource: a\nby: sex\n"
        "groups:\n  male: {mean: 176, sd: 7}\n  female: {mean: 163, sd: 6}"
    )
    assert isinstance(found, Measured)
    assert (found.by, found.margins["female"].centre) == ("sex", 163)
    sex = read(KINDS + "categories: {no: 0.9, yes: 0.1}\ncodes: {yes: 1, no: 0}\nsource: a")
    assert isinstance(sex, Categorical)
    assert (sex.categories, sex.probabilities, sex.codes) == (("no", "yes"), (0.9, 0.1), (0, 1))


def test_a_derived_covariate(read: Read) -> None:
    found = read("distribution: derived\nunit: kg/m2\nformula: weight / (height / 100) ** 2\nlower: 10\nsource: a")
    assert isinstance(found, Derived)
    assert (found.needs, found.lower, found.upper) == ({"weight", "height"}, 10, float("inf"))


KG = "distribution: normal\nunit: kg\n"
KINDS = "distribution: categorical\n"
FROM = "distribution: derived\nunit: kg\n"
NORMAL = "distribution: normal\nmean: 5\nsd: 1\nsource: a\n"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (NORMAL, "people.yaml:4: covariate 'x' has no unit\n.*unit: kg"),
        (NORMAL + "unit: kg\nlower: 6", r"people.yaml:4: x: centre 5 is out of range 6 to inf \(kg\)"),
        (NORMAL + "unit: kg\nlower: 9\nupper: 6", "lower 9 is not below upper 6"),
        (NORMAL + "unit: kg\ncv: 6", "people.yaml:10: x: 'cv' has no meaning for a normal covariate"),
        (NORMAL + "unit: kg\ncategories: {a: 1}", "people.yaml:10: x: 'categories' has no meaning"),
        ("distribution: normal\nmean: 5\nunit: kg\nsource: a", "people.yaml:4: x: a normal covariate needs 'sd'"),
        ("distribution: uniform\nlower: 5\nunit: kg\nsource: a", "needs 'lower' and 'upper'"),
        (KG + "by: sex\nsource: a", "needs 'groups'"),
        (KG + "mean: 1\nby: sex\ngroups: {a: {mean: 1, sd: 1}}\nsource: a", "'mean' has no"),
        (KG + "by: sex\ngroups: {a: {mean: 1, cv: 1}}\nsource: a", "8: .*'cv' has no"),
        (KG + "by: sex\ngroups: {a: {mean: 1}}\nsource: a", r"x \(a\): .* needs 'sd'"),
        (KG + "mean: 5\nsd: 1", "people.yaml:4: x: 'mean' has no source"),
        (KG + "mean: 5\nsd: 1\nsources: {mean: a}", "people.yaml:9: x: 'sd' has no source"),
        (KG + "mean: 5\nsd: 1\nsource: assumed", "'mean' is assumed without a reason"),
        (KINDS + "categories: {a: 0.5, b: 0.4}\nsource: a", "people.yaml:6: .*add up to 0.9, not 1"),
        (KINDS + "categories: {a: 1.5, b: -0.5}\nsource: a", "people.yaml:6: .*1.5 of 'a' is not bet"),
        (KINDS + "categories: {a: 0.5, b: 0.5}\ncodes: {a: 1}\nsource: a", "category 'b' has no code"),
        (FROM + "formula: a < 3\nsource: a", "people.yaml:7: formula of 'x' is a condition"),
        (FROM + "formula: a +\nsource: a", "people.yaml:7: cannot read formula 'a \\+'"),
        (FROM + "source: a", "a derived covariate needs 'formula'"),
        (FROM + "formula: a\nlower: 3\nupper: 2\nsource: a", "lower 3 is not below upper 2"),
        ("distribution: beta\nunit: kg\nsource: a", "people.yaml:5: .*unknown 'beta'; .*known: normal, lognormal"),
        ("distribution: normal\nunits: kg\nmean: 5\nsd: 1\nsource: a", "people.yaml:6: unknown entry.*mean 'unit'"),
        (KG + "mean: five\nsd: 1\nsource: a", "people.yaml:7: .*valid number.*not 'five'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(read: Read, lines: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read(lines)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (NORMAL + "unit: stone", "people.yaml:9: unknown unit 'stone'"),
        (KG + "mean: 5\nsd: 1\nsources: {mena: a}\nsource: a", "unknown number of x 'mena'\n.*'mean'"),
        (KINDS + "categories: {a: 1}\ncodes: {a: 1, aa: 2}\nsource: a", "unknown category of x 'aa'"),
    ],
)  # fmt: skip
def test_unknown_names_are_refused(read: Read, lines: str, message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        read(lines)


def test_an_assumption_with_a_reason_is_taken(read: Read) -> None:
    read(KG + "mean: 5\nsd: 1\nsource: assumed\nnote: nobody measured it")
    read(KG + "mean: 5\nsd: 1\nsource: 'assumed: nobody measured it'")


@pytest.mark.parametrize(
    ("name", "lines", "message"),
    [
        (
            "height",
            "distribution: normal\nunit: m\nmean: 1.75\nsd: 0.1\nsource: a",
            "'height' is in m\n.*give it in cm",
        ),
        ("height", "distribution: normal\nunit: cm\nmean: 1.75\nsd: 0.1\nsource: a", "height: 1.75 cm is out of range"),
        ("weight", "distribution: normal\nunit: L\nmean: 70\nsd: 9\nsource: a", "cannot be read as 'kg'"),
        ("my-age", NORMAL + "unit: kg", "'my-age' is no name for a covariate"),
    ],
)
def test_covariates_that_doses_read_stand_in_their_unit(read: Read, name: str, lines: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read(lines, name)
