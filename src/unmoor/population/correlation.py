"""Correlated scores: a Gaussian copula over covariates and parameters, mixed patient by patient in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_EIGENVALUE = 1e-8


@dataclass(frozen=True)
class Correlation:
    """The wanted correlation of two quantities.

    measure "scores": of their standard normal scores (for two normal quantities Pearson's own; for lognormal ones
    that of their logarithms, the field's correlation of random effects). measure "rank": Spearman's, turned into
    scores by 2 sin(pi rank / 6), which is exact for the Gaussian copula (Kruskal 1958, J Am Stat Assoc 53:814).
    """

    between: tuple[str, str]
    value: float
    measure: str = "scores"
    source: str = ""
    note: str = ""
    where: str = ""

    @property
    def of_scores(self) -> float:
        """The correlation of the standard normal scores."""
        import math

        return self.value if self.measure == "scores" else 2 * math.sin(math.pi * self.value / 6)


@dataclass(frozen=True)
class Block:
    """Quantities correlated among themselves and with nothing else, and the lower Cholesky factor that mixes them."""

    names: tuple[str, ...]
    factor: tuple[tuple[float, ...], ...]


def blocks(correlations: Sequence[Correlation], order: Sequence[str], *, where: str = "") -> tuple[Block, ...]:
    """The connected blocks of `correlations`, names in the given `order`.

    Raises BadInput for a pair given twice, a correlation with itself, and a matrix that is not positive definite,
    naming its quantities.
    """
    import numpy as np

    wanted: dict[frozenset[str], Correlation] = {}
    for each in correlations:
        pair = frozenset(each.between)
        if len(pair) == 1:
            raise BadInput(f"'{each.between[0]}' is correlated with itself", where=each.where)
        if not -1 < each.value < 1:
            raise BadInput(f"correlation {each.value:g} is not between -1 and 1", where=each.where)
        if pair in wanted:
            raise BadInput(f"correlation of {each.between[0]} and {each.between[1]} is given twice", where=each.where)
        wanted[pair] = each
    found = []
    for names in _connected(wanted, order):
        matrix = np.eye(len(names))
        for row, one in enumerate(names):
            for column, other in enumerate(names):
                given = wanted.get(frozenset((one, other)))
                if given is not None and row != column:
                    matrix[row, column] = given.of_scores
        least = float(np.linalg.eigvalsh(matrix)[0])
        if least < LEAST_EIGENVALUE:
            raise BadInput(
                f"correlation matrix of {', '.join(names)} is not positive definite (least eigenvalue {least:.3g})",
                where=where,
                todo="no patients can have these correlations together; weaken one or give those left out (they are 0)",
            )
        found.append(Block(tuple(names), tuple(map(tuple, np.linalg.cholesky(matrix).tolist()))))
    return tuple(found)


def _connected(pairs: Iterable[frozenset[str]], order: Sequence[str]) -> list[list[str]]:
    group = {name: {name} for pair in pairs for name in pair}
    for pair in pairs:
        one, other = pair
        if group[one] is not group[other]:
            joined = group[one] | group[other]
            group.update(dict.fromkeys(joined, joined))
    place = {name: index for index, name in enumerate(order)}
    unique = {id(members): sorted(members, key=place.__getitem__) for members in group.values()}
    return sorted(unique.values(), key=lambda names: place[names[0]])


def mixed(block: Block, scores: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Correlated scores of a block from independent ones, shape (patient,) each.

    Summed term by term: a matrix product may round differently with the number of patients.
    """
    result = {}
    for name, weights in zip(block.names, block.factor, strict=True):
        total = weights[0] * scores[block.names[0]]
        for other, weight in zip(block.names[1:], weights[1:], strict=True):
            if weight:
                total = total + weight * scores[other]
        result[name] = total
    return result
