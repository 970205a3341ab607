"""The order in which expressions that refer to each other can be evaluated."""

from __future__ import annotations

from collections.abc import Mapping

from unmoor.base.errors import BadInput
from unmoor.model.expression import Expression, symbols


def evaluation_order(expressions: Mapping[str, Expression], *, where: str = "") -> dict[str, Expression]:
    """The same expressions, each after those it uses; otherwise in the given order.

    Raises BadInput naming the loop when expressions define each other in a circle.
    """
    ordered: dict[str, Expression] = {}
    needs = {name: sorted(symbols(each) & expressions.keys()) for name, each in expressions.items()}
    for start in expressions:
        trail: dict[str, None] = {}
        stack = [(start, iter(needs[start]))]
        trail[start] = None
        while stack and start not in ordered:
            name, rest = stack[-1]
            following = next((each for each in rest if each not in ordered), None)
            if following is None:
                stack.pop()
                trail.pop(name)
                ordered[name] = expressions[name]
            elif following in trail:
                loop = [*trail][[*trail].index(following) :]
                raise BadInput(
                    f"equations define each other in a circle: {' -> '.join([*loop, following])}",
                    where=where,
                    todo="make one of them a state with a rate, or express it by constants",
                )
            else:
                trail[following] = None
                stack.append((following, iter(needs[following])))
    return ordered
