"""NONMEM-style tables: the same events as the same doses in words, and NONMEM's rules for RATE, ADDL and F."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.dosing.drug import Drug, MolarMass, Route
from unmoor.dosing.regimen import Regimen
from unmoor.dosing.table import read_table

PAGE = (Path(__file__).parents[2] / "docs" / "dosing.md").read_text(encoding="utf-8")


def _row(**values):
    return {"TIME": 0.0, "AMT": 10.0, "CMT": "plerixafor.depot"} | values


def _read(model, lagging, *rows, **options):
    return read_table(pd.DataFrame(rows).fillna(0), model, drugs=[lagging], **options)


def _same(one, two):
    assert [one.names[k] for k in one.target] == [two.names[k] for k in two.target]
    for column in ("patient", "time", "action", "value", "start"):
        assert getattr(one, column) == pytest.approx(getattr(two, column)), column


def test_a_table_and_a_text_that_say_the_same_make_the_same_events(model, lagging):
    table = _read(
        model, lagging, _row(ADDL=3, II=12), _row(TIME=5, CMT="plerixafor_central", AMT=6, RATE=3), amount_unit="mg"
    )
    text = "plerixafor 10 mg sc twice daily for 4 doses\nplerixafor 6 mg iv over 2 h at 05:00"
    _same(table, Regimen.of(text, drugs=[lagging]).events(model).events)


def test_bioavailability_scales_the_duration_where_rate_is_given(model, lagging):
    events = _read(model, lagging, _row(AMT=100, RATE=20))
    assert events.time.tolist() == [0.25, 2.75]  # F 0.5: 50 nmol at 20 nmol/h
    assert events.value.tolist() == [20, -20]


def test_further_doses_have_lag_and_bioavailability_too(model, lagging):
    events = _read(model, lagging, _row(ADDL=2, II=24))
    assert events.time.tolist() == [0.25, 24.25, 48.25]
    assert events.start.tolist() == [0, 24, 48]
    assert events.value.tolist() == [5, 5, 5]


def test_amounts_are_in_the_unit_of_the_state(model, lagging):
    assert _read(model, lagging, _row(CMT="counter", AMT=2.0)).value.tolist() == [2000.0]  # declared umol


def test_a_mass_needs_a_drug(model, lagging):
    with pytest.raises(BadInput, match="needs a molar mass"):
        _read(model, lagging, _row(CMT="counter"), amount_unit="mg")


def test_compartments_by_number(model, lagging):
    events = _read(model, lagging, _row(CMT=2), _row(CMT=5))
    assert sorted(events.names) == ["counter", "plerixafor_central"]
    with pytest.raises(BadInput, match="row 1: CMT is 9: there is no such state"):
        _read(model, lagging, _row(CMT=9))
    with pytest.raises(UnknownName, match=r"row 1: unknown symbol 'plerixafor.depo'[\s\S]*did you mean"):
        _read(model, lagging, _row(CMT="plerixafor.depo"))
    with pytest.raises(UnknownName, match=r"unknown state of model 'small' 'weight'"):
        _read(model, lagging, _row(CMT="weight"))


def test_patients_have_their_own_parameters(model, lagging):
    parameters = {"plerixafor_bioavailability": np.array([1.0, 0.2, 0.1]), "plerixafor_lag": np.array([0.0, 1.0, 2.0])}
    events = _read(model, lagging, _row(ID="c"), _row(ID="b"), ids=["a", "b", "c"], parameters=parameters)
    assert events.patient.tolist() == [1, 2]
    assert events.time.tolist() == [1, 2]
    assert events.value.tolist() == pytest.approx([2, 1])


def test_routes_that_differ_into_one_state_cannot_be_told_apart(model):
    routes = (Route("sc", "depot", "bioavailability"), Route("po", "depot", "lag"))
    drug = Drug("plerixafor", "test", MolarMass(500, "g/mol", "assumed"), routes, "two_compartment")
    with pytest.raises(Unsupported, match="routes sc and po of plerixafor enter 'plerixafor_depot'"):
        _read(model, drug, _row())


def test_many_records_quickly_and_in_order(model, lagging):
    n = 2000
    table = pd.DataFrame(
        {"ID": np.repeat(np.arange(n), 2), "TIME": np.tile([0.0, 3.0], n), "AMT": 1.0, "ADDL": 4, "II": 2}
    )
    events = read_table(table.assign(CMT="plerixafor.central"), model, drugs=[lagging])
    assert len(events) == 10 * n
    assert events.of([n - 1]).time.tolist() == [0, 2, 3, 4, 5, 6, 7, 8, 9, 11]


def test_a_table_without_doses_is_no_treatment(model, lagging):
    assert len(_read(model, lagging, _row(AMT=0))) == 0


def test_the_table_of_the_page(model, lagging):
    found = re.findall(r"^\| (\d+ \|.*) \|$", PAGE, re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in found]
    columns = ["ID", "TIME", "EVID", "AMT", "CMT", "RATE", "ADDL", "II"]
    events = read_table(pd.DataFrame(rows, columns=columns), model, drugs=[lagging])
    assert len(rows) == 3
    assert [(int(p), float(t)) for p, t in zip(events.patient, events.time, strict=True)] == [
        (0, 0.25), (0, 24.25), (0, 48.25), (0, 72.25), (1, 0.0), (1, 0.25),
    ]  # fmt: skip
