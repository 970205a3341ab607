import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).parents[3].parent / "shared" / "evidence" / "reference-vectors" / "survival"


class Vectors:
    """Numbers of R's survival, cmprsk, survRM2 and mstate, and the teaching data they were computed from."""

    def __getitem__(self, name):
        return json.loads((FOLDER / f"{name}.json").read_text())

    def data(self, name):
        return pd.read_csv(FOLDER / f"{name}.csv")


@pytest.fixture
def vectors():
    if not FOLDER.is_dir():
        pytest.skip("the reference vectors are not at hand (../shared/evidence/reference-vectors)")
    return Vectors()


@pytest.fixture
def mgus(vectors):
    """Time, cause (1 malignancy, 2 death) and the table of the mgus2 data."""
    table = vectors.data("mgus2")
    time = np.where(table.pstat == 0, table.futime, table.ptime)
    return time, np.where(table.pstat == 0, 2 * table.death, 1), table


@pytest.fixture
def transplant(vectors):
    """Time, cause (1 relapse, 2 death in remission) and the table of the bmt data."""
    table = vectors.data("kmsurv_bmt")
    return table.t2, np.where(table.d2 == 1, 1, np.where(table.d1 == 1, 2, 0)), table
