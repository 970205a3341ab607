"""The Drug type: names, routes and molar mass."""

from __future__ import annotations

import pytest

from unmoor.base.errors import UnknownName
from unmoor.dosing.drug import Drug, MolarMass, Route

DRUG = Drug(
    "plerixafor",
    "antagonist",
    MolarMass(0.50279, "kg/mol", "mozobil_us"),
    (Route("sc", "depot", "bioavailability"), Route("iv", "central")),
    "two_compartment",
    synonyms=("AMD3100",),
)


def test_answers_to_its_names_in_any_case():
    assert DRUG.answers_to("Plerixafor")
    assert DRUG.answers_to("amd3100")
    assert not DRUG.answers_to("plerixa")


def test_routes_by_name():
    assert DRUG.route("iv").species == "central"
    with pytest.raises(UnknownName, match=r"unknown route of plerixafor 'im'[\s\S]*known: iv, sc"):
        DRUG.route("im")


def test_molar_mass_in_grams_per_mole():
    assert DRUG.molar_mass.grams_per_mole == pytest.approx(502.79)
    assert MolarMass(18800, "g/mol", "x").grams_per_mole == 18800
