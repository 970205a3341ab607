"""`unmoor verify`: the table on the screen, the page on disk, the exit code."""

import pytest

CASE = "00001"
MODEL = """<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">
<listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters></model></sbml>"""


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite" / CASE
    folder.mkdir(parents=True)
    (folder / "model.xml").write_text(MODEL)
    (folder / "settings.txt").write_text("variables: k\nabsolute: 1e-6\nrelative: 1e-6\namount:\nconcentration:\n")
    (folder / "results.csv").write_text("time,k\n0,0.5\n1,0.5\n")
    return folder.parent


def test_the_table_and_the_page(unmoor, suite, tmp_path):
    done = unmoor("verify", "sbml", suite, "--to", tmp_path / "page.md", "--workers", 1)
    assert done.exit_code == 0, done.stderr
    assert ["all", "1", "1", "0", "0"] in [line.split() for line in done.stdout.splitlines()]
    assert "| all | 1 | 1 | 0 | 0 |" in (tmp_path / "page.md").read_text()


def test_a_wrong_number_is_exit_code_1(unmoor, suite):
    (suite / CASE / "results.csv").write_text("time,k\n0,0.5\n1,0.6\n")
    done = unmoor("verify", "sbml", suite, "--workers", 1)
    assert done.exit_code == 1
    assert "k at 1: 0.5, published 0.6: 00001" in done.stdout


def test_no_cases_is_a_refusal(unmoor, tmp_path):
    done = unmoor("verify", "sbml", tmp_path)
    assert done.exit_code == 2
    assert "there are no cases of the SBML test suite here" in done.stderr
