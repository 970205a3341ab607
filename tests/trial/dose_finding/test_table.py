from __future__ import annotations

from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.mtpi2 import Mtpi2
from unmoor.trial.designs.rolling_six import RollingSix
from unmoor.trial.dose_finding.table import boundaries, letters, letters_by_count


def test_boundaries_are_missing_where_nothing_leads_there() -> None:
    table = boundaries(Boin(target=0.3, doses=5, n=5).table()).set_index("n")
    assert table.loc[4].tolist() == [0, 2, 3]
    assert table.loc[2].isna().tolist() == [False, False, True]


def test_letters_print_the_table() -> None:
    by_count = letters_by_count(Mtpi2(target=0.3, doses=5, n=5).table())
    assert (by_count[3, 0], by_count[3, 1], by_count[3, 3], len(by_count)) == ("E", "S", "X", 14)
    lines = letters(Mtpi2(target=0.3, doses=5, n=5).table()).splitlines()
    assert lines[0].split() == ["DLT", "\\", "n", "1", "2", "3", "4"]
    assert [line[8:] for line in lines[1:3]] == [" E  E  E  E", " D  D  S  S"]


def test_a_pending_table_counts_pending_patients() -> None:
    table = RollingSix(doses=3).table()
    assert len(table) == sum((n + 1) * (n + 2) // 2 for n in range(2, 7))
    row = table[(table["n"] == 3) & (table["dlt"] == 0) & (table["pending"] == 2)]
    assert row["history"].item() == "1N 2NP0P0"
