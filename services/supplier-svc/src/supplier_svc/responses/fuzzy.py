"""The fuzzy evaluation."""

from decimal import Decimal

from contracts.figures import PlainModel
from contracts.supplier import (
    SupplierGrade,
)
from supplier_svc.policies.fuzzy import Operator
from supplier_svc.responses.answer import Answer


class FuzzyFactor(PlainModel):
    """A factor that has facts: its weight among those, and its membership in each comment, A to D."""

    name: str
    weight: Decimal
    memberships: list[Decimal]


class FuzzyAnswer(Answer):
    """The fuzzy evaluation of a period; ``b`` and ``normalised`` are by comment, A to D. Where it is insufficient, they are empty."""

    supplier_id: str
    period: str
    factors: list[FuzzyFactor]
    b: list[Decimal]
    normalised: list[Decimal]
    comment: SupplierGrade
    score: Decimal | None
    is_tie: bool
    reasons: list[str]
    operator: Operator
    policy_version: int


class FuzzyResult(PlainModel):
    """A fuzzy evaluation that was worked out; ``comment_number`` counts from 1, and there is a score where the comments have values."""

    b: list[Decimal]
    normalised: list[Decimal]
    comment_number: int
    is_tie: bool
    score: Decimal | None
