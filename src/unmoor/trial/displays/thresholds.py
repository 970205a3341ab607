"""Falls of a criterion's main reading at which its responses begin: the lines of a waterfall plot."""

from __future__ import annotations

from unmoor.trial.criteria.aml import PARTIAL_FALL, VERSIONS

FALLS: dict[str, tuple[tuple[float, str], ...]] = {
    **dict.fromkeys(VERSIONS, ((PARTIAL_FALL, "PR"),)),
    "IMWG2016": ((0.25, "MR"), (0.5, "PR"), (0.9, "VGPR")),
}
"""Version -> (fall from baseline as a fraction, response that asks for at least that fall), the smallest first."""


def thresholds(version: str) -> list[tuple[float, str]]:
    """(change in %, what begins there) of a version; none where its responses are no falls from baseline."""
    return [(-100 * fall, f"{word}: −{100 * fall:.0f}%") for fall, word in FALLS.get(version, ())]
