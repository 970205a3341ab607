"""What derivatives cost: curves with and without them, in pairs on one thread, as a table of Markdown.

python benchmarks/tangents.py     a minute; the figures of docs/sensitivities.md
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from unmoor import integrate, load_model, sensitivities
from unmoor.base.errors import UnmoorError
from unmoor.engine.ensemble import SHARE
from unmoor.model import Model

DOSE = "filgrastim 10 ug/kg sc once daily for 5 days; plerixafor 0.24 mg/kg sc on day 4 at 22:00"
TIMES = np.linspace(0.0, 216.0, 109)
OUTPUT = "cd34"
COUNTS = (1, 5, 20)
ROUNDS = 5


def acting(model: Model, count: int) -> list[str]:
    """The first `count` constants, in the order of the tables, that move the output under the treatment."""
    found: list[str] = []
    for name in model.constants:
        if name in model.switches or model.constants[name] == 0.0:
            continue
        with suppress(UnmoorError):  # what a dose depends on in jumps, or an event sets, has no derivative
            one = sensitivities(model, [name], DOSE, times=TIMES, outputs=[OUTPUT])
            if one[f"d_{OUTPUT}"].values.any():
                found.append(name)
        if len(found) == count:
            return found
    raise SystemExit(f"only {len(found)} constants of {model.name} move {OUTPUT}")


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def main() -> None:
    model = load_model("mobilisation")
    names = acting(model, max(COUNTS))
    first = names[0]
    random = np.random.default_rng(1)
    values = model.constants[first] / model.factors.get(first, 1.0) * np.exp(0.2 * random.standard_normal(SHARE))
    rest = {"parameters": {first: values}, "times": TIMES, "outputs": [OUTPUT]}
    about = f"{len(model.states)} states, {SHARE} patients (one thread), {len(TIMES)} times, {ROUNDS} rounds"
    print(f"{model.name}: {about}")
    print("\n| parameters | s | times plain integration | a parameter | times differences, 2 runs a parameter |")
    print("|---|---|---|---|---|")
    integrate(model, DOSE, **rest)
    for count in COUNTS:
        chosen = names[:count]
        sensitivities(model, chosen, DOSE, **rest)
        pairs = [
            (
                seconds(lambda: integrate(model, DOSE, **rest)),
                seconds(lambda chosen=chosen: sensitivities(model, chosen, DOSE, **rest)),
            )
            for _ in range(ROUNDS)
        ]
        ratio = statistics.median(own / plain for plain, own in pairs)
        own = statistics.median(pair[1] for pair in pairs)
        print(f"| {count} | {own:.2f} | {ratio:.1f} | {(ratio - 1) / count:.2f} | {ratio / (2 * count):.2f} |")


if __name__ == "__main__":
    main()
