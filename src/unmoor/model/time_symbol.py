"""A symbol that a file calls `time` renamed, because here that word is the model's time itself."""

from __future__ import annotations

from typing import Any

import libsbml

TIME_ID = "time"


def free_time(model: Any) -> str:
    """Rename every symbol called `time` in a libSBML model; the new name, or "" when there is none.

    Names of a narrower scope (a function's argument, a parameter of one reaction) get the same new name, so that what
    they hide stays hidden. The csymbol time is no name and stays.
    """
    listed = model.getListOfAllElements()
    elements = [listed.get(i) for i in range(listed.getSize())]
    formulas = [each.getMath() for each in elements if hasattr(each, "getMath") and each.isSetMath()]
    # units have names of their own, which no formula mentions
    called = [each for each in elements if each.getIdAttribute() == TIME_ID and not _is_unit(each)]
    if not called and not any(_rename(formula, None) for formula in formulas):
        return ""
    fresh = "time_symbol"
    while model.getElementBySId(fresh) is not None:
        fresh += "_"
    for each in called:
        each.setIdAttribute(fresh)
    for each in elements:
        if not hasattr(each, "getMath"):
            each.renameSIdRefs(TIME_ID, fresh)
        elif hasattr(each, "getVariable") and each.getVariable() == TIME_ID:
            each.setVariable(fresh)
        elif hasattr(each, "getSymbol") and each.getSymbol() == TIME_ID:
            each.setSymbol(fresh)
    for formula in formulas:
        _rename(formula, fresh)
    return fresh


def _is_unit(element: Any) -> bool:
    return bool(element.getTypeCode() == libsbml.SBML_UNIT_DEFINITION)


def _rename(formula: Any, fresh: str | None) -> bool:
    """Whether a formula mentions a symbol called `time`; given a new name, it is put there."""
    found, stack = False, [formula]
    while stack:
        node = stack.pop()
        if node.getType() == libsbml.AST_NAME and node.getName() == TIME_ID:
            found = True
            if fresh is not None:
                node.setName(fresh)
        stack.extend(node.getChild(i) for i in range(node.getNumChildren()))
    return found
