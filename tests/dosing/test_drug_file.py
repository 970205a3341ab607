"""Drug files: the library's, and what a broken one is told, with file and line."""

from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput, UnknownName, UnmoorError
from unmoor.dosing.drug import Route
from unmoor.dosing.drug_file import library_drugs, load_drug

GOOD = """\
name: testafor
kind: made for this test
synonyms: [T-1]
molar_mass: {value: 500, unit: g/mol, source: assumed}
routes:
  sc: {species: depot, bioavailability: F, lag: tlag}
  iv: {species: central}
pk: two_compartment
references: [assumed]
"""


def _load(tmp_path, text, name="testafor.yaml"):
    (tmp_path / name).write_text(text)
    return load_drug(tmp_path / name)


def test_a_file(tmp_path):
    drug = _load(tmp_path, GOOD)
    assert (drug.name, drug.pk, drug.receptor, drug.synonyms) == ("testafor", "two_compartment", None, ("T-1",))
    assert drug.routes == (Route("sc", "depot", "F", "tlag"), Route("iv", "central"))
    assert drug.molar_mass.grams_per_mole == 500


def test_the_library_by_name_and_synonym():
    assert {"plerixafor", "filgrastim"} <= {drug.name for drug in library_drugs()}
    assert load_drug("AMD3100") is load_drug("plerixafor")
    # C28H54N8: the sum of standard atomic weights, an independent figure for the file's value
    carbon, hydrogen, nitrogen = 12.011, 1.008, 14.007
    sum_formula = 28 * carbon + 54 * hydrogen + 8 * nitrogen
    assert load_drug("plerixafor").molar_mass.grams_per_mole == pytest.approx(sum_formula, rel=1e-4)


def test_no_two_drugs_share_a_name():
    names = [name.casefold() for drug in library_drugs() for name in (drug.name, *drug.synonyms)]
    assert len(names) == len(set(names))


def test_an_unknown_drug_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'plerixafor'"):
        load_drug("plerixafour")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("name: testafor", "name: other", 1, "the file is named 'testafor' and the drug 'other'"),
        ("kind: made for this test\n", "", 1, "the drug has no 'kind'"),
        ("value: 500", "value: -1", 4, "molar mass is -1"),
        ("value: 500", "value: heavy", 4, "molar mass is 'heavy'"),
        ("value: 500, ", "", 4, "'molar_mass' has no 'value'"),
        (", source: assumed", "", 4, "'molar_mass' has no 'source'"),
        ("unit: g/mol", "unit: g", 4, "unit 'g'"),
        ("{species: central}", "{specis: central}", 7, "unknown key 'specis'"),
        ("{species: central}", "central", 7, "'routes.iv' is 'central'"),
        ("{species: central}", "{species: }", 7, "'species' is None"),
        ("pk: two_compartment", "pk: [a]", 8, r"'pk' is \['a'\]"),
        ("[assumed]", "assumed", 9, "'references' is 'assumed'"),
        ("references", "refs", 9, "unknown key 'refs'"),
        ("kind: made", "name: testafor\nkind: made", 2, "'name' is given twice"),
        ("[T-1]", "[T-1", 4, "malformed YAML"),
    ],
)
def test_a_broken_file_is_told_where(tmp_path, old, new, line, message):
    assert old in GOOD
    with pytest.raises(UnmoorError, match=message) as caught:
        _load(tmp_path, GOOD.replace(old, new))
    assert f"testafor.yaml:{line}: " in str(caught.value)


def test_an_empty_or_absent_file(tmp_path):
    with pytest.raises(BadInput, match=r"testafor\.yaml: is not a mapping"):
        _load(tmp_path, "")
    with pytest.raises(UnmoorError, match="no file"):
        load_drug(tmp_path / "absent.yaml")
    with pytest.raises(BadInput, match="no routes"):
        _load(tmp_path, GOOD.replace(GOOD[GOOD.index("routes:") : GOOD.index("pk:")], "routes: {}\n"))
