"""Expressions as text a reader knows: infix operators, function calls, only the parentheses that are needed."""

from __future__ import annotations

from unmoor.model.expression import Call, Expression, Number, Symbol

# How strongly an operator binds; an argument that binds less strongly is put in parentheses.
_BINDING = {"or": 1, "xor": 1, "and": 2, "add": 4, "sub": 4, "mul": 5, "div": 5, "neg": 6, "not": 6, "pow": 7}
_BINDING |= dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne"), 3)
_SIGN = {
    "add": " + ", "sub": " - ", "mul": "*", "div": "/", "pow": "^", "lt": " < ", "le": " <= ", "gt": " > ",
    "ge": " >= ", "eq": " == ", "ne": " != ", "and": " && ", "or": " || ", "xor": " xor ",
}  # fmt: skip


def infix(expression: Expression) -> str:
    """The expression as text."""
    return _write(expression)[0]


def _write(expression: Expression) -> tuple[str, int]:
    """Text and binding strength; 9 for what never needs parentheses."""
    if isinstance(expression, Number):
        text = f"{expression.value:.15g}"
        return text, 6 if text.startswith("-") else 9
    if isinstance(expression, Symbol):
        return expression.name, 9
    op, args = expression.op, [_write(arg) for arg in expression.args]
    if op in ("neg", "not"):
        return ("-" if op == "neg" else "!") + _closed(args[0], 7), 6
    if op not in _SIGN or len(args) < 2:
        return f"{op}({', '.join(text for text, _ in args)})", 9
    own = _BINDING[op]
    if op == "add":
        return _sum(expression.args), own
    # a - (b - c), a/(b/c) and (a^b)^c keep theirs; chains of one associative operator do not need any.
    first = own + 1 if op == "pow" or own == 3 else own
    rest = own if op in ("mul", "and", "or") else own + 1
    return _SIGN[op].join([_closed(args[0], first), *(_closed(arg, rest) for arg in args[1:])]), own


def _sum(args: tuple[Expression, ...]) -> str:
    """A sum in which a negated term is subtracted."""
    text = _closed(_write(args[0]), 4)
    for arg in args[1:]:
        if isinstance(arg, Call) and arg.op == "neg":
            text += " - " + _closed(_write(arg.args[0]), 5)
        else:
            text += " + " + _closed(_write(arg), 4)
    return text


def _closed(written: tuple[str, int], needed: int) -> str:
    text, binding = written
    return f"({text})" if binding < needed else text
