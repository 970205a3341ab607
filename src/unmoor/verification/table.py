"""Findings counted by construct, as rows and as a page of documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from unmoor.verification.check import ATOL, PASSED, REFUSED, RTOL, WRONG, Finding

HEADS = ("feature", "cases", "passed", "refused", "wrong")


def rows(findings: Sequence[Finding]) -> list[tuple[str, int, int, int, int]]:
    """(feature, cases, passed, refused, wrong): all, plain, with events, then each construct, the most used first."""
    groups = {
        "all": list(findings),
        "plain (no events)": [each for each in findings if each.kind == "plain"],
        "with events": [each for each in findings if each.kind == "events"],
    }
    used = Counter(name for each in findings for name in each.features if name != "events")
    for name, _ in sorted(used.items(), key=lambda item: (-item[1], item[0])):
        groups[name] = [each for each in findings if name in each.features]
    return [(name, len(group), *_counts(group)) for name, group in groups.items() if group]


def _counts(group: Sequence[Finding]) -> tuple[int, int, int]:
    counted = Counter(each.verdict for each in group)
    return counted[PASSED], counted[REFUSED], counted[WRONG]


def reasons(findings: Sequence[Finding], verdict: str) -> dict[str, list[str]]:
    """Why cases were refused or wrong -> the names of those cases."""
    found: dict[str, list[str]] = {}
    for each in findings:
        if each.verdict == verdict:
            found.setdefault(each.reason, []).append(each.case)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def page(findings: Sequence[Finding], version: str) -> str:
    """The table and the reasons as Markdown, with the command that writes it."""
    lines = [
        "# Verification",
        "",
        "Written by `unmoor verify sbml DIR --to docs/verification.md`, where DIR holds the cases of the SBML semantic",
        f"test suite (one folder a case), unmoor {version}.",
        "",
        "A case passes when every published value is met: |computed - published| <= absolute + relative |published|,",
        f"with the tolerances of its settings.txt; the integration runs at rtol {RTOL:g}, atol {ATOL:g}. Refused means",
        "an error that names what is not computed, before any number; wrong is any other number and any other error.",
        "",
        "| " + " | ".join(HEADS) + " |",
        "|---|---:|---:|---:|---:|",
        *(f"| {name} | {' | '.join(map(str, counts))} |" for name, *counts in rows(findings)),
        "",
        "A case counts in every construct that it uses.",
    ]
    for verdict, title in ((REFUSED, "Refused, by reason"), (WRONG, "Wrong")):
        found = reasons(findings, verdict)
        lines += ["", f"## {title}", ""]
        lines += [f"- {reason}: {', '.join(cases)}" for reason, cases in found.items()] or ["None."]
    return "\n".join(lines) + "\n"
