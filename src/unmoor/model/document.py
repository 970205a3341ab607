"""An SBML document opened with care: what is malformed or not supported is refused by name before it is read."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

import libsbml

from unmoor.base.errors import BadInput, Unsupported

# Beyond these an XML text is an attack or a mistake; libSBML itself recurses and would take the interpreter with it.
DEEPEST, LARGEST = 1_000, 64_000_000
# Its operators are those of Level 3 Version 2 itself, which mathml.py reads.
_KNOWN_PACKAGE = "/l3v2extendedmath/"
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
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


def items(listed: Any) -> list[Any]:
    """A libSBML list as a Python list."""
    return [listed.get(i) for i in range(listed.size())]


def sentence(message: str) -> str:
    """The telling part of a libSBML message on one line, without its reference to the specification."""
    kept = re.split(r"Reference: [^\n]*\n", message.strip())[-1]
    return re.sub(r"\s+", " ", kept).strip()


def _guard(text: str, where: str) -> None:
    """Refuse XML that is malformed, too large, too deep or brings its own entities."""
    if len(text) > LARGEST:
        raise Unsupported(f"the file has more than {LARGEST // 1_000_000} million characters", where=where)
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 1:
            _packages(attributes, where)
        if depth > DEEPEST:
            raise Unsupported(f"XML elements are nested more than {DEEPEST} deep", where=where)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: Any) -> None:
        raise Unsupported("the XML declares a document type or entities", where=where, todo="remove its <!DOCTYPE")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(_DECLARATION.sub("", text, count=1).encode(), True)
    except expat.ExpatError as problem:
        raise BadInput(f"not well-formed XML: {problem}", where=where, todo="give an SBML file") from problem


def _packages(attributes: dict[str, str], where: str) -> None:
    """Refuse packages that the model says one must understand; libSBML itself passes over those it does not know."""
    for name, value in attributes.items():
        prefix, _, attribute = name.partition(":")
        address = attributes.get(f"xmlns:{prefix}", prefix)
        if attribute == "required" and value in ("true", "1") and _KNOWN_PACKAGE not in address:
            raise Unsupported(f"the SBML package '{prefix}' ({address}) is not supported", where=where)


def open_document(text: str, where: str, *, check: bool) -> Any:
    """The libSBML document of an SBML text, kept alive by the caller; `check` also runs libSBML's own rules.

    Raises BadInput for what libSBML calls an error and Unsupported for Level 1, packages and constructs not computed.
    """
    if check:
        _guard(text, where)
    # libSBML checks nothing further in a text that does not say it is UTF-8.
    text = '<?xml version="1.0" encoding="UTF-8"?>' + _DECLARATION.sub("", text, count=1)
    document = libsbml.readSBMLFromString(text)
    _raise_errors(document, where)
    if document.getModel() is None:
        raise BadInput("the file holds no SBML model", where=where)
    if document.getLevel() < 2:
        raise Unsupported("SBML Level 1 is not read", where=where, todo="convert it to Level 3")
    refuse(document.getModel(), where)
    if check:
        for category in _CHECKS + _OTHERS:
            document.setConsistencyChecks(category, category in _CHECKS)
        document.checkConsistency()
        _raise_errors(document, where)
    return document


def _raise_errors(document: Any, where: str) -> None:
    errors = [document.getError(i) for i in range(document.getNumErrors())]
    errors = [each for each in errors if each.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]
    if errors:
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise BadInput(f"{sentence(first.getMessage())}{more}", where=f"{where}:{first.getLine()}")


def refuse(model: Any, where: str) -> None:
    """Raise Unsupported, by name, for the constructs of SBML that are not computed here."""

    def no(what: str, element: Any = None, todo: str = "") -> None:
        called = f" '{element.getId()}'" if element is not None and element.isSetId() else ""
        raise Unsupported(f"{what}{called} is not supported", where=where, todo=todo)

    for constraint in items(model.getListOfConstraints()):
        no("a constraint", constraint)
    for rule in items(model.getListOfRules()):
        if rule.isAlgebraic():
            no("an algebraic rule", None, f"in: 0 = {libsbml.formulaToL3String(rule.getMath())}")
    for reaction in items(model.getListOfReactions()):
        if reaction.isSetFast() and reaction.getFast():
            no("the fast reaction", reaction)
    for symbol in _names(model):
        if symbol.getId() == "time":
            no("a symbol called", symbol, "rename it: 'time' is the model's time")


def _names(model: Any) -> list[Any]:
    lists = (model.getListOfCompartments(), model.getListOfSpecies(), model.getListOfParameters())
    return [each for listed in lists for each in items(listed)]
