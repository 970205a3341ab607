"""Formulas in population files: derived covariates and acceptance criteria, evaluated for all patients at once."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

from unmoor.base.errors import BadInput, unknown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
FUNCTIONS = {"exp": 1, "log": 1, "log10": 1, "sqrt": 1, "abs": 1, "floor": 1, "minimum": 2, "maximum": 2, "where": 3}
LOGICAL = (ast.Compare, ast.BoolOp)


@dataclass(frozen=True)
class Labels:
    """A categorical column: index of each patient's category, and the number each category stands for, if any."""

    index: NDArray[np.int64]
    categories: tuple[str, ...]
    codes: tuple[float, ...] | None = None


Column = Any  # NDArray[np.float64] or Labels


@dataclass(frozen=True)
class Formula:
    """A formula of named quantities in their declared units, as `(140 - age) * weight / (72 * serum_creatinine)`.

    It knows + - * / **, comparisons (chained too), and, or, not, `sex == "female"` and the functions exp, log, log10,
    sqrt, abs, floor, minimum, maximum and where(condition, then, otherwise).
    """

    text: str
    where: str = ""
    tree: ast.expr = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raise BadInput when the text is no formula, showing the place."""
        try:
            tree = ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError) as problem:
            raise self._refused(f"cannot read formula '{self.text}'") from problem
        object.__setattr__(self, "tree", tree)
        for node in _walk(tree):
            self._check(node)

    def _refused(self, what: str) -> BadInput:
        return BadInput(what, where=self.where, todo=f"write numbers, names, + - * / ** and {', '.join(FUNCTIONS)}")

    def _check(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
            if name not in FUNCTIONS:
                raise unknown("function", name, FUNCTIONS, where=self.where)
            if len(node.args) != FUNCTIONS[name] or node.keywords:
                raise self._refused(f"{name}() takes {FUNCTIONS[name]} values, not '{ast.unparse(node)}'")
            if name == "where" and not _is_logical(node.args[0]):
                raise self._refused(f"the first value of '{ast.unparse(node)}' is no condition")
        elif isinstance(node, ast.Compare):
            if any(type(op) not in OPERATORS for op in node.ops):
                raise self._refused(f"'{ast.unparse(node)}' uses a comparison that is not known")
        elif isinstance(node, ast.BinOp | ast.UnaryOp):
            if type(node.op) not in OPERATORS and not isinstance(node.op, ast.Not):
                raise self._refused(f"'{ast.unparse(node)}' uses an operator that is not known")
        elif isinstance(node, ast.Constant):
            if not isinstance(node.value, int | float | str) or isinstance(node.value, bool):
                raise self._refused(f"'{ast.unparse(node)}' is neither a number nor a category")
        elif not isinstance(node, ast.BoolOp | ast.Name) and _name(node) is None:
            raise self._refused(f"'{ast.unparse(node)}' cannot stand in a formula")

    @property
    def names(self) -> Set[str]:
        """The quantities the formula needs."""
        return {name for node in _walk(self.tree) if (name := _name(node)) is not None}

    @property
    def is_condition(self) -> bool:
        """Whether the formula is true or false rather than a number."""
        return _is_logical(self.tree)

    def check_categories(self, categories: Mapping[str, tuple[str, ...]]) -> None:
        """Raise an error for a category that its covariate lacks, or for text that is compared with no category."""
        compared: set[int] = set()
        for node in _walk(self.tree):
            if not isinstance(node, ast.Compare):
                continue
            sides = [node.left, *node.comparators]
            for text in (side for side in sides if _text(side) is not None):
                names = [name for side in sides if (name := _name(side)) in categories]
                simple = len(sides) == 2 and isinstance(node.ops[0], ast.Eq | ast.NotEq)
                if not names or not simple:
                    raise self._refused(
                        f"'{ast.unparse(node)}' does not compare a categorical covariate with a category"
                    )
                if _text(text) not in categories[names[0] or ""]:
                    raise unknown(f"{names[0]}", str(_text(text)), categories[names[0] or ""], where=self.where)
                compared.add(id(text))
        for node in _walk(self.tree):
            if _text(node) is not None and id(node) not in compared:
                raise self._refused(f"{ast.unparse(node)} cannot stand here")

    def __call__(self, columns: Mapping[str, Column]) -> Any:
        """The formula's values, shape (patient,), from `columns` of the same shape by name."""
        import numpy as np

        with np.errstate(all="ignore"):
            return self._evaluate(self.tree, columns)

    def _evaluate(self, node: ast.expr, columns: Mapping[str, Column]) -> Any:
        import numpy as np

        name = _name(node)
        if name is not None:
            return self._number(name, columns[name])
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](self._evaluate(node.left, columns), self._evaluate(node.right, columns))
        if isinstance(node, ast.UnaryOp):
            operand = self._evaluate(node.operand, columns)
            return np.logical_not(operand) if isinstance(node.op, ast.Not) else OPERATORS[type(node.op)](operand)
        if isinstance(node, ast.BoolOp):
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return reduce(join, [self._evaluate(value, columns) for value in node.values])
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            pairs = zip(sides[:-1], node.ops, sides[1:], strict=True)
            return reduce(np.logical_and, [self._compare(a, op, b, columns) for a, op, b in pairs])
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        return getattr(np, node.func.id)(*[self._evaluate(value, columns) for value in node.args])

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr, columns: Mapping[str, Column]) -> Any:
        label = _text(left) if _text(left) is not None else _text(right)
        if label is None:
            return OPERATORS[type(op)](self._evaluate(left, columns), self._evaluate(right, columns))
        column: Labels = columns[_name(left) or _name(right) or ""]
        return OPERATORS[type(op)](column.index, column.categories.index(label))

    def _number(self, name: str, column: Column) -> Any:
        import numpy as np

        if not isinstance(column, Labels):
            return column
        if column.codes is None:
            raise BadInput(
                f"categorical '{name}' is used as a number in '{self.text}'",
                where=self.where,
                todo=f'compare it with a category, as {name} == "{column.categories[0]}", or give it `codes`',
            )
        return np.asarray(column.codes)[column.index]


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every expression below `node`, a dotted name and a function's name counted once."""
    yield node
    if _name(node) is None:
        children = ast.iter_child_nodes(node)
        for child in children:
            if isinstance(child, ast.expr) and not (isinstance(node, ast.Call) and child is node.func):
                yield from _walk(child)
            elif isinstance(child, ast.keyword):
                yield from _walk(child.value)


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        before = _name(node.value)
        return f"{before}.{node.attr}" if before else None
    return node.id if isinstance(node, ast.Name) else None


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_logical(node: ast.AST) -> bool:
    return isinstance(node, LOGICAL) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
