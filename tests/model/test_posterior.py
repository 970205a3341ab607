"""Posteriors: read whole or refused, and a draw changes what its own table gives and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.files import LIBRARY
from unmoor.model import Model, Posterior, export_model, load_model, load_posterior, posterior_of
from unmoor.model.posterior import Fitted
from unmoor.population import load_population, sample

BASELINE = "cd34_cells_baseline_concentration"
CELLS, PATIENTS = "cells/cd34.csv", "populations/nhl-phase3.csv"
TRANSIT = "neutrophil_transit_stimulation"  # patients have their own
HEADINGS = (
    f"{CELLS}:{BASELINE}",
    f"{PATIENTS}:{TRANSIT}",
    f"{CELLS}:{BASELINE}:spread",
    "drugs/plerixafor.csv:plerixafor_renal_ratio",
    f":{BASELINE} (the same in myeloma)",
)
DRAWS = np.array([[2.0, 0.5, 30.0, 0.7, 1.1], [3.0, 0.6, 40.0, 0.8, 1.2]])


def model_of(*overlay: object) -> Model:
    """The library's model with the rows that the draws are for marked as fitted by 'made'."""
    model = load_model("mobilisation", overlay=overlay)
    rows = {
        name: replace(row, source="fitted:made") if name in (BASELINE, TRANSIT, "plerixafor_renal_ratio") else row
        for name, row in model.rows.items()
    }
    return replace(model, rows=rows)


def posterior(headings: tuple[str, ...] = HEADINGS, name: str = "made") -> Posterior:
    """Two draws made up."""
    return Posterior(name, tuple(map(Fitted.read, headings)), DRAWS[:, : len(headings)])


def test_a_draw_sets_values_and_spreads_and_leaves_the_rest() -> None:
    model = model_of()
    drawn = posterior().over(model, 1)
    assert drawn.rows[BASELINE].value == 3.0
    assert drawn.rows[BASELINE].spread == 40.0
    assert drawn.constants[BASELINE] == 3.0 * model.factors[BASELINE]
    changed = {name for name, row in drawn.rows.items() if row != model.rows[name]}
    assert changed == {BASELINE, "plerixafor_renal_ratio"}
    assert model.rows[BASELINE].value not in (2.0, 3.0)


def test_a_populations_own_number_wins_over_the_cells() -> None:
    model = model_of(LIBRARY / PATIENTS)
    drawn = posterior().over(model, 0)
    assert drawn.rows[TRANSIT].value == 0.5
    assert drawn.rows[TRANSIT].spread == model.rows[TRANSIT].spread
    assert drawn.rows[BASELINE].spread == 30  # what the patients' table does not give comes from the cells
    assert drawn.rows["plerixafor_renal_ratio"].value == 0.7


def test_a_table_that_gives_a_spread_alone_leaves_the_value_to_the_cells(tmp_path: Path) -> None:
    table = tmp_path / "populations" / "few.csv"
    table.parent.mkdir()
    head = "name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note\n"
    table.write_text(f"{head}{BASELINE},constant,,cells/uL,lognormal,77,,,assumed,assumed,\n")
    drawn = posterior().over(model_of(table), 1)
    assert drawn.rows[BASELINE].value == 3.0
    assert drawn.rows[BASELINE].spread == 77


def test_what_a_study_sets_itself_stays() -> None:
    model = model_of()
    own = replace(model.rows[BASELINE], value=9.0, source="assumed", file="study.yaml")
    model = replace(model, rows={**model.rows, BASELINE: own})
    assert posterior().over(model, 0).rows[BASELINE].value == 9.0


def test_a_symbol_that_the_model_lacks_is_of_another_model() -> None:
    model = load_model("plerixafor_pk")
    rows = {**model.rows}
    rows["plerixafor_renal_ratio"] = replace(rows["plerixafor_renal_ratio"], source="fitted:made")
    assert list(posterior().acting(replace(model, rows=rows))) == [("plerixafor_renal_ratio", "value")]


def test_the_people_of_a_draw_vary_around_its_values_and_are_the_same_people() -> None:
    population = load_population("nhl-phase3", "mobilisation")
    model = population.model
    assert model is not None
    found = load_posterior("mobilisation-second")
    people, before = sample(population.over(found.over(model, 3)), 50, 1), sample(population, 50, 1)
    assert people.covariates.equals(before.covariates)
    assert found.acting(model).keys() >= {
        (BASELINE, "value"),
        (BASELINE, "spread"),
        ("cd34_tether_cxcr4_tether", "value"),
    }
    column = [each.heading for each in found.columns].index("cells/cd34.csv:cd34_tether_cxcr4_tether")
    rows = population.over(found.over(model, 3)).variability
    margin = next(each.margin for each in rows if each.name == "cd34_tether_cxcr4_tether")
    assert margin.centre == found.values[3, column]
    assert not people.parameters[BASELINE].equals(before.parameters[BASELINE])


def test_draws_of_another_calibration_are_refused() -> None:
    with pytest.raises(BadInput, match="the draws are of 'other'"):
        posterior(name="other").over(model_of(), 0)


def test_the_exported_model_of_a_draw_holds_the_draw(tmp_path: Path) -> None:
    drawn = posterior().over(model_of(), 1)
    again = load_model(export_model(drawn, tmp_path / "drawn.xml"))
    assert {name: again.constants[name] for name in drawn.constants} == pytest.approx(dict(drawn.constants), rel=1e-12)


def test_frame_and_first() -> None:
    frame = posterior().frame()
    assert tuple(frame.columns) == HEADINGS
    assert frame.index.name == "draw"
    assert posterior().first(1).values.tolist() == DRAWS[:1].tolist()
    with pytest.raises(BadInput, match="3 draws asked of 2"):
        posterior().first(3)
    with pytest.raises(BadInput, match="no draw 2"):
        posterior().over(model_of(), 2)


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_reads_back(heading: str) -> None:
    assert Fitted.read(heading).heading == heading


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("draw\n", BadInput, "not a posterior"),
        ("id,cells/cd34.csv:cd34_cells_pool_ratio\n0,1\n", BadInput, "first column is 'draw'"),
        ("draw,cells/cd34.csv\n0,1\n", BadInput, "heads no column"),
        ("draw,cells/cd34.csv:cd34_cells_pool_ratio:middle\n0,1\n", BadInput, "heads no column"),
        ("draw,cells/cd43.csv:cd34_cells_pool_ratio\n0,1\n", UnknownName, "did you mean 'cells/cd34.csv'"),
        ("draw,cells/cd34.csv:cd34_cells_poll_ratio\n0,1\n", UnknownName, "symbol"),
        ("draw,cells/cd34.csv:cd34_cells_pool_ratio\n0,x\n", BadInput, "no number"),
        ("draw,cells/cd34.csv:cd34_cells_pool_ratio\n0,-1\n", BadInput, "positive"),
        ("draw,cells/cd34.csv:cd34_cells_pool_ratio\n0,1\n1\n", BadInput, "short"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, kind: type[Exception], message: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)
    with pytest.raises(kind, match=message):
        load_posterior(path)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="mobilisation-second"):
        load_posterior("mobilisation-secnd")


def test_the_posterior_of_a_model_is_that_of_its_calibration() -> None:
    model = load_model("mobilisation")
    found = posterior_of(model)
    assert found is not None
    acting = found.acting(model)
    assert len(acting) > 20
    for (name, part), draws in acting.items():
        held = getattr(model.rows[name], part)
        assert np.quantile(draws, 0.005) < held < np.quantile(draws, 0.995), name
    plain = replace(model, rows={name: replace(row, source="assumed") for name, row in model.rows.items()})
    assert posterior_of(plain) is None
