"""Writing fitted values: the cell that changes, and everything that must not."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import UnknownName
from unmoor.base.files import LIBRARY
from unmoor.calibration.estimate import Estimate, Fit, StageFit
from unmoor.calibration.plan import Parameter, Stage, load_plan
from unmoor.calibration.tables import write_posterior, write_tables
from unmoor.model import Posterior, load_posterior
from unmoor.model.posterior import Fitted

CELLS = "cells/cd34.csv"


def fit_of(value: float, symbol: str, people: int = 0, also: tuple[str, ...] = (), file: str | None = CELLS) -> Fit:
    """A finished fit of one parameter."""
    part = "spread" if people else "value"
    parameter = Parameter(symbol=symbol, file=file, start=1, lower=0.1, upper=10, also=also, part=part)
    stage = Stage(name="one", about="one", parameters=(parameter,), people=people)
    return Fit(load_plan("mobilisation-first"), (StageFit(stage, (Estimate(parameter, value, 0.1),), (), 0.0),))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the tables that tests may change."""
    shutil.copytree(LIBRARY / "cells", tmp_path / "cells")
    return tmp_path


def changed_lines(library: Path) -> list[str]:
    """Lines of the table that are no longer as in the library."""
    before, after = ((root / CELLS).read_text().splitlines() for root in (LIBRARY, library))
    assert len(before) == len(after)
    return [new for old, new in zip(before, after, strict=True) if old != new]


def test_a_value_goes_into_its_row_and_nowhere_else(library: Path) -> None:
    assert write_tables(fit_of(3.14159, "cd34_tether_cxcr4_tether"), library) == (library / CELLS,)
    (line,) = changed_lines(library)
    assert line.startswith("cxcr4_tether,constant,3.142,1,lognormal,")
    assert "fitted:mobilisation-first,fitted" in line


def test_a_spread_goes_into_every_row_that_shares_it(library: Path) -> None:
    write_tables(fit_of(33.0, "cd34_tether_cxcr4_tether", 64, ("cd34_tether_vla4_tether",)), library)
    lines = changed_lines(library)
    assert len(lines) == 2
    assert all(",lognormal,33," in line for line in lines)


def test_a_parameter_without_a_table_is_kept_nowhere(library: Path) -> None:
    assert write_tables(fit_of(3.0, "cd34_tether_cxcr4_tether", file=None), library) == ()


def test_a_table_without_the_row_is_refused_before_anything_is_written(library: Path) -> None:
    with pytest.raises(UnknownName, match="cxcr4_tether"):
        write_tables(fit_of(3.0, "cd34_tether_cxcr4_tethr"), library)
    assert not changed_lines(library)


def test_a_posterior_reads_back_to_five_digits(tmp_path: Path) -> None:
    columns = (Fitted(CELLS, "cd34_cells_pool_ratio"), Fitted(CELLS, "cd34_tether_cxcr4_tether", "spread"))
    values = np.array([[123.456789, 0.00123456], [1e6, 17.0]])
    path = write_posterior(Posterior("made", columns, values), tmp_path)
    assert path == tmp_path / "posteriors" / "made.csv"
    again = load_posterior(path)
    assert again.columns == columns
    assert again.values == pytest.approx(values, rel=5e-5)
