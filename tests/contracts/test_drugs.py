"""Every drug of the library can be given by each of its routes, in a model, and gives a curve that rises and falls."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.files import library_names
from unmoor.dosing import Regimen, load_drug
from unmoor.engine import integrate
from unmoor.model import Model, load_model

DRUGS = library_names("drugs", ".yaml")
ROUTES = [(drug, route.name) for drug in DRUGS for route in load_drug(drug).routes]


def model_with(drug: str) -> Model:
    """The smallest model of the library that holds the drug."""
    models = [load_model(name) for name in library_names("models", ".ant")]
    holding = [model for model in models if drug in model.drugs]
    assert holding, f"no model of the library has an instance named '{drug}'"
    return min(holding, key=lambda model: len(model.states))


def test_the_library_has_drugs() -> None:
    assert DRUGS


@pytest.mark.parametrize("name", DRUGS)
def test_a_drug_answers_to_its_names(name: str) -> None:
    drug = load_drug(name)
    assert drug.name == name
    assert all(load_drug(synonym) == drug for synonym in drug.synonyms)
    assert drug.molar_mass.source


@pytest.mark.parametrize("name", DRUGS)
def test_its_module_and_routes_are_those_of_the_model(name: str) -> None:
    drug, model = load_drug(name), model_with(name)
    assert model.instances[model.drugs[name]] == drug.pk
    for route in drug.routes:
        assert model.resolve(f"{model.drugs[name]}.{route.species}") in model.states
        for symbol in filter(None, (route.bioavailability, route.lag)):
            assert model.resolve(f"{model.drugs[name]}.{symbol}") in model.constants


@pytest.mark.parametrize("name", DRUGS)
def test_its_molar_mass_is_said_once(name: str) -> None:
    drug, model = load_drug(name), model_with(name)
    row = model.rows.get(f"{model.drugs[name]}_molar_mass")
    if row is None:
        pytest.skip("the model does not use the molar mass")
    assert row.value is not None
    assert row.value * (1000.0 if row.unit == "kg/mol" else 1.0) == pytest.approx(drug.molar_mass.grams_per_mole)


@pytest.mark.parametrize(("name", "route"), ROUTES)
def test_a_dose_gives_a_finite_curve_that_rises_and_falls(name: str, route: str) -> None:
    model = model_with(name)
    regimen = Regimen.of(f"{name} 0.01 mg/kg {route} once")
    assert Regimen.of(str(regimen)) == regimen
    central = model.resolve(f"{model.drugs[name]}.central")
    found = integrate(model, regimen, times=np.linspace(0, 240, 961), outputs=[central])
    curve = found[central].values.ravel()
    assert int(found.status.sum()) == 0
    assert np.isfinite(curve).all()
    rest = integrate(model, hours=1, outputs=[central])[central].values.ravel()[0]
    above = curve - rest
    assert above.max() > 0
    assert (curve > -1e-9 * curve.max()).all()
    assert above[-1] < 0.05 * above.max(), "the dose never leaves"
    if route == "iv":
        assert above.argmax() == 0
    else:
        assert above.argmax() > 0


@pytest.mark.parametrize("name", DRUGS)
def test_twice_the_dose_is_never_less(name: str) -> None:
    model, route = model_with(name), load_drug(name).routes[0].name
    central = model.resolve(f"{model.drugs[name]}.central")
    curves = [
        integrate(model, f"{name} {dose} mg/kg {route} once", times=np.linspace(0, 96, 97), outputs=[central])
        for dose in ("0.01", "0.02")
    ]
    low, high = (curve[central].values.ravel() for curve in curves)
    assert (high >= low * (1 - 1e-4) - 1e-9).all()
    assert high.max() > 1.2 * low.max()
