import pytest

from unmoor.base.errors import BadInput, UnknownName, unknown
from unmoor.trial.rules import Compare, Follows, Vocabulary, parse_rule


def output(name, where):
    units = {"cd34": "cells/uL", "collected": "10^6 cells/kg"}
    if name not in units:
        raise unknown("symbol", name, units, where=where)
    return name, units[name]


WORDS = Vocabulary(
    ["plerixafor", "filgrastim"],
    ["apheresis"],
    output,
    {"sessions": "1", "yield": "10^6 cells/kg", "pre_count": "cells/uL"},
)


def test_a_stop_at_a_target():
    rule = parse_rule("after each apheresis: stop apheresis when collected >= 5e6 cells/kg", WORDS)
    assert (rule.kind, rule.name, rule.action, rule.targets) == ("after", "apheresis", "stop", ("apheresis",))
    assert rule.conditions == (Compare("collected", ">=", pytest.approx(5.0)),)
    assert rule.needs_state
    assert rule.quantities == ("collected",)


def test_a_rule_of_the_plan_alone_needs_no_pause():
    rule = parse_rule("before each plerixafor: skip unless an apheresis follows within 1 day", WORDS)
    assert rule.conditions == (Follows("apheresis", 24.0),)
    assert rule.negated
    assert not rule.needs_state
    assert parse_rule("before each filgrastim: skip unless apheresis follows", WORDS).conditions[0].within == float(
        "inf"
    )


def test_several_conditions_and_targets():
    rule = parse_rule(
        "after each apheresis: stop plerixafor, filgrastim when sessions >= 2 and yield < 1 10^6 cells/kg", WORDS
    )
    assert rule.targets == ("plerixafor", "filgrastim")
    assert [each.quantity for each in rule.conditions] == ["sessions", "yield"]
    assert rule.quantities == ()


def test_a_dose_that_is_given_at_a_time():
    rule = parse_rule("on days 4-5 at 20:00: give plerixafor 0.24 mg/kg sc when cd34 < 20 cells/uL", WORDS)
    assert (rule.kind, rule.times, rule.dose) == ("on", (92.0, 116.0), "plerixafor 0.24 mg/kg sc")
    assert rule.needs_state
    assert parse_rule("before each apheresis: withdraw when cd34 < 5 cells/uL", WORDS).action == "withdraw"


def test_holds_and_reductions():
    held = parse_rule("on day 8 at 08:00: hold plerixafor and filgrastim for 7 days when cd34 < 20 cells/uL", WORDS)
    assert (held.action, held.targets, held.amount) == ("hold", ("plerixafor", "filgrastim"), 168.0)
    less = parse_rule("on day 8 at 08:00: reduce plerixafor to 62.5%", WORDS)
    assert (less.action, less.targets, less.amount) == ("reduce", ("plerixafor",), 0.625)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("on day 4 at 20:00: hold plerixafor", "cannot read 'hold plerixafor'.*\n.*for 7 days"),
        ("on day 4 at 20:00: reduce plerixafor by 50%", "cannot read 'reduce plerixafor by 50%'.*\n.*to 50%"),
        ("on day 4 at 20:00: reduce plerixafor to 0%", "above 0 and at most 100"),
        ("on day 4 at 20:00: reduce apheresis to 50%", "no dose to reduce"),
        ("on day 4 at 20:00: reduce plerixafr to 50%", "unknown drug or procedure 'plerixafr'"),
        ("stop when collected >= 5", "no colon"),
        ("after every apheresis: stop", "cannot read the moment"),
        ("after each apheresiss: stop", "unknown procedure 'apheresiss'.*\n.*did you mean 'apheresis'"),
        ("after each plerixafor: stop", "unknown procedure 'plerixafor'"),
        ("before each plerixafr: skip", "unknown procedure or drug 'plerixafr'.*\n.*did you mean 'plerixafor'"),
        ("after each apheresis: stopp", "unknown action of a rule 'stopp'.*\n.*did you mean 'stop'"),
        ("after each apheresis: stop insulin", "unknown drug or procedure 'insulin'"),
        ("after each apheresis: skip", "about to begin"),
        ("before each apheresis: skip plerixafor", "'skip' takes no names"),
        ("after each apheresis: stop when collected >= 5", "has no unit"),
        ("after each apheresis: stop when collected >= 5 mg", "cannot be read as"),
        ("after each apheresis: stop when colected >= 5 10^6 cells/kg", "unknown symbol 'colected'.*\n.*'collected'"),
        ("after each apheresis: stop when collected is enough", "cannot read condition"),
        ("after each apheresis: stop unless aferesis follows", "unknown procedure or drug 'aferesis'"),
        ("after each apheresis: stop when sessions >= 2 unless yield > 1 10^6 cells/kg", "more than one"),
        ("on day 4 at 20:00: give", "gives no dose"),
        ("on day 4: stop", "cannot read time"),
    ],
)
def test_rules_that_mean_nothing_say_why(text, message):
    with pytest.raises((BadInput, UnknownName), match=message) as caught:
        parse_rule(text, WORDS, where="study.yaml:9")
    assert str(caught.value).startswith("study.yaml:9: ")


def test_words_of_sessions_need_a_procedure():
    words = Vocabulary(["plerixafor"], [], output, {})
    with pytest.raises(BadInput, match="'sessions' needs a procedure"):
        parse_rule("on day 4 at 20:00: stop when sessions >= 2", words)
