"""`unmoor show model`: each instance's equations beside its numbers, units and sources, and the wiring between them."""

from __future__ import annotations

from typing import Any

from unmoor.cli.console import heading, out
from unmoor.cli.rows import print_rows


def show_model(name: str) -> None:
    """Print one model.

    Raises what `load_model` raises.
    """
    from unmoor import load_model
    from unmoor.model import describe_model

    told = describe_model(load_model(name))
    heading(f"{told.name}: {len(told.states)} states, reports {', '.join(told.outputs)}")
    for section in told.sections:
        _section(section, told.name)
    if told.wires:
        heading("wiring (port: filled by)")
        wide = max(len(port) for port, _ in told.wires)
        for port, source in told.wires:
            out().print(f"  {port:<{wide}}  {source}", soft_wrap=True)
    if told.drugs:
        out().print("")
        heading("drugs (dosed into)")
        for drug, instance in told.drugs.items():
            out().print(f"  {drug}: {instance}", soft_wrap=True)


def _section(section: Any, model: str) -> None:
    heading(f"{section.instance}: an instance of {section.module}" if section.instance else f"{model} itself")
    for equation in section.equations:
        remark = "; ".join(part for part in (equation.unit if equation.unit != "1" else "", equation.note) if part)
        out().print(f"  {equation.left} = {equation.right}" + (f"    [{remark}]" if remark else ""), soft_wrap=True)
    print_rows("number", section.parameters)
    out().print("")
