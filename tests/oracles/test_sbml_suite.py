"""The plain cases of the SBML semantic test suite: the published curves, or a refusal that is listed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unmoor.verification import check_case
from unmoor.verification.suite import warm

SUITE = Path(__file__).parents[2].parent / "shared" / "data" / "sbml-suite"
AT_HAND = (SUITE / "index.json").is_file()
CASES = json.loads((SUITE / "index.json").read_text())["plain"] if AT_HAND else ["none at hand"]
#: case -> the reason of its refusal; nothing else may be refused, and what is listed must be
REFUSED: dict[str, str] = {}


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory):
    """The compiled cases are not kept with the user's models; the driver, loaded before, is."""
    if AT_HAND:
        warm([SUITE / CASES[0]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNMOOR_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.mark.skipif(not AT_HAND, reason="the SBML semantic test suite is not at hand (../shared/data/sbml-suite)")
@pytest.mark.parametrize("case", CASES)
def test_published_curves(case):
    finding = check_case(SUITE / case)
    if case in REFUSED:
        assert (finding.verdict, finding.reason) == ("refused", REFUSED[case])
    else:
        assert finding.verdict == "passed", finding.reason
