"""Regimens: lines of dose text as one value, and what they do to each patient as events and as a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unmoor.dosing.body import COVARIATES
from unmoor.dosing.dose import Dose
from unmoor.dosing.drug import Drug
from unmoor.dosing.drug_file import library_drugs
from unmoor.dosing.phrase import read_dose
from unmoor.dosing.words import Line

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from unmoor.dosing.treatment import Treatment
    from unmoor.model.model import Model

NOTHING = "no treatment"


@dataclass(frozen=True, slots=True)
class Regimen:
    """What is given, line by line; `str` is its canonical text, which `Regimen.of` reads back as an equal value."""

    doses: tuple[Dose, ...] = ()

    @classmethod
    def of(
        cls,
        text: str | Iterable[str],
        *,
        drugs: Iterable[Drug] = (),
        covariates: Mapping[str, str] | None = None,
        where: str = "",
    ) -> Regimen:
        """The regimen that dose text describes, one dose a line (lines end at a line break or ";").

        A line is a drug, an amount, a route, when, and after commas a cap and exceptions:

            filgrastim 10 ug/kg sc once daily for 8 days
            plerixafor 0.24 mg/kg sc on days 4-7 at 22:00, max 40 mg
            plerixafor 0.24 mg/kg sc once, max 40 mg, but 0.16 mg/kg, max 27 mg if creatinine_clearance <= 50 mL/min
            plerixafor 80 ug/kg iv over 15 min every other day from day 2 x 7
            no treatment

        The drug is a name or synonym of the library or of `drugs`; the route is one of the drug's. Amounts are masses
        (g, mg, ug, ng) or amounts of substance (mmol, umol, nmol, pmol), flat or per kg or m2. When nothing is said of
        it, a dose is given once, on day 1, at 00:00. An exception may use the covariates of `covariates` (name: unit),
        by default weight, height, age, creatinine_clearance and body_surface_area; the first that holds takes the place
        of the usual amount. `where` names the text's origin in errors. The whole grammar: docs/dosing.md.
        Raises PhraseError (a BadInput) and UnknownWord (an UnknownName too) that point at the offending word.
        """
        known = {drug.name: drug for drug in (*library_drugs(), *drugs)}
        lines = [text] if isinstance(text, str) else list(text)
        parts = [part for line in lines for row in str(line).splitlines() for part in row.split(";")]
        written = [" ".join(part.split()) for part in parts if part.strip()]
        if [part.casefold() for part in written] == [NOTHING]:
            return cls()
        origin = f"{where}, dose" if where else "dose"
        if not written:
            raise Line("", origin).refuse("no dose", 0, 1, f"write a dose, or '{NOTHING}'")
        titles = [f"{origin} line {n}" if len(written) > 1 else origin for n in range(1, len(written) + 1)]
        return cls(
            tuple(
                read_dose(Line(part, title), tuple(known.values()), {**COVARIATES, **(covariates or {})})
                for part, title in zip(written, titles, strict=True)
            )
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self.doses)) or NOTHING

    def __add__(self, other: Regimen) -> Regimen:
        """Both regimens together."""
        return Regimen(self.doses + other.doses)

    @property
    def drugs(self) -> tuple[Drug, ...]:
        """The drugs given, in the order of their first line."""
        return tuple(dict.fromkeys(dose.drug for dose in self.doses))

    def events(
        self,
        model: Model,
        patients: pd.DataFrame | None = None,
        parameters: Mapping[str, ArrayLike] | None = None,
        *,
        units: Mapping[str, str] | None = None,
    ) -> Treatment:
        """The events and the dose record of `patients` (one row each); see `unmoor.dosing.treatment.treat`."""
        from unmoor.dosing.treatment import treat

        return treat(self.doses, model, patients, parameters, units=units)
