from __future__ import annotations

import pytest

from unmoor import load_model
from unmoor.cli.show_model import show_model
from unmoor.model import describe_model


@pytest.fixture(scope="module")
def text() -> str:
    import contextlib
    import io

    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        show_model("mobilisation")
    return stream.getvalue()


def test_every_equation_number_and_wire_is_shown(text: str) -> None:
    told = describe_model(load_model("mobilisation"))
    lines = text.splitlines()
    for section in told.sections:
        for equation in section.equations:
            assert any(line.startswith(f"  {equation.left} = {equation.right}") for line in lines), equation.left
        for row in section.parameters:
            assert row.value is None or any(row.name in line and f" {row.value:g} " in line for line in lines), row.name
    wiring = text[text.index("wiring (port: filled by)") :]
    assert told.wires
    for port, source in told.wires:
        assert any(line.split() == [port, source] for line in wiring.splitlines())


def test_units_and_sources_stand_beside(text: str) -> None:
    line = next(line for line in text.splitlines() if line.split()[:1] == ["plerixafor_unbound_fraction"])
    assert "mozobil_us PPK009" in line
    assert "[cells/uL; CD34+ cells in blood]" in text
    assert text.startswith("mobilisation: ")
    assert "plerixafor: an instance of two_compartment" in text
