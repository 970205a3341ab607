"""The equations as one graph of shared nodes: every distinct subexpression exists once, constants are folded.

Node ids grow with construction, so the arguments of a node always have smaller ids than the node itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from unmoor.base.errors import Unsupported, unknown
from unmoor.model.expression import Call, Expression, Number, Symbol

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
LOGIC = frozenset({"and", "or", "not"})
#: what jumps where its argument reaches a value: there x (1/y), which may miss x / y by one bit, is not good enough
JUMPS = COMPARISONS | {"floor", "ceil"}
#: functions of one argument that a kernel computes as such
UNARY = frozenset(
    "exp ln sqrt abs floor ceil sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh recip neg".split()
)
#: functions of one argument written as another one: name -> (function, reciprocal of the argument?, of the result?)
BY_RECIPROCAL = {
    "sec": ("cos", False, True),
    "csc": ("sin", False, True),
    "cot": ("tan", False, True),
    "sech": ("cosh", False, True),
    "csch": ("sinh", False, True),
    "coth": ("tanh", False, True),
    "asec": ("acos", True, False),
    "acsc": ("asin", True, False),
    "acot": ("atan", True, False),
    "asech": ("acosh", True, False),
    "acsch": ("asinh", True, False),
    "acoth": ("atanh", True, False),
}
_FOLD: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "neg": lambda x: -x,
    "recip": lambda x: 1.0 / x,
}


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: its name, the ids of its arguments, and what a leaf carries (a number, or a row to load)."""

    op: str
    args: tuple[int, ...] = ()
    leaf: float | int | None = None


@dataclass
class Graph:
    """A growing set of shared nodes; methods return node ids and simplify as they build."""

    nodes: list[Node] = field(default_factory=list)
    _known: dict[Node, int] = field(default_factory=dict)

    def add_node(self, op: str, args: tuple[int, ...] = (), leaf: float | int | None = None) -> int:
        """The id of this operation, made on first use."""
        node = Node(op, args, leaf)
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def number(self, value: float) -> int:
        """A constant; zero has one sign only, so that 0 and -0 share a node."""
        return self.add_node("number", (), float(value) + 0.0)

    def value(self, node: int) -> float | None:
        """The number a node stands for, None when it is not a constant."""
        found = self.nodes[node]
        return float(found.leaf) if found.op == "number" and found.leaf is not None else None

    def is_condition(self, node: int) -> bool:
        """Whether a node is true or false rather than a number."""
        return self.nodes[node].op in COMPARISONS or self.nodes[node].op in LOGIC

    def add(self, a: int, b: int) -> int:
        """a + b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x + y)
        if x == 0.0:
            return b
        if y == 0.0:
            return a
        if self.nodes[b].op == "neg":
            return self.subtract(a, self.nodes[b].args[0])
        if self.nodes[a].op == "neg":
            return self.subtract(b, self.nodes[a].args[0])
        return self.add_node("add", (min(a, b), max(a, b)))

    def subtract(self, a: int, b: int) -> int:
        """a - b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x - y)
        if y == 0.0:
            return a
        if x == 0.0:
            return self.negative(b)
        if a == b:
            return self.number(0.0)
        if self.nodes[b].op == "neg":
            return self.add(a, self.nodes[b].args[0])
        return self.add_node("sub", (a, b))

    def multiply(self, a: int, b: int) -> int:
        """a b; signs move outwards so that products are shared."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x * y)
        if x == 0.0 or y == 0.0:
            return self.number(0.0)
        if x == 1.0:
            return b
        if y == 1.0:
            return a
        if x == -1.0:
            return self.negative(b)
        if y == -1.0:
            return self.negative(a)
        if self.nodes[a].op == "neg":
            return self.negative(self.multiply(self.nodes[a].args[0], b))
        if self.nodes[b].op == "neg":
            return self.negative(self.multiply(a, self.nodes[b].args[0]))
        return self.add_node("mul", (min(a, b), max(a, b)))

    def negative(self, a: int) -> int:
        """-a."""
        node = self.nodes[a]
        if node.op == "neg":
            return node.args[0]
        if node.op == "sub":
            return self.subtract(node.args[1], node.args[0])
        return self.unary("neg", a)

    def divide(self, a: int, b: int) -> int:
        """a / b as a product with a shared reciprocal, since a division costs as much as ten products."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            if y == 0.0:
                return self.number(math.copysign(math.inf, x) if abs(x) > 0.0 else math.nan)
            return self.number(x / y)
        return self.multiply(a, self.unary("recip", b))

    def quotient(self, a: int, b: int) -> int:
        """a / b rounded once, for what jumps where it reaches a whole number; it has no derivative."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.divide(a, b)
        return self.add_node("quotient", (a, b))

    def unary(self, op: str, a: int) -> int:
        """A function of one argument from UNARY."""
        x = self.value(a)
        if x is not None and op in _FOLD:
            try:
                return self.number(_FOLD[op](x))
            except (ValueError, ZeroDivisionError, OverflowError):
                pass  # left to the kernel, which gives inf or nan as IEEE arithmetic does
        return self.add_node(op, (a,))

    def power(self, a: int, b: int) -> int:
        """a to the power b; small whole powers become products, one half a square root."""
        x, y = self.value(a), self.value(b)
        if y is not None:
            if x is not None:
                try:
                    return self.number(math.pow(x, y))
                except (ValueError, OverflowError, ZeroDivisionError):
                    pass
            if y == 0.5:
                return self.unary("sqrt", a)
            if y.is_integer() and abs(y) <= 16:
                whole = self._whole_power(a, int(abs(y)))
                return self.unary("recip", whole) if y < 0 else whole
        # the logarithm is a node of its own, shared with the derivative and with other powers of the same base
        return self.add_node("pow", (a, b, self.add_node("raw_ln", (a,))))

    def _whole_power(self, a: int, n: int) -> int:
        if n == 0:
            return self.number(1.0)
        half = self._whole_power(a, n // 2)
        square = self.multiply(half, half)
        return self.multiply(square, a) if n % 2 else square

    def compare(self, op: str, a: int, b: int) -> int:
        """A condition between two numbers."""
        return self.add_node(op, (a, b))

    def as_condition(self, a: int) -> int:
        """A number read as true (not zero) or false."""
        return a if self.is_condition(a) else self.compare("ne", a, self.number(0.0))

    def as_number(self, a: int) -> int:
        """A condition read as 1 or 0."""
        return self.select(a, self.number(1.0), self.number(0.0)) if self.is_condition(a) else a

    def logic(self, op: str, args: Iterable[int]) -> int:
        """and, or, not, xor of conditions."""
        conditions = [self.as_condition(a) for a in args]
        if op == "not":
            return self.add_node("not", (conditions[0],))
        if not conditions:
            return self.compare("eq" if op == "and" else "ne", self.number(0.0), self.number(0.0))
        found = conditions[0]
        for other in conditions[1:]:
            if op == "xor":
                either = self.add_node("or", (found, other))
                both = self.add_node("and", (found, other))
                found = self.add_node("and", (either, self.add_node("not", (both,))))
            else:
                found = self.add_node(op, (found, other))
        return found

    def select(self, condition: int, yes: int, no: int) -> int:
        """`yes` where the condition holds, else `no`."""
        return yes if yes == no else self.add_node("select", (condition, yes, no))

    def reached(self, roots: Iterable[int]) -> list[int]:
        """The ids of all nodes the roots need, in evaluation order."""
        wanted: set[int] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node not in wanted:
                wanted.add(node)
                stack.extend(self.nodes[node].args)
        return sorted(wanted)

    def build(self, expression: Expression, names: Mapping[str, int], *, exact: bool = False) -> int:
        """The node of a model expression, its symbols looked up in `names` (symbol -> node id).

        `exact` is for what a jump depends on: divisions are rounded once there. Raises UnknownName for a symbol without
        a node and Unsupported for a function the engine does not compute.
        """
        if isinstance(expression, Number):
            return self.number(expression.value)
        if isinstance(expression, Symbol):
            if expression.name not in names:
                raise unknown("symbol", expression.name, names)
            return names[expression.name]
        exact = exact or expression.op in JUMPS
        return self._call(expression, [self.build(arg, names, exact=exact) for arg in expression.args], exact)

    def _call(self, expression: Call, args: list[int], exact: bool) -> int:
        op = expression.op
        if op == "piecewise":
            return self._piecewise(args)
        if op in COMPARISONS:
            pairs = [self.compare(op, self.as_number(a), self.as_number(b)) for a, b in itertools.pairwise(args)]
            return pairs[0] if len(pairs) == 1 else self.logic("and", pairs)
        if op in ("and", "or", "not", "xor"):
            return self.logic(op, args)
        numbers = [self.as_number(a) for a in args]
        if op in ("add", "mul", "min", "max"):
            return self._fold_many(op, numbers)
        if op == "sub":
            return self.subtract(*numbers)
        if op == "div":
            return self.quotient(*numbers) if exact else self.divide(*numbers)
        if op == "neg":
            return self.negative(*numbers)
        if op == "pow":
            return self.power(*numbers)
        if op == "log10":
            return self.multiply(self.unary("ln", numbers[0]), self.number(1.0 / math.log(10.0)))
        if op in BY_RECIPROCAL:
            base, inside, outside = BY_RECIPROCAL[op]
            inner = self.unary("recip", numbers[0]) if inside else numbers[0]
            return self.unary("recip", self.unary(base, inner)) if outside else self.unary(base, inner)
        if op in UNARY:
            return self.unary(op, numbers[0])
        raise Unsupported(f"the function '{op}' is not computed by the engine")

    def _fold_many(self, op: str, args: list[int]) -> int:
        if not args:
            return self.number(0.0 if op == "add" else 1.0)
        found = args[0]
        for other in args[1:]:
            if op == "add":
                found = self.add(found, other)
            elif op == "mul":
                found = self.multiply(found, other)
            else:
                condition = self.compare("le" if op == "min" else "ge", found, other)
                # nan wins on either side: a kernel must not mistake it for a number
                found = self.select(self.logic("or", [condition, self.compare("ne", found, found)]), found, other)
        return found

    def _piecewise(self, args: list[int]) -> int:
        otherwise = args[-1] if len(args) % 2 else self.number(math.nan)
        found = self.as_number(otherwise)
        for k in range(len(args) // 2 - 1, -1, -1):
            found = self.select(self.as_condition(args[2 * k + 1]), self.as_number(args[2 * k]), found)
        return found
