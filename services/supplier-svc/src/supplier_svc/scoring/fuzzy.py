"""Fuzzy comprehensive evaluation (模糊综合评价法): B = A ∘ R, the weights of factors composed with their memberships in comments. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chassis.domain import Refusal
from supplier_svc.policies.fuzzy import Operator

TOLERANCE = Decimal("1e-9")
"""By which weights may miss 1."""


class WeightsNotOne(Refusal):
    """The weights make {sum}, not 1."""

    status = 422


class RowsWithoutWeight(Refusal):
    """There {rows}; there {weights}."""

    status = 422


class RowOfAnotherLength(Refusal):
    """Row {n} has {entries}; there {comments}."""

    status = 422


class ValuesWithoutComment(Refusal):
    """values has {entries}; there {comments}."""

    status = 422


class NoMembership(Refusal):
    """A membership is from 0 to 1, not {x}."""

    status = 422


class NothingForAnyComment(Refusal):
    """No comment gets anything: every b is 0."""

    status = 422


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``b`` of each comment, from 0 to 1, ``normalised`` to the sum 1, and the comments with the largest, counted from 1."""

    b: tuple[Fraction, ...]
    normalised: tuple[Fraction, ...]
    largest: tuple[int, ...]

    @property
    def comment(self) -> int:
        """The number of the comment that wins. Comments stand best first, and a tie goes to the worse one."""
        return self.largest[-1]

    @property
    def is_tie(self) -> bool:
        return len(self.largest) > 1

    def score(self, values: Sequence[Decimal]) -> Fraction:
        """The values of the comments by their normalised shares."""
        return _sum(share * Fraction(value) for share, value in zip(self.normalised, values, strict=True))


def check(
    weights: Sequence[Decimal], matrix: Sequence[Sequence[Decimal]], values: Sequence[Decimal] | None = None
) -> None:
    """Raises a Refusal for weights and a membership matrix (row = factor, column = comment) that nothing can be evaluated by, or
    where the ``values`` are not one for each comment. There are as many comments as the rows have entries.
    """
    if abs((total := sum(weights, Decimal(0))) - 1) > TOLERANCE:
        raise WeightsNotOne(sum=total)
    if len(matrix) != len(weights):
        raise RowsWithoutWeight(rows=_there_are(len(matrix), "row"), weights=_there_are(len(weights), "weight"))
    comments = len(matrix[0])
    there_are = _there_are(comments, "comment")
    for n, row in enumerate(matrix, start=1):
        if len(row) != comments:
            raise RowOfAnotherLength(n=n, entries=_number(len(row), "entry", "entries"), comments=there_are)
        for membership in row:
            if not 0 <= membership <= 1:
                raise NoMembership(x=membership)
    if values is not None and len(values) != comments:
        raise ValuesWithoutComment(entries=_number(len(values), "entry", "entries"), comments=there_are)


def _number(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _there_are(count: int, one: str) -> str:
    return f"{'is' if count == 1 else 'are'} {_number(count, one, one + 's')}"


def evaluate(
    weights: Sequence[Decimal], matrix: Sequence[Sequence[Decimal | Fraction]], operator: Operator
) -> Evaluation:
    """The comment that the factors lead to; the weights, which are not all 0, are scaled to 1.

    Raises NothingForAnyComment.
    """
    total = _sum(map(Fraction, weights))
    scaled = [Fraction(weight) / total for weight in weights]
    b = tuple(COMPOSED[operator](scaled, [Fraction(each) for each in column]) for column in zip(*matrix, strict=True))
    if not (whole := _sum(b)):
        raise NothingForAnyComment
    largest = tuple(number for number, each in enumerate(b, start=1) if each == max(b))
    return Evaluation(b, tuple(each / whole for each in b), largest)


def _sum(parts: Iterable[Fraction]) -> Fraction:
    return sum(parts, Fraction(0))


def _minima(weights: Sequence[Fraction], column: Sequence[Fraction]) -> list[Fraction]:
    return [min(weight, membership) for weight, membership in zip(weights, column, strict=True)]


def _products(weights: Sequence[Fraction], column: Sequence[Fraction]) -> list[Fraction]:
    return [weight * membership for weight, membership in zip(weights, column, strict=True)]


COMPOSED: Mapping[Operator, Callable[[Sequence[Fraction], Sequence[Fraction]], Fraction]] = {
    "min_max": lambda weights, column: max(_minima(weights, column)),
    "product_max": lambda weights, column: max(_products(weights, column)),
    "product_sum": lambda weights, column: _sum(_products(weights, column)),
    "min_sum": lambda weights, column: min(_sum(_minima(weights, column)), Fraction(1)),
}
"""The b of a comment by the weights and its column of memberships."""
