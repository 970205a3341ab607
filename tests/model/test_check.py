"""What libAntimony forgives and we do not: each fault by itself, with the place and the nearest name in its message."""

import pytest


def test_the_unspoilt_library_has_no_problem(content):
    assert content.problems() == []


def test_a_misspelt_symbol_is_a_symbol_without_a_row(content):
    content.edit("modules/pk/body.ant", "absorption_rate*depot", "absorbtion_rate*depot")
    wrong = content.problems()
    assert len(wrong) == 2
    assert "body.csv:13: a row without a symbol: 'absorption_rate' is not in body.ant" in wrong[0]
    assert "did you mean 'absorbtion_rate'?" in wrong[0]
    assert "body.ant:9: a symbol without a row: 'absorbtion_rate' is not in body.csv" in wrong[1]
    assert "did you mean 'absorption_rate'?" in wrong[1]


def test_a_row_without_a_symbol_names_the_nearest(content):
    content.edit("modules/pk/body.csv", "exchange,constant,,L/h", "Exchange,constant,,L/h")
    wrong = content.problems()
    assert any(
        "body.csv:12: a row without a symbol: 'Exchange'" in each and "did you mean 'exchange'?" in each
        for each in wrong
    )


def test_a_value_in_the_text_is_refused(content):
    content.edit("modules/pk/body.ant", "const bioavailability", "const bioavailability\n  exponent = 0.75")
    told = content.problem()
    assert "body.ant:5: a value in the text: 'exponent = 0.75'" in told
    assert "put it into body.csv" in told


@pytest.mark.parametrize("value", ["3", "1e-3", "2*3", "-1"])
def test_any_number_but_a_state_s_start_at_0_or_1_is_a_value_in_the_text(content, value):
    content.edit("modules/effect/release.ant", "blood = blood_baseline", f"blood = {value}")
    assert f"release.ant:5: a value in the text: 'blood = {value}'" in content.problem()


@pytest.mark.parametrize(
    "declaration", ["const exponent = 2", "substanceOnly species central = 5", "compartment v = 3"]
)
def test_a_value_in_a_declaration_is_a_value_in_the_text(content, declaration):
    content.edit("modules/pk/body.ant", "const bioavailability", f"const bioavailability\n  {declaration}")
    if "compartment" in declaration:
        content.edit("modules/pk/body.csv", "exponent,", "v,constant,,L,,,,,,,\nexponent,")
    told = content.problems()
    assert any("body.ant:" in each and "a value in the text: " in each for each in told), told


@pytest.mark.parametrize("value", ["0", "1"])
def test_a_state_may_start_at_0_or_1(content, value):
    content.edit("modules/effect/release.ant", "blood = blood_baseline", f"blood = {value}")
    assert content.problems() == []


def test_a_constant_set_to_1_in_the_text_is_still_a_value(content):
    content.edit("modules/pk/body.ant", "const bioavailability", "const bioavailability\n  exponent = 1")
    assert "a value in the text: 'exponent = 1'" in content.problem()


def test_a_measured_number_inside_a_formula_is_refused(content):
    content.edit("modules/pk/body.ant", "^exponent", "^0.75")
    told = content.problems()
    assert any("body.ant:6: a value in the text: 0.75" in each for each in told)


def test_whole_numbers_up_to_ten_and_a_half_stay_in_formulas(content):
    content.edit(
        "modules/pk/body.ant",
        "concentration := central/central_volume",
        "concentration := 2*0.5*central/central_volume",
    )
    assert content.problems() == []


def test_a_second_equation_is_refused(content):
    content.edit(
        "modules/effect/release.ant",
        "loosening := exp(tether*drug/(drug + affinity))",
        "loosening := exp(tether*drug/(drug + affinity))\n  loosening := tether",
    )
    told = content.problem()
    assert "release.ant:8: 'loosening' has two equations" in told
    assert "line 7" in told


def test_a_rule_and_a_start_for_one_symbol_are_two_equations(content):
    content.edit("modules/effect/release.ant", "const washing", "const washing\n  loosening = tether")
    assert "'loosening' has two equations" in content.problem()


@pytest.mark.parametrize("name", ["absorption", "distribution"])
def test_a_reaction_must_not_take_the_name_of_another(content, name):
    line = "elimination: central -> ; clearance*concentration"
    content.edit("modules/pk/body.ant", line, line.replace("elimination", name))
    told = "\n".join(content.problems())
    assert f"reaction '{name}' has a name that is taken in line {9 if name == 'absorption' else 10}" in told


def test_dotted_names_belong_in_wires(content):
    content.edit("models/tiny.ant", "blast.drug is unbound;", "blast.drug is unbound;\n  drugx.exponent = fraction")
    told = content.problem()
    assert "tiny.ant:13: 'drugx.exponent' outside a wire" in told


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("at (time > 3): depot = 0", "an event"),
        ("unit hour = 3600 second", "a unit definition"),
        ("exponent has dimensionless", "a unit in the text"),
    ],
)
def test_statements_of_other_kinds_are_refused_by_name(content, statement, said):
    content.edit("modules/pk/body.ant", "const bioavailability", f"const bioavailability\n  {statement}")
    assert any("body.ant:5" in each and said in each for each in content.problems())


def test_log_is_ambiguous(content):
    content.edit("modules/effect/release.ant", "exp(tether", "log(tether")
    told = content.problem()
    assert "release.ant:7" in told
    assert "write ln( or log10(" in told


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("modules/pk/body.csv", "depot,state", "depot,output", "'depot' is a species (body.ant:3), so its kind is not"),
        ("modules/pk/body.csv", "clearance,output,,L/h", "clearance,state,,L/h", "'clearance' is computed once"),
        ("modules/effect/release.csv", "blood,state", "blood,output", "'blood' has a rate"),
        ("modules/effect/release.csv", "loosening,output", "loosening,state", "'loosening' is computed at all times"),
        ("modules/pk/body.csv", "exchange,constant", "exchange,output", "'exchange' has no equation"),
    ],
)
def test_a_kind_must_fit_the_equations(content, file, old, new, said):
    content.edit(file, old, new)
    assert any(said in each and ".csv:" in each for each in content.problems())


def test_a_value_beside_an_equation_is_refused(content):
    content.edit("modules/effect/release.csv", "blood,state,,cells,,,,,,,", "blood,state,5,cells,,,,,assumed,assumed,")
    told = content.problem()
    assert "release.csv:3: 'blood' has a value here and an equation in release.ant:5" in told


def test_a_species_must_count_amounts_or_have_a_compartment(content):
    content.edit("modules/pk/body.ant", "substanceOnly species", "species")
    wrong = content.problems()
    assert len(wrong) == 3
    assert "species 'depot' has neither amount nor compartment" in wrong[0]
    assert "substanceOnly species depot" in wrong[0]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("asumed", "drugx.csv:5: 'drugx_exchange': unknown source 'asumed'\n  did you mean 'assumed'?"),
        ("smith2020 T1", "unknown source 'smith2020 T1'"),
        ("crump1998 T1", "did you mean 'crump1997'?"),
    ],
)
def test_a_source_that_stands_nowhere_is_refused(content, source, said):
    content.edit("drugs/drugx.csv", "3,L/h,,,,,assumed", f"3,L/h,,,,,{source}")
    assert said in content.problem()


@pytest.mark.parametrize("source", ["derived: from a half-life", "fitted:first", "own2020 table 3", "crump1997"])
def test_honest_sources_and_keys_of_any_bibliography_pass(content, source):
    content.edit("drugs/drugx.csv", "3,L/h,,,,,assumed", f"3,L/h,,,,,{source}")
    (content.root / "references.bib").write_text("@article{own2020,\n  title = {Own},\n  year = {2020},\n}\n")
    assert content.problems() == []
