"""The csymbol rateOf: each symbol whose rate is asked for gets that rate as an assigned symbol of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import replace

from unmoor.base.errors import Unsupported
from unmoor.model.event import Event
from unmoor.model.expression import Call, Expression, Symbol, walk

RATE_OF = "rateOf"


def asked(expressions: Iterable[Expression]) -> set[str]:
    """The symbols whose rates the expressions mention."""
    calls = (node for each in expressions for node in walk(each) if isinstance(node, Call) and node.op == RATE_OF)
    return {arg.name for call in calls for arg in call.args if isinstance(arg, Symbol)}


def named(expression: Expression, name_of: Callable[[str], str], where: str) -> Expression:
    """The expression with each rateOf(x) replaced by the symbol `name_of(x)`.

    Raises Unsupported for the rate of anything but one symbol, which SBML forbids (L3V2 Core, section 3.4.6).
    """
    if not isinstance(expression, Call):
        return expression
    if expression.op == RATE_OF:
        if len(expression.args) != 1 or not isinstance(expression.args[0], Symbol):
            raise Unsupported("rateOf of something that is not one symbol", where=where, todo="name one symbol")
        return Symbol(name_of(expression.args[0].name))
    return Call(expression.op, tuple(named(arg, name_of, where) for arg in expression.args))


def name_rates(
    tables: Sequence[MutableMapping[str, Expression]],
    events: tuple[Event, ...],
    derivative: Callable[[str], Expression],
    name_of: Callable[[str], str],
    where: str,
) -> tuple[dict[str, Expression], tuple[Event, ...]]:
    """Write every rateOf in `tables` and `events` by a name; the rates by their names, and the events so written.

    `derivative` gives the rate of a symbol, which may ask for other rates; a circle shows when they are put in order.
    """
    formulas = [each for table in tables for each in table.values()]
    formulas += [each for event in events for each in _parts(event)]
    names: dict[str, str] = {}
    rates: dict[str, Expression] = {}
    pending = asked(formulas)
    while pending:
        symbol = min(pending)
        names[symbol] = name_of(symbol)
        rates[names[symbol]] = derivative(symbol)
        pending = (pending | asked([rates[names[symbol]]])) - names.keys()

    def written(expression: Expression) -> Expression:
        return named(expression, lambda name: names[name], where)

    for table in (*tables, rates):
        for name in table:
            table[name] = written(table[name])
    return rates, tuple(_rewritten(event, written) for event in events)


def _parts(event: Event) -> list[Expression]:
    optional = [each for each in (event.delay, event.priority) if each is not None]
    return [event.trigger, *optional, *(each.value for each in event.assignments)]


def _rewritten(event: Event, written: Callable[[Expression], Expression]) -> Event:
    return replace(
        event,
        trigger=written(event.trigger),
        delay=None if event.delay is None else written(event.delay),
        priority=None if event.priority is None else written(event.priority),
        assignments=tuple(replace(each, value=written(each.value)) for each in event.assignments),
    )
