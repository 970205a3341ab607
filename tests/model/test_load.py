"""load_model: names, files, numbers in internal units, overlays; and the curves against independent programs."""

from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.model import Row, check_model, load_model

DATA = Path(__file__).parent / "data"
LIBRARY_MODELS = sorted(path.stem for path in (Path(__file__).parents[2] / "src/unmoor/library/models").glob("*.ant"))


def test_numbers_are_converted_once_to_internal_units(tiny):
    assert tiny.constants["drugx_typical_clearance"] == pytest.approx(6.0)  # 100 mL/min
    assert tiny.constants["drugx_absorption_rate"] == pytest.approx(1.2)  # 0.02 1/min
    assert tiny.constants["fraction"] == pytest.approx(0.4)  # 40 %
    assert tiny.constants["blast_blood_baseline"] == pytest.approx(20e6)
    assert tiny.factors["drugx_typical_clearance"] == pytest.approx(0.06)
    assert tiny.units["drugx_typical_clearance"] == "mL/min"
    assert tiny.rows["drugx_typical_clearance"].value == 100.0


def test_what_the_model_knows_about_itself(tiny):
    assert set(tiny.states) == {"drugx_depot", "drugx_central", "drugx_peripheral", "blast_niche", "cells"}
    assert set(tiny.rates) == set(tiny.states)
    assert tiny.outputs == ("plasma", "unbound", "cells")
    assert tiny.switches == ("blast_washing",)
    assert tiny.instances == {"drugx": "body", "blast": "release"}
    assert tiny.drugs == {"drugx": "drugx"}
    assert ("blast.drug", "unbound") in tiny.wires
    assert tiny.origins["plasma"] == "drugx.concentration"


def test_later_tables_win(tiny):
    assert tiny.constants["weight"] == 80.0  # the model's own row, over the module's 70
    assert tiny.rows["weight"].where == "tiny.csv:2"
    assert tiny.rows["drugx_exchange"].where == "drugx.csv:5"
    assert tiny.rows["drugx_exponent"].where == "body.csv:8"


def test_an_overlay_comes_last_and_takes_dotted_names():
    path = DATA / "models" / "tiny.ant"
    row = Row(
        "drugx.exchange", "constant", 50.0, "mL/min", source="assumed", evidence="assumed", file="mine.csv", line=2
    )
    model = load_model(path, overlay=[[row]])
    assert model.constants["drugx_exchange"] == pytest.approx(3.0)
    assert model.units["drugx_exchange"] == "mL/min"
    assert model.rows["drugx_exchange"].name == "drugx_exchange"
    wrong = Row("drugx.exchang", "constant", 1.0, "L/h", source="assumed", evidence="assumed", file="mine.csv", line=3)
    with pytest.raises(
        UnknownName, match=r"mine.csv:3: unknown symbol 'drugx.exchang'\n  did you mean 'drugx_exchange'"
    ):
        load_model(path, overlay=[[wrong]])


def test_an_overlay_in_another_dimension_is_refused():
    row = Row("weight", "covariate", 80.0, "L", source="assumed", evidence="assumed", file="mine.csv", line=2)
    with pytest.raises(BadInput, match=r"mine.csv:2: 'weight' is in 'L' \(dm\^3\).*'kg' \(kg\)"):
        load_model(DATA / "models" / "tiny.ant", overlay=[[row]])


def test_an_overlay_file(tmp_path):
    table = tmp_path / "o.csv"
    header = (DATA / "models" / "tiny.csv").read_text().splitlines()[0]
    table.write_text(f"{header}\nblast_tether,constant,2,1,,,,,assumed,assumed,\n")
    assert load_model(DATA / "models" / "tiny.ant", overlay=[table]).constants["blast_tether"] == 2.0


def test_ids_dots_and_wired_names_resolve(tiny):
    assert tiny.resolve("drugx_depot") == tiny.resolve("drugx.depot") == "drugx_depot"
    assert tiny.resolve("drugx.concentration") == tiny.resolve("plasma") == "plasma"
    assert tiny.resolve("drugx_weight") == "weight"
    with pytest.raises(UnknownName, match="did you mean 'drugx_depot'"):
        tiny.resolve("drugx_depott")


def test_unknown_library_names_suggest(monkeypatch):
    with pytest.raises(UnknownName, match="unknown model 'mobilisatoin'\n  did you mean 'mobilisation'"):
        load_model("mobilisatoin")


def test_a_model_is_read_again_only_when_its_files_change(content):
    first = load_model(content.tiny)
    assert load_model(content.tiny) is first
    assert {Path(each).name for each in first.files} == {
        "tiny.ant", "tiny.csv", "body.ant", "body.csv", "release.ant", "release.csv", "drugx.csv", "blast.csv"
    }  # fmt: skip
    content.edit("drugs/drugx.csv", "exchange,constant,3,L/h", "exchange,constant,4.5,L/h")
    assert load_model(content.tiny).constants["drugx_exchange"] == 4.5
    content.edit("modules/pk/body.ant", "absorption_rate*depot", "2*absorption_rate*depot")
    assert load_model(content.tiny).rates != first.rates
    (content.root / "cells" / "blast_b.csv").write_text((content.root / "cells" / "blast.csv").read_text())
    assert load_model(content.tiny) is not first


def test_models_under_rows_of_a_program_are_not_kept():
    from unmoor.model import load

    row = Row("weight", "covariate", 61.0, "kg", source="assumed", evidence="assumed")
    before = len(load._READ)
    assert load_model(DATA / "models" / "tiny.ant", overlay=[[row]]).constants["weight"] == 61.0
    assert len(load._READ) == before


def test_all_faults_come_at_once(content):
    content.edit("modules/pk/body.csv", "exchange,constant,,L/h", "exchange,constant,,")
    content.edit("drugs/drugx.csv", "12,L,,,,,assumed", "12,L,,,,,")
    assert any("body.csv:12: 'exchange': the unit is missing" in each for each in content.problems())
    with pytest.raises(BadInput, match="2 problems"):
        load_model(content.tiny)


def test_a_table_that_is_missing_altogether_is_told_symbol_by_symbol(content):
    (content.root / "modules/effect/release.csv").unlink()
    told = content.problems()
    assert len(told) == 12
    assert "release.ant:3: a symbol without a row: 'washing' is not in release.csv" in "\n".join(told)


@pytest.mark.parametrize("name", LIBRARY_MODELS)
def test_library_models_load_without_a_problem(name):
    assert check_model(name) == []
    model = load_model(name)
    assert model.outputs
    assert set(model.outputs) <= model.names


def test_curves_against_roadrunner(tiny, reference):
    """Our expressions, solved by scipy, and our SBML, solved by libRoadRunner, are two routes to one curve."""
    roadrunner = pytest.importorskip("roadrunner")
    times = np.linspace(0, 24, 25)
    names = ("plasma", "unbound", "cells", "drugx_peripheral", "blast_niche")
    ours = reference(tiny, times, names, {"drugx_depot": 20_000.0})
    other = roadrunner.RoadRunner(tiny.sbml)
    other.integrator.absolute_tolerance, other.integrator.relative_tolerance = 1e-12, 1e-10
    other["drugx_depot"] = 20_000.0
    other.timeCourseSelections = list(names)
    theirs = np.asarray(other.simulate(0, 24, 25))
    assert ours[:, 2].max() > 1.5 * ours[0, 2]
    np.testing.assert_allclose(theirs, ours, rtol=1e-6, atol=1e-9)


def test_the_untreated_state_is_a_steady_state(tiny, reference):
    cells = reference(tiny, [0.0, 1000.0], ("cells", "blast_niche"))
    np.testing.assert_allclose(cells[1], cells[0], rtol=1e-8)
