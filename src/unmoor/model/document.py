"""An SBML document opened with care: what is malformed or not supported is refused by name before it is read."""

from __future__ import annotations

import re
from typing import Any

import libsbml

from unmoor.base.errors import BadInput, Unsupported
from unmoor.model.screen import DECLARATION, screen

_CHECKS = (
    libsbml.LIBSBML_CAT_GENERAL_CONSISTENCY,
    libsbml.LIBSBML_CAT_IDENTIFIER_CONSISTENCY,
    libsbml.LIBSBML_CAT_MATHML_CONSISTENCY,
    libsbml.LIBSBML_CAT_OVERDETERMINED_MODEL,
)
_OTHERS = (
    libsbml.LIBSBML_CAT_UNITS_CONSISTENCY,
    libsbml.LIBSBML_CAT_SBO_CONSISTENCY,
    libsbml.LIBSBML_CAT_MODELING_PRACTICE,
)

# Units are not computed with, so that one that is not defined changes no number.
_OF_UNITS = frozenset((
    libsbml.DanglingUnitReference, libsbml.Invalid1DCompartmentUnits, libsbml.Invalid2DCompartmentUnits,
    libsbml.Invalid3DCompartmentUnits, libsbml.InvalidParameterUnits, libsbml.InvalidSpeciesSusbstanceUnits,
    libsbml.L3AreaUnitsOnModel, libsbml.L3ExtentUnitsOnModel, libsbml.L3LengthUnitsOnModel,
    libsbml.L3TimeUnitsOnModel, libsbml.L3VolumeUnitsOnModel, libsbml.L3V2SubstanceUnitsOnModel,
    libsbml.ParameterUnits, libsbml.SubstanceUnitsOnSpecies, libsbml.OneDimensionalCompartmentUnits,
    libsbml.TwoDimensionalCompartmentUnits, libsbml.ThreeDimensionalCompartmentUnits, libsbml.NoUnitsOnCompartment,
    libsbml.InvalidUnitsValue,
))  # fmt: skip


def items(listed: Any) -> list[Any]:
    """A libSBML list as a Python list."""
    return [listed.get(i) for i in range(listed.size())]


def sentence(message: str) -> str:
    """The telling part of a libSBML message on one line, without its reference to the specification."""
    kept = re.split(r"Reference: [^\n]*\n", message.strip())[-1]
    return re.sub(r"\s+", " ", kept).strip()


def open_document(text: str, where: str, *, check: bool) -> Any:
    """The libSBML document of an SBML text, kept alive by the caller; `check` also runs libSBML's own rules.

    Raises BadInput for what libSBML calls an error and Unsupported for Level 1, packages and constructs not computed.
    """
    thorough = screen(text, where) if check else False
    # libSBML checks nothing further in a text that does not say it is UTF-8.
    text = '<?xml version="1.0" encoding="UTF-8"?>' + DECLARATION.sub("", text, count=1)
    document = libsbml.readSBMLFromString(text)
    _raise_errors(document, where)
    if document.getModel() is None:
        raise BadInput("the file holds no SBML model", where=where)
    if document.getLevel() < 2:
        raise Unsupported("SBML Level 1 is not read", where=where, todo="convert it to Level 3")
    refuse(document.getModel(), where)
    if check:
        for category in _CHECKS + _OTHERS:
            document.setConsistencyChecks(category, category in _CHECKS and (thorough or category != _CHECKS[0]))
        document.checkConsistency()
        _raise_errors(document, where)
    return document


def _raise_errors(document: Any, where: str) -> None:
    errors = [document.getError(i) for i in range(document.getNumErrors())]
    errors = [each for each in errors if each.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]
    errors = [each for each in errors if each.getErrorId() not in _OF_UNITS]
    if errors:
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise BadInput(f"{sentence(first.getMessage())}{more}", where=f"{where}:{first.getLine()}")


def refuse(model: Any, where: str) -> None:
    """Raise Unsupported, by name, for the constructs of SBML that are not computed here."""

    def no(what: str, element: Any = None, todo: str = "") -> None:
        called = f" '{element.getId()}'" if element is not None and element.isSetId() else ""
        raise Unsupported(f"{what}{called} is not supported", where=where, todo=todo)

    for rule in items(model.getListOfRules()):
        if rule.isAlgebraic():
            no("an algebraic rule", None, f"in: 0 = {libsbml.formulaToL3String(rule.getMath())}")
    for reaction in items(model.getListOfReactions()):
        if reaction.isSetFast() and reaction.getFast():
            no("the fast reaction", reaction)
