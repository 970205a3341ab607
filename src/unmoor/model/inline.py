"""Definitions put in place of their names, within bounds: a short text can stand for a formula of any size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unmoor.base.errors import Unsupported
from unmoor.model.expression import Call, Expression, Symbol, substitute, walk

# All formulas of a model together, in operations; the largest published models stay a hundred times below.
MOST = 1_000_000
# The longest chain of nested operations; what comes after the reader recurses with it.
DEPTH = 180


@dataclass
class Inliner:
    """Replaces symbols and counts what the formulas of one model grow to; `left` is what they may still add."""

    where: str
    left: int = MOST

    def replace(self, expression: Expression, replacement: Mapping[str, Expression], what: str) -> Expression:
        """The expression with each symbol named in `replacement` replaced; `what` names its place in errors.

        Raises Unsupported where it would be too large or too deep to be handled.
        """
        self.left -= _grown(expression, replacement)
        if self.left < 0:
            raise Unsupported(f"{what} makes more than {MOST:,} operations of the model", where=self.where)
        made = substitute(expression, replacement)
        if depth(made) > DEPTH:
            raise Unsupported(f"{what} nests more than {DEPTH} operations", where=self.where, todo="split the formula")
        return made


def _grown(expression: Expression, replacement: Mapping[str, Expression]) -> int:
    """How many nodes the expression has once its symbols are replaced; computed without doing so."""
    sizes: dict[str, int] = {}
    total = 0
    for node in walk(expression):
        if isinstance(node, Symbol) and node.name in replacement:
            if node.name not in sizes:
                sizes[node.name] = sum(1 for _ in walk(replacement[node.name]))
            total += sizes[node.name]
        else:
            total += 1
    return total


def depth(expression: Expression) -> int:
    """How many operations are nested in an expression at most."""
    deepest, stack = 0, [(expression, 0)]
    while stack:
        node, level = stack.pop()
        if isinstance(node, Call):
            deepest = max(deepest, level + 1)
            stack.extend((arg, level + 1) for arg in node.args)
    return deepest
