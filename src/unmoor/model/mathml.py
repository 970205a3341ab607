"""MathML, as libSBML reads it, into expressions: functions inlined, rare operators written by common ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import libsbml

from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.model.expression import ONE, TIME, Call, Expression, Number, Symbol, substitute

AVOGADRO = 6.02214179e23  # the value SBML Level 3 prescribes for its csymbol, not today's exact one

_DIRECT = {
    "PLUS": "add", "TIMES": "mul", "DIVIDE": "div", "POWER": "pow", "FUNCTION_POWER": "pow", "FUNCTION_EXP": "exp",
    "FUNCTION_LN": "ln", "FUNCTION_ABS": "abs", "FUNCTION_FLOOR": "floor", "FUNCTION_CEILING": "ceil",
    "FUNCTION_MIN": "min", "FUNCTION_MAX": "max", "FUNCTION_PIECEWISE": "piecewise",
    "RELATIONAL_LT": "lt", "RELATIONAL_LEQ": "le", "RELATIONAL_GT": "gt", "RELATIONAL_GEQ": "ge",
    "RELATIONAL_EQ": "eq", "RELATIONAL_NEQ": "ne",
    "LOGICAL_AND": "and", "LOGICAL_OR": "or", "LOGICAL_NOT": "not", "LOGICAL_XOR": "xor",
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
    libsbml.AST_FUNCTION_RATE_OF: "rateOf",
    libsbml.AST_LAMBDA: "a lambda outside a function definition",
}
Function = tuple[tuple[str, ...], Expression]
# The longest chain of nested operations; deeper ones would end in a crash of the interpreter further on.
DEPTH = 400


class Reader:
    """Turns MathML trees of one SBML model into expressions; `functions` are that model's definitions."""

    def __init__(self, model: Any, where: str) -> None:
        self.where = where
        self._definitions = {each.getId(): each for each in _list(model.getListOfFunctionDefinitions())}
        self._functions: dict[str, Function | None] = {}

    def expression(self, node: Any, what: str) -> Expression:
        """The expression of a libSBML tree; `what` names its place in errors.

        Raises Unsupported for operators without a meaning here and BadInput for missing or malformed mathematics.
        """
        if node is None:
            raise BadInput(f"{what} has no mathematics", where=self.where, todo="give it a formula")
        return self._read(node, what, 0)

    def _read(self, node: Any, what: str, depth: int) -> Expression:
        if depth > DEPTH:
            raise Unsupported(f"{what} nests more than {DEPTH} operations", where=self.where, todo="split the formula")
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
        args = tuple(self._read(node.getChild(i), what, depth + 1) for i in range(node.getNumChildren()))
        if kind == libsbml.AST_FUNCTION:
            return self._inline(node.getName(), args, what)
        if kind == libsbml.AST_MINUS:
            return Call("neg" if len(args) == 1 else "sub", args)
        if kind in OPERATORS:
            return Call(OPERATORS[kind], args)
        if kind in _REWRITTEN:
            return _REWRITTEN[kind](args)
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
        return substitute(function[1], dict(zip(function[0], args, strict=True)))


def _list(items: Any) -> list[Any]:
    """A libSBML list as a Python list."""
    return [items.get(i) for i in range(items.size())]


def _infix(node: Any) -> str:
    return str(libsbml.formulaToL3String(node))


def _root(args: tuple[Expression, ...]) -> Expression:
    """libSBML gives the degree first; a square root may come without."""
    if len(args) == 1 or args[0] == Number(2.0):
        return Call("sqrt", args[-1:])
    return Call("pow", (args[1], Call("div", (ONE, args[0]))))


def _log(args: tuple[Expression, ...]) -> Expression:
    if len(args) == 1 or args[0] == Number(10.0):
        return Call("log10", args[-1:])
    return Call("div", (Call("ln", args[1:]), Call("ln", args[:1])))


def _truncated(args: tuple[Expression, ...]) -> Expression:
    """The quotient rounded towards zero, as SBML L3V2 defines it."""
    ratio = Call("div", args)
    return Call("piecewise", (Call("floor", (ratio,)), Call("ge", (ratio, Number(0.0))), Call("ceil", (ratio,))))


def _factorial(args: tuple[Expression, ...]) -> Expression:
    if isinstance(args[0], Number) and args[0].value >= 0 and args[0].value == int(args[0].value) <= 170:
        return Number(float(math.factorial(int(args[0].value))))
    raise Unsupported("a factorial of anything but a small whole number is not computed here")


_REWRITTEN: Mapping[int, Callable[[tuple[Expression, ...]], Expression]] = {
    libsbml.AST_FUNCTION_ROOT: _root,
    libsbml.AST_FUNCTION_LOG: _log,
    libsbml.AST_FUNCTION_QUOTIENT: _truncated,
    libsbml.AST_FUNCTION_REM: lambda args: Call("sub", (args[0], Call("mul", (args[1], _truncated(args))))),
    libsbml.AST_FUNCTION_FACTORIAL: _factorial,
    libsbml.AST_LOGICAL_IMPLIES: lambda args: Call("or", (Call("not", args[:1]), args[1])),
}
