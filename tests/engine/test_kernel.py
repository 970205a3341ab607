"""A model's kernel: built once for the same equations, built anew for others, safe against what befalls its file."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from unmoor.dosing.events import Events
from unmoor.engine import cache, ensemble, kernel, machine
from unmoor.engine.simulator import Simulator

BASE = {
    "rates": {"a": "-k*a", "b": "k*a - q*b"},
    "initial": {"a": "a0"},
    "constants": {"k": 1.0, "q": 0.5, "a0": 2.0},
    "assignments": {"total": "a + b"},
}


@pytest.fixture
def build(model):
    """A kernel of BASE, some parts replaced."""

    def made(outputs=("total",), infused=(), **changes):
        parts = {**BASE, **changes}
        return kernel.build(model(parts.pop("rates"), **parts), list(outputs), list(infused))

    return made


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An empty cache folder, and nothing loaded; calling it forgets what this process has loaded."""
    ensemble.driver()  # from the user's cache, and kept in memory whatever is forgotten here
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "cache"))

    def forget():
        monkeypatch.setattr(machine, "_loaded", {})

    forget()
    return forget


def curve(made: kernel.Kernel, model) -> float:
    """One number computed with the kernel's code."""
    parts = dict(BASE)
    simulator = Simulator(model(parts.pop("rates"), **parts), ["total"])
    assert simulator.kernel.addresses == made.addresses
    curves, last = simulator.advance(simulator.begin(), Events.none(), 3.0, [3.0], closed=True)
    assert not last.status.any()
    return float(curves[0, 0, 0])


def test_the_second_build_comes_from_the_cache(fresh, build, model):
    first = build()
    assert not first.cached
    value = curve(first, model)
    exact = 2 * (np.exp(-3) + (np.exp(-1.5) - np.exp(-3)) / 0.5)
    assert value == pytest.approx(exact, rel=1e-5)
    fresh()
    second = build()
    assert second.cached
    assert second.layout == first.layout
    assert curve(second, model) == value


def test_other_values_are_the_same_kernel(fresh, build):
    first = build()
    assert build(constants={"k": 9.0, "q": 8.0, "a0": 7.0}).code is first.code


@pytest.mark.parametrize(
    "changes",
    [
        {"outputs": ["a"]},
        {"outputs": ["total", "a"]},
        {"infused": ["a"]},
        {"infused": ["b"]},
        {"switches": ["q"]},
        {"rates": {"a": "-k*a", "b": "k*a - q*b*b"}},
        {"rates": {"b": "k*a - q*b", "a": "-k*a"}},
        {"rates": {"a": "-k*a*1.0000000000000002", "b": "k*a - q*b"}},
        {"assignments": {"total": "a - b"}},
        {"initial": {"a": "a0 + 1"}},
        {"constants": {"q": 0.5, "k": 1.0, "a0": 2.0}},
    ],
    ids=str,
)
def test_another_question_is_another_kernel(build, model, changes):
    """The key is compared: whether a difference in it leads to another file is tested with the machine."""

    def key(outputs=("total",), infused=(), **changed):
        parts = {**BASE, **changed}
        return kernel.key(model(parts.pop("rates"), **parts), list(outputs), list(infused))

    assert key() == key(name="renamed")
    assert key(**changes) != key()


def test_the_layout_travels_with_the_code(fresh, build):
    made = build(outputs=["total", "a"], infused=["b"])
    fresh()
    again = build(outputs=["total", "a"], infused=["b"])
    assert again.cached
    assert again.layout == made.layout
    assert again.layout.given == ("k", "q", "a0", "input of b")
    assert isinstance(again.layout.states, tuple)


def test_every_function_has_an_address(build):
    made = build()
    assert len(made.addresses) == len(kernel.FUNCTIONS) == len(set(made.addresses))
    assert all(made.addresses)


@pytest.mark.parametrize("damage", ["flipped", "cut", "foreign", "other key"])
def test_a_corrupted_kernel_is_compiled_again_and_repaired(fresh, build, model, damage):
    first = build()
    value = curve(first, model)
    (file,) = cache.cache_folder().glob("*.code")
    whole = file.read_bytes()
    if damage == "other key":
        other = build(outputs=["a"])
        (theirs,) = set(cache.cache_folder().glob("*.code")) - {file}
        assert other.layout != first.layout
        file.write_bytes(theirs.read_bytes())
    else:
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 1
        file.write_bytes({"flipped": bytes(flipped), "cut": whole[: len(whole) // 2], "foreign": b"not code"}[damage])
    fresh()
    again = build()
    assert not again.cached
    assert curve(again, model) == value
    assert file.read_bytes() == whole
    fresh()
    assert build().cached


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path, fresh, build, model, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "file" / "cache"))
    for _ in range(2):
        fresh()
        made = build()
        assert not made.cached
        assert curve(made, model) > 0


_AT_ONCE = """
import pathlib, sys, time
from unmoor.engine import kernel
from unmoor.model.expression import Call, Number, Symbol
from unmoor.model.model import Model
empty = {key: {} for key in ("assignments", "constants", "factors", "units", "rows", "instances", "drugs", "aliases")}
rates = {f"s{k}": Call("neg", (Call("exp", (Symbol(f"s{k}"),)),)) for k in range(6)}
model = Model(name="m", states=tuple(rates), rates=rates, initial=dict.fromkeys(rates, Number(1.0)), switches=(),
              outputs=("s0",), sbml="", **empty)
here = pathlib.Path(sys.argv[1])
(here / sys.argv[2]).touch()
while not (here / sys.argv[3]).exists():
    time.sleep(0.002)
print(kernel.build(model, ["s0"]).cached)
"""


def test_two_processes_that_compile_at_once_do_not_break_each_other(tmp_path, monkeypatch):
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "cache"))

    def start(mine: str, theirs: str) -> subprocess.Popen:
        command = [sys.executable, "-c", _AT_ONCE, str(tmp_path), mine, theirs]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    both = [start("one", "two"), start("two", "one")]
    ends = [(process.communicate(timeout=60), process.returncode) for process in both]
    assert [code for _, code in ends] == [0, 0], ends
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".code"]
    third = subprocess.run(
        [sys.executable, "-c", _AT_ONCE, str(tmp_path), "one", "two"], capture_output=True, text=True, timeout=60
    )
    assert third.stdout.strip() == "True", third.stderr
