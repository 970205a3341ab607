"""Covariates of virtual patients: measured ones with a distribution, categories, and those derived by a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from unmoor.population.formula import Column, Formula, Labels
from unmoor.population.margin import Margin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Doses per kg and per m2 and renal rules read these covariates, always in these units.
STANDARD_UNITS = {"weight": "kg", "height": "cm", "age": "years", "creatinine_clearance": "mL/min"}
# The widest human range in those units: it catches a height in metres, it does not judge a patient.
POSSIBLE = {"weight": (0.3, 650.0), "height": (20.0, 275.0), "age": (0.0, 125.0), "creatinine_clearance": (0.0, 400.0)}
Number = tuple[str, float | str, str]  # what it is, its value, the entry that its source stands under


@dataclass(frozen=True)
class Measured:
    """A covariate with a distribution, the same for all patients or one for each category of another (`by`)."""

    name: str
    unit: str
    margins: Mapping[str, Margin]
    by: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    where: str = ""

    @property
    def needs(self) -> Set[str]:
        """The covariates whose values this one depends on."""
        return {self.by} if self.by else set()

    @property
    def lower(self) -> float:
        """The smallest value that can occur, in the declared unit."""
        return min(margin.low for margin in self.margins.values())

    @property
    def upper(self) -> float:
        """The largest value that can occur, in the declared unit."""
        return max(margin.high for margin in self.margins.values())

    def at(self, scores: NDArray[np.float64], columns: Mapping[str, Column]) -> Column:
        """The values at standard normal `scores`, shape (patient,), in the declared unit."""
        import numpy as np

        if self.by is None:
            return self.margins[""].at(scores)
        groups: Labels = columns[self.by]
        values = np.empty(len(scores))
        for index, category in enumerate(groups.categories):
            chosen = np.flatnonzero(groups.index == index)
            values[chosen] = self.margins[category].at(scores[chosen])
        return values

    def numbers(self) -> Iterator[Number]:
        """Every number of the distribution, its name and the entry of its source."""
        centre, spread = PARAMETERS[next(iter(self.margins.values())).distribution]
        for category, margin in self.margins.items():
            suffix = f" ({category})" if category else ""
            if centre:
                yield f"{centre}{suffix}", margin.centre, centre
                yield f"{spread}{suffix}", margin.spread, spread
        for what in ("lower", "upper"):
            if getattr(margin, what) is not None:
                yield what, getattr(margin, what), what


@dataclass(frozen=True)
class Categorical:
    """A covariate that falls into categories with given probabilities; `codes` are their numbers in a model."""

    name: str
    categories: tuple[str, ...]
    probabilities: tuple[float, ...]
    codes: tuple[float, ...] | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    where: str = ""
    unit: str = ""
    needs: Set[str] = frozenset()

    @property
    def lower(self) -> float:
        """The smallest code."""
        return min(self.codes or (0.0,))

    @property
    def upper(self) -> float:
        """The largest code."""
        return max(self.codes or (0.0,))

    def at(self, scores: NDArray[np.float64], columns: Mapping[str, Column]) -> Column:
        """The categories at standard normal `scores`; in the order of the file, low scores fall into the first."""
        import numpy as np
        from scipy.special import ndtr

        ends = np.cumsum(self.probabilities)[:-1]
        return Labels(np.searchsorted(ends, ndtr(scores), side="right"), self.categories, self.codes)

    def numbers(self) -> Iterator[Number]:
        """The probability of every category."""
        for category, probability in zip(self.categories, self.probabilities, strict=True):
            yield f"probability ({category})", probability, "categories"


@dataclass(frozen=True)
class Derived:
    """A covariate computed from others by a formula; bounds reject the candidate rather than change the value."""

    name: str
    unit: str
    formula: Formula
    lower: float
    upper: float
    sources: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    where: str = ""

    @property
    def needs(self) -> Set[str]:
        """The covariates that stand in the formula."""
        return self.formula.names

    def at(self, scores: NDArray[np.float64], columns: Mapping[str, Column]) -> Column:
        """The formula's values, shape (patient,), in the declared unit; `scores` only say how many patients."""
        import numpy as np

        return np.array(np.broadcast_to(self.formula(columns), len(scores)), dtype=np.float64)

    def numbers(self) -> Iterator[Number]:
        """The formula and the bounds."""
        yield "formula", self.formula.text, "formula"
        for what, value in (("lower", self.lower), ("upper", self.upper)):
            if abs(value) < float("inf"):
                yield what, value, what


Covariate = Measured | Categorical | Derived

# What the centre and the spread of a distribution are called in a population file.
PARAMETERS: Mapping[str, tuple[str, str]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("median", "cv"),
    "logitnormal": ("median", "sd"),
    "uniform": ("", ""),
}


def typical(covariate: Covariate, columns: Mapping[str, Column]) -> Any:
    """The covariate of a typical patient, shape (1,): its median, its likeliest category, or its formula's value."""
    import numpy as np

    if isinstance(covariate, Categorical):
        likeliest = int(np.argmax(covariate.probabilities))
        return Labels(np.array([likeliest]), covariate.categories, covariate.codes)
    return covariate.at(np.zeros(1), columns)
