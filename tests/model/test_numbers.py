"""A model with other numbers: what was named changes, in every form the model keeps it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.model import export_model, load_model
from unmoor.model.numbers import with_numbers

RATIO = "plerixafor_renal_ratio"


def test_values_and_spreads_change_and_nothing_else() -> None:
    model = load_model("plerixafor_pk")
    other = with_numbers(model, {("plerixafor.renal_ratio", "value"): 0.9, (RATIO, "spread"): 12.0})
    assert (other.rows[RATIO].value, other.rows[RATIO].spread) == (0.9, 12.0)
    assert other.constants[RATIO] == 0.9 * model.factors[RATIO]
    assert {name for name, row in other.rows.items() if row != model.rows[name]} == {RATIO}
    assert other.rates == model.rates
    assert model.rows[RATIO].value != 0.9


def test_the_exported_model_has_them_too(tmp_path: Path) -> None:
    other = with_numbers(load_model("plerixafor_pk"), {(RATIO, "value"): 0.875})
    path = tmp_path / "other.xml"
    export_model(other, path)
    assert 'value="0.875"' in path.read_text()


def test_what_takes_no_number_is_refused() -> None:
    model = load_model("plerixafor_pk")
    with pytest.raises(UnknownName, match="did you mean"):
        with_numbers(model, {("plerixafor_renal_ration", "value"): 1.0})
    with pytest.raises(BadInput, match="the model computes it"):
        with_numbers(model, {(model.states[0], "value"): 1.0})
    still = next(name for name, row in model.rows.items() if name in model.constants and not row.distribution)
    with pytest.raises(BadInput, match="does not vary between patients"):
        with_numbers(model, {(still, "spread"): 1.0})
