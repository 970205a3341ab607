"""Hostile SBML: mutated while well-formed, too large, reaching outside; and names of a model that look like code."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unmoor import UnmoorError, integrate, load_model, sensitivities
from unmoor.engine import ensemble, machine
from unmoor.model import export_model

MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'
WHOLE = f"""<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">
<listOfFunctionDefinitions><functionDefinition id="f"><math {MATH}><lambda><bvar><ci>u</ci></bvar><apply><power/>
<ci>u</ci><cn>2</cn></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>
<listOfCompartments><compartment id="c" size="2" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="c" initialAmount="3" hasOnlySubstanceUnits="false" boundaryCondition="false"
constant="false"/></listOfSpecies>
<listOfParameters><parameter id="k" value="0.5" constant="true"/><parameter id="a" value="1" constant="false"/>
<parameter id="x" value="1" constant="false"/><parameter id="n" value="0" constant="false"/></listOfParameters>
<listOfInitialAssignments><initialAssignment symbol="x"><math {MATH}><apply><plus/><ci>k</ci><cn>1</cn></apply></math>
</initialAssignment></listOfInitialAssignments><listOfRules><assignmentRule variable="a"><math {MATH}><apply><times/>
<ci>x</ci><apply><ci>f</ci><ci>k</ci></apply></apply></math></assignmentRule><rateRule variable="x"><math {MATH}><apply>
<minus/><apply><times/><ci>a</ci><cn type="e-notation">2<sep/>-1</cn></apply></apply></math></rateRule></listOfRules>
<listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference species="S" stoichiometry="1"
constant="true"/></listOfReactants><kineticLaw><math {MATH}><apply><times/><ci>p</ci><ci>S</ci><ci>c</ci></apply></math>
<listOfLocalParameters><localParameter id="p" value="0.5"/></listOfLocalParameters></kineticLaw></reaction>
</listOfReactions>EVENTS</model></sbml>"""
EVENTS = f"""<listOfEvents><event id="e" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">
<math {MATH}><apply><lt/><ci>S</ci><cn>1</cn></apply></math></trigger><listOfEventAssignments>
<eventAssignment variable="n"><math {MATH}><apply><plus/><ci>n</ci><cn>1</cn></apply></math></eventAssignment>
</listOfEventAssignments></event></listOfEvents>"""
OPERATORS = (
    "plus minus times divide power root exp ln log abs floor factorial tan arccosh and not lt eq piecewise".split()
)
VALUES = [
    "1e308",
    "-1e308",
    "1e-308",
    "1e999",
    "-1",
    "0",
    "NaN",
    "INF",
    "",
    "true",
    "S",
    "k",
    "c",
    "x",
    "n",
    "r",
    "e",
    "f",
]
VALUES += ["time", "0x1", "1e", " 3 ", "9" * 400, "\u2028", "S' or 1", "-INF"]
SECONDS = 5.0


@st.composite
def mutated(draw) -> str:
    """Well-formed XML in which elements, names and numbers stand where they should not."""
    root = ElementTree.fromstring(WHOLE.replace("EVENTS", EVENTS if draw(st.booleans()) else ""))
    for _ in range(draw(st.integers(1, 3))):
        every = list(root.iter())
        node, other = (every[draw(st.integers(1, len(every) - 1))] for _ in range(2))
        match draw(st.integers(0, 6)):
            case 0:
                node.tag = node.tag.rpartition("}")[0] + "}" + draw(st.sampled_from(OPERATORS))
            case 1 if node.attrib:
                node.set(draw(st.sampled_from(sorted(node.attrib))), draw(st.sampled_from(VALUES)))
            case 2 if node.attrib:
                del node.attrib[draw(st.sampled_from(sorted(node.attrib)))]
            case 3 if len(node):
                node.remove(node[draw(st.integers(0, len(node) - 1))])
            case 4:
                node.append(ElementTree.fromstring(ElementTree.tostring(other)))
            case 5 if len(node) > 1:
                node[:] = list(node)[::-1]
            case _:
                node.text = draw(st.sampled_from(VALUES))
    return ElementTree.tostring(root, encoding="unicode")


@given(mutated())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_mutated_file_is_a_model_or_an_error(tmp_path, text):
    path = tmp_path / "mutated.xml"
    path.write_text(text, encoding="utf-8")
    begin = time.process_time()
    with suppress(UnmoorError):
        found = integrate(load_model(path), times=[0.0, 3.0])
        assert int(found["status"]) in found["status"].attrs["meaning"]
    assert time.process_time() - begin < SECONDS


#: runs in a process of its own, which may not take more than so much, and which says what it opened
SCRIPT = """
import json, resource, sys, time
import unmoor
from unmoor import integrate, load_model
limit = 3_000_000_000  # of addresses, of which an idle interpreter with the compiler loaded has nearly one
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
integrate(load_model(sys.argv[1]), times=[0.0, 1.0])
touched = []
sys.addaudithook(lambda name, args: touched.append(f"{name} {args}") if name.startswith(("socket.", "subprocess.",
    "os.system", "os.exec", "urllib.", "ctypes.dlopen")) else None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[2:]:
    begin = time.process_time()
    try:
        integrate(load_model(path), times=[0.0, 1.0])
        said = "computed"
    except unmoor.UnmoorError as problem:
        said = str(problem)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps([path, said, time.process_time() - begin, grown, touched]), flush=True)
"""


def _nested(depth: int) -> str:
    return "<apply><abs/>" * depth + "<ci>k</ci>" + "</apply>" * depth


def _doubling(depth: int) -> str:
    """Functions that each call the one before twice, the last of them doing 2^depth operations."""
    text = ""
    for i in range(depth):
        call = f"<apply><ci>f{i - 1 if i else ''}</ci><ci>u</ci></apply>"
        text += f'<functionDefinition id="f{i}"><math {MATH}><lambda><bvar><ci>u</ci></bvar><apply><plus/>{call}{call}'
        text += "</apply></lambda></math></functionDefinition>"
    return text + "</listOfFunctionDefinitions>"


def _attacks(folder, port: int) -> dict[str, tuple[bytes, str]]:
    """Name of an attack -> file, and what the refusal must say ("" for a text that may be computed)."""
    plain = WHOLE.replace("EVENTS", "")
    pipe, address, long = f"file://{folder / 'pipe'}", f"http://127.0.0.1:{port}/s", "9" * 10_000_000
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    many = "".join(f'<parameter id="q{i}" value="1" constant="true"/>' for i in range(60_000))
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{pipe}"/><listOfRules>'

    def with_entity(declared: str, name: str) -> bytes:
        return (f"<!DOCTYPE m [{declared}]>" + plain.replace('value="0.5"', f'value="0.5" name="&{name};"')).encode()

    def changed(old: str, new: str) -> bytes:
        assert old in plain
        return plain.replace(old, new).encode()

    return {
        "expansion": (with_entity(f'<!ENTITY l0 "ha">{laughs}', "l9"), "document type"),
        "external file": (with_entity(f'<!ENTITY s SYSTEM "{pipe}">', "s"), "document type"),
        "external address": (with_entity(f'<!ENTITY s SYSTEM "{address}">', "s"), "document type"),
        "external type": (f'<!DOCTYPE m SYSTEM "{address}">{plain}'.encode(), "document type"),
        "parameter entity": (f'<!DOCTYPE m [<!ENTITY % s SYSTEM "{pipe}"> %s;]>{plain}'.encode(), "document type"),
        "included file": (changed("<listOfRules>", included), ""),
        "deep elements": (changed("<ci>p</ci>", _nested(100_000)), "nested"),
        "deep formula": (changed("<ci>p</ci>", _nested(900)), ""),
        "long name": (changed('"k"', f'"k{long}"'), "characters"),
        "long number": (changed('value="0.5"', f'value="{long}"'), "characters"),
        "long number in a formula": (changed("<cn>1</cn>", f"<cn>{long}</cn>"), "characters"),
        "huge exponent": (changed("<sep/>-1<", "<sep/>999999999<"), ""),
        "many parameters": (changed("<listOfParameters>", "<listOfParameters>" + many), "more than"),
        "functions that double": (
            plain.replace("<apply><ci>f</ci><ci>k", "<apply><ci>f39</ci><ci>k")
            .replace("</listOfFunctionDefinitions>", _doubling(40))
            .encode(),
            "operations",
        ),
        "not text": (plain.encode("utf-16"), "cannot read"),
        "cut short": (plain[:900].encode(), "well-formed"),
    }


def test_attacks_are_refused_in_bounded_time_and_memory_and_reach_nothing(tmp_path):
    """One process meets all attacks under limits of the operating system; what they point at hears of nobody."""
    os.mkfifo(tmp_path / "pipe")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        attacks = _attacks(tmp_path, server.getsockname()[1])
        paths = {str(tmp_path / f"{number}.xml"): name for number, name in enumerate(attacks)}
        for path, name in paths.items():
            (tmp_path / path).write_bytes(attacks[name][0])
        (tmp_path / "plain.xml").write_text(WHOLE.replace("EVENTS", ""))
        # whoever opened the pipe would wait for ever, and run into this limit
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / "plain.xml"), *paths],
            capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr[-2000:]
        with pytest.raises(BlockingIOError):
            server.accept()
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [path for path, *_ in told] == list(paths)
    for path, said, seconds, grown, touched in told:
        name, wanted = paths[path], attacks[paths[path]][1]
        assert wanted in said, f"{name}: {said[:300]}"
        assert len(said) < 20_000, name
        assert seconds < 2 * SECONDS, f"{name} took {seconds:.1f} s"
        assert grown < 700, f"{name}: {grown:.0f} MB"
        assert not touched, f"{name}: {touched}"


#: words of LLVM, Python, Antimony and shells that SBML allows as identifiers
HOSTILE = [
    "define",
    "ret",
    "import",
    "__class__",
    "eval_os_system",
    "double",
    "at_exit",
    "_2F_bin_2F_sh",
    "unreachable",
]


def test_names_of_a_model_reach_none_of_the_generated_texts(tmp_path, monkeypatch):
    """Kernels, tangents, steady starts, their tangents and events: no text given to the compiler holds a name."""
    texts = []
    ensemble.driver()
    original = machine.compile_text
    monkeypatch.setattr(machine, "compile_text", lambda text, *more: texts.append(text) or original(text, *more))
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(machine, "_loaded", dict(machine._loaded))
    names = {old: f"{word}_zq" for old, word in zip("c S k a x n p e f".split(), HOSTILE, strict=True)}

    def renamed(text: str) -> str:
        """The text with every identifier of the model in its attributes and formulas exchanged."""
        return re.sub(r'(="|<ci>)([cSkaxnpef])(?="|</ci>)', lambda found: found[1] + names[found[2]], text)

    whole, events = renamed(WHOLE), renamed(EVENTS)
    (tmp_path / "plain.xml").write_text(whole.replace("EVENTS", ""))
    (tmp_path / "events.xml").write_text(whole.replace("EVENTS", events))
    plain, eventful = load_model(tmp_path / "plain.xml"), load_model(tmp_path / "events.xml")
    found = integrate(eventful, times=[0.0, 3.0])
    assert int(found["status"]) == 0
    sensitivities(plain, [names["k"], names["S"]], times=[0.0, 1.0])
    still = plain.starting_steady(names["x"])
    assert int(integrate(still, times=[0.0, 1.0])["status"]) == 0
    sensitivities(still, [names["k"]], times=[0.0, 1.0])
    assert len(texts) >= 5
    for text in texts:
        assert "_zq" not in text
    again = load_model(export_model(plain, tmp_path / "again.xml"))
    assert {names["S"], names["k"]} <= again.names | again.species.keys()
