"""SBML files damaged at random end in a model or in an error of ours: no crash, no other exception, in bounded time."""

from __future__ import annotations

import time
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unmoor import UnmoorError, integrate, load_model, sensitivities
from unmoor.model import Model

WHOLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="m">
<listOfCompartments><compartment id="c" size="2" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="c" initialAmount="3" hasOnlySubstanceUnits="false"
 boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters>
<listOfReactions><reaction id="r" reversible="false" fast="false"><listOfReactants>
<speciesReference species="S" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>k</ci><ci>S</ci><ci>c</ci>
</apply></math></kineticLaw></reaction></listOfReactions></model></sbml>
"""
PIECES = [b"1e999", b"-1", b"NaN", b"INF", b"&x;", b"<", b'"', b"", b"0", b"true", b"<apply>", b"\x00", b"\xff"]
#: what stands in the file, so that damage often leaves well-formed XML
WORDS = [b'"0.5"', b'"2"', b'"3"', b'"1"', b"<times/>", b"<ci>S</ci>", b'"S"', b'"k"', b"true", b"false", b"core"]
SECONDS = 5.0


@st.composite
def damaged(draw) -> bytes:
    text = WHOLE
    for _ in range(draw(st.integers(1, 4))):
        piece = draw(st.sampled_from([*PIECES, *WORDS, b'"1e308"', b'"-1"', b"<divide/>", b"<power/>", b"<csymbol/>"]))
        if draw(st.booleans()):
            text = text.replace(draw(st.sampled_from(WORDS)), piece, draw(st.integers(1, 2)))
        else:
            at = draw(st.integers(0, len(text)))
            text = text[:at] + piece + text[at + draw(st.integers(0, 30)) :]
    return text


def _run(model: Model) -> None:
    found = integrate(model, times=[0.0, 1.0])
    assert int(found["status"]) in found["status"].attrs["meaning"]


@given(damaged())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_a_model_or_an_error(tmp_path, text):
    path = tmp_path / "damaged.xml"
    path.write_bytes(text)
    begin = time.perf_counter()
    with suppress(UnmoorError):
        _run(load_model(path))
    assert time.perf_counter() - begin < SECONDS


def test_names_of_a_model_reach_no_generated_code(tmp_path):
    """Identifiers that are words of LLVM, Python and SQL; the kernel's text must hold none of them."""
    from unmoor.engine.kernel_ir import module_text
    from unmoor.engine.layout import program

    hostile = "define_void_exit_import_os_system"
    path = tmp_path / "hostile.xml"
    path.write_bytes(WHOLE.replace(b'"k"', f'"{hostile}"'.encode()).replace(b"<ci>k<", f"<ci>{hostile}<".encode()))
    model = load_model(path)
    assert hostile in model.constants
    assert hostile not in module_text(program(model, ["S"], []))
    found = sensitivities(model, [hostile], times=[0.0, 1.0])
    assert int(found["status"]) == 0
