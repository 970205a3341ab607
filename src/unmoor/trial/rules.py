"""Reactive rules in words: when a decision is taken, what is done, and for which patients.

    rule      = moment ":" action [("when" | "unless") condition {"and" condition}]
    moment    = "after each" procedure | "before each" procedure or drug | "on day 4 at 20:00" | "on days 1-3 at 08:00"
    action    = "stop" [names]       no more of these drugs and procedures; of all, when none is named
              | "skip"               not this one, the next as planned (after "before each" only)
              | "hold" names "for" duration      these are left out for so long, then go on as planned
              | "reduce" names "to" number "%"   from now on this share of the planned dose, unless it is less already
              | "withdraw"           stop everything and leave the study
              | "give" dose phrase   one more dose from now on, in the words of the dosing grammar
    condition = quantity ("<" | "<=" | ">" | ">=") number unit | name "follows" ["within" duration]
    quantity  = an output of the model | "sessions" | "yield" | "pre_count"

A rule looks at arrays of patients and holds no state; `protocol.py` runs it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unmoor.base.errors import BadInput, unknown
from unmoor.trial.moments import days_at, duration, quantity

#: what a procedure's own record offers to rules: sessions performed so far, and the last session's yield and pre-count
SESSION_WORDS = ("sessions", "yield", "pre_count")
ACTIONS = ("stop", "skip", "hold", "reduce", "withdraw", "give")
COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "≤": operator.le, "≥": operator.ge,
}  # fmt: skip
HELP = "write it like 'after each apheresis: stop apheresis when collected >= 5 10^6 cells/kg'"


@dataclass(frozen=True)
class Compare:
    """A quantity against a limit, in the quantity's declared unit; false where the quantity is NaN."""

    quantity: str
    sign: str
    limit: float

    @property
    def needs_state(self) -> bool:
        """Whether the patients must have been simulated up to the decision."""
        return True


@dataclass(frozen=True)
class Follows:
    """Whether a drug or procedure is still planned after the decision, within so many hours."""

    name: str
    within: float

    @property
    def needs_state(self) -> bool:
        """Never: the plan alone answers."""
        return False


@dataclass(frozen=True)
class Rule:
    """One rule: at `kind` ("after", "before" or "on") of `name` or at `times` (h), `action` on `targets` for some.

    `amount` is the hours of a hold, or the share (0 to 1) that a reduction leaves.
    """

    text: str
    kind: str
    name: str
    times: tuple[float, ...]
    action: str
    targets: tuple[str, ...]
    dose: str
    conditions: tuple[Compare | Follows, ...]
    negated: bool
    where: str = ""
    amount: float = 0.0

    @property
    def needs_state(self) -> bool:
        """Whether the simulation must pause at the decision; a rule of the plan alone needs no pause."""
        return self.action == "give" or any(each.needs_state for each in self.conditions)

    @property
    def quantities(self) -> tuple[str, ...]:
        """Model outputs that the conditions read."""
        return tuple(c.quantity for c in self.conditions if isinstance(c, Compare) and c.quantity not in SESSION_WORDS)


@dataclass(frozen=True)
class Vocabulary:
    """The names a rule may use: drugs and procedures of the study, and model outputs with their declared units."""

    drugs: Sequence[str]
    procedures: Sequence[str]
    output: Callable[[str, str], tuple[str, str]]
    session_units: Mapping[str, str]


def parse_rule(text: str, words: Vocabulary, *, where: str = "") -> Rule:
    """Read one rule.

    Raises BadInput for a text outside the grammar and UnknownName, with the nearest, for a name nobody has.
    """
    moment, colon, rest = text.partition(": ")
    if not colon:
        raise BadInput(f"cannot read rule '{text}': it has no colon", where=where, todo=HELP)
    kind, name, times = _moment(moment.strip(), words, where)
    parts = re.split(r"\s+(when|unless)\s+", rest.strip())
    if len(parts) not in (1, 3):
        raise BadInput(f"rule '{text}' has more than one 'when' or 'unless'", where=where, todo="join with 'and'")
    action, targets, dose, amount = _action(parts[0].strip(), kind, words, where)
    terms = re.split(r"\s+and\s+", parts[2]) if len(parts) == 3 else []
    conditions = tuple(_condition(term.strip(), words, where) for term in terms)
    negated = len(parts) == 3 and parts[1] == "unless"
    return Rule(text, kind, name, times, action, targets, dose, conditions, negated, where, amount)


def _moment(text: str, words: Vocabulary, where: str) -> tuple[str, str, tuple[float, ...]]:
    each = re.fullmatch(r"(after|before)\s+each\s+(\w+)", text)
    if each:
        known = words.procedures if each[1] == "after" else [*words.procedures, *words.drugs]
        if each[2] not in known:
            kind = "procedure" if each[1] == "after" else "procedure or drug"
            raise unknown(kind, each[2], known, where=where)
        return each[1], each[2], ()
    if text.startswith("on "):
        return "on", "", days_at(text[3:], where=where)
    todo = "begin a rule with 'after each apheresis:', 'before each plerixafor:' or 'on day 4 at 20:00:'"
    raise BadInput(f"cannot read the moment '{text}' of a rule", where=where, todo=todo)


def _action(text: str, kind: str, words: Vocabulary, where: str) -> tuple[str, tuple[str, ...], str, float]:
    verb, _, rest = text.partition(" ")
    if verb not in ACTIONS:
        raise unknown("action of a rule", verb, ACTIONS, where=where)
    if verb == "give":
        if not rest.strip():
            raise BadInput("a rule gives no dose", where=where, todo="write 'give plerixafor 0.24 mg/kg sc once'")
        return verb, (), rest.strip(), 0.0
    rest, amount = _amount(verb, rest, words, where)
    targets = tuple(re.split(r"\s*,\s*|\s+and\s+", rest.strip())) if rest.strip() else ()
    if targets and verb not in ("stop", "hold", "reduce"):
        todo = "only 'stop', 'hold' and 'reduce' take names"
        raise BadInput(f"'{verb}' takes no names, got '{rest.strip()}'", where=where, todo=todo)
    for target in targets:
        if target not in words.drugs and target not in words.procedures:
            raise unknown("drug or procedure", target, [*words.drugs, *words.procedures], where=where)
    if verb == "skip" and kind != "before":
        todo = "use 'skip' after 'before each ...', or 'stop'"
        raise BadInput("only what is about to begin can be skipped", where=where, todo=todo)
    return verb, targets, "", amount


def _amount(verb: str, rest: str, words: Vocabulary, where: str) -> tuple[str, float]:
    """The names, and the hours of a hold or the share of a reduction, taken apart."""
    if verb == "hold":
        names, word, length = rest.rpartition(" for ")
        if not word or not names.strip():
            todo = "write 'hold sorafenib for 7 days'"
            raise BadInput(f"cannot read 'hold {rest}'", where=where, todo=todo)
        return names, duration(length, where=where)
    if verb == "reduce":
        found = re.fullmatch(r"(.+?)\s+to\s+(\d+(?:\.\d+)?)\s*%", rest.strip())
        if not found or not 0 < float(found[2]) <= 100:
            todo = "write 'reduce sorafenib to 50%': the share of the planned dose, above 0 and at most 100"
            raise BadInput(f"cannot read 'reduce {rest}'", where=where, todo=todo)
        for name in re.split(r"\s*,\s*|\s+and\s+", found[1]):
            if name in words.procedures:
                raise BadInput(f"'{name}' has no dose to reduce", where=where, todo="use 'stop' or 'hold'")
        return found[1], float(found[2]) / 100
    return rest, 0.0


def _condition(text: str, words: Vocabulary, where: str) -> Compare | Follows:
    follows = re.fullmatch(r"(?:an?\s+|the\s+)?(?:further\s+)?(\w+)\s+follows(?:\s+within\s+(.+))?", text)
    if follows:
        known = [*words.procedures, *words.drugs]
        if follows[1] not in known:
            raise unknown("procedure or drug", follows[1], known, where=where)
        return Follows(follows[1], duration(follows[2], where=where) if follows[2] else float("inf"))
    compared = re.fullmatch(r"(\S+)\s*(<=|>=|<|>|≤|≥)\s*(.+)", text)
    if not compared:
        todo = "write 'collected >= 5 10^6 cells/kg' or 'apheresis follows within 24 h'"
        raise BadInput(f"cannot read condition '{text}'", where=where, todo=todo)
    name, unit = compared[1], words.session_units.get(compared[1])
    if unit is None:
        if name in SESSION_WORDS:
            raise BadInput(f"'{name}' needs a procedure, the study has none", where=where, todo="add 'procedures'")
        name, unit = words.output(compared[1], where)
    return Compare(name, compared[2], quantity(compared[3], unit, where=where))
