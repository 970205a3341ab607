"""One SBML Level 2 or 3 model as a system of ordinary differential equations in its own symbols."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.model.document import items, open_document
from unmoor.model.event import Event
from unmoor.model.expression import ONE, TIME, ZERO, Call, Expression, Number, Symbol, substitute, symbols
from unmoor.model.mathml import Reader
from unmoor.model.order import evaluation_order
from unmoor.model.rate_of import name_rates
from unmoor.model.sbml_events import event_targets, formulas, read_events
from unmoor.model.time_symbol import free_time


@dataclass(frozen=True)
class System:
    """What an SBML text means; every symbol stands for its SBML id value (an amount, a concentration, a size, ...)."""

    name: str
    states: tuple[str, ...]
    rates: Mapping[str, Expression]
    assignments: Mapping[str, Expression]
    initial: Mapping[str, Expression]
    constants: Mapping[str, float]
    species: Mapping[str, tuple[str, str]]
    events: tuple[Event, ...] = ()
    reported: tuple[str, ...] = ()
    """what the file itself names and what has a value: species, compartments, parameters, reactions, ..."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """name in the file -> the symbol it has here, where they differ"""


def read_system(text: str, where: str, *, check: bool = True) -> System:
    """Read SBML text; `check` runs libSBML's own rules first and adds each species' amount and concentration.

    Raises BadInput for malformed models and missing values, Unsupported for constructs that are not computed here.
    """
    document = open_document(text, where, check=check)
    freed = free_time(document.getModel()) if check else ""
    try:
        system = _Gatherer(document.getModel(), where).system(both=check)
        return replace(system, aliases={TIME.name: freed}) if freed in system.reported else system
    except RecursionError:
        raise Unsupported("a formula is nested too deeply", where=where, todo="split it") from None


class _Gatherer:
    """The steps from one libSBML model to a System; each fills one table of symbols."""

    def __init__(self, model: Any, where: str) -> None:
        self.model, self.where = model, where
        self.reader = Reader(model, where)
        self.species = {each.getId(): each for each in items(model.getListOfSpecies())}
        self.sizes = {each.getId(): each for each in items(model.getListOfCompartments())}
        self.constants: dict[str, float] = {}
        self.unset: set[str] = set()
        self.start: dict[str, Expression] = {}
        self.assigned: dict[str, Expression] = {}
        self.slopes: dict[str, Expression] = {}
        self.reactions: dict[str, Expression] = {}
        self.fluxes: dict[str, dict[str, Expression]] = {}
        self.amounts: dict[str, str] = {}
        self.targets = event_targets(model)
        self.held: set[str] = set()
        self.constraints: list[str] = []

    def system(self, *, both: bool) -> System:
        self._rules()
        self._hold()
        self._values()
        self._fluxes()
        states = self._states()
        species = {name: self._measures(name, both=both) for name in self.species}
        carried = {name: (amount, self.species[name].getCompartment()) for name, amount in self.amounts.items()}
        events = read_events(self.model, self.reader, carried, self.where)
        tables = (self.assigned, self.slopes, self.start, self.reactions, *self.fluxes.values())
        rated, events = name_rates(tables, events, self._derivative, lambda name: self._new(name, "rate"), self.where)
        self.assigned |= rated
        used = frozenset[str]().union(
            *map(symbols, [*self.assigned.values(), *self.slopes.values(), *self.start.values()]),
            *(symbols(each) for gains in self.fluxes.values() for each in gains.values()),
            *map(symbols, formulas(events).values()),
        )
        for name in self.reactions if both else self.reactions.keys() & used:
            self.assigned[name] = self.reactions[name]
        assignments = evaluation_order(self.assigned, where=self.where)
        rates = {name: self.slopes[name] if name in self.slopes else self._rate(name) for name in states}
        initial = self._initial(states, assignments)
        self._refuse_unset(rates, assignments, initial, formulas(events))
        return System(
            name=self.model.getId() or "model",
            states=states,
            rates=rates,
            assignments=assignments,
            initial=initial,
            constants=self.constants,
            species=species,
            events=events,
            reported=self._reported(states, assignments),
        )

    def _reported(self, states: tuple[str, ...], assignments: Mapping[str, Expression]) -> tuple[str, ...]:
        valued = {*states, *assignments, *self.constants, *self.start}
        parameters = [each.getId() for each in items(self.model.getListOfParameters())]
        references = [reference.getId() for _, reference, _ in self._references()]
        named = (*self.species, *self.sizes, *parameters, *references, *self.reactions, *self.constraints)
        return tuple(dict.fromkeys(name for name in named if name in valued))

    def _new(self, name: str, what: str) -> str:
        """A name for something derived from symbol `name` that the file does not use itself."""
        made = f"{name}__{what}"
        while self.model.getElementBySId(made) is not None or made in {*self.constants, *self.assigned, *self.start}:
            made += "_"
        return made

    def _rules(self) -> None:
        """Rules, initial assignments and constraints; one without mathematics says nothing (L3V2 Core, section 3.4)."""
        for rule in items(self.model.getListOfRules()):
            name = rule.getVariable()
            table = self.slopes if rule.isRate() else self.assigned
            if rule.isSetMath():
                table[name] = self.reader.expression(rule.getMath(), f"the rule of '{name}'")
        for each in items(self.model.getListOfInitialAssignments()):
            name = each.getSymbol()
            if each.isSetMath():
                self.start[name] = self.reader.expression(each.getMath(), f"the initial assignment of '{name}'")
        known = {*self.species, *self.sizes, *(each.getId() for each in items(self.model.getListOfParameters()))}
        known |= {reference.getId() for _, reference, _ in self._references()}
        for name in sorted({*self.slopes, *self.assigned, *self.start} - known):
            raise Unsupported(f"a rule for '{name}', which is no species, compartment or parameter", where=self.where)
        for number, each in enumerate(items(self.model.getListOfConstraints()), start=1):
            if each.isSetMath():
                name = self._new("constraint", str(number))
                self.constraints.append(name)
                self.assigned[name] = self.reader.expression(each.getMath(), f"constraint {number}")

    def _hold(self) -> None:
        """What nothing but events changes is a state that stands still between them."""
        for name in self.targets:
            if name in self.assigned:
                raise BadInput(f"an event assigns '{name}', which has a rule", where=self.where, todo="remove one")
            species = self.species.get(name)
            if name not in self.slopes and (species is None or species.getBoundaryCondition()):
                self.held.add(name)
                self.slopes[name] = ZERO

    def _is_concentration(self, name: str) -> bool:
        species = self.species[name]
        if species.getHasOnlySubstanceUnits():
            return False
        return not self._flat(species.getCompartment())

    def _measures(self, name: str, *, both: bool) -> tuple[str, str]:
        """The symbols of a species' amount and concentration; the one it does not count in is assigned on request."""
        compartment = self.species[name].getCompartment()
        counts = self._is_concentration(name)
        if not both or compartment in self.unset or self._flat(compartment):
            return ("", name) if counts else (name, "")
        if name in self.amounts:
            return self.amounts[name], name
        other = self._new(name, "amount" if counts else "concentration")
        self.assigned[other] = Call("mul" if counts else "div", (Symbol(name), Symbol(compartment)))
        return (other, name) if counts else (name, other)

    def _flat(self, compartment: str) -> bool:
        """Whether a compartment has no extent: a species in it is always counted as an amount."""
        each = self.sizes[compartment]
        return bool(each.isSetSpatialDimensions() and each.getSpatialDimensionsAsDouble() == 0)

    def _values(self) -> None:
        """Numbers given in the file, as constants, or as starts of what changes."""
        for name, compartment in self.sizes.items():
            self._value(name, compartment.getSize() if compartment.isSetSize() else None)
        for parameter in items(self.model.getListOfParameters()):
            self._value(parameter.getId(), parameter.getValue() if parameter.isSetValue() else None)
        for name, species in self.species.items():
            size = Symbol(species.getCompartment())
            wants = self._is_concentration(name)
            if species.isSetInitialAmount():
                amount = Number(species.getInitialAmount())
                self._begin(name, Call("div", (amount, size)) if wants else amount)
            elif species.isSetInitialConcentration():
                concentration = Number(species.getInitialConcentration())
                self._begin(name, concentration if wants else Call("mul", (concentration, size)))
            else:
                self._value(name, None)
        for _, reference, _ in self._references():
            if reference.isSetId():
                given = self.model.getLevel() < 3 or reference.isSetStoichiometry()
                self._value(reference.getId(), reference.getStoichiometry() if given else None)

    def _references(self) -> list[tuple[Any, Any, bool]]:
        """Each reaction with each species it consumes or makes (True)."""
        return [
            (reaction, reference, made)
            for reaction in items(self.model.getListOfReactions())
            for made, listed in ((False, reaction.getListOfReactants()), (True, reaction.getListOfProducts()))
            for reference in items(listed)
        ]

    def _value(self, name: str, value: float | None) -> None:
        if name in self.assigned or name in self.start:
            return
        if value is None:
            self.unset.add(name)
        elif name in self.slopes:
            self.start[name] = Number(value)
        else:
            self.constants[name] = value

    def _begin(self, name: str, value: Expression) -> None:
        """The starting value of a species; a number that nothing changes is a constant."""
        if name in self.assigned or name in self.start:
            return
        if isinstance(value, Number) and not self._is_state(name):
            self.constants[name] = value.value
        else:
            self.start[name] = value

    def _stoichiometry(self, reference: Any, reaction: Any) -> Expression:
        name = reference.getId()
        if name and any(name in table for table in (self.assigned, self.slopes, self.start, self.constants)):
            return Symbol(name)
        what = f"the stoichiometry of '{reference.getSpecies()}' in reaction '{reaction.getId()}'"
        if reference.isSetStoichiometryMath():
            return self.reader.expression(reference.getStoichiometryMath().getMath(), what)
        if self.model.getLevel() > 2 and not reference.isSetStoichiometry():
            raise BadInput(f"{what} is not given", where=self.where, todo="set it, or give it a rule")
        return Number(float(reference.getStoichiometry()))

    def _fluxes(self) -> None:
        """The rate of every reaction, and what each species gains from it, in amounts."""
        for reaction in items(self.model.getListOfReactions()):
            law = reaction.getKineticLaw()
            if law is None:
                raise Unsupported(f"reaction '{reaction.getId()}' has no rate", where=self.where)
            rate = self.reader.expression(law.getMath(), f"the rate of reaction '{reaction.getId()}'")
            self.reactions[reaction.getId()] = substitute(rate, self._local(law, reaction.getId()))
        for reaction, reference, made in self._references():
            species = self.species[reference.getSpecies()]
            if not species.getBoundaryCondition() and not species.getConstant():
                stoichiometry = self._stoichiometry(reference, reaction)
                self._flux(species, stoichiometry, self.reactions[reaction.getId()], made=made)

    def _flux(self, species: Any, stoichiometry: Expression, rate: Expression, *, made: bool) -> None:
        converter = species.getConversionFactor() or self.model.getConversionFactor()
        factors: tuple[Expression, ...] = (Symbol(converter),) if converter else ()
        if stoichiometry != ONE:
            factors += (stoichiometry,)
        gain = Call("mul", (*factors, rate)) if factors else rate
        gains = self.fluxes.setdefault(species.getId(), {})
        gains[str(len(gains))] = gain if made else Call("neg", (gain,))

    def _local(self, law: Any, reaction: str) -> dict[str, Expression]:
        """Local parameters become constants called <reaction>_<parameter>; they hide global ones of the same name."""
        renamed: dict[str, Expression] = {}
        listed = law.getListOfLocalParameters() if self.model.getLevel() > 2 else law.getListOfParameters()
        for parameter in items(listed):
            name = f"{reaction}_{parameter.getId()}"
            while self.model.getElementBySId(name) is not None or name in {*self.constants, *self.unset}:
                name += "_"
            renamed[parameter.getId()] = Symbol(name)
            self._value(name, parameter.getValue() if parameter.isSetValue() else None)
        return renamed

    def _states(self) -> tuple[str, ...]:
        """Species that may change, then other symbols with a rate rule; the rest of the species are constants."""
        for name, species in self.species.items():
            compartment = species.getCompartment()
            changing = compartment in self.assigned or compartment in self.slopes
            ruled = name in self.slopes and name not in self.held
            if not (changing and self._is_concentration(name)) or name in self.assigned:
                continue
            if ruled and compartment in self.assigned and self.targets:
                what = f"the rate rule of concentration '{name}' in a compartment with a rule, beside events,"
                raise Unsupported(f"{what} is not supported", where=self.where, todo="count it as an amount")
            if not ruled or compartment in self.targets:
                self._count_amount(name, compartment)
        states = [self.amounts.get(name, name) for name in self.species if self._is_state(name)]
        return (*states, *(name for name in self.slopes if name not in self.species))

    def _count_amount(self, name: str, compartment: str) -> None:
        """In a compartment that changes size the amount is what stays; the concentration follows from it."""
        amount = self._new(name, "amount")
        begin = self.start.pop(name) if name in self.start else Number(self.constants.pop(name, math.nan))
        if name in self.unset:
            raise BadInput(f"'{name}' has no starting value", where=self.where, todo="give it a value at time zero")
        self.amounts[name] = amount
        self.start[amount] = Call("mul", (begin, Symbol(compartment)))
        self.assigned[name] = Call("div", (Symbol(amount), Symbol(compartment)))

    def _is_state(self, name: str) -> bool:
        species = self.species[name]
        assigned = name in self.assigned and name not in self.amounts
        fixed = assigned or species.getBoundaryCondition() or species.getConstant()
        return name in self.slopes or not fixed

    def _rate(self, name: str) -> Expression:
        """What reactions add to a species, divided by the size of its compartment when it counts concentration."""
        species = next((each for each, amount in self.amounts.items() if amount == name), name)
        if species in self.slopes:
            return self._ruled_amount(species)
        gains = tuple(self.fluxes.get(species, {}).values())
        total = gains[0] if len(gains) == 1 else Call("add", gains) if gains else ZERO
        if not gains or species in self.amounts or not self._is_concentration(name):
            return total
        return Call("div", (total, Symbol(self.species[name].getCompartment())))

    def _derivative(self, name: str) -> Expression:
        """What rateOf(name) means; zero for what does not change between events."""
        size = self.species[name].getCompartment() if name in self.amounts else ""
        follows = {*self.assigned, *self.reactions}
        if size in self.assigned or (name not in self.amounts and name in follows):
            what = f"rateOf of '{name}', which follows a rule, is not supported"
            raise Unsupported(what, where=self.where, todo="give it a rate rule, or write its rate out")
        known = {*self.species, *self.slopes, *self.start, *self.constants, *self.unset}
        if name not in known:
            raise unknown("symbol", name, known, where=f"{self.where}, rateOf")
        if name in self.amounts:
            thinned = Call("mul", (Symbol(name), self.slopes.get(size, ZERO)))
            return Call("div", (Call("sub", (self._rate(self.amounts[name]), thinned)), Symbol(size)))
        if name in self.slopes:
            return self.slopes[name]
        return self._rate(name) if name in self.species and self._is_state(name) else ZERO

    def _ruled_amount(self, species: str) -> Expression:
        """The rate of an amount whose concentration has a rate rule, by the product rule; of a held one, none."""
        if species in self.held:
            return ZERO
        size = self.species[species].getCompartment()
        moved = Call("mul", (Symbol(species), self.slopes[size]))
        return Call("add", (Call("mul", (self.slopes[species], Symbol(size))), moved))

    def _initial(self, states: tuple[str, ...], assignments: Mapping[str, Expression]) -> dict[str, Expression]:
        """Starting values in evaluation order, written with constants and earlier starting values only."""
        needed = frozenset[str]().union(*map(symbols, self.start.values()))
        for name in reversed([*assignments]):
            needed |= symbols(assignments[name]) if name in needed else frozenset()
        flat: dict[str, Expression] = {TIME.name: ZERO}
        inlined = self.reader.inliner.replace
        for name, expression in assignments.items():
            if name in needed:
                flat[name] = inlined(expression, flat, f"the starting value of '{name}'")
        for name in states:
            if name not in self.start:
                raise BadInput(f"'{name}' has no starting value", where=self.where, todo="give it a value at time zero")
        told = "the starting value of '{}'".format
        started = {name: inlined(each, flat, told(name)) for name, each in self.start.items()}
        return evaluation_order(started, where=self.where)

    def _refuse_unset(self, *tables: Mapping[str, Expression]) -> None:
        """Everything that an equation mentions must have a value or an equation of its own."""
        known = {TIME.name, *self.constants, *self.unset, *(name for table in tables for name in table)}
        for table in tables:
            for name, expression in table.items():
                for missing in sorted(symbols(expression) - (known - self.unset)):
                    if missing not in known:
                        raise unknown("symbol", missing, known, where=f"{self.where}, '{name}'")
                    todo = "give it a value, an initial assignment or a rule"
                    raise BadInput(f"'{missing}' has no value, and '{name}' needs it", where=self.where, todo=todo)
