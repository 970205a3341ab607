from __future__ import annotations

from unmoor.trial.designs.ewoc import Ewoc


def test_the_reason_gives_the_chances() -> None:
    decision = Ewoc(doses=(10, 20, 40), target=0.3, dose_limit=60).next("1NNN")
    assert decision.reason.startswith("chances of overdosing 0.000, 0.")
    assert decision.reason.endswith("at most 0.25 is allowed")


def test_a_given_level_that_is_no_longer_allowed_is_not_recommended() -> None:
    design = Ewoc(doses=(10, 20, 40), target=0.3, dose_limit=60, skip=True, coherence=False)
    assert design.recommend("1NNN 2NNN 3TTT") in (1, 2)
    assert design.next("1NNN 2NNN 3TTT").action == "de-escalate"
