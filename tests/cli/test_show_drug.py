from __future__ import annotations

import csv

import pytest

from unmoor.cli.names import path_of
from unmoor.cli.show_drug import show_drug


def test_identity_routes_values_and_references(capsys: pytest.CaptureFixture[str]) -> None:
    show_drug("AMD3100")
    text = capsys.readouterr().out
    assert text.startswith("plerixafor: small-molecule CXCR4 antagonist\n")
    assert "AMD3100, Mozobil" in text
    assert "502.79 g/mol" in text
    assert "into depot; bioavailability bioavailability" in text
    assert "hendrix2000: Hendrix CW" in text
    with path_of("drugs", "plerixafor").with_suffix(".csv").open() as stream:
        for row in csv.DictReader(stream):
            line = next(line for line in text.splitlines() if line.split()[:1] == [row["name"]])
            assert f"{float(row['value']):g}" in line.split()
            assert row["source"] in line
