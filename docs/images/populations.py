"""Counts and yields of every population of the library, the table of docs/mobilisation.md.

`python docs/images/populations.py` prints it; half a minute. G-CSF 10 ug/kg from day 1 and a session of three blood
volumes on day 5; sickle cell disease gets one dose of plerixafor 4 h before its session instead.
"""

from __future__ import annotations

import numpy as np

from unmoor.base.files import library_names
from unmoor.dosing import Regimen
from unmoor.dosing.events import Events
from unmoor.engine.simulator import Simulator
from unmoor.population import load_population, sample

PEOPLE, SEED = 500, 1
GCSF, ALONE = "filgrastim 10 ug/kg sc once daily for 5 days at 8:00", "plerixafor 0.24 mg/kg sc once"


def told(values: np.ndarray) -> str:
    """Median and, in brackets, the CV of a lognormal quantity with that spread of the logarithm."""
    return f"{np.median(values):.3g} ({100 * np.sqrt(np.expm1(np.var(np.log(values)))):.0f}%)"


def line(name: str) -> str:
    """One row: CD34+ before the session and collected in it."""
    population = load_population(name, "mobilisation")
    model = population.model
    assert model is not None
    people = sample(population, PEOPLE, SEED)
    dose, start = (ALONE, 4.0) if name == "sickle-cell" else (GCSF, 105.0)
    values = dict(people.parameters.items())
    given = Regimen.of(dose).events(model, people.covariates, values, units=people.units).events
    everyone = np.arange(PEOPLE)
    on, off = (Events.switch(everyone, hour, "apheresis_on", to) for hour, to in ((start, 1.0), (start + 4.6, 0.0)))
    simulator = Simulator(model, ("cd34", "collected"))
    first = simulator.begin(people.internal(model), None)
    events, times = Events.join(given, on, off), np.array([start, start + 4.6])
    curves, end = simulator.advance(first, events, start + 4.6, times, closed=True)
    done = end.status == 0
    count, collected = curves[done, 0, 0] / model.factors["cd34"], curves[done, 1, 1] / model.factors["collected"]
    return f"| {name} | {told(count)} | {told(collected)} | {np.mean(collected >= 2):.0%} | {np.sum(~done)} |"


print("| population | CD34+ per uL | first session, 10^6/kg | 2 x 10^6/kg or more | failed |")
print("| --- | --- | --- | --- | --- |")
for population_name in library_names("populations", ".yaml"):
    if population_name != "renal-impairment":
        print(line(population_name), flush=True)
