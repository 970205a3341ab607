"""Every fault of a parameter table has its own message, with file and line."""

import pytest

from unmoor.base.errors import BadInput
from unmoor.model.model import Row
from unmoor.model.parameters import read_table, rows_from

HEADER = "name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note\n"
GOOD = "k,constant,2,1/h,lognormal,30,0.1,9,smith2001 K1,in vitro,a note\n"


def told(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    problems = []
    rows = read_table(path, problems)
    return rows, [str(each) for each in problems]


def test_a_row_keeps_its_cells_and_its_place(tmp_path):
    rows, problems = told(tmp_path, HEADER + "\n" + GOOD)
    assert problems == []
    assert rows == (
        Row("k", "constant", 2.0, "1/h", "lognormal", 30.0, 0.1, 9.0, "smith2001 K1", "in vitro", "a note", "t.csv", 3),
    )
    assert rows[0].where == "t.csv:3"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("k,constant,2,,,,,,assumed,assumed,", "'k': the unit is missing"),
        ("k,constant,2,1/h,,,,,,assumed,", "'k': the source is missing"),
        ("k,constant,2,1/h,,,,,assumed,,", "'k': the evidence is missing"),
        ("k,konstant,2,1/h,,,,,assumed,assumed,", "unknown kind of 'k': 'konstant'\n  did you mean 'constant'?"),
        ("k,constant,2,1/h,lognormale,30,,,assumed,assumed,", "'lognormale'\n  did you mean 'lognormal'?"),
        ("k,constant,2,1/h,,,,,assumed,guessed,", "unknown evidence of 'k': 'guessed'"),
        ("k,constant,2,1/hh,,,,,assumed,assumed,", "unknown unit 'hh'"),
        ("k,constant,two,1/h,,,,,assumed,assumed,", "'k': value 'two' is not a number"),
        ("k,constant,nan,1/h,,,,,assumed,assumed,", "'k': value 'nan' is not a number"),
        ("k,constant,2,1/h,,,x,,assumed,assumed,", "'k': lower 'x' is not a number"),
        ("k,constant,2,1/h,,,3,,assumed,assumed,", "'k': value 2 is outside its bounds"),
        ("k,constant,2,1/h,,,3,1,assumed,assumed,", "'k': lower 3 is not below upper 1"),
        ("k,constant,2,1/h,lognormal,,,,assumed,assumed,", "needs a spread of zero or more"),
        ("k,constant,2,1/h,,30,,,assumed,assumed,", "'k': a spread without a distribution"),
        ("k,constant,2,1/h,uniform,,,,assumed,assumed,", "'k': a uniform distribution needs lower and upper"),
        ("k,constant,-2,1/h,lognormal,30,,,assumed,assumed,", "'k': a lognormal value must be above zero"),
        ("k,constant,2,1,logitnormal,0.3,,,assumed,assumed,", "strictly between its bounds"),
        ("k,input,2,1/h,,,,,assumed,assumed,", "'k': an input takes no value"),
        ("k,output,2,1/h,,,,,assumed,assumed,", "'k': an output takes no value"),
        ("k,state,,nmol,lognormal,3,,,,,", "'k': a state has no distribution"),
        ("k,covariate,,kg,,,,,assumed,assumed,", "'k': a covariate needs a value"),
        ("k,switch,,1,,,,,assumed,assumed,", "'k': a switch needs a value"),
        ("2k,constant,2,1/h,,,,,assumed,assumed,", "'2k' is not a name"),
        (",constant,2,1/h,,,,,assumed,assumed,", "a row without a name"),
        ("k,constant,2,1/h,,,,,assumed,assumed,a,b", "12 cells for 11 columns"),
    ],
)
def test_a_faulty_row_is_named_with_its_line_and_left_out(tmp_path, row, said):
    rows, problems = told(tmp_path, HEADER + row + "\n" + GOOD.replace("k,", "other,", 1))
    assert any(each.startswith("t.csv:2: ") and said in each for each in problems), problems
    assert [each.name for each in rows] == ["other"]


def test_a_second_row_for_a_symbol_points_at_the_first(tmp_path):
    _, problems = told(tmp_path, HEADER + GOOD + GOOD)
    assert problems == ["t.csv:3: 'k' has two rows\n  the first is in line 2"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER.replace("spread", "spred"), "unknown column 'spred'\n  did you mean 'spread'?"),
        (HEADER.replace("source,", ""), "the table lacks column source"),
        (HEADER.replace("note", "unit"), "the table lacks column note"),
        ("", "the table lacks column name"),
    ],
)
def test_a_faulty_header_is_named(tmp_path, header, said):
    rows, problems = told(tmp_path, header)
    assert rows == ()
    assert any("t.csv:1: " in each and said in each for each in problems), problems


def test_a_table_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe\x00name")
    problems = []
    assert read_table(tmp_path / "t.csv", problems) == ()
    assert "cannot read this table" in str(problems[0])


def test_an_overlay_is_a_file_or_rows(tmp_path):
    with pytest.raises(BadInput, match="no file"):
        rows_from(tmp_path / "none.csv", [])
    with pytest.raises(BadInput, match="an overlay holds str"):
        rows_from(["k"], [])
    row = Row("k", "constant", 2.0, "1/h")
    assert rows_from([row], []) == (row,)


def test_a_state_may_start_steady_and_nothing_else(tmp_path):
    rows, problems = told(tmp_path, HEADER + "x,state,steady,nM,,,,,,,\ny,state,,nM,,,,,,,\n")
    assert problems == []
    assert [(row.steady, row.value) for row in rows] == [(True, None), (False, None)]
    for kind in ("constant", "covariate", "switch", "output", "input"):
        rows, problems = told(tmp_path, HEADER + f"x,{kind},steady,nM,,,,,assumed,assumed,\n")
        assert rows == ()
        assert "'x': only a state starts 'steady'" in problems[0]
    _, problems = told(tmp_path, HEADER + "x,state,steadily,nM,,,,,,,\n")
    assert "value 'steadily' is not a number" in problems[0]
