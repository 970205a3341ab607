"""MathML, as libSBML reads it, into expressions: functions inlined, rare operators written by common ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import libsbml

from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.model.expression import ONE, TIME, Call, Expression, Number, Symbol
from unmoor.model.factorial import FACTORIAL
from unmoor.model.inline import DEPTH, Inliner, depth
from unmoor.model.rate_of import RATE_OF

AVOGADRO = 6.02214179e23  # the value SBML Level 3 prescribes for its csymbol, not today's exact one

_DIRECT = {
    "PLUS": "add", "TIMES": "mul", "DIVIDE": "div", "POWER": "pow", "FUNCTION_POWER": "pow", "FUNCTION_EXP": "exp",
    "FUNCTION_LN": "ln", "FUNCTION_ABS": "abs", "FUNCTION_FLOOR": "floor", "FUNCTION_CEILING": "ceil",
    "FUNCTION_MIN": "min", "FUNCTION_MAX": "max", "FUNCTION_PIECEWISE": "piecewise",
    "RELATIONAL_LT": "lt", "RELATIONAL_LEQ": "le", "RELATIONAL_GT": "gt", "RELATIONAL_GEQ": "ge",
    "RELATIONAL_EQ": "eq", "RELATIONAL_NEQ": "ne",
    "LOGICAL_AND": "and", "LOGICAL_OR": "or", "LOGICAL_NOT": "not", "LOGICAL_XOR": "xor",
    "FUNCTION_RATE_OF": RATE_OF,
}  # fmt: skip
_TRIGONOMETRIC = "sin cos tan sec csc cot sinh cosh tanh sech csch coth".split()
OPERATORS: dict[int, str] = {
    **{getattr(libsbml, f"AST_{name}"): op for name, op in _DIRECT.items()},
    **{getattr(libsbml, f"AST_FUNCTION_{name.upper()}"): name for name in _TRIGONOMETRIC},
    **{getattr(libsbml, f"AST_FUNCTION_ARC{name.upper()}"): f"a{name}" for name in _TRIGONOMETRIC},
}
_CONSTANTS = {
    libsbml.AST_CONSTANT_E: math.e,
    libsbml.AST_CONSTANT_PI: math.pi,
    libsbml.AST_CONSTANT_TRUE: 1.0,
    libsbml.AST_CONSTANT_FALSE: 0.0,
    libsbml.AST_NAME_AVOGADRO: AVOGADRO,
}
_REFUSED = {
    libsbml.AST_FUNCTION_DELAY: "a delay",
    libsbml.AST_LAMBDA: "a lambda outside a function definition",
}
Function = tuple[tuple[str, ...], Expression]
_ASSOCIATIVE = (libsbml.AST_PLUS, libsbml.AST_TIMES)


class Reader:
    """Turns MathML trees of one SBML model into expressions; `functions` are that model's definitions."""

    def __init__(self, model: Any, where: str) -> None:
        self.where = where
        self.inliner = Inliner(where)
        self._definitions = {each.getId(): each for each in _list(model.getListOfFunctionDefinitions())}
        self._functions: dict[str, Function | None] = {}

    def expression(self, node: Any, what: str) -> Expression:
        """The expression of a libSBML tree; `what` names its place in errors.

        Raises Unsupported for operators without a meaning here and BadInput for missing or malformed mathematics.
        """
        if node is None:
            raise BadInput(f"{what} has no mathematics", where=self.where, todo="give it a formula")
        found = self._read(node, what, 0)
        if depth(found) > DEPTH:
            raise self._too_deep(what)
        return found

    def _too_deep(self, what: str) -> Unsupported:
        return Unsupported(f"{what} nests more than {DEPTH} operations", where=self.where, todo="split the formula")

    def _read(self, node: Any, what: str, level: int) -> Expression:
        if level > DEPTH:
            raise self._too_deep(what)
        kind = node.getType()
        if node.isNumber():
            return Number(float(node.getValue()))
        if kind == libsbml.AST_NAME_TIME:
            return TIME
        if kind in _CONSTANTS:
            return Number(_CONSTANTS[kind])
        if kind == libsbml.AST_NAME:
            return Symbol(node.getName())
        if kind in _REFUSED:
            raise Unsupported(f"{what} uses {_REFUSED[kind]}", where=self.where, todo=f"in: {_infix(node)}")
        args = tuple(self._read(child, what, level + 1) for child in _children(node))
        if kind == libsbml.AST_FUNCTION:
            return self._inline(node.getName(), args, what)
        if kind == libsbml.AST_MINUS:
            return Call("neg" if len(args) == 1 else "sub", args)
        if kind in OPERATORS:
            return Call(OPERATORS[kind], args)
        if kind in _REWRITTEN:
            return _REWRITTEN[kind](args)
        if kind in _WRITTEN_OUT and len(args) == _WRITTEN_OUT[kind][0]:
            return self.inliner.replace(_WRITTEN_OUT[kind][1], dict(zip("xy", args, strict=False)), what)
        raise Unsupported(f"{what} uses an operator not computed here", where=self.where, todo=f"in: {_infix(node)}")

    def _inline(self, name: str, args: tuple[Expression, ...], what: str) -> Expression:
        if name not in self._definitions:
            raise unknown("function", name, self._definitions, where=f"{self.where}, {what}")
        if name not in self._functions:
            self._functions[name] = None
            definition = self._definitions[name]
            names = tuple(definition.getArgument(i).getName() for i in range(definition.getNumArguments()))
            body = self.expression(definition.getBody(), f"function '{name}'")
            self._functions[name] = (names, body)
        function = self._functions[name]
        if function is None:
            raise BadInput(f"function '{name}' calls itself", where=self.where, todo="SBML forbids recursion")
        if len(args) != len(function[0]):
            raise BadInput(
                f"{what} calls '{name}' with {len(args)} arguments, not {len(function[0])}", where=self.where
            )
        given = dict(zip(function[0], args, strict=True))
        return self.inliner.replace(function[1], given, f"calling '{name}' in {what}")


def _list(items: Any) -> list[Any]:
    """A libSBML list as a Python list."""
    return [items.get(i) for i in range(items.size())]


def _infix(node: Any) -> str:
    return str(libsbml.formulaToL3String(node))


def _children(node: Any) -> list[Any]:
    """The arguments of a node; sums of sums and products of products, which may be long, as one."""
    pending, found = [node.getChild(i) for i in reversed(range(node.getNumChildren()))], []
    while pending:
        child = pending.pop()
        if child.getType() == node.getType() and node.getType() in _ASSOCIATIVE:
            pending.extend(child.getChild(i) for i in reversed(range(child.getNumChildren())))
        else:
            found.append(child)
    return found


def _root(args: tuple[Expression, ...]) -> Expression:
    """libSBML gives the degree first; a square root may come without."""
    if len(args) == 1 or args[0] == Number(2.0):
        return Call("sqrt", args[-1:])
    return Call("pow", (args[1], Call("div", (ONE, args[0]))))


def _log(args: tuple[Expression, ...]) -> Expression:
    if len(args) == 1 or args[0] == Number(10.0):
        return Call("log10", args[-1:])
    return Call("div", (Call("ln", args[1:]), Call("ln", args[:1])))


_REWRITTEN: Mapping[int, Callable[[tuple[Expression, ...]], Expression]] = {
    libsbml.AST_FUNCTION_ROOT: _root,
    libsbml.AST_FUNCTION_LOG: _log,
    libsbml.AST_LOGICAL_IMPLIES: lambda args: Call("or", (Call("not", args[:1]), args[1])),
}
_X, _Y = Symbol("x"), Symbol("y")
_RATIO = Call("div", (_X, _Y))
# the quotient is rounded towards zero, as SBML L3V2 defines it (Core, section 3.4.6)
_QUOTIENT = Call("piecewise", (Call("floor", (_RATIO,)), Call("ge", (_RATIO, Number(0.0))), Call("ceil", (_RATIO,))))
# how many arguments an operator takes, and what it means for x and y
_WRITTEN_OUT: Mapping[int, tuple[int, Expression]] = {
    libsbml.AST_FUNCTION_QUOTIENT: (2, _QUOTIENT),
    libsbml.AST_FUNCTION_REM: (2, Call("sub", (_X, Call("mul", (_Y, _QUOTIENT))))),
    libsbml.AST_FUNCTION_FACTORIAL: (1, FACTORIAL),
}
